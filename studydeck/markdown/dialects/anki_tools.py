"""Lines that tools for Anki read, and nobody else: ids, schedules, names of decks, and the ends of a note's block.

In: the lines of a source. Out: the same lines without them; the block of a note marked as a card.
"""

from __future__ import annotations

import re

from studydeck.markdown.dialects.card_lines import CardLines
from studydeck.markdown.flashcards import ANSWER, ANSWER_BOTH_WAYS
from studydeck.patterns import lazy_pattern

_ID_COMMENT = lazy_pattern(
    r"<!--\s*(?:SR:[^<>]*"  # the schedule of Obsidian's Spaced Repetition
    r"|ID:\s*\d+|(?:anki|card|note)[-_ ]?id:?\s*\d+"  # the number of a note, with a label
    r"|\^?\d{13}"  # the number alone: a time in milliseconds
    r")\s*-->",  # the end of the comment
    re.IGNORECASE,
)
_ID_LINE = lazy_pattern(r"(?:ID:\s*\d{8,}|DELETE|\^\d{13}|\[\[#\^[\w-]+\]\])$")
_BLOCK_LINK = lazy_pattern(r"!?\[\[#\^[\w-]+\]\]")
CARD_TAG = lazy_pattern(
    r"(?<=\s)#(?:flashcards?|cards?)"  # the tag
    r"(?P<way>-reverse|/reverse)?(?:/[\w/-]*)?\s*$",  # both directions; a tag below it
    re.IGNORECASE,
)
_DECK = lazy_pattern(r"(?:TARGET DECK|FILE TAGS)(?P<name>:.*)?$")
_DECK_TAGS = lazy_pattern(r"(?:#(?:flashcards?|cards?|anki)(?:[/-][\w/-]*)?\s*)+$", re.IGNORECASE)
_INLINE_DECK_TAG = lazy_pattern(r"(?<!\S)#(?:flashcards|anki)(?:[/-][\w/-]*)?(?=\s|$)", re.IGNORECASE)
_CARD_TAGS_OF_MDANKI = lazy_pattern(r"(?:\[#[^\]\s]+\]\(\)\s*)+$")
_FIELD = lazy_pattern(r"(?P<name>Front|Back|Text|Extra|Back Extra|Tags):\s*", re.IGNORECASE)
_INLINE_NOTE = lazy_pattern(
    r"STARTI\s*\[(?P<type>[^\]]+)\]"  # the note type
    r"(?P<front>.*?)(?:\sBack:(?P<back>.*?))?"  # the fields
    r"(?:\sTags:.*)?(?:\s(?:ID:\s*\d+)?\s*)?ENDI\s*$"  # tags and the number, which are the tool's
)
_TAG = lazy_pattern(r"#(?<!\S#)(?:flashcards?|cards?|anki)(?:[/-][\w/-]*)?(?=\s|$)", re.IGNORECASE)
_TAG_NAME = lazy_pattern(
    r"^(?:tags?[ \t]*[:=].*|[ \t]*-[ \t]*[\"']?)"  # tags in one line, or one of them in a list
    r"\b(?:flashcards?|cards?|anki)\b",  # those of tools for flashcards
    re.IGNORECASE | re.MULTILINE,
)
MOST_LINES = 200  # lines of the block of one note


def has_tag(text: str) -> bool:
    """Return whether a text has a tag for flashcards."""
    return "#" in text and bool(_TAG.search(text))


def has_id(text: str) -> bool:
    """Return whether a text holds the id or the schedule of a card."""
    return "<!--" in text and bool(_ID_COMMENT.search(text))


def is_tagged(text: str, front_matter: str) -> bool:
    """Return whether a text or its front matter has a tag for flashcards: all of it is written for them."""
    return has_tag(text) or bool(front_matter and _TAG_NAME.search(front_matter))


def hide_marks_of_tools(cards: CardLines) -> None:
    """Hide ids, schedules and names of decks; where they share a line with text, the text stays."""
    lines = cards.lines
    for index, line in enumerate(lines):
        if line.is_code or not line.text:
            continue
        text = _ID_COMMENT.sub("", line.text) if "<!--" in line.text else line.text
        text = _BLOCK_LINK.sub("", text) if "[[#^" in text else text
        if "#" in text:
            text = _INLINE_DECK_TAG.sub("", text)
        text = text.rstrip()
        if not line.bullet and (_ID_LINE.match(text) or _DECK_TAGS.match(text) or _CARD_TAGS_OF_MDANKI.match(text)):
            text = ""
        if deck := _DECK.match(text):
            text = ""
            if not deck["name"] and index + 1 < len(lines):
                cards.blank(index + 1)
        if text == line.text:
            continue
        if text:
            cards.replace_text(index, text)
        else:
            cards.blank(index)


def note_block(cards: CardLines, index: int) -> bool:
    """Mark the note between `START` and `END`, or in a line between `STARTI` and `ENDI`."""
    lines = cards.lines
    if inline := _INLINE_NOTE.match(lines[index].text):
        if inline["back"]:
            cards.mark(
                index, index + 1, index + 1, {index: f"{inline['front']}{_mark(inline['type'])}{inline['back']}"}
            )
        else:
            cards.replace_text(index, inline["front"])
        return True
    if lines[index].text != "START":
        return False
    end = next(
        (below for below in range(index + 1, min(index + MOST_LINES, len(lines))) if lines[below].text == "END"), 0
    )
    if end < index + 2:
        return False
    kind = lines[index + 1].text
    texts, back, last = dict[int, str](), 0, index + 1
    for below in range(index + 2, end):
        if lines[below].is_code:
            last = below
            continue
        field = _FIELD.match(lines[below].text)
        if field and field["name"].casefold() == "tags":
            break
        if field:
            texts[below] = lines[below].text[field.end() :]
            back = back or (below if field["name"].casefold() == "back" else 0)
        last = below if not lines[below].is_blank else last
    for below in (index, index + 1, *range(last + 1, end + 1)):
        cards.blank(below)
    if back > index + 2:
        cards.mark(index + 2, back, last + 1, texts, _mark(kind))
    else:
        for below, text in texts.items():
            cards.replace_text(below, text)
    cards.free = end + 1
    return True


def _mark(kind: str) -> str:
    return ANSWER_BOTH_WAYS if "reversed" in kind.casefold() else ANSWER
