"""Weak cards through builds: no edit makes one come and go, the tool removes none, the author's setting does."""

from __future__ import annotations

import random

from studydeck.diagnostics import DiagnosticCode
from studydeck.identity import ledger_reader
from studydeck.identity.withheld import MARGIN
from studydeck.model.notes import MOST_CONFIDENCE
from studydeck.pipeline import Built
from tests.support.pipeline import build_notes, rebuild

NOTES = """# Rivers

## Words

- **Delta**: land where a river meets the sea
- **Meander**: a bend of a river
- **Rule 2**: the slower the water the more sand it drops on the inner bank of each bend

## Plain

The Nile is 6650 km long and flows to the north.

## Lake

It is still water, and the land around it is higher than its shore on all sides;
"""


def _cards(built: Built) -> dict[tuple[str, int], str]:
    return {
        (note.guid, ordinal): card_spec.phrase
        for note in built.notes
        for ordinal, card_spec in zip(note.ordinals, note.draft.card_specs, strict=True)
    }


def _points(built: Built, words: str) -> int:
    """Return the confidence of the first card of the note whose text has some words."""
    return next(note.draft.card_specs[0].confidence for note in built.notes if words in note.draft.fingerprint.text)


RULE = "rule 2"
WEAK = _points(build_notes(NOTES), RULE)  # the confidence of the weakest note


def test_a_raised_setting_takes_cards_out_and_says_so() -> None:
    """It is the author's decision, and lowering it again gives the same notes back, with their cards."""
    before = build_notes(NOTES, min_confidence=WEAK)
    raised = rebuild(before, NOTES, min_confidence=WEAK + 1)
    assert len(raised.notes) == len(before.notes) - 1
    (found,) = [each for each in raised.diagnostics if each.code == DiagnosticCode.MIN_CONFIDENCE_MOVED]
    assert "learners may have 0 of them" in found.message
    again = rebuild(raised, NOTES, min_confidence=WEAK + 1)
    assert again.ledger_text == raised.ledger_text
    assert all(each.code != DiagnosticCode.MIN_CONFIDENCE_MOVED for each in again.diagnostics)
    assert _cards(rebuild(again, NOTES, min_confidence=WEAK)) == _cards(before)


def test_a_first_setting_is_a_move_and_its_removal_takes_nothing_out() -> None:
    """A deck that had no setting gets one; without it the table of the tool counts, which removes no card."""
    before = build_notes(NOTES, min_confidence=None)
    assert rebuild(before, NOTES, min_confidence=MOST_CONFIDENCE).notes == ()
    high = build_notes(NOTES, min_confidence=WEAK)
    assert _cards(rebuild(high, NOTES, min_confidence=None)) == _cards(high)


def test_a_card_that_was_withheld_must_pass_by_a_margin() -> None:
    """An edit of its words alone makes no card of it, before it is surely better; a new item needs no margin."""
    first = build_notes(NOTES, min_confidence=WEAK + 1)
    assert first.ledger.weak
    better = NOTES.replace("Rule 2", "Thesis of bends")
    points = _points(build_notes(better), "thesis of bends")
    least = points - MARGIN + 1
    first = build_notes(NOTES, min_confidence=least)
    assert "thesis of bends" not in rebuild(first, better, min_confidence=least).ledger_text
    added = NOTES.replace("- **Rule 2**", "- **Thesis of bends**: the slower the water is\n- **Rule 2**")
    least = min(_points(build_notes(added), "thesis of bends"), least)
    assert (
        "thesis of bends" in rebuild(build_notes(NOTES, min_confidence=least), added, min_confidence=least).ledger_text
    )
    sure = build_notes(NOTES, min_confidence=points - MARGIN)
    assert "thesis of bends" in rebuild(sure, better, min_confidence=points - MARGIN).ledger_text


def test_no_card_comes_and_goes_in_a_hundred_small_edits() -> None:
    """Letters are dropped and doubled, commas come and go; a card that was made stays."""
    chooser = random.Random(1)
    least = WEAK + 2
    built = build_notes(NOTES, min_confidence=least)
    text, gone, seen = NOTES, set[tuple[str, int]](), set(_cards(built))
    for _ in range(100):
        lines = text.split("\n")
        number = chooser.choice([number for number, line in enumerate(lines) if len(line) > 20])
        line = lines[number]
        place = chooser.randrange(15, len(line))
        edit = chooser.choice([line[:place] + line[place + 1 :], line[:place] + "e" + line[place:]])
        lines[number] = edit if edit.count("*") == line.count("*") else line
        text = "\n".join(lines)
        built = rebuild(built, text, later=60, min_confidence=least)
        now = set(_cards(built))
        assert not now & gone
        gone |= seen - now
        seen |= now
    assert len(gone) <= 3  # words that an edit replaced altogether


def test_the_ledger_keeps_weak_drafts_through_a_merge() -> None:
    """Both sides of a conflict are read, and a second build changes nothing."""
    built = build_notes(NOTES, min_confidence=WEAK + 1)
    line = f'{{"weak":"{built.ledger.weak[0].digest}"}}\n'
    assert line in built.ledger_text
    conflict = built.ledger_text.replace(line, f"<<<<<<< ours\n{line}=======\n{line}>>>>>>> theirs\n")
    assert ledger_reader.parse(conflict).weak == built.ledger.weak
    assert rebuild(built, NOTES, min_confidence=WEAK + 1).ledger_text == built.ledger_text


def test_a_note_that_comes_back_and_a_new_item_need_no_margin() -> None:
    """A fact that is new, or that was taken out for a while, is no weak card that an edit made a little surer."""
    section = "\n## Bank\n\nThe ground beside a river that keeps its water in.\n"
    least = min(
        card_spec.confidence for note in build_notes(NOTES + section).notes for card_spec in note.draft.card_specs
    )
    before = build_notes(NOTES + section, min_confidence=least)
    without = rebuild(before, NOTES, min_confidence=least)
    assert _cards(rebuild(without, NOTES + section, min_confidence=least)) == _cards(before)
    items = "# Boats\n\n## The five kinds of boats\n\n- tug\n- raft\n- canoe\n- ferry\n- dinghy\n"
    least = min(card_spec.confidence for note in build_notes(items).notes for card_spec in note.draft.card_specs)
    added = rebuild(
        build_notes(items, min_confidence=least), items.replace("five", "six") + "- barge\n", min_confidence=least
    )
    assert len(_cards(added)) == 6
