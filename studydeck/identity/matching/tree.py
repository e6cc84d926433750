"""What the matcher reads and answers: two forests of sections and leaves, and which of the new is which of the old."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, field

from studydeck.model.anki import Kind

How = Literal["pin", "same", "moved", "normal", "kin", "extended", "alike", "returned"]


class Node(Struct, frozen=True):
    """A section: its heading in normal form, the number of the section above it or -1, and its file."""

    heading: str
    parent: int
    file: str


class Leaf(Struct, frozen=True):
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
    gone: bool = False
    other: str = ""
    apart: bool = False

    def reading(self, other: bool = False) -> tuple[Kind, str]:
        """Give a kind and the text in it: the leaf's own, or that of its other reading."""
        return ("cloze" if self.kind == "pair" else "pair", self.other) if other else (self.kind, self.text)


class Forest(Struct, frozen=True):
    """Sections in the order of the sources, and leaves in the order in which they stand."""

    nodes: tuple[Node, ...]
    leaves: tuple[Leaf, ...]


class Pairing(Struct, frozen=True):
    """New number -> old number, for leaves and for sections; how each leaf was found, and how surely (0 to 1)."""

    leaves: dict[int, int] = field(default_factory=dict)
    nodes: dict[int, int] = field(default_factory=dict)
    how: dict[int, How] = field(default_factory=dict)
    sureness: dict[int, float] = field(default_factory=dict)
