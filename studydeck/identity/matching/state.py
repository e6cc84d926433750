"""The table on which two forests are laid side by side, and the ties that the passes draw between them.

Both sides are renumbered by file name first, so that the order in which files were read decides nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING

from studydeck.identity.matching.edit_distance import similarity
from studydeck.identity.matching.text_key import asked, triple
from studydeck.identity.matching.tree import How, NoteKey, Outline, Pairing, SectionKey
from studydeck.model.anki import Kind

if TYPE_CHECKING:
    from studydeck.identity.matching.similarity import Similarity

_DEEPEST = 100
# Leaves on either side whose likeness to it speaks against a leaf's being another.
FAMILY = 12
# How many characters a pair and a sentence need, to be known by themselves.
SHORTEST, TELLING = 8, 20
_REWORDED = 0.55


class Index:
    """A forest, ready to be asked: what stands below a section, beside a leaf, and how often a text occurs."""

    def __init__(self, outline: Outline) -> None:
        order = sorted(range(len(outline.section_keys)), key=lambda number: (outline.section_keys[number].file, number))
        span = {number: at for at, number in enumerate(order)}
        self.node_numbers = order
        self.section_keys: list[SectionKey] = [outline.section_keys[number] for number in order]
        self.parent = [span.get(section_key.parent, -1) for section_key in self.section_keys]
        # Leaves without a section (gone ones) come last, in an order of their own words.
        keys = [
            (span.get(note_key.section, len(order)), note_key.text if note_key.section < 0 else "")
            for note_key in outline.note_keys
        ]
        self.leaf_numbers = sorted(range(len(keys)), key=keys.__getitem__)
        self.note_keys: list[NoteKey] = [outline.note_keys[number] for number in self.leaf_numbers]
        self.section = [span.get(note_key.section, -1) for note_key in self.note_keys]
        self.under: list[list[int]] = [[] for _ in order]
        self.spot = [-1] * len(self.note_keys)
        for number, section in enumerate(self.section):
            if section >= 0 and not self.note_keys[number].retired:
                self.spot[number] = len(self.under[section])
                self.under[section].append(number)
        self.below: list[list[int]] = [[] for _ in order]
        for number, parent in enumerate(self.parent):
            if parent >= 0:
                self.below[parent].append(number)

    @cached_property
    def count(self) -> Counter[tuple[Kind, str]]:
        """Count how often each text stands in the notes."""
        return Counter((note_key.kind, note_key.text) for note_key in self.note_keys if not note_key.retired)

    @cached_property
    def questions(self) -> Counter[str]:
        """Count how often each pair's term and label are asked."""
        return Counter(
            asked(note_key.text) for note_key in self.note_keys if note_key.kind == "pair" and not note_key.retired
        )

    @cached_property
    def headings(self) -> Counter[str]:
        """Count how often each heading stands in the notes."""
        return Counter(section_key.heading for section_key in self.section_keys)

    @cached_property
    def files(self) -> dict[str, tuple[range, range]]:
        """Give the sections and the leaves of each file; renumbered, they lie side by side."""
        found: dict[str, tuple[range, range]] = {}
        note_key = 0
        for file, numbers in groupby(range(len(self.section_keys)), key=lambda number: self.section_keys[number].file):
            section_keys = list(numbers)
            end = note_key
            while end < len(self.note_keys) and 0 <= self.section[end] <= section_keys[-1]:
                end += 1
            found[file] = range(section_keys[0], section_keys[-1] + 1), range(note_key, end)
            note_key = end
        return found

    @cached_property
    def heading_path(self) -> list[str]:
        """Give each section the headings that lead to it; a parent may stand after its child in a merged ledger."""
        trails: list[str] = [""] * len(self.section_keys)
        for number, section_key in enumerate(self.section_keys):
            names, up, steps = [section_key.heading], self.parent[number], 0
            while up >= 0 and steps < _DEEPEST:
                if up < number:
                    names.append(trails[up])
                    break
                names.append(self.section_keys[up].heading)
                up, steps = self.parent[up], steps + 1
            trails[number] = "\x1f".join(reversed(names))
        return trails

    def supporting_blocks(self, note_key: int, step: int) -> int:
        """Give the leaf before (-1) or after (1) a leaf in its section, or -1."""
        spot = self.spot[note_key] + step
        family = self.under[self.section[note_key]] if self.spot[note_key] >= 0 else ()
        return family[spot] if 0 <= spot < len(family) else -1

    def surroundings(self, note_key: int, reach: int) -> list[int]:
        """Give the leaves that stand near a leaf in its file, whatever their sections."""
        near = range(max(note_key - reach, 0), min(note_key + reach + 1, len(self.note_keys)))
        return [one for one in near if self.spot[one] >= 0 and self.file(one) == self.file(note_key)]

    def texts(self, note_keys: Iterable[int]) -> Iterator[str]:
        """Give the texts of leaves, in either reading."""
        for note_key in map(self.note_keys.__getitem__, note_keys):
            yield note_key.text
            yield note_key.other

    def file(self, note_key: int) -> str:
        """Give the file a leaf stands in, or nothing."""
        return self.section_keys[self.section[note_key]].file if self.section[note_key] >= 0 else ""


class MatchState:
    """What is paired so far: old number -> new number and back, -1 where nothing is."""

    def __init__(self, old: Outline, new: Outline) -> None:
        self.old, self.new = Index(old), Index(new)
        self.to_new = [-1] * len(self.old.note_keys)
        self.to_old = [-1] * len(self.new.note_keys)
        self.node_to_new = [-1] * len(self.old.section_keys)
        self.node_to_old = [-1] * len(self.new.section_keys)
        self.matched_by: dict[int, tuple[How, float]] = {}
        self.tied_nodes = 0
        self._likeness: Similarity | None = None

    def pair(self, old: int, new: int, matched_by: How, sure: float = 1.0) -> None:
        """Pair two leaves for good; who calls has made sure that they may be paired."""
        assert self.to_new[old] == self.to_old[new] == -1
        self.to_new[old], self.to_old[new] = new, old
        self.matched_by[new] = (matched_by, sure)

    def pair_sections(self, old: int, new: int) -> None:
        self.node_to_new[old], self.node_to_old[new] = new, old
        self.tied_nodes += 1

    def similarity(self) -> Similarity:
        """Give the scale by which texts of both sides are compared; it is made when it is first asked for."""
        if self._likeness is None:
            # Imported here: where nothing was reworded nobody asks.
            from studydeck.identity.matching.similarity import Similarity

            texts = [note_key.text for side in (self.old, self.new) for note_key in side.note_keys]
            self._likeness = Similarity(texts, self._open_texts())
        return self._likeness

    def _open_texts(self) -> Iterator[str]:
        """Give the texts of what is not paired: where that is little, only what stands beside it."""
        left = [*self.unmatched_old()]
        if len(left) * FAMILY >= len(self.old.note_keys):
            yield from self.old.texts(range(len(self.old.note_keys)))
            yield from self.new.texts(range(len(self.new.note_keys)))
            return
        files = {self.old.file(one) for one in left}
        yield from self.old.texts({near for one in left for near in (one, *self.old.surroundings(one, FAMILY))})
        yield from self.new.texts(one for one in self.unmatched_new() if self.new.file(one) in files)

    def is_distinctive(self, note_key: NoteKey) -> bool:
        """Tell whether a text is one of its kind on both sides: not "Correct answer: D", not "Worst case: O(n)"."""
        key = (note_key.kind, note_key.text)
        if self.old.count[key] > 1 or self.new.count[key] > 1:
            return False
        if note_key.kind == "cloze":
            return len(note_key.text) >= TELLING
        question = asked(note_key.text)
        return (
            self.old.questions[question] <= 1 and self.new.questions[question] <= 1 and len(note_key.text) >= SHORTEST
        )

    def unmatched_old(self) -> Iterator[int]:
        """Give the old leaves that stood in the notes and are not paired yet."""
        return (i for i, new in enumerate(self.to_new) if new < 0 and not self.old.note_keys[i].retired)

    def unmatched_retired(self) -> Iterator[int]:
        """Give the old leaves that stood in the notes once, and are not paired yet."""
        return (i for i, new in enumerate(self.to_new) if new < 0 and self.old.note_keys[i].retired)

    def unmatched_new(self) -> Iterator[int]:
        return (j for j, old in enumerate(self.to_old) if old < 0)

    def are_open(self) -> bool:
        """Tell whether anything is left on both sides."""
        return any(True for _ in self.unmatched_old()) and any(True for _ in self.unmatched_new())

    def allowed(self, old: int, new: int) -> bool:
        """Tell whether Anki could update the one to the other, and the author did not name them apart."""
        a, b = self.old.note_keys[old], self.new.note_keys[new]
        if b.nested_item and a.kind == b.kind and not (a.pin and a.pin == b.pin) and not _one_item(a.text, b.text):
            return False
        return (a.kind == b.kind or bool(b.other)) and (not a.pin or not b.pin or a.pin == b.pin)

    def same_section(self, old: int, new: int) -> bool:
        section = self.old.section[old]
        return section >= 0 and self.node_to_new[section] == self.new.section[new]

    def same_or_moved(self, old: int, new: int) -> How:
        """Say how equal words were found: below the same headings, or elsewhere."""
        p, q = self.old.section[old], self.new.section[new]
        return "exact" if p >= 0 and q >= 0 and self.old.heading_path[p] == self.new.heading_path[q] else "moved"

    def in_different_sections(self, old: int, new: int) -> bool:
        """Tell whether the sections of both are still there, and are two: then the leaf would have been moved."""
        p, q = self.old.section[old], self.new.section[new]
        return p >= 0 and q >= 0 and self.node_to_new[p] >= 0 and self.node_to_old[q] >= 0 and self.node_to_new[p] != q

    def neighbours(self, old: int, new: int) -> int:
        """Count on how many sides the two stand beside a pair (0 to 2); both at an edge of one section counts, too."""
        count = 0
        for step in (-1, 1):
            a, b = self.old.supporting_blocks(old, step), self.new.supporting_blocks(new, step)
            count += (a >= 0 and self.to_new[a] == b) if a >= 0 else (b < 0 and self.same_section(old, new))
        return count

    def pairing(self) -> Pairing:
        """Give the answer in the numbers of the forests."""
        pairing = Pairing()
        for new, (matched_by, sure) in sorted(self.matched_by.items()):
            number = self.new.leaf_numbers[new]
            pairing.note_keys[number] = self.old.leaf_numbers[self.to_old[new]]
            pairing.matched_by[number], pairing.match_score[number] = matched_by, sure
        for new, old in enumerate(self.node_to_old):
            if old >= 0:
                pairing.section_keys[self.new.node_numbers[new]] = self.old.node_numbers[old]
        return pairing


def _one_item(one: str, other: str) -> bool:
    """Tell whether two meanings can be one item that was reworded."""
    a, b = triple(one)[2], triple(other)[2]
    short, long = sorted((a, b), key=len)
    return bool(short and f" {short} " in f" {long} ") or similarity(a, b) >= _REWORDED
