"""A packed note in plain words, for changelogs and comparisons: no markup, no ids."""

from __future__ import annotations

import html
import re

from studydeck.model.anki import FIELDS, Row

_PICTURE = re.compile(r"<img\b[^<>]*>", re.IGNORECASE)
_ALT = re.compile(r'\balt="([^"]+)"')
_SRC = re.compile(r'\bsrc="([^"]+)"')
_END = re.compile(r"</(?:p|li|dt|dd|tr|div|pre|blockquote|h\d)>|<br\s*/?>", re.IGNORECASE)
_CELL = re.compile(r"</t[dh]>(?=<t[dh])", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_CLOZE = re.compile(r"\{\{c\d+::(.*?)\}\}", re.DOTALL)


def words(field: str) -> str:
    """Give the HTML of a field as one line: blocks divided by ` | `, a picture as the words that stand for it."""
    text = _PICTURE.sub(_picture, field)
    text = _CELL.sub(", ", _END.sub("\n", text))
    lines = (" ".join(line.split()) for line in html.unescape(_TAG.sub("", text)).split("\n"))
    return " | ".join(line for line in lines if line)


def _picture(tag: re.Match[str]) -> str:
    alt, src = _ALT.search(tag[0]), _SRC.search(tag[0])
    return f"[picture: {alt[1] if alt else src[1] if src else ''}]"


def values(row: Row) -> dict[str, str]:
    """Give a row's fields by name."""
    return dict(zip(FIELDS[row.kind], row.fields, strict=True))


def heading_path_words(row: Row) -> str:
    """Give the headings that lead to a note."""
    return words(values(row)["HeadingPath"])


def question(row: Row) -> str:
    """Give what a note asks; of a cloze what stands before its text, empty where nothing does."""
    field = values(row)
    if row.kind == "cloze":
        return words(field["Prompt"])
    label = words(field["MeaningLabel"])
    return words(field["Term"]) + (f": {label}?" if label else "")


def answer(row: Row) -> str:
    """Give what a note answers; of a cloze its text, what is hidden in square brackets."""
    field = values(row)
    return words(_CLOZE.sub(r"[\1]", field["Text"])) if row.kind == "cloze" else words(field["Meaning"])


def card(row: Row, ordinal: int) -> str:
    """Name one card of a note: the direction of a pair, the phrase that a cloze hides."""
    if row.kind == "pair":
        return ("asked forwards", "asked backwards", "typed")[ordinal]
    hidden = re.findall(rf"\{{\{{c{ordinal + 1}::(.*?)\}}\}}", values(row)["Text"], re.DOTALL)
    return " … ".join(words(one) for one in hidden) or f"blank {ordinal + 1}"
