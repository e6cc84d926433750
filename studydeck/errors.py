"""Exceptions for what stops a run; what a run merely collects is a list of diagnostics.

`DiagnosticCollector` connects the two: it collects the diagnostics of steps that failed, and raises one `BuildError`
with all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from studydeck.diagnostics import Diagnostic
from studydeck.model.notes import SkippedBlock


class StudydeckError(Exception):
    """The base of all exceptions that this package raises for its callers; its text is a message for users."""


class BuildError(StudydeckError):
    """A build failed; the exception carries all diagnostics that the run collected, those that stopped it among them.

    `skipped` are the blocks that were skipped, where the run had already extracted notes.
    """

    def __init__(self, diagnostics: Iterable[Diagnostic], skipped: tuple[SkippedBlock, ...] = ()) -> None:
        self.diagnostics, self.skipped = tuple(diagnostics), skipped
        super().__init__("\n".join(map(str, self.diagnostics)))


class PackageError(StudydeckError):
    """Bytes cannot be read as a package of this tool."""


class VersionError(StudydeckError):
    """A version number is invalid for the next release."""


class GitError(StudydeckError):
    """A git command, or the build of another revision, failed."""


class GitTimeoutError(GitError):
    """A git command made no progress."""


class AnkiError(StudydeckError):
    """The real Anki, in a process of its own or through AnkiConnect, failed."""


class FormulaError(StudydeckError):
    """A formula cannot be shown as one, or its macros cannot be expanded; the text says why."""


class MediaError(StudydeckError):
    """A picture, sound or video cannot be packed; the text says why, without its name."""


class DiagnosticCollector(list[Diagnostic]):
    """The diagnostics of a run, in the order in which they were collected."""

    @contextmanager
    def collecting(self) -> Iterator[None]:
        """Collect the diagnostics of a BuildError instead of raising it, so that later steps can report theirs."""
        try:
            yield
        except BuildError as build_error:
            self += build_error.diagnostics

    def raise_on_errors(self, skipped: tuple[SkippedBlock, ...] = ()) -> None:
        """Raise a BuildError if any diagnostic is an error."""
        if any(diagnostic.severity == "error" for diagnostic in self):
            raise BuildError(self, skipped)
