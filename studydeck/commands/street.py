"""The way from a folder to a `Built`, as every command walks it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from studydeck import build, config, files, pictures
from studydeck.build import Built, Inputs
from studydeck.commands.terminal import Terminal
from studydeck.ledger import outline
from studydeck.memory import FORGETFUL, Forgetful, Memory
from studydeck.problems import Problem
from studydeck.shapes import Deck, Picture, Section, Source
from studydeck.unpack import unpack

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
    """What a folder holds, read and parsed; where a problem is an error there are no inputs."""

    settings: config.Config
    problems: tuple[Problem, ...]
    inputs: Inputs | None = None
    sections: tuple[Section, ...] = ()
    pictures: Mapping[tuple[str, str], Picture] = field(default_factory=dict)
    memory: Memory = FORGETFUL

    def build(self, **changed: Any) -> Built:
        """Walk the street; `changed` are fields of the inputs that are to be others than the folder's."""
        if not self.inputs:
            return Built(self.settings, problems=self.problems)
        inputs = replace(self.inputs, **changed)
        return _with(build.build(inputs, self.sections, self.pictures, self.memory), self.problems)


def walk(options: Options, terminal: Terminal) -> Built:
    """Read the folder and build, without writing anything."""
    material = gather(options, terminal)
    with terminal.status("building"):
        return material.build()


def gather(options: Options, terminal: Terminal, memory: Memory = ONCE) -> Material:
    """Read the folder and parse it; who builds again and again brings one memory, which the material hands on."""
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
    with terminal.progress("parsing") as tick:
        sections, wrong = build.parse(sources, memory, tick)
        problems += wrong
        shown = files.shown(options.notes, pictures.wanted(sections, memory))
        folder = options.notes.resolve()
        inputs = Inputs(
            sources=sources,
            config=settings,
            ledger_text=ledger,
            templates=templates,
            now=options.now,
            folder=folder.parent.name if folder.name in {"notes", "docs"} else folder.name,
            configured=said is not None,
            forget=options.forget,
            rename=options.rename_deck,
            package=None if ledger is not None else _last_package(options, settings),
        )
    return Material(settings, problems, inputs, sections, shown, memory)


def alone(options: Options, terminal: Terminal) -> AbstractContextManager[None]:
    """Hold the folder of the notes, after whoever holds it now."""
    return files.locked(options.notes, lambda: terminal.tell("another build of these notes is at work; waiting for it"))


def _last_package(options: Options, settings: config.Config) -> Deck | None:
    """Read the newest package of this deck, for a ledger that was lost."""
    slug = build.slug(settings.name) if settings.name else "*"
    found = (unpack(data) for data in files.newest(options.out, f"{slug}-*.apkg"))
    return next((one for one in found if isinstance(one, Deck)), None)


def _with(built: Built, problems: tuple[Problem, ...]) -> Built:
    ordered = sorted((*problems, *built.problems), key=lambda one: (one.path, one.line, one.code))
    return replace(built, problems=tuple(ordered))
