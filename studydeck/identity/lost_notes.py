"""Packed notes that no draft of a build keeps, which a second reading of their files may find.

In: the drafts of a build, the ledger, and what would be retired. Out: the texts of the lost notes by file; and the
order of the drafts once those that were found are among them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from studydeck.identity.ledger import Ledger, LedgerEntry
from studydeck.identity.outlines import section_starts
from studydeck.model.anki import Kind
from studydeck.model.document import Section
from studydeck.model.notes import NoteDraft


def lost_texts(
    drafts: Sequence[NoteDraft], ledger: Ledger, retired: Sequence[LedgerEntry]
) -> Mapping[str, Sequence[tuple[Kind, str]]]:
    """Return the kinds and texts of retired notes that no draft has, by the path of their file."""
    known = {(draft.kind, draft.fingerprint.text) for draft in drafts} if retired else set()
    files = {section.id: section.file for section in ledger.sections} if retired else {}
    texts: dict[str, list[tuple[Kind, str]]] = {}
    for entry in retired:
        if entry.text and (entry.kind, entry.text) not in known:
            texts.setdefault(files.get(entry.section, ""), []).append((entry.kind, entry.text))
    return texts


def by_section(drafts: Sequence[NoteDraft], sections: Sequence[Section]) -> list[NoteDraft]:
    """Return drafts in the order of their sections, and otherwise in the order that they have."""
    starts = section_starts(sections)
    return sorted(drafts, key=lambda draft: starts[draft.span.path] + draft.section)
