"""Readings of packed notes that today's rules do not make, found by the words that the ledger holds.

In: a document, and the texts of packed notes that no draft of it has. Out: withdrawn drafts with exactly these texts,
which keep the notes and make no card that no package had. Where the words of a note are gone, it has no draft here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

from msgspec import Struct
from msgspec.structs import replace

from studydeck.extraction.confidence import with_confidence
from studydeck.extraction.context import RuleContext, context_of
from studydeck.extraction.drafts import cloze, pair
from studydeck.extraction.engine import unrefused_drafts
from studydeck.extraction.rules.enumerations import list_cloze
from studydeck.model.anki import Kind
from studydeck.model.document import (
    NO_TEXT,
    Block,
    Content,
    DefinitionList,
    Document,
    Item,
    ItemList,
    Paragraph,
    Quotation,
    SourceSpan,
    Table,
    Text,
)
from studydeck.model.notes import NoteDraft
from studydeck.model.text_edits import cut
from studydeck.model.traverse import paragraph, text_of_content
from studydeck.patterns import lazy_pattern
from studydeck.text.fingerprint import MAX_TEXT_LENGTH, fingerprint_of
from studydeck.text.normalize import normalize
from studydeck.text.sentences import sentences

PackedText = tuple[Kind, str]  # of a note: its kind, and its text in the ledger
_Names = tuple[tuple[Text, tuple[str, str]], ...]
_KEY_LENGTH = 20  # characters at the start of a text, by which it is found
_MOST_PLACES = 12  # that begin with the same words, of which a note can be one
_MOST_BLOCKS = 4  # of which an answer consists
_MOST_CUTS = 8  # places in one text at which a term can end
_SEPARATOR = lazy_pattern(r"\s*(?:[:：=→⇒➜|]|\s[-–—]+\s|[—–])\s*")


class _Place(Struct, frozen=True):
    """A place of a document that can be the answer of a pair or the text of a cloze.

    `names` are the texts that can be its term, each with the labels of both sides.
    """

    context: RuleContext
    content: Content
    span: SourceSpan
    names: _Names = ()


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
    ordered = sorted(found, key=lambda draft: (draft.section, draft.span.line))
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
    places: dict[str, list[_Place]] = defaultdict(list)
    for number, section in enumerate(document.sections, document.first):
        if not section.directives.skip:
            for place in _places(context_of(section, number)):
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

    An item has at least one character, so no more items than `_KEY_LENGTH` can be in a key.
    """
    block = content[0]
    yield normalize(text_of_content(content))[:_KEY_LENGTH].strip()
    if isinstance(block, ItemList):
        yield " | ".join([normalize(item.text) for item in block.items[:_KEY_LENGTH]])[:_KEY_LENGTH].strip()


def _pairs(place: _Place, text: str) -> Iterator[NoteDraft]:
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


def _clozes(place: _Place, _text: str) -> Iterator[NoteDraft]:
    block = place.content[0]
    if isinstance(block, ItemList):
        yield list_cloze(place.context, block, [])
    elif isinstance(block, Paragraph):
        yield cloze(place.context, "paragraphs", (block,), (), span=place.span, movable_blanks=True)


def _places(context: RuleContext) -> Iterator[_Place]:
    """Yield the places of a context: its blocks, their sentences and parts, table cells, items and what is below."""
    lead_in = NO_TEXT
    for index, block in enumerate(context.blocks):
        below = context.blocks[index : index + _MOST_BLOCKS]
        last_sentence = sentences(lead_in)[-1:] if lead_in else ()
        names = _unlabelled((lead_in, *last_sentence, context.name, context.subject_name, context.parent))
        yield _Place(context, below, block.span, names)
        yield from _places_in(context, block, names)
        if not isinstance(block, Paragraph):
            lead_in = NO_TEXT
        elif normalize(block.text):  # a picture may stand in between
            lead_in = block.text


def _places_in(context: RuleContext, block: Block, names: _Names) -> Iterator[_Place]:
    if isinstance(block, Paragraph) and not block.directives.skip:
        yield from _places_of_text(context, block.text, block.span, names)
    elif isinstance(block, ItemList):
        for item in block.items:
            yield from _places_of_item(context, item, names)
    elif isinstance(block, Table):
        yield from _cells(context, block)
    elif isinstance(block, Quotation):
        inner = replace(context, blocks=block.blocks, name=block.title or context.name)
        yield from _places(inner)
    elif isinstance(block, DefinitionList):
        for definition in block.definitions:
            if not definition.directives.skip:
                yield from _places(replace(context, blocks=definition.blocks, name=definition.term))


def _places_of_item(context: RuleContext, item: Item, names: _Names) -> Iterator[_Place]:
    if item.directives.skip:
        return
    if item.text:
        yield _Place(context, paragraph(item.text), item.span, names)
        yield from _places_of_text(context, item.text, item.span, names)
    if item.blocks:
        yield from _places(replace(context, blocks=item.blocks, parent=item.text))


def _places_of_text(context: RuleContext, text: Text, span: SourceSpan, names: _Names) -> Iterator[_Place]:
    """Yield the sentences of a text, what follows each of them, and what follows a separator."""
    string, position = text.string, 0
    found = sentences(text)
    for sentence in found if len(found) > 1 else ():
        start = string.find(sentence.string, position)
        position = start + len(sentence.string)
        yield _Place(context, paragraph(sentence), span, names)
        if start > 0:
            yield _Place(context, paragraph(cut(text, start)), span, names)
    for match in islice(_SEPARATOR.finditer(string), _MOST_CUTS):
        term, rest = cut(text, 0, match.start()), cut(text, match.end())
        if term and rest:
            yield _Place(context, paragraph(rest), span, (*_unlabelled((term,)), *_labelled(names, term)))


def _labelled(names: _Names, label: Text) -> _Names:
    return tuple((name, ("", label.plain)) for name, _ in names)


def _unlabelled(names: Iterable[Text]) -> _Names:
    return tuple((name, ("", "")) for name in names if name)


def _cells(context: RuleContext, table: Table) -> Iterator[_Place]:
    heads = [head.plain for head in table.head]
    for row in table.rows:
        if row.directives.skip or not row.cells:
            continue
        for column, cell in enumerate(row.cells):
            labels = [heads[number] if number < len(heads) else "" for number in (0, column)]
            first = row.cells[0] if column else context.name
            names = ((first, ("", labels[1])), (first, (labels[0], labels[1])), (first, ("", "")))
            if cell:
                yield _Place(context, paragraph(cell), row.span, names)
