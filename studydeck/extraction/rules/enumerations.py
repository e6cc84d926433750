"""Rule for lists of short items: a cloze that hides one item at a time, and says how many items there are.

Each item has a card, and so a history, of its own: one question for all of them would be another question with every
item that comes or goes.
"""

from __future__ import annotations

import re

from msgspec.structs import replace

from studydeck.extraction.context import RuleContext, RuleResult, skip
from studydeck.extraction.drafts import cloze
from studydeck.extraction.rules.questions import is_question
from studydeck.extraction.skipped_content import without_skipped_items
from studydeck.extraction.verb_phrases import split_at_verb
from studydeck.model.anki import MAX_CLOZE_CARDS
from studydeck.model.document import NO_DIRECTIVES, Inline, Item, ItemList, Text
from studydeck.model.notes import CardSpec, NoteDraft, Pair, SectionVocabulary
from studydeck.model.text_edits import with_hide
from studydeck.model.traverse import paragraph, plain, with_content
from studydeck.patterns import lazy_pattern
from studydeck.text.length import exceeds
from studydeck.text.names import is_generic
from studydeck.text.normalize import normalize
from studydeck.text.openings import starts_like_sentence
from studydeck.text.punctuation import ends_in_colon
from studydeck.text.synonyms import is_synonym_title, synonym_parts
from studydeck.text.term_shapes import split_term
from studydeck.text.unmarked_questions import points_at_options
from studydeck.text.unspaced_clauses import is_unspaced_clause
from studydeck.text.unwritten import is_placeholder
from studydeck.text.verbs import has_verb, verb_of
from studydeck.text.word_list_files import alternatives

MOST_ITEMS = 7  # in a list that is asked without a directive
LONGEST_ITEM = 7  # words
LONGEST_STEP = 14  # words of an item in an ordered list
LONGEST_ANSWER_ITEM = 25  # words of an item in a list that answers a question
_OPEN_END = lazy_pattern(r"\s[-–—=]$")  # "sigma -", whose meaning was never written
_CLAUSE_START = lazy_pattern(
    rf"""
    (?: {alternatives("item_clause_words")}
      | \w+{alternatives("item_clause_endings")}     # "based", "carries"
    )\b\s
    """,
    re.IGNORECASE | re.VERBOSE,
)


def enumeration(context: RuleContext, index: int, _vocabulary: SectionVocabulary) -> RuleResult | None:
    """Draft a cloze of a list in which every item is short."""
    block = context.blocks[index]
    if not isinstance(block, ItemList) or context.directives.skip or not len(block.items) >= 2:
        return None
    if holds_synonyms(context, block):
        return None
    if points_at_options(plain(context.prompt) or context.name.plain):
        return skip(block, "task")
    is_answer = is_question(context.prompt_text)
    may_be_clauses = is_generic(context.prompt_name or context.name)  # below "Advantages"
    for item in block.items:
        if item.directives.skip or not _is_short(item, block, is_answer=is_answer):
            return None
        if not (is_answer or block.ordered or may_be_clauses) and _is_clause(item.text):
            return None
    draft = list_cloze(context, block, range(len(block.items)))
    # A list that grew past the limit is drafted all the same: the draft keeps cards that were packed before.
    skipped = skip(block, "long-list").skipped if draft.legacy_only else ()
    return RuleResult(1, (draft,), skipped)


def holds_synonyms(context: RuleContext, block: ItemList) -> bool:
    """Return whether a list below a heading such as "Synonyms" holds words beside their synonyms."""
    return is_synonym_title(context.title) and any(not item.blocks and synonym_parts(item.text) for item in block.items)


def _at_once(context: RuleContext, block: ItemList) -> NoteDraft | None:
    """Return a pair that asks for all items of a list at once, as earlier versions did, or None without a name."""
    title = context.prompt_name or context.subject_name
    if not title.plain:
        return None
    term = Text((*title, Inline(f" ({len(block.items)})")))
    meaning = (replace(block, items=tuple([replace(item, blocks=()) for item in block.items])),)
    return NoteDraft(
        "enumerations",
        Pair(paragraph(term), meaning),
        (CardSpec(plain(meaning), block.span.line),),
        context.heading_path if context.prompt else context.heading_path[:-1],
        block.span,
        context.section,
        tags=context.directives.tags,
        directives=context.directives,
        key_term=title.plain,
    )


def list_cloze(context: RuleContext, block: ItemList, asked_items: range | list[int]) -> NoteDraft:
    """Return a cloze that asks some items of a list, and offers the others only to cards packed before.

    Its other reading asks all items at once.

    Parameters
    ----------
    asked_items : indices of the items to ask, counted from 0.
    """
    if any(item.directives.skip for item in block.items):
        asked = [number for number, item in enumerate(block.items) if not item.directives.skip]
        asked_items = [asked.index(number) for number in asked_items if number in asked]
        block = without_skipped_items(block)
    may_ask = (
        len(block.items) <= MOST_ITEMS or any(item.directives.items for item in block.items) or context.directives.items
    )
    askable = askable_items(block) if may_ask and asked_items else frozenset()
    items, card_specs = [], []
    for number, item in enumerate(block.items, 1):
        wanted = number - 1 in askable and number - 1 in asked_items
        card_specs.append(CardSpec(item.text.plain, item.span.line, legacy_only=not wanted))
        items.append(with_content(item, Text(tuple([with_hide(inline, number) for inline in item.text])), ()))
    text = (ItemList(tuple(items), block.ordered, block.span, block.start),)
    # Where the whole list is the note, a directive at one of its items applies to the note.
    own_items = block.items if len(asked_items) == len(block.items) else ()
    directives = next((item.directives for item in own_items if item.directives != NO_DIRECTIVES), context.directives)
    tags = tuple(dict.fromkeys(tag for item in own_items for tag in item.directives.tags))
    directives = replace(directives, tags=tags) if tags else directives
    in_place = cloze(
        context,
        "enumerations",
        text,
        tuple(card_specs),
        span=block.span,
        prompt=paragraph(context.prompt_name or context.subject_name),
        item_count=len(block.items),
        heading_path=None if context.prompt else context.heading_path[:-1],
        directives=directives,
        mask_following=block.ordered,
    )
    return replace(in_place, other=_at_once(context, block))


def askable_items(block: ItemList) -> frozenset[int]:
    """Return the indices of the items that can be asked: where another one contains it, a card shows its own answer."""
    padded = [f" {normalize(item.text)} " for item in block.items]
    all_items = "\n".join(padded)
    return frozenset(
        index
        for index, item in enumerate(block.items[:MAX_CLOZE_CARDS])
        if all_items.count(padded[index]) == 1 and not _OPEN_END.search(item.text.plain)
    )


def _is_short(item: Item, block: ItemList, *, is_answer: bool) -> bool:
    plain_text = item.text.plain
    longest = LONGEST_ANSWER_ITEM if is_answer else LONGEST_STEP if block.ordered else LONGEST_ITEM
    if not plain_text or item.blocks or exceeds(item.text, longest) or ends_in_colon(plain_text):
        return False
    if is_question(item.text) or split_term(item.text, block.items) or is_placeholder(item.text.string):
        return False
    if item.done is not None and not is_answer:  # a task among other items
        return False
    if is_answer:
        # The items of an answer are asked one by one, even where they are sentences.
        return not plain_text.endswith("!")
    if block.ordered:
        return True
    if starts_like_sentence(plain_text) or _CLAUSE_START.match(plain_text) or verb_of(item.text):
        return False
    return not has_verb(item.text) and ". " not in plain_text.rstrip(".")


def _is_clause(text: Text) -> bool:
    """Return whether an item in a script without spaces is a statement of its own, and no part of a list."""
    string = text.plain.rstrip("。；")
    return is_unspaced_clause(string) or (not string.isascii() and bool(split_at_verb(text)))
