"""Hide HTML comments: what an author wrote in one is private, and appears in no output.

Rules for markdown-it. Other parsers show a comment that is not closed in its paragraph; here it stays hidden.
"""

from __future__ import annotations

import re
from collections.abc import MutableMapping, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from studydeck.markdown.directives import directive_comment
from studydeck.patterns import lazy_pattern

START, END = "<!--", "-->"
UNCLOSED = "unclosed comment"  # in the meta of a token: the comment that begins in it has no end
_COMMENT = lazy_pattern(r"<!--(?:.*?-->|.*)", re.DOTALL)
# Text behind comments that are closed: "<!-- ask --> Radius: the outer bone".
_COMMENT_AND_TEXT = lazy_pattern(
    r"""
    \s* (?P<comments> (?: <!-- (?:(?!-->).)* --> \s* )+ )     # comments that are closed
    (?P<text> (?: [^\s<]                                      # a line that begins with no tag
        | < (?: a|b|code|em|font|i|kbd|mark|s|small|span|strong|su[bp]|u ) [\s>] )    # or with one of a text
      [^\n]* ) \s*
    """,
    re.DOTALL | re.VERBOSE | re.IGNORECASE,
)
_BREAKS = frozenset(("softbreak", "hardbreak"))
# What stands directly behind a word: a sign that ends a part of a sentence, or the end of emphasis.
_CLOSING = lazy_pattern(r"[.,;:!?)]|(?:[*_=~]{1,3}(?=[\s.,;:!?)]|$))|\s")
_EMPTY_COMMENTS = ("<!-->", "<!--->")
_OPEN = "open comment"  # in the parser's environment: a comment of this text is not closed in it


def comment(state: StateInline, silent: bool) -> bool:
    """Read a comment, up to the end of the text if it is not closed there; a markdown-it inline rule."""
    source, start = state.src, state.pos
    if not source.startswith(START, start):
        return False
    end = _end(source, start, state.posMax)
    if end < 0:
        end = state.posMax
        if not silent:
            state.env[_OPEN] = True
    if not silent:
        state.push("html_inline", "", 0).content = source[start:end]
    state.pos = end
    return True


def _end(source: str, start: int, stop: int) -> int:
    """Return the offset after the comment that begins at `start`, or -1 if it has no end before `stop`."""
    for empty in _EMPTY_COMMENTS:
        if source.startswith(empty, start, stop):
            return start + len(empty)
    end = source.find(END, start + len(START), stop)
    return end + len(END) if end >= 0 else -1


def plugin(parser: MarkdownIt) -> None:
    """Add the rule for comments to a parser, before that for other HTML; a markdown-it plugin."""
    parser.inline.ruler.before("html_inline", "comment", comment)
    parser.core.ruler.after("block", "text_after_comment", _shown_after_comment)


def _shown_after_comment(state: StateCore) -> None:
    """Read what follows a comment in its line as text, which is raw HTML in CommonMark; a markdown-it core rule."""
    if START not in state.src:
        return
    tokens: list[Token] = []
    rest = iter(enumerate(state.tokens))
    for index, token in rest:
        match = _COMMENT_AND_TEXT.fullmatch(token.content) if token.type == "html_block" else None
        if not match:
            tokens.append(token)
            continue
        # A directive is read with the text that it stands before.
        text = match["text"] if directive_comment(match["comments"]) is None else token.content.strip()
        span = token.map
        if following := _following_lines(state.tokens, index):
            text = f"{text}\n{following.content}"
            span = [token.map[0], following.map[1]] if token.map and following.map else token.map
            for _ in range(3):
                next(rest)
        for kind, nesting in (("paragraph_open", 1), ("inline", 0), ("paragraph_close", -1)):
            part = Token(kind, "" if kind == "inline" else "p", nesting)  # type: ignore[arg-type]  # one of its literals
            part.block, part.map, part.level = True, span, token.level + (kind == "inline")
            if kind == "inline":
                part.content, part.children = text, []
            tokens.append(part)
    state.tokens = tokens


def _following_lines(tokens: Sequence[Token], index: int) -> Token | None:
    """Return the text of the paragraph that goes on in the line below raw HTML, or None."""
    token, following = tokens[index], tokens[index + 1 : index + 3]
    if len(following) < 2 or following[0].type != "paragraph_open" or following[0].level != token.level:
        return None
    adjoins = token.map and following[0].map and following[0].map[0] == token.map[1]
    return following[1] if adjoins else None


def takes_open_comment(env: MutableMapping[str, Any]) -> bool:
    """Return whether a comment of the text that was parsed last is open, and forget it."""
    return bool(env.pop(_OPEN, False))


def leaves_comment_open(html: str) -> bool:
    """Return whether a comment of raw HTML is not closed in it."""
    start = html.rfind(START)
    return start >= 0 and html.find(END, start + 2) < 0


def without_comments(text: str) -> str:
    """Return text without its comments, for a text that is not parsed."""
    return _COMMENT.sub("", text)


def joined(before: str, after: str) -> tuple[str, str]:
    """Return the texts around a comment as they are without it: with one space, or none before a comma."""
    if not before[-1:].isspace():
        return before, after
    if after[:1].isspace():
        return before, after.lstrip()
    return (before.rstrip() if _CLOSING.match(after) else before), after


def without_comment_tokens(tokens: Sequence[Token]) -> list[Token]:
    """Return inline tokens without comments, and without the spaces around them that no text would have."""
    kept: list[Token] = []
    is_behind_comment = False
    for index, token in enumerate(tokens):
        if token.type == "html_inline" and token.content.startswith(START):
            is_behind_comment = True
            continue
        kept.append(token)
        if is_behind_comment and len(kept) > 1 and kept[-2].type == "text":
            before = kept[-2].content
            if token.type == "text":
                before, after = joined(before, token.content)
                kept[-1] = token.copy(content=after)
            elif token.type in _BREAKS or (token.nesting < 0 and _begins_apart(tokens[index + 1 : index + 2])):
                before = before.rstrip()
            kept[-2] = kept[-2].copy(content=before)
        is_behind_comment = False
    return kept


def _begins_apart(tokens: Sequence[Token]) -> bool:
    """Return whether tokens begin with a space or a sign that ends a part of a sentence, or are none."""
    return not tokens or tokens[0].type in _BREAKS or bool(_CLOSING.match(tokens[0].content or "x"))


def hide_rest_of_comment(state: StateCore, index: int) -> None:
    """Hide what an open comment covers of the tokens after `index`; nothing if this section has no end of it."""
    end = _end_of_comment(state.tokens, index)
    if end < 0:
        state.tokens[index].meta[UNCLOSED] = True
        return
    for token in state.tokens[index + 1 : end]:
        if token.type == "inline":
            token.content = ""
        elif token.content:
            token.type = "hidden"
    last = state.tokens[end]
    last.content = last.content[last.content.index(END) + len(END) :].lstrip()


def _end_of_comment(tokens: Sequence[Token], index: int) -> int:
    """Return the index of the token after `index` in which an open comment ends, or -1."""
    for end in range(index + 1, len(tokens)):
        token = tokens[end]
        if token.type == "heading_open":
            return -1
        if token.type not in {"inline", "html_block"}:
            continue
        before, start, _ = token.content.partition(START)
        if END in before:
            return end
        if start:  # the search stops at the next comment, so that many open ones take linear time
            return -1
    return -1
