"""What an edit moved, renamed or reworded: the passes of the matcher that look for what is no longer where it was."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping

from studydeck.identity.matching.sections import sections
from studydeck.identity.matching.state import SHORTEST, TELLING, Ties
from studydeck.identity.matching.text_key import MEANING, is_telling, triple
from studydeck.identity.matching.tree import How, Leaf
from studydeck.identity.matching.within_section import within
from studydeck.model.anki import Kind

# A text that stands several times, and a meaning that changed its term across sections, must be this long.
_LONG, _LONG_MEANING = 30, 24
# A gone text of this length is no "answer: D", and no "returns: a number".
_RETURNS: Mapping[Kind, int] = {"cloze": 12, "pair": 40}
_NEAR = 0.5
# What likeness finds is context for more likeness; more rounds than these were never seen to find anything.
_ROUNDS = 4


def find(ties: Ties) -> None:
    """Pair what is left, from the surest evidence to the weakest."""
    _unmistakable(ties)
    _settle(ties)
    _in_own_words(ties, ties.left_gone())
    for _ in range(_ROUNDS):
        if not ties.are_open():
            break
        # Imported here: where nothing was reworded nobody asks how alike two texts are.
        from studydeck.identity.matching.fuzzy import alike

        before = len(ties.how)
        alike(ties)
        if len(ties.how) == before:
            break
        _settle(ties)
    # What is gone from now on would return at the next build, though nobody had edited anything.
    _in_own_words(ties, ties.left_old())
    sections(ties, by_name=True)


def _settle(ties: Ties) -> None:
    """Draw every conclusion that needs no likeness: leaves make sections, and sections make leaves."""
    before = -1
    while before != len(ties.how):
        before = len(ties.how)
        sections(ties)
        within(ties)
        if before == len(ties.how):
            _elsewhere(ties)


def _unmistakable(ties: Ties) -> None:
    """Pair equal texts that say enough and stand once on either side, wherever they stand."""
    at = {(ties.old.leaves[i].kind, ties.old.leaves[i].text): i for i in ties.left_old()}
    for j in list(ties.left_new()):
        leaf = ties.new.leaves[j]
        i = at.get((leaf.kind, leaf.text), -1)
        if i >= 0 and ties.says_enough(leaf) and ties.allowed(i, j):
            ties.tie(i, j, ties.same_or_moved(i, j))


def _elsewhere(ties: Ties) -> None:
    """Pair what stands once among what is left, where it says enough or its context agrees."""
    passes: tuple[tuple[Callable[[Leaf], Hashable], How], ...]
    passes = ((_text, "moved"), (_squeezed, "normal"), (_meaning, "kin"))
    for key, how in passes:
        olds: dict[Hashable, list[int]] = defaultdict(list)
        for i in ties.left_old():
            if found := key(ties.old.leaves[i]):
                olds[found].append(i)
        news: dict[Hashable, list[int]] = defaultdict(list)
        for j in ties.left_new():
            if (found := key(ties.new.leaves[j])) in olds:
                news[found].append(j)
        for found, numbers in news.items():
            if len(numbers) == 1 == len(olds[found]):
                i, j = olds[found][0], numbers[0]
                if ties.allowed(i, j) and (_renamed if key is _meaning else _believable)(ties, i, j):
                    ties.tie(i, j, how, 0.95)


def _text(leaf: Leaf) -> Hashable:
    return (leaf.kind, leaf.text)


def _squeezed(leaf: Leaf) -> Hashable:
    return (leaf.kind, leaf.text.replace(" ", "").replace("|", ""))


def _meaning(leaf: Leaf) -> Hashable:
    if leaf.kind != "pair":
        return None
    _, label, meaning = triple(leaf.text)
    return (label, meaning[:MEANING]) if is_telling(meaning) else None


def _renamed(ties: Ties, i: int, j: int) -> bool:
    """Tell whether one meaning under two terms is one item: a term that was retyped, or a heading that was renamed."""
    (term, _, meaning), (term_2, _, _) = triple(ties.old.leaves[i].text), triple(ties.new.leaves[j].text)
    if ties.likeness().terms(term, term_2) >= _NEAR:
        return True
    p, q = ties.old.section[i], ties.new.section[j]
    is_open = p >= 0 and q >= 0 and ties.node_to_new[p] < 0 and ties.node_to_old[q] < 0
    return is_open and (len(meaning) >= _LONG_MEANING or ties.old.file(i) == ties.new.file(j))


def _believable(ties: Ties, i: int, j: int) -> bool:
    """Tell whether a text that is alone among what is left may be the same: generic words need their context."""
    leaf, other = ties.old.leaves[i], ties.new.leaves[j]
    if ties.says_enough(leaf):
        return True
    if ties.same_section(i, j) or ties.strangers(i, j):
        return False
    times, times_2 = ties.old.count[leaf.kind, leaf.text], ties.new.count[other.kind, other.text]
    if max(times, times_2) > 1:
        return len(leaf.text) >= _LONG and times == times_2
    near = ties.old.file(i) == ties.new.file(j)
    return len(leaf.text) >= (SHORTEST if near else TELLING)


def _in_own_words(ties: Ties, olds: Iterable[int]) -> None:
    """Pair what is gone, or would be now, where its own words stand in the notes, and once."""
    left: dict[Hashable, list[int]] = defaultdict(list)
    for i in olds:
        left[_squeezed(ties.old.leaves[i])].append(i)
    for j in list(ties.left_new()) if left else ():
        leaf = ties.new.leaves[j]
        once = ties.new.count[leaf.kind, leaf.text] == 1 and len(leaf.text) >= _RETURNS[leaf.kind]
        if once or ties.says_enough(leaf):
            i = next((i for i in left.get(_squeezed(leaf), ()) if ties.to_new[i] < 0 and ties.allowed(i, j)), -1)
            if i >= 0:
                ties.tie(i, j, "returned" if ties.old.leaves[i].gone else ties.same_or_moved(i, j))
