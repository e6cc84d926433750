"""Rule for sections that hold nothing to learn, as the whole file shows."""

from __future__ import annotations

from studydeck.extraction.context import RuleContext, RuleResult, skip
from studydeck.extraction.refused_sections import EXERCISE
from studydeck.model.notes import SectionVocabulary


def refused_section(context: RuleContext, index: int, _vocabulary: SectionVocabulary) -> RuleResult | None:
    """Skip a block of a section that the whole file refuses, unless its questions may have answers."""
    is_asked = not context.refused or context.refused == EXERCISE
    return None if is_asked else skip(context.blocks[index], context.refused)
