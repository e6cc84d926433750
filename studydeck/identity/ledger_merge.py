"""Merge what two sides of a ledger say: two headers of one deck, or two entries of one note, in; one out."""

from __future__ import annotations

from msgspec.structs import replace

from studydeck.config import parse_version
from studydeck.identity.ledger import Ledger, LedgerEntry


def merge_headers(first: Ledger, second: Ledger) -> Ledger:
    """Return the later of two headers of one deck, with the later note types, and what was dropped on both sides."""
    latest = max((first, second), key=lambda side: side.release[1] if side.release else 0)
    note_types = {
        kind: max(
            (side.note_types[kind] for side in (first, second) if kind in side.note_types),
            key=lambda note_type: note_type.changed,
        )
        for kind in {*first.note_types, *second.note_types}
    }
    return replace(latest, note_types=note_types, dropped=tuple(sorted({*first.dropped, *second.dropped})))


def merge_entries(first: LedgerEntry, second: LedgerEntry) -> LedgerEntry:
    """Return one entry for two of one note: the live one wins, then the later one; the cards of both are kept.

    What one side does not hold any more is not held.
    """
    winner = max((first, second), key=lambda entry: (not entry.retired, entry.changed))
    other = second if winner is first else first
    unheld = tuple(sorted({*first.unheld, *second.unheld}))
    since = _earlier(winner.since, other.since)
    return replace(winner, cards={**other.cards, **winner.cards}, since=since, unheld=unheld)


def _earlier(version: str | None, other: str | None) -> str | None:
    if version is None or other is None or version == other:
        return version or other
    return min(version, other, key=parse_version)
