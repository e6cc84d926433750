"""What learners have is found again only while the same input gives the same GUIDs, ids and digests, for ever.

None of these values may be changed. One that moved would cost every learner of every deck their updates or reviews.
"""

from __future__ import annotations

from studydeck.model import digests
from studydeck.model.document import (
    Aside,
    Block,
    Code,
    Definition,
    DefinitionList,
    Formula,
    Html,
    Item,
    ItemList,
    Mark,
    Paragraph,
    Place,
    Run,
    Table,
    TableRow,
)
from studydeck.model.notes import Ask, Cloze, Draft, Pair

PLACE = Place("a.md", 1, 2)
TEXT = (
    Run("Tea "),
    Run("pot", marks=Mark.STRONG | Mark.EM),
    Run("x^2", form="math"),
    Run("y", form="display"),
    Run("c", form="code", hide=1),
    Run("alt", form="picture", target="pot-1a2b3c4d.png"),
    Run("", form="break"),
    Run("link", target="https://example.org"),
)


def said(words: str) -> tuple[Paragraph, ...]:
    return (Paragraph((Run(words),), PLACE),)


# Every kind of block, and every kind of run.
BLOCKS: tuple[Block, ...] = (
    Paragraph(TEXT, PLACE),
    Code("a = 1\n", "python", PLACE),
    Formula("E=mc^2", PLACE),
    Html("<b>x</b>", PLACE),
    ItemList((Item((Run("one"),), said("below"), PLACE, done=True), Item((Run("two"),), (), PLACE)), True, PLACE, 3),
    Table(((Run("Term"),), (Run("Use"),)), (TableRow(((Run("A"),), (Run("B"),)), PLACE),), PLACE),
    DefinitionList((Definition((Run("Cup"),), said("holds"), PLACE),), PLACE),
    Aside("quote", (), said("said"), PLACE),
    Aside("callout", (Run("Note"),), (), PLACE),
    Aside("fold", (Run("More"),), (), PLACE),
)


def test_ids_of_decks_and_note_types() -> None:
    """A deck's id of its texts, its number in a package, and the numbers and names of its note types."""
    assert digests.deck_id(["# B", "# A"]) == "cnppjbhuncv4lhqm"
    assert digests.deck_number("golden") == 3633792199
    assert [digests.notetype_number("golden", kind) for kind in digests.KINDS] == [1167827449334, 1266642376371]
    assert digests.owner("golden") == "dd56de"


def test_guids_section_ids_and_slots() -> None:
    """What a note, a section and an id slot are derived from."""
    note = digests.joined(digests.NOTE, "pair", "Tea", "Cups", "cup | holds")
    section = digests.joined(digests.SECTION, "a.md", "Tea", "Cups")
    assert digests.base32(digests.GUID_BYTES, digests.joined("golden", note, "0")) == "7aimtmwzvqnflpnh"
    assert digests.base32(digests.SECTION_BYTES, digests.joined("golden", section, "0")) == "ytqzqfs5"
    assert digests.slot_hash("abcdefghijklmnop") == 15737021420973472685


def test_digests_of_notes() -> None:
    """Both digests of a pair and of a cloze, over every kind of block and run."""
    body = Pair(BLOCKS[:1], BLOCKS, BLOCKS[1:2], "Term", "Use", "Tea")
    ask = (Ask("x", 1),)
    pair = Draft("bullets", body, ask, ("Tea", "Cups"), PLACE, 0, extra=BLOCKS[:2], tags=("hot",), beside=BLOCKS[3:4])
    cloze = Draft("statements", Cloze(BLOCKS[:1], BLOCKS[4:5], True), ask, ("Tea",), PLACE, 0)
    assert digests.digests_of(pair) == ("cc3092f2bb26", "47cb679b2070")
    assert digests.digests_of(cloze) == ("c33c56653e57", "2e8dc776cc98")
