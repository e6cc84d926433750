"""Shapes of tables: rows with one key, keys of two columns, and columns with the names of the rows.

In: a table. Out: whether it is a matrix, or the same table with one row, or one key column, for each key.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from studydeck.model.document import Inline, Table, TableRow, Text
from studydeck.model.text_edits import normalized_text, text_of
from studydeck.patterns import lazy_pattern
from studydeck.text.normalize import normalize

_BETWEEN_KINDS = lazy_pattern(r"\\+|[/|→]")  # "from / to"
KEY_COLUMNS = 2  # that name a row together
MOST_MEANINGS = 3  # rows of one key


def is_matrix(block: Table) -> bool:
    """Return whether the rows of a table have the names of its columns, so that a cell belongs to two of them."""
    names = {head.plain.casefold() for head in block.head[1:]} - {""}
    rows = {row.cells[0].plain.casefold() for row in block.rows if row.cells} - {""}
    return len(names) > 1 and (names == rows or len(names & rows) > 2)


def is_comparison_of_columns(heads: Sequence[str], key: str, title: str) -> bool:
    """Return whether columns are the things that a table compares, and its rows their aspects: "MHC I: found on?".

    The heading names the columns, or they have capitals and the row has none.
    """
    named = [normalize(head) for head in heads if head]
    if len(named) < 2:
        return False
    if all(name in title for name in named):
        return True
    return key[:1].islower() and all(head[:1].isupper() for head in heads if head)


def names_of_cell(corner: Text, row: Text, column: Text) -> str:
    """Return what names a cell of a matrix: "from A, to B" where its first cell says "from / to", else "A - B"."""
    kinds = [kind.strip() for kind in _BETWEEN_KINDS.split(corner.plain)]
    if len(kinds) == 2 and all(kinds):
        return f"{kinds[0]} {row.plain}, {kinds[1]} {column.plain}"
    return f"{row.plain} – {column.plain}"


def with_joined_columns(block: Table) -> Table:
    """Return a table with its first two columns as one, where only both together name a row: tense and person."""
    rows = [row.cells for row in block.rows if len(row.cells) > KEY_COLUMNS]
    if len(rows) < len(block.rows) or len(block.head) <= KEY_COLUMNS or not any(block.head[:KEY_COLUMNS]):
        return block
    keys = [(normalize(cells[0]) or cells[0].plain, normalize(cells[1]) or cells[1].plain) for cells in rows]
    first, second = {key for key, _ in keys}, {key for _, key in keys}
    if len(first) * 2 > len(rows) or len(second) == len(rows) or len(set(keys)) < len(rows) or "" in first | second:
        return block
    heads = tuple([head.plain for head in block.head[:KEY_COLUMNS]])
    names_columns = not all(any(map(str.isalpha, key)) for key in first | second)
    return replace(
        block,
        head=(text_of(", ".join(filter(None, heads))), *block.head[KEY_COLUMNS:]),
        rows=tuple([_with_joined_cells(row, heads if names_columns else ("", "")) for row in block.rows]),
    )


def _with_joined_cells(row: TableRow, heads: tuple[str, ...]) -> TableRow:
    """Return a row with its first two cells as one, each behind its head."""
    inlines: list[Inline] = []
    for head, cell in zip(heads, row.cells, strict=False):
        inlines += (Inline((", " if inlines else "") + (f"{head} " if head else "")), *cell)
    return replace(row, cells=(normalized_text(inlines), *row.cells[KEY_COLUMNS:]))


def with_joined_rows(block: Table, key_column: int) -> tuple[Table, list[TableRow]]:
    """Return a table with the rows of one key as one row, and the rows that were joined with those above them.

    "Lead" is a metal and a cable: a learner who is asked for one meaning of a word cannot know for which.
    """
    keys = [row.cells[key_column].plain.strip() if len(row.cells) > key_column else "" for row in block.rows]
    if len(set(keys)) == len(keys):
        return block, []
    rows: list[TableRow] = []
    joined: dict[str, int] = {}
    doubles: list[TableRow] = []
    for row, key in zip(block.rows, keys, strict=True):
        is_double = bool(key) and 1 < keys.count(key) <= MOST_MEANINGS and not row.directives.skip
        if is_double and key in joined:
            rows[joined[key]] = _joined(rows[joined[key]], row, key_column)
            doubles.append(row)
            continue
        if is_double:
            joined[key] = len(rows)
        rows.append(row)
    return replace(block, rows=tuple(rows)), doubles


def _joined(row: TableRow, other: TableRow, key_column: int) -> TableRow:
    """Return a row with the cells of two rows behind their key, each cell once."""
    cells: list[Text] = []
    for column, cell in enumerate(row.cells):
        added = other.cells[column] if column < len(other.cells) else None
        is_new = column > key_column and added and normalize(added) != normalize(cell)
        cells.append(normalized_text((*cell, Inline("; " if cell else ""), *added)) if added and is_new else cell)
    return replace(row, cells=tuple(cells))
