"""A question and its answer: a heading, a bullet or a paragraph that asks, and what stands below it."""

from __future__ import annotations

import re

from studydeck.content import flat, length, plain, words_as_text
from studydeck.rules.topic import Claim, Known, Topic, pair, refuse
from studydeck.shapes import Aside, Block, Content, Paragraph, Text

LONGEST_ANSWER = 60
_ANSWER = re.compile(
    r"^\W*(?:(?:show|see|click|reveal|view|expand)\b.*|"
    r"(?:correct |the )?(?:answer|solution|explanation|hint|details)s?)\W*$",
    re.IGNORECASE,
)
_Q = re.compile(r"^(?:Q(?:uestion)?\s*\d*\s*[:.)]\s*)", re.IGNORECASE)


def asks(text: Text) -> bool:
    """Tell whether a text is a question."""
    words = flat(text).strip()
    return words.endswith(("?", "？")) and length(words) >= 2


def question(topic: Topic, at: int, _known: Known) -> Claim | None:
    """A topic that asks is answered by its blocks; a paragraph that asks by the block after it."""
    if topic.decision.skip:
        return None
    if at == 0 and asks(topic.name) and not topic.prompt:
        return _answered(topic, topic.name, topic.blocks, len(topic.blocks), topic.trail[:-1])
    block = topic.blocks[at]
    rest = topic.blocks[at + 1 :]
    if isinstance(block, Paragraph) and asks(block.text):
        if not rest or _is_question(rest[0]):
            return refuse(block, "question-without-answer")
        return _answered(topic, block.text, _inside(rest[:1]), 2, topic.trail, block)
    if isinstance(block, Aside) and block.style == "fold":
        if block.title and not _ANSWER.match(flat(block.title)):
            return _answered(topic, block.title, block.blocks, 1, topic.trail, block)
        if at == 0 and plain(topic.name):
            term = topic.name if plain(topic.name) == topic.subject else words_as_text(topic.subject)
            return _answered(topic, term, block.blocks, 1, topic.trail[:-1], block)
    return None


def _is_question(block: Block) -> bool:
    return isinstance(block, Paragraph) and asks(block.text)


def _inside(blocks: Content) -> Content:
    first = blocks[0]
    return first.blocks if isinstance(first, Aside) and first.style == "fold" else blocks


def _answered(
    topic: Topic, text: Text, blocks: Content, taken: int, trail: tuple[str, ...], block: Block | None = None
) -> Claim | None:
    if not plain(blocks):
        return None
    answer, extra = _split(blocks)
    place = block.place if block else topic.place
    one = pair(
        topic,
        "questions",
        text,
        answer,
        place=place,
        trail=trail,
        extra=extra,
        backwards=False,
        decision=topic.decision,
    )
    return Claim(taken, (one,))


def _split(blocks: Content) -> tuple[Content, Content]:
    """Give the part of an answer that can be recalled, and the rest."""
    for end in range(len(blocks), 1, -1):
        if length(blocks[:end]) <= LONGEST_ANSWER:
            return blocks[:end], blocks[end:]
    return blocks[:1], blocks[1:]
