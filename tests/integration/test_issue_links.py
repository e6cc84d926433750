"""The link "Something wrong?" on every card: what it holds, and that a deck without it stays as it is."""

from __future__ import annotations

import re

import pytest
from anki.collection import Collection

from studydeck.pipeline import pack
from tests.support.pipeline import DAY, build_notes, rebuild, visible_text
from tests.support.real_anki import ImportCounts, cards, import_package, rendered_sides

NOTES = "# Tea\n\n| Kind | Leaf |\n| --- | --- |\n| Sencha | steamed soon |\n\n## Three\n\n- one\n- two\n- three\n"
FORM = "https://example.org/new?template=card.yml&note={id}"
_LINK = re.compile(r'<a href="(https://[^"]*)">([^<]*)</a>')


@pytest.mark.anki
def test_every_card_links_to_the_form_with_the_id_of_its_note(collection: Collection) -> None:
    """An update brings the link to learners: no note is touched, only the note types have a later time."""
    before = build_notes(NOTES)
    after = rebuild(before, NOTES, issues_url=FORM)
    assert import_package(pack(before.deck), collection).new == 2
    assert import_package(pack(after.deck), collection) == ImportCounts(0, 0, 2, 0, 0)
    collection.models._clear_cache()
    found = cards(collection)
    assert len(found) == 5
    for guid, _, card, *_ in found:
        question, answer = rendered_sides(collection, card)
        assert "example.org" not in question
        assert _LINK.findall(answer) == [
            (f"https://example.org/new?template=card.yml&amp;note={guid}", "Something wrong?")
        ]
    for old, new in zip(before.deck.notetypes, after.deck.notetypes, strict=True):
        assert (old.fields, [template.id for template in old.templates], old.css) == (
            new.fields,
            [template.id for template in new.templates],
            new.css,
        )
        assert new.changed == old.changed + DAY
    again = rebuild(after, NOTES, issues_url=FORM)
    assert [note_type.changed for note_type in again.deck.notetypes] == [
        note_type.changed for note_type in after.deck.notetypes
    ]


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://example.org/new", "https://example.org/new?title={{ID}}"),
        ("https://example.org/new?labels=card", "https://example.org/new?labels=card&amp;title={{ID}}"),
        ("https://example.org/new#form", "https://example.org/new?title={{ID}}#form"),
        ("https://example.org/{id}/report", "https://example.org/{{ID}}/report"),
    ],
)
def test_a_form_without_a_place_for_the_id_gets_it_as_the_title(url: str, address: str) -> None:
    """Forms of forges fill in the title of a report from the address."""
    for note_type in build_notes(NOTES, issues_url=url).deck.notetypes:
        assert [_LINK.findall(template.back)[0][0] for template in note_type.templates] == [address] * len(
            note_type.templates
        )


def test_the_link_speaks_the_language_of_the_deck() -> None:
    """A language without words gets a sign; nothing English is on its cards."""
    for language, words in (
        ("de", "Stimmt etwas nicht?"),
        ("pt-BR", "Algo errado?"),
        ("ja", "間違いを報告"),
        ("eu", "⚠"),
    ):
        (pair, _) = build_notes(NOTES, language=language, issues_url=FORM).deck.notetypes
        assert visible_text(pair.templates[0].back).endswith(words)
