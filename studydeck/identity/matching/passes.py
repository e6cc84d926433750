"""Which draft is which remembered note: two forests of sections and leaves, compared by their words alone.

Pure: no GUID, no clock, no disk. Both sides are numbered; the answer pairs their numbers one to one. From the surest
evidence to the weakest, and never back:

    pins            what the author named
    untouched       files of which all is still there: most of a deck, and no question
    unmistakable    the same words, once on either side, that say enough: wherever they stand
    sections        by the votes of what stands in them, path, heading, parent        kinship.py
    within          in one section: the same words in order, two parts of three,
                    a renamed row or column, what is named after its heading          within.py
    elsewhere       the same words, or one meaning, alone among what is left
    returned        what was gone, in its own words
    alike           what was reworded, best first, where nothing else comes near      alike.py, likeness.py
    own words       what would be gone now and return at the next build

The first two are here, the others are led by edited.py. Leaves make sections and sections make leaves, so the middle
passes go round until nothing follows. A wrong pair gives a learner's history to another fact, a lost one only repeats
a card: so each pass asks for more than it strictly needs.
"""

from __future__ import annotations

from studydeck.identity.matching.state import Index, MatchState
from studydeck.identity.matching.tree import Outline, Pairing


def match(old: Outline, new: Outline) -> Pairing:
    """Pair the leaves and sections of two forests, one to one; what is doubtful stays unpaired."""
    state = MatchState(old, new)
    _pins(state)
    _untouched(state)
    note_keys, section_keys = (state.to_new, state.to_old), (state.node_to_new, state.node_to_old)
    if any(-1 in old and -1 in new for old, new in (note_keys, section_keys)):
        # Imported here: where nothing was edited nothing is to be looked for.
        from studydeck.identity.matching.edited import find

        find(state)
    return state.pairing()


def _pins(state: MatchState) -> None:
    """Pair what the author gave one name, whatever it says now."""
    # Gone leaves stand last, and the living win.
    pins = {note_key.pin: i for i, note_key in reversed(list(enumerate(state.old.note_keys))) if note_key.pin}
    for j, note_key in enumerate(state.new.note_keys):
        i = pins.get(note_key.pin, -1) if note_key.pin else -1
        if i >= 0 and state.to_new[i] < 0 and state.allowed(i, j):
            state.pair(i, j, "pinned")


def _untouched(state: MatchState) -> None:
    """Pair files from which nothing was taken and in which nothing was changed or moved, only added, if that."""
    for file, (section_keys, note_keys) in state.old.files.items():
        nodes_2, leaves_2 = state.new.files.get(file, (range(0), range(0)))
        if _headings(state.old, section_keys) != _headings(state.new, nodes_2):
            continue
        were, now = _texts(state.old, section_keys, note_keys), _texts(state.new, nodes_2, leaves_2)
        known = set(were)
        stayed = [(j, text) for j, text in zip(leaves_2, now, strict=True) if text in known]
        # A double that was added makes the lists differ: it takes more to see which of the two is new.
        if [text for _, text in stayed] != were:
            continue
        for p, q in zip(section_keys, nodes_2, strict=True):
            state.pair_sections(p, q)
        for i, (j, _) in zip(note_keys, stayed, strict=True):
            if state.to_new[i] < 0 and state.to_old[j] < 0 and state.allowed(i, j):
                state.pair(i, j, "exact")


def _headings(side: Index, section_keys: range) -> list[tuple[str, int]]:
    return [(side.section_keys[n].heading, side.parent[n] - section_keys.start) for n in section_keys]


def _texts(side: Index, section_keys: range, note_keys: range) -> list[tuple[int, str, str]]:
    return [(side.section[n] - section_keys.start, side.note_keys[n].kind, side.note_keys[n].text) for n in note_keys]
