"""The passes for notes that an edit moved, renamed, reworded or restored.

In: the state after pins and unchanged files. Out: more pairs in the state, from the strongest evidence to the weakest;
`passes.py` lists the order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping

from studydeck.identity.matching.outline import MatchedBy, NoteKey
from studydeck.identity.matching.sections import match_sections
from studydeck.identity.matching.state import MIN_LENGTH_ALONE, MIN_LENGTH_IN_CONTEXT, MatchState
from studydeck.identity.matching.text_key import MEANING_LENGTH, is_informative, pair_parts
from studydeck.identity.matching.within_section import match_within_sections
from studydeck.model.anki import Kind

# Minimum lengths, in characters, of a text that occurs several times, and of a meaning with a new term elsewhere.
_MIN_REPEATED_LENGTH, _MIN_RENAMED_MEANING_LENGTH = 30, 24
# Minimum lengths of a text that is restored: shorter ones ("answer: D", "returns: a number") occur in many notes.
_MIN_RESTORED_LENGTH: Mapping[Kind, int] = {"cloze": 12, "pair": 40}
_MIN_TERM_SIMILARITY = 0.5
# Fuzzy matches are context for more of them; no deck was seen to find any in later rounds.
_MAX_ROUNDS = 4


def match_edited(state: MatchState) -> None:
    """Pair the notes that are unmatched after pins and unchanged files."""
    _match_distinctive(state)
    _match_by_structure(state)
    _match_equal_texts(state, state.unmatched_retired())
    for _ in range(_MAX_ROUNDS):
        if not state.has_unmatched():
            break
        # Imported here: a build in which nothing was reworded does not need it.
        from studydeck.identity.matching.fuzzy import match_fuzzy

        before = len(state.matched_by)
        match_fuzzy(state)
        if len(state.matched_by) == before:
            break
        _match_by_structure(state)
    # Without this the next build would restore these notes, though nothing was edited in between.
    _match_equal_texts(state, state.unmatched_old())
    match_sections(state, by_name=True)


def _match_by_structure(state: MatchState) -> None:
    """Pair sections and notes until no more pairs follow from each other."""
    before = -1
    while before != len(state.matched_by):
        before = len(state.matched_by)
        match_sections(state)
        match_within_sections(state)
        if before == len(state.matched_by):
            _match_unique(state)


def _match_distinctive(state: MatchState) -> None:
    """Pair equal distinctive texts that occur once in each build, wherever they are."""
    old_by_text = {(state.old.note_keys[old].kind, state.old.note_keys[old].text): old for old in state.unmatched_old()}
    for new in list(state.unmatched_new()):
        note_key = state.new.note_keys[new]
        old = old_by_text.get((note_key.kind, note_key.text), -1)
        if old >= 0 and state.is_distinctive(note_key) and state.can_pair(old, new):
            state.pair(old, new, state.exact_or_moved(old, new))


def _match_unique(state: MatchState) -> None:
    """Pair texts and meanings that are unique among the unmatched, if they are long enough or their context agrees."""
    passes: tuple[tuple[Callable[[NoteKey], Hashable], MatchedBy], ...]
    passes = ((_text, "moved"), (_normalized_text, "normalized"), (_meaning, "structural"))
    for key_of, matched_by in passes:
        old_by_key: dict[Hashable, list[int]] = defaultdict(list)
        for old in state.unmatched_old():
            if key := key_of(state.old.note_keys[old]):
                old_by_key[key].append(old)
        new_by_key: dict[Hashable, list[int]] = defaultdict(list)
        for new in state.unmatched_new():
            if (key := key_of(state.new.note_keys[new])) in old_by_key:
                new_by_key[key].append(new)
        for key, numbers in new_by_key.items():
            if len(numbers) == 1 == len(old_by_key[key]):
                old, new = old_by_key[key][0], numbers[0]
                if state.can_pair(old, new) and (_is_renamed if key_of is _meaning else _is_credible)(state, old, new):
                    state.pair(old, new, matched_by, 0.95)


def _text(note_key: NoteKey) -> Hashable:
    return (note_key.kind, note_key.text)


def _normalized_text(note_key: NoteKey) -> Hashable:
    return (note_key.kind, note_key.text.replace(" ", "").replace("|", ""))


def _meaning(note_key: NoteKey) -> Hashable:
    if note_key.kind != "pair":
        return None
    _, label, meaning = pair_parts(note_key.text)
    return (label, meaning[:MEANING_LENGTH]) if is_informative(meaning) else None


def _is_renamed(state: MatchState, old: int, new: int) -> bool:
    """Return whether one meaning with two terms is one note: its term or its heading was renamed."""
    (term, _, meaning), (new_term, _, _) = (
        pair_parts(state.old.note_keys[old].text),
        pair_parts(state.new.note_keys[new].text),
    )
    if state.similarity().term_similarity(term, new_term) >= _MIN_TERM_SIMILARITY:
        return True
    old_section, new_section = state.old.section[old], state.new.section[new]
    are_unmatched = (
        old_section >= 0
        and new_section >= 0
        and state.section_to_new[old_section] < 0
        and state.section_to_old[new_section] < 0
    )
    return are_unmatched and (len(meaning) >= _MIN_RENAMED_MEANING_LENGTH or state.old.file(old) == state.new.file(new))


def _is_credible(state: MatchState, old: int, new: int) -> bool:
    """Return whether a text that is unique among the unmatched can be the same note: common texts need context."""
    old_key, new_key = state.old.note_keys[old], state.new.note_keys[new]
    if state.is_distinctive(old_key):
        return True
    if state.in_same_section(old, new) or state.in_different_sections(old, new):
        return False
    old_count, new_count = (
        state.old.text_counts[old_key.kind, old_key.text],
        state.new.text_counts[new_key.kind, new_key.text],
    )
    if max(old_count, new_count) > 1:
        return len(old_key.text) >= _MIN_REPEATED_LENGTH and old_count == new_count
    in_same_file = state.old.file(old) == state.new.file(new)
    return len(old_key.text) >= (MIN_LENGTH_IN_CONTEXT if in_same_file else MIN_LENGTH_ALONE)


def _match_equal_texts(state: MatchState, candidates: Iterable[int]) -> None:
    """Pair retired notes, or those that would be retired now, with drafts whose text is equal and occurs once."""
    old_by_text: dict[Hashable, list[int]] = defaultdict(list)
    for old in candidates:
        old_by_text[_normalized_text(state.old.note_keys[old])].append(old)
    for new in list(state.unmatched_new()) if old_by_text else ():
        note_key = state.new.note_keys[new]
        is_unique = (
            state.new.text_counts[note_key.kind, note_key.text] == 1
            and len(note_key.text) >= _MIN_RESTORED_LENGTH[note_key.kind]
        )
        if is_unique or state.is_distinctive(note_key):
            old = next(
                (
                    old
                    for old in old_by_text.get(_normalized_text(note_key), ())
                    if state.to_new[old] < 0 and state.can_pair(old, new)
                ),
                -1,
            )
            if old >= 0:
                state.pair(old, new, "restored" if state.old.note_keys[old].retired else state.exact_or_moved(old, new))
