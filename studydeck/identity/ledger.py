"""The ledger's file: one JSON record a line, in the order of the sources, made to be read and merged.

    {"format":2,"deck":ID,"name":NAME,"release":null or {"version","time"},
     "note_types":{KIND:{"changed","appearance","schema"}}}
    {"section":ID,"parent":ID or null,"heading":TEXT,"file":PATH}          then, below its section, every note:
    {"note":GUID,"kind","id_slot","changed","content_digest","metadata_digest","since","text","cards":{ORDINAL:PHRASE}[,"pin"]}
    {"retired":GUID, the same keys}                                       last, by GUID

`id_slot` counts 512 ms since the epoch, `changed` and `time` are seconds since the epoch.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, get_args

from msgspec import DecodeError, Struct, field
from msgspec.json import Decoder, Encoder
from msgspec.structs import replace

from studydeck.diagnostics import Diagnostic, DiagnosticCode, error
from studydeck.errors import BuildError
from studydeck.model.anki import Kind

FORMAT = 2
NAME = "ledger.jsonl"
KINDS = get_args(Kind)


class _Record(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, rename={"guid": "note"}):
    """A note as its line holds it."""

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


class LedgerEntry(_Record, frozen=True):
    """A note as the ledger knows it; `section` is the id of the section it stands in, empty once it is gone."""

    section: str = ""
    retired: bool = False


class LedgerSection(Struct, frozen=True):
    id: str
    parent: str
    heading: str
    file: str


class NoteTypeRecord(Struct, frozen=True):
    """What a note type looked like when it last changed, and the digest of what must never change."""

    changed: int
    appearance_digest: str
    schema_digest: str


class Ledger(Struct, frozen=True):
    """All that a deck remembers; an empty deck id means that nothing was ever built."""

    deck: str = ""
    name: str = ""
    release: tuple[str, int] | None = None
    note_types: Mapping[str, NoteTypeRecord] = field(default_factory=dict)
    sections: tuple[LedgerSection, ...] = ()
    notes: tuple[LedgerEntry, ...] = ()


def write(ledger: Ledger) -> str:
    """Give the file's text: the same ledger always gives the same text."""
    release = {"version": ledger.release[0], "time": ledger.release[1]} if ledger.release else None
    looks = {
        kind: {"changed": one.changed, "appearance": one.appearance_digest, "schema": one.schema_digest}
        for kind, one in sorted(ledger.note_types.items())
    }
    head = {"format": FORMAT, "deck": ledger.deck, "name": ledger.name, "release": release, "note_types": looks}
    below = _below(ledger)
    lines = [_encode(head).decode()]
    for section in ledger.sections:
        lines.append(_section_line(section))
        lines += map(_note_line, below.get(section.id, ()))
    lines += map(_note_line, _retired(ledger))
    return "\n".join(lines) + "\n"


def as_read(ledger: Ledger) -> Ledger:
    """Give what `read` will give for the text that `write` gave for a ledger."""
    below = _below(ledger)
    stay = (note for section in ledger.sections for note in below.get(section.id, ()))
    return replace(ledger, notes=(*stay, *_retired(ledger)))


def _below(ledger: Ledger) -> dict[str, list[LedgerEntry]]:
    below: dict[str, list[LedgerEntry]] = {}
    for note in live(ledger.notes):
        below.setdefault(note.section, []).append(note)
    return below


def _retired(ledger: Ledger) -> list[LedgerEntry]:
    return sorted((note for note in ledger.notes if note.retired), key=lambda one: one.guid)


_encode, _decode, _decode_note = Encoder().encode, Decoder().decode, Decoder(_Record).decode


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
    line = _encode(_Record(note.guid, note.kind, *values)).decode()
    return line.replace('"note"', '"retired"', 1) if note.retired else line


def read(text: str, path: str = NAME) -> Ledger:
    """Read the file's text; conflict markers are read through, and both sides are kept.

    Live wins over gone, the later `changed` wins.

    Raises
    ------
    BuildError : with every line that is no record, or whose kind or pin differs, for no rule could choose.
    """
    reader = _LedgerReader(path)
    for number, line in _lines(text):
        reader.record(number, line)
        if reader.other_format:
            break
    ledger = reader.ledger()
    if reader.diagnostics:
        raise BuildError(reader.diagnostics)
    return ledger


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Give the lines that hold records: no conflict markers, and not the common ancestor that some of them show."""
    ancestor = False
    for number, line in enumerate(text.split("\n"), 1):  # not splitlines: JSON keeps U+2028 and its like
        if line.startswith(("<<<<<<<", "=======", ">>>>>>>", "|||||||")):
            ancestor = line.startswith("|||||||")
        elif line.strip() and not ancestor:
            yield number, line


class _LedgerReader:
    """Gathers records by their keys, line by line."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.diagnostics: list[Diagnostic] = []
        self.head: Ledger | None = None
        self.sections: dict[str, LedgerSection] = {}
        self.notes: dict[str, tuple[int, LedgerEntry]] = {}
        self.section = ""
        self.other_format = False

    def wrong(self, line: int, message: str) -> None:
        self.diagnostics.append(error(DiagnosticCode.BAD_LEDGER, self.path, line, message))

    def record(self, number: int, line: str) -> None:
        if known := _as_written(line, self.section):
            self.note(number, known)
            return
        try:
            record = _decode(line)
            if "format" in record:
                self.heads(number, record)
            elif "section" in record:
                self.section = str(record["section"])
                values = (record["parent"] or "", record["heading"], record["file"])
                self.sections[self.section] = LedgerSection(self.section, *map(str, values))
            else:
                self.note(number, _note(record, "" if "retired" in record else self.section))
        except (DecodeError, ValueError, KeyError, TypeError, AttributeError) as bad:
            self.wrong(
                number,
                f"this line is no record of a ledger ({type(bad).__name__}: {bad}); take the line from the last "
                "commit: git checkout -- " + self.path,
            )

    def heads(self, number: int, record: dict[str, Any]) -> None:
        if record["format"] != FORMAT:
            self.other_format = True
            if record["format"] == 1:
                self.wrong(
                    number, "format 1 was never released; delete the file, and the next build makes every note anew"
                )
            else:
                self.wrong(number, f"format {record['format']} was written by a newer version of this tool; upgrade it")
            return
        release = (record["release"]["version"], record["release"]["time"]) if record["release"] else None
        looks = {
            kind: NoteTypeRecord(one["changed"], one["appearance"], one["schema"])
            for kind, one in record["note_types"].items()
        }
        head = Ledger(record["deck"], record["name"], release, looks)
        if self.head and (self.head.deck, self.head.name) != (head.deck, head.name):
            self.wrong(number, f'a second head, of deck "{head.name}" ({head.deck}); delete one of the two lines')
        elif self.head:
            later = max((self.head, head), key=lambda one: one.release[1] if one.release else 0)
            merged = {
                kind: max(
                    (one.note_types[kind] for one in (self.head, head) if kind in one.note_types),
                    key=lambda x: x.changed,
                )
                for kind in {*self.head.note_types, *looks}
            }
            self.head = replace(later, note_types=merged)
        else:
            self.head = head

    def note(self, number: int, note: LedgerEntry) -> None:
        if note.guid not in self.notes:
            self.notes[note.guid] = (number, note)
            return
        line, other = self.notes[note.guid]
        if (note.kind, note.pin) != (other.kind, other.pin):
            what = "kind" if note.kind != other.kind else "pin"
            self.wrong(number, f"{note.guid} has another {what} in line {line}; delete the line that is wrong")
        best = max((other, note), key=lambda one: (not one.retired, one.changed))
        rest = note if best is other else other
        merged = replace(best, cards={**rest.cards, **best.cards}, since=_earlier(best.since, rest.since))
        del self.notes[note.guid]
        self.notes[note.guid] = (number, merged)

    def ledger(self) -> Ledger:
        if self.head is None:
            if not self.diagnostics:
                self.wrong(1, "the first line, with the deck's id and name, is missing; take it from the last commit")
            return Ledger()
        notes = (note for _, note in self.notes.values())
        return replace(self.head, sections=tuple(self.sections.values()), notes=tuple(notes))


def _earlier(one: str | None, other: str | None) -> str | None:
    if one is None or other is None:
        return one or other
    return min(one, other, key=lambda version: [int(part) if part.isdigit() else 0 for part in version.split(".")])


def _as_written(line: str, section: str) -> LedgerEntry | None:
    """Read a note that stays, if its line is as `write` wrote it; what is wrong with any other the reader says."""
    if not line.startswith('{"note":"'):
        return None
    try:
        one = _decode_note(line)
    except DecodeError:
        return None
    guid, kind, id_slot, changed, since = one.guid, one.kind, one.id_slot, one.changed, one.since
    note = LedgerEntry(
        guid,
        kind,
        id_slot,
        changed,
        one.content_digest,
        one.metadata_digest,
        since,
        one.text,
        one.cards,
        one.pin,
        section,
    )
    return note if guid else None


def _note(record: dict[str, Any], section: str) -> LedgerEntry:
    guid, kind, cards = record.get("note") or record["retired"], record["kind"], record["cards"]
    if kind not in KINDS:
        raise ValueError(f'"{kind}" is no kind of note')
    if not all(isinstance(record[key], int) for key in ("id_slot", "changed")):
        raise ValueError("slot and changed are whole numbers")
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


def live(notes: Iterable[LedgerEntry]) -> Iterator[LedgerEntry]:
    """Give the notes that stood in the sources at the last build."""
    return (note for note in notes if not note.retired)
