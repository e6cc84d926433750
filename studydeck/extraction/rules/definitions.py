"""A definition list: each term and what it means."""

from __future__ import annotations

from studydeck.extraction.context import RuleContext, RuleResult, skip
from studydeck.extraction.drafts import pair
from studydeck.model.document import DefinitionList
from studydeck.model.notes import SectionVocabulary


def definitions(context: RuleContext, at: int, _vocabulary: SectionVocabulary) -> RuleResult | None:
    """Every definition is a pair."""
    block = context.blocks[at]
    if not isinstance(block, DefinitionList):
        return None
    if context.directives.skip:
        return skip(block, "skipped")
    drafts = (
        pair(context, "definitions", one.term, one.blocks, span=one.span, directives=one.directives)
        for one in block.definitions
        if one.term and one.blocks and not one.directives.skip
    )
    return RuleResult(1, tuple(drafts))
