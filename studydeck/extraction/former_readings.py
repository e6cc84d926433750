"""Readings of a list that it had beside other items: they keep cards that were packed, and give no new ones.

In: a context and the index of a list in it. Out: withdrawn drafts. An item that stood alone below its heading was asked
by the heading; one whose neighbours showed that a dash cuts it was a term with its meaning.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from studydeck.extraction.context import RuleContext
from studydeck.extraction.rules.headings import only_item_pair
from studydeck.extraction.rules.lists import LONGEST_OFFER, term_pair
from studydeck.model.document import ItemList
from studydeck.model.notes import NoteDraft
from studydeck.text.term_shapes import split_term, untrusted_term

MOST_SINGLE = 3  # items of a list of which each can have been the only one


def former_readings(context: RuleContext, index: int) -> Iterator[NoteDraft]:
    """Yield what the items of a list were read as before their neighbours changed."""
    block = context.blocks[index]
    if not isinstance(block, ItemList) or context.directives.skip or not 1 < len(block.items) <= LONGEST_OFFER:
        return
    if not index and len(block.items) <= MOST_SINGLE and not (context.prompt or context.defined):
        for item in block.items:
            if draft := only_item_pair(replace(context, blocks=(replace(block, items=(item,)),))):
                yield draft.withdrawn()
    for item in block.items:
        if item.blocks or item.directives.skip or split_term(item.text, block.items):
            continue
        if parts := untrusted_term(item.text):
            yield term_pair(context, "lists", parts, item).withdrawn()
