"""Inside two sections that are one: the same words, two parts of three, a renamed row or column."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence

from studydeck.identity.matching.state import Index, MatchState
from studydeck.identity.matching.text_key import MEANING, is_telling, items_of, triple
from studydeck.model.anki import Kind

_MOST = 64
_NEAR = 0.5
_APART = 0.2
_BOTH = 2
_VOTES, _COLUMN = 2, 3
_DIGIT = re.compile(r"\d")

Triple = tuple[str, str, str]


def within(state: MatchState) -> None:
    """Pair what is certain from its section: see the three passes."""
    for p, q in enumerate(state.node_to_new):
        if q < 0:
            continue
        for step in (_same_words, _named_after, _two_parts, _lines, _only_list):
            here = [i for i in state.old.under[p] if state.to_new[i] < 0]
            there = [j for j in state.new.under[q] if state.to_old[j] < 0]
            if not here or not there:
                break
            step(state, here, there)


def _same_words(state: MatchState, here: list[int], there: list[int]) -> None:
    """Pair equal texts; where one stands several times, its neighbours tell them apart, and then their order."""
    doubtful = _replaced(state, here, there)
    for other in (False, True):
        olds: dict[tuple[Kind, str], list[int]] = defaultdict(list)
        for i in here:
            if state.to_new[i] < 0:
                olds[state.old.note_keys[i].kind, state.old.note_keys[i].text].append(i)
        news: dict[tuple[Kind, str], list[int]] = defaultdict(list)
        for j in there:
            note_key = state.new.note_keys[j]
            key = note_key.reading(other)
            if state.to_old[j] < 0 and key in olds:
                news[key].append(j)
        for key, numbers in news.items():
            if not (doubtful and max(state.old.count[key], state.new.count[key]) > 1):
                _align(state, olds[key], numbers)


def _replaced(state: MatchState, here: list[int], there: list[int]) -> bool:
    """Tell whether only a name that says little is left of a section: all that it said went, and something else came.

    "Question 3" with another question may well have the answer "D" again, and it is another answer.
    """
    p, q = state.old.section[here[0]], state.new.section[there[0]]
    heading = state.old.section_keys[p].heading
    if heading == state.new.section_keys[q].heading and state.old.headings[heading] == 1 and not _DIGIT.search(heading):
        return False
    if any(state.to_new[i] >= 0 for i in state.old.under[p]):
        return False
    ours, theirs = (map(side.note_keys.__getitem__, open_) for side, open_ in ((state.old, here), (state.new, there)))
    return any(map(state.is_distinctive, ours)) and any(map(state.is_distinctive, theirs))


def _align(state: MatchState, olds: Sequence[int], news: Sequence[int]) -> None:
    """Pair occurrences of one text: those beside a pair first, for these draw their own neighbours after them."""
    if len(olds) > 1 or len(news) > 1:
        for want in (2, 1):
            found = True
            while found and max(len(olds), len(news)) <= _MOST:
                found = False
                for i in olds:
                    for j in news:
                        if _open(state, i, j) and state.neighbours(i, j) >= want:
                            state.pair(i, j, state.same_or_moved(i, j))
                            found = True
    rest = [i for i in olds if state.to_new[i] < 0]
    for j in news:
        if state.to_old[j] < 0 and (i := next((i for i in rest if _open(state, i, j)), -1)) >= 0:
            state.pair(i, j, state.same_or_moved(i, j))
            rest.remove(i)


def _open(state: MatchState, i: int, j: int) -> bool:
    return state.to_new[i] < 0 and state.to_old[j] < 0 and state.allowed(i, j)


def _named_after(state: MatchState, here: list[int], there: list[int]) -> None:
    """Pair pairs whose term only followed a heading that was renamed."""
    p, q = state.old.section[here[0]], state.new.section[there[0]]
    renamed: list[tuple[str, str]] = []
    while p >= 0 and q >= 0 and state.node_to_new[p] == q:
        was, now = state.old.section_keys[p].heading, state.new.section_keys[q].heading
        if was and was != now:
            renamed.append((was, now))
        p, q = state.old.parent[p], state.new.parent[q]
    if not renamed:
        return
    at: dict[Triple, list[int]] = defaultdict(list)
    for j in there:
        if state.new.note_keys[j].kind == "pair":
            at[_cut(_triple(state.new, j))].append(j)
    for i in here:
        if state.old.note_keys[i].kind == "pair":
            term, label, meaning = _triple(state.old, i)
            for was, now in renamed:
                term = f" {term} ".replace(f" {was} ", f" {now} ").strip()
            found = at.get(_cut((term, label, meaning)), [])
            if len(found) == 1 and _open(state, i, found[0]):
                state.pair(i, found[0], "structural", 0.95)


def _cut(parts: Triple) -> Triple:
    return parts[0], parts[1], parts[2][:MEANING]


def _two_parts(state: MatchState, here: list[int], there: list[int]) -> None:
    """Pair pairs of which two parts of three are equal, and found once in the section.

    What is asked comes first: where two meanings changed places, the terms stay who they are. A meaning or a label
    that says little ("yes", "O(1)") proves nothing without its term.
    """
    p, q = state.old.section[here[0]], state.new.section[there[0]]
    family, family_2 = _pairs(state, p, True), _pairs(state, q, False)
    columns = _columns(family) & _columns(family_2)
    for key in (_asked, _answered, _renamed):
        counts, counts_2 = Counter(map(key, family.values())), Counter(map(key, family_2.values()))
        at = {key(family_2[j]): j for j in there if j in family_2}
        for i in here:
            found = key(family[i]) if i in family and state.to_new[i] < 0 else None
            if not found or counts[found] != 1 or counts_2[found] != 1 or found not in at:
                continue
            j = at[found]
            # Equal texts that are still open were left so for a reason.
            if _open(state, i, j) and family[i] != family_2[j] and _same(state, i, j, columns):
                state.pair(i, j, "structural", 0.9)


def _same(state: MatchState, i: int, j: int, columns: set[str]) -> bool:
    """Tell whether the third part, or the place, agrees that two pairs with two equal parts are one."""
    (term, label, meaning), (term_2, label_2, meaning_2) = _triple(state.old, i), _triple(state.new, j)
    beside = state.neighbours(i, j)
    if (term, label) != (term_2, label_2):
        return term == term_2 or state.similarity().terms(term, term_2) >= _NEAR or beside == _BOTH
    # A cell is known by its row and its column, whatever it says now; a figure by its place. But of a term that says
    # something wholly different now, a learner's history proves nothing.
    value = not is_telling(meaning) and not is_telling(meaning_2)
    return label in columns or _near(state, meaning, meaning_2) or (value and beside > 0)


def _near(state: MatchState, one: str, other: str) -> bool:
    return max(state.similarity().sentences(one, other), state.similarity().shared(one, other) + _APART) >= _NEAR


def _columns(family: dict[int, Triple]) -> set[str]:
    """Give the labels that several terms share: the heads of columns."""
    terms: dict[str, set[str]] = defaultdict(set)
    for term, label, _ in family.values():
        terms[label].add(term)
    return {label for label, found in terms.items() if label and len(found) > 1}


def _triple(side: Index, number: int) -> Triple:
    return triple(side.note_keys[number].text)


def _pairs(state: MatchState, section: int, old: bool) -> dict[int, Triple]:
    side = state.old if old else state.new
    return {n: triple(side.note_keys[n].text) for n in side.under[section] if side.note_keys[n].kind == "pair"}


def _asked(parts: Triple) -> Hashable:
    return (parts[0], parts[1]) if parts[0] else None


def _answered(parts: Triple) -> Hashable:
    return (parts[1], parts[2][:MEANING]) if is_telling(parts[2]) else None


def _renamed(parts: Triple) -> Hashable:
    return (parts[0], parts[2][:MEANING]) if is_telling(parts[2]) else None


def _lines(state: MatchState, here: list[int], there: list[int]) -> None:
    """Pair the cells of a row or column whose name changed, where most of its cells stayed."""
    p, q = state.old.section[here[0]], state.new.section[there[0]]
    for name, other in ((0, 1), (1, 0)):
        rows, rows_2 = _grouped(_pairs(state, p, True), name), _grouped(_pairs(state, q, False), name)
        retired, came = rows.keys() - rows_2.keys(), rows_2.keys() - rows.keys()
        index: dict[tuple[str, str], list[str]] = defaultdict(list)
        for one in sorted(came):
            for parts in rows_2[one].values():
                if len(index[parts[other], parts[2]]) < _MOST:
                    index[parts[other], parts[2]].append(one)
        votes: list[tuple[int, str, str]] = []
        for key in sorted(retired):
            count = Counter(one for parts in rows[key].values() for one in index[parts[other], parts[2]])
            for one, found in count.items():
                most = found >= _VOTES and 2 * found >= max(len(rows[key]), len(rows_2[one]))
                whole = name and found >= _COLUMN and found == len(rows[key]) == len(rows_2[one])
                if most and (whole or _near(state, key, one) or _witnessed(rows[key], rows_2[one], other)):
                    votes.append((-found, key, one))
        for _, key, one in sorted(votes):
            if key in retired and one in came:
                retired.remove(key)
                came.remove(one)
                _same_line(state, rows[key], rows_2[one], other)


def _same_line(state: MatchState, cells: dict[int, Triple], cells_2: dict[int, Triple], other: int) -> None:
    for i, parts in cells.items():
        same = [j for j, parts_2 in cells_2.items() if parts_2[other] == parts[other]]
        if len(same) == 1 and _open(state, i, same[0]):
            state.pair(i, same[0], "structural", 0.85)


def _witnessed(cells: dict[int, Triple], cells_2: dict[int, Triple], other: int) -> bool:
    """Tell whether the equal cells of two lines say enough: figures and ticks are equal by chance."""
    equal = {(p[other], p[2]) for p in cells.values()} & {(p[other], p[2]) for p in cells_2.values()}
    return any(is_telling(meaning) for _, meaning in equal)


def _grouped(family: dict[int, Triple], name: int) -> dict[str, dict[int, Triple]]:
    groups: dict[str, dict[int, Triple]] = defaultdict(dict)
    for number, parts in family.items():
        groups[parts[name]][number] = parts
    return groups


def _only_list(state: MatchState, here: list[int], there: list[int]) -> None:
    """Pair the one list of a section with the one list that it has now, if half of its items stayed."""
    p, q = state.old.section[here[0]], state.new.section[there[0]]
    ours, theirs = _lists(state.old, state.old.under[p]), _lists(state.new, state.new.under[q])
    if len(ours) == len(theirs) == 1 and _open(state, ours[0], theirs[0]):
        items = set(items_of(state.old.note_keys[ours[0]].text))
        kept = items.intersection(items_of(state.new.note_keys[theirs[0]].text))
        if kept and 2 * len(kept) >= len(items):
            state.pair(ours[0], theirs[0], "structural", 0.8)


def _lists(side: Index, numbers: Sequence[int]) -> list[int]:
    return [n for n in numbers if side.note_keys[n].kind == "cloze" and "|" in side.note_keys[n].text]
