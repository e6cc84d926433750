"""The records of the ledger file, as JSON gives them: exactly these keys and types are read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from msgspec import Meta, Struct, field

from studydeck.identity.ledger import Count, Guid, LedgerEntry, NoteRecord


class SectionRecord(Struct, frozen=True, forbid_unknown_fields=True):
    section: str
    parent: str | None
    heading: str
    file: str


class SubdeckRecord(Struct, frozen=True, forbid_unknown_fields=True):
    subdeck: Annotated[str, Meta(min_length=1, max_length=1000)]
    place: str


class WeakRecord(Struct, frozen=True, forbid_unknown_fields=True):
    weak: Annotated[str, Meta(pattern="^[0-9a-f]{10}\\Z")]


class _Release(Struct, frozen=True, forbid_unknown_fields=True):
    version: str
    time: Count


class _NoteTypeDates(Struct, frozen=True, forbid_unknown_fields=True):
    changed: Count
    appearance: str
    schema: str


class Header(Struct, frozen=True, forbid_unknown_fields=True):
    format: int
    deck: str
    name: str
    release: _Release | None
    note_types: Mapping[str, _NoteTypeDates]
    dropped: tuple[Guid, ...] = field(default=())
    min_confidence: int | None = None
    language: Annotated[str, Meta(pattern=r"^[A-Za-z-]{0,20}\Z")] | None = None


def entry_of(record: NoteRecord, section: str) -> LedgerEntry:
    return LedgerEntry(
        record.guid,
        record.kind,
        record.id_slot,
        record.changed,
        record.content_digest,
        record.metadata_digest,
        record.since,
        record.text,
        record.cards,
        record.pin,
        record.question_digest,
        record.unheld,
        section,
    )
