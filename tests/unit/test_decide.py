"""Decisions about notes: what each does to its note, to the ledger and to the package, through edits of the notes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from studydeck.extraction.cloze_candidates import hidable_span
from studydeck.identity import ledger as ledger_file
from studydeck.identity.decided_words import is_about_other_words, words_of
from studydeck.identity.decision_merge import NoteDecision
from studydeck.identity.decisions import Decisions
from studydeck.identity.ledger import as_unpacked
from studydeck.identity.mark_released import mark_released, retired_guids
from studydeck.model.notes import Cloze, Note, Pair
from studydeck.model.text_edits import text_of
from studydeck.pipeline import Built, extract_deck
from studydeck.reports import decisions as decisions_report
from studydeck.reports import listing, summary
from studydeck.reports.consequences import consequences, long_lists, next_major
from tests.support.pipeline import asked_at_once, build_extracted, build_notes, ledger_entry, rebuild, sources_of

NOTES = """\
# Storage

- **EBS**: block storage for one machine
- **EFS**: a file system for many machines

The Eiffel Tower was built in Paris by Gustave Eiffel in 1889.
"""


def note_of(built: Built, words: str) -> Note:
    """Return the one note, packed or skipped, whose text contains these words."""
    (note,) = [note for note in (*built.notes, *built.skipped_notes) if words in note.draft.fingerprint.text]
    return note


def decision(built: Built, words: str, date: str = "2026-11-01", **chosen: Any) -> NoteDecision:
    """Return a decision about a note as it is in a build."""
    note = note_of(built, words)
    question, answer = words_of(note.draft)
    return NoteDecision(guid=note.guid, date=date, question=question, answer=answer, **chosen)


def decisions(*made: NoteDecision) -> Decisions:
    return Decisions(made)


def released(built: Built, version: str = "1.0.0", skipped: frozenset[str] = frozenset()) -> str:
    """Return the ledger of a build after a release."""
    now = max(note.changed for note in built.ledger.notes) + 60
    return ledger_file.to_text(mark_released(built.ledger, version, now, skipped=skipped))


def codes(built: Built) -> list[str]:
    return [diagnostic.code for diagnostic in built.diagnostics if diagnostic.code.startswith("decision")]


def test_a_skipped_note_stays_in_the_ledger_and_is_not_packed() -> None:
    """Nothing else is made of its block, and its line in the ledger does not change."""
    first = build_notes(NOTES)
    skip = decisions(decision(first, "ebs", skip=True))
    skipped = rebuild(first, NOTES, decisions=skip)
    assert [note.guid for note in skipped.skipped_notes] == [note_of(first, "ebs").guid]
    assert {row.guid for row in skipped.deck.rows} == {row.guid for row in first.deck.rows} - {skip.notes[0].guid}
    assert skipped.ledger_text == first.ledger_text
    assert skipped.skipped == first.skipped
    assert not skipped.retired


def test_a_skipped_note_follows_edits_and_comes_back_with_guid_and_ordinals() -> None:
    """Two edits, a rename and a move while it is skipped: the skip holds, and un-skip gives the packed cards back."""
    first = build_notes(NOTES)
    guid = note_of(first, "eiffel").guid
    skip = decisions(decision(first, "eiffel", skip=True))
    now = build_notes(NOTES, released(first), decisions=skip)
    edits = (
        NOTES.replace("was built", "was erected"),
        NOTES.replace("was built in Paris by Gustave Eiffel in 1889", "was erected in Paris by Eiffel's men in 1889"),
    )
    for text in edits:
        now = rebuild(now, text, decisions=skip)
        assert [note.guid for note in now.skipped_notes] == [guid]
    moved = {"other/new.md": edits[1].replace("# Storage", "# Buildings")}
    now = rebuild(now, moved, decisions=skip)
    assert [note.guid for note in now.skipped_notes] == [guid]
    assert "erected" in ledger_entry(now, "eiffel").text
    back = rebuild(now, moved)
    assert note_of(back, "eiffel").guid == guid
    assert note_of(back, "eiffel").ordinals == note_of(first, "eiffel").ordinals
    assert note_of(back, "eiffel").changed > note_of(first, "eiffel").changed
    assert ledger_entry(back, "eiffel").since == "1.0.0"


def test_a_new_note_that_is_skipped_is_in_no_release_and_has_no_cards() -> None:
    """Where it is not skipped any more it is new in the next release."""
    first = build_notes(NOTES)
    skip = decisions(decision(first, "ebs", skip=True))
    skipped = build_notes(NOTES, decisions=skip)  # found by its words: the ledger is empty
    guid = skipped.skipped_notes[0].guid
    assert ledger_entry(skipped, "ebs").cards == {}
    ledger = released(skipped, skipped=frozenset({guid}))
    back = build_notes(NOTES, ledger)
    assert ledger_entry(back, "ebs").since is None
    assert note_of(back, "ebs").ordinals == (0, 1)
    assert note_of(back, "ebs").guid == guid


def test_a_skipped_released_note_is_found_by_the_search_for_retired_ones() -> None:
    """One that no package had is not named there."""
    first = build_notes(NOTES)
    skip = decisions(decision(first, "ebs", skip=True))
    skipped = build_notes(NOTES, released(first), decisions=skip)
    guid = skip.notes[0].guid
    assert retired_guids(skipped.ledger, frozenset({guid})) == (guid,)
    fresh = build_notes(NOTES, decisions=skip)
    assert retired_guids(fresh.ledger, frozenset({guid})) == ()


def test_one_way_and_both_ways_keep_the_ordinals() -> None:
    """A card that is taken out comes back under its ordinal."""
    text = "# Capitals\n\n| Country | Capital |\n| --- | --- |\n| France | Paris |\n| Italy | Rome |\n"
    first = build_notes(text)
    note = note_of(first, "france")
    assert note.ordinals == (0, 1)
    one = rebuild(first, text, decisions=decisions(decision(first, "france", ways="one")))
    assert note_of(one, "france").ordinals == (0,)
    assert note_of(one, "italy").ordinals == (0, 1)
    both = rebuild(one, text, decisions=decisions(decision(first, "france", ways="both")))
    assert note_of(both, "france").ordinals == (0, 1)
    assert note_of(both, "france").changed > note_of(one, "france").changed > note.changed


def test_both_ways_is_asked_where_the_rules_do_not() -> None:
    """As a directive does; not where the answer fits another term."""
    text = "# Units\n\n## What is the ohm?\n\nThe unit of electric resistance.\n"
    first = build_notes(text)
    assert note_of(first, "ohm").ordinals == (0,)
    both = rebuild(first, text, decisions=decisions(decision(first, "ohm", ways="both")))
    assert note_of(both, "ohm").ordinals == (0, 1)
    same = build_notes(text.replace("ohm?\n", "ohm? <!-- deck: both-ways -->\n"))
    assert both.deck.rows[0].fields[1:] == same.deck.rows[0].fields[1:]


def test_another_phrase_gets_an_ordinal_that_was_never_used() -> None:
    """The card of the phrase that was hidden goes; decided back, it has its ordinal."""
    first = build_notes(NOTES)
    note = note_of(first, "eiffel")
    assert note.ordinals == (1,)
    other = decisions(decision(first, "eiffel", hide=("Paris",)))
    hidden = rebuild(first, NOTES, decisions=other)
    assert note_of(hidden, "eiffel").ordinals == (2,)
    assert [spec.phrase for spec in note_of(hidden, "eiffel").draft.card_specs] == ["Paris"]
    assert ledger_entry(hidden, "eiffel").cards.keys() == {1, 2}
    back = rebuild(hidden, NOTES, decisions=decisions(decision(first, "eiffel", hide=("1889",))))
    assert note_of(back, "eiffel").ordinals == (1,)
    directive = build_notes(NOTES.replace("in 1889.", 'in 1889. <!-- deck: hide="Paris" -->'))
    assert note_of(directive, "eiffel").draft.body == note_of(build_notes(NOTES, decisions=other), "eiffel").draft.body


def test_the_items_of_a_long_list_are_asked() -> None:
    """It has no note before: the decision is found by its words, and then by its GUID."""
    text = "# Alphabet\n\nThe Greek letters are:\n\n" + "".join(
        f"- {letter}\n" for letter in ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota")
    )
    first = build_notes(text)
    assert not first.notes
    asked = build_notes(text.replace("are:", "are: <!-- deck: items -->"))
    question, answer = words_of(asked.notes[0].draft)
    made = NoteDecision(guid=asked.notes[0].guid, date="2026-11-01", question=question, answer=answer, items=True)
    decided = rebuild(first, text, decisions=decisions(made))
    assert decided.notes[0].ordinals == asked.notes[0].ordinals
    assert decided.notes[0].guid == asked.notes[0].guid
    longer = rebuild(decided, text + "- kappa\n", decisions=decisions(made))
    assert longer.notes[0].ordinals == (*range(1, len(asked.notes[0].ordinals) + 1), max(asked.notes[0].ordinals) + 1)


def test_tags_are_added() -> None:
    """They are metadata: a learner's edits of the note stay."""
    first = build_notes(NOTES)
    tagged = rebuild(first, NOTES, decisions=decisions(decision(first, "ebs", tags=("exam",))))
    (row,) = [row for row in tagged.deck.rows if row.guid == note_of(first, "ebs").guid]
    assert "exam" in row.tags
    assert note_of(tagged, "ebs").changed == note_of(first, "ebs").changed


def test_a_directive_in_the_notes_wins_and_is_named() -> None:
    """The decision is kept."""
    first = build_notes(NOTES)
    text = NOTES.replace("in 1889.", 'in 1889. <!-- deck: hide="Gustave Eiffel" -->')
    built = rebuild(first, text, decisions=decisions(decision(first, "eiffel", hide=("Paris",), reviewed=True)))
    assert [spec.phrase for spec in note_of(built, "eiffel").draft.card_specs] == ["Gustave Eiffel"]
    (entry,) = built.decided
    assert entry.overridden == ('hide="Gustave Eiffel"',)
    assert codes(built) == ["decision-overridden"]


@pytest.mark.parametrize(
    ("old", "new", "is_other"),
    [
        ("photosynthesis", "fotosynthesis", False),
        ("gene bank", "GENE  bank", False),
        ("data base", "database", False),
        ("recieve", "receive", False),
        ("EBS", "EFS", True),
        ("mitosis", "meiosis", True),
        ("synchronous motor", "asynchronous motor", True),
        ("article 12", "article 13", True),
        ("the cost of EBS", "the use of EBS", True),
        ("什么是光合作用", "什么是呼吸作用", True),
        ("光合作用的产物是什么呢", "光合作用的产物是甚么呢", False),
        ("Größe", "Grösse", False),
    ],
)
def test_an_edit_of_spelling_asks_the_same(old: str, new: str, is_other: bool) -> None:
    """Case, spaces and a letter are no other question; numbers, opposites and other words are."""
    draft = build_notes(f"# Lesson of May\n\n- **{new}**: this is the answer to it\n").notes[0].draft
    made = NoteDecision(guid="a" * 16, date="2026-11-01", question=old, answer="")
    assert is_about_other_words(made, draft) is is_other
    assert not is_about_other_words(
        made, build_notes(f"# Lesson of May\n\n- **{old}**: this is the answer to it\n").notes[0].draft
    )


@pytest.mark.parametrize(
    ("old", "new", "is_other"),
    [
        ("block storage", "block storrage", False),
        ("**EBS**", "**E.B.S.**", False),
        ("**EBS**", "**The EBS volume**", True),
        ("a file system", "a filesystem", False),
    ],
)
def test_only_another_question_is_decided_about_other_words(old: str, new: str, is_other: bool) -> None:
    """A skip stays skipped all the same."""
    first = build_notes(NOTES)
    skip = decisions(decision(first, "ebs", skip=True))
    built = rebuild(first, NOTES.replace(old, new), decisions=skip)
    (entry,) = built.decided
    assert entry.is_skipped
    assert entry.is_about_other_words is is_other
    assert codes(built) == ["decision-about-other-words"] * is_other


def test_a_decision_without_its_note_is_kept_and_said() -> None:
    """The words of the note are those that the author decided about."""
    first = build_notes(NOTES)
    made = decisions(decision(first, "ebs", reviewed=True))
    built = rebuild(first, NOTES.replace("- **EBS**: block storage for one machine\n", ""), decisions=made)
    assert built.decided[0].note is None
    assert codes(built) == ["decision-without-note"]
    assert "EBS" in next(item.message for item in built.diagnostics if item.code == "decision-without-note")


def test_what_cannot_be_followed_is_said_and_costs_no_card() -> None:
    """A phrase that is gone, a sentence both ways, items of a pair."""
    first = build_notes(NOTES)
    made = decisions(
        decision(first, "eiffel", hide=("London",), ways="both"),
        decision(first, "ebs", items=True, hide=("block",)),
    )
    built = rebuild(first, NOTES, decisions=made)
    assert built.deck.rows == first.deck.rows
    assert codes(built) == ["decision-unmet"] * 4


def test_a_reset_ledger_carries_decisions_over_by_their_words() -> None:
    """Every GUID is new; the same question elsewhere does not take the decision."""
    notes: Mapping[str, str] = {"a.md": NOTES, "b.md": "# Disks\n\n- **EBS**: slow and old\n- **SSD**: fast\n"}
    first = build_notes(notes)
    ebs = next(note for note in first.notes if "block storage" in note.draft.fingerprint.text)
    question, answer = words_of(ebs.draft)
    skip = decisions(NoteDecision(guid=ebs.guid, date="2026-11-01", question=question, answer=answer, skip=True))
    dropped = ledger_file.to_text(
        ledger_file.Ledger(
            first.ledger.deck, first.ledger.name, dropped=tuple(sorted(note.guid for note in first.notes))
        )
    )
    reset = build_notes(notes, dropped, decisions=skip)
    (skipped,) = reset.skipped_notes
    assert "block storage" in skipped.draft.fingerprint.text
    assert skipped.guid not in {note.guid for note in first.notes} or skipped.guid == ebs.guid
    again = rebuild(reset, notes, decisions=skip)
    assert [note.guid for note in again.skipped_notes] == [skipped.guid]


def test_decided_notes_have_bodies_of_their_kind() -> None:
    """A decision never changes the kind of a note, which Anki cannot update."""
    first = build_notes(NOTES)
    made = decisions(decision(first, "ebs", hide=("block",)), decision(first, "eiffel", ways="one"))
    built = rebuild(first, NOTES, decisions=made)
    assert isinstance(note_of(built, "ebs").draft.body, Pair)
    assert isinstance(note_of(built, "eiffel").draft.body, Cloze)


def test_what_a_decision_leads_to_is_said_of_released_notes_only() -> None:
    """Which card goes, who has it, and what the next version is."""
    first = build_notes(NOTES)
    assert consequences(first, note_of(first, "ebs")) == {}
    built = build_notes(NOTES, released(first, "1.2.0"), version="1.2.0")
    found = consequences(built, note_of(built, "ebs"))
    assert found["skip"] == (
        "with learners since 1.2.0: stays with them, found by the search for retired notes, and the next version is "
        "2.0.0"
    )
    assert "asks backwards leaves a blank card" in found["one"]
    assert "hide" not in found
    assert '"1889" its card leaves a blank card' in consequences(built, note_of(built, "eiffel"))["hide"]
    configured = build_notes(NOTES, released(first, "1.2.0"), version="3.0.0")
    assert next_major(configured) == "3.0.0"
    skip = decisions(decision(first, "ebs", skip=True))
    skipped = build_notes(NOTES, released(first, "1.2.0"), version="1.2.0", decisions=skip)
    assert consequences(skipped, note_of(skipped, "ebs"))["skip"] == (
        "with learners since 1.2.0: stays with them, found by the search for retired notes"
    )


def test_nothing_counts_as_packed_where_only_the_ledger_was_written() -> None:
    """The next build gives the same GUIDs, and cards that are numbered from the start."""
    first = build_notes(NOTES)
    unpacked = as_unpacked(first.ledger, first.before)
    assert [entry.cards for entry in unpacked.notes] == [{}, {}, {}]
    other = decisions(decision(first, "eiffel", hide=("Paris",)))
    again = build_notes(NOTES, ledger_file.to_text(unpacked), decisions=other)
    assert [note.guid for note in again.notes] == [note.guid for note in first.notes]
    assert note_of(again, "eiffel").ordinals == (1,)
    assert ledger_entry(again, "eiffel").cards == {1: "paris"}
    kept = as_unpacked(rebuild(first, NOTES, decisions=other).ledger, first.ledger)
    assert next(entry.cards for entry in kept.notes if "eiffel" in entry.text) == {1: "1889"}


def test_lists_report_decisions() -> None:
    """In both formats, the skipped notes, too."""
    first = build_notes(NOTES)
    made = decisions(
        decision(first, "ebs", skip=True),
        decision(first, "eiffel", hide=("Paris",), tags=("exam",), reviewed=True, ways="both"),
        decision(first, "efs", ways="one", items=True),
    )
    built = build_notes(NOTES, released(first), decisions=made)
    records = [json.loads(line) for line in listing.json_lines(built)]
    (skipped,) = [record["skipped"] for record in records if record.get("skipped", {}).get("reason") == "decided"]
    assert (skipped["guid"], skipped["text"], skipped["decision"]["skip"]) == (made.notes[0].guid, "EBS", True)
    (hidden,) = [record["decision"] for record in records if record.get("decision", {}).get("hide")]
    assert (hidden["hide"], hidden["tags"], hidden["reviewed"]) == (["Paris"], ["exam"], True)
    assert hidden["unmet"]
    text = "\n".join(listing.text_lines(built))
    assert "1 note is skipped by decision:\nnotes.md:3: " in text
    report = "\n".join(decisions_report.text_lines(built))
    for words in (
        "skip (2026-11-01)",
        'keep, both ways, hide "Paris", tag exam',
        "cannot be followed",
        "with learners",
    ):
        assert words in report
    as_json = [json.loads(line)["decision"] for line in decisions_report.json_lines(built)]
    assert [record["in_notes"] for record in as_json] == [True] * 3
    assert next(iter(decisions_report.text_lines(first))) == "nothing was decided about a note"
    assert "1 note is skipped by decision" in "\n".join(summary.lines(built))
    gone = rebuild(built, "# Other\n\n- **SSD**: fast\n", decisions=made)
    assert "not in the notes" in next(iter(decisions_report.text_lines(gone)))
    assert json.loads(next(iter(decisions_report.json_lines(gone))))["decision"]["in_notes"] is False


def test_a_long_list_is_offered_with_the_guid_that_it_gets() -> None:
    """Once it is asked, neither it nor its heading is listed as skipped."""
    text = "# Greek\n\n- **EBS**: block storage\n\n## Letters\n\n" + "".join(
        f"- letter{number}\n" for number in "abcdefgh"
    )
    sources = sources_of(text)
    extracted = extract_deck(sources)
    first = build_extracted(extracted, sources, None)
    ((guid, draft),) = long_lists(extracted, first)
    question, answer = words_of(draft)
    asked = decisions(NoteDecision(guid=guid, date="2026-11-01", question=question, answer=answer, items=True))
    built = build_extracted(extracted, sources, first.ledger_text, decisions=asked)
    assert built.decided[0].note
    assert built.decided[0].note.guid == guid
    assert {block.reason for block in first.skipped} == {"long-list", "no-card-below"}
    assert not built.skipped
    assert not long_lists(extracted, built)


def test_a_question_that_is_skipped_is_no_second_question() -> None:
    """The warning about two answers goes with one of them; what is left of three is still reported."""
    text = "# Disks\n\n- **EBS**: block storage\n- **EBS**: slow and old\n"
    first = build_notes(text)
    assert [item.line for item in first.diagnostics if item.code == "same-question"] == [4]
    for words in ("block storage", "slow"):
        built = rebuild(first, text, decisions=decisions(decision(first, words, skip=True)))
        assert len(built.notes) == 1
        assert not [item for item in built.diagnostics if item.code == "same-question"]
    three = f"{text}- **EBS**: costs money\n"
    built = build_notes(three, decisions=decisions(decision(build_notes(three), "block storage", skip=True)))
    assert [item.line for item in built.diagnostics if item.code == "same-question"] == [5]


@pytest.mark.parametrize(
    ("old", "new", "is_found"),
    [
        ("- **EBS**", "- **EBS volume**", True),  # the answer is the same
        ("block storage for one machine", "the block storage of a machine", True),  # the question is the same
        ("was built in Paris", "was erected in Paris", True),
        ("- **EBS**: block storage for one machine", "- **EBS 2**: a block store", False),
        ("- **EBS**: block storage for one machine\n", "", False),
    ],
)
def test_a_lost_ledger_carries_decisions_over_edits(old: str, new: str, is_found: bool) -> None:
    """Alike words are enough, but never those of another note."""
    first = build_notes(NOTES)
    skip = decisions(decision(first, "eiffel" if "Paris" in old else "ebs", skip=True))
    text = NOTES.replace(old, new)
    built = build_notes(text, ledger_file.to_text(ledger_file.Ledger(first.ledger.deck, "Test deck")), decisions=skip)
    assert len(built.skipped_notes) == is_found


def test_opposites_and_other_numbers_are_other_notes() -> None:
    """A decision about a note that is gone is not taken over by its neighbour."""
    text = "# Cells\n\n- **Neuron type 1**: fast fibres of the nerve\n- **Neuron type 2**: fast fibres of the nerve\n"
    first = build_notes(text)
    skip = decisions(decision(first, "type 1", skip=True))
    left = text.replace("- **Neuron type 1**: fast fibres of the nerve\n", "")
    assert not build_notes(left, decisions=skip).skipped_notes


LIST = "# Cabinet\n\nDepartments:\n\n- Finance\n- War\n- Justice\n"


def test_the_items_of_a_short_list_are_asked_where_no_package_had_it() -> None:
    """Its kind changes with that, which Anki cannot update: for who has it, it stays as it is, and that is said."""
    first = build_notes(LIST, asked_at_once(build_notes(LIST)))
    assert first.notes[0].draft.kind == "pair"
    items = decisions(decision(first, "finance", items=True))
    packed = rebuild(first, LIST, decisions=items)
    assert packed.deck.rows == first.deck.rows
    assert codes(packed) == ["decision-unmet"]
    unpacked = ledger_file.to_text(as_unpacked(first.ledger, build_notes(LIST).before))
    for built in (build_notes(LIST, unpacked, decisions=items), build_notes(LIST, decisions=items)):
        (note,) = built.notes
        assert (note.draft.kind, note.ordinals) == ("cloze", (1, 2, 3))
        assert not codes(built)
        assert not built.retired
    kept = build_notes(LIST, unpacked, decisions=items)
    assert kept.notes[0].guid == first.notes[0].guid
    longer = rebuild(kept, LIST.replace("- War\n", "- War\n- Health\n"), decisions=items)
    assert longer.notes[0].ordinals == (1, 2, 4, 3)
    assert not longer.decided[0].is_about_other_words


def test_another_item_is_no_other_question() -> None:
    """The number of items is not what the author decided about."""
    first = build_notes(LIST, asked_at_once(build_notes(LIST)))
    reviewed = decisions(decision(first, "finance", reviewed=True))
    shorter = rebuild(first, LIST.replace("- War\n", ""), decisions=reviewed)
    assert "(2)" in shorter.deck.rows[0].fields[1]
    assert not codes(shorter)


@pytest.mark.parametrize(
    ("sentence", "phrase", "hidden"),
    [
        ("The party of Attica began the art of the theatre.", "art", "art"),  # not the end of "party"
        ("Die große Straße von Gibraltar trennt Europa von Afrika.", "Gibraltar", "Gibraltar"),
        ("Die große Straße von Gibraltar trennt Europa von Afrika.", "GIBRALTAR", "Gibraltar"),
        ("The tower was finished by Tyssen in Rottweil.", "Thyssen", "Tyssen"),  # an edit of spelling
        ("The tower was finished by Gustaf Eifel in Paris.", "Gustave Eiffel", "Gustaf Eifel"),
        ("Эйфелева башня построена в Париже в 1889 году.", "париже", "Париже"),
        ("The rate is `O(n)` for a list of **n** items in C++.", "O(n)", "O(n)"),
    ],
)
def test_the_phrase_that_the_author_chose_is_hidden(sentence: str, phrase: str, hidden: str) -> None:
    """A whole word before a part of one, in any case, and in the spelling that the note has now."""
    marked = sentence if "**" in sentence else f"**{sentence.partition(' ')[0]}** {sentence.partition(' ')[2]}"
    first = build_notes(f"# Facts\n\n{marked}\n")
    guid = first.notes[0].guid
    made = NoteDecision(guid=guid, date="2026-11-01", question=sentence, answer="", hide=(phrase,))
    built = rebuild(first, f"# Facts\n\n{marked}\n", decisions=decisions(made))
    (note,) = built.notes
    assert [spec.phrase for spec in note.draft.card_specs] == [hidden]
    assert not codes(built)


def test_a_phrase_is_found_in_a_script_without_spaces() -> None:
    """There no sign tells where a word begins."""
    text = text_of("在巴黎的埃菲尔铁塔高三百米。")
    assert hidable_span(text, "三百米") == (10, 13)
    assert hidable_span(text, "四百米") is None
    assert hidable_span(text, "…") is None


def test_another_number_is_no_spelling_and_two_phrases_do_not_overlap() -> None:
    """What cannot be hidden is said, and the rest is hidden."""
    first = build_notes(NOTES)
    made = decision(first, "eiffel", hide=("1899", "Gustave Eiffel", "Gustave"))
    built = rebuild(first, NOTES, decisions=decisions(made))
    assert [spec.phrase for spec in note_of(built, "eiffel").draft.card_specs] == ["Gustave Eiffel"]
    assert codes(built) == ["decision-unmet"] * 2


def test_a_note_that_the_author_keeps_stays_when_the_deck_asks_for_more_confidence() -> None:
    """What was decided about one note comes before a setting for all of them; nothing is made that was not there."""
    first = build_notes(NOTES)
    raised = rebuild(first, NOTES, min_confidence=98)
    assert not raised.notes
    kept = rebuild(first, NOTES, min_confidence=98, decisions=decisions(decision(first, "ebs", reviewed=True)))
    assert [(note.guid, note.ordinals) for note in kept.notes] == [(note_of(first, "ebs").guid, (0, 1))]
    assert kept.deck.rows[0] in first.deck.rows


@pytest.mark.parametrize(
    "block",
    [
        "- **EBS**: block storage for one machine",
        "| Name | Use |\n| --- | --- |\n| EBS | block storage |",
        "The EBS was built in Seattle by Amazon in 2008.",
    ],
)
def test_a_comment_that_skips_a_note_wins_over_a_decision_to_keep_it(block: str) -> None:
    """It is named with its line; where the decision skips the note, too, nothing is said."""
    notes = f"# Disks\n\nThe EFS was built in Dublin by Amazon in 2015.\n\n{block}\n"
    first = build_notes(notes)
    skipped = block.replace(" |", " <!-- deck: skip --> |") if block[0] == "|" else f"{block} <!-- deck: skip -->"
    edited = notes.replace(block, skipped)
    kept = rebuild(first, edited, decisions=decisions(decision(first, "ebs", reviewed=True)))
    assert codes(kept) == ["decision-overridden"]
    assert not codes(rebuild(first, edited, decisions=decisions(decision(first, "ebs", skip=True))))
    assert kept.decided[0].skipped_block
    assert kept.decided[0].note is None
