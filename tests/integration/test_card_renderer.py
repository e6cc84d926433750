"""What the preview draws is what the real Anki draws: all shipped cards, the gallery, and faces made to trip it."""

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
from studydeck.notetypes.card_renderer import sides
from tests.support.preview import TEMPLATES
from tests.support.real_anki import cards, faces, import_package
from tests.support.sample_decks import CHANGED, DECK_ID, SLOT, guid, notetypes

pytestmark = pytest.mark.anki

HERE = Path(__file__).parents[1]


class _Tags(HTMLParser):
    """Reads HTML into what a browser would see: tags with their attributes in any order, and words."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[object] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, sorted(attrs, key=str)))

    def handle_endtag(self, tag: str) -> None:
        self.found.append((tag,))

    def handle_data(self, data: str) -> None:
        if self.found and isinstance(self.found[-1], str):
            data = self.found.pop() + data  # type: ignore[operator]  # a string, as was just seen
        self.found.append(data)


def seen(html: str) -> list[object]:
    """Give HTML as a browser sees it, white space aside; Anki folds a hint by a script, the preview by an element."""
    hint = r"""\s*<a class=hint.*?>\s*(.*?)</a>\s*<div id="hint\w+" class=hint style="display: none">(.*?)</div>\s*"""
    folded = re.sub(hint, r'<details class="hint"><summary>\1</summary>\2</details>', html, flags=re.DOTALL)
    parser = _Tags()
    parser.feed(folded)
    parser.close()
    return [" ".join(one.split()) if isinstance(one, str) else one for one in parser.found]


def differences(deck: Deck, collection: Collection) -> Iterator[tuple[object, object]]:
    """Import a deck into the real Anki, and give every face on which it and the preview do not agree."""
    import_package(writer.pack(deck), collection)
    kinds = {one.kind: one for one in deck.notetypes}
    ours = {(row.guid, face.ordinal): face for row in deck.rows for face in sides(row, kinds[row.kind], deck.name)}
    theirs = {(guid, ordinal): faces(collection, card) for guid, ordinal, card, *_ in cards(collection)}
    assert theirs.keys() == ours.keys()
    for key, (question, answer) in theirs.items():
        for real, drawn in ((question, ours[key].question), (answer, ours[key].answer)):
            if seen(real) != seen(drawn):
                yield real, drawn


@pytest.mark.parametrize("notes", [HERE.parent / "notes", HERE / "gallery"], ids=["shipped", "gallery"])
def test_every_card_is_as_anki_draws_it(notes: Path, tmp_path: Path, collection: Collection) -> None:
    """Questions and answers of all shipped cards, and of the gallery, are those of the real Anki, tag by tag."""
    built = load_project(Options(notes, tmp_path, TEMPLATES, CHANGED), Console()).build()
    assert list(differences(built.deck, collection)) == []


def sample(fields: Mapping[str, str], kind: Kind, number: int, ordinals: tuple[int, ...]) -> Row:
    """Give a row that no notes would make."""
    name = guid(f"{kind} {number}")
    values = tuple({"ID": name, **fields}.get(one, "") for one in FIELDS[kind])
    return Row(name, kind, SLOT - number, CHANGED, values, ("a::b", "c"), ordinals)


def redrawn(notetype: NoteType, front: str, back: str) -> NoteType:
    """Give a note type whose first face is another."""
    first, *rest = notetype.templates
    return replace(notetype, templates=(replace(first, front=front, back=back), *rest))


EMPTY_OR_NOT = (
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


def test_faces_of_an_author_are_as_anki_draws_them(collection: Collection) -> None:
    """Filters, special fields, comments, nested sections and Anki's idea of an empty field hold for any face."""
    term = '<b>a &lt; b</b>&nbsp;"c" &amp; {d} e<!-- f --><i title=">">g</i>\\(x\\)'
    rows = tuple(
        sample({"Term": term, "Meaning": "m", "Clue": clue, "TermLabel": label, "Extra": label}, "pair", number, (0,))
        for number, (clue, label) in enumerate((clue, label) for clue in EMPTY_OR_NOT for label in ("", "x"))
    )
    pair, cloze = notetypes()
    pair = redrawn(pair, FRONT, "{{FrontSide}}<hr id=answer>{{Meaning}}{{^Clue}}{{FrontSide}}{{/Clue}}")
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


def test_clozes_are_as_anki_draws_them(collection: Collection) -> None:
    """Hints, nesting, stray and missing braces, formulas and quotes in a blank come out as in the real Anki."""
    rows = tuple(sample({"Text": text, "Extra": "e"}, "cloze", number, (0, 1)) for number, text in enumerate(TEXTS))
    pair, cloze = notetypes()
    front = "{{#c1}}first{{/c1}}{{^c1}}later{{/c1}} {{cloze:Text}} {{cloze-only:Text}} {{type:cloze:Text}} {{Card}}"
    deck = Deck(DECK_ID, "Deck", "", "1.0.0", rows, (pair, redrawn(cloze, front, "{{cloze:Text}} {{cloze-only:Text}}")))
    assert list(differences(deck, collection)) == []


def test_a_face_that_differs_is_noticed_rejected(collection: Collection) -> None:
    """The comparison sees a missing word, and an attribute that is another."""
    row = sample({"Term": "t", "Meaning": "m"}, "pair", 1, (0,))
    deck = Deck(DECK_ID, "Deck", "", "1.0.0", (row,), notetypes())
    assert list(differences(deck, collection)) == []
    assert seen('<p class="a">x</p>') != seen('<p class="b">x</p>')
    assert seen("<p>x y</p>") != seen("<p>x</p>")
