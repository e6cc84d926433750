"""A table: a pair for each row and value column."""

from __future__ import annotations

import re

from studydeck.extraction.context import RuleContext, RuleResult, skip
from studydeck.extraction.drafts import pair
from studydeck.model.document import Table, TableRow, Text
from studydeck.model.notes import NoteDraft, SectionVocabulary
from studydeck.model.traverse import flat, paragraph, plain, words_as_text
from studydeck.text.length import length

LONGEST_KEY = 4
_SAYS = re.compile(r"[\w✓✔✗✘∞]")
_NUMBER = re.compile(r"^\W*(\d+)\W*$")
_DATA = re.compile(r"^[\d.,:%$€+\s/e-]*$|^(?:null|none|true|false|yes|no|x|✓|✔|-)$", re.IGNORECASE)


def table(context: RuleContext, at: int, _vocabulary: SectionVocabulary) -> RuleResult | None:
    """A table's rows ask for each of their cells by the row's key and the column's head."""
    block = context.blocks[at]
    if not isinstance(block, Table):
        return None
    if context.directives.skip:
        return skip(block, "skipped")
    key = _key_column(block)
    width = max((len(row.cells) for row in block.rows), default=0)
    if width < key + 2:
        return skip(block, "one-column-table")
    if reason := _refusal(block, key):
        return skip(block, reason)
    heads = [plain(cell) for cell in block.head] + [""] * width
    # Column by column: the cells of a row lie apart, so that one does not answer the next.
    drafts = tuple(
        draft
        for column in range(key + 1, width)
        for row in block.rows
        if not row.directives.skip and (draft := _cell(context, heads, row, (key, column)))
    )
    return RuleResult(1, drafts) if drafts else skip(block, "empty-table")


def _cell(context: RuleContext, heads: list[str], row: TableRow, at: tuple[int, int]) -> NoteDraft | None:
    key, column = at
    if column >= len(row.cells) or not plain(row.cells[key]) or not _says(row.cells[column]):
        return None
    subject, value = row.cells[key], row.cells[column]
    labels = (heads[key], heads[column])
    keyed = not any(heads)
    backwards = not keyed and not _DATA.match(plain(value)) and length(subject) <= LONGEST_KEY
    if keyed:
        # Without heads the first column names aspects of the section's own subject.
        subject, labels = words_as_text(context.subject), ("", plain(subject))
    return pair(
        context,
        "tables",
        subject,
        paragraph(value),
        span=row.span,
        labels=labels,
        directives=row.directives,
        backwards=backwards,
        key_term="" if keyed else None,
    )


def _says(cell: Text) -> bool:
    return bool(_SAYS.search(flat(cell))) or any(inline.kind in {"picture", "math"} for inline in cell)


def _key_column(block: Table) -> int:
    """Give the column that names the rows: the first, or the second where the first only counts them."""
    if len(block.rows) < 2 or len(block.head) < 3:
        return 0
    first = [_NUMBER.match(plain(row.cells[0])) if row.cells else None for row in block.rows]
    counted = [int(found[1]) for found in first if found]
    return int(counted in (list(range(len(first))), list(range(1, len(first) + 1))))


def _refusal(block: Table, key: int) -> str:
    cells = [plain(cell) for row in block.rows for cell in row.cells[key:]]
    if cells and sum(bool(_DATA.match(cell)) for cell in cells) > 0.8 * len(cells):
        return "data-table"
    linked = [inline for row in block.rows for cell in row.cells for inline in cell if inline.text.strip()]
    if linked and sum(bool(inline.target) for inline in linked) > 0.8 * len(linked):
        return "link-list"
    keys = [plain(row.cells[key]).casefold() for row in block.rows if len(row.cells) > key]
    return "ambiguous-rows" if len(keys) > 3 and len(set(keys)) * 2 < len(keys) else ""
