"""Containers: blocks between an opening and a closing line, such as `::: tip Title` and `:::`.

In: lines, and the openings and closings among them. Out: as many lines. A container with a title becomes an
admonition, which the parser reads; of any other only the opening and the closing are left out, and its blocks are
read as if they stood outside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from studydeck.markdown.dialects.lines import HIDDEN_LINE, indent_of, lines_of
from studydeck.patterns import lazy_pattern

_PREFIX = lazy_pattern(r"(?:[ \t]|>)*")
_ADMONITION = lazy_pattern(r"[ \t]*(?:!!!|\?\?\?\+?)[ \t]*\w")
_HEADING = lazy_pattern(r"(?:[ \t]|>)*#{1,6}[ \t]+(.+?)(?:[ \t]+#+)?[ \t]*$")


class Opening(Struct, frozen=True):
    """The first line of a container."""

    title: str = ""
    kind: str = "note"
    name: str = ""  # a closing of this name ends it
    is_fold: bool = False
    takes_heading: bool = False  # a heading on its first line is its title
    is_hidden: bool = False


class Closing(Struct, frozen=True):
    """The last line of a container."""

    name: str = ""


def rewrite_containers(lines: Sequence[str], marks: Mapping[int, Opening | Closing]) -> list[str]:
    """Return lines with their containers as admonitions; `marks` holds the lines that open or close one."""
    kept = ["" if number in marks else line for number, line in enumerate(lines)]
    ends = _ends(marks)
    padding = [0] * len(lines)
    offsets = [0] * len(lines)
    openings = [(number, mark) for number, mark in marks.items() if isinstance(mark, Opening)]
    for start, opening in sorted(openings, reverse=True):  # an outer one after those in it, so that its offset counts
        end = ends.get(start, len(lines) if opening.is_hidden else start)
        if opening.is_hidden:
            kept[start:end] = [""] * (end - start)
            continue
        title = opening.title
        headings = [number for number in range(start + 1, end) if _HEADING.match(kept[number])]
        if headings and not title and opening.takes_heading and not any(map(str.strip, kept[start + 1 : headings[0]])):
            heading = _HEADING.match(kept[headings[0]])
            title = heading[1] if heading else ""
            kept[headings.pop(0)] = ""
        prefix = _PREFIX.match(lines[start])
        assert prefix
        if not title or headings or end == start:
            if title:
                kept[start] = f"{prefix[0]}**{title.strip('*_ ')}**"
            continue
        kept[start] = f'{prefix[0]}{"???" if opening.is_fold else "!!!"} {opening.kind} "{title}"'
        if not prefix[0].strip() and end > start + 1:
            kept[start + 1 : end] = _not_before(indent_of(prefix[0]), kept[start + 1 : end])
        for number in range(start + 1, end):
            padding[number] += 4
            offsets[number] = len(prefix[0])
    return with_open_admonitions([_padded(*line) for line in zip(kept, offsets, padding, strict=True)])


def with_open_admonitions(lines: Sequence[str]) -> list[str]:
    """Return lines in which blank ones within an admonition are indented: the parser ends it at two others."""
    kept, blank, columns = list(lines), list[int](), list[int]()
    if not any("!!!" in line or "???" in line for line in lines):
        return kept
    for number, (line, is_code) in enumerate(lines_of("\n".join(lines))):
        if not line.strip():
            blank.append(number)
            continue
        if line == HIDDEN_LINE:
            continue
        column = indent_of(line)
        while columns and column < columns[-1]:
            columns.pop()
        if columns:
            for above in blank:
                kept[above] = " " * columns[-1]
        blank = []
        if not is_code and _ADMONITION.match(line):
            columns.append(column + 4)
    return kept


def _ends(marks: Mapping[int, Opening | Closing]) -> dict[int, int]:
    """Return the closing line of each opening that has one."""
    ends: dict[int, int] = {}
    open_lines: list[int] = []
    for number in sorted(marks):
        mark = marks[number]
        if isinstance(mark, Opening):
            open_lines.append(number)
            continue
        for start in reversed(open_lines):
            opening = marks[start]
            if isinstance(opening, Opening) and opening.name == mark.name:
                ends[start] = number
                open_lines = [line for line in open_lines if line < start]
                break
    return ends


def _not_before(column: int, lines: Sequence[str]) -> list[str]:
    """Return the lines of a container, none of which begins before the opening; code moves as a whole."""
    moved, columns, is_in_code = list[str](), 0, False
    for line, is_code in lines_of("\n".join(lines)):
        if not (is_code and is_in_code):
            columns = max(column - indent_of(line), 0)
        is_in_code = is_code
        moved.append(" " * columns + line if line.strip() else line)
    return moved


def _padded(line: str, offset: int, padding: int) -> str:
    return line[:offset] + " " * padding + line[offset:] if padding and line.strip() and line != HIDDEN_LINE else line
