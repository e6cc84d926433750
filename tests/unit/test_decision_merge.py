"""Decisions of two branches about one note: what is united, what wins, and what the author is told."""

from __future__ import annotations

from typing import Any

import pytest

from studydeck.errors import BuildError
from studydeck.identity import decisions
from studydeck.identity.decision_merge import NoteDecision
from studydeck.identity.decisions import Decision, Decisions

GUID, OTHER = "a" * 16, "b" * 16


def made(date: str = "2026-11-01", guid: str = GUID, **chosen: Any) -> NoteDecision:
    """Return a decision about a note."""
    return NoteDecision(guid=guid, date=date, question="EBS", answer="block storage", **chosen)


def lines(*found: NoteDecision) -> str:
    return "".join(decisions.to_text(Decisions((decision,))) for decision in found)


def merged(ours: NoteDecision, theirs: NoteDecision, base: NoteDecision | None = None) -> Decisions:
    """Return what is read of a file as git leaves it, with the common ancestor where there is one."""
    ancestor = f"||||||| base\n{lines(base)}" if base else ""
    return decisions.read(f"<<<<<<< HEAD\n{lines(ours)}{ancestor}=======\n{lines(theirs)}>>>>>>> branch\n")


def test_a_file_is_read_as_it_is_written() -> None:
    """Only what was decided is in a line; notes stand in their order, matches after them."""
    match = Decision(OTHER, "same-as", "ebs", "2026-01-02")
    found = Decisions(
        (made(skip=True), made(guid=OTHER, reviewed=True, ways="one", hide=("a b",), items=True, tags=("x",))), (match,)
    )
    text = decisions.to_text(found)
    assert text.splitlines()[0] == (
        f'{{"note":"{GUID}","date":"2026-11-01","question":"EBS","answer":"block storage","skip":true}}'
    )
    assert decisions.read(text) == found
    assert [line[9] for line in decisions.to_text(found, [OTHER, GUID]).splitlines()] == ["b", "a", "b"]
    assert decisions.to_text(Decisions(found.notes[::-1]), ["c" * 16]) == decisions.to_text(Decisions(found.notes))


def test_decisions_are_looked_up_replaced_and_removed() -> None:
    """A new one comes last; nothing else changes."""
    start = Decisions((made(skip=True),))
    more = decisions.with_decision(start, made(guid=OTHER, tags=("x",)))
    assert [found.guid for found in more.notes] == [GUID, OTHER]
    again = decisions.with_decision(more, made(skip=False))
    assert [found.skip for found in again.notes] == [False, None]
    assert decisions.decided(again, OTHER) == made(guid=OTHER, tags=("x",))
    assert decisions.decided(decisions.without(again, OTHER), OTHER) is None
    assert decisions.with_guids(start, {GUID: OTHER}).notes[0].guid == OTHER


@pytest.mark.parametrize(
    "wrong",
    [
        made(guid="short"),
        made(date="yesterday"),
        made(tags=("two words",)),
        made(tags=("#sharp",)),
        made(tags=('"',)),
        made(hide=("",)),
        made(hide=("x",) * 101),
        NoteDecision(guid=GUID, date="2026-01-01", question="q" * 201, answer=""),
    ],
)
def test_a_decision_that_the_file_could_not_hold_is_rejected(wrong: NoteDecision) -> None:
    """It is not written to be refused by the next build."""
    with pytest.raises(BuildError):
        decisions.with_decision(Decisions(), wrong)


@pytest.mark.parametrize(
    ("ours", "theirs", "united"),
    [
        (made(skip=True), made(tags=("x",)), made(skip=True, tags=("x",))),
        (made(tags=("x",)), made(tags=("y", "x")), made(tags=("x", "y"))),
        (made(ways="one"), made(reviewed=True, items=True), made(ways="one", reviewed=True, items=True)),
        (made("2026-11-02", hide=("a",)), made(ways="both"), made("2026-11-02", hide=("a",), ways="both")),
        (made(reviewed=True), made("2026-11-02", reviewed=True), made("2026-11-02", reviewed=True)),
    ],
)
def test_what_does_not_exclude_each_other_is_united(
    ours: NoteDecision, theirs: NoteDecision, united: NoteDecision
) -> None:
    """Whatever side comes first, and nothing is reported."""
    for found in (merged(ours, theirs), merged(theirs, ours)):
        assert [{*found.notes[0].tags}, found.conflicts] == [{*united.tags}, ()]
        (result,) = found.notes
        assert (result.date, result.skip, result.ways, result.hide, result.items, result.reviewed) == (
            united.date,
            united.skip,
            united.ways,
            united.hide,
            united.items,
            united.reviewed,
        )


@pytest.mark.parametrize(
    ("early", "late", "expected"),
    [
        (made(skip=True), made("2026-11-02", reviewed=True), {"keeps": True}),
        (made(reviewed=True), made("2026-11-02", skip=True), {"keeps": False}),
        (made(skip=True), made("2026-11-02", skip=False), {"keeps": True}),
        (made(ways="both"), made("2026-11-02", ways="one"), {"ways": "one"}),
        (made(hide=("a",)), made("2026-11-02", hide=("b",)), {"hide": ("b",)}),
        (made(skip=True), made(reviewed=True), {"keeps": True}),
        (made(skip=True), made(skip=False), {"keeps": True}),
        (made(ways="one"), made(ways="both"), {"ways": "both"}),
        (made(hide=("a",)), made(hide=("a", "b")), {"hide": ("a", "b")}),
    ],
)
def test_of_what_excludes_each_other_the_later_wins_and_on_one_day_the_card(
    early: NoteDecision, late: NoteDecision, expected: dict[str, object]
) -> None:
    """The message names both lines and what applies."""
    for number, found in enumerate((merged(early, late), merged(late, early))):
        (result,) = found.notes
        assert {name: getattr(result, name) for name in expected} == expected
        (conflict,) = found.conflicts
        assert conflict.code == "decision-conflict"
        assert conflict.severity == "warning"
        assert {conflict.line, int(conflict.message.partition("line ")[2][0])} == {2, 4}, number
        assert "applies" in conflict.message


def test_the_common_ancestor_decides_nothing() -> None:
    """It shows in the markers of git where that is set to; both branches took its tag out."""
    found = merged(made(skip=True), made(reviewed=True, skip=True), base=made(tags=("old",), ways="one"))
    assert found.notes == (made(skip=True, reviewed=True),)


def test_three_lines_without_markers_are_united() -> None:
    """A merge driver that keeps the lines of all sides leaves no markers."""
    found = decisions.read(lines(made("2026-11-03", ways="one"), made(skip=True), made("2026-11-02", tags=("x",))))
    assert found.notes == (made("2026-11-03", skip=True, ways="one", tags=("x",)),)


@pytest.mark.parametrize(
    "line",
    [
        lines(made(skip=True)).replace("true", '"yes"'),
        lines(made(ways="one")).replace("one", "two"),
        lines(made(skip=True)).replace("}", ',"extra":1}'),
        lines(made(hide=("a",))).replace('["a"]', '"a"'),
        lines(made()).replace("2026-11-01", "1.11.2026"),
        lines(made()).replace('"question":"EBS",', ""),
        '{"note":"aaaaaaaaaaaaaaaa"}\n',
        '{"note":"aaaaaaaaaaaaaaaa","decision":1}\n',
        '"text"\n',
        "\x00\n",
        '{"note":"\\ud800"}\n',
    ],
)
def test_a_line_that_is_no_decision_is_named_rejected(line: str) -> None:
    """The others are read on, so that all faults are named at once."""
    with pytest.raises(BuildError) as caught:
        decisions.read(f"{lines(made())}{line}{line}")
    assert [(found.code, found.line) for found in caught.value.diagnostics] == [
        ("bad-decision", 2),
        ("bad-decision", 3),
    ]
