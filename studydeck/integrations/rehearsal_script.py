"""A program of its own, run by an interpreter that has `anki`: a learner's life with two versions of a deck.

    python rehearsal_script.py FOLDER OLD.apkg NEW.apkg     ->  one JSON object on standard output

It imports OLD into a new collection, reviews every card, edits and tags one note, imports NEW with the import
dialog's defaults, and counts what became of it all. Works with Anki 2.1.50 to 26.9. It is not part of the package:
nothing imports it, and it imports nothing of ours.
"""

import json
import sqlite3
import sys
import tempfile
import zipfile
from pathlib import Path

import anki.lang

anki.lang.set_lang("en")
from anki.collection import Collection  # noqa: E402 - Anki wants its language first

EDIT = "edited by a learner"
TAG = "learners-own-tag"
AROUND = {"ID", "Clue", "HeadingPath", "Extra", "Source"}


def packed(path):
    """Give what a package holds: guid -> (mod, fields, ordinals)."""
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(path) as archive:
            archive.extract("collection.anki2", folder)
        db = sqlite3.connect(Path(folder, "collection.anki2"))
        notes = {row[0]: (row[1], row[2], set()) for row in db.execute("select guid, mod, flds from notes")}
        for guid, ordinal in db.execute("select guid, ord from cards join notes on notes.id = nid"):
            notes[guid][2].add(ordinal)
        db.close()
    return notes


def bring_in(collection, path):
    """Import a package as the dialog's defaults do; give the number of conflicting notes that Anki reports."""
    try:
        from anki.collection import ImportAnkiPackageOptions, ImportAnkiPackageRequest

        request = ImportAnkiPackageRequest(package_path=path, options=ImportAnkiPackageOptions())
        log = collection.import_anki_package(request).log
    except ImportError:
        if hasattr(collection, "import_anki_package"):
            log = collection.import_anki_package(path).log
        else:
            from anki.importing.apkg import AnkiPackageImporter

            AnkiPackageImporter(collection, path).run()
            log = None
    if hasattr(collection.models, "_clear_cache"):
        collection.models._clear_cache()
    return len(log.conflicting) if log is not None and hasattr(log, "conflicting") else 0


def state(collection):
    """Give every card's history: (guid, ordinal) -> (reviews, interval, due, queue, flags)."""
    rows = collection.db.all(
        "select guid, ord, (select count() from revlog where cid = cards.id), ivl, due, queue, cards.flags "
        "from cards join notes on notes.id = nid"
    )
    return {(row[0], row[1]): tuple(row[2:]) for row in rows}


def notes_of(collection):
    return {row[0]: tuple(row[1:]) for row in collection.db.all("select guid, flds, tags, mod from notes")}


def review_all(collection):
    """Answer every card once, whatever the daily limits say."""
    for deck in collection.decks.all_names_and_ids():
        config = collection.decks.config_dict_for_deck_id(deck.id)
        config["new"]["perDay"] = config["rev"]["perDay"] = 99999
        collection.decks.save(config) if not hasattr(collection.decks, "update_config") else (
            collection.decks.update_config(config)
        )
    if hasattr(collection.sched, "build_answer"):
        for card_id in collection.db.list("select id from cards order by due, id"):
            card = collection.get_card(card_id)
            card.start_timer()
            answer(collection, card)
    else:
        review_by_queue(collection)
    return collection.db.scalar("select count(distinct cid) from revlog")


def answer(collection, card):
    """Answer one card "good", whichever is next in the queue."""
    from anki.scheduler.v3 import CardAnswer

    states = collection._backend.get_scheduling_states(card.id)
    collection.sched.answer_card(collection.sched.build_answer(card=card, states=states, rating=CardAnswer.GOOD))


def review_by_queue(collection):
    """Answer what the older schedulers hand out, deck by deck, until every card was seen."""
    for deck in collection.decks.all_names_and_ids():
        collection.decks.select(deck.id)
        collection.sched.reset()
        while card := collection.sched.getCard():
            card.start_timer() if hasattr(card, "start_timer") else card.startTimer()
            collection.sched.answerCard(card, collection.sched.answerButtons(card))


def edit_one(collection, guid):
    """Edit the last spare text of a note as a learner would in the editor, tag it, and flag its first card."""
    note = collection.get_note(collection.db.scalar("select id from notes where guid = ?", guid))
    field = "Extra" if "Extra" in note else list(note.keys())[-1]
    note[field] = EDIT
    note.tags.append(TAG)
    collection.update_note(note)
    return field


def words_of(collection, guid):
    """Give what a note asks and answers, without what only stands around it."""
    note = collection.get_note(collection.db.scalar("select id from notes where guid = ?", guid))
    return tuple(text for name, text in note.items() if name not in AROUND)


def stranded(collection, left, came):
    """Count the notes that were left behind though the same words came again, as a new note without a history."""
    new = {words_of(collection, guid) for guid in came}
    return sum(words_of(collection, guid) in new for guid in left)


def blanks(collection):
    """Count cards that ask or show nothing."""
    found = 0
    for card_id in collection.db.list("select id from cards"):
        card = collection.get_card(card_id)
        question = card.question()
        found += not question.strip() or "No cloze" in question
    return found


def rehearse(folder, old_path, new_path):
    """Live the life, and count."""
    collection = Collection(str(Path(folder, "collection.anki2")))
    old, new = packed(old_path), packed(new_path)
    bring_in(collection, old_path)
    imported = notes_of(collection)
    reviewed = review_all(collection)
    # The learner edits a note that the new version does not touch: only there must the edit live on.
    untouched = [guid for guid in old if guid in new and new[guid][0] == old[guid][0]]
    edited = (untouched or list(old))[0]
    field = edit_one(collection, edited)
    before_cards, before_notes = state(collection), notes_of(collection)
    conflicting = bring_in(collection, new_path)
    after_cards, after_notes = state(collection), notes_of(collection)
    lost = sum(key not in after_cards or after_cards[key][0] < value[0] for key, value in before_cards.items())
    moved = sum(key in after_cards and after_cards[key] != value for key, value in before_cards.items())
    updated = [guid for guid in before_notes if after_notes.get(guid) != before_notes[guid]]
    due = [guid for guid in old if guid in new and new[guid][0] > old[guid][0]]
    note = collection.get_note(collection.db.scalar("select id from notes where guid = ?", edited))
    left, came = set(before_notes) - set(new), set(after_notes) - set(before_notes)
    report = {
        "anki": anki.buildinfo.version if hasattr(anki, "buildinfo") else "",
        "notes": len(imported),
        "cards": len(before_cards),
        "reviewed": reviewed,
        "history_kept": len(before_cards) - lost,
        "history_lost": lost,
        "schedule_changed": moved,
        "updated": len(updated),
        "should_update": len(due),
        "not_updated": sum(guid not in updated for guid in due),
        "new_notes": len(came),
        "new_cards": len(set(after_cards) - set(before_cards)),
        "left_behind": len(left),
        "stranded": stranded(collection, left, came),
        "conflicting": conflicting,
        "own_edit_kept": bool(untouched) and note[field] == EDIT,
        "own_tag_kept": bool(untouched) and TAG in note.tags,
        "edited_untouched_note": bool(untouched),
        "blank_cards": blanks(collection),
        "note_without_card": collection.db.scalar("select count() from notes where id not in (select nid from cards)"),
    }
    collection.close()
    return report


if __name__ == "__main__":
    import anki.buildinfo

    print(json.dumps(rehearse(*sys.argv[1:4])))
