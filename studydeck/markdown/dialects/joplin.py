"""Joplin: the metadata at the end of a raw export, and links to other notes by their id.

In: the text of a source. Out: the same lines; the first line of a raw note is its title.
"""

from __future__ import annotations

from studydeck.markdown.dialects.lines import edit_outside_code
from studydeck.patterns import lazy_pattern

_METADATA = lazy_pattern(
    r"(?:\A|\n)(?P<metadata>id: [0-9a-f]{32}(?:\n[a-z_]+:(?: [^\n]*)?)*"  # the id, then properties
    r"\ntype_: (?P<type>\d+)(?:\n[a-z_]+:[^\n]*)*)\s*\Z"  # what it is; the end of the file
)
_NOTE = "1"  # the type of a note; others are folders, resources and tags
_LINK = lazy_pattern(r"(?<!!)\[(?P<text>[^\[\]\n]*)\]\(:/[0-9a-f]{32}[^()\n]*\)")


def has_marks(text: str) -> bool:
    """Return whether a text can contain what Joplin writes."""
    return ":/" in text or "\ntype_: " in text


def rewrite(text: str) -> str:
    """Return a text without metadata, and with the texts of links to notes."""
    if "\ntype_: " in text and (end := _METADATA.search(text)):
        if end["type"] != _NOTE:
            return "\n" * text.count("\n")
        text = text[: end.start("metadata")] + "\n" * text.count("\n", end.start("metadata"))
        first, separator, rest = text.partition("\n")
        if first.strip() and not first.startswith("#"):
            text = f"# {first}{separator}{rest}"
    return edit_outside_code(text, lambda part: _LINK.sub(r"\g<text>", part), "](:/") if "](:/" in text else text
