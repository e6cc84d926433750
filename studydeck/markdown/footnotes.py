"""Footnotes: which text refers to each of them, so that it is shown beside that text.

In: the tokens of a text with a reference, and those of a footnote. Out: for each reference a quotation of the style
"footnote", whose title is the end of the text before the reference, and whose lines are those of the reference. A
footnote that nothing refers to, which no renderer shows, has no title.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import NamedTuple

from markdown_it.token import Token

from studydeck.markdown.inline import inlines_of
from studydeck.model.document import NO_TEXT, Block, Quotation, SourceSpan, Text
from studydeck.model.text_edits import cut

REFERENCE = "footnote_ref"
MOST_REFERENCES = 40  # to one footnote, which each of them repeats
_TOKENS_BEFORE = 12  # inline tokens whose text is compared with the cards
_CHARACTERS_BEFORE = 200


class Reference(NamedTuple):
    """A reference to a footnote: the text before it, and its lines."""

    before: Text
    span: SourceSpan


def references(token: Token, span: SourceSpan) -> list[tuple[int, Reference]]:
    """Return the footnotes that an inline token refers to, by their numbers."""
    children = token.children or []
    return [
        (child.meta["id"], Reference(_end(inlines_of(children[max(0, index - _TOKENS_BEFORE) : index])), span))
        for index, child in enumerate(children)
        if child.type == REFERENCE
    ]


def _end(text: Text) -> Text:
    return cut(text, max(0, len(text.string) - _CHARACTERS_BEFORE))


def give_lines(tokens: Sequence[Token], start: int, span: SourceSpan) -> None:
    """Give the tokens of an inline footnote, which have no lines, those of the text around it."""
    for index in range(start, len(tokens)):
        token = tokens[index]
        if token.type == "footnote_close":
            return
        token.map = token.map or [span.line - 1, span.end_line]


def quotations(found: Sequence[Reference], blocks: tuple[Block, ...]) -> list[Quotation]:
    """Return a footnote for each reference to it; once, without a title, if nothing refers to it."""
    if not blocks:
        return []
    if not found:
        return [Quotation("footnote", NO_TEXT, blocks, blocks[0].span)]
    return [Quotation("footnote", before, blocks, span) for before, span in found[:MOST_REFERENCES]]


def blocks_shown(quoted: Iterable[Quotation]) -> list[Block]:
    """Return the blocks of the footnotes that a text refers to, each once, for a text that is shown as a whole."""
    by_footnote = {id(footnote.blocks): footnote.blocks for footnote in quoted if footnote.title}
    return list(chain.from_iterable(by_footnote.values()))
