"""The name of a file is the title of its notes where no first heading says what they are about."""

from __future__ import annotations

import pytest

from studydeck.markdown.sections import parse
from studydeck.model.document import Source
from studydeck.text.file_titles import names_subject
from tests.support.pipeline import build_notes, rebuild


@pytest.mark.parametrize(
    "title", ["Quicksort", "Wave optics", "3 Branches of law", "Термодинамика", "排序算法", "B+ trees"]
)
def test_a_name_of_a_thing_is_a_subject(title: str) -> None:
    """In any script, also with numbers."""
    assert names_subject(title)


@pytest.mark.parametrize(
    "title",
    ["Lecture 3", "2024-05-01", "My notes", "TD1", "Apuntes tema 3", "Конспект лекции 4", "学习笔记", "Overview", ""],
)
def test_a_part_a_date_or_notes_in_general_are_no_subject(title: str) -> None:
    """They would stand above each card and say nothing."""
    assert not names_subject(title)


def paths(text: str, path: str) -> list[tuple[str, ...]]:
    return [section.heading_path for section in parse(Source(path, text)).sections]


def test_a_generic_first_title_stands_below_the_name_of_the_file() -> None:
    """ "Overview" of what?"""
    text = "# Overview\n\n- Worst case: O(n^2)\n\n## Steps\n\nPick a pivot.\n"
    assert paths(text, "quicksort.md") == [
        ("Quicksort",),
        ("Quicksort", "Overview"),
        ("Quicksort", "Overview", "Steps"),
    ]
    assert paths(text, "lecture 3.md") == [("Overview",), ("Overview", "Steps")]


def test_several_titles_stand_below_the_name_of_the_file() -> None:
    """None of them is the title of the whole file, unless one repeats its name."""
    text = "# Node\n\nA place that does not move.\n\n# Antinode\n\nA place that moves most.\n"
    assert paths(text, "Standing waves.md") == [
        ("Standing waves",),
        ("Standing waves", "Node"),
        ("Standing waves", "Antinode"),
    ]
    assert paths(text, "antinode.md") == [("Node",), ("Antinode",)]


def test_one_title_that_names_a_thing_stays_the_title() -> None:
    """What the author wrote is better than the name of a file."""
    assert paths("# Mergesort\n\nIt merges.\n", "quicksort.md") == [("Mergesort",)]


def test_a_title_in_a_quotation_is_not_the_files_own() -> None:
    """The file has one title, whatever it quotes."""
    assert paths("# Mergesort\n\n> # Quicksort\n>\n> It picks a pivot.\n", "sorting.md") == [("Mergesort",)]


def test_a_second_title_costs_no_learner_a_card() -> None:
    """Adding it puts the name of the file above the first one, which is context."""
    notes = "# Node\n\nA place on a string that does not move.\n"
    more = f"{notes}\n# Antinode\n\nA place on a string that moves most.\n"
    before = build_notes({"Standing waves.md": notes})
    after = rebuild(before, {"Standing waves.md": more})
    assert not after.retired
    assert {note.guid for note in before.notes} < {note.guid for note in after.notes}
