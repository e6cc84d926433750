"""Recognise the packed phrases of a note among its phrases now.

In: phrases in normal form, those that were packed by ordinal, and the items of its list in both builds. Out: which
phrase is which packed one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property
from itertools import chain
from types import MappingProxyType

from studydeck.identity.ledger import Ledger, LedgerEntry, live_notes
from studydeck.identity.matching import thresholds
from studydeck.identity.matching.contrast import hold_contrasting
from studydeck.identity.matching.edit_distance import character_similarity
from studydeck.identity.matching.idf import content_words, word_set
from studydeck.identity.matching.similarity import can_name_one_thing
from studydeck.identity.matching.text_key import list_items
from studydeck.model.notes import NoteDraft
from studydeck.text.normalize import normalize

MAX_PHRASE_LENGTH = 80  # characters of a phrase that the ledger keeps


def recognise(
    phrases: list[str], packed: Mapping[int, str], reworded: Mapping[str, str] = MappingProxyType({})
) -> dict[int, int]:
    """Return phrase index -> packed ordinal: equal phrases first, then the most similar; doubtful ones are new.

    `reworded` gives the earlier phrase of those that are known to have been another, or the same one without a card.
    """
    recognised: dict[int, int] = {}
    ordinals_by_phrase: dict[str, list[int]] = defaultdict(list)
    for ordinal, phrase in reversed(list(packed.items())):
        ordinals_by_phrase[phrase.rstrip()].append(ordinal)
    for index, phrase in enumerate(phrases):
        # Ledgers of earlier versions have an empty phrase for one of signs alone.
        known_as = (_cut(phrase), *(() if any(map(str.isalnum, phrase)) else ("",)))
        if ordinals := next(filter(None, map(ordinals_by_phrase.get, known_as)), None):
            recognised[index] = ordinals.pop()
    open_ordinals = packed.keys() - recognised.values()
    for index, phrase in enumerate(phrases):
        earlier = _cut(reworded.get(_cut(phrase), ""))
        ordinal = next(
            (ordinal for ordinal in sorted(open_ordinals) if earlier and packed[ordinal].rstrip() == earlier), 0
        )
        if ordinal and index not in recognised:
            recognised[index] = ordinal
            open_ordinals.remove(ordinal)
    unrecognised = [
        index for index, phrase in enumerate(phrases) if index not in recognised and _cut(phrase) not in reworded
    ]
    for _, index, ordinal in _similar_phrases(phrases, unrecognised, packed, open_ordinals):
        if index not in recognised and ordinal in open_ordinals:
            recognised[index] = ordinal
            open_ordinals.remove(ordinal)
    if len(phrases) == len(packed) == 1 and not recognised and _cut(phrases[0]) not in reworded:
        # The note is known, and it had and has one blank: the author corrected the hidden phrase.
        recognised[0] = next(iter(packed))
    return recognised


def _similar_phrases(
    phrases: list[str], indexes: list[int], packed: Mapping[int, str], ordinals: AbstractSet[int]
) -> list[tuple[float, int, int]]:
    """Return the phrases that are similar to packed ones as (-similarity, phrase index, ordinal), best first.

    A phrase is another one if either is at least as similar to another phrase of its own list: "gold melts at 1064 °C"
    and "lead melts at 327 °C" beside "tin melts at 232 °C". Of thousands of changed phrases the first are compared.
    """
    if not ordinals:
        return []
    cut_phrases = [phrase[:MAX_PHRASE_LENGTH] for phrase in phrases]
    scores: list[tuple[float, int, int]] = []
    for index in indexes[: thresholds.MAX_PHRASE_PAIRS // len(ordinals)]:
        phrase = cut_phrases[index]
        least = thresholds.MIN_PHRASE_SIMILARITY if " " in phrases[index] else thresholds.MIN_WORD_SIMILARITY
        for ordinal in sorted(ordinals):
            score = _phrase_similarity(phrase, packed[ordinal], least)
            if score >= least and not (
                _has_equal(score, phrase, (other for number, other in packed.items() if number != ordinal))
                or _has_equal(score, packed[ordinal], (*cut_phrases[:index], *cut_phrases[index + 1 :]))
            ):
                scores.append((-score, index, ordinal))
    return sorted(scores)


def _has_equal(score: float, phrase: str, others: Iterable[str]) -> bool:
    """Return whether a phrase is at least so similar to one of the others, which is another phrase."""
    return any(other != phrase and _phrase_similarity(phrase, other, score) >= score for other in others)


def _sorted_words(phrase: str) -> str:
    return " ".join(sorted(phrase.split()))


def _phrase_similarity(phrase: str, packed_phrase: str, least: float) -> float:
    """Return the similarity of two phrases, from 0 to 1, in any order of their words; 0 below `least`."""
    short, long = (phrase, packed_phrase) if len(phrase) <= len(packed_phrase) else (packed_phrase, phrase)
    if len(short) >= thresholds.MIN_CONTAINED_PHRASE_LENGTH and short in long and f" {short} " in f" {long} ":
        return thresholds.CONTAINED_PHRASE_SIMILARITY
    similarity = character_similarity(phrase, packed_phrase, least)
    words, packed_words = _sorted_words(phrase), _sorted_words(packed_phrase)
    if not (words == phrase and packed_words == packed_phrase):
        similarity = max(similarity, character_similarity(words, packed_words, least))
    if similarity and hold_contrasting(frozenset(phrase.split()), frozenset(packed_phrase.split())):
        return 0.0
    return similarity


def _cut(phrase: str) -> str:
    """Return a phrase as the ledger keeps it."""
    return phrase[:MAX_PHRASE_LENGTH].rstrip()


def _items_of(entry: LedgerEntry) -> list[str]:
    """Return the items of a list; what follows the end of a truncated text by its cards, if they are in its order."""
    items = list(map(_cut, list_items(entry.text)))
    phrases = [_cut(phrase) for _, phrase in sorted(entry.cards.items())]
    is_truncated = len(entry.text) >= thresholds.TRUNCATED_LENGTH
    return phrases if is_truncated and phrases[: len(items)] == items else items


def _in_the_same_place(old_items: Sequence[str], new_items: Sequence[str]) -> dict[str, str]:
    """Return the items that stand where another one stood, between the same two neighbours: new item -> old item.

    At the ends of a list the place is no evidence, as an item is often added or dropped there: the two have to share a
    word that no other item has.
    """
    known, standing = set(old_items), set(new_items)
    if len(known) < len(old_items) or len(standing) < len(new_items):
        return {}
    places = {(before, after): item for before, item, after in _with_neighbours(new_items)}
    found: dict[str, str] = {}
    for before, old_item, after in _with_neighbours(old_items):
        new_item = places.get((before, after))
        if new_item and old_item not in standing and new_item not in known:
            others = (known | standing) - {old_item, new_item}
            if (before and after) or (len(others) > 1 and _share_a_word(old_item, new_item, others)):
                found[new_item] = old_item
    return found


def _with_neighbours(items: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Yield each item between the ones before and after it, "" at the ends of the list."""
    return zip(("", *items), items, (*items[1:], ""), strict=False)


def _share_a_word(item: str, other: str, others: Iterable[str]) -> bool:
    """Return whether two items share a content word that none of the others has, and none of their words contrast."""
    words, other_words = content_words(item), content_words(other)
    shared = words & other_words
    return bool(shared.difference(*map(word_set, others))) and not hold_contrasting(words, other_words)


class ItemsOfDeck:
    """The items that the lists of a deck hold, and the parts of its pairs, before and now."""

    def __init__(self, drafts: Sequence[NoteDraft], ledger: Ledger) -> None:
        self._drafts, self._ledger = drafts, ledger

    @cached_property
    def _before(self) -> frozenset[str]:
        return frozenset(chain.from_iterable(_parts(entry.text) for entry in live_notes(self._ledger.notes)))

    @cached_property
    def _now(self) -> frozenset[str]:
        return frozenset(chain.from_iterable(_parts(draft.fingerprint.text) for draft in self._drafts))

    @cached_property
    def _headings(self) -> dict[str, str]:
        return {section.id: normalize(section.heading) for section in self._ledger.sections}

    def reworded(self, draft: NoteDraft, old: LedgerEntry, heading: str) -> dict[str, str]:
        """Return what the items of a list were before: those that stand, and those that were reworded in place.

        Of the latter the old one is gone from the deck, and the new one is new in it, and the `heading` above the list
        names what it named before.
        """
        text = draft.fingerprint.text
        if draft.kind != "cloze" or text == old.text or "|" not in old.text:
            return {}
        new_items = [_cut(normalize(card_spec.phrase)) for card_spec in draft.card_specs]
        old_items = _items_of(old)
        names_the_same = can_name_one_thing(self._headings.get(old.section, ""), normalize(heading))
        found = _in_the_same_place(old_items, new_items) if names_the_same else {}
        standing = {item: item for item in new_items if item in old_items}
        return standing | {new: old for new, old in found.items() if new not in self._before and old not in self._now}


def _parts(text: str) -> Iterator[str]:
    return (_cut(part.strip()) for part in text.split("|"))
