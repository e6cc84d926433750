"""What the matcher reads and answers: two forests of sections and leaves, and which of the new is which of the old."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, field

from studydeck.model.anki import Kind

How = Literal["pinned", "exact", "moved", "normalized", "structural", "contained", "fuzzy", "restored"]


class SectionKey(Struct, frozen=True):
    """A section: its heading in normal form, the number of the section above it or -1, and its file."""

    heading: str
    parent: int
    file: str


class NoteKey(Struct, frozen=True):
    """A note or a draft: the section it stands in, and the words by which it is known.

    `text` is in normal form and at most 200 characters; a pair's is "term | label | meaning", a list's "item | item".
    `other` is the text of a draft's other reading, of the other kind, where it has one. Only remembered leaves can be
    `gone`: they stood in no source at the last build. `apart`: the meaning of a pair is an item of its own below its
    term, and so its words must agree as well.
    """

    section: int
    kind: Kind
    text: str
    pin: str = ""
    retired: bool = False
    other: str = ""
    nested_item: bool = False

    def reading(self, other: bool = False) -> tuple[Kind, str]:
        """Give a kind and the text in it: the leaf's own, or that of its other reading."""
        return ("cloze" if self.kind == "pair" else "pair", self.other) if other else (self.kind, self.text)


class Outline(Struct, frozen=True):
    """Sections in the order of the sources, and leaves in the order in which they stand."""

    section_keys: tuple[SectionKey, ...]
    note_keys: tuple[NoteKey, ...]


class Pairing(Struct, frozen=True):
    """New number -> old number, for leaves and for sections; how each leaf was found, and how surely (0 to 1)."""

    note_keys: dict[int, int] = field(default_factory=dict)
    section_keys: dict[int, int] = field(default_factory=dict)
    matched_by: dict[int, How] = field(default_factory=dict)
    match_score: dict[int, float] = field(default_factory=dict)
