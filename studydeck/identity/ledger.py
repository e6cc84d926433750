"""The ledger file: one JSON record a line, in source order, made to be reviewed and merged.

In: the text of the file, or a `Ledger`. Out: the other one.

    {"format":2,"deck":ID,"name":NAME,"release":null or {"version","time"},
     "note_types":{KIND:{"changed","appearance","schema"}}}
    {"section":ID,"parent":ID or null,"heading":TEXT,"file":PATH}          followed by the notes of the section:
    {"note":GUID,"kind","id_slot","changed","content_digest","metadata_digest","since","text",
     "cards":{ORDINAL:PHRASE}[,"pin"]}
    {"retired":GUID, the same keys}                                       last, sorted by GUID

`id_slot` counts 512 ms since the epoch; `changed` and `time` are seconds since the epoch.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, get_args

from msgspec import DecodeError, Struct, field
from msgspec.json import Decoder, Encoder
from msgspec.structs import replace

from studydeck.config import parse_version
from studydeck.diagnostics import Diagnostic, DiagnosticCode, error
from studydeck.errors import BuildError
from studydeck.model.anki import Kind

FORMAT = 2
FILE_NAME = "ledger.jsonl"
KINDS = get_args(Kind)


class _NoteRecord(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, rename={"guid": "note"}):
    """The line of a note."""

    guid: str
    kind: Kind
    id_slot: int
    changed: int
    content_digest: str
    metadata_digest: str
    since: str | None
    text: str
    cards: Mapping[int, str]
    pin: str = ""


class LedgerEntry(_NoteRecord, frozen=True):
    """A note in the ledger; `section` is the id of its section, empty if it is retired."""

    section: str = ""
    retired: bool = False


class LedgerSection(Struct, frozen=True):
    id: str
    parent: str
    heading: str
    file: str


class NoteTypeRecord(Struct, frozen=True):
    """When a note type last changed, and digests of its appearance then and of its schema, which must never change."""

    changed: int
    appearance_digest: str
    schema_digest: str


class Ledger(Struct, frozen=True):
    """The content of the ledger file; an empty deck id means that there was no build yet."""

    deck: str = ""
    name: str = ""
    release: tuple[str, int] | None = None
    note_types: Mapping[str, NoteTypeRecord] = field(default_factory=dict)
    sections: tuple[LedgerSection, ...] = ()
    notes: tuple[LedgerEntry, ...] = ()


def to_text(ledger: Ledger) -> str:
    """Return the text of the file; equal ledgers have equal texts."""
    release = {"version": ledger.release[0], "time": ledger.release[1]} if ledger.release else None
    note_types = {
        kind: {"changed": record.changed, "appearance": record.appearance_digest, "schema": record.schema_digest}
        for kind, record in sorted(ledger.note_types.items())
    }
    header = {"format": FORMAT, "deck": ledger.deck, "name": ledger.name, "release": release, "note_types": note_types}
    by_section = _live_by_section(ledger)
    lines = [_encode(header).decode()]
    for section in ledger.sections:
        lines.append(_section_line(section))
        lines += map(_note_line, by_section.get(section.id, ()))
    lines += map(_note_line, _retired(ledger))
    return "\n".join(lines) + "\n"


def in_file_order(ledger: Ledger) -> Ledger:
    """Return what `parse` returns for the text that `to_text` returns for a ledger."""
    by_section = _live_by_section(ledger)
    live_notes = (note for section in ledger.sections for note in by_section.get(section.id, ()))
    return replace(ledger, notes=(*live_notes, *_retired(ledger)))


def _live_by_section(ledger: Ledger) -> dict[str, list[LedgerEntry]]:
    by_section: dict[str, list[LedgerEntry]] = {}
    for note in live_notes(ledger.notes):
        by_section.setdefault(note.section, []).append(note)
    return by_section


def _retired(ledger: Ledger) -> list[LedgerEntry]:
    return sorted((note for note in ledger.notes if note.retired), key=lambda note: note.guid)


_encode, _decode, _decode_note = Encoder().encode, Decoder().decode, Decoder(_NoteRecord).decode


def _section_line(section: LedgerSection) -> str:
    record = {"section": section.id, "parent": section.parent or None, "heading": section.heading, "file": section.file}
    return _encode(record).decode()


def _note_line(note: LedgerEntry) -> str:
    cards = note.cards if len(note.cards) < 2 else dict(sorted(note.cards.items()))
    values = (
        note.id_slot,
        note.changed,
        note.content_digest,
        note.metadata_digest,
        note.since,
        note.text,
        cards,
        note.pin,
    )
    line = _encode(_NoteRecord(note.guid, note.kind, *values)).decode()
    return line.replace('"note"', '"retired"', 1) if note.retired else line


def parse(text: str, path: str = FILE_NAME) -> Ledger:
    """Read the text of the file.

    Merge conflict markers are skipped and both sides are kept. Of two records of one note the live one wins over the
    retired one, and otherwise the one with the later `changed`.

    Parameters
    ----------
    text : of the whole file.
    path : of the file, for diagnostics.

    Returns
    -------
    the ledger; notes in the order of the file.

    Raises
    ------
    BuildError : with every line that is not a record, and every second record of a note with another kind or pin.
    """
    reader = _LedgerReader(path)
    for number, line in _record_lines(text):
        reader.read_line(number, line)
        if reader.is_other_format:
            break
    ledger = reader.ledger()
    if reader.diagnostics:
        raise BuildError(reader.diagnostics)
    return ledger


def _record_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines with records, without conflict markers and the common ancestor that diff3 style shows."""
    in_ancestor = False
    for number, line in enumerate(text.split("\n"), 1):  # not splitlines: JSON keeps U+2028 and other separators
        if line.startswith(("<<<<<<<", "=======", ">>>>>>>", "|||||||")):
            in_ancestor = line.startswith("|||||||")
        elif line.strip() and not in_ancestor:
            yield number, line


class _LedgerReader:
    """Collects records by key, line by line."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.diagnostics: list[Diagnostic] = []
        self.header: Ledger | None = None
        self.sections: dict[str, LedgerSection] = {}
        self.notes: dict[str, tuple[int, LedgerEntry]] = {}
        self.section = ""
        self.is_other_format = False

    def report(self, line: int, message: str) -> None:
        self.diagnostics.append(error(DiagnosticCode.BAD_LEDGER, self.path, line, message))

    def read_line(self, number: int, line: str) -> None:
        if note := _parse_canonical_note(line, self.section):
            self.add_note(number, note)
            return
        try:
            record = _decode(line)
            if "format" in record:
                self.add_header(number, record)
            elif "section" in record:
                self.section = str(record["section"])
                values = (record["parent"] or "", record["heading"], record["file"])
                self.sections[self.section] = LedgerSection(self.section, *map(str, values))
            else:
                self.add_note(number, _parse_note(record, "" if "retired" in record else self.section))
        except (DecodeError, ValueError, KeyError, TypeError, AttributeError) as exception:
            self.report(
                number,
                f"this line is not a ledger record ({type(exception).__name__}: {exception}); restore the line from "
                "the last commit: git checkout -- " + self.path,
            )

    def add_header(self, number: int, record: dict[str, Any]) -> None:
        if record["format"] != FORMAT:
            self.is_other_format = True
            if record["format"] == 1:
                self.report(
                    number, "format 1 was never released; delete the file, and the next build gives every note a new id"
                )
            else:
                self.report(
                    number, f"format {record['format']} was written by a newer version of this tool; upgrade it"
                )
            return
        release = (record["release"]["version"], record["release"]["time"]) if record["release"] else None
        note_types = {
            kind: NoteTypeRecord(fields["changed"], fields["appearance"], fields["schema"])
            for kind, fields in record["note_types"].items()
        }
        header = Ledger(record["deck"], record["name"], release, note_types)
        if self.header and (self.header.deck, self.header.name) != (header.deck, header.name):
            self.report(
                number, f'a second header line, of deck "{header.name}" ({header.deck}); delete one of the two lines'
            )
        elif self.header:
            latest = max((self.header, header), key=lambda side: side.release[1] if side.release else 0)
            merged = {
                kind: max(
                    (side.note_types[kind] for side in (self.header, header) if kind in side.note_types),
                    key=lambda note_type: note_type.changed,
                )
                for kind in {*self.header.note_types, *note_types}
            }
            self.header = replace(latest, note_types=merged)
        else:
            self.header = header

    def add_note(self, number: int, note: LedgerEntry) -> None:
        if note.guid not in self.notes:
            self.notes[note.guid] = (number, note)
            return
        first_line, first = self.notes[note.guid]
        if (note.kind, note.pin) != (first.kind, first.pin):
            key = "kind" if note.kind != first.kind else "pin"
            self.report(number, f"{note.guid} has another {key} in line {first_line}; delete the line that is wrong")
        winner = max((first, note), key=lambda entry: (not entry.retired, entry.changed))
        other = note if winner is first else first
        merged = replace(winner, cards={**other.cards, **winner.cards}, since=_earlier(winner.since, other.since))
        del self.notes[note.guid]
        self.notes[note.guid] = (number, merged)

    def ledger(self) -> Ledger:
        if self.header is None:
            if not self.diagnostics:
                self.report(
                    1, "the first line, with the deck's id and name, is missing; restore it from the last commit"
                )
            return Ledger()
        notes = (note for _, note in self.notes.values())
        return replace(self.header, sections=tuple(self.sections.values()), notes=tuple(notes))


def _earlier(version: str | None, other: str | None) -> str | None:
    if version is None or other is None or version == other:
        return version or other
    return min(version, other, key=parse_version)


def _parse_canonical_note(line: str, section: str) -> LedgerEntry | None:
    """Parse the line of a live note as `to_text` writes it; return None for any other line, which needs full checks."""
    if not line.startswith('{"note":"'):
        return None
    try:
        record = _decode_note(line)
    except DecodeError:
        return None
    guid, kind, id_slot, changed, since = record.guid, record.kind, record.id_slot, record.changed, record.since
    note = LedgerEntry(
        guid,
        kind,
        id_slot,
        changed,
        record.content_digest,
        record.metadata_digest,
        since,
        record.text,
        record.cards,
        record.pin,
        section,
    )
    return note if guid else None


def _parse_note(record: dict[str, Any], section: str) -> LedgerEntry:
    guid, kind, cards = record.get("note") or record["retired"], record["kind"], record["cards"]
    if kind not in KINDS:
        raise ValueError(f'"{kind}" is not a kind of note')
    if not all(isinstance(record[key], int) for key in ("id_slot", "changed")):
        raise ValueError("id_slot and changed must be whole numbers")
    return LedgerEntry(
        guid=str(guid),
        kind=kind,
        id_slot=record["id_slot"],
        changed=record["changed"],
        content_digest=str(record["content_digest"]),
        metadata_digest=str(record["metadata_digest"]),
        since=record["since"],
        text=str(record["text"]),
        cards={int(ordinal): str(phrase) for ordinal, phrase in cards.items()},
        pin=str(record.get("pin", "")),
        section=section,
        retired="retired" in record,
    )


def live_notes(notes: Iterable[LedgerEntry]) -> Iterator[LedgerEntry]:
    """Return the notes that were in the sources at the last build."""
    return (note for note in notes if not note.retired)
