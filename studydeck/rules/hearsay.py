"""What the whole deck knows, and what of it one section can use: no edit elsewhere that it cannot use concerns it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from studydeck.content import flat, fold, normal, pieces, plain, texts, word_list
from studydeck.memory import Memory
from studydeck.rules.lexicon import is_generic, is_lead_word
from studydeck.rules.terms import split_term
from studydeck.shapes import Block, ItemList, Section, Table

CAPITALS = 0.4  # German has one on about half of its words, English lists in title case on a third
MOST_PLAIN = 50
_OPENS = re.compile(r"[.!?:]\s+")


class Glance(Struct, frozen=True):
    """What a section adds to what the deck knows, and by which words it can use what the others add.

    `terms` are the names that it defines, `small` the words that it writes without a capital, `capitals` how many of
    so `many` words inside of sentences have one; `words` are all its words in normal form, `names` those of them that
    have a capital though they open no sentence.
    """

    terms: frozenset[str]
    small: frozenset[str]
    many: int
    capitals: int
    words: frozenset[str]
    names: frozenset[str]


class Hearsay:
    """What all sections know together: the names that they define, and the words that they write both ways."""

    def __init__(self, terms: frozenset[str], small: frozenset[str]) -> None:
        self.small = small
        words = [(term, term.split()) for term in terms]
        count = Counter(word for _, names in words for word in names)
        # A name is looked for by the rarest of its words: few sections hold it by chance.
        self.named: dict[str, list[tuple[str, frozenset[str]]]] = {}
        for term, names in words:
            rarest = min(names, key=count.__getitem__)
            self.named.setdefault(rarest, []).append((term, frozenset(names)))
        self.rarest = frozenset(self.named)


Heard = tuple[Hearsay, bool]


def heard(glances: Sequence[Glance], memory: Memory) -> Heard:
    """Join what all sections add; `capitals` tells that a capital inside of a sentence says nothing in these notes."""
    many, capitals = sum([one.many for one in glances]), sum([one.capitals for one in glances])
    terms: frozenset[str] = frozenset().union(*[one.terms for one in glances])
    small: frozenset[str] = frozenset().union(*[one.small for one in glances])
    names: frozenset[str] = frozenset().union(*[one.names for one in glances])
    return memory.of(Hearsay, terms, small & names), many > MOST_PLAIN and capitals > CAPITALS * many


def terms_in(hearsay: Hearsay, glance: Glance) -> frozenset[str]:
    """Give the names of which a section has all the words."""
    words, named = glance.words, hearsay.named
    return frozenset([term for word in words & hearsay.rarest for term, names in named[word] if names <= words])


def common_in(hearsay: Hearsay, glance: Glance) -> frozenset[str]:
    """Give the words that a section writes with a capital, and some section small."""
    return hearsay.small & glance.names


def glance(section: Section) -> Glance:
    """See what a section adds to what the deck knows."""
    said = plain(section.blocks)
    each = [flat(text) for text in texts(section.blocks)]
    inside = [word for words in each for word in word_list(words)[1:]]
    parts = [part for words in each for part in _OPENS.split(words)]
    names = [word for part in parts for word in pieces(part)[part[:1].isalnum() :]]
    told = [word for word in inside if len(word) > 3 and word.isalpha() and not word.isupper()]
    return Glance(
        frozenset(_terms(section)),
        frozenset(filter(str.islower, word_list(said))),
        len(told),
        sum(word[0].isupper() for word in told),
        frozenset(pieces(fold(said))),
        frozenset([word.casefold() for word in names if word[0].isupper()]),
    )


def _terms(section: Section) -> Iterator[str]:
    """Give the names that a section defines: its heading, bold terms, the keys of tables."""
    if section.level > 1:
        yield from _name(plain(section.heading))
    yield from _named(section.blocks)


def _named(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, ItemList):
            for item in block.items:
                if found := split_term(item.text):
                    yield from _name(plain(found[0]))
                yield from _named(item.blocks)
        elif isinstance(block, Table):
            for row in block.rows:
                yield from _name(plain(row.cells[0]) if row.cells else "")


def _name(words: str) -> Iterator[str]:
    name = normal(words)
    short = 3 <= len(name) <= 40 and len(name.split()) <= 4 and not name.isdigit()
    if short and not is_generic(words) and not is_lead_word(words) and any(letter.isupper() for letter in words):
        yield name
