"""Assign identities to drafts.

In: the drafts and sections of a build, and the ledger of the last one. Out: notes with GUID, id slot, change time and
card ordinals; the new ledger; the notes that were retired; diagnostics.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from studydeck.diagnostics import Diagnostic
from studydeck.errors import BuildError
from studydeck.identity.allocation import IdAllocator
from studydeck.identity.decide import DecidedDraft, DecidedNote, Redraft, decided_drafts, decided_notes
from studydeck.identity.decisions import NO_DECISIONS, Decision, Decisions, pins
from studydeck.identity.diagnose import (
    ambiguous_clues,
    doubtful_matches,
    duplicate_pins,
    given_up_cards,
    kind_changes,
    many_retired,
    without_repeated_pins,
)
from studydeck.identity.ledger import Ledger, LedgerEntry, LedgerSection, live_notes, without_new_cards
from studydeck.identity.matching.outline import Pairing
from studydeck.identity.outlines import (
    KeyOf,
    draft_key,
    outline_of,
    outline_of_ledger,
    parent_number,
    section_starts,
    with_pins,
)
from studydeck.identity.readings import (
    Reading,
    ReadKnown,
    in_packed_words,
    known_reading,
    readings_of,
    without_waiting,
)
from studydeck.identity.returned_words import digests_of, with_words
from studydeck.identity.withheld import CardPolicy, withheld_cards
from studydeck.model.anki import Kind
from studydeck.model.document import Section
from studydeck.model.notes import Cloze, Note, NoteDraft, WithheldCard

ALL_CARDS = CardPolicy()


class PerNote(Struct, frozen=True):
    """The functions of single drafts, which a runner may answer from what it has cached."""

    key_of: KeyOf = draft_key
    read_known: ReadKnown = known_reading


PLAIN = PerNote()


def _unchanged(draft: NoteDraft, *_: object) -> tuple[NoteDraft, Mapping[Kind, tuple[str, ...]]]:
    return draft, {draft.kind: ()}


class Assignment(Struct, frozen=True):
    """The notes of a build, the ledger to write, the notes that this build retired, and the cards too weak to make.

    `asked` has for each note the draft as today's rules give it, without what is there only because it was packed.
    `waiting` cards are new only because of the tool. `skipped` are notes that the author decided not to pack: they are
    in the ledger, and not among the notes. `decided` has each decision with its note. `settled` are the pairs of drafts
    and ledger notes that were kept.
    """

    notes: tuple[Note, ...]
    ledger: Ledger
    diagnostics: tuple[Diagnostic, ...]
    retired: tuple[LedgerEntry, ...]
    withheld: tuple[WithheldCard, ...] = ()
    asked: tuple[NoteDraft, ...] = ()
    waiting: tuple[WithheldCard, ...] = ()
    skipped: tuple[Note, ...] = ()
    decided: tuple[DecidedNote, ...] = ()
    settled: Pairing = Pairing()


def assign_identities(
    drafts: Sequence[NoteDraft],
    sections: Sequence[Section],
    ledger: Ledger,
    now: int,
    decisions: Decisions = NO_DECISIONS,
    policy: CardPolicy = ALL_CARDS,
    *,
    has_new_words: bool = False,
    redraft: Redraft = _unchanged,
    settled: Pairing | None = None,
    per_note: PerNote = PLAIN,
) -> Assignment:
    """Assign an identity to every draft.

    Parameters
    ----------
    drafts : in source order.
    sections : of all sources, file by file; drafts refer to them by path and index.
    ledger : of the last build; its deck id is set.
    now : seconds since the epoch; the change time of new and changed notes.
    decisions : of the author, about notes and about matches that were in doubt.
    policy : which weak cards are made.
    has_new_words : whether what cards show besides the words of the notes is in another language than it was.
    settled : pairs of these drafts and of notes of the ledger that stand.
    redraft : drafts a decided note in another way.
    per_note : the functions of single drafts.

    Returns
    -------
    the notes in source order, without drafts that give no card; the new ledger; retired notes; diagnostics.

    Raises
    ------
    BuildError : if two drafts have the same pin.
    """
    drafts = in_packed_words(without_repeated_pins(drafts), ledger)
    if diagnostics := tuple(duplicate_pins(drafts)):
        raise BuildError(diagnostics)
    starts = section_starts(sections)
    pairing = _pairing(drafts, sections, ledger, decisions.matches, policy, settled, per_note.key_of)
    allocator = IdAllocator(ledger, now)
    section_ids = _section_ids(sections, ledger, pairing, allocator)
    old_entries = [
        ledger.notes[pairing.note_keys[number]] if number in pairing.note_keys else None
        for number in range(len(drafts))
    ]
    decided: dict[int, DecidedDraft] = {}
    if decisions.notes:
        drafts, decided = decided_drafts(drafts, old_entries, ledger, decisions, redraft)
    skipped = {number for number, draft in decided.items() if draft.decision.keeps is False}
    numbers_of_sections = [starts[draft.span.path] + draft.section for draft in drafts]
    places = [section_ids[number] for number in numbers_of_sections]
    headings = [sections[number].heading.plain for number in numbers_of_sections]
    readings, weak = readings_of(drafts, old_entries, places, headings, ledger, policy, per_note.read_known)
    withheld = [
        card
        for number, (draft, reading) in enumerate(zip(drafts, readings, strict=True))
        if number not in skipped
        for card in withheld_cards(draft, reading.asked, reading.ordinals, reading.draft.card_specs)
    ]
    readings, waiting = without_waiting(readings, old_entries, policy, decided)
    numbers = [number for number, reading in enumerate(readings) if reading.ordinals]
    kept_readings = [readings[number] for number in numbers]
    entries: list[LedgerEntry] = []
    for number, reading in zip(numbers, kept_readings, strict=True):
        digests, old = digests_of(reading.draft, drafts[number]), old_entries[number]
        if old and has_new_words and isinstance(reading.draft.body, Cloze) and reading.draft.body.item_count:
            old = replace(old, changed=max(now, old.changed + 1))  # it shows how many items there are
        entry = _ledger_entry(reading, digests, old, places[number], allocator)
        entries.append(without_new_cards(entry, old) if number in skipped else entry)
    matched_by = [pairing.matched_by[number] if old_entries[number] else "new" for number in numbers]
    match_scores = [pairing.match_score[number] if old_entries[number] else 1.0 for number in numbers]
    all_notes = tuple(map(_note, kept_readings, entries, matched_by, match_scores))
    numbered_notes = dict(zip(numbers, all_notes, strict=True))
    notes = tuple([note for number, note in numbered_notes.items() if number not in skipped])
    guids = {entry.guid for entry in entries}
    newly_retired = tuple(entry for entry in live_notes(ledger.notes) if entry.guid not in guids)
    unheld = {old.guid: reading.unheld for old, reading in zip(old_entries, readings, strict=True) if old}
    all_retired = (_as_retired(entry, unheld) for entry in ledger.notes if entry.guid not in guids)
    new_ledger = replace(
        ledger,
        sections=_ledger_sections(sections, starts, section_ids, ledger),
        notes=(*entries, *all_retired),
        dropped=tuple([guid for guid in ledger.dropped if guid not in guids]),
        weak=tuple(weak),
    )
    diagnostics = (
        *many_retired(len(newly_retired), sum(1 for _ in live_notes(ledger.notes))),
        *doubtful_matches(all_notes, ledger),
        *kind_changes(notes, newly_retired),
        *ambiguous_clues(drafts, notes),
        *given_up_cards(old_entries, [reading.unheld for reading in readings], policy),
    )
    asked = tuple([readings[number].asked for number in numbers if number not in skipped])
    kept = pairing.renumbered({number: number for number in numbers if old_entries[number]})
    return Assignment(
        notes,
        new_ledger,
        diagnostics,
        newly_retired,
        tuple(withheld),
        asked,
        tuple(waiting),
        tuple([note for number, note in numbered_notes.items() if number in skipped]),
        decided_notes(decisions, decided, numbered_notes),
        kept,
    )


def _as_retired(entry: LedgerEntry, unheld: Mapping[str, tuple[int, ...]]) -> LedgerEntry:
    """Return the entry of a retired note, with the cards that are not held any more."""
    given_up = unheld.get(entry.guid, entry.unheld)
    return (entry if given_up == entry.unheld else replace(entry, unheld=given_up)).as_retired()


def _pairing(
    drafts: Sequence[NoteDraft],
    sections: Sequence[Section],
    ledger: Ledger,
    decisions: Sequence[Decision],
    policy: CardPolicy,
    settled: Pairing | None,
    key_of: KeyOf,
) -> Pairing:
    if not ledger.notes and not ledger.sections:
        return Pairing()
    from studydeck.identity.matching.passes import match  # imported here: a first build does not need it

    old = outline_of_ledger(with_words(ledger, drafts, policy), [draft.fingerprint.text for draft in drafts])
    new = outline_of(drafts, sections, frozenset([weak.digest for weak in ledger.weak]), key_of)
    if decisions:
        by_guid, by_words = pins(decisions)
        old = with_pins(old, [by_guid.get(entry.guid, "") for entry in ledger.notes])
        new = with_pins(new, [by_words.get(note_key.text, "") for note_key in new.note_keys])
    return match(old, new, settled)


def _ledger_entry(
    reading: Reading, digests: tuple[str, str], old: LedgerEntry | None, section_id: str, allocator: IdAllocator
) -> LedgerEntry:
    """Return the ledger entry of a note; if nothing changed, the old entry itself."""
    draft, cards, (content_digest, metadata_digest) = reading.draft, reading.cards, digests
    kind, pin, text = draft.kind, draft.directives.pin, draft.fingerprint.text
    if old is None:
        guid = allocator.guid(kind, *draft.heading_path, pin or text)
        id_slot, changed = allocator.id_slot(guid), max(allocator.now, 0)
        return LedgerEntry(
            guid, kind, id_slot, changed, content_digest, metadata_digest, None, text, cards, pin, section=section_id
        )
    id_slot = allocator.id_slot(old.guid, old.id_slot)
    # A ledger that was recovered from a package has no digests: there an equal text means that nothing changed.
    unchanged = old.content_digest == content_digest or (not old.content_digest and old.text == text)
    changed = old.changed if unchanged else max(allocator.now, old.changed + 1)
    pin = pin or old.pin
    new = LedgerEntry(
        guid=old.guid,
        kind=kind,
        id_slot=id_slot,
        changed=changed,
        content_digest=content_digest,
        metadata_digest=metadata_digest,
        since=old.since,
        text=text,
        cards=cards,
        pin=pin,
        unheld=reading.unheld,
        section=section_id,
    )
    return old if old == new else new


def _note(reading: Reading, entry: LedgerEntry, matched_by: str, match_score: float) -> Note:
    guid, id_slot, changed, since = entry.guid, entry.id_slot, entry.changed, entry.since
    return Note(guid, id_slot, changed, since, reading.ordinals, reading.draft, matched_by, match_score)


def _section_ids(sections: Sequence[Section], ledger: Ledger, pairing: Pairing, allocator: IdAllocator) -> list[str]:
    section_ids: list[str] = []
    for number, section in enumerate(sections):
        old = pairing.section_keys.get(number)
        section_ids.append(
            ledger.sections[old].id
            if old is not None
            else allocator.section_id(section.span.path, *section.heading_path)
        )
    return section_ids


def _ledger_sections(
    sections: Sequence[Section], starts: Mapping[str, int], section_ids: Sequence[str], ledger: Ledger
) -> tuple[LedgerSection, ...]:
    old_sections = {section: section for section in ledger.sections}
    new_sections = (
        LedgerSection(section_id, section_ids[parent] if parent >= 0 else "", section.heading.plain, section.span.path)
        for section, section_id, parent in zip(
            sections, section_ids, (parent_number(section, starts) for section in sections), strict=True
        )
    )
    return tuple(old_sections.get(section, section) for section in new_sections)
