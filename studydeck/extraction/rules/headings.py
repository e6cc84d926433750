"""Rule for headings with a short body: a pair of the name and the opening paragraphs that explain it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import pairwise, takewhile

from msgspec.structs import replace

from studydeck.extraction.context import RuleContext, RuleResult, merge_directives
from studydeck.extraction.drafts import pair
from studydeck.extraction.long_answers import first_sentence
from studydeck.extraction.rules.boilerplate import is_link, is_reference
from studydeck.extraction.rules.defined_names import begins_with_name, can_ask_backwards, names_another
from studydeck.extraction.rules.figures import is_embed, is_figure
from studydeck.extraction.rules.lead_ins import introduces, labels_list, names_list
from studydeck.extraction.rules.open_sentences import completing_blocks
from studydeck.extraction.rules.questions import is_question
from studydeck.extraction.rules.terms import defines_marked_term, explained_term
from studydeck.extraction.rules.translations import translated
from studydeck.extraction.sentence_drafts import sentence_drafts, with_previous
from studydeck.model.document import Block, Content, Directives, ItemList, Paragraph, Quotation, Style, Text
from studydeck.model.notes import NoteDraft, SectionVocabulary
from studydeck.model.text_edits import cut, text_of
from studydeck.model.traverse import paragraph, plain, text_of_content
from studydeck.patterns import lazy_pattern
from studydeck.text.labels import is_label, is_qualifier
from studydeck.text.length import exceeds, length
from studydeck.text.names import can_be_name, is_generic, starts_like_task
from studydeck.text.normalize import normalize
from studydeck.text.openings import FORMULA_OPENINGS, announces, is_preface, is_premise
from studydeck.text.punctuation import ends_in_question_mark, has_question_mark, without_colon
from studydeck.text.sentences import sentences
from studydeck.text.synonyms import is_synonym_title, synonym_parts
from studydeck.text.term_shapes import is_sentence_pair, split_term
from studydeck.text.tokens import words_of
from studydeck.text.tutorials import goes_on
from studydeck.text.unmarked_questions import asks_without_mark
from studydeck.text.verbs import begins_with_verb, verb_of
from studydeck.text.word_list_files import phrase_set

LONGEST_BODY = 40  # words
LONGEST_NESTED_NAME = 5  # words of a list item that names what is nested below it
_REST_NAMES = phrase_set("rest_names")
_SYNONYM_VERBS = phrase_set("synonym_verbs")
_OUTLINE_NUMBER = lazy_pattern(r"\d{1,2}(?:\.\d{1,2})*[.)]?")  # a section without a name


def heading(context: RuleContext, index: int, vocabulary: SectionVocabulary) -> RuleResult | None:
    """Draft a pair of a context's name and the paragraphs that open it."""
    if index or context.directives.skip or context.prompt or context.defined:
        return None
    exhibits = _leading_exhibits(context.blocks)
    if exhibits:
        context = replace(context, blocks=context.blocks[len(exhibits) :])
    body = _opening(context)
    if not body or any(block.directives.skip or block.directives.hide for block in body):
        return None
    completion = completing_blocks(context.blocks, len(body) - 1)
    if not _can_ask_name(context, is_complete=bool(completion)):
        return None
    context = replace(context, directives=_note_directives(context.directives, body[0].directives))
    consumed = len(exhibits) + len(body)
    if names_another(context.name, body[0].text):
        return None
    if completion and not is_preface(body[0].text.string) and length(tuple(body)) <= LONGEST_BODY:
        texts = [block for block in (*body, *completion) if isinstance(block, Paragraph)]
        sentences_of_texts = _block_sentences(texts) if context.has_packed else ()
        former = tuple(draft.withdrawn() for draft in _notes_of_sentences(context, sentences_of_texts, vocabulary))
        return RuleResult(consumed + len(completion), (_heading_pair(context, (*body, *completion), exhibits), *former))
    if is_preface(body[0].text.string) or goes_on(body[0].text):
        return _defined_after_preface(context, body, vocabulary, exhibits)
    if verb_of(body[0].text) in _SYNONYM_VERBS:
        return None
    former = _former_drafts(context, body, vocabulary) if exhibits and context.has_packed else ()
    if length(tuple(body)) <= LONGEST_BODY:
        opening = body[0].text.string
        # "where R is the gas constant" explains only a part of the formula above it.
        if exhibits and (opening[:1].islower() or opening.startswith(FORMULA_OPENINGS)):
            return RuleResult(consumed, (_heading_pair(context, (*exhibits, *body)), *former))
        note = _heading_pair(context, tuple(body), exhibits)
        if sentence := _sentence_reading(context, body, vocabulary):
            note = replace(note.other or note, other=sentence)
        elif first_sentence(context.subject, tuple(body)):
            return RuleResult(consumed, (note, *_notes_of_rest(context, body, vocabulary), *former))
        return RuleResult(consumed, (note, *former))
    first = sentences(body[0].text)[0]
    if not 3 <= length(first) <= LONGEST_BODY:
        return None
    heading_note = _heading_pair(context, paragraph(first), (*exhibits, *body))
    return RuleResult(consumed, (heading_note, *_notes_of_rest(context, body, vocabulary)))


def _defined_after_preface(
    context: RuleContext, body: Sequence[Paragraph], vocabulary: SectionVocabulary, exhibits: Content
) -> RuleResult | None:
    """Draft a pair of the name and the sentence that begins with it, behind one that only says what the text turns to.

    Without such a sentence the body is read sentence by sentence.
    """
    remaining = list(_block_sentences(body))
    for number, (block, text) in enumerate(remaining):
        if begins_with_name(context.name, text) and length(text) <= LONGEST_BODY:
            del remaining[number]
            note = _heading_pair(replace(context, blocks=(block,)), paragraph(text), (*exhibits, *body))
            notes = _notes_of_sentences(context, remaining, vocabulary)
            return RuleResult(len(exhibits) + len(body), (note, *notes))
    return None


def _block_sentences(blocks: Iterable[Paragraph]) -> Iterator[tuple[Paragraph, Text]]:
    return ((block, text) for block in blocks for text in sentences(block.text))


def _notes_of_sentences(
    context: RuleContext, texts: Iterable[tuple[Paragraph, Text]], vocabulary: SectionVocabulary
) -> list[NoteDraft]:
    """Return the drafts of sentences, each with the block that it is from."""
    return [
        draft
        for block, text in texts
        for draft in sentence_drafts(context, text, vocabulary, span=block.span, directives=block.directives)
    ]


def _notes_of_rest(context: RuleContext, blocks: Sequence[Paragraph], vocabulary: SectionVocabulary) -> list[NoteDraft]:
    """Return the drafts of all sentences but the first; one that refers back shows the one before it in its block."""
    drafts: list[NoteDraft] = []
    for (previous_block, previous), (block, text) in pairwise(_block_sentences(blocks)):
        shown = with_previous(context, text, previous) if previous_block is block else context
        drafts += _notes_of_sentences(shown, [(block, text)], vocabulary)
    return drafts


def opening_pair(context: RuleContext) -> NoteDraft | None:
    """Return the pair of a context's name and its opening, wherever the heading stands and whatever follows."""
    body: Sequence[Paragraph] = _opening(context)
    if not body and type(context.blocks[0]) is Paragraph and not is_figure(context.blocks[0]):
        text = context.blocks[0].text
        body = [replace(context.blocks[0], text=cut(text, 0, len(without_colon(text.string))))]
        context = replace(context, blocks=(*body, *context.blocks[1:]))
    if not body or body[0].directives.skip or body[0].directives.hide:
        return None
    if not _can_ask_name(replace(context, is_document=False)):
        return None
    context = replace(context, directives=_note_directives(context.directives, body[0].directives))
    if length(tuple(body)) <= LONGEST_BODY:
        return _heading_pair(context, tuple(body))
    first = sentences(body[0].text)[:1]
    return (
        _heading_pair(context, paragraph(first[0]), tuple(body))
        if first and 3 <= length(first[0]) <= LONGEST_BODY
        else None
    )


def _sentence_reading(
    context: RuleContext, body: Sequence[Paragraph], vocabulary: SectionVocabulary
) -> NoteDraft | None:
    """Return the only sentence of a body as a cloze, which it stays where it was one beside other lines."""
    if len(body) > 1 or not _has_marked_word(body[0].text):
        return None
    drafts = sentence_drafts(context, body[0].text, vocabulary, span=body[0].span, directives=body[0].directives)
    return next((draft for draft in drafts if draft.kind == "cloze" and not draft.legacy_only), None)


def _has_marked_word(text: Text) -> bool:
    return any(inline.styles & Style.MARKED or inline.kind == "code" for inline in text)


def _leading_exhibits(blocks: Content) -> Content:
    """Return the figures and exclamations in quotes that open a context, before the text that explains them."""
    exhibits = tuple(takewhile(_is_exhibit, blocks))
    return exhibits if len(exhibits) < len(blocks) else ()


def _is_exhibit(block: Block) -> bool:
    if isinstance(block, Quotation) and block.style == "quote":
        return plain((block,)).endswith(("!", "”", "»", '"'))
    return is_figure(block) and not is_embed(block)


def _former_drafts(
    context: RuleContext, body: Sequence[Paragraph], vocabulary: SectionVocabulary
) -> tuple[NoteDraft, ...]:
    """Return the drafts of sentences below figures, which keep the cards that were packed."""
    return tuple(
        draft.withdrawn()
        for block in body
        for draft in sentence_drafts(context, block.text, vocabulary, span=block.span, directives=block.directives)
    )


def _heading_pair(context: RuleContext, meaning: Content, extra: Content = (), media: Content = ()) -> NoteDraft:
    """Return the pair of a name and its meaning; a label is asked of the heading above it ("Series: Theorem 2")."""
    is_list_item = isinstance(context.blocks[0], ItemList)
    names_label = is_label(context.name) or is_qualifier(context.name)
    asks_parent = names_label and len(context.heading_path) > 1 and not is_generic(context.name)
    ask = partial(
        pair,
        context,
        "headings",
        meaning=meaning,
        span=context.blocks[0].span if is_list_item else context.span,
        extra=extra,
        directives=context.directives,
        nested_item=is_list_item,
        answer_media=media,
        shorten=not asks_parent,
    )
    note = ask(
        term=context.subject,
        heading_path=context.heading_path[:-1],
        allow_backwards=not names_label and can_ask_backwards(context.name, text_of_content(meaning)),
        key_term=context.name.plain,
    )
    if not asks_parent:
        return note
    of_parent = ask(
        term=text_of(context.heading_path[-2]),
        labels=("", context.name.plain),
        heading_path=context.heading_path[:-2],
        allow_backwards=False,
        key_term="",
    )
    return replace(of_parent, other=note)


def _note_directives(heading_directives: Directives, body_directives: Directives) -> Directives:
    """Return the directives of a heading and its body joined, pins included: the two make one note."""
    merged = merge_directives(heading_directives, body_directives)
    return replace(merged, pin=body_directives.pin or heading_directives.pin)


def _opening(context: RuleContext) -> list[Paragraph]:
    """Return the paragraphs, or the only list item, that open a context, without a lead-in to the next block."""
    opening: list[Paragraph] = []
    for index, block in enumerate(context.blocks):
        following = context.blocks[index + 1] if index + 1 < len(context.blocks) else None
        if isinstance(block, ItemList) and not index and _is_single_statement(context, block):
            item = block.items[0]
            return [Paragraph(item.text, item.span, item.directives)]
        if (
            not isinstance(block, Paragraph)
            or is_figure(block)
            or is_link(block.text)
            or is_reference(block.text)
            or _holds_question(block.text)
            or explained_term(block, context.name)
            or (index and defines_marked_term(block))
            or is_sentence_pair(block.text)
            or (
                following
                and (
                    introduces(block, following)
                    or ((index or labels_list(context, block)) and names_list(block, following))
                )
            )
            or (isinstance(following, Quotation) and translated(block.text, following))
        ):
            break
        opening.append(block)
    return opening


def _holds_question(text: Text) -> bool:
    if not has_question_mark(text.string):
        return asks_without_mark(text.string)
    return any(is_question(cut(sentence, 0, len(sentence.string.rstrip(" -–")))) for sentence in sentences(text))


def _is_single_statement(context: RuleContext, block: ItemList) -> bool:
    item = block.items[0]
    if is_synonym_title(context.title) and synonym_parts(item.text):
        return False
    if len(block.items) > 1 or not item.text or item.blocks or split_term(item.text, block.items):
        return False
    return not is_question(item.text)


def _can_ask_name(context: RuleContext, *, is_complete: bool = False) -> bool:
    """Return whether a card can ask what the name of a context means; `is_complete` if more than a premise answers."""
    name = context.name
    if not words_of(name) or exceeds(name, 12) or ends_in_question_mark(name.plain):
        return False
    if _OUTLINE_NUMBER.fullmatch(name.plain):
        return False
    if context.is_document and not begins_with_name(name, text_of_content(context.blocks[:1])):
        # The opening of a document is mostly about the document.
        return False
    if context.nested and (exceeds(name, LONGEST_NESTED_NAME) or not can_be_name(name) or begins_with_verb(name)):
        # A list item with blocks below it counts as a heading only where it names a thing.
        return False
    opening = plain(context.blocks[:1])
    if (is_premise(opening) and not is_complete) or announces(opening):
        return False
    if normalize(name) in _REST_NAMES:
        return False
    return not starts_like_task(name.plain) and (not is_generic(name) or len(context.heading_path) > 1)
