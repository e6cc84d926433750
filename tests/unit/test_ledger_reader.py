"""A ledger that somebody edited, cut or broke: each mistake is one error with its line, and nothing is a traceback."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

from studydeck.errors import BuildError
from studydeck.identity import ledger_reader
from studydeck.identity.ledger import END_LINE
from tests.support.pipeline import NOW, build_notes

NOTES = "# Tea\n\n## Kinds\n\n- **Oolong**: half brown leaves of tea\n- **Sencha**: steamed leaves of tea\n"
TEXT = build_notes(NOTES).ledger_text
LINES = TEXT.splitlines()  # header, two sections, two notes, end
HEADER, NOTE = 1, 4


def errors_of(text: str) -> list[tuple[int, str]]:
    """Return line and message of the errors of a build with this ledger; there must be some."""
    with pytest.raises(BuildError) as build_error:
        build_notes(NOTES, text, now=NOW)
    diagnostics = build_error.value.diagnostics
    assert {(diagnostic.path, str(diagnostic.code), diagnostic.severity) for diagnostic in diagnostics} == {
        ("ledger.jsonl", "bad-ledger", "error")
    }
    assert all(len(diagnostic.message) < 500 for diagnostic in diagnostics)
    return [(diagnostic.line, diagnostic.message) for diagnostic in diagnostics]


def with_line(number: int, line: str) -> str:
    """Return the ledger with another line."""
    return "\n".join([*LINES[: number - 1], line, *LINES[number:]]) + "\n"


def with_values(number: int, **values: Any) -> str:
    """Return the ledger with other values in a record."""
    return with_line(number, json.dumps(json.loads(LINES[number - 1]) | values))


HUGE = int("9" * 400)


@pytest.mark.parametrize(
    "values",
    [
        {"note": "Not a GUID! <b>"},
        {"note": "a" * 15},
        {"note": "A" * 16},
        {"note": "a" * 16 + "\n"},
        {"note": ["a" * 16]},
        {"kind": "image"},
        {"id_slot": HUGE},
        {"id_slot": -1},
        {"id_slot": 1.5},
        {"id_slot": True},
        {"id_slot": "7"},
        {"changed": HUGE},
        {"changed": 2**60},
        {"changed": -5},
        {"changed": None},
        {"since": "soon"},
        {"since": "1.0.0 extra::tag"},
        {"since": 1},
        {"text": 7},
        {"text": None},
        {"content_digest": {}},
        {"cards": []},
        {"cards": {"-1": "forwards"}},
        {"cards": {"501": "forwards"}},
        {"cards": {"9" * 400: "forwards"}},
        {"cards": {"x": "forwards"}},
        {"cards": {"0": None}},
        {"pin": 3},
        {"surprise": 1},
        {"retired": "a" * 16},
    ],
    ids=str,
)
@pytest.mark.parametrize("key", ["note", "retired"])
def test_a_value_that_no_build_writes_is_an_error_at_its_line(key: str, values: dict[str, Any]) -> None:
    """GUIDs have their form, numbers a range, and every key its type, in live and in retired notes."""
    record = json.loads(LINES[NOTE - 1]) | values
    if key == "retired":
        record = {"retired": values.get("retired", record["note"]), **record}
        if "retired" not in values:
            del record["note"], record["retired"]
            record = {"retired": values.get("note", "a" * 16), **record}
    assert [line for line, _ in errors_of(with_line(NOTE, json.dumps(record)))] == [NOTE]


@pytest.mark.parametrize(
    "values",
    [
        {"deck": ""},
        {"deck": 5},
        {"name": None},
        {"release": "1.0.0"},
        {"release": {"version": "one", "time": 5}},
        {"release": {"version": "1.0.0", "time": HUGE}},
        {"note_types": []},
        {"note_types": {"image": {"changed": 1, "appearance": "", "schema": ""}}},
        {"note_types": {"pair": {"changed": -1, "appearance": "", "schema": ""}}},
        {"note_types": {"pair": {"changed": 1}}},
        {"dropped": ["<b>"]},
        {"dropped": "a" * 16},
        {"format": 1},
        {"format": 3},
        {"format": None},
        {"format": "9" * 100_000},
        {"format": HUGE},
        {"surprise": 1},
    ],
    ids=lambda values: str(values)[:60],
)
def test_a_wrong_first_line_is_an_error(values: dict[str, Any]) -> None:
    """The header is checked as strictly as the notes."""
    assert errors_of(with_values(HEADER, **values))[0][0] == HEADER


@pytest.mark.parametrize(
    "line",
    [
        "[" * 100_000,
        '{"note":' * 100_000,
        '{"note":"' + "a" * 16 + '","cards":' + "[" * 100_000,
        '{"section":' + "[" * 5_000 + "]" * 5_000 + "}",
        "9" * 400,
        "9" * 5_000,
        '{"changed":1e400}',
        "null",
        '"text"',
        "[1]",
        "{}",
        '{"section":null,"parent":null,"heading":"A","file":"a.md"}',
        '{"section":"s","parent":7,"heading":"A","file":"a.md"}',
        '{"section":"s","parent":null,"heading":"A"}',
        '"\\ud800"',
        '{"section":"s","parent":null,"heading":"\\ud800","file":"a.md"}',
        "\0",
        "# a comment",
        '{"note":"' + "x" * 3_000_000 + '"}',
        "x" * 3_000_000,
    ],
    ids=lambda line: f"{line[:30]!r} {len(line)}",
)
def test_a_line_that_is_no_record_is_an_error(line: str) -> None:
    """Deep nesting, long numbers, huge lines and other JSON are one error with the line."""
    assert [number for number, _ in errors_of(with_line(NOTE, line))] == [NOTE]


def test_a_file_of_another_kind_has_a_limited_number_of_errors() -> None:
    """Not every line of a large file is printed."""
    assert len(errors_of("x\n" * 10_000 + END_LINE + "\n")) == 20


def test_a_guid_of_two_notes_is_an_error() -> None:
    """A GUID that was copied to another note would give it the history of the first."""
    first = json.loads(LINES[NOTE - 1])["note"]
    ((line, message),) = errors_of(with_values(NOTE + 1, note=first))
    assert line == NOTE + 1
    assert f"{first} is the identity of another note in line {NOTE}" in message


def test_a_note_that_both_sides_of_a_merge_moved_is_one_note() -> None:
    """Git leaves two lines of it where neither conflicts; both have its slot, and the later change wins."""
    record = json.loads(LINES[NOTE - 1])
    moved = json.dumps(record | {"changed": record["changed"] + 5, "text": "oolong | | half dark leaves"})
    ledger = ledger_reader.parse("\n".join([*LINES[:-1], moved, END_LINE]) + "\n")
    assert [(note.guid, note.changed) for note in ledger.notes if note.guid == record["note"]] == [
        (record["note"], record["changed"] + 5)
    ]


DAY_AND_A_BIT = NOW + 90_000


@pytest.mark.parametrize(
    ("number", "values"),
    [
        (NOTE, {"changed": DAY_AND_A_BIT}),
        (NOTE, {"id_slot": DAY_AND_A_BIT * 1000 // 512}),
        (HEADER, {"release": {"version": "1.0.0", "time": 9_999_999_999}}),
        (HEADER, {"note_types": {"pair": {"changed": 9_999_999_999, "appearance": "", "schema": ""}}}),
    ],
    ids=["changed", "slot", "release", "note type"],
)
def test_a_time_in_the_future_is_an_error(number: int, values: dict[str, Any]) -> None:
    """Anki would not update such a note until then; a clock that is ahead by less than a day is accepted."""
    ((line, message),) = errors_of(with_values(number, **values))
    assert line == number
    assert "a time in the future" in message
    assert build_notes(NOTES, with_values(NOTE, changed=NOW + 3_600), now=NOW).notes


def cut(text: str) -> list[str]:
    """Return a ledger cut at the end of every line, and in the middle of every line, but for the last."""
    lines = text.splitlines(keepends=True)
    at_line_ends = ["".join(lines[:count]) for count in range(1, len(lines))]
    return [*at_line_ends, *(text[: len(start) + 15] for start in at_line_ends), ""]


@pytest.mark.parametrize("text", cut(TEXT), ids=lambda text: f"{len(text)} characters")
def test_a_cut_ledger_is_an_error_where_nothing_completes_it(text: str) -> None:
    """Without its last line a ledger is not whole, wherever it was cut: the message says so, at the place."""
    ((line, message),) = errors_of(text)
    assert line in {max(text.count("\n"), 1), text.count("\n") + 1}
    assert "the file was cut here" in message
    assert END_LINE in message


@pytest.mark.parametrize(
    "change",
    [
        lambda lines: [*lines, *lines[3:4]],
        lambda lines: ["<<<<<<< HEAD", *lines, "======="],
        lambda lines: ["<<<<<<< HEAD", *lines, "=======", *lines],
        lambda lines: lines[:-1],
    ],
    ids=["a record after the end", "cut in a conflict", "a conflict without its end", "no end"],
)
def test_what_follows_the_last_line_is_not_a_whole_ledger(change: Callable[[list[str]], list[str]]) -> None:
    """The constant line counts at the end only, and not inside of a conflict that never ends."""
    assert "the file was cut" in errors_of("\n".join(change(LINES)) + "\n")[0][1]


def test_a_conflict_over_the_whole_file_is_whole() -> None:
    """Both sides of a conflict have the last line; the file is whole where the conflict ends."""
    text = "\n".join(["<<<<<<< HEAD", *LINES, "=======", *LINES, ">>>>>>> theirs"]) + "\n"
    assert build_notes(NOTES, text, now=NOW).ledger_text == TEXT


def test_a_ledger_without_its_first_line_is_an_error() -> None:
    """The deck's id is in the first line."""
    assert errors_of("\n".join(LINES[1:]) + "\n")[0][0] == 1


def test_many_wrong_lines_take_no_memory() -> None:
    """Reading ends at the last mistake that is reported; lines are not kept."""
    text = "\n".join([LINES[0], *["x"] * 1_000_000, END_LINE, ""])
    tracemalloc.start()
    assert len(errors_of(text)) == 20
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20_000_000
