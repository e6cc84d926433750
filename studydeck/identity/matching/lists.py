"""Pair the lists of two paired sections by the items that they share.

In: the unmatched notes of both sections. Out: pairs in the state.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from studydeck.identity.matching import thresholds
from studydeck.identity.matching.index import Index
from studydeck.identity.matching.state import MatchState
from studydeck.identity.matching.text_key import is_informative, list_items, pair_parts


def match_lists(state: MatchState, old_notes: list[int], new_notes: list[int]) -> None:
    """Pair lists that share two items, or half of those of the shorter list, and with no other list as many.

    Each item has a card of its own, so that the items that were exchanged hand nothing on.
    """
    candidates = sorted(_lists_with_equal_items(state, old_notes, new_notes))
    for shared, is_offer, old, new in candidates:
        has_rival = any(
            (old == other_old) != (new == other_new)
            and (other, is_other_offer) <= (shared, is_offer)
            and state.is_open(other_old, other_new)
            for other, is_other_offer, other_old, other_new in candidates
        )
        if not has_rival and state.is_open(old, new) and state.can_pair(old, new):
            state.pair(old, new, "structural", thresholds.LIST_SCORE)
    _match_whole_lists(state, old_notes, new_notes)


def _match_whole_lists(state: MatchState, old_notes: list[int], new_notes: list[int]) -> None:
    """Pair the question for a whole list that an earlier version asked with the list, if its items are the same."""
    old_by_answer: dict[str, list[int]] = defaultdict(list)
    for old in old_notes:
        if state.old.note_key(old).kind == "pair":
            old_by_answer[state.old.answer(old)].append(old)
    new_by_answer: dict[str, list[int]] = defaultdict(list)
    for new in new_notes:
        note_key = state.new.note_key(new)
        if note_key.kind == "cloze" and is_informative(answer := pair_parts(note_key.other)[2]):
            new_by_answer[answer].append(new)
    for answer, numbers in new_by_answer.items():
        old = old_by_answer[answer][0] if len(old_by_answer[answer]) == len(numbers) == 1 else -1
        if old >= 0 and state.is_open(old, numbers[0]) and state.can_pair(old, numbers[0]):
            state.pair(old, numbers[0], "structural", thresholds.LIST_SCORE)


def _lists_with_equal_items(
    state: MatchState, old_notes: list[int], new_notes: list[int]
) -> Iterator[tuple[int, bool, int, int]]:
    """Yield how many items two lists share, as a negative number, whether the new one is an offer, and the lists.

    One item may be left of a list.
    """
    old_lists, new_lists = _lists_in(state.old, old_notes), _lists_in(state.new, new_notes, other=True)
    for old, items in old_lists[: thresholds.MAX_NOTE_GROUP]:
        for new, new_items in new_lists[: thresholds.MAX_NOTE_GROUP] if len(items) > 1 else ():
            shared = len(items & new_items)
            share = shared / min(len(items), len(new_items))
            if shared and (shared >= thresholds.MIN_EQUAL_ITEMS or share >= thresholds.MIN_KEPT_ITEM_SHARE):
                yield -shared, state.new.note_key(new).offer, old, new


def _lists_in(index: Index, notes: Sequence[int], *, other: bool = False) -> list[tuple[int, set[str]]]:
    """Return the lists, and sentences that can be what is left of one, with their items; in either reading."""
    found: list[tuple[int, set[str]]] = []
    for note in notes:
        for is_other in (False, True) if other else (False,):
            kind, text = index.note_key(note).reading(is_other)
            if kind == "cloze" and text:
                found.append((note, set(list_items(text))))
    return found
