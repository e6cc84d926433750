"""Pair notes whose question names something and stands where it stood, whatever became of the answer.

In: the state after equal texts and sections. Out: pairs in the state, and refused pairs: notes that ask the same about
another fact, because the old answer moved on to a new question or because the whole section was replaced.

Where answers changed places among questions that all existed before, the question wins: a mistake was put right. Where
they moved on, as below names that count (first, second; Monday, Tuesday), one of them arrives at a new question, and
the answer wins.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from functools import cached_property

from msgspec import Struct

from studydeck.identity.matching import thresholds
from studydeck.identity.matching.edit_distance import character_similarity
from studydeck.identity.matching.idf import content_words, words_around_blank
from studydeck.identity.matching.index import Index
from studydeck.identity.matching.question_class import question_class
from studydeck.identity.matching.state import MatchState
from studydeck.identity.matching.text_key import DIGIT, is_informative, pair_parts
from studydeck.text.names import is_generic

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
    subjects = _Subjects(state)
    candidates = [*_candidates(state, subjects)]
    if not candidates:
        return
    answers = _Answers(state)
    left = subjects.with_ancestors(state.old.section_of(candidate.old) for candidate in candidates if candidate.alike)
    for candidate in candidates:
        old, new = candidate.old, candidate.new
        is_list = state.new.note_key(new).items
        is_replaced = not candidate.alike and subjects.is_replaced(state.old.section_of(old), left, is_list=is_list)
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


def _candidates(state: MatchState, subjects: _Subjects) -> Iterator[_Candidate]:
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
            if _is_named(state, old, new) and scope_agrees(old, new):
                taken.add(new)
                yield _Candidate(old, new, _shared_words(state, old, new) > 0)


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
    question = index.question(note)
    return (index.note_key(note).kind, question) if question else None


def _in_section(index: Index, note: int) -> Hashable:
    section, question = index.section_of(note), index.question(note)
    return (section, index.note_key(note).kind, question) if question and section >= 0 else None


def _in_partner_section(state: MatchState) -> _Key:
    def key(index: Index, note: int) -> Hashable:
        section, question = index.section_of(note), index.question(note)
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


class _Subjects:
    """Tells whether the subject that a question stands below is the same in both builds."""

    def __init__(self, state: MatchState) -> None:
        self._state = state

    @cached_property
    def _sections_with_pairs(self) -> frozenset[int]:
        """The old sections in which, or below which, a note is paired."""
        return self.with_ancestors(self._state.old.section_of(old) for old, _ in self._state.notes)

    def with_ancestors(self, sections: Iterable[int]) -> frozenset[int]:
        """Return old sections and all sections above them."""
        found: set[int] = set()
        for start in sections:
            section = start
            while section >= 0 and section not in found:
                found.add(section)
                section = self._state.old.parent_of(section)
        return frozenset(found)

    def is_replaced(self, section: int, left: AbstractSet[int], *, is_list: bool = False) -> bool:
        """Return whether all notes of an old section are gone, or all of it and its siblings; `left` are known to stay.

        A section of one note is its heading: there its siblings tell whether a template was filled anew. A list that is
        asked at once holds several facts.
        """
        if section < 0 or section in left or self.has_pair(section):
            return False
        if is_list or len(self._state.old.notes_in(section)) > 1:
            return True
        parent = self._state.old.parent_of(section)
        if parent < 0 or parent in left or self.has_pair(parent):
            return False
        siblings = self._state.old.subsections_of(parent)
        return sum(len(self._state.old.notes_in(sibling)) for sibling in siblings) >= thresholds.MIN_REPLACED_SECTIONS

    def has_pair(self, section: int) -> bool:
        """Return whether a note in or below an old section is paired."""
        return section in self._sections_with_pairs

    def agree(self, old: int, new: int) -> bool:
        """Return whether a question that is asked once in the deck is about the same subject."""
        state = self._state
        term, label, _ = pair_parts(state.old.note_key(old).text)
        if state.old.note_key(old).kind == "pair" and is_generic(term) and (not label or is_generic(label)):
            return False
        old_section, new_section = state.old.section_of(old), state.new.section_of(new)
        if old_section < 0:
            return True
        ancestor = old_section
        while ancestor >= 0:
            partner = state.sections.partner(ancestor)
            if partner >= 0 and self._is_at_or_above(partner, new_section):
                same_path = _path(state.old, old_section, ancestor, term) == _path(
                    state.new, new_section, partner, term
                )
                return (same_path or self._is_split(old_section, new_section)) and self._is_same(ancestor, partner)
            ancestor = state.old.parent_of(ancestor)
        return _shared_words(state, old, new) > 1

    def _is_split(self, section: int, new_section: int) -> bool:
        """Return whether a section's notes are under headings of other names now: it is gone, and a note of it is left.

        Where none is left, another subject may have taken its place.
        """
        old, new = self._state.old, self._state.new
        return (
            self.has_pair(section)
            and not new.heading_counts[old.heading(section)]
            and not old.heading_counts[new.heading(new_section)]
        )

    def agree_in_sections(self, old: int, new: int) -> bool:
        """Return whether a question that is asked once in two paired sections is about the same subject."""
        return self._is_same(self._state.old.section_of(old), self._state.new.section_of(new))

    def _is_at_or_above(self, section: int, other: int) -> bool:
        while other >= 0 and other != section:
            other = self._state.new.parent_of(other)
        return other >= 0

    def _is_same(self, old: int, new: int) -> bool:
        """Return whether two sections are about the same: each heading names the same thing, or contents are left."""
        state = self._state
        while old >= 0 and new >= 0:
            heading = state.old.heading(old)
            is_named = heading == state.new.heading(new) and (
                not heading or is_generic(heading) or question_class(heading) == "named"
            )
            if not is_named and not self.has_pair(old):
                return False
            old, new = state.old.parent_of(old), state.new.parent_of(new)
        return True


def _path(index: Index, section: int, ancestor: int, term: str) -> list[str]:
    """Return the headings between a question and a section above it, without one that is the term itself."""
    headings: list[str] = []
    while section >= 0 and section != ancestor:
        headings.append(index.heading(section))
        section = index.parent_of(section)
    return headings[1:] if headings[:1] == [term] else headings


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


def _shared_words(state: MatchState, old: int, new: int) -> int:
    """Return how many content words two answers share."""
    return len(content_words(state.old.answer(old)) & content_words(state.new.answer(new)))
