"""Rule for lists, item by item: each is a question, a term, an equation, a heading, a predicate or a statement."""

from __future__ import annotations

from collections import Counter

from msgspec.structs import replace

from studydeck.extraction.context import RuleContext, RuleResult, nested_context, skip
from studydeck.extraction.drafts import pair
from studydeck.extraction.long_answers import LONGEST_ANSWER, is_unfinished
from studydeck.extraction.rules.announcements import LONGEST_NAME, announces, lacks_meaning, nested_under_announcements
from studydeck.extraction.rules.boilerplate import is_credit, is_link, is_page, is_pointer, is_task
from studydeck.extraction.rules.enumerations import MOST_ITEMS, list_cloze
from studydeck.extraction.rules.figures import is_embed, is_figure
from studydeck.extraction.rules.questions import is_question
from studydeck.extraction.rules.term_pairs import term_pair
from studydeck.extraction.rules.translations import translated, translation_pair
from studydeck.extraction.sentence_drafts import sentence_drafts
from studydeck.extraction.verb_phrases import split_at_verb
from studydeck.model.document import Block, Code, Content, Formula, Item, ItemList, Paragraph, Text
from studydeck.model.notes import NoteDraft, SectionVocabulary, SkippedBlock
from studydeck.model.text_edits import cut
from studydeck.model.traverse import paragraph, plain
from studydeck.text.equations import equations
from studydeck.text.exam_tasks import is_exam_task
from studydeck.text.formula_terms import named_formulas
from studydeck.text.length import exceeds, length
from studydeck.text.names import can_be_name, is_generic, name_string
from studydeck.text.normalize import normalize
from studydeck.text.openings import article_end, note_prefix_end, starts_like_sentence
from studydeck.text.punctuation import ends_in_colon, ends_in_question_mark
from studydeck.text.synonyms import is_synonym_title, synonym_parts
from studydeck.text.term_shapes import is_sentence_pair, split_term, starts_with_term
from studydeck.text.unspaced_clauses import is_unspaced_clause
from studydeck.text.unwritten import is_placeholder
from studydeck.text.verbs import begins_with_verb, has_verb, verb_of

LONGEST_EXPLANATION = 30  # words of a nested item that explains its parent
LONGEST_EXPLAINED = 5  # words of a parent that a nested item explains
MOST_EXPLANATIONS = 4  # nested items, of which the first explains the parent
LEAST_EXPLANATION = 3  # words of each nested item, on average, where there are several
LONGEST_LEFTOVER = 6  # words of an item that is asked as an item of the list
LONGEST_LIST = 55  # words of a list whose items are asked
LONGEST_OFFER = 20  # items of a list that is offered to cards packed before
LONGEST_NESTED = 40  # words nested below an item that is an answer only with them
LONGEST_WORD = 2  # words of an item in a list of single words


def lists(context: RuleContext, index: int, vocabulary: SectionVocabulary) -> RuleResult | None:
    """Read every item of a list by its own form; items without one are asked as items of the list."""
    block = context.blocks[index]
    if not isinstance(block, ItemList):
        return None
    if context.directives.skip or all(item.directives.skip for item in block.items):
        return skip(block, "skipped")
    flat, block = block, nested_under_announcements(block)
    verbs = [verb_of(item.text) for item in block.items]
    verb_counts = Counter(
        [
            verb
            for item, verb in zip(block.items, verbs, strict=True)
            if not (item.blocks and ends_in_colon(item.text.plain))
        ]
    )
    drafts: list[NoteDraft] = []
    skipped: list[SkippedBlock] = []
    nested: list[RuleContext] = []
    attached: list[Block] = []
    unasked: list[int] = []
    for item_index, (item, verb) in enumerate(zip(block.items, verbs, strict=True)):
        if lacks_meaning(block.items, item_index):
            skipped.append(_skipped(item, "placeholder"))
            continue
        result = _item(context, item, block, vocabulary, only_verb=not verb or verb_counts[verb] <= 1)
        drafts += result.drafts
        skipped += result.skipped
        nested += [replace(below, parent=item.text) for below in result.nested]
        attached += result.attached
        if not (
            any(not draft.legacy_only for draft in result.drafts) or result.skipped or result.nested or result.attached
        ):
            unasked.append(item_index)
    may_be_clauses = is_generic(context.prompt_name or context.name)
    listed = [index for index in unasked if _can_be_listed(block.items[index], may_be_clause=may_be_clauses)]
    if listed and _is_list(block, listed):
        drafts.append(list_cloze(context, block, listed))
        unasked = [item_index for item_index in unasked if item_index not in listed]
    elif 1 < len(block.items) <= LONGEST_OFFER and context.name.plain:
        # Items that were packed as a list keep their cards, even where another form is now preferred.
        drafts.append(list_cloze(context, block, []))
    if flat is not block and len(flat.items) <= MOST_ITEMS:
        drafts.append(list_cloze(context, flat, []))  # what announces the items below it was asked as an item
    unasked_blocks = tuple(
        Paragraph(block.items[item_index].text, block.items[item_index].span) for item_index in unasked
    )
    return RuleResult(1, tuple(drafts), tuple(skipped), tuple(nested), tuple(attached), unasked_blocks)


def _is_list(block: ItemList, listed: list[int]) -> bool:
    """Return whether nearly all items of a short list can be asked as its items.

    In a mixed list a learner cannot tell which item is missing. `listed` holds the indices of these items, counted
    from 0.
    """
    if not 1 < len(block.items) <= MOST_ITEMS or sum([length(item.text) for item in block.items]) > LONGEST_LIST:
        return False
    if any(item.blocks and ends_in_colon(item.text.plain) and exceeds(item.text, LONGEST_NAME) for item in block.items):
        return False  # cut off from what it announces, it would announce the items after it
    if 3 * len(listed) >= 2 * len(block.items):
        return True
    # A few bare words among names with more below them are places that nobody has filled.
    are_words = all(length(block.items[item_index].text) <= LONGEST_WORD for item_index in listed)
    return are_words and (2 * len(listed) >= len(block.items) or not any(item.blocks for item in block.items))


def _can_be_listed(item: Item, *, may_be_clause: bool) -> bool:
    plain_text = item.text.plain
    if item.blocks or exceeds(item.text, LONGEST_LEFTOVER) or plain_text.endswith("!") or announces(item):
        return False
    if not may_be_clause and is_unspaced_clause(plain_text.rstrip("。；")):
        return False
    return not (has_verb(item.text) or starts_like_sentence(plain_text) or ends_in_question_mark(plain_text))


def _skipped(item: Item, reason: str) -> SkippedBlock:
    return SkippedBlock(item.span, reason, plain((*paragraph(item.text), *item.blocks))[:200])


def _item(
    context: RuleContext, item: Item, block: ItemList, vocabulary: SectionVocabulary, *, only_verb: bool
) -> RuleResult:
    """Return the result for one item; `only_verb`: no other item of the list begins with the same verb."""
    if item.directives.skip:
        return RuleResult(skipped=(_skipped(item, "skipped"),))
    if not item.text.plain and not item.blocks:
        return RuleResult(skipped=(_skipped(item, "no-note-to-show-with" if item.text else "empty"),))
    if prefix_end := note_prefix_end(item.text.string):
        item = replace(item, text=cut(item.text, prefix_end))
    parts = split_term(item.text, block.items)
    points = parts is not None and (is_pointer(parts[1]) or is_page(parts[1]))
    is_only_link = not item.blocks and (is_link(item.text) or points)
    if not item.blocks and is_credit(item.text.string):
        return RuleResult(skipped=(_skipped(item, "about-the-notes"),))
    if is_only_link or is_placeholder(item.text.string):
        return RuleResult(skipped=(_skipped(item, "link" if is_only_link else "placeholder"),))
    if is_task(item, block) and not is_question(context.prompt_text or context.name):
        return RuleResult(skipped=(_skipped(item, "task"),))
    if not item.text and all(map(is_embed, item.blocks)):
        return RuleResult(attached=item.blocks)
    if item.blocks:
        return _parent(context, item, block, vocabulary)
    if is_question(item.text) and not is_sentence_pair(item.text):
        return RuleResult(skipped=(_skipped(item, "question-without-answer"),))
    return RuleResult(drafts=tuple(_leaf(context, item.text, item, block, vocabulary, only_verb=only_verb)))


def _leaf(
    context: RuleContext,
    text: Text,
    item: Item,
    block: ItemList,
    vocabulary: SectionVocabulary,
    *,
    only_verb: bool,
    extra: Content = (),
) -> list[NoteDraft]:
    """Return the drafts of an item without text nested below it."""
    if is_synonym_title(context.title) and (synonyms := synonym_parts(text)):
        return [term_pair(context, "lists", synonyms, item, extra)]
    if not item.directives.hide and (term_and_meaning := split_term(text, block.items)):
        return [term_pair(context, "lists", term_and_meaning, item, extra)]
    if equation_pairs := equations(text) or named_formulas(text):
        return [term_pair(context, "lists", equation, item, extra) for equation in equation_pairs]
    return sentence_drafts(
        context, text, vocabulary, span=item.span, directives=item.directives, verb=only_verb, extra=extra
    )


def _parent(context: RuleContext, item: Item, block: ItemList, vocabulary: SectionVocabulary) -> RuleResult:
    """Return the result for an item with nested blocks: a question, a term with its explanation, or a heading."""
    if len(item.blocks) == 1 and (sides := translated(item.text, item.blocks[0])):
        return RuleResult(drafts=(translation_pair(context, sides, item.span, item.directives),))
    figures = tuple(nested_block for nested_block in item.blocks if is_figure(nested_block))
    below = tuple(nested_block for nested_block in item.blocks if not is_figure(nested_block))
    if (
        is_question(item.text)
        or is_exam_task(item.text.string)
        or (isinstance(item.blocks[0], Code) and len(item.blocks) == 1 and length(item.text) <= 15)
    ):
        nested = RuleContext(
            item.text,
            (*context.heading_path, name_string(item.text)),
            item.blocks,
            item.span,
            context.section,
            item.directives,
            True,
            has_packed=context.has_packed,
        )
        return RuleResult(nested=(nested,))
    if not below:
        return RuleResult(
            drafts=tuple(_leaf(context, item.text, item, block, vocabulary, only_verb=True, extra=figures))
        )
    if _explains(item, below) and not split_term(item.text, block.items):
        # The first nested item says what the name means. The others are read as separate facts, so that each of them
        # can be added and removed without changing another card's answer.
        nested_list = below[0]
        assert isinstance(nested_list, ItemList)
        first, *others = nested_list.items
        nested = nested_context(context, item.text, (), item.span, item.directives, defined=True)
        draft = pair(
            context,
            "lists",
            nested.name,
            paragraph(first.text),
            span=first.span,
            extra=figures,
            directives=item.directives,
            allow_backwards=False,
            nested_item=True,
        )
        rest = replace(nested, blocks=(replace(nested_list, items=tuple(others)),))
        return RuleResult(drafts=(draft,), nested=(rest,) if others else ())
    drafts: list[NoteDraft] = []
    name = item.text
    if term_and_meaning := split_term(item.text, block.items):
        name = term_and_meaning[0]
        # "A reader gets a page if:" is no answer without the conditions.
        announced = below if is_unfinished(term_and_meaning[1]) else ()
        if announced and _can_be_answer(item):
            return RuleResult(drafts=(term_pair(context, "lists", term_and_meaning, item, figures, announced),))
        draft = term_pair(context, "lists", term_and_meaning, item)
        drafts.append(draft.withdrawn() if announced else draft)
    elif exceeds(item.text, LONGEST_NAME) or has_verb(item.text) or split_at_verb(item.text):
        drafts += _leaf(context, item.text, item, block, vocabulary, only_verb=True)
        name = sentence_parts[0] if (sentence_parts := split_at_verb(item.text)) else name
    nested = nested_context(
        context, name, item.blocks, item.span, item.directives, defined=any(not draft.legacy_only for draft in drafts)
    )
    return RuleResult(drafts=tuple(drafts), nested=(nested,))


def _can_be_answer(item: Item) -> bool:
    """Return whether the text of an item and what is nested below it are short enough for one answer."""
    if exceeds(item.text, LONGEST_ANSWER) or exceeds(item.blocks, LONGEST_NESTED):
        return False
    return all(
        isinstance(block, Paragraph | Formula)
        or (isinstance(block, ItemList) and not any(nested.blocks for nested in block.items))
        for block in item.blocks
    )


def _explains(item: Item, below: Content) -> bool:
    """Return whether the list nested below a short item begins with an explanation of it."""
    nested_list = below[0]
    if len(below) > 1 or not isinstance(nested_list, ItemList) or len(nested_list.items) > MOST_EXPLANATIONS:
        return False
    name, first = item.text, nested_list.items[0]
    if (
        not name.plain
        or name.plain.endswith(".")
        or ends_in_colon(name.plain)
        or exceeds(name, LONGEST_EXPLAINED)
        or first.blocks
    ):
        return False
    explanation = first.text
    if exceeds(explanation, LONGEST_EXPLANATION) or not _defines(name, explanation):
        return False
    if is_generic(name) or not can_be_name(name) or begins_with_verb(name):
        return False
    if starts_with_term(first) or is_link(first.text) or equations(first.text):
        return False
    return len(nested_list.items) == 1 or (
        exceeds(explanation, LEAST_EXPLANATION) and length(below) > LEAST_EXPLANATION * len(nested_list.items)
    )


def _defines(name: Text, explanation: Text) -> bool:
    """Return whether a text says what a name means: a phrase, or a sentence that begins with the name."""
    first_character = explanation.plain[:1]
    is_phrase = (
        first_character.islower()
        or bool(article_end(explanation.plain))
        or not (first_character.isupper() or first_character.isalpha())
    )
    return is_phrase or normalize(explanation).startswith(normalize(name))
