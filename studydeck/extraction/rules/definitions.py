"""Rule for definition lists: one pair for each term and its definition."""

from __future__ import annotations

from studydeck.extraction.context import RuleContext, RuleResult, skip
from studydeck.extraction.drafts import pair
from studydeck.model.document import DefinitionList
from studydeck.model.notes import SectionVocabulary


def definitions(context: RuleContext, index: int, _vocabulary: SectionVocabulary) -> RuleResult | None:
    """Draft a pair for every definition of a definition list."""
    block = context.blocks[index]
    if not isinstance(block, DefinitionList):
        return None
    if context.directives.skip:
        return skip(block, "skipped")
    drafts = (
        pair(
            context,
            "definitions",
            definition.term,
            definition.blocks,
            span=definition.span,
            directives=definition.directives,
        )
        for definition in block.definitions
        if definition.term and definition.blocks and not definition.directives.skip
    )
    return RuleResult(1, tuple(drafts))
