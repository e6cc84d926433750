"""Drafting: a pair or a cloze of what a rule found, with its asks."""

from __future__ import annotations

from studydeck.extraction.clue import clue_of, identifies_term, is_words_only
from studydeck.extraction.context import RuleContext, merge_directives
from studydeck.model.document import NO_DIRECTIVES, Content, Directives, Paragraph, SourceSpan, Text
from studydeck.model.notes import CardSpec, Cloze, NoteDraft, Pair
from studydeck.model.traverse import cut, flat, paragraph, plain, squeeze
from studydeck.text.length import exceeds, length
from studydeck.text.sentences import sentences

LONGEST_ANSWER = 34
LONGEST_FIRST = 28
NO_LABELS = ("", "")


def pair(
    context: RuleContext,
    rule: str,
    term: Text,
    meaning: Content,
    *,
    span: SourceSpan,
    labels: tuple[str, str] = NO_LABELS,
    extra: Content = (),
    directives: Directives = NO_DIRECTIVES,
    backwards: bool = True,
    heading_path: tuple[str, ...] | None = None,
    nested_item: bool = False,
    key_term: str | None = None,
) -> NoteDraft:
    """Draft a pair; it is asked backwards where the meaning can ask for its term."""
    way = context.heading_path if heading_path is None else heading_path
    name = plain(term)
    said = plain(meaning)
    if exceeds(said, LONGEST_ANSWER):
        meaning, rest = _shortened(meaning)
        if rest:
            said, extra = plain(meaning), (*rest, *extra)
    directives = merge_directives(context.directives, directives)
    clue, asked, about = clue_of(name, meaning, said, way)
    wanted = bool(clue) and not directives.one_way
    if wanted and not directives.both_ways:
        wanted = (
            backwards and identifies_term(name, said, asked, labelled=labels != NO_LABELS) and is_words_only(meaning)
        )
    card_specs = [CardSpec(said, span.line)]
    if clue:
        card_specs.append(CardSpec(name, span.line, wanted))
    body = Pair(paragraph(squeeze(term)), meaning, clue, *labels, about)
    return NoteDraft(
        rule,
        body,
        tuple(card_specs),
        way,
        span,
        context.section,
        extra,
        directives.tags,
        directives,
        nested_item=nested_item,
        key_term=key_term,
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
    return (Paragraph(text, first.span, first.directives),), meaning


def cloze(
    context: RuleContext,
    rule: str,
    text: Content,
    card_specs: tuple[CardSpec, ...],
    *,
    span: SourceSpan,
    prompt: Content | None = None,
    extra: Content = (),
    directives: Directives = NO_DIRECTIVES,
    mask_following: bool = False,
    heading_path: tuple[str, ...] | None = None,
    movable_blanks: bool = False,
) -> NoteDraft:
    """Draft a cloze whose runs are already marked with the numbers of its asks."""
    directives = merge_directives(context.directives, directives)
    body = Cloze(context.prompt if prompt is None else prompt, text, mask_following)
    way = context.heading_path if heading_path is None else heading_path
    return NoteDraft(
        rule,
        body,
        card_specs,
        way,
        span,
        context.section,
        extra,
        directives.tags,
        directives,
        movable_blanks=movable_blanks,
    )


def question_of(draft: NoteDraft) -> str:
    """Give what the forward card of a pair asks, without its trail."""
    assert isinstance(draft.body, Pair)
    label = draft.body.meaning_label
    return plain(draft.body.term) + (f": {label}?" if label else "")
