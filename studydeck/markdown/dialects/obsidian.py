"""Obsidian: comments between `%%`, ids of blocks (`^id`) and queries; its properties: `properties.py`.

In: the text of a source. Out: the same lines without them; a line of which nothing is left is hidden. Admonitions of a
plugin (code of the language `ad-note`) become callouts.
"""

from __future__ import annotations

import re

from studydeck.markdown.comments import joined
from studydeck.markdown.dialects.lines import HIDDEN_LINE, CodeLines, edit_outside_code_spans
from studydeck.patterns import lazy_pattern

_IDS = lazy_pattern(r"\^[A-Za-z0-9-]+[ \t]*$", re.MULTILINE)
_QUERIES = lazy_pattern(
    r"(?:```|~~~)[ \t]*+"  # the end of the fence
    r"(?:dataview|tasks|query|base|button|tracker|meta-bind|ad-)"  # the plugin
)
_BLOCK_ID = lazy_pattern(r"(?:(?<=\s)|^)\^(?P<id>[A-Za-z0-9-]+)[ \t]*$")
_EXPONENT = lazy_pattern(r"-?\d{1,3}|[a-zA-Z]")
_BASE = lazy_pattern(r"(?:(?<![\w'’])(?:[\d.]+|[A-Za-z])|[)\]}])\s+$")  # of a power: "x ^2", "(a + b) ^2"
# Where a comment begins or ends, and what may hold its mark as text: code, a comment of HTML.
_COMMENT_MARK = lazy_pattern(
    r"(?<!`)(?P<ticks>`+)(?!`).*?(?<!`)(?P=ticks)(?!`)"  # code
    r"|<!--.*?-->"  # a comment of HTML
    r"|(?<!\\)\$\$.*?\$\$|(?<![\\$])\$(?=[^\s$])[^$]*?(?<=[^\s\\])\$(?![\d$])|\\\(.*?\\\)"  # math
    r"|(?P<mark>(?<!\\)%%)"  # the mark
)
_MAGIC = lazy_pattern(r"\s*%%[a-z]\w*(?:\s|$)")  # Jupyter's `%%time`, which begins a cell and has no end on its line
_CELL = lazy_pattern(r"\|[ \t]*%%[ \t]*\|")  # of a table of formats: "| %% | a percent sign |"
MARKERS_ONLY = lazy_pattern(r"[ \t>]*(?:(?:[-*+]|\d+[.)])[ \t]*)?(?:\[.\][ \t]*)?")
_QUOTE_MARKS = lazy_pattern(r"[ \t]*(?:>[ \t]?)*")
_QUERY = lazy_pattern(
    r"[ \t>]*(?:(?:[-*+]|\d+[.)])\s+)?(?:`{3,}|~{3,})[ \t]*"  # a fence, also in a quote or an item
    r"(?:dataview|dataviewjs|tasks|query|base|button|tracker|meta-bind[\w-]*)[ \t]*"  # the plugin
)
_ADMONITION = lazy_pattern(r"(?P<margin>[ \t]*)(?:`{3,}|~{3,})[ \t]*ad-(?P<kind>[\w-]+)[ \t]*")
_ADMONITION_SETTING = lazy_pattern(r"[ \t]*(?P<name>title|collapse|icon|color):[ \t]*(?P<value>.*)")
_QUERY_SPAN = lazy_pattern(
    r"(?<!`)`(?:\$?=(?=[^`\n]*(?:\bthis\.|\bdv\.|\[\[))"  # a query of Dataview
    r"|(?:INPUT|VIEW|BUTTON)\[)"  # a field of Meta Bind
    r"[^`\n]+`(?!`)"  # the rest of the code span
)

_SENTENCE_END = lazy_pattern(r"[.!?。！？](?:\s|$)")


def has_marks(text: str) -> bool:
    """Return whether a text can contain a mark of Obsidian."""
    if "%%" in text or "`=" in text or "`$=" in text or "`INPUT[" in text or "`VIEW[" in text:
        return True
    return ("^" in text and bool(_IDS.search(text))) or (
        ("```" in text or "~~~" in text) and bool(_QUERIES.search(text))
    )


def rewrite(text: str) -> str:
    """Return a text as Obsidian shows it; a comment without an end hides the rest."""
    reader = _Reader()
    kept = [reader.line(line) for line in text.split("\n")]
    for number, title in reader.titles.items():
        kept[number] += f" {title}"
    if reader.open_comment >= 0:
        # An open comment of HTML, which the parser reports.
        start = kept[reader.open_comment]
        kept[reader.open_comment] = f"{'' if start == HIDDEN_LINE else start}<!--"
    return "\n".join(kept)


class _Reader:
    """Reads the lines of a text in order; `open_comment` is the index of the line whose comment has no end yet."""

    def __init__(self) -> None:
        self.open_comment, self._count = -1, 0
        self._code = CodeLines()
        self._is_in_query, self._is_in_math = False, False
        self.titles: dict[int, str] = {}  # of admonitions, by the index of their first line
        self._admonition, self._has_body = -1, False

    def line(self, line: str) -> str:
        """Return what is read of the next line."""
        self._count += 1
        shown = line
        if self.open_comment >= 0:
            _, end, shown = line.partition("%%")
            if not end:
                return HIDDEN_LINE
            self.open_comment = -1
        if self._code.is_code(shown):
            return self._code_line(shown)
        self._is_in_query = False
        shown = self._without_comments(shown)
        self._track_math(shown)
        if "`" in shown and _QUERY_SPAN.search(shown):
            shown = _QUERY_SPAN.sub("", shown)
            if not _SENTENCE_END.search(shown):  # "Author: `= this.author`", where nothing says who
                return HIDDEN_LINE
        if "^" in shown and not self._is_in_math:
            shown = edit_outside_code_spans(shown, _without_block_id)
        if shown != line and MARKERS_ONLY.fullmatch(shown):
            return HIDDEN_LINE
        return shown

    def _code_line(self, line: str) -> str:
        """Return a line of code as it is, or a blank line for one of a query."""
        if self._admonition >= 0:
            return self._admonition_line(line)
        if not self._is_in_query and (admonition := _ADMONITION.fullmatch(line)):
            self._admonition, self._has_body = self._count - 1, False
            return f"{admonition['margin']}> [!{admonition['kind']}]"
        if not self._is_in_query and _QUERY.fullmatch(line):
            self._is_in_query = True
        if not self._is_in_query:
            return line
        self._is_in_query = self._code.is_in_fence
        marks = _QUOTE_MARKS.match(line)
        return marks[0].rstrip() if marks else ""

    def _admonition_line(self, line: str) -> str:
        """Return a line of an admonition, which its plugin writes as code, as one of a callout."""
        if not self._code.is_in_fence:
            self._admonition = -1
            return ""
        setting = None if self._has_body else _ADMONITION_SETTING.fullmatch(line)
        self._has_body = not setting
        if setting:
            if setting["name"] == "title":
                self.titles[self._admonition] = setting["value"]
            return HIDDEN_LINE
        margin = len(line) - len(line.lstrip(" \t"))
        return f"{line[:margin]}> {line[margin:]}" if line.strip() else f"{line}>"

    def _without_comments(self, line: str) -> str:
        """Return a line without its comments; the last of them may be open at its end."""
        if "%%" not in line or self._is_in_math:
            return line
        marks = [match.start() for match in _COMMENT_MARK.finditer(line) if match["mark"]]
        if len(marks) == 1 and (_MAGIC.match(line) or _CELL.search(line)):
            return line
        shown, end = "", 0
        while start := next((match.start() for match in _COMMENT_MARK.finditer(line, end) if match["mark"]), -1) + 1:
            shown = "".join(joined(shown, line[end : start - 1]))
            # A comment ends at the next mark, wherever that stands.
            end = line.find("%%", start + 1) + 2
            if end < 2:
                self.open_comment = self._count - 1
                return shown.rstrip()
        return "".join(joined(shown, line[end:]))

    def _track_math(self, line: str) -> None:
        """Notice where display math over several lines begins and ends; a blank line ends it as well."""
        if not line.strip():
            self._is_in_math = False
        elif "$$" in line and line.count("$$") % 2:
            self._is_in_math = not self._is_in_math


def _without_block_id(text: str) -> str:
    """Return text without the id of a block at its end; "x ^2" is a power."""
    match = _BLOCK_ID.search(text)
    if not match or (_EXPONENT.fullmatch(match["id"]) and _BASE.search(text[: match.start()])):
        return text
    return text[: match.start()].rstrip()  # two spaces at the end of a line would be a line break
