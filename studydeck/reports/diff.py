"""Format comparisons: a `Comparison` in; text, Markdown for a changelog or a pull request, or JSON out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import TypeVar

from studydeck.diagnostics import counted
from studydeck.model.anki import Row
from studydeck.reports import wording
from studydeck.reports.comparison import Change, Comparison
from studydeck.reports.printable import printable, to_json

_Entry = TypeVar("_Entry", Row, Change)
_BOLD = ("\ue000", "\ue001")  # marks that no text has, which become ** in Markdown
_MAX_LISTED = 500  # notes in one part of a page: GitHub limits a release page to 125,000 characters
_FIELD_LABELS = {
    "Term": "term",
    "Meaning": "meaning",
    "Clue": "clue of the backward card",
    "TermLabel": "label of the term",
    "MeaningLabel": "label of the meaning",
    "Prompt": "prompt",
    "Text": "text",
    "Extra": "extra",
}


def summary(comparison: Comparison) -> str:
    """Return the numbers of notes and cards that differ, in one line."""
    new_card_count = sum(len(row.ordinals) for row in comparison.new) + sum(
        len(change.new_cards) for change in comparison.changed
    )
    retired_card_count = sum(len(row.ordinals) for row in comparison.retired) + sum(
        len(change.retired_cards) for change in comparison.changed
    )
    counts = (
        f"{counted(len(comparison.new), 'new note')}, {len(comparison.changed)} changed, {len(comparison.moved)} "
        f"moved, {len(comparison.retired)} retired; {counted(new_card_count, 'new card')}, "
        f"{retired_card_count} retired"
    )
    return counts + ("; the cards look different" if comparison.appearance_changed else "")


def versions(comparison: Comparison) -> str:
    """Return the two versions that are compared, or the first one."""
    before, after = comparison.before.version, comparison.after.version
    return f"{before} → {after}" if before else f"first version, {after}"


def text(comparison: Comparison) -> Iterator[str]:
    """Yield the comparison as text for a terminal."""
    yield f"{versions(comparison)}: {summary(comparison)}"
    for row in comparison.new:
        yield f"+ {_note_line(row)}"
    for change in comparison.changed:
        yield f"~ {_note_line(change.after)}"
        yield from (f"    {line}" for line in _differences(change))
    yield from (f"> {line}" for line in _move_lines(comparison))
    for row in comparison.retired:
        yield f"- {_note_line(row)}"


def markdown(comparison: Comparison, level: int = 3) -> Iterator[str]:
    """Yield the comparison as Markdown by section; `level` is that of its headings, from 1."""
    hashes = "#" * level
    if comparison.new:
        yield from _by_section(f"{hashes} New", comparison.new, lambda row: row, lambda row: [_list_item(row)])
    if comparison.changed:
        yield from _by_section(f"{hashes} Changed", comparison.changed, lambda change: change.after, _changed_lines)
    if comparison.moved:
        yield f"{hashes} Moved"
        yield ""
        yield from (f"- {escape_markdown(line)}" for line in _move_lines(comparison))
        yield ""
    if comparison.retired:
        yield from _by_section(f"{hashes} Retired", comparison.retired, lambda row: row, lambda row: [_list_item(row)])


def page(comparison: Comparison) -> Iterator[str]:
    """Yield the comparison as a complete Markdown page, for a pull request."""
    yield "## What learners get"
    yield ""
    yield f"{summary(comparison)}."
    yield ""
    yield from markdown(comparison)


def as_json(comparison: Comparison) -> str:
    """Return the comparison as one JSON object."""
    record = {
        "before": comparison.before.version,
        "after": comparison.after.version,
        "step": comparison.step,
        "appearance": comparison.appearance_changed,
        "new": [_record(row) for row in comparison.new],
        "changed": [_change_record(change) for change in comparison.changed],
        "moved": [_change_record(change) for change in comparison.moved],
        "retired": [_record(row) for row in comparison.retired],
    }
    return to_json(record, indent=1)


def escape_markdown(raw_text: str) -> str:
    """Return text escaped for Markdown, so that notes can neither add markup to a page nor mention users."""
    markdown_text = re.sub(r"([\\`*_\[\]{}<>#|~$!])", r"\\\1", printable(raw_text))
    return markdown_text.replace("&", "&amp;").replace("@", "@<!-- -->")


def _note_line(row: Row) -> str:
    asked = " — ".join(filter(None, (wording.question(row), wording.answer(row))))
    return ": ".join(filter(None, (wording.heading_path_text(row), asked)))


def _move_lines(comparison: Comparison) -> Iterator[str]:
    """Yield the number of notes for each move: a renamed heading moves all notes below it."""
    moves = Counter((_location(change.before), _location(change.after)) for change in comparison.moved)
    for (before, after), count in moves.items():
        note_count = counted(count, "note")
        yield f"{note_count}: other tags, in {after}" if before == after else f"{note_count} from {before} to {after}"


def _location(row: Row) -> str:
    source = wording.plain_text(row.field_values()["Source"])
    subdeck = f"deck {row.subdeck}" if row.subdeck else ""
    return ", ".join(filter(None, (wording.heading_path_text(row), source, subdeck)))


def _differences(change: Change, marks: tuple[str, str] = wording.MARKS) -> Iterator[str]:
    old_fields, new_fields = change.before.field_values(), change.after.field_values()
    for name in (field_name for field_name in change.fields if field_name in _FIELD_LABELS):
        if name == "Clue" and {"Term", "Meaning"} & {*change.fields}:
            continue  # the clue repeats them
        before, after = (_field_text(name, fields[name], marks) for fields in (old_fields, new_fields))
        yield f"{_FIELD_LABELS[name]}: {before or '(nothing)'} → {after or '(nothing)'}"
    for ordinal in change.new_cards:
        yield f"new card: {wording.card_name(change.after, ordinal)}"
    for ordinal in change.retired_cards:
        yield f"retired card: {wording.card_name(change.before, ordinal)}"
    if not change.is_update:
        yield "learners get this with the note's next change"


def _field_text(name: str, field: str, marks: tuple[str, str]) -> str:
    return wording.sentence(field, marks) if name == "Text" else wording.plain_text(field)


def _by_section(
    heading: str, entries: Sequence[_Entry], row_of: Callable[[_Entry], Row], items: Callable[[_Entry], Iterable[str]]
) -> Iterator[str]:
    yield heading
    for name, group in groupby(entries[:_MAX_LISTED], key=lambda entry: wording.heading_path_text(row_of(entry))):
        yield ""
        yield f"**{escape_markdown(name)}**" if name else "**At the top**"
        yield ""
        for entry in group:
            yield from items(entry)
    if len(entries) > _MAX_LISTED:
        yield ""
        yield f"… and {len(entries) - _MAX_LISTED:,} more; `diff` lists them all."
    yield ""


def _list_item(row: Row) -> str:
    question, answer = escape_markdown(wording.question(row)), _with_bold(wording.answer(row, _BOLD))
    return f"- {question} — {answer}" if question else f"- {answer}"


def _changed_lines(change: Change) -> Iterator[str]:
    yield f"- {_with_bold(wording.question(change.after) or wording.answer(change.after, _BOLD))}"
    yield from (f"  - {_with_bold(line)}" for line in _differences(change, _BOLD))


def _with_bold(text: str) -> str:
    """Return text escaped for Markdown, in which what stands between the marks of a cloze is bold."""
    return re.sub(f"[{''.join(_BOLD)}]", "**", escape_markdown(text))


def _record(row: Row) -> dict[str, object]:
    return {
        "guid": row.guid,
        "kind": row.kind,
        "heading_path": wording.heading_path_text(row),
        "question": wording.question(row),
        "answer": wording.answer(row),
        "cards": list(row.ordinals),
    }


def _change_record(change: Change) -> dict[str, object]:
    old_fields, new_fields = change.before.field_values(), change.after.field_values()
    field_changes = {
        name: {"before": old_fields[name], "after": new_fields[name]} for name in change.fields if name in new_fields
    }
    tag_changes = {"Tags": {"before": list(change.before.tags), "after": list(change.after.tags)}}
    return _record(change.after) | {
        "arrives": change.is_update,
        "fields": field_changes | (tag_changes if "Tags" in change.fields else {}),
        "new_cards": list(change.new_cards),
        "retired_cards": list(change.retired_cards),
    }
