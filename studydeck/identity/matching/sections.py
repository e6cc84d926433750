"""Match sections: by their contents first, then by heading, then by place.

In: the pairs found so far. Out: pairs of sections, added to the state. A heading whose contents stayed is the same
section, even if it was renamed. So each pair of sections scores by the share of its contents that is already paired,
plus a score for an equal path, heading or parent; best score first, one to one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterator
from itertools import product

from studydeck.identity.matching import thresholds
from studydeck.identity.matching.edit_distance import character_similarity
from studydeck.identity.matching.index import Index
from studydeck.identity.matching.state import MatchState

_Scores = dict[tuple[int, int], float]


def match_sections(state: MatchState) -> None:
    """Pair sections by contents, path and parent, until no more pairs follow."""
    _match_until_stable(state, by_name=False)


def match_sections_by_name(state: MatchState) -> None:
    """Pair sections also by an equal heading alone, until no more pairs follow."""
    _match_until_stable(state, by_name=True)


def _match_until_stable(state: MatchState, by_name: bool) -> None:
    before = -1
    while len(state.sections) != before and state.sections.has_open():
        before = len(state.sections)
        _pair_best_first(state, by_name)


def _pair_best_first(state: MatchState, by_name: bool) -> None:
    scores = _place_scores(state, by_name)
    standing = _standing(state)
    for (old, new), share in _content_scores(state):
        # Where bullets became headings, their section is the one above, which stands in its place.
        above = standing.get(old, -1)
        pair = (old, above) if above >= 0 and above == state.new.parent_of(new) else (old, new)
        scores[pair] = scores.get(pair, 0.0) + share
    for (old, new), score in sorted(scores.items(), key=lambda entry: (-entry[1], entry[0])):
        if score >= thresholds.MIN_SECTION_SCORE and state.sections.is_open(old, new):
            state.sections.pair(old, new)


def _standing(state: MatchState) -> dict[int, int]:
    """Return the open sections whose file and path stand, with their place in the new build."""
    places = {_file_and_path(state.new, section): section for section in state.sections.open_new()}
    found = ((old, places.get(_file_and_path(state.old, old), -1)) for old in state.sections.open_old())
    return {old: new for old, new in found if new >= 0}


def _file_and_path(index: Index, section: int) -> Hashable:
    return index.file_of_section(section), index.heading_path(section)


def _content_scores(state: MatchState) -> Iterator[tuple[tuple[int, int], float]]:
    """Yield pairs of unmatched sections with the share of notes and subsections that are paired between them."""
    old, new = state.old, state.new
    pairs: Counter[tuple[int, int]] = Counter()
    for old_note, new_note in state.notes:
        if old.section_of(old_note) >= 0 and not old.note_key(old_note).retired:
            pairs[old.section_of(old_note), new.section_of(new_note)] += 1
    for old_child, new_child in state.sections:
        if old.parent_of(old_child) >= 0 and new.parent_of(new_child) >= 0:
            pairs[old.parent_of(old_child), new.parent_of(new_child)] += 1
    old_totals: Counter[int] = Counter()
    new_totals: Counter[int] = Counter()
    for (old_section, new_section), count in pairs.items():
        old_totals[old_section] += count
        new_totals[new_section] += count
    for (old_section, new_section), count in pairs.items():
        if state.sections.is_open(old_section, new_section):
            # If most notes of a section are unmatched, the few pairs weigh less: a note that moved does not prove that
            # its section moved.
            note_count = max(len(old.notes_in(old_section)), len(new.notes_in(new_section)))
            min_total = thresholds.MIN_CONTENT_SHARE * note_count
            yield (
                (old_section, new_section),
                count / max(old_totals[old_section], new_totals[new_section], min_total),
            )


def _place_scores(state: MatchState, by_name: bool) -> _Scores:
    """Return the pairs of unmatched sections with an equal path, parent or heading, each with its best score."""
    old, new = state.old, state.new
    scores: _Scores = {}

    def parent_and_heading(section: int) -> Hashable:
        parent = old.parent_of(section)
        return (state.sections.partner(parent), old.heading(section)) if parent >= 0 else None

    def long_heading(heading: str) -> Hashable:
        return heading if len(heading) >= thresholds.MIN_HEADING_LENGTH else None

    _score_equal_keys(
        state,
        scores,
        thresholds.SAME_FILE_AND_PATH,
        lambda section: _file_and_path(old, section),
        lambda section: _file_and_path(new, section),
    )
    _score_equal_keys(
        state,
        scores,
        thresholds.SAME_PARENT,
        parent_and_heading,
        lambda section: (new.parent_of(section), new.heading(section)),
    )
    _score_equal_keys(
        state,
        scores,
        thresholds.SAME_PATH,
        old.heading_path,
        new.heading_path,
        unique=True,
    )
    if by_name:
        _score_equal_keys(
            state,
            scores,
            thresholds.SAME_HEADING,
            lambda section: long_heading(old.heading(section)),
            lambda section: long_heading(new.heading(section)),
            unique=True,
        )
    _score_similar_headings(state, scores)
    return scores


def _score_equal_keys(
    state: MatchState,
    scores: _Scores,
    score: float,
    old_key: Callable[[int], Hashable],
    new_key: Callable[[int], Hashable],
    unique: bool = False,
) -> None:
    """Score unmatched sections with equal keys; among several, those at the same position score slightly more."""
    old_by_key: dict[Hashable, list[int]] = defaultdict(list)
    for old in state.sections.open_old():
        if (key := old_key(old)) is not None:
            old_by_key[key].append(old)
    new_by_key: dict[Hashable, list[int]] = defaultdict(list)
    for new in state.sections.open_new():
        if (key := new_key(new)) in old_by_key:
            new_by_key[key].append(new)
    for key, new_sections in new_by_key.items():
        old_sections = old_by_key[key]
        if len(old_sections) == len(new_sections) == 1 or (
            not unique and max(len(old_sections), len(new_sections)) <= thresholds.MAX_SECTION_GROUP
        ):
            for (old_position, old), (new_position, new) in product(enumerate(old_sections), enumerate(new_sections)):
                scores[old, new] = max(
                    scores.get((old, new), 0.0),
                    score - thresholds.POSITION_COST * abs(old_position - new_position),
                )
        elif not unique:
            for old, new in zip(old_sections, new_sections, strict=False):
                scores[old, new] = max(scores.get((old, new), 0.0), score)


def _score_similar_headings(state: MatchState, scores: _Scores) -> None:
    """Score unmatched sections below one parent with nearly equal headings, such as a typo or an added word."""
    for old_parent, new_parent in state.sections:
        old_sections = [child for child in state.old.subsections_of(old_parent) if state.sections.is_old_open(child)][
            : thresholds.MAX_SECTION_GROUP
        ]
        new_sections = [child for child in state.new.subsections_of(new_parent) if state.sections.is_new_open(child)][
            : thresholds.MAX_SECTION_GROUP
        ]
        for old, new in product(old_sections, new_sections):
            similarity = character_similarity(state.old.heading(old), state.new.heading(new))
            if similarity >= thresholds.MIN_HEADING_SIMILARITY:
                score = thresholds.SIMILAR_HEADING * similarity + thresholds.SIMILAR_HEADING_BONUS
                scores[old, new] = max(scores.get((old, new), 0.0), score)
