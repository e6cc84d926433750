"""From sections to drafts: one rule a file, one ordered table, the first to claim a block has it.

A rule reads a topic at one of its blocks and gives a `Claim`, or None. A new shape is a new file here, a line in
`RULES`, and a folder of cases under its name in `tests/cases/`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from studydeck.content import flat, normal, plain, texts, word_list
from studydeck.problems import Problem
from studydeck.rules.asides import aside
from studydeck.rules.bullets import bullets
from studydeck.rules.choices import choice
from studydeck.rules.definitions import definitions
from studydeck.rules.enumerations import enumeration
from studydeck.rules.exhibits import exhibit
from studydeck.rules.headings import heading
from studydeck.rules.leads import lead_in
from studydeck.rules.lexicon import is_generic, is_lead_word
from studydeck.rules.noise import noise
from studydeck.rules.paragraphs import paragraphs
from studydeck.rules.questions import question
from studydeck.rules.settle import settle
from studydeck.rules.tables import table
from studydeck.rules.terms import split_term
from studydeck.rules.topic import Claim, Known, Rule, Topic, refuse, topic_of
from studydeck.shapes import Block, Draft, ItemList, Section, Table, Unclaimed

MOST_BESIDE = 40  # blocks that are shown with one note
CAPITALS = 0.4  # German has one on about half of its words, English lists in title case on a third
MOST_PLAIN = 50

RULES: tuple[tuple[str, Rule], ...] = (
    ("noise", noise),
    ("choices", choice),
    ("questions", question),
    ("leads", lead_in),
    ("exhibits", exhibit),
    ("headings", heading),
    ("tables", table),
    ("definitions", definitions),
    ("enumerations", enumeration),
    ("bullets", bullets),
    ("asides", aside),
    ("paragraphs", paragraphs),
)


def drafts_of(sections: Sequence[Section]) -> tuple[list[Draft], list[Unclaimed], list[Problem]]:
    """Draft every note that the sections hold, and say what became nothing and why.

    Parameters
    ----------
    sections : the sections of all sources, in order; drafts refer to them by index.

    Returns
    -------
    drafts in the order of the sources, unclaimed blocks, problems of the deck as a whole.
    """
    known = Known(frozenset(_terms(sections)), frozenset(_small(sections)), capitals=_capitals(sections))
    drafts: list[Draft] = []
    unclaimed: list[Unclaimed] = []
    for index, section in enumerate(sections):
        found, left = _walk(topic_of(section, index), known)
        drafts += found
        unclaimed += left
    kept, twice, problems = settle(drafts)
    return kept, sorted([*unclaimed, *twice], key=lambda one: (one.place.path, one.place.line)), problems


def _walk(topic: Topic, known: Known) -> tuple[list[Draft], list[Unclaimed]]:
    """Offer each block of a topic to the rules in turn, then read the topics inside."""
    drafts: list[Draft] = []
    unclaimed: list[Unclaimed] = []
    at = 0
    while at < len(topic.blocks):
        claim = _claim(topic, at, known)
        if claim.attached:
            if drafts and len(drafts[-1].extra) < MOST_BESIDE:
                drafts[-1] = replace(drafts[-1], extra=(*drafts[-1].extra, *claim.attached))
            else:
                unclaimed += (Unclaimed(one.place, "no-note-beside", plain((one,))[:200]) for one in claim.attached)
        drafts += claim.drafts
        unclaimed += claim.unclaimed
        for inner in claim.inner:
            found, left = _walk(inner, known)
            drafts += found
            unclaimed += left
        at += claim.taken
    return drafts, unclaimed


def _claim(topic: Topic, at: int, known: Known) -> Claim:
    for _, rule in RULES:
        if claim := rule(topic, at, known):
            return claim
    return refuse(topic.blocks[at], "no-rule")


def _small(sections: Sequence[Section]) -> Iterator[str]:
    """Give the words that the notes write without a capital."""
    for section in sections:
        for word in word_list(plain(section.blocks)):
            if word.islower():
                yield word


def _capitals(sections: Sequence[Section]) -> bool:
    """Tell whether the notes write nouns with a capital, as German does."""
    inside = [
        word
        for section in sections
        for text in texts(section.blocks)
        for word in word_list(flat(text))[1:]
        if word.isalpha() and len(word) > 3 and not word.isupper()
    ]
    return len(inside) > MOST_PLAIN and sum(word[0].isupper() for word in inside) > CAPITALS * len(inside)


def _terms(sections: Sequence[Section]) -> Iterator[str]:
    """Give the names that the notes define: headings, bold terms, the keys of tables."""
    for section in sections:
        if section.level > 1:
            yield from _name(plain(section.heading))
        yield from _named(section.blocks)


def _named(blocks: Sequence[Block]) -> Iterator[str]:
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


__all__ = ["RULES", "drafts_of"]
