"""A learner reviews cards, the author edits the notes, the learner imports again: reviews stay, changes arrive."""

from __future__ import annotations

import pytest
from anki.collection import Collection

from studydeck.pipeline import Built, pack
from tests.support.pipeline import DAY, build_notes, card_faults, is_retired, ledger_entry, visible_text
from tests.support.real_anki import ImportCounts, cards, import_package, rendered_sides, review_all

pytestmark = pytest.mark.anki

LONG_AGO = 1_700_000_000  # November 2023: earlier than the learner's own edits, which have the current time
BEFORE = {
    "leaves.md": """# Tea

## Kinds

| Kind | Leaf | Water |
| --- | --- | --- |
| Sencha | steamed soon after the harvest | seventy degrees at most |
| Oolong | left to turn half brown | ninety degrees or so |
| Assam | left to turn dark all through | boiling water at once |

## Caffeine

- Shading the bushes for three weeks **raises** the caffeine of the leaf.
- The first brew takes out about **seventy percent** of it.

## Why is water that boils too long said to taste flat?

The gases that were dissolved in it have left.
""",
    "tools.md": """# Tools

## Three tools of the tea table

- Kettle
- Pot
- Strainer

## Gaiwan

A lidded bowl in which leaves are brewed and from which they are poured.

## Order of a brew

1. Warm the pot with water
2. Rinse the leaves for a moment
3. Pour the first brew
""",
}
ITEMS = ("Kettle", "Pot", "Strainer", "Scales")
ANSWERS = {1: "Kettle", 2: "Pot", 3: "Strainer"}


def edited_notes() -> dict[str, str]:
    """Return the notes after six edits by the author."""
    leaves, tools = BEFORE["leaves.md"], BEFORE["tools.md"]
    leaves = leaves.replace("ninety degrees or so", "ninety-five degrees or so")  # 1: a cell is corrected
    leaves = leaves.replace("have left.", "have left it with the steam.")  # 2: an answer is made longer
    leaves = leaves.replace("## Kinds", "## Kinds of tea")  # 3: a parent heading is renamed
    tools = tools.replace("- Kettle", "- Scales\n- Kettle")  # 4: an item is inserted on top
    order = tools[tools.index("## Order") :]
    tools = tools.replace(order, "").replace("## Three", f"{order}\n## Three")  # 5: sections are reordered
    gaiwan = tools[tools.index("## Gaiwan") :]
    whisk = "## Chasen\n\nA whisk of split bamboo that beats powdered leaves into water.\n"
    tools = tools.replace(gaiwan, whisk)  # 6: a note is removed, another added
    return {"leaves.md": leaves, "tools.md": tools}


def test_an_update_keeps_reviews_and_own_edits(collection: Collection) -> None:
    """Every review stays, changed text arrives, own edits and tags stay, other notes are not modified."""
    assert collection.db
    first = build_notes(BEFORE, now=LONG_AGO)
    assert import_package(packed(first), collection).new == len(first.notes)
    reviewed = cards(collection)
    assert review_all(collection) == len(reviewed)
    log = collection.db.all("SELECT id, cid, ease FROM revlog ORDER BY id")

    # The learner edits and tags one note. The author renames a heading above it.
    own_note = collection.get_note(collection.find_notes("Term:Sencha Meaning:*seventy*")[0])
    own_note["Meaning"] = "70 °C, says grandmother"
    own_note.add_tag("grandmother")
    collection.update_note(own_note)
    before = change_times(collection)

    second = build_notes(edited_notes(), first.ledger_text, now=LONG_AGO + DAY)
    updated = {note.guid for note in second.notes if note.changed == LONG_AGO + DAY}
    new = {note.guid for note in second.notes} - {note.guid for note in first.notes}
    edited = {ledger_entry(second, text).guid for text in ("ninety five", "why is water", "kettle")}
    assert updated == edited | new
    assert new == {ledger_entry(second, "chasen").guid}
    unchanged_count = len(second.notes) - len(new)
    assert import_package(packed(second), collection) == ImportCounts(
        len(new), len(edited), unchanged_count - len(edited), 0, 0
    )

    # No review is lost: every reviewed card exists, was answered once, and has its entry in the log.
    assert collection.db.all("SELECT id, cid, ease FROM revlog ORDER BY id") == log
    assert len(log) == len(reviewed)
    for _, _, card, *_ in reviewed:
        assert collection.get_card(card).reps == 1  # type: ignore[arg-type]  # a CardId is an int

    # The author's changes have arrived, and every card still asks for the same item.
    assert "ninety-five degrees" in fields(collection, ledger_entry(second, "ninety five").guid)
    assert "with the steam" in fields(collection, ledger_entry(second, "why is water").guid)
    kettle = ledger_entry(second, "kettle").guid
    assert hidden_items(collection, kettle) == {**ANSWERS, 4: "Scales"}
    assert reviews(collection, kettle) == {1: 1, 2: 1, 3: 1, 4: 0}

    # The learner's own edit and tag are kept, and only changed notes were modified.
    own_note.load()
    assert own_note["Meaning"] == "70 °C, says grandmother"
    assert own_note.has_tag("grandmother")
    after = change_times(collection)
    assert {guid for guid in before if after[guid] != before[guid]} == edited

    # The removed note stays in the collection, and a second import changes nothing.
    gaiwan = ledger_entry(first, "gaiwan")
    assert is_retired(second, gaiwan)
    assert gaiwan.guid in after
    assert import_package(packed(second), collection) == ImportCounts(0, 0, len(second.notes), 0, 0)
    assert change_times(collection) == after
    assert list(card_faults(collection)) == []


def test_a_returning_note_keeps_its_reviews(collection: Collection) -> None:
    """A note that was removed and added again is the same note in the collection, with its reviews."""
    first = build_notes(BEFORE, now=LONG_AGO)
    import_package(packed(first), collection)
    review_all(collection)
    second = build_notes(edited_notes(), first.ledger_text, now=LONG_AGO + DAY)
    import_package(packed(second), collection)
    third = build_notes(BEFORE, second.ledger_text, now=LONG_AGO + 2 * DAY)
    assert import_package(packed(third), collection).new == 0
    gaiwan = ledger_entry(third, "gaiwan")
    assert not gaiwan.retired
    assert set(reviews(collection, gaiwan.guid).values()) == {1}


def packed(built: Built) -> bytes:
    """Return the package of a build."""
    return pack(built.deck)


def change_times(collection: Collection) -> dict[str, int]:
    """Return the time of change of every note in the collection, by GUID."""
    assert collection.db
    return {str(guid): int(mod) for guid, mod in collection.db.all("SELECT guid, mod FROM notes")}


def fields(collection: Collection, guid: str) -> str:
    """Return all fields of a note."""
    assert collection.db
    return str(collection.db.scalar("SELECT flds FROM notes WHERE guid = ?", guid))


def reviews(collection: Collection, guid: str) -> dict[int, int]:
    """Return how often each card of a note was answered, by cloze number from 1."""
    assert collection.db
    rows = collection.db.all("SELECT c.ord, c.reps FROM cards c JOIN notes n ON n.id = c.nid WHERE n.guid = ?", guid)
    return {int(ordinal) + 1: int(reps) for ordinal, reps in rows}


def hidden_items(collection: Collection, guid: str) -> dict[int, str]:
    """Return the item that each card of a list asks for: shown in its answer, but not in its question."""
    items: dict[int, str] = {}
    for owner, ordinal, card, *_ in cards(collection):
        if owner == guid:
            question, answer = (visible_text(side) for side in rendered_sides(collection, card))
            items[ordinal + 1] = " ".join(item for item in ITEMS if item in answer and item not in question)
    return items
