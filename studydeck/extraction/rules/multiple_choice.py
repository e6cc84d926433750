"""Multiple choice: a question, its options, and the answer further down become one card."""

from __future__ import annotations

import re
from itertools import pairwise

from msgspec.structs import replace

from studydeck.extraction.context import Claim, Topic, refuse
from studydeck.extraction.drafts import pair
from studydeck.extraction.rules.questions import asks
from studydeck.model.document import Aside, Block, Content, Item, ItemList, Paragraph, Text
from studydeck.model.notes import Pair, SectionVocabulary
from studydeck.model.traverse import cut, flat, paragraph, plain

_OPTION = re.compile(r"^\(?([A-Ha-h])[.):]\s+")
_INLINE = re.compile(r"(?:^|\s)\(?([A-Ha-h])[.)]\s+")
_SECOND = re.compile(r"[Bb][.)]\s")
_ANSWER = re.compile(
    r"^\W*(?:the )?(?:correct |right )?(?:answers?|ans|solution|key)(?: is| are)?\W+"
    r"((?:(?:option )?[A-Ha-h]\b[\s,&/]*(?:and\s)?)+)(?=$|[^\w]|\s)",
    re.IGNORECASE,
)


def choice(topic: Topic, at: int, _known: SectionVocabulary) -> Claim | None:
    """Read a question with lettered or ticked options and its answer."""
    if topic.decision.skip:
        return None
    block = topic.blocks[at]
    if at == 0 and isinstance(block, ItemList) and plain(topic.name):
        return _asked(topic, topic.name, (block,), topic.blocks[1:2], 1)
    if isinstance(block, Paragraph):
        following = topic.blocks[at + 1 : at + 2]
        if following and isinstance(following[0], ItemList):
            return _asked(topic, block.text, following, topic.blocks[at + 2 : at + 3], 2, block)
        if following and isinstance(following[0], Paragraph) and _OPTION.match(flat(following[0].text)):
            options = (_listed(following[0], _options_in(following[0].text, 0)),)
            return _asked(topic, block.text, options, topic.blocks[at + 2 : at + 3], 2, block)
        if at_options := _first_option(block.text):
            text = cut(block.text, 0, at_options) or topic.name
            options = (_listed(block, _options_in(block.text, at_options)),)
            return _asked(topic, text, options, topic.blocks[at + 1 : at + 2], 1, block)
    return None


def _first_option(text: Text) -> int:
    words = flat(text)
    if not _SECOND.search(words):
        return 0
    found = list(_INLINE.finditer(words))
    letters = [one[1].upper() for one in found]
    return found[0].start() if letters[:2] == ["A", "B"] else 0


def _options_in(text: Text, start: int) -> list[Text]:
    words = flat(text)
    starts = [one.start() for one in _INLINE.finditer(words, start)]
    return [cut(text, one, end) for one, end in pairwise((*starts, len(words)))]


def _listed(block: Paragraph, options: list[Text]) -> ItemList:
    return ItemList(tuple(Item(one, (), block.place) for one in options), False, block.place)


def _asked(
    topic: Topic, question: Text, options: Content, rest: Content, taken: int, block: Block | None = None
) -> Claim | None:
    listed = options[0]
    assert isinstance(listed, ItemList)
    if len(listed.items) < 2 or any(item.blocks for item in listed.items):
        return None
    ticked = [item for item in listed.items if item.done]
    lettered = {found[1].upper(): item for item in listed.items if (found := _OPTION.match(flat(item.text)))}
    if ticked and len(ticked) < len(listed.items) and flat(question).rstrip().endswith("?"):
        answer: Content = (replace(listed, items=tuple(replace(one, done=None) for one in ticked)),)
        extra: Content = ()
    elif len(lettered) >= 2 and rest and (found_answer := _answer(rest[0], lettered)):
        answer, extra = found_answer
        taken += 1
    elif len(lettered) >= 2 and len(lettered) == len(listed.items) and asks(question):
        return refuse(block or listed, "question-without-answer", *(options if block and taken > 1 else ()))
    else:
        return None
    place = block.place if block else topic.place
    trail = topic.trail if block else topic.trail[:-1]
    one = pair(topic, "choices", question, answer, place=place, trail=trail, extra=extra, backwards=False)
    shown = replace(listed, items=tuple(replace(item, done=None) for item in listed.items))
    assert isinstance(one.body, Pair)
    return Claim(taken, (replace(one, body=replace(one.body, term=(*paragraph(question), shown))),))


def _answer(block: Block, options: dict[str, Item]) -> tuple[Content, Content] | None:
    """Give the options that an answer names, and its explanation."""
    inside = block.blocks if isinstance(block, Aside) else (block,)
    words = plain(inside)
    if isinstance(block, Aside) and block.title and not re.match(r"(?i)answer", words):
        words = f"Answer: {words}"
    found = _ANSWER.match(words)
    letters = re.findall(r"\b[A-H]\b", found[1].upper()) if found else []
    chosen = tuple(options[letter] for letter in letters if letter in options)
    if not chosen:
        return None
    texts = tuple(one for item in chosen for one in paragraph(item.text))
    longer = len(words) > len(found[0]) + 12 if found else False
    return texts, inside if longer else ()
