"""Recognise the packed phrases of a note among its phrases now.

In: phrases in normal form, those that were packed by ordinal, and the items of its list in both builds. Out: which
phrase is which packed one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain
from types import MappingProxyType

from studydeck.identity.ledger import Ledger, LedgerEntry, live_notes
from studydeck.identity.matching import thresholds
from studydeck.identity.matching.edit_distance import character_similarity
from studydeck.identity.matching.text_key import list_items
from studydeck.model.notes import NoteDraft

MAX_PHRASE_LENGTH = 80  # characters of a phrase that the ledger keeps


def recognise(
    phrases: list[str], packed: Mapping[int, str], reworded: Mapping[str, str] = MappingProxyType({})
) -> dict[int, int]:
    """Return phrase index -> packed ordinal: equal phrases first, then the most similar; doubtful ones are new.

    `reworded` gives the earlier phrase of those that were reworded in their place, whether they are similar or not.
    """
    recognised: dict[int, int] = {}
    ordinals_by_phrase: dict[str, list[int]] = defaultdict(list)
    for ordinal, phrase in reversed(list(packed.items())):
        ordinals_by_phrase[phrase].append(ordinal)
    for index, phrase in enumerate(phrases):
        # Ledgers of earlier versions have an empty phrase for one of signs alone.
        known_as = (phrase[:MAX_PHRASE_LENGTH], *(() if any(map(str.isalnum, phrase)) else ("",)))
        if ordinals := next(filter(None, map(ordinals_by_phrase.get, known_as)), None):
            recognised[index] = ordinals.pop()
    open_ordinals = packed.keys() - recognised.values()
    for index, phrase in enumerate(phrases):
        earlier = reworded.get(phrase, "")[:MAX_PHRASE_LENGTH]
        ordinal = next((ordinal for ordinal in sorted(open_ordinals) if earlier and packed[ordinal] == earlier), 0)
        if ordinal and index not in recognised:
            recognised[index] = ordinal
            open_ordinals.remove(ordinal)
    unrecognised = [index for index in range(len(phrases)) if index not in recognised]
    for _, index, ordinal in _similar_phrases(phrases, unrecognised, {o: packed[o] for o in open_ordinals}):
        if index not in recognised and ordinal in open_ordinals:
            recognised[index] = ordinal
            open_ordinals.remove(ordinal)
    if len(phrases) == len(packed) == 1 and not recognised:
        # The note is known, and it had and has one blank: the author corrected the hidden phrase.
        recognised[0] = next(iter(packed))
    return recognised


def _similar_phrases(phrases: list[str], indexes: list[int], packed: Mapping[int, str]) -> list[tuple[float, int, int]]:
    """Return the phrases that are similar to packed ones as (-similarity, phrase index, ordinal), best first.

    Of thousands of changed phrases only the first are compared.
    """
    if not packed:
        return []
    sorted_packed = {ordinal: (phrase, _sorted_words(phrase)) for ordinal, phrase in packed.items()}
    scores: list[tuple[float, int, int]] = []
    for index in indexes[: thresholds.MAX_PHRASE_PAIRS // len(packed)]:
        phrase = phrases[index][:MAX_PHRASE_LENGTH]
        words = _sorted_words(phrase)
        least = thresholds.MIN_PHRASE_SIMILARITY if " " in phrases[index] else thresholds.MIN_WORD_SIMILARITY
        for ordinal, (packed_phrase, packed_words) in sorted_packed.items():
            if (score := _phrase_similarity(phrase, packed_phrase, words, packed_words, least)) >= least:
                scores.append((-score, index, ordinal))
    return sorted(scores)


def _sorted_words(phrase: str) -> str:
    return " ".join(sorted(phrase.split()))


def _phrase_similarity(phrase: str, packed_phrase: str, words: str, packed_words: str, least: float) -> float:
    """Return the similarity of two phrases, from 0 to 1, in any order of their words; 0 below `least`.

    `words` and `packed_words` are their words in alphabetical order.
    """
    short, long = (phrase, packed_phrase) if len(phrase) <= len(packed_phrase) else (packed_phrase, phrase)
    if len(short) >= thresholds.MIN_CONTAINED_PHRASE_LENGTH and short in long and f" {short} " in f" {long} ":
        return thresholds.CONTAINED_PHRASE_SIMILARITY
    similarity = character_similarity(phrase, packed_phrase, least)
    if words == phrase and packed_words == packed_phrase:
        return similarity
    return max(similarity, character_similarity(words, packed_words, least))


def _in_the_same_place(old_items: Sequence[str], new_items: Sequence[str]) -> dict[str, str]:
    """Return the items that stand where another one stood, between the same two neighbours: new item -> old item.

    At the ends of a list the place is no evidence: there an item is often added or dropped.
    """
    known, standing = set(old_items), set(new_items)
    if len(known) < len(old_items) or len(standing) < len(new_items):
        return {}
    places = {
        (before, after): item for before, item, after in zip(new_items, new_items[1:], new_items[2:], strict=False)
    }
    found: dict[str, str] = {}
    for before, old_item, after in zip(old_items, old_items[1:], old_items[2:], strict=False):
        new_item = places.get((before, after))
        if new_item and old_item not in standing and new_item not in known:
            found[new_item] = old_item
    return found


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

    def reworded(self, draft: NoteDraft, old: LedgerEntry) -> dict[str, str]:
        """Return the items of a list that were reworded in place: the old one is gone, the new one is new."""
        text = draft.fingerprint.text
        if draft.kind != "cloze" or text == old.text or "|" not in old.text:
            return {}
        found = _in_the_same_place(list_items(old.text), list_items(text))
        return {new: old for new, old in found.items() if new not in self._before and old not in self._now}


def _parts(text: str) -> Iterator[str]:
    return map(str.strip, text.split("|"))
