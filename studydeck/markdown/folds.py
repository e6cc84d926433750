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
_PARAGRAPH = lazy_pattern(r"\s*</?p\b[^<>]*>\s*|\n[ \t]*\n", re.IGNORECASE)
_BLOCK_TAG = lazy_pattern(
    r"""
    < (?: !                                                          # declarations
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
        if token.type == "html_block" and _holds_whole_folds(token.content):
            tokens += _parts(token)
        else:
            tokens.append(token)
    state.tokens = tokens


def _holds_whole_folds(html: str) -> bool:
    starts = len(DETAILS.findall(html))
    return 0 < starts == len(END_OF_DETAILS.findall(html)) and "<!--" not in html and not limits.too_long(html)


def _parts(token: Token) -> list[Token]:
    """Return the tokens of a block of raw HTML: its tags, and the words between them."""
    parts: list[Token] = []
    for match in _PART.finditer(token.content):
        line = token.map[0] + token.content.count("\n", 0, match.start()) if token.map else 0
        if match["tags"] or _BLOCK_TAG.search(match["words"]):
            if match[0].strip():
                parts.append(_token(token, "html_block", 0, match[0], line))
            continue
        for words in filter(str.strip, _PARAGRAPH.split(match["words"])):
            parts.append(_token(token, "paragraph_open", 1, "", line))
            parts.append(_token(token, "inline", 0, words.strip(), line))
            parts.append(_token(token, "paragraph_close", -1, "", line))
    return parts


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
