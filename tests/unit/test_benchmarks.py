"""What the benchmark computes from what it measured, and the notes that it writes; nothing is timed here."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import peers, ratio, shapes, stages
from benchmarks.generate_notes import generate_notes
from benchmarks.measure import SPENT, Cost, FailedError, cost, in_turns, middle, orders
from benchmarks.measure import ratio as ratio_of
from benchmarks.tables import Target, figure, target_table
from studydeck.identity import decisions, ledger_reader
from studydeck.model.document import Source
from studydeck.pipeline import extract_deck
from tests.support.pipeline import build_notes

PAIRS = [(f"Question {number}", f"Answer {number}") for number in range(3)]


def spending(*seconds: float) -> list[Cost]:
    """Return costs of so many seconds each."""
    return [Cost(second, second, 1.0, "") for second in seconds]


def test_what_is_compared_takes_turns() -> None:
    """Every other round is backwards, and the cost of each run is kept by its name."""
    called: list[str] = []

    def run(name: str) -> Cost:
        called.append(name)
        return Cost(len(called), 0.0, 0.0, name)

    costs = in_turns({"a": lambda: run("a"), "b": lambda: run("b")}, 2)
    assert called == ["a", "b", "b", "a"]
    assert [each.spent for each in costs["a"]] == [1.0, 4.0]
    assert [*orders(["a", "b", "c"], 3)] == [["a", "b", "c"], ["c", "b", "a"], ["a", "b", "c"]]


def test_a_round_that_was_disturbed_does_not_move_a_ratio() -> None:
    """The ratio is the median of those of the rounds, and not the ratio of medians."""
    costs = {"build": spending(2.0, 20.0, 2.0), "floor": spending(1.0, 10.0, 2.0)}
    assert ratio_of(costs, "build", "floor", SPENT) == 2.0
    assert middle(costs["build"], SPENT) == 2.0


def test_a_command_that_fails_is_no_measurement() -> None:
    """The message has the command and its exit code."""
    with pytest.raises(FailedError, match="false: exit code 1"):
        cost("false")
    with pytest.raises(FailedError, match="was not done after 0 s"):
        cost("sleep", "60", longest=0.05)


def test_a_missed_target_stands_out() -> None:
    """Each target has a row with what is wanted, what is, and whether that is met."""
    lines = [*target_table([Target("memory", 600.0, 595.4, "MB"), Target("build / floor", 1.5, 1.51)])]
    assert lines[2:] == ["| memory | 600 MB | 595 MB | met |", "| build / floor | 1.50 | 1.51 | **missed** |"]
    assert [figure(value) for value in (0.234, 2.0, 12.34, 1234.5)] == ["0.23", "2", "12.3", "1,234"]


@pytest.mark.parametrize("peer", peers.PEERS, ids=lambda peer: peer.program)
def test_each_tool_gets_every_question_and_answer(peer: peers.Peer) -> None:
    """Nothing of the cards is missing in the markers of a tool."""
    text = peer.text(PAIRS)
    assert all(text.count(question) == text.count(answer) == 1 for question, answer in PAIRS)


def test_a_tool_that_needs_another_python_is_named_with_the_reason(tmp_path: Path) -> None:
    """It is not tried, and nothing is left in its folder."""
    newer = peers.Peer("newer", ("newer",), "newer", lambda _pairs: "", (), {}, (9, 0))
    peers_reason = peers.install(tmp_path, newer)
    assert peers_reason == "needs Python 9.0, which is not on this machine"
    assert [*tmp_path.iterdir()] == []


def test_the_decisions_are_about_notes_of_the_ledger() -> None:
    """The file can be read, has a decision about one note in ten, and each names one that is there."""
    ledger_text = build_notes(dict(generate_notes(200))).ledger_text
    found = decisions.read("".join(shapes.decisions(ledger_text))).notes
    guids = [entry.guid for entry in ledger_reader.parse(ledger_text).notes]
    assert len(found) == -(-len(guids) // 10)
    assert {decision.guid for decision in found} <= {*guids}


def test_notes_in_many_folders_are_the_same_sections() -> None:
    """Each folder has a file, and no section is lost or repeated."""
    texts = [*generate_notes(300)]
    headings = [line for _, text in texts for line in text.splitlines() if line.startswith("## ")]
    files = [*shapes.spread(texts, 20)]
    spread = [line for _, text in files for line in text.splitlines() if line.startswith("## ")]
    assert len({path for path, _ in files}) == 20
    assert sorted(spread) == sorted(headings)


def test_every_section_of_definitions_is_asked() -> None:
    """The notes have as many sections as they say, and a card of each."""
    sources = tuple(Source(path, text) for path, text in shapes.definitions(60))
    extracted = extract_deck(sources)
    assert sum(section.level == 2 for section in extracted.sections) == 60
    assert len({(draft.span.path, draft.section) for draft in extracted.drafts}) == 60


def test_an_edit_adds_a_sentence_and_no_line() -> None:
    """The sections below it stay where they are, as they do where an author rewords a sentence."""
    text = next(text for _, text in generate_notes(300))
    after = stages.edited(text, 0)
    assert after.count("\n") == text.count("\n")
    assert after.count("Kelora gate opens") == 1


def test_ci_complains_of_a_quarter_more() -> None:
    """The committed ratio may grow by a quarter, and the message says what to run."""
    assert ratio.complaint(5.0, 4.0) == ""
    assert "python -m benchmarks.pipeline 1000" in ratio.complaint(5.01, 4.0)
    assert json.loads(ratio.COMMITTED.read_text("utf-8"))["cards"] == ratio.CARDS
