"""How alike two texts are, and what speaks against their being the same item; words alone, no context.

Letters see a typo, words see a swapped word, and neither is enough: "left example" and "right example" share most of
their letters, "wether" and "whether" no word. So a likeness is the mean of both. Words weigh by how rare they are among
all leaves: what every sentence of a family says ("the kth bit") proves nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from studydeck.identity.matching.edit_distance import closest, similarity
from studydeck.identity.matching.idf import InverseFrequency, words_of
from studydeck.identity.matching.text_key import TELLING_LENGTH, is_telling, items_of, triple

FLOOR = 0.45
_DIGIT = re.compile(r"\d")
_TYPO, _TYPO_LENGTH, _TYPO_IN_SHORT = 0.75, 4, 0.85
# Below this likeness of letters two texts are strangers, and their words are not looked at.
_QUICK = 0.5
_ALMOST, _SAME_MEANING = 0.8, 0.95
# Words of the shorter text that the longer one has, by weight; how many words, and how long, it must be for that.
_COVERED, _COVERED_WORDS, _COVERING = 0.9, 4, 0.4
_SWAPPED = 0.06
_SHORT_TEXT = 7
_NEGATIONS = frozenset({"not", "no", "never", "cannot", "without", "t", "non", "nicht", "kein", "inte", "não", "nie"})


class Similarity:
    """Compares texts of one deck; all of them tell which words are rare, `asked` are those that may be compared."""

    def __init__(self, texts: Sequence[str], asked: Iterable[str]) -> None:
        self._rarity = InverseFrequency(texts, asked)
        self._words: dict[str, frozenset[str]] = {}
        # What was compared last: one pair of texts is weighed for and against in turn.
        self._asked = ("", "")
        self._answer: tuple[float, list[str], list[str]] = (0.0, [], [])

    def expect(self, asked: Iterable[str]) -> None:
        """Make ready for more texts that may be compared."""
        self._rarity.expect(asked)

    def of(self, kind: str, one: str, other: str) -> float:
        """Give how alike two texts of one kind are, less what speaks against them: FLOOR to 1, or 0."""
        if one == other:
            return 1.0
        if kind == "pair":
            found = self._pairs(one, other)
        elif ("|" in one) != ("|" in other):
            return 0.0
        else:
            found = self._lists(one, other) if "|" in one else self.sentences(one, other)
        return max(found - self._against(one, other), 0.0) if found >= FLOOR else 0.0

    def sentences(self, one: str, other: str) -> float:
        """Compare two runs of words: as they stand, or the one within the other."""
        if one == other:
            return 1.0
        short, long = sorted((one, other), key=len)
        if not short:
            return 0.0
        ratio = len(short) / len(long)
        if len(short) >= TELLING_LENGTH and f" {short} " in f" {long} ":
            return max(0.72 + 0.2 * ratio, self._mean(one, other))
        if ratio >= _COVERING and self._covered(short, long) >= _COVERED:
            return max(0.66 + 0.2 * ratio, self._mean(one, other))
        return self._mean(one, other)

    def terms(self, one: str, other: str) -> float:
        """Compare two names: "EC2" and "EC2 overview" are near, however short."""
        found = self.sentences(one, other)
        short, long = sorted((one, other), key=len)
        return max(found, 0.7 + 0.2 * len(short) / len(long)) if short and f" {short} " in f" {long} " else found

    def extends(self, one: str, other: str) -> bool:
        """Tell whether of two sentences the shorter stands in the longer: words were added or taken away."""
        if "|" in one or "|" in other:
            return False
        short, long = sorted((one, other), key=len)
        return f" {short} " in f" {long} " or self._covered(short, long) >= _COVERED

    def _mean(self, one: str, other: str) -> float:
        letters = similarity(one, other, _QUICK)
        return (letters + self.shared(one, other)) / 2 if letters else 0.0

    def _split(self, text: str) -> frozenset[str]:
        if text not in self._words:
            self._words[text] = words_of(text)
        return self._words[text]

    def _weight(self, words: Iterable[str]) -> float:
        return sum(map(self._rarity.__getitem__, words))

    def _covered(self, short: str, long: str) -> float:
        """Give the share of the shorter text's words that the longer one has, by weight."""
        few, many = self._split(short), self._split(long)
        if len(few) < _COVERED_WORDS:
            return 0.0
        return self._weight(few & many) / self._weight(few)

    def shared(self, one: str, other: str) -> float:
        """Give the share of words that two texts have in common, by weight."""
        common, ours, theirs = self._compared(one, other)
        alone = self._weight(ours) + self._weight(theirs)
        return common / (common + alone) if common else 0.0

    def _compared(self, one: str, other: str) -> tuple[float, list[str], list[str]]:
        """Give the weight of the words in common, twice, and the words of either side alone; a typo is common."""
        if (one, other) == self._asked:
            return self._answer
        a, b = self._split(one), self._split(other)
        common, theirs = 2 * self._weight(a & b), sorted(b - a)
        ours: list[str] = []
        for word in sorted(a - b):
            near = closest(word, theirs, _TYPO)
            if near and is_typo(word, near):
                theirs.remove(near)
                common += self._weight((word, near)) * 0.9
            else:
                ours.append(word)
        self._asked, self._answer = (one, other), (common, ours, theirs)
        return self._answer

    def _pairs(self, one: str, other: str) -> float:
        """Compare two pairs part by part: a term that was retyped or a meaning that was reworded, but hardly both."""
        (term, label, meaning), (term_2, label_2, meaning_2) = triple(one), triple(other)
        meanings = self.sentences(meaning, meaning_2)
        terms = (self.terms if meanings >= _ALMOST else self.sentences)(term, term_2)
        if self._renumbered(term, term_2):
            terms /= 2
        labels = 1.0 if label == label_2 else self.sentences(label, label_2) * 0.8
        telling = is_telling(meaning) and is_telling(meaning_2)
        if terms == 1.0 and labels == 1.0:
            return 0.25 + 0.75 * meanings
        if meanings >= _SAME_MEANING and telling:
            return (0.6 + 0.35 * terms) * (0.85 + 0.15 * labels)
        if not telling:
            # A short meaning is no witness: the term itself must be the same but for a typo.
            return terms**2 * (meanings + labels) / 2
        found = (0.5 * terms + 0.5 * meanings) * (0.85 + 0.15 * labels)
        return found if min(terms, meanings) >= _QUICK else max(found - 0.15, self._regrouped(one, other))

    def _regrouped(self, one: str, other: str) -> float:
        """Compare pairs whose words stayed while another part of them became the term."""
        a, b = (" ".join(text.replace("|", " ").split()) for text in (one, other))
        return 0.85 * self._mean(a, b) if self.shared(a, b) >= _COVERED else 0.0

    def _lists(self, one: str, other: str) -> float:
        """Compare two lists item by item: what was added or taken away leaves it the same list."""
        ours, theirs = items_of(one), items_of(other)
        smaller, larger = sorted((len(ours), len(theirs)))
        kept = 0.0
        for item in ours:
            near = max(theirs, key=lambda it: similarity(item, it), default="")
            if near and (found := self.sentences(item, near)) >= _TYPO:
                theirs.remove(near)
                kept += found
        by_items = 0.65 * kept / smaller + 0.35 * kept / larger if smaller else 0.0
        return max(by_items, self._mean(one, other))

    def _against(self, one: str, other: str) -> float:
        """Weigh what makes two similar texts say different things: a negation, other numbers, a word for a word."""
        a, b = self._split(one), self._split(other)
        ours, theirs = a - b, b - a
        found = 0.1 if bool(ours & _NEGATIONS) != bool(theirs & _NEGATIONS) else 0.0
        if self._renumbered(one, other):
            # "Version 1.2" and "Version 1.3" are two things; a figure that was mended in a long sentence is not.
            short = min(len(a), len(b)) < _SHORT_TEXT
            only = all(map(_DIGIT.search, ours)) or all(map(_DIGIT.search, theirs))
            found += (0.3 if short else 0.12) if only else (0.15 if short else 0.05)
        return found + self._swapped(one, other)

    def _swapped(self, one: str, other: str) -> float:
        """Weigh words that stand for one another; where other leaves have both, "left" for "right" is another fact."""
        common, ours, theirs = self._compared(one, other)
        swapped = min(self._weight(self._rarity.known(side)) for side in (ours, theirs))
        share = swapped / (common + self._weight(ours) + self._weight(theirs)) if swapped else 0.0
        return 0.05 + 0.4 * share if share >= _SWAPPED else 0.0

    def _renumbered(self, one: str, other: str) -> bool:
        a, b = self._split(one), self._split(other)
        return any(map(_DIGIT.search, a - b)) and any(map(_DIGIT.search, b - a))


def is_typo(word: str, other: str) -> bool:
    """Tell whether one word is the other, misspelled or in another form; numbers are never."""
    if min(len(word), len(other)) < _TYPO_LENGTH or _DIGIT.search(word + other):
        return False
    # One letter for another makes another word of a short one ("LIFO", "FIFO"); one more or less hardly does.
    return similarity(word, other) >= (_TYPO if min(len(word), len(other)) >= 6 else _TYPO_IN_SHORT)
