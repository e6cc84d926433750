"""What is packed for Anki: note types, rows of fields, pictures, the deck, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct, field

Kind = Literal["pair", "cloze"]


class Picture(Struct, frozen=True):
    """A file that a card shows: where the author's link finds it, its safe name in the package, and its bytes."""

    name: str
    data: bytes
    digest: str


class CardTemplate(Struct, frozen=True):
    """One template of a note type; `id` is a 64-bit integer that never changes."""

    name: str
    id: int
    front: str
    back: str


class NoteType(Struct, frozen=True):
    """What Anki calls a note type. `fields` pairs each name with its fixed id; `changed` is in seconds."""

    kind: Kind
    id: int
    name: str
    fields: tuple[tuple[str, int], ...]
    templates: tuple[CardTemplate, ...]
    css: str
    changed: int = 0


class Row(Struct, frozen=True):
    """A note as it is packed: HTML fields in the note type's order, card ordinals counted from 0."""

    guid: str
    kind: Kind
    id_slot: int
    changed: int
    fields: tuple[str, ...]
    tags: tuple[str, ...]
    ordinals: tuple[int, ...]


class Deck(Struct, frozen=True):
    """What the package says about itself: its id never changes, Anki matches its name.

    `tool` is the version of this tool that made it.
    """

    id: str
    name: str
    description: str
    version: str
    rows: tuple[Row, ...]
    notetypes: tuple[NoteType, ...]
    media: Mapping[str, bytes] = field(default_factory=dict)
    tool: str = ""


FIELDS: Mapping[Kind, tuple[str, ...]] = {
    "pair": (
        "ID",
        "Term",
        "Meaning",
        "Clue",
        "TermLabel",
        "MeaningLabel",
        "HeadingPath",
        "Extra",
        "Source",
        "Typed",
        "Spare1",
        "Spare2",
    ),
    "cloze": ("ID", "Prompt", "Text", "HeadingPath", "Extra", "Source", "Spare1", "Spare2"),
}
TEMPLATES: Mapping[Kind, tuple[str, ...]] = {"pair": ("Forwards", "Backwards", "Typed"), "cloze": ("Cloze",)}
SORT_FIELD: Mapping[Kind, str] = {"pair": "Term", "cloze": "Text"}
