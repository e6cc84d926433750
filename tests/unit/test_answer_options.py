"""The letters of options, the answers that name them, and keys."""

from __future__ import annotations

import pytest

from studydeck.markdown.dialects.labels import asks
from studydeck.text.answer_options import (
    exam_option,
    inline_exam_options,
    is_marked_right,
    key_entries,
    leading_letters,
    option_letter,
    without_right_mark,
)


@pytest.mark.parametrize(
    ("answer", "letters"),
    [
        ("B", "B"),
        ("b and d: both boil", "BD"),
        ("Option C", "C"),
        ("A und C", "AC"),
        ("a, c & d", "ACD"),
        ("B. A rudder was once there.", "B"),
        ("C'est la vie", ""),
        ("Because A holds", ""),
    ],
)
def test_an_answer_names_the_letters_that_it_begins_with(answer: str, letters: str) -> None:
    """Letters behind signs and words of any language count; an article and the start of a word are none."""
    assert "".join(leading_letters(answer)[0]) == letters


@pytest.mark.parametrize(
    ("line", "letter"),
    [("A) tea", "A"), ("**(b)** tea", "b"), ("[x] C. tea", "C"), ("J: tea", "J"), ("K) tea", ""), ("Also) tea", "")],
)
def test_options_of_exams_have_letters_to_j(line: str, letter: str) -> None:
    """Emphasis, brackets and boxes stand around the letter."""
    found = exam_option(line)
    assert (found["letter"] if found else "") == letter


def test_roman_numerals_are_no_options_rejected() -> None:
    """In a text, "I." is the first Roman numeral; in an exam the letters run from A on."""
    assert option_letter("I. The first chapter") == ""
    assert option_letter("B. A cup") == "B"
    assert inline_exam_options("Which? A) tea B) milk") == ("AB", 6)
    assert inline_exam_options("None at all") == ("", 0)


@pytest.mark.parametrize(
    ("line", "without"),
    [("B) tea ✅", "B) tea"), ("✔️ B) tea", "B) tea"), ("B) tea (correct)", "B) tea"), ("B) tea (richtig)", "B) tea")],
)
def test_a_mark_of_the_right_option_is_no_word_of_it(line: str, without: str) -> None:
    """Signs and words before and behind an option mark it."""
    assert is_marked_right(line)
    assert without_right_mark(line) == without
    assert not is_marked_right(without)


def test_a_key_holds_nothing_but_numbers_and_letters() -> None:
    """Each number has its letters; a sentence is no key."""
    assert key_entries("1. B  2) a, c | 3 - **D**") == {1: "B", 2: "A, C", 3: "D"}
    assert key_entries("1. B is right") == {}


@pytest.mark.parametrize(
    "text", ["What boils?", "**What boils?**", "Ի՞նչ է եռում։", "Τι βράζει;", "何が沸く？", "True or false: tea boils"]
)
def test_a_question_with_a_label_asks_in_every_script(text: str) -> None:
    """The marks of all scripts count, those inside of a sentence and at its end."""
    assert asks(text)
    assert not asks("Tea boils.")
