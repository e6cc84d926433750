"""The way from a folder to a `Built`, as every command walks it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from studydeck import config, files
from studydeck.commands.terminal import Terminal
from studydeck.cores import beside
from studydeck.drafting import Drafted, draft
from studydeck.ledger import outline
from studydeck.memory import FORGETFUL, Forgetful, Memory
from studydeck.problems import Problem
from studydeck.shapes import Deck, Picture, Source

if TYPE_CHECKING:  # the rooms of the second half are loaded while another process walks the first
    from studydeck.build import Built, Inputs

FEW_LETTERS = 150_000  # up to so many one process drafts notes as soon as several, and leaves this one free
TEMPLATES = files.TEMPLATES
ONCE = Forgetful(shares=True)  # for who builds once: nothing need be kept, and no thread is in the way of a copy


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
    """What a folder holds, read and drafted; where a problem is an error there are no inputs."""

    settings: config.Config
    problems: tuple[Problem, ...]
    inputs: Inputs | None = None
    drafted: Drafted | None = None
    memory: Memory = FORGETFUL

    @property
    def pictures(self) -> Mapping[tuple[str, str], Picture]:
        """The pictures that the notes show."""
        return self.drafted.pictures if self.drafted else {}

    def build(self, **changed: Any) -> Built:
        """Walk the street; `changed` are fields of the inputs that are to be others than the folder's."""
        from studydeck.build import Built, build

        if not (self.inputs and self.drafted):
            return Built(self.settings, problems=self.problems)
        inputs = replace(self.inputs, **changed)
        return _with(build(inputs, self.drafted, self.memory), self.problems)


def walk(options: Options, terminal: Terminal) -> Built:
    """Read the folder and build, without writing anything."""
    material = gather(options, terminal)
    with terminal.status("building"):
        return material.build()


def gather(options: Options, terminal: Terminal, memory: Memory = ONCE) -> Material:
    """Read the folder and draft its notes; who builds again and again brings one memory, and finds it there."""
    with terminal.progress("reading") as tick:
        sources, problems = files.sources(options.notes, tick)
    said, wrong = files.text(options.notes / config.NAME, config.NAME)
    problems += wrong
    settings, wrong = config.read(said or "")
    problems += wrong
    ledger, wrong = files.text(options.notes / outline.NAME, outline.NAME)
    problems += wrong
    templates, wrong = files.templates(options.templates)
    problems += wrong
    for source in sources:
        terminal.detail(f"read {options.notes / source.path}")
    if any(one.severity == "error" for one in problems):
        return Material(settings, problems)
    sources = tuple(memory.each(Source, [one.path for one in sources], [one.text for one in sources]))
    with terminal.progress("drafting") as tick:
        find = partial(files.shown, options.notes)
        drafted: Callable[[], Drafted] = partial(draft, sources, find, memory, tick)
        if memory.processes > 1 and sum(len(one.text) for one in sources) <= FEW_LETTERS:
            drafted = beside(draft, sources, find)
            from studydeck import package

            package.load()
        from studydeck.build import Inputs  # both are loaded while the other process drafts

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
        return Material(settings, problems, inputs, drafted(), memory)


def alone(options: Options, terminal: Terminal) -> AbstractContextManager[None]:
    """Hold the folder of the notes, after whoever holds it now."""
    return files.locked(options.notes, lambda: terminal.tell("another build of these notes is at work; waiting for it"))


def _folder(options: Options) -> str:
    """Give the name of the folder that says what the notes are on."""
    folder = options.notes.resolve()
    return folder.parent.name if folder.name in {"notes", "docs"} else folder.name


def _last_package(options: Options, settings: config.Config) -> Deck | None:
    """Read the newest package of this deck, for a ledger that was lost."""
    from studydeck.build import named_after, slug
    from studydeck.unpack import unpack

    name = slug(settings.name or named_after(_folder(options)))
    found = (unpack(data) for data in files.newest(options.out, f"{name}-*.apkg"))
    return next((one for one in found if isinstance(one, Deck) and slug(one.name) == name), None)


def _with(built: Built, problems: tuple[Problem, ...]) -> Built:
    ordered = sorted((*problems, *built.problems), key=lambda one: (one.path, one.line, one.code))
    return replace(built, problems=tuple(ordered))
