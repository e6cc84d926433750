"""The fingerprint of a draft: its content in normal form.

In: a `NoteDraft`. Out: a `Fingerprint`, by which duplicates are found and an edited note is recognised in the ledger.
"""

from __future__ import annotations

from studydeck.model.digests import known_prompt
from studydeck.model.document import MEDIA_KINDS, Content, ItemList, Paragraph, Text
from studydeck.model.media_types import is_packed
from studydeck.model.notes import Cloze, Fingerprint, NoteDraft, Pair
from studydeck.model.traverse import inlines, plain, text_of_content
from studydeck.patterns import lazy_pattern
from studydeck.text.normalize import meaningful_signs, normalize

_DIGEST_AND_SUFFIX = lazy_pattern(r"-[0-9a-f]{8}\.[a-z0-9]+\Z")  # a file with new content is the same file
MAX_TEXT_LENGTH = 200  # characters; the ledger stores no more of a note's text


def fingerprint_of(draft: NoteDraft) -> Fingerprint:
    """Return the fingerprint of a draft.

    Parameters
    ----------
    draft : a pair or a cloze; only its body, heading path and key term are read.

    Returns
    -------
    all fields in normal form; `text` has at most `MAX_TEXT_LENGTH` characters, and a cloze fills `text` and `question`
    only.
    """
    body = draft.body
    if isinstance(body, Cloze):
        text = text_of_content(body.text)
        question = normalize(f"{plain(known_prompt(body))} {text.plain}" if body.prompt else text)
        return Fingerprint(_cloze_key(body, text), _with_signs(question, text.plain))
    name = text_of_content(body.term)
    meaning_text = text_of_content(body.meaning)
    term, meaning = normalize(name), normalize(meaning_text)
    files = _files(body.term)
    labelled_name = f"{name.plain}: {body.meaning_label}?" if body.meaning_label else name.plain
    question = normalize(" / ".join((*draft.heading_path, labelled_name, *files)))
    clue = normalize(text_of_content(body.clue)) if body.clue else ""
    key_term = " ".join((term, *files)).strip()
    return Fingerprint(
        _pair_key(draft, body, key_term, meaning, name),
        _with_signs(question, name.plain),
        meaning,
        clue,
        term,
        meaningful_signs(meaning_text.plain),
    )


def _with_signs(question: str, name: str) -> str:
    signs = meaningful_signs(name) or ("" if any(map(str.isalnum, name)) else name)  # "::", "‰"
    return f"{question} {signs}" if signs else question


def _pair_key(draft: NoteDraft, body: Pair, term: str, meaning: str, name: Text) -> str:
    """Return "term | label | meaning", by which the ledger recognises a pair."""
    label = body.meaning_label
    if draft.key_term:
        term = normalize(name if draft.key_term == name.plain else draft.key_term)
    elif draft.key_term is not None:
        # A term that comes from a heading is not part of the item: the label then takes its place in the key.
        term, label = normalize(label), ""
    return " | ".join((term, normalize(label) if label else "", meaning))[:MAX_TEXT_LENGTH].rstrip()


def _cloze_key(body: Cloze, text: Text) -> str:
    """Return "item | item" for a list, else the text, by which the ledger recognises a cloze."""
    block = body.text[0] if body.text else None
    if isinstance(block, ItemList):
        return " | ".join([normalize(item.text) for item in block.items])[:MAX_TEXT_LENGTH].rstrip()
    return normalize(text)[:MAX_TEXT_LENGTH].rstrip()


def _files(term: Content) -> tuple[str, ...]:
    """Return the names of the files that a question shows: the same words about another picture ask something else."""
    if len(term) == 1 and isinstance(term[0], Paragraph) and len(term[0].text.inlines) == 1:  # nearly always
        found = list(term[0].text.inlines)
    else:
        found = inlines(term)
    media = [inline.target for inline in found if inline.kind in MEDIA_KINDS and is_packed(inline.target)]
    return tuple([_DIGEST_AND_SUFFIX.sub("", name) for name in media])
