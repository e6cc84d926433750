"""Read emphasis beside writing without spaces: a mark may stand between punctuation and a letter, as in MkDocs.

CommonMark wants a space between a mark and the letter beside it where punctuation stands on its other side, which
Chinese, Japanese and Korean do not write. A rule for markdown-it, in place of its own.
"""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.emphasis import tokenize

from studydeck.text.tokens import is_cjk


def emphasis(state: StateInline, silent: bool) -> bool:
    """Read a run of marks; a markdown-it inline rule."""
    start, count = state.pos, len(state.delimiters)
    if not tokenize(state, silent):
        return False
    before, after = state.src[max(start - 1, 0) : start], state.src[state.pos : state.pos + 1]
    if state.src[start] == "*" and not (before + after).isascii() and before.strip() and after.strip():
        opens, closes = _is_unspaced(before), _is_unspaced(after)
        for mark in state.delimiters[count:]:
            mark.open, mark.close = mark.open or opens, mark.close or closes
    return True


def _is_unspaced(character: str) -> bool:
    return is_cjk(character) or "\uac00" <= character <= "\ud7af"  # Korean writes its particles without spaces


def plugin(parser: MarkdownIt) -> None:
    """Put the rule in the place of that for emphasis; a markdown-it plugin."""
    parser.inline.ruler.at("emphasis", emphasis)
