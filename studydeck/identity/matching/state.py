"""The pairs that the matching passes have found so far, and what each pass asks about two notes.

In: two outlines. Out: the pairing in their numbers. Inside, both outlines are numbered by their indexes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from studydeck.identity.matching import thresholds
from studydeck.identity.matching.edit_distance import character_similarity
from studydeck.identity.matching.index import Index
from studydeck.identity.matching.outline import MatchedBy, NoteKey, Outline, Pairing
from studydeck.identity.matching.text_key import pair_parts, question_of

if TYPE_CHECKING:
    from studydeck.identity.matching.similarity import Similarity


class Pairs:
    """Pairs of old and new numbers, one to one; a number is open until it is paired, and a pair is never undone."""

    def __init__(self, old_count: int, new_count: int) -> None:
        self._to_new, self._to_old = [-1] * old_count, [-1] * new_count
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[tuple[int, int]]:
        """Yield the pairs in the order of the old numbers."""
        return ((old, new) for old, new in enumerate(self._to_new) if new >= 0)

    def pair(self, old: int, new: int) -> None:
        """Pair two open numbers."""
        assert self.is_open(old, new)
        self._to_new[old], self._to_old[new] = new, old
        self._count += 1

    def partner(self, old: int) -> int:
        """Return the new number of an old one, or -1."""
        return self._to_new[old]

    def partner_of_new(self, new: int) -> int:
        """Return the old number of a new one, or -1."""
        return self._to_old[new]

    def are_paired(self, old: int, new: int) -> bool:
        """Return whether two numbers are paired with each other."""
        return self._to_new[old] == new

    def is_open(self, old: int, new: int) -> bool:
        """Return whether neither an old nor a new number is paired."""
        return self._to_new[old] < 0 and self._to_old[new] < 0

    def is_old_open(self, old: int) -> bool:
        """Return whether an old number is not paired."""
        return self._to_new[old] < 0

    def is_new_open(self, new: int) -> bool:
        """Return whether a new number is not paired."""
        return self._to_old[new] < 0

    def open_old(self) -> Iterator[int]:
        """Yield the old numbers that are not paired, also while pairs are added."""
        return (old for old, new in enumerate(self._to_new) if new < 0)

    def open_new(self) -> Iterator[int]:
        """Yield the new numbers that are not paired, also while pairs are added."""
        return (new for new, old in enumerate(self._to_old) if old < 0)

    def has_open(self) -> bool:
        """Return whether another pair is possible."""
        return self._count < min(len(self._to_new), len(self._to_old))


class MatchState:
    """The two outlines as `old` and `new`, and the pairs of their `notes` and `sections` that were found so far."""

    def __init__(self, old: Outline, new: Outline) -> None:
        self.old, self.new = Index(old), Index(new)
        self.notes = Pairs(len(self.old.note_keys), len(self.new.note_keys))
        self.sections = Pairs(len(self.old.section_keys), len(self.new.section_keys))
        self._matched_by: dict[int, tuple[MatchedBy, float]] = {}
        self._refused: set[tuple[int, int]] = set()
        self._similarity: Similarity | None = None

    def pair(self, old: int, new: int, matched_by: MatchedBy, match_score: float = 1.0) -> None:
        """Pair two notes for good; the caller has checked that they can be paired."""
        self.notes.pair(old, new)
        self._matched_by[new] = (matched_by, match_score)

    def settle(self, pairing: Pairing) -> None:
        """Pair what an earlier matching of these outlines paired."""
        old_sections, new_sections = self.old.sections_by_outline(), self.new.sections_by_outline()
        for new, old in pairing.section_keys.items():
            self.sections.pair(old_sections[old], new_sections[new])
        old_notes, new_notes = self.old.notes_by_outline(), self.new.notes_by_outline()
        for new, old in pairing.note_keys.items():
            self.pair(old_notes[old], new_notes[new], pairing.matched_by[new], pairing.match_score[new])

    def refuse(self, old: int, new: int) -> None:
        """Pair two notes in no later pass: they ask the same, and another fact."""
        self._refused.add((old, new))

    def has_open(self) -> bool:
        """Return whether another pair of notes or of sections is possible."""
        return self.notes.has_open() or self.sections.has_open()

    def has_open_notes(self) -> bool:
        """Return whether both builds have unpaired notes in their sources, retired ones not counted."""
        return any(True for _ in self.open_old()) and any(True for _ in self.open_new())

    def similarity(self) -> Similarity:
        """Return the similarity measure over the texts of both builds, created on first use."""
        if self._similarity is None:
            # Imported here: a build in which nothing was reworded does not need it.
            from studydeck.identity.matching.similarity import Similarity

            texts = [note_key.text for index in (self.old, self.new) for note_key in index.note_keys]
            self._similarity = Similarity(texts, self._texts_to_compare())
        return self._similarity

    def _texts_to_compare(self) -> Iterator[str]:
        """Yield the texts of open notes and of those near them, or all texts if many are open."""
        open_old = [*self.open_old()]
        if len(open_old) * thresholds.NEARBY >= len(self.old.note_keys):
            yield from self.old.texts(range(len(self.old.note_keys)))
            yield from self.new.texts(range(len(self.new.note_keys)))
            return
        files = {self.old.file(old) for old in open_old}
        yield from self.old.texts({note for old in open_old for note in (old, *self.old.nearby(old))})
        yield from self.new.texts(new for new in self.open_new() if self.new.file(new) in files)

    def is_distinctive(self, note_key: NoteKey) -> bool:
        """Return whether a text is unique in both builds: "Correct answer: D" and "Worst case: O(n)" are not."""
        key = note_key.reading()
        if self.old.text_counts[key] > 1 or self.new.text_counts[key] > 1:
            return False
        if note_key.kind == "cloze":
            return len(note_key.text) >= thresholds.MIN_LENGTH_ALONE
        question = question_of(note_key.text)
        return (
            self.old.question_counts[question] <= 1
            and self.new.question_counts[question] <= 1
            and len(note_key.text) >= thresholds.MIN_LENGTH_IN_CONTEXT
        )

    def open_old(self) -> Iterator[int]:
        """Yield the unpaired old notes that were in the sources at the last build."""
        return (old for old in self.notes.open_old() if not self.old.note_keys[old].retired)

    def open_retired(self) -> Iterator[int]:
        """Yield the unpaired old notes that were already retired at the last build."""
        return (old for old in self.notes.open_old() if self.old.note_keys[old].retired)

    def open_new(self) -> Iterator[int]:
        """Yield the unpaired new notes."""
        return self.notes.open_new()

    def is_open(self, old: int, new: int) -> bool:
        """Return whether neither an old nor a new note is paired."""
        return self.notes.is_open(old, new)

    def can_pair(self, old: int, new: int) -> bool:
        """Return whether Anki can update the old note to the new one, and the author gave them no different pins."""
        if (old, new) in self._refused:
            return False
        old_key, new_key = self.old.note_keys[old], self.new.note_keys[new]
        if new_key.stood and old_key.text not in {new_key.text, new_key.other} and not old_key.pin:
            return False
        if (
            new_key.nested_item
            and old_key.kind == new_key.kind
            and not (old_key.pin and old_key.pin == new_key.pin)
            and not _is_same_meaning(old_key.text, new_key.text)
        ):
            return False
        return (old_key.kind == new_key.kind or bool(new_key.other)) and (
            not old_key.pin or not new_key.pin or old_key.pin == new_key.pin
        )

    def is_similar(self, text: str, other: str) -> bool:
        """Return whether a part of a pair can be the other one reworded."""
        similarity = self.similarity()
        score = max(
            similarity.sentence_similarity(text, other), similarity.word_similarity(text, other) + thresholds.WORD_BONUS
        )
        return score >= thresholds.MIN_PART_SIMILARITY

    def in_same_section(self, old: int, new: int) -> bool:
        """Return whether the sections of two notes are paired with each other."""
        section = self.old.section_of(old)
        return section >= 0 and self.sections.are_paired(section, self.new.section_of(new))

    def is_below_its_section(self, old: int, new: int) -> bool:
        """Return whether the new note is in a new section directly below the one that the old note was in."""
        old_section, new_section = self.old.section_of(old), self.new.section_of(new)
        return (
            old_section >= 0
            and new_section >= 0
            and self.sections.is_new_open(new_section)
            and self.sections.are_paired(old_section, self.new.parent_of(new_section))
        )

    def in_same_file(self, old: int, new: int) -> bool:
        """Return whether two notes are in files of one name; notes without a section are in none."""
        return self.old.file(old) == self.new.file(new)

    def in_open_sections(self, old: int, new: int) -> bool:
        """Return whether two notes are in sections that are not paired yet."""
        old_section, new_section = self.old.section_of(old), self.new.section_of(new)
        return old_section >= 0 and new_section >= 0 and self.sections.is_open(old_section, new_section)

    def in_different_sections(self, old: int, new: int) -> bool:
        """Return whether both sections still exist and are not paired with each other, so the note was moved."""
        old_section, new_section = self.old.section_of(old), self.new.section_of(new)
        return (
            old_section >= 0
            and new_section >= 0
            and not self.sections.is_old_open(old_section)
            and not self.sections.is_new_open(new_section)
            and not self.sections.are_paired(old_section, new_section)
        )

    def exact_or_moved(self, old: int, new: int) -> MatchedBy:
        """Return the pass name for equal texts: exact below the same headings, otherwise moved."""
        old_section, new_section = self.old.section_of(old), self.new.section_of(new)
        return (
            "exact"
            if old_section >= 0
            and new_section >= 0
            and self.old.heading_path(old_section) == self.new.heading_path(new_section)
            else "moved"
        )

    def paired_neighbours(self, old: int, new: int) -> int:
        """Return on how many sides (0 to 2) the neighbours are paired; the same end of one section counts, too."""
        count = 0
        for step in (-1, 1):
            old_neighbour, new_neighbour = self.old.neighbour(old, step), self.new.neighbour(new, step)
            if old_neighbour < 0:
                count += new_neighbour < 0 and self.in_same_section(old, new)
            elif new_neighbour < 0:
                # The neighbour may have been removed, so that the note is at the end of its section now.
                count += self.notes.is_old_open(old_neighbour)
            else:
                count += self.notes.are_paired(old_neighbour, new_neighbour)
        return count

    def pairing(self) -> Pairing:
        """Return the pairs in the numbers of the outlines."""
        pairing = Pairing()
        old_of_new = {new: old for old, new in self.notes}
        for new, (matched_by, match_score) in sorted(self._matched_by.items()):
            number = self.new.outline_note(new)
            pairing.note_keys[number] = self.old.outline_note(old_of_new[new])
            pairing.matched_by[number], pairing.match_score[number] = matched_by, match_score
        for new, old in sorted((new, old) for old, new in self.sections):
            pairing.section_keys[self.new.outline_section(new)] = self.old.outline_section(old)
        return pairing


def _is_same_meaning(text: str, other: str) -> bool:
    """Return whether the meaning of one pair can be a rewording of the other's."""
    meaning, other_meaning = pair_parts(text)[2], pair_parts(other)[2]
    short, long = sorted((meaning, other_meaning), key=len)
    return (
        bool(short and f" {short} " in f" {long} ")
        or character_similarity(meaning, other_meaning) >= thresholds.MIN_MEANING_SIMILARITY
    )
