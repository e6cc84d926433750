"""One sentence, or one bullet with nothing below it: the best card that it makes, if any."""

from __future__ import annotations

from msgspec.structs import replace

from studydeck.extraction.context import Topic
from studydeck.extraction.statements import statement
from studydeck.extraction.verb_phrases import predicate
from studydeck.model.document import Content, Decision, Mark, Place, Text
from studydeck.model.notes import Draft, SectionVocabulary
from studydeck.model.traverse import cut, flat, paragraph
from studydeck.text.length import exceeds, length
from studydeck.text.lexicon import aside_end, hangs
from studydeck.text.sentences import sentences

LONGEST_WHOLE = 30
LONGEST_CONTEXT = 30
_MARKED = Mark.STRONG | Mark.HIGHLIGHT


def facts(
    topic: Topic,
    text: Text,
    known: SectionVocabulary,
    *,
    place: Place,
    decision: Decision,
    verb: bool = True,
    extra: Content = (),
) -> list[Draft]:
    """Draft what a text of one or more sentences says: a short one whole, a long one sentence by sentence."""
    text = cut(text, aside_end(flat(text)))
    parts = sentences(text)
    if _asks(parts):
        return []
    offered: list[Draft] = []
    if len(parts) > 1 and (exceeds(text, LONGEST_WHOLE) or not _marked(text)):
        found = [
            one
            for before, part in zip(((), *parts), parts, strict=False)
            for one in facts(_leaning(topic, part, before), part, known, place=place, decision=decision, verb=verb)
        ]
        if any(one.wanted for one in found):
            return [replace(found[0], extra=(*found[0].extra, *extra)), *found[1:]]
        offered = found
    hidden = statement(topic, text, known, place=place, decision=decision, extra=extra)
    said = predicate(topic, text, place=place, decision=decision)
    if said:
        # A verb that its siblings share asks two things at once: such a card only stays where it was packed.
        said = replace(said if verb else said.withdrawn(), extra=(*said.extra, *extra))
    if not (hidden and said):
        return [*[one for one in (hidden, said) if one], *offered]
    first, other = (hidden, said) if _marked(text) else (said, hidden)
    if other.wanted and not first.wanted:
        first, other = other, first
    # Both readings ask the same words; a note that was packed as one stays what it is, for Anki cannot change it.
    return [replace(first, other=other), *offered]


def _asks(parts: list[Text]) -> bool:
    """Tell whether at least half of the sentences are questions, or there are none."""
    asked = [part for part in parts if flat(part).rstrip(" .)").endswith(("?", "？"))]
    return 2 * len(asked) >= len(parts)


def _leaning(topic: Topic, text: Text, before: Text) -> Topic:
    """Show the sentence before one that leans on it."""
    if before and hangs(flat(text)) and length(before) <= LONGEST_CONTEXT:
        return replace(topic, prompt=paragraph(before))
    return topic


def _marked(text: Text) -> bool:
    return bool([run for run in text if run.marks & _MARKED or run.form == "code"])
