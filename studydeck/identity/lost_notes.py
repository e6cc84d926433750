"""Packed notes that no draft of a build keeps, which a second reading of their files may find.

In: the drafts of a build, the ledger before it, and its assignment. Out: the lost notes by file; and the drafts, with
those that were found among them, and what of the first matching stands.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from studydeck.identity.assign import Assignment
from studydeck.identity.ledger import Ledger
from studydeck.identity.matching.idf import word_set
from studydeck.identity.matching.outline import Pairing
from studydeck.identity.outlines import section_starts
from studydeck.model.document import Section
from studydeck.model.notes import LostNote, NoteDraft

_MOST_SHARED = 0.6  # of the words of a reading and of a new draft


def lost_notes(drafts: Sequence[NoteDraft], before: Ledger, assigned: Assignment) -> Mapping[str, Sequence[LostNote]]:
    """Return retired notes whose text no draft has, by the path of the file in which their section is now.

    And those that a withdrawn draft keeps although its words are others: their own may stand in the file.
    """
    reworded = [before.notes[old] for _, old in _kept_by_withdrawn(drafts, before, assigned.settled)]
    if not assigned.retired and not reworded:
        return {}
    known = {(draft.kind, draft.fingerprint.text) for draft in drafts}
    files = _files_now(before, assigned.ledger)
    lost: dict[str, list[LostNote]] = defaultdict(list)
    for number, entry in enumerate((*assigned.retired, *reworded)):
        if entry.text and (entry.kind, entry.text) not in known:
            phrases = tuple(entry.cards.values()) if entry.kind == "cloze" else ()
            has_draft = number >= len(assigned.retired)
            lost[files.get(entry.section, "")].append(LostNote(entry.kind, entry.text, phrases, has_draft))
    return lost


def _kept_by_withdrawn(drafts: Sequence[NoteDraft], before: Ledger, settled: Pairing) -> Iterator[tuple[int, int]]:
    """Yield the pairs of withdrawn drafts and notes with other words, in the order of the drafts."""
    for number, old in sorted(settled.note_keys.items()):
        draft = drafts[number]
        if draft.legacy_only and before.notes[old].text not in {
            reading.fingerprint.text for reading in (draft, draft.other) if reading
        }:
            yield number, old


def _files_now(before: Ledger, now: Ledger) -> Mapping[str, str]:
    """Return the file of each section of the last build: of one that is gone, where most of its file is now."""
    standing = {section.id: section.file for section in now.sections}
    left: dict[str, Counter[str]] = defaultdict(Counter)
    for section in before.sections:
        if section.id in standing:
            left[section.file][standing[section.id]] += 1
    files = set(standing.values())
    moved = {file: counts.most_common(1)[0][0] for file, counts in left.items() if file not in files}
    return {
        section.id: standing.get(section.id) or moved.get(section.file, section.file) for section in before.sections
    }


def with_found(
    drafts: Sequence[NoteDraft],
    found: Sequence[NoteDraft],
    lost: Mapping[str, Sequence[LostNote]],
    sections: Sequence[Section],
    before: Ledger,
    settled: Pairing,
) -> tuple[list[NoteDraft], Pairing]:
    """Return all drafts in the order of their sections, and the pairs of the first ones by their new numbers.

    A reading is left out that another draft has already, or nearly: the next build would find its note in that one. It
    would not where the reading has the words of the lost note, and the other draft makes no card.
    """
    packed = {(note.kind, note.text) for notes in lost.values() for note in notes}
    known = {
        (reading.kind, reading.fingerprint.text) for draft in drafts for reading in (draft, draft.other) if reading
    }
    paths = {draft.span.path for draft in found}
    rivals = [
        reading
        for number, draft in enumerate(drafts)
        if draft.span.path in paths and number not in settled.note_keys
        for reading in (draft, draft.other)
        if reading
    ]
    # One line can be found twice: as packed, and as the nearest one to another lost note.
    once = {(draft.kind, draft.fingerprint.text, draft.span): draft for draft in found}
    added = [
        draft
        for draft in once.values()
        if (draft.kind, draft.fingerprint.text) not in known
        and not any(
            _are_alike(draft, rival)
            for rival in rivals
            if not (rival.legacy_only and (draft.kind, draft.fingerprint.text) in packed)
        )
    ]
    texts = {draft.fingerprint.text for draft in added}
    reworded = _kept_by_withdrawn(drafts, before, settled)
    released = {number for number, old in reworded if before.notes[old].text in texts}
    together, starts = [*drafts, *added], section_starts(sections)
    order = sorted(
        range(len(together)), key=lambda number: starts[together[number].span.path] + together[number].section
    )
    numbers = {old: new for new, old in enumerate(order) if old not in released}
    return [together[number] for number in order], settled.renumbered(numbers)


def _are_alike(draft: NoteDraft, other: NoteDraft) -> bool:
    """Return whether two drafts of one file and kind share most of their words."""
    if draft.kind != other.kind or draft.span.path != other.span.path:
        return False
    words, other_words = word_set(draft.fingerprint.text), word_set(other.fingerprint.text)
    return 2 * len(words & other_words) >= _MOST_SHARED * (len(words) + len(other_words))
