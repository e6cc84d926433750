"""What goes into GUIDs, section ids, digests and the ids of decks and note types.

Whatever changes here changes an identity that learners have: a GUID that moves costs a review, a digest that moves
overwrites an edit, an id that moves makes a second deck. So every literal and every order that enters a hash stands in
this module, and `tests/test_digests.py` holds what it gave when the first deck was released.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from studydeck.model.anki import Kind, NoteType
from studydeck.model.document import Code, DefinitionList, Formula, Html, Inline, ItemList, Paragraph, Quotation, Table
from studydeck.model.notes import NoteDraft, Pair

NOTE: Final = "note"
SECTION: Final = "section"
KINDS: Final[tuple[Kind, ...]] = ("pair", "cloze")  # their order gives each kind its remainder
GUID_BYTES, SECTION_BYTES, DECK_BYTES = 10, 5, 10
_BASE32 = "abcdefghijklmnopqrstuvwxyz234567"
_PAIRS = [one + other for one in _BASE32 for other in _BASE32]  # ten bits at once
_SEPARATOR = "\x1f"
_OLDEST_ID, _IDS = 1_000_000_000_000, 300_000_000_000  # milliseconds, 2001 to 2011: before any note type of Anki 2


def joined(*parts: str) -> str:
    """Join the parts of a key so that no two lists of parts give one text."""
    return _SEPARATOR.join(parts)


def base32(size: int, words: str) -> str:
    """Give a hash of so many bytes, a multiple of five, as 8 letters of a-z2-7 for every five."""
    number = int.from_bytes(hashlib.blake2b(words.encode(), digest_size=size).digest(), "big")
    return "".join([_PAIRS[number >> shift & 1023] for shift in range(8 * size - 10, -1, -10)])


def deck_id(texts: Sequence[str]) -> str:
    """Derive a deck's id from its notes, for a folder that does not name one."""
    return base32(DECK_BYTES, joined(*sorted(texts)))


def deck_number(deck_id: str) -> int:
    """Give the number of a deck in its package: from 2**31 up, hence never 1, Anki's own default deck."""
    digest = hashlib.sha256(f"deck {deck_id}".encode()).digest()
    return 2**31 + int.from_bytes(digest[:4], "big") % 2**31


def notetype_number(deck_id: str, kind: Kind) -> int:
    """Give the id of a note type: each kind has its own remainder, so two of a deck never meet."""
    digest = int.from_bytes(hashlib.sha256(f"note type {kind} {deck_id}".encode()).digest()[:8], "big")
    return _OLDEST_ID + digest % (_IDS // len(KINDS)) * len(KINDS) + KINDS.index(kind)


def owner_digest(deck_id: str) -> str:
    """Give the six letters by which the names of note types of two decks differ."""
    return hashlib.sha256(deck_id.encode()).hexdigest()[:6]


def schema_digest(notetype: NoteType) -> str:
    """Digest what must never change: the ids and names of fields and templates, in their order."""
    parts = [f"field {name} {number}" for name, number in notetype.fields]
    parts += [f"template {template.name} {template.id}" for template in notetype.templates]
    return _digest_of_type([notetype.kind, *parts])


def appearance_digest(notetype: NoteType) -> str:
    """Digest what a learner sees of a note type: its time moves with it."""
    faces = [face for template in notetype.templates for face in (template.front, template.back)]
    return _digest_of_type([notetype.name, notetype.css, *faces])


def _digest_of_type(parts: list[str]) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def slot_hash(guid: str) -> int:
    """Give 64 bits by which a note's id slot is drawn."""
    return int.from_bytes(hashlib.blake2b(guid.encode(), digest_size=8).digest(), "big")


def note_digests(draft: NoteDraft) -> tuple[str, str]:
    """Give two digests of what is packed: of what a learner is asked, and of what stands around it.

    Each is 12 hex digits that stand for words, emphasis, code and math, never for HTML or a place in a file.
    """
    return _digest(_content(draft)), _metadata(draft)


def _digest(said: tuple[object, ...]) -> str:
    return hashlib.blake2b(repr(said).encode(), digest_size=6).hexdigest()


def _content(draft: NoteDraft) -> tuple[object, ...]:
    """Give what a learner is asked; where it changes, Anki must update the note."""
    body = draft.body
    if isinstance(body, Pair):
        content = canonical(body.term), canonical(body.meaning), canonical(body.clue)
        return (*content, body.term_label, body.meaning_label)
    return (canonical(body.prompt), canonical(body.text), body.mask_following)


def _metadata(draft: NoteDraft) -> str:
    """Give the digest of what stands around the question: packed, but no reason to overwrite a learner's own edits."""
    about = draft.body.about if type(draft.body) is Pair else ""
    if not (draft.extra or draft.supporting_blocks):
        return _where(draft.heading_path, draft.span.path, draft.tags, about)
    return _digest(
        (
            draft.heading_path,
            canonical(draft.extra),
            canonical(draft.supporting_blocks),
            draft.span.path,
            draft.tags,
            about,
        )
    )


@lru_cache(maxsize=1 << 6)  # nothing else stands around most of the notes of a section
def _where(heading_path: tuple[str, ...], path: str, tags: tuple[str, ...], about: str) -> str:
    return _digest((heading_path, (), (), path, tags, about))


def canonical(value: object) -> object:
    """Reduce content to nested tuples without places and decisions; equal content gives equal tuples."""
    if type(value) is tuple:
        if value and type(value[0]) is Inline:
            return tuple([(inline.text, inline.kind, inline.styles, inline.target, inline.hide) for inline in value])
        return tuple([canonical(one) for one in value])
    if type(value) is Paragraph:
        return ("p", canonical(value.text))
    match value:
        case Code():
            return ("code", value.language, value.text)
        case Formula():
            return ("math", value.tex)
        case Html():
            return ("html", value.html)
        case ItemList():
            items = tuple([(canonical(item.text), canonical(item.blocks)) for item in value.items])
            return ("list", value.ordered, value.start, items)
        case Table():
            return ("table", canonical(value.head), tuple([canonical(row.cells) for row in value.rows]))
        case DefinitionList():
            return ("dl", tuple([(canonical(one.term), canonical(one.blocks)) for one in value.definitions]))
        case Quotation():
            return (value.style, canonical(value.title), canonical(value.blocks))
    return value
