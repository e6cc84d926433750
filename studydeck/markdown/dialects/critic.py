"""CriticMarkup: comments, insertions, deletions and replacements of a reviewer.

In: the text of a source. Out: the same lines as they read when all changes are accepted; comments are gone.
"""

from __future__ import annotations

import re

from studydeck.markdown.dialects.lines import edit_lines, edit_outside_code_spans, join_tags

_COMMENT = re.compile(r"\{>>.*?<<\}")
_DELETED = re.compile(r"\{--.*?--\}")
_INSERTED = re.compile(r"\{\+\+(.*?)\+\+\}")
_REPLACED = re.compile(r"\{~~.*?~>(.*?)~~\}")
_MARKED = re.compile(r"\{==(.*?)==\}")
_PAIRS = (("{>>", "<<}"), ("{--", "--}"), ("{++", "++}"), ("{~~", "~~}"), ("{==", "==}"))


def has_marks(text: str) -> bool:
    """Return whether a text can contain CriticMarkup."""
    return any(start in text and end in text for start, end in _PAIRS)


def rewrite(text: str) -> str:
    """Return a text with all changes accepted."""
    for start, end in _PAIRS:
        if start in text:
            text = join_tags(text, start, end)
    return edit_lines(text, lambda line: edit_outside_code_spans(line, _accepted) if "{" in line else line)


def _accepted(part: str) -> str:
    if "}" not in part:
        return part
    part = _DELETED.sub("", _COMMENT.sub("", part))
    return _MARKED.sub(r"==\1==", _REPLACED.sub(r"\1", _INSERTED.sub(r"\1", part)))
