"""Sections that hold nothing to learn, as the whole file shows: tasks of a sheet, descriptions of courses, questions.

In: a document. Out: for the index of each such section, the reason why its blocks are not asked. A single block would
not tell: "2b" is the number of a task where "2a" stands beside it, and "Duration: 50 hours" is a fact of a course where
the next section has the same label.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import PurePosixPath

from studydeck.model.document import Document, Section, Text
from studydeck.text.exercises import begins_with_instruction, is_bare_number, is_exercise_sheet, is_task_number
from studydeck.text.normalize import normalize
from studydeck.text.punctuation import ends_in_question_mark
from studydeck.text.section_texts import leaves_of, texts_of
from studydeck.text.word_list_files import phrase_set

EXERCISE, COURSE, QUESTIONS = "exercise", "about-the-course", "question-without-answer"
_FEWEST_TASKS = 2  # whose headings are numbers
_FEWEST_COURSES, _SHARE_OF_COURSES = 2, 1 / 3  # sections with the same label, and of all that hold a text
_FEWEST_QUESTIONS, _SHARE_OF_QUESTIONS = 5, 0.4  # without an answer, and of all texts
_LONGEST_LABEL = 30  # characters
_COURSE_LABELS, _ANNOUNCEMENTS = phrase_set("course_unit_labels"), phrase_set("announcement_titles")


def refused_sections(document: Document) -> dict[int, str]:
    """Return the reason for each section, by its index, that holds nothing to learn."""
    sections = dict(enumerate(document.sections, document.first))
    written = [section for section in document.sections if section.blocks]
    if is_exercise_sheet(PurePosixPath(document.path).stem):
        return dict.fromkeys(sections, EXERCISE)
    if _only_ask(written):
        return dict.fromkeys(sections, QUESTIONS)
    if _describe_courses(written):
        return dict.fromkeys(sections, COURSE)
    has_numbers = _have_task_numbers(document.sections)
    refused: dict[int, str] = {}
    for index, section in sections.items():
        heading = section.heading
        if section.parent in refused:
            refused[index] = refused[section.parent]
        elif any(map(is_exercise_sheet, section.heading_path[:1])) or (has_numbers and _is_task(heading.plain)):
            refused[index] = EXERCISE
        elif normalize(heading) in _ANNOUNCEMENTS:
            refused[index] = COURSE
    return refused


def _have_task_numbers(sections: Sequence[Section]) -> bool:
    """Return whether headings are numbers of tasks, of which at least one cannot be that of a chapter."""
    headings = [section.heading.plain for section in sections]
    marked = sum(map(is_task_number, headings))
    return bool(marked) and marked + sum(map(is_bare_number, headings)) >= _FEWEST_TASKS


def _is_task(heading: str) -> bool:
    """Return whether a heading beside numbers of tasks is one, too, or a number with what is to be done."""
    if is_task_number(heading) or is_bare_number(heading):
        return True
    return begins_with_instruction(heading)


def _only_ask(sections: Sequence[Section]) -> bool:
    """Return whether the texts of a file are questions, of which most are followed by another one or by nothing."""
    count = unanswered = 0
    for section in sections:
        asks = [type(leaf) is Text and ends_in_question_mark(leaf.string) for leaf in leaves_of(section)]
        count += len(asks)
        unanswered += sum(asks[-1:]) + sum(first and second for first, second in pairwise(asks))
    return unanswered >= _FEWEST_QUESTIONS and unanswered >= _SHARE_OF_QUESTIONS * count


def _describe_courses(sections: Sequence[Section]) -> bool:
    """Return whether several sections have the same label of a course, such as its credits."""
    labelled = [labels for section in sections if (labels := _course_labels(section))]
    counts = Counter(label for labels in labelled for label in labels)
    return max(counts.values(), default=0) >= _FEWEST_COURSES and len(labelled) >= _SHARE_OF_COURSES * len(sections)


def _course_labels(section: Section) -> set[str]:
    """Return the labels of a course at the start of the lines and items of a section."""
    labels = {
        normalize(line[:end])
        for text in texts_of(section)
        for line in text.string.split("\n")
        if 0 < (end := line.replace("：", ":").find(":")) <= _LONGEST_LABEL
    }
    return labels & _COURSE_LABELS
