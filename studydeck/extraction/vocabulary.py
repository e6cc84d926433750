"""What the whole deck knows, and what of it one section can use: no edit elsewhere that it cannot use concerns it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import chain

from studydeck.model.document import Content, ItemList, Section, Table
from studydeck.model.notes import DeckVocabulary, SectionVocabulary, VocabularySummary
from studydeck.model.traverse import flat, lines, plain, texts
from studydeck.text.length import word_list
from studydeck.text.lexicon import is_generic, is_lead_word
from studydeck.text.normalize import fold, normal, pieces
from studydeck.text.terms import split_term

CAPITALS = 0.4  # German has one on about half of its words, English lists in title case on a third
MOST_PLAIN = 50
_OPENING = re.compile(r"(?:^|[.!?:]\s+)[^\W_]+")


def merged(summaries: Sequence[VocabularySummary]) -> VocabularySummary:
    """Join what sections, or files, add; by which words each of them can use the others is its own matter."""
    return VocabularySummary(
        terms=frozenset().union(*[one.terms for one in summaries]),
        lowercase_words=frozenset().union(*[one.lowercase_words for one in summaries]),
        word_count=sum([one.word_count for one in summaries]),
        capitalised=sum([one.capitalised for one in summaries]),
        words=frozenset(),
        names=frozenset().union(*[one.names for one in summaries]),
    )


def vocabulary(summaries: Sequence[VocabularySummary]) -> DeckVocabulary:
    """Give what all files know together."""
    whole = merged(summaries)
    capitals = whole.word_count > MOST_PLAIN and whole.capitalised > CAPITALS * whole.word_count
    return DeckVocabulary(whole.terms, whole.lowercase_words & whole.names, capitals)


def narrower(deck: DeckVocabulary) -> Callable[[VocabularySummary], SectionVocabulary]:
    """Index a deck's vocabulary, and give what narrows it to one section."""
    words = [(term, term.split()) for term in deck.terms]
    count = Counter(word for _, names in words for word in names)
    # A name is looked for by the rarest of its words: few sections hold it by chance.
    named: dict[str, list[tuple[str, frozenset[str]]]] = {}
    for term, names in words:
        named.setdefault(min(names, key=count.__getitem__), []).append((term, frozenset(names)))
    rarest = frozenset(named)

    def narrowed(section: VocabularySummary) -> SectionVocabulary:
        words = section.words
        terms = frozenset([term for word in words & rarest for term, names in named[word] if names <= words])
        endings = frozenset([term.rpartition(" ")[2] for term in terms])
        return SectionVocabulary(terms, deck.lowercase_words & section.names, deck.capitalised, endings)

    return narrowed


def summary_of(section: Section) -> VocabularySummary:
    """Give what a section adds to what the deck knows."""
    said = lines(section.blocks)
    each = [flat(text) for text in texts(section.blocks)]
    words = [word_list(line) for line in each]
    told = [one for inside in words for one in inside[1:] if len(one) > 3 and one.isalpha() and not one.isupper()]
    code = set(said).difference(each) if len(said) > len(each) else ()
    return VocabularySummary(
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
    vocabulary = short and any(map(str.isupper, words)) and not is_generic(words) and not is_lead_word(words)
    return name if vocabulary else ""
