"""A paragraph: each of its sentences that makes a card."""

from __future__ import annotations

from studydeck.rules.facts import facts
from studydeck.rules.topic import Claim, Topic, refuse
from studydeck.shapes import Paragraph, SectionVocabulary


def paragraphs(topic: Topic, at: int, known: SectionVocabulary) -> Claim | None:
    """Read a paragraph sentence by sentence."""
    block = topic.blocks[at]
    if type(block) is not Paragraph:
        return None
    if topic.decision.skip or block.decision.skip:
        return refuse(block, "skipped")
    drafts = facts(topic, block.text, known, place=block.place, decision=block.decision)
    return Claim(1, tuple(drafts), silent=() if any(one.wanted for one in drafts) else (block,))
