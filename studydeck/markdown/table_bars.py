"""Read the bars of table rows: those inside of formulas and code, or beyond the last column, do not split a cell.

A rule for markdown-it around its own rule for tables. GFM splits `$|x|$` into cells and leaves out the cells beyond
those of the head; here nothing of a row is lost, and a row with too many cells is marked.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.table import table as split_table

from studydeck.markdown import ruby

TORN = "torn row"  # in the meta of a row: it has more cells than the head
_MASK = "\ue07c"  # a bar that does not split; a private character, so that positions in the source stay
_DELIMITER = r"[ \t]*:?-+:?[ \t]*"
_DELIMITERS = re.compile(rf"[ \t]*\|?{_DELIMITER}(?:\|{_DELIMITER})*\|?[ \t]*")
_BAR = re.compile(r"\\.|(\|)", re.DOTALL)
_UNSPLIT = re.compile(
    r"(?<![`\\])(`+)(?!`)[^`\n]*?(?<!`)\1(?!`)"  # code
    r"|(?<!\\)\$\$[^$\n]+?\$\$"  # display math
    r"|(?<![\\\d$])\$(?![\s$])[^$\n]*?(?<![\s\\])\$(?!\d)"  # math: no space inside, no digit outside
    r"|\\\(.+?\\\)"  # math in brackets
    rf"|{ruby.BRACES}"
)


def table(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Read a table; a markdown-it block rule."""
    if start_line + 2 > end_line or not _DELIMITERS.fullmatch(delimiters := _line(state, start_line + 1)):
        return False
    if silent:
        return split_table(state, start_line, end_line, silent)
    column_count = _cell_count(delimiters)
    source, first_token = state.src, len(state.tokens)
    head = _with_masked_bars(_line(state, start_line), column_count)
    if _cell_count(head) != column_count:
        return False
    lines = {start_line: head}
    torn_lines = set()
    for line in range(start_line + 2, end_line):
        text = _line(state, line)
        if not text:
            break
        row = _with_masked_bars(text, column_count)
        if _cell_count(row) > column_count:
            row = _with_last_bars_masked(row, column_count)
            torn_lines.add(line)
        if row != text:
            lines[line] = row
    if not any(_MASK in row for row in lines.values()):
        return split_table(state, start_line, end_line, silent)
    state.src = _replaced(state, lines)
    try:
        found = split_table(state, start_line, end_line, silent)
    finally:
        state.src = source
    for token in state.tokens[first_token:]:
        if token.type == "tr_open" and token.map and token.map[0] in torn_lines:
            token.meta[TORN] = True
        elif token.type == "inline":
            token.content = token.content.replace(_MASK, "|")
    return found


def plugin(parser: MarkdownIt) -> None:
    """Replace the rule for tables of a parser; a markdown-it plugin."""
    parser.block.ruler.at("table", table, {"alt": ["paragraph", "reference"]})


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _replaced(state: StateBlock, lines: dict[int, str]) -> str:
    """Return the source with other texts, of the same length, for some lines."""
    parts, end = [], 0
    for line, text in lines.items():
        start = state.bMarks[line] + state.tShift[line]
        parts += [state.src[end:start], text]
        end = state.eMarks[line]
    return "".join((*parts, state.src[end:]))


def _inner_bars(row: str) -> list[int]:
    """Return the offsets of the bars that split a row; those around it split nothing."""
    bars = [match.start() for match in _BAR.finditer(row) if match[1]]
    if bars and not row[: bars[0]].strip():
        bars = bars[1:]
    if bars and not row[bars[-1] + 1 :].strip():
        bars = bars[:-1]
    return bars


def _cell_count(row: str) -> int:
    return len(_inner_bars(row)) + 1


def _with_masked_bars(row: str, column_count: int) -> str:
    """Return a row with the bars in code and formulas masked, if it has too many cells."""
    if _cell_count(row) <= column_count:
        return row
    return _UNSPLIT.sub(lambda match: match[0].replace("\\|", "\\\0").replace("|", _MASK).replace("\0", "|"), row)


def _with_last_bars_masked(row: str, column_count: int) -> str:
    """Return a row in which everything after the last column's start is one cell."""
    bars = _inner_bars(row)[column_count - 1 :]
    return "".join(_MASK if offset in bars else character for offset, character in enumerate(row))
