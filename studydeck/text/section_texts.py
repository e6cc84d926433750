"""The texts of a section and their words, which several stages ask for and which are collected once.

In: a section. Out: its texts and leaves, their strings, its words in normal form.
"""

from __future__ import annotations

from studydeck.model.document import Code, Formula, Html, Section, Text
from studydeck.model.traverse import leaves, string_of
from studydeck.text.lazy import lazy
from studydeck.text.normalize import fold
from studydeck.text.tokens import tokens


@lazy
def leaves_of(section: Section) -> list[Text | Code | Formula | Html]:
    """Return every text, code block, formula and HTML block of a section, in reading order."""
    return leaves(section.blocks)


def texts_of(section: Section) -> list[Text]:
    """Return every text of a section, in reading order."""
    return [leaf for leaf in leaves_of(section) if type(leaf) is Text]


@lazy
def strings_of(section: Section) -> list[str]:
    """Return the string of each leaf of a section, in reading order."""
    return [leaf.string if type(leaf) is Text else string_of(leaf) for leaf in leaves_of(section)]


@lazy
def words_of_section(section: Section) -> frozenset[str]:
    """Return the words of a section, case-folded."""
    return frozenset(tokens(fold(" ".join(strings_of(section)))))
