"""The public API: load a notes folder, build its deck, list its notes and cards, and write the package.

A folder of Markdown files goes in; a `Project`, a `Built` deck or a written package come out. Nothing is printed. The
names are also those of the package `studydeck`. What the author of the notes should know is returned as diagnostics;
what stops a run is raised as a `StudydeckError`.

Steps are logged by the standard `logging` under the names of the modules: `INFO` for what `--verbose` prints, `DEBUG`
for details. This package installs a handler only when the command line runs.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct, convert, field

from studydeck import storage
from studydeck.diagnostics import Diagnostic, DiagnosticCode, Severity
from studydeck.errors import BuildError, StudydeckError
from studydeck.model.anki import Kind
from studydeck.model.notes import SkippedBlock
from studydeck.pipeline import Built, pack
from studydeck.project import Project, extract_project, package_path, read_inputs, stop_if_failed
from studydeck.reports import listing
from studydeck.runner import Runner
from studydeck.text.card_words import card_words

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

_logger = logging.getLogger(__name__)


class Card(Struct, frozen=True):
    """One card of a note.

    Attributes
    ----------
    ordinal : the number of the card in its note. A pair: 0 forwards, 1 backwards; a cloze: 1 to 500.
    line : the line of its source, counted from 1.
    question, answer : plain text.
    confidence : points that say how sure it is that a learner wants the card as it is; at most 99.
    """

    ordinal: int = field(name="ord")
    line: int
    question: str
    answer: str
    confidence: int


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
    words = card_words(built.config.language)
    return tuple(
        ListedNote(
            guid=note.guid,
            kind=note.draft.kind,
            rule=note.draft.rule,
            path=note.draft.span.path,
            line=note.draft.span.line,
            end_line=note.draft.span.end_line,
            fields=row.field_values(),
            tags=row.tags,
            cards=convert(list(listing.cards(note, words, with_letters=built.config.blank_hints)), tuple[Card, ...]),
        )
        for note, row in zip(built.notes, built.deck.rows, strict=True)
    )


def _default_out(notes: Path) -> Path:
    return notes.resolve().parent / "dist"


def _log_waiting() -> None:
    _logger.info("another build of these notes is running; waiting for it")
