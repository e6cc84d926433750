"""Indexes of the two outlines, and the pairs that the matching passes have found so far.

In: two outlines. Out: the pairing in their numbers. Inside, both outlines are renumbered by file name, so that the
order in which files were read has no effect.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING

from studydeck.identity.matching import thresholds
from studydeck.identity.matching.edit_distance import character_similarity
from studydeck.identity.matching.outline import MatchedBy, NoteKey, Outline, Pairing, SectionKey
from studydeck.identity.matching.question_class import (
    QuestionClass,
    begins_letters,
    numbered_stems,
    question_class,
    without_numbers,
)
from studydeck.identity.matching.text_key import pair_parts, question_of, sentence_around
from studydeck.model.anki import Kind

if TYPE_CHECKING:
    from studydeck.identity.matching.similarity import Similarity


class Index:
    """An outline with lookups: contents of a section, neighbours of a note, and how often a text occurs.

    Sections and notes are numbered by file. Where there is no section, parent or neighbour, the number is -1.
    """

    def __init__(self, outline: Outline) -> None:
        order = sorted(range(len(outline.section_keys)), key=lambda number: (outline.section_keys[number].file, number))
        renumbered = {number: at for at, number in enumerate(order)}
        self._section_numbers = order
        self.section_keys: list[SectionKey] = [outline.section_keys[number] for number in order]
        self._parents = [renumbered.get(section_key.parent, -1) for section_key in self.section_keys]
        # Notes without a section (retired ones) come last, ordered by their text.
        sort_keys = [
            (renumbered.get(note_key.section, len(order)), note_key.text if note_key.section < 0 else "")
            for note_key in outline.note_keys
        ]
        self._note_numbers = sorted(range(len(sort_keys)), key=sort_keys.__getitem__)
        self.note_keys: list[NoteKey] = [outline.note_keys[number] for number in self._note_numbers]
        self._sections = [renumbered.get(note_key.section, -1) for note_key in self.note_keys]
        self._notes_in: list[list[int]] = [[] for _ in order]
        self._positions = [-1] * len(self.note_keys)
        for number, section in enumerate(self._sections):
            if section >= 0 and not self.note_keys[number].retired:
                self._positions[number] = len(self._notes_in[section])
                self._notes_in[section].append(number)
        self._subsections: list[list[int]] = [[] for _ in order]
        for number, parent in enumerate(self._parents):
            if parent >= 0:
                self._subsections[parent].append(number)
        # Bound methods of the lists, as they are called for every comparison: note -> its key (kind, text and pin), and
        # note -> its section or -1.
        self.note_key: Callable[[int], NoteKey] = self.note_keys.__getitem__
        self.section_of: Callable[[int], int] = self._sections.__getitem__

    def parent_of(self, section: int) -> int:
        """Return the section above a section, or -1."""
        return self._parents[section]

    def heading(self, section: int) -> str:
        """Return the heading of a section, in normal form."""
        return self.section_keys[section].heading

    def heading_path(self, section: int) -> str:
        """Return the headings from the top of the file down to a section, as one text."""
        return self._heading_paths[section]

    def notes_in(self, section: int) -> Sequence[int]:
        """Return the notes directly in a section, in source order, without retired ones."""
        return self._notes_in[section]

    def subsections_of(self, section: int) -> Sequence[int]:
        """Return the sections directly below a section."""
        return self._subsections[section]

    def outline_note(self, note: int) -> int:
        """Return the number that a note has in the outline."""
        return self._note_numbers[note]

    def outline_section(self, section: int) -> int:
        """Return the number that a section has in the outline."""
        return self._section_numbers[section]

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
            while end < len(self.note_keys) and 0 <= self._sections[end] <= sections[-1]:
                end += 1
            ranges[file] = range(sections[0], sections[-1] + 1), range(start, end)
            start = end
        return ranges

    @cached_property
    def _heading_paths(self) -> list[str]:
        """The heading path of each section; in a merged ledger a parent may come after its child."""
        paths: list[str] = [""] * len(self.section_keys)
        for number, section_key in enumerate(self.section_keys):
            headings, ancestor, depth = [section_key.heading], self._parents[number], 0
            while ancestor >= 0 and depth < thresholds.MAX_HEADING_DEPTH:
                if ancestor < number:
                    headings.append(paths[ancestor])
                    break
                headings.append(self.section_keys[ancestor].heading)
                ancestor, depth = self._parents[ancestor], depth + 1
            paths[number] = "\x1f".join(reversed(headings))
        return paths

    @cached_property
    def _numbered_stems(self) -> frozenset[str]:
        return numbered_stems(pair_parts(note_key.text)[0] for note_key in self.note_keys if note_key.kind == "pair")

    @cached_property
    def _lettered_sections(self) -> frozenset[int]:
        """The sections whose terms are the letters of an alphabet, from the first one on."""
        letters: dict[int, set[str]] = defaultdict(set)
        for section, note_key in zip(self._sections, self.note_keys, strict=True):
            if note_key.kind == "pair" and len(term := pair_parts(note_key.text)[0]) == 1:
                letters[section].add(term)
        return frozenset(section for section, terms in letters.items() if begins_letters(terms))

    def question(self, note: int) -> str:
        """Return what a note asks: a pair's term and label, or the sentence around the only blank; or nothing."""
        note_key = self.note_keys[note]
        return question_of(note_key.text) if note_key.kind == "pair" else sentence_around(note_key.text, note_key.blank)

    def answer(self, note: int) -> str:
        """Return the answer to the question of a note."""
        note_key = self.note_keys[note]
        return pair_parts(note_key.text)[2] if note_key.kind == "pair" else note_key.blank

    def question_class(self, note: int) -> QuestionClass:
        """Return what the question of a note names."""
        note_key = self.note_keys[note]
        if note_key.kind == "cloze":
            return "named"
        term, label, _ = pair_parts(note_key.text)
        return question_class(
            term,
            label,
            numbered=without_numbers(term) in self._numbered_stems,
            lettered=self._sections[note] in self._lettered_sections,
        )

    def neighbour(self, note: int, step: int) -> int:
        """Return the note before (-1) or after (1) a note in its section, or -1."""
        position = self._positions[note] + step
        siblings = self._notes_in[self._sections[note]] if self._positions[note] >= 0 else ()
        return siblings[position] if 0 <= position < len(siblings) else -1

    def nearby(self, note: int) -> list[int]:
        """Return the notes at most `NEARBY` places away in the same file, whatever their sections."""
        reach = thresholds.NEARBY
        numbers = range(max(note - reach, 0), min(note + reach + 1, len(self.note_keys)))
        return [number for number in numbers if self._positions[number] >= 0 and self.file(number) == self.file(note)]

    def texts(self, notes: Iterable[int]) -> Iterator[str]:
        """Yield the texts of notes, in both readings."""
        for note_key in map(self.note_keys.__getitem__, notes):
            yield note_key.text
            yield note_key.other

    def file(self, note: int) -> str:
        """Return the file of a note, or an empty string."""
        return self.file_of_section(self._sections[note])

    def file_of_section(self, section: int) -> str:
        """Return the file of a section, or an empty string for -1."""
        return self.section_keys[section].file if section >= 0 else ""


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
        key = (note_key.kind, note_key.text)
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
        """Return whether the sections of two notes are paired with each other."""
        section = self.old.section_of(old)
        return section >= 0 and self.sections.are_paired(section, self.new.section_of(new))

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
