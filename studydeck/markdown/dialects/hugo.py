"""Shortcodes of Hugo and Quarto: `{{< name … >}}` and `{{% name … %}}`.

In: the text of a source. Out: the same lines without them; a figure is a picture, and what a pair encloses is read.
"""

from __future__ import annotations

from collections.abc import Iterator

from studydeck.markdown.dialects.lines import attributes_of, join_tags
from studydeck.markdown.dialects.template_tags import Tag, first_quoted, rewrite_tags
from studydeck.patterns import lazy_pattern

_SHORTCODE = lazy_pattern(
    r"\{\{[<%](?:/\*)?[ \t]*(?P<end>/)?[ \t]*(?P<name>[A-Za-z][\w./-]*)"  # the start; a comment is an escaped one
    r"(?P<arguments>(?:[^{}\n]|\{(?!\{)|\}(?!\}))*?)"  # single braces may be in them
    r"/?(?:\*/)?[>%]\}\}"  # the end
)
_PICTURES = frozenset({"figure", "img", "image", "imgproc", "picture"})


def has_marks(text: str) -> bool:
    """Return whether a text can contain shortcodes."""
    return "{{<" in text or "{{%" in text


def rewrite(text: str) -> str:
    """Return a text without shortcodes."""
    return rewrite_tags(join_tags(text, ("{{<", ">}}"), ("{{%", "%}}")), _tags_of, _shown)


def _tags_of(line: str) -> Iterator[Tag]:
    if "}}" not in line:
        return
    for tag in _SHORTCODE.finditer(line):
        yield Tag(tag["name"], tag["arguments"].strip(), bool(tag["end"]), tag.start(), tag.end())


def _shown(tag: Tag) -> str:
    """Return what a shortcode without an end shows: a picture, or the words that it is given."""
    values = attributes_of(tag.arguments)
    if tag.name in _PICTURES:
        source = values.get("src") or values.get("link") or first_quoted(tag.arguments)
        return f"![{values.get('caption') or values.get('alt') or ''}](<{source}>)" if source else ""
    return values.get("text") or values.get("term") or ""
