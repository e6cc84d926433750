"""What a decision about a note leads to: a build and a note in; sentences about learners out."""

from __future__ import annotations

from collections.abc import Mapping

from studydeck.config import parse_version
from studydeck.identity.allocation import IdAllocator
from studydeck.model.notes import Cloze, ExtractedDeck, Note, NoteDraft
from studydeck.pipeline import Built

_BLANK_CARD = "leaves a blank card with learners until Tools > Empty Cards"


def consequences(built: Built, note: Note) -> Mapping[str, str]:
    """Return what learners notice of a decision about a note that a release carried; nothing about one that none did.

    Parameters
    ----------
    built : the build that has the note.
    note : packed or skipped.

    Returns
    -------
    Sentences by decision: `skip`; `one` way, where it has a backward card; another phrase to `hide`, where it is a
    sentence.
    """
    if note.since is None:
        return {}
    # Whether the last release had a note that is skipped now is not known.
    version = "" if note in built.skipped_notes else next_major(built)
    since = f"with learners since {note.since}"
    leads_to = f", and the next version is {version}" if version else ""
    found = {"skip": f"{since}: stays with them, found by the search for retired notes{leads_to}"}
    if note.draft.kind == "pair" and 1 in note.ordinals:
        found["one"] = f"{since}: the card that asks backwards {_BLANK_CARD}{leads_to}"
    if isinstance(note.draft.body, Cloze) and note.draft.movable_blanks:
        phrases = ", ".join(f'"{card_spec.phrase}"' for card_spec in note.draft.card_specs)
        found["hide"] = f"{since}: without {phrases} its card {_BLANK_CARD}{leads_to}"
    return found


def next_major(built: Built) -> str:
    """Return the next version if a note or card is retired, empty before the first release."""
    if not built.ledger.release:
        return ""
    last, configured = parse_version(built.ledger.release[0]), parse_version(built.config.version)
    return str(configured if configured > last else last.next_version("major"))


def long_lists(extracted: ExtractedDeck, built: Built) -> tuple[tuple[str, NoteDraft], ...]:
    """Return the lists that are no notes because they are long, each with the GUID of the note that it would be."""
    spans = {block.span for block in built.skipped if block.reason == "long-list"}
    allocator = IdAllocator(built.ledger, 0)
    return tuple(
        (allocator.guid(draft.kind, *draft.heading_path, draft.directives.pin or draft.fingerprint.text), draft)
        for draft in extracted.drafts
        if draft.span in spans and isinstance(draft.body, Cloze) and draft.body.item_count
    )
