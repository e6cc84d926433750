"""Indexes of the two outlines, and the pairs that the matching passes have found so far.

In: two outlines. Out: the pairing in their numbers. Inside, both outlines are renumbered by file name, so that the
order in which files were read has no effect.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING

from studydeck.identity.matching.edit_distance import character_similarity
from studydeck.identity.matching.outline import MatchedBy, NoteKey, Outline, Pairing, SectionKey
from studydeck.identity.matching.text_key import pair_parts, question_of
from studydeck.model.anki import Kind

if TYPE_CHECKING:
    from studydeck.identity.matching.similarity import Similarity

_MAX_DEPTH = 100
# How many notes before and after a note count as nearby; their similarity to it raises the score that a match needs.
NEARBY = 12
# Minimum lengths, in characters, of a text that identifies a note: with a unique question or file, and by itself.
MIN_LENGTH_IN_CONTEXT, MIN_LENGTH_ALONE = 8, 20
_MIN_MEANING_SIMILARITY = 0.55


class Index:
    """An outline with lookups: contents of a section, neighbours of a note, and how often a text occurs.

    Sections and notes are numbered by file. `section_numbers` and `note_numbers` give their numbers in the outline;
    `section` and `parent` the number of a note's section and of a section's parent, or -1; `notes_in` and `subsections`
    what a section contains; `position` where in its section a note is, or -1.
    """

    def __init__(self, outline: Outline) -> None:
        order = sorted(range(len(outline.section_keys)), key=lambda number: (outline.section_keys[number].file, number))
        renumbered = {number: at for at, number in enumerate(order)}
        self.section_numbers = order
        self.section_keys: list[SectionKey] = [outline.section_keys[number] for number in order]
        self.parent = [renumbered.get(section_key.parent, -1) for section_key in self.section_keys]
        # Notes without a section (retired ones) come last, ordered by their text.
        sort_keys = [
            (renumbered.get(note_key.section, len(order)), note_key.text if note_key.section < 0 else "")
            for note_key in outline.note_keys
        ]
        self.note_numbers = sorted(range(len(sort_keys)), key=sort_keys.__getitem__)
        self.note_keys: list[NoteKey] = [outline.note_keys[number] for number in self.note_numbers]
        self.section = [renumbered.get(note_key.section, -1) for note_key in self.note_keys]
        self.notes_in: list[list[int]] = [[] for _ in order]
        self.position = [-1] * len(self.note_keys)
        for number, section in enumerate(self.section):
            if section >= 0 and not self.note_keys[number].retired:
                self.position[number] = len(self.notes_in[section])
                self.notes_in[section].append(number)
        self.subsections: list[list[int]] = [[] for _ in order]
        for number, parent in enumerate(self.parent):
            if parent >= 0:
                self.subsections[parent].append(number)

    @cached_property
    def text_counts(self) -> Counter[tuple[Kind, str]]:
        """How often each kind and text occurs in the sources."""
        return Counter((note_key.kind, note_key.text) for note_key in self.note_keys if not note_key.retired)

    @cached_property
    def question_counts(self) -> Counter[str]:
        """How often each term and label of a pair occurs in the sources."""
        return Counter(
            question_of(note_key.text)
            for note_key in self.note_keys
            if note_key.kind == "pair" and not note_key.retired
        )

    @cached_property
    def heading_counts(self) -> Counter[str]:
        """How often each heading occurs in the sources."""
        return Counter(section_key.heading for section_key in self.section_keys)

    @cached_property
    def file_ranges(self) -> dict[str, tuple[range, range]]:
        """The sections and the notes of each file; after renumbering they are contiguous."""
        ranges: dict[str, tuple[range, range]] = {}
        start = 0
        for file, numbers in groupby(range(len(self.section_keys)), key=lambda number: self.section_keys[number].file):
            sections = list(numbers)
            end = start
            while end < len(self.note_keys) and 0 <= self.section[end] <= sections[-1]:
                end += 1
            ranges[file] = range(sections[0], sections[-1] + 1), range(start, end)
            start = end
        return ranges

    @cached_property
    def heading_paths(self) -> list[str]:
        """The heading path of each section; in a merged ledger a parent may come after its child."""
        paths: list[str] = [""] * len(self.section_keys)
        for number, section_key in enumerate(self.section_keys):
            headings, ancestor, depth = [section_key.heading], self.parent[number], 0
            while ancestor >= 0 and depth < _MAX_DEPTH:
                if ancestor < number:
                    headings.append(paths[ancestor])
                    break
                headings.append(self.section_keys[ancestor].heading)
                ancestor, depth = self.parent[ancestor], depth + 1
            paths[number] = "\x1f".join(reversed(headings))
        return paths

    def neighbour(self, note: int, step: int) -> int:
        """Return the note before (-1) or after (1) a note in its section, or -1."""
        position = self.position[note] + step
        siblings = self.notes_in[self.section[note]] if self.position[note] >= 0 else ()
        return siblings[position] if 0 <= position < len(siblings) else -1

    def nearby(self, note: int, reach: int) -> list[int]:
        """Return the notes at most `reach` places away in the same file, whatever their sections."""
        numbers = range(max(note - reach, 0), min(note + reach + 1, len(self.note_keys)))
        return [number for number in numbers if self.position[number] >= 0 and self.file(number) == self.file(note)]

    def texts(self, notes: Iterable[int]) -> Iterator[str]:
        """Yield the texts of notes, in both readings."""
        for note_key in map(self.note_keys.__getitem__, notes):
            yield note_key.text
            yield note_key.other

    def file(self, note: int) -> str:
        """Return the file of a note, or an empty string."""
        return self.section_keys[self.section[note]].file if self.section[note] >= 0 else ""


class MatchState:
    """The pairs found so far.

    `to_new` and `to_old` map note numbers, `section_to_new` and `section_to_old` section numbers; -1 is unmatched.
    `matched_by` maps new notes to the pass that paired them and its score.
    """

    def __init__(self, old: Outline, new: Outline) -> None:
        self.old, self.new = Index(old), Index(new)
        self.to_new = [-1] * len(self.old.note_keys)
        self.to_old = [-1] * len(self.new.note_keys)
        self.section_to_new = [-1] * len(self.old.section_keys)
        self.section_to_old = [-1] * len(self.new.section_keys)
        self.matched_by: dict[int, tuple[MatchedBy, float]] = {}
        self.paired_sections = 0
        self._similarity: Similarity | None = None

    def pair(self, old: int, new: int, matched_by: MatchedBy, match_score: float = 1.0) -> None:
        """Pair two notes for good; the caller has checked that they can be paired."""
        assert self.to_new[old] == self.to_old[new] == -1
        self.to_new[old], self.to_old[new] = new, old
        self.matched_by[new] = (matched_by, match_score)

    def pair_sections(self, old: int, new: int) -> None:
        self.section_to_new[old], self.section_to_old[new] = new, old
        self.paired_sections += 1

    def similarity(self) -> Similarity:
        """Return the similarity measure over the texts of both builds, created on first use."""
        if self._similarity is None:
            # Imported here: a build in which nothing was reworded does not need it.
            from studydeck.identity.matching.similarity import Similarity

            texts = [note_key.text for index in (self.old, self.new) for note_key in index.note_keys]
            self._similarity = Similarity(texts, self._texts_to_compare())
        return self._similarity

    def _texts_to_compare(self) -> Iterator[str]:
        """Yield the texts of unmatched notes and of those near them, or all texts if many are unmatched."""
        unmatched = [*self.unmatched_old()]
        if len(unmatched) * NEARBY >= len(self.old.note_keys):
            yield from self.old.texts(range(len(self.old.note_keys)))
            yield from self.new.texts(range(len(self.new.note_keys)))
            return
        files = {self.old.file(old) for old in unmatched}
        yield from self.old.texts({note for old in unmatched for note in (old, *self.old.nearby(old, NEARBY))})
        yield from self.new.texts(new for new in self.unmatched_new() if self.new.file(new) in files)

    def is_distinctive(self, note_key: NoteKey) -> bool:
        """Return whether a text is unique in both builds: "Correct answer: D" and "Worst case: O(n)" are not."""
        key = (note_key.kind, note_key.text)
        if self.old.text_counts[key] > 1 or self.new.text_counts[key] > 1:
            return False
        if note_key.kind == "cloze":
            return len(note_key.text) >= MIN_LENGTH_ALONE
        question = question_of(note_key.text)
        return (
            self.old.question_counts[question] <= 1
            and self.new.question_counts[question] <= 1
            and len(note_key.text) >= MIN_LENGTH_IN_CONTEXT
        )

    def unmatched_old(self) -> Iterator[int]:
        """Return the unmatched old notes that were in the sources at the last build."""
        return (old for old, new in enumerate(self.to_new) if new < 0 and not self.old.note_keys[old].retired)

    def unmatched_retired(self) -> Iterator[int]:
        """Return the unmatched old notes that were already retired at the last build."""
        return (old for old, new in enumerate(self.to_new) if new < 0 and self.old.note_keys[old].retired)

    def unmatched_new(self) -> Iterator[int]:
        return (new for new, old in enumerate(self.to_old) if old < 0)

    def has_unmatched(self) -> bool:
        """Return whether both builds still have unmatched notes."""
        return any(True for _ in self.unmatched_old()) and any(True for _ in self.unmatched_new())

    def can_pair(self, old: int, new: int) -> bool:
        """Return whether Anki can update the old note to the new one, and the author gave them no different pins."""
        old_key, new_key = self.old.note_keys[old], self.new.note_keys[new]
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

    def in_same_section(self, old: int, new: int) -> bool:
        section = self.old.section[old]
        return section >= 0 and self.section_to_new[section] == self.new.section[new]

    def exact_or_moved(self, old: int, new: int) -> MatchedBy:
        """Return the pass name for equal texts: exact below the same headings, otherwise moved."""
        old_section, new_section = self.old.section[old], self.new.section[new]
        return (
            "exact"
            if old_section >= 0
            and new_section >= 0
            and self.old.heading_paths[old_section] == self.new.heading_paths[new_section]
            else "moved"
        )

    def in_different_sections(self, old: int, new: int) -> bool:
        """Return whether both sections still exist and are not paired with each other, so the note was moved."""
        old_section, new_section = self.old.section[old], self.new.section[new]
        return (
            old_section >= 0
            and new_section >= 0
            and self.section_to_new[old_section] >= 0
            and self.section_to_old[new_section] >= 0
            and self.section_to_new[old_section] != new_section
        )

    def paired_neighbours(self, old: int, new: int) -> int:
        """Return on how many sides (0 to 2) the neighbours are paired; the same end of one section counts, too."""
        count = 0
        for step in (-1, 1):
            old_neighbour, new_neighbour = self.old.neighbour(old, step), self.new.neighbour(new, step)
            count += (
                (old_neighbour >= 0 and self.to_new[old_neighbour] == new_neighbour)
                if old_neighbour >= 0
                else (new_neighbour < 0 and self.in_same_section(old, new))
            )
        return count

    def pairing(self) -> Pairing:
        """Return the pairs in the numbers of the outlines."""
        pairing = Pairing()
        for new, (matched_by, match_score) in sorted(self.matched_by.items()):
            number = self.new.note_numbers[new]
            pairing.note_keys[number] = self.old.note_numbers[self.to_old[new]]
            pairing.matched_by[number], pairing.match_score[number] = matched_by, match_score
        for new, old in enumerate(self.section_to_old):
            if old >= 0:
                pairing.section_keys[self.new.section_numbers[new]] = self.old.section_numbers[old]
        return pairing


def _is_same_meaning(text: str, other: str) -> bool:
    """Return whether the meaning of one pair can be a rewording of the other's."""
    meaning, other_meaning = pair_parts(text)[2], pair_parts(other)[2]
    short, long = sorted((meaning, other_meaning), key=len)
    return (
        bool(short and f" {short} " in f" {long} ")
        or character_similarity(meaning, other_meaning) >= _MIN_MEANING_SIMILARITY
    )
