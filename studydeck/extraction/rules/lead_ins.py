"""A lead-in that ends in a colon, or a short line right above code, is a small heading for the block below it."""

from __future__ import annotations

from msgspec.structs import replace

from studydeck.extraction.context import Claim, Topic, inner_topic
from studydeck.model.document import Aside, Block, Code, Formula, ItemList, Paragraph, Table
from studydeck.model.notes import SectionVocabulary
from studydeck.model.traverse import cut, flat, plain
from studydeck.text.length import exceeds
from studydeck.text.lexicon import hangs, is_instance
from studydeck.text.sentences import sentences

LONGEST_CAPTION = 12


def leads(block: Block) -> bool:
    """Tell whether a paragraph announces what follows it."""
    return isinstance(block, Paragraph) and flat(block.text).rstrip().endswith((":", "："))


def introduces(block: Block, follower: Block) -> bool:
    """Tell whether a paragraph belongs to the block below it."""
    return leads(block) or _captions(block, follower)


def _captions(block: Block, follower: Block) -> bool:
    """Tell whether a short line without a full stop says what the code below it does."""
    if not isinstance(block, Paragraph) or not isinstance(follower, Code) or exceeds(block.text, LONGEST_CAPTION):
        return False
    return bool(plain(block.text)) and not flat(block.text).rstrip().endswith((".", "!", "?"))


def lead_in(topic: Topic, at: int, _known: SectionVocabulary) -> Claim | None:
    """Read a lead-in and its list, table or code as a topic inside this one."""
    block = topic.blocks[at]
    if type(block) is not Paragraph or at + 1 >= len(topic.blocks):
        return None
    follower = topic.blocks[at + 1]
    if not introduces(block, follower):
        return None
    if not isinstance(follower, ItemList | Code | Table | Formula | Aside):
        return None
    # Of a long lead-in only the last sentence announces; what it says before is read as any paragraph.
    *before, last = sentences(block.text)
    # "So there are:" announces a list and names nothing: the topic's own name is the prompt.
    empty = isinstance(follower, ItemList) and (is_instance(plain(last)) or hangs(plain(last)))
    inner = inner_topic(topic, () if empty else last, (follower,), block.place, block.decision)
    if not before:
        return Claim(2, inner=(inner,))
    said = Paragraph(cut(block.text, 0, flat(block.text).rfind(flat(last))), block.place, block.decision)
    opening = replace(topic, blocks=(said,), prompt=(), defined=topic.defined or at > 0)
    return Claim(2, inner=(opening, inner))
