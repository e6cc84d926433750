"""GUIDs, ids and digests of fixed inputs, compared with the values that released decks contain.

Never change these values: learners' notes are matched by them, so a change would cost every learner of every deck their
updates or reviews.
"""

from __future__ import annotations

from studydeck.model import digests
from studydeck.model.document import (
    NO_TEXT,
    Block,
    Code,
    Definition,
    DefinitionList,
    Formula,
    Html,
    Inline,
    Item,
    ItemList,
    Paragraph,
    Quotation,
    SourceSpan,
    Style,
    Table,
    TableRow,
    Text,
)
from studydeck.model.notes import CardSpec, Cloze, NoteDraft, Pair

SPAN = SourceSpan("a.md", 1, 2)
TEXT = (
    Inline("Tea "),
    Inline("pot", styles=Style.STRONG | Style.EM),
    Inline("x^2", kind="math"),
    Inline("y", kind="display"),
    Inline("c", kind="code", hide=1),
    Inline("alt", kind="picture", target="pot-1a2b3c4d.png"),
    Inline("", kind="break"),
    Inline("link", target="https://example.org"),
)


def paragraph(text: str) -> tuple[Paragraph, ...]:
    return (Paragraph(Text((Inline(text),)), SPAN),)


# Every kind of block, and every kind of inline.
BLOCKS: tuple[Block, ...] = (
    Paragraph(Text(TEXT), SPAN),
    Code("a = 1\n", "python", SPAN),
    Formula("E=mc^2", SPAN),
    Html("<b>x</b>", SPAN),
    ItemList(
        (Item(Text((Inline("one"),)), paragraph("below"), SPAN, done=True), Item(Text((Inline("two"),)), (), SPAN)),
        True,
        SPAN,
        3,
    ),
    Table(
        (Text((Inline("Term"),)), Text((Inline("Use"),))),
        (TableRow((Text((Inline("A"),)), Text((Inline("B"),))), SPAN),),
        SPAN,
    ),
    DefinitionList((Definition(Text((Inline("Cup"),)), paragraph("holds"), SPAN),), SPAN),
    Quotation("quote", NO_TEXT, paragraph("said"), SPAN),
    Quotation("callout", Text((Inline("Note"),)), (), SPAN),
    Quotation("fold", Text((Inline("More"),)), (), SPAN),
)


def test_ids_of_decks_and_note_types() -> None:
    """A deck's id derived from its texts, its number in a package, and the numbers of its note types."""
    assert digests.deck_id(["# B", "# A"]) == "cnppjbhuncv4lhqm"
    assert digests.deck_number("golden") == 3633792199
    assert [digests.notetype_number("golden", kind) for kind in digests.KINDS] == [1167827449334, 1266642376371]
    assert digests.owner_digest("golden") == "dd56de"
    assert digests.question_digest("tea | colour ") == "838e5b194eb6"


def test_guids_section_ids_and_slots() -> None:
    """GUIDs, section ids and id slots of fixed inputs."""
    note = digests.join_key(digests.NOTE, "pair", "Tea", "Cups", "cup | holds")
    section = digests.join_key(digests.SECTION, "a.md", "Tea", "Cups")
    assert digests.base32(digests.GUID_BYTES, digests.join_key("golden", note, "0")) == "7aimtmwzvqnflpnh"
    assert digests.base32(digests.SECTION_BYTES, digests.join_key("golden", section, "0")) == "ytqzqfs5"
    assert digests.slot_hash("abcdefghijklmnop") == 15737021420973472685


def test_digests_of_notes() -> None:
    """Both digests of a pair and of a cloze, over every kind of block and inline."""
    body = Pair(BLOCKS[:1], BLOCKS, BLOCKS[1:2], "Term", "Use", "Tea")
    card_spec = (CardSpec("x", 1),)
    pair = NoteDraft(
        "lists",
        body,
        card_spec,
        ("Tea", "Cups"),
        SPAN,
        0,
        extra=BLOCKS[:2],
        tags=("hot",),
        supporting_blocks=BLOCKS[3:4],
    )
    cloze = NoteDraft("statements", Cloze(BLOCKS[:1], BLOCKS[4:5], True), card_spec, ("Tea",), SPAN, 0)
    assert digests.note_digests(pair) == ("cc3092f2bb26", "47cb679b2070")
    assert digests.note_digests(cloze) == ("c33c56653e57", "2e8dc776cc98")
