"""Pair exam questions whose stem stands and most of whose options do: an option is a place in its question.

In: the state after named questions. Out: pairs in the state.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from studydeck.identity.matching import thresholds
from studydeck.identity.matching.idf import word_set
from studydeck.identity.matching.index import Index
from studydeck.identity.matching.state import MatchState
from studydeck.identity.matching.text_key import pair_parts
from studydeck.patterns import lazy_pattern

_ByStem = dict[str, list[tuple[int, tuple[str, ...]]]]  # stem -> (note, options)
_OPTION = lazy_pattern(r" ([a-j]) (?=\S)")


def match_exam_questions(state: MatchState) -> None:
    """Pair exam questions that have one stem and nearly its options, or the same options and the same answer."""
    for old_section, new_section in state.sections:
        old_notes = [old for old in state.old.notes_in(old_section) if state.notes.is_old_open(old)]
        new_notes = [new for new in state.new.notes_in(new_section) if state.notes.is_new_open(new)]
        if not old_notes or not new_notes:
            continue
        old_by_stem, new_by_stem = _by_stem(state.old, old_notes), _by_stem(state.new, new_notes)
        for stem in old_by_stem.keys() & new_by_stem.keys():
            if len(old_by_stem[stem]) == len(new_by_stem[stem]) == 1:
                (old, old_options), (new, new_options) = old_by_stem[stem][0], new_by_stem[stem][0]
                equal = len(set(old_options) & set(new_options))
                most = max(len(old_options), len(new_options))
                if equal >= thresholds.MIN_EQUAL_OPTIONS and equal >= most - 1 and state.can_pair(old, new):
                    state.pair(old, new, "structural", thresholds.TWO_PARTS_SCORE)
        _match_reworded_stems(state, old_by_stem, new_by_stem)


def _match_reworded_stems(state: MatchState, old_by_stem: _ByStem, new_by_stem: _ByStem) -> None:
    """Pair questions that offer the same options and have the same answer, if their stems share half of their words."""
    old_by_options, new_by_options = _by_options(state.old, old_by_stem), _by_options(state.new, new_by_stem)
    for key in old_by_options.keys() & new_by_options.keys():
        if len(old_by_options[key]) == len(new_by_options[key]) == 1:
            (old, stem), (new, new_stem) = old_by_options[key][0], new_by_options[key][0]
            words, new_words = word_set(stem), word_set(new_stem)
            is_reworded = 2 * len(words & new_words) >= min(len(words), len(new_words))
            if is_reworded and state.is_open(old, new) and state.can_pair(old, new):
                state.pair(old, new, "structural", thresholds.TWO_PARTS_SCORE)


def _by_options(index: Index, by_stem: _ByStem) -> dict[tuple[str, ...], list[tuple[int, str]]]:
    """Return the questions with their stems, by their options and their answer."""
    found: dict[tuple[str, ...], list[tuple[int, str]]] = defaultdict(list)
    for stem, questions in by_stem.items():
        for note, options in questions:
            found[(*sorted(options), index.answer(note))].append((note, stem))
    return found


def _by_stem(index: Index, notes: Sequence[int]) -> _ByStem:
    """Return the exam questions by their stems, with their options."""
    found: dict[str, list[tuple[int, tuple[str, ...]]]] = defaultdict(list)
    for note in notes:
        if index.note_key(note).kind == "pair":
            stem, options = stem_and_options(pair_parts(index.note_key(note).text)[0])
            if options:
                found[stem].append((note, options))
    return found


def stem_and_options(term: str) -> tuple[str, tuple[str, ...]]:
    """Return the stem of a question and its options; no options for a term that is no exam question.

    In normal form "Which? A. EBS B. S3" is "which a ebs b s3": the letters have to follow each other from "a" on, and
    the last "a" with a "b" behind it begins the options, as a stem can contain the word.
    """
    marks = [(match.start(), match.end(), match[1]) for match in _OPTION.finditer(term)]
    letters = "".join(letter for _, _, letter in marks)
    begins = [match.start() for match in re.finditer("(?=ab)", letters)]
    if not begins:
        return term, ()
    chosen = marks[begins[-1] :]
    options: list[str] = []
    for position, (_, end, letter) in enumerate(chosen):
        if letter != chr(ord("a") + len(options)):
            continue  # a word of one letter within an option
        following = (start for start, _, other in chosen[position + 1 :] if other == chr(ord("a") + len(options) + 1))
        options.append(term[end : next(following, len(term))])
    return term[: chosen[0][0]], tuple(options)
