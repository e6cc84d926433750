"""The ledger's file: one JSON record a line, in the order of the sources, made to be read and merged.

    {"format":1,"deck":ID,"name":NAME,"release":null or {"version","time"},
     "notetypes":{KIND:{"changed","look","schema"}}}
    {"section":ID,"in":ID or null,"heading":TEXT,"file":PATH}          then, below its section, every note:
    {"note":GUID,"kind","slot","changed","asked","around","since","text","cards":{ORDINAL:PHRASE}[,"pin"]}
    {"gone":GUID, the same keys}                                       last, by GUID

`slot` counts 512 ms since the epoch, `changed` and `time` are seconds since the epoch.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, get_args

from msgspec import DecodeError, Struct, field
from msgspec.json import Decoder, Encoder
from msgspec.structs import replace

from studydeck.diagnostics import Code, Problem, error
from studydeck.errors import BuildError
from studydeck.model.anki import Kind

FORMAT = 1
NAME = "ledger.jsonl"
KINDS = get_args(Kind)


class _Record(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, rename={"guid": "note"}):
    """A note as its line holds it."""

    guid: str
    kind: Kind
    slot: int
    changed: int
    asked: str
    around: str
    since: str | None
    text: str
    cards: Mapping[int, str]
    pin: str = ""


class Remembered(_Record, frozen=True):
    """A note as the ledger knows it; `section` is the id of the section it stands in, empty once it is gone."""

    section: str = ""
    gone: bool = False


class RememberedSection(Struct, frozen=True):
    id: str
    parent: str
    heading: str
    file: str


class Look(Struct, frozen=True):
    """What a note type looked like when it last changed, and the digest of what must never change."""

    changed: int
    look: str
    schema: str


class Ledger(Struct, frozen=True):
    """All that a deck remembers; an empty deck id means that nothing was ever built."""

    deck: str = ""
    name: str = ""
    release: tuple[str, int] | None = None
    looks: Mapping[str, Look] = field(default_factory=dict)
    sections: tuple[RememberedSection, ...] = ()
    notes: tuple[Remembered, ...] = ()


def write(ledger: Ledger) -> str:
    """Give the file's text: the same ledger always gives the same text."""
    release = {"version": ledger.release[0], "time": ledger.release[1]} if ledger.release else None
    looks = {
        kind: {"changed": one.changed, "look": one.look, "schema": one.schema}
        for kind, one in sorted(ledger.looks.items())
    }
    head = {"format": FORMAT, "deck": ledger.deck, "name": ledger.name, "release": release, "notetypes": looks}
    below = _below(ledger)
    lines = [_encode(head).decode()]
    for section in ledger.sections:
        lines.append(_section_line(section))
        lines += map(_note_line, below.get(section.id, ()))
    lines += map(_note_line, _gone(ledger))
    return "\n".join(lines) + "\n"


def as_read(ledger: Ledger) -> Ledger:
    """Give what `read` will give for the text that `write` gave for a ledger."""
    below = _below(ledger)
    stay = (note for section in ledger.sections for note in below.get(section.id, ()))
    return replace(ledger, notes=(*stay, *_gone(ledger)))


def _below(ledger: Ledger) -> dict[str, list[Remembered]]:
    below: dict[str, list[Remembered]] = {}
    for note in live(ledger.notes):
        below.setdefault(note.section, []).append(note)
    return below


def _gone(ledger: Ledger) -> list[Remembered]:
    return sorted((note for note in ledger.notes if note.gone), key=lambda one: one.guid)


_encode, _decode, _decode_note = Encoder().encode, Decoder().decode, Decoder(_Record).decode


def _section_line(section: RememberedSection) -> str:
    record = {"section": section.id, "in": section.parent or None, "heading": section.heading, "file": section.file}
    return _encode(record).decode()


def _note_line(note: Remembered) -> str:
    cards = note.cards if len(note.cards) < 2 else dict(sorted(note.cards.items()))
    values = (note.slot, note.changed, note.asked, note.around, note.since, note.text, cards, note.pin)
    line = _encode(_Record(note.guid, note.kind, *values)).decode()
    return line.replace('"note"', '"gone"', 1) if note.gone else line


def read(text: str, path: str = NAME) -> Ledger:
    """Read the file's text; conflict markers are read through, and both sides are kept.

    Live wins over gone, the later `changed` wins.

    Raises
    ------
    BuildError : with every line that is no record, or whose kind or pin differs, for no rule could choose.
    """
    reader = _Reader(path)
    for number, line in _lines(text):
        reader.record(number, line)
    ledger = reader.ledger()
    if reader.problems:
        raise BuildError(reader.problems)
    return ledger


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Give the lines that hold records: no conflict markers, and not the common ancestor that some of them show."""
    ancestor = False
    for number, line in enumerate(text.split("\n"), 1):  # not splitlines: JSON keeps U+2028 and its like
        if line.startswith(("<<<<<<<", "=======", ">>>>>>>", "|||||||")):
            ancestor = line.startswith("|||||||")
        elif line.strip() and not ancestor:
            yield number, line


class _Reader:
    """Gathers records by their keys, line by line."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.problems: list[Problem] = []
        self.head: Ledger | None = None
        self.sections: dict[str, RememberedSection] = {}
        self.notes: dict[str, tuple[int, Remembered]] = {}
        self.section = ""

    def wrong(self, line: int, message: str) -> None:
        self.problems.append(error(Code.BAD_LEDGER, self.path, line, message))

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
                values = (record["in"] or "", record["heading"], record["file"])
                self.sections[self.section] = RememberedSection(self.section, *map(str, values))
            else:
                self.note(number, _note(record, "" if "gone" in record else self.section))
        except (DecodeError, ValueError, KeyError, TypeError, AttributeError) as bad:
            self.wrong(
                number,
                f"this line is no record of a ledger ({type(bad).__name__}: {bad}); take the line from the last "
                "commit: git checkout -- " + self.path,
            )

    def heads(self, number: int, record: dict[str, Any]) -> None:
        if record["format"] != FORMAT:
            self.wrong(number, f"format {record['format']} was written by a newer version of this tool; upgrade it")
            return
        release = (record["release"]["version"], record["release"]["time"]) if record["release"] else None
        looks = {kind: Look(one["changed"], one["look"], one["schema"]) for kind, one in record["notetypes"].items()}
        head = Ledger(record["deck"], record["name"], release, looks)
        if self.head and (self.head.deck, self.head.name) != (head.deck, head.name):
            self.wrong(number, f'a second head, of deck "{head.name}" ({head.deck}); delete one of the two lines')
        elif self.head:
            later = max((self.head, head), key=lambda one: one.release[1] if one.release else 0)
            merged = {
                kind: max((one.looks[kind] for one in (self.head, head) if kind in one.looks), key=lambda x: x.changed)
                for kind in {*self.head.looks, *looks}
            }
            self.head = replace(later, looks=merged)
        else:
            self.head = head

    def note(self, number: int, note: Remembered) -> None:
        if note.guid not in self.notes:
            self.notes[note.guid] = (number, note)
            return
        line, other = self.notes[note.guid]
        if (note.kind, note.pin) != (other.kind, other.pin):
            what = "kind" if note.kind != other.kind else "pin"
            self.wrong(number, f"{note.guid} has another {what} in line {line}; delete the line that is wrong")
        best = max((other, note), key=lambda one: (not one.gone, one.changed))
        rest = note if best is other else other
        merged = replace(best, cards={**rest.cards, **best.cards}, since=_earlier(best.since, rest.since))
        del self.notes[note.guid]
        self.notes[note.guid] = (number, merged)

    def ledger(self) -> Ledger:
        if self.head is None:
            if not self.problems:
                self.wrong(1, "the first line, with the deck's id and name, is missing; take it from the last commit")
            return Ledger()
        notes = (note for _, note in self.notes.values())
        return replace(self.head, sections=tuple(self.sections.values()), notes=tuple(notes))


def _earlier(one: str | None, other: str | None) -> str | None:
    if one is None or other is None:
        return one or other
    return min(one, other, key=lambda version: [int(part) if part.isdigit() else 0 for part in version.split(".")])


def _as_written(line: str, section: str) -> Remembered | None:
    """Read a note that stays, if its line is as `write` wrote it; what is wrong with any other the reader says."""
    if not line.startswith('{"note":"'):
        return None
    try:
        one = _decode_note(line)
    except DecodeError:
        return None
    guid, kind, slot, changed, since = one.guid, one.kind, one.slot, one.changed, one.since
    note = Remembered(guid, kind, slot, changed, one.asked, one.around, since, one.text, one.cards, one.pin, section)
    return note if guid else None


def _note(record: dict[str, Any], section: str) -> Remembered:
    guid, kind, cards = record.get("note") or record["gone"], record["kind"], record["cards"]
    if kind not in KINDS:
        raise ValueError(f'"{kind}" is no kind of note')
    if not all(isinstance(record[key], int) for key in ("slot", "changed")):
        raise ValueError("slot and changed are whole numbers")
    return Remembered(
        guid=str(guid),
        kind=kind,
        slot=record["slot"],
        changed=record["changed"],
        asked=str(record["asked"]),
        around=str(record["around"]),
        since=record["since"],
        text=str(record["text"]),
        cards={int(ordinal): str(phrase) for ordinal, phrase in cards.items()},
        pin=str(record.get("pin", "")),
        section=section,
        gone="gone" in record,
    )


def live(notes: Iterable[Remembered]) -> Iterator[Remembered]:
    """Give the notes that stood in the sources at the last build."""
    return (note for note in notes if not note.gone)
