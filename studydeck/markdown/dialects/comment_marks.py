r"""Comments of kramdown, LaTeX and templates: `{::comment}…{:/}`, `\begin{comment}`, `{{!-- … --}}`, `<%-- … --%>`.

In: the text of a source. Out: the same lines without what stands in such a comment, also over blank lines and code. A
mark without an end is text.
"""

from __future__ import annotations

import re

from studydeck.markdown.comments import joined
from studydeck.markdown.dialects.lines import CODE_SPAN, HIDDEN_LINE, lines_of
from studydeck.patterns import lazy_pattern

_ENDS = {
    "{::comment}": lazy_pattern(r"\{:/(?:comment)?\}"),
    "\\begin{comment}": lazy_pattern(r"\\end\{comment\}"),
    "{{!--": lazy_pattern(r"--\}\}"),
    "<%--": lazy_pattern(r"--%>"),
}
_START = lazy_pattern("|".join(map(re.escape, _ENDS)))


def has_marks(text: str) -> bool:
    """Return whether a text can contain such a comment."""
    return any(start in text for start in _ENDS)


def rewrite(text: str) -> str:
    """Return a text without these comments."""
    last_ends = {start: max([-1, *(found.start() for found in end.finditer(text))]) for start, end in _ENDS.items()}
    kept: list[str] = []
    mark, offset = "", 0
    for line, is_code in lines_of(text):
        shown, position = "", 0
        while position < len(line):
            if mark:
                end = _ENDS[mark].search(line, position)
                position, mark = (end.end(), "") if end else (len(line), mark)
                continue
            start = None if is_code else _start(line, position)
            if start and last_ends[start[0]] >= offset + start.end():
                shown, position, mark = "".join(joined(shown, line[position : start.start()])), start.end(), start[0]
            else:
                shown, position = "".join(joined(shown, line[position:])), len(line)
        kept.append(shown if shown.strip() or shown == line else HIDDEN_LINE)
        offset += len(line) + 1
    return "\n".join(kept)


def _start(line: str, position: int) -> re.Match[str] | None:
    """Return the first mark that begins a comment outside of code spans."""
    spans = [(span.start(), span.end()) for span in CODE_SPAN.finditer(line)] if "`" in line else []
    found = _START.finditer(line, position)
    return next((mark for mark in found if not any(start < mark.start() < end for start, end in spans)), None)
