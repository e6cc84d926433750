"""The similarity of two note texts, less a penalty for signs that they are different items; without context.

In: two texts of one kind. Out: a score from 0 to 1. Characters find a typo, words find a replaced word, and neither is
enough: "left example" and "right example" share most characters, "wether" and "whether" share no word. So a score is
the mean of both. Words weigh by how rare they are among all notes: a phrase that many notes share ("the kth bit")
identifies none of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet

from studydeck.identity.matching import thresholds
from studydeck.identity.matching.contrast import are_contrasting, hold_contrasting
from studydeck.identity.matching.edit_distance import character_similarity, closest, common_beginning
from studydeck.identity.matching.idf import InverseFrequency, content_words, word_set
from studydeck.identity.matching.text_key import DIGIT, is_cut_in_term, is_informative, list_items, pair_parts
from studydeck.text.normalize import without_accents
from studydeck.text.word_list_files import phrase_set

_NEGATIONS = phrase_set("negations")


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
        """Return the similarity of two texts of one kind, from 0 to 1, less penalties; 0 if below the cutoff."""
        if text == other:
            return 1.0
        if kind == "pair":
            score = self._pair_similarity(text, other)
        elif ("|" in text) != ("|" in other):
            return 0.0
        else:
            score = self._list_similarity(text, other) if "|" in text else self.sentence_similarity(text, other)
        return max(score - self._penalty(text, other), 0.0) if score >= thresholds.SIMILARITY_CUTOFF else 0.0

    def sentence_similarity(self, text: str, other: str) -> float:
        """Return the similarity of two texts, higher if one contains the other."""
        if text == other:
            return 1.0
        short, long = sorted((text, other), key=len)
        if not short:
            return 0.0
        ratio = len(short) / len(long)
        if len(short) >= thresholds.INFORMATIVE_LENGTH and (f" {short} " in f" {long} " or _begins_with(long, short)):
            return max(
                thresholds.CONTAINED_BASE + thresholds.LENGTH_RATIO_WEIGHT * ratio, self._mean_similarity(text, other)
            )
        if ratio >= thresholds.MIN_COVERED_LENGTH_RATIO and self._coverage(short, long) >= thresholds.MIN_COVERAGE:
            return max(
                thresholds.COVERED_BASE + thresholds.LENGTH_RATIO_WEIGHT * ratio, self._mean_similarity(text, other)
            )
        return self._mean_similarity(text, other)

    def term_similarity(self, term: str, other: str) -> float:
        """Return the similarity of two terms: high for "EC2" and "EC2 overview", however short they are."""
        score = self.sentence_similarity(term, other)
        short, long = sorted((term, other), key=len)
        if not short or f" {short} " not in f" {long} ":
            return score
        return max(score, thresholds.CONTAINED_TERM_BASE + thresholds.LENGTH_RATIO_WEIGHT * len(short) / len(long))

    def is_contained(self, text: str, other: str) -> bool:
        """Return whether the shorter of two sentences is contained in the longer: words were only added or removed."""
        if "|" in text or "|" in other:
            return False
        short, long = sorted((text, other), key=len)
        return f" {short} " in f" {long} " or self._coverage(short, long) >= thresholds.MIN_COVERAGE

    def _mean_similarity(self, text: str, other: str) -> float:
        by_characters = character_similarity(text, other, thresholds.MIN_CHARACTER_SIMILARITY)
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
        if len(short_words) < thresholds.MIN_COVERED_WORDS:
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
            # The search costs most of the time, and many a word can be no typo.
            may_be_typo = len(word) >= thresholds.MIN_TYPO_LENGTH and not DIGIT.search(word)
            closest_word = closest(word, only_other, thresholds.TYPO_SIMILARITY) if may_be_typo else ""
            if closest_word and is_typo(word, closest_word):
                only_other.remove(closest_word)
                common += self._weight((word, closest_word)) * thresholds.TYPO_WEIGHT
            else:
                only_text.append(word)
        self._last_pair, self._last_comparison = (text, other), (common, only_text, only_other)
        return self._last_comparison

    def _pair_similarity(self, text: str, other: str) -> float:
        """Compare two pairs part by part: the term or the meaning may have changed, but hardly both."""
        (term, label, meaning), (other_term, other_label, other_meaning) = pair_parts(text), pair_parts(other)
        if is_cut_in_term(text) or is_cut_in_term(other):
            return max(self.sentence_similarity(term, other_term), self._regrouped_similarity(text, other))
        if meaning != other_meaning and hold_contrasting(self._words(term), self._words(other_term)):
            return 0.0  # "afferent nerve: towards the brain" and "efferent nerve: away from the brain"
        by_meaning = self.sentence_similarity(meaning, other_meaning)
        by_term = (self.term_similarity if by_meaning >= thresholds.SIMILAR_MEANING else self.sentence_similarity)(
            term, other_term
        )
        if self._differ_in_numbers(term, other_term):
            by_term *= thresholds.NUMBERED_TERM_FACTOR
        by_label = (
            1.0
            if label == other_label
            else self.sentence_similarity(label, other_label) * thresholds.OTHER_LABEL_FACTOR
        )
        label_factor = thresholds.LABEL_BASE + thresholds.LABEL_WEIGHT * by_label
        informative = is_informative(meaning) and is_informative(other_meaning)
        if by_term == 1.0 and by_label == 1.0:
            return thresholds.SAME_QUESTION_BASE + thresholds.SAME_QUESTION_WEIGHT * by_meaning
        if not _is_extended(term, other_term) and is_other_in_one_frame(meaning, other_meaning):
            return 0.0  # "hypertonia: pressure that is too high" and "hypotonia: pressure that is too low"
        if by_meaning >= thresholds.SAME_MEANING and informative:
            return (thresholds.SAME_MEANING_BASE + thresholds.SAME_MEANING_WEIGHT * by_term) * label_factor
        if not informative:
            # A short meaning is no evidence: the term itself must be the same except for a typo.
            return by_term**2 * (by_meaning + by_label) / 2
        score = (thresholds.TERM_WEIGHT * by_term + thresholds.OTHER_MEANING_WEIGHT * by_meaning) * label_factor
        return (
            score
            if min(by_term, by_meaning) >= thresholds.MIN_CHARACTER_SIMILARITY
            else max(score - thresholds.UNRELATED_PART_PENALTY, self._regrouped_similarity(text, other))
        )

    def _regrouped_similarity(self, text: str, other: str) -> float:
        """Compare pairs with the same words of which other ones are the term now."""
        words, other_words = (" ".join(key.replace("|", " ").split()) for key in (text, other))
        mean = self._mean_similarity(words, other_words)  # before the words, as most texts share too few characters
        is_same = mean and self.word_similarity(words, other_words) >= thresholds.MIN_COVERAGE
        return thresholds.REGROUPED_FACTOR * mean if is_same else 0.0

    def _list_similarity(self, text: str, other: str) -> float:
        """Compare two lists item by item: added or removed items lower the score only a little."""
        text_items, other_items = list_items(text), list_items(other)
        smaller, larger = sorted((len(text_items), len(other_items)))
        kept = 0.0
        for item in text_items:
            closest_item = max(other_items, key=lambda candidate: character_similarity(item, candidate), default="")
            if closest_item and (score := self.sentence_similarity(item, closest_item)) >= thresholds.TYPO_SIMILARITY:
                other_items.remove(closest_item)
                kept += score
        by_items = (
            thresholds.SHORTER_LIST_WEIGHT * kept / smaller + thresholds.LONGER_LIST_WEIGHT * kept / larger
            if smaller
            else 0.0
        )
        return max(by_items, self._mean_similarity(text, other))

    def _penalty(self, text: str, other: str) -> float:
        """Return the penalty for similar texts that differ in a negation, in numbers or in a replaced word."""
        text_words, other_words = self._words(text), self._words(other)
        only_text, only_other = text_words - other_words, other_words - text_words
        penalty = thresholds.NEGATION_PENALTY if differ_in_negation(text_words, other_words) else 0.0
        _, reworded, reworded_other = self._compare_words(text, other)
        has_others = max(len(reworded), len(reworded_other)) > 1
        if has_others and hold_contrasting(frozenset(reworded), frozenset(reworded_other)):
            penalty += thresholds.CONTRASTING_WORD_PENALTY  # one such word alone is a mistake that was put right
        if self._differ_in_numbers(text, other):
            # "Version 1.2" and "Version 1.3" are two items; a corrected number in a long sentence is one.
            is_short = min(len(text_words), len(other_words)) < thresholds.SHORT_TEXT_WORDS
            only_numbers = all(map(DIGIT.search, only_text)) or all(map(DIGIT.search, only_other))
            penalty += _numbers_penalty(is_short, only_numbers)
        return penalty + self._substitution_penalty(text, other)

    def _substitution_penalty(self, text: str, other: str) -> float:
        """Return the penalty for words replaced by words that other notes use, too, such as "left" by "right"."""
        common, only_text, only_other = self._compare_words(text, other)
        substituted = min(self._weight(self._frequency.common_words(words)) for words in (only_text, only_other))
        share = substituted / (common + self._weight(only_text) + self._weight(only_other)) if substituted else 0.0
        if share < thresholds.MIN_SUBSTITUTED_SHARE:
            return 0.0
        return thresholds.SUBSTITUTION_BASE + thresholds.SUBSTITUTION_WEIGHT * share

    def _differ_in_numbers(self, text: str, other: str) -> bool:
        text_words, other_words = self._words(text), self._words(other)
        return any(map(DIGIT.search, text_words - other_words)) and any(map(DIGIT.search, other_words - text_words))


def _numbers_penalty(is_short: bool, only_numbers: bool) -> float:
    """Return the penalty for texts that differ in numbers: higher in a short text and if all else is equal."""
    if only_numbers:
        return thresholds.ONLY_NUMBERS_PENALTY_SHORT if is_short else thresholds.ONLY_NUMBERS_PENALTY
    return thresholds.NUMBERS_PENALTY_SHORT if is_short else thresholds.NUMBERS_PENALTY


def _begins_with(long: str, short: str) -> bool:
    """Return whether a text is another one with a typo put right, and more behind it."""
    return (
        len(short) >= thresholds.MIN_LENGTH_WITH_TYPO
        and character_similarity(short, long[: len(short)]) >= thresholds.SAME_MEANING
    )


def is_other_in_one_frame(text: str, other: str) -> bool:
    """Return whether two texts of equally many words differ in a few of them, which are other words and no typos."""
    words, other_words = text.split(), other.split()
    if len(words) != len(other_words):
        return False
    pairs = [(word, new) for word, new in zip(words, other_words, strict=True) if word != new]
    return 0 < len(pairs) * 2 <= len(words) and not any(is_typo(*pair) or _is_inflected(*pair) for pair in pairs)


def differ_in_negation(words: AbstractSet[str], others: AbstractSet[str]) -> bool:
    """Return whether only one of two texts has a negation that the other has not."""
    return bool((words - others) & _NEGATIONS) != bool((others - words) & _NEGATIONS)


def is_extension(text: str, other: str) -> bool:
    """Return whether one of two texts has no content word of its own, but for typos and inflections."""
    words, other_words = content_words(text), content_words(other)
    only, only_other = words - other_words, other_words - words
    return not (_without_related(only, only_other) and _without_related(only_other, only))


def can_name_one_thing(heading: str, other: str) -> bool:
    """Return whether two headings can name one thing: equal, reworded, written out, or with more words.

    "Estland" and "Lettland" are no typos: these are seldom in the first letter.
    """
    if heading == other or is_other_in_one_frame(heading, other):
        return heading == other
    words, other_words = (content_words(name) or frozenset(name.split()) for name in (heading, other))
    return words <= other_words or other_words <= words or (heading[:1] == other[:1] and is_extension(heading, other))


def _without_related(words: Iterable[str], others: Iterable[str]) -> list[str]:
    """Return the words that are no typo and no inflection of any other one."""
    return [word for word in words if not any(is_typo(word, other) or _is_inflected(word, other) for other in others)]


def _is_inflected(word: str, other: str) -> bool:
    """Return whether two words share a stem: "classification", "classes"."""
    stem = common_beginning(word, other)
    return stem >= thresholds.MIN_SHARED_STEM and stem >= thresholds.MIN_STEM_SHARE * min(len(word), len(other))


def _is_extended(term: str, other: str) -> bool:
    """Return whether a term has all words of the other one, or the other way round."""
    words, other_words = set(term.split()), set(other.split())
    return words <= other_words or other_words <= words


def is_typo(word: str, other: str) -> bool:
    """Return whether two words differ by a typo or an inflection; words with digits never do."""
    if min(len(word), len(other)) < thresholds.MIN_TYPO_LENGTH or DIGIT.search(word + other):
        return False
    if are_contrasting(word, other):
        return False
    if without_accents(word) == without_accents(other):
        return True
    # In a short word a replaced letter makes another word ("LIFO", "FIFO"); an added or removed one rarely does.
    is_long = min(len(word), len(other)) >= thresholds.LONG_WORD_LENGTH
    return character_similarity(word, other) >= (
        thresholds.TYPO_SIMILARITY if is_long else thresholds.SHORT_WORD_TYPO_SIMILARITY
    )
