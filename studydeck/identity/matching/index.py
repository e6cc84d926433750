"""An outline with lookups: contents of a section, neighbours of a note, questions, and how often a text occurs.

Sections and notes are renumbered by file name, so that the order in which files were read has no effect.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import groupby

from studydeck.identity.matching import thresholds
from studydeck.identity.matching.outline import NoteKey, Outline, SectionKey
from studydeck.identity.matching.question_class import (
    QuestionClass,
    begins_letters,
    numbered_stems,
    question_class,
    without_numbers,
)
from studydeck.identity.matching.text_key import pair_parts, question_of, sentence_around
from studydeck.model.anki import Kind


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

    def pairs_in(self, section: int) -> dict[int, tuple[str, str, str]]:
        """Return the pairs directly in a section, by their notes: term, label and meaning."""
        notes = ((note, self.note_keys[note]) for note in self._notes_in[section])
        return {note: pair_parts(note_key.text) for note, note_key in notes if note_key.kind == "pair"}

    def subsections_of(self, section: int) -> Sequence[int]:
        """Return the sections directly below a section."""
        return self._subsections[section]

    def outline_note(self, note: int) -> int:
        """Return the number that a note has in the outline."""
        return self._note_numbers[note]

    def outline_section(self, section: int) -> int:
        """Return the number that a section has in the outline."""
        return self._section_numbers[section]

    def notes_by_outline(self) -> dict[int, int]:
        """Return the notes by the numbers that they have in the outline."""
        return {number: note for note, number in enumerate(self._note_numbers)}

    def sections_by_outline(self) -> dict[int, int]:
        """Return the sections by the numbers that they have in the outline."""
        return {number: section for section, number in enumerate(self._section_numbers)}

    @cached_property
    def text_counts(self) -> Counter[tuple[Kind, str]]:
        """How often each kind and text occurs in the sources."""
        return Counter(note_key.reading() for note_key in self.note_keys if not note_key.retired)

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

    @cached_property
    def _questions(self) -> list[str]:
        """What each note asks; several passes look for those that are asked once."""
        return [
            question_of(note_key.text) if note_key.kind == "pair" else sentence_around(note_key.text, note_key.blank)
            for note_key in self.note_keys
        ]

    def question(self, note: int) -> str:
        """Return what a note asks: a pair's term and label, or the sentence around the only blank; or nothing."""
        return self._questions[note]

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
        reach, file = thresholds.NEARBY, self.file(note)
        numbers = range(max(note - reach, 0), min(note + reach + 1, len(self.note_keys)))
        return [number for number in numbers if self._positions[number] >= 0 and self.file(number) == file]

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
