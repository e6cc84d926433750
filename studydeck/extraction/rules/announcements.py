"""Items that announce the items after them, although they are not nested below: "Kinds:", "**Kinds**".

In: a list. Out: the same list, in which what is announced is nested below what announces it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import takewhile

from msgspec.structs import replace

from studydeck.extraction.embeds import has_media
from studydeck.model.document import Item, ItemList, SourceSpan, Style
from studydeck.text.labels import names_kinds
from studydeck.text.length import length
from studydeck.text.punctuation import ends_in_colon
from studydeck.text.term_shapes import starts_with_term

LONGEST_NAME = 8  # words of an item that announces the items after it, or names what is nested below it


def nested_under_announcements(block: ItemList) -> ItemList:
    """Nest flat items below the item before them that announces them, for example with a colon."""
    announcements = [
        index for index, item in enumerate(block.items) if announces(item) and not lacks_meaning(block.items, index)
    ]
    if not announcements:
        return block
    items = list(block.items[: announcements[0]])
    for start, end in zip(announcements, (*announcements[1:], len(block.items)), strict=True):
        parent, children = block.items[start], block.items[start + 1 : end]
        if children:
            span = SourceSpan(parent.span.path, children[0].span.line, children[-1].span.end_line)
            parent = replace(parent, blocks=(ItemList(children, block.ordered, span),))
        items.append(parent)
    return replace(block, items=tuple(items))


def announces(item: Item) -> bool:
    plain_text = item.text.plain
    if item.blocks or not plain_text or has_media(item.text):
        return False
    # A bold name between plain items announces them too: an indent of one space does not nest them in Markdown.
    if not ends_in_colon(plain_text) and [
        inline for inline in item.text if not inline.styles & Style.STRONG and inline.text.strip()
    ]:
        return False
    return length(item.text) <= LONGEST_NAME


def lacks_meaning(items: Sequence[Item], index: int) -> bool:
    """Return whether an item is a term among others whose meaning nobody wrote: it announces no other term.

    An item with more terms after it than before it rather announces them.
    """
    item = items[index]
    if item.blocks or not ends_in_colon(item.text.plain) or has_media(item.text) or names_kinds(item.text):
        return False
    beside = items[:index][::-1], items[index + 1 :]
    terms_before, terms_after = [len(list(takewhile(partial(_is_term_like, item), others))) for others in beside]
    return 0 < terms_after <= terms_before


def _is_term_like(item: Item, other: Item) -> bool:
    """Return whether another item is a term with its meaning, in bold if the item is."""
    return starts_with_term(other) and _is_marked(other) == _is_marked(item)


def _is_marked(item: Item) -> bool:
    return bool(item.text) and bool(item.text.inlines[0].styles & Style.STRONG)
