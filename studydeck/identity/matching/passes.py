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

from studydeck.identity.matching.state import Side, Ties
from studydeck.identity.matching.tree import Forest, Pairing


def match(old: Forest, new: Forest) -> Pairing:
    """Pair the leaves and sections of two forests, one to one; what is doubtful stays unpaired."""
    ties = Ties(old, new)
    _pins(ties)
    _untouched(ties)
    leaves, nodes = (ties.to_new, ties.to_old), (ties.node_to_new, ties.node_to_old)
    if any(-1 in old and -1 in new for old, new in (leaves, nodes)):
        # Imported here: where nothing was edited nothing is to be looked for.
        from studydeck.identity.matching.edited import find

        find(ties)
    return ties.pairing()


def _pins(ties: Ties) -> None:
    """Pair what the author gave one name, whatever it says now."""
    # Gone leaves stand last, and the living win.
    pins = {leaf.pin: i for i, leaf in reversed(list(enumerate(ties.old.leaves))) if leaf.pin}
    for j, leaf in enumerate(ties.new.leaves):
        i = pins.get(leaf.pin, -1) if leaf.pin else -1
        if i >= 0 and ties.to_new[i] < 0 and ties.allowed(i, j):
            ties.tie(i, j, "pin")


def _untouched(ties: Ties) -> None:
    """Pair files from which nothing was taken and in which nothing was changed or moved, only added, if that."""
    for file, (nodes, leaves) in ties.old.files.items():
        nodes_2, leaves_2 = ties.new.files.get(file, (range(0), range(0)))
        if _headings(ties.old, nodes) != _headings(ties.new, nodes_2):
            continue
        were, now = _texts(ties.old, nodes, leaves), _texts(ties.new, nodes_2, leaves_2)
        known = set(were)
        stayed = [(j, text) for j, text in zip(leaves_2, now, strict=True) if text in known]
        # A double that was added makes the lists differ: it takes more to see which of the two is new.
        if [text for _, text in stayed] != were:
            continue
        for p, q in zip(nodes, nodes_2, strict=True):
            ties.tie_nodes(p, q)
        for i, (j, _) in zip(leaves, stayed, strict=True):
            if ties.to_new[i] < 0 and ties.to_old[j] < 0 and ties.allowed(i, j):
                ties.tie(i, j, "same")


def _headings(side: Side, nodes: range) -> list[tuple[str, int]]:
    return [(side.nodes[n].heading, side.parent[n] - nodes.start) for n in nodes]


def _texts(side: Side, nodes: range, leaves: range) -> list[tuple[int, str, str]]:
    return [(side.section[n] - nodes.start, side.leaves[n].kind, side.leaves[n].text) for n in leaves]
