"""A list of short items becomes one cloze: an item hidden at a time, the others shown."""

from __future__ import annotations

import re

from studydeck.extraction.context import RuleContext, RuleResult, skip
from studydeck.extraction.drafts import cloze
from studydeck.extraction.rules.boilerplate import is_placeholder
from studydeck.extraction.rules.questions import card_specs
from studydeck.extraction.verb_phrases import verb_of
from studydeck.model.document import NO_DIRECTIVES, Content, Item, ItemList
from studydeck.model.notes import CardSpec, NoteDraft, SectionVocabulary
from studydeck.model.traverse import hidden_by, paragraph, plain, with_content
from studydeck.text.length import exceeds
from studydeck.text.lexicon import has_verb, starts_like_sentence
from studydeck.text.normalize import normal
from studydeck.text.terms import split_term

MOST_CARDS = 500  # of one note, in Anki
MOST_ITEMS = 7
LONGEST_ITEM = 7
_OPENS_CLAUSE = re.compile(
    r"(?:only|each|every|can|cannot|no|not|very|more|less|also|\w+ed|helps?|\w+ies|see)\b\s", re.IGNORECASE
)
LONGEST_STEP = 14
LONGEST_ANSWER_ITEM = 25


def enumeration(context: RuleContext, at: int, _vocabulary: SectionVocabulary) -> RuleResult | None:
    """A list whose items are all short is asked item by item."""
    block = context.blocks[at]
    if not isinstance(block, ItemList) or context.directives.skip or not len(block.items) >= 2:
        return None
    asked = card_specs(context.prompt_text)
    for item in block.items:
        if item.directives.skip or not _is_short(item, block, asked=asked):
            return None
    draft = listing(context, block, range(len(block.items)))
    # What does not fit is still offered: a list that grew past the limit keeps the cards that were packed.
    long = () if draft.wanted else skip(block, "long-list").skipped
    return RuleResult(1, (draft,), long)


def listing(context: RuleContext, block: ItemList, asked: range | list[int]) -> NoteDraft:
    """Draft a cloze of a list that asks for some of its items, and offers the others to cards that were packed."""
    fits = (
        len(block.items) <= MOST_ITEMS or any(item.directives.items for item in block.items) or context.directives.items
    )
    words = [plain(item.text) for item in block.items]
    said = [f" {normal(one)} " for one in words] if fits and asked else []
    together = "\n".join(said)
    items, found = [], []
    for number, item in enumerate(block.items, 1):
        wanted = bool(said) and number <= MOST_CARDS and number - 1 in asked
        # Another item may show the words of the one that would be hidden.
        wanted = wanted and together.count(said[number - 1]) == 1
        found.append(CardSpec(words[number - 1], item.span.line, wanted))
        items.append(with_content(item, tuple([hidden_by(inline, number) for inline in item.text]), ()))
    text = (ItemList(tuple(items), block.ordered, block.span, block.start),)
    # Where the list itself is the note, what the author says at one of its items is meant for it.
    own = block.items if len(asked) == len(block.items) else ()
    directives = next((item.directives for item in own if item.directives != NO_DIRECTIVES), context.directives)
    return cloze(
        context,
        "enumerations",
        text,
        tuple(found),
        span=block.span,
        prompt=_prompt(context, len(block.items)),
        heading_path=None if context.prompt else context.heading_path[:-1],
        directives=directives,
        mask_following=block.ordered,
    )


def _prompt(context: RuleContext, count: int) -> Content:
    lead = plain(context.prompt).rstrip(":： ") or context.subject
    return paragraph(f"{lead} (1 of {count})")


def _is_short(item: Item, block: ItemList, *, asked: bool) -> bool:
    words = plain(item.text)
    most = LONGEST_ANSWER_ITEM if asked else LONGEST_STEP if block.ordered else LONGEST_ITEM
    if not words or item.blocks or exceeds(words, most):
        return False
    if card_specs(item.text) or split_term(item.text, block.items) or is_placeholder(item.text):
        return False
    if asked:
        # The items of an answer are asked one by one, however they are written.
        return not words.endswith("!")
    if block.ordered:
        return True
    if starts_like_sentence(words) or _OPENS_CLAUSE.match(words) or verb_of(item.text):
        return False
    return not has_verb(words) and ". " not in words.rstrip(".")
