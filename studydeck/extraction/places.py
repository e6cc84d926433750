"""The places of a section that can be the answer of a pair or the text of a cloze, whatever the rules make of them.

In: a context. Out: its blocks, their sentences and parts, table cells, items and what is below, each with its names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice, takewhile

from msgspec import Struct
from msgspec.structs import replace

from studydeck.extraction.context import RuleContext
from studydeck.extraction.rules.lead_ins import introduces
from studydeck.extraction.verb_phrases import split_at_verb
from studydeck.model.document import (
    NO_TEXT,
    Block,
    Content,
    DefinitionList,
    Flashcard,
    Item,
    ItemList,
    Paragraph,
    Quotation,
    SourceSpan,
    Table,
    Text,
)
from studydeck.model.text_edits import cut
from studydeck.model.traverse import paragraph
from studydeck.patterns import lazy_pattern
from studydeck.text.normalize import normalize
from studydeck.text.sentences import sentences

Names = tuple[tuple[Text, tuple[str, str]], ...]
_MOST_BLOCKS = 4  # of which an answer consists
_MOST_CUTS = 8  # places in one text at which a term can end
_FIRST_WORD = lazy_pattern(r"(\w+)\s+(?=\w)")
_SEPARATOR = lazy_pattern(r"\s*(?:[:：=→⇒➜|]|\s[-–—]+\s|[—–])\s*")


class Place(Struct, frozen=True):
    """A place of a document that can be the answer of a pair or the text of a cloze.

    `names` are the texts that can be its term, each with the labels of both sides.
    """

    context: RuleContext
    content: Content
    span: SourceSpan
    names: Names = ()


def places_of(context: RuleContext) -> Iterator[Place]:
    """Yield the places of a context: its blocks, their sentences and parts, table cells, items and what is below."""
    lead_in = NO_TEXT
    for index, block in enumerate(context.blocks):
        if index and not _is_wanted(context.blocks[index - 1]) and introduces(context.blocks[index - 1], block):
            continue  # the comment at a lead-in holds for the list below it
        below = tuple(takewhile(_is_wanted, context.blocks[index : index + _MOST_BLOCKS]))
        last_sentence = sentences(lead_in)[-1:] if lead_in else ()
        names = _unlabelled((lead_in, *last_sentence, context.name, context.subject_name, context.parent))
        if below:
            yield Place(context, below, block.span, names)
        yield from _places_in(context, block, names)
        if isinstance(block, ItemList):
            lead_in = block.items[-1].text if block.items and not block.items[-1].directives.skip else NO_TEXT
        elif not isinstance(block, Paragraph) or not below:
            lead_in = NO_TEXT
        elif normalize(block.text):  # a picture may stand in between
            lead_in = block.text


def _is_wanted(block: Block) -> bool:
    """Return whether the author skips neither a block nor a part of it: a comment retires what was packed, too."""
    match block:
        case Paragraph() | Quotation() | Flashcard():
            return not block.directives.skip
        case ItemList():
            return not any(item.directives.skip for item in block.items)
        case Table():
            return not any(row.directives.skip for row in block.rows)
        case DefinitionList():
            return not any(definition.directives.skip for definition in block.definitions)
    return True


def _places_in(context: RuleContext, block: Block, names: Names) -> Iterator[Place]:
    if isinstance(block, Paragraph) and not block.directives.skip:
        yield from _places_of_text(context, block.text, block.span, names)
    elif isinstance(block, ItemList):
        for item in block.items:
            yield from _places_of_item(context, item, names)
    elif isinstance(block, Table):
        yield from _cells(context, block)
    elif isinstance(block, Quotation) and not block.directives.skip:
        inner = replace(context, blocks=block.blocks, name=block.title or context.name)
        yield from places_of(inner)
    elif isinstance(block, Flashcard) and block.question and not block.directives.skip:
        yield from places_of(replace(context, blocks=(*block.question, *block.answer)))
    elif isinstance(block, DefinitionList):
        for definition in block.definitions:
            if not definition.directives.skip:
                yield from places_of(replace(context, blocks=definition.blocks, name=definition.term))


def _places_of_item(context: RuleContext, item: Item, names: Names) -> Iterator[Place]:
    if item.directives.skip:
        return
    if item.text:
        yield Place(context, paragraph(item.text), item.span, names)
        yield from _places_of_text(context, item.text, item.span, names)
    if item.blocks:
        yield from places_of(replace(context, blocks=item.blocks, parent=item.text))


def _places_of_text(context: RuleContext, text: Text, span: SourceSpan, names: Names) -> Iterator[Place]:
    """Yield the sentences of a text, what follows each of them, and what follows a verb or a separator.

    A sentence that begins with its verb has the subject of the one before it.
    """
    string, position = text.string, 0
    found = sentences(text)
    for sentence in found if len(found) > 1 else ():
        start = string.find(sentence.string, position)
        position = start + len(sentence.string)
        yield Place(context, paragraph(sentence), span, names)
        if start > 0:
            yield Place(context, paragraph(cut(text, start)), span, names)
    subject = NO_TEXT
    for sentence in found:
        if at_verb := split_at_verb(sentence):
            subject, verb, rest = at_verb
            yield Place(context, paragraph(rest), span, ((subject, ("", verb)), (subject, ("", ""))))
        elif subject and (first_word := _FIRST_WORD.match(sentence.string)):  # it goes on about the same subject
            rest = cut(sentence, first_word.end())
            yield Place(context, paragraph(rest), span, ((subject, ("", first_word[1])),))
    for match in islice(_SEPARATOR.finditer(string), _MOST_CUTS):
        term, rest = cut(text, 0, match.start()), cut(text, match.end())
        if term and rest:
            yield Place(context, paragraph(rest), span, (*_unlabelled((term,)), *_labelled(names, term)))


def _labelled(names: Names, label: Text) -> Names:
    return tuple((name, ("", label.plain)) for name, _ in names)


def _unlabelled(names: Iterable[Text]) -> Names:
    return tuple((name, ("", "")) for name in names if name)


def _cells(context: RuleContext, table: Table) -> Iterator[Place]:
    heads = [head.plain for head in table.head]
    for row in table.rows:
        if row.directives.skip or not row.cells:
            continue
        for column, cell in enumerate(row.cells):
            labels = [heads[number] if number < len(heads) else "" for number in (0, column)]
            first = row.cells[0] if column else context.name
            names = ((first, ("", labels[1])), (first, (labels[0], labels[1])), (first, ("", "")))
            if cell:
                yield Place(context, paragraph(cell), row.span, names)
