"""What is matched of two builds: sections and notes, each with the texts by which they are recognised.

In: the ledger of the last build; the drafts and sections of this one. Out: an `Outline` of either.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet

from msgspec.structs import replace

from studydeck.identity.card_ordinals import phrase_key
from studydeck.identity.ledger import Ledger
from studydeck.identity.matching.outline import NoteKey, Outline, SectionKey
from studydeck.identity.sign_keys import with_signs
from studydeck.identity.withheld import draft_digest
from studydeck.model.document import Section
from studydeck.model.notes import NoteDraft
from studydeck.text.normalize import normalize


def with_pins(outline: Outline, decided: Sequence[str]) -> Outline:
    """Return an outline with a pin for each decided note, unless the author wrote one."""
    keys = zip(outline.note_keys, decided, strict=True)
    return replace(outline, note_keys=tuple([replace(key, pin=key.pin or pin) if pin else key for key, pin in keys]))


def outline_of_ledger(ledger: Ledger, new_texts: Sequence[str]) -> Outline:
    """Return the outline of the last build; `new_texts` are those of today's drafts, whose keys may have more signs."""
    numbers = {section.id: number for number, section in enumerate(ledger.sections)}
    section_keys = [
        SectionKey(normalize(section.heading), numbers.get(section.parent, -1), section.file)
        for section in ledger.sections
    ]
    texts = with_signs([entry.text for entry in ledger.notes], new_texts)
    note_keys = [
        NoteKey(
            section=numbers.get(entry.section, -1),
            kind=entry.kind,
            text=text,
            pin=entry.pin,
            retired=entry.retired,
            blank=_only(entry.cards.values()),
        )
        for entry, text in zip(ledger.notes, texts, strict=True)
    ]
    return Outline(tuple(section_keys), tuple(note_keys))


def outline_of(
    drafts: Sequence[NoteDraft], sections: Sequence[Section], weak: AbstractSet[str] = frozenset()
) -> Outline:
    """Return the outline of the drafts of a build; `weak` are the digests of what was too weak in the last one."""
    starts = section_starts(sections)
    section_keys = [
        SectionKey(normalize(section.heading.plain), parent_number(section, starts), section.span.path)
        for section in sections
    ]
    return Outline(tuple(section_keys), tuple([_note_key(draft, starts, weak) for draft in drafts]))


def _note_key(draft: NoteDraft, starts: Mapping[str, int], weak: AbstractSet[str]) -> NoteKey:
    section = starts[draft.span.path] + draft.section
    other = draft.other.fingerprint.text if draft.other and draft.other.kind != draft.kind else ""
    has_one_blank = draft.kind == "cloze" and len(draft.card_specs) == 1
    blank = phrase_key(draft.card_specs[0]) if has_one_blank else ""
    text, pin = draft.fingerprint.text, draft.directives.pin
    return NoteKey(
        section,
        draft.kind,
        text,
        pin,
        other=other,
        nested_item=draft.nested_item,
        blank=blank,
        offer=draft.legacy_only,
        stood=bool(weak) and draft_digest(draft) in weak,
    )


def _only(phrases: Collection[str]) -> str:
    """Return the only phrase that a note hides, or an empty text."""
    return next(iter(phrases)) if len(phrases) == 1 else ""


def section_starts(sections: Sequence[Section]) -> dict[str, int]:
    """Return the number of each file's first section in the sequence of all sections."""
    starts: dict[str, int] = {}
    for number, section in enumerate(sections):
        starts.setdefault(section.span.path, number)
    return starts


def parent_number(section: Section, starts: Mapping[str, int]) -> int:
    """Return the number of the section above a section, or -1."""
    return starts[section.span.path] + section.parent if section.parent >= 0 else -1
