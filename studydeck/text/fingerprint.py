"""What a draft says, in normal form: by this it is told from the others, and recognised after an edit."""

from __future__ import annotations

from studydeck.model.document import ItemList
from studydeck.model.notes import Cloze, Draft, Pair, Said
from studydeck.model.traverse import plain
from studydeck.text.normalize import normal

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
