"""`watch`: build again at every save, say in one line what changed, and show it in the open preview, or in Anki."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from studydeck import storage
from studydeck.build_inputs import Inputs, file_slug
from studydeck.cache import CachedRunner
from studydeck.cli import preview, signals, source_changes
from studydeck.cli.build import stop_if_failed
from studydeck.cli.console import Console
from studydeck.cli.project import LoadedProject, Options, load_project, project_lock
from studydeck.cli.watcher import watch_saves
from studydeck.diagnostics import Diagnostic, DiagnosticCode, error
from studydeck.errors import AnkiError, BuildError
from studydeck.identity import ledger as ledger_file
from studydeck.integrations import anki_connect
from studydeck.model.document import Source
from studydeck.pipeline import Built, pack
from studydeck.preview.server import Live
from studydeck.reports import summary

_HALF = 0.4  # seconds within which an editor fills or replaces a file that it has emptied or removed
_NAMED = 3  # files in one line
_NOTHING = (
    '<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="1"><title>Nothing yet</title>'
    "<p>The notes do not build yet; the terminal says why."
)


class WatchOptions(Struct, frozen=True):
    """What the arguments say: who gets the news, and the clocks, in seconds."""

    anki: str
    preview: bool
    port: int
    now: Callable[[], int]
    stopwatch: Callable[[], float]


class _Watch:
    """What stays from one save to the next: the last build that was written, and who is told of it."""

    def __init__(self, options: Options, watch_options: WatchOptions, console: Console) -> None:
        self.options, self.watch_options, self.console = options, watch_options, console
        self.shown: tuple[Built, LoadedProject] | None = None
        self.inputs: Inputs | None = None  # of the last build, with the ledger that it wrote
        self.wrong: tuple[Diagnostic, ...] = ()  # what stands in the way now
        self.handed: bytes | None = None  # the package that Anki has
        self.runner = CachedRunner()
        self.live = Live(self.page, watch_options.port) if watch_options.preview else None

    def page(self) -> str:
        """Give the preview of the last build that stood."""
        if self.shown is None:
            return _NOTHING
        try:
            return preview.page(*self.shown, live=True)
        except BuildError:
            return _NOTHING

    def save(self, *, certain: bool) -> bool:
        """Build what stands on the disk now; what is wrong with it is said, and the next save may mend it.

        Give False where it looks half saved and should be looked at again; not where it is `certain` that it is not.
        """
        began = self.watch_options.stopwatch()
        options = replace(self.options, now=self.watch_options.now())
        try:
            with project_lock(options, self.console):
                try:
                    project = load_project(options, self.console, self.runner)
                except BuildError:
                    if not certain:
                        return False
                    raise
                if not certain and source_changes.half_saved(project.inputs.sources, self._before()):
                    return False
                written = self._written(options, project)
        except BuildError as stopped:
            self._refuse(stopped.diagnostics)
            return True
        except OSError as bad:
            where = str(bad.filename or options.notes)
            self._refuse((error(DiagnosticCode.UNREADABLE, where, 0, f"cannot be read or written ({bad.strerror})"),))
            return True
        if written:
            news, target, data = written
            self.console.print_status(f"{news} -> {target} ({self.watch_options.stopwatch() - began:.1f} s)")
            if self.live:
                self.live.notify()
            self._hand(target, data)
            signals.freeze_garbage()
        return True

    def ours(self, path: Path) -> bool:
        """Tell whether a file is the ledger as it was written here, and not one that somebody mended."""
        if path.name != ledger_file.NAME or self.inputs is None or self.wrong:
            return False
        with suppress(BuildError):
            return storage.read_text_file(path, ledger_file.NAME) == self.inputs.ledger_text
        return False

    def _before(self) -> tuple[Source, ...]:
        return self.inputs.sources if self.inputs else ()

    def _changed(self, project: LoadedProject) -> list[str]:
        """Name the files that are not as they were built last; before the first build that is everything."""
        if not (self.shown and self.inputs):
            return ["all"]
        pictures = self.shown[1].extracted.pictures, project.extracted.pictures
        return source_changes.changed_files(self.inputs, project.inputs, *pictures)

    def _written(self, options: Options, project: LoadedProject) -> tuple[str, Path, bytes] | None:
        """Build and write; give the news, and the package's place and bytes, where there is anything new."""
        changed = self._changed(project)
        if not changed:
            if self.wrong:
                self.console.print_status("mended: everything is as it was built last")
            self.wrong = ()
            return None
        built = self._built(project)
        stop_if_failed(built, strict=options.strict)
        target = options.out / f"{file_slug(built.config.name)}-{built.config.version}.apkg"
        with self.console.status("packing"):
            data = pack(built.deck)
        ledger = built.ledger_text if built.ledger_text != project.inputs.ledger_text else None
        diagnostics = storage.write_build(options.notes, ledger, [(target, data)])
        known = {*self.shown[0].diagnostics} if self.shown else set()
        self.console.diagnostics([one for one in (*built.diagnostics, *diagnostics) if one not in known])
        self.shown, self.wrong = (built, project), ()
        self.inputs = replace(project.inputs, ledger_text=built.ledger_text)
        return f"{_listed(changed)}: {summary.change_summary(built)}", target, data

    def _built(self, project: LoadedProject) -> Built:
        """Walk the street, where something changed."""
        if conflicts := tuple(source_changes.merge_conflicts(project.inputs.sources, self._before())):
            raise BuildError(conflicts)
        with self.console.status("building"):
            return project.build()

    def _refuse(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        """Say what is wrong, once."""
        if diagnostics != self.wrong:
            self.console.diagnostics(diagnostics)
            self.console.print_status("nothing was written; waiting for the next save")
        self.wrong = diagnostics

    def _hand(self, package: Path, data: bytes) -> None:
        """Let Anki import the package, if it is another than the last one."""
        if not self.watch_options.anki or data == self.handed:
            return
        try:
            with self.console.status("handing it to Anki"):
                anki_connect.import_package(package, self.watch_options.anki)
        except AnkiError as wrong:
            self.console.print_warning(f"not in Anki: {wrong}")
            return
        self.console.print_status("imported by Anki")
        self.handed = data


def run(options: Options, watch_options: WatchOptions, console: Console, stop: threading.Event | None = None) -> int:
    """Build at every save until somebody ends it; give the exit code."""
    if not options.notes.is_dir():
        load_project(options, console)  # which says what is wrong
    try:
        watching = _Watch(options, watch_options, console)
    except OSError as bad:
        message = f"cannot be listened at ({bad.strerror}); choose another with --port"
        raise BuildError([error(DiagnosticCode.UNREADABLE, f"port {watch_options.port}", 0, message)]) from bad
    console.print_status(f"watching {options.notes}; Ctrl-C ends it")
    if watching.live:
        console.print_result(f"preview: {watching.live.address}")
    stop = stop or threading.Event()
    heard = watch_saves((options.notes, options.templates), stop, watching.ours)
    try:
        for _ in heard:
            if not watching.save(certain=watching.shown is None):
                stop.wait(_HALF)
                watching.save(certain=True)
    except KeyboardInterrupt:
        pass  # this is how watching is meant to end
    finally:
        if watching.live:
            watching.live.close()
    return 0


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if names[_NAMED:] else "")
