"""The passes for notes that an edit moved, renamed, reworded or restored.

In: the state after pins and unchanged files. Out: more pairs in the state, from the strongest evidence to the weakest;
`passes.py` lists the order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable

from studydeck.identity.matching import thresholds
from studydeck.identity.matching.idf import content_words
from studydeck.identity.matching.outline import MatchedBy, NoteKey
from studydeck.identity.matching.state import MatchState
from studydeck.identity.matching.text_key import is_informative, pair_parts
from studydeck.text.normalize import without_accents


def match_distinctive(state: MatchState) -> None:
    """Pair equal distinctive texts that occur once in each build, wherever they are."""
    old_by_text = {state.old.note_key(old).reading(): old for old in state.open_old()}
    for new in list(state.open_new()):
        note_key = state.new.note_key(new)
        old = old_by_text.get(note_key.reading(), -1)
        if old >= 0 and state.is_distinctive(note_key) and state.can_pair(old, new):
            state.pair(old, new, state.exact_or_moved(old, new))


def match_unique(state: MatchState) -> None:
    """Pair texts and meanings that are unique among the unmatched, if they are long enough or their context agrees."""
    passes: tuple[tuple[Callable[[NoteKey], Hashable], MatchedBy, Callable[[MatchState, int, int], bool]], ...]
    passes = (
        (NoteKey.reading, "moved", _is_credible),
        (_normalized_text, "normalized", _is_credible),
        (_meaning, "structural", _is_renamed),
        (_meaning_alone, "structural", _is_labelled_now),
    )
    for key_of, matched_by, is_same in passes:
        old_by_key: dict[Hashable, list[int]] = defaultdict(list)
        for old in state.open_old():
            if key := key_of(state.old.note_key(old)):
                old_by_key[key].append(old)
        new_by_key: dict[Hashable, list[int]] = defaultdict(list)
        for new in state.open_new():
            if (key := key_of(state.new.note_key(new))) in old_by_key:
                new_by_key[key].append(new)
        for key, numbers in new_by_key.items():
            if len(numbers) == 1 == len(old_by_key[key]):
                old, new = old_by_key[key][0], numbers[0]
                if state.can_pair(old, new) and is_same(state, old, new):
                    state.pair(old, new, matched_by, thresholds.UNIQUE_SCORE)


def _normalized_text(note_key: NoteKey) -> Hashable:
    """Return a text without spaces, separators and accents: "мед" may be written "мёд"."""
    return (note_key.kind, without_accents(note_key.text.replace(" ", "").replace("|", "")))


def _meaning(note_key: NoteKey) -> tuple[str, str] | None:
    if note_key.kind != "pair":
        return None
    _, label, meaning = pair_parts(note_key.text)
    return (label, meaning[: thresholds.MEANING_LENGTH]) if is_informative(meaning) else None


def _meaning_alone(note_key: NoteKey) -> Hashable:
    """Return the meaning of a pair whatever its label: of code that may be its language."""
    meaning = _meaning(note_key)
    return meaning and meaning[1]


def _is_labelled_now(state: MatchState, old: int, new: int) -> bool:
    """Return whether one meaning in a section has got or lost its label, and a question that was reworded, too."""
    labels = {pair_parts(state.old.note_key(old).text)[1], pair_parts(state.new.note_key(new).text)[1]}
    return "" in labels and state.in_same_section(old, new) and _is_renamed(state, old, new)


def _is_renamed(state: MatchState, old: int, new: int) -> bool:
    """Return whether one meaning with two terms is one note: its term or its heading was renamed."""
    (term, _, meaning), (new_term, _, _) = (
        pair_parts(state.old.note_key(old).text),
        pair_parts(state.new.note_key(new).text),
    )
    if state.similarity().term_similarity(term, new_term) >= thresholds.MIN_TERM_SIMILARITY:
        return True
    is_named = state.old.question_class(old) == state.new.question_class(new) == "named"
    if state.in_same_file(old, new) and not is_named:
        return True  # the answers moved on below headings that only count
    if state.is_below_its_section(old, new):  # a line was inserted that heads the answer now
        return True
    if state.in_same_section(old, new):  # an answer that says much is another one's by no chance
        return len(content_words(meaning)) >= thresholds.MIN_RENAMED_MEANING_WORDS
    return state.in_open_sections(old, new) and (
        len(meaning) >= thresholds.MIN_RENAMED_MEANING_LENGTH or state.in_same_file(old, new)
    )


def _is_credible(state: MatchState, old: int, new: int) -> bool:
    """Return whether a text that is unique among the unmatched can be the same note: common texts need context."""
    old_key, new_key = state.old.note_key(old), state.new.note_key(new)
    if state.is_distinctive(old_key):
        return True
    if state.in_same_section(old, new):  # equal texts were not paired for a reason
        return old_key.text != new_key.text
    if state.in_different_sections(old, new):
        return False
    old_count, new_count = (
        state.old.text_counts[old_key.kind, old_key.text],
        state.new.text_counts[new_key.kind, new_key.text],
    )
    if max(old_count, new_count) > 1:
        return len(old_key.text) >= thresholds.MIN_REPEATED_LENGTH and old_count == new_count
    return len(old_key.text) >= (
        thresholds.MIN_LENGTH_IN_CONTEXT if state.in_same_file(old, new) else thresholds.MIN_LENGTH_ALONE
    )


def match_retired(state: MatchState) -> None:
    """Pair retired notes with drafts whose text is equal and occurs once."""
    _match_equal_texts(state, state.open_retired())


def match_remaining(state: MatchState) -> None:
    """Pair notes that would be retired now with drafts whose text is equal and occurs once."""
    _match_equal_texts(state, state.open_old())


def _match_equal_texts(state: MatchState, candidates: Iterable[int]) -> None:
    """Pair candidates with drafts whose text is equal and occurs once."""
    old_by_text: dict[Hashable, list[int]] = defaultdict(list)
    for old in candidates:
        old_by_text[_normalized_text(state.old.note_key(old))].append(old)
    for new in list(state.open_new()) if old_by_text else ():
        note_key = state.new.note_key(new)
        min_length = (
            thresholds.MIN_RESTORED_CLOZE_LENGTH if note_key.kind == "cloze" else thresholds.MIN_RESTORED_PAIR_LENGTH
        )
        is_unique = state.new.text_counts[note_key.reading()] == 1 and len(note_key.text) >= min_length
        if is_unique or state.is_distinctive(note_key):
            old = next(
                (
                    old
                    for old in old_by_text.get(_normalized_text(note_key), ())
                    if state.notes.is_old_open(old) and state.can_pair(old, new)
                ),
                -1,
            )
            if old >= 0:
                state.pair(old, new, "restored" if state.old.note_key(old).retired else state.exact_or_moved(old, new))
