"""Drafting: a pair or a cloze of what a rule found, with its asks."""

from __future__ import annotations

from studydeck.extraction.clue import asks_for, clue_of, is_told
from studydeck.extraction.context import Topic, decided
from studydeck.model.document import UNDECIDED, Content, Decision, Paragraph, Place, Text
from studydeck.model.notes import Ask, Cloze, Draft, Pair
from studydeck.model.traverse import cut, flat, paragraph, plain, squeeze
from studydeck.text.length import exceeds, length
from studydeck.text.sentences import sentences

LONGEST_ANSWER = 34
LONGEST_FIRST = 28
NO_LABELS = ("", "")


def pair(
    topic: Topic,
    rule: str,
    term: Text,
    meaning: Content,
    *,
    place: Place,
    labels: tuple[str, str] = NO_LABELS,
    extra: Content = (),
    decision: Decision = UNDECIDED,
    backwards: bool = True,
    trail: tuple[str, ...] | None = None,
    apart: bool = False,
    known_as: str | None = None,
) -> Draft:
    """Draft a pair; it is asked backwards where the meaning can ask for its term."""
    way = topic.trail if trail is None else trail
    name = plain(term)
    said = plain(meaning)
    if exceeds(said, LONGEST_ANSWER):
        meaning, rest = _shortened(meaning)
        if rest:
            said, extra = plain(meaning), (*rest, *extra)
    decision = decided(topic.decision, decision)
    clue, asked, about = clue_of(name, meaning, said, way)
    wanted = bool(clue) and not decision.one_way
    if wanted and not decision.both_ways:
        wanted = backwards and asks_for(name, said, asked, labelled=labels != NO_LABELS) and is_told(meaning)
    asks = [Ask(said, place.line)]
    if clue:
        asks.append(Ask(name, place.line, wanted))
    body = Pair(paragraph(squeeze(term)), meaning, clue, *labels, about)
    return Draft(
        rule,
        body,
        tuple(asks),
        way,
        place,
        topic.section,
        extra,
        decision.tags,
        decision,
        apart=apart,
        known_as=known_as,
    )


def _shortened(meaning: Content) -> tuple[Content, Content]:
    """Keep of a long answer the sentences that can be recalled; the whole goes beside it."""
    first = meaning[0]
    if not isinstance(first, Paragraph):
        return meaning, ()
    parts = sentences(first.text)
    if not parts:  # a picture that is not there, and has no words
        return meaning, ()
    kept, size = 1, length(parts[0])
    while kept < len(parts) and size + length(parts[kept]) <= LONGEST_FIRST:
        size += length(parts[kept])
        kept += 1
    if (kept == len(parts) and len(meaning) == 1) or size > LONGEST_ANSWER:
        return meaning, ()
    text = cut(first.text, 0, flat(first.text).find(flat(parts[kept]))) if kept < len(parts) else first.text
    return (Paragraph(text, first.place, first.decision),), meaning


def cloze(
    topic: Topic,
    rule: str,
    text: Content,
    asks: tuple[Ask, ...],
    *,
    place: Place,
    prompt: Content | None = None,
    extra: Content = (),
    decision: Decision = UNDECIDED,
    masks_rest: bool = False,
    trail: tuple[str, ...] | None = None,
    movable: bool = False,
) -> Draft:
    """Draft a cloze whose runs are already marked with the numbers of its asks."""
    decision = decided(topic.decision, decision)
    body = Cloze(topic.prompt if prompt is None else prompt, text, masks_rest)
    way = topic.trail if trail is None else trail
    return Draft(rule, body, asks, way, place, topic.section, extra, decision.tags, decision, movable=movable)


def question_of(draft: Draft) -> str:
    """Give what the forward card of a pair asks, without its trail."""
    assert isinstance(draft.body, Pair)
    label = draft.body.meaning_label
    return plain(draft.body.term) + (f": {label}?" if label else "")
