"""The notes folder of a session of curating: `watch` and `curate` build it, and its requests decide in it.

A request builds the files as they are at that moment, in memory and with the cache of the running command. Of files it
writes `decisions.jsonl` alone, whole, while it holds the lock of the folder.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Protocol

from msgspec.structs import replace

from studydeck import storage
from studydeck.build_inputs import Inputs
from studydeck.cli import source_changes
from studydeck.cli.project import Options
from studydeck.errors import BuildError
from studydeck.identity import decisions as decisions_file
from studydeck.identity.decisions import Decisions
from studydeck.pipeline import Built
from studydeck.preview.curation_view import CuratedBuild
from studydeck.project import Project, extract_project, read_inputs, stop_if_failed
from studydeck.reports.consequences import long_lists
from studydeck.runner import Runner

_PROBLEM = "The notes cannot be built as they are now, and the terminal says why. You see them as they were before."


class RunningBuilds(Protocol):
    """The command that builds the notes after each save: its lock is held wherever notes are built."""

    options: Options
    lock: threading.RLock
    last_build: tuple[Built, Project] | None
    last_inputs: Inputs | None

    @property
    def runner(self) -> Runner:
        """The runner, with its cache."""

    def build_read(self, project: Project, decisions: Decisions | None = None) -> Built:
        """Build a folder that was read, with the identities that count since the command started."""


class CurationWorkspace:
    """The last build that the page was shown; `changed` is called when a later one differs in what the page shows."""

    def __init__(self, builds: RunningBuilds, changed: Callable[[], None]) -> None:
        self._builds, self._changed = builds, changed
        self._project: Project | None = None
        self._curated: CuratedBuild | None = None

    def last(self) -> CuratedBuild | None:
        """Return the last build."""
        return self._curated

    def current(self) -> CuratedBuild | None:
        """Build the files as they are now; return None if they never built, and the last build if they do not now."""
        with self._builds.lock:
            shown = self._curated
            try:
                self._read()
            except (BuildError, OSError):
                if self._curated and not self._curated.problem:
                    self._curated = self._curated.with_problem(_PROBLEM)
            if shown and self._curated and not self._curated.shows_the_same(shown):
                self._changed()
            return self._curated

    def change_decisions(
        self, change: Callable[[Decisions], Decisions], accept: Callable[[CuratedBuild], None]
    ) -> CuratedBuild:
        """Build with changed decisions, and write them if `accept` raises nothing."""
        options, project = self._builds.options, self._project
        assert project
        path = options.notes / decisions_file.FILE_NAME
        with self._builds.lock, storage.folder_lock(options.notes):
            old = decisions_file.read(storage.read_text_file(path, decisions_file.FILE_NAME) or "")
            made = change(old)
            curated = self._curate(project, self._builds.build_read(project, made))
            accept(curated)
            text = decisions_file.to_text(made, [note.guid for note in curated.notes])
            storage.replace_file(path, text.encode())
            self._project = replace(project, inputs=replace(project.inputs, decisions=decisions_file.read(text)))
            self._curated = curated
            return curated

    def wrote(self, text: str) -> bool:
        """Return whether the decisions in this text are those of the last build."""
        return self._project is not None and decisions_file.read(text) == self._project.inputs.decisions

    def _read(self) -> None:
        """Read the folder, and build it if a file changed since the last build."""
        options, last_inputs = self._builds.options, self._builds.last_inputs
        inputs, diagnostics = read_inputs(options.notes, options.out, options.templates, options.now)
        project = extract_project(options.notes, inputs, diagnostics, self._builds.runner)
        if self._project and self._curated and not _differ(self._project, project, self._project.inputs):
            self._curated = self._curated.with_problem("")
            return
        # A file that is still missing when the command builds was deleted or renamed, and is not half saved.
        if self._project and source_changes.half_saved(inputs, last_inputs or self._project.inputs):
            return
        last_build = self._builds.last_build
        if last_build and last_inputs and not _differ(last_build[1], project, last_inputs):
            built = last_build[0]
        else:
            built = self._builds.build_read(project)
            stop_if_failed(built, strict=options.strict)
        self._project, self._curated = project, self._curate(project, built)

    def _curate(self, project: Project, built: Built) -> CuratedBuild:
        texts = {source.path: source.text for source in project.inputs.sources}
        lists = long_lists(project.extracted, built)
        return CuratedBuild(built, texts, lists, self._builds.options.notes.resolve().as_posix())


def _differ(old: Project, new: Project, old_inputs: Inputs) -> bool:
    pictures = old.extracted.pictures, new.extracted.pictures
    return bool(source_changes.changed_files(old_inputs, new.inputs, *pictures))
