"""A lead-in that ends in a colon, or a short line right above code, is a small heading for the block below it."""

from __future__ import annotations

from msgspec.structs import replace

from studydeck.extraction.context import RuleContext, RuleResult, nested_context
from studydeck.model.document import Block, Code, Formula, ItemList, Paragraph, Quotation, Table
from studydeck.model.notes import SectionVocabulary
from studydeck.model.traverse import cut, flat, plain
from studydeck.text.length import exceeds
from studydeck.text.lexicon import is_anaphoric, is_example
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


def lead_in(context: RuleContext, at: int, _vocabulary: SectionVocabulary) -> RuleResult | None:
    """Read a lead-in and its list, table or code as a topic inside this one."""
    block = context.blocks[at]
    if type(block) is not Paragraph or at + 1 >= len(context.blocks):
        return None
    follower = context.blocks[at + 1]
    if not introduces(block, follower):
        return None
    if not isinstance(follower, ItemList | Code | Table | Formula | Quotation):
        return None
    # Of a long lead-in only the last sentence announces; what it says before is read as any paragraph.
    *before, last = sentences(block.text)
    # "So there are:" announces a list and names nothing: the topic's own name is the prompt.
    empty = isinstance(follower, ItemList) and (is_example(plain(last)) or is_anaphoric(plain(last)))
    inner = nested_context(context, () if empty else last, (follower,), block.span, block.directives)
    if not before:
        return RuleResult(2, nested=(inner,))
    said = Paragraph(cut(block.text, 0, flat(block.text).rfind(flat(last))), block.span, block.directives)
    opening = replace(context, blocks=(said,), prompt=(), defined=context.defined or at > 0)
    return RuleResult(2, nested=(opening, inner))
