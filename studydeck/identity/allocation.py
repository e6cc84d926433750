"""Allocate identities that a ledger never used: GUIDs, section ids and id slots.

What a GUID is a hash of: `_ledger_entry` in `assign.py` chooses the parts, `model/digests.py` hashes them.
"""

from __future__ import annotations

from studydeck.identity.ledger import Ledger, LedgerEntry
from studydeck.model.anki import ID_SLOT_MILLISECONDS
from studydeck.model.digests import GUID_BYTES, NOTE, SECTION, SECTION_BYTES, base32, join_key, slot_hash

_SLOTS_IN_30_DAYS = 30 * 86_400_000 // ID_SLOT_MILLISECONDS


class IdAllocator:
    """Allocates GUIDs, section ids and id slots that the ledger never used."""

    def __init__(self, ledger: Ledger, now: int) -> None:
        self.deck, self.now = ledger.deck, now
        self.guids = {entry.guid for entry in ledger.notes}
        self.section_ids = {section.id for section in ledger.sections}
        self.attempts: dict[str, int] = {}
        # Of two entries with one slot, as a merge can leave them, the earlier changed one keeps it.
        owners: dict[int, LedgerEntry] = {}
        for entry in ledger.notes:
            owner = owners.setdefault(entry.id_slot, entry)
            if owner is not entry and (entry.changed, entry.guid) < (owner.changed, owner.guid):
                owners[entry.id_slot] = entry
        self.slots = {id_slot: entry.guid for id_slot, entry in owners.items()}

    def guid(self, *key: str) -> str:
        return self._unused_id(self.guids, GUID_BYTES, join_key(NOTE, *key))

    def section_id(self, *key: str) -> str:
        return self._unused_id(self.section_ids, SECTION_BYTES, join_key(SECTION, *key))

    def _unused_id(self, used: set[str], size: int, key: str) -> str:
        # Continue after the last attempt for this key: a thousand equal headings must not repeat each other's attempts.
        attempt = self.attempts.get(key, 0)
        while (new_id := base32(size, join_key(self.deck, key, str(attempt)))) in used:
            attempt += 1
        self.attempts[key] = attempt + 1
        used.add(new_id)
        return new_id

    def id_slot(self, guid: str, previous: int = 0) -> int:
        """Return the previous slot if the note owns it, or else a free one from the 30 days before `now` or earlier."""
        if previous and self.slots.get(previous) == guid:
            return previous
        id_slot = self.now * 1000 // ID_SLOT_MILLISECONDS - 1 - slot_hash(guid) % _SLOTS_IN_30_DAYS
        while id_slot in self.slots:
            id_slot -= 1
        self.slots[id_slot] = guid
        return id_slot
