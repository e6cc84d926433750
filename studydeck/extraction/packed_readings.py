"""Readings of packed notes that today's rules do not make, found by the words that the ledger holds.

In: a document, and the texts of packed notes that no draft of it has. Out: withdrawn drafts with exactly these texts,
which keep the notes and make no card that no package had. Where the words of a note are gone, it has no draft here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain, islice

from msgspec.structs import replace

from studydeck.extraction.confidence import with_confidence
from studydeck.extraction.context import context_of
from studydeck.extraction.drafts import cloze, pair
from studydeck.extraction.engine import unrefused_drafts
from studydeck.extraction.places import Place, places_of
from studydeck.extraction.rules.enumerations import list_cloze
from studydeck.model.anki import Kind
from studydeck.model.document import Content, Document, ItemList, Paragraph
from studydeck.model.notes import NoteDraft
from studydeck.model.traverse import text_of_content
from studydeck.text.fingerprint import MAX_TEXT_LENGTH, fingerprint_of
from studydeck.text.normalize import normalize

PackedText = tuple[Kind, str]  # of a note: its kind, and its text in the ledger
_KEY_LENGTH = 20  # characters at the start of a text, by which it is found
_MOST_PLACES = 12  # that begin with the same words, of which a note can be one


def packed_readings(document: Document, texts: Sequence[PackedText]) -> tuple[NoteDraft, ...]:
    """Return withdrawn drafts with these texts, as many as there are equal texts, in the order of the source.

    Parameters
    ----------
    document : a file as the extraction gets it.
    texts : of packed notes that no draft of the file has.
    """
    if document.left_out or not texts:
        return ()
    open_texts = Counter(texts)
    found: list[NoteDraft] = []
    for draft in chain(_other_rules(document, open_texts), _by_words(document, open_texts)):
        key = draft.kind, draft.fingerprint.text
        if open_texts[key] > 0:
            open_texts[key] -= 1
            found.append(draft.withdrawn())
    # Readings of one line by their text: the next build may find one of them by its words, and not by a rule.
    ordered = sorted(found, key=lambda draft: (draft.section, draft.span.line, draft.fingerprint.text))
    return tuple([replace(draft, digests=None) for draft in with_confidence(ordered)])


def _other_rules(document: Document, open_texts: Counter[PackedText]) -> Iterator[NoteDraft]:
    """Yield what the rules make of a document if none of its blocks are refused."""
    for draft in unrefused_drafts(document):
        for reading in (draft, draft.other):
            if reading:
                printed = replace(reading, other=None, fingerprint=fingerprint_of(reading))
                if open_texts[printed.kind, printed.fingerprint.text] > 0:
                    yield printed


def _by_words(document: Document, open_texts: Counter[PackedText]) -> Iterator[NoteDraft]:
    """Yield drafts whose words stand together in the document."""
    if not +open_texts:
        return
    places: dict[str, list[Place]] = defaultdict(list)
    for number, section in enumerate(document.sections, document.first):
        if not section.directives.skip:
            for place in places_of(context_of(section, number)):
                for key in _keys(place.content):
                    if len(places[key]) < _MOST_PLACES:
                        places[key].append(place)
    for (kind, text), count in [*(+open_texts).items()]:
        start = (text.split(" | ", 2)[-1] if kind == "pair" else text)[:_KEY_LENGTH].strip()
        readings = _pairs if kind == "pair" else _clozes
        drafts = chain.from_iterable(readings(place, text) for place in places.get(start, ()))
        printed = (replace(draft, fingerprint=fingerprint_of(draft)) for draft in drafts)
        yield from islice((draft for draft in printed if draft.fingerprint.text == text), count)


def _keys(content: Content) -> Iterator[str]:
    """Yield the starts of the texts of a place: of a list its words, and its items as the ledger holds them.

    A short answer can end before the next block. An item has at least one character, so no more items than
    `_KEY_LENGTH` can be in a key.
    """
    block = content[0]
    for end in range(1, len(content) + 1):
        text = normalize(text_of_content(content[:end]))
        yield text[:_KEY_LENGTH].strip()
        if len(text) >= _KEY_LENGTH:
            break
    if isinstance(block, ItemList):
        yield " | ".join([normalize(item.text) for item in block.items[:_KEY_LENGTH]])[:_KEY_LENGTH].strip()


def _pairs(place: Place, text: str) -> Iterator[NoteDraft]:
    term, label = [part.strip() for part in (*text.split("|", 2), "")[:2]]
    for name, labels in place.names:
        is_label = bool(labels[1]) and not label and normalize(labels[1]) == term
        if normalize(name) == term or is_label or len(text) >= MAX_TEXT_LENGTH - 1:
            for end in range(1, len(place.content) + 1):
                key_term = "" if is_label else None
                yield pair(
                    place.context,
                    "headings",
                    name,
                    place.content[:end],
                    span=place.span,
                    labels=labels,
                    key_term=key_term,
                )


def _clozes(place: Place, text: str) -> Iterator[NoteDraft]:
    block = place.content[0]
    if isinstance(block, ItemList):
        if "|" in text:  # the text of an only item is a sentence
            yield list_cloze(place.context, block, [])
    elif isinstance(block, Paragraph):
        yield cloze(place.context, "paragraphs", (block,), (), span=place.span, movable_blanks=True)
