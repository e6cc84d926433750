"""Take remarks about a course out of a section: room numbers, dates of lectures, gossip about the exam, tasks.

In: a section. Out: the section without them, and a `SkippedBlock` for each.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from studydeck.model.document import Block, Inline, Item, ItemList, Paragraph, Quotation, Section, SourceSpan, Text
from studydeck.model.notes import SkippedBlock
from studydeck.model.text_edits import cut_all_raw, normalized_text
from studydeck.text import course_remarks
from studydeck.text.section_texts import strings_of, words_of_section
from studydeck.text.sentences import sentences
from studydeck.text.tokens import Span

REASON = "about-the-course"
_SEPARATORS = " ,;:：-–—.!"  # that are left over beside a remark
_SIGNS_BEFORE = f"{_SEPARATORS}<>→←="
_ATTACHED = ".,;:!?)"  # what no space stands before


def without_course_remarks(section: Section) -> tuple[Section, list[SkippedBlock]]:
    """Return a section without remarks about a course, and these."""
    string = " ".join(strings_of(section))
    if section.directives.skip or not course_remarks.may_hold_remarks(string, words_of_section(section)):
        return section, []
    skipped: list[SkippedBlock] = []
    blocks = _without_remarks(section.blocks, skipped)
    return (replace(section, blocks=blocks), skipped) if skipped else (section, [])


def _without_remarks(blocks: Sequence[Block], skipped: list[SkippedBlock]) -> tuple[Block, ...]:
    kept: list[Block] = []
    for block in blocks:
        if isinstance(block, Paragraph) and not block.directives.hide:
            if text := _text_without_remarks(block.text, block.span, skipped):
                kept.append(block if text is block.text else replace(block, text=text))
        elif isinstance(block, ItemList):
            if items := _items(block, skipped):
                kept.append(replace(block, items=items))
        elif isinstance(block, Quotation) and block.style != "embed":
            kept.append(replace(block, blocks=_without_remarks(block.blocks, skipped)))
        else:
            kept.append(block)
    return tuple(kept)


def _items(block: ItemList, skipped: list[SkippedBlock]) -> tuple[Item, ...]:
    is_about_course = any(course_remarks.is_course_line(item.text.plain) for item in block.items if item.text)
    kept: list[Item] = []
    for item in block.items:
        text = item.text
        if text and not item.directives.hide:
            is_date = is_about_course and course_remarks.is_course_date(text.plain)
            text = _text_without_remarks(text, item.span, skipped, is_all=is_date and not item.blocks)
        below = _without_remarks(item.blocks, skipped) if item.blocks else ()
        if text or below or not item.text:
            kept.append(item if text is item.text and below == item.blocks else replace(item, text=text, blocks=below))
    return tuple(kept)


def _text_without_remarks(text: Text, span: SourceSpan, skipped: list[SkippedBlock], *, is_all: bool = False) -> Text:
    """Return a text without its remarks; the same text if it has none."""
    spans = [(0, len(text.string))] if is_all else _removed(text)
    if not spans:
        return text
    remarks = " ".join(text.string[start:end].strip(_SIGNS_BEFORE) for start, end in spans)
    skipped.append(SkippedBlock(span, REASON, remarks[:200]))
    starts, ends = (0, *[end for _, end in spans]), (*[start for start, _ in spans], len(text.string))
    inlines: list[Inline] = []
    for part in cut_all_raw(text, zip(starts, ends, strict=True)):
        words = "".join([inline.text for inline in part])
        is_shown = words.strip(_SEPARATORS) or any(inline.kind != "text" for inline in part)
        if is_shown or (inlines and words.strip() in {".", "!"}):
            inlines += ([Inline(" ")] if inlines and words[:1] not in _ATTACHED else []) + part
    return normalized_text(inlines)


def _removed(text: Text) -> list[Span]:
    """Return the spans of the remarks in a text."""
    if not course_remarks.may_hold_remarks(text.string):
        return []
    spans: list[Span] = []
    position = 0
    for sentence in sentences(text):
        string = sentence.string
        start = text.string.find(string, position)
        position = start + len(string)
        if course_remarks.is_remark(string):
            spans.append((start, position))
        else:
            spans += [(start + first, start + last) for first, last in course_remarks.remark_spans(string)]
    return spans
