"""What a draft says, in normal form: by this it is told from the others, and recognised after an edit."""

from __future__ import annotations

import hashlib
from functools import lru_cache

from studydeck.content import canonical, plain
from studydeck.shapes import Cloze, Draft, ItemList, Pair, Said
from studydeck.words import normal

LONGEST_TEXT = 200


def said_of(draft: Draft) -> Said:
    """Give what a draft says."""
    body = draft.body
    if isinstance(body, Cloze):
        words = plain(body.text)
        return Said(_listed(body, words), normal(f"{plain(body.prompt)} {words}" if body.prompt else words))
    name = plain(body.term)
    term, meaning = normal(name), normal(plain(body.meaning))
    asked = f"{name}: {body.meaning_label}?" if body.meaning_label else name
    question = normal(" / ".join((*draft.trail, asked)))
    clue = normal(plain(body.clue)) if body.clue else ""
    return Said(_known(draft, body, term, meaning), question, meaning, clue, term)


def _known(draft: Draft, body: Pair, term: str, meaning: str) -> str:
    label = body.meaning_label
    if draft.known_as is not None:
        # A term borrowed from a heading is none of the item's words: there the label is what it is known by.
        term, label = (normal(draft.known_as), label) if draft.known_as else (normal(label), "")
    return " | ".join((term, normal(label), meaning))[:LONGEST_TEXT].rstrip()


def _listed(body: Cloze, words: str) -> str:
    block = body.text[0] if body.text else None
    if isinstance(block, ItemList):
        return " | ".join([normal(plain(item.text)) for item in block.items])[:LONGEST_TEXT].rstrip()
    return normal(words)[:LONGEST_TEXT].rstrip()


def digests_of(draft: Draft) -> tuple[str, str]:
    """Give two digests of what is packed: of what a learner is asked, and of what stands around it.

    Each is 12 hex digits that stand for words, emphasis, code and math, never for HTML or a place in a file.
    """
    return _digest(_asked(draft)), _around(draft)


def _digest(said: tuple[object, ...]) -> str:
    return hashlib.blake2b(repr(said).encode(), digest_size=6).hexdigest()


def _asked(draft: Draft) -> tuple[object, ...]:
    """Give what a learner is asked; where it changes, Anki must update the note."""
    body = draft.body
    if isinstance(body, Pair):
        content = canonical(body.term), canonical(body.meaning), canonical(body.clue)
        return (*content, body.term_label, body.meaning_label)
    return (canonical(body.prompt), canonical(body.text), body.masks_rest)


def _around(draft: Draft) -> str:
    """Give the digest of what stands around the question: packed, but no reason to overwrite a learner's own edits."""
    about = draft.body.about if type(draft.body) is Pair else ""
    if not (draft.extra or draft.beside):
        return _where(draft.trail, draft.place.path, draft.tags, about)
    return _digest((draft.trail, canonical(draft.extra), canonical(draft.beside), draft.place.path, draft.tags, about))


@lru_cache(maxsize=1 << 6)  # nothing else stands around most of the notes of a section
def _where(trail: tuple[str, ...], path: str, tags: tuple[str, ...], about: str) -> str:
    return _digest((trail, (), (), path, tags, about))
