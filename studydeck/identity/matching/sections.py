"""Match sections: by their contents first, then by heading, then by place.

In: the pairs found so far. Out: pairs of sections, added to the state. A heading whose contents stayed is the same
section, even if it was renamed. So each pair of sections scores by the share of its contents that is already paired,
plus a score for an equal path, heading or parent; best score first, one to one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterator
from itertools import product

from studydeck.identity.matching.edit_distance import character_similarity
from studydeck.identity.matching.state import Index, MatchState

# The scores of an equal place or name; contents that are all paired score 1.
_SAME_FILE_AND_PATH, _SAME_PATH, _SAME_PARENT, _SAME_HEADING = 0.5, 0.42, 0.45, 0.4
_SIMILAR_HEADING, _MIN_HEADING_SIMILARITY = 0.45, 0.75
_MIN_SCORE = 0.4
# A heading shorter than this identifies no section by itself.
_MIN_HEADING_LENGTH = 5
# Up to so many sections with equal keys are all compared with each other.
_MAX_GROUP = 12

_Scores = dict[tuple[int, int], float]


def match_sections(state: MatchState, by_name: bool = False) -> None:
    """Pair sections until no more pairs follow; with `by_name` also by an equal heading alone."""
    before = -1
    while state.paired_sections != before:
        before = state.paired_sections
        if before < min(len(state.old.section_keys), len(state.new.section_keys)):
            _pair_best_first(state, by_name)


def _pair_best_first(state: MatchState, by_name: bool) -> None:
    scores = _place_scores(state, by_name)
    for pair, share in _content_scores(state):
        scores[pair] = scores.get(pair, 0.0) + share
    for (old, new), score in sorted(scores.items(), key=lambda entry: (-entry[1], entry[0])):
        if score >= _MIN_SCORE and state.section_to_new[old] < 0 and state.section_to_old[new] < 0:
            state.pair_sections(old, new)


def _content_scores(state: MatchState) -> Iterator[tuple[tuple[int, int], float]]:
    """Yield pairs of unmatched sections with the share of notes and subsections that are paired between them."""
    old, new = state.old, state.new
    pairs: Counter[tuple[int, int]] = Counter()
    for old_note, new_note in enumerate(state.to_new):
        if new_note >= 0 and old.section[old_note] >= 0 and not old.note_keys[old_note].retired:
            pairs[old.section[old_note], new.section[new_note]] += 1
    for old_child, new_child in enumerate(state.section_to_new):
        if new_child >= 0 and old.parent[old_child] >= 0 and new.parent[new_child] >= 0:
            pairs[old.parent[old_child], new.parent[new_child]] += 1
    old_totals: Counter[int] = Counter()
    new_totals: Counter[int] = Counter()
    for (old_section, new_section), count in pairs.items():
        old_totals[old_section] += count
        new_totals[new_section] += count
    for (old_section, new_section), count in pairs.items():
        if state.section_to_new[old_section] < 0 and state.section_to_old[new_section] < 0:
            # If most notes of a section are unmatched, the few pairs weigh less: a note that moved does not prove that
            # its section moved.
            min_total = max(len(old.notes_in[old_section]), len(new.notes_in[new_section])) / 4
            yield (
                (old_section, new_section),
                count / max(old_totals[old_section], new_totals[new_section], min_total),
            )


def _place_scores(state: MatchState, by_name: bool) -> _Scores:
    """Return the pairs of unmatched sections with an equal path, parent or heading, each with its best score."""
    old, new = state.old, state.new
    scores: _Scores = {}

    def parent_and_heading(section: int) -> Hashable:
        parent = old.parent[section]
        return (state.section_to_new[parent], old.section_keys[section].heading) if parent >= 0 else None

    def file_and_path(index: Index, section: int) -> Hashable:
        return index.section_keys[section].file, index.heading_paths[section]

    def long_heading(heading: str) -> Hashable:
        return heading if len(heading) >= _MIN_HEADING_LENGTH else None

    _score_equal_keys(
        state,
        scores,
        _SAME_FILE_AND_PATH,
        lambda section: file_and_path(old, section),
        lambda section: file_and_path(new, section),
    )
    _score_equal_keys(
        state,
        scores,
        _SAME_PARENT,
        parent_and_heading,
        lambda section: (new.parent[section], new.section_keys[section].heading),
    )
    _score_equal_keys(
        state,
        scores,
        _SAME_PATH,
        lambda section: old.heading_paths[section],
        lambda section: new.heading_paths[section],
        unique=True,
    )
    if by_name:
        # Only once all notes were tried: before, another section that happens to have this heading would take it.
        old_heading, new_heading = (
            (lambda section: long_heading(old.section_keys[section].heading)),
            (lambda section: long_heading(new.section_keys[section].heading)),
        )
        _score_equal_keys(state, scores, _SAME_HEADING, old_heading, new_heading, unique=True)
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
    for old, partner in enumerate(state.section_to_new):
        if partner < 0 and (key := old_key(old)) is not None:
            old_by_key[key].append(old)
    new_by_key: dict[Hashable, list[int]] = defaultdict(list)
    for new, partner in enumerate(state.section_to_old):
        if partner < 0 and (key := new_key(new)) in old_by_key:
            new_by_key[key].append(new)
    for key, new_sections in new_by_key.items():
        old_sections = old_by_key[key]
        if len(old_sections) == len(new_sections) == 1 or (
            not unique and max(len(old_sections), len(new_sections)) <= _MAX_GROUP
        ):
            for (old_position, old), (new_position, new) in product(enumerate(old_sections), enumerate(new_sections)):
                scores[old, new] = max(
                    scores.get((old, new), 0.0),
                    score - 0.001 * abs(old_position - new_position),
                )
        elif not unique:
            for old, new in zip(old_sections, new_sections, strict=False):
                scores[old, new] = max(scores.get((old, new), 0.0), score)


def _score_similar_headings(state: MatchState, scores: _Scores) -> None:
    """Score unmatched sections below one parent with nearly equal headings, such as a typo or an added word."""
    for old_parent, new_parent in enumerate(state.section_to_new):
        if new_parent < 0:
            continue
        old_sections = [child for child in state.old.subsections[old_parent] if state.section_to_new[child] < 0][
            :_MAX_GROUP
        ]
        new_sections = [child for child in state.new.subsections[new_parent] if state.section_to_old[child] < 0][
            :_MAX_GROUP
        ]
        for old, new in product(old_sections, new_sections):
            similarity = character_similarity(state.old.section_keys[old].heading, state.new.section_keys[new].heading)
            if similarity >= _MIN_HEADING_SIMILARITY:
                scores[old, new] = max(scores.get((old, new), 0.0), _SIMILAR_HEADING * similarity + 0.05)
