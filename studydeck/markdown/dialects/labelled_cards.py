"""Cards whose answer has a label (`A:`, `**Answer:**`), and mostly its question, too.

In: the lines of a source, and one of them. Out: the lines of the card that it belongs to are marked; labels of headings
are taken out.
"""

from __future__ import annotations

import re

from studydeck.markdown.dialects.anki_tools import CARD_TAG
from studydeck.markdown.dialects.answer_ends import answer_end
from studydeck.markdown.dialects.card_lines import (
    LONGEST_LINE,
    MOST_QUESTION_LINES,
    CardLines,
    Line,
    block_end,
    next_line,
)
from studydeck.markdown.dialects.exam_options import begins_options, options_below
from studydeck.markdown.dialects.labels import (
    Label,
    answer_label,
    asks,
    belong_together,
    question_label,
    without_number,
)
from studydeck.markdown.flashcards import ANSWER
from studydeck.patterns import lazy_pattern
from studydeck.text.exam_tasks import is_exam_task

_QUANTITY = lazy_pattern(r"\w{1,2}\s?[:=]")


def labelled_heading(cards: CardLines, index: int) -> bool:
    """Take the labels of a question that is a heading, and of the answer below it."""
    line = cards.lines[index]
    if not line.is_heading:
        return False
    marks, _, title = line.text.partition(" ")
    title = title.strip()
    if tag := CARD_TAG.search(f" {title}"):
        title = f" {title}"[: tag.start()].strip()
        cards.replace_text(index, f"{marks} {title}")
    label = question_label(title)
    below = next_line(cards.lines, index + 1)
    answer = cards.lines[below].answer if below < len(cards.lines) else None
    if answer and (not answer.rest or not (label or asks(title)) or begins_options(cards.lines, below)):
        answer = None
    if label and label.rest and (answer or asks(label.rest)):
        cards.replace_text(index, f"{marks} {label.rest}")
    if answer and (not answer.is_letter or (label and belong_together(label, answer))):
        cards.replace_text(below, answer.rest)
    cards.free = index + 1
    return True


def labelled_card(cards: CardLines, index: int) -> bool:
    """Mark a card whose answer, or whose question and answer in one line, have labels."""
    line = cards.lines[index]
    label = line.question
    if label:
        return _whole_in_line(cards, index, label) or _asked_without_label(cards, index, label)
    answer = line.answer
    question = _question_of(cards, index, answer) if answer else -1
    if not answer or question < 0:
        return False
    if not answer.rest and answer_end(cards, index, question) == index + 1:
        return False
    end = answer_end(cards, index, question)
    texts = {question: without_number(cards.lines[question].text), index: answer.rest}
    cards.mark(question, index, end, texts)
    return True


def _whole_in_line(cards: CardLines, index: int, label: Label) -> bool:
    spaces = re.finditer(r"\s+(?=[*_]{0,3}\w)", label.rest) if len(label.rest) <= LONGEST_LINE else ()
    for match in spaces:
        answer = answer_label(label.rest[match.end() :])
        question = label.rest[: match.start()].rstrip(" |;–—-")
        if answer and answer.rest and (asks(question) or not answer.is_letter) and belong_together(label, answer):
            cards.mark(index, index + 1, index + 1, {index: f"{question}{ANSWER}{answer.rest}"})
            return True
    return False


def _asked_without_label(cards: CardLines, index: int, label: Label) -> bool:
    """Mark the lines right below a question as its answer, or take only its label, if no answer has a label."""
    if not (asks(label.rest) or is_exam_task(label.rest)):
        return False
    lines, end = cards.lines, index + 1
    while end < len(lines) and (lines[end].is_code or not (lines[end].is_blank or lines[end].question)):
        end += 1
    if _answer_below(lines, index) or options_below(lines, index + 1, end):
        return False
    if end > index + 1 and not lines[index + 1].is_heading and not lines[index].bullet:
        cards.mark(index, index + 1, end, {index: label.rest})
    else:
        cards.replace_text(index, label.rest)
    return True


def _answer_below(lines: list[Line], index: int) -> bool:
    """Return whether an answer with a label follows before the next question or heading."""
    for below in range(index + 1, min(index + MOST_QUESTION_LINES, len(lines))):
        if lines[below].ends_section or (not lines[below].is_code and lines[below].question):
            return False
        if not lines[below].is_code and lines[below].answer:
            return True
    return False


def _question_of(cards: CardLines, index: int, answer: Label) -> int:
    """Return the first line of the question that a labelled answer belongs to, or -1."""
    lines, paragraph = cards.lines, -1
    for above in range(index - 1, max(cards.free, index - MOST_QUESTION_LINES) - 1, -1):
        line = lines[above]
        if line.ends_section or line.quote_depth != lines[index].quote_depth:
            break
        if line.is_code or line.is_blank:
            continue
        if label := line.question:
            is_question = belong_together(label, answer) and _is_certain(cards, index, label, answer)
            return above if is_question else -1
        is_first = above == 0 or lines[above - 1].is_blank or bool(line.bullet) or lines[above - 1].ends_section
        if is_first and paragraph < 0 and not answer.is_letter:
            paragraph = above
            text = " ".join([part.text for part in lines[above : block_end(lines, above, index - above)]])
            if asks(text) or line.is_numbered or is_exam_task(text):
                return above
        if is_first and paragraph >= 0 and (line.is_numbered or asks(line.text)):
            return above
    return -1


def _is_certain(cards: CardLines, index: int, label: Label, answer: Label) -> bool:
    """Return whether two letters mark a card, and not two quantities of a formula ("Q: heat", "A: area")."""
    if not (label.is_letter and answer.is_letter) or label.is_numbered or asks(label.rest):
        return True
    if index + 1 < len(cards.lines) and _QUANTITY.match(cards.lines[index + 1].text):
        return False
    return len(label.rest.split()) >= 3 or cards.question_count >= 2
