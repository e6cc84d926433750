"""The similarity of two note texts, less a penalty for signs that they are different items; without context.

In: two texts of one kind. Out: a score from 0 to 1. Characters find a typo, words find a replaced word, and neither is
enough: "left example" and "right example" share most characters, "wether" and "whether" share no word. So a score is
the mean of both. Words weigh by how rare they are among all notes: a phrase that many notes share ("the kth bit")
identifies none of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from studydeck.identity.matching.edit_distance import character_similarity, closest
from studydeck.identity.matching.idf import InverseFrequency, word_set
from studydeck.identity.matching.text_key import INFORMATIVE_LENGTH, is_informative, list_items, pair_parts

SIMILARITY_CUTOFF = 0.45
_DIGIT = re.compile(r"\d")
_TYPO, _TYPO_LENGTH, _TYPO_IN_SHORT_WORD = 0.75, 4, 0.85
# Below this character similarity two texts are unrelated, and their words are not compared.
_MIN_CHARACTER_SIMILARITY = 0.5
_SIMILAR_MEANING, _SAME_MEANING = 0.8, 0.95
# The weighted share of the shorter text's words that the longer one must contain; the minimum number of its words; the
# minimum ratio of the two lengths.
_COVERED, _COVERED_WORDS, _COVERED_LENGTH_RATIO = 0.9, 4, 0.4
_MIN_SUBSTITUTED = 0.06
_SHORT_TEXT_WORDS = 7
_NEGATIONS = frozenset({"not", "no", "never", "cannot", "without", "t", "non", "nicht", "kein", "inte", "não", "nie"})


class Similarity:
    """Compares texts of one deck.

    All `texts` determine which words are rare; `compared` are those that may be compared.
    """

    def __init__(self, texts: Sequence[str], compared: Iterable[str]) -> None:
        self._frequency = InverseFrequency(texts, compared)
        self._word_sets: dict[str, frozenset[str]] = {}
        # The last comparison of words: each pair of texts is compared several times in a row.
        self._last_pair = ("", "")
        self._last_comparison: tuple[float, list[str], list[str]] = (0.0, [], [])

    def prepare(self, compared: Iterable[str]) -> None:
        """Count the words of more texts that may be compared."""
        self._frequency.prepare(compared)

    def of(self, kind: str, text: str, other: str) -> float:
        """Return the similarity of two texts of one kind, from 0 to 1, less penalties; 0 if below MIN_SIMILARITY."""
        if text == other:
            return 1.0
        if kind == "pair":
            score = self._pair_similarity(text, other)
        elif ("|" in text) != ("|" in other):
            return 0.0
        else:
            score = self._list_similarity(text, other) if "|" in text else self.sentence_similarity(text, other)
        return max(score - self._penalty(text, other), 0.0) if score >= SIMILARITY_CUTOFF else 0.0

    def sentence_similarity(self, text: str, other: str) -> float:
        """Return the similarity of two texts, higher if one contains the other."""
        if text == other:
            return 1.0
        short, long = sorted((text, other), key=len)
        if not short:
            return 0.0
        ratio = len(short) / len(long)
        if len(short) >= INFORMATIVE_LENGTH and f" {short} " in f" {long} ":
            return max(0.72 + 0.2 * ratio, self._mean_similarity(text, other))
        if ratio >= _COVERED_LENGTH_RATIO and self._coverage(short, long) >= _COVERED:
            return max(0.66 + 0.2 * ratio, self._mean_similarity(text, other))
        return self._mean_similarity(text, other)

    def term_similarity(self, term: str, other: str) -> float:
        """Return the similarity of two terms: high for "EC2" and "EC2 overview", however short they are."""
        score = self.sentence_similarity(term, other)
        short, long = sorted((term, other), key=len)
        return max(score, 0.7 + 0.2 * len(short) / len(long)) if short and f" {short} " in f" {long} " else score

    def is_contained(self, text: str, other: str) -> bool:
        """Return whether the shorter of two sentences is contained in the longer: words were only added or removed."""
        if "|" in text or "|" in other:
            return False
        short, long = sorted((text, other), key=len)
        return f" {short} " in f" {long} " or self._coverage(short, long) >= _COVERED

    def _mean_similarity(self, text: str, other: str) -> float:
        by_characters = character_similarity(text, other, _MIN_CHARACTER_SIMILARITY)
        return (by_characters + self.word_similarity(text, other)) / 2 if by_characters else 0.0

    def _words(self, text: str) -> frozenset[str]:
        if text not in self._word_sets:
            self._word_sets[text] = word_set(text)
        return self._word_sets[text]

    def _weight(self, words: Iterable[str]) -> float:
        return sum(map(self._frequency.__getitem__, words))

    def _coverage(self, short: str, long: str) -> float:
        """Return the share of the shorter text's words that the longer one contains, by weight."""
        short_words, long_words = self._words(short), self._words(long)
        if len(short_words) < _COVERED_WORDS:
            return 0.0
        return self._weight(short_words & long_words) / self._weight(short_words)

    def word_similarity(self, text: str, other: str) -> float:
        """Return the share of words that two texts have in common, by weight."""
        common, only_text, only_other = self._compare_words(text, other)
        different = self._weight(only_text) + self._weight(only_other)
        return common / (common + different) if common else 0.0

    def _compare_words(self, text: str, other: str) -> tuple[float, list[str], list[str]]:
        """Return the weight of the common words in both texts, and the words of only one; typos count as common."""
        if (text, other) == self._last_pair:
            return self._last_comparison
        text_words, other_words = self._words(text), self._words(other)
        common, only_other = 2 * self._weight(text_words & other_words), sorted(other_words - text_words)
        only_text: list[str] = []
        for word in sorted(text_words - other_words):
            closest_word = closest(word, only_other, _TYPO)
            if closest_word and is_typo(word, closest_word):
                only_other.remove(closest_word)
                common += self._weight((word, closest_word)) * 0.9
            else:
                only_text.append(word)
        self._last_pair, self._last_comparison = (text, other), (common, only_text, only_other)
        return self._last_comparison

    def _pair_similarity(self, text: str, other: str) -> float:
        """Compare two pairs part by part: the term or the meaning may have changed, but hardly both."""
        (term, label, meaning), (other_term, other_label, other_meaning) = pair_parts(text), pair_parts(other)
        by_meaning = self.sentence_similarity(meaning, other_meaning)
        by_term = (self.term_similarity if by_meaning >= _SIMILAR_MEANING else self.sentence_similarity)(
            term, other_term
        )
        if self._differ_in_numbers(term, other_term):
            by_term /= 2
        by_label = 1.0 if label == other_label else self.sentence_similarity(label, other_label) * 0.8
        informative = is_informative(meaning) and is_informative(other_meaning)
        if by_term == 1.0 and by_label == 1.0:
            return 0.25 + 0.75 * by_meaning
        if by_meaning >= _SAME_MEANING and informative:
            return (0.6 + 0.35 * by_term) * (0.85 + 0.15 * by_label)
        if not informative:
            # A short meaning is no evidence: the term itself must be the same except for a typo.
            return by_term**2 * (by_meaning + by_label) / 2
        score = (0.5 * by_term + 0.5 * by_meaning) * (0.85 + 0.15 * by_label)
        return (
            score
            if min(by_term, by_meaning) >= _MIN_CHARACTER_SIMILARITY
            else max(score - 0.15, self._regrouped_similarity(text, other))
        )

    def _regrouped_similarity(self, text: str, other: str) -> float:
        """Compare pairs with the same words of which other ones are the term now."""
        words, other_words = (" ".join(key.replace("|", " ").split()) for key in (text, other))
        return (
            0.85 * self._mean_similarity(words, other_words)
            if self.word_similarity(words, other_words) >= _COVERED
            else 0.0
        )

    def _list_similarity(self, text: str, other: str) -> float:
        """Compare two lists item by item: added or removed items lower the score only a little."""
        text_items, other_items = list_items(text), list_items(other)
        smaller, larger = sorted((len(text_items), len(other_items)))
        kept = 0.0
        for item in text_items:
            closest_item = max(other_items, key=lambda candidate: character_similarity(item, candidate), default="")
            if closest_item and (score := self.sentence_similarity(item, closest_item)) >= _TYPO:
                other_items.remove(closest_item)
                kept += score
        by_items = 0.65 * kept / smaller + 0.35 * kept / larger if smaller else 0.0
        return max(by_items, self._mean_similarity(text, other))

    def _penalty(self, text: str, other: str) -> float:
        """Return the penalty for similar texts that differ in a negation, in numbers or in a replaced word."""
        text_words, other_words = self._words(text), self._words(other)
        only_text, only_other = text_words - other_words, other_words - text_words
        penalty = 0.1 if bool(only_text & _NEGATIONS) != bool(only_other & _NEGATIONS) else 0.0
        if self._differ_in_numbers(text, other):
            # "Version 1.2" and "Version 1.3" are two items; a corrected number in a long sentence is one.
            is_short = min(len(text_words), len(other_words)) < _SHORT_TEXT_WORDS
            only_numbers = all(map(_DIGIT.search, only_text)) or all(map(_DIGIT.search, only_other))
            penalty += (0.3 if is_short else 0.12) if only_numbers else (0.15 if is_short else 0.05)
        return penalty + self._substitution_penalty(text, other)

    def _substitution_penalty(self, text: str, other: str) -> float:
        """Return the penalty for words replaced by words that other notes use, too, such as "left" by "right"."""
        common, only_text, only_other = self._compare_words(text, other)
        substituted = min(self._weight(self._frequency.common_words(words)) for words in (only_text, only_other))
        share = substituted / (common + self._weight(only_text) + self._weight(only_other)) if substituted else 0.0
        return 0.05 + 0.4 * share if share >= _MIN_SUBSTITUTED else 0.0

    def _differ_in_numbers(self, text: str, other: str) -> bool:
        text_words, other_words = self._words(text), self._words(other)
        return any(map(_DIGIT.search, text_words - other_words)) and any(map(_DIGIT.search, other_words - text_words))


def is_typo(word: str, other: str) -> bool:
    """Return whether two words differ by a typo or an inflection; words with digits never do."""
    if min(len(word), len(other)) < _TYPO_LENGTH or _DIGIT.search(word + other):
        return False
    # In a short word a replaced letter makes another word ("LIFO", "FIFO"); an added or removed one rarely does.
    return character_similarity(word, other) >= (_TYPO if min(len(word), len(other)) >= 6 else _TYPO_IN_SHORT_WORD)
