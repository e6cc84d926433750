"""Describe packed notes in plain text, for changelogs and comparisons: a `Row` in, text without markup and ids out."""

from __future__ import annotations

import html
import re

from studydeck.model.anki import FIELDS, Row

_PICTURE = re.compile(r"<img\b[^<>]*>", re.IGNORECASE)
_ALT = re.compile(r'\balt="([^"]+)"')
_SRC = re.compile(r'\bsrc="([^"]+)"')
_BLOCK_END = re.compile(r"</(?:p|li|dt|dd|tr|div|pre|blockquote|h\d)>|<br\s*/?>", re.IGNORECASE)
_CELL_BOUNDARY = re.compile(r"</t[dh]>(?=<t[dh])", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_CLOZE = re.compile(r"\{\{c\d+::(.*?)\}\}", re.DOTALL)


def plain_text(field: str) -> str:
    """Return the HTML of a field as one line of text, with ` | ` between blocks and the alt text of pictures."""
    text = _PICTURE.sub(_picture_text, field)
    text = _CELL_BOUNDARY.sub(", ", _BLOCK_END.sub("\n", text))
    lines = (" ".join(line.split()) for line in html.unescape(_TAG.sub("", text)).split("\n"))
    return " | ".join(line for line in lines if line)


def _picture_text(tag: re.Match[str]) -> str:
    alt, src = _ALT.search(tag[0]), _SRC.search(tag[0])
    return f"[picture: {alt[1] if alt else src[1] if src else ''}]"


def field_values(row: Row) -> dict[str, str]:
    """Return the fields of a row by name."""
    return dict(zip(FIELDS[row.kind], row.fields, strict=True))


def heading_path_text(row: Row) -> str:
    """Return the heading path of a note."""
    return plain_text(field_values(row)["HeadingPath"])


def question(row: Row) -> str:
    """Return the question of a note; for a cloze its prompt, which may be empty."""
    fields = field_values(row)
    if row.kind == "cloze":
        return plain_text(fields["Prompt"])
    label = plain_text(fields["MeaningLabel"])
    return plain_text(fields["Term"]) + (f": {label}?" if label else "")


def answer(row: Row) -> str:
    """Return the answer of a note; for a cloze its text, with the hidden phrases in square brackets."""
    fields = field_values(row)
    return plain_text(_CLOZE.sub(r"[\1]", fields["Text"])) if row.kind == "cloze" else plain_text(fields["Meaning"])


def card_name(row: Row, ordinal: int) -> str:
    """Return a name for one card of a note: the direction of a pair, or the phrase that a cloze hides."""
    if row.kind == "pair":
        return ("asked forwards", "asked backwards", "typed")[ordinal]
    phrases = re.findall(rf"\{{\{{c{ordinal + 1}::(.*?)\}}\}}", field_values(row)["Text"], re.DOTALL)
    return " … ".join(plain_text(phrase) for phrase in phrases) or f"blank {ordinal + 1}"
