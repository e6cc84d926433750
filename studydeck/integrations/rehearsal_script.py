"""Rehearse an update: a separate program, run by an interpreter that has `anki`.

    python rehearsal_script.py FOLDER OLD.apkg NEW.apkg     ->  one JSON object on standard output

It imports OLD into a new collection, reviews every card, edits and tags one note, imports NEW with the defaults of the
import dialog, and counts the effects. It works with Anki 2.1.50 to 26.9. No module imports it, and it imports nothing
of studydeck.
"""

import json
import re
import sqlite3
import sys
import tempfile
import zipfile
from pathlib import Path

import anki.lang

anki.lang.set_lang("en")
from anki.collection import Collection  # noqa: E402 - Anki needs its language before it is imported

EDIT = "edited by a learner"
TAG = "learners-own-tag"
IGNORED_FIELDS = {"ID", "Clue", "HeadingPath", "Extra", "Source"}


def read_package(path):
    """Return the notes of a package: guid -> (mod, fields, ordinals)."""
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(path) as archive:
            archive.extract("collection.anki2", folder)
        connection = sqlite3.connect(Path(folder, "collection.anki2"))
        notes = {row[0]: (row[1], row[2], set()) for row in connection.execute("select guid, mod, flds from notes")}
        for guid, ordinal in connection.execute("select guid, ord from cards join notes on notes.id = nid"):
            notes[guid][2].add(ordinal)
        connection.close()
    return notes


def import_package(collection, path):
    """Import a package with the defaults of the dialog; return the number of conflicting notes that Anki reports."""
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


def card_states(collection):
    """Return the history of every card: (guid, ordinal) -> (reviews, interval, due, queue, flags)."""
    rows = collection.db.all(
        "select guid, ord, (select count() from revlog where cid = cards.id), ivl, due, queue, cards.flags "
        "from cards join notes on notes.id = nid"
    )
    return {(row[0], row[1]): tuple(row[2:]) for row in rows}


def note_states(collection):
    return {row[0]: tuple(row[1:]) for row in collection.db.all("select guid, flds, tags, mod from notes")}


def review_all(collection):
    """Answer every card once, without daily limits; return the number of cards answered."""
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
            answer_card(collection, card)
    else:
        review_queue(collection)
    return collection.db.scalar("select count(distinct cid) from revlog")


def answer_card(collection, card):
    """Answer one card with "good", in any order of the queue."""
    from anki.scheduler.v3 import CardAnswer

    states = collection._backend.get_scheduling_states(card.id)
    collection.sched.answer_card(collection.sched.build_answer(card=card, states=states, rating=CardAnswer.GOOD))


def review_queue(collection):
    """Answer the cards in the order of the older schedulers, deck by deck, until none is left."""
    for deck in collection.decks.all_names_and_ids():
        collection.decks.select(deck.id)
        collection.sched.reset()
        while card := collection.sched.getCard():
            card.start_timer() if hasattr(card, "start_timer") else card.startTimer()
            collection.sched.answerCard(card, collection.sched.answerButtons(card))


def edit_note(collection, guid):
    """Edit one field of a note and tag it, as a learner would in the editor; return the name of the field."""
    note = collection.get_note(collection.db.scalar("select id from notes where guid = ?", guid))
    field_name = "Extra" if "Extra" in note else list(note.keys())[-1]
    note[field_name] = EDIT
    note.tags.append(TAG)
    collection.update_note(note)
    return field_name


def note_content(collection, guid):
    """Return the fields by which the same content is recognised under another GUID."""
    note = collection.get_note(collection.db.scalar("select id from notes where guid = ?", guid))
    return tuple(text for name, text in note.items() if name not in IGNORED_FIELDS)


def count_stranded(collection, retired, added):
    """Count the retired notes whose content was added again as a new note without history."""
    new_contents = {note_content(collection, guid) for guid in added}
    return sum(note_content(collection, guid) in new_contents for guid in retired)


def count_blank_cards(collection, notes):
    """Count the cards of a version that have an empty question or no cloze."""
    count = 0
    for card_id, guid, ordinal in collection.db.all(
        "select cards.id, guid, ord from cards join notes on notes.id = nid"
    ):
        if guid in notes and ordinal in notes[guid][2]:
            question = collection.get_card(card_id).question()
            count += not question.strip() or "No cloze" in question
    return count


def cloze_phrases(fields):
    """Return what each cloze of a note hides: ordinal of its card -> phrases."""
    phrases = {}
    for number, phrase in re.findall(r"\{\{c(\d+)::(.*?)\}\}", fields, re.DOTALL):
        phrases.setdefault(int(number) - 1, set()).add(phrase)
    return phrases


def emptied_cards(old, new):
    """Return the cards that a note of both versions has lost, and those whose phrase another, new card asks instead."""
    emptied, moved = [], []
    for guid in set(old) & set(new):
        before, after = cloze_phrases(old[guid][1]), cloze_phrases(new[guid][1])
        asked_anew = set().union(*(after.get(ordinal, set()) for ordinal in new[guid][2] - old[guid][2]))
        gone = old[guid][2] - new[guid][2]
        emptied += [(guid, ordinal) for ordinal in gone]
        moved += [(guid, ordinal) for ordinal in gone if before.get(ordinal, set()) & asked_anew]
    return emptied, moved


def rehearse(folder, old_path, new_path):
    """Run the rehearsal and return its report."""
    collection = Collection(str(Path(folder, "collection.anki2")))
    old, new = read_package(old_path), read_package(new_path)
    import_package(collection, old_path)
    imported = note_states(collection)
    reviewed = review_all(collection)
    # The learner edits a note that the new version does not change: only there must the edit be kept.
    untouched = [guid for guid in old if guid in new and new[guid][0] == old[guid][0]]
    edited = (untouched or list(old))[0]
    field_name = edit_note(collection, edited)
    before_cards, before_notes = card_states(collection), note_states(collection)
    conflicting = import_package(collection, new_path)
    after_cards, after_notes = card_states(collection), note_states(collection)
    history_lost = sum(key not in after_cards or after_cards[key][0] < value[0] for key, value in before_cards.items())
    rescheduled = sum(key in after_cards and after_cards[key] != value for key, value in before_cards.items())
    updated = [guid for guid in before_notes if after_notes.get(guid) != before_notes[guid]]
    changed = [guid for guid in old if guid in new and new[guid][0] > old[guid][0]]
    edited_note = collection.get_note(collection.db.scalar("select id from notes where guid = ?", edited))
    emptied, moved = emptied_cards(old, new)
    retired, added = set(before_notes) - set(new), set(after_notes) - set(before_notes)
    report = {
        "anki": anki.buildinfo.version if hasattr(anki, "buildinfo") else "",
        "notes": len(imported),
        "cards": len(before_cards),
        "reviewed": reviewed,
        "history_kept": len(before_cards) - history_lost,
        "history_lost": history_lost,
        "schedule_changed": rescheduled,
        "updated": len(updated),
        "should_update": len(changed),
        "not_updated": sum(guid not in updated for guid in changed),
        "new_notes": len(added),
        "new_cards": len(set(after_cards) - set(before_cards)),
        "left_behind": len(retired),
        "stranded": count_stranded(collection, retired, added),
        "conflicting": conflicting,
        "own_edit_kept": bool(untouched) and edited_note[field_name] == EDIT,
        "own_tag_kept": bool(untouched) and TAG in edited_note.tags,
        "edited_untouched_note": bool(untouched),
        "emptied": len(emptied),
        "moved_phrases": len(moved),
        "blank_cards": count_blank_cards(collection, new),
        "note_without_card": collection.db.scalar("select count() from notes where id not in (select nid from cards)"),
    }
    collection.close()
    return report


if __name__ == "__main__":
    import anki.buildinfo

    print(json.dumps(rehearse(*sys.argv[1:4])))
