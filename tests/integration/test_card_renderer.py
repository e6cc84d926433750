"""The preview renders cards as the real Anki does: bundled cards, the gallery, and templates with edge cases."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path

import pytest
from anki.collection import Collection
from msgspec.structs import replace

from studydeck.apkg import writer
from studydeck.cli.console import Console
from studydeck.cli.project import Options, load_project
from studydeck.model.anki import FIELDS, Deck, Kind, NoteType, Row
from studydeck.notetypes.card_renderer import render_cards
from tests.support.preview import TEMPLATES
from tests.support.real_anki import cards, import_package, rendered_sides
from tests.support.sample_decks import CHANGED, DECK_ID, SLOT, guid, notetypes

pytestmark = pytest.mark.anki

TESTS = Path(__file__).parents[1]


class _TagParser(HTMLParser):
    """Parses HTML into tags with sorted attributes, and texts."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[object] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.parts.append((tag, sorted(attrs, key=str)))

    def handle_endtag(self, tag: str) -> None:
        self.parts.append((tag,))

    def handle_data(self, data: str) -> None:
        if self.parts and isinstance(self.parts[-1], str):
            data = self.parts.pop() + data  # type: ignore[operator]  # a string, as checked above
        self.parts.append(data)


def parsed_html(html: str) -> list[object]:
    """Return parsed HTML with white space collapsed; Anki's scripted hints become <details>, as in the preview."""
    hint = r"""\s*<a class=hint.*?>\s*(.*?)</a>\s*<div id="hint\w+" class=hint style="display: none">(.*?)</div>\s*"""
    normalized = re.sub(hint, r'<details class="hint"><summary>\1</summary>\2</details>', html, flags=re.DOTALL)
    parser = _TagParser()
    parser.feed(normalized)
    parser.close()
    return [" ".join(part.split()) if isinstance(part, str) else part for part in parser.parts]


def differences(deck: Deck, collection: Collection) -> Iterator[tuple[object, object]]:
    """Import a deck into the real Anki, and yield every side that the preview renders differently."""
    import_package(writer.pack(deck), collection)
    notetypes_by_kind = {notetype.kind: notetype for notetype in deck.notetypes}
    preview_sides = {
        (row.guid, side.ordinal): side
        for row in deck.rows
        for side in render_cards(row, notetypes_by_kind[row.kind], deck.name)
    }
    anki_sides = {(guid, ordinal): rendered_sides(collection, card) for guid, ordinal, card, *_ in cards(collection)}
    assert anki_sides.keys() == preview_sides.keys()
    for key, (question, answer) in anki_sides.items():
        for anki_html, preview_html in ((question, preview_sides[key].question), (answer, preview_sides[key].answer)):
            if parsed_html(anki_html) != parsed_html(preview_html):
                yield anki_html, preview_html


@pytest.mark.parametrize("notes", [TESTS.parent / "notes", TESTS / "gallery"], ids=["bundled", "gallery"])
def test_every_card_is_rendered_as_in_anki(notes: Path, tmp_path: Path, collection: Collection) -> None:
    """Questions and answers of the bundled cards and of the gallery equal those of the real Anki."""
    built = load_project(Options(notes, tmp_path, TEMPLATES, CHANGED), Console()).build()
    assert list(differences(built.deck, collection)) == []


def sample_row(fields: Mapping[str, str], kind: Kind, number: int, ordinals: tuple[int, ...]) -> Row:
    """Return a row with arbitrary fields."""
    name = guid(f"{kind} {number}")
    values = tuple({"ID": name, **fields}.get(field, "") for field in FIELDS[kind])
    return Row(name, kind, SLOT - number, CHANGED, values, ("a::b", "c"), ordinals)


def with_first_template(notetype: NoteType, front: str, back: str) -> NoteType:
    """Return a note type with another first card template."""
    first, *rest = notetype.templates
    return replace(notetype, templates=(replace(first, front=front, back=back), *rest))


FIELD_VALUES = (
    "",
    " ",
    "<br>",
    "<br />",
    "<div></div>",
    "\n<BR>\t",
    "&nbsp;",
    '<img src="a-12345678.png">',
    "<p></p>",
    "0",
)
FRONT = """<!-- {{Term}} -->{{#Clue}}clue{{^TermLabel}} without label{{/TermLabel}}{{/Clue}}{{^Clue}}none{{/Clue}}
{{text:Term}} {{hint:Extra}} {{text:hint:Extra}} {{type:Typed}} {{furniture:Term}} {{ Term }} {{::Term}}
{{Tags}} {{Type}} {{Deck}} {{Subdeck}} {{Card}} {{CardFlag}} {{CardID}}
{{#Tags}}tagged{{/Tags}}{{#CardFlag}}flag{{/CardFlag}}"""


def test_custom_templates_are_rendered_as_in_anki(collection: Collection) -> None:
    """Filters, special fields, comments, nested sections and empty fields are handled as in Anki."""
    term = '<b>a &lt; b</b>&nbsp;"c" &amp; {d} e<!-- f --><i title=">">g</i>\\(x\\)'
    rows = tuple(
        sample_row(
            {"Term": term, "Meaning": "m", "Clue": clue, "TermLabel": label, "Extra": label}, "pair", number, (0,)
        )
        for number, (clue, label) in enumerate((clue, label) for clue in FIELD_VALUES for label in ("", "x"))
    )
    pair, cloze = notetypes()
    pair = with_first_template(pair, FRONT, "{{FrontSide}}<hr id=answer>{{Meaning}}{{^Clue}}{{FrontSide}}{{/Clue}}")
    deck = Deck(DECK_ID, "Above::Below", "", "1.0.0", rows, (pair, cloze))
    assert list(differences(deck, collection)) == []


TEXTS = (
    "{{c1::one}} and {{c2::two}}",
    "{{c1::a{{c2::b}}c}} {{c1::again}}",
    "{{c2::out {{c1::in::hint in}}}} {{c1::word::a hint}}",
    "{{c1::x::}} {{c2::<b>bold</b> &amp; \"quoted\" 'single'}}",
    "stray }} and {{c1::\\(a_{1}\\)}} {{c2::\\[\\text{<b>x</b>}\\]}}",
    "{{c1::closed}} {{c2::too}} {{c3::never closed {{c4::nor this",
    "{{c1::a}}{{c2::b::c::d}} :: e",
    '{{c1::<img src="a-12345678.png" alt="x">}} {{c2::<code>&#123;&#123;</code>}}',
)


def test_clozes_are_rendered_as_in_anki(collection: Collection) -> None:
    """Hints, nesting, stray and missing braces, formulas and quotes in a cloze are rendered as in the real Anki."""
    rows = tuple(sample_row({"Text": text, "Extra": "e"}, "cloze", number, (0, 1)) for number, text in enumerate(TEXTS))
    pair, cloze = notetypes()
    front = "{{#c1}}first{{/c1}}{{^c1}}later{{/c1}} {{cloze:Text}} {{cloze-only:Text}} {{type:cloze:Text}} {{Card}}"
    deck = Deck(
        DECK_ID,
        "Deck",
        "",
        "1.0.0",
        rows,
        (pair, with_first_template(cloze, front, "{{cloze:Text}} {{cloze-only:Text}}")),
    )
    assert list(differences(deck, collection)) == []


def test_a_rendering_that_differs_is_detected_rejected(collection: Collection) -> None:
    """The comparison detects a missing word and a different attribute."""
    row = sample_row({"Term": "t", "Meaning": "m"}, "pair", 1, (0,))
    deck = Deck(DECK_ID, "Deck", "", "1.0.0", (row,), notetypes())
    assert list(differences(deck, collection)) == []
    assert parsed_html('<p class="a">x</p>') != parsed_html('<p class="b">x</p>')
    assert parsed_html("<p>x y</p>") != parsed_html("<p>x</p>")
