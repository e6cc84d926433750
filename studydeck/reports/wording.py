"""Describe packed notes in plain text, for changelogs and comparisons: a `Row` in, text without markup and ids out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from studydeck.model import html_text
from studydeck.model.anki import CLOZE_DELETION, Row, without_hint
from studydeck.model.media_types import SOUND_TAG
from studydeck.patterns import lazy_pattern
from studydeck.text.tokens import content_words

_ALT = lazy_pattern(r'\balt="([^"]+)"')
_SRC = lazy_pattern(r'\bsrc="([^"]+)"')
_TAG_NAME = lazy_pattern(r"</?[a-z0-9]*", re.IGNORECASE)
_BLOCKS = "p li dt dd tr div pre blockquote h1 h2 h3 h4 h5 h6".split()
_BLOCK_ENDS = {"<br", *(f"</{name}" for name in _BLOCKS)}
_CELL_ENDS = {"</td", "</th"}
MARKS = ("«", "»")  # around what a cloze hides
_ENDS = (*".!?:;,…", "。", "！", "？", "：", "؟", "।")
_MOST_WORDS = 5  # of a part that a comma separates from the next one
_SHARED_WORDS = 0.25  # of the content words of two answers: with fewer in common they say different things


def plain_text(field: str) -> str:
    """Return the HTML of a field as one line of text: its blocks as a sentence, pictures by their alt text."""
    named = SOUND_TAG.sub(r"[sound: \1]", field) if "[sound:" in field else field
    lines = [" ".join(line.split()) for line in html_text.plain_text(named, _tag_text).split("\n")]
    return _joined([line for line in lines if line])


def _joined(lines: Sequence[str]) -> str:
    """Join lines as a sentence does: words with commas, longer parts with semicolons, sentences with spaces."""
    is_short = all(len(line.split()) <= _MOST_WORDS and "," not in line for line in lines)
    text = ""
    for line in lines:
        separator = " " if text.endswith(_ENDS) else ", " if is_short else "; "
        text += f"{separator * bool(text)}{line}"
    return text


def _tag_text(tag: re.Match[str]) -> str:
    """Return the text that replaces a tag: that of a picture, a separator at the end of a block or cell, or nothing."""
    match = _TAG_NAME.match(tag[0])
    name = match[0].lower() if match else ""
    if name in _BLOCK_ENDS:
        return "\n"
    if name in _CELL_ENDS:
        return ", " if tag.string[tag.end() : tag.end() + 3].lower() in {"<td", "<th"} else ""
    return _picture_text(tag[0]) if name == "<img" else ""


def _picture_text(tag: str) -> str:
    alt, src = _ALT.search(tag), _SRC.search(tag)
    return f"[picture: {alt[1] if alt else src[1] if src else ''}]"


def heading_path_text(row: Row) -> str:
    """Return the heading path of a note."""
    return plain_text(row.field_values()["HeadingPath"])


def question(row: Row) -> str:
    """Return the question of a note; for a cloze its prompt, which may be empty."""
    fields = row.field_values()
    if row.kind == "cloze":
        return plain_text(fields["Prompt"])
    label = plain_text(fields["MeaningLabel"])
    return plain_text(fields["Term"]) + (f": {label}?" if label else "")


def sentence(field: str, marks: tuple[str, str] = MARKS) -> str:
    """Return the text of a cloze as a sentence, with marks around the hidden phrases."""
    return plain_text(CLOZE_DELETION.sub(lambda match: f"{marks[0]}{without_hint(match[2])}{marks[1]}", field))


def answer(row: Row, marks: tuple[str, str] = MARKS) -> str:
    """Return the answer of a note; for a cloze its text, with marks around the hidden phrases."""
    fields = row.field_values()
    return sentence(fields["Text"], marks) if row.kind == "cloze" else plain_text(fields["Meaning"])


def is_another_answer(before: str, after: str) -> bool:
    """Return whether an answer says something else than the one before, and not the same in other words."""
    old, new = (frozenset(content_words(text.casefold())) for text in (before, after))
    return bool(old) and len(old & new) < _SHARED_WORDS * len(old | new)


def card_name(row: Row, ordinal: int) -> str:
    """Return a name for one card of a note: the direction of a pair, or the phrase that a cloze hides."""
    if row.kind == "pair":
        return ("asked forwards", "asked backwards", "typed")[ordinal]
    phrases = re.findall(rf"\{{\{{c{ordinal + 1}::(.*?)\}}\}}", row.field_values()["Text"], re.DOTALL)
    return " … ".join(dict.fromkeys(plain_text(without_hint(phrase)) for phrase in phrases)) or f"blank {ordinal + 1}"
