"""The ledger: its values, and the text of its file, made to be reviewed and merged. `ledger_reader` reads the file.

One JSON record a line, in source order:

    {"format":2,"deck":ID,"name":NAME,"release":null or {"version","time"},
     "note_types":{KIND:{"changed","appearance","schema"}}[,"dropped":[GUID, …]][,"min_confidence":POINTS]
     [,"language":CODE]}
    {"subdeck":NAME,"place":FOLDER or path of a file without suffix}       for each, where the deck has subdecks
    {"section":ID,"parent":ID or null,"heading":TEXT,"file":PATH}          followed by the notes of the section:
    {"note":GUID,"kind","id_slot","changed","content_digest","metadata_digest","since","text",
     "cards":{ORDINAL:PHRASE}[,"pin"][,"unheld":[ORDINAL, …]]}
    {"weak":DIGEST}                                                        a draft of the section that is no note,
                                                                          because its confidence is too low
    {"retired":GUID, the same keys}                                       last but one, sorted by GUID; where no
                                                                          release had the note without words, and
                                                                          for a pair with "question_digest"
    {"end":…}                                                             always the same: without it, the file was cut

`id_slot` counts 512 ms since the epoch; `changed` and `time` are seconds since the epoch. `dropped` lists what
`--reset-identities` dropped. `min_confidence` is the setting of the last build. `unheld` cards were packed, and do not
stay for that: the author decided so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, get_args

from msgspec import Meta, Struct, field
from msgspec.json import Encoder
from msgspec.structs import replace

from studydeck.identity.matching.text_key import question_of
from studydeck.model.anki import MAX_CLOZE_CARDS, Kind
from studydeck.model.digests import question_digest

# The end line came without a new number: no record changed, and a file without it is read as one that was cut.
FORMAT = 2
FILE_NAME = "ledger.jsonl"
END_LINE = '{"end":"nothing follows; without this line the file was cut"}'
KINDS = get_args(Kind)

Guid = Annotated[str, Meta(pattern="^[a-z2-7]{16}\\Z")]
Count = Annotated[int, Meta(ge=0, lt=2**52)]  # times and id slots; ids of notes, 512 times as large, fit into 64 bits
Ordinal = Annotated[int, Meta(ge=0, le=MAX_CLOZE_CARDS)]


class NoteRecord(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, rename={"guid": "note"}):
    """The line of a note."""

    guid: Guid
    kind: Kind
    id_slot: Count
    changed: Count
    content_digest: str
    metadata_digest: str
    since: str | None
    text: str
    cards: Mapping[Ordinal, str]
    pin: str = ""
    question_digest: str = ""
    unheld: tuple[Ordinal, ...] = ()


class LedgerEntry(NoteRecord, frozen=True):
    """A note in the ledger; `section` is the id of its section, empty if it is retired."""

    section: str = ""
    retired: bool = False

    @property
    def is_wordless(self) -> bool:
        """Whether its words were left out, because it was retired before any release had it."""
        return self.retired and not self.text and not self.cards

    def as_retired(self) -> LedgerEntry:
        """Return the entry of the retired note; words that no release carried may be private and are left out."""
        if self.since is None and not self.is_wordless:
            question = question_of(self.text) if self.kind == "pair" else ""  # none if the text was cut before its end
            digest = question_digest(question) if question else ""
            return replace(self, retired=True, section="", text="", cards={}, pin="", question_digest=digest)
        return self if self.retired else replace(self, retired=True, section="")


class LedgerSection(Struct, frozen=True):
    id: str
    parent: str
    heading: str
    file: str


class LedgerSubdeck(Struct, frozen=True):
    """The name of a subdeck below the deck, which it keeps; `place` is its folder, or its file without suffix."""

    place: str
    name: str


class WeakDraft(Struct, frozen=True):
    """A draft that is no note because its confidence is too low: the id of its section, and a digest of its words."""

    section: str
    digest: str


class NoteTypeRecord(Struct, frozen=True):
    """When a note type last changed, and digests of its appearance then and of its schema, which must never change."""

    changed: int
    appearance_digest: str
    schema_digest: str


class Ledger(Struct, frozen=True):
    """The content of the ledger file; an empty deck id means that there was no build yet.

    `dropped` are the GUIDs that `--reset-identities` dropped, sorted: they are not missing. `language` is the one that
    the notes were found to be in, or an empty string for none of those that have word lists; None was never looked for.
    """

    deck: str = ""
    name: str = ""
    release: tuple[str, int] | None = None
    note_types: Mapping[str, NoteTypeRecord] = field(default_factory=dict)
    sections: tuple[LedgerSection, ...] = ()
    notes: tuple[LedgerEntry, ...] = ()
    dropped: tuple[str, ...] = ()
    subdecks: tuple[LedgerSubdeck, ...] = ()
    weak: tuple[WeakDraft, ...] = ()
    min_confidence: int | None = None
    language: str | None = None


def to_text(ledger: Ledger) -> str:
    """Return the text of the file; equal ledgers have equal texts."""
    release = {"version": ledger.release[0], "time": ledger.release[1]} if ledger.release else None
    note_types = {
        kind: {"changed": record.changed, "appearance": record.appearance_digest, "schema": record.schema_digest}
        for kind, record in sorted(ledger.note_types.items())
    }
    header = {"format": FORMAT, "deck": ledger.deck, "name": ledger.name, "release": release, "note_types": note_types}
    if ledger.dropped:
        header["dropped"] = ledger.dropped
    if ledger.min_confidence is not None:
        header["min_confidence"] = ledger.min_confidence
    if ledger.language is not None:
        header["language"] = ledger.language
    by_section, weak_by_section = _live_by_section(ledger), _weak_by_section(ledger)
    lines = [_encode(header).decode()]
    lines += (_encode({"subdeck": record.name, "place": record.place}).decode() for record in ledger.subdecks)
    for section in ledger.sections:
        lines.append(_section_line(section))
        lines += map(_note_line, by_section.get(section.id, ()))
        lines += [_encode({"weak": digest}).decode() for digest in weak_by_section.get(section.id, ())]
    lines += map(_note_line, _retired(ledger))
    lines.append(END_LINE)
    return "\n".join(lines) + "\n"


def in_file_order(ledger: Ledger) -> Ledger:
    """Return what `ledger_reader.parse` returns for the text that `to_text` returns for a ledger."""
    by_section = _live_by_section(ledger)
    live_notes = (note for section in ledger.sections for note in by_section.get(section.id, ()))
    weak_by_section = _weak_by_section(ledger)
    weak = [
        WeakDraft(section.id, digest) for section in ledger.sections for digest in weak_by_section.get(section.id, ())
    ]
    return replace(ledger, notes=(*live_notes, *_retired(ledger)), weak=tuple(weak))


def _live_by_section(ledger: Ledger) -> dict[str, list[LedgerEntry]]:
    by_section: dict[str, list[LedgerEntry]] = {}
    for note in live_notes(ledger.notes):
        by_section.setdefault(note.section, []).append(note)
    return by_section


def _weak_by_section(ledger: Ledger) -> dict[str, list[str]]:
    by_section: dict[str, list[str]] = {}
    for weak in ledger.weak:
        by_section.setdefault(weak.section, []).append(weak.digest)
    return by_section


def _retired(ledger: Ledger) -> list[LedgerEntry]:
    return sorted((note for note in ledger.notes if note.retired), key=lambda note: note.guid)


_encode = Encoder().encode


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
        note.question_digest,
        note.unheld,
    )
    line = _encode(NoteRecord(note.guid, note.kind, *values)).decode()
    return line.replace('"note"', '"retired"', 1) if note.retired else line


def without_new_cards(entry: LedgerEntry, before: LedgerEntry | None) -> LedgerEntry:
    """Return the entry of a note that was not packed: it has no cards besides those that it had before."""
    packed = before.cards if before else {}
    return replace(entry, cards={ordinal: phrase for ordinal, phrase in entry.cards.items() if ordinal in packed})


def as_unpacked(ledger: Ledger, before: Ledger) -> Ledger:
    """Return the ledger of a build from which no package is written: nothing counts as packed that was not before."""
    entries = {entry.guid: entry for entry in before.notes}
    return replace(ledger, notes=tuple([without_new_cards(entry, entries.get(entry.guid)) for entry in ledger.notes]))


def live_notes(notes: Iterable[LedgerEntry]) -> Iterator[LedgerEntry]:
    """Return the notes that were in the sources at the last build."""
    return (note for note in notes if not note.retired)
