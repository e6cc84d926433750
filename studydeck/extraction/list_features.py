"""The features of a list, for the confidence of the cards that hide one of its items or ask for all of them.

In: a list and what names it. Out: the names of its features. Nobody can know which package, command or address of a
list is hidden, nor which example of many an open list names.
"""

from __future__ import annotations

import re

from studydeck.model.document import ItemList
from studydeck.patterns import lazy_pattern
from studydeck.text.normalize import lower
from studydeck.text.punctuation import without_colon
from studydeck.text.tokens import tokens
from studydeck.text.word_list_files import alternatives, phrases

_LAST_WORDS = lazy_pattern(
    rf"""
    (?: ^ | [\s,;:、，；)）] ) {alternatives("open_list_endings", "open_ends")} \W* $   # "etc.", "and more"
    | (?: \.{{3,}} | … ) \W* $
    | {alternatives("unspaced_open_list_endings", "unspaced_open_ends")} \W* $  # "等"
    """,
    re.IGNORECASE | re.VERBOSE,
)
_LAST_OPEN_WORDS = frozenset([tokens(lower(phrase))[-1] for phrase in phrases("open_list_endings", "open_ends")])
_UNSPACED_OPEN_WORDS = tuple(
    [tokens(phrase)[-1] for phrase in phrases("unspaced_open_list_endings", "unspaced_open_ends")]
)
_EXAMPLES_FOLLOW = lazy_pattern(rf"(?:^|\s){alternatives('example_lead_ins')}$", re.IGNORECASE)
_COMMAND = lazy_pattern(rf"(?:[$>#]\s+)?(?:sudo\s+)?{alternatives('shell_commands')}(?:\s+[^\s].*)?", re.DOTALL)
_PACKAGES = lazy_pattern(r"[a-z0-9][a-z0-9+._-]*(?:\s+[a-z0-9][a-z0-9+._-]*){0,4}")
_PACKAGE_LIST = lazy_pattern(rf"\b{alternatives('package_nouns')}\b", re.IGNORECASE)
_ARROW = lazy_pattern(r"\s(?:[-=]>|[→⇒])\s")


def features_of_list(items: ItemList, name: str, headings: tuple[str, ...]) -> list[str]:
    """Return the features of a list below a name, which the headings above it may explain; in an order it is a way."""
    texts = [item.text.plain for item in items.items]
    found = ["list: goes on"] if _goes_on(texts[-1], name) else []
    if not items.ordered and _are_commands(texts, (name, *headings)):
        found.append("list: of commands")
    if not all(texts):
        found.append("list: an item is empty")
    if {text[:1].upper() for text in texts} & {heading for heading in (name, *headings) if len(heading) == 1}:
        found.append("list: of an index")  # "S": words in the order of the alphabet, without what they mean
    return found


def is_mixed(items: ItemList) -> bool:
    """Return whether most items, but not all, say to what something leads: "Browser → CTAP" beside "UP/UV"."""
    count = sum(bool(_ARROW.search(item.text.plain)) for item in items.items)
    return not items.ordered and len(items.items) > count > 0.5 * len(items.items)


def _goes_on(last: str, name: str) -> bool:
    """Return whether a list names but examples: its last item says that there are more, or its name says "such as"."""
    has_dots = "..." in last or "…" in last
    last_word = (tokens(lower(last)) or [""])[-1]
    ends_openly = last_word in _LAST_OPEN_WORDS or last_word.endswith(_UNSPACED_OPEN_WORDS)
    if (has_dots or ends_openly) and _LAST_WORDS.search(last):
        return True
    return bool(_EXAMPLES_FOLLOW.search(without_colon(name)))


def _are_commands(texts: list[str], names: tuple[str, ...]) -> bool:
    """Return whether most items are commands, or all are names of packages below a name that says so."""
    if 2 * sum(bool(_COMMAND.fullmatch(text)) for text in texts) > len(texts):
        return True
    return all(map(_PACKAGES.fullmatch, texts)) and any(map(_PACKAGE_LIST.search, names))
