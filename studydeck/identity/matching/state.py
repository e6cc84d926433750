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
from studydeck.identity.matching.tree import Forest, How, Leaf, Node, Pairing
from studydeck.model.anki import Kind

if TYPE_CHECKING:
    from studydeck.identity.matching.similarity import Likeness

_DEEPEST = 100
# Leaves on either side whose likeness to it speaks against a leaf's being another.
FAMILY = 12
# How many characters a pair and a sentence need, to be known by themselves.
SHORTEST, TELLING = 8, 20
_REWORDED = 0.55


class Side:
    """A forest, ready to be asked: what stands below a section, beside a leaf, and how often a text occurs."""

    def __init__(self, forest: Forest) -> None:
        order = sorted(range(len(forest.nodes)), key=lambda number: (forest.nodes[number].file, number))
        place = {number: at for at, number in enumerate(order)}
        self.node_numbers = order
        self.nodes: list[Node] = [forest.nodes[number] for number in order]
        self.parent = [place.get(node.parent, -1) for node in self.nodes]
        # Leaves without a section (gone ones) come last, in an order of their own words.
        keys = [(place.get(leaf.section, len(order)), leaf.text if leaf.section < 0 else "") for leaf in forest.leaves]
        self.leaf_numbers = sorted(range(len(keys)), key=keys.__getitem__)
        self.leaves: list[Leaf] = [forest.leaves[number] for number in self.leaf_numbers]
        self.section = [place.get(leaf.section, -1) for leaf in self.leaves]
        self.under: list[list[int]] = [[] for _ in order]
        self.spot = [-1] * len(self.leaves)
        for number, section in enumerate(self.section):
            if section >= 0 and not self.leaves[number].gone:
                self.spot[number] = len(self.under[section])
                self.under[section].append(number)
        self.below: list[list[int]] = [[] for _ in order]
        for number, parent in enumerate(self.parent):
            if parent >= 0:
                self.below[parent].append(number)

    @cached_property
    def count(self) -> Counter[tuple[Kind, str]]:
        """Count how often each text stands in the notes."""
        return Counter((leaf.kind, leaf.text) for leaf in self.leaves if not leaf.gone)

    @cached_property
    def asked(self) -> Counter[str]:
        """Count how often each pair's term and label are asked."""
        return Counter(asked(leaf.text) for leaf in self.leaves if leaf.kind == "pair" and not leaf.gone)

    @cached_property
    def headings(self) -> Counter[str]:
        """Count how often each heading stands in the notes."""
        return Counter(node.heading for node in self.nodes)

    @cached_property
    def files(self) -> dict[str, tuple[range, range]]:
        """Give the sections and the leaves of each file; renumbered, they lie side by side."""
        found: dict[str, tuple[range, range]] = {}
        leaf = 0
        for file, numbers in groupby(range(len(self.nodes)), key=lambda number: self.nodes[number].file):
            nodes = list(numbers)
            end = leaf
            while end < len(self.leaves) and 0 <= self.section[end] <= nodes[-1]:
                end += 1
            found[file] = range(nodes[0], nodes[-1] + 1), range(leaf, end)
            leaf = end
        return found

    @cached_property
    def trail(self) -> list[str]:
        """Give each section the headings that lead to it; a parent may stand after its child in a merged ledger."""
        trails: list[str] = [""] * len(self.nodes)
        for number, node in enumerate(self.nodes):
            names, up, steps = [node.heading], self.parent[number], 0
            while up >= 0 and steps < _DEEPEST:
                if up < number:
                    names.append(trails[up])
                    break
                names.append(self.nodes[up].heading)
                up, steps = self.parent[up], steps + 1
            trails[number] = "\x1f".join(reversed(names))
        return trails

    def beside(self, leaf: int, step: int) -> int:
        """Give the leaf before (-1) or after (1) a leaf in its section, or -1."""
        spot = self.spot[leaf] + step
        family = self.under[self.section[leaf]] if self.spot[leaf] >= 0 else ()
        return family[spot] if 0 <= spot < len(family) else -1

    def around(self, leaf: int, reach: int) -> list[int]:
        """Give the leaves that stand near a leaf in its file, whatever their sections."""
        near = range(max(leaf - reach, 0), min(leaf + reach + 1, len(self.leaves)))
        return [one for one in near if self.spot[one] >= 0 and self.file(one) == self.file(leaf)]

    def texts(self, leaves: Iterable[int]) -> Iterator[str]:
        """Give the texts of leaves, in either reading."""
        for leaf in map(self.leaves.__getitem__, leaves):
            yield leaf.text
            yield leaf.other

    def file(self, leaf: int) -> str:
        """Give the file a leaf stands in, or nothing."""
        return self.nodes[self.section[leaf]].file if self.section[leaf] >= 0 else ""


class Ties:
    """What is paired so far: old number -> new number and back, -1 where nothing is."""

    def __init__(self, old: Forest, new: Forest) -> None:
        self.old, self.new = Side(old), Side(new)
        self.to_new = [-1] * len(self.old.leaves)
        self.to_old = [-1] * len(self.new.leaves)
        self.node_to_new = [-1] * len(self.old.nodes)
        self.node_to_old = [-1] * len(self.new.nodes)
        self.how: dict[int, tuple[How, float]] = {}
        self.tied_nodes = 0
        self._likeness: Likeness | None = None

    def tie(self, old: int, new: int, how: How, sure: float = 1.0) -> None:
        """Pair two leaves for good; who calls has made sure that they may be paired."""
        assert self.to_new[old] == self.to_old[new] == -1
        self.to_new[old], self.to_old[new] = new, old
        self.how[new] = (how, sure)

    def tie_nodes(self, old: int, new: int) -> None:
        self.node_to_new[old], self.node_to_old[new] = new, old
        self.tied_nodes += 1

    def likeness(self) -> Likeness:
        """Give the scale by which texts of both sides are compared; it is made when it is first asked for."""
        if self._likeness is None:
            # Imported here: where nothing was reworded nobody asks.
            from studydeck.identity.matching.similarity import Likeness

            texts = [leaf.text for side in (self.old, self.new) for leaf in side.leaves]
            self._likeness = Likeness(texts, self._open_texts())
        return self._likeness

    def _open_texts(self) -> Iterator[str]:
        """Give the texts of what is not paired: where that is little, only what stands beside it."""
        left = [*self.left_old()]
        if len(left) * FAMILY >= len(self.old.leaves):
            yield from self.old.texts(range(len(self.old.leaves)))
            yield from self.new.texts(range(len(self.new.leaves)))
            return
        files = {self.old.file(one) for one in left}
        yield from self.old.texts({near for one in left for near in (one, *self.old.around(one, FAMILY))})
        yield from self.new.texts(one for one in self.left_new() if self.new.file(one) in files)

    def says_enough(self, leaf: Leaf) -> bool:
        """Tell whether a text is one of its kind on both sides: not "Correct answer: D", not "Worst case: O(n)"."""
        key = (leaf.kind, leaf.text)
        if self.old.count[key] > 1 or self.new.count[key] > 1:
            return False
        if leaf.kind == "cloze":
            return len(leaf.text) >= TELLING
        question = asked(leaf.text)
        return self.old.asked[question] <= 1 and self.new.asked[question] <= 1 and len(leaf.text) >= SHORTEST

    def left_old(self) -> Iterator[int]:
        """Give the old leaves that stood in the notes and are not paired yet."""
        return (i for i, new in enumerate(self.to_new) if new < 0 and not self.old.leaves[i].gone)

    def left_gone(self) -> Iterator[int]:
        """Give the old leaves that stood in the notes once, and are not paired yet."""
        return (i for i, new in enumerate(self.to_new) if new < 0 and self.old.leaves[i].gone)

    def left_new(self) -> Iterator[int]:
        return (j for j, old in enumerate(self.to_old) if old < 0)

    def are_open(self) -> bool:
        """Tell whether anything is left on both sides."""
        return any(True for _ in self.left_old()) and any(True for _ in self.left_new())

    def allowed(self, old: int, new: int) -> bool:
        """Tell whether Anki could update the one to the other, and the author did not name them apart."""
        a, b = self.old.leaves[old], self.new.leaves[new]
        if b.apart and a.kind == b.kind and not (a.pin and a.pin == b.pin) and not _one_item(a.text, b.text):
            return False
        return (a.kind == b.kind or bool(b.other)) and (not a.pin or not b.pin or a.pin == b.pin)

    def same_section(self, old: int, new: int) -> bool:
        section = self.old.section[old]
        return section >= 0 and self.node_to_new[section] == self.new.section[new]

    def same_or_moved(self, old: int, new: int) -> How:
        """Say how equal words were found: below the same headings, or elsewhere."""
        p, q = self.old.section[old], self.new.section[new]
        return "same" if p >= 0 and q >= 0 and self.old.trail[p] == self.new.trail[q] else "moved"

    def strangers(self, old: int, new: int) -> bool:
        """Tell whether the sections of both are still there, and are two: then the leaf would have been moved."""
        p, q = self.old.section[old], self.new.section[new]
        return p >= 0 and q >= 0 and self.node_to_new[p] >= 0 and self.node_to_old[q] >= 0 and self.node_to_new[p] != q

    def neighbours(self, old: int, new: int) -> int:
        """Count on how many sides the two stand beside a pair (0 to 2); both at an edge of one section counts, too."""
        count = 0
        for step in (-1, 1):
            a, b = self.old.beside(old, step), self.new.beside(new, step)
            count += (a >= 0 and self.to_new[a] == b) if a >= 0 else (b < 0 and self.same_section(old, new))
        return count

    def pairing(self) -> Pairing:
        """Give the answer in the numbers of the forests."""
        pairing = Pairing()
        for new, (how, sure) in sorted(self.how.items()):
            number = self.new.leaf_numbers[new]
            pairing.leaves[number] = self.old.leaf_numbers[self.to_old[new]]
            pairing.how[number], pairing.sureness[number] = how, sure
        for new, old in enumerate(self.node_to_old):
            if old >= 0:
                pairing.nodes[self.new.node_numbers[new]] = self.old.node_numbers[old]
        return pairing


def _one_item(one: str, other: str) -> bool:
    """Tell whether two meanings can be one item that was reworded."""
    a, b = triple(one)[2], triple(other)[2]
    short, long = sorted((a, b), key=len)
    return bool(short and f" {short} " in f" {long} ") or similarity(a, b) >= _REWORDED
