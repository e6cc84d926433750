"""What a draft says, in normal form: by this it is told from the others, and recognised after an edit."""

from __future__ import annotations

from studydeck.model.document import ItemList
from studydeck.model.notes import Cloze, Fingerprint, NoteDraft, Pair
from studydeck.model.traverse import plain
from studydeck.text.normalize import normal

LONGEST_TEXT = 200


def fingerprint_of(draft: NoteDraft) -> Fingerprint:
    """Give what a draft says."""
    body = draft.body
    if isinstance(body, Cloze):
        words = plain(body.text)
        return Fingerprint(_listed(body, words), normal(f"{plain(body.prompt)} {words}" if body.prompt else words))
    name = plain(body.term)
    term, meaning = normal(name), normal(plain(body.meaning))
    asked = f"{name}: {body.meaning_label}?" if body.meaning_label else name
    question = normal(" / ".join((*draft.heading_path, asked)))
    clue = normal(plain(body.clue)) if body.clue else ""
    return Fingerprint(_known(draft, body, term, meaning), question, meaning, clue, term)


def _known(draft: NoteDraft, body: Pair, term: str, meaning: str) -> str:
    label = body.meaning_label
    if draft.key_term is not None:
        # A term borrowed from a heading is none of the item's words: there the label is what it is known by.
        term, label = (normal(draft.key_term), label) if draft.key_term else (normal(label), "")
    return " | ".join((term, normal(label), meaning))[:LONGEST_TEXT].rstrip()


def _listed(body: Cloze, words: str) -> str:
    block = body.text[0] if body.text else None
    if isinstance(block, ItemList):
        return " | ".join([normal(plain(item.text)) for item in block.items])[:LONGEST_TEXT].rstrip()
    return normal(words)[:LONGEST_TEXT].rstrip()
