"""Traverse, cut and edit content: functions on inlines and blocks that the stages before rendering share.

In: a text or content (a tuple of blocks). Out: strings, or new texts and content; nothing is changed in place. Only
inlines of plain text or code are ever cut in two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from msgspec.structs import replace

from studydeck.model.document import (
    NO_TEXT,
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

NO_SPAN = SourceSpan("", 0, 0)
_CUTTABLE_KINDS = {"text", "code"}
_LEAF_BLOCKS = {Code, Formula, Html}
_SEPARATORS = frozenset(":：=→⇒-–—|([{\"'«„“‘")  # what stands between an embedded file and the words before it
_TEXT_END = 1 << 60  # an offset beyond the end of every text


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


def normalized_text(inlines: Iterable[Inline]) -> Text:
    """Return inlines as a text: equal neighbours joined, empty ones dropped, white space trimmed at both ends."""
    joined: list[Inline] = []
    for inline in inlines:
        if not inline.text and inline.kind in _CUTTABLE_KINDS:
            continue
        if inline.kind == "text" and joined and _differs_only_in_text(inline, joined[-1]):
            inline = with_text(inline, joined.pop().text + inline.text)  # noqa: PLW2901  # the joined inline is kept
        joined.append(inline)
    start, end = 0, len(joined)
    while start < end and _is_blank(joined[start]):
        start += 1
    while end > start and _is_blank(joined[end - 1]):
        end -= 1
    joined = joined[start:end]
    if joined and joined[0].kind == "text":
        joined[0] = with_text(joined[0], joined[0].text.lstrip())
    if joined and joined[-1].kind == "text":
        joined[-1] = with_text(joined[-1], joined[-1].text.rstrip())
    return Text(tuple(joined))


def _differs_only_in_text(inline: Inline, other: Inline) -> bool:
    return (
        inline.styles == other.styles
        and inline.kind == other.kind
        and inline.target == other.target
        and inline.hide == other.hide
    )


def with_text(inline: Inline, text: str) -> Inline:
    """Return an inline with another text."""
    if text == inline.text:
        return inline
    return Inline(text, inline.kind, inline.styles, inline.target, inline.hide, inline.detail)


def with_hide(inline: Inline, number: int) -> Inline:
    """Return an inline that is hidden by the card of that number, counted from 1 in its draft, or visible for 0."""
    if number == inline.hide:
        return inline
    return Inline(inline.text, inline.kind, inline.styles, inline.target, number, inline.detail)


def _is_blank(inline: Inline) -> bool:
    return inline.kind == "break" or (inline.kind == "text" and not inline.text.strip())


def cut(text: Text, start: int, end: int | None = None) -> Text:
    """Return the text between two offsets, without white space at its ends."""
    if len(text.inlines) == 1 and text.inlines[0].kind == "text":  # a fast path: most texts are like this
        trimmed = text.string[start:end].strip()
        if trimmed == text.string:
            return text
        return Text((with_text(text.inlines[0], trimmed),)) if trimmed else NO_TEXT
    return normalized_text(_slice(text, start, len(text.string) if end is None else end))


def cut_all(text: Text, spans: Iterable[tuple[int, int]]) -> list[Text]:
    """Return the texts between pairs of offsets, which ascend, like `cut`; each inline is visited about once."""
    if len(text.inlines) == 1:
        return [cut(text, start, end) for start, end in spans]
    return [normalized_text(inlines) for inlines in cut_all_raw(text, spans)]


def cut_all_raw(text: Text, spans: Iterable[tuple[int, int]]) -> Iterator[list[Inline]]:
    """Yield the inlines between pairs of offsets, which ascend, white space included."""
    inlines = text.inlines
    first = first_offset = 0
    for start, end in spans:
        while first < len(inlines) and first_offset < start and first_offset + len(inlines[first].text) <= start:
            first_offset += len(inlines[first].text)
            first += 1
        yield _slice(text, start, end, first, first_offset)


def _slice(text: Text, start: int, stop: int, first: int = 0, first_offset: int = 0) -> list[Inline]:
    """Return the inlines between two offsets; those before number `first`, which begins at `first_offset`, are not."""
    selected: list[Inline] = []
    inline_end = first_offset
    for index in range(first, len(text.inlines)):
        inline = text.inlines[index]
        inline_start, inline_end = inline_end, inline_end + len(inline.text)
        if not inline.text:
            if _is_between(text, inline_start, start, stop):
                selected.append(inline)
        elif inline_start >= stop:
            if not inline.text.isspace():  # a sound belongs to the word before the spaces
                break
        elif start <= inline_start and (inline_end <= stop or inline.kind not in _CUTTABLE_KINDS):
            selected.append(inline)
        elif inline.kind in _CUTTABLE_KINDS and (
            part := inline.text[max(start - inline_start, 0) : stop - inline_start]
        ):
            selected.append(with_text(inline, part))
    return selected


def _is_between(text: Text, offset: int, start: int, stop: int) -> bool:
    """Return whether an inline without words, such as a sound, goes with the text between two offsets.

    It goes with the word before it, else with what follows it.
    """
    before = text.string[:offset].rstrip()
    if before and before[-1] not in _SEPARATORS:
        return start < len(before) <= stop
    return start <= offset and (offset < stop or offset == stop == len(text.string))


def edit_range(text: Text, start: int, end: int, edit: Callable[[Inline], Inline]) -> Text:
    """Return a text with an edit applied to every inline between two offsets; inlines are cut where needed."""
    inside = [edit(inline) for inline in _slice(text, start, end)]
    return Text((*_slice(text, 0, start), *inside, *_slice(text, end, _TEXT_END)))


def hide(text: Text, start: int, end: int, number: int) -> Text:
    """Return a text in which the card of that number hides what is between two offsets."""
    return edit_range(text, start, end, lambda inline: with_hide(inline, number))


def shown(text: Text) -> Text:
    """Return a text in which nothing is hidden; hints are text in parentheses."""
    visible = [
        Inline(f" ({inline.target})") if inline.kind == "hint" else with_hide(inline, 0) for inline in text.inlines
    ]
    return normalized_text(visible) if visible != list(text.inlines) else text


def with_content(item: Item, text: Text, blocks: Content) -> Item:
    """Return an item with another text and other nested blocks."""
    return Item(text, blocks, item.span, item.directives, item.done)


def text_of(string: str) -> Text:
    """Return a string as a text without styles."""
    return Text((Inline(string),)) if string else NO_TEXT


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
