"""Shapes of tables: rows with one key, keys of two columns, columns with the names of the rows, words in columns.

In: a table. Out: whether it is a matrix, a grid of words, or columns that stand side by side; or the same table with
one row, or one key column, for each key.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain, pairwise, zip_longest
from string import ascii_lowercase

from msgspec.structs import replace

from studydeck.extraction.embeds import has_media, is_sound
from studydeck.model.document import Inline, Table, TableRow, Text
from studydeck.model.text_edits import normalized_text, text_of
from studydeck.patterns import lazy_pattern
from studydeck.text.length import exceeds, length
from studydeck.text.normalize import normalize
from studydeck.text.tokens import is_cjk, words_of
from studydeck.text.word_list_files import alternatives, phrase_set

_BETWEEN_KINDS = lazy_pattern(r"\\+|[/|→]")  # "from / to"
KEY_COLUMNS = 2  # that name a row together
MOST_MEANINGS = 3  # rows of one key
LONGEST_NAME = 4  # words of a cell that says no more than a name
LONGEST_ROW_NAME = 6  # words of a cell that can name the only row of a table
LEAST_PARALLEL = 3  # columns of one row, of which the first does not name it
MOST_ADDED = 1.5  # times the words of a cell that says the same
LEAST_GRID, LEAST_CODE_GRID = 3, 4  # columns
LONGEST_IN_GRID = 2  # words of a cell
_LEAST_IN_ORDER = 0.8  # of the neighbours in a list of words; authors misplace some
LEAST_GROUPED = 2  # rows beyond the first of their group
_ELLIPSES = frozenset(("...", "…", "⋮", "⋯", "⋱", "……"))
_DATA = lazy_pattern(
    rf"""
      ^[\d.,:%$€+\s/e-]*$                          # a number, a date, a price
    | ^(?: {alternatives("data_words")} | ✓ | ✔ )$
    """,
    re.IGNORECASE | re.VERBOSE,
)
_DAYS, _FEWEST_DAYS = phrase_set("weekdays", "timetable_days"), 3
_IDENTIFIER = lazy_pattern(r"[a-z][A-Za-z0-9_]*")  # of a column in a database
ROW_NUMBER = lazy_pattern(r"^\W*(\d+)\W*$")
_LONGEST_COUNTING_HEAD = 2  # characters
_KEY = lazy_pattern(r"id|\w+_id|[a-z]+I[dD]")
_OPPOSED_HEADS = phrase_set("opposed_heads")


def is_matrix(block: Table) -> bool:
    """Return whether the rows of a table have the names of its columns, so that a cell belongs to two of them."""
    names = {head.plain.casefold() for head in block.head[1:]} - {""}
    rows = {row.cells[0].plain.casefold() for row in block.rows if row.cells} - {""}
    return len(names) > 1 and (names == rows or len(names & rows) > 2)


def is_grid(block: Table) -> bool:
    """Return whether a table is one list of words in columns, its head included, so that no head names a column.

    The words stand in alphabetical order down the columns or along the rows, fill the last row only in part, or are all
    code; each stands there once.
    """
    lines = [block.head, *[row.cells for row in block.rows]]
    cells = [cell for line in lines for cell in line if cell.plain]
    words = [normalize(cell) for cell in cells]
    if len(block.head) < LEAST_GRID or len(lines) < LEAST_GRID or not all(head.plain for head in block.head):
        return False
    if len(set(words)) < len(words) or not all(word.replace(" ", "").isalpha() for word in words):
        return False
    if any(exceeds(cell, LONGEST_IN_GRID) for cell in cells):
        return False
    columns = zip_longest(*lines)
    if _are_in_order(lines) or _are_in_order([cell for cell in column if cell] for column in columns):
        return True
    is_wide = len(block.head) >= LEAST_CODE_GRID
    return is_wide and (_ends_early(lines) or all(inline.kind == "code" for cell in cells for inline in cell))


def _are_in_order(lines: Iterable[Sequence[Text]]) -> bool:
    """Return whether words that are read line by line stand in alphabetical order, also from one line to the next."""
    read = [[normalize(cell) for cell in line if cell.plain] for line in lines]
    filled = [line for line in read if line]
    if not all(line[-1] <= following[0] for line, following in pairwise(filled)):
        return False
    neighbours = list(pairwise(chain.from_iterable(filled)))
    return sum(word <= following for word, following in neighbours) >= _LEAST_IN_ORDER * len(neighbours)


def _ends_early(lines: Sequence[Sequence[Text]]) -> bool:
    """Return whether only the last line has cells without text, two or more of them, all at its end."""
    *filled, last = [[bool(cell.plain) for cell in line] for line in lines]
    width = len(filled[0])
    return (
        all(len(line) == width and all(line) for line in filled)
        and 0 < sum(last) < width - 1
        and all(last[: sum(last)])
    )


def has_parallel_columns(block: Table) -> bool:
    """Return whether the head of each column is what is asked, as no first cell names a row.

    The only row has but long cells, or the columns are the two sides of a thing: its advantages and disadvantages.
    """
    if len(block.head) < 2 or not all(head.plain for head in block.head):
        return False
    if all(normalize(head) in _OPPOSED_HEADS for head in block.head):
        return True
    cells = block.rows[0].cells if len(block.rows) == 1 else ()
    return len(block.head) == len(cells) >= LEAST_PARALLEL and all(exceeds(cell, LONGEST_ROW_NAME) for cell in cells)


def groups_rows(block: Table, column: int) -> bool:
    """Return whether a column only groups the rows, which the next one names: "High | Payment", "High | Login"."""
    cells = [row.cells[column : column + 3] for row in block.rows]
    if len(block.head) < column + 3 or not all(len(row) == len(block.rows[0].cells[column:][:3]) == 3 for row in cells):
        return False
    groups, names = ([normalize(row[number]) for row in cells] for number in range(2))
    is_grouped = all(groups) and len(groups) - len(set(groups)) >= LEAST_GROUPED
    return is_grouped and all(any(map(str.isalpha, name)) for name in names) and len(set(names)) == len(names)


def is_illustration(block: Table) -> bool:
    """Return whether a table only shows what some table looks like, as its rows and its columns end in an ellipsis."""
    return _is_ellipsis(block.head[-1:]) and _is_ellipsis(block.rows[-1].cells[:1] if block.rows else ())


def is_record(block: Table) -> bool:
    """Return whether the rows of a table are records that somebody made up: of a database, or one alone with numbers.

    Nothing in them is general: "30 | Anna | Smith | yes" says what a pupil may be like.
    """
    heads = [head.plain for head in block.head]
    if all(map(_IDENTIFIER.fullmatch, heads)) and any(map(_KEY.fullmatch, heads)):
        return True
    cells = block.rows[0].cells if len(block.rows) == 1 else ()
    is_one_record = len(cells) >= LEAST_PARALLEL and all(heads) and is_data(cells[0].plain)
    return is_one_record and not any(map(has_media, cells))  # a word with its sound or picture is learned


def is_data(cell: str) -> bool:
    """Return whether a cell is a number, a price, or a word such as "yes"."""
    return bool(_DATA.match(cell))


def _is_ellipsis(cells: Sequence[Text]) -> bool:
    return bool(cells) and cells[0].string.strip() in _ELLIPSES


def repeated_cells(cells: Sequence[Text]) -> frozenset[int]:
    """Return the indices of those cells of a column which another one says in hardly more words: they fit two rows.

    A name may well be a part of another one: "compiler" and "front end of a compiler".
    """
    strings = [normalize(cell) for cell in cells]
    rows_of_word: dict[str, set[int]] = defaultdict(set)
    for row, string in enumerate(strings):
        for word in words_of(string):
            rows_of_word[word].add(row)
    repeated: set[int] = set()
    for row, string in enumerate(strings):
        if not exceeds(string, LONGEST_NAME):
            continue
        holders = set.intersection(*[rows_of_word[word] for word in words_of(string)]) - {row}
        is_unspaced = not string.isascii() and any(
            map(is_cjk, string)
        )  # so that its characters are no words: they have to stand together
        if any(
            not exceeds(strings[holder], MOST_ADDED * length(string))
            and not (is_unspaced and string not in strings[holder])
            for holder in holders
        ):
            repeated.add(row)
    return frozenset(repeated)


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


def is_timetable(block: Table) -> bool:
    """Return whether columns are days, with hours or gaps below them, unlike a table that translates the days."""
    if sum(cell.plain.rstrip(".").casefold() in _DAYS for cell in block.head) < _FEWEST_DAYS:
        return False
    return any(not cell.plain for row in block.rows for cell in row.cells) or any(
        row.cells and row.cells[0].plain[:1].isdigit() for row in block.rows
    )


def index_of_key_column(block: Table) -> int:
    """Return the index of the column that names the rows: 0, or 1 where the first only counts or speaks them."""
    if len(block.head) > 2 and all(row.cells and is_sound(row.cells[0]) for row in block.rows):
        return 1
    if len(block.rows) < 2 or len(block.head) < 3:
        return 0
    matches = [ROW_NUMBER.match(row.cells[0].plain) if row.cells else None for row in block.rows]
    row_numbers = [int(match[1]) for match in matches if match]
    if len(block.head[0].plain) <= _LONGEST_COUNTING_HEAD:  # "x", "Nr" above a, b, c
        names = [row.cells[0].plain.casefold() if row.cells else "" for row in block.rows]
        if names == list(ascii_lowercase[: len(names)]):
            return 1
    return int(row_numbers in (list(range(len(matches))), list(range(1, len(matches) + 1))))
