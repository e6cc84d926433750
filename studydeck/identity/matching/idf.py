"""Inverse document frequency of words: the rarer a word is among all notes, the more it weighs.

In: the texts of the notes of both builds. Out: a weight for each word. Words that many notes share identify none of
them.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import chain

from studydeck.identity.matching import thresholds
from studydeck.identity.matching.text_key import BLANK, has_cjk
from studydeck.text.tokens import is_function_word


def word_set(text: str) -> frozenset[str]:
    """Return the words of a text; where a script does not separate words, its pairs of adjacent characters."""
    if not has_cjk(text):
        return frozenset(text.replace("|", " ").split())
    words: set[str] = set()
    for word in text.replace("|", " ").split():
        words.update([word] if not has_cjk(word) else (word[at : at + 2] for at in range(max(len(word) - 1, 1))))
    return frozenset(words)


def content_words(text: str) -> frozenset[str]:
    """Return the content words of a text; short words of languages without a list of function words are left out."""
    return frozenset(
        word
        for word in word_set(text)
        if not is_function_word(word)
        and (len(word) >= thresholds.MIN_CONTENT_WORD or not word.isalpha() or has_cjk(word))
    )


def words_around_blank(sentence: str) -> int:
    """Return how many content words a sentence has besides the sign for the phrase that it hides."""
    return len(content_words(sentence) - {BLANK})


class InverseFrequency(dict[str, float]):
    """The weight of each word.

    An edit compares few texts, so only the words of the `compared` texts are counted at first. The first lookup of any
    other word counts all words. A word that occurs in no text has the weight of one that occurs once.
    """

    def __init__(self, texts: Sequence[str], compared: Iterable[str]) -> None:
        super().__init__()
        self._texts, self._counted_all = texts, False
        self._common_weight = self._weight(thresholds.COMMON_WORD_COUNT)
        self.prepare(compared)

    def prepare(self, compared: Iterable[str]) -> None:
        """Count the words of more texts that will be compared."""
        words = frozenset(chain.from_iterable(map(word_set, compared))) - self.keys()
        if words and not self._counted_all:
            self.update(dict.fromkeys(words, self._weight(1)))
            self._count(words.intersection)

    def __missing__(self, word: str) -> float:
        if not self._counted_all:
            self._counted_all = True
            self._count(frozenset)
        return self.setdefault(word, self._weight(1))

    def common_words(self, words: Iterable[str]) -> list[str]:
        """Return the words that other notes contain, too."""
        return [word for word in words if self[word] <= self._common_weight]

    def _weight(self, count: int) -> float:
        return math.log(1 + len(self._texts) / count)

    def _count(self, select: Callable[[frozenset[str]], frozenset[str]]) -> None:
        counts: Counter[str] = Counter()
        # Most texts occur in both builds: split each of them only once.
        for times, texts in _by_occurrences(self._texts).items():
            occurrences = Counter(chain.from_iterable([select(word_set(text)) for text in texts]))
            counts.update({word: times * count for word, count in occurrences.items()})
        self.update((word, self._weight(count)) for word, count in counts.items())


def _by_occurrences(texts: Sequence[str]) -> dict[int, list[str]]:
    """Group texts by how often each of them occurs."""
    groups: dict[int, list[str]] = {}
    for text, times in Counter(texts).items():
        groups.setdefault(times, []).append(text)
    return groups
