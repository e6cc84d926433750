"""Lines of Markdown outside of code, which every dialect shares: marks inside of code are text.

In: the text of a source. Out: its lines, each with whether it belongs to a code block, or a line with its code spans
set apart.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

HIDDEN_LINE = "\ue07d"  # a line that is read as if it were not there, unlike a blank line, which ends a paragraph
_FENCE = re.compile(r"(?:\s|>|[-*+]\s|\d+[.)]\s)*(?P<fence>`{3,}|~{3,})(?P<info>.*)")
CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)")
_INDENTED = re.compile(r"(?: {4}| {0,3}\t)[ \t]*\S")
_ITEM = re.compile(r"[ \t]*(?:[-*+]|\d+[.)])(?:[ \t]|$)")


class CodeLines:
    """Tells the lines of code blocks, fenced and indented, from the others; takes the lines in order."""

    def __init__(self) -> None:
        self._fence = ""
        self._is_after_blank, self._is_indented, self._is_in_list = True, False, False

    @property
    def is_in_fence(self) -> bool:
        """Whether the last line left a fence open."""
        return bool(self._fence)

    def is_code(self, line: str) -> bool:
        """Return whether a line is in a code block, the fences included."""
        match = _FENCE.match(line)
        if self._fence:
            if match and match["fence"].startswith(self._fence) and not match["info"].strip():
                self._fence = ""
            return True
        if match and not (match["fence"][0] == "`" and "`" in match["info"]):
            self._fence = match["fence"]
        return bool(self._fence) or self._is_in_indented_code(line)

    def _is_in_indented_code(self, line: str) -> bool:
        if not line.strip():
            self._is_after_blank = True
            return self._is_indented
        self._is_indented = (
            (self._is_after_blank or self._is_indented) and not self._is_in_list and bool(_INDENTED.match(line))
        )
        if _ITEM.match(line) and not self._is_indented:
            self._is_in_list = True
        elif not line[0].isspace() and (self._is_after_blank or line[0] == "#"):
            self._is_in_list = False
        self._is_after_blank = False
        return self._is_indented


def lines_of(text: str) -> Iterator[tuple[str, bool]]:
    """Yield each line, and whether it is in a code block."""
    code_lines = CodeLines()
    for line in text.split("\n"):
        yield line, code_lines.is_code(line)


def edit_lines(text: str, edit: Callable[[str], str]) -> str:
    """Return a text with an edit applied to each line outside of code blocks; the edit keeps the line one line."""
    return "\n".join([line if is_code else edit(line) for line, is_code in lines_of(text)])


def edit_outside_code_spans(line: str, edit: Callable[[str], str]) -> str:
    """Return a line with an edit applied to what stands outside of its code spans."""
    if "`" not in line:
        return edit(line)
    parts, start = list[str](), 0
    for span in CODE_SPAN.finditer(line):
        parts += (edit(line[start : span.start()]), span[0])
        start = span.end()
    return "".join((*parts, edit(line[start:])))


def without_hidden_lines(text: str) -> tuple[str, tuple[int, ...]]:
    """Return a text without its hidden lines, and the number of each line that is left, from 0."""
    lines = [(number, line) for number, line in enumerate(text.split("\n")) if line != HIDDEN_LINE]
    return "\n".join([line for _, line in lines]), tuple([number for number, _ in lines])
