"""How alike texts are by their letters, from 0 to 1.

rapidfuzz is loaded when it is first asked: loading it takes as long as matching a small deck, and where nothing was
reworded nobody asks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def similarity(one: str, other: str, least: float = 0.0) -> float:
    """Compare two texts; a likeness below the least that matters is 0."""
    from rapidfuzz.distance import Indel

    return Indel.normalized_similarity(one, other, score_cutoff=least)


def nearest(text: str, others: Mapping[int, str], least: float, most: int) -> list[tuple[int, float]]:
    """Give the numbers of the texts that are nearest to one, and how near they are, the nearest first."""
    from rapidfuzz import process
    from rapidfuzz.distance import Indel

    found = process.extract(text, others, scorer=Indel.normalized_similarity, score_cutoff=least, limit=most)
    return [(number, near) for _, near, number in found]


def closest(word: str, others: Sequence[str], least: float) -> str:
    """Give the word that is nearest to one, or nothing."""
    from rapidfuzz import process
    from rapidfuzz.distance import Indel

    found = process.extractOne(word, others, scorer=Indel.normalized_similarity, score_cutoff=least)
    return found[0] if found else ""
