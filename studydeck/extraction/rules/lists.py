"""A list, item by item: each is a question, a term, an equation, a small heading, a predicate or a statement."""

from __future__ import annotations

from collections import Counter

from msgspec.structs import replace

from studydeck.extraction.context import RuleContext, RuleResult, nested_context, skip
from studydeck.extraction.drafts import pair
from studydeck.extraction.rules.boilerplate import is_link, is_placeholder
from studydeck.extraction.rules.enumerations import MOST_ITEMS, listing
from studydeck.extraction.rules.figures import is_figure
from studydeck.extraction.rules.questions import card_specs
from studydeck.extraction.sentence_drafts import sentence_drafts
from studydeck.extraction.verb_phrases import subject_of, verb_of
from studydeck.model.document import Code, Content, Inline, Item, ItemList, Paragraph, SourceSpan, Style, Text
from studydeck.model.notes import NoteDraft, SectionVocabulary, SkippedBlock
from studydeck.model.traverse import cut, flat, paragraph, plain, words_as_text
from studydeck.text.length import exceeds, length
from studydeck.text.lexicon import (
    article_end,
    has_verb,
    is_generic,
    names_a_thing,
    note_prefix_end,
    starts_like_sentence,
)
from studydeck.text.normalize import normal
from studydeck.text.terms import equations, is_named, split_term

LONGEST_NAME = 8
LONGEST_EXPLANATION = 30
LONGEST_EXPLAINED = 5
MOST_EXPLANATIONS = 4
LEAST_EXPLANATION = 3
LONGEST_LEFTOVER = 6
LONGEST_LIST = 55
LONGEST_OFFER = 20
LONGEST_WORD = 2


def lists(context: RuleContext, at: int, vocabulary: SectionVocabulary) -> RuleResult | None:
    """Read every item of a list by its own shape; what has none is asked as an item of the list."""
    block = context.blocks[at]
    if not isinstance(block, ItemList):
        return None
    if context.directives.skip:
        return skip(block, "skipped")
    block = _gathered(block)
    verbs = [verb_of(item.text) for item in block.items]
    shared = Counter(verbs)
    drafts: list[NoteDraft] = []
    skipped: list[SkippedBlock] = []
    inner: list[RuleContext] = []
    left: list[int] = []
    for index, (item, verb) in enumerate(zip(block.items, verbs, strict=True)):
        result = _item(context, item, block, vocabulary, only_verb=not verb or shared[verb] == 1)
        drafts += result.drafts
        skipped += result.skipped
        inner += result.nested
        if not (any(one.wanted for one in result.drafts) or result.skipped or result.nested):
            left.append(index)
    listed = [index for index in left if _can_be_listed(block.items[index])]
    if listed and _is_list(block, listed):
        drafts.append(listing(context, block, listed))
        left = [index for index in left if index not in listed]
    elif 1 < len(block.items) <= LONGEST_OFFER and plain(context.name):
        # Items that were packed as a list keep their cards, whatever reads them better today.
        drafts.append(listing(context, block, []))
    silent = tuple(Paragraph(block.items[index].text, block.items[index].span) for index in left)
    return RuleResult(1, tuple(drafts), tuple(skipped), tuple(inner), unasked=silent)


def _is_list(block: ItemList, listed: list[int]) -> bool:
    """Tell whether nearly all of a short list are items: in a mixed one nobody can tell which of them is missing."""
    if not 1 < len(block.items) <= MOST_ITEMS or sum([length(one.text) for one in block.items]) > LONGEST_LIST:
        return False
    nearly_all = 3 * len(listed) >= 2 * len(block.items)
    return nearly_all or all(length(block.items[index].text) <= LONGEST_WORD for index in listed)


def _gathered(block: ItemList) -> ItemList:
    """Put flat items below the item before them that announces them with a colon, as their author meant it."""
    leads = [index for index, item in enumerate(block.items) if _announces(item)]
    if not leads:
        return block
    items = list(block.items[: leads[0]])
    for start, end in zip(leads, (*leads[1:], len(block.items)), strict=True):
        lead, below = block.items[start], block.items[start + 1 : end]
        if below:
            span = SourceSpan(lead.span.path, below[0].span.line, below[-1].span.end_line)
            lead = replace(lead, blocks=(ItemList(below, block.ordered, span),))
        items.append(lead)
    return replace(block, items=tuple(items))


def _announces(item: Item) -> bool:
    words = plain(item.text)
    if item.blocks or not words:
        return False
    # A bold name between plain items is a heading too: its author indented them by one blank, which nests nothing.
    if not words.endswith((":", "：")) and [
        inline for inline in item.text if not inline.styles & Style.STRONG and inline.text.strip()
    ]:
        return False
    return length(words) <= LONGEST_NAME


def _can_be_listed(item: Item) -> bool:
    words = plain(item.text)
    if item.blocks or exceeds(words, LONGEST_LEFTOVER) or words.endswith(("!", "?")) or _announces(item):
        return False
    return not (has_verb(words) or starts_like_sentence(words))


def _skipped(item: Item, reason: str) -> SkippedBlock:
    return SkippedBlock(item.span, reason, plain((*paragraph(item.text), *item.blocks))[:200])


def _item(
    context: RuleContext, item: Item, block: ItemList, vocabulary: SectionVocabulary, *, only_verb: bool
) -> RuleResult:
    if item.directives.skip:
        return RuleResult(skipped=(_skipped(item, "skipped"),))
    if not plain(item.text) and not item.blocks:
        return RuleResult(skipped=(_skipped(item, "empty"),))
    if end := note_prefix_end(flat(item.text)):
        item = replace(item, text=cut(item.text, end))
    if is_placeholder(item.text) or (is_link(item.text) and not item.blocks):
        return RuleResult(skipped=(_skipped(item, "link" if is_link(item.text) else "placeholder"),))
    if item.blocks:
        return _parent(context, item, block, vocabulary)
    if card_specs(item.text):
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
    """Read an item that has nothing below it."""
    if not item.directives.hide and (found := split_term(text, block.items)):
        return [_term(context, found, item, extra)]
    if many := equations(text):
        return [_term(context, one, item, extra) for one in many]
    return sentence_drafts(
        context, text, vocabulary, span=item.span, directives=item.directives, verb=only_verb, extra=extra
    )


def _term(context: RuleContext, found: tuple[Text, Text], item: Item, extra: Content) -> NoteDraft:
    term, meaning = found
    aspect = is_generic(plain(term))
    if (aspect or is_generic(plain(context.name))) and context.subject:
        # "Cost: high", or "Access: O(1)" below "Time complexity", says nothing without its subject.
        return pair(
            context,
            "lists",
            words_as_text(context.subject),
            paragraph(meaning),
            span=item.span,
            extra=extra,
            labels=("", plain(term)),
            heading_path=context.heading_path[:-1],
            directives=item.directives,
            backwards=False,
            key_term="",
        )
    return pair(context, "lists", term, paragraph(meaning), span=item.span, extra=extra, directives=item.directives)


def _parent(context: RuleContext, item: Item, block: ItemList, vocabulary: SectionVocabulary) -> RuleResult:
    """Read an item with something below it: a question, a term with its explanation, or a small heading."""
    shown = tuple(one for one in item.blocks if is_figure(one))
    below = tuple(one for one in item.blocks if not is_figure(one))
    if card_specs(item.text) or (
        isinstance(item.blocks[0], Code) and len(item.blocks) == 1 and length(item.text) <= 15
    ):
        inner = RuleContext(
            item.text,
            (*context.heading_path, plain(item.text)),
            item.blocks,
            item.span,
            context.section,
            item.directives,
            True,
        )
        return RuleResult(nested=(inner,))
    if not below:
        return RuleResult(drafts=tuple(_leaf(context, item.text, item, block, vocabulary, only_verb=True, extra=shown)))
    if _explains(item, below) and not split_term(item.text, block.items):
        # One bullet below says what the name means. The others are facts of their own, so that each of them can come
        # and go without becoming part of another's answer.
        listed = below[0]
        assert isinstance(listed, ItemList)
        first, *others = listed.items
        inner = nested_context(context, item.text, (), item.span, item.directives, defined=True)
        one = pair(
            context,
            "lists",
            inner.name,
            paragraph(first.text),
            span=first.span,
            extra=shown,
            directives=item.directives,
            backwards=False,
            nested_item=True,
        )
        rest = replace(inner, blocks=(replace(listed, items=tuple(others)),))
        return RuleResult(drafts=(one,), nested=(rest,) if others else ())
    drafts: list[NoteDraft] = []
    name = item.text
    if found := split_term(item.text, block.items):
        name = found[0]
        drafts.append(_term(context, found, item, ()))
    elif exceeds(item.text, LONGEST_NAME) or has_verb(plain(item.text)) or subject_of(item.text):
        drafts += _leaf(context, item.text, item, block, vocabulary, only_verb=True)
        name = three[0] if (three := subject_of(item.text)) else name
    inner = nested_context(
        context, name, item.blocks, item.span, item.directives, defined=any(one.wanted for one in drafts)
    )
    return RuleResult(drafts=tuple(drafts), nested=(inner,))


def _explains(item: Item, below: Content) -> bool:
    """Tell whether what is nested below a short item is one explanation of it."""
    listed = below[0]
    if len(below) > 1 or not isinstance(listed, ItemList) or len(listed.items) > MOST_EXPLANATIONS:
        return False
    words, first = plain(item.text), listed.items[0]
    if not words or words.endswith((".", ":", "：")) or exceeds(words, LONGEST_EXPLAINED) or first.blocks:
        return False
    said = plain(first.text)
    if exceeds(said, LONGEST_EXPLANATION) or not _defines(words, said):
        return False
    if is_generic(words) or not names_a_thing(words) or verb_of((*item.text, Inline(" x"))):
        return False
    if is_named(first) or is_link(first.text) or equations(first.text):
        return False
    return len(listed.items) == 1 or (
        exceeds(said, LEAST_EXPLANATION) and length(below) > LEAST_EXPLANATION * len(listed.items)
    )


def _defines(name: str, words: str) -> bool:
    """Tell whether words say what a name means: a phrase, or a sentence that begins with the name."""
    first = words[:1]
    phrase = first.islower() or bool(article_end(words)) or not (first.isupper() or first.isalpha())
    return phrase or normal(words).startswith(normal(name))
