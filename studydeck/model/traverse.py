"""Walk, cut and change text: everything that is done to inlines and blocks before they are rendered.

Offsets count in `flat(text)`, the inline texts joined; an inline that is not plain text or code is never cut in two.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from msgspec.structs import replace

from studydeck.model.document import (
    Aside,
    Block,
    Code,
    Content,
    DefinitionList,
    Formula,
    Html,
    Item,
    ItemList,
    Paragraph,
    Place,
    Run,
    Table,
    Text,
)

NOWHERE = Place("", 0, 0)
_CUTTABLE = {"text", "code"}
_BEYOND = 1 << 60  # an offset that stands behind the end of every text
_TAG = re.compile(r"<[^<>]*>")


def flat(text: Text) -> str:
    """Join the runs of a text as they are."""
    return text[0].text if len(text) == 1 else "".join([run.text for run in text])


def plain(content: Text | Content) -> str:
    """Give a text or blocks as one line of plain words."""
    if not content:
        return ""
    first = content[0]
    if type(first) is Run:  # to ask isinstance in vain takes five times as long
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
        elif type(block) is Aside:
            found += (flat(block.title), *lines(block.blocks))
    return found


def squeeze(text: Text) -> Text:
    """Join neighbours of one kind, drop empty runs, and trim white space at both ends."""
    if len(text) == 1 and text[0].form == "text":  # nearly all are: worth a way of its own
        return _trimmed(text[0], text[0].text)
    joined: list[Run] = []
    for run in text:
        if not run.text and run.form in _CUTTABLE:
            continue
        if run.form == "text" and joined and _is_alike(run, joined[-1]):
            run = with_text(run, joined.pop().text + run.text)  # noqa: PLW2901  # it is the joined run that is kept
        joined.append(run)
    start, end = 0, len(joined)
    while start < end and _is_blank(joined[start]):
        start += 1
    while end > start and _is_blank(joined[end - 1]):
        end -= 1
    joined = joined[start:end]
    if joined and joined[0].form == "text":
        joined[0] = with_text(joined[0], joined[0].text.lstrip())
    if joined and joined[-1].form == "text":
        joined[-1] = with_text(joined[-1], joined[-1].text.rstrip())
    return tuple(joined)


def _trimmed(run: Run, words: str) -> Text:
    bare = words.strip()
    return (with_text(run, bare),) if bare else ()


def _is_alike(run: Run, other: Run) -> bool:
    return run.marks == other.marks and run.form == other.form and run.target == other.target and run.hide == other.hide


def with_text(run: Run, text: str) -> Run:
    """Give a run with another text."""
    return run if text == run.text else Run(text, run.form, run.marks, run.target, run.hide)


def hidden_by(run: Run, number: int) -> Run:
    """Give a run that is hidden by the ask of that number, or visible: 0."""
    return run if number == run.hide else Run(run.text, run.form, run.marks, run.target, number)


def _is_blank(run: Run) -> bool:
    return run.form == "break" or (run.form == "text" and not run.text.strip())


def cut(text: Text, start: int, end: int | None = None) -> Text:
    """Give what stands between two offsets, without white space at its ends."""
    if len(text) == 1 and text[0].form == "text":
        return _trimmed(text[0], text[0].text[start:end])
    stop = len(flat(text)) if end is None else end
    return squeeze(tuple(_slice(text, start, stop)))


def _slice(text: Text, start: int, stop: int) -> list[Run]:
    found: list[Run] = []
    at = 0
    for run in text:
        begin, at = at, at + len(run.text)
        if begin >= stop:
            break
        if start <= begin and (at <= stop or run.form not in _CUTTABLE):
            found.append(run)
        elif run.form in _CUTTABLE and (piece := run.text[max(start - begin, 0) : stop - begin]):
            found.append(with_text(run, piece))
    return found


def change(text: Text, start: int, end: int, edit: Callable[[Run], Run]) -> Text:
    """Apply an edit to every run between two offsets, cutting runs where needed."""
    inside = [edit(run) for run in _slice(text, start, end)]
    return (*_slice(text, 0, start), *inside, *_slice(text, end, _BEYOND))


def hide(text: Text, start: int, end: int, number: int) -> Text:
    """Mark what stands between two offsets as hidden by the ask of that number."""
    return change(text, start, end, lambda run: hidden_by(run, number))


def with_content(item: Item, text: Text, blocks: Content) -> Item:
    """Give an item with another text and other blocks below it."""
    return Item(text, blocks, item.place, item.decision, item.done)


def words_as_text(words: str) -> Text:
    """Make a plain text of words."""
    return (Run(words),) if words else ()


def paragraph(text: Text | str) -> Content:
    """Make content of one paragraph."""
    runs = words_as_text(text) if isinstance(text, str) else text
    return (Paragraph(runs, NOWHERE),) if runs else ()


def each_text(content: Content, edit: Callable[[Text], Text]) -> Content:
    """Apply an edit to every text of the blocks, however deep."""
    return each_placed(content, lambda text, _place: edit(text), lambda html, _place: html)


def each_placed(content: Content, text: Callable[[Text, Place], Text], html: Callable[[str, Place], str]) -> Content:
    """Apply an edit to every text of the blocks, and one to their raw HTML, however deep; each hears its place."""
    return tuple([_placed(block, text, html) for block in content])


def _placed(block: Block, text: Callable[[Text, Place], Text], html: Callable[[str, Place], str]) -> Block:
    at = block.place
    if type(block) is Paragraph:
        return Paragraph(text(block.text, at), at, block.decision)
    match block:
        case Html():
            return Html(html(block.html, at), at)
        case ItemList():
            items = [
                with_content(one, text(one.text, one.place), each_placed(one.blocks, text, html)) for one in block.items
            ]
            return ItemList(tuple(items), block.ordered, at, block.start)
        case Table():
            head = [text(cell, at) for cell in block.head]
            rows = [replace(row, cells=tuple([text(cell, row.place) for cell in row.cells])) for row in block.rows]
            return Table(tuple(head), tuple(rows), at)
        case DefinitionList():
            definitions = [
                replace(one, term=text(one.term, one.place), blocks=each_placed(one.blocks, text, html))
                for one in block.definitions
            ]
            return DefinitionList(tuple(definitions), at)
        case Aside():
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
            case Aside(blocks=blocks):
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
        elif type(block) is Aside:
            found += (block.title, *texts(block.blocks))
    return found


def cut_raw(text: Text, start: int, end: int | None = None) -> Text:
    """Give what stands between two offsets, white space included."""
    return tuple(_slice(text, start, _BEYOND if end is None else end))


def runs(content: Content) -> list[Run]:
    """Give every run of the blocks."""
    return [run for text in texts(content) for run in text]
