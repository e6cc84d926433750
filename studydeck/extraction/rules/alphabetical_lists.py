"""Rule for word lists below single letters ("A", "B", …): only words with their meaning are asked.

A word of such a list is no member of a set that could be recalled: it stands there because of its first letter.
"""

from __future__ import annotations

from studydeck.extraction.context import RuleContext, RuleResult, skip
from studydeck.extraction.rules.term_pairs import term_pair
from studydeck.model.document import Item, ItemList, Text
from studydeck.model.notes import SectionVocabulary, SkippedBlock
from studydeck.model.text_edits import cut
from studydeck.patterns import lazy_pattern
from studydeck.text.length import exceeds
from studydeck.text.normalize import lower

LONGEST_WORD = 4  # words of an item
_REASON = "word-list"
_MEANING = lazy_pattern(r"\s*[:：=]\s*(?=\S)")


def alphabetical_list(context: RuleContext, index: int, _vocabulary: SectionVocabulary) -> RuleResult | None:
    """Draft a pair of each word that has a meaning, and skip a list in which none has one."""
    block = context.blocks[index]
    if not isinstance(block, ItemList) or context.directives.skip or not _is_alphabetical(context, block):
        return None
    drafts = tuple([term_pair(context, "lists", parts, item) for item in block.items if (parts := _parts(item.text))])
    if not drafts:
        return skip(block, _REASON)
    words = [item for item in block.items if not _parts(item.text)]
    skipped = tuple([SkippedBlock(item.span, _REASON, item.text.plain[:200]) for item in words])
    return RuleResult(drafts=drafts, skipped=skipped)


def _is_alphabetical(context: RuleContext, block: ItemList) -> bool:
    """Return whether all items are words that begin with the letter of a heading above them."""
    letters = {lower(heading) for heading in context.heading_path if len(heading) == 1 and heading.isalpha()}
    return bool(letters) and all(_begins_with(item, letters) for item in block.items)


def _begins_with(item: Item, letters: set[str]) -> bool:
    is_word = not (item.blocks or item.directives.hide or exceeds(item.text, LONGEST_WORD))
    return is_word and lower(item.text.string[:1]) in letters


def _parts(text: Text) -> tuple[Text, Text] | None:
    sign = _MEANING.search(text.string)
    return (cut(text, 0, sign.start()), cut(text, sign.end())) if sign else None
