"""Match reworded notes: best score first, one to one, and only where no rival scores nearly as much.

In: the unmatched notes of both builds. Out: pairs in the state, as `contained` or `fuzzy`. Rare words and character
similarity select a few candidates for each note, so that the work stays nearly linear in the size of the deck.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise

from msgspec import Struct

from studydeck.identity.matching.edit_distance import nearest
from studydeck.identity.matching.idf import word_set
from studydeck.identity.matching.similarity import SIMILARITY_CUTOFF, Similarity
from studydeck.identity.matching.state import NEARBY, Index, MatchState

# Measured on real edits against notes from which other lines were removed in either build: below the first score,
# neighbours are mistaken for each other. A rival within the margin makes a match doubtful, and so does a nearby note
# that is similar to within the contrast.
MIN_MATCH_SCORE, _MARGIN, _CONTRAST = 0.68, 0.1, 0.05
# From the first score a smaller margin is enough; from the last one nearby notes are not compared.
_HIGH_SCORE, _HIGH_SCORE_MARGIN, _NEARLY_EQUAL = 0.9, 0.02, 0.95
# Added to the minimum score: without context, if both sections exist but are not paired, and for a short text.
_EXTRA_NO_CONTEXT, _EXTRA_MOVED, _EXTRA_SHORT = 0.1, 0.22, 0.08
# Below this context a note has none; below this length, in characters, a text is short.
_MIN_CONTEXT, _SHORT_LENGTH = 0.2, 25
# How much the context (0 to 1) adds to the rank. It decides between equal scores and makes no two texts similar.
_CONTEXT_WEIGHT = 0.12
# How many candidates a note has: all unmatched notes of a section up to the first number, otherwise so many before and
# after the same relative position; so many occurrences of rare words.
_SMALL_SECTION, _WINDOW, _RARE_WORD_BUDGET = 40, 8, 48
# Of these, so many with at least this character similarity, and at most so much less than the best one.
_MAX_CANDIDATES, _MIN_CHARACTER_SIMILARITY, _MAX_BELOW_BEST = 6, 0.4, 0.3


class Candidate(Struct, frozen=True):
    """A possible pair.

    `similarity` is that of the texts, `rank` adds the context, `surplus` is how far the similarity exceeds the minimum
    (negative below it); `contained` says that one sentence contains the other.
    """

    rank: float
    similarity: float
    surplus: float
    old: int
    new: int
    contained: bool = False


def match_fuzzy(state: MatchState) -> None:
    """Pair similar notes, best rank first; each pair can remove the rivals of others."""
    candidates = list(_candidates(state))
    by_old: dict[int, list[Candidate]] = defaultdict(list)
    by_new: dict[int, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        by_old[candidate.old].append(candidate)
        by_new[candidate.new].append(candidate)
    remaining = sorted(
        (candidate for candidate in candidates if candidate.surplus >= 0),
        key=lambda candidate: (-candidate.rank, candidate.old, candidate.new),
    )
    before = -1
    while len(remaining) != before:
        before = len(remaining)
        for candidate in remaining:
            if (
                state.to_new[candidate.old] < 0
                and state.to_old[candidate.new] < 0
                and not _has_rival(state, candidate, by_old, by_new)
            ):
                state.pair(
                    candidate.old,
                    candidate.new,
                    "contained" if candidate.contained else "fuzzy",
                    round(candidate.similarity, 3),
                )
        remaining = [
            candidate for candidate in remaining if state.to_new[candidate.old] < 0 and state.to_old[candidate.new] < 0
        ]


def _has_rival(
    state: MatchState,
    candidate: Candidate,
    by_old: dict[int, list[Candidate]],
    by_new: dict[int, list[Candidate]],
) -> bool:
    margin = _HIGH_SCORE_MARGIN if candidate.similarity >= _HIGH_SCORE else _MARGIN
    for rival in (*by_old[candidate.old], *by_new[candidate.new]):
        # If two notes were merged or one was split, the larger part keeps the identity, without a margin.
        if rival.contained and candidate.contained and rival.rank <= candidate.rank:
            continue
        if rival is candidate or state.to_new[rival.old] >= 0 or state.to_old[rival.new] >= 0:
            continue
        if rival.rank > candidate.rank - margin:
            return True
    return False


def _candidates(state: MatchState) -> Iterator[Candidate]:
    nearby_scores: dict[tuple[int, int], list[tuple[float, str]]] = {}
    similarity, selection = state.similarity(), [*_select_candidates(state)]
    selected = {new for _, numbers in selection for new in numbers}
    similarity.prepare(state.new.texts({note for new in selected for note in (new, *state.new.nearby(new, NEARBY))}))
    for old, numbers in selection:
        for new in sorted(numbers):
            old_key, new_key = state.old.note_keys[old], state.new.note_keys[new]
            new_text = new_key.text if old_key.kind == new_key.kind else new_key.other
            # The earlier passes had a reason not to pair equal texts of one kind.
            if not state.can_pair(old, new) or (old_key.kind == new_key.kind and old_key.text == new_text):
                continue
            score = similarity.of(old_key.kind, old_key.text, new_text)
            if score < SIMILARITY_CUTOFF:
                continue
            context = _context(state, old, new)
            moved = state.in_different_sections(old, new)
            min_score = MIN_MATCH_SCORE + (
                _EXTRA_MOVED if moved else _EXTRA_NO_CONTEXT if context < _MIN_CONTEXT else 0.0
            )
            if min(len(old_key.text), len(new_text)) < _SHORT_LENGTH:
                min_score += _EXTRA_SHORT
            if min_score <= score and (moved or score < _NEARLY_EQUAL):
                nearby_score = max(
                    _nearby_similarity(similarity, nearby_scores, state.old, old, new_text),
                    _nearby_similarity(similarity, nearby_scores, state.new, new, old_key.text),
                )
                min_score = max(min_score, nearby_score + _CONTRAST)
            yield Candidate(
                score + _CONTEXT_WEIGHT * context,
                score,
                score - min_score,
                old,
                new,
                similarity.is_contained(old_key.text, new_text),
            )


def _context(state: MatchState, old: int, new: int) -> float:
    """Return how well two contexts agree, 0 to 1.1: 0.5 for the section, 0.25 a neighbour, 0.1 for the file."""
    context = 0.5 if state.in_same_section(old, new) else 0.0
    context += 0.25 * state.paired_neighbours(old, new)
    old_section, new_section = state.old.section[old], state.new.section[new]
    if (
        old_section >= 0
        and new_section >= 0
        and state.old.section_keys[old_section].file == state.new.section_keys[new_section].file
    ):
        context += 0.1
    return context


def _nearby_similarity(
    similarity: Similarity,
    nearby_scores: dict[tuple[int, int], list[tuple[float, str]]],
    index: Index,
    note: int,
    other: str,
) -> float:
    """Return the similarity of a note to its most similar nearby note: where all are alike, a match needs more.

    A nearby note whose text equals the `other` note's is a duplicate of it and does not count. `nearby_scores` caches
    the two most similar nearby notes of each index and note.
    """
    key = (id(index), note)
    if key not in nearby_scores:
        note_key = index.note_keys[note]
        numbers = index.nearby(note, NEARBY)
        texts = [
            nearby_key.text
            for nearby_key in map(index.note_keys.__getitem__, numbers)
            if nearby_key.text != note_key.text and nearby_key.kind == note_key.kind
        ]
        similar_texts = [texts[number] for number, _ in nearest(note_key.text, dict(enumerate(texts)), 0.5, 2)]
        nearby_scores[key] = [(similarity.of(note_key.kind, note_key.text, text), text) for text in similar_texts]
    return max((score for score, text in nearby_scores[key] if text != other), default=0.0)


def _select_candidates(state: MatchState) -> Iterator[tuple[int, set[int]]]:
    """Yield each unmatched old note with new ones to compare: those of its section, and those that share rare words."""
    unmatched = [*state.unmatched_old()]
    old_phrases = {phrase for old in unmatched for phrase in _phrases(state.old.note_keys[old].text)}
    new_by_phrase: dict[str, list[int]] = defaultdict(list)
    new_by_section: dict[int, list[int]] = defaultdict(list)
    for new in state.unmatched_new():
        new_by_section[state.new.section[new]].append(new)
        for phrase in old_phrases.intersection(_phrases(state.new.note_keys[new].text)):
            new_by_phrase[phrase].append(new)
    section_sizes = Counter(state.old.section[old] for old in unmatched)
    positions: Counter[int] = Counter()
    for old in unmatched:
        section, text = state.old.section[old], state.old.note_keys[old].text
        by_words, in_section = _by_rare_words(text, new_by_phrase), []
        if section >= 0 and (window := new_by_section.get(state.section_to_new[section])):
            if len(window) > _SMALL_SECTION:
                center = positions[section] * len(window) // section_sizes[section]
                window = window[max(center - _WINDOW, 0) : center + _WINDOW + 1]
            in_section = window
            positions[section] += 1
        texts = {new: state.new.note_keys[new].text for new in (*by_words, *in_section)}
        by_characters = nearest(text, texts, _MIN_CHARACTER_SIMILARITY, _MAX_CANDIDATES)
        # Rare words find a sentence that doubled in length, characters do not: always compare their first choice.
        if numbers := {
            *by_words[:1],
            *(new for new, score in by_characters if score >= by_characters[0][1] - _MAX_BELOW_BEST),
        }:
            yield old, numbers


def _phrases(text: str) -> set[str]:
    """Return the words of a text, and each two adjacent ones."""
    words = [word for word in text.split() if word != "|"]
    return set(word_set(text)) | {f"{first} {second}" for first, second in pairwise(words)}


def _by_rare_words(text: str, new_by_phrase: dict[str, list[int]]) -> list[int]:
    """Return the notes that share the rarest phrases of a text, those that share most of them first."""
    phrases = sorted((len(new_by_phrase[phrase]), phrase) for phrase in _phrases(text) if phrase in new_by_phrase)
    shared: Counter[int] = Counter()
    budget = _RARE_WORD_BUDGET
    for size, phrase in phrases:
        if size > budget:
            break
        shared.update(new_by_phrase[phrase])
        budget -= size
    return [new for new, _ in sorted(shared.items(), key=lambda entry: (-entry[1], entry[0]))]
