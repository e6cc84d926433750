"""Rule for quotes, callouts and folds: their blocks are read as blocks of the section around them."""

from __future__ import annotations

from studydeck.extraction.context import RuleContext, RuleResult, skip
from studydeck.model.document import Quotation
from studydeck.model.notes import SectionVocabulary


def blockquote(context: RuleContext, index: int, _vocabulary: SectionVocabulary) -> RuleResult | None:
    """Read the blocks of a quote, callout or fold in a context nested in the current one."""
    block = context.blocks[index]
    if type(block) is not Quotation:
        return None
    if context.directives.skip or block.directives.skip:
        return skip(block, "skipped")
    nested = RuleContext(
        context.name,
        context.heading_path,
        block.blocks,
        block.span,
        context.section,
        block.directives,
        True,
        context.prompt,
        defined=index > 0,
    )
    return RuleResult(1, nested=(nested,))
