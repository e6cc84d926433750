"""A heading with a short body: what the heading names, and what the body says of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec.structs import replace

from studydeck.extraction.context import RuleContext, RuleResult, merge_directives
from studydeck.extraction.drafts import pair
from studydeck.extraction.rules.figures import is_figure
from studydeck.extraction.rules.lead_ins import introduces
from studydeck.extraction.rules.questions import card_specs
from studydeck.extraction.sentence_drafts import sentence_drafts
from studydeck.extraction.verb_phrases import verb_of
from studydeck.model.document import Content, Directives, Inline, ItemList, Paragraph, Text
from studydeck.model.notes import NoteDraft, SectionVocabulary
from studydeck.model.traverse import cut, flat, paragraph, plain, words_as_text
from studydeck.text.length import exceeds, length, word_list
from studydeck.text.lexicon import has_verb, is_empty_name, is_generic, names_a_thing, starts_like_task
from studydeck.text.normalize import normal
from studydeck.text.sentences import sentences
from studydeck.text.terms import split_term

LONGEST_BODY = 40
LONGEST_NAME = 4
LONGEST_NESTED = 5
LONGEST_ENDING = 20  # letters: no announcement is longer
_DEFINING = ("称为", "叫", "是指", "と呼ばれ", "se denomina", "se llama", "kallas", "chama-se")
_NAMED = re.compile(r"wird .{0,40} genannt")
_IS = re.compile(r" (?:is|are|means|refers to|stands for|ist|sind|är|es|son|é|são)\b")
_WORD_ENDS = re.compile(r"\b")
# A sentence with a subject of its own tells of something else than the heading.
_STATES = re.compile(
    r"^(?:[A-Z\u00c0-\u00de]\w*|The|Some|Many|Most|All)\s(?:\w+\s){0,3}?"
    r"(?:\w+ed (?:the|an?|to|from|into|by|on|in|that)|made|began|led|had|did)\b"
)
_JOINS = re.compile(r"\s(?:and|und|och|y|e|et|vs|&)\s|[和与及、]", re.IGNORECASE)
_CLAUSE = re.compile(r"\b(?:which|that|who|whose|where|when|because|so)\b|[.,;:]")
# A body that sets a scene, or announces what comes after it, does not say what its heading means.
_SCENE = re.compile(
    r"(?:given|let|if|when|suppose|assume|consider|occasionally|sometimes|recall|remember|cuando|cuándo|quando|"
    r"dados?|dadas?|sean?|si|seja|sejam|se|sei|seien|wenn|falls|om|när|soit|soient)\b",
    re.IGNORECASE,
)
_ANNOUNCES = re.compile(r"\b(?:the following|as follows|do this|like this|below)[.:]?$|[:：]$", re.IGNORECASE)


def heading(context: RuleContext, at: int, vocabulary: SectionVocabulary) -> RuleResult | None:
    """The paragraphs that open a topic say what its name means."""
    body = [] if at or context.directives.skip or context.prompt or context.defined else _opening(context)
    if not body or any(one.directives.skip or one.directives.hide for one in body) or not _names_a_thing(context):
        return None
    context = replace(context, directives=_whole(context.directives, body[0].directives))
    name = context.name if context.subject == plain(context.name) else words_as_text(context.subject)
    if length(tuple(body)) <= LONGEST_BODY:
        return RuleResult(len(body), (_pair(context, name, tuple(body)),))
    first, *rest = sentences(body[0].text)
    if not 3 <= length(first) <= LONGEST_BODY:
        return None
    later = [(body[0], rest), *((one, sentences(one.text)) for one in body[1:])]
    others = [
        draft
        for block, texts in later
        for text in texts
        for draft in sentence_drafts(context, text, vocabulary, span=block.span, directives=block.directives)
    ]
    whole = _pair(context, name, paragraph(first), tuple(body))
    return RuleResult(len(body), (whole, *others))


def _pair(context: RuleContext, name: Text, meaning: Content, extra: Content = ()) -> NoteDraft:
    bullet = isinstance(context.blocks[0], ItemList)
    words = plain(context.name)
    return pair(
        context,
        "headings",
        name,
        meaning,
        span=context.blocks[0].span if bullet else context.span,
        heading_path=context.heading_path[:-1],
        extra=extra,
        directives=context.directives,
        backwards=not is_generic(words) and _can_ask_back(words, plain(meaning)),
        nested_item=bullet,
        key_term=words,
    )


def _can_ask_back(name: str, meaning: str) -> bool:
    """Tell whether a body asks for its heading: a phrase without a verb of its own, or a sentence that defines it."""
    if exceeds(name, LONGEST_NAME) or not names_a_thing(name):
        return False
    if is_empty_name(name.rsplit(maxsplit=1)[-1]) or _JOINS.search(name):
        return False
    if _is_defined(name, meaning):
        return True
    if _is_east_asian(meaning) or "。" in meaning or "；" in meaning:
        return False
    clause = _CLAUSE.search(meaning)
    if has_verb(meaning[: clause.start()] if clause else meaning) or verb_of(words_as_text(meaning)):
        return False
    return not _STATES.match(meaning)


def _is_defined(name: str, meaning: str) -> bool:
    """Tell whether a body is a sentence that says what its heading is."""
    words = normal(meaning)
    if any(_IS.match(words, end) for end in _named(name, words)):
        return True
    return any(one in meaning for one in _DEFINING) or bool(_NAMED.search(meaning))


def _is_east_asian(words: str) -> bool:
    """Tell whether words are in a script where no verb that we know tells a sentence."""
    return not words.isascii() and any("\u3040" <= one <= "\u30ff" or "\u4e00" <= one <= "\u9fff" for one in words)


def _whole(above: Directives, below: Directives) -> Directives:
    """Join what the author decided at the heading and at its body: the two are one note."""
    joined = merge_directives(above, below)
    return replace(joined, pin=below.pin or above.pin)


def _opening(context: RuleContext) -> list[Paragraph]:
    """Give the paragraphs that open a topic, or its only bullet, without a lead-in to the block that follows."""
    found: list[Paragraph] = []
    for index, block in enumerate(context.blocks):
        follower = context.blocks[index + 1] if index + 1 < len(context.blocks) else None
        if isinstance(block, ItemList) and not index and _single(block):
            only = block.items[0]
            return [Paragraph(only.text, only.span, only.directives)]
        if (
            not isinstance(block, Paragraph)
            or is_figure(block)
            or _asks_anywhere(block.text)
            or (follower and introduces(block, follower))
        ):
            break
        found.append(block)
    return found


def _asks_anywhere(text: Text) -> bool:
    words = flat(text)
    if "?" not in words and "？" not in words:
        return False
    return any(card_specs(cut(part, 0, len(flat(part).rstrip(" -–")))) for part in sentences(text))


def _single(block: ItemList) -> bool:
    only = block.items[0]
    return len(block.items) == 1 and bool(only.text) and not only.blocks and not split_term(only.text, block.items)


def _names_a_thing(context: RuleContext) -> bool:
    """Tell whether a topic's name can be asked for what it means."""
    words = plain(context.name)
    if not word_list(words) or exceeds(words, 12) or words.endswith(("?", "？")):
        return False
    if len(context.heading_path) == 1 and not _defines(words, context.blocks):
        # What opens a document is mostly talk about it.
        return False
    if context.nested and (
        exceeds(words, LONGEST_NESTED) or not names_a_thing(words) or verb_of((*context.name, Inline(" x")))
    ):
        # A bullet with something below it is a small heading only where it names a thing.
        return False
    opening = plain(context.blocks[:1])
    if _SCENE.match(opening) or _ANNOUNCES.search(opening[-LONGEST_ENDING:]):
        return False
    return not starts_like_task(words) and (not is_generic(words) or len(context.heading_path) > 1)


def _defines(name: str, blocks: Content) -> bool:
    """Tell whether a body begins with the name that it explains."""
    words = normal(plain(blocks[:1]))
    return any(_WORD_ENDS.match(words, end) for end in _named(name, words))


def _named(name: str, words: str) -> Iterator[int]:
    """Give where a name ends that opens words in normal form, after an article or without one."""
    name = normal(name)
    for article in ("", "a ", "an ", "the "):
        if words.startswith(article) and words.startswith(name, len(article)):
            yield len(article) + len(name)
