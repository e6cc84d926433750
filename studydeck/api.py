"""The public API: load a notes folder, build its deck, list its notes and cards, and write the package.

A folder of Markdown files goes in; a `Project`, a `Built` deck or a written package come out. Nothing is printed. The
names for scripts are those of `studydeck.__all__`; the others are shared with the command line, which adds progress
and messages. What the author of the notes should know is returned as diagnostics; what stops a run is raised as a
`StudydeckError`.

Steps are logged by the standard `logging` under the names of the modules: `INFO` for what `--verbose` prints, `DEBUG`
for details. This package installs a handler only when the command line runs.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

from msgspec import Struct, convert, field
from msgspec.structs import replace

from studydeck import config, storage
from studydeck.build_inputs import Inputs, default_deck_name, file_slug
from studydeck.diagnostics import Diagnostic, DiagnosticCode, Severity
from studydeck.errors import BuildError, DiagnosticCollector, PackageError, StudydeckError
from studydeck.identity import ledger as ledger_file
from studydeck.model.anki import FIELDS, Deck, Kind
from studydeck.model.document import Source
from studydeck.model.notes import ExtractedDeck, SkippedBlock
from studydeck.pipeline import Built, Progress, Runner, build, extract_deck, pack
from studydeck.reports import listing

__all__ = [
    "BuildError",
    "Built",
    "Card",
    "Diagnostic",
    "DiagnosticCode",
    "ListedNote",
    "Project",
    "Result",
    "Severity",
    "SkippedBlock",
    "StudydeckError",
    "build_deck",
    "list_notes",
    "load_project",
]

StepProgress = Callable[[str], AbstractContextManager[Progress]]  # called with the name of a step
_logger = logging.getLogger(__name__)


class Project(Struct, frozen=True):
    """A notes folder that was read, with the notes extracted from it; nothing is written.

    Attributes
    ----------
    inputs : everything that a build reads: sources, settings, ledger, card templates.
    extracted : the drafts of notes, and the skipped blocks.
    diagnostics : those of reading the folder, none of them an error.
    runner : runs the stages of files and notes.
    """

    inputs: Inputs
    extracted: ExtractedDeck
    diagnostics: tuple[Diagnostic, ...]
    runner: Runner

    def build(self, **changed: Any) -> Built:
        """Build the deck in memory.

        Parameters
        ----------
        changed : fields of `inputs` to replace in this build.

        Returns
        -------
        The notes with their identities, the skipped blocks, and all diagnostics, ordered by path, line and code.

        Raises
        ------
        BuildError : if any diagnostic is an error; it carries all of them.
        """
        diagnostics = DiagnosticCollector(self.diagnostics)
        try:
            built = build(replace(self.inputs, **changed), self.extracted, self.runner)
        except BuildError as build_error:
            raise BuildError(_ordered((*diagnostics, *build_error.diagnostics)), build_error.skipped) from None
        return replace(built, diagnostics=_ordered((*diagnostics, *built.diagnostics)))


class Card(Struct, frozen=True):
    """One card of a note.

    Attributes
    ----------
    ordinal : the number of the card in its note. A pair: 0 forwards, 1 backwards; a cloze: 1 to 500.
    line : the line of its source, counted from 1.
    question, answer : plain text.
    """

    ordinal: int = field(name="ord")
    line: int
    question: str
    answer: str


class ListedNote(Struct, frozen=True):
    """A note of a built deck, as the command `list` shows it.

    Attributes
    ----------
    guid : the identity of the note in Anki; it stays the same while the notes are edited.
    kind : "pair" or "cloze".
    rule : the name of the rule that made the note.
    path : its Markdown file, relative to the notes folder.
    line, end_line : its first and last line there, counted from 1.
    fields : the HTML of each field of the note type, by the name of the field.
    tags : its Anki tags.
    cards : its cards, at least one.
    """

    guid: str
    kind: Kind
    rule: str
    path: str
    line: int
    end_line: int
    fields: Mapping[str, str]
    tags: tuple[str, ...]
    cards: tuple[Card, ...]


class Result(Struct, frozen=True):
    """What `build_deck` wrote.

    Attributes
    ----------
    package : the path of the package that was written.
    ledger_changed : whether `ledger.jsonl` in the notes folder was written too; commit it together with the notes.
    diagnostics : warnings and infos, ordered by path, line and code; those of writing come last.
    note_count, card_count : how many notes and cards the package contains.
    skipped_count : how many blocks of the notes gave no note.
    retired_count : how many notes this build retired: they are no longer in the package.
    """

    package: Path
    ledger_changed: bool
    diagnostics: tuple[Diagnostic, ...]
    note_count: int
    card_count: int
    skipped_count: int
    retired_count: int


def build_deck(
    notes: str | Path,
    out: str | Path | None = None,
    *,
    templates: str | Path | None = None,
    now: int | None = None,
    strict: bool = False,
) -> Result:
    """Build the deck of a notes folder, and write the package and the ledger, as the command `build` does.

    The lock of the folder is held, so that two builds of the same notes do not write at the same time.

    Parameters
    ----------
    notes : the folder with the Markdown files.
    out : the folder for the package, which is created if it does not exist; by default `dist` beside the notes folder.
    templates : the folder with the card templates; by default the built-in ones.
    now : the time of the build in seconds since the epoch; by default the current time. The same notes, ledger and
        time give the same bytes.
    strict : whether a warning stops the build as an error does.

    Returns
    -------
    The path of the package, the diagnostics, and counts.

    Raises
    ------
    BuildError : if the notes have an error, or with `strict` a warning, or if the package cannot be written. It
        carries all diagnostics.
    """
    notes_folder = Path(notes)
    out_folder = _default_out(notes_folder) if out is None else Path(out)
    with storage.folder_lock(notes_folder, _log_waiting):
        project = load_project(notes_folder, out=out_folder, templates=templates, now=now)
        built = project.build()
        stop_if_failed(built, strict=strict)
        package = package_path(out_folder, built.config)
        ledger = built.ledger_text if built.ledger_text != project.inputs.ledger_text else None
        write_warnings = storage.write_build(notes_folder, ledger, [(package, pack(built.deck))])
    return Result(
        package=package,
        ledger_changed=ledger is not None and not write_warnings,
        diagnostics=(*built.diagnostics, *write_warnings),
        note_count=len(built.notes),
        card_count=sum(len(note.ordinals) for note in built.notes),
        skipped_count=len(built.skipped),
        retired_count=len(built.retired),
    )


def load_project(
    notes: str | Path,
    *,
    out: str | Path | None = None,
    templates: str | Path | None = None,
    now: int | None = None,
) -> Project:
    """Read a notes folder and extract its notes, without writing anything.

    Parameters
    ----------
    notes : the folder with the Markdown files.
    out : the folder with the packages of earlier builds, from which a lost ledger is recovered; by default `dist`
        beside the notes folder.
    templates : the folder with the card templates; by default the built-in ones.
    now : the time of the build in seconds since the epoch; by default the current time.

    Returns
    -------
    The project; its method `build` makes the deck.

    Raises
    ------
    BuildError : with a diagnostic for each file that cannot be read, or if the folder has no Markdown file.
    """
    folder = Path(notes)
    inputs, diagnostics = read_inputs(
        folder,
        _default_out(folder) if out is None else Path(out),
        storage.TEMPLATES if templates is None else Path(templates),
        int(time.time()) if now is None else now,
    )
    return extract_project(folder, inputs, diagnostics, Runner())


def list_notes(built: Built) -> tuple[ListedNote, ...]:
    """Return the notes and cards of a built deck.

    Parameters
    ----------
    built : the result of `Project.build`.

    Returns
    -------
    The notes in the order of the files and their lines.
    """
    return tuple(
        ListedNote(
            guid=note.guid,
            kind=note.draft.kind,
            rule=note.draft.rule,
            path=note.draft.span.path,
            line=note.draft.span.line,
            end_line=note.draft.span.end_line,
            fields=dict(zip(FIELDS[row.kind], row.fields, strict=True)),
            tags=row.tags,
            cards=convert(list(listing.cards(note)), tuple[Card, ...]),
        )
        for note, row in zip(built.notes, built.deck.rows, strict=True)
    )


@contextmanager
def no_progress(_step: str) -> Iterator[Progress]:
    """Report no progress."""
    yield lambda _done, _total: None


def read_inputs(
    notes: Path, out: Path, templates: Path, now: int, *, progress: StepProgress = no_progress
) -> tuple[Inputs, tuple[Diagnostic, ...]]:
    """Read everything that a build needs.

    Parameters
    ----------
    notes, out, templates : the folders with the Markdown files, earlier packages, and the card templates.
    now : the time of the build in seconds since the epoch.
    progress : shows the progress of the step "reading", in files.

    Returns
    -------
    The inputs, and the diagnostics of reading, none of them an error.

    Raises
    ------
    BuildError : with a diagnostic for each file that cannot be read.
    """
    diagnostics = DiagnosticCollector()
    sources, template_texts = tuple[Source, ...](), dict[str, str]()
    config_text = ledger_text = None
    deck_config = config.Config()
    with progress("reading") as on_progress, diagnostics.collecting():
        sources = storage.read_sources(notes, on_progress)
        diagnostics += storage.left_out_files(notes)
    with diagnostics.collecting():
        config_text = storage.read_text_file(notes / config.NAME, config.NAME, config.MAX_SIZE)
        deck_config = config.read(config_text or "")
    with diagnostics.collecting():
        ledger_text = storage.read_text_file(notes / ledger_file.FILE_NAME, ledger_file.FILE_NAME)
    with diagnostics.collecting():
        template_texts |= storage.read_templates(templates)
    for source in sources:
        _logger.info("read %s", notes / source.path)
    diagnostics.raise_on_errors()
    inputs = Inputs(
        sources=sources,
        config=deck_config,
        ledger_text=ledger_text,
        templates=template_texts,
        now=now,
        folder=_folder_name(notes),
        configured=config_text is not None,
        package=None if ledger_text is not None else _last_package(notes, out, deck_config),
    )
    return inputs, tuple(diagnostics)


def extract_project(
    notes: Path,
    inputs: Inputs,
    diagnostics: tuple[Diagnostic, ...],
    runner: Runner,
    *,
    progress: StepProgress = no_progress,
) -> Project:
    """Extract the notes of the sources; `progress` shows that of the step "drafting", in files."""
    with progress("drafting") as on_progress:
        runner.progress = on_progress
        extracted = extract_deck(inputs.sources, partial(storage.read_pictures, notes), runner)
    return Project(inputs, extracted, diagnostics, runner)


def stop_if_failed(built: Built, *, strict: bool) -> None:
    """Raise a BuildError if there is an error, or with `strict` a warning."""
    if any(
        diagnostic.severity == "error" or (strict and diagnostic.severity == "warning")
        for diagnostic in built.diagnostics
    ):
        raise BuildError(built.diagnostics, built.skipped)


def package_path(out: Path, deck_config: config.Config) -> Path:
    """Return the path of the package of a deck in the output folder: its name and version."""
    return out / f"{file_slug(deck_config.name)}-{deck_config.version}.apkg"


def _default_out(notes: Path) -> Path:
    return notes.resolve().parent / "dist"


def _log_waiting() -> None:
    _logger.info("another build of these notes is running; waiting for it")


def _folder_name(notes: Path) -> str:
    """Return the name of the notes folder, or of its parent if it is called notes or docs."""
    folder = notes.resolve()
    return folder.parent.name if folder.name in {"notes", "docs"} else folder.name


def _last_package(notes: Path, out: Path, deck_config: config.Config) -> Deck | None:
    """Return the newest package of this deck in the output folder, or None; for the recovery of a lost ledger."""
    from studydeck.apkg.reader import unpack

    slug = file_slug(deck_config.name or default_deck_name(_folder_name(notes)))
    for package in storage.newest_files(out, f"{slug}-*.apkg"):
        with suppress(PackageError):
            deck = unpack(package)
            if file_slug(deck.name) == slug:
                return deck
    return None


def _ordered(diagnostics: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
    return tuple(sorted(diagnostics, key=lambda diagnostic: (diagnostic.path, diagnostic.line, diagnostic.code)))
