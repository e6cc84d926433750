"""Match reworded notes: best score first, one to one, and only where no rival scores nearly as much.

In: the unmatched notes of both builds. Out: pairs in the state, as `contained` or `fuzzy`. Rare words and character
similarity select a few candidates for each note, so that the work stays nearly linear in the size of the deck.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise

from msgspec import Struct

from studydeck.identity.matching import thresholds
from studydeck.identity.matching.edit_distance import character_similarity, nearest
from studydeck.identity.matching.idf import content_words, word_set, words_around_blank
from studydeck.identity.matching.index import Index
from studydeck.identity.matching.outline import NoteKey
from studydeck.identity.matching.question_class import without_numbers
from studydeck.identity.matching.similarity import (
    Similarity,
    differ_in_negation,
    is_extension,
    is_other_in_one_frame,
)
from studydeck.identity.matching.state import MatchState
from studydeck.identity.matching.subjects import is_below_another_heading
from studydeck.identity.matching.text_key import list_items, pair_parts, question_of, sentence_around


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
            if state.is_open(candidate.old, candidate.new) and not _has_rival(state, candidate, by_old, by_new):
                state.pair(
                    candidate.old,
                    candidate.new,
                    "contained" if candidate.contained else "fuzzy",
                    round(candidate.similarity, 3),
                )
        remaining = [candidate for candidate in remaining if state.is_open(candidate.old, candidate.new)]


def _has_rival(
    state: MatchState,
    candidate: Candidate,
    by_old: dict[int, list[Candidate]],
    by_new: dict[int, list[Candidate]],
) -> bool:
    margin = thresholds.HIGH_SCORE_MARGIN if candidate.similarity >= thresholds.HIGH_SCORE else thresholds.MARGIN
    for rival in (*by_old[candidate.old], *by_new[candidate.new]):
        # If two notes were merged or one was split, the larger part keeps the identity, without a margin.
        if rival.contained and candidate.contained and rival.rank <= candidate.rank:
            continue
        if rival is candidate or not state.is_open(rival.old, rival.new):
            continue
        if state.new.note_key(rival.new).offer and not state.new.note_key(candidate.new).offer:
            continue
        if rival.rank > candidate.rank - margin:
            return True
    return False


def _candidates(state: MatchState) -> Iterator[Candidate]:
    nearby_scores: dict[tuple[int, int], list[tuple[float, str]]] = {}
    similarity, selection = state.similarity(), [*_select_candidates(state)]
    selected = {new for _, numbers in selection for new in numbers}
    similarity.prepare(state.new.texts({note for new in selected for note in (new, *state.new.nearby(new))}))
    for old, numbers in selection:
        for new in sorted(numbers):
            old_key, new_key = state.old.note_key(old), state.new.note_key(new)
            new_text = new_key.text if old_key.kind == new_key.kind else new_key.other
            if new_key.offer and old_key.kind != new_key.kind:
                continue  # a former reading of a former reading: the words of the note may still stand elsewhere
            # The earlier passes had a reason not to pair equal texts of one kind.
            if not state.can_pair(old, new) or (old_key.kind == new_key.kind and old_key.text == new_text):
                continue
            if _is_another_subject(old_key, new_key) or _asks_beside(old_key, new_key):
                continue
            if _asks_below_another_heading(state, old, new):
                continue
            score = similarity.of(old_key.kind, old_key.text, new_text)
            if score < thresholds.SAME_BLANK_SCORE and _say_the_same(old_key, new_key):
                score = thresholds.SAME_BLANK_SCORE
            if score < thresholds.SIMILARITY_CUTOFF:
                continue
            context = _context(state, old, new)
            moved = state.in_different_sections(old, new)
            min_score = _min_score(context, moved, min(len(old_key.text), len(new_text)))
            if min_score <= score and (moved or score < thresholds.NEARLY_EQUAL):
                nearby_score = max(
                    _nearby_similarity(similarity, nearby_scores, state.old, old, new_text),
                    _nearby_similarity(similarity, nearby_scores, state.new, new, old_key.text),
                )
                min_score = max(min_score, nearby_score + thresholds.CONTRAST)
            yield Candidate(
                score + thresholds.CONTEXT_WEIGHT * context,
                score,
                score - min_score,
                old,
                new,
                similarity.is_contained(old_key.text, new_text),
            )


def _is_another_subject(old: NoteKey, new: NoteKey) -> bool:
    """Return whether two sentences hide other phrases, and say something else around them, too."""
    if not (old.blank and new.blank) or old.blank == new.blank:
        return False
    around = sentence_around(old.text, old.blank), sentence_around(new.text, new.blank)
    if not all(around):
        return False
    if without_numbers(old.blank) == without_numbers(new.blank):
        # A number that was put right is often named twice.
        return is_other_in_one_frame(*map(without_numbers, around))
    if around[0] == around[1]:
        is_short = words_around_blank(around[0]) < thresholds.MIN_WORDS_AROUND_BLANK
        return is_short and character_similarity(old.blank, new.blank) < thresholds.MIN_PHRASE_SIMILARITY
    # A blank that still stands in the sentence was only chosen anew.
    is_chosen_anew = f" {old.blank} " in f" {new.text} " or f" {new.blank} " in f" {old.text} "
    return is_other_in_one_frame(*around) or not (is_chosen_anew or is_extension(*around))


def _asks_below_another_heading(state: MatchState, old: int, new: int) -> bool:
    """Return whether two pairs ask the same below headings of other names, and are answered in other words."""
    return (
        state.old.note_key(old).kind == state.new.note_key(new).kind == "pair"
        and state.old.question(old) == state.new.question(new)
        and not is_extension(state.old.answer(old), state.new.answer(new))
        and is_below_another_heading(state, old, new)
    )


def _asks_beside(old: NoteKey, new: NoteKey) -> bool:
    """Return whether a pair asks for something else than a list: by another name, or for one item of it."""
    if old.kind == new.kind or "|" not in new.text or new.kind == "pair":
        return False
    return question_of(old.text) != question_of(new.other) or pair_parts(old.text)[2] in list_items(new.text)


def _say_the_same(old: NoteKey, new: NoteKey) -> bool:
    """Return whether two sentences with the same blank say the same up to it, or use the same words in any order.

    With another blank, one of them has to go on behind the other: the answer was put right, and more was said.
    """
    if not (old.blank and new.blank):
        return False
    if old.blank != new.blank:
        both = (sentence_around(key.text, key.blank) for key in (old, new))
        short, long = sorted(both, key=len)
        return (
            bool(short)
            and long.startswith(f"{short} ")
            and len(content_words(short)) > thresholds.MIN_WORDS_AROUND_BLANK
        )
    lead, new_lead = (f" {key.text} ".partition(f" {key.blank} ")[0] for key in (old, new))
    if lead == new_lead:
        return len(content_words(lead)) >= thresholds.MIN_WORDS_AROUND_BLANK
    around, new_around = sentence_around(old.text, old.blank), sentence_around(new.text, new.blank)
    words, new_words = content_words(around), content_words(new_around)
    return (
        min(len(words), len(new_words)) > thresholds.MIN_WORDS_AROUND_BLANK
        and 2 * len(words & new_words) >= thresholds.MIN_COVERAGE * (len(words) + len(new_words))
        and is_extension(around, new_around)
        and not differ_in_negation(word_set(around), word_set(new_around))
    )


def _min_score(context: float, moved: bool, length: int) -> float:
    """Return the score that a match needs before it is compared with nearby notes."""
    min_score = thresholds.MIN_MATCH_SCORE
    if moved:
        min_score += thresholds.EXTRA_MOVED
    elif context < thresholds.MIN_CONTEXT:
        min_score += thresholds.EXTRA_NO_CONTEXT
    return min_score + thresholds.EXTRA_SHORT if length < thresholds.SHORT_LENGTH else min_score


def _context(state: MatchState, old: int, new: int) -> float:
    """Return how well two contexts agree, 0 to 1.1: a paired section, each paired neighbour and the same file add."""
    context = thresholds.SECTION_CONTEXT if state.in_same_section(old, new) else 0.0
    context += thresholds.NEIGHBOUR_CONTEXT * state.paired_neighbours(old, new)
    return context + thresholds.FILE_CONTEXT if state.in_same_file(old, new) else context


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
        note_key = index.note_key(note)
        numbers = index.nearby(note)
        texts = [
            nearby_key.text
            for nearby_key in map(index.note_key, numbers)
            if nearby_key.text != note_key.text and nearby_key.kind == note_key.kind
        ]
        similar_texts = [
            texts[number]
            for number, _ in nearest(
                note_key.text, dict(enumerate(texts)), thresholds.MIN_NEARBY_SIMILARITY, thresholds.MAX_NEARBY_COMPARED
            )
        ]
        nearby_scores[key] = [(similarity.of(note_key.kind, note_key.text, text), text) for text in similar_texts]
    return max((score for score, text in nearby_scores[key] if text != other), default=0.0)


def _select_candidates(state: MatchState) -> Iterator[tuple[int, set[int]]]:
    """Yield each unmatched old note with new ones to compare: those of its section, and those that share rare words."""
    unmatched = [*state.open_old()]
    old_phrases = {phrase for old in unmatched for phrase in _phrases(state.old.note_key(old).text)}
    new_by_phrase: dict[str, list[int]] = defaultdict(list)
    new_by_section: dict[int, list[int]] = defaultdict(list)
    for new in state.open_new():
        new_by_section[state.new.section_of(new)].append(new)
        for phrase in old_phrases.intersection(_phrases(state.new.note_key(new).text)):
            new_by_phrase[phrase].append(new)
    section_sizes = Counter(state.old.section_of(old) for old in unmatched)
    positions: Counter[int] = Counter()
    for old in unmatched:
        section, text = state.old.section_of(old), state.old.note_key(old).text
        by_words, in_section = _by_rare_words(text, new_by_phrase), []
        if section >= 0 and (window := new_by_section.get(state.sections.partner(section))):
            if len(window) > thresholds.SMALL_SECTION:
                center = positions[section] * len(window) // section_sizes[section]
                window = window[max(center - thresholds.WINDOW, 0) : center + thresholds.WINDOW + 1]
            in_section = window
            positions[section] += 1
        texts = {new: state.new.note_key(new).text for new in (*by_words, *in_section)}
        by_characters = nearest(text, texts, thresholds.MIN_CANDIDATE_SIMILARITY, thresholds.MAX_CANDIDATES)
        # Rare words find a sentence that doubled in length, characters do not: always compare their first choice.
        if numbers := {
            *by_words[:1],
            *(new for new, score in by_characters if score >= by_characters[0][1] - thresholds.MAX_BELOW_BEST),
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
    budget = thresholds.RARE_WORD_BUDGET
    for size, phrase in phrases:
        if size > budget:
            break
        shared.update(new_by_phrase[phrase])
        budget -= size
    return [new for new, _ in sorted(shared.items(), key=lambda entry: (-entry[1], entry[0]))]
