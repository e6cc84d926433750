"""How much a word says: the more, the rarer it is among all leaves; what a whole family says proves nothing."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import chain

from studydeck.identity.matching.text_key import has_cjk

# A word that stands three times on both sides together stands in another leaf, too.
_KNOWN = 3


def words_of(text: str) -> frozenset[str]:
    """Give the words of a text; where words are not set apart, each two characters."""
    if not has_cjk(text):
        return frozenset(text.replace("|", " ").split())
    found: set[str] = set()
    for word in text.replace("|", " ").split():
        found.update([word] if not has_cjk(word) else (word[at : at + 2] for at in range(max(len(word) - 1, 1))))
    return frozenset(found)


class InverseFrequency(dict[str, float]):
    """The weight of each word.

    Words of the texts that are `asked` about are counted at once, for an edit asks about few; all others only when one
    of them is asked for. A word that was never seen is as rare as can be.
    """

    def __init__(self, texts: Sequence[str], asked: Iterable[str]) -> None:
        super().__init__()
        self._texts, self._all = texts, False
        self._common = self._weight(_KNOWN)
        self.expect(asked)

    def expect(self, asked: Iterable[str]) -> None:
        """Count the words of more texts that are asked about."""
        words = frozenset(chain.from_iterable(map(words_of, asked))) - self.keys()
        if words and not self._all:
            self.update(dict.fromkeys(words, self._weight(1)))
            self._count(words.intersection)

    def __missing__(self, word: str) -> float:
        if not self._all:
            self._all = True
            self._count(frozenset)
        return self.setdefault(word, self._weight(1))

    def known(self, words: Iterable[str]) -> list[str]:
        """Give the words that stand in other leaves, too."""
        return [word for word in words if self[word] <= self._common]

    def _weight(self, times: int) -> float:
        return math.log(1 + len(self._texts) / times)

    def _count(self, chosen: Callable[[frozenset[str]], frozenset[str]]) -> None:
        counts: Counter[str] = Counter()
        # Most texts stand on both sides: each is taken apart once.
        for times, same in _by_number(self._texts).items():
            found = Counter(chain.from_iterable([chosen(words_of(text)) for text in same]))
            counts.update({word: times * count for word, count in found.items()})
        self.update((word, self._weight(count)) for word, count in counts.items())


def _by_number(texts: Sequence[str]) -> dict[int, list[str]]:
    """Group texts by how often each of them stands there."""
    found: dict[int, list[str]] = {}
    for text, times in Counter(texts).items():
        found.setdefault(times, []).append(text)
    return found
