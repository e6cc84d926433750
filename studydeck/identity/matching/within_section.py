"""Match notes within paired sections.

In: the unmatched notes of two sections that are paired. Out: pairs in the state. First equal texts; later, in order:
pairs whose term follows a renamed heading; answers whose position moved; pairs of which two of three parts are equal;
cells of a renamed table row or column; lists that share items.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Sequence

from studydeck.identity.matching import thresholds
from studydeck.identity.matching.index import Index
from studydeck.identity.matching.lists import match_lists
from studydeck.identity.matching.renamed_lines import match_renamed_lines
from studydeck.identity.matching.similarity import is_extension, is_other_in_one_frame
from studydeck.identity.matching.state import MatchState
from studydeck.identity.matching.subjects import is_below_another_heading
from studydeck.identity.matching.text_key import DIGIT, is_informative, pair_parts
from studydeck.model.anki import Kind
from studydeck.text.tokens import is_function_word

_BOTH_NEIGHBOURS = 2

PairParts = tuple[str, str, str]


_Step = Callable[[MatchState, list[int], list[int]], None]


def match_equal_texts_in_sections(state: MatchState) -> None:
    """Pair equal texts in paired sections."""
    _match_step_by_step(state, (_match_equal_texts,))


def match_within_sections(state: MatchState) -> None:
    """Pair the notes for which their section is enough context, step by step."""
    steps = _match_renamed_heading, _match_positions, _match_two_parts, match_renamed_lines, match_lists
    _match_step_by_step(state, steps)


def _match_step_by_step(state: MatchState, steps: Sequence[_Step]) -> None:
    for old_section, new_section in state.sections:
        for step in steps:
            old_notes = [old for old in state.old.notes_in(old_section) if state.notes.is_old_open(old)]
            new_notes = [new for new in state.new.notes_in(new_section) if state.notes.is_new_open(new)]
            if not old_notes or not new_notes:
                break
            step(state, old_notes, new_notes)


def _match_equal_texts(state: MatchState, old_notes: list[int], new_notes: list[int]) -> None:
    """Pair equal texts; repeated ones by their paired neighbours, and then by their order."""
    replaced = _is_replaced(state, old_notes, new_notes)
    for other in (False, True):
        old_by_text: dict[tuple[Kind, str], list[int]] = defaultdict(list)
        for old in old_notes:
            if state.notes.is_old_open(old):
                old_by_text[state.old.note_key(old).kind, state.old.note_key(old).text].append(old)
        new_by_text: dict[tuple[Kind, str], list[int]] = defaultdict(list)
        for new in new_notes:
            note_key = state.new.note_key(new)
            key = note_key.reading(other)
            if state.notes.is_new_open(new) and key in old_by_text:
                new_by_text[key].append(new)
        for key, numbers in new_by_text.items():
            if not (replaced and max(state.old.text_counts[key], state.new.text_counts[key]) > 1):
                ordinary = [new for new in numbers if not state.new.note_key(new).offer]
                if len(old_by_text[key]) < len(numbers):
                    # A withdrawn draft keeps a note that nothing else keeps: the next build would take the other draft.
                    _pair_repeated(state, old_by_text[key], ordinary)
                _pair_repeated(state, old_by_text[key], numbers)


def _is_replaced(state: MatchState, old_notes: list[int], new_notes: list[int]) -> bool:
    """Return whether only a common heading is left of a section and all its contents were replaced.

    "Question 3" with another question may again have the answer "D", and that is another answer.
    """
    old_section, new_section = state.old.section_of(old_notes[0]), state.new.section_of(new_notes[0])
    heading = state.old.heading(old_section)
    if (
        heading == state.new.heading(new_section)
        and state.old.heading_counts[heading] == 1
        and not DIGIT.search(heading)
    ):
        return False
    if any(not state.notes.is_old_open(old) for old in state.old.notes_in(old_section)):
        return False
    old_keys, new_keys = (
        map(index.note_key, notes) for index, notes in ((state.old, old_notes), (state.new, new_notes))
    )
    return any(map(state.is_distinctive, old_keys)) and any(map(state.is_distinctive, new_keys))


def _pair_repeated(state: MatchState, old_notes: Sequence[int], new_notes: Sequence[int]) -> None:
    """Pair the occurrences of one text: first those beside paired neighbours, as each pair is a neighbour of others."""
    if len(old_notes) > 1 or len(new_notes) > 1:
        for min_neighbours in (_BOTH_NEIGHBOURS, 1):
            progress = True
            while progress and max(len(old_notes), len(new_notes)) <= thresholds.MAX_NOTE_GROUP:
                progress = False
                for old in old_notes:
                    for new in new_notes:
                        if _can_pair(state, old, new) and state.paired_neighbours(old, new) >= min_neighbours:
                            state.pair(old, new, state.exact_or_moved(old, new))
                            progress = True
    remaining = [old for old in old_notes if state.notes.is_old_open(old)]
    for new in new_notes:
        old = next((old for old in remaining if _can_pair(state, old, new)), -1)
        if old >= 0:
            state.pair(old, new, state.exact_or_moved(old, new))
            remaining.remove(old)


def _can_pair(state: MatchState, old: int, new: int) -> bool:
    return state.is_open(old, new) and state.can_pair(old, new)


def _match_renamed_heading(state: MatchState, old_notes: list[int], new_notes: list[int]) -> None:
    """Pair pairs whose term changed only because it contains a heading that was renamed."""
    old_section, new_section = state.old.section_of(old_notes[0]), state.new.section_of(new_notes[0])
    renamed: list[tuple[str, str]] = []
    while old_section >= 0 and new_section >= 0 and state.sections.are_paired(old_section, new_section):
        old_heading, new_heading = state.old.heading(old_section), state.new.heading(new_section)
        if old_heading and old_heading != new_heading:
            renamed.append((old_heading, new_heading))
        old_section, new_section = state.old.parent_of(old_section), state.new.parent_of(new_section)
    if not renamed:
        return
    new_by_parts: dict[PairParts, list[int]] = defaultdict(list)
    for new in new_notes:
        if state.new.note_key(new).kind == "pair":
            new_by_parts[_with_cut_meaning(_parts_of(state.new, new))].append(new)
    for old in old_notes:
        if state.old.note_key(old).kind == "pair":
            term, label, meaning = _parts_of(state.old, old)
            for old_heading, new_heading in renamed:
                term = f" {term} ".replace(f" {old_heading} ", f" {new_heading} ").strip()
            matches = new_by_parts.get(_with_cut_meaning((term, label, meaning)), [])
            if len(matches) == 1 and _can_pair(state, old, matches[0]):
                state.pair(old, matches[0], "structural", thresholds.RENAMED_HEADING_SCORE)


def _with_cut_meaning(parts: PairParts) -> PairParts:
    return parts[0], parts[1], parts[2][: thresholds.MEANING_LENGTH]


def _match_positions(state: MatchState, old_notes: list[int], new_notes: list[int]) -> None:
    """Pair the answers to positions and open labels: a row that is inserted above moves them all on."""
    old_by_answer = _by_unnamed_question(state.old, old_notes)
    new_by_answer = _by_unnamed_question(state.new, new_notes)
    for key, new in new_by_answer.items():
        old = old_by_answer.get(key, -1)
        if old >= 0 and new >= 0 and _can_pair(state, old, new):
            state.pair(old, new, "structural", thresholds.TWO_PARTS_SCORE)


def _by_unnamed_question(index: Index, notes: Sequence[int]) -> dict[Hashable, int]:
    """Return the notes whose questions name nothing, by label and answer; -1 where several have the same answer."""
    found: dict[Hashable, int] = {}
    for note in notes:
        if index.note_key(note).kind == "pair" and index.question_class(note) != "named":
            _, label, answer = _parts_of(index, note)
            key = label, answer[: thresholds.MEANING_LENGTH]
            found[key] = -1 if key in found else note
    return found


def _match_two_parts(state: MatchState, old_notes: list[int], new_notes: list[int]) -> None:
    """Pair pairs of which two parts of three are equal and unique in the section.

    The question comes first: if two meanings changed places, the terms keep their identities. A short meaning or label
    ("yes", "O(1)") is no evidence without its term.
    """
    old_section, new_section = state.old.section_of(old_notes[0]), state.new.section_of(new_notes[0])
    old_pairs, new_pairs = state.old.pairs_in(old_section), state.new.pairs_in(new_section)
    columns = _column_labels(old_pairs) & _column_labels(new_pairs)
    for key_of in (_term_and_label, _label_and_meaning, _term_and_meaning):
        old_counts, new_counts = Counter(map(key_of, old_pairs.values())), Counter(map(key_of, new_pairs.values()))
        new_by_key = {key_of(new_pairs[new]): new for new in new_notes if new in new_pairs}
        for old in old_notes:
            key = key_of(old_pairs[old]) if old in old_pairs and state.notes.is_old_open(old) else None
            if not key or old_counts[key] != 1 or new_counts[key] != 1 or key not in new_by_key:
                continue
            new = new_by_key[key]
            # The earlier steps had a reason not to pair equal texts.
            if (
                _can_pair(state, old, new)
                and old_pairs[old] != new_pairs[new]
                and _third_part_agrees(state, old, new, columns)
            ):
                state.pair(old, new, "structural", thresholds.TWO_PARTS_SCORE)


def _third_part_agrees(state: MatchState, old: int, new: int, columns: set[str]) -> bool:
    """Return whether the third part, or the place, allows two pairs with two equal parts to be one note."""
    (term, label, meaning), (new_term, new_label, new_meaning) = _parts_of(state.old, old), _parts_of(state.new, new)
    neighbours = state.paired_neighbours(old, new)
    if (term, label) != (new_term, new_label):
        return (
            term == new_term
            or state.similarity().term_similarity(term, new_term) >= thresholds.MIN_PART_SIMILARITY
            or neighbours == _BOTH_NEIGHBOURS
        )
    if is_below_another_heading(state, old, new) and not is_extension(meaning, new_meaning):
        return False
    if not "named" == state.old.question_class(old) == state.new.question_class(new):
        # "RNN is at fault" and "search is at fault"; in a longer answer a few other words are a rewording.
        is_short = len(meaning.split()) < thresholds.SHORT_TEXT_WORDS
        is_other = is_short and is_other_in_one_frame(meaning, new_meaning)
        return not is_other and state.is_similar(meaning, new_meaning)
    # A table cell is identified by its row and column, whatever its content; a short value by its neighbours. But if a
    # term has a completely different meaning now, a learner's history does not apply to it.
    is_short_value = not is_informative(meaning) and not is_informative(new_meaning)
    if label in columns or (is_short_value and neighbours > 0 and not _is_below_another_subject(state, old, new)):
        return True
    # "The peso" and "the krone" share an article.
    return state.is_similar(meaning, new_meaning) and state.is_similar(*map(_without_articles, (meaning, new_meaning)))


def _is_below_another_subject(state: MatchState, old: int, new: int) -> bool:
    """Return whether two notes are alone below their headings, and another subject is above these now.

    A heading above them that was only renamed still has a note below it that is paired.
    """
    section, new_section = state.old.section_of(old), state.new.section_of(new)
    if len(state.old.notes_in(section)) > 1 or len(state.new.notes_in(new_section)) > 1:
        return False
    parent, new_parent = state.old.parent_of(section), state.new.parent_of(new_section)
    if min(parent, new_parent) < 0 or state.old.heading(parent) == state.new.heading(new_parent):
        return False
    siblings = (parent, *state.old.subsections_of(parent))
    return all(state.notes.is_old_open(note) for sibling in siblings for note in state.old.notes_in(sibling))


def _without_articles(text: str) -> str:
    return " ".join(word for word in text.split() if not is_function_word(word)) or text


def _column_labels(pairs: dict[int, PairParts]) -> set[str]:
    """Return the labels that several terms share: the headers of table columns."""
    terms_by_label: dict[str, set[str]] = defaultdict(set)
    for term, label, _ in pairs.values():
        terms_by_label[label].add(term)
    return {label for label, terms in terms_by_label.items() if label and len(terms) > 1}


def _parts_of(index: Index, note: int) -> PairParts:
    return pair_parts(index.note_key(note).text)


def _term_and_label(parts: PairParts) -> Hashable:
    return (parts[0], parts[1]) if parts[0] else None


def _label_and_meaning(parts: PairParts) -> Hashable:
    return (parts[1], parts[2][: thresholds.MEANING_LENGTH]) if is_informative(parts[2]) else None


def _term_and_meaning(parts: PairParts) -> Hashable:
    return (parts[0], parts[2][: thresholds.MEANING_LENGTH]) if is_informative(parts[2]) else None
