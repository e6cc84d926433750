"""Show each footnote with the note that holds the text which refers to it.

In: the drafts of a section and its footnotes. Out: the drafts, with footnotes in their extra, and a `SkippedBlock` for
each footnote of which no draft shows the text around it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from msgspec.structs import replace

from studydeck.extraction.left_over import shown_strings
from studydeck.extraction.rules.boilerplate import is_link
from studydeck.model.document import Content, Paragraph, Quotation, Section, SourceSpan
from studydeck.model.notes import NoteDraft, SkippedBlock
from studydeck.model.traverse import plain
from studydeck.text.length import length
from studydeck.text.normalize import fold
from studydeck.text.tokens import tokens

LONGEST_SHOWN = 120  # words of the footnotes of one note
MOST_CHARACTERS = 1500  # of a footnote, which each reference to it repeats
NO_ROOM = "no-note-to-show-with"
_NEIGHBOURS = 20  # drafts before and after the line of a reference that are compared with the text before it
_TAILS = (60, 30, 15, 8)  # letters of the text before a reference, the longest first


def without_footnotes(section: Section) -> tuple[Section, tuple[Quotation, ...]]:
    """Return a section without its footnotes, and these."""
    notes = tuple([block for block in section.blocks if isinstance(block, Quotation) and block.style == "footnote"])
    if not notes:
        return section, ()
    blocks = [block for block in section.blocks if not (isinstance(block, Quotation) and block.style == "footnote")]
    return replace(section, blocks=tuple(blocks)), notes


def with_footnotes(
    drafts: Sequence[NoteDraft], notes: Sequence[Quotation]
) -> tuple[list[NoteDraft], list[SkippedBlock]]:
    """Return drafts that show footnotes with their answers, and the footnotes that none of them can show."""
    result: list[NoteDraft] = list(drafts)
    skipped: list[SkippedBlock] = []
    if not notes:
        return result, skipped
    asked = sorted(
        [number for number, draft in enumerate(drafts) if not draft.legacy_only],
        key=lambda number: drafts[number].span.line,
    )
    lines = [drafts[number].span.line for number in asked]
    strings = {number: _letters(" ".join(_own_strings(drafts[number]))) for number in asked}
    shown: dict[int, dict[SourceSpan, Content]] = defaultdict(dict)
    for note in notes:
        span, reason = note.blocks[0].span, _reason_to_skip(note.blocks)
        number = None if reason else _referring(note, list(_nearby(note, asked, lines)), drafts, strings)
        if number is not None and (span in shown[number] or _has_room(shown[number].values(), note.blocks)):
            shown[number][span] = note.blocks
        else:
            skipped.append(SkippedBlock(span, reason or NO_ROOM, plain(note.blocks)[:200]))
    for number, footnotes in shown.items():
        result[number] = replace(
            result[number], extra=(*result[number].extra, *chain.from_iterable(footnotes.values()))
        )
    return result, skipped


def _reason_to_skip(blocks: Content) -> str:
    """Return why no note shows a footnote, or an empty text."""
    if all(isinstance(block, Paragraph) and is_link(block.text) for block in blocks):
        return "link"
    return NO_ROOM if len(plain(blocks)) > MOST_CHARACTERS else ""


def _has_room(shown: Iterable[Content], blocks: Content) -> bool:
    """Return whether the note that shows some footnotes can show one more."""
    return sum(map(length, shown)) + length(blocks) <= LONGEST_SHOWN


def _own_strings(draft: NoteDraft) -> list[str]:
    """Return the strings that a note shows, without its heading path."""
    return shown_strings(draft)[len(draft.heading_path) :]


def _letters(string: str) -> str:
    return "".join(tokens(fold(string)))


def _nearby(note: Quotation, asked: Sequence[int], lines: Sequence[int]) -> Iterator[int]:
    """Yield the drafts around a reference, those of its line first; then the first of the section: its heading's."""
    position = bisect_left(lines, note.span.line)
    yield from asked[position : position + _NEIGHBOURS]
    yield from reversed(asked[max(0, position - _NEIGHBOURS) : position])
    yield from asked[:1]


def _referring(
    note: Quotation, nearby: Sequence[int], drafts: Sequence[NoteDraft], strings: dict[int, str]
) -> int | None:
    """Return the draft that shows the text before a reference, else the first one of its line."""
    before = _letters(note.title.string)
    in_line = [number for number in nearby if drafts[number].span.line == note.span.line]
    if before:
        for size in _TAILS:
            tail = before[-size:]
            holding = [number for number in (*in_line, *nearby) if tail in strings[number]]
            if holding:
                return holding[0]
    return in_line[0] if in_line else None
