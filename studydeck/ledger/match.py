"""Which draft is which remembered note: two forests of sections and leaves, compared by their words alone.

Pure: no GUID, no clock, no disk. Both sides are numbered; the answer pairs their numbers one to one.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Literal

from studydeck.shapes import Kind

How = Literal["pin", "same", "moved", "normal", "kin", "extended", "alike", "returned"]


@dataclass(frozen=True, slots=True)
class Node:
    """A section: its heading in normal form, the number of the section above it or -1, and its file."""

    heading: str
    parent: int
    file: str


@dataclass(frozen=True, slots=True)
class Leaf:
    """A note or a draft: the section it stands in, and the words by which it is known.

    `text` is in normal form and at most 200 characters; a pair's is "term | label | meaning", a list's "item | item".
    `other` is the text of a draft's other reading, of the other kind, where it has one. Only remembered leaves can be
    `gone`: they stood in no source at the last build.
    """

    section: int
    kind: Kind
    text: str
    pin: str = ""
    gone: bool = False
    other: str = ""


@dataclass(frozen=True, slots=True)
class Forest:
    """Sections in the order of the sources, and leaves in the order in which they stand."""

    nodes: tuple[Node, ...]
    leaves: tuple[Leaf, ...]


@dataclass(frozen=True, slots=True)
class Pairing:
    """New number -> old number, for leaves and for sections; how each leaf was found, and how surely (0 to 1)."""

    leaves: dict[int, int] = field(default_factory=dict)
    nodes: dict[int, int] = field(default_factory=dict)
    how: dict[int, How] = field(default_factory=dict)
    sureness: dict[int, float] = field(default_factory=dict)


def match(old: Forest, new: Forest) -> Pairing:
    """Pair the leaves and sections of two forests, one to one; what is doubtful stays unpaired."""
    pairing = Pairing()
    _nodes(old, new, pairing)
    passes: tuple[tuple[How, object], ...] = (("pin", _pin), ("same", _same), ("moved", _moved))
    for how, key in passes:
        _unique(old, new, pairing, how, key)
    return pairing


def _nodes(old: Forest, new: Forest, pairing: Pairing) -> None:
    index: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for number in range(len(old.nodes)):
        index[_path(old, number)].append(number)
    for number in range(len(new.nodes)):
        if same := index.get(_path(new, number)):
            pairing.nodes[number] = same.pop(0)


def _path(forest: Forest, number: int) -> tuple[str, ...]:
    names: list[str] = [forest.nodes[number].file]
    while number >= 0:
        names.append(forest.nodes[number].heading)
        number = forest.nodes[number].parent
    return tuple(names)


def _pin(forest: Forest, leaf: Leaf) -> object:
    return leaf.pin or None


def _same(forest: Forest, leaf: Leaf) -> object:
    return (_path(forest, leaf.section) if leaf.section >= 0 else (), leaf.kind, leaf.text)


def _moved(forest: Forest, leaf: Leaf) -> object:
    return (leaf.kind, leaf.text)


def _unique(old: Forest, new: Forest, pairing: Pairing, how: How, key: object) -> None:
    taken = set(pairing.leaves.values())
    olds: dict[object, list[int]] = defaultdict(list)
    for number, leaf in enumerate(old.leaves):
        if number not in taken and (value := key(old, leaf)) is not None:  # type: ignore[operator]
            olds[value].append(number)
    news: dict[object, list[int]] = defaultdict(list)
    for number, leaf in enumerate(new.leaves):
        if number not in pairing.leaves and (value := key(new, leaf)) is not None:  # type: ignore[operator]
            news[value].append(number)
    for value, numbers in news.items():
        there = olds.get(value, [])
        if len(there) == len(numbers) and (len(there) == 1 or how == "same"):
            for number, remembered in zip(numbers, there, strict=True):
                pairing.leaves[number] = remembered
                pairing.how[number] = how
                pairing.sureness[number] = 1.0
