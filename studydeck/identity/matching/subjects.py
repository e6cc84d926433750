"""The subject that a question stands below: the headings above it, and whether they are about the same in both builds.

In: the state, and notes or sections of both builds. Out: whether they agree, and whether a section was replaced.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from functools import cached_property

from studydeck.identity.matching import thresholds
from studydeck.identity.matching.idf import content_words
from studydeck.identity.matching.index import Index
from studydeck.identity.matching.question_class import question_class
from studydeck.identity.matching.similarity import can_name_one_thing
from studydeck.identity.matching.state import MatchState
from studydeck.identity.matching.text_key import is_informative, pair_parts, without_cjk_spaces
from studydeck.text.names import is_generic
from studydeck.text.normalize import without_accents


class Subjects:
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

    def is_replaced(self, section: int, left: AbstractSet[int]) -> bool:
        """Return whether all notes of an old section are gone, or all of it and its siblings; `left` are known to stay.

        A section of one note is its heading: there its siblings tell whether a template was filled anew.
        """
        if section < 0 or section in left or self.has_pair(section):
            return False
        if len(self._state.old.notes_in(section)) > 1:
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
            if partner < 0:
                partner = self._same_place(ancestor, new_section)
            if partner >= 0 and self._is_at_or_above(partner, new_section):
                same_path = _path(state.old, old_section, ancestor, term) == _path(
                    state.new, new_section, partner, term
                )
                return (same_path or self._is_split(old_section, new_section)) and self._is_same(ancestor, partner)
            ancestor = state.old.parent_of(ancestor)
        return shared_words(state, old, new) > 1

    def _same_place(self, section: int, new_section: int) -> int:
        """Return the section at or above a new one that has the path of an old section in its file, or -1.

        Where headings became bullets, the section that has them now can be paired with one of these headings.
        """
        old, new = self._state.old, self._state.new
        place = old.file_of_section(section), old.heading_path(section)
        while new_section >= 0 and (new.file_of_section(new_section), new.heading_path(new_section)) != place:
            new_section = new.parent_of(new_section)
        return new_section

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
            heading, new_heading = (
                without_cjk_spaces(index.heading(section)) for index, section in ((state.old, old), (state.new, new))
            )
            is_named = heading == new_heading and (
                not heading or is_generic(heading) or question_class(heading) == "named"
            )
            if not is_named and not self.has_pair(old):
                return False
            if not can_name_one_thing(heading, new_heading) and not _is_left(state, old):
                return False
            old, new = state.old.parent_of(old), state.new.parent_of(new)
        return True


def is_below_another_heading(state: MatchState, old: int, new: int) -> bool:
    """Return whether a heading above a question names something else now, and most of what was below it is gone.

    Of a heading that was only renamed most notes are left; without labels one that says more than "yes" or "euro", too.
    """
    if not state.in_same_section(old, new):
        return False
    is_labelled = bool(pair_parts(state.old.note_key(old).text)[1])
    section, new_section = state.old.section_of(old), state.new.section_of(new)
    while section >= 0 and new_section >= 0:
        headings = state.old.heading(section), state.new.heading(new_section)
        if not can_name_one_thing(*headings) and not _is_left(state, section, is_labelled=is_labelled):
            return True
        section, new_section = state.old.parent_of(section), state.new.parent_of(new_section)
    return False


def _is_left(state: MatchState, section: int, *, is_labelled: bool = False) -> bool:
    """Return whether half of the notes of an old section and those below it are paired, or it has none."""
    sections = (section, *state.old.subsections_of(section)[: thresholds.MAX_NOTE_GROUP])
    notes = [note for below in sections for note in state.old.notes_in(below)[: thresholds.MAX_NOTE_GROUP]]
    paired = [note for note in notes if not state.notes.is_old_open(note)]
    tells = is_labelled or any(is_informative(state.old.answer(note)) for note in paired)
    return not notes or (tells and len(paired) * 2 >= len(notes))


def is_below_another_item(state: MatchState, old: int, new: int) -> bool:
    """Return whether a question stands below another item of its list now, as the notes below that item tell.

    The ledger holds no items: between the old note and those that are below its item now, others stood.
    """
    item = state.new.note_key(new).item
    siblings = [_paired_below(state, new, step, item) for step in (-1, 1)] if item else []
    found = [sibling for sibling in siblings if sibling >= 0]
    return bool(found) and all(_others_between(state, (old, new), sibling) for sibling in found)


def _paired_below(state: MatchState, new: int, step: int, item: str) -> int:
    """Return the nearest paired note on one side that is below an item in the section of a note, or -1."""
    for _ in range(thresholds.MAX_NOTE_GROUP):
        new = state.new.neighbour(new, step)
        if new < 0:
            return -1
        old = state.notes.partner_of_new(new)
        if old >= 0 and state.new.note_key(new).item == item and state.in_same_section(old, new):
            return new
    return -1


def _others_between(state: MatchState, pair: tuple[int, int], sibling: int) -> bool:
    """Return whether a note that is below another item now stood between an old note and a sibling of the new one.

    Where the old one stood on the other side of the sibling, also if such a note stood beside it.
    """
    (old, new), section = pair, state.new.section_of(sibling)
    old_sibling = state.notes.partner_of_new(sibling)
    first, last = sorted((new, sibling))
    start, end = sorted((old, old_sibling))
    numbers = [*range(start + 1, min(end, start + thresholds.MAX_NOTE_GROUP))]
    if (old < old_sibling) != (new < sibling):
        numbers.append(state.old.neighbour(old, 1 if old > old_sibling else -1))
    between = (state.notes.partner(other) for other in numbers if other >= 0)
    return any(
        other >= 0
        and not first < other < last
        and state.new.section_of(other) == section
        and state.new.note_key(other).item not in ("", state.new.note_key(new).item)
        for other in between
    )


def _path(index: Index, section: int, ancestor: int, term: str) -> list[str]:
    """Return the headings between a question and a section above it, without one that is the term itself."""
    headings: list[str] = []
    while section >= 0 and section != ancestor:
        headings.append(without_cjk_spaces(index.heading(section)))
        section = index.parent_of(section)
    return headings[1:] if headings[:1] == [without_cjk_spaces(term)] else headings


def shared_words(state: MatchState, old: int, new: int) -> int:
    """Return how many content words two answers share, whatever their accents."""
    words, new_words = (
        content_words(without_accents(answer)) for answer in (state.old.answer(old), state.new.answer(new))
    )
    return len(words & new_words)
