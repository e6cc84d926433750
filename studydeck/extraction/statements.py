"""A sentence becomes a cloze over what the rest of it forces."""

from __future__ import annotations

from studydeck.extraction.cloze_candidates import blanks
from studydeck.extraction.context import Topic
from studydeck.extraction.drafts import cloze
from studydeck.model.document import Content, Decision, Place, Text
from studydeck.model.notes import Ask, Draft, SectionVocabulary
from studydeck.model.traverse import flat, hide, paragraph, plain
from studydeck.text.length import length

SHORTEST = 3
LONGEST = 45


def statement(
    topic: Topic, text: Text, known: SectionVocabulary, *, place: Place, decision: Decision, extra: Content = ()
) -> Draft | None:
    """Draft a cloze of one statement; without a good blank it asks nothing, and stays only where it was packed."""
    if not SHORTEST <= length(text) <= LONGEST:
        return None
    shown = " ".join((*topic.trail, plain(topic.prompt)))
    spans = blanks(text, known, shown, decision.hide)
    words, asks, marked = flat(text), [], text
    for number, (start, end) in enumerate(spans, 1):
        asks.append(Ask(words[start:end].strip(), place.line))
        marked = hide(marked, start, end, number)
    return cloze(
        topic,
        "statements",
        paragraph(marked),
        tuple(asks),
        place=place,
        extra=extra,
        decision=decision,
        movable=True,
    )
