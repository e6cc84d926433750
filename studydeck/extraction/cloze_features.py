"""The features of the cards of a cloze, for their confidence: of its sentence or list, and of what each card hides.

In: a cloze, and the number of one of its cards. Out: the names of their features.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

from studydeck.extraction.list_features import features_of_list, is_mixed
from studydeck.extraction.path_features import ERRANDS, is_errand_title
from studydeck.model.document import Inline, ItemList, Style, Text
from studydeck.model.notes import Cloze
from studydeck.model.traverse import inlines, plain, text_of_content
from studydeck.patterns import lazy_pattern
from studydeck.text.acronyms import acronym_letters
from studydeck.text.blank_hints import hint_of
from studydeck.text.exercises import begins_with_instruction
from studydeck.text.length import Ranges, length, range_of
from studydeck.text.names import is_empty_name, is_generic, starts_like_task
from studydeck.text.normalize import normalize
from studydeck.text.openings import is_anaphoric, is_example
from studydeck.text.punctuation import ends_in_colon
from studydeck.text.tokens import content_words
from studydeck.text.tutorials import is_tutorial_step
from studydeck.text.word_list_files import phrase_set, phrases

_SENTENCE_LENGTHS: Ranges = (
    (6, "sentence: up to 6 words"),
    (12, "sentence: up to 12 words"),
    (25, "sentence: up to 25 words"),
    (inf, "sentence: over 25 words"),
)
_ITEM_LENGTHS: Ranges = (
    (1, "item: 1 word"),
    (4, "item: up to 4 words"),
    (8, "item: up to 8 words"),
    (inf, "item: over 8 words"),
)
HIDDEN_BEFORE = "blank: hidden before"  # in the same section
_COUNTED_ITEMS = 4
_LONG_BLANK = 4  # words
_CONJUNCTIONS = (*[f" {word} " for word in phrases("list_conjunctions", "name_conjunctions")], "、")
_CONJUNCTIONS_BEFORE = (*_CONJUNCTIONS, *phrases("unspaced_conjunctions"))
_ARTICLES = tuple([f" {article} " for article in phrases("definite_articles", "indefinite_articles")])
_EQUATION = lazy_pattern(r"\w\s*[=≡≈]\s*\S*[(\w].*\s[-+*/%^=≡]|[≡≈]")  # "A = (g ** a) mod n"
_OTHER_ITEMS = phrase_set("other_items")
_MANY_COMMAS = 3  # in a sentence that lists things
_COMMAS = (",", "，", "、", "،")


def features_of_cloze(body: Cloze, card_count: int, heading_path: tuple[str, ...]) -> list[str]:
    """Return the features that all cards of a cloze have."""
    items = _list_of(body)
    return _list_features(body, items, heading_path) if items else _sentence_features(body, card_count)


def features_of_blank(body: Cloze, number: int, phrase: str) -> list[str]:
    """Return the features of what card `number` of a cloze hides, counted from 0."""
    if items := _list_of(body):
        return _item_features(items, number, phrase)
    return _phrase_features(body, number, phrase)


def _item_features(items: ItemList, number: int, phrase: str) -> list[str]:
    """Return the features of an item that is hidden."""
    found = [range_of(length(phrase), _ITEM_LENGTHS)]
    hidden = [item.text for item in items.items if item.text.inlines and item.text.inlines[0].hide == number + 1]
    if not any(hint_of(text) for text in hidden):
        found.append("item: shows no letters")
    if normalize(phrase) in _OTHER_ITEMS:
        found.append("item: all others")
    return found


def _list_of(body: Cloze) -> ItemList | None:
    """Return the list whose items are hidden, if a cloze hides no phrases of a sentence."""
    block = body.text[0] if len(body.text) == 1 else None
    return block if isinstance(block, ItemList) else None


def _list_features(body: Cloze, items: ItemList, heading_path: tuple[str, ...]) -> list[str]:
    """Return the features that all cards of a list have, of which each hides an item."""
    found = [f"item: of {len(items.items)}" if len(items.items) <= _COUNTED_ITEMS else "item: of more than 4"]
    if body.mask_following:
        found.append("item: of a sequence")
    name = plain(body.prompt)
    if is_generic(name) or is_empty_name(name):
        found.append("item: below a generic name")
    if is_errand_title(name):
        found.append(ERRANDS)
    if not content_words(name):
        found.append("item: no lead-in")
    if is_mixed(items):
        found.append("item: of a mixed list")
    return found + features_of_list(items, name, heading_path)


def _sentence_features(body: Cloze, card_count: int) -> list[str]:
    """Return the features of a sentence of which phrases are hidden."""
    text = text_of_content(body.text)
    string = text.plain
    found = [range_of(length(text), _SENTENCE_LENGTHS)]
    if is_anaphoric(text):
        found.append("sentence: refers back")
    if is_example(text):
        found.append("sentence: an example")
    if starts_like_task(string) or begins_with_instruction(string):
        found.append("sentence: a task")
    elif is_tutorial_step(text):
        found.append("sentence: a step of a tutorial")
    if ends_in_colon(string):
        found.append("sentence: ends in a colon")
    if card_count > 1:
        found.append("sentence: several blanks")
    if body.prompt:
        found.append("sentence: has a lead-in")
    if sum(map(string.count, _COMMAS)) >= _MANY_COMMAS:
        found.append("sentence: many commas")
    return found


def _phrase_features(body: Cloze, number: int, phrase: str) -> list[str]:
    """Return the features of a phrase that is hidden in a sentence."""
    text = text_of_content(body.text)
    phrase_length = length(phrase)
    hidden = [inline for inline in inlines(body.text) if inline.hide == number + 1]
    found = [_blank_kind(hidden, phrase)]
    if not phrase[:1].isdigit() and not hint_of(hidden):
        found.append("blank: shows no letters")
    if _EQUATION.search(phrase):
        found.append("blank: an equation")
    if phrase_length > _LONG_BLANK:
        found.append("blank: over 4 words")
    if 3 * phrase_length > length(text):
        found.append("blank: over a third of the words")
    if _is_one_of_several(text, number + 1):
        found.append("blank: one of several")
    if text.plain.startswith(phrase):
        found.append("blank: at the start")
    return found


def _is_one_of_several(text: Text, number: int) -> bool:
    """Return whether a conjunction joins what is hidden with something else, of which it is one of many examples."""
    numbers = [inline.hide for inline in text]
    start, end = numbers.index(number), len(numbers) - numbers[::-1].index(number)
    before = "".join([inline.text for inline in text.inlines[:start]])
    after = "".join([inline.text for inline in text.inlines[end:]])
    if article := next((each for each in _ARTICLES if before.endswith(each)), ""):
        before = before[: 1 - len(article)]
    return before.endswith(_CONJUNCTIONS_BEFORE) or after.startswith(_CONJUNCTIONS)


def _blank_kind(hidden: Sequence[Inline], phrase: str) -> str:
    """Return what a blank hides, by its marks first."""
    if [inline for inline in hidden if inline.styles & Style.MARKED]:
        return "blank: marked by the author"
    if [inline for inline in hidden if inline.kind == "code"]:
        return "blank: code"
    if phrase[:1].isdigit():
        return "blank: a number"
    if acronym_letters(phrase):
        return "blank: an acronym"
    return "blank: a name" if phrase[:1].isupper() else "blank: words"
