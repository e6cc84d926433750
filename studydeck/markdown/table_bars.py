"""Read the bars of table rows: those inside of formulas and code, or beyond the last column, do not split a cell.

A rule for markdown-it around its own rule for tables. GFM splits `$|x|$` into cells and leaves out the cells beyond
those of the head; here nothing of a row is lost, and a row with too many cells is marked.
"""

from __future__ import annotations

import re
from typing import SupportsIndex

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.table import table as split_table

from studydeck.markdown import limits, ruby
from studydeck.patterns import lazy_pattern

MAX_MISSING_CELLS = 10_000  # of all tables of a file: a row of a few characters gets as many cells as the head has
_MISSING = "missing_cells"  # key in the environment of a parser run
_TOO_MANY_MISSING = (
    f"the rows of this file's tables lack more than {MAX_MISSING_CELLS:,} cells; this table is not read: "
    "give its head as many cells as its rows have"
)
TORN = "torn row"  # in the meta of a row: it has more cells than the head
_MASK = "\ue07c"  # a bar that does not split; a private character, so that positions in the source stay
_MASKED_SOURCE = "masked_source"  # key in the environment of a parser run
_DELIMITER = r"[ \t]*+:?-++:?[ \t]*+"  # possessive: a long run of spaces is read once
_DELIMITER_STARTS = frozenset("|:- \t")
_DELIMITERS = lazy_pattern(rf"\|?{_DELIMITER}(?:\|{_DELIMITER})*+\|?[ \t]*+")
_BAR = lazy_pattern(r"\\.|(\|)", re.DOTALL)
_UNSPLIT = lazy_pattern(
    r"(?<![`\\])(`+)(?!`)[^`\n]*?(?<!`)\1(?!`)"  # code
    r"|(?<!\\)\$\$[^$\n]+?\$\$"  # display math
    r"|(?<![\\\d$])\$(?![\s$])[^$\n]*?(?<![\s\\])\$(?!\d)"  # math: no space inside, no digit outside
    r"|\\\((?:(?!\\[()]).)+\\\)"  # math in brackets
    rf"|{ruby.BRACES}"
)


class _MaskedSource(str):
    """The source of a block state, of which table rows are read with masked bars.

    markdown-it slices the source line by line, so no row is masked that it does not read. The source is copied once and
    not for each table; a string only because other rules search in it.
    """

    __slots__ = ("column_count", "head", "head_place", "rows_start", "torn_starts")
    head_place: slice
    head: str
    rows_start: int
    column_count: int
    torn_starts: set[int]  # offsets of the rows with too many cells

    def __getitem__(self, key: SupportsIndex | slice) -> str:
        text = super().__getitem__(key)
        if not isinstance(key, slice) or "|" not in text:
            return text
        if key == self.head_place:
            return self.head
        if key.start < self.rows_start:
            return text
        row = _with_masked_bars(text, self.column_count)
        if _cell_count(row) > self.column_count:
            self.torn_starts.add(key.start)
            row = _with_last_bars_masked(row, self.column_count)
        return row


def _masked_source(state: StateBlock) -> _MaskedSource:
    """Return the source of a state as one that can be masked; it is the same one for all tables of a file."""
    source, masked = state.env.get(_MASKED_SOURCE, (None, None))
    if source is not state.src:
        masked = _MaskedSource(state.src)
        state.env[_MASKED_SOURCE] = state.src, masked
    assert isinstance(masked, _MaskedSource)
    return masked


def table(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Read a table; a markdown-it block rule."""
    if start_line + 2 > end_line:
        return False
    delimiters = _line(state, start_line + 1)
    if delimiters[:1] not in _DELIMITER_STARTS or not _DELIMITERS.fullmatch(delimiters):
        return False
    head_place, source, first_token = _place(state, start_line), state.src, len(state.tokens)
    column_count = _cell_count(delimiters)
    head = _with_masked_bars(source[head_place], column_count)
    if "|" not in source[head_place] or _cell_count(head) != column_count:
        return False
    if not silent and not state.is_code_block(start_line):
        last, missing = _missing_cells(state, start_line + 2, end_line, column_count)
        if state.env.get(_MISSING, 0) + missing > MAX_MISSING_CELLS:
            return _push_unparsed(state, start_line, last)
        state.env[_MISSING] = state.env.get(_MISSING, 0) + missing
    masked = _masked_source(state)
    masked.head_place, masked.head, masked.torn_starts = head_place, head, set()
    masked.rows_start, masked.column_count = _place(state, start_line + 1).stop, column_count
    state.src = masked
    try:
        found = split_table(state, start_line, end_line, silent)
    finally:
        state.src = source
    for token in state.tokens[first_token:]:
        if token.type == "tr_open" and token.map and _place(state, token.map[0]).start in masked.torn_starts:
            token.meta[TORN] = True
        elif token.type == "inline" and _MASK in token.content:
            token.content = token.content.replace(_MASK, "|")
    return found


def _missing_cells(state: StateBlock, line: int, end_line: int, column_count: int) -> tuple[int, int]:
    """Return the line after the rows of a table, and how many cells they have less than the head."""
    missing = 0
    while line < end_line and not state.isEmpty(line) and state.sCount[line] >= state.blkIndent:
        missing += max(column_count - 1 - _line(state, line).count("|"), 0)
        line += 1
    return line, missing


def _push_unparsed(state: StateBlock, line: int, last: int) -> bool:
    token = state.push(limits.UNPARSED, "", 0)
    token.map, token.content = [line, last], _TOO_MANY_MISSING
    state.line = last
    return True


def plugin(parser: MarkdownIt) -> None:
    """Replace the rule for tables of a parser; a markdown-it plugin."""
    parser.block.ruler.at("table", table, {"alt": ["paragraph", "reference"]})


def _place(state: StateBlock, line: int) -> slice:
    """Return where a line is in the source, without its indentation, as markdown-it slices it."""
    return slice(state.bMarks[line] + state.tShift[line], state.eMarks[line])


def _line(state: StateBlock, line: int) -> str:
    return state.src[_place(state, line)]


def _inner_bars(row: str) -> list[int]:
    """Return the offsets of the bars that split a row; those around it split nothing."""
    bars = [match.start() for match in _BAR.finditer(row) if match[1]]
    if bars and not row[: bars[0]].strip():
        bars = bars[1:]
    if bars and not row[bars[-1] + 1 :].strip():
        bars = bars[:-1]
    return bars


def _cell_count(row: str) -> int:
    if "\\" in row:
        return len(_inner_bars(row)) + 1
    row = row.strip()
    return max(row.count("|") - row.startswith("|") - row.endswith("|"), 0) + 1


def _with_masked_bars(row: str, column_count: int) -> str:
    """Return a row with the bars in code and formulas masked, if it has too many cells."""
    if _cell_count(row) <= column_count:
        return row
    return _UNSPLIT.sub(lambda match: match[0].replace("\\|", "\\\0").replace("|", _MASK).replace("\0", "|"), row)


def _with_last_bars_masked(row: str, column_count: int) -> str:
    """Return a row in which everything after the last column's start is one cell."""
    bars = set(_inner_bars(row)[column_count - 1 :])
    return "".join(_MASK if offset in bars else character for offset, character in enumerate(row))
