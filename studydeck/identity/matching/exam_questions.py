"""Pair exam questions whose stem stands and most of whose options do: an option is a place in its question.

In: the state after named questions. Out: pairs in the state.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from studydeck.identity.matching import thresholds
from studydeck.identity.matching.index import Index
from studydeck.identity.matching.state import MatchState
from studydeck.identity.matching.text_key import pair_parts
from studydeck.patterns import lazy_pattern

_OPTION = lazy_pattern(r" ([a-j]) (?=\S)")


def match_exam_questions(state: MatchState) -> None:
    """Pair the questions of paired sections that have one stem, at least two equal options, and one other at most."""
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


def _by_stem(index: Index, notes: Sequence[int]) -> dict[str, list[tuple[int, tuple[str, ...]]]]:
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
