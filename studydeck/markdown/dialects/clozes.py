"""Clozes as their authors write them: `{{c1::phrase::hint}}`, `{{id1::phrase}}`, `==phrase==` in files of flashcards.

In: the text of a source, and whether it is tagged for flashcards. Out: the same lines, both ends of each cloze marked
as `markdown/flashcards.py` reads them. Braces in code are text, and so are all other braces.
"""

from __future__ import annotations

import re

from msgspec import Struct

from studydeck.markdown.dialects.lines import lines_of
from studydeck.markdown.flashcards import CLOZE_END, cloze_start
from studydeck.patterns import lazy_pattern
from studydeck.text.exam_tasks import score_start
from studydeck.text.word_list_files import alternatives

_TOKEN = lazy_pattern(
    r"(?P<code>(?<!`)(`+)(?!`).*?(?<!`)\2(?!`))"  # a code span
    r"|\{\{c(?P<number>\d{1,3})::"  # the start of a cloze
    r"|(?P<hint>::)|(?P<open>\{)|(?P<close>\})",  # what is inside of one, and its end
    re.DOTALL,
)
_SHORT = lazy_pattern(
    r"\{(?<![\w$\\{]\{)(?P<c>c?)(?P<number>\d{1,2})(?P<sign>[:|])"  # {1: or {c1|, not in a formula
    r"(?=[^\s\d:|{}])(?P<phrase>[^{}\n`$]+)\}(?!\})"  # the hidden words, which no time or ratio is
)
_NAMED = lazy_pattern(
    r"`[^`\n]*`"  # code, which stays as it is
    r"|(?<![\\${])\{\{(?:id|\w*\d\w*)::(?P<phrase>[^{}\n`$:]+)\}\}"  # {{id1:: of RemNote
)
_TWO_BRACES = lazy_pattern(
    r"(?<![\\${\w])\{\{(?!c\d+::)"  # braces without a number
    r"(?P<phrase>[^{}\n`$\[\]]*\w[^{}\n`$\[\]]*)\}\}"  # the hidden words
)
_FILLED_BLANK = lazy_pattern(
    r"(?P<before>[^_\n]*[^\s_\\][ ])(?:\\?_){3,}"  # text before the blank
    r"(?P<after>(?:[^\w\n(\\][^()_\n]*)?)"  # text after it
    r"\((?P<answer>[^()\n]{1,60})\)(?P<end>[.!?]?)[ \t]*"  # the answer in brackets
)
_DETERMINER_AT_END = lazy_pattern(rf"(?<!\w){alternatives('determiners')}\s$", re.IGNORECASE)
_BRACED = lazy_pattern(
    r"(?<![\\${])\{(?:c?(?P<number>\d{1,2})[:|])?"  # one brace, and maybe a number
    r"(?P<phrase>[^{}\n`$]+)\}(?!\})"  # the hidden words
)
_HIGHLIGHT = lazy_pattern(r"(?<![=`])==(?=[^\s=])(?P<phrase>[^=\n`]+?)(?<=[^\s=])==(?!=)")


class _Cloze(Struct):
    """A cloze that is not closed yet: the offsets of its parts, and how many other braces are open inside of it."""

    start: int
    phrase_start: int
    number: int
    open_braces: int = 0
    hint_start: int = 0


def has_cloze(text: str) -> bool:
    """Return whether a text can contain a cloze written by hand."""
    if "{{c" in text or ("{" in text and _SHORT.search(text)) or "___" in text or "\\_\\_\\_" in text:
        return True
    return "::" in text and "{{" in text and any(match["phrase"] for match in _NAMED.finditer(text))


def rewrite(text: str, *, is_tagged: bool, is_remnote: bool = False) -> str:
    """Return a text with the ends of its clozes marked; in RemNote two braces are enough for one."""
    written: list[str] = []
    paragraph: list[str] = []
    block = ""
    for line, is_code in [*lines_of(text), ("", False)]:
        if not is_code and line.strip():
            stripped = line.strip(" >")
            block = "START" if stripped == "START" else block and ("Cloze" if "Cloze" in stripped else block)
            block = "" if stripped == "END" else block
            written_line = _line(line, is_tagged=is_tagged, is_block=block == "Cloze")
            paragraph.append(_with_braces(written_line) if is_remnote and "{{" in line else written_line)
            continue
        if paragraph:
            written += _marked("\n".join(paragraph)).split("\n")
            paragraph = []
        written.append(line)
    return "\n".join(written[:-1])


def _line(line: str, *, is_tagged: bool, is_block: bool) -> str:
    """Return a line with its short forms of a cloze in the long form."""
    if "__" in line or "\\_\\_" in line:
        line = _with_filled_blank(line)
    if "{" in line and (is_block or _SHORT.search(line)):
        numbers = iter(range(1, 100))
        line = (_BRACED if is_block else _SHORT).sub(
            lambda match: _long(match, next(numbers)) if is_block or is_tagged or match["c"] else match[0], line
        )
    if "{{" in line and "::" in line and "{{c" not in line:
        numbers = iter(range(1, 100))
        line = _NAMED.sub(
            lambda match: f"{{{{c{next(numbers)}::{match['phrase']}}}}}" if match["phrase"] else match[0], line
        )
    if is_tagged and "==" in line:
        number = max([0, *[int(found) for found in re.findall(r"\{\{c(\d{1,3})::", line)]])
        numbers = iter(range(number + 1, number + 100))
        line = _HIGHLIGHT.sub(lambda match: f"{{{{c{next(numbers)}::{match[0]}}}}}", line)
    return line


def _with_braces(line: str) -> str:
    numbers = iter(range(1, 100))
    return _TWO_BRACES.sub(lambda match: f"{{{{c{next(numbers)}::{match['phrase']}}}}}", line)


def _with_filled_blank(line: str) -> str:
    """Return a line with a blank and its answer in brackets as a cloze; "She ____ (go)" is to be conjugated."""
    blank = _FILLED_BLANK.fullmatch(line)
    if not blank:
        return line
    answer, is_last = blank["answer"].strip(), not blank["after"].strip(" .!?。")
    is_name = answer[:1].isupper() or answer[:1].isdigit() or not answer[:1].isascii()
    if not is_name and not (is_last and _DETERMINER_AT_END.search(blank["before"])):
        return line
    if score_start(line) or len(answer) < 2:
        return line
    return f"{blank['before']}{{{{c1::{answer}}}}}{blank['after'].rstrip()}{blank['end']}"


def _long(match: re.Match[str], number: int) -> str:
    return f"{{{{c{match['number'] or number}::{match['phrase']}}}}}"


def _marked(paragraph: str) -> str:
    """Return a paragraph with its clozes marked; one that is not closed in it is text."""
    if "{{c" not in paragraph:
        return paragraph
    edits: dict[int, tuple[int, str]] = {}
    open_clozes: list[_Cloze] = []
    read = 0
    for match in _TOKEN.finditer(paragraph):
        if match.start() < read:  # the second of two braces at the end of a cloze
            continue
        if match["number"]:
            open_clozes.append(_Cloze(match.start(), match.end(), int(match["number"])))
        elif not open_clozes:
            continue
        elif match["hint"] and not open_clozes[-1].open_braces:
            open_clozes[-1].hint_start = match.start()
        elif match["open"]:
            open_clozes[-1].open_braces += 1
        elif match["close"]:
            current = open_clozes[-1]
            if current.open_braces:
                current.open_braces -= 1
            elif paragraph.startswith("}}", match.start()):
                open_clozes.pop()
                read = match.start() + 2
                edits |= _ends(paragraph, current, match.start())
    return _edited(paragraph, edits)


def _ends(text: str, cloze: _Cloze, end: int) -> dict[int, tuple[int, str]]:
    """Return the edits at both ends of a cloze: offset of each, with its end and the mark in its place."""
    phrase_end = cloze.hint_start or end
    if not text[cloze.phrase_start : phrase_end].strip() or not cloze.number:
        return {}
    hint = " ".join(text[cloze.hint_start + 2 : end].split()) if cloze.hint_start else ""
    return {cloze.start: (cloze.phrase_start, cloze_start(cloze.number, hint)), phrase_end: (end + 2, CLOZE_END)}


def _edited(text: str, edits: dict[int, tuple[int, str]]) -> str:
    parts, position = list[str](), 0
    for start in sorted(edits):
        end, mark = edits[start]
        parts += (text[position:start], mark)
        position = end
    return "".join((*parts, text[position:]))
