"""Decisions about identities: how their file is read and merged, and what they do to a match that is in doubt."""

from __future__ import annotations

import pytest

from studydeck.errors import BuildError
from studydeck.identity import decisions
from studydeck.identity.decisions import Decision, Decisions
from studydeck.pipeline import Built
from studydeck.reports import identities
from tests.support.pipeline import build_notes, ledger_entry, rebuild

GUID = "a" * 16
LINE = '{"note":"aaaaaaaaaaaaaaaa","decision":"same-as","words":"ebs","date":"2026-01-02"}\n'


def test_a_file_is_read_as_it_is_written() -> None:
    """Decisions are sorted by note and words."""
    made = [Decision("b" * 16, "not-the-same", "efs", "2026-01-01"), Decision(GUID, "same-as", "ebs", "2026-01-02")]
    text = decisions.to_text(Decisions(matches=tuple(made)))
    assert text.startswith(LINE)
    assert decisions.read(text).matches == tuple(reversed(made))


def test_of_two_branches_the_later_decision_wins_and_on_one_day_the_card() -> None:
    """Conflict markers of git are no fault: both sides count."""
    other = LINE.replace("same-as", "not-the-same")
    later = other.replace("2026-01-02", "2026-01-03")
    assert [found.decision for found in decisions.read(f"<<<<<<< HEAD\n{LINE}=======\n{other}>>>>>>> b\n").matches] == [
        "same-as"
    ]
    assert [found.decision for found in decisions.read(f"<<<<<<< HEAD\n{LINE}=======\n{later}>>>>>>> b\n").matches] == [
        "not-the-same"
    ]


@pytest.mark.parametrize(
    "line",
    [
        "[]",
        "{oops",
        LINE.replace("same-as", "maybe"),
        LINE.replace("aaaa", "AAAA"),
        LINE.replace("}", ',"x":1}'),
        "[" * 9999,
    ],
)
def test_a_line_that_is_no_decision_is_named_rejected(line: str) -> None:
    """The diagnostic has its line."""
    with pytest.raises(BuildError) as caught:
        decisions.read(f"\n{line}\n")
    assert [(found.code, found.line) for found in caught.value.diagnostics] == [("bad-decision", 2)]


BEFORE = "# Disks\n\n- **EBS**: block storage\n- **EFS**: files for many machines\n"
AFTER = "# Disks\n\n- **Instance store**: gone when the machine stops\n- **EFS**: files for many machines\n"


def decide(first: Built, after: str, decision: str, guid: str, words: str) -> Built:
    """Return the build of edited notes with one decision."""
    made = Decision(guid, decision, words, "2026-01-01")  # type: ignore[arg-type]  # one of two literals
    return rebuild(first, after, decisions=Decisions(matches=(made,)))


def test_same_as_joins_what_no_likeness_joins() -> None:
    """The author knows that one term replaced the other; the note keeps its history."""
    first = build_notes(BEFORE)
    guid = ledger_entry(first, "ebs").guid
    words = ledger_entry(rebuild(first, AFTER), "instance store").text
    assert ledger_entry(rebuild(first, AFTER), "instance store").guid != guid
    decided = decide(first, AFTER, "same-as", guid, words)
    assert ledger_entry(decided, "instance store").guid == guid
    assert ledger_entry(rebuild(decided, AFTER), "instance store").guid == guid


def test_not_the_same_parts_what_likeness_joins() -> None:
    """The author knows that a reworded note is another fact."""
    first = build_notes(BEFORE)
    guid = ledger_entry(first, "ebs").guid
    after = BEFORE.replace("block storage", "block storage in one zone")
    words = ledger_entry(rebuild(first, after), "ebs").text
    assert ledger_entry(rebuild(first, after), "ebs").guid == guid
    assert ledger_entry(decide(first, after, "not-the-same", guid, words), "in one zone").guid != guid


def test_the_report_says_in_words_what_was_decided() -> None:
    """What changed is told with the words before and now, and what is new with the notes that are gone there."""
    first = build_notes(BEFORE)
    rewritten = rebuild(first, BEFORE.replace("block storage", "a disk of its own"))
    text = "\n".join(identities.lines(rewritten))
    assert "notes.md:3: kept: same question, new answer, sure to 0.85\n    before: ebs |  | block storage" in text
    other = rebuild(first, AFTER)
    text = "\n".join(identities.lines(other))
    assert "notes.md:3: new, as 1 note of its section is gone and none is like it" in text
    guid = ledger_entry(first, "ebs").guid
    assert f"if it is this one: studydeck identities --same-as notes.md:3 {guid}" in text


def test_the_report_names_items_that_are_new_where_others_are_gone() -> None:
    """Two items that changed side by side are new, and that is said once: the next build has nothing to say."""
    before = "# Mail\n\nServers:\n\n1. SMTP\n2. IMAP\n3. POP3\n4. submission\n5. LMTP\n"
    after = before.replace("IMAP", "ActiveSync").replace("POP3", "JMAP")
    second = rebuild(build_notes(before), after)
    text = "\n".join(identities.lines(second))
    said = "new: 2 items changed here, and neither is like the old"
    assert f"{said}\n    before: imap | pop3\n    now:    activesync | jmap" in text
    assert said not in "\n".join(identities.lines(rebuild(second, after)))
    third = "\n".join(identities.lines(rebuild(second, after + "6. ManageSieve\n")))
    assert "changed here" not in third


def test_the_report_names_items_reworded_in_place() -> None:
    """A list tells which of its items are other words now."""
    first = build_notes("# Cabinet\n\nDepartments:\n\n1. Finance\n2. War\n3. Justice\n4. Trade\n")
    second = rebuild(first, "# Cabinet\n\nDepartments:\n\n1. Finance\n2. Defence\n3. Justice\n4. Trade\n")
    assert "kept: item reworded in place: war -> defence" in "\n".join(identities.lines(second))
