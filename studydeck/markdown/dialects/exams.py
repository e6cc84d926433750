"""Exam questions with lettered options, and the answer below them, beside them, or in a key at the end of the section.

In: the lines of a source. Out: the same lines, those of a question marked as a card whose question ends with a list of
its options and whose answer begins with letters; `extraction/rules/multiple_choice.py` reads it.
"""

from __future__ import annotations

import re

from studydeck.markdown.dialects.answer_ends import answer_end
from studydeck.markdown.dialects.answer_keys import AnswerKey
from studydeck.markdown.dialects.card_lines import LONGEST_LINE, CardLines, Line, next_line
from studydeck.markdown.dialects.exam_options import MOST_STEM_LINES, Options, item_of_option, read_options
from studydeck.markdown.dialects.labels import answer_label, asks, without_number
from studydeck.markdown.flashcards import ANSWER
from studydeck.patterns import lazy_pattern
from studydeck.text.answer_options import LETTERS, inline_exam_options, key_entries, leading_letters

MOST_LINES = 60  # lines of a fold with an answer
_TAG = lazy_pattern(r"</?(?:details|summary|p|b|strong|div|br)\b[^<>]*>", re.IGNORECASE)
_SUMMARY = lazy_pattern(r"<summary\b[^<>]*>.*?</summary>", re.IGNORECASE)
_CALLOUT = lazy_pattern(r"\[![\w-]+\][+-]?\s*")
_NUMBER = lazy_pattern(r"\D*(\d{1,3})")


def exam_question(cards: CardLines, index: int, keys: list[AnswerKey]) -> bool:
    """Mark the question whose first option is at a line; without an answer its lines stay as they are."""
    lines = cards.lines
    options = read_options(lines, index)
    if not options:
        return _question_in_line(cards, index, keys)
    start = _stem(cards, index)
    texts = {line: f"  {lines[line].text}" for line in range(index, options.end) if lines[line].text}
    for line, letters in options.letters.items():
        texts[line] = item_of_option(lines[line], several=len(letters) > 1 or start == index)
    answer = next_line(lines, options.end)
    end, answer_texts = _answer(cards, answer, start, options)
    if not end:
        letters = _marked_or_key(lines, start, index, options, keys)
        if not letters:
            return _unanswered(cards, start, index, options, texts)
        last = max(options.letters)
        texts[last] += f"{ANSWER}{letters}"
        answer = end = options.end
    if start == index:  # the heading above is the question, and the rule for options reads both
        for line in options.letters:
            cards.replace_text(line, f"- {texts[line].removeprefix('- ')}")
        cards.free = options.end
        return True
    texts[start] = without_number(_without_callout(lines[start]))
    cards.mark(start, answer, end, {**texts, **answer_texts})
    return True


def _question_in_line(cards: CardLines, index: int, keys: list[AnswerKey]) -> bool:
    """Mark a question with its options in one line, if a key at the end of the section answers it."""
    line = cards.lines[index]
    letters, start = inline_exam_options(line.text) if keys and len(line.text) <= LONGEST_LINE else ("", 0)
    if len(letters) < 2 or not LETTERS.startswith(letters) or not asks(line.text[:start]):
        return False
    named = _marked_or_key(cards.lines, index, index, Options({index: letters}), keys)
    if named:
        cards.mark(index, index + 1, index + 1, {index: f"{without_number(line.text)}{ANSWER}{named}"})
    return bool(named)


def _unanswered(cards: CardLines, start: int, index: int, options: Options, texts: dict[int, str]) -> bool:
    """Mark a question without an answer where it is an item of a list, so that it is no item to be learnt."""
    if start < index and cards.lines[start].bullet and asks(cards.lines[start].text):
        cards.mark(start, options.end, options.end, {**texts, start: without_number(cards.lines[start].text)})
    else:
        cards.free = options.end
    return True


def _stem(cards: CardLines, index: int) -> int:
    """Return the first line of the question above options; `index` if a heading is right above them."""
    lines, start = cards.lines, index
    for above in range(index - 1, max(cards.free, index - MOST_STEM_LINES) - 1, -1):
        line = lines[above]
        if line.ends_section or line.quote_depth != lines[index].quote_depth:
            break
        if line.is_blank and not line.is_code:
            text = " ".join([part.text for part in lines[start:index]])
            if start < index and (asks(text) or lines[start].is_numbered or lines[start].is_labelled):
                break
            continue
        if (
            start < index
            and lines[above + 1].is_blank
            and not lines[start].is_code
            and not _is_stem(line)
            and not line.is_code
        ):
            break
        start = above
        if not line.is_code and (line.bullet or line.is_labelled):
            break
    return start


def _is_stem(line: Line) -> bool:
    return asks(line.text) or line.is_numbered or line.is_labelled


def _answer(cards: CardLines, index: int, start: int, options: Options) -> tuple[int, dict[int, str]]:
    """Return the line after the answer below options, and the texts of its lines; 0 if there is none."""
    lines = cards.lines
    if index >= len(lines):
        return 0, {}
    line = lines[index]
    label = line.answer
    if label and not key_entries(label.rest):
        return answer_end(cards, index, start), {index: label.rest}
    if line.text.lower().startswith("<details"):
        return _fold(lines, index)
    if line.quote_depth > lines[start].quote_depth:
        end = index
        while end < len(lines) and lines[end].quote_depth > lines[start].quote_depth:
            end += 1
        title = _without_callout(line)
        quoted = {below: lines[below].text for below in range(index, end)}
        quoted[index] = title if title == line.text or _is_answer(title, options) else ""
        quoted |= {below: label.rest for below, text in quoted.items() if (label := answer_label(text))}
        is_answer = any(_names_options(text, options) for text in list(filter(None, quoted.values()))[:1])
        return (end, quoted) if is_answer else (0, {})
    if line.text.startswith("||") and _names_options(line.text, options):
        return index + 1, {index: line.text.strip("| ")}
    return 0, {}


def _without_callout(line: Line) -> str:
    """Return the text of a line without the marker of a callout, `[!quiz]`."""
    marker = _CALLOUT.match(line.text) if line.quote else None
    return line.text[marker.end() :] if marker else line.text


def _is_answer(title: str, options: Options) -> bool:
    """Return whether the title of a callout is an answer: "B", "Answer: B"."""
    label = answer_label(title)
    return _names_options(label.rest if label else title, options)


def _fold(lines: list[Line], index: int) -> tuple[int, dict[int, str]]:
    """Return the line after a `<details>` element, and what it shows without its summary; 0 if that asks itself."""
    texts: dict[int, str] = {}
    opening = " ".join([line.text for line in lines[index : index + 3]])
    if (summary := _SUMMARY.search(opening)) and asks(_TAG.sub("", summary[0])):
        return 0, {}
    for below in range(index, min(index + MOST_LINES, len(lines))):
        text = _TAG.sub("", _SUMMARY.sub("", lines[below].text)).strip()
        label = answer_label(text)
        texts[below] = label.rest if label else text
        if below > index and (lines[below].ends_section or "<details" in lines[below].text.lower()):
            break
        if "</details>" in lines[below].text.lower():
            return below + 1, texts
    return 0, {}


def _names_options(text: str, options: Options) -> bool:
    """Return whether a text begins with letters, all of them those of options."""
    letters, _ = leading_letters(text)
    return bool(letters) and set(letters) <= set(options.all_letters)


def _marked_or_key(lines: list[Line], start: int, index: int, options: Options, keys: list[AnswerKey]) -> str:
    """Return the letters of the options that are marked as right, or that a key names for the question's number."""
    if 0 < len(options.marked) < len(options.all_letters):
        return ", ".join(options.marked)
    number = _number(lines, start)
    taken = (key.take(number, index, options.all_letters) for key in keys)
    return next(filter(None, taken), "")


def _number(lines: list[Line], start: int) -> int:
    """Return the number of a question, from its list item, its label or the heading above, or 0."""
    line = lines[start]
    if line.is_numbered or line.is_labelled:
        match = _NUMBER.match(line.bullet or line.text)
        return int(match[1]) if match else 0
    above = start - 1
    while above >= 0 and lines[above].is_blank:
        above -= 1
    match = _NUMBER.match(lines[above].text) if above >= 0 and lines[above].is_heading else None
    return int(match[1]) if match else 0
