"""The way from a folder to a `Built`, as every command walks it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from studydeck import config, storage
from studydeck.build_inputs import Inputs, default_deck_name, file_slug
from studydeck.cli.console import Console
from studydeck.diagnostics import Diagnostic
from studydeck.errors import BuildError, DiagnosticCollector, PackageError
from studydeck.identity import ledger as ledger_file
from studydeck.model.anki import Deck
from studydeck.model.document import Source
from studydeck.model.notes import ExtractedDeck
from studydeck.pipeline import Built, Runner, build, extract_deck

PARALLEL_THRESHOLD = 400_000  # letters from which it pays to start a process: below, it takes longer than it saves
TEMPLATES = storage.TEMPLATES


class Options(Struct, frozen=True):
    """What the arguments say."""

    notes: Path
    out: Path
    templates: Path
    now: int
    locked: bool = False
    dry_run: bool = False
    strict: bool = False
    reset_identities: bool = False
    rename_deck: bool = False


class LoadedProject(Struct, frozen=True):
    """What a folder holds, read and drafted; `problems` are those of its files that stop nothing."""

    inputs: Inputs
    extracted: ExtractedDeck
    diagnostics: tuple[Diagnostic, ...]
    runner: Runner

    def build(self, **changed: Any) -> Built:
        """Build what was drafted; `changed` are fields of the inputs that are to be others than the folder's."""
        found = DiagnosticCollector(self.diagnostics)
        try:
            built = build(replace(self.inputs, **changed), self.extracted, self.runner)
        except BuildError as stopped:
            raise BuildError(_ordered((*found, *stopped.diagnostics)), stopped.skipped) from None
        return replace(built, diagnostics=_ordered((*found, *built.diagnostics)))


def build_project(options: Options, console: Console) -> Built:
    """Read the folder and build, without writing anything."""
    project = load_project(options, console)
    with console.status("building"):
        return project.build()


def load_project(options: Options, console: Console, runner: Runner | None = None) -> LoadedProject:
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
    found = DiagnosticCollector()
    sources, templates = tuple[Source, ...](), dict[str, str]()
    said = ledger = None
    settings = config.Config()
    with console.progress("reading") as on_progress, found.collecting():
        sources = storage.read_sources(options.notes, on_progress)
    with found.collecting():
        said = storage.read_text_file(options.notes / config.NAME, config.NAME)
        settings = config.read(said or "")
    with found.collecting():
        ledger = storage.read_text_file(options.notes / ledger_file.NAME, ledger_file.NAME)
    with found.collecting():
        templates |= storage.read_templates(options.templates)
    for source in sources:
        console.print_detail(f"read {options.notes / source.path}")
    found.raise_on_errors()
    inputs = Inputs(
        sources=sources,
        config=settings,
        ledger_text=ledger,
        templates=templates,
        now=options.now,
        folder=_folder(options),
        configured=said is not None,
        reset_identities=options.reset_identities,
        rename=options.rename_deck,
        package=None if ledger is not None else _last_package(options, settings),
    )
    with console.progress("drafting") as on_progress, _running(sources, runner) as running:
        running.progress = on_progress
        extracted = extract_deck(sources, partial(storage.read_pictures, options.notes), running)
    return LoadedProject(inputs, extracted, tuple(found), running)


@contextmanager
def _running(sources: Sequence[Source], runner: Runner | None) -> Iterator[Runner]:
    """Give the runner of who has one; else several processes share notes that are long enough for it to pay."""
    if runner or sum(len(one.text) for one in sources) < PARALLEL_THRESHOLD:
        yield runner or Runner()
        return
    from studydeck.parallel import ParallelRunner, worker_count

    shared = ParallelRunner(worker_count())
    try:
        yield shared
    finally:
        shared.close()


def project_lock(options: Options, console: Console) -> AbstractContextManager[None]:
    """Hold the folder of the notes, after whoever holds it now."""
    return storage.folder_lock(
        options.notes, lambda: console.print_status("another build of these notes is at work; waiting for it")
    )


def _folder(options: Options) -> str:
    """Give the name of the folder that says what the notes are on."""
    folder = options.notes.resolve()
    return folder.parent.name if folder.name in {"notes", "docs"} else folder.name


def _last_package(options: Options, settings: config.Config) -> Deck | None:
    """Read the newest package of this deck, for a ledger that was lost."""
    from studydeck.apkg.reader import unpack

    name = file_slug(settings.name or default_deck_name(_folder(options)))
    for data in storage.newest_files(options.out, f"{name}-*.apkg"):
        with suppress(PackageError):
            found = unpack(data)
            if file_slug(found.name) == name:
                return found
    return None


def _ordered(diagnostics: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
    return tuple(sorted(diagnostics, key=lambda one: (one.path, one.line, one.code)))
