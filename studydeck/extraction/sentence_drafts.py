"""Draft notes from a paragraph, or from a bullet without nested blocks.

In: a text of one or more sentences. Out: its drafts; where a sentence can be both a cloze and a pair, the second is the
`other` reading of the first.
"""

from __future__ import annotations

from functools import partial

from msgspec.structs import replace

from studydeck.extraction.context import RuleContext
from studydeck.extraction.naming_drafts import naming_draft
from studydeck.extraction.rules.term_pairs import term_pair
from studydeck.extraction.statements import statement_draft
from studydeck.extraction.verb_phrases import verb_phrase_draft
from studydeck.model.document import NO_TEXT, Content, Directives, Item, SourceSpan, Style, Text
from studydeck.model.notes import NoteDraft, SectionVocabulary
from studydeck.model.text_edits import cut
from studydeck.model.traverse import paragraph
from studydeck.text.formula_terms import defined_symbols
from studydeck.text.labels import statement_label_end
from studydeck.text.length import exceeds, length
from studydeck.text.naming_sentences import naming_sentence
from studydeck.text.openings import is_anaphoric, is_preface, note_prefix_end
from studydeck.text.punctuation import ends_in_question_mark
from studydeck.text.sentences import sentences
from studydeck.text.unmarked_questions import asks_briefly

LONGEST_WHOLE = 30  # words; a longer text is drafted sentence by sentence
LONGEST_PREVIOUS = 30  # words of a sentence that is shown as the prompt of the next one


def sentence_drafts(
    context: RuleContext,
    text: Text,
    vocabulary: SectionVocabulary,
    *,
    span: SourceSpan,
    directives: Directives,
    verb: bool = True,
    extra: Content = (),
) -> list[NoteDraft]:
    """Return the drafts of a text of one or more sentences.

    Parameters
    ----------
    context : the rule's context.
    text : the text; a prefix such as "Note:" is ignored. A short text is drafted as a whole.
    vocabulary : the section's vocabulary, for the choice of blanks.
    span, directives, extra : those of the drafts.
    verb : whether a pair by the verb may be asked; if not, it is offered only to keep a packed card.

    Returns
    -------
    the drafts, the preferred ones first; none if at least half of the sentences are questions, or if the only one says
    what the text turns to.
    """
    text = cut(text, note_prefix_end(text.string) or statement_label_end(text))
    parts = sentences(text)
    if _are_mostly_questions(parts) or (len(parts) == 1 and not directives.hide and is_preface(text.string)):
        return []
    single_drafts: list[NoteDraft] = []
    if len(parts) > 1 and (exceeds(text, LONGEST_WHOLE) or not _is_marked(text)):
        drafts = [
            draft
            for previous, part in zip((NO_TEXT, *parts), parts, strict=False)
            for draft in sentence_drafts(
                with_previous(context, part, previous), part, vocabulary, span=span, directives=directives, verb=verb
            )
        ]
        if any(not draft.legacy_only for draft in drafts):
            return [replace(drafts[0], extra=(*drafts[0].extra, *extra)), *drafts[1:]]
        single_drafts = drafts
    if symbols := defined_symbols(text):
        item = Item(text, (), span, directives)
        return [term_pair(context, "verb_phrases", symbol, item, extra) for symbol in symbols]
    as_cloze = partial(statement_draft, context, text, vocabulary, span=span, directives=directives, extra=extra)
    as_pair = partial(_verb_pair, context, text, span=span, directives=directives, verb=verb, extra=extra)
    if context.has_packed and naming_sentence(text):
        former = verb_phrase_draft(context, text, span=span, directives=directives)
        single_drafts += [former.withdrawn()] if former else []
    is_cloze = _is_marked(text) or bool(directives.hide)
    make_preferred, make_other = (as_cloze, as_pair) if is_cloze else (as_pair, as_cloze)
    preferred = make_preferred()
    if preferred and not preferred.legacy_only and not context.has_packed:
        return [preferred, *single_drafts]
    other = make_other()
    if not (preferred and other):
        return [*[draft for draft in (preferred, other) if draft], *single_drafts]
    if not other.legacy_only and preferred.legacy_only:
        preferred, other = other, preferred
    # Both readings cover the same text; a packed note keeps its kind, because Anki cannot change it.
    return [replace(preferred, other=other), *single_drafts]


def _verb_pair(
    context: RuleContext, text: Text, *, span: SourceSpan, directives: Directives, verb: bool, extra: Content
) -> NoteDraft | None:
    """Return the pair of a name, or of a subject and its verb; an author who says what to hide wants a cloze."""
    if directives.hide:
        return None
    draft = naming_draft(context, text, span=span, directives=directives)
    draft = draft or verb_phrase_draft(context, text, span=span, directives=directives)
    if not draft:
        return None
    # If siblings share the verb, the pair has several answers: its card is kept only where it was packed.
    return replace(draft if verb else draft.withdrawn(), extra=(*draft.extra, *extra))


def _are_mostly_questions(parts: tuple[Text, ...]) -> bool:
    """Return whether at least half of the sentences are questions, or there are no sentences."""
    questions = [
        part for part in parts if ends_in_question_mark(part.string.rstrip(" .)")) or asks_briefly(part.string)
    ]
    return 2 * len(questions) >= len(parts)


def with_previous(context: RuleContext, text: Text, previous: Text) -> RuleContext:
    """Return the context with the previous sentence as its prompt, if the sentence refers back to it."""
    if (
        previous
        and is_anaphoric(text.string)
        and length(previous) <= LONGEST_PREVIOUS
        and not is_preface(previous.string)
    ):
        return replace(context, prompt=paragraph(previous))
    return context


def _is_marked(text: Text) -> bool:
    return bool([inline for inline in text if inline.styles & Style.MARKED or inline.kind == "code"])
