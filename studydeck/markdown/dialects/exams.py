"""Exam questions with lettered options, and the answer below them, beside them, or in a key at the end of the section.

In: the lines of a source. Out: the same lines, those of a question marked as a card whose question ends with a list of
its options and whose answer begins with letters; `extraction/rules/multiple_choice.py` reads it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from msgspec import Struct, field

from studydeck.markdown.dialects.card_lines import CardLines, Line
from studydeck.markdown.dialects.labels import answer_label, asks, has_number, key_title, without_number
from studydeck.markdown.flashcards import ANSWER
from studydeck.patterns import lazy_pattern
from studydeck.text.answer_options import named_letters

MOST_LINES = 60  # lines of a fold with an answer
LONGEST_LINE = 2000  # characters of a question with its options
MOST_STEM_LINES = 60  # lines of a question above its options
MOST_OPTION_LINES = 8  # lines of one option
_OPTION = lazy_pattern(
    r"(?:\[(?P<box>[ xX])\]\s+)?(?P<em>[*_]{0,3})"  # a box to tick; emphasis
    r"[(\[]?(?P<letter>[A-Ja-j])(?:[.:]|[)\]]\.?)(?=[\s*_])"  # the letter and its sign
)
_INLINE_OPTION = lazy_pattern(r"(?:^|\s)[*_]{0,2}[(\[]?([A-Ja-j])[.)\]](?=[\s*_])")
_HAS_OPTION = lazy_pattern(r"\n[ \t>*_+(\[\]xX-]{0,16}[Bb][.:)\]]|\s[(\[]?[Bb][.)\]]\s")
_MARKED = lazy_pattern(
    r"(?:✅|✔️?|☑️?|✓|←|<--"  # a sign
    r"|\((?:correct|richtig|correcta|correct answer|right|x)\)"  # a word in brackets
    r"|(?<=\w)\*)$",  # a star behind the last word
    re.IGNORECASE,
)
_MARKED_BEFORE = lazy_pattern(r"(?:✅|✔️?|☑️?|✓)\s*")
_LETTERS = lazy_pattern(
    r"\W*(?:option\s+)?(?P<first>[A-Ja-j])(?![\w'’])"  # the first letter
    r"(?P<more>(?:(?:\W{1,4}|\W(?:and|und|y|et|e|en|och|&)\W)[A-Ja-j](?![\w'’]))*)"  # further ones
)
_KEY = lazy_pattern(
    r"(?P<number>\d{1,3})\s?[.):=–-]{0,2}\s*[*_(]*"  # the number of the question
    r"(?P<letters>[A-Ja-j](?:\s?[,&/]\s?[A-Ja-j])*)(?![\w'’])[*_)]*[,;|\s]*"  # its letters
)
_TAG = lazy_pattern(r"</?(?:details|summary|p|b|strong|div|br)\b[^<>]*>", re.IGNORECASE)
_SUMMARY = lazy_pattern(r"<summary\b[^<>]*>.*?</summary>", re.IGNORECASE)
_CALLOUT = lazy_pattern(r"\[![\w-]+\][+-]?\s*")
_NUMBER = lazy_pattern(r"\D*(\d{1,3})")


class AnswerKey(Struct):
    """A list of answers by number: its lines, and the lines of the questions that it can answer."""

    start: int
    stop: int
    letters: dict[int, tuple[str, int]]
    used: set[int] = field(default_factory=set)


class _Options(Struct):
    """Options below each other: for each line its letters, the lines that continue them, and which are marked."""

    letters: dict[int, str] = field(default_factory=dict)
    marked: list[str] = field(default_factory=list)
    end: int = 0

    @property
    def all_letters(self) -> str:
        return "".join(self.letters.values())


def has_options(text: str) -> bool:
    """Return whether a text can contain options."""
    return bool(_HAS_OPTION.search(text))


def begins_options(lines: list[Line], index: int) -> bool:
    """Return whether a line is the first of several options."""
    return _read_options(lines, index) is not None


def options_below(lines: list[Line], start: int, end: int) -> bool:
    """Return whether options begin in some lines, or after the blank lines below them."""
    last = _next(lines, min(end, start + MOST_STEM_LINES))
    return any(begins_options(lines, below) for below in range(start, min(last + 1, len(lines))))


def _read_options(lines: list[Line], index: int) -> _Options | None:
    """Return the options that begin at a line, with letters from A on without a gap, or None."""
    options = _Options()
    first = lines[index]
    current = index
    after_blank = False
    while current < len(lines):
        line = lines[current]
        if line.is_blank and not line.is_code:
            after_blank = True
            current += 1
            continue
        letters = _letters_of(line, "ABCDEFGHIJ"[len(options.all_letters) :])
        if letters and not line.is_code and line.quote.count(">") == first.quote.count(">"):
            options.letters[current] = letters
            options.marked += letters if _is_marked(line) else ""
        elif (
            after_blank or _ends_options(line, first) or current >= max(options.letters, default=-9) + MOST_OPTION_LINES
        ):
            break
        current += 1
        options.end, after_blank = current, False
    return options if len(options.all_letters) >= 2 else None


def _letters_of(line: Line, expected: str) -> str:
    """Return the letters of the options in a line, if they are the expected ones."""
    text = _MARKED_BEFORE.sub("", line.text, count=1)
    option = _OPTION.match(text)
    if not option or not expected or option["letter"].upper() != expected[0]:
        return ""
    letters = "".join(_INLINE_OPTION.findall(text)).upper()
    return letters if len(letters) > 1 and expected.startswith(letters) else expected[0]


def _ends_options(line: Line, first: Line) -> bool:
    if _OPTION.match(line.text):
        return True
    if line.ends_section or line.is_code or line.answer or line.question or has_number(line.text):
        return True
    if line.text.lower().startswith(("<details", "||")) or line.quote.count(">") != first.quote.count(">"):
        return True
    return bool(line.bullet) and line.indent <= max(first.indent, 0)


def _is_marked(line: Line) -> bool:
    """Return whether an option is marked as the right one: by a tick, a word or bold type."""
    option = _OPTION.match(line.text)
    return (
        _is_bold(line.text)
        or bool(_MARKED.search(line.text) or _MARKED_BEFORE.match(line.text))
        or bool(option and option["box"] and option["box"] != " ")
    )


def _is_bold(text: str) -> bool:
    return text.startswith("**") and text.endswith("**") and text.count("**") == 2


def _option_text(line: Line, *, several: bool) -> str:
    """Return the text of an option as an item of a list, without what marks it as the right one."""
    text = line.text[2:-2] if _is_bold(line.text) else line.text
    text = _MARKED_BEFORE.sub("", _MARKED.sub("", text).rstrip(), count=1)
    if option := _OPTION.match(text):
        text = text[option.start("em") :]
    return text if several else f"- {text}"


def exam_question(
    cards: CardLines, index: int, keys: list[AnswerKey], card_end: Callable[[CardLines, int, int], int]
) -> bool:
    """Mark the question whose first option is at a line; without an answer its lines stay as they are."""
    lines = cards.lines
    options = _read_options(lines, index)
    if not options:
        return _question_in_line(cards, index, keys)
    start = _stem(cards, index)
    texts = {line: f"  {lines[line].text}" for line in range(index, options.end) if lines[line].text}
    for line, letters in options.letters.items():
        texts[line] = _option_text(lines[line], several=len(letters) > 1 or start == index)
    answer = _next(lines, options.end)
    end, answer_texts = _answer(cards, answer, start, options, card_end)
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
    first = _INLINE_OPTION.search(line.text) if keys and len(line.text) <= LONGEST_LINE else None
    letters = "".join(_INLINE_OPTION.findall(line.text)).upper() if first else ""
    if not first or not "ABCDEFGHIJ".startswith(letters) or len(letters) < 2 or not asks(line.text[: first.start()]):
        return False
    named = _marked_or_key(cards.lines, index, index, _Options({index: letters}), keys)
    if named:
        cards.mark(index, index + 1, index + 1, {index: f"{without_number(line.text)}{ANSWER}{named}"})
    return bool(named)


def _unanswered(cards: CardLines, start: int, index: int, options: _Options, texts: dict[int, str]) -> bool:
    """Mark a question without an answer where it is an item of a list, so that it is no item to be learnt."""
    if start < index and cards.lines[start].bullet and asks(cards.lines[start].text):
        cards.mark(start, options.end, options.end, {**texts, start: without_number(cards.lines[start].text)})
    else:
        cards.free = options.end
    return True


def _next(lines: list[Line], index: int) -> int:
    while index < len(lines) and lines[index].is_blank and not lines[index].is_code:
        index += 1
    return index


def _stem(cards: CardLines, index: int) -> int:
    """Return the first line of the question above options; `index` if a heading is right above them."""
    lines, start = cards.lines, index
    for above in range(index - 1, max(cards.free, index - MOST_STEM_LINES) - 1, -1):
        line = lines[above]
        if line.ends_section or line.quote.count(">") != lines[index].quote.count(">"):
            break
        if line.is_blank and not line.is_code:
            text = " ".join([part.text for part in lines[start:index]])
            if start < index and (asks(text) or lines[start].is_numbered or _is_labelled(lines[start])):
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
        if not line.is_code and (line.bullet or _is_labelled(line)):
            break
    return start


def _is_stem(line: Line) -> bool:
    return asks(line.text) or line.is_numbered or _is_labelled(line)


def _is_labelled(line: Line) -> bool:
    return bool(line.question) or has_number(line.text)


def _answer(
    cards: CardLines, index: int, start: int, options: _Options, card_end: Callable[[CardLines, int, int], int]
) -> tuple[int, dict[int, str]]:
    """Return the line after the answer below options, and the texts of its lines; 0 if there is none."""
    lines = cards.lines
    if index >= len(lines):
        return 0, {}
    line = lines[index]
    label = line.answer
    if label and not _key_entries(label.rest, index):
        return card_end(cards, index, start), {index: label.rest}
    if line.text.lower().startswith("<details"):
        return _fold(lines, index)
    if line.quote.count(">") > lines[start].quote.count(">"):
        end = index
        while end < len(lines) and lines[end].quote.count(">") > lines[start].quote.count(">"):
            end += 1
        title = _without_callout(line)
        quoted = {below: lines[below].text for below in range(index, end)}
        quoted[index] = title if title == line.text or _is_answer(title, options) else ""
        quoted |= {below: label.rest for below, text in quoted.items() if (label := answer_label(text))}
        is_answer = any(_named(text, options) for text in list(filter(None, quoted.values()))[:1])
        return (end, quoted) if is_answer else (0, {})
    if line.text.startswith("||") and _named(line.text, options):
        return index + 1, {index: line.text.strip("| ")}
    return 0, {}


def _without_callout(line: Line) -> str:
    """Return the text of a line without the marker of a callout, `[!quiz]`."""
    marker = _CALLOUT.match(line.text) if line.quote else None
    return line.text[marker.end() :] if marker else line.text


def _is_answer(title: str, options: _Options) -> bool:
    """Return whether the title of a callout is an answer: "B", "Answer: B"."""
    label = answer_label(title)
    return bool(_named(label.rest if label else title, options))


def _fold(lines: list[Line], index: int) -> tuple[int, dict[int, str]]:
    """Return the line after a `<details>` element, and what it shows without its summary."""
    texts: dict[int, str] = {}
    for below in range(index, min(index + MOST_LINES, len(lines))):
        text = _TAG.sub("", _SUMMARY.sub("", lines[below].text)).strip()
        label = answer_label(text)
        texts[below] = label.rest if label else text
        if below > index and (lines[below].ends_section or "<details" in lines[below].text.lower()):
            break
        if "</details>" in lines[below].text.lower():
            return below + 1, texts
    return 0, {}


def _named(text: str, options: _Options) -> str:
    """Return the letters that a text names, if they are those of options."""
    match = _LETTERS.match(text)
    letters = "".join(named_letters(f"{match['first']}{match['more']}")) if match else ""
    return letters if letters and set(letters) <= set(options.all_letters) else ""


def _marked_or_key(lines: list[Line], start: int, index: int, options: _Options, keys: list[AnswerKey]) -> str:
    """Return the letters of the options that are marked as right, or that a key names for the question's number."""
    if 0 < len(options.marked) < len(options.all_letters):
        return ", ".join(options.marked)
    number = _number(lines, start)
    for key in keys:
        if key.start <= index < key.stop and number in key.letters:
            letters, _ = key.letters[number]
            if set(re.findall("[A-J]", letters)) <= set(options.all_letters):
                key.used.add(number)
                return letters
    return ""


def _number(lines: list[Line], start: int) -> int:
    """Return the number of a question, from its list item, its label or the heading above, or 0."""
    line = lines[start]
    if line.is_numbered or _is_labelled(line):
        match = _NUMBER.match(line.bullet or line.text)
        return int(match[1]) if match else 0
    above = start - 1
    while above >= 0 and lines[above].is_blank:
        above -= 1
    match = _NUMBER.match(lines[above].text) if above >= 0 and lines[above].is_heading else None
    return int(match[1]) if match else 0


def answer_keys(cards: CardLines) -> list[AnswerKey]:
    """Return the answers that are listed by number below a title such as "Answers", each with its line."""
    keys: list[AnswerKey] = []
    start = 0
    for index, line in enumerate(cards.lines):
        letters = {} if line.is_code else _key_below(cards.lines, index)
        if letters:
            keys.append(AnswerKey(start, index, letters))
            start = index
    return keys


def _key_below(lines: list[Line], index: int) -> dict[int, tuple[str, int]]:
    title = lines[index].text.lstrip("# ").strip("*_ ")
    label = answer_label(title if title.endswith(":") or ":" in title else f"{title}:")
    if not label or label.is_letter or label.word not in key_title():
        return {}
    found: dict[int, tuple[str, int]] = {}
    if label.rest:
        return _key_entries(label.rest, index) or {}
    for below in range(index + 1, len(lines)):
        line = lines[below]
        if line.is_blank:
            continue
        entries = _key_entries((line.bullet if line.is_numbered else "") + line.text.strip("| "), below)
        if not entries:
            break
        found |= entries
    return found


def _key_entries(text: str, line: int) -> dict[int, tuple[str, int]]:
    """Return number, letters and line of each answer in a text that holds nothing else."""
    if not text or _KEY.sub("", text).strip():
        return {}
    return {int(entry["number"]): (entry["letters"].upper(), line) for entry in _KEY.finditer(text)}


def hide_used_keys(cards: CardLines, keys: list[AnswerKey]) -> None:
    """Hide the lines of keys of which every answer stands with its question now."""
    for key in keys:
        unused = {line for number, (_, line) in key.letters.items() if number not in key.used}
        for line in {line for _, line in key.letters.values()} - unused:
            cards.blank(line)
