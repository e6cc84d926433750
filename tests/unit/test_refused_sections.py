"""Which sections of a file hold nothing to learn: titles of homework, numbers of tasks, and what the file is about."""

from __future__ import annotations

import pytest

from studydeck.extraction.refused_sections import refused_sections
from studydeck.markdown.sections import parse
from studydeck.model.document import Source
from studydeck.text.exercises import is_bare_number, is_exercise_sheet, is_task_number


@pytest.mark.parametrize(
    "title",
    [
        "Homework 3",
        "HW 2 - Heaps",
        "4 Hausaufgaben - Suchalgorithmen",
        "Analysis I: Übungsblatt 7",
        "Devoir maison n° 2",
        "Hoja de ejercicios (tema 4)",
        "Lekcja 8 - Pomysł na firmę. Ćwiczenie praktyczne.",
        "24-12-20_Hausaufgaben",
        "Алгебра. Домашнее задание 5",
        "宿題 3",
        "第2章 - 课后作业",
    ],
)
def test_title_of_homework(title: str) -> None:
    """A part of a title that says that it is homework is enough, in every language."""
    assert is_exercise_sheet(title)


@pytest.mark.parametrize(
    "title", ["Homework policy of a school", "Sorting", "Worksheets in Excel", "Tasks and threads"]
)
def test_other_titles(title: str) -> None:
    """A word of homework within a name is the subject."""
    assert not is_exercise_sheet(title)


@pytest.mark.parametrize("heading", ["2a", "2 b)", "2б", "Nr. 8 a)", "No. 3", "№ 5", "3.c", "第3題"])
def test_number_of_a_task(heading: str) -> None:
    """A number with a letter or a sign of its own is that of a task."""
    assert is_task_number(heading)


@pytest.mark.parametrize("heading", ["3", "2.1", "3D", "5G", "Nr. 8 der Liste", "2a and 2b", "1984", ""])
def test_no_number_of_a_task(heading: str) -> None:
    """A bare number can be that of a chapter, and letters can make a name."""
    assert not is_task_number(heading)


def test_bare_numbers() -> None:
    """A number or a letter alone is that of a task only beside others."""
    assert all(map(is_bare_number, ("3", "2.1", "a)", "(b)", "4.")))
    assert not any(map(is_bare_number, ("a", "x)", "3 apples", "")))


def refused(text: str, path: str = "notes.md", first: int = 0) -> dict[int, str]:
    """Return the reasons for the sections of a file."""
    return refused_sections(parse(Source(path, text), first))


def test_sections_below_a_task() -> None:
    """What stands below the number of a task belongs to it; other sections of the file are read."""
    text = "# Poles\n\nA pole.\n\n## 1a\n\nx\n\n### Second way\n\ny\n\n## 1b\n\nz\n\n## Residues\n\nA residue."
    assert refused(text) == {1: "exercise", 2: "exercise", 3: "exercise"}
    assert refused(text, first=4) == {5: "exercise", 6: "exercise", 7: "exercise"}


def test_one_number_alone() -> None:
    """A single heading "2a" is no sheet of tasks."""
    assert not refused("# Fibres\n\n## 2a\n\nFast fibres with oxygen.\n\n## Others\n\nSlow ones.")


def test_name_of_the_file() -> None:
    """The name of a file tells what all of its sections are."""
    assert refused("# Sorting\n\nText.\n\n## Heaps\n\nText.", "week 3/HW 3.md") == {0: "exercise", 1: "exercise"}


def test_questions_with_answers() -> None:
    """Questions that are answered, by text or by code, do not make a file one that only asks."""
    answers = ("It schedules processes.", "```\nls -l\n```", "- It does\n- and it does not")
    lines = [f"What is number {number}?\n\n{answers[number % 3]}" for number in range(9)]
    assert not refused("# Kernel\n\n" + "\n\n".join(lines))


def test_label_of_one_course() -> None:
    """A label of a course in one section makes no list of courses."""
    assert not refused("# Law\n\n## Credits\n\n- ECTS: 5\n\n## Contracts\n\nAn offer and its acceptance.")
