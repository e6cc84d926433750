"""The way from a folder to a `Built`, as every command walks it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from studydeck import config
from studydeck import storage as files
from studydeck.build_inputs import Inputs, named_after, slug
from studydeck.cli.console import Terminal
from studydeck.diagnostics import Problem
from studydeck.errors import BuildError, Collected, PackageError
from studydeck.identity import ledger as outline
from studydeck.model.anki import Deck
from studydeck.model.document import Source
from studydeck.model.notes import ExtractedDeck
from studydeck.pipeline import Built, Runner, build, extract_deck

PAYS = 400_000  # letters from which it pays to start a process: below, it takes longer than it saves
TEMPLATES = files.TEMPLATES


class Options(Struct, frozen=True):
    """What the arguments say."""

    notes: Path
    out: Path
    templates: Path
    now: int
    locked: bool = False
    dry_run: bool = False
    strict: bool = False
    forget: bool = False
    rename_deck: bool = False


class Material(Struct, frozen=True):
    """What a folder holds, read and drafted; `problems` are those of its files that stop nothing."""

    inputs: Inputs
    extracted: ExtractedDeck
    problems: tuple[Problem, ...]
    runner: Runner

    def build(self, **changed: Any) -> Built:
        """Build what was drafted; `changed` are fields of the inputs that are to be others than the folder's."""
        found = Collected(self.problems)
        try:
            built = build(replace(self.inputs, **changed), self.extracted, self.runner)
        except BuildError as stopped:
            raise BuildError(_ordered((*found, *stopped.problems)), stopped.unclaimed) from None
        return replace(built, problems=_ordered((*found, *built.problems)))


def walk(options: Options, terminal: Terminal) -> Built:
    """Read the folder and build, without writing anything."""
    material = gather(options, terminal)
    with terminal.status("building"):
        return material.build()


def gather(options: Options, terminal: Terminal, runner: Runner | None = None) -> Material:
    """Read the folder and draft its notes.

    Parameters
    ----------
    options : where the folder is, and what its author wishes.
    terminal : where progress is shown.
    runner : of who builds again and again; who builds once gets one that suits the size of the notes.

    Raises
    ------
    BuildError : with all that cannot be read.
    """
    found = Collected()
    sources, templates = tuple[Source, ...](), dict[str, str]()
    said = ledger = None
    settings = config.Config()
    with terminal.progress("reading") as tick, found.step():
        sources = files.sources(options.notes, tick)
    with found.step():
        said = files.text(options.notes / config.NAME, config.NAME)
        settings = config.read(said or "")
    with found.step():
        ledger = files.text(options.notes / outline.NAME, outline.NAME)
    with found.step():
        templates |= files.templates(options.templates)
    for source in sources:
        terminal.detail(f"read {options.notes / source.path}")
    found.stop()
    inputs = Inputs(
        sources=sources,
        config=settings,
        ledger_text=ledger,
        templates=templates,
        now=options.now,
        folder=_folder(options),
        configured=said is not None,
        forget=options.forget,
        rename=options.rename_deck,
        package=None if ledger is not None else _last_package(options, settings),
    )
    with terminal.progress("drafting") as tick, _running(sources, runner) as running:
        running.progress = tick
        extracted = extract_deck(sources, partial(files.shown, options.notes), running)
    return Material(inputs, extracted, tuple(found), running)


@contextmanager
def _running(sources: Sequence[Source], runner: Runner | None) -> Iterator[Runner]:
    """Give the runner of who has one; else several processes share notes that are long enough for it to pay."""
    if runner or sum(len(one.text) for one in sources) < PAYS:
        yield runner or Runner()
        return
    from studydeck.parallel import ParallelRunner, worker_count

    shared = ParallelRunner(worker_count())
    try:
        yield shared
    finally:
        shared.close()


def alone(options: Options, terminal: Terminal) -> AbstractContextManager[None]:
    """Hold the folder of the notes, after whoever holds it now."""
    return files.locked(options.notes, lambda: terminal.tell("another build of these notes is at work; waiting for it"))


def _folder(options: Options) -> str:
    """Give the name of the folder that says what the notes are on."""
    folder = options.notes.resolve()
    return folder.parent.name if folder.name in {"notes", "docs"} else folder.name


def _last_package(options: Options, settings: config.Config) -> Deck | None:
    """Read the newest package of this deck, for a ledger that was lost."""
    from studydeck.apkg.reader import unpack

    name = slug(settings.name or named_after(_folder(options)))
    for data in files.newest(options.out, f"{name}-*.apkg"):
        with suppress(PackageError):
            found = unpack(data)
            if slug(found.name) == name:
                return found
    return None


def _ordered(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(problems, key=lambda one: (one.path, one.line, one.code)))
