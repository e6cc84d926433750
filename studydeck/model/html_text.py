"""Convert HTML to plain text: the only place that removes tags and decodes character references.

`plain_text` reads HTML as Anki does when it computes sort fields and checksums and for `{{text:Field}}`; other readers
of fields pass what stands for a tag. `without_tags` is for the raw HTML of authors, in which a `<` may be text.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from studydeck.patterns import lazy_pattern

TagText = str | Callable[[re.Match[str]], str]  # what replaces a tag, or a function of the match of a tag

# Anki's own pattern.
_TAG = lazy_pattern(
    r"""
    <(?: !--.*?--                                # a comment
       | (?i:style).*?>.*?</(?i:style)           # a style or a script, removed with its content
       | (?i:script).*?>.*?</(?i:script)
       | [^>]*                                   # a tag, which ends at the first ">"
    )>
    """,
    re.DOTALL | re.VERBOSE,
)
_HUGE_REFERENCE = lazy_pattern(r"&#[0-9]{100,};?")  # Python reads no number of so many digits
_TAG_OF_AUTHOR = lazy_pattern(r"<[^<>]*>")
IMG_TAG = lazy_pattern(r"<img\b[^<>]*>", re.IGNORECASE)


def plain_text(field: str, tag_text: TagText = "") -> str:
    """Return the HTML of a field as plain text, with `tag_text` for each tag and character references decoded."""
    text = replace_tags(field, tag_text) if "<" in field else field
    return decoded(text).replace("\xa0", " ") if "&" in text else text


def decoded(text: str) -> str:
    """Return text with its character references decoded."""
    return html.unescape(without_huge_references(text))


def without_huge_references(text: str) -> str:
    """Return text with U+FFFD for character references to numbers that are far beyond any character."""
    return _HUGE_REFERENCE.sub("\N{REPLACEMENT CHARACTER}", text) if "&#" in text else text


def replace_tags(field: str, tag_text: TagText = "") -> str:
    """Return the HTML of a field with `tag_text` for each tag; character references stay."""
    # A later "<" is never closed; searching for its end from each would take quadratic time.
    last_tag_end = field.rfind(">") + 1
    return _TAG.sub(tag_text, field[:last_tag_end]) + field[last_tag_end:]


def without_tags(raw_html: str, separator: str = "") -> str:
    """Return the raw HTML of an author with `separator` for each tag; character references stay."""
    return _TAG_OF_AUTHOR.sub(separator, raw_html)
