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
_INDENTED = re.compile(r"(?:[ ]{4}|[ ]{0,3}\t)\s*\S")
_MAX_TAG_LINES = 30
_ATTRIBUTE = re.compile(r"""([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'{}]+))""")
_CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)")


def lines_of(text: str) -> Iterator[tuple[str, bool]]:
    """Yield each line, and whether it is in a code block, the fences included."""
    fence = ""
    in_container, may_begin_code = False, True
    for line in text.split("\n"):
        if not fence and _INDENTED.match(line):
            if may_begin_code and not in_container:
                yield line, True
                continue
        elif not fence and line.strip():
            in_container = bool(_CONTAINER.match(line)) or (in_container and not may_begin_code)
        may_begin_code = not line.strip()
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
