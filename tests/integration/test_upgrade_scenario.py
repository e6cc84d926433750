"""A learner studies for a while, the author edits, the learner imports again: nothing is lost, what is new arrives."""

from __future__ import annotations

import pytest
from anki.collection import Collection

from studydeck.pipeline import Built, pack
from tests.support.pipeline import DAY, faults, remembered, shown, walk
from tests.support.real_anki import Imported, cards, faces, import_package, review_all

pytestmark = pytest.mark.anki

LONG_AGO = 1_700_000_000  # November 2023: whatever the clock says, the learner's own edits are later
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

## Set of the tea table

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


def edited() -> dict[str, str]:
    """Make the author's six edits, and one that only moves things about."""
    note_keys, tools = BEFORE["leaves.md"], BEFORE["tools.md"]
    note_keys = note_keys.replace("ninety degrees or so", "ninety-five degrees or so")  # 1: a cell is corrected
    note_keys = note_keys.replace("have left.", "have left it with the steam.")  # 2: an answer is made longer
    note_keys = note_keys.replace("## Kinds", "## Kinds of tea")  # 3: a parent is renamed
    tools = tools.replace("- Kettle", "- Scales\n- Kettle")  # 4: an item comes on top
    order = tools[tools.index("## Order") :]
    tools = tools.replace(order, "").replace("## Set", f"{order}\n## Set")  # 5: sections change places
    gaiwan = tools[tools.index("## Gaiwan") :]
    whisk = "## Chasen\n\nA whisk of split bamboo that beats powdered leaves into water.\n"
    tools = tools.replace(gaiwan, whisk)  # 6: a note goes, another comes
    return {"leaves.md": note_keys, "tools.md": tools}


def test_the_story_of_a_learner(collection: Collection) -> None:
    """Every review lives, changed text arrives, own edits and tags stay, untouched notes are not touched."""
    assert collection.db
    first = walk(BEFORE, now=LONG_AGO)
    assert import_package(packed(first), collection).new == len(first.notes)
    studied = cards(collection)
    assert review_all(collection) == len(studied)
    log = collection.db.all("SELECT id, cid, ease FROM revlog ORDER BY id")

    # The learner mends one note for herself, and tags it. The author renames a heading above it.
    own = collection.get_note(collection.find_notes("Term:Sencha Meaning:*seventy*")[0])
    own["Meaning"] = "70 °C, says grandmother"
    own.add_tag("grandmother")
    collection.update_note(own)
    before = mods(collection)

    second = walk(edited(), first.ledger_text, now=LONG_AGO + DAY)
    moved = {note.guid for note in second.notes if note.changed == LONG_AGO + DAY}
    new = {note.guid for note in second.notes} - {note.guid for note in first.notes}
    asked = {remembered(second, words).guid for words in ("ninety five", "why is water", "kettle")}
    assert moved == asked | new
    assert new == {remembered(second, "chasen").guid}
    known = len(second.notes) - len(new)
    assert import_package(packed(second), collection) == Imported(len(new), len(asked), known - len(asked), 0, 0)

    # No review is lost: every card that was studied is there, answered once, with its entry in the log.
    assert collection.db.all("SELECT id, cid, ease FROM revlog ORDER BY id") == log
    assert len(log) == len(studied)
    for _, _, card, *_ in studied:
        assert collection.get_card(card).reps == 1  # type: ignore[arg-type]  # a CardId is an int

    # What the author changed has arrived, and every history is still about its own item.
    assert "ninety-five degrees" in fields(collection, remembered(second, "ninety five").guid)
    assert "with the steam" in fields(collection, remembered(second, "why is water").guid)
    kettle = remembered(second, "kettle").guid
    assert hidden(collection, kettle) == {**ANSWERS, 4: "Scales"}
    assert reviews(collection, kettle) == {1: 1, 2: 1, 3: 1, 4: 0}

    # The learner's own edit and tag are there, and nothing was touched that had no reason to be.
    own.load()
    assert own["Meaning"] == "70 °C, says grandmother"
    assert own.has_tag("grandmother")
    after = mods(collection)
    assert {guid for guid in before if after[guid] != before[guid]} == asked

    # The note that went stays with the learner, and the same file once more changes nothing.
    assert remembered(second, "gaiwan").retired
    assert remembered(second, "gaiwan").guid in after
    assert import_package(packed(second), collection) == Imported(0, 0, len(second.notes), 0, 0)
    assert mods(collection) == after
    assert list(faults(collection)) == []


def test_what_comes_back_finds_its_history(collection: Collection) -> None:
    """A note that was taken out and put back again is the learner's old note, reviews included."""
    first = walk(BEFORE, now=LONG_AGO)
    import_package(packed(first), collection)
    review_all(collection)
    second = walk(edited(), first.ledger_text, now=LONG_AGO + DAY)
    import_package(packed(second), collection)
    third = walk(BEFORE, second.ledger_text, now=LONG_AGO + 2 * DAY)
    assert import_package(packed(third), collection).new == 0
    gaiwan = remembered(third, "gaiwan")
    assert not gaiwan.retired
    assert set(reviews(collection, gaiwan.guid).values()) == {1}


def packed(built: Built) -> bytes:
    """Give the package of a build."""
    return pack(built.deck)


def mods(collection: Collection) -> dict[str, int]:
    """Give the time of change of every note in the collection."""
    assert collection.db
    return {str(guid): int(mod) for guid, mod in collection.db.all("SELECT guid, mod FROM notes")}


def fields(collection: Collection, guid: str) -> str:
    """Give all fields of a note."""
    assert collection.db
    return str(collection.db.scalar("SELECT flds FROM notes WHERE guid = ?", guid))


def reviews(collection: Collection, guid: str) -> dict[int, int]:
    """Give how often each card of a note was answered; a cloze's cards by their numbers, counted from 1."""
    assert collection.db
    rows = collection.db.all("SELECT c.ord, c.reps FROM cards c JOIN notes n ON n.id = c.nid WHERE n.guid = ?", guid)
    return {int(ordinal) + 1: int(reps) for ordinal, reps in rows}


def hidden(collection: Collection, guid: str) -> dict[int, str]:
    """Give what each card of a list asks for: the item that its answer shows and its question does not."""
    found: dict[int, str] = {}
    for owner, ordinal, card, *_ in cards(collection):
        if owner == guid:
            question, answer = (shown(face) for face in faces(collection, card))
            found[ordinal + 1] = " ".join(item for item in ITEMS if item in answer and item not in question)
    return found
