"""The pair of a term and its meaning, from an item of a list or a paragraph.

In: a context, a term with its meaning, and the item that they are from. Out: a draft that asks for the meaning of the
term, or of the aspect of the subject that the term names.
"""

from __future__ import annotations

from msgspec.structs import replace

from studydeck.extraction.context import RuleContext
from studydeck.extraction.drafts import pair
from studydeck.model.document import Content, Item, Text
from studydeck.model.notes import NoteDraft
from studydeck.model.traverse import paragraph
from studydeck.text.labels import collects_terms, is_label, is_qualifier
from studydeck.text.length import exceeds
from studydeck.text.names import is_generic
from studydeck.text.translations import language_of_gloss

LONGEST_TRANSLATION = 3  # words; of a preposition in a list of words


def term_pair(
    context: RuleContext,
    rule: str,
    term_and_meaning: tuple[Text, Text],
    item: Item,
    extra: Content = (),
    announced: Content = (),
) -> NoteDraft:
    """Return the pair of a term and its meaning, with what that announces; a label is an aspect of the subject."""
    term, meaning = term_and_meaning[0], (*paragraph(term_and_meaning[1]), *announced)
    # "Cost: high", or "Access: O(1)" below "Time complexity", makes no sense without its subject.
    if context.subject and (is_generic(term) or (is_generic(context.name) and not collects_terms(context.name))):
        return _aspect_pair(context, rule, term, meaning, item, extra)
    is_aspect = is_label(term) or (is_qualifier(term) and exceeds(term_and_meaning[1], LONGEST_TRANSLATION))
    asks_aspect = bool(context.subject and is_aspect)
    by_itself = pair(
        context,
        rule,
        term,
        meaning,
        span=item.span,
        extra=extra,
        directives=item.directives,
        allow_backwards=not announced,
        shorten=not asks_aspect,
    )
    if (language := _language_of_gloss(context, term, term_and_meaning[1], item)) and not item.directives.both_ways:
        translated = pair(
            context,
            rule,
            term,
            meaning,
            span=item.span,
            labels=("", language),
            extra=extra,
            directives=item.directives,
            allow_backwards=False,
        )
        return replace(translated, other=by_itself)
    if asks_aspect:
        return replace(_aspect_pair(context, rule, term, meaning, item, extra), other=by_itself)
    return by_itself


def _language_of_gloss(context: RuleContext, term: Text, meaning: Text, item: Item) -> str:
    """Return the language that asks for a meaning that only translates its term in brackets: "Types (类型)"."""
    if meaning.string.isascii() or f"({meaning.string.strip()})" not in item.text.string:
        return ""
    return language_of_gloss(term.plain, meaning.plain, context.nearby_string)


def _aspect_pair(
    context: RuleContext, rule: str, aspect: Text, meaning: Content, item: Item, extra: Content
) -> NoteDraft:
    """Return the pair of the context's subject and what is said of one of its aspects."""
    return pair(
        context,
        rule,
        context.subject_name,
        meaning,
        span=item.span,
        extra=extra,
        labels=("", aspect.plain),
        heading_path=context.heading_path[:-1],
        directives=item.directives,
        allow_backwards=False,
        key_term="",
        shorten=False,
    )
