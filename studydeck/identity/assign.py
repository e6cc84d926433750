"""From drafts to notes: who is new, who is known, what changed, what is gone, and the ledger that remembers it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from studydeck.diagnostics import Diagnostic
from studydeck.errors import BuildError
from studydeck.identity.card_ordinals import assign_ordinals
from studydeck.identity.checks import ambiguous, duplicate_pins, kind_changes, uncertain
from studydeck.identity.ledger import Ledger, LedgerEntry, LedgerSection, live
from studydeck.identity.matching.tree import NoteKey, Outline, Pairing, SectionKey
from studydeck.model.digests import GUID_BYTES, NOTE, SECTION, SECTION_BYTES, base32, joined, note_digests, slot_hash
from studydeck.model.document import Section
from studydeck.model.notes import Note, NoteDraft
from studydeck.model.traverse import plain
from studydeck.text.normalize import normal

SLOT_MS = 512
_MONTH_OF_SLOTS = 30 * 86_400_000 // SLOT_MS


class Assignment(Struct, frozen=True):
    """What the ledger made of the drafts."""

    notes: tuple[Note, ...]
    ledger: Ledger
    diagnostics: tuple[Diagnostic, ...]
    retired: tuple[LedgerEntry, ...]


def assign_identities(drafts: Sequence[NoteDraft], sections: Sequence[Section], ledger: Ledger, now: int) -> Assignment:
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
    if diagnostics := tuple(duplicate_pins(drafts)):
        raise BuildError(diagnostics)
    starts = _starts(sections)
    pairing = _pairing(drafts, sections, ledger)
    allocator = _IdAllocator(ledger, now)
    ids = _section_ids(sections, ledger, pairing, allocator)
    olds = [ledger.notes[pairing.note_keys[n]] if n in pairing.note_keys else None for n in range(len(drafts))]
    settled = list(map(_settle, drafts, olds))
    for number, one in enumerate(settled):
        if not one.ordinals and olds[number] and drafts[number].wanted:
            # In the reading of the note that it was it asks nothing any more, in its own it is a new one.
            olds[number], settled[number] = None, _settle(drafts[number], None)
    numbers = [number for number, one in enumerate(settled) if one.ordinals]
    stay = [settled[number] for number in numbers]
    remembered: list[LedgerEntry] = []
    for number, one in zip(numbers, stay, strict=True):
        section = ids[starts[one.draft.span.path] + one.draft.section]
        remembered.append(_identify(one, _digests(one.draft, drafts[number]), olds[number], section, allocator))
    hows = [pairing.matched_by[number] if olds[number] else "new" for number in numbers]
    sure = [pairing.match_score[number] if olds[number] else 1.0 for number in numbers]
    notes = tuple(map(_note, stay, remembered, hows, sure))
    ours = {record.guid for record in remembered}
    retired = tuple(note for note in live(ledger.notes) if note.guid not in ours)
    lost = (
        note if note.retired else replace(note, retired=True, section="")
        for note in ledger.notes
        if note.guid not in ours
    )
    new = replace(ledger, sections=_outline(sections, starts, ids, ledger), notes=(*remembered, *lost))
    diagnostics = (*uncertain(notes, ledger), *kind_changes(notes, retired), *ambiguous(drafts, notes))
    return Assignment(notes, new, diagnostics, retired)


class _Settled(Struct, frozen=True):
    """A draft in the reading that its note keeps, with the cards of that.

    Without ordinals it has no card, and so no note.
    """

    draft: NoteDraft
    ordinals: tuple[int, ...]
    cards: Mapping[int, str]


def _pairing(drafts: Sequence[NoteDraft], sections: Sequence[Section], ledger: Ledger) -> Pairing:
    """Find who is who; a ledger that is new knows nobody."""
    if not ledger.notes and not ledger.sections:
        return Pairing()
    from studydeck.identity.matching.passes import match  # imported here: a first build does without

    return match(_old(ledger), _new(drafts, sections))


def _old(ledger: Ledger) -> Outline:
    known = {section.id: index for index, section in enumerate(ledger.sections)}
    section_keys = [SectionKey(normal(one.heading), known.get(one.parent, -1), one.file) for one in ledger.sections]
    note_keys = [NoteKey(known.get(one.section, -1), one.kind, one.text, one.pin, one.retired) for one in ledger.notes]
    return Outline(tuple(section_keys), tuple(note_keys))


def _new(drafts: Sequence[NoteDraft], sections: Sequence[Section]) -> Outline:
    starts = _starts(sections)
    section_keys = [SectionKey(normal(plain(one.heading)), _above(one, starts), one.span.path) for one in sections]
    return Outline(tuple(section_keys), tuple([_leaf(one, starts) for one in drafts]))


def _leaf(draft: NoteDraft, starts: Mapping[str, int]) -> NoteKey:
    section, other = starts[draft.span.path] + draft.section, draft.other.fingerprint.text if draft.other else ""
    return NoteKey(section, draft.kind, draft.fingerprint.text, draft.directives.pin, False, other, draft.nested_item)


def _starts(sections: Sequence[Section]) -> dict[str, int]:
    """Give where each file's sections begin in the sequence of all."""
    starts: dict[str, int] = {}
    for number, section in enumerate(sections):
        starts.setdefault(section.span.path, number)
    return starts


def _above(section: Section, starts: Mapping[str, int]) -> int:
    return starts[section.span.path] + section.parent if section.parent >= 0 else -1


class _IdAllocator:
    """Makes GUIDs, section ids and slots that were never given before."""

    def __init__(self, ledger: Ledger, now: int) -> None:
        self.deck, self.now = ledger.deck, now
        self.guids = {note.guid for note in ledger.notes}
        self.section_ids = {section.id for section in ledger.sections}
        self.attempts: dict[str, int] = {}
        first: dict[int, LedgerEntry] = {}
        for note in ledger.notes:
            other = first.setdefault(note.id_slot, note)
            if other is not note and (note.changed, note.guid) < (other.changed, other.guid):
                first[note.id_slot] = note
        self.slots = {id_slot: note.guid for id_slot, note in first.items()}

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

    def id_slot(self, guid: str, wished: int = 0) -> int:
        """Keep a slot that is its own, or draw one from the thirty days before now, past taken ones."""
        if wished and self.slots.get(wished) == guid:
            return wished
        id_slot = self.now * 1000 // SLOT_MS - 1 - slot_hash(guid) % _MONTH_OF_SLOTS
        while id_slot in self.slots:
            id_slot -= 1
        self.slots[id_slot] = guid
        return id_slot


def _settle(draft: NoteDraft, old: LedgerEntry | None) -> _Settled:
    """Give a draft the reading and the cards that its note had, if it is known."""
    if old is None:
        return _Settled(*assign_ordinals(draft, {}))
    if old.kind != draft.kind and draft.other:
        draft = replace(draft.other, directives=draft.directives)
    final, ordinals, cards = assign_ordinals(draft, old.cards)
    return _Settled(final, ordinals, dict(sorted(cards.items())))


def _digests(settled: NoteDraft, drafted: NoteDraft) -> tuple[str, str]:
    return drafted.digests if settled is drafted and drafted.digests else note_digests(settled)


def _identify(
    settled: _Settled, digests: tuple[str, str], old: LedgerEntry | None, section: str, allocator: _IdAllocator
) -> LedgerEntry:
    """Give a draft its identity; where nothing changed it is the very one that was remembered."""
    draft, cards, (content_digest, metadata_digest) = settled.draft, settled.cards, digests
    kind, pin, text = draft.kind, draft.directives.pin, draft.fingerprint.text
    if old is None:
        guid = allocator.guid(kind, *draft.heading_path, pin or text)
        id_slot, changed = allocator.id_slot(guid), max(allocator.now, 0)
        return LedgerEntry(
            guid, kind, id_slot, changed, content_digest, metadata_digest, None, text, cards, pin, section
        )
    id_slot = allocator.id_slot(old.guid, old.id_slot)
    # A ledger that was rebuilt from a package knows no digests: there the words say whether anything changed.
    same = old.content_digest == content_digest or (not old.content_digest and old.text == text)
    changed = old.changed if same else max(allocator.now, old.changed + 1)
    pin = pin or old.pin
    new = LedgerEntry(
        old.guid, kind, id_slot, changed, content_digest, metadata_digest, old.since, text, cards, pin, section
    )
    return old if old == new else new


def _note(settled: _Settled, record: LedgerEntry, matched_by: str, match_score: float) -> Note:
    guid, id_slot, changed, since = record.guid, record.id_slot, record.changed, record.since
    return Note(guid, id_slot, changed, since, settled.ordinals, settled.draft, matched_by, match_score)


def _section_ids(sections: Sequence[Section], ledger: Ledger, pairing: Pairing, allocator: _IdAllocator) -> list[str]:
    ids: list[str] = []
    for number, section in enumerate(sections):
        old = pairing.section_keys.get(number)
        ids.append(
            ledger.sections[old].id if old is not None else allocator.section(section.span.path, *section.heading_path)
        )
    return ids


def _outline(
    sections: Sequence[Section], starts: Mapping[str, int], ids: Sequence[str], ledger: Ledger
) -> tuple[LedgerSection, ...]:
    known = {section: section for section in ledger.sections}
    found = (
        LedgerSection(ident, ids[above] if above >= 0 else "", plain(section.heading), section.span.path)
        for section, ident, above in zip(sections, ids, (_above(one, starts) for one in sections), strict=True)
    )
    return tuple(known.get(section, section) for section in found)
