"""What is too much to read: caps and guards before markdown-it's own rules.

Nobody writes such notes, but a file may come from anywhere, and must neither hang the build nor vanish in silence:
what is left out is said, with its file and line.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline

from studydeck.markdown import dispatch

LONGEST_TEXT = 30_000  # characters of one paragraph, item, cell, heading or piece of raw HTML
DEEPEST = 60  # levels of markdown-it: a nested list takes two
MOST_OPEN = 40  # square brackets that are open at once; a link looks for its end from each of them
UNREAD = "unread"
TOO_DEEP = f"nested more than {DEEPEST // 2} levels deep; this is not read: take it out of its lists, quotes or folds"
_BRACKET = re.compile(r"[\[\]]")


def too_deep(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """Leave out what is nested too deep, and say so; a markdown-it block rule, before all others."""
    if silent or state.level < DEEPEST:
        return False
    last = line + 1
    while last < end and (state.isEmpty(last) or state.sCount[last] >= state.blkIndent):
        last += 1
    token = state.push(UNREAD, "", 0)
    token.map = [line, last]
    token.content = TOO_DEEP
    state.line = last
    return True


def inline(state: StateCore) -> None:
    """Read the inline texts, but for those that are too long or too tangled; markdown-it's core rule `inline`.

    A text that is nothing but its words gets no children.
    """
    for token in state.tokens:
        if token.type != "inline":
            continue
        token.children = []
        if len(token.content) > LONGEST_TEXT:
            token.meta[UNREAD] = too_long(token.content)
            token.content = ""
        elif dispatch.means_itself(token.content):
            continue
        elif _open_brackets(token.content) > MOST_OPEN:
            token.meta[UNREAD] = f"more than {MOST_OPEN} square brackets are open at once; this is read as plain text"
            StateInline(token.content, state.md, state.env, token.children).push("text", "", 0).content = token.content
        else:
            state.md.inline.parse(token.content, state.md, state.env, token.children)


def too_long(text: str) -> str:
    """Say why a text is too long to be read, or nothing."""
    if len(text) <= LONGEST_TEXT:
        return ""
    many = f"{len(text):,} characters in one block"
    return f"{many}; this is not read: leave a blank line at least after every {LONGEST_TEXT:,}"


def _open_brackets(text: str) -> int:
    """Count the square brackets that are open at once, at most."""
    if text.count("[") <= MOST_OPEN:
        return 0
    level = most = 0
    for bracket in _BRACKET.findall(text):
        level = level + 1 if bracket == "[" else max(level - 1, 0)
        most = max(most, level)
    return most


def closes(state: StateInline, closing: str, after: int) -> bool:
    """Tell whether something closes after a place; one search answers for the whole text."""
    text, last = state.env.get(closing, ("", -1))
    if text is not state.src:
        last = state.src.rfind(closing)
        state.env[closing] = state.src, last
    return bool(last >= after)


def guard(md: MarkdownIt) -> None:
    """Teach a parser its limits; the last of all plugins."""
    md.core.ruler.at("inline", inline)
    md.block.ruler.before("table", "too_deep", too_deep)
