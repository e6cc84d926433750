"""Find where an edit stands in the notes: an edit and the build of today in; its file and line out.

With it comes what a patch may write there, or why there is none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from studydeck.corrections.comparison import FieldEdit
from studydeck.corrections.locations import LONGEST_RUN, Replacement, Run, places, replacements, runs
from studydeck.corrections.words import comparable, string, words
from studydeck.model.anki import Row
from studydeck.model.document import Content
from studydeck.model.html_text import plain_text
from studydeck.model.notes import Cloze, Note, Pair
from studydeck.pipeline import Built
from studydeck.reports.printable import printable_line

_LINES_AROUND = 40  # above a note, in which its heading or lead-in is searched, and below it, for its answer
_DERIVED = {
    "Clue": "is made from the meaning",
    "TermLabel": "is the head of a column",
    "MeaningLabel": "is the head of a column",
    "HeadingPath": "is made from headings",
    "Extra": "is text that stands beside the note",
    "Source": "is the path of the file",
    "Typed": "is made from the meaning",
}


class Correction(Struct, frozen=True):
    """An edit with its place: `line` is that of the changed words, or of the note; 0 where the notes do not have it.

    `reason` says why there is no patch; else `choices` are what a patch may write, the first of them once accepted.
    """

    edit: FieldEdit
    path: str
    line: int
    reason: str = ""
    choices: tuple[tuple[Replacement, ...], ...] = ()


def located(edit: FieldEdit, built: Built, texts: Callable[[str], str]) -> Correction:
    """Return an edit with its place, and what a patch may write there.

    Parameters
    ----------
    edit : what a learner edited.
    built : the build of the notes as they are now.
    texts : returns the text of a file, as it is on the disk; empty where it cannot be patched.
    """
    index = next((number for number, row in enumerate(built.deck.rows) if row.guid == edit.row.guid), None)
    if skipped := next((note for note in built.skipped_notes if note.guid == edit.row.guid), None):
        span = skipped.draft.span
        return Correction(edit, span.path, span.line, "a decision skips this note")
    if index is None:
        path = plain_text(edit.row.field_values()["Source"])
        return Correction(edit, path, 0, "the note is no longer in the notes")
    note, row = built.notes[index], built.deck.rows[index]
    text = texts(note.draft.span.path)
    changed = runs(edit.before, edit.after)
    found = [_found(note, edit, run, text) for run in changed]
    lines = [text.count("\n", 0, spans[0][0]) + 1 for spans in found if spans]
    line = min(lines) if lines else _line_of(note, edit.field)
    correction = Correction(edit, note.draft.span.path, line)
    if reason := _reason(edit, row, changed, text, found):
        return replace(correction, reason=reason)
    choices = tuple(dict.fromkeys(replacements(correction.path, found, changed)))
    return replace(correction, choices=choices)


def _reason(
    edit: FieldEdit, row: Row, changed: Sequence[Run], text: str, found: Sequence[Sequence[tuple[int, int]]]
) -> str:
    """Return why an edit cannot have a patch, or an empty text."""
    if edit.field in _DERIVED:
        return f"this field {_DERIVED[edit.field]}"
    if row.kind != edit.row.kind or words(row.field_values()[edit.field]) != comparable(edit.before):
        return f"the notes changed since version {edit.version}"
    for run in changed:
        if any(token.opaque for token in (*edit.before[run.start : run.end], *run.after)):
            return "a formula, a picture, a sound or a blank is changed"
        if any(token.text == "\n" for token in run.after):
            return "it has several lines"
        new_words = "".join([token.text for token in run.after])
        if max(len(new_words), len(string(edit.before[run.start : run.end]))) > LONGEST_RUN:
            return f"more than {LONGEST_RUN:,} characters are changed at once"
        if printable_line(new_words) != new_words:
            return "it has characters that are not shown"
    if not text:
        return "the file cannot be patched"
    return "" if all(found) else "these words do not stand there as plain text of the note"


def _found(note: Note, edit: FieldEdit, run: Run, text: str) -> tuple[tuple[int, int], ...]:
    """Return where the words of a run are written: in the lines of the field, or else in those around the note."""
    content, span = _content(note, edit.field), note.draft.span
    spans = [block.span for block in content if block.span.path == span.path]
    starts = [0, *(offset + 1 for offset, letter in enumerate(text) if letter == "\n"), len(text)]
    first, last = min(each.line for each in (*spans, span)), max(each.end_line for each in (*spans, span))
    within = (starts[min(first, len(starts)) - 1], starts[min(last, len(starts) - 1)])
    if found := places(edit.before, run, text, *within):
        return found
    above, below = starts[max(first - 1 - _LINES_AROUND, 0)], starts[min(last + _LINES_AROUND, len(starts) - 1)]
    nearest_above = places(edit.before, run, text, above, within[0])[::-1]
    return nearest_above or places(edit.before, run, text, within[1], below)


def _content(note: Note, field: str) -> Content:
    body, draft = note.draft.body, note.draft
    if field == "Extra":
        return (*draft.extra, *draft.supporting_blocks)
    if isinstance(body, Pair):
        return {"Term": body.term, "Meaning": body.meaning, "Clue": body.meaning}.get(field, ())
    assert isinstance(body, Cloze)
    return {"Prompt": body.prompt, "Text": body.text}.get(field, ())


def _line_of(note: Note, field: str) -> int:
    spans = [block.span for block in _content(note, field) if block.span.path == note.draft.span.path]
    return spans[0].line if spans else note.draft.span.line
