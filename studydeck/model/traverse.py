"""Traverse and edit content: the one walk over blocks, and the one map over their texts, that all stages share.

In: content (a tuple of blocks). Out: its strings, texts and inlines in reading order, or new content; nothing is
changed in place. A single text is edited by `text_edits.py`.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from studydeck.model.document import (
    Block,
    Code,
    Content,
    DefinitionList,
    Flashcard,
    Formula,
    Html,
    Inline,
    Item,
    ItemList,
    Paragraph,
    Quotation,
    SourceSpan,
    Table,
    Text,
)
from studydeck.model.html_text import without_tags
from studydeck.model.text_edits import text_of

NO_SPAN = SourceSpan("", 0, 0)
_LEAF_BLOCKS = {Code, Formula, Html}


def plain(content: Content) -> str:
    """Return blocks as one line, with single spaces for white space."""
    if len(content) == 1 and type(content[0]) is Paragraph:
        return content[0].text.plain
    return " ".join(" ".join(block_strings(content)).split())


def block_strings(content: Content) -> list[str]:
    """Return the string of each text, code block, formula and HTML block, in reading order."""
    if len(content) == 1 and type(content[0]) is Paragraph:  # a fast path, as in `plain`
        return [content[0].text.string]
    return [leaf.string if type(leaf) is Text else string_of(leaf) for leaf in leaves(content)]


def string_of(leaf: Text | Code | Formula | Html) -> str:
    """Return what a leaf says: its text, its code, its TeX, or the text of its HTML."""
    match leaf:
        case Text():
            return leaf.string
        case Code(text=text):
            return text
        case Formula(tex=tex):
            return tex
    return without_tags(leaf.html, " ")


def leaves(content: Content) -> list[Text | Code | Formula | Html]:
    """Return every text, code block, formula and HTML block of content, at every depth, in reading order."""
    found: list[Text | Code | Formula | Html] = []
    for block in content:
        if type(block) is Paragraph:
            found.append(block.text)
        elif type(block) is ItemList:
            for item in block.items:
                found.append(item.text)
                if item.blocks:
                    found += leaves(item.blocks)
        elif type(block) is Table:
            for cells in (block.head, *[row.cells for row in block.rows]):
                found += cells
        elif type(block) is DefinitionList:
            for definition in block.definitions:
                found += (definition.term, *leaves(definition.blocks))
        elif type(block) is Quotation:
            found += (block.title, *leaves(block.blocks))
        elif type(block) is Flashcard:
            found += (*leaves(block.question), *leaves(block.answer))
        elif type(block) in _LEAF_BLOCKS:
            found.append(block)  # type: ignore[arg-type]  # one of these
    return found


def with_content(item: Item, text: Text, blocks: Content) -> Item:
    """Return an item with another text and other nested blocks."""
    return Item(text, blocks, item.span, item.directives, item.done)


def text_of_content(content: Content) -> Text:
    """Return content as a text: a single paragraph's own text, else its words without styles."""
    if len(content) == 1 and type(content[0]) is Paragraph:
        return content[0].text
    return text_of(plain(content))


def paragraph(text: Text | str) -> Content:
    """Return content of one paragraph, or none for an empty text."""
    text = text_of(text) if isinstance(text, str) else text
    return (Paragraph(text, NO_SPAN),) if text else ()


def map_texts(content: Content, edit: Callable[[Text], Text]) -> Content:
    """Return content with an edit applied to every text, at every depth."""
    return map_texts_and_html(content, lambda text, _span: edit(text), lambda html, _span: html)


def map_texts_and_html(
    content: Content, edit_text: Callable[[Text, SourceSpan], Text], edit_html: Callable[[str, SourceSpan], str]
) -> Content:
    """Return content with one edit applied to every text and one to raw HTML, at every depth.

    Both edits also receive the span of the text or HTML.
    """
    return tuple([_edited_block(block, edit_text, edit_html) for block in content])


def _edited_block(
    block: Block, edit_text: Callable[[Text, SourceSpan], Text], edit_html: Callable[[str, SourceSpan], str]
) -> Block:
    span = block.span
    if type(block) is Paragraph:
        return Paragraph(edit_text(block.text, span), span, block.directives)
    match block:
        case Html():
            return Html(edit_html(block.html, span), span)
        case ItemList():
            items = [
                with_content(
                    item, edit_text(item.text, item.span), map_texts_and_html(item.blocks, edit_text, edit_html)
                )
                for item in block.items
            ]
            return ItemList(tuple(items), block.ordered, span, block.start)
        case Table():
            head = [edit_text(cell, span) for cell in block.head]
            rows = [replace(row, cells=tuple([edit_text(cell, row.span) for cell in row.cells])) for row in block.rows]
            return Table(tuple(head), tuple(rows), span)
        case DefinitionList():
            definitions = [
                replace(
                    definition,
                    term=edit_text(definition.term, definition.span),
                    blocks=map_texts_and_html(definition.blocks, edit_text, edit_html),
                )
                for definition in block.definitions
            ]
            return DefinitionList(tuple(definitions), span)
        case Quotation():
            return replace(
                block, title=edit_text(block.title, span), blocks=map_texts_and_html(block.blocks, edit_text, edit_html)
            )
        case Flashcard():
            sides = (map_texts_and_html(side, edit_text, edit_html) for side in (block.question, block.answer))
            question, answer = sides
            return replace(block, question=question, answer=answer)
    return block


def texts(content: Content) -> list[Text]:
    """Return every text of content, in reading order."""
    return [leaf for leaf in leaves(content) if isinstance(leaf, Text)]


def inlines(content: Content) -> list[Inline]:
    """Return every inline of content, in reading order."""
    return [inline for text in texts(content) for inline in text.inlines]
