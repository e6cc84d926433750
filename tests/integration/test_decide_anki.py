"""Decisions about notes in the real Anki: what a learner keeps, and what Tools > Empty Cards finds."""

from __future__ import annotations

import pytest
from anki.collection import Collection

from studydeck.identity import ledger as ledger_file
from studydeck.identity.decided_words import words_of
from studydeck.identity.decision_merge import NoteDecision
from studydeck.identity.decisions import NO_DECISIONS, Decisions, with_decision
from studydeck.identity.mark_released import mark_released
from studydeck.pipeline import Built, pack
from tests.support.pipeline import DAY, build_notes, ledger_entry, visible_text
from tests.support.real_anki import cards, empty_cards, import_package, rendered_sides, review_all

pytestmark = pytest.mark.anki

LONG_AGO = 1_700_000_000
NOTES = """\
# Towns

The tower of Rottweil was finished by Thyssen in 2017.

- **Cologne**: a town on the Rhine with a cathedral
- **Bonn**: a former capital on the Rhine

| Country | Capital |
| --- | --- |
| France | Paris |
| Italy | Rome |
"""


def decided(built: Built, *chosen: tuple[str, dict[str, object]]) -> Decisions:
    """Return decisions about notes, by words of their texts."""
    decisions = NO_DECISIONS
    for words, what in chosen:
        guid = ledger_entry(built, words).guid
        draft = next(note.draft for note in built.notes if note.guid == guid)
        question, answer = words_of(draft)
        # The types of what can be decided differ.
        made = NoteDecision(guid=guid, date="2026-11-01", question=question, answer=answer, **what)  # type: ignore[arg-type]  # by name
        decisions = with_decision(decisions, made)
    return decisions


def build(notes: str, last: Built, days: int, decisions: Decisions = NO_DECISIONS) -> Built:
    """Build once more, and release."""
    built = build_notes(notes, last.ledger_text, now=LONG_AGO + days * DAY, decisions=decisions)
    skipped = frozenset(note.guid for note in built.skipped_notes)
    ledger = mark_released(built.ledger, f"{days}.0.0", LONG_AGO + days * DAY, skipped=skipped)
    return build_notes(notes, ledger_file.to_text(ledger), now=LONG_AGO + days * DAY, decisions=decisions)


def test_reviews_live_on_through_decisions(collection: Collection) -> None:
    """A released note is skipped, edited twice, and comes back; one way and another phrase leave a blank card."""
    assert collection.db
    first = build(NOTES, build_notes("# Empty\n", now=LONG_AGO), 1)
    import_package(pack(first.deck), collection)
    reviewed = review_all(collection)
    assert reviewed == sum(len(note.ordinals) for note in first.notes)
    log = collection.db.all("SELECT id, cid, ease FROM revlog ORDER BY id")
    known = {(guid, ordinal): card for guid, ordinal, card, *_ in cards(collection)}

    cologne, tower, france = (ledger_entry(first, words).guid for words in ("cologne", "tower", "france"))
    skip = decided(first, ("cologne", {"skip": True}))
    now, text = first, NOTES
    edits = (("town on the Rhine with", "city on the Rhine with"), ("a cathedral", "the largest cathedral of its land"))
    for days, (old, new) in enumerate(edits, 2):
        text = text.replace(old, new)
        now = build(text, now, days, skip)
        assert cologne not in {row.guid for row in now.deck.rows}
        counts = import_package(pack(now.deck), collection)
        assert counts.new == 0
    back = build(text, now, 4)
    import_package(pack(back.deck), collection)
    assert {(guid, ordinal): card for guid, ordinal, card, *_ in cards(collection)} == known
    assert collection.db.all("SELECT id, cid, ease FROM revlog ORDER BY id") == log
    _, answer = rendered_sides(collection, known[cologne, 0])
    assert "largest cathedral" in visible_text(answer)
    assert not empty_cards(collection)

    other = decided(back, ("tower", {"hide": ("Thyssen",)}), ("france", {"ways": "one"}))
    changed = build(text, back, 5, other)
    assert import_package(pack(changed.deck), collection).updated == 2
    ordinals = {(guid, ordinal) for guid, ordinal, *_ in cards(collection)}
    assert ordinals == {*known, (tower, 1)}  # Anki counts the cards of a cloze from 0
    assert set(empty_cards(collection)) == {known[tower, 0], known[france, 1]}
    new_card = next(card for guid, ordinal, card, *_ in cards(collection) if (guid, ordinal) == (tower, 1))
    question, answer = rendered_sides(collection, new_card)
    assert "2017" in visible_text(question)
    assert "Thyssen" not in visible_text(question)
    assert "Thyssen" in visible_text(answer)

    undone = build(text, changed, 6)
    import_package(pack(undone.deck), collection)
    assert collection.db.all("SELECT id, cid, ease FROM revlog ORDER BY id") == log
    question, _ = rendered_sides(collection, known[france, 1])
    assert "Paris" in visible_text(question)
