"""What a release writes into the ledger: its version and time, who is new in it, and one more stamp on what changed.

Learners of the last release have its times. Whatever changed since is stamped with the release's own time, so that it
arrives even where Anki kept the time of an import between the two.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from msgspec.structs import replace

from studydeck.identity.ledger import Ledger, LedgerEntry, NoteTypeRecord


def released(ledger: Ledger, version: str, now: int, refresh: AbstractSet[str] = frozenset()) -> Ledger:
    """Give the ledger of a release.

    Parameters
    ----------
    ledger : what a build of the released notes remembers.
    version : of the release; new notes remember it as the first that had them.
    now : seconds since the epoch.
    refresh : GUIDs of notes to be stamped though nobody asks anything else of them.
    """
    since = ledger.release[1] if ledger.release else -1
    notes = tuple(one if one.retired else _note(one, version, now, since, refresh) for one in ledger.notes)
    looks = {kind: _look(one, now, since) for kind, one in ledger.note_types.items()}
    latest = max((now, *(one.changed for one in notes), *(one.changed for one in looks.values())))
    return replace(ledger, release=(version, latest), notes=notes, note_types=looks)


def _note(note: LedgerEntry, version: str, now: int, since: int, refresh: AbstractSet[str]) -> LedgerEntry:
    changed = note.changed
    if note.since is None or changed > since or note.guid in refresh:
        changed = max(now, changed + 1)
    return replace(note, changed=changed, since=note.since or version)


def _look(look: NoteTypeRecord, now: int, since: int) -> NoteTypeRecord:
    return replace(look, changed=max(now, look.changed + 1)) if look.changed > since else look


def retired_guids(ledger: Ledger) -> tuple[str, ...]:
    """Give the GUIDs of all notes that are gone, of every version, in their order."""
    return tuple(sorted(note.guid for note in ledger.notes if note.retired))
