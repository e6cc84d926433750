"""`watch`: build again at every save, say in one line what changed, and show it in the open preview, or in Anki."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from studydeck import storage as files
from studydeck.build_inputs import Inputs, slug
from studydeck.cache import CachedRunner
from studydeck.cli import preview
from studydeck.cli import signals as ending
from studydeck.cli import source_changes as changes
from studydeck.cli.build import stop_if_failed
from studydeck.cli.console import Terminal
from studydeck.cli.project import Material, Options, alone, gather
from studydeck.cli.watcher import saves
from studydeck.diagnostics import Code, Problem, error
from studydeck.errors import AnkiError, BuildError
from studydeck.identity import ledger as outline
from studydeck.integrations import anki_connect as connect
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


class Wish(Struct, frozen=True):
    """What the arguments say: who gets the news, and the clocks, in seconds."""

    anki: str
    preview: bool
    port: int
    now: Callable[[], int]
    stopwatch: Callable[[], float]


class _Watch:
    """What stays from one save to the next: the last build that was written, and who is told of it."""

    def __init__(self, options: Options, wish: Wish, terminal: Terminal) -> None:
        self.options, self.wish, self.terminal = options, wish, terminal
        self.shown: tuple[Built, Material] | None = None
        self.inputs: Inputs | None = None  # of the last build, with the ledger that it wrote
        self.wrong: tuple[Problem, ...] = ()  # what stands in the way now
        self.handed: bytes | None = None  # the package that Anki has
        self.runner = CachedRunner()
        self.live = Live(self.page, wish.port) if wish.preview else None

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
        began = self.wish.stopwatch()
        options = replace(self.options, now=self.wish.now())
        try:
            with alone(options, self.terminal):
                try:
                    material = gather(options, self.terminal, self.runner)
                except BuildError:
                    if not certain:
                        return False
                    raise
                if not certain and changes.halves(material.inputs.sources, self._before()):
                    return False
                written = self._written(options, material)
        except BuildError as stopped:
            self._refuse(stopped.problems)
            return True
        except OSError as bad:
            where = str(bad.filename or options.notes)
            self._refuse((error(Code.UNREADABLE, where, 0, f"cannot be read or written ({bad.strerror})"),))
            return True
        if written:
            news, target, data = written
            self.terminal.tell(f"{news} -> {target} ({self.wish.stopwatch() - began:.1f} s)")
            if self.live:
                self.live.announce()
            self._hand(target, data)
            ending.keep()
        return True

    def ours(self, path: Path) -> bool:
        """Tell whether a file is the ledger as it was written here, and not one that somebody mended."""
        if path.name != outline.NAME or self.inputs is None or self.wrong:
            return False
        with suppress(BuildError):
            return files.text(path, outline.NAME) == self.inputs.ledger_text
        return False

    def _before(self) -> tuple[Source, ...]:
        return self.inputs.sources if self.inputs else ()

    def _changed(self, material: Material) -> list[str]:
        """Name the files that are not as they were built last; before the first build that is everything."""
        if not (self.shown and self.inputs):
            return ["all"]
        pictures = self.shown[1].extracted.pictures, material.extracted.pictures
        return changes.names(self.inputs, material.inputs, *pictures)

    def _written(self, options: Options, material: Material) -> tuple[str, Path, bytes] | None:
        """Build and write; give the news, and the package's place and bytes, where there is anything new."""
        changed = self._changed(material)
        if not changed:
            if self.wrong:
                self.terminal.tell("mended: everything is as it was built last")
            self.wrong = ()
            return None
        built = self._built(material)
        stop_if_failed(built, strict=options.strict)
        target = options.out / f"{slug(built.config.name)}-{built.config.version}.apkg"
        with self.terminal.status("packing"):
            data = pack(built.deck)
        ledger = built.ledger_text if built.ledger_text != material.inputs.ledger_text else None
        problems = files.write(options.notes, ledger, [(target, data)])
        known = {*self.shown[0].problems} if self.shown else set()
        self.terminal.problems([one for one in (*built.problems, *problems) if one not in known])
        self.shown, self.wrong = (built, material), ()
        self.inputs = replace(material.inputs, ledger_text=built.ledger_text)
        return f"{_listed(changed)}: {summary.news(built)}", target, data

    def _built(self, material: Material) -> Built:
        """Walk the street, where something changed."""
        if conflicts := tuple(changes.conflicts(material.inputs.sources, self._before())):
            raise BuildError(conflicts)
        with self.terminal.status("building"):
            return material.build()

    def _refuse(self, problems: tuple[Problem, ...]) -> None:
        """Say what is wrong, once."""
        if problems != self.wrong:
            self.terminal.problems(problems)
            self.terminal.tell("nothing was written; waiting for the next save")
        self.wrong = problems

    def _hand(self, package: Path, data: bytes) -> None:
        """Let Anki import the package, if it is another than the last one."""
        if not self.wish.anki or data == self.handed:
            return
        try:
            with self.terminal.status("handing it to Anki"):
                connect.import_package(package, self.wish.anki)
        except AnkiError as wrong:
            self.terminal.warn(f"not in Anki: {wrong}")
            return
        self.terminal.tell("imported by Anki")
        self.handed = data


def run(options: Options, wish: Wish, terminal: Terminal, stop: threading.Event | None = None) -> int:
    """Build at every save until somebody ends it; give the exit code."""
    if not options.notes.is_dir():
        gather(options, terminal)  # which says what is wrong
    try:
        watching = _Watch(options, wish, terminal)
    except OSError as bad:
        message = f"cannot be listened at ({bad.strerror}); choose another with --port"
        raise BuildError([error(Code.UNREADABLE, f"port {wish.port}", 0, message)]) from bad
    terminal.tell(f"watching {options.notes}; Ctrl-C ends it")
    if watching.live:
        terminal.say(f"preview: {watching.live.address}")
    stop = stop or threading.Event()
    heard = saves((options.notes, options.templates), stop, watching.ours)
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
