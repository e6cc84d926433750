"""Lines of Markdown outside of code, which every dialect shares: marks inside of code are text.

In: the text of a source. Out: its lines, each with whether it belongs to a code block; a line with its code spans set
apart; tags of several lines on one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from studydeck.patterns import lazy_pattern

HIDDEN_LINE = "\ue07d"  # a line that is read as if it were not there, unlike a blank line, which ends a paragraph
_FENCE = lazy_pattern(
    r"(?P<prefix>(?:[\s>]++|[-*+]\s|\d+[.)]\s)*+)"  # quotes and items around it; possessive, as no fence begins so
    r"(?P<fence>`{3,}|~{3,})(?P<info>.*)"  # the fence and what stands behind it
)
# A line that what is indented below it belongs to: an item, a meaning; an admonition, a tab, a footnote.
_ITEM = lazy_pattern(r"[ \t>]*(?:[-*+]|\d+[.)]|\(@\w*\)|:)(?:[ \t]+|$)")
_INDENTING = lazy_pattern(r"[ \t>]*(?:!!!|\?\?\?|===|\[\^[^\[\]\s]+\]:)")
_INDENT = lazy_pattern(r"[ \t]*")
_CLOSING_SIGNS = {"", *".,;:!?)"}
_MAX_TAG_LINES = 30
_ATTRIBUTE = lazy_pattern(r"""([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'{}]+))""")
CODE_SPAN = lazy_pattern(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)")


class CodeLines:
    """Tells the lines of code blocks, fenced and indented, from the others; takes the lines in order."""

    def __init__(self) -> None:
        self._fence = ""
        self._fence_column, self._is_quoted = 0, False  # a line further left, or without a quote's mark, ends the code
        self._margin = 0  # where the text of the innermost item begins
        self._may_begin_indented = True  # no paragraph is open

    @property
    def is_in_fence(self) -> bool:
        """Whether the last line left a fence open."""
        return bool(self._fence)

    def is_code(self, line: str) -> bool:
        """Return whether a line is in a code block, the fences included."""
        if line == HIDDEN_LINE:
            return bool(self._fence)
        match = _FENCE.match(line) if "```" in line or "~~~" in line else None
        if self._fence and not self._ends_container(line):
            if match and match["fence"].startswith(self._fence) and not match["info"].strip():
                self._fence = ""
            return True
        self._fence = ""
        if line.strip() and self._is_indented_code(line):
            return True
        self._may_begin_indented = not line.strip()
        if match and not (match["fence"][0] == "`" and "`" in match["info"]):
            self._fence = match["fence"]
            self._is_quoted = ">" in match["prefix"]
            column = indent_of(line)
            self._fence_column = self._margin if line.lstrip()[:1] not in "`~" or column >= self._margin else column - 3
        return bool(self._fence)

    def _ends_container(self, line: str) -> bool:
        """Return whether a line stands outside of the item or quote in which the open fence began."""
        if self._is_quoted:
            return not line.lstrip().startswith(">")
        return bool(line.strip()) and indent_of(line) < self._fence_column

    def _is_indented_code(self, line: str) -> bool:
        column = indent_of(line)
        if self._may_begin_indented and column >= self._margin + 4:
            return True
        if item := _ITEM.match(line):
            self._margin = len(item[0].expandtabs(4))
        elif _INDENTING.match(line):
            self._margin = column + 4
        elif self._may_begin_indented or line.startswith(("#", "`", "~")):
            self._margin = min(self._margin, column)
        return False


def lines_of(text: str) -> Iterator[tuple[str, bool]]:
    """Yield each line, and whether it is in a code block."""
    code_lines = CodeLines()
    for line in text.split("\n"):
        yield line, code_lines.is_code(line)


def plain_lines(text: str) -> Iterator[tuple[str, bool]]:
    """Yield each line, and whether it is neither in a code block nor within a formula that a line above begins."""
    is_in_formula = False
    for line, is_code in lines_of(text):
        yield line, not is_code and not is_in_formula
        is_in_formula = is_in_formula != begins_or_ends_formula(line, is_code=is_code)


def begins_or_ends_formula(line: str, *, is_code: bool) -> bool:
    """Return whether a formula between `$$` goes on after a line, or ends in it."""
    return not is_code and line.count("$$") % 2 == 1


def edit_lines(text: str, edit: Callable[[str], str]) -> str:
    """Return a text with an edit applied to each line outside of code blocks; the edit keeps the line one line."""
    return "\n".join([line if is_code else edit(line) for line, is_code in lines_of(text)])


def edit_outside_code(text: str, edit: Callable[[str], str], sign: str = "") -> str:
    """Return a text with an edit applied to what stands outside of code, in those lines that have a sign."""
    return edit_lines(text, lambda line: edit_outside_code_spans(line, edit) if sign in line else line)


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


def indent_of(line: str) -> int:
    """Return the number of columns before the text of a line; a tab ends at the next multiple of four."""
    indent = _INDENT.match(line)
    return len(indent[0].expandtabs(4)) if indent else 0


def without_columns(line: str, count: int) -> str:
    """Return a line without so many columns of its indent; a tab ends at the next multiple of four."""
    column = indent_of(line)
    rest = line.lstrip(" \t")
    kept = max(column - count, 0)
    if line.startswith("\t") and not kept % 4:
        return "\t" * (kept // 4) + rest
    return " " * kept + rest


def join_tags(text: str, *marks: tuple[str, str]) -> str:
    """Return a text in which a tag that goes over several lines stands on its first line, and the others are blank.

    Parameters
    ----------
    text : of a source.
    marks : for each kind of tag, the mark that opens it and the one that closes it.
    """
    for opening, closing in marks:
        if opening in text and closing in text:
            text = _with_tags_joined(text, opening, closing)
    return text


def _with_tags_joined(text: str, opening: str, closing: str) -> str:
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


def before_removed(before: str, after: str) -> str:
    """Return the text before a mark that is removed: without the space that would stand before a full stop."""
    return before.rstrip(" ") if after[:1] in _CLOSING_SIGNS else before


def attributes_of(text: str) -> dict[str, str]:
    """Return the attributes of a tag, `key="value"`."""
    return {match[1].lower(): match[2] or match[3] or match[4] or "" for match in _ATTRIBUTE.finditer(text)}
