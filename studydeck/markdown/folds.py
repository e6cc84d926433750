"""Folds of raw HTML that hold no blank line: `<details><summary>Question</summary>Answer</details>`.

A rule for markdown-it. CommonMark reads such a fold as one block of raw HTML; here its tags are blocks of their own,
and the words between them a paragraph, as in a fold with blank lines.
"""

from __future__ import annotations

import re
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from studydeck.markdown import limits
from studydeck.markdown.directives import DIRECTIVE_COMMENT
from studydeck.patterns import lazy_pattern

SUMMARY = lazy_pattern(r"<summary[^<>]*>(.*?)(?:</summary>|$)", re.DOTALL | re.IGNORECASE)
DETAILS = lazy_pattern(r"<details\b[^<>]*>?", re.IGNORECASE)
END_OF_DETAILS = lazy_pattern(r"</details[^<>]*>?", re.IGNORECASE)
_PART = lazy_pattern(
    r"""
      (?P<tags> <details\b[^<>]*> (?: \s*<summary[^<>]*> (?:(?!</?details\b).)*? </summary> )?    # a start
        | </details[^<>]*> )                                                                     # an end
    | (?P<words> (?: (?!</?details\b) . )+ )                                                     # between them
    """,
    re.DOTALL | re.IGNORECASE | re.VERBOSE,
)
_COMMENT = lazy_pattern(r"<!--.*?-->", re.DOTALL)
_PARAGRAPH = lazy_pattern(r"\s*</?p\b[^<>]*>\s*|\n[ \t]*\n", re.IGNORECASE)
_BLOCK_TAG = lazy_pattern(
    r"""
    < (?: ! (?!--)                                                   # declarations, but no comments
      | /? (?: [ou]l | li | table | t[rdh] | div | pre | h[1-6]
             | blockquote | script | style | iframe )\b )            # elements that are no text
    """,
    re.IGNORECASE | re.VERBOSE,
)


def _split_folds(state: StateCore) -> None:
    """Split blocks of raw HTML that hold whole folds; a markdown-it core rule."""
    if "</details" not in state.src.lower():
        return
    tokens: list[Token] = []
    for token in state.tokens:
        if token.type == "html_block" and _holds_whole_folds(html := _without_comments_of_tags(token.content)):
            tokens += _parts(token, html)
        else:
            tokens.append(token)
    state.tokens = tokens


def _holds_whole_folds(html: str) -> bool:
    starts = len(DETAILS.findall(html))
    is_closed = "<!--" not in _COMMENT.sub("", html)
    return 0 < starts == len(END_OF_DETAILS.findall(html)) and is_closed and not limits.too_long(html)


def _without_comments_of_tags(html: str) -> str:
    """Return raw HTML without the comments that hold tags; its lines stay."""
    if "<!--" not in html:
        return html
    return _COMMENT.sub(lambda found: "\n" * found[0].count("\n") if "<" in found[0][4:] else found[0], html)


def _parts(token: Token, html: str) -> list[Token]:
    """Return the tokens of a block of raw HTML: its tags, and the words between them.

    A directive in a fold follows it, where it applies to the whole fold.
    """
    parts: list[Token] = []
    directives: list[Token] = []

    def without_directives(text: str, line: int) -> str:
        if "<!--" not in text:
            return text
        for comment in DIRECTIVE_COMMENT.finditer(text):
            directives.append(_token(token, "html_block", 0, comment[0], line))
        return DIRECTIVE_COMMENT.sub("", text)

    for match in _PART.finditer(html):
        line = token.map[0] + html.count("\n", 0, match.start()) if token.map else 0
        tags, words = (without_directives(match[name] or "", line) for name in ("tags", "words"))
        if tags or (words and _BLOCK_TAG.search(words)):
            if (part := tags or words).strip():
                parts.append(_token(token, "html_block", 0, part, line))
            if END_OF_DETAILS.match(tags):
                parts += directives
                directives = []
            continue
        for paragraph in filter(str.strip, _PARAGRAPH.split(words)):
            parts.append(_token(token, "paragraph_open", 1, "", line))
            parts.append(_token(token, "inline", 0, paragraph.strip(), line))
            parts.append(_token(token, "paragraph_close", -1, "", line))
    return [*parts, *directives]


def _token(block: Token, kind: str, nesting: Literal[-1, 0, 1], content: str, line: int) -> Token:
    """Return a token in place of a part of a block, which begins in a line."""
    end = line + content.count("\n") + 1
    token = Token(
        kind, "p" if nesting else "", nesting, map=[line, end], level=block.level, content=content, block=True
    )
    token.children = [] if kind == "inline" else None
    return token


def plugin(parser: MarkdownIt) -> None:
    """Add the rule to a parser; a markdown-it plugin."""
    parser.core.ruler.after("block", "whole_folds", _split_folds)
