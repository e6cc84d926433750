"""What stops a run, as exceptions; what a run collects is a list of problems instead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from studydeck.diagnostics import Diagnostic
from studydeck.model.notes import SkippedBlock


class StudydeckError(Exception):
    """Whatever this tool raises for its user; its text says in one line what is wrong."""


class BuildError(StudydeckError):
    """What stands in the way of a result: all the problems that a run found until then, errors among them.

    `unclaimed` are blocks that became nothing, where notes were read before the run was stopped.
    """

    def __init__(self, diagnostics: Iterable[Diagnostic], skipped: tuple[SkippedBlock, ...] = ()) -> None:
        self.diagnostics, self.skipped = tuple(diagnostics), skipped
        super().__init__("\n".join(map(str, self.diagnostics)))


class PackageError(StudydeckError):
    """Bytes that cannot be read as a package of this tool."""


class VersionError(StudydeckError):
    """A version that no release can have."""


class GitError(StudydeckError):
    """What git, or the build of an earlier revision, could not give."""


class AnkiError(StudydeckError):
    """What the real Anki, in a process of its own or running on this machine, could not do."""


class DiagnosticCollector(list[Diagnostic]):
    """The problems of a run, in the order in which they were found."""

    @contextmanager
    def collecting(self) -> Iterator[None]:
        """Collect what stops one step, so that the next ones can say what is wrong with theirs."""
        try:
            yield
        except BuildError as stopped:
            self += stopped.diagnostics

    def raise_on_errors(self, skipped: tuple[SkippedBlock, ...] = ()) -> None:
        """Raise a BuildError if any of the problems is an error."""
        if any(one.severity == "error" for one in self):
            raise BuildError(self, skipped)
