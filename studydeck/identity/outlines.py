"""What is matched of two builds: sections and notes, each with the texts by which they are recognised.

In: the ledger of the last build; the drafts and sections of this one. Out: an `Outline` of either.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet

from msgspec.structs import replace

from studydeck.identity.card_ordinals import phrase_key
from studydeck.identity.ledger import Ledger
from studydeck.identity.matching.outline import NoteKey, Outline, SectionKey
from studydeck.identity.sign_keys import with_signs
from studydeck.identity.withheld import draft_digest
from studydeck.model.document import Section
from studydeck.model.notes import NoteDraft, Pair
from studydeck.model.traverse import text_of_content
from studydeck.text.normalize import normalize

KeyOf = Callable[[NoteDraft], tuple[NoteKey, str]]


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


def draft_key(draft: NoteDraft) -> tuple[NoteKey, str]:
    """Return by what a draft is recognised, without its section, and the digest that it has where it is weak."""
    kind, text = draft.kind, draft.fingerprint.text
    key = NoteKey(
        -1,
        kind,
        text,
        draft.directives.pin,
        other=draft.other.fingerprint.text if draft.other and draft.other.kind != kind else "",
        nested_item=draft.nested_item,
        blank=phrase_key(draft.card_specs[0]) if kind == "cloze" and len(draft.card_specs) == 1 else "",
        offer=draft.legacy_only,
    )
    return key, draft_digest(draft)


def outline_of(
    drafts: Sequence[NoteDraft],
    sections: Sequence[Section],
    weak: AbstractSet[str] = frozenset(),
    key_of: KeyOf = draft_key,
) -> Outline:
    """Return the outline of the drafts of a build.

    Parameters
    ----------
    drafts, sections : in source order.
    weak : the digests of what was too weak in the last build.
    key_of : is `draft_key`, or a function that returns the same.
    """
    starts, keys = section_starts(sections), map(key_of, drafts)
    section_keys = [
        SectionKey(normalize(section.heading.plain), parent_number(section, starts), section.span.path)
        for section in sections
    ]
    note_keys: list[NoteKey] = []
    for draft, (key, digest) in zip(drafts, keys, strict=True):
        number = starts[draft.span.path] + draft.section
        item = _item(draft, sections[number].heading_path)
        note_keys.append(replace(key, section=number, stood=digest in weak, item=item))
    return Outline(tuple(section_keys), tuple(note_keys))


def _item(draft: NoteDraft, heading_path: Sequence[str]) -> str:
    """Return what a draft stands below within its section; where its key is a label alone, the term of its question."""
    if isinstance(draft.body, Pair) and draft.key_term == "":
        name = text_of_content(draft.body.term).plain
    else:
        name = draft.heading_path[-1] if draft.heading_path else ""
    return "" if name in heading_path[-1:] else name


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
