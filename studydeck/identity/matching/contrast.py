"""Words that contrast: "synchronous" and "asynchronous", "afferent" and "efferent" are alike, and never a typo.

In: two words or texts in normal form. Out: whether they differ by beginnings that are opposites.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from functools import cache

from studydeck.identity.matching import thresholds
from studydeck.identity.matching.edit_distance import common_end
from studydeck.text.word_list_files import phrases


def are_contrasting(word: str, other: str) -> bool:
    """Return whether two words have one stem behind beginnings that are opposites, or behind a negating one."""
    least = thresholds.MIN_CONTRASTING_STEM
    if word == other or min(len(word), len(other)) < least or word[-least:] != other[-least:]:
        return False
    shared = common_end(word, other)
    # "outside" and "inside": the words may also share the end of what precedes the stem.
    return any(
        frozenset((word[: len(word) - stem], other[: len(other) - stem])) in _opposites()
        for stem in range(least, shared + 1)
    )


def hold_contrasting(words: AbstractSet[str], others: AbstractSet[str]) -> bool:
    """Return whether a word of one text contrasts with a word of the other; words in both texts do not count."""
    only, only_others = words - others, others - words
    return any(are_contrasting(word, other) for word in only for other in only_others)


@cache
def _opposites() -> frozenset[frozenset[str]]:
    """Return the beginnings that contrast; a negating one contrasts with none."""
    pairs = ((line.split() if " " in line else (line, "")) for line in phrases("contrast_prefixes"))
    return frozenset(map(frozenset, pairs))
