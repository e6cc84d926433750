"""Find what a learner edited: their notes and the versions of the deck in, the edits of fields out.

A field whose words are those of any version is not edited, so that a learner who stayed on an old release gives no
edits. The versions are added one after the other, from today's notes back, until nothing is left to explain.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from studydeck.apkg.export_reader import ExportedNote
from studydeck.corrections.words import Token, tokens, words
from studydeck.model.anki import FIELDS, SORT_FIELD, Deck, Row

_NOT_WORDS = frozenset(("ID", "Spare1", "Spare2"))  # the spare fields are for learners to fill


class FieldEdit(Struct, frozen=True):
    """A field that a learner edited: its tokens in the version that they had, and theirs.

    `version` is the number of that version, and `row` the note in it.
    """

    note: ExportedNote
    field: str
    version: str
    row: Row
    before: tuple[Token, ...]
    after: tuple[Token, ...]


class Comparison:
    """The notes of a learner, compared with one version after the other."""

    def __init__(self, notes: Sequence[ExportedNote]) -> None:
        self.notes = notes
        self._versions: dict[str, list[tuple[str, Row]]] = {note.guid: [] for note in notes}
        self._words: dict[tuple[int, str], str] = {}  # of the fields of the learner, by the number of the note
        self._edited: dict[int, set[str]] = {}  # the fields that no version explains yet

    def add(self, deck: Deck) -> None:
        """Compare with a version; the first one is that of today."""
        rows = {row.guid: row for row in deck.rows if row.guid in self._versions}
        for guid, row in rows.items():
            self._versions[guid].append((deck.version, row))
        for number, note in enumerate(self.notes):
            if note.guid in rows:
                row = rows[note.guid]
                fields = self._edited.setdefault(number, {*_compared(row, note)})
                fields -= {name for name, value in row.field_values().items() if self._is_same(number, name, value)}

    def _is_same(self, number: int, name: str, value: str) -> bool:
        if name not in self._edited[number]:
            return False
        own = self.notes[number].fields[name]
        if own == value:  # nearly always
            return True
        if (number, name) not in self._words:
            self._words[number, name] = words(own)
        return self._words[number, name] == words(value)

    @property
    def is_explained(self) -> bool:
        """Return whether no field differs from all versions so far."""
        return len(self._edited) == len(self.notes) and not any(self._edited.values())

    @property
    def unknown(self) -> int:
        """Return how many notes are in no version."""
        return len(self.notes) - len(self._edited)

    @property
    def foreign(self) -> int:
        """Return how many notes have a note type without the fields of the deck's."""
        return sum(
            not _has_fields(self._versions[note.guid][0][1], note) for note in self.notes if self._versions[note.guid]
        )

    def edits(self) -> Iterator[FieldEdit]:
        """Yield the edits, in the order of the learner's notes and of the fields."""
        for number, note in enumerate(self.notes):
            edited = self._edited.get(number)
            if not edited:
                continue
            version, row = max(self._versions[note.guid], key=lambda known: _equal_fields(known[1], note))
            values = row.field_values()
            for name in FIELDS[row.kind]:
                if name in edited:
                    yield FieldEdit(note, name, version, row, tokens(values[name]), tokens(note.fields[name]))


def _compared(row: Row, note: ExportedNote) -> Iterator[str]:
    """Yield the names of the fields that are compared: of a note type that the learner changed, those that are left."""
    if _has_fields(row, note):
        yield from (name for name in FIELDS[row.kind] if name not in _NOT_WORDS and name in note.fields)


def _has_fields(row: Row, note: ExportedNote) -> bool:
    return SORT_FIELD[row.kind] in note.fields


def _equal_fields(row: Row, note: ExportedNote) -> int:
    fields: Mapping[str, str] = row.field_values()
    return sum(note.fields.get(name) == value for name, value in fields.items())
