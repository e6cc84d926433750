"""Decisions as directives: what was decided about a note in; the comment that says it, and where it can stand, out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from studydeck.identity.decision_merge import NoteDecision
from studydeck.model.notes import Note
from studydeck.patterns import lazy_pattern

_LINE = lazy_pattern(r"[^\r\n]*(?:\r\n|\r|\n|$)")
_LAST = lazy_pattern(r"(?:\s*\|)?(?:\s+\^[\w-]+)?\\?\s*$")  # the end of a row, a block id of Obsidian, a hard break


def directive_of(decision: NoteDecision) -> str:
    """Return the directives that say what was decided, as they stand in a comment; empty where none can."""
    values = (*decision.hide, *decision.tags)
    if any('"' in value or "--" in value or "\n" in value for value in values):
        return ""
    if decision.keeps is False:
        return "skip"
    directives = [{"one": "one-way", "both": "both-ways"}[decision.ways]] if decision.ways else []
    directives += [f'hide="{phrase}"' for phrase in decision.hide]
    directives += ["items"] if decision.items else []
    return ", ".join((*directives, *[f"tag={tag}" for tag in decision.tags]))


def left_to_decide(decision: NoteDecision) -> NoteDecision | None:
    """Return what stays of a decision when the notes say the rest: that the note was reviewed."""
    if not decision.reviewed or decision.keeps is False:
        return None
    return replace(decision, skip=None, ways=None, hide=(), items=False, tags=())


def places_of(note: Note, lines: Sequence[str]) -> tuple[int, ...]:
    """Return the lines, counted from 1, at whose ends a comment about a note can stand, the likeliest first.

    The rules decide which block a comment belongs to: who uses these has to build and compare.
    """
    span = note.draft.span
    lines_up = [line for line in range(min(span.end_line, len(lines)), 0, -1) if lines[line - 1].strip()]
    above = next((line for line in lines_up if line < span.line), 0)
    below = _end_of_next(span.end_line, lines)
    # A comment at a heading applies to all that is below it.
    found = (below, span.line, above) if lines[span.line - 1].startswith("#") else (*lines_up[:1], span.line, above)
    found += tuple([card_spec.line for card_spec in note.draft.card_specs])
    return tuple(dict.fromkeys(line for line in found if 0 < line <= len(lines)))


def _end_of_next(line: int, lines: Sequence[str]) -> int:
    """Return the last line of the paragraph below a line, where the lines of a note are its heading alone; or 0."""
    below = next((number for number in range(line + 1, len(lines) + 1) if lines[number - 1].strip()), 0)
    while below and below < len(lines) and lines[below].strip():
        below += 1
    return below


def with_comments(text: str, comments: Iterable[tuple[int, str]]) -> str:
    """Return a text with directives at the ends of some lines, counted from 1; everything else stays as it is."""
    lines: list[str] = _LINE.findall(text)
    for number, directive in comments:
        content = lines[number - 1].rstrip("\r\n")
        end = lines[number - 1][len(content) :]
        before_last = _LAST.search(content)
        start = before_last.start() if before_last else len(content)
        last = content[start:]
        separator = " " if last.startswith("|") else ""
        lines[number - 1] = f"{content[:start]} <!-- deck: {directive} -->{separator}{last}{end}"
    return "".join(lines)


def lines_of(text: str) -> list[str]:
    """Return the lines of a text, without their ends."""
    return re.split(r"\r\n|\r|\n", text)
