"""Walk, cut and change text: everything that is done to inlines and blocks before they are rendered.

Offsets count in `flat(text)`, the inline texts joined; an inline that is not plain text or code is never cut in two.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from msgspec.structs import replace

from studydeck.model.document import (
    Block,
    Code,
    Content,
    DefinitionList,
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

NOWHERE = SourceSpan("", 0, 0)
_CUTTABLE = {"text", "code"}
_BEYOND = 1 << 60  # an offset that stands behind the end of every text
_TAG = re.compile(r"<[^<>]*>")


def flat(text: Text) -> str:
    """Join the runs of a text as they are."""
    return text[0].text if len(text) == 1 else "".join([inline.text for inline in text])


def plain(content: Text | Content) -> str:
    """Give a text or blocks as one line of plain words."""
    if not content:
        return ""
    first = content[0]
    if type(first) is Inline:  # to ask isinstance in vain takes five times as long
        # Runs of one word ("pre**fix**") belong together, so a text is joined without blanks.
        words = first.text if len(content) == 1 else flat(content)  # type: ignore[arg-type]  # a text
    elif type(first) is Paragraph and len(content) == 1:
        words = flat(first.text)
    else:
        words = " ".join(lines(content))  # type: ignore[arg-type]  # what begins with a block is content
    return _on_one_line(words)


@lru_cache(maxsize=1 << 10)  # the rules ask for the same words again and again
def _on_one_line(words: str) -> str:
    return " ".join(words.split())


def lines(content: Content) -> list[str]:
    """Give what each text, code, formula and HTML says, in reading order."""
    found: list[str] = []
    for block in content:
        if type(block) is Paragraph:
            found.append(flat(block.text))
        elif type(block) is ItemList:
            for item in block.items:
                found.append(flat(item.text))
                if item.blocks:
                    found += lines(item.blocks)
        elif type(block) is Table:
            for cells in (block.head, *[row.cells for row in block.rows]):
                found += map(flat, cells)
        elif type(block) is Code:
            found.append(block.text)
        elif type(block) is Formula:
            found.append(block.tex)
        elif type(block) is Html:
            found.append(_TAG.sub(" ", block.html))
        elif type(block) is DefinitionList:
            for one in block.definitions:
                found += (flat(one.term), *lines(one.blocks))
        elif type(block) is Quotation:
            found += (flat(block.title), *lines(block.blocks))
    return found


def squeeze(text: Text) -> Text:
    """Join neighbours of one kind, drop empty runs, and trim white space at both ends."""
    if len(text) == 1 and text[0].kind == "text":  # nearly all are: worth a way of its own
        return _trimmed(text[0], text[0].text)
    joined: list[Inline] = []
    for inline in text:
        if not inline.text and inline.kind in _CUTTABLE:
            continue
        if inline.kind == "text" and joined and _is_alike(inline, joined[-1]):
            inline = with_text(inline, joined.pop().text + inline.text)  # noqa: PLW2901  # it is the joined run that is kept
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
    return tuple(joined)


def _trimmed(inline: Inline, words: str) -> Text:
    bare = words.strip()
    return (with_text(inline, bare),) if bare else ()


def _is_alike(inline: Inline, other: Inline) -> bool:
    return (
        inline.styles == other.styles
        and inline.kind == other.kind
        and inline.target == other.target
        and inline.hide == other.hide
    )


def with_text(inline: Inline, text: str) -> Inline:
    """Give a run with another text."""
    return inline if text == inline.text else Inline(text, inline.kind, inline.styles, inline.target, inline.hide)


def hidden_by(inline: Inline, number: int) -> Inline:
    """Give a run that is hidden by the ask of that number, or visible: 0."""
    return inline if number == inline.hide else Inline(inline.text, inline.kind, inline.styles, inline.target, number)


def _is_blank(inline: Inline) -> bool:
    return inline.kind == "break" or (inline.kind == "text" and not inline.text.strip())


def cut(text: Text, start: int, end: int | None = None) -> Text:
    """Give what stands between two offsets, without white space at its ends."""
    if len(text) == 1 and text[0].kind == "text":
        return _trimmed(text[0], text[0].text[start:end])
    stop = len(flat(text)) if end is None else end
    return squeeze(tuple(_slice(text, start, stop)))


def _slice(text: Text, start: int, stop: int) -> list[Inline]:
    found: list[Inline] = []
    at = 0
    for inline in text:
        begin, at = at, at + len(inline.text)
        if begin >= stop:
            break
        if start <= begin and (at <= stop or inline.kind not in _CUTTABLE):
            found.append(inline)
        elif inline.kind in _CUTTABLE and (piece := inline.text[max(start - begin, 0) : stop - begin]):
            found.append(with_text(inline, piece))
    return found


def change(text: Text, start: int, end: int, edit: Callable[[Inline], Inline]) -> Text:
    """Apply an edit to every run between two offsets, cutting runs where needed."""
    inside = [edit(inline) for inline in _slice(text, start, end)]
    return (*_slice(text, 0, start), *inside, *_slice(text, end, _BEYOND))


def hide(text: Text, start: int, end: int, number: int) -> Text:
    """Mark what stands between two offsets as hidden by the ask of that number."""
    return change(text, start, end, lambda inline: hidden_by(inline, number))


def with_content(item: Item, text: Text, blocks: Content) -> Item:
    """Give an item with another text and other blocks below it."""
    return Item(text, blocks, item.span, item.directives, item.done)


def words_as_text(words: str) -> Text:
    """Make a plain text of words."""
    return (Inline(words),) if words else ()


def paragraph(text: Text | str) -> Content:
    """Make content of one paragraph."""
    inlines = words_as_text(text) if isinstance(text, str) else text
    return (Paragraph(inlines, NOWHERE),) if inlines else ()


def each_text(content: Content, edit: Callable[[Text], Text]) -> Content:
    """Apply an edit to every text of the blocks, however deep."""
    return each_placed(content, lambda text, _place: edit(text), lambda html, _place: html)


def each_placed(
    content: Content, text: Callable[[Text, SourceSpan], Text], html: Callable[[str, SourceSpan], str]
) -> Content:
    """Apply an edit to every text of the blocks, and one to their raw HTML, however deep; each hears its place."""
    return tuple([_placed(block, text, html) for block in content])


def _placed(block: Block, text: Callable[[Text, SourceSpan], Text], html: Callable[[str, SourceSpan], str]) -> Block:
    at = block.span
    if type(block) is Paragraph:
        return Paragraph(text(block.text, at), at, block.directives)
    match block:
        case Html():
            return Html(html(block.html, at), at)
        case ItemList():
            items = [
                with_content(one, text(one.text, one.span), each_placed(one.blocks, text, html)) for one in block.items
            ]
            return ItemList(tuple(items), block.ordered, at, block.start)
        case Table():
            head = [text(cell, at) for cell in block.head]
            rows = [replace(row, cells=tuple([text(cell, row.span) for cell in row.cells])) for row in block.rows]
            return Table(tuple(head), tuple(rows), at)
        case DefinitionList():
            definitions = [
                replace(one, term=text(one.term, one.span), blocks=each_placed(one.blocks, text, html))
                for one in block.definitions
            ]
            return DefinitionList(tuple(definitions), at)
        case Quotation():
            return replace(block, title=text(block.title, at), blocks=each_placed(block.blocks, text, html))
    return block


def raw_html(content: Content) -> Iterator[str]:
    """Give the raw HTML of the blocks, however deep."""
    for block in content:
        match block:
            case Html(html=html):
                yield html
            case ItemList(items=items):
                for item in items:
                    yield from raw_html(item.blocks)
            case DefinitionList(definitions=definitions):
                for one in definitions:
                    yield from raw_html(one.blocks)
            case Quotation(blocks=blocks):
                yield from raw_html(blocks)


def texts(content: Content) -> list[Text]:
    """Give every text of the blocks, in reading order."""
    found: list[Text] = []
    for block in content:
        if type(block) is Paragraph:
            found.append(block.text)
        elif type(block) is ItemList:
            for item in block.items:
                found.append(item.text)
                if item.blocks:
                    found += texts(item.blocks)
        elif type(block) is Table:
            for cells in (block.head, *[row.cells for row in block.rows]):
                found += cells
        elif type(block) is DefinitionList:
            for one in block.definitions:
                found += (one.term, *texts(one.blocks))
        elif type(block) is Quotation:
            found += (block.title, *texts(block.blocks))
    return found


def cut_raw(text: Text, start: int, end: int | None = None) -> Text:
    """Give what stands between two offsets, white space included."""
    return tuple(_slice(text, start, _BEYOND if end is None else end))


def inlines(content: Content) -> list[Inline]:
    """Give every run of the blocks."""
    return [inline for text in texts(content) for inline in text]
