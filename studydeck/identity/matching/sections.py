"""Which section is which: what stands in it says more than what it is called, and that more than where it stands.

A heading whose children stayed is the same heading, whatever it is called now. So sections are paired by the votes of
their paired leaves and sub-sections, together with their path, heading and parent; best first, one to one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterator
from itertools import product

from studydeck.identity.matching.edit_distance import similarity
from studydeck.identity.matching.state import Index, MatchState

# What a place or a name is worth, where all votes of a section together are worth 1.
_SAME_PATH, _SAME_TRAIL, _SAME_PARENT, _SAME_HEADING = 0.5, 0.42, 0.45, 0.4
_LIKE_HEADING, _LIKE = 0.45, 0.75
_ENOUGH = 0.4
_TELLING = 5
_FEW = 12

_Found = dict[tuple[int, int], float]


def sections(state: MatchState, by_name: bool = False) -> None:
    """Pair sections until nothing more follows from what is paired; at last by their names alone."""
    before = -1
    while state.tied_nodes != before:
        before = state.tied_nodes
        if before < min(len(state.old.section_keys), len(state.new.section_keys)):
            _best_first(state, by_name)


def _best_first(state: MatchState, by_name: bool) -> None:
    found = _places(state, by_name)
    for pair, share in _votes(state):
        found[pair] = found.get(pair, 0.0) + share
    for (p, q), worth in sorted(found.items(), key=lambda one: (-one[1], one[0])):
        if worth >= _ENOUGH and state.node_to_new[p] < 0 and state.node_to_old[q] < 0:
            state.pair_sections(p, q)


def _votes(state: MatchState) -> Iterator[tuple[tuple[int, int], float]]:
    """Give, for open sections, the share of leaves and sub-sections that went from the one to the other."""
    old, new = state.old, state.new
    votes: Counter[tuple[int, int]] = Counter()
    for i, j in enumerate(state.to_new):
        if j >= 0 and old.section[i] >= 0 and not old.note_keys[i].retired:
            votes[old.section[i], new.section[j]] += 1
    for child, other in enumerate(state.node_to_new):
        if other >= 0 and old.parent[child] >= 0 and new.parent[other] >= 0:
            votes[old.parent[child], new.parent[other]] += 1
    voters_old: Counter[int] = Counter()
    voters_new: Counter[int] = Counter()
    for (p, q), count in votes.items():
        voters_old[p] += count
        voters_new[q] += count
    for (p, q), count in votes.items():
        if state.node_to_new[p] < 0 and state.node_to_old[q] < 0:
            # Where most of what stands in a section is silent, its few votes weigh less: a leaf that moved is not
            # a section that moved.
            silent = max(len(old.under[p]), len(new.under[q])) / 4
            yield (p, q), count / max(voters_old[p], voters_new[q], silent)


def _places(state: MatchState, by_name: bool) -> _Found:
    """Give the pairs of open sections that share a path, a parent or a heading, with the most that this is worth."""
    old, new = state.old, state.new
    found: _Found = {}

    def heading_in_parent(p: int) -> Hashable:
        above = old.parent[p]
        return (state.node_to_new[above], old.section_keys[p].heading) if above >= 0 else None

    def file_and_trail(side: Index, number: int) -> Hashable:
        return side.section_keys[number].file, side.heading_path[number]

    def telling(heading: str) -> Hashable:
        return heading if len(heading) >= _TELLING else None

    _shared(state, found, _SAME_PATH, lambda p: file_and_trail(old, p), lambda q: file_and_trail(new, q))
    _shared(state, found, _SAME_PARENT, heading_in_parent, lambda q: (new.parent[q], new.section_keys[q].heading))
    _shared(state, found, _SAME_TRAIL, lambda p: old.heading_path[p], lambda q: new.heading_path[q], once=True)
    if by_name:
        # Before the leaves have spoken, a heading that another section happens to bear would take its place.
        ours, theirs = (
            (lambda n: telling(old.section_keys[n].heading)),
            (lambda n: telling(new.section_keys[n].heading)),
        )
        _shared(state, found, _SAME_HEADING, ours, theirs, once=True)
    _alike(state, found)
    return found


def _shared(
    state: MatchState,
    found: _Found,
    worth: float,
    key_old: Callable[[int], Hashable],
    key_new: Callable[[int], Hashable],
    once: bool = False,
) -> None:
    """Note the open sections that share a key; where several do, those at the same turn are worth a little more."""
    olds: dict[Hashable, list[int]] = defaultdict(list)
    for p, other in enumerate(state.node_to_new):
        if other < 0 and (key := key_old(p)) is not None:
            olds[key].append(p)
    news: dict[Hashable, list[int]] = defaultdict(list)
    for q, other in enumerate(state.node_to_old):
        if other < 0 and (key := key_new(q)) in olds:
            news[key].append(q)
    for key, there in news.items():
        here = olds[key]
        if len(here) == len(there) == 1 or (not once and max(len(here), len(there)) <= _FEW):
            for (turn, p), (other, q) in product(enumerate(here), enumerate(there)):
                found[p, q] = max(found.get((p, q), 0.0), worth - 0.001 * abs(turn - other))
        elif not once:
            for p, q in zip(here, there, strict=False):
                found[p, q] = max(found.get((p, q), 0.0), worth)


def _alike(state: MatchState, found: _Found) -> None:
    """Note open sections below one parent whose headings are nearly the same: a typo, a word more."""
    for above, other in enumerate(state.node_to_new):
        if other < 0:
            continue
        here = [p for p in state.old.below[above] if state.node_to_new[p] < 0][:_FEW]
        there = [q for q in state.new.below[other] if state.node_to_old[q] < 0][:_FEW]
        for p, q in product(here, there):
            similarity_score = similarity(state.old.section_keys[p].heading, state.new.section_keys[q].heading)
            if similarity_score >= _LIKE:
                found[p, q] = max(found.get((p, q), 0.0), _LIKE_HEADING * similarity_score + 0.05)
