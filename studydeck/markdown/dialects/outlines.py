"""Outlines whose headings are bullets, `- ## Heading`, as Logseq writes its pages and Notion its toggles.

In: the text of a source. Out: the same lines; such a bullet is a heading, and what is indented below it stands at the
margin. It stays a bullet inside of one that is no heading, and where bullets beside it would come below the first of
the headings. In a text with headings of the sixth level, deeper ones (`#######`) are of the sixth, too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from studydeck.markdown.dialects.lines import HIDDEN_LINE, edit_lines, indent_of, lines_of, without_columns
from studydeck.patterns import lazy_pattern

_HEADING_BULLET = lazy_pattern(r"[ \t]*[-*+][ \t]+(?P<hashes>#{1,6})[ \t]+(?P<title>\S.*)")
_ANY_HEADING_BULLET = lazy_pattern(  # begins with a literal sign: for speed
    r"\n(?:[-*+][ \t]+#{1,6}[ \t]"  # a heading in an item
    rf"|#{{1,6}}[ \t][^\n]*\n(?:{HIDDEN_LINE}\n)*(?:\t| {{4}})[-*+][ \t])"  # an indented item below a heading
)
_BULLET = lazy_pattern(r"[ \t]*(?:[-*+]|\d+[.)])(?:[ \t]|$)")
_HEADING = lazy_pattern(r"(#{1,6})[ \t]")
_DEEPEST = 6
_DEEPEST_HEADING = lazy_pattern(r"^[ \t]*(?:[-*+][ \t]+)?#{6}[ \t]", re.MULTILINE)
_DEEPER_HEADING = lazy_pattern(r"^(?P<bullet>[ \t]*(?:[-*+][ \t]+)?)#{7,}(?=[ \t]+\S)")


def has_marks(text: str) -> bool:
    """Return whether a text contains a heading in a bullet."""
    return "####### " in text or bool(_ANY_HEADING_BULLET.search("\n" + text))


def rewrite(text: str) -> str:
    """Return a text whose headings in bullets are headings."""
    if "####### " in text and _DEEPEST_HEADING.search(text):
        text = edit_lines(
            text, lambda line: _DEEPER_HEADING.sub(r"\g<bullet>######", line, count=1) if "#######" in line else line
        )
    outline = _Outline(list(lines_of(text)))
    outline.read(0, len(outline.lines), 0, 0)
    return "\n".join(outline.lines)


class _Outline:
    """The lines of a text, which are rewritten in place."""

    def __init__(self, lines: Sequence[tuple[str, bool]]) -> None:
        self.lines = [line for line, _ in lines]
        self.is_code = [is_code for _, is_code in lines]
        self.columns = [indent_of(line) if line.strip() and line != HIDDEN_LINE else -1 for line in self.lines]

    def read(self, start: int, end: int, depth: int, level: int) -> None:
        """Rewrite the heading bullets of one level of the outline, and those below them."""
        number, has_section = start, False
        while number < end:
            line = self.lines[number]
            if self.is_code[number] or self.columns[number] < 0:
                number += 1
                continue
            if not depth and (heading := _HEADING.match(line)):
                level = len(heading[1])
                self.outdent_block_below(number, end)
            after = self.end_of(number, end) if _BULLET.match(line) else number + 1
            bullet = _HEADING_BULLET.fullmatch(line)
            if bullet and depth < _DEEPEST and (has_section or self.is_section(number, after, end)):
                has_section = True
                own_level = min(max(len(bullet["hashes"]), level + 1), _DEEPEST)
                self.lines[number] = f"{'#' * own_level} {bullet['title']}"
                self.outdent(number, after)
                self.read(number + 1, after, depth + 1, own_level)
            number = after

    def end_of(self, number: int, end: int) -> int:
        """Return the line after a bullet and what is indented below it."""
        column = self.columns[number]
        for below in range(number + 1, end):
            if 0 <= self.columns[below] <= column:
                return below
        return end

    def is_section(self, number: int, after: int, end: int) -> bool:
        """Return whether a heading bullet can be a heading without taking what stands beside it."""
        below = range(number + 1, after)
        if not any(self.columns[line] >= 0 for line in below) or after == end:
            return True
        if any(not self.is_code[line] and _HEADING_BULLET.fullmatch(self.lines[line]) for line in below):
            return True
        return bool(_HEADING_BULLET.fullmatch(self.lines[after]) or _HEADING.match(self.lines[after]))

    def outdent_block_below(self, number: int, end: int) -> None:
        """Move bullets to the margin that stand directly below a heading without a bullet, as in Logseq's first block.

        Plain Markdown has code there; a blank line between them says that it is meant.
        """
        below = next((line for line in range(number + 1, end) if self.lines[line] != HIDDEN_LINE), end)
        if below < end and self.columns[below] >= 4 and _BULLET.match(self.lines[below]):
            after = next((line for line in range(below, end) if 0 <= self.columns[line] < self.columns[below]), end)
            self.outdent(number, after)

    def outdent(self, number: int, after: int) -> None:
        """Move what is indented below a bullet to the margin."""
        margin = min((self.columns[line] for line in range(number + 1, after) if self.columns[line] >= 0), default=0)
        bullets = [
            self.columns[line]
            for line in range(number + 1, after)
            if not self.is_code[line] and _BULLET.match(self.lines[line])
        ]
        bullet_margin = min(bullets, default=margin)
        is_continuation = True
        for line in range(number + 1, after):
            is_continuation = is_continuation and not _BULLET.match(self.lines[line])
            self.lines[line] = without_columns(self.lines[line], margin if is_continuation else bullet_margin)
            if self.columns[line] >= 0:
                self.columns[line] = indent_of(self.lines[line])
