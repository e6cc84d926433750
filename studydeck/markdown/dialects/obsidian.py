"""Obsidian: comments between `%%`, and ids of blocks (`^id`) at the end of a line.

In: the text of a source. Out: the same lines without them.
"""

from __future__ import annotations

import re

from studydeck.markdown.dialects.lines import edit_outside_code_spans, lines_of

_BLOCK_ID = re.compile(r"(?:(?<=\s)|^)\^[A-Za-z0-9-]+[ \t]*$")
_INLINE_COMMENT = re.compile(r"%%.*?%%")
_MAGIC = re.compile(r"\s*%%\w")  # Jupyter's `%%time`, which begins a cell and has no end on its line


def has_marks(text: str) -> bool:
    """Return whether a text can contain a comment or the id of a block."""
    return "%%" in text or "^" in text


def rewrite(text: str) -> str:
    """Return a text without comments and ids of blocks; a comment without an end hides the rest, as in Obsidian."""
    kept: list[str] = []
    is_hidden = False
    for line, is_code in lines_of(text):
        if is_code and not is_hidden:
            kept.append(line)
            continue
        visible, is_hidden = _without_comments(line, is_hidden=is_hidden)
        kept.append(edit_outside_code_spans(visible, lambda part: _BLOCK_ID.sub("", part)))
    return "\n".join(kept)


def _without_comments(line: str, *, is_hidden: bool) -> tuple[str, bool]:
    """Return what a line shows, and whether a comment is open at its end."""
    if is_hidden:
        _, end, line = line.partition("%%")
        if not end:
            return "", True
    line = edit_outside_code_spans(line, lambda part: _INLINE_COMMENT.sub("", part))
    before, start, after = line.partition("%%")
    if not start or "`" in before or (_MAGIC.match(line) and not after.endswith("%%")):
        return line, False
    return before, True
