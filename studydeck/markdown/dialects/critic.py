"""CriticMarkup: comments, insertions, deletions and replacements of a reviewer.

In: the text of a source. Out: the same lines as they read when all changes are accepted; comments are gone.
"""

from __future__ import annotations

from studydeck.markdown.dialects.lines import edit_outside_code, join_tags
from studydeck.patterns import lazy_pattern

_COMMENT = lazy_pattern(r"\{>>.*?<<\}")
_DELETED = lazy_pattern(r"\{--.*?--\}")
_INSERTED = lazy_pattern(r"\{\+\+(.*?)\+\+\}")
_REPLACED = lazy_pattern(r"\{~~.*?~>(.*?)~~\}")
_MARKED = lazy_pattern(r"\{==(.*?)==\}")
_PAIRS = (("{>>", "<<}"), ("{--", "--}"), ("{++", "++}"), ("{~~", "~~}"), ("{==", "==}"))


def has_marks(text: str) -> bool:
    """Return whether a text can contain CriticMarkup."""
    return any(start in text and end in text for start, end in _PAIRS)


def rewrite(text: str) -> str:
    """Return a text with all changes accepted."""
    return edit_outside_code(join_tags(text, *_PAIRS), _accepted, "{")


def _accepted(part: str) -> str:
    if "}" not in part:
        return part
    part = _DELETED.sub("", _COMMENT.sub("", part))
    return _MARKED.sub(r"==\1==", _REPLACED.sub(r"\1", _INSERTED.sub(r"\1", part)))
