"""Character-level similarity of texts, from 0 to 1.

In: two texts, or one text and its candidates. Out: the normalized indel similarity, or the most similar candidates.
rapidfuzz is imported on first use: importing it takes as long as matching a small deck, and a build in which nothing
was reworded does not need it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache


@cache
def _indel_similarity() -> Callable[..., float]:
    """Return the function; cached, as looking up an import takes as long as comparing two words."""
    from rapidfuzz.distance import Indel

    return Indel.normalized_similarity


@cache
def _extract_one() -> Callable[..., tuple[str, float, int] | None]:
    from rapidfuzz import process

    return process.extractOne


def character_similarity(text: str, other: str, min_score: float = 0.0) -> float:
    """Return the similarity of two texts, or 0 if it is below `min_score`."""
    return _indel_similarity()(text, other, score_cutoff=min_score)


def edit_count(word: str, other: str) -> int:
    """Return how many letters of a word are inserted, removed, changed or swapped in another one."""
    from rapidfuzz.distance import DamerauLevenshtein

    return DamerauLevenshtein.distance(word, other)


def common_beginning(word: str, other: str) -> int:
    """Return how many letters two words share at their beginnings."""
    from rapidfuzz.distance import Prefix

    return Prefix.similarity(word, other)


def common_end(word: str, other: str) -> int:
    """Return how many letters two words share at their ends."""
    from rapidfuzz.distance import Postfix

    return Postfix.similarity(word, other)


def nearest(text: str, candidates: Mapping[int, str], min_score: float, limit: int) -> list[tuple[int, float]]:
    """Return the numbers of the candidates most similar to a text, with their scores, best first."""
    from rapidfuzz import process

    matches = process.extract(text, candidates, scorer=_indel_similarity(), score_cutoff=min_score, limit=limit)
    return [(number, score) for _, score, number in matches]


def closest(word: str, candidates: Sequence[str], min_score: float) -> str:
    """Return the candidate most similar to a word, or an empty string."""
    match = _extract_one()(word, candidates, scorer=_indel_similarity(), score_cutoff=min_score)
    return match[0] if match else ""
