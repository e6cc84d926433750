"""Cards whose sides a line of their own separates (`?`, `??`, `%`), or whose question ends with a tag (`#card`).

In: the lines of a source, and one of them. Out: the lines of the card that it belongs to are marked.
"""

from __future__ import annotations

from studydeck.markdown.dialects.anki_tools import CARD_TAG
from studydeck.markdown.dialects.card_lines import MOST_QUESTION_LINES, CardLines, Line, block_end, next_line
from studydeck.markdown.dialects.labels import asks
from studydeck.markdown.flashcards import ANSWER, ANSWER_BOTH_WAYS

_SEPARATORS = {"?": ANSWER, "??": ANSWER_BOTH_WAYS, "%": ANSWER}


def separated_card(cards: CardLines, index: int) -> bool:
    """Mark a card whose sides a line `?`, `??` or `%` separates."""
    line = cards.lines[index]
    if line.bullet or line.text not in _SEPARATORS:
        return False
    if line.text == "%":
        return not _is_in_formula(cards.lines, index) and _sides_of_heading(cards, index)
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


def card_of_file(cards: CardLines, index: int) -> bool:
    """Mark the card of a file that is one, as in Mochi: a question as its heading, a line `---`, the answer."""
    line, below = cards.lines[index], next_line(cards.lines, index + 1)
    if not line.is_heading or next_line(cards.lines, 0) != index or below >= len(cards.lines):
        return False
    question = line.text.lstrip("#").strip()
    if cards.lines[below].is_heading or not cards.lines[below].ends_section or not asks(question):
        return False
    answer, end = next_line(cards.lines, below + 1), _last_line(cards.lines, len(cards.lines))
    if answer >= end or any(other.ends_section for other in cards.lines[answer:end]):
        return False
    cards.mark(index, below, end, {index: question, below: ""})
    return True


def _is_in_formula(lines: list[Line], index: int) -> bool:
    """Return whether a line stands within a formula between `$$`, where `%` begins a comment of TeX."""
    marks = 0
    while index > 0 and not lines[index - 1].ends_section:
        index -= 1
        marks += 0 if lines[index].is_code else lines[index].text.count("$$")
    return marks % 2 == 1


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
    start, end = next_line(cards.lines, start), _last_line(cards.lines, end)
    if start < index < end - 1:
        cards.mark(start, index, end, {index: ""})
    else:
        cards.blank(index)
    return True


def _last_line(lines: list[Line], end: int) -> int:
    while end > 0 and lines[end - 1].is_blank:
        end -= 1
    return end


def tagged_card(cards: CardLines, index: int) -> bool:
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
