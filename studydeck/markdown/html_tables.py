"""Tables written in HTML.

In: raw HTML that is nothing but one table. Out: the same block as a table of Markdown gives. A table with spans, with
blocks or pictures in its cells, or with words outside of them is left as it is.
"""

from __future__ import annotations

import re

from msgspec.structs import replace

from studydeck.markdown.inline import text_of
from studydeck.markdown.parser import PARSER
from studydeck.model.document import NO_TEXT, SourceSpan, Table, TableRow, Text
from studydeck.patterns import lazy_pattern

_START = lazy_pattern(r"<table\b", re.IGNORECASE)
_TAG = lazy_pattern(r"<(/?)([a-z][a-z0-9]*)\b([^<>]*)>", re.IGNORECASE)
_SPAN = lazy_pattern(r"(?:row|col)span\s*=\s*[\"']?(?!1\b)", re.IGNORECASE)
_STRUCTURE = frozenset({"table", "thead", "tbody", "tfoot"})
_CELLS = frozenset({"td", "th"})
_INLINE = frozenset(
    "a abbr b br code em i kbd mark s small span strong sub sup u".split()  # what a cell of Markdown can hold
)


def table_of_html(html: str, span: SourceSpan) -> Table | None:
    """Return the table that raw HTML is, or None."""
    if not _START.match(html):
        return None
    rows: list[list[str]] = []
    heads: list[bool] = []
    lines: list[int] = []
    position, cell_start, tables = 0, -1, 0
    for tag in _TAG.finditer(html):
        name, is_end = tag[2].lower(), bool(tag[1])
        if name in _INLINE and cell_start >= 0:
            continue
        text = html[cell_start if cell_start >= 0 else position : tag.start()]
        position = tag.end()
        if cell_start >= 0:
            rows[-1].append(" ".join(text.split()))
            cell_start = -1
        elif text.strip():
            return None
        tables += name == "table" and not is_end
        if tables > 1 or _SPAN.search(tag[3]) or name not in {*_STRUCTURE, *_CELLS, "tr"}:
            return None
        if name == "tr" and not is_end:
            rows.append([])
            heads.append(True)
            lines.append(span.line + html.count("\n", 0, tag.start()))
        elif name in _CELLS and not is_end:
            if not rows:
                return None
            heads[-1] = heads[-1] and name == "th"
            cell_start = tag.end()
    if cell_start >= 0 or html[position:].strip():
        return None
    return _table(rows, lines, span, has_head=bool(heads) and heads[0])


def _table(rows: list[list[str]], lines: list[int], span: SourceSpan, *, has_head: bool) -> Table | None:
    cells = [tuple(map(_cell, row)) for row in rows]
    width = max(map(len, cells), default=0)
    if width < 2 or len(cells) < 1 + has_head:
        return None
    table_rows = [
        TableRow(row, replace(span, line=line, end_line=line)) for row, line in zip(cells, lines, strict=True) if row
    ]
    head = table_rows[0].cells if has_head else (NO_TEXT,) * width
    return Table(head, tuple(table_rows[has_head:]), span)


def _cell(html: str) -> Text:
    """Return the text of a cell; its Markdown is no Markdown to a browser, but to those who wrote it."""
    texts = [text_of(token) for token in PARSER.parseInline(html) if token.type == "inline"]
    return texts[0] if texts else NO_TEXT
