"""Lines of Markdown outside of code, which every dialect shares: marks inside of code are text.

In: the text of a source. Out: its lines, each with whether it belongs to a code block; a line with its code spans set
apart; tags of several lines on one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

_FENCE = re.compile(r"(?:\s|>|[-*+]\s|\d+[.)]\s)*(?P<fence>`{3,}|~{3,})(?P<info>.*)")
# A line that what is indented below it belongs to: an item, an admonition, a tab, a footnote, a meaning.
_CONTAINER = re.compile(r"[ \t>]*(?:[-*+]|\d+[.)]|\(@\w*\)|!!!|\?\?\?|===|\[\^|:)(?:\s|$|[^\s*+=-])")
_MARKER = re.compile(r"[ \t>]*(?:[-*+]|\d+[.)]|\(@\w*\)|!!!\+?|\?\?\?\+?|===|:)?[ \t]*")
_INDENT = re.compile(r"[ \t]*")
_MAX_TAG_LINES = 30
_ATTRIBUTE = re.compile(r"""([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'{}]+))""")
_CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)")


def lines_of(text: str) -> Iterator[tuple[str, bool]]:
    """Yield each line, and whether it is in a code block, the fences included."""
    fence = ""
    margin, may_begin_code = 0, True  # where the text of the innermost item begins; whether a paragraph is open
    for line in text.split("\n"):
        if not fence and line.strip():
            column = indent_of(line)
            if may_begin_code and column >= margin + 4:
                yield line, True
                continue
            if _CONTAINER.match(line):
                margin = _text_column(line)
            elif may_begin_code:
                margin = min(margin, column)
        may_begin_code = not line.strip()
        match = _FENCE.match(line)
        if fence:
            yield line, True
            if match and match["fence"].startswith(fence) and not match["info"].strip():
                fence = ""
        else:
            fence = match["fence"] if match and not (match["fence"][0] == "`" and "`" in match["info"]) else ""
            yield line, bool(fence)


def indent_of(line: str) -> int:
    """Return the number of columns before the text of a line; a tab ends at the next multiple of four."""
    indent = _INDENT.match(line)
    return len(indent[0].expandtabs(4)) if indent else 0


def _text_column(line: str) -> int:
    """Return the column of the text of an item."""
    marker = _MARKER.match(line)
    return len(marker[0].expandtabs(4)) if marker else 0


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


def join_tags(text: str, opening: str, closing: str) -> str:
    """Return a text in which a tag that goes over several lines stands on its first line, and the others are blank."""
    lines = list(lines_of(text))
    joined = [line for line, _ in lines]
    for number, (_, is_code) in enumerate(lines):
        line = joined[number]
        if is_code or line.rfind(opening) <= line.rfind(closing):
            continue
        for below in range(number + 1, min(number + _MAX_TAG_LINES, len(lines))):
            if lines[below][1] or opening in joined[below].partition(closing)[0]:
                break
            if closing in joined[below]:
                joined[number] = " ".join([line.rstrip(), *(part.strip() for part in joined[number + 1 : below + 1])])
                joined[number + 1 : below + 1] = [""] * (below - number)
                break
    return "\n".join(joined)


def attributes_of(text: str) -> dict[str, str]:
    """Return the attributes of a tag, `key="value"`."""
    return {match[1].lower(): match[2] or match[3] or match[4] or "" for match in _ATTRIBUTE.finditer(text)}
