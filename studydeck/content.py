"""Walk, measure and cut text: everything that is done to runs and blocks before they are rendered.

Offsets count in `flat(text)`, the run texts joined; a run that is not plain text or code is never cut in two.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from studydeck.shapes import (
    Aside,
    Block,
    Code,
    Content,
    DefinitionList,
    Formula,
    Html,
    ItemList,
    Paragraph,
    Place,
    Run,
    Table,
    Text,
)

NOWHERE = Place("", 0, 0)
BLANK = "____"
_CJK = r"\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f"
_CUTTABLE = {"text", "code"}
_WORD = re.compile(rf"[{_CJK}]|[^\W_{_CJK}]+(?:['’.\-/][^\W_{_CJK}]+)*")
_TAG = re.compile(r"<[^<>]*>")
_NUMBERING = re.compile(r"^[\W_]*(?:\(?\d+(?:\.\d+)*[.)]|\d+(?:\.\d+)+|\(?[a-zA-Z][.)])\s+")
_NOT_WORD = re.compile(r"[\W_]+")


def flat(text: Text) -> str:
    """Join the runs of a text as they are."""
    return "".join(run.text for run in text)


def plain(content: Text | Content) -> str:
    """Give a text or blocks as one line of plain words."""
    return " ".join(" ".join(_lines(content)).split())


def _lines(content: Text | Content) -> Iterator[str]:
    for part in content:
        match part:
            case Run(text=text, form="html"):
                yield _TAG.sub(" ", text)
            case Run():
                # Runs of one word ("pre**fix**") belong together, so whole texts are joined below, not here.
                yield flat(tuple(run for run in content if isinstance(run, Run) and run.form != "html"))
                return
            case Paragraph(text=text):
                yield from _lines(text)
            case Code(text=text):
                yield text
            case Formula(tex=tex):
                yield tex
            case Html(html=html):
                yield _TAG.sub(" ", html)
            case ItemList(items=items):
                for item in items:
                    yield from _lines(item.text)
                    yield from _lines(item.blocks)
            case Table(head=head, rows=rows):
                for cells in (head, *(row.cells for row in rows)):
                    for cell in cells:
                        yield from _lines(cell)
            case DefinitionList(definitions=definitions):
                for one in definitions:
                    yield from _lines(one.term)
                    yield from _lines(one.blocks)
            case Aside(title=title, blocks=blocks):
                yield from _lines(title)
                yield from _lines(blocks)


def word_list(text: str) -> list[str]:
    """Give the words of a plain text; each CJK character is one."""
    return _WORD.findall(text)


def length(content: Text | Content | str) -> float:
    """Count words, two CJK characters as one."""
    text = content if isinstance(content, str) else plain(content)
    return sum(0.5 if len(word) == 1 and re.match(f"[{_CJK}]", word) else 1.0 for word in word_list(text))


def normal(text: str) -> str:
    """Reduce a plain text to what stays the same when case, punctuation, emoji and numbering change."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return _NOT_WORD.sub(" ", _NUMBERING.sub("", folded)).strip()


def squeeze(text: Text) -> Text:
    """Join neighbours of one kind, drop empty runs, and trim white space at both ends."""
    kept = [run for run in text if run.text or run.form not in _CUTTABLE]
    joined: list[Run] = []
    for (form, marks, target, hide), runs in groupby(kept, key=lambda run: (run.form, run.marks, run.target, run.hide)):
        alike = list(runs)
        if form == "text" and len(alike) > 1:
            alike = [Run("".join(run.text for run in alike), form, marks, target, hide)]
        joined += alike
    start, end = 0, len(joined)
    while start < end and _is_blank(joined[start]):
        start += 1
    while end > start and _is_blank(joined[end - 1]):
        end -= 1
    joined = joined[start:end]
    if joined and joined[0].form == "text":
        joined[0] = replace(joined[0], text=joined[0].text.lstrip())
    if joined and joined[-1].form == "text":
        joined[-1] = replace(joined[-1], text=joined[-1].text.rstrip())
    return tuple(joined)


def _is_blank(run: Run) -> bool:
    return run.form == "break" or (run.form == "text" and not run.text.strip())


def cut(text: Text, start: int, end: int | None = None) -> Text:
    """Give what stands between two offsets, without white space at its ends."""
    stop = len(flat(text)) if end is None else end
    return squeeze(tuple(_slice(text, start, stop)))


def _slice(text: Text, start: int, stop: int) -> Iterator[Run]:
    at = 0
    for run in text:
        begin, at = at, at + len(run.text)
        if not run.text and start <= begin < stop:
            yield run
        elif run.form in _CUTTABLE:
            if piece := run.text[max(start - begin, 0) : max(stop - begin, 0)]:
                yield run if piece == run.text else replace(run, text=piece)
        elif start <= begin < stop:
            yield run


def change(text: Text, start: int, end: int, edit: Callable[[Run], Run]) -> Text:
    """Apply an edit to every run between two offsets, cutting runs where needed."""
    inside = tuple(edit(run) for run in _slice(text, start, end))
    return (*_slice(text, 0, start), *inside, *_slice(text, end, len(flat(text)) + 1))


def hide(text: Text, start: int, end: int, number: int) -> Text:
    """Mark what stands between two offsets as hidden by the ask of that number."""
    return change(text, start, end, lambda run: replace(run, hide=number))


def words_as_text(words: str) -> Text:
    """Make a plain text of words."""
    return (Run(words),) if words else ()


def paragraph(text: Text | str) -> Content:
    """Make content of one paragraph."""
    runs = words_as_text(text) if isinstance(text, str) else text
    return (Paragraph(runs, NOWHERE),) if runs else ()


def each_text(content: Content, edit: Callable[[Text], Text]) -> Content:
    """Apply an edit to every text of the blocks, however deep."""
    return tuple(_each(block, edit) for block in content)


def _each(block: Block, edit: Callable[[Text], Text]) -> Block:
    match block:
        case Paragraph(text=text):
            return replace(block, text=edit(text))
        case ItemList(items=items):
            edited = (replace(item, text=edit(item.text), blocks=each_text(item.blocks, edit)) for item in items)
            return replace(block, items=tuple(edited))
        case Table(head=head, rows=rows):
            changed = (replace(row, cells=tuple(edit(cell) for cell in row.cells)) for row in rows)
            return replace(block, head=tuple(edit(cell) for cell in head), rows=tuple(changed))
        case DefinitionList(definitions=definitions):
            new = (replace(one, term=edit(one.term), blocks=each_text(one.blocks, edit)) for one in definitions)
            return replace(block, definitions=tuple(new))
        case Aside(title=title, blocks=blocks):
            return replace(block, title=edit(title), blocks=each_text(blocks, edit))
    return block


def each_html(content: Content, edit: Callable[[str], str]) -> Content:
    """Apply an edit to the raw HTML of the blocks, however deep."""
    return tuple(_each_html(block, edit) for block in content)


def _each_html(block: Block, edit: Callable[[str], str]) -> Block:
    match block:
        case Html(html=html):
            return replace(block, html=edit(html))
        case ItemList(items=items):
            return replace(block, items=tuple(replace(one, blocks=each_html(one.blocks, edit)) for one in items))
        case DefinitionList(definitions=definitions):
            new = tuple(replace(one, blocks=each_html(one.blocks, edit)) for one in definitions)
            return replace(block, definitions=new)
        case Aside(blocks=blocks):
            return replace(block, blocks=each_html(blocks, edit))
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


def texts(content: Content) -> Iterator[Text]:
    """Give every text of the blocks, in reading order."""
    found: list[Text] = []

    def keep(text: Text) -> Text:
        found.append(text)
        return text

    each_text(content, keep)
    yield from found


def pattern(phrase: str) -> re.Pattern[str]:
    """Make a pattern that finds a phrase as whole words, in any case, a plural included."""
    words = [re.escape(word) for word in phrase.split()]
    left = r"(?<!\w)" if phrase[:1].isalnum() and phrase[:1].isascii() else ""
    right = r"(?:e?s)?(?!\w)" if phrase[-1:].isalnum() and phrase[-1:].isascii() else ""
    return re.compile(left + r"\s+".join(words) + right, re.IGNORECASE)


def kin(word: str) -> re.Pattern[str]:
    """Make a pattern that finds a word in all its forms: translate, translation, translating."""
    stem = word[: max(4, len(word) - 3)] if len(word) > 5 else word
    return re.compile(rf"(?<!\w){re.escape(stem)}\w*", re.IGNORECASE)


def without(content: Content, patterns: Sequence[re.Pattern[str]]) -> Content:
    """Blank out of the blocks whatever the patterns find, so that they can ask for it."""

    def edit(text: Text) -> Text:
        for one in patterns:
            found = list(one.finditer(flat(text)))
            for hit in reversed(found):
                text = (*cut_raw(text, 0, hit.start()), Run(BLANK), *cut_raw(text, hit.end()))
        return squeeze(text)

    return each_text(content, edit) if patterns else content


def cut_raw(text: Text, start: int, end: int | None = None) -> Text:
    """Give what stands between two offsets, white space included."""
    return tuple(_slice(text, start, len(flat(text)) + 1 if end is None else end))


def runs(content: Content) -> Iterator[Run]:
    """Give every run of the blocks."""
    for text in texts(content):
        yield from text


def digest(value: object) -> str:
    """Give 12 hex digits that stand for words, emphasis, code and math, never for HTML or a place in a file."""
    return hashlib.blake2b(repr(canonical(value)).encode(), digest_size=6).hexdigest()


def canonical(value: object) -> object:
    """Reduce content to nested tuples without places and decisions; equal content gives equal tuples."""
    match value:
        case Run():
            return (value.text, value.form, int(value.marks), value.target, value.hide)
        case Paragraph():
            return ("p", canonical(value.text))
        case Code():
            return ("code", value.language, value.text)
        case Formula():
            return ("math", value.tex)
        case Html():
            return ("html", value.html)
        case ItemList():
            items = tuple((canonical(item.text), canonical(item.blocks)) for item in value.items)
            return ("list", value.ordered, value.start, items)
        case Table():
            return ("table", canonical(value.head), tuple(canonical(row.cells) for row in value.rows))
        case DefinitionList():
            return ("dl", tuple((canonical(one.term), canonical(one.blocks)) for one in value.definitions))
        case Aside():
            return (value.style, canonical(value.title), canonical(value.blocks))
        case tuple() | list():
            return tuple(canonical(one) for one in value)
    return value
