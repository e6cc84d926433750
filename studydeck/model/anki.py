"""Frozen values that are packed for Anki: note types, rows of fields, pictures and the deck.

The rendering stage makes them from notes; the package writer takes them in, and the package reader returns them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from msgspec import Struct, field

from studydeck.patterns import lazy_pattern

Kind = Literal["pair", "cloze"]
ID_SLOT_MILLISECONDS = 512  # the range of ids that a note and its cards share
MAX_CLOZE_CARDS = 500  # of one note; Anki ignores c501 and above
LETTERS_CLASS = "first-letters"  # of a hint in a blank that no author wrote
CLOZE_DELETION = lazy_pattern(r"\{\{c([0-9]{1,3})::(.*?)\}\}", re.DOTALL)  # the number of its card, and what it hides


_FIRST_LETTERS = lazy_pattern(
    rf"""
    ::<span\s [^<>]{{0,99}} \b{LETTERS_CLASS}\b [^<>]{{0,99}}>    # with what Anki's editor adds to its attributes
    [^<>]{{0,199}} </span>
    """,
    re.VERBOSE,
)


def without_first_letters(field: str) -> str:
    """Return a field without the hints that no author wrote, which are no words of its note."""
    return _FIRST_LETTERS.sub("", field) if LETTERS_CLASS in field else field


def without_hint(hidden: str) -> str:
    """Return what a cloze hides without its hint; in a phrase of the notes `::` is broken up."""
    return hidden.partition("::")[0]


class Picture(Struct, frozen=True):
    """A picture, sound or video: its name in the package, its bytes, and their digest, which the name contains.

    `fault` says why the file of a link cannot be packed; it then has no name and no bytes.
    """

    name: str
    data: bytes
    digest: str
    fault: str = ""


class CardTemplate(Struct, frozen=True):
    """A card template of a note type; `id` is a 64-bit integer that never changes."""

    name: str
    id: int
    front: str
    back: str


class NoteType(Struct, frozen=True):
    """An Anki note type: `fields` pairs each name with its fixed id, `changed` is in seconds since the epoch."""

    kind: Kind
    id: int
    name: str
    fields: tuple[tuple[str, int], ...]
    templates: tuple[CardTemplate, ...]
    css: str
    changed: int = 0


class Row(Struct, frozen=True):
    """A note as it is packed: HTML fields in the note type's order, card ordinals counted from 0.

    `id_slot` counts 512 ms since the epoch, `changed` seconds since the epoch. `subdeck` is the name, below that of the
    deck, of the deck to which Anki adds its new cards; empty for the deck itself.
    """

    guid: str
    kind: Kind
    id_slot: int
    changed: int
    fields: tuple[str, ...]
    tags: tuple[str, ...]
    ordinals: tuple[int, ...]
    subdeck: str = ""

    def field_values(self) -> dict[str, str]:
        """Return the fields by their names."""
        return dict(zip(FIELDS[self.kind], self.fields, strict=True))


class Deck(Struct, frozen=True):
    """A deck as it is packed: its id never changes, and Anki matches decks by name.

    `media` maps each file's name in the package to its bytes; `tool` is the version of studydeck that built the deck.
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
RECORDED_FIELD = "Spare1"  # not empty in a note with a recorded sound, which Anki's own speech then leaves alone
SPOKEN_FIELDS = ("Term", "Meaning", "Clue", "Prompt", "Text")  # what Anki's own speech can read to a learner
TEMPLATES: Mapping[Kind, tuple[str, ...]] = {"pair": ("Forwards", "Backwards", "Typed"), "cloze": ("Cloze",)}
SORT_FIELD: Mapping[Kind, str] = {"pair": "Term", "cloze": "Text"}
