"""Mark a ledger as released.

In: the ledger of a build, the version and the time of the release. Out: the ledger with both, with the version in each
note that is new, and with new change times. The last release was imported with its own times, so whatever changed since
then gets at least the time of this release: Anki then imports it, even if a build in between was imported, too.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from msgspec.structs import replace

from studydeck.identity.ledger import Ledger, LedgerEntry, NoteTypeRecord


def mark_released(
    ledger: Ledger,
    version: str,
    now: int,
    refresh: AbstractSet[str] = frozenset(),
    skipped: AbstractSet[str] = frozenset(),
) -> Ledger:
    """Return the ledger of a release.

    Parameters
    ----------
    ledger : from a build of the released notes.
    version : of the release; recorded in new notes as the first version that contains them.
    now : seconds since the epoch.
    refresh : GUIDs of notes that get a new change time although nothing changed in them.
    skipped : GUIDs of notes that the author decided not to pack: no release has them.

    Returns
    -------
    the ledger to commit with the release; its release time is the latest of all change times, in seconds.
    """
    last_release = ledger.release[1] if ledger.release else -1
    notes = tuple(
        note if note.retired or note.guid in skipped else _released_note(note, version, now, last_release, refresh)
        for note in ledger.notes
    )
    note_types = {kind: _released_note_type(record, now, last_release) for kind, record in ledger.note_types.items()}
    release_time = max((now, *(note.changed for note in notes), *(record.changed for record in note_types.values())))
    return replace(ledger, release=(version, release_time), notes=notes, note_types=note_types)


def _released_note(
    note: LedgerEntry, version: str, now: int, last_release: int, refresh: AbstractSet[str]
) -> LedgerEntry:
    changed = note.changed
    if note.since is None or changed > last_release or note.guid in refresh:
        changed = max(now, changed + 1)
    return replace(note, changed=changed, since=note.since or version)


def _released_note_type(record: NoteTypeRecord, now: int, last_release: int) -> NoteTypeRecord:
    return replace(record, changed=max(now, record.changed + 1)) if record.changed > last_release else record


def retired_guids(ledger: Ledger, skipped: AbstractSet[str] = frozenset()) -> tuple[str, ...]:
    """Return the GUIDs of all notes that learners may have and the deck has not, sorted: retired and skipped ones."""
    return tuple(sorted(note.guid for note in ledger.notes if note.retired or (note.guid in skipped and note.cards)))
