"""The ledger: file format, merge conflicts, ordinals, id slots, times of change and identities after edits."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from studydeck.errors import BuildError
from studydeck.identity import ledger as ledger_file
from studydeck.identity import ledger_reader
from studydeck.identity.ledger import Ledger, LedgerEntry, LedgerSection, NoteTypeRecord
from studydeck.identity.mark_released import mark_released
from studydeck.identity.restore import restore
from studydeck.model.notes import Cloze, Note
from studydeck.model.traverse import inlines
from studydeck.pipeline import Built
from studydeck.text.normalize import normalize
from tests.support.pipeline import DAY, NOW, build_notes, is_retired, ledger_entry, rebuild, slots_and_times

SLOT_MS = 512


def note_of(built: Built, text: str) -> Note:
    """Return the one live note whose text in the ledger contains these words."""
    guid = ledger_entry(built, text).guid
    return next(note for note in built.notes if note.guid == guid)


def phrases_by_ordinal(built: Built, printable: str) -> dict[int, str]:
    """Return the phrase that each card of a note asks for, by ordinal."""
    note = note_of(built, printable)
    return {
        ordinal: normalize(card_spec.phrase)
        for ordinal, card_spec in zip(note.ordinals, note.draft.card_specs, strict=True)
    }


def items(*names: str, comment: str = "") -> str:
    """Return notes with a list of tools, each of which is asked in its place."""
    return "# Tea\n\n## The three tools\n\n" + "".join(f"- {name}{comment}\n" for name in names)


# The file format.

printable = st.text(st.characters(codec="utf-8", exclude_characters="\n\r"), max_size=20)
ids = st.text("abcdefghijklmnopqrstuvwxyz234567", min_size=16, max_size=16)


@st.composite
def ledgers(draw: st.DrawFn) -> Ledger:
    """Draw a ledger that `to_text` could have written."""
    sections = draw(
        st.lists(st.builds(LedgerSection, ids, st.just(""), printable, printable), unique_by=lambda section: section.id)
    )
    section_ids = [section.id for section in sections]
    notes = st.builds(
        LedgerEntry,
        guid=ids,
        kind=st.sampled_from(ledger_file.KINDS),
        id_slot=st.integers(0, 2**40),
        changed=st.integers(0, 2**33),
        content_digest=printable,
        metadata_digest=printable,
        since=st.none() | st.just("1.0.0"),
        text=printable,
        cards=st.dictionaries(st.integers(0, 500), printable, max_size=4),
        pin=printable,
        section=st.sampled_from(section_ids) if section_ids else st.just(""),
        retired=st.booleans() if section_ids else st.just(True),
    )
    entries = [
        replace(entry, section="") if entry.retired else entry
        for entry in draw(st.lists(notes, unique_by=lambda entry: entry.guid))
    ]
    live = sorted((entry for entry in entries if not entry.retired), key=lambda entry: section_ids.index(entry.section))
    retired = sorted((entry for entry in entries if entry.retired), key=lambda entry: entry.guid)
    note_types = draw(
        st.dictionaries(st.sampled_from(ledger_file.KINDS), st.builds(NoteTypeRecord, st.integers(0, 2**33), ids, ids))
    )
    release = draw(st.none() | st.tuples(st.just("1.2.3"), st.integers(0, 2**33)))
    dropped = tuple(sorted(draw(st.sets(ids, max_size=3))))
    deck_id = draw(st.text("abc-", min_size=3, max_size=9))
    return Ledger(deck_id, draw(printable), release, note_types, tuple(sections), (*live, *retired), dropped)


@settings(max_examples=25, deadline=None)
@given(ledgers())
def test_every_ledger_round_trips(ledger: Ledger) -> None:
    """A written ledger is read back equal, whatever characters headings, files and names contain."""
    text = ledger_file.to_text(ledger)
    reread = ledger_reader.parse(text)
    assert reread == ledger
    assert ledger_file.to_text(reread) == text


def test_the_file_has_one_record_a_line_in_source_order() -> None:
    """The header, then each section followed by its notes in source order, then retired notes."""
    first = build_notes(
        "# Tea\n\n## A\n\n- **Oolong**: half brown leaves of tea\n- **Sencha**: steamed leaves of tea\n"
    )
    second = rebuild(first, "# Tea\n\n## A\n\n- **Sencha**: steamed leaves of tea\n")
    records = [json.loads(line) for line in second.ledger_text.splitlines()]
    assert [next(iter(record)) for record in records] == ["format", "section", "section", "note", "retired", "end"]
    assert records[0] == {
        "format": 2,
        "deck": "test-deck",
        "name": "Test deck",
        "release": None,
        "note_types": records[0]["note_types"],
        "min_confidence": -99,
        "language": "en",
    }
    assert records[2] | {"section": "", "parent": ""} == {
        "section": "",
        "parent": "",
        "heading": "A",
        "file": "notes.md",
    }
    assert records[2]["parent"] == records[1]["section"]
    keys = ["kind", "id_slot", "changed", "content_digest", "metadata_digest", "since", "text", "cards"]
    assert [list(record)[1:] for record in records[3:5]] == [keys, [*keys, "question_digest"]]
    assert second.ledger_text.endswith(f"\n{ledger_file.END_LINE}\n")


def test_stored_texts_are_short() -> None:
    """The ledger stores at most 200 characters of a note's text, so that lines stay readable."""
    built = build_notes(
        "# Tea\n\n## A\n\n- " + "\n- ".join(f"**Term {n}**: " + "many words " * 60 for n in range(2)) + "\n"
    )
    assert built.notes
    assert all(len(note.text) <= 200 for note in built.ledger.notes)


# Merge conflicts.

OURS = "# Tea\n\n## Kinds\n\n- **Oolong**: half brown leaves of tea\n- **Sencha**: steamed leaves of tea\n"


def record_lines(text: str) -> list[str]:
    """Return the lines of a ledger without its last, constant one."""
    return text.splitlines()[:-1]


def file_text(lines: Sequence[str]) -> str:
    """Return the text of a ledger with these lines."""
    return "\n".join([*lines, ledger_file.END_LINE]) + "\n"


def conflict(ours: Sequence[str], theirs: Sequence[str], base: Sequence[str] | None = None) -> list[str]:
    """Return conflicting lines with git's markers, and with their common ancestor if there is one."""
    middle = ["||||||| 1a2b3c4", *base] if base is not None else []
    return ["<<<<<<< HEAD", *ours, *middle, "=======", *theirs, ">>>>>>> theirs"]


@pytest.mark.parametrize("diff3", [False, True], ids=["merge", "diff3"])
def test_both_sides_of_a_conflict_are_kept(diff3: bool) -> None:
    """Conflict markers are accepted: the notes of both sides are live, the ancestor of diff3 is ignored."""
    lines = record_lines(build_notes(OURS).ledger_text)
    oolong, sencha = lines[-2:]
    base = json.loads(oolong) | {"note": "a" * 16, "text": "ancestor"}
    text = file_text([*lines[:-2], *conflict([oolong], [sencha], [json.dumps(base)] if diff3 else None)])
    ledger = ledger_reader.parse(text)
    assert ledger_file.to_text(ledger) == file_text(lines)


def test_live_wins_over_retired_and_the_later_change_over_the_earlier() -> None:
    """If both sides have a note, the live one wins, then the later one; the cards of both are kept."""
    lines = record_lines(build_notes(OURS).ledger_text)
    note = json.loads(lines[-1])
    older = note | {"cards": {"0": "forwards", "7": "elsewhere"}, "since": "1.0.0"}
    later = note | {"changed": note["changed"] + 5, "content_digest": "0" * len(note["content_digest"])}
    retired = {"retired": note["note"]} | {key: note[key] for key in list(note)[1:]} | {"changed": note["changed"] + 9}
    sides = conflict([json.dumps(older), json.dumps(retired)], [json.dumps(later)])
    ledger = ledger_reader.parse(file_text([*lines[:-1], *sides]))
    merged = next(entry for entry in ledger.notes if entry.guid == note["note"])
    assert (merged.retired, merged.changed, merged.content_digest, merged.since) == (
        False,
        later["changed"],
        later["content_digest"],
        "1.0.0",
    )
    assert {str(number) for number in merged.cards} == {*note["cards"], "7"}


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        ("1.10.0", "1.9.0", "1.9.0"),
        ("1.2.0-rc.10", "1.2.0-rc.9", "1.2.0-rc.9"),
        ("1.2.0", "1.2.0-rc.1", "1.2.0-rc.1"),
        ("1.2.0", None, "1.2.0"),
    ],
)
def test_a_merged_note_keeps_its_first_release(ours: str | None, theirs: str | None, expected: str) -> None:
    """Whichever side comes first, `since` is the earlier version, and a pre-release is earlier than its final one."""
    lines = record_lines(build_notes(OURS).ledger_text)
    note = json.loads(lines[-1])
    for sides in ((ours, theirs), (theirs, ours)):
        versions = ([json.dumps(note | {"since": version, "changed": note["changed"] + 5})] for version in sides)
        ledger = ledger_reader.parse(file_text([*lines[:-1], *conflict(*versions)]))
        assert [entry.since for entry in ledger.notes if entry.guid == note["note"]] == [expected]


@pytest.mark.parametrize(("key", "value"), [("kind", "cloze"), ("pin", "another")])
def test_contradictory_entries_are_an_error(key: str, value: str) -> None:
    """One GUID with two kinds or two pins is an error with its line and how to fix it."""
    lines = record_lines(build_notes(OURS).ledger_text)
    contradiction = json.dumps(json.loads(lines[-1]) | {key: value})
    with pytest.raises(BuildError) as error:
        ledger_reader.parse(file_text([*lines[:-1], *conflict(lines[-1:], [contradiction])]))
    diagnostics = error.value.diagnostics
    assert [(diagnostic.line, diagnostic.severity, str(diagnostic.code)) for diagnostic in diagnostics] == [
        (len(lines) + 3, "error", "bad-ledger")
    ]
    assert f"has another {key} in line {len(lines) + 1}; delete the line that is wrong" in diagnostics[0].message


def test_the_next_build_resolves_a_conflict() -> None:
    """The next build writes the ledger as if there had been no conflict."""
    first = build_notes(OURS)
    lines = record_lines(first.ledger_text)
    text = file_text([*lines[:-2], *conflict(lines[-2:-1], lines[-1:])])
    assert build_notes(OURS, text, now=NOW + DAY).ledger_text == first.ledger_text


# Ordinals.


def test_an_item_inserted_on_top_of_a_list_changes_no_ordinal() -> None:
    """A new first item gets a new ordinal; the others keep theirs."""
    first = build_notes(items("Kettle", "Pot", "Strainer"))
    assert phrases_by_ordinal(first, "kettle") == {1: "kettle", 2: "pot", 3: "strainer"}
    second = rebuild(first, items("Scoop", "Kettle", "Pot", "Strainer"))
    assert phrases_by_ordinal(second, "kettle") == {4: "scoop", 1: "kettle", 2: "pot", 3: "strainer"}
    assert slots_and_times(second).keys() == slots_and_times(first).keys()


def test_reordered_items_keep_their_ordinals() -> None:
    """Reordering a list changes no ordinal."""
    first = build_notes(items("Kettle", "Pot", "Strainer", "Timer"))
    second = rebuild(first, items("Timer", "Pot", "Kettle", "Strainer"))
    assert phrases_by_ordinal(second, "kettle") == {1: "kettle", 2: "pot", 3: "strainer", 4: "timer"}
    assert slots_and_times(second).keys() == slots_and_times(first).keys()


def test_a_reworded_item_keeps_its_ordinal() -> None:
    """A reworded item keeps its card."""
    first = build_notes(items("Kettle", "Pot", "Bamboo strainer"))
    second = rebuild(first, items("Kettle", "Pot", "Strainer of bamboo"))
    assert phrases_by_ordinal(second, "kettle") == {1: "kettle", 2: "pot", 3: "strainer of bamboo"}
    assert slots_and_times(second).keys() == slots_and_times(first).keys()


def test_an_ordinal_is_never_reused() -> None:
    """The ordinal of a removed item stays reserved: new items get others, and a returning item gets its own."""
    first = build_notes(items("Kettle", "Pot", "Strainer", "Whisk"))
    second = rebuild(first, items("Kettle", "Strainer", "Whisk"))
    third = rebuild(second, items("Kettle", "Scales", "Strainer", "Whisk"))
    fourth = rebuild(third, items("Kettle", "Scales", "Pot", "Strainer", "Whisk"))
    assert phrases_by_ordinal(second, "kettle") == {1: "kettle", 3: "strainer", 4: "whisk"}
    assert phrases_by_ordinal(third, "kettle") == {1: "kettle", 5: "scales", 3: "strainer", 4: "whisk"}
    assert phrases_by_ordinal(fourth, "kettle") == {1: "kettle", 5: "scales", 2: "pot", 3: "strainer", 4: "whisk"}


TOOLS = ("kettle", "pot", "strainer", "whisk", "scales", "timer", "gaiwan", "mug", "brazier", "tray")


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(st.sampled_from(TOOLS), min_size=2, max_size=9, unique=True), min_size=2, max_size=6))
def test_an_ordinal_never_passes_to_another_item(revisions: list[list[str]]) -> None:
    """Over a sequence of random lists an item of a note keeps its own ordinal, and packed cards stay."""
    built: Built | None = None
    ordinals_by_guid: dict[str, dict[str, int]] = {}  # a list that was no note in between gets a new GUID
    for names in revisions:
        text = items(*names, comment=" <!-- deck: id=tools -->")
        built = rebuild(built, text) if built else build_notes(text)
        if not built.notes:
            continue
        (note,) = built.notes
        packed = {
            card_spec.phrase: ordinal for ordinal, card_spec in zip(note.ordinals, note.draft.card_specs, strict=True)
        }
        ordinals = ordinals_by_guid.setdefault(note.guid, {})
        for name, ordinal in packed.items():
            assert ordinals.setdefault(name, ordinal) == ordinal
        assert len(set(ordinals.values())) == len(ordinals)
        assert {name for name in names if name in ordinals} == set(packed)


def test_a_list_that_grows_past_seven_keeps_its_cards() -> None:
    """The eighth item gets no card, and the seven packed cards stay."""
    tools = ("Kettle", "Pot", "Strainer", "Whisk", "Scales", "Timer", "Gaiwan")
    first = build_notes(items(*tools))
    second = rebuild(first, items(*tools, "Brazier"))
    assert phrases_by_ordinal(second, "kettle") == phrases_by_ordinal(first, "kettle")
    assert len(phrases_by_ordinal(second, "kettle")) == 7


def test_an_ambiguous_clue_keeps_packed_cards_only() -> None:
    """A packed backward card stays, with a warning; the new note gets none."""
    first = build_notes("# Tea\n\n- **Sencha**: steamed leaves of Japan\n- **Assam**: dark leaves of India\n")
    assert phrases_by_ordinal(first, "sencha").keys() == {0, 1}
    second = rebuild(
        first,
        "# Tea\n\n- **Sencha**: steamed leaves of Japan\n- **Assam**: dark leaves of India\n"
        "- **Gyokuro**: steamed leaves of Japan\n",
    )
    assert phrases_by_ordinal(second, "sencha").keys() == {0, 1}
    assert phrases_by_ordinal(second, "gyokuro").keys() == {0}
    assert "ambiguous-clue" in {str(diagnostic.code) for diagnostic in second.diagnostics}


def test_a_one_way_directive_retires_a_card() -> None:
    """`one-way` removes a packed backward card."""
    first = build_notes("# Tea\n\n- **Sencha**: steamed leaves of Japan\n- **Assam**: dark leaves of India\n")
    second = rebuild(
        first,
        "# Tea\n\n- **Sencha**: steamed leaves of Japan <!-- deck: one-way -->\n- **Assam**: dark leaves of India\n",
    )
    assert phrases_by_ordinal(second, "sencha").keys() == {0}
    assert phrases_by_ordinal(second, "assam").keys() == {0, 1}


BENDS = """# Optics

- Light bends {} when it enters a {} medium.
- A prism with a wide base throws the colours of sunlight on the **opposite** wall of a dark room.
"""


def test_a_phrase_that_is_no_longer_bold_stays_hidden() -> None:
    """Removing the bold from a phrase removes no packed card."""
    first = build_notes(BENDS.format("**towards the normal**", "denser"))
    second = rebuild(first, BENDS.format("towards the normal", "denser"))
    assert (
        phrases_by_ordinal(first, "light bends")
        == phrases_by_ordinal(second, "light bends")
        == {1: "towards the normal"}
    )


def test_a_long_phrase_that_is_no_longer_bold_stays_hidden() -> None:
    """The ledger stores only the beginning of a long phrase, by which it is matched."""
    long = "donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaftsvorstand"
    notes = f"# Names\n\n- In an old record book a firm bears the name **{long}** and no other.\n- A cab is not long.\n"
    first = build_notes(notes)
    second = rebuild(first, notes.replace("**", ""))
    assert [card_spec.phrase for note in second.notes for card_spec in note.draft.card_specs] == [long]
    assert rebuild(second, notes.replace("**", "")).ledger_text == second.ledger_text


def test_another_bold_phrase_gets_a_new_ordinal() -> None:
    """A phrase that is still in the text keeps its ordinal; a newly bold phrase gets a new one."""
    first = build_notes(BENDS.format("**towards the normal**", "denser"))
    second = rebuild(first, BENDS.format("towards the normal", "**denser**"))
    assert phrases_by_ordinal(second, "light bends") == {1: "towards the normal", 2: "denser"}


def test_a_corrected_phrase_keeps_its_card() -> None:
    """If the only blank of a sentence is corrected, it keeps its card."""
    first = build_notes(BENDS.format("**away from the normal**", "denser"))
    second = rebuild(first, BENDS.format("**towards it**", "denser"))
    assert phrases_by_ordinal(second, "light bends") == {1: "towards it"}


def test_hidden_inlines_and_ordinals_agree() -> None:
    """Every hidden inline has a card, and every card a hidden inline."""
    first = build_notes(items("Kettle", "Pot", "Strainer"))
    second = rebuild(first, items("Whisk", "Strainer", "Kettle"))
    (note,) = second.notes
    assert isinstance(note.draft.body, Cloze)
    hidden = {inline.hide for inline in inlines(note.draft.body.text) if inline.hide}
    assert hidden == set(note.ordinals)


# Id slots and times.


def test_slots_are_unique_and_never_in_the_future() -> None:
    """Notes of one second get different slots within the thirty days before it."""
    table = "\n".join(f"| term {n} | meaning number {n} of them |" for n in range(600))
    built = build_notes(f"# Many\n\n| Term | Meaning |\n| --- | --- |\n{table}\n")
    slots = {note.id_slot for note in built.notes}
    assert len(slots) == len(built.notes) == 600
    assert max(slots) * SLOT_MS + SLOT_MS <= NOW * 1000
    assert min(slots) * SLOT_MS >= (NOW - 31 * DAY) * 1000


def test_the_newer_of_two_notes_with_one_slot_gets_another() -> None:
    """If two branches assigned the same slot, the older note keeps it."""
    first = build_notes(OURS)
    lines = record_lines(first.ledger_text)
    older, newer = (json.loads(line) for line in lines[-2:])
    newer |= {"id_slot": older["id_slot"], "changed": older["changed"] + 5}
    second = build_notes(OURS, file_text([*lines[:-1], json.dumps(newer)]), now=NOW + DAY)
    assert slots_and_times(second)[older["note"]][0] == older["id_slot"]
    assert slots_and_times(second)[newer["note"]][0] != older["id_slot"]


PARENT = """# Drinks

## {}

### Oolong

Leaves that turn half brown before they are heated.

| Tea | Water |
| --- | --- |
| Sencha | seventy degrees at most |
| Assam | almost boiling water |

- The second brew of a rolled leaf takes **two minutes**.
"""


def test_a_renamed_heading_changes_no_time() -> None:
    """The heading path is metadata: notes below a renamed heading keep their time, so learners keep their edits."""
    first = build_notes(PARENT.format("Tea"))
    second = rebuild(first, PARENT.format("Kinds of tea"))
    assert len(first.notes) == 4
    assert slots_and_times(second) == slots_and_times(first)
    assert {note.metadata_digest for note in second.ledger.notes} != {
        note.metadata_digest for note in first.ledger.notes
    }


def test_changed_metadata_changes_no_time() -> None:
    """Supporting code, tags and the file name are not asked, so they do not change the time."""
    text = "# Shell\n\n## wc\n\nCounts the lines of a file.\n\n```sh\nwc -l {}\n```\n"
    first = build_notes(text.format("a.txt"))
    second = rebuild(first, text.format("b.txt"))
    third = rebuild(second, {"other.md": text.format("b.txt").replace("a file.", "a file. <!-- deck: tag=unix -->")})
    assert slots_and_times(third) == slots_and_times(second) == slots_and_times(first)
    assert third.notes[0].draft.tags == ("unix",)


def test_only_the_note_whose_question_changed_gets_a_new_time() -> None:
    """A corrected meaning gets the time of its build; other notes keep theirs."""
    first = build_notes(PARENT.format("Tea"))
    second = rebuild(first, PARENT.format("Tea").replace("seventy degrees", "eighty degrees"))
    changed = {
        guid
        for guid, slot_and_time in slots_and_times(second).items()
        if slot_and_time != slots_and_times(first).get(guid)
    }
    assert changed == {ledger_entry(second, "sencha").guid}
    assert ledger_entry(second, "sencha").changed == NOW + DAY
    assert slots_and_times(second).keys() == slots_and_times(first).keys()


def test_times_of_change_increase_even_if_the_clock_goes_backwards() -> None:
    """Anki imports only newer notes: a change is at least one second later than the one before."""
    first = build_notes(PARENT.format("Tea"))
    second = rebuild(first, PARENT.format("Tea").replace("seventy degrees", "eighty degrees"), later=-DAY)
    assert ledger_entry(second, "sencha").changed == NOW + 1


# Identities.


def test_a_returning_note_has_its_identity() -> None:
    """A removed note is retired in the ledger; if it returns, it has the same GUID, slot, time and ordinals."""
    first = build_notes(PARENT.format("Tea") + "\n## Tools\n\n- Kettle\n- Pot\n- Strainer\n")
    second = rebuild(first, PARENT.format("Tea"))
    assert is_retired(second, ledger_entry(first, "kettle"))
    assert [note.guid for note in second.retired] == [ledger_entry(first, "kettle").guid]
    third = rebuild(second, PARENT.format("Tea") + "\n## Tools\n\n- Kettle\n- Pot\n- Strainer\n")
    assert not ledger_entry(third, "kettle").retired
    assert slots_and_times(third) == slots_and_times(first)
    assert phrases_by_ordinal(third, "kettle") == phrases_by_ordinal(first, "kettle")


def test_a_distinctive_text_returns_among_equal_questions() -> None:
    """Several sections ask what something returns; a retired note with a unique answer is still matched."""
    rest = (
        "# Kiln\n\n## temperature()\n\n- Returns: a number of degrees\n\n## door()\n\n- Returns: whether it is shut\n"
    )
    added = "\n## load()\n\n- Returns: how many pots and bowls wait inside to be fired\n"
    first = build_notes(rest + added)
    second = rebuild(first, rest)
    third = rebuild(second, rest + added)
    assert is_retired(second, ledger_entry(first, "pots and bowls"))
    assert {note.guid for note in third.notes} == {note.guid for note in first.notes}


def test_guids_of_a_first_build_are_deterministic() -> None:
    """GUIDs depend only on the deck id and the note's key, not on the time or the deck's name."""
    first, second = build_notes(OURS), build_notes(OURS, now=NOW + 900 * DAY, name="Another name")
    assert [note.guid for note in first.notes] == [note.guid for note in second.notes]
    assert all(re.fullmatch("[a-z2-7]{16}", note.guid) for note in first.notes)


def test_two_decks_never_share_a_guid() -> None:
    """The same notes in a deck with another id have other GUIDs."""
    first, second = build_notes(OURS), build_notes(OURS, id="another-deck")
    assert not slots_and_times(first).keys() & slots_and_times(second).keys()


def test_a_pin_keeps_a_note_through_any_rewording() -> None:
    """A pinned note is matched by its pin, even if all its words changed."""
    first = build_notes(
        "# Tea\n\n- **Oolong**: half brown leaves <!-- deck: id=o -->\n- **Assam**: dark leaves of India\n"
    )
    second = rebuild(first, "# Beer\n\n- **Lager**: cold brew of Bohemia <!-- deck: id=o -->\n")
    assert ledger_entry(second, "lager").guid == ledger_entry(first, "oolong").guid


def test_a_note_that_becomes_the_other_kind_is_reported() -> None:
    """Anki cannot update a note to another note type, so the change is reported."""
    first = build_notes("# Tea\n\n- **Oolong**: leaves left to turn half brown\n- **Assam**: dark leaves of India\n")
    second = rebuild(first, "# Tea\n\n- Oolong leaves left to turn **half brown**\n- **Assam**: dark leaves of India\n")
    assert "kind-changed" in {str(diagnostic.code) for diagnostic in second.diagnostics}


def test_the_time_of_a_note_type_changes_only_with_its_appearance() -> None:
    """The time of a note type, stored in the header, changes only if its card templates change."""
    first = build_notes(OURS)
    second = rebuild(first, OURS)
    assert second.ledger.note_types == first.ledger.note_types
    assert {note_type.changed for note_type in first.ledger.note_types.values()} == {NOW}


@pytest.mark.parametrize(
    ("bullets", "phrase"),
    [
        ("- When it dries in the open air, beech shrinks 30 % across its rings.\n", "30 %"),
        ("- Beech swells 90 mm, and the store sells **90 %** of it.\n- Beech is **not** oak.\n", "90 %"),
    ],
    ids=["with its percent sign", "if its normal form also occurs elsewhere"],
)
def test_a_blank_stays_as_it_was_packed(bullets: str, phrase: str) -> None:
    """A phrase that the ledger stores in normal form is found in the text again."""
    notes = f"# Wood\n\n## Beech\n\n{bullets}"
    first = build_notes(notes)
    second = rebuild(first, notes)
    assert [card_spec.phrase for note in first.notes for card_spec in note.draft.card_specs] == [phrase]
    assert second.ledger_text == first.ledger_text


def test_a_note_without_its_hidden_phrases_is_a_new_note() -> None:
    """The edited sentence gives the other kind of note, and none of the old phrases is left to hide."""
    subject = "Neither the name of Holt Press nor the names of any contributors"
    notes = (
        f"# Licence\n\n## Terms\n\n- {subject} may be used to endorse or promote products derived from this work.\n"
        "- The work is **not** covered by a patent.\n"
    )
    edited = notes.replace(subject, "Contributors")
    first = build_notes(notes)
    second = rebuild(first, edited)
    assert [card_spec.phrase for note in first.notes for card_spec in note.draft.card_specs] == ["Holt Press"]
    assert [(note.draft.kind, note.matched_by) for note in second.notes] == [("pair", "new")]
    assert len(second.retired) == 1
    assert rebuild(second, edited).ledger_text == second.ledger_text


def test_a_sentence_repeated_above_stays_one_note() -> None:
    """A repeated sentence makes no second card: the note moves to the first occurrence."""
    below = "## Beech\n\n- The cambium of a beech makes **new wood** in spring.\n- Beech is **not** oak.\n"
    above = "## In short\n\n- Ash is **not** oak.\n- The cambium of a beech makes **new wood** in spring.\n\n"
    first = build_notes(f"# Trees\n\n{below}")
    second = rebuild(first, f"# Trees\n\n{above}{below}")
    assert [note.guid for note in second.notes] == [note.guid for note in first.notes]
    assert [note.draft.heading_path for note in second.notes] == [("Trees", "In short")]
    assert [skipped.reason for skipped in second.skipped].count("duplicate") == 1


def test_equal_answers_are_one_note_whatever_was_answered_first() -> None:
    """Two equal questions and answers are one note, even after the same question with another answer."""
    notes = (
        "# Boats\n\n- A sloop is a sailing boat with one mast, mostly made of wood.\n"
        "- A sloop is a sailing boat with one mast.\n- A ketch has **two** masts.\n"
        "- A sloop is a sailing boat with one mast.\n"
    )
    built = build_notes(notes)
    assert [note.draft.fingerprint.text for note in built.notes].count("sloop |  | sailing boat with one mast") == 1
    assert [skipped.reason for skipped in built.skipped] == ["duplicate"]
    assert [str(skipped.code) for skipped in built.diagnostics] == ["same-question"]


def test_a_picture_below_a_duplicate_is_listed() -> None:
    """The note that stays has only its own picture."""
    below = "## Ketch\n\nA ketch is a sailing boat with two masts.\n\n![{0}](https://boats.example/{0}.png)\n\n"
    built = build_notes(f"# Boats\n\n{below.format('first')}{below.format('second')}")
    listed = [(skipped.reason, skipped.text) for skipped in built.skipped]
    assert ("no-note-to-show-with", "second") in listed
    assert ("no-note-to-show-with", "first") not in listed


REPEATED_NOTES = {
    "a list that begins with a long item": """# Leaving

- Remove the member from the list of all.
- Find out what teams the member belongs to, together with the member.
  - Some organisations additionally require a formal notification concerning all responsibilities and corresponding
    authorisations whenever administrators permanently discontinue participating in **Forest Build** or in other groups.
  - When in doubt, remove them from all teams.
""",
    "the same words again": """# Tests

- It says whether some file is there.
- By default a match has to be exact, but patterns are allowed with `match_re` in both.
- It then says whether some file is not there.
- By default a match has to be exact, but patterns are allowed with `match_re` in both.
- A file that is missing fails the whole test with `must_exist` at once.
""",
}


@pytest.mark.parametrize("notes", REPEATED_NOTES.values(), ids=REPEATED_NOTES)
def test_a_skipped_duplicate_does_not_take_the_identity_of_its_original(notes: str) -> None:
    """A draft equal to a note of the same section must not get its identity in the next build."""
    first = build_notes(notes)
    assert first.notes
    assert rebuild(first, notes).ledger_text == first.ledger_text


def test_words_that_no_release_carried_leave_the_ledger() -> None:
    """A retired note that was never released keeps numbers and digests; its words could be private."""
    secret = "- **Therapist**: Doctor Quillfeather, on Tuesdays at noon\n- **Diagnosis**: an allergy to **wool**\n"
    text = f"# Notes\n\n## Tea\n\nA drink of leaves in water.\n\n## Private <!-- deck: id=quill -->\n\n{secret}"
    first = build_notes(text)
    public = text[: text.index("## Private")]
    second = rebuild(first, public)
    retired = [entry for entry in second.ledger.notes if entry.retired]
    assert len(retired) == len(first.notes) - 1 > 0
    for word in ("quill", "therapist", "diagnosis", "wool", "tuesdays", "private"):
        assert word in first.ledger_text.casefold()
        assert word not in second.ledger_text.casefold()
    assert rebuild(second, public).ledger_text == second.ledger_text
    third = rebuild(second, text)
    assert slots_and_times(third) == slots_and_times(first)
    reworded = rebuild(second, text.replace("Tuesdays", "Mondays"))  # the same question
    assert {note.guid for note in reworded.notes} == {note.guid for note in first.notes}


def test_words_are_not_put_back_from_an_earlier_ledger() -> None:
    """Git still knows the words; the ledger must not take them over again."""
    first = build_notes("# A\n\n## Tea\n\nA drink of leaves.\n\n## Quill\n\nA feather for **secret** letters.\n")
    second = rebuild(first, "# A\n\n## Tea\n\nA drink of leaves.\n")
    restored = restore(second.ledger, first.ledger)
    assert (restored.notes, restored.cards) == (0, 0)
    assert ledger_file.to_text(restored.ledger) == second.ledger_text


def test_released_words_stay_in_the_ledger() -> None:
    """Learners have them, and a note that returns reworded is recognised by them."""
    first = build_notes("# A\n\n## Tea\n\nA drink of leaves.\n\n## Quill\n\nA feather that writes letters.\n")
    released = ledger_file.to_text(mark_released(first.ledger, "1.0.0", NOW))
    second = build_notes("# A\n\n## Tea\n\nA drink of leaves.\n", released, now=NOW + DAY)
    assert ledger_entry(second, "quill").retired
