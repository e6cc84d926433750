"""From drafts to notes: who is new, who is known, what changed, what is gone, and the ledger that remembers it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from studydeck.diagnostics import Problem
from studydeck.errors import BuildError
from studydeck.identity.card_ordinals import settle
from studydeck.identity.checks import ambiguous, duplicate_pins, kind_changes, uncertain
from studydeck.identity.ledger import Ledger, Remembered, RememberedSection, live
from studydeck.identity.matching.tree import Forest, Leaf, Node, Pairing
from studydeck.model.digests import GUID_BYTES, NOTE, SECTION, SECTION_BYTES, base32, digests_of, joined, slot_hash
from studydeck.model.document import Section
from studydeck.model.notes import Draft, Note
from studydeck.model.traverse import plain
from studydeck.text.normalize import normal

SLOT_MS = 512
_MONTH_OF_SLOTS = 30 * 86_400_000 // SLOT_MS


class Stamped(Struct, frozen=True):
    """What the ledger made of the drafts."""

    notes: tuple[Note, ...]
    ledger: Ledger
    problems: tuple[Problem, ...]
    gone: tuple[Remembered, ...]


def stamp(drafts: Sequence[Draft], sections: Sequence[Section], ledger: Ledger, now: int) -> Stamped:
    """Give every draft its identity.

    Parameters
    ----------
    drafts : in the order of the sources.
    sections : of all sources, file by file; drafts refer to them by path and index.
    ledger : what the last build remembered; its deck id is set.
    now : seconds since the epoch; what changed is stamped with it.

    Raises
    ------
    BuildError : where two drafts claim one pinned identity.
    """
    if problems := tuple(duplicate_pins(drafts)):
        raise BuildError(problems)
    starts = _starts(sections)
    pairing = _pairing(drafts, sections, ledger)
    mint = _Mint(ledger, now)
    ids = _section_ids(sections, ledger, pairing, mint)
    olds = [ledger.notes[pairing.leaves[n]] if n in pairing.leaves else None for n in range(len(drafts))]
    settled = list(map(_settle, drafts, olds))
    for number, one in enumerate(settled):
        if not one.ordinals and olds[number] and drafts[number].wanted:
            # In the reading of the note that it was it asks nothing any more, in its own it is a new one.
            olds[number], settled[number] = None, _settle(drafts[number], None)
    numbers = [number for number, one in enumerate(settled) if one.ordinals]
    stay = [settled[number] for number in numbers]
    remembered: list[Remembered] = []
    for number, one in zip(numbers, stay, strict=True):
        section = ids[starts[one.draft.place.path] + one.draft.section]
        remembered.append(_identify(one, _digests(one.draft, drafts[number]), olds[number], section, mint))
    hows = [pairing.how[number] if olds[number] else "new" for number in numbers]
    sure = [pairing.sureness[number] if olds[number] else 1.0 for number in numbers]
    notes = tuple(map(_note, stay, remembered, hows, sure))
    ours = {record.guid for record in remembered}
    gone = tuple(note for note in live(ledger.notes) if note.guid not in ours)
    lost = (
        note if note.gone else replace(note, gone=True, section="") for note in ledger.notes if note.guid not in ours
    )
    new = replace(ledger, sections=_outline(sections, starts, ids, ledger), notes=(*remembered, *lost))
    problems = (*uncertain(notes, ledger), *kind_changes(notes, gone), *ambiguous(drafts, notes))
    return Stamped(notes, new, problems, gone)


class _Settled(Struct, frozen=True):
    """A draft in the reading that its note keeps, with the cards of that.

    Without ordinals it has no card, and so no note.
    """

    draft: Draft
    ordinals: tuple[int, ...]
    cards: Mapping[int, str]


def _pairing(drafts: Sequence[Draft], sections: Sequence[Section], ledger: Ledger) -> Pairing:
    """Find who is who; a ledger that is new knows nobody."""
    if not ledger.notes and not ledger.sections:
        return Pairing()
    from studydeck.identity.matching.passes import match  # imported here: a first build does without

    return match(_old(ledger), _new(drafts, sections))


def _old(ledger: Ledger) -> Forest:
    known = {section.id: index for index, section in enumerate(ledger.sections)}
    nodes = [Node(normal(one.heading), known.get(one.parent, -1), one.file) for one in ledger.sections]
    leaves = [Leaf(known.get(one.section, -1), one.kind, one.text, one.pin, one.gone) for one in ledger.notes]
    return Forest(tuple(nodes), tuple(leaves))


def _new(drafts: Sequence[Draft], sections: Sequence[Section]) -> Forest:
    starts = _starts(sections)
    nodes = [Node(normal(plain(one.heading)), _above(one, starts), one.place.path) for one in sections]
    return Forest(tuple(nodes), tuple([_leaf(one, starts) for one in drafts]))


def _leaf(draft: Draft, starts: Mapping[str, int]) -> Leaf:
    section, other = starts[draft.place.path] + draft.section, draft.other.said.text if draft.other else ""
    return Leaf(section, draft.kind, draft.said.text, draft.decision.pin, False, other, draft.apart)


def _starts(sections: Sequence[Section]) -> dict[str, int]:
    """Give where each file's sections begin in the sequence of all."""
    starts: dict[str, int] = {}
    for number, section in enumerate(sections):
        starts.setdefault(section.place.path, number)
    return starts


def _above(section: Section, starts: Mapping[str, int]) -> int:
    return starts[section.place.path] + section.parent if section.parent >= 0 else -1


class _Mint:
    """Makes GUIDs, section ids and slots that were never given before."""

    def __init__(self, ledger: Ledger, now: int) -> None:
        self.deck, self.now = ledger.deck, now
        self.guids = {note.guid for note in ledger.notes}
        self.section_ids = {section.id for section in ledger.sections}
        self.attempts: dict[str, int] = {}
        first: dict[int, Remembered] = {}
        for note in ledger.notes:
            other = first.setdefault(note.slot, note)
            if other is not note and (note.changed, note.guid) < (other.changed, other.guid):
                first[note.slot] = note
        self.slots = {slot: note.guid for slot, note in first.items()}

    def guid(self, *key: str) -> str:
        return self._unused(self.guids, GUID_BYTES, joined(NOTE, *key))

    def section(self, *key: str) -> str:
        return self._unused(self.section_ids, SECTION_BYTES, joined(SECTION, *key))

    def _unused(self, taken: set[str], size: int, key: str) -> str:
        # What a key was given before stays taken: a thousand equal headings must not try each other's names again.
        attempt = self.attempts.get(key, 0)
        while (name := base32(size, joined(self.deck, key, str(attempt)))) in taken:
            attempt += 1
        self.attempts[key] = attempt + 1
        taken.add(name)
        return name

    def slot(self, guid: str, wished: int = 0) -> int:
        """Keep a slot that is its own, or draw one from the thirty days before now, past taken ones."""
        if wished and self.slots.get(wished) == guid:
            return wished
        slot = self.now * 1000 // SLOT_MS - 1 - slot_hash(guid) % _MONTH_OF_SLOTS
        while slot in self.slots:
            slot -= 1
        self.slots[slot] = guid
        return slot


def _settle(draft: Draft, old: Remembered | None) -> _Settled:
    """Give a draft the reading and the cards that its note had, if it is known."""
    if old is None:
        return _Settled(*settle(draft, {}))
    if old.kind != draft.kind and draft.other:
        draft = replace(draft.other, decision=draft.decision)
    final, ordinals, cards = settle(draft, old.cards)
    return _Settled(final, ordinals, dict(sorted(cards.items())))


def _digests(settled: Draft, drafted: Draft) -> tuple[str, str]:
    return drafted.digests if settled is drafted and drafted.digests else digests_of(settled)


def _identify(
    settled: _Settled, digests: tuple[str, str], old: Remembered | None, section: str, mint: _Mint
) -> Remembered:
    """Give a draft its identity; where nothing changed it is the very one that was remembered."""
    draft, cards, (asked, around) = settled.draft, settled.cards, digests
    kind, pin, text = draft.kind, draft.decision.pin, draft.said.text
    if old is None:
        guid = mint.guid(kind, *draft.trail, pin or text)
        slot, changed = mint.slot(guid), max(mint.now, 0)
        return Remembered(guid, kind, slot, changed, asked, around, None, text, cards, pin, section)
    slot = mint.slot(old.guid, old.slot)
    # A ledger that was rebuilt from a package knows no digests: there the words say whether anything changed.
    same = old.asked == asked or (not old.asked and old.text == text)
    changed = old.changed if same else max(mint.now, old.changed + 1)
    pin = pin or old.pin
    new = Remembered(old.guid, kind, slot, changed, asked, around, old.since, text, cards, pin, section)
    return old if old == new else new


def _note(settled: _Settled, record: Remembered, how: str, sureness: float) -> Note:
    guid, slot, changed, since = record.guid, record.slot, record.changed, record.since
    return Note(guid, slot, changed, since, settled.ordinals, settled.draft, how, sureness)


def _section_ids(sections: Sequence[Section], ledger: Ledger, pairing: Pairing, mint: _Mint) -> list[str]:
    ids: list[str] = []
    for number, section in enumerate(sections):
        old = pairing.nodes.get(number)
        ids.append(ledger.sections[old].id if old is not None else mint.section(section.place.path, *section.trail))
    return ids


def _outline(
    sections: Sequence[Section], starts: Mapping[str, int], ids: Sequence[str], ledger: Ledger
) -> tuple[RememberedSection, ...]:
    known = {section: section for section in ledger.sections}
    found = (
        RememberedSection(ident, ids[above] if above >= 0 else "", plain(section.heading), section.place.path)
        for section, ident, above in zip(sections, ids, (_above(one, starts) for one in sections), strict=True)
    )
    return tuple(known.get(section, section) for section in found)
