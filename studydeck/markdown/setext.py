"""Read setext headings, a title over `====` or `----`, where they are meant; a rule for markdown-it.

CommonMark makes a heading of every paragraph over `---`. Many authors put that line directly below a text as a rule:
a text that is no title, or that has several lines, stays a paragraph, and so does one in a file whose headings begin
with `#` if the line is just `---`.
"""

from __future__ import annotations

import re

from markdown_it.rules_block import StateBlock

from studydeck.patterns import lazy_pattern

_ANY_UNDERLINE = lazy_pattern(r"^[ \t>]*(?:==+|--+)[ \t]*$", re.MULTILINE)
_LONG_UNDERLINE = lazy_pattern(r"\S\n[ \t>]*(?:==+|----+)[ \t]*$", re.MULTILINE)
_HASH_HEADING = lazy_pattern(r"^#{1,6}[ \t]", re.MULTILINE)
# In the parser's environment: whether the text has a line that can underline a title, and whether `---` can be one.
_HAS_UNDERLINE, _HAS_SHORT_UNDERLINE = "has underline", "has short underline"
_RULE = "---"  # what authors write for a rule; a longer line was drawn below its title
_MAX_TITLE = 80
_PICTURE_OR_LINKS = ("![", "[", "<")
_END_OF_SENTENCE = (".", ",", ";", ":", "!", "…", "。", "，", "；", "：")


def heading(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """Read a title and the line below it; a markdown-it block rule."""
    if _HAS_UNDERLINE not in state.env:
        _find_underlines(state)
    if not state.env[_HAS_UNDERLINE] or state.is_code_block(line):
        return False
    underline_line, sign = _underline(state, line, end)
    if not sign:
        return False
    content = state.getLines(line, underline_line, state.blkIndent, False).strip()
    if sign[0] == "-" and not (underline_line == line + 1 and _is_title(content)):
        return False
    if sign == _RULE and len(content) != len(sign) and not _is_title_over_rule(content, state):
        return False
    if silent:
        return True
    state.line = underline_line + 1
    tag = "h1" if sign[0] == "=" else "h2"
    for token_type, nesting in (("heading_open", 1), ("inline", 0), ("heading_close", -1)):
        token = state.push(token_type, tag if nesting else "", nesting)  # type: ignore[arg-type]  # nesting is one of its literals
        token.map = [line, underline_line + 1]
        token.markup = sign[0]
        if not nesting:
            token.content, token.children = content, []
    return True


def _underline(state: StateBlock, line: int, end: int) -> tuple[int, str]:
    """Return the line that underlines the paragraph at `line`, and its text; an empty text if there is none."""
    for below in range(line + 1, end):
        start = state.bMarks[below] + state.tShift[below]
        if state.isEmpty(below) or state.sCount[below] < state.blkIndent:
            break
        if state.src[start] in "=-" and not state.is_code_block(below):
            text = state.src[start : state.eMarks[below]].strip()
            if len(text) > 1 and text == text[0] * len(text):
                return (line, "") if _is_interrupted(state, line, below) else (below, text)
    return line, ""


def _is_interrupted(state: StateBlock, line: int, below: int) -> bool:
    """Return whether another block begins between a line and one below it, so that they are of two paragraphs."""
    rules = state.md.block.ruler.getRules("paragraph")
    return any(rule(state, between, below, True) for between in range(line + 1, below) for rule in rules)


def _is_title(content: str) -> bool:
    return len(content) <= _MAX_TITLE and "|" not in content and not content.endswith(_END_OF_SENTENCE)


def _is_title_over_rule(content: str, state: StateBlock) -> bool:
    if not state.env[_HAS_SHORT_UNDERLINE]:
        return False
    return ": " not in content and not content.startswith(_PICTURE_OR_LINKS)


def _find_underlines(state: StateBlock) -> None:
    """Note once for a text which lines can underline a title in it."""
    source = state.src
    state.env[_HAS_UNDERLINE] = bool(_ANY_UNDERLINE.search(source))
    state.env[_HAS_SHORT_UNDERLINE] = state.env[_HAS_UNDERLINE] and (
        not _HASH_HEADING.search(source) or bool(_LONG_UNDERLINE.search(source))
    )
