"""What an edit moved, renamed or reworded: the passes of the matcher that look for what is no longer where it was."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping

from studydeck.identity.matching.sections import sections
from studydeck.identity.matching.state import SHORTEST, TELLING, MatchState
from studydeck.identity.matching.text_key import MEANING, is_telling, triple
from studydeck.identity.matching.tree import How, NoteKey
from studydeck.identity.matching.within_section import within
from studydeck.model.anki import Kind

# A text that stands several times, and a meaning that changed its term across sections, must be this long.
_LONG, _LONG_MEANING = 30, 24
# A gone text of this length is no "answer: D", and no "returns: a number".
_RETURNS: Mapping[Kind, int] = {"cloze": 12, "pair": 40}
_NEAR = 0.5
# What likeness finds is context for more likeness; more rounds than these were never seen to find anything.
_ROUNDS = 4


def find(state: MatchState) -> None:
    """Pair what is left, from the surest evidence to the weakest."""
    _unmistakable(state)
    _settle(state)
    _in_own_words(state, state.unmatched_retired())
    for _ in range(_ROUNDS):
        if not state.are_open():
            break
        # Imported here: where nothing was reworded nobody asks how alike two texts are.
        from studydeck.identity.matching.fuzzy import alike

        before = len(state.matched_by)
        alike(state)
        if len(state.matched_by) == before:
            break
        _settle(state)
    # What is gone from now on would return at the next build, though nobody had edited anything.
    _in_own_words(state, state.unmatched_old())
    sections(state, by_name=True)


def _settle(state: MatchState) -> None:
    """Draw every conclusion that needs no likeness: leaves make sections, and sections make leaves."""
    before = -1
    while before != len(state.matched_by):
        before = len(state.matched_by)
        sections(state)
        within(state)
        if before == len(state.matched_by):
            _elsewhere(state)


def _unmistakable(state: MatchState) -> None:
    """Pair equal texts that say enough and stand once on either side, wherever they stand."""
    at = {(state.old.note_keys[i].kind, state.old.note_keys[i].text): i for i in state.unmatched_old()}
    for j in list(state.unmatched_new()):
        note_key = state.new.note_keys[j]
        i = at.get((note_key.kind, note_key.text), -1)
        if i >= 0 and state.is_distinctive(note_key) and state.allowed(i, j):
            state.pair(i, j, state.same_or_moved(i, j))


def _elsewhere(state: MatchState) -> None:
    """Pair what stands once among what is left, where it says enough or its context agrees."""
    passes: tuple[tuple[Callable[[NoteKey], Hashable], How], ...]
    passes = ((_text, "moved"), (_squeezed, "normalized"), (_meaning, "structural"))
    for key, matched_by in passes:
        olds: dict[Hashable, list[int]] = defaultdict(list)
        for i in state.unmatched_old():
            if found := key(state.old.note_keys[i]):
                olds[found].append(i)
        news: dict[Hashable, list[int]] = defaultdict(list)
        for j in state.unmatched_new():
            if (found := key(state.new.note_keys[j])) in olds:
                news[found].append(j)
        for found, numbers in news.items():
            if len(numbers) == 1 == len(olds[found]):
                i, j = olds[found][0], numbers[0]
                if state.allowed(i, j) and (_renamed if key is _meaning else _believable)(state, i, j):
                    state.pair(i, j, matched_by, 0.95)


def _text(note_key: NoteKey) -> Hashable:
    return (note_key.kind, note_key.text)


def _squeezed(note_key: NoteKey) -> Hashable:
    return (note_key.kind, note_key.text.replace(" ", "").replace("|", ""))


def _meaning(note_key: NoteKey) -> Hashable:
    if note_key.kind != "pair":
        return None
    _, label, meaning = triple(note_key.text)
    return (label, meaning[:MEANING]) if is_telling(meaning) else None


def _renamed(state: MatchState, i: int, j: int) -> bool:
    """Tell whether one meaning under two terms is one item: a term that was retyped, or a heading that was renamed."""
    (term, _, meaning), (term_2, _, _) = triple(state.old.note_keys[i].text), triple(state.new.note_keys[j].text)
    if state.similarity().terms(term, term_2) >= _NEAR:
        return True
    p, q = state.old.section[i], state.new.section[j]
    is_open = p >= 0 and q >= 0 and state.node_to_new[p] < 0 and state.node_to_old[q] < 0
    return is_open and (len(meaning) >= _LONG_MEANING or state.old.file(i) == state.new.file(j))


def _believable(state: MatchState, i: int, j: int) -> bool:
    """Tell whether a text that is alone among what is left may be the same: generic words need their context."""
    note_key, other = state.old.note_keys[i], state.new.note_keys[j]
    if state.is_distinctive(note_key):
        return True
    if state.same_section(i, j) or state.in_different_sections(i, j):
        return False
    times, times_2 = state.old.count[note_key.kind, note_key.text], state.new.count[other.kind, other.text]
    if max(times, times_2) > 1:
        return len(note_key.text) >= _LONG and times == times_2
    near = state.old.file(i) == state.new.file(j)
    return len(note_key.text) >= (SHORTEST if near else TELLING)


def _in_own_words(state: MatchState, olds: Iterable[int]) -> None:
    """Pair what is gone, or would be now, where its own words stand in the notes, and once."""
    left: dict[Hashable, list[int]] = defaultdict(list)
    for i in olds:
        left[_squeezed(state.old.note_keys[i])].append(i)
    for j in list(state.unmatched_new()) if left else ():
        note_key = state.new.note_keys[j]
        once = state.new.count[note_key.kind, note_key.text] == 1 and len(note_key.text) >= _RETURNS[note_key.kind]
        if once or state.is_distinctive(note_key):
            i = next((i for i in left.get(_squeezed(note_key), ()) if state.to_new[i] < 0 and state.allowed(i, j)), -1)
            if i >= 0:
                state.pair(i, j, "restored" if state.old.note_keys[i].retired else state.same_or_moved(i, j))
