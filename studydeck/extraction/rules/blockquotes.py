"""A quote or callout belongs to the topic that it stands in."""

from __future__ import annotations

from studydeck.extraction.context import Claim, Topic, refuse
from studydeck.model.document import Aside
from studydeck.model.notes import SectionVocabulary


def aside(topic: Topic, at: int, _known: SectionVocabulary) -> Claim | None:
    """Read the blocks of a quote, a callout or a fold as the topic's own."""
    block = topic.blocks[at]
    if type(block) is not Aside:
        return None
    if topic.decision.skip or block.decision.skip:
        return refuse(block, "skipped")
    inner = Topic(
        topic.name,
        topic.trail,
        block.blocks,
        block.place,
        topic.section,
        block.decision,
        True,
        topic.prompt,
        defined=at > 0,
    )
    return Claim(1, inner=(inner,))
