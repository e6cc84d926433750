"""Readings of packed notes that today's rules do not make, and whose words were edited: the nearest words in the file.

In: a document, and packed notes of which neither a draft nor the words are left. Out: withdrawn drafts with the words
that stand there now. They make no card that no package had; whether one of them is the packed note, the matching says.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import chain

from msgspec.structs import replace

from studydeck.extraction.context import context_of
from studydeck.extraction.deduplicate import rejection_reason
from studydeck.extraction.drafts import cloze, pair
from studydeck.extraction.engine import unrefused_drafts
from studydeck.extraction.packed_readings import PackedText, packed_readings
from studydeck.extraction.places import Place, places_of
from studydeck.extraction.rules.enumerations import list_cloze
from studydeck.model.document import Document, ItemList, Paragraph, Text
from studydeck.model.notes import LostNote, NoteDraft
from studydeck.model.traverse import text_of_content
from studydeck.text.fingerprint import fingerprint_of
from studydeck.text.normalize import normalize
from studydeck.text.tokens import content_words, words_of

_MOST_NOTES = 100  # of a file: where more are lost, it was not edited but replaced
_MOST_PLACES = 12  # that are tried for a note
_LEAST_SHARED = 0.5  # of the words of a note and of its reading


def reworded_readings(document: Document, notes: Sequence[LostNote]) -> tuple[NoteDraft, ...]:
    """Return withdrawn drafts of the places whose words are nearest to packed notes, in the order of the source.

    Parameters
    ----------
    document : a file as the extraction gets it.
    notes : those that no draft of the file keeps.
    """
    if document.left_out or not notes:
        return ()
    places = _Places(document)
    found: dict[PackedText, None] = {}
    for note in notes[:_MOST_NOTES]:
        words = _words(note.text)
        drafts = [
            draft
            for draft in places.drafts_near(note, words)
            if _shared(words, _words(draft.fingerprint.text)) >= _LEAST_SHARED
        ]
        if drafts:
            nearest = max(drafts, key=partial(_nearness, note, words))
            found[nearest.kind, nearest.fingerprint.text] = None
    # A later build finds these words as packed ones: only what it finds can stay a note, and has to be the same then.
    return packed_readings(document, [*found])


class _Places:
    """The places of a document by their words, and what the rules make of it if none of its blocks are refused."""

    def __init__(self, document: Document) -> None:
        self._by_rules = [
            _printed(reading)
            for draft in unrefused_drafts(document)
            for reading in (draft, draft.other)
            if reading is not None
        ]
        self._places = [
            place
            for number, section in enumerate(document.sections, document.first)
            if not section.directives.skip
            for place in places_of(context_of(section, number))
        ]
        self._sizes: list[int] = []
        self._by_word: dict[str, list[int]] = defaultdict(list)
        for number, place in enumerate(self._places):
            words = _words(normalize(text_of_content(place.content[:1])))
            self._sizes.append(len(words))
            for word in words:
                self._by_word[word].append(number)

    def drafts_near(self, note: LostNote, words: frozenset[str]) -> Iterator[NoteDraft]:
        """Yield drafts of a note's kind at the places that share most of its words."""
        asked = _words(note.text.rpartition("|")[2]) if note.kind == "pair" else words
        counts = Counter(chain.from_iterable(self._by_word.get(word, ()) for word in asked))
        sizes = self._sizes
        nearest = sorted(counts, key=lambda number: (-counts[number], sizes[number], number))
        readings = _pairs if note.kind == "pair" else _clozes
        drafts = chain.from_iterable(readings(self._places[number], note) for number in nearest[:_MOST_PLACES])
        yield from (draft for draft in map(_printed, drafts) if not rejection_reason(draft))
        for draft in self._by_rules:
            if draft.kind == note.kind and (draft.kind == "pair" or _holds_phrase(draft.fingerprint.text, note)):
                yield draft


def _printed(draft: NoteDraft) -> NoteDraft:
    return replace(draft, other=None, fingerprint=fingerprint_of(draft))


def _words(text: str) -> frozenset[str]:
    """Return the content words of a text, or all of a text without any."""
    return frozenset(content_words(text) or words_of(text))


def _nearness(note: LostNote, words: frozenset[str], draft: NoteDraft) -> tuple[bool, float]:
    """Return how near a draft is to a note: the same question comes first, and then the most words in common."""
    text = draft.fingerprint.text
    return text.rpartition("|")[0] == note.text.rpartition("|")[0], _common(words, _words(text))


def _common(words: frozenset[str], others: frozenset[str]) -> float:
    """Return the share of their words that two texts have in common."""
    return 2 * len(words & others) / max(1, len(words) + len(others))


def _shared(words: frozenset[str], others: frozenset[str]) -> float:
    """Return the share of their words that two texts have in common; of a text in another one, of the shorter one."""
    return max(_common(words, others), len(words & others) / (min(len(words), len(others)) + 1))


def _pairs(place: Place, note: LostNote) -> Iterator[NoteDraft]:
    """Yield pairs of a place and those of its names that share words with the question of a note."""
    term, label = [part.strip() for part in (*note.text.split("|", 2), "")[:2]]
    for name, labels in place.names:
        if _names(name, term):
            yield from _with_each_end(place, name, labels)
        elif labels[1] and not label and normalize(labels[1]) == term:
            yield from _with_each_end(place, name, labels, key_term="")


def _names(name: Text, term: str) -> bool:
    """Return whether a name is the term of a note, or the term reworded."""
    normal = normalize(name)
    return normal == term or _shared(_words(normal), _words(term)) >= _LEAST_SHARED


def _with_each_end(
    place: Place, name: Text, labels: tuple[str, str], key_term: str | None = None
) -> Iterator[NoteDraft]:
    for end in range(1, len(place.content) + 1):
        content = place.content[:end]
        yield pair(place.context, "headings", name, content, span=place.span, labels=labels, key_term=key_term)


def _clozes(place: Place, note: LostNote) -> Iterator[NoteDraft]:
    block = place.content[0]
    if isinstance(block, ItemList) and "|" in note.text:
        yield list_cloze(place.context, block, [])
    elif isinstance(block, Paragraph) and "|" not in note.text and _holds_phrase(normalize(block.text), note):
        yield cloze(place.context, "paragraphs", (block,), (), span=place.span, movable_blanks=True)


def _holds_phrase(text: str, note: LostNote) -> bool:
    """Return whether a text in normal form has a phrase that a card of a note hides."""
    return any(phrase and f" {phrase} " in f" {text} " for phrase in note.phrases)
