"""A paragraph: each of its sentences that makes a card."""

from __future__ import annotations

from studydeck.extraction.context import Claim, Topic, refuse
from studydeck.extraction.sentence_drafts import facts
from studydeck.model.document import Paragraph
from studydeck.model.notes import SectionVocabulary


def paragraphs(topic: Topic, at: int, known: SectionVocabulary) -> Claim | None:
    """Read a paragraph sentence by sentence."""
    block = topic.blocks[at]
    if type(block) is not Paragraph:
        return None
    if topic.decision.skip or block.decision.skip:
        return refuse(block, "skipped")
    drafts = facts(topic, block.text, known, place=block.place, decision=block.decision)
    return Claim(1, tuple(drafts), silent=() if any(one.wanted for one in drafts) else (block,))
