"""`watch`: builds after every save, prints what changed in one line, and updates the open preview or Anki."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from studydeck import storage
from studydeck.build_inputs import Inputs
from studydeck.cache import CachedRunner
from studydeck.cli import preview, signals, source_changes
from studydeck.cli.console import Console
from studydeck.cli.project import Options, load_project, project_lock
from studydeck.cli.watcher import watch_saves
from studydeck.diagnostics import Diagnostic, DiagnosticCode, error
from studydeck.errors import AnkiError, BuildError
from studydeck.identity import ledger as ledger_file
from studydeck.identity.initial_ledger import EarlierLedger
from studydeck.integrations import anki_connect
from studydeck.model.anki import Deck
from studydeck.model.document import Source
from studydeck.pipeline import Built, pack
from studydeck.preview.server import PreviewServer
from studydeck.project import Project, package_path, stop_if_failed
from studydeck.reports import summary

_HALF_SAVED_DELAY = 0.4  # seconds after which an editor has finished a file that it emptied or removed to save it
_MAX_NAMES = 3  # files named in one line
_NO_BUILD_PAGE = (
    '<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="1"><title>No build yet</title>'
    "<p>The notes do not build yet; the terminal shows the errors."
)


class WatchOptions(Struct, frozen=True):
    """The arguments of `watch`.

    `anki` is the address of AnkiConnect, or empty. `now` returns seconds since the epoch, `stopwatch` seconds since a
    fixed moment.
    """

    anki: str
    preview: bool
    port: int
    now: Callable[[], int]
    stopwatch: Callable[[], float]


class _Known(Struct, frozen=True):
    """What identities are matched with: the ledger, and what completes it, as they were when nobody watched."""

    ledger_text: str | None
    earlier: tuple[EarlierLedger, ...]
    package: Deck | None


class Watch:
    """The state between two saves: the last build that was written, and the preview and cache that follow it.

    A save is no version: every build matches the notes with the ledger as it was before the first one, so that "Ti",
    "Timeou" and "Timeout" leave what a single build of the last text leaves. What Anki imported, and a ledger that
    somebody else wrote or committed, counts from then on; so does the first build of notes that had no ledger.
    """

    def __init__(self, options: Options, watch_options: WatchOptions, console: Console) -> None:
        self.options, self.watch_options, self.console = options, watch_options, console
        self.last_build: tuple[Built, Project] | None = None
        self.last_inputs: Inputs | None = None  # of the last build, with the ledger that it wrote
        self.errors: tuple[Diagnostic, ...] = ()  # why the notes as they are now cannot be built
        self.known: _Known | None = None
        self.imported: bytes | None = None  # the package that Anki imported last
        self.runner = CachedRunner()
        self.live = PreviewServer(self.render_page, watch_options.port) if watch_options.preview else None

    def render_page(self) -> str:
        """Return the preview of the last build that succeeded."""
        if self.last_build is None:
            return _NO_BUILD_PAGE
        try:
            return preview.render_page(*self.last_build, live=True)
        except BuildError:
            return _NO_BUILD_PAGE

    def build(self, *, final: bool) -> bool:
        """Build the files as they are now, write the result, and print what changed; print errors instead of raising.

        Return False, without building, if a file seems to be half saved. `final` builds in any case.
        """
        started = self.watch_options.stopwatch()
        options = replace(self.options, now=self.watch_options.now())
        try:
            with project_lock(options, self.console):
                try:
                    project = load_project(options, self.console, self.runner)
                except BuildError:
                    if not final:
                        return False
                    raise
                if not final and self.last_inputs and source_changes.half_saved(project.inputs, self.last_inputs):
                    return False
                written = self._build_and_write(options, project)
        except BuildError as build_error:
            self._report_errors(build_error.diagnostics)
            return True
        except OSError as os_error:
            path = str(os_error.filename or options.notes)
            message = f"cannot be read or written ({os_error.strerror})"
            self._report_errors((error(DiagnosticCode.UNREADABLE, path, 0, message, root=""),))
            return True
        if written:
            change, package_path, package = written
            self.console.print_status(f"{change} -> {package_path} ({self.watch_options.stopwatch() - started:.1f} s)")
            if self.live:
                self.live.notify()
            self._import_into_anki(package_path, package)
            signals.freeze_garbage()
        return True

    def is_own_ledger(self, path: Path) -> bool:
        """Return whether a file is the ledger as the last build wrote it, not as somebody edited it."""
        if path.name != ledger_file.FILE_NAME or self.last_inputs is None or self.errors:
            return False
        with suppress(BuildError):
            return storage.read_text_file(path, ledger_file.FILE_NAME) == self.last_inputs.ledger_text
        return False

    def _last_sources(self) -> tuple[Source, ...]:
        return self.last_inputs.sources if self.last_inputs else ()

    def _changed(self, project: Project) -> list[str]:
        """Return the names of the files that changed since the last build, or "all" before the first."""
        if not (self.last_build and self.last_inputs):
            return ["all"]
        pictures = self.last_build[1].extracted.pictures, project.extracted.pictures
        return source_changes.changed_files(self.last_inputs, project.inputs, *pictures)

    def _build_and_write(self, options: Options, project: Project) -> tuple[str, Path, bytes] | None:
        """Build and write; return a summary, and the path and bytes of the package, or None if nothing changed."""
        changed = self._changed(project)
        if not changed:
            if self.errors:
                self.console.print_status("the errors are gone: all files are as in the last build")
            self.errors = ()
            return None
        known = self._known_before(project.inputs)
        built = self._build(project, known)
        stop_if_failed(built, strict=options.strict)
        path = package_path(options.out, built.config)
        with self.console.status("packing"):
            package = pack(built.deck)
        ledger = built.ledger_text if built.ledger_text != project.inputs.ledger_text else None
        diagnostics = storage.write_build(options.notes, ledger, [(path, package)])
        printed = {*self.last_build[0].diagnostics} if self.last_build else set()
        self.console.diagnostics(
            [diagnostic for diagnostic in (*built.diagnostics, *diagnostics) if diagnostic not in printed]
        )
        self.known = known if known.ledger_text is not None else replace(known, ledger_text=built.ledger_text)
        change = summary.change_between(self.last_build[0].ledger if self.last_build else built.before, built.ledger)
        self.last_build, self.errors = (built, project), ()
        self.last_inputs = replace(project.inputs, ledger_text=built.ledger_text)
        return f"{_name_list(changed)}: {change}", path, package

    def _known_before(self, inputs: Inputs) -> _Known:
        """Return what the notes are matched with, which a ledger of the last save does not change."""
        is_own = self.last_inputs is not None and inputs.ledger_text == self.last_inputs.ledger_text
        if self.known is None or not is_own or inputs.earlier != self.known.earlier:
            return _Known(inputs.ledger_text, inputs.earlier, inputs.package)
        return self.known

    def _build(self, project: Project, known: _Known) -> Built:
        """Build the deck, unless a file has a merge conflict."""
        if conflicts := tuple(source_changes.merge_conflicts(project.inputs.sources, self._last_sources())):
            raise BuildError(conflicts)
        with self.console.status("building"):
            return project.build(ledger_text=known.ledger_text, earlier=known.earlier, package=known.package)

    def _report_errors(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        """Print the errors, unless they were printed after the save before."""
        if diagnostics != self.errors:
            self.console.diagnostics(diagnostics)
            self.console.print_status("nothing was written; waiting for the next save")
        self.errors = diagnostics

    def _import_into_anki(self, path: Path, package: bytes) -> None:
        """Let Anki import the package, if it differs from the last one."""
        if not self.watch_options.anki or package == self.imported:
            return
        try:
            with self.console.status("importing into Anki"):
                anki_connect.import_package(path, self.watch_options.anki)
        except AnkiError as anki_error:
            self.console.print_warning(f"not imported by Anki: {anki_error}")
            return
        self.console.print_status("imported by Anki")
        self.imported = package
        if self.known and self.last_build:
            self.known = replace(self.known, ledger_text=self.last_build[0].ledger_text)


def run(options: Options, watch_options: WatchOptions, console: Console, stop: threading.Event | None = None) -> int:
    """Build after every save until `stop` is set or Ctrl-C; return the exit code."""
    if not options.notes.is_dir():
        load_project(options, console)  # raises a BuildError
    try:
        state = Watch(options, watch_options, console)
    except OSError as os_error:
        message = f"cannot be used ({os_error.strerror}); choose another with --port"
        used = error(DiagnosticCode.UNREADABLE, f"port {watch_options.port}", 0, message, root="")
        raise BuildError([used]) from os_error
    console.print_status(f"watching {options.notes}; press Ctrl-C to stop")
    if state.live:
        console.print_result(f"preview: {state.live.address}")
    stop = stop or threading.Event()
    saves = watch_saves((options.notes, options.templates), stop, state.is_own_ledger)
    try:
        for _ in saves:
            if not state.build(final=state.last_build is None):
                stop.wait(_HALF_SAVED_DELAY)
                state.build(final=True)
    except KeyboardInterrupt:
        pass  # the normal way to stop
    finally:
        if state.live:
            state.live.close()
    return 0


def _name_list(names: Sequence[str]) -> str:
    return ", ".join(names[:_MAX_NAMES]) + (f" and {len(names) - _MAX_NAMES} more" if names[_MAX_NAMES:] else "")
