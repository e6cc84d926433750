"""`watch`: builds after every save, prints what changed in one line, and updates the open preview or Anki.

`curate` is the same without a package: it writes the ledger, in which nothing new counts as packed.
"""

from __future__ import annotations

import secrets
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
from studydeck.cli.curation_workspace import CurationWorkspace
from studydeck.cli.project import Options, load_project, project_lock
from studydeck.cli.watcher import watch_saves
from studydeck.diagnostics import Diagnostic, DiagnosticCode, error
from studydeck.errors import AnkiError, BuildError
from studydeck.identity import decisions
from studydeck.identity import ledger as ledger_file
from studydeck.identity.initial_ledger import EarlierLedger
from studydeck.identity.ledger import as_unpacked
from studydeck.integrations import anki_connect
from studydeck.model.anki import Deck
from studydeck.model.document import Source
from studydeck.pipeline import Built, pack
from studydeck.preview.curation import Curation
from studydeck.preview.curation_requests import CurationRequests
from studydeck.preview.page import curation_page
from studydeck.preview.server import Builds, PreviewServer
from studydeck.project import Project, package_path, stop_if_failed
from studydeck.reports import summary

_HALF_SAVED_DELAY = 0.4  # seconds after which an editor has finished a file that it emptied or removed to save it
_MAX_NAMES = 3  # files named in one line
_NO_BUILD_PAGE = (
    '<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="1"><title>No build yet</title>'
    "<p>The notes do not build yet; the terminal shows the errors."
)


class WatchOptions(Struct, frozen=True):
    """The arguments of `watch` and `curate`.

    `anki` is the address of AnkiConnect, or empty. `now` returns seconds since the epoch, `stopwatch` seconds since a
    fixed moment, `today` an ISO date. `packs` is False for `curate`, which calls `announce` with the address of its
    page after the first build.
    """

    anki: str
    preview: bool
    port: int
    now: Callable[[], int]
    stopwatch: Callable[[], float]
    today: Callable[[], str] = lambda: "1970-01-01"
    packs: bool = True
    announce: Callable[[str], None] = lambda _address: None


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
        self.lock = threading.RLock()  # held wherever notes are built: the cache is that of one thread
        self.changes = Builds()
        self.workspace = CurationWorkspace(self, self.changes.notify)
        self.token = secrets.token_urlsafe(24)
        self.live = self._server() if watch_options.preview else None

    def _server(self) -> PreviewServer:
        """Start the server of the preview and of the page on which the author decides."""
        curation = Curation(self.workspace, self.watch_options.today)
        requests = CurationRequests(curation, self.token, self.changes, self.render_curation_page)
        page = self.render_page if self.watch_options.packs else None
        return PreviewServer(page, self.watch_options.port, requests)

    @property
    def address(self) -> str:
        """Return the address to open, with the token that its page takes out of it."""
        assert self.live
        return f"{self.live.address}{'' if self.watch_options.packs else 'curate'}#token={self.token}"

    def render_page(self) -> str:
        """Return the preview of the last build that succeeded."""
        if self.last_build is None:
            return _NO_BUILD_PAGE
        try:
            return preview.render_page(*self.last_build, live=True)
        except BuildError:
            return _NO_BUILD_PAGE

    def render_curation_page(self) -> str:
        """Return the page on which the author decides; it asks for the notes later."""
        try:
            return curation_page(preview.page_templates(storage.read_templates(self.options.templates)))
        except BuildError:
            return _NO_BUILD_PAGE

    def build(self, *, final: bool) -> bool:
        """Build the files as they are now, write the result, and print what changed; print errors instead of raising.

        Return False, without building, if a file seems to be half saved. `final` builds in any case.
        """
        with self.lock:
            return self._build_saved(final=final)

    def _build_saved(self, *, final: bool) -> bool:
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
            change, written_path, package = written
            self.console.print_status(f"{change} -> {written_path} ({self.watch_options.stopwatch() - started:.1f} s)")
            if self.live:
                self.live.notify()
            if package is not None:
                self._import_into_anki(written_path, package)
            signals.freeze_garbage()
        if self.live:
            self.workspace.current()
        return True

    def is_own_file(self, path: Path) -> bool:
        """Return whether a file is one that this command wrote, as it wrote it, and needs no build.

        These are the ledger of the last build and, where no package follows them, the decisions of the page.
        """
        if self.last_inputs is None or self.errors:
            return False
        with suppress(BuildError):
            if path.name == ledger_file.FILE_NAME:
                return storage.read_text_file(path, path.name) == self.last_inputs.ledger_text
            if path.name == decisions.FILE_NAME and not self.watch_options.packs:
                return self.workspace.wrote(storage.read_text_file(path, path.name) or "")
        return False

    def _last_sources(self) -> tuple[Source, ...]:
        return self.last_inputs.sources if self.last_inputs else ()

    def _changed(self, project: Project) -> list[str]:
        """Return the names of the files that changed since the last build, or "all" before the first."""
        if not (self.last_build and self.last_inputs):
            return ["all"]
        pictures = self.last_build[1].extracted.pictures, project.extracted.pictures
        return source_changes.changed_files(self.last_inputs, project.inputs, *pictures)

    def _build_and_write(self, options: Options, project: Project) -> tuple[str, Path, bytes | None] | None:
        """Build and write; return a summary, and the path and bytes of the package, or None if nothing changed.

        Without a package, the path is that of the ledger.
        """
        changed = self._changed(project)
        if not changed:
            if self.errors:
                self.console.print_status("the errors are gone: all files are as in the last build")
            self.errors = ()
            return None
        known = self._known_before(project.inputs)
        with self.console.status("building"):
            built = self.build_read(project)
        stop_if_failed(built, strict=options.strict)
        path, package, ledger_text = options.notes / ledger_file.FILE_NAME, None, built.ledger_text
        if self.watch_options.packs:
            path = package_path(options.out, built.config)
            with self.console.status("packing"):
                package = pack(built.deck)
        else:
            ledger_text = ledger_file.to_text(as_unpacked(built.ledger, built.before))
        ledger = ledger_text if ledger_text != project.inputs.ledger_text else None
        diagnostics = storage.write_build(options.notes, ledger, [(path, package)] if package is not None else [])
        printed = {*self.last_build[0].diagnostics} if self.last_build else set()
        self.console.diagnostics(
            [diagnostic for diagnostic in (*built.diagnostics, *diagnostics) if diagnostic not in printed]
        )
        self.known = known if known.ledger_text is not None else replace(known, ledger_text=ledger_text)
        change = summary.change_between(self.last_build[0].ledger if self.last_build else built.before, built.ledger)
        self.last_build, self.errors = (built, project), ()
        self.last_inputs = replace(project.inputs, ledger_text=ledger_text)
        return f"{_name_list(changed)}: {change}", path, package

    def _known_before(self, inputs: Inputs) -> _Known:
        """Return what the notes are matched with, which a ledger of the last save does not change."""
        is_own = self.last_inputs is not None and inputs.ledger_text == self.last_inputs.ledger_text
        if self.known is None or not is_own or inputs.earlier != self.known.earlier:
            return _Known(inputs.ledger_text, inputs.earlier, inputs.package)
        return self.known

    def build_read(self, project: Project, decided: decisions.Decisions | None = None) -> Built:
        """Build a folder that was read, with other decisions if they are given, unless a file has a merge conflict."""
        if conflicts := tuple(source_changes.merge_conflicts(project.inputs.sources, self._last_sources())):
            raise BuildError(conflicts)
        known = self._known_before(project.inputs)
        followed = project.inputs.decisions if decided is None else decided
        values = {"ledger_text": known.ledger_text, "earlier": known.earlier, "package": known.package}
        return project.build(**values, decisions=followed)

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
    if state.live and watch_options.packs:
        console.print_result(f"preview: {state.address}")
    stop = stop or threading.Event()
    saves = watch_saves((options.notes, options.templates), stop, state.is_own_file)
    is_announced = watch_options.packs
    try:
        for _ in saves:
            if not state.build(final=state.last_build is None):
                stop.wait(_HALF_SAVED_DELAY)
                state.build(final=True)
            if not is_announced:
                watch_options.announce(state.address)
                is_announced = True
    except KeyboardInterrupt:
        pass  # the normal way to stop
    finally:
        state.changes.close()
        if state.live:
            state.live.close()
    return 0


def _name_list(names: Sequence[str]) -> str:
    return ", ".join(names[:_MAX_NAMES]) + (f" and {len(names) - _MAX_NAMES} more" if names[_MAX_NAMES:] else "")
