"""Flashcards as their authors write them: `Q:` and `A:`, `term::definition`, `?` between question and answer.

In: the text of a source, and its front matter. Out: the same lines, those of cards marked as `markdown/flashcards.py`
reads them. A card takes the lines that follow each other without a blank one; no other line is read otherwise than
before.
"""

from __future__ import annotations

import re

from studydeck.markdown.dialects import clozes, exams
from studydeck.markdown.dialects.anki_tools import CARD_TAG, has_id, has_tag, hide_marks_of_tools, is_tagged, note_block
from studydeck.markdown.dialects.card_lines import CardLines, Line, block_end, card_lines_of
from studydeck.markdown.dialects.colons import line_card, recurring_keys
from studydeck.markdown.dialects.labels import (
    Label,
    answer_label,
    asks,
    belong_together,
    explanation_label,
    has_number,
    question_label,
    quick_pattern,
    without_number,
)
from studydeck.markdown.dialects.lines import HIDDEN_LINE, without_hidden_lines
from studydeck.markdown.flashcards import ANSWER, ANSWER_BOTH_WAYS
from studydeck.patterns import lazy_pattern
from studydeck.text.punctuation import ends_in_colon

MOST_QUESTION_LINES = 60  # lines above an answer in which its question is searched
LONGEST_LINE = 2000  # characters of a line that may hold a question and its answer
_SEPARATORS = {"?": ANSWER, "??": ANSWER_BOTH_WAYS, "%": ANSWER}
_QUANTITY = lazy_pattern(r"\w{1,2}\s?[:=]")


def has_marks(text: str) -> bool:
    """Return whether a text can contain a flashcard or the marks of a tool for them."""
    return (
        "::" in text
        or "\n?" in text
        or "\n%\n" in text
        or "START" in text
        or "TARGET DECK" in text
        or has_id(text)
        or has_tag(text)
        or clozes.has_cloze(text)
        or bool(quick_pattern().search("\n" + text))
        or exams.has_options(text)
    )


def rewrite(text: str, front_matter: str = "", property_keys: frozenset[str] = frozenset()) -> str:
    """Return a text with its flashcards marked.

    Parameters
    ----------
    text : the text of a source; front matter is blank.
    front_matter : a tag for flashcards in it says that all of the text is written for them.
    property_keys : keys of `key:: value` that are no terms, because other files have them, too.
    """
    shown, numbers = without_hidden_lines(text)
    lines = [HIDDEN_LINE] * (text.count("\n") + 1)
    for number, line in zip(numbers, _with_cards(shown, front_matter, property_keys).split("\n"), strict=False):
        lines[number] = line
    return "\n".join(lines)


def _with_cards(text: str, front_matter: str, property_keys: frozenset[str]) -> str:
    tagged = is_tagged(text, front_matter)
    if tagged or clozes.has_cloze(text):
        text = clozes.rewrite(text, is_tagged=tagged)
    cards = card_lines_of(text)
    hide_marks_of_tools(cards)
    _find_decks(cards)
    keys = exams.answer_keys(cards)
    properties = property_keys | recurring_keys(cards.lines)
    index = 0
    while index < len(cards.lines):
        if not cards.lines[index].is_code and not cards.lines[index].is_blank:
            _ = (
                note_block(cards, index)
                or _heading(cards, index)
                or exams.exam_question(cards, index, keys, card_end)
                or _separated(cards, index)
                or _labelled(cards, index)
                or line_card(cards, index, properties, is_tagged=tagged)
                or _tagged(cards, index)
            )
        index = max(index + 1, cards.free)
    exams.hide_used_keys(cards, keys)
    return cards.text()


def _find_decks(cards: CardLines) -> None:
    """Find the sections that begin with a question: all of them holds cards."""
    start, last, is_deck = 0, -1, False
    for index, line in enumerate(cards.lines):
        if line.ends_section:
            cards.deck_ends += [last if is_deck else -1] * (index - start)
            start, last, is_deck = index, -1, False
        elif not line.is_code and line.question:
            is_deck = is_deck or all(above.is_blank or above.ends_section for above in cards.lines[start:index])
            last, cards.question_count = index, cards.question_count + 1
    cards.deck_ends += [last if is_deck else -1] * (len(cards.lines) - start)


def _heading(cards: CardLines, index: int) -> bool:
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
    below = _next_line(cards.lines, index + 1)
    answer = cards.lines[below].answer if below < len(cards.lines) else None
    if answer and (not answer.rest or not (label or asks(title)) or exams.begins_options(cards.lines, below)):
        answer = None
    if label and label.rest and (answer or asks(label.rest)):
        cards.replace_text(index, f"{marks} {label.rest}")
    if answer and (not answer.is_letter or (label and belong_together(label, answer))):
        cards.replace_text(below, answer.rest)
    cards.free = index + 1
    return True


def _next_line(lines: list[Line], index: int) -> int:
    """Return the index of the next line that is not blank, or of the end."""
    while index < len(lines) and lines[index].is_blank:
        index += 1
    return index


def _separated(cards: CardLines, index: int) -> bool:
    """Mark a card whose sides a line `?`, `??` or `%` separates."""
    line = cards.lines[index]
    if line.bullet or line.text not in _SEPARATORS:
        return False
    if line.text == "%":
        return _sides_of_heading(cards, index)
    start, first = index, max(cards.free, index - MOST_QUESTION_LINES)
    while start > first and not cards.lines[start - 1].is_blank and not cards.lines[start - 1].is_heading:
        start -= 1
        if cards.lines[start].bullet and cards.lines[start].indent < line.indent:
            break
    end = block_end(cards.lines, index + 1)
    if start == index or end == index + 1:
        return False
    cards.mark(start, index, end, {index: ""}, _SEPARATORS[line.text])
    return True


def _sides_of_heading(cards: CardLines, index: int) -> bool:
    """Mark the card of a heading, of which a line `%` separates both sides."""
    start = index
    while start > max(cards.free, index - MOST_QUESTION_LINES) and not cards.lines[start - 1].ends_section:
        start -= 1
    if start == 0 or not cards.lines[start - 1].is_heading:
        return False
    end = index + 1
    while end < len(cards.lines) and not cards.lines[end].ends_section:
        end += 1
    start, end = _next_line(cards.lines, start), _last_line(cards.lines, end)
    if start < index < end - 1:
        cards.mark(start, index, end, {index: ""})
    else:
        cards.blank(index)
    return True


def _last_line(lines: list[Line], end: int) -> int:
    while end > 0 and lines[end - 1].is_blank:
        end -= 1
    return end


def _labelled(cards: CardLines, index: int) -> bool:
    """Mark a card whose answer, or whose question and answer in one line, have labels."""
    line = cards.lines[index]
    label = line.question
    if label:
        return _whole_in_line(cards, index, label) or _asked_without_label(cards, index, label)
    answer = line.answer
    question = _question_of(cards, index, answer) if answer else -1
    if not answer or question < 0:
        return False
    if not answer.rest and card_end(cards, index, question) == index + 1:
        return False
    end = card_end(cards, index, question)
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
    if not asks(label.rest):
        return False
    lines, end = cards.lines, index + 1
    while end < len(lines) and (lines[end].is_code or not (lines[end].is_blank or lines[end].question)):
        end += 1
    if _answer_below(lines, index) or exams.options_below(lines, index + 1, end):
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
        if line.ends_section or line.quote.count(">") != lines[index].quote.count(">"):
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
            if asks(text) or line.is_numbered:
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


def card_end(cards: CardLines, answer: int, question: int) -> int:
    """Return the line after an answer: at a blank line, the next question, or the end of the list item around it."""
    lines, first = cards.lines, cards.lines[question]
    end, is_open = answer + 1, not _answer_text(lines[answer])
    while end < len(lines):
        line = lines[end]
        if line.is_code:
            end += 1
            continue
        if line.is_blank:
            below = _next_line(lines, end)
            if line.quote.count(">") != first.quote.count(">"):
                break
            if below < len(lines) and _continues(cards, end, below, question, is_open=is_open):
                end, is_open = below + 1, False
                continue
            break
        if line.ends_section or _begins_other_card(line, first):
            break
        is_open, end = False, end + 1
    return end


def _answer_text(line: Line) -> str:
    label = line.answer
    return label.rest if label else line.text


def _begins_other_card(line: Line, first: Line) -> bool:
    if line.bullet and first.bullet and line.indent <= first.indent and not line.answer:
        return True
    return bool(line.question) or has_number(line.text) or line.quote.count(">") != first.quote.count(">")


def _continues(cards: CardLines, end: int, below: int, question: int, *, is_open: bool) -> bool:
    """Return whether an answer goes on after a blank line."""
    lines, first = cards.lines, cards.lines[question]
    line, before = lines[below], lines[end - 1]
    if line.ends_section or _begins_other_card(line, first):
        return False
    if is_open or explanation_label(line.text):
        return True
    if ends_in_colon(before.text) and (line.is_code or line.bullet or line.text.startswith(("|", "$$", "!["))):
        return True
    if first.bullet:
        return line.indent >= first.column
    if (line.bullet and before.bullet) or line.indent > first.indent:
        return True
    return cards.deck_ends[question] > below


def _tagged(cards: CardLines, index: int) -> bool:
    """Mark the lines below a line that ends with `#card` as its answer."""
    line = cards.lines[index]
    tag = CARD_TAG.search(line.text)
    if not tag:
        return False
    question = line.text[: tag.start()].strip()
    end = index + 1
    while end < len(cards.lines) and not cards.lines[end].is_blank and not cards.lines[end].is_heading:
        if line.bullet and cards.lines[end].indent <= line.indent:
            break
        end += 1
    if not question or end == index + 1:
        cards.replace_text(index, question)
        return True
    cards.mark(index, index + 1, end, {index: question}, ANSWER_BOTH_WAYS if tag["way"] else ANSWER)
    return True
