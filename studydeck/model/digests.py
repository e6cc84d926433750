"""Hashes and digests: GUIDs, section ids, and the ids of decks and note types.

In: texts, drafts and note types. Out: ids and digests that must never change. A changed GUID loses the review history
of a note, a changed digest overwrites a learner's edits, a changed id makes a second deck. So every literal and every
order that enters a hash is in this module, and `tests/unit/test_digests.py` compares its values with those of the first
release.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from studydeck.model.anki import Kind, NoteType
from studydeck.model.document import (
    Code,
    Content,
    DefinitionList,
    Flashcard,
    Formula,
    Html,
    ItemList,
    Paragraph,
    Quotation,
    Table,
    Text,
)
from studydeck.model.notes import Cloze, NoteDraft, Pair
from studydeck.model.traverse import paragraph, plain

NOTE: Final = "note"
SECTION: Final = "section"
KINDS: Final[tuple[Kind, ...]] = ("pair", "cloze")  # the index of a kind is the remainder of its id
GUID_BYTES, SECTION_BYTES, DECK_BYTES = 10, 5, 10
_BASE32 = "abcdefghijklmnopqrstuvwxyz234567"
_BASE32_PAIRS = [first + second for first in _BASE32 for second in _BASE32]  # two letters for every ten bits
_SEPARATOR = "\x1f"
_SMALLEST_ID, _ID_RANGE = (
    1_000_000_000_000,
    300_000_000_000,
)  # milliseconds, 2001 to 2011: older than any note type of Anki 2


def join_key(*parts: str) -> str:
    """Return the parts of a key joined, such that different lists of parts give different texts."""
    return _SEPARATOR.join(parts)


def base32(size: int, text: str) -> str:
    """Return a hash of `size` bytes, a multiple of five, as 8 characters of a-z2-7 for every five bytes."""
    number = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=size).digest(), "big")
    return "".join([_BASE32_PAIRS[number >> shift & 1023] for shift in range(8 * size - 10, -1, -10)])


def deck_id(texts: Sequence[str]) -> str:
    """Return a deck's id derived from its texts, for a folder whose settings have none."""
    return base32(DECK_BYTES, join_key(*sorted(texts)))


def deck_number(deck_id: str) -> int:
    """Return the id of a deck in its package: at least 2**31, hence never 1, the id of Anki's default deck."""
    digest = hashlib.sha256(f"deck {deck_id}".encode()).digest()
    return 2**31 + int.from_bytes(digest[:4], "big") % 2**31


def subdeck_number(deck_id: str, name: str) -> int:
    """Return the id of a subdeck in a package: 40 bits of a hash above those of all decks, so that two never meet."""
    digest = hashlib.sha256(f"subdeck {deck_id} {name.casefold()}".encode()).digest()
    return 2**40 + int.from_bytes(digest[:5], "big")


def notetype_number(deck_id: str, kind: Kind) -> int:
    """Return the id of a note type; each kind has its own remainder, so that those of one deck differ."""
    digest = int.from_bytes(hashlib.sha256(f"note type {kind} {deck_id}".encode()).digest()[:8], "big")
    return _SMALLEST_ID + digest % (_ID_RANGE // len(KINDS)) * len(KINDS) + KINDS.index(kind)


def question_digest(question: str) -> str:
    """Return the digest by which a retired note that has no words any more is known when it is asked again."""
    return hashlib.sha256(f"question {question}".encode()).hexdigest()[:12]


def owner_digest(deck_id: str) -> str:
    """Return six hex digits, by which the names of note types of two decks differ."""
    return hashlib.sha256(deck_id.encode()).hexdigest()[:6]


def schema_digest(notetype: NoteType) -> str:
    """Return the digest of what must never change: the ids and names of fields and templates, in their order."""
    parts = [f"field {name} {number}" for name, number in notetype.fields]
    parts += [f"template {template.name} {template.id}" for template in notetype.templates]
    return _note_type_digest([notetype.kind, *parts])


def appearance_digest(notetype: NoteType) -> str:
    """Return the digest of what a learner sees of a note type; where it changes, so does its modification time."""
    sides = [side for template in notetype.templates for side in (template.front, template.back)]
    return _note_type_digest([notetype.name, notetype.css, *sides])


def _note_type_digest(parts: list[str]) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def slot_hash(guid: str) -> int:
    """Return the 64-bit number that a new note's id slot is derived from."""
    return int.from_bytes(hashlib.blake2b(guid.encode(), digest_size=8).digest(), "big")


def note_digests(draft: NoteDraft) -> tuple[str, str]:
    """Return the content digest and the metadata digest of a draft.

    Parameters
    ----------
    draft : a draft whose text is final.

    Returns
    -------
    two texts of 12 hex digits: of what a learner is asked, and of what is packed with it. They depend on words,
    emphasis, code and math, never on rendered HTML or line numbers.
    """
    return _digest(_content(draft)), _metadata_digest(draft)


def _digest(value: tuple[object, ...]) -> str:
    return hashlib.blake2b(repr(value).encode(), digest_size=6).hexdigest()


def _content(draft: NoteDraft) -> tuple[object, ...]:
    """Return what a learner is asked; where it changes, Anki must update the note."""
    body = draft.body
    media = (canonical(draft.answer_media),) if draft.answer_media else ()
    if isinstance(body, Pair):
        content = canonical(body.term), canonical(body.meaning), canonical(body.clue)
        typed = ("typed", body.typed) if body.typed else ()
        asked = ("asked", canonical(body.asked)) if body.asked else ()
        return (*content, body.term_label, body.meaning_label, *typed, *asked, *media)
    return (canonical(known_prompt(body)), canonical(body.text), body.mask_following, *media)


def known_prompt(body: Cloze) -> Content:
    """Return the prompt of a cloze as digests and ledgers know it: with the number of items, in no deck's language."""
    return paragraph(f"{plain(body.prompt)} (1 of {body.item_count})") if body.item_count else body.prompt


def _metadata_digest(draft: NoteDraft) -> str:
    """Return the digest of what is packed with the question, and does not justify overwriting a learner's edits."""
    about = draft.body.about if type(draft.body) is Pair else ""
    if not (draft.extra or draft.supporting_blocks):
        return _location_digest(draft.heading_path, draft.span.path, draft.tags, about)
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


@lru_cache(maxsize=1 << 6)  # most notes of a section share all of their metadata
def _location_digest(heading_path: tuple[str, ...], path: str, tags: tuple[str, ...], about: str) -> str:
    return _digest((heading_path, (), (), path, tags, about))


def canonical(value: object) -> object:
    """Return content as nested tuples without spans and directives; equal content gives equal tuples."""
    if type(value) is tuple:
        if len(value) == 1 and type(value[0]) is Paragraph:  # a fast path: most content is like this
            return (("p", _canonical_text(value[0].text)),)
        return tuple([canonical(element) for element in value])
    if type(value) is Paragraph:
        return ("p", _canonical_text(value.text))
    if type(value) is Text:
        return _canonical_text(value)
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
            return (
                "dl",
                tuple([(canonical(definition.term), canonical(definition.blocks)) for definition in value.definitions]),
            )
        case Quotation():
            return (value.style, canonical(value.title), canonical(value.blocks))
        case Flashcard():
            return ("card", canonical(value.question), canonical(value.answer))
    return value


def _canonical_text(text: Text) -> object:
    return tuple(
        [
            (inline.text, inline.kind, inline.styles, inline.target, inline.hide, inline.detail)
            if inline.detail
            else (inline.text, inline.kind, inline.styles, inline.target, inline.hide)
            for inline in text.inlines
        ]
    )
