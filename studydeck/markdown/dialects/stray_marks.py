"""Marks of bold text without a partner, which editors leave: `****` around nothing, `**Term: meaning`.

In: the text of a source. Out: the same lines without such marks. Not taken for one are `**kwargs`, `char** argv`,
powers and patterns of files: a mark goes only beside a capital or a letter of a script without capitals, at the
edge of a block or before its colon.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from studydeck.markdown.dialects.lines import lines_of
from studydeck.patterns import lazy_pattern

_BLOCK_START = lazy_pattern(r"[ \t>]*(?:[-*+][ \t]|\d+[.)][ \t]|#{1,6}[ \t]|\|)")
_PREFIX = r"(?P<prefix>[ \t>]*(?:(?:[-*+]|\d+[.)]|#{1,6})[ \t]+)?)"  # the marks of a block
_EMPTY_BOLD = lazy_pattern(r"(?<![\w*\\])\*{4}(?![\w*])")
_DOUBLED = lazy_pattern(_PREFIX + r"\*{4}(?=[^\s*])")
_OPENING = lazy_pattern(_PREFIX + r"\*\*(?=[^\s*])(?P<text>.*)")
_CLOSING = lazy_pattern(r"(?<=[^\W\d_]{2})\*\*(?=[ \t]*(?:[:：]|$)|[ \t]+[^\W\d_]{2}|[.,;])")
# Bold text of an item whose marks do not touch it, as editors leave them: "- a.) ** Question **", "- **Term **: …".
_LOOSE_BOLD = lazy_pattern(
    r"(?P<prefix>[ \t>]*(?:[-*+]|\d+[.)])[ \t]+(?:\w{1,3}[.)]+[ \t]*)?)"  # the mark of an item, a letter
    r"\*\*[ \t]*(?P<text>[^\W\d_][^*\n]*?)[ \t]*\*\*"  # the bold text
    r"(?=[ \t]*(?:[:：(–—]|$))"  # what ends it
)
# Bold text within a line whose marks do not touch it, or only what is outside: "a ** large cell ** of", "**Cell **is".
_LOOSE_INSIDE = lazy_pattern(
    r"(?<![^\s(])\*\*(?P<before>[ \t]*)"  # the mark before it, which ends no bold text: "**50 %** of"
    r"(?P<text>[^\W\d_][^*\n]*[^\W_][^*\s]*)"  # the bold text
    r"(?P<after>[ \t]*)\*\*(?!\*)(?P<next>\w?)"  # the mark behind it, and what it touches
)
_SIGNS_ALONE = lazy_pattern(r"[ \t>]*(?:\*\*|={4,})[ \t]*")  # a paragraph without words
_LAST_WORD = lazy_pattern(r"\w+$")
_TYPES_OF_C = frozenset({"char", "int", "void", "float", "double", "long", "short", "const", "unsigned", "struct"})
_TIGHT = lazy_pattern(r"(?<![*\\])\*\*(?=[^\s*])[^*\n]*?[^\s*]\*\*(?!\*)")
_MARK = lazy_pattern(r"(?<![*\\])\*\*(?:\*(?!\*)|(?!\*))")  # with that of emphasis beside it


def has_marks(text: str) -> bool:
    """Return whether a text can contain a mark of bold text, or a line drawn of equals signs."""
    return "**" in text or "\n====" in text


def rewrite(text: str) -> str:
    """Return a text without marks of bold text that have no partner."""
    lines, block = list(lines_of(text)), list[int]()
    kept = [line for line, _ in lines]
    for number, (line, is_code) in enumerate(lines):
        is_text = bool(line.strip()) and not is_code
        is_last = not "".join(kept[number + 1 : number + 2]).strip()
        if is_text and is_last and not block and _SIGNS_ALONE.fullmatch(line):
            kept[number], is_text = "", False
        if block and (not is_text or _BLOCK_START.match(line)):
            _edit_block(kept, block)
            block = []
        if is_text:
            block.append(number)
    _edit_block(kept, block)
    return "\n".join(kept)


def _edit_block(lines: list[str], block: Sequence[int]) -> None:
    """Remove the stray marks of a paragraph, an item or a heading."""
    if not any("**" in lines[number] for number in block) or any("`" in lines[number] for number in block):
        return
    if loose := _LOOSE_BOLD.match(lines[block[0]]):
        lines[block[0]] = f"{loose['prefix']}**{loose['text']}**{lines[block[0]][loose.end() :]}"
    for number in block:
        if lines[number].count("**") > 1 and len(_MARK.findall(lines[number])) % 2 == 0:
            lines[number] = _LOOSE_INSIDE.sub(_tight, lines[number])
        if "****" in lines[number] and lines[number].strip("*_- \t>"):
            lines[number] = _without_empty_bold(lines[number])
    masked = {number: _TIGHT.sub(lambda bold: "x" * len(bold[0]), lines[number]) for number in block}
    if sum(len(_MARK.findall(line)) for line in masked.values()) == 1:
        number = next(number for number in block if _MARK.search(masked[number]))
        lines[number] = _without_lone_mark(lines[number], masked[number])


def _tight(bold: re.Match[str]) -> str:
    """Return bold text with its marks at its words; as it is where they touch them, or are powers: "x ** y ** z"."""
    is_tight = not bold["before"] and not (bold["after"] and bold["next"])
    if is_tight or (bold["before"] and not bold["after"]) or len(bold["text"].split()[0]) < 2:
        return bold[0]
    return f"**{bold['text']}**{' ' if bold['next'] else ''}{bold['next']}"


def _without_empty_bold(line: str) -> str:
    if (doubled := _DOUBLED.match(line)) and line.count("****") == 1 and len(_MARK.findall(line)) % 2:
        return f"{doubled['prefix']}**{line[doubled.end() :]}"
    return re.sub(r"(?<=\S)[ ]{2,}(?=\S)", " ", _EMPTY_BOLD.sub("", line)) if _EMPTY_BOLD.search(line) else line


def _without_lone_mark(line: str, masked: str) -> str:
    """Return a line without its lone mark; in `masked` other bold text is out of the way."""
    opening = _OPENING.fullmatch(masked)
    if opening and opening["text"][0].isalpha() and not opening["text"][0].islower():
        return line[: opening.end("prefix")] + line[opening.start("text") :]
    closing = _CLOSING.search(masked)
    word = _LAST_WORD.search(line[: closing.start()]) if closing else None
    if not closing or not word or word[0] in _TYPES_OF_C:  # "char** names"
        return line
    return line[: closing.start()] + line[closing.end() :]
