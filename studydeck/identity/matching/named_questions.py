"""Pair notes whose question names something and stands where it stood, whatever became of the answer.

In: the state after equal texts and sections. Out: pairs in the state, and refused pairs: notes that ask the same about
another fact, because the old answer moved on to a new question or because the whole section was replaced.

Where answers changed places among questions that all existed before, the question wins: a mistake was put right. Where
they moved on, as below names that count (first, second; Monday, Tuesday), one of them arrives at a new question, and
the answer wins.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator
from functools import cached_property

from msgspec import Struct

from studydeck.identity.matching import thresholds
from studydeck.identity.matching.edit_distance import character_similarity
from studydeck.identity.matching.idf import words_around_blank
from studydeck.identity.matching.index import Index
from studydeck.identity.matching.similarity import is_extension
from studydeck.identity.matching.state import MatchState
from studydeck.identity.matching.subjects import (
    Subjects,
    is_below_another_heading,
    is_below_another_item,
    shared_words,
)
from studydeck.identity.matching.text_key import DIGIT, is_informative, without_cjk_spaces

_Key = Callable[[Index, int], Hashable]


class _Candidate(Struct, frozen=True):
    """An old and a new note that ask the same; `alike` if their answers share a content word."""

    old: int
    new: int
    alike: bool


def match_named_questions(state: MatchState) -> None:
    """Pair the notes of named questions that are asked once in each build, unless they ask about another fact."""
    if not any(True for _ in state.open_new()):
        return
    subjects = Subjects(state)
    candidates = [*_candidates(state, subjects)]
    if not candidates:
        return
    answers = _Answers(state)
    left = subjects.with_ancestors(state.old.section_of(candidate.old) for candidate in candidates if candidate.alike)
    for candidate in candidates:
        old, new = candidate.old, candidate.new
        if is_below_another_item(state, old, new) and not is_extension(state.old.answer(old), state.new.answer(new)):
            state.refuse(old, new)
            continue
        is_replaced = not candidate.alike and subjects.is_replaced(state.old.section_of(old), left)
        if answers.moved_on(old) or answers.is_nearly_renamed(old, new):
            state.refuse(old, new)
            target = answers.place_now(old)
            if target >= 0 and state.is_open(old, target) and state.can_pair(old, target):
                state.pair(old, target, "structural", thresholds.RENAMED_LINE_SCORE)
        elif is_replaced and not answers.are_exchanged(old, new):
            state.refuse(old, new)
        elif state.is_open(old, new):
            is_back = state.old.note_key(old).retired
            state.pair(old, new, "restored" if is_back else "question", thresholds.SAME_QUESTION_SCORE)


def _candidates(state: MatchState, subjects: Subjects) -> Iterator[_Candidate]:
    """Yield open notes that ask the same, and ask it alone in their decks or in two paired sections."""
    taken: set[int] = set()
    for old_key, new_key, scope_agrees in (
        (_in_deck, _in_deck, subjects.agree),
        (_in_partner_section(state), _in_section, subjects.agree_in_sections),
    ):
        old_by_key = _asked_once(state.old, old_key)
        new_by_key = _asked_once(state.new, new_key)
        for key, new in new_by_key.items():
            old = old_by_key.get(key, -1)
            if old < 0 or new in taken or not state.is_open(old, new) or not state.can_pair(old, new):
                continue
            if not _is_named(state, old, new):
                continue
            is_alike = shared_words(state, old, new) > 0
            if scope_agrees(old, new):
                taken.add(new)
                yield _Candidate(old, new, is_alike)
            elif not is_alike and is_below_another_heading(state, old, new):
                state.refuse(old, new)


def _asked_once(index: Index, key_of: _Key) -> dict[Hashable, int]:
    """Return the notes by the keys that no other note has, retired ones included."""
    numbers: dict[Hashable, int] = {}
    offers: dict[Hashable, int] = {}
    for number, note_key in enumerate(index.note_keys):
        if (key := key_of(index, number)) is not None:
            found = offers if note_key.offer else numbers
            found[key] = -1 if key in found else number
    return {key: number for key, number in (offers | numbers).items() if number >= 0}


def _in_deck(index: Index, note: int) -> Hashable:
    question = without_cjk_spaces(index.question(note))
    return (index.note_key(note).kind, question) if question else None


def _in_section(index: Index, note: int) -> Hashable:
    section, question = index.section_of(note), without_cjk_spaces(index.question(note))
    return (section, index.note_key(note).kind, question) if question and section >= 0 else None


def _in_partner_section(state: MatchState) -> _Key:
    def key(index: Index, note: int) -> Hashable:
        section, question = index.section_of(note), without_cjk_spaces(index.question(note))
        partner = state.sections.partner(section) if section >= 0 else -1
        return (partner, index.note_key(note).kind, question) if question and partner >= 0 else None

    return key


def _is_named(state: MatchState, old: int, new: int) -> bool:
    """Return whether a question names something in both builds: a list that grew can count its terms now."""
    if state.old.question_class(old) != "named" or state.new.question_class(new) != "named":
        return False
    if state.old.note_key(old).kind == "pair":
        return True
    # "I want a glass of …" is said of several things; a number that was put right needs fewer words around it.
    is_number = DIGIT.search(state.old.answer(old)) and DIGIT.search(state.new.answer(new))
    return words_around_blank(state.old.question(old)) >= thresholds.MIN_WORDS_AROUND_BLANK - bool(is_number)


class _Answers:
    """Tells where the answers of one build stand in the other."""

    def __init__(self, state: MatchState) -> None:
        self._state = state
        self._moved_on: dict[int, bool] = {}

    @cached_property
    def _old_by_question(self) -> dict[str, list[int]]:
        by_question: dict[str, list[int]] = defaultdict(list)
        for old in range(len(self._state.old.note_keys)):
            by_question[self._state.old.question(old)].append(old)
        return by_question

    @cached_property
    def _old_by_answer(self) -> dict[str, list[int]]:
        return _by_answer(self._state.old)

    @cached_property
    def _new_by_answer(self) -> dict[str, list[int]]:
        return _by_answer(self._state.new)

    @cached_property
    def _with_new_question(self) -> dict[str, list[int]]:
        """The open notes of each file that ask what was not asked before."""
        by_file: dict[str, list[int]] = defaultdict(list)
        for new in self._state.open_new():
            if self._state.new.question(new) not in self._old_by_question:
                by_file[self._state.new.file(new)].append(new)
        return by_file

    def place_now(self, old: int) -> int:
        """Return the new note that has the answer of an old one now, if one note of each build has it; or -1."""
        answer = _start(self._state.old.answer(old))
        before, now = self._old_by_answer.get(answer, ()), self._new_by_answer.get(answer, ())
        return now[0] if len(before) == len(now) == 1 and len(answer) >= thresholds.MIN_MOVED_ANSWER else -1

    def moved_on(self, old: int) -> bool:
        """Return whether an old answer stands under a new question, or under that of an answer that moved on itself."""
        chain: list[int] = []
        while old not in self._moved_on:
            self._moved_on[old] = False  # unless the chain arrives at a new question; a circle is an exchange
            chain.append(old)
            place = self.place_now(old)
            followers = self._old_by_question.get(self._state.new.question(place), ()) if place >= 0 else [old]
            if not followers:
                self._moved_on[old] = True
            elif len(followers) == 1:
                old = followers[0]
        # All answers of a chain share its end: found once, thousands of rows that moved on take linear time.
        self._moved_on |= dict.fromkeys(chain, self._moved_on[old])
        return self._moved_on[old]

    def is_nearly_renamed(self, old: int, new: int) -> bool:
        """Return whether nearly the old answer stands under a new question in the file, and not under its own."""
        state, answer = self._state, self._state.old.answer(old)
        if (
            not is_informative(answer)
            or character_similarity(answer, state.new.answer(new)) >= thresholds.SIMILAR_MEANING
        ):
            return False
        nearby = self._with_new_question.get(state.new.file(new), ())
        if len(nearby) > thresholds.MAX_NOTE_GROUP:
            nearby = [other for other in nearby if state.new.section_of(other) == state.new.section_of(new)]
        return any(
            character_similarity(answer, state.new.answer(other)) >= thresholds.SIMILAR_MEANING
            for other in nearby[: thresholds.MAX_NOTE_GROUP]
        )

    def are_exchanged(self, old: int, new: int) -> bool:
        """Return whether the new answer stood under another question that existed before, or the old one still does."""
        state = self._state
        stood = self._old_by_answer.get(_start(state.new.answer(new)), ())
        stands = self._new_by_answer.get(_start(state.old.answer(old)), ())
        return any(other != old for other in stood) or any(
            other != new and state.new.question(other) in self._old_by_question for other in stands
        )


def _by_answer(index: Index) -> dict[str, list[int]]:
    by_answer: dict[str, list[int]] = defaultdict(list)
    for note in range(len(index.note_keys)):
        if answer := index.answer(note):
            by_answer[_start(answer)].append(note)
    return by_answer


def _start(answer: str) -> str:
    return answer[: thresholds.MEANING_LENGTH]
