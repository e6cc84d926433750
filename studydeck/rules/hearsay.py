"""What the whole deck knows, and what of it one section can use: no edit elsewhere that it cannot use concerns it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import chain

from msgspec import Struct

from studydeck.content import flat, lines, plain, texts
from studydeck.memory import Memory
from studydeck.rules.lexicon import is_generic, is_lead_word
from studydeck.rules.terms import split_term
from studydeck.shapes import Content, ItemList, Section, Table
from studydeck.words import fold, normal, pieces, word_list

CAPITALS = 0.4  # German has one on about half of its words, English lists in title case on a third
MOST_PLAIN = 50
_OPENING = re.compile(r"(?:^|[.!?:]\s+)[^\W_]+")


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


def joined(glances: Sequence[Glance]) -> Glance:
    """Join what sections add; how each of them can use what the others add is its own matter."""
    return Glance(
        terms=frozenset().union(*[one.terms for one in glances]),
        small=frozenset().union(*[one.small for one in glances]),
        many=sum([one.many for one in glances]),
        capitals=sum([one.capitals for one in glances]),
        words=frozenset(),
        names=frozenset().union(*[one.names for one in glances]),
    )


def heard(glances: Sequence[Glance], memory: Memory) -> Heard:
    """Give what all sections know together, and whether a capital inside of a sentence says nothing in these notes."""
    whole = joined(glances)
    capitals = whole.many > MOST_PLAIN and whole.capitals > CAPITALS * whole.many
    return memory.of(Hearsay, whole.terms, whole.small & whole.names), capitals


def terms_in(hearsay: Hearsay, glance: Glance) -> frozenset[str]:
    """Give the names of which a section has all the words."""
    words, named = glance.words, hearsay.named
    return frozenset([term for word in words & hearsay.rarest for term, names in named[word] if names <= words])


def common_in(hearsay: Hearsay, glance: Glance) -> frozenset[str]:
    """Give the words that a section writes with a capital, and some section small."""
    return hearsay.small & glance.names


def glance(section: Section) -> Glance:
    """See what a section adds to what the deck knows."""
    said = lines(section.blocks)
    each = [flat(text) for text in texts(section.blocks)]
    words = [word_list(line) for line in each]
    told = [one for inside in words for one in inside[1:] if len(one) > 3 and one.isalpha() and not one.isupper()]
    code = set(said).difference(each)
    return Glance(
        _terms(section),
        frozenset(filter(str.islower, chain(*words, *map(word_list, code)))),
        len(told),
        len([one for one in told if one[0].isupper()]),
        frozenset(pieces(fold(" ".join(said)))),
        frozenset([name.casefold() for line in each for name in _names(line)]),
    )


def _names(line: str) -> list[str]:
    """Give the words that have a capital though they open no sentence."""
    if line[1:].islower():
        return []
    return [word for word in pieces(_OPENING.sub(" ", line)) if word[0].isupper()]


def _terms(section: Section) -> frozenset[str]:
    """Give the names that a section defines: its heading, bold terms, the keys of tables."""
    named = _named(section.blocks)
    if section.level > 1:
        named.append(plain(section.heading))
    return frozenset([name for words in named if (name := _name(words))])


def _named(blocks: Content) -> list[str]:
    named: list[str] = []
    for block in blocks:
        if type(block) is ItemList:
            for item in block.items:
                if found := split_term(item.text):
                    named.append(plain(found[0]))
                if item.blocks:
                    named += _named(item.blocks)
        elif type(block) is Table:
            named += [plain(row.cells[0]) for row in block.rows if row.cells]
    return named


def _name(words: str) -> str:
    """Give the normal form of words that can be a name, else nothing."""
    if words.islower():
        return ""
    name = normal(words)
    short = 3 <= len(name) <= 40 and name.count(" ") < 4 and not name.isdigit()
    known = short and any(map(str.isupper, words)) and not is_generic(words) and not is_lead_word(words)
    return name if known else ""
