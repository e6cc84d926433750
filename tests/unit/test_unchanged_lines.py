"""What stands unchanged keeps its card, and what takes the place of a line that is gone gets none of its history."""

from __future__ import annotations

import pytest

from studydeck.identity.card_phrases import recognise
from studydeck.identity.matching.outline import NoteKey, Outline, SectionKey
from studydeck.identity.matching.passes import match
from studydeck.identity.outlines import outline_of
from studydeck.model.anki import Kind
from studydeck.model.notes import MOST_CONFIDENCE
from studydeck.pipeline import extract_deck
from tests.support.pipeline import NO_PICTURES, asked_at_once, build_notes, ledger_entry, rebuild, sources_of


def test_an_item_that_had_no_card_is_no_correction_of_another() -> None:
    """What is left of a list stood in it before: its only card is not that of the item that is gone."""
    packed = {1: "gradient clipping"}
    assert recognise(["truncated gradients"], packed) == {0: 1}
    assert recognise(["truncated gradients"], packed, {"truncated gradients": "truncated gradients"}) == {}


def test_an_item_that_was_made_long_in_its_place_keeps_its_card() -> None:
    """The ledger has the first characters of a long phrase alone, and so have the items of its list."""
    long = "highest data access cost of all tiers as each read waits until the blob is rehydrated"
    packed = {1: "highest data access cost", 2: "lowest data storage cost"}
    reworded = {long[:80].rstrip(): packed[1], packed[2]: packed[2]}
    assert recognise([long, packed[2]], packed, reworded) == {0: 1, 1: 2}


@pytest.mark.parametrize(
    ("was", "now", "other", "is_kept"),
    [
        ("gold melts at 1064 c", "gold melts at 1063 c", "tin melts at 232 c", True),
        ("gold melts at 1064 c", "lead melts at 327 c", "tin melts at 232 c", False),
        ("kollagen iii in haut", "kollagen iv in haut", "kollagen ii in haut", False),
        ("kollagen i in knohcen", "kollagen i in knochen", "kollagen ii in knorpel", True),
    ],
)
def test_an_item_as_similar_to_another_one_of_its_list_is_new(was: str, now: str, other: str, is_kept: bool) -> None:
    """Items of one frame are alike, so that likeness to the one that is gone is no evidence."""
    assert (recognise([now, other], {1: was, 2: other}) == {0: 1, 1: 2}) is is_kept


def test_a_sentence_keeps_its_blank_when_a_line_is_nested_below_it() -> None:
    """Below a sentence that became a heading its note still hides the number, and not the whole sentence."""
    text = "# Errors\n\n- Then:\n  - If Overall error: 10%\n    - Then errors due incorrect data: 0.6%\n- Rest\n"
    first = build_notes(text)
    second = rebuild(first, text.replace("0.6%\n", "0.6%\n      - Then errors due other causes: 9.4%\n"))
    before, after = (ledger_entry(built, "incorrect data") for built in (first, second))
    assert (after.guid, after.cards) == (before.guid, before.cards)
    assert after.cards == {1: "0 6"}
    third = rebuild(second, text)
    assert ledger_entry(third, "incorrect data").cards == before.cards


def matched(
    old: str, new: str, old_blank: str = "", new_blank: str = "", *, stood: bool = False, nested_item: bool = False
) -> bool:
    """Return whether two notes of one section are one note."""
    sections = (SectionKey("web", -1, "web.md"),)
    kind: Kind = "cloze" if old_blank else "pair"
    other = NoteKey(0, "pair", "router |  | decides where requests are sent")
    before = Outline(sections, (other, NoteKey(0, kind, old, blank=old_blank)))
    after = Outline(sections, (other, NoteKey(0, kind, new, blank=new_blank, stood=stood, nested_item=nested_item)))
    return 1 in match(before, after).note_keys


def test_a_weak_answer_that_stood_is_not_what_became_of_another() -> None:
    """The second answer to a question was too weak to be asked; now that the first is gone, it is a new card."""
    old, new = "routes |  | where the router sends a user", "routes |  | read data from the source"
    assert matched(old, new)
    assert not matched(old, new, stood=True)
    assert matched(old, old, stood=True)


def test_the_ledger_tells_which_weak_drafts_stood() -> None:
    """What one build withheld, the outline of the next one knows."""
    text = "# Web\n\n## Browser\n\nA program that shows pages.\n"
    weak = {draft.digest for draft in build_notes(text, min_confidence=MOST_CONFIDENCE).ledger.weak}
    extracted = extract_deck(sources_of(text), lambda _links: NO_PICTURES)
    outline = outline_of(extracted.drafts, extracted.sections, weak)
    assert [key.stood for key in outline.note_keys if not key.offer] == [True]


@pytest.mark.parametrize(
    ("sentence", "old", "new", "is_kept"),
    [
        ("i want a glass of {} now", "orange", "apple", False),
        ("ein erwachsener hat {} knochen", "208", "206", True),
        ("the frame of an ethernet link holds {} bytes", "payload", "user", True),
    ],
)
def test_a_short_frame_is_said_of_several_things(sentence: str, old: str, new: str, *, is_kept: bool) -> None:
    """Two words around a blank name nothing, unless a number in it was put right."""
    assert matched(sentence.format(old), sentence.format(new), old, new) == is_kept


def test_two_items_that_begin_alike_are_two() -> None:
    """Below a term another item is another fact; a reworded one is the same."""
    old = "secure transfer |  | requires https for rest api"
    assert not matched(old, "secure transfer |  | requires smb 3 0 for azure file service", nested_item=True)
    assert matched(old, "secure transfer |  | https is required for the rest api", nested_item=True)


def test_an_only_item_keeps_its_question_when_another_is_added() -> None:
    """The list that it is now asks both; the packed question asks for what it asked for."""
    text = "# Career\n\n## Riddles in interviews\n\n- Note: many companies do not ask riddles in interviews\n"
    first = build_notes(text)
    second = rebuild(first, text + "- Many ways lead to an offer, and you can make your own if you look for it\n")
    assert ledger_entry(second, first.ledger.notes[0].text).guid == first.ledger.notes[0].guid


LIST = "# Cabinet\n\nDepartments:\n\n- Finance\n- War\n- Justice\n"


@pytest.mark.parametrize(
    ("old", "new", "ordinals"),
    [
        ("", "", [1, 2, 3]),
        ("- War\n", "", [1, 3]),
        ("- War\n- Justice\n", "", [1]),
        ("- War\n", "- War\n- Health\n", [1, 2, 4, 3]),
        ("- War\n", "- Health\n", [1, 2, 3]),  # reworded in place
        ("- Justice\n", "- Health\n", [1, 2, 4]),
        ("- Finance\n- War\n- Justice\n", "- Justice\n- War\n- Finance\n", [3, 2, 1]),
    ],
)
def test_each_item_of_a_short_list_has_a_card_of_its_own(old: str, new: str, ordinals: list[int]) -> None:
    """An item that comes or goes changes nothing of the others, and what comes gets no history of what goes."""
    first = build_notes(LIST)
    second = rebuild(first, LIST.replace(old, new) if old else LIST)
    assert list(second.notes[0].ordinals) == ordinals
    assert second.notes[0].guid == first.notes[0].guid


@pytest.mark.parametrize(
    ("item", "question"), [("- War\n", "Departments (3)"), ("- War\n- Health\n", "Departments (4)")]
)
def test_a_list_that_was_asked_at_once_stays_one_question(item: str, question: str) -> None:
    """What an earlier version packed keeps its kind."""
    first = build_notes(LIST, asked_at_once(build_notes(LIST)))
    second = rebuild(first, LIST.replace("- War\n", item))
    assert (second.notes[0].guid, second.notes[0].draft.kind) == (first.notes[0].guid, "pair")
    assert question in second.deck.rows[0].fields[1]


MOONS = """# Moons

| Moon | Planet | Discovered by | Year |
| --- | --- | --- | --- |
| Europa | Jupiter | Galileo Galilei | 1610 |
| Callisto | Jupiter | Galileo Galilei | 1610 |
| Titan | Saturn | Christiaan Huygens | 1655 |
"""


@pytest.mark.parametrize(
    ("old", "new", "is_kept"),
    [
        ("Callisto", "Ganymede", False),  # as the row of Europa, which has these cells, too
        ("Titan", "Saturn VI", True),
        ("Callisto", "Calisto", True),
    ],
)
def test_a_row_with_the_cells_of_another_row_is_not_that_row_renamed(old: str, new: str, *, is_kept: bool) -> None:
    """Cells that several rows have tell none of them from the others."""
    first = build_notes(MOONS)
    second = rebuild(first, MOONS.replace(f"| {old} |", f"| {new} |"))
    before, after = (
        {note.guid for note in built.notes if note.draft.fingerprint.text.startswith(name.lower())}
        for built, name in ((first, old), (second, new))
    )
    assert bool(before & after) == is_kept


def test_a_line_that_became_an_item_of_a_list_keeps_its_question() -> None:
    """Another line made the list one that is asked item by item; what was packed of it stays, and so its history."""
    lines = "- Composition offers more flexibility and looser coupling\n{}- Composition enables changing behavior\n"
    head, other = "# Inheritance\n\n### Interview Insights:\n", "\n### Mistakes:\n- Using inheritance\n"
    principle = '- "Favor composition over inheritance" is a key design principle\n'
    first = build_notes(head + principle + lines.format("") + other)
    second = rebuild(first, head + lines.format("- Inheritance creates tighter coupling\n") + other)
    kept = ledger_entry(second, "composition | enables | changing behavior")
    assert kept.guid == ledger_entry(first, "composition | enables | changing behavior").guid
    third = rebuild(second, head + lines.format("- Inheritance creates tighter coupling\n") + other)
    assert third.ledger.notes == second.ledger.notes
