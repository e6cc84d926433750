"""A sentence becomes a cloze over what the rest of it forces."""

from __future__ import annotations

import re

from studydeck.content import cut, flat, hide, length, paragraph, plain
from studydeck.rules.blanks import blanks
from studydeck.rules.topic import Claim, Known, Topic, cloze, refuse
from studydeck.shapes import Ask, Content, Decision, Draft, Paragraph, Place, Text

LONGEST = 45
_END = re.compile(r"(?<=[.!?。！？])(?<!\b[A-Z]\.)(?<!e\.g\.)(?<!i\.e\.)(?<!vs\.)(?<!etc\.)(?<!Ex\.)(?:[\"”’)]*)\s+(?=[\"“(]?[A-Z0-9\u2e80-\u9fff`])|(?<=[。！？])(?=\S)")


def sentences(text: Text) -> list[Text]:
    """Cut a text into its sentences."""
    words, at, found = flat(text), 0, []
    for end in _END.finditer(words):
        found.append(cut(text, at, end.start()))
        at = end.end()
    return [one for one in (*found, cut(text, at)) if one]


def statement(
    topic: Topic, text: Text, known: Known, *, place: Place, decision: Decision, extra: Content = ()
) -> Draft | None:
    """Draft a cloze of one statement, or give None where no blank is good."""
    if length(text) > LONGEST or length(text) < 3:
        return None
    shown = " ".join((*topic.trail, plain(topic.prompt)))
    spans = blanks(text, known, shown, decision.hide)
    if not spans:
        return None
    words, asks, marked = flat(text), [], text
    for number, (start, end) in enumerate(spans, 1):
        asks.append(Ask(words[start:end].strip(), place.line))
        marked = hide(marked, start, end, number)
    return cloze(topic, "statements", paragraph(marked), tuple(asks), place=place, extra=extra, decision=decision)


def paragraphs(topic: Topic, at: int, known: Known) -> Claim | None:
    """A paragraph: each of its sentences that forces a blank."""
    block = topic.blocks[at]
    if not isinstance(block, Paragraph):
        return None
    if topic.decision.skip or block.decision.skip:
        return refuse(block, "skipped")
    drafts = []
    for one in sentences(block.text):
        if draft := statement(topic, one, known, place=block.place, decision=block.decision):
            drafts.append(draft)
    return Claim(1, tuple(drafts)) if drafts else refuse(block, "nothing-to-hide")


