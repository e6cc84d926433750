"""Limit what the parser reads: rules for markdown-it that run before its own and mark what exceeds a limit.

Ordinary notes stay below these limits, but a hostile file must not make the build hang. Everything left out is reported
with its file and line.
"""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, reference
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline

from studydeck.markdown import comments, dispatch
from studydeck.patterns import lazy_pattern

MAX_TEXT_LENGTH = 30_000  # characters of one paragraph, item, cell, heading or piece of raw HTML
MAX_DEPTH = 60  # nesting levels of markdown-it; a nested list takes two
MAX_OPEN_BRACKETS = 40  # nested open square brackets; the end of a link is searched from each of them
UNPARSED = "unread"
TOO_DEEP = f"nested more than {MAX_DEPTH // 2} levels deep; this is not read: take it out of its lists, quotes or folds"
_DATA = lazy_pattern(r"data:image/[a-zA-Z0-9.+-]+;base64,[A-Za-z0-9+/=%]+")  # of a picture, which is not text
_MAX_TITLE_LINES = 50  # of a link's definition; without an end, markdown-it copies the title once for each of its lines
_OPEN_TITLE = lazy_pattern(r"""\[.*\]:\s*(?:\S+\s+)?(?:"[^"]*|'[^']*|\([^()]*)$""")
_BRACKET = lazy_pattern(r"[\[\]]")


def definition(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """Read the definition of a link as markdown-it does, unless its title has no end for many lines."""
    # A title can begin in the next line.
    beginning = " ".join(state.getLines(line, min(line + 2, end), 0, False).split())
    if _OPEN_TITLE.match(beginning):
        last = line + 1
        while last < end and last - line <= _MAX_TITLE_LINES and not state.isEmpty(last):
            last += 1
        if last - line > _MAX_TITLE_LINES:
            return False
    return reference(state, line, end, silent)


def too_deep(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """Replace blocks that are nested too deeply with an `UNPARSED` token; the first of all markdown-it block rules."""
    if silent or state.level < MAX_DEPTH:
        return False
    last = line + 1
    while last < end and (state.isEmpty(last) or state.sCount[last] >= state.blkIndent):
        last += 1
    token = state.push(UNPARSED, "", 0)
    token.map = [line, last]
    token.content = TOO_DEEP
    state.line = last
    return True


def inline(state: StateCore) -> None:
    """Parse all inline texts within the limits; replaces markdown-it's core rule `inline`.

    A text without any markup gets no children.
    """
    for index, token in enumerate(state.tokens):
        if token.type == "html_block" and comments.leaves_comment_open(token.content):
            comments.hide_rest_of_comment(state, index)
        if token.type != "inline":
            continue
        token.children = []
        if len(token.content) > MAX_TEXT_LENGTH and (reason := too_long(token.content)):
            token.meta[UNPARSED] = reason
            token.content = ""
        elif dispatch.is_plain_text(token.content):
            continue
        elif _max_open_brackets(token.content) > MAX_OPEN_BRACKETS:
            token.meta[UNPARSED] = (
                f"more than {MAX_OPEN_BRACKETS} square brackets are open at once; this is read as plain text"
            )
            text = comments.without_comments(token.content)
            StateInline(text, state.md, state.env, token.children).push("text", "", 0).content = text
        else:
            state.md.inline.parse(token.content, state.md, state.env, token.children)
            if comments.takes_open_comment(state.env):
                comments.hide_rest_of_comment(state, index)


def too_long(text: str) -> str:
    """Return a message if a text is too long to be read, or an empty string."""
    if len(text) <= MAX_TEXT_LENGTH or (text_length := len(_DATA.sub("", text))) <= MAX_TEXT_LENGTH:
        return ""
    size = f"{text_length:,} characters in one block"
    return f"{size}; this is not read: leave a blank line at least after every {MAX_TEXT_LENGTH:,}"


def _max_open_brackets(text: str) -> int:
    """Return the largest number of square brackets that are open at the same time."""
    if text.count("[") <= MAX_OPEN_BRACKETS:
        return 0
    depth = max_depth = 0
    for bracket in _BRACKET.findall(text):
        depth = depth + 1 if bracket == "[" else max(depth - 1, 0)
        max_depth = max(max_depth, depth)
    return max_depth


def closes(state: StateInline, closing: str, start: int) -> bool:
    """Return whether a closing delimiter follows a position; its last position is cached for the whole text."""
    searched_text, last_position = state.env.get(closing, ("", -1))
    if searched_text is not state.src:
        last_position = state.src.rfind(closing)
        state.env[closing] = state.src, last_position
    return bool(last_position >= start)


def guard(parser: MarkdownIt) -> None:
    """Add the limits to a parser; a markdown-it plugin, after all others."""
    parser.block.ruler.at("reference", definition)
    parser.core.ruler.at("inline", inline)
    parser.block.ruler.before("table", "too_deep", too_deep)
