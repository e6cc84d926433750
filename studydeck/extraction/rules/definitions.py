"""A definition list: each term and what it means."""

from __future__ import annotations

from studydeck.extraction.context import Claim, Topic, refuse
from studydeck.extraction.drafts import pair
from studydeck.model.document import DefinitionList
from studydeck.model.notes import SectionVocabulary


def definitions(topic: Topic, at: int, _known: SectionVocabulary) -> Claim | None:
    """Every definition is a pair."""
    block = topic.blocks[at]
    if not isinstance(block, DefinitionList):
        return None
    if topic.decision.skip:
        return refuse(block, "skipped")
    drafts = (
        pair(topic, "definitions", one.term, one.blocks, place=one.place, decision=one.decision)
        for one in block.definitions
        if one.term and one.blocks and not one.decision.skip
    )
    return Claim(1, tuple(drafts))
