"""Build the draft of a pair or a cloze from the parts that a rule extracted.

In: a rule's context and the parts of the note. Out: a `NoteDraft` with its card specs, without an identity.
"""

from __future__ import annotations

from functools import partial

from msgspec.structs import replace

from studydeck.extraction.clue import clue_of, identifies_term, is_words_only
from studydeck.extraction.context import RuleContext, merge_directives
from studydeck.extraction.embeds import (
    has_media,
    holds_media,
    question_string,
    without_sounds,
    without_telling_words,
)
from studydeck.extraction.long_answers import LONGEST_ANSWER, first_sentence, shortened
from studydeck.extraction.skipped_content import without_skipped
from studydeck.model.document import NO_DIRECTIVES, NO_TEXT, Content, Directives, Paragraph, SourceSpan, Text
from studydeck.model.notes import CardSpec, Cloze, NoteDraft, Pair
from studydeck.model.text_edits import cut
from studydeck.model.traverse import map_texts, paragraph, text_of_content
from studydeck.text.exam_tasks import score_start
from studydeck.text.length import exceeds

LONGEST_TYPED, MAX_TYPED_CHARACTERS = 5, 60  # words, characters
NO_LABELS = ("", "")
_SHORTENED_RULES = frozenset({"headings", "lists", "terms"})  # not of answers that their author wrote for a question


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
    allow_backwards: bool = True,
    heading_path: tuple[str, ...] | None = None,
    nested_item: bool = False,
    key_term: str | None = None,
    question_media: Content = (),
    answer_media: Content = (),
    shorten: bool = True,
    asked: Text = NO_TEXT,
) -> NoteDraft:
    """Return the draft of a pair; it gets a backward card where the meaning identifies its term.

    Parameters
    ----------
    context : the rule's context; its directives apply unless `directives` say otherwise.
    rule : the name of the rule.
    term, meaning : the two sides; the rest of a long meaning moves to the extra.
    span : the source lines of the note.
    labels : term label and meaning label, such as the two column heads of a table.
    extra : blocks that the back shows below the answer.
    directives : those of the item itself.
    allow_backwards : whether a backward card is allowed; `identifies_term` decides whether it is made.
    heading_path : replaces the context's own.
    nested_item : whether the meaning is an item of its own below its term.
    key_term : the author's own words for the term; "" if the term comes from a heading.
    question_media, answer_media : embedded files that the question shows with the term, and the answer below it.
    shorten : whether only the first of several sentences may be asked; the whole answer is then the `other` reading,
        which a packed note keeps.
    asked : the question in words of its own, where term and label do not read as one.

    Returns
    -------
    a draft whose card specs are forwards and, if there is a clue, backwards.
    """
    meaning, extra, question_media, answer_media = map(without_skipped, (meaning, extra, question_media, answer_media))
    if shorten and rule in _SHORTENED_RULES and (opening := first_sentence(term, meaning)):
        ask = partial(
            pair,
            context,
            rule,
            term,
            span=span,
            labels=labels,
            directives=directives,
            allow_backwards=allow_backwards,
            heading_path=heading_path,
            nested_item=nested_item,
            key_term=key_term,
            question_media=question_media,
            answer_media=answer_media,
            shorten=False,
            asked=asked,
        )
        return replace(ask(opening, extra=(*meaning, *extra)), other=ask(meaning, extra=extra))
    heading_path = context.heading_path if heading_path is None else heading_path
    term = without_score(term)
    if exceeds(text_of_content(meaning), LONGEST_ANSWER):
        meaning, rest = shortened(meaning)
        extra = (*rest, *extra)
    meaning_text = text_of_content(meaning)
    if question_media or has_media(term):
        term = without_telling_words(term, meaning_text.plain)
        question_media = map_texts(question_media, lambda text: without_telling_words(text, meaning_text.plain))
    directives = merge_directives(context.directives, directives)
    described = without_sounds(meaning) if holds_media(meaning) else meaning
    clue, subject = clue_of(term, described, text_of_content(described), heading_path) if term.plain else ((), "")
    asks_backwards = bool(clue) and not directives.one_way
    if asks_backwards and not directives.both_ways:
        asks_backwards = (
            allow_backwards
            and identifies_term(term, meaning_text, text_of_content(clue), labelled=labels != NO_LABELS)
            and is_words_only(meaning)
        )
    card_specs = [CardSpec(meaning_text.plain, span.line)]
    if clue:
        card_specs.append(CardSpec(term.plain, span.line, legacy_only=not asks_backwards))
    typed = typed_answer(meaning) if directives.typed else ""
    body = Pair((*paragraph(term), *question_media), meaning, clue, *labels, subject, typed, asked)
    return NoteDraft(
        rule,
        body,
        tuple(card_specs),
        heading_path,
        span,
        context.section,
        extra,
        directives.tags,
        directives,
        nested_item=nested_item,
        key_term=key_term,
        answer_media=answer_media,
    )


def without_score(text: Text) -> Text:
    """Return a question without what it gives in an exam, "(4 points)"."""
    return cut(text, 0, score_start(text.string) or None)


def typed_answer(meaning: Content) -> str:
    """Return an answer that can be typed, in one line without marks, or an empty text if it is long or no text."""
    text = text_of_content(meaning)
    if len(meaning) != 1 or not isinstance(meaning[0], Paragraph) or exceeds(text, LONGEST_TYPED):
        return ""
    if any(inline.kind not in {"text", "code"} for inline in text):
        return ""
    return text.plain.rstrip(".。") if len(text.plain) <= MAX_TYPED_CHARACTERS else ""


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
    item_count: int = 0,
    heading_path: tuple[str, ...] | None = None,
    movable_blanks: bool = False,
) -> NoteDraft:
    """Return the draft of a cloze.

    Parameters
    ----------
    context : the rule's context; its directives apply unless `directives` say otherwise.
    rule : the name of the rule.
    text : the text; its inlines already hold the numbers of the card specs that hide them, from 1.
    card_specs : one for each card.
    span : the source lines of the note.
    prompt : replaces the context's own.
    extra : blocks that the back shows below the text.
    directives : those of the item itself.
    mask_following : whether items after the hidden one are masked too, as in a sequence.
    item_count : how many items a list has of which each card hides one.
    heading_path : replaces the context's own.
    movable_blanks : whether the blanks were chosen by a rule, so that others may replace them.
    """
    directives = merge_directives(context.directives, directives)
    body = Cloze(context.prompt if prompt is None else prompt, text, mask_following, item_count)
    heading_path = context.heading_path if heading_path is None else heading_path
    return NoteDraft(
        rule,
        body,
        card_specs,
        heading_path,
        span,
        context.section,
        extra,
        directives.tags,
        directives,
        movable_blanks=movable_blanks,
    )


def question_of(draft: NoteDraft) -> str:
    """Return the question of a pair's forward card, without the heading path."""
    assert isinstance(draft.body, Pair)
    label = draft.body.meaning_label
    return question_string(draft.body.term) + (f": {label}?" if label else "")
