"""Exam questions whose options have numbers or boxes instead of letters: "Answer: 2" below a list, `[*] Neon`.

In: the lines of a source, and the line of the first option. Out: the lines of the question are marked as a card with
lettered options, as `exams.py` marks others; lines with boxes are a list with boxes.
"""

from __future__ import annotations

from studydeck.markdown.dialects.answer_ends import answer_end
from studydeck.markdown.dialects.card_lines import CardLines, Line, next_line
from studydeck.markdown.dialects.labels import answer_label, asks, without_number
from studydeck.patterns import lazy_pattern
from studydeck.text.answer_options import LETTERS

_LEAST_OPTIONS = 2
_BOX = lazy_pattern(r"\[(?P<tick>[ xX*])\]\s+(?=\S)")
_NUMBER = lazy_pattern(r"[*_(]{0,3}(?P<number>\d{1,2})(?![\w,.]\w|\s*[%°])[*_)]{0,3}")


def numbered_question(cards: CardLines, index: int) -> bool:
    """Mark the question whose first option, with the number 1, is at a line, if its answer is a number below them."""
    lines = cards.lines
    if lines[index].bullet.strip() not in {"1.", "1)"} or (stem := _stem(cards, index)) < 0:
        return False
    options = _options(lines, index)
    answer = next_line(lines, options[-1] + 1)
    label = answer_label(lines[answer].text) if answer < len(lines) and not lines[answer].is_code else None
    number = _NUMBER.match(label.rest) if label else None
    if not label or not number or not 0 < int(number["number"]) <= len(options) or len(options) < 2:
        return False
    rest, chosen = label.rest[number.end() :].strip(" *_()"), lines[options[int(number["number"]) - 1]].text
    if rest[:1].isalpha() and rest.strip(" .") != chosen.strip(" ."):  # "3 powers that check each other"
        return False
    texts = {option: f"- {LETTERS[place]}) {lines[option].text}" for place, option in enumerate(options)}
    texts[stem] = without_number(lines[stem].text)
    texts[answer] = LETTERS[int(number["number"]) - 1] + label.rest[number.end() :]
    end = answer + 1 if lines[answer].quote_depth > lines[stem].quote_depth else answer_end(cards, answer, stem)
    cards.mark(stem, answer, end, texts)
    return True


def boxed_options(cards: CardLines, index: int) -> bool:
    """Write lines with boxes from one on, of which some are ticked, as a list of options."""
    lines, end, ticked = cards.lines, index, 0
    while end < len(lines) and not lines[end].is_code and (box := _BOX.match(lines[end].text)):
        if lines[end].bullet and box["tick"] != "*":
            return False
        ticked += box["tick"] != " "
        end += 1
    if end - index < _LEAST_OPTIONS or not 0 < ticked < end - index:
        return False
    for number in range(index, end):
        box = _BOX.match(lines[number].text)
        assert box
        bullet = "" if lines[number].bullet else "- "
        mark = "[ ]" if box["tick"] == " " else "[x]"
        cards.replace_text(number, f"{bullet}{mark} {lines[number].text[box.end() :]}")
    cards.free = end
    return True


def _stem(cards: CardLines, index: int) -> int:
    """Return the line of the question above options, or -1: a numbered one stands further left than they do."""
    above = index - 1
    while above >= cards.free and cards.lines[above].is_blank:
        above -= 1
    if above < cards.free or above < 0:
        return -1
    line = cards.lines[above]
    if line.is_code or line.is_heading or line.quote_depth != cards.lines[index].quote_depth:
        return -1
    return above if asks(line.text) and (not line.bullet or line.indent < cards.lines[index].indent) else -1


def _options(lines: list[Line], index: int) -> list[int]:
    """Return the lines of the options, numbered from 1 on without a gap; each is one line."""
    found = [index]
    below = next_line(lines, index + 1)
    while below < len(lines) and len(found) < len(LETTERS):
        line = lines[below]
        if line.is_code or line.bullet.strip(" .)") != str(len(found) + 1) or line.indent != lines[index].indent:
            break
        found.append(below)
        below = next_line(lines, below + 1)
    return found
