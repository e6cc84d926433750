"""Input and output of the matcher: two outlines of sections and notes, and the pairing of their numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct, field

from studydeck.model.anki import Kind

MatchedBy = Literal[
    "pinned", "exact", "moved", "normalized", "structural", "contained", "fuzzy", "restored", "question"
]


class SectionKey(Struct, frozen=True):
    """A section: its heading in normal form, the number of its parent section or -1, and its file."""

    heading: str
    parent: int
    file: str


class NoteKey(Struct, frozen=True):
    """A note or a draft: the number of its section (-1 for none), and the text by which it is recognised.

    `text` is in normal form and at most 200 characters: "term | label | meaning" for a pair, "item | item" for a list.
    `other` is the text of a draft's alternative reading as the other kind, if it has one. Only ledger entries can be
    `retired`: they were in no source at the last build. With `nested_item` the meaning of a pair is a list item of its
    own below its term, so the meanings have to agree as well. `blank` is the only phrase that a sentence hides. A draft
    that is an `offer` has a card only if it was packed. What `stood` in the last build and was no note, as it was weak,
    is no rewording of another note. `item` names the list item, or other part of its section, that a draft stands
    below; the ledger does not hold it.
    """

    section: int
    kind: Kind
    text: str
    pin: str = ""
    retired: bool = False
    other: str = ""
    nested_item: bool = False
    blank: str = ""
    offer: bool = False
    stood: bool = False
    item: str = ""

    def reading(self, other: bool = False) -> tuple[Kind, str]:
        """Return the kind and the text of the note's own reading, or of its alternative reading."""
        return ("cloze" if self.kind == "pair" else "pair", self.other) if other else (self.kind, self.text)


class Outline(Struct, frozen=True):
    """Sections in source order, and notes in source order."""

    section_keys: tuple[SectionKey, ...]
    note_keys: tuple[NoteKey, ...]


class Pairing(Struct, frozen=True):
    """Maps new numbers to old numbers, for notes and for sections.

    `matched_by` names the pass that paired each new note, `match_score` is its score from 0 to 1.
    """

    note_keys: dict[int, int] = field(default_factory=dict)
    section_keys: dict[int, int] = field(default_factory=dict)
    matched_by: dict[int, MatchedBy] = field(default_factory=dict)
    match_score: dict[int, float] = field(default_factory=dict)

    def renumbered(self, numbers: Mapping[int, int]) -> Pairing:
        """Return the pairs of notes that have a number in `numbers`, with that one, and those of all sections."""
        kept = [(numbers[new], new) for new in self.note_keys if new in numbers]
        return Pairing(
            {number: self.note_keys[new] for number, new in kept},
            self.section_keys,
            {number: self.matched_by[new] for number, new in kept},
            {number: self.match_score[new] for number, new in kept},
        )
