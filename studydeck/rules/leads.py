"""A lead-in that ends in a colon is a small heading for the block below it."""

from __future__ import annotations

from studydeck.content import flat
from studydeck.rules.topic import Claim, Known, Topic, inner_topic
from studydeck.shapes import Aside, Block, Code, Formula, ItemList, Paragraph, Table


def leads(block: Block) -> bool:
    """Tell whether a paragraph announces what follows it."""
    return isinstance(block, Paragraph) and flat(block.text).rstrip().endswith((":", "："))


def lead_in(topic: Topic, at: int, _known: Known) -> Claim | None:
    """Read a lead-in and its list, table or code as a topic inside this one."""
    block = topic.blocks[at]
    if not isinstance(block, Paragraph) or not leads(block) or at + 1 >= len(topic.blocks):
        return None
    follower = topic.blocks[at + 1]
    if not isinstance(follower, ItemList | Code | Table | Formula | Aside):
        return None
    return Claim(2, inner=(inner_topic(topic, block.text, (follower,), block.place, block.decision),))
