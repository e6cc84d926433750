"""A question and its answer: a heading, a bullet or a paragraph that asks, and what stands below it."""

from __future__ import annotations

import re
from itertools import takewhile

from msgspec.structs import replace

from studydeck.extraction.context import Claim, Topic, refuse
from studydeck.extraction.drafts import pair
from studydeck.model.document import Aside, Block, Content, ItemList, Paragraph, Text
from studydeck.model.notes import SectionVocabulary
from studydeck.model.traverse import flat, paragraph, plain, words_as_text
from studydeck.text.length import length
from studydeck.text.lexicon import is_function_word

LONGEST_ANSWER = 60
_ANSWER = re.compile(
    r"^\W*(?:(?:show|see|click|reveal|view|expand)\b.*|"
    r"(?:correct |the )?(?:answer|solution|explanation|hint|details)s?)\W*$",
    re.IGNORECASE,
)
_POINTS = re.compile(r"(?:\s*\([^()]*\)\s*\.?)+$")  # "(2 points)" after an exam question


_PREPOSITIONS = frozenset(
    "till från med av på och att som en ett der die das mit von und zu in auf el la los con de y a por".split()
)
_OPTIONS = re.compile(
    r"\b(?:which|what) (?:of the|one of|two|three|statements?)\b|of the following|true or false|select (?:all|one|two)|"
    r"choose (?:all|one|two|the)|\bvilk(?:et|a|en)\b.*\b(?:av|följande|alternativ|påstående)|välj (?:ett|två|alla)|"
    r"welche[rs]? (?:der|von|aussage)|cuál(?:es)? de|qua(?:l|is) (?:das|dos|destas)|laquelle|lesquel|"
    r"以下哪|下列哪|次のうち",
    re.IGNORECASE,
)


def offers_options(text: Text) -> bool:
    """Tell whether a question is followed by options to choose from, of which most are wrong."""
    return bool(_OPTIONS.search(flat(text)))


def asks(text: Text) -> bool:
    """Tell whether a text is a question."""
    words = flat(text)
    if "?" not in words and "？" not in words:
        return False
    words = _POINTS.sub("", words.strip())
    return words.endswith(("?", "？")) and length(words) >= 2


def question(topic: Topic, at: int, _known: SectionVocabulary) -> Claim | None:
    """A topic that asks is answered by its blocks; a paragraph that asks by the block after it."""
    if topic.decision.skip:
        return None
    if at == 0 and asks(topic.name) and not topic.prompt and not _is_question(topic.blocks[0]):
        return _answered(topic, topic.name, topic.blocks, len(topic.blocks), topic.trail[:-1])
    block = topic.blocks[at]
    if type(block) is ItemList:
        return refuse(block, "question-without-answer") if offers_options(topic.prompt_text or topic.name) else None
    if type(block) is Paragraph:
        rest = topic.blocks[at + 1 : at + 2]
        if rest and isinstance(rest[0], ItemList) and offers_options(block.text):
            return refuse(block, "question-without-answer", rest[0])
        if not asks(block.text):
            return None
        if not rest or _is_question(rest[0]):
            return refuse(block, "question-without-answer")
        if topic.blocks[at + 2 : at + 3] and _poses(rest[0], topic.blocks[at + 2]):
            return refuse(block, "question-without-answer")
        return _answered(topic, block.text, _inside(rest[:1]), 2, topic.trail, block)
    if type(block) is Aside and block.style == "fold":
        if block.title and not _ANSWER.match(flat(block.title)):
            return _answered(topic, block.title, block.blocks, 1, topic.trail, block)
        if at == 0 and plain(topic.name):
            term = topic.name if plain(topic.name) == topic.subject else words_as_text(topic.subject)
            return _answered(topic, term, block.blocks, 1, topic.trail[:-1], block)
    return None


def _is_question(block: Block) -> bool:
    if isinstance(block, ItemList):
        return all(asks(item.text) for item in block.items)
    return isinstance(block, Paragraph) and asks(block.text)


def _poses(block: Block, following: Block) -> bool:
    """Tell whether what would be an answer is the stem of the next question."""
    asking = isinstance(following, Paragraph) and (asks(following.text) or offers_options(following.text))
    return isinstance(block, Paragraph) and asking


def _inside(blocks: Content) -> Content:
    first = blocks[0]
    return first.blocks if isinstance(first, Aside) and first.style == "fold" else blocks


def _answered(
    topic: Topic, text: Text, blocks: Content, taken: int, trail: tuple[str, ...], block: Block | None = None
) -> Claim | None:
    """Answer a question by the paragraphs below it, or by a list, item by item."""
    if not plain(blocks) or _breaks_off(plain(blocks)):
        return None
    place, decision = (block.place if block else topic.place), topic.decision
    opening = tuple(takewhile(lambda one: not isinstance(one, ItemList), blocks))
    asking = replace(topic, name=text, trail=trail, prompt=paragraph(text), nested=True)
    listed = blocks[0]
    said, rest = opening, blocks[len(opening) :]
    if len(blocks) == 1 and isinstance(listed, ItemList) and len(listed.items) == 1:
        said, rest = _only(listed), ()
    if not plain(said):
        return Claim(taken, inner=(replace(asking, blocks=blocks),))
    answer, extra = _split(said)
    one = pair(
        topic,
        "questions",
        text,
        answer,
        place=place,
        trail=trail,
        extra=extra,
        backwards=False,
        decision=decision,
    )
    return Claim(taken, (one,), inner=(replace(asking, blocks=rest),) if rest else ())


def _breaks_off(words: str) -> bool:
    """Tell whether an author stopped in the middle of a sentence."""
    last = (words.split() or [""])[-1]
    return last.isalpha() and (is_function_word(last) or last.casefold() in _PREPOSITIONS)


def _only(listed: ItemList) -> Content:
    item = listed.items[0]
    return (*paragraph(item.text), *item.blocks)


def _split(blocks: Content) -> tuple[Content, Content]:
    """Give the part of an answer that can be recalled, and the rest."""
    for end in range(len(blocks), 1, -1):
        if length(blocks[:end]) <= LONGEST_ANSWER:
            return blocks[:end], blocks[end:]
    return blocks[:1], blocks[1:]
