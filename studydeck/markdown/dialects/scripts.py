"""Subscripts and superscripts, `H~2~O` and `x^2^`, as Pandoc, Typora, Joplin, Zettlr and MkDocs write them.

In: the text of a source. Out: the same lines, with `<sub>` and `<sup>`. Both begin at a character that they belong
to: `~/a/~b` and "3^n and 2^n" are text.
"""

from __future__ import annotations

import re

from studydeck.markdown.dialects.lines import edit_outside_code_spans, plain_lines
from studydeck.patterns import lazy_pattern

_SCRIPT = lazy_pattern(
    r"(?P<kept>\$\$?[^$\n]+\$\$?|\\\(.*?\\\)|\[\^[^\]\n]+\]|<[^<>\n]*>|https?://\S+)"  # formulas, footnotes, tags
    r"|(?<=[A-Za-z)\]\u0370-\u03ff^])~(?P<sub>[0-9A-Za-z+\-−]{1,6})~(?![~/])"  # after a letter
    r"|(?<=[\w)\]~])\^(?P<sup>(?:[+\-−–]?\w{1,4}(?:[+\-−]\d{0,3})?|[+\-−]))\^(?![\w^(])"  # at the end of a word
)
_MARKS = lazy_pattern(
    r"~[0-9A-Za-z+\-−]{1,6}~"  # a subscript
    r"|\^(?:[+\-−–]?\w{1,4}(?:[+\-−]\d{0,3})?|[+\-−])\^"  # a superscript
)


def has_marks(text: str) -> bool:
    """Return whether a text can contain scripts."""
    return ("~" in text or "^" in text) and bool(_MARKS.search(text))


def rewrite(text: str) -> str:
    """Return a text with its scripts as HTML."""
    return "\n".join(
        [
            edit_outside_code_spans(line, _with_scripts) if is_plain and ("~" in line or "^" in line) else line
            for line, is_plain in plain_lines(text)
        ]
    )


def _with_scripts(part: str) -> str:
    return _SCRIPT.sub(_script, part)


def _script(match: re.Match[str]) -> str:
    if match["kept"]:
        return match["kept"]
    return f"<sub>{match['sub']}</sub>" if match["sub"] else f"<sup>{match['sup']}</sup>"
