"""Match the drafts of a build to the notes of the ledger, by their texts and sections alone.

In: the outlines of the last build and of this one. Out: pairs of their numbers, one to one. Pure: no GUID, clock or
disk. Each pair records the pass that found it (`matched_by`) with a `match_score` from 0 to 1:

    pinned       the author gave both the same id
    exact        the same text below the same headings
    moved        the same text elsewhere
    normalized   the same text except for spaces and separators
    structural   the same place in a section, table row, column or list, and some equal parts
    contained    a sentence that was extended or shortened
    fuzzy        a reworded text with no similar rival
    restored     a retired note whose text is back in the sources

The caller reports an unmatched draft as `new`. The strongest evidence is used first, and a pair is never undone:

    1. pins, then files of which every old note is unchanged             here
    2. distinctive equal texts, wherever they are                         edited.py
    3. sections, by their paired contents, path, heading and parent       sections.py
    4. notes within paired sections                                       within_section.py
    5. texts and meanings that are unique among the unmatched             edited.py
    6. retired notes that are back                                        edited.py
    7. reworded notes, best score first                                   fuzzy.py, similarity.py
    8. equal texts that the next build would otherwise restore            edited.py

Paired notes help to pair sections and the other way round, so steps 3 to 5 repeat until they find nothing more. A wrong
pair gives a learner's history to another fact, a missed pair only repeats a card: so each pass asks for more evidence
than it strictly needs.
"""

from __future__ import annotations

from studydeck.identity.matching.outline import Outline, Pairing
from studydeck.identity.matching.state import Index, MatchState


def match(old: Outline, new: Outline) -> Pairing:
    """Pair the notes and sections of two outlines.

    Parameters
    ----------
    old : sections and notes of the ledger, retired notes included.
    new : sections and drafts of this build.

    Returns
    -------
    new number -> old number of notes and of sections, one to one; what is doubtful stays unpaired.
    """
    state = MatchState(old, new)
    _match_pinned(state)
    _match_unchanged_files(state)
    note_maps, section_maps = (state.to_new, state.to_old), (state.section_to_new, state.section_to_old)
    if any(-1 in to_new and -1 in to_old for to_new, to_old in (note_maps, section_maps)):
        # Imported here: a build without edits does not need it.
        from studydeck.identity.matching.edited import match_edited

        match_edited(state)
    return state.pairing()


def _match_pinned(state: MatchState) -> None:
    """Pair notes with the same pin, whatever their texts."""
    # Retired notes come last; reversed, so that a live note with the same pin wins.
    pins = {note_key.pin: old for old, note_key in reversed(list(enumerate(state.old.note_keys))) if note_key.pin}
    for new, note_key in enumerate(state.new.note_keys):
        old = pins.get(note_key.pin, -1) if note_key.pin else -1
        if old >= 0 and state.to_new[old] < 0 and state.can_pair(old, new):
            state.pair(old, new, "pinned")


def _match_unchanged_files(state: MatchState) -> None:
    """Pair the notes of files in which nothing was removed, changed or moved; additions are allowed."""
    for file, (old_sections, old_notes) in state.old.file_ranges.items():
        new_sections, new_notes = state.new.file_ranges.get(file, (range(0), range(0)))
        if _headings(state.old, old_sections) != _headings(state.new, new_sections):
            continue
        old_texts, new_texts = (
            _texts(state.old, old_sections, old_notes),
            _texts(state.new, new_sections, new_notes),
        )
        known_texts = set(old_texts)
        kept = [(new, text) for new, text in zip(new_notes, new_texts, strict=True) if text in known_texts]
        # An added duplicate makes the lists differ: later passes find out which of the two is new.
        if [text for _, text in kept] != old_texts:
            continue
        for old_section, new_section in zip(old_sections, new_sections, strict=True):
            state.pair_sections(old_section, new_section)
        for old, (new, _) in zip(old_notes, kept, strict=True):
            if state.to_new[old] < 0 and state.to_old[new] < 0 and state.can_pair(old, new):
                state.pair(old, new, "exact")


def _headings(index: Index, sections: range) -> list[tuple[str, int]]:
    return [(index.section_keys[number].heading, index.parent[number] - sections.start) for number in sections]


def _texts(index: Index, sections: range, notes: range) -> list[tuple[int, str, str]]:
    return [
        (index.section[number] - sections.start, index.note_keys[number].kind, index.note_keys[number].text)
        for number in notes
    ]
