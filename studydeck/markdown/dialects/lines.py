"""Lines of Markdown outside of code, which every dialect shares: marks inside of code are text.

In: the text of a source. Out: its lines, each with whether it belongs to a code block, or a line with its code spans
set apart.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

_FENCE = re.compile(
    r"(?:\s|>|[-*+]\s|\d+[.)]\s)*"  # quotes and list items that hold the code
    r"(?P<fence>`{3,}|~{3,})(?P<info>.*)"
)
_CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)")


def lines_of(text: str) -> Iterator[tuple[str, bool]]:
    """Yield each line, and whether it is in a fenced code block, its fences included."""
    fence = ""
    for line in text.split("\n"):
        match = _FENCE.match(line)
        if fence:
            yield line, True
            if match and match["fence"].startswith(fence) and not match["info"].strip():
                fence = ""
        else:
            fence = match["fence"] if match and not (match["fence"][0] == "`" and "`" in match["info"]) else ""
            yield line, bool(fence)


def edit_lines(text: str, edit: Callable[[str], str]) -> str:
    """Return a text with an edit applied to each line outside of fenced code; the edit keeps the line one line."""
    return "\n".join([line if is_code else edit(line) for line, is_code in lines_of(text)])


def edit_outside_code_spans(line: str, edit: Callable[[str], str]) -> str:
    """Return a line with an edit applied to what stands outside of its code spans."""
    if "`" not in line:
        return edit(line)
    parts, start = list[str](), 0
    for span in _CODE_SPAN.finditer(line):
        parts += (edit(line[start : span.start()]), span[0])
        start = span.end()
    return "".join((*parts, edit(line[start:])))
