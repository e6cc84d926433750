"""What was reworded: the most alike first, one to one, and only where nothing else comes near."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise

from msgspec import Struct

from studydeck.identity.matching.edit_distance import nearest
from studydeck.identity.matching.idf import words_of
from studydeck.identity.matching.similarity import FLOOR, Similarity
from studydeck.identity.matching.state import FAMILY, Index, MatchState

# Measured on real edits against notes from which other lines were removed on either side: below 0.68 neighbours are
# taken for one another. A second best this near is a doubt, and so are siblings that are as much alike.
ENOUGH, MARGIN, CONTRAST = 0.68, 0.1, 0.05
_CLOSE, _CLOSE_MARGIN, _NEARLY = 0.9, 0.02, 0.95
# What is asked on top: of a leaf without context, of one whose section and whose new section both stayed, of few words.
_UNKNOWN, _STRANGE, _FEW_WORDS = 0.1, 0.22, 0.08
_LITTLE_CONTEXT, _SHORT = 0.2, 25
# A context decides between equals; it does not make two texts alike.
_CONTEXT = 0.12
# How far to look: all open leaves of a small section, else those at the same height; so many leaves by rare words; so
# many of these as to letters. They keep the work near-linear where every line of a large deck was reworded.
_MANY, _WINDOW, _BUDGET, _TRIED, _FAR, _WORSE = 40, 8, 48, 6, 0.4, 0.3


class Chance(Struct, frozen=True):
    """A pair that may be one item: how alike, with what the context adds, and how far above what is needed."""

    worth: float
    similarity: float
    spare: float
    old: int
    new: int
    extends: bool = False


def alike(state: MatchState) -> None:
    """Pair what is alike; what was found first settles doubts about the rest."""
    chances = list(_chances(state))
    by_old: dict[int, list[Chance]] = defaultdict(list)
    by_new: dict[int, list[Chance]] = defaultdict(list)
    for one in chances:
        by_old[one.old].append(one)
        by_new[one.new].append(one)
    good = sorted((c for c in chances if c.spare >= 0), key=lambda c: (-c.worth, c.old, c.new))
    before = -1
    while len(good) != before:
        before = len(good)
        for one in good:
            if state.to_new[one.old] < 0 and state.to_old[one.new] < 0 and not _rivalled(state, one, by_old, by_new):
                state.pair(one.old, one.new, "contained" if one.extends else "fuzzy", round(one.similarity, 3))
        good = [c for c in good if state.to_new[c.old] < 0 and state.to_old[c.new] < 0]


def _rivalled(state: MatchState, one: Chance, by_old: dict[int, list[Chance]], by_new: dict[int, list[Chance]]) -> bool:
    margin = _CLOSE_MARGIN if one.similarity >= _CLOSE else MARGIN
    for rival in (*by_old[one.old], *by_new[one.new]):
        # Two items that were merged, or one that was split, rival only by size: the larger part stays who it is.
        if rival.extends and one.extends and rival.worth <= one.worth:
            continue
        if rival is one or state.to_new[rival.old] >= 0 or state.to_old[rival.new] >= 0:
            continue
        if rival.worth > one.worth - margin:
            return True
    return False


def _chances(state: MatchState) -> Iterator[Chance]:
    contrasts: dict[tuple[int, int], list[tuple[float, str]]] = {}
    similarity_score, found_near = state.similarity(), [*_candidates(state)]
    near = {j for _, candidates in found_near for j in candidates}
    similarity_score.expect(state.new.texts({one for j in near for one in (j, *state.new.surroundings(j, FAMILY))}))
    for i, candidates in found_near:
        for j in sorted(candidates):
            a, b = state.old.note_keys[i], state.new.note_keys[j]
            text = b.text if a.kind == b.kind else b.other
            # Equal texts of one kind were left apart by the exact passes, and for a reason.
            if not state.allowed(i, j) or (a.kind == b.kind and a.text == text):
                continue
            found = similarity_score.of(a.kind, a.text, text)
            if found < FLOOR:
                continue
            context = _context(state, i, j)
            strange = state.in_different_sections(i, j)
            need = ENOUGH + (_STRANGE if strange else _UNKNOWN if context < _LITTLE_CONTEXT else 0.0)
            if min(len(a.text), len(text)) < _SHORT:
                need += _FEW_WORDS
            if need <= found and (strange or found < _NEARLY):
                kin = max(
                    _contrast(similarity_score, contrasts, state.old, i, text),
                    _contrast(similarity_score, contrasts, state.new, j, a.text),
                )
                need = max(need, kin + CONTRAST)
            yield Chance(found + _CONTEXT * context, found, found - need, i, j, similarity_score.extends(a.text, text))


def _context(state: MatchState, i: int, j: int) -> float:
    found = 0.5 if state.same_section(i, j) else 0.0
    found += 0.25 * state.neighbours(i, j)
    a, b = state.old.section[i], state.new.section[j]
    if a >= 0 and b >= 0 and state.old.section_keys[a].file == state.new.section_keys[b].file:
        found += 0.1
    return found


def _contrast(
    similarity_score: Similarity,
    known: dict[tuple[int, int], list[tuple[float, str]]],
    side: Index,
    number: int,
    other: str,
) -> float:
    """Give how alike a leaf is to its own siblings: a family that all says the same needs more to tell it apart.

    A sibling that is word for word the `other` leaf is a double of it, and tells nothing.
    """
    key = (id(side), number)
    if key not in known:
        note_key = side.note_keys[number]
        family = side.surroundings(number, FAMILY)
        others = [
            o.text
            for o in map(side.note_keys.__getitem__, family)
            if o.text != note_key.text and o.kind == note_key.kind
        ]
        near = [others[turn] for turn, _ in nearest(note_key.text, dict(enumerate(others)), 0.5, 2)]
        known[key] = [(similarity_score.of(note_key.kind, note_key.text, one), one) for one in near]
    return max((found for found, one in known[key] if one != other), default=0.0)


def _candidates(state: MatchState) -> Iterator[tuple[int, set[int]]]:
    """Give for every open old leaf the open new ones worth a look: of its section, and those that share rare words."""
    left = [*state.unmatched_old()]
    wanted = {key for i in left for key in _keys(state.old.note_keys[i].text)}
    index: dict[str, list[int]] = defaultdict(list)
    open_in: dict[int, list[int]] = defaultdict(list)
    for j in state.unmatched_new():
        open_in[state.new.section[j]].append(j)
        for key in wanted.intersection(_keys(state.new.note_keys[j].text)):
            index[key].append(j)
    sizes = Counter(state.old.section[i] for i in left)
    turns: Counter[int] = Counter()
    for i in left:
        section, text = state.old.section[i], state.old.note_keys[i].text
        telling, others = _by_words(text, index), []
        if section >= 0 and (there := open_in.get(state.node_to_new[section])):
            if len(there) > _MANY:
                at = turns[section] * len(there) // sizes[section]
                there = there[max(at - _WINDOW, 0) : at + _WINDOW + 1]
            others = there
            turns[section] += 1
        texts = {j: state.new.note_keys[j].text for j in (*telling, *others)}
        near = nearest(text, texts, _FAR, _TRIED)
        # Letters do not see that a sentence was doubled, rare words do: their first choice is always looked at.
        if found := {*telling[:1], *(j for j, letters in near if letters >= near[0][1] - _WORSE)}:
            yield i, found


def _keys(text: str) -> set[str]:
    """Give what a text is found by: its words, and each two that stand together."""
    plain = [word for word in text.split() if word != "|"]
    return set(words_of(text)) | {f"{a} {b}" for a, b in pairwise(plain)}


def _by_words(text: str, index: dict[str, list[int]]) -> list[int]:
    """Give the leaves that share the rarest keys of a text, those that share most of them first."""
    rare = sorted((len(index[key]), key) for key in _keys(text) if key in index)
    seen: Counter[int] = Counter()
    budget = _BUDGET
    for size, key in rare:
        if size > budget:
            break
        seen.update(index[key])
        budget -= size
    return [j for j, _ in sorted(seen.items(), key=lambda one: (-one[1], one[0]))]
