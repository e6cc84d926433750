"""The words of notes that come back: a ledger that left them out and today's drafts in; the ledger with the words out.

A note that was retired before any release had it leaves only digests in the ledger, because its words may be private.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from studydeck.identity.ledger import Ledger, LedgerEntry, live_notes
from studydeck.identity.matching.text_key import question_of
from studydeck.identity.readings import new_reading
from studydeck.identity.withheld import CardPolicy, withhold
from studydeck.model.digests import note_digests, question_digest
from studydeck.model.notes import NoteDraft


def with_words(ledger: Ledger, drafts: Sequence[NoteDraft], policy: CardPolicy) -> Ledger:
    """Return the ledger with the words of those wordless notes that are back, by their digests.

    A note whose question alone is back gets that, with an answer that no note has; the others a text that no note has.
    """
    if not any(entry.is_wordless for entry in ledger.notes):
        return ledger
    known = {entry.content_digest for entry in live_notes(ledger.notes)}
    texts: dict[tuple[str, str], str] = {}
    for draft in drafts:
        if draft.digests and draft.digests[0] not in known:
            reading = new_reading(withhold(draft, policy.least))  # as the note was first packed
            if reading.ordinals:
                texts[draft.kind, digests_of(reading.draft, draft)[0]] = draft.fingerprint.text
                texts[draft.kind, note_digests(reading.draft.without_own_question())[0]] = draft.fingerprint.text
    asked = {question_of(draft.fingerprint.text) for draft in drafts if draft.kind == "pair"}
    questions = {question_digest(question): question for question in asked if question}

    def text(entry: LedgerEntry) -> str:
        if (entry.kind, entry.content_digest) in texts:
            return texts[entry.kind, entry.content_digest]
        question = questions.get(entry.question_digest)
        return f"{question}| \0{entry.guid}" if question else f"\0{entry.guid}"

    notes = (replace(entry, text=text(entry)) if entry.is_wordless else entry for entry in ledger.notes)
    return replace(ledger, notes=tuple(notes))


def digests_of(final: NoteDraft, draft: NoteDraft) -> tuple[str, str]:
    """Return the digests of a reading, which are those of its draft where nothing was put back."""
    return draft.digests if final is draft and draft.digests else note_digests(final)
