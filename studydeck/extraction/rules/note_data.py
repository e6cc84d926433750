"""Rule for what a note says about itself: its tags, its dates, its author, in lines such as "Last updated: 3 May".

A label such as "Date" or "Author" can be a fact of the subject, too; it counts as data of the note only beside one that
cannot ("Tags", "Last updated"), beside another in the same line, or with a date of these days, where all lines of the
block have such labels.
"""

from __future__ import annotations

import re
from itertools import takewhile, zip_longest

from studydeck.extraction.context import RuleContext, RuleResult, skip
from studydeck.model.document import Block, Html, ItemList, Paragraph, Quotation, Text
from studydeck.model.notes import SectionVocabulary
from studydeck.model.text_edits import text_of
from studydeck.model.traverse import plain
from studydeck.patterns import lazy_pattern
from studydeck.text.length import exceeds
from studydeck.text.normalize import normalize
from studydeck.text.punctuation import ends_in_colon
from studydeck.text.word_list_files import alternatives, phrase_set

_LAST_SECTION = 1  # that can begin with data of the note: the title's own, and the one below it
_LONGEST_LABEL = 30  # characters
_COLONS = ":："
_BRACKETS = "(（"
_OWN_LABELS = phrase_set("note_data_labels")
_OWN_LABEL = lazy_pattern(rf"(?<!\w){alternatives('note_data_labels')}\s?[:：]", re.IGNORECASE)
_LABELS = _OWN_LABELS | phrase_set("property_keys", "more_property_keys", "notion_properties", "course_date_labels")
_CREDITS = phrase_set("course_labels", "author_labels")
_BAR = lazy_pattern(r"\s[|｜·•]\s")  # between several labels with their values
_YEAR, _LONGEST_DATE = lazy_pattern(r"(?<!\d)20\d\d(?!\d)"), 12  # words
_RECENT_DATE = lazy_pattern(r"20\d\d([-./])\d\d?\1\d\d? | \d\d?([-./])\d\d?\2(?:20)?\d\d", re.VERBOSE)


def note_data(context: RuleContext, index: int, _vocabulary: SectionVocabulary) -> RuleResult | None:
    """Skip a block that holds nothing but data of the note, as they stand at the beginning of a file."""
    if _says_when_updated(context.blocks[index]):
        return skip(context.blocks[index], "about-the-notes")
    if context.section > _LAST_SECTION or context.nested:
        return None
    blocks = context.blocks
    opening = [block for block, _ in takewhile(lambda pair: _holds_labels(*pair), zip_longest(blocks, blocks[1:]))]
    if index >= len(opening):
        return None
    had_tags = bool(context.directives.tags) and any(map(_has_emptied_item, opening))
    if not had_tags and not any(map(_has_own_label, opening)):
        return None
    return skip(blocks[index], "about-the-notes")


def _says_when_updated(block: Block) -> bool:
    """Return whether a line says when the note was written, wherever it stands: "Last updated: 3 May 2024"."""
    if not isinstance(block, Paragraph) or block.directives.hide or _label(block.text) not in _OWN_LABELS:
        return False
    value = block.text.string.replace("：", ":").partition(":")[2]
    return bool(_YEAR.search(value)) and not exceeds(block.text, _LONGEST_DATE)


def _holds_labels(block: Block, following: Block | None) -> bool:
    """Return whether each line of a block has a label of the note, and none leads to the list below it."""
    lines = _lines(block)
    if isinstance(following, ItemList) and lines and ends_in_colon(lines[-1].string):
        return False
    return bool(lines) and all(_label(line) in _LABELS or _holds_credits(line.string) for line in lines)


def _has_own_label(block: Block) -> bool:
    """Return whether a block holds a label that no subject has, or the tags of the note, of which none is left."""
    if isinstance(block, Paragraph) and (block.directives.tags or _OWN_LABEL.search(block.text.string)):
        return True
    return any(_label(line) in _OWN_LABELS or _says_who_or_when(line.string) for line in _lines(block))


def _says_who_or_when(line: str) -> bool:
    """Return whether a line holds several labels of a course or its notes, or the date of the note."""
    return _holds_credits(line) or bool(_RECENT_DATE.fullmatch(line.replace("：", ":").partition(":")[2].strip()))


def _holds_credits(line: str) -> bool:
    """Return whether parts of a line have labels of a course or its notes: "Course: Physics 2 | Authors: A. Smith"."""
    parts = _BAR.split(line)
    labels = [normalize(part.replace("：", ":").partition(":")[0]) for part in parts if ":" in part or "：" in part]
    return len(parts) > 1 and len(labels) > 1 and all(label in _CREDITS or label in _LABELS for label in labels)


def _has_emptied_item(block: Block) -> bool:
    """Return whether a list has an item without text, as one that held nothing but tags."""
    return isinstance(block, ItemList) and not all(item.text for item in block.items)


def _lines(block: Block) -> list[Text]:
    if isinstance(block, Paragraph):
        return [block.text]
    if isinstance(block, ItemList) and not any(item.blocks for item in block.items):
        return [item.text for item in block.items if item.text]
    if isinstance(block, Quotation) and block.style == "quote":
        return [line for inner in block.blocks for line in _lines(inner)]
    if isinstance(block, Html):
        return [text_of(line) for line in plain((block,)).splitlines() if line.strip()]
    return []


def _label(line: Text) -> str:
    """Return the label of a line in normal form, without a remark in brackets; empty where it has none."""
    string = line.string
    ends = [end for colon in _COLONS if 0 < (end := string.find(colon)) <= _LONGEST_LABEL]
    if not ends:
        return ""
    label = string[: min(ends)]
    bracket = min((start for sign in _BRACKETS if (start := label.find(sign)) > 0), default=len(label))
    return normalize(label[:bracket])
