"""What Anki does where a learner added a field or a card template to a note type of the deck."""

from __future__ import annotations

from pathlib import Path

import pytest
from anki.cards import CardId
from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest

from studydeck.pipeline import pack
from studydeck.releases import changelog
from studydeck.reports.comparison import compare
from tests.support.pipeline import NOW, build_notes, rebuild
from tests.support.real_anki import GOOD, cards, import_package

pytestmark = pytest.mark.anki

NOTES = "# Tea\n\n- **Sencha**: tea that is steamed\n- **Assam**: tea that is dark\n"


def add_own(collection: Collection, what: str) -> None:
    """Add a field, or a card template, to the deck's note type for pairs, as a learner does in Anki."""
    note_type = next(kind for kind in collection.models.all() if kind["name"].startswith("Studydeck pair"))
    if what == "field":
        collection.models.add_field(note_type, collection.models.new_field("Mine"))
    else:
        template = collection.models.new_template("Mine")
        template["qfmt"], template["afmt"] = "{{Meaning}} is what?", "{{Term}}"
        collection.models.add_template(note_type, template)
    collection.models.update_dict(note_type)


def import_merging(package: bytes, folder: Path, collection: Collection) -> tuple[int, int]:
    """Import with *Merge note types*; return how many notes were updated, and how many conflict."""
    path = folder / "update.apkg"
    path.write_bytes(package)
    options = ImportAnkiPackageOptions(merge_notetypes=True)
    log = collection.import_anki_package(ImportAnkiPackageRequest(package_path=str(path), options=options)).log
    collection.models._clear_cache()
    return len(log.updated), len(log.conflicting)


@pytest.mark.parametrize("what", ["field", "card template"])
def test_merging_note_types_updates_notes_and_keeps_reviews(what: str, collection: Collection, tmp_path: Path) -> None:
    """The defaults skip every known note; with the option that README and release notes name, the update arrives."""
    first = build_notes(NOTES)
    update = rebuild(first, NOTES.replace("steamed", "steamed at once"))
    last = rebuild(update, NOTES.replace("steamed", "steamed soon"))
    assert import_package(pack(first.deck), collection).new == 2
    add_own(collection, what)
    deck = collection.decks.id_for_name("Test deck")
    assert deck
    collection.decks.select(deck)
    reviewed = collection.sched.getCard()
    assert reviewed
    reviewed.start_timer()
    collection.sched.answerCard(reviewed, GOOD)
    for note in map(collection.get_note, collection.find_notes("")) if what == "field" else ():
        note["Mine"] = "my own words"
        collection.update_note(note)
    assert collection.db
    collection.db.execute("UPDATE notes SET mod = ?", NOW)  # or the learner's version is newer
    assert import_package(pack(update.deck), collection).conflicting == 2
    assert import_merging(pack(update.deck), tmp_path, collection) == (1, 0)
    notes = {note["Term"]: note for note in map(collection.get_note, collection.find_notes(""))}
    assert "at once" in notes["<strong>Sencha</strong>"]["Meaning"]
    assert collection.get_card(CardId(reviewed.id)).reps == 1
    if what == "field":  # an update replaces all fields of the notes that it changes
        own_words = [notes[f"<strong>{term}</strong>"]["Mine"] for term in ("Sencha", "Assam")]
        assert own_words == ["", "my own words"]
    else:
        assert {ordinal for _, ordinal, *_ in cards(collection)} >= {0, 3}
    # The note types still differ, so the next update needs the option too.
    assert import_package(pack(last.deck), collection).conflicting == 2
    assert import_merging(pack(last.deck), tmp_path, collection) == (1, 0)


def test_release_notes_say_what_to_do() -> None:
    """Every release after the first names the option, in the words of Anki's import window."""
    built = build_notes(NOTES)
    update = rebuild(built, NOTES.replace("steamed", "steamed at once"))
    text = changelog.section(compare(built.deck, update.deck), "2026-11-23", ())
    assert "*Merge note types*" in text
    assert "*Merge note types*" in (Path(__file__).parents[2] / "README.md").read_text("utf-8")
