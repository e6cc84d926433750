"""Flashcards of one line: `term::definition`, `term :: definition`, and `term:::definition` for both directions.

In: a line of a source. Out: the line marked as a card. `key:: value` is a property of Obsidian or Logseq, but in a file
that is tagged for flashcards a card, too, unless its key recurs in it or in another file. `std::vector` is the name of
something in code.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from itertools import chain

from studydeck.markdown.dialects.anki_tools import CARD_TAG
from studydeck.markdown.dialects.card_lines import CardLines, Line, card_lines_of
from studydeck.markdown.dialects.labels import asks
from studydeck.markdown.flashcards import ANSWER, ANSWER_BOTH_WAYS
from studydeck.patterns import lazy_pattern
from studydeck.text.tokens import is_function_word
from studydeck.text.word_list_files import alternatives, phrase_set

KEY_MARK = ":: "
_ARROW = lazy_pattern(r"(?<=\S)\s+:(?P<sign><->|->|<-)\s+(?=\S)")
_ARROWS = {"->": ANSWER, "<-": ANSWER, "<->": ANSWER_BOTH_WAYS}
_COLONS = lazy_pattern(r"(?<!:)(?P<sign>:::?)(?!:)(?P<after>\s*)(?=\S)")
_CODE_OR_MATH = lazy_pattern(
    r"(`+)(?!`).*?(?<!`)\1(?!`)"  # code
    r"|\$[^$\s](?:[^$]*[^$\s])?\$"  # math
    r"|https?://\S+|\[\[[^\[\]]*\]\]"  # addresses and links
)
_PATH_OF_NAMES = lazy_pattern(
    r"(?:^|[\s(<&*])(?:std|boost|[a-z_]\w*_\w*)$"  # a namespace of C++
    r"|[(<>;={}#@]\S*$|^\W"  # signs of code
    r"|\d[\da-f]*$"  # a number or an IPv6 address
)
_NAME_AFTER = lazy_pattern(r"\w+(?:\(|<|::)|[(<*&]|\w*_\w|[A-Za-z_]\w*\s*;$")
_NAME = lazy_pattern(r"[A-Za-z_]\w*", re.ASCII)
_NAME_INSIDE = lazy_pattern(
    r"[\u3000-\u9fff\uac00-\uffef]\s*[A-Za-z_]\w*$|,\s+[A-Za-z_]\w*$", re.ASCII
)  # "However, Dog"
_NAME_AS_TOPIC = lazy_pattern(rf"[A-Za-z_]\w*\s*{alternatives('topic_particles', 'unspaced_sentence_verbs')}", re.ASCII)
_TYPE = lazy_pattern(
    r"->|=>|→\s*[A-Z]"  # a function's type
    r"|^(?:Maybe|Int|Integer|String|Bool|Char|Double|\[[A-Z]\w*\])$"  # a type by name
)
_NO_TERMS = ("|", ":::", "..", "!!!", "???")
_PROPERTY_KEYS = phrase_set("property_keys", "more_property_keys")


def arrow_card(cards: CardLines, index: int) -> bool:
    """Mark a card with an arrow of Logseq's tools: `term :-> meaning`, `meaning :<- term`, `term :<-> meaning`."""
    line = cards.lines[index]
    arrow = None if line.is_code or line.is_heading else _ARROW.search(line.text)
    if not arrow:
        return False
    sides = [line.text[: arrow.start()], line.text[arrow.end() :]]
    if arrow["sign"] == "<-":
        sides.reverse()
    cards.mark(index, index + 1, index + 1, {index: _ARROWS[arrow["sign"]].join(sides)})
    return True


def line_card(cards: CardLines, index: int, properties: frozenset[str], *, is_tagged: bool) -> bool:
    """Mark a card of one line: `term::definition`, or `term:::definition` for both directions."""
    colons = _colons(cards.lines[index])
    if not colons or not _is_card(colons, properties, is_tagged=is_tagged):
        return False
    if not is_tagged and _are_names(colons) and not _is_among_cards(cards.lines, index, colons, properties):
        return False
    text = cards.lines[index].text
    mark = ANSWER_BOTH_WAYS if colons["sign"] == ":::" else ANSWER
    sides = (CARD_TAG.sub("", side).strip() for side in (text[: colons.start()], text[colons.end() :]))
    cards.mark(index, index + 1, index + 1, {index: mark.join(sides)})
    return True


def _colons(line: Line) -> re.Match[str] | None:
    """Return the colons between the two sides of a line, outside of its code and formulas."""
    if "::" not in line.text or line.is_code or line.is_heading or line.text.startswith(_NO_TERMS):
        return None
    masked = _CODE_OR_MATH.sub(lambda span: "x" * len(span[0]), line.text)
    match = _COLONS.search(masked)
    return match if match and masked[: match.start()].strip() and masked[match.end() :].strip() else None


def _is_card(match: re.Match[str], properties: frozenset[str], *, is_tagged: bool) -> bool:
    """Return whether colons separate a term from its definition, and not a key from a value or two names of code."""
    term, definition = match.string[: match.start()], match.string[match.end() :].rstrip()
    has_space_before = term[-1:].isspace()
    if has_space_before and not match["after"]:
        return False
    if match["after"] and not has_space_before:
        key = term.strip("*_ ([").casefold()
        return is_tagged and key not in properties and key not in _PROPERTY_KEYS and not term.startswith(("(", "["))
    if term.startswith(("(", "[")) and definition.endswith((")", "]")) and match["after"]:
        return False
    if asks(term):
        return True
    words = term.split()
    if has_space_before:
        is_type = bool(_TYPE.search(definition)) and " " not in term.strip()
        return is_tagged or not (is_type or _is_inside_sentence(words, definition))
    if _PATH_OF_NAMES.search(term) or _NAME_AFTER.match(definition) or _COLONS.search(match.string, match.end()):
        return False
    if _NAME_AS_TOPIC.match(definition) or (_NAME_INSIDE.search(term) and _NAME.match(definition)):
        return is_tagged  # a sentence about "Dog::run"
    is_sentence = len(words) > 8 or (definition.endswith(".") and len(words) > 4)
    return is_tagged or not (is_sentence or (len(words) == 1 and _predicate().match(definition)))


def _is_inside_sentence(words: list[str], definition: str) -> bool:
    """Return whether the sign between two parts of a sentence is a word of it: "and a ::: b is an operator."."""
    if len(words) <= 4 or not definition.endswith("."):
        return False
    is_open = words[-1].endswith(",") or is_function_word(words[-1].casefold())
    return is_open or bool(_predicate().match(definition))


def _is_among_cards(lines: list[Line], index: int, colons: re.Match[str], properties: frozenset[str]) -> bool:
    """Return whether a line of two names stands beside a card with another term: alone it may be a name in code."""
    near = (_colons(lines[other]) for other in (index - 1, index + 1) if 0 <= other < len(lines))
    term = colons.string[: colons.start()]
    return colons["sign"] == ":::" or any(
        match and match.string[: match.start()] != term and _is_card(match, properties, is_tagged=False)
        for match in near
    )


@cache
def _predicate() -> re.Pattern[str]:
    """Return the pattern of what a sentence says about `Module::name`; compiled on first use."""
    return lazy_pattern(rf"[a-z_]\w*\s+{alternatives('copulas', 'third_person_verbs', 'finite_verbs')}\s", re.ASCII)


def _are_names(match: re.Match[str]) -> bool:
    """Return whether both sides are one word, as in the name of a class in a module."""
    return all(map(_NAME.fullmatch, (match.string[: match.start()], match.string[match.end() :].rstrip())))


def recurring_keys(lines: Sequence[Line]) -> frozenset[str]:
    """Return the keys that a file gives several values: they are properties, and no terms."""
    return frozenset([key for key, count in Counter(_keys(lines)).items() if count > 1])


def shared_keys(texts: Sequence[str]) -> list[frozenset[str]]:
    """Return, for each text, its keys that another text has, too: they are properties, and no terms."""
    keys = [frozenset(_keys(card_lines_of(text).lines)) if KEY_MARK in text else frozenset() for text in texts]
    counts = Counter(chain.from_iterable(keys))
    return [frozenset([key for key in own if counts[key] > 1]) for own in keys]


def _keys(lines: Sequence[Line]) -> list[str]:
    """Return the key of each line `key:: value`, in lower case."""
    return [
        line.text.partition(KEY_MARK)[0].strip("*_ ([").casefold()
        for line in lines
        if KEY_MARK in line.text and not line.is_code
    ]
