"""What a blank shows of its answer: first letters where several answers would fit, and nothing where one is forced."""

from __future__ import annotations

import pytest

from studydeck.identity.from_package import recover
from studydeck.model.anki import LETTERS_CLASS
from studydeck.model.document import Inline, Item, ItemList, SourceSpan, Style, Text
from studydeck.model.text_edits import text_of
from studydeck.model.traverse import inlines, paragraph
from studydeck.reports import listing
from studydeck.reports.comparison import compare
from studydeck.text.blank_hints import hint_of, with_hints
from tests.support.pipeline import build_notes, rebuild

SPAN = SourceSpan("a.md", 1, 1)
SHOWN = {
    "scalability": "s…",
    "Image matching": "I… m…",
    "the World Wide Web": "the W… W… W…",
    "Search along the normal for the strongest edges": "S… a… the n… …",
    "l'atmosphère": "l'a…",
    "dell’energia": "dell’e…",
    "“Task”": "T…",
    "CIDR": "C…",
    "S3 bucket": "S… b…",
    "kleine (USB-)Sticks": "k… U…",
    "Пётр Первый": "П… П…",
    "المحيط الكبير": "الم… الك…",
    "복제 지연": "ㅂㅈ ㅈㅇ",
    "URI로 지정": "U… ㅈㅈ",
    "缓存穿透": "缓○○○",
    "共有": "共○",
    "フック": "フ○○",
    "独自のメモリ空間": "独…",
    "हिंदी": "हिं…",
}
HIDDEN = (
    "",
    "AWS",
    "no",
    "a b c",
    "ad hoc",
    "27",
    "64 bytes",
    "2 × 4",
    "水",
    "--force",
    ".find()",
    "<span></span>",
    "x = 4",
    "O(n log n)",
    "s ≡ t",
    "…",
)


def blank(*hidden: Inline, before: str = "A sample shows ", after: str = " in the cell.") -> list[str]:
    """Return the hints that a sentence with one blank gets."""
    marked = [Inline(each.text, each.kind, each.styles, each.target, 1, each.detail) for each in hidden]
    content = paragraph(Text((Inline(before), *marked, Inline(after))))
    return [inline.target for inline in inlines(with_hints(content)) if inline.kind == "hint"]


@pytest.mark.parametrize("phrase", SHOWN)
def test_first_letters_are_shown_as_each_script_shows_them(phrase: str) -> None:
    """Words without their articles, syllables by their consonants, characters by their number."""
    assert hint_of([Inline(phrase)]) == SHOWN[phrase]


@pytest.mark.parametrize("phrase", HIDDEN)
def test_nothing_is_shown_of_what_a_letter_would_tell(phrase: str) -> None:
    """Short answers, numbers, formulas and options."""
    assert hint_of([Inline(phrase)]) == ""


def test_code_shows_its_first_character_and_a_formula_none() -> None:
    """Whatever the code goes on with."""
    assert hint_of([Inline("read.csv()", "code")]) == "r…"
    assert hint_of([Inline("ls", "code")]) == hint_of([Inline("a = b", "code")]) == ""
    assert hint_of([Inline("energy "), Inline("E_0", "math")]) == ""


def test_items_that_begin_alike_show_two_letters() -> None:
    """So that the blank is told from the items beside it."""
    items = [
        Item(Text((Inline(word, hide=number),)), (), SPAN)
        for number, word in enumerate(["Standard", "the Service", "Price", "S"], 1)
    ]
    hints = [inline.target for inline in inlines(with_hints((ItemList(tuple(items), ordered=False, span=SPAN),)))]
    assert [hint for hint in hints if hint] == ["St…", "the Se…", "P…"]


def test_each_phrase_of_a_card_has_its_own_hint_and_bold_inlines_have_one() -> None:
    """A blank that the source wrote in two styles is one blank."""
    assert blank(Inline("light", "text", Style.STRONG), Inline(" and water")) == ["l… and w…"]


def test_a_term_before_its_definition_is_forced() -> None:
    """The definition says which term is meant."""
    assert blank(Inline("Osmosis"), before="", after=" is the movement of water through a membrane.") == []
    assert blank(Inline("Osmosis"), before="", after=" moves water through a membrane.") == ["O…"]
    assert blank(Inline("Osmosis"), before="In plants ", after=" is the movement of water.") == ["O…"]


def test_hints_of_the_author_stay_alone() -> None:
    """Who wrote one hint decided on all."""
    content = paragraph(Text((Inline("salt", hide=1), Inline("", "hint", 0, "taste", 1), Inline(" water", hide=2))))
    assert with_hints(content) == content
    assert with_hints(paragraph(text_of("no blank"))) == paragraph(text_of("no blank"))


NOTES = "# Databases\n\nProperties of replication:\n\n- availability\n- scalability\n- durability\n- latency\n"


def test_a_package_holds_the_hints_and_no_ledger_knows_of_them() -> None:
    """So that a new version of the tool, or the setting, stamps no note that learners have."""
    shown, hidden = build_notes(NOTES), build_notes(NOTES, blank_hints=False)
    assert shown.ledger_text == hidden.ledger_text
    (row,), (plain_row,) = shown.deck.rows, hidden.deck.rows
    assert f'{{{{c2::scalability::<span class="{LETTERS_CLASS}">s…</span>}}}}' in row.field_values()["Text"]
    assert "{{c2::scalability}}" in plain_row.field_values()["Text"]
    assert not compare(hidden.deck, shown.deck).changed
    assert rebuild(hidden, NOTES).ledger_text == shown.ledger_text


def test_a_ledger_recovered_from_a_package_has_the_words_of_the_notes() -> None:
    """Phrases without their hints, by which the cards keep their ordinals."""
    built = build_notes(NOTES)
    (entry,) = recover(built.deck).notes
    assert (entry.text, entry.cards) == (built.ledger.notes[0].text, built.ledger.notes[0].cards)


def test_a_cloze_that_the_author_wrote_gets_no_hint() -> None:
    """Its form is the author's own."""
    (row,) = build_notes("# Databases\n\n{{c1::Replication}} copies the data to other nodes.\n").deck.rows
    assert "{{c1::Replication}}" in row.field_values()["Text"]


def test_a_listing_shows_a_blank_as_its_card_does() -> None:
    """With the letters, or the hint that the author wrote for a part of it."""
    lines = list(listing.text_lines(build_notes(NOTES)))
    assert any("[s…]" in line for line in lines)
    plain = list(listing.text_lines(build_notes(NOTES, blank_hints=False)))
    assert any("[...]" in line for line in plain)
    assert not any("[s…]" in line for line in plain)
    written = build_notes("# Weather\n\nRain falls as {{c1::vapour::a gas}} cools on {{c1::dust}}.\n")
    assert any("Rain falls as [a gas] cools on [...]." in line for line in listing.text_lines(written))
