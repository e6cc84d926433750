"""A quote or callout belongs to the topic that it stands in."""

from __future__ import annotations

from studydeck.extraction.context import RuleContext, RuleResult, skip
from studydeck.model.document import Quotation
from studydeck.model.notes import SectionVocabulary


def blockquote(context: RuleContext, at: int, _vocabulary: SectionVocabulary) -> RuleResult | None:
    """Read the blocks of a quote, a callout or a fold as the topic's own."""
    block = context.blocks[at]
    if type(block) is not Quotation:
        return None
    if context.directives.skip or block.directives.skip:
        return skip(block, "skipped")
    inner = RuleContext(
        context.name,
        context.heading_path,
        block.blocks,
        block.span,
        context.section,
        block.directives,
        True,
        context.prompt,
        defined=at > 0,
    )
    return RuleResult(1, nested=(inner,))
