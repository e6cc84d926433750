"""From the options of a command to a `Built`: loads the notes folder, extracts its notes, and builds.

All commands share these functions. They write nothing; `project_lock` guards those commands that do.
"""

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

PARALLEL_THRESHOLD = 400_000  # characters of notes; with fewer, starting processes takes longer than it saves
TEMPLATES = storage.TEMPLATES


class Options(Struct, frozen=True):
    """The arguments that commands share; `now` is in seconds since the epoch."""

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
    """A notes folder with its extracted notes; `diagnostics` are those of loading it, none of them an error."""

    inputs: Inputs
    extracted: ExtractedDeck
    diagnostics: tuple[Diagnostic, ...]
    runner: Runner

    def build(self, **changed: Any) -> Built:
        """Build the deck; `changed` replaces fields of the inputs."""
        diagnostics = DiagnosticCollector(self.diagnostics)
        try:
            built = build(replace(self.inputs, **changed), self.extracted, self.runner)
        except BuildError as build_error:
            raise BuildError(_ordered((*diagnostics, *build_error.diagnostics)), build_error.skipped) from None
        return replace(built, diagnostics=_ordered((*diagnostics, *built.diagnostics)))


def build_project(options: Options, console: Console) -> Built:
    """Load the folder and build, without writing anything."""
    project = load_project(options, console)
    with console.status("building"):
        return project.build()


def load_project(options: Options, console: Console, runner: Runner | None = None) -> LoadedProject:
    """Read the folder and extract its notes.

    Parameters
    ----------
    options : the folders to read.
    console : shows the progress.
    runner : runs the stages of each file; by default a runner is chosen by the size of the notes.

    Raises
    ------
    BuildError : with a diagnostic for each file that cannot be read.
    """
    diagnostics = DiagnosticCollector()
    sources, templates = tuple[Source, ...](), dict[str, str]()
    config_text = ledger_text = None
    deck_config = config.Config()
    with console.progress("reading") as on_progress, diagnostics.collecting():
        sources = storage.read_sources(options.notes, on_progress)
    with diagnostics.collecting():
        config_text = storage.read_text_file(options.notes / config.NAME, config.NAME)
        deck_config = config.read(config_text or "")
    with diagnostics.collecting():
        ledger_text = storage.read_text_file(options.notes / ledger_file.FILE_NAME, ledger_file.FILE_NAME)
    with diagnostics.collecting():
        templates |= storage.read_templates(options.templates)
    for source in sources:
        console.print_detail(f"read {options.notes / source.path}")
    diagnostics.raise_on_errors()
    inputs = Inputs(
        sources=sources,
        config=deck_config,
        ledger_text=ledger_text,
        templates=templates,
        now=options.now,
        folder=_folder_name(options),
        configured=config_text is not None,
        reset_identities=options.reset_identities,
        rename=options.rename_deck,
        package=None if ledger_text is not None else _last_package(options, deck_config),
    )
    with console.progress("drafting") as on_progress, _runner_for(sources, runner) as chosen_runner:
        chosen_runner.progress = on_progress
        extracted = extract_deck(sources, partial(storage.read_pictures, options.notes), chosen_runner)
    return LoadedProject(inputs, extracted, tuple(diagnostics), chosen_runner)


@contextmanager
def _runner_for(sources: Sequence[Source], runner: Runner | None) -> Iterator[Runner]:
    """Yield the given runner, or else a parallel one for large notes and a plain one for others."""
    if runner or sum(len(source.text) for source in sources) < PARALLEL_THRESHOLD:
        yield runner or Runner()
        return
    from studydeck.parallel import ParallelRunner, worker_count

    parallel_runner = ParallelRunner(worker_count())
    try:
        yield parallel_runner
    finally:
        parallel_runner.close()


def project_lock(options: Options, console: Console) -> AbstractContextManager[None]:
    """Hold the lock of the notes folder; if another process holds it, print that and wait."""
    return storage.folder_lock(
        options.notes, lambda: console.print_status("another build of these notes is running; waiting for it")
    )


def _folder_name(options: Options) -> str:
    """Return the name of the notes folder, or of its parent if it is called notes or docs."""
    folder = options.notes.resolve()
    return folder.parent.name if folder.name in {"notes", "docs"} else folder.name


def _last_package(options: Options, deck_config: config.Config) -> Deck | None:
    """Return the newest package of this deck in the output folder, or None; for the recovery of a lost ledger."""
    from studydeck.apkg.reader import unpack

    slug = file_slug(deck_config.name or default_deck_name(_folder_name(options)))
    for package in storage.newest_files(options.out, f"{slug}-*.apkg"):
        with suppress(PackageError):
            deck = unpack(package)
            if file_slug(deck.name) == slug:
                return deck
    return None


def _ordered(diagnostics: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
    return tuple(sorted(diagnostics, key=lambda diagnostic: (diagnostic.path, diagnostic.line, diagnostic.code)))
