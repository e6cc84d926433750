"""What a learner gets from another version, as text, as Markdown for a changelog or a pull request, and as JSON."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import TypeVar

from studydeck.model.anki import Row
from studydeck.reports import wording
from studydeck.reports.comparison import Change, Comparison

_Found = TypeVar("_Found", Row, Change)
_MOST = 500  # notes of one sort that a page lists: a release page takes 125,000 characters
_LABELS = {
    "Term": "term",
    "Meaning": "meaning",
    "Clue": "clue of the backward card",
    "TermLabel": "label of the term",
    "MeaningLabel": "label of the meaning",
    "Prompt": "prompt",
    "Text": "text",
    "Extra": "extra",
}


def summary(found: Comparison) -> str:
    """Count what differs, in one line."""
    cards = sum(len(row.ordinals) for row in found.new) + sum(len(one.new_cards) for one in found.changed)
    retired = sum(len(row.ordinals) for row in found.retired) + sum(len(one.retired_cards) for one in found.changed)
    parts = (
        f"{_many(len(found.new), 'new note')}, {len(found.changed)} changed, {len(found.moved)} moved, "
        f"{len(found.retired)} retired; {_many(cards, 'new card')}, {retired} retired"
    )
    return parts + ("; the cards look different" if found.look else "")


def text(found: Comparison) -> Iterator[str]:
    """Give the comparison for a terminal."""
    yield f"{found.before.version or 'nothing'} → {found.after.version}: {summary(found)}"
    for row in found.new:
        yield f"+ {_line(row)}"
    for change in found.changed:
        yield f"~ {_line(change.after)}"
        yield from (f"    {line}" for line in _differences(change))
    yield from (f"> {line}" for line in _moves(found))
    for row in found.retired:
        yield f"- {_line(row)}"


def markdown(found: Comparison, level: int = 3) -> Iterator[str]:
    """Give the comparison as Markdown, by section; headings begin at a level."""
    sharps = "#" * level
    if found.new:
        yield from _part(f"{sharps} New", found.new, lambda row: row, lambda row: [_item(row)])
    if found.changed:
        yield from _part(f"{sharps} Changed", found.changed, lambda one: one.after, _changed)
    if found.moved:
        yield f"{sharps} Moved"
        yield ""
        yield from (f"- {escaped(line)}" for line in _moves(found))
        yield ""
    if found.retired:
        yield from _part(f"{sharps} Retired", found.retired, lambda row: row, lambda row: [_item(row)])


def page(found: Comparison) -> Iterator[str]:
    """Give the comparison as a page of its own, as a pull request shows it."""
    yield "## What learners get"
    yield ""
    yield f"{summary(found)}."
    yield ""
    yield from markdown(found)


def as_json(found: Comparison) -> str:
    """Give the comparison as one JSON object."""
    about = {
        "before": found.before.version,
        "after": found.after.version,
        "step": found.collecting,
        "appearance": found.look,
        "new": [_record(row) for row in found.new],
        "changed": [_change(one) for one in found.changed],
        "moved": [_change(one) for one in found.moved],
        "retired": [_record(row) for row in found.retired],
    }
    return json.dumps(about, ensure_ascii=False, indent=1)


def escaped(words: str) -> str:
    """Give words as Markdown that shows them as they are: notes neither write our page nor call anybody."""
    text = re.sub(r"([\\`*_\[\]{}<>#|~$!])", r"\\\1", words)
    return text.replace("&", "&amp;").replace("@", "@<!-- -->")


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'s' * (count != 1)}"


def _line(row: Row) -> str:
    return " | ".join(filter(None, (wording.heading_path_words(row), wording.question(row), wording.answer(row))))


def _moves(found: Comparison) -> Iterator[str]:
    """Say how many notes went from where to where: a renamed heading moves all that stand below it."""
    ways = Counter((_place(one.before), _place(one.after)) for one in found.moved)
    for (before, after), count in ways.items():
        notes = _many(count, "note")
        yield f"{notes}: other tags, in {after}" if before == after else f"{notes} from {before} to {after}"


def _place(row: Row) -> str:
    source = wording.words(wording.values(row)["Source"])
    return ", ".join(filter(None, (wording.heading_path_words(row), source)))


def _differences(change: Change) -> Iterator[str]:
    old, new = wording.values(change.before), wording.values(change.after)
    for name in (one for one in change.fields if one in _LABELS):
        if name == "Clue" and {"Term", "Meaning"} & {*change.fields}:
            continue  # it only follows them
        before, after = (_said(name, fields[name]) for fields in (old, new))
        yield f"{_LABELS[name]}: {before or '(nothing)'} → {after or '(nothing)'}"
    for ordinal in change.new_cards:
        yield f"new card: {wording.card(change.after, ordinal)}"
    for ordinal in change.retired_cards:
        yield f"retired card: {wording.card(change.before, ordinal)}"
    if not change.arrives:
        yield "learners get this with the note's next change"


def _said(name: str, field: str) -> str:
    return wording.words(re.sub(r"\{\{c\d+::(.*?)\}\}", r"[\1]", field, flags=re.DOTALL) if name == "Text" else field)


def _part(
    heading: str, found: Sequence[_Found], row_of: Callable[[_Found], Row], items: Callable[[_Found], Iterable[str]]
) -> Iterator[str]:
    yield heading
    for name, group in groupby(found[:_MOST], key=lambda one: wording.heading_path_words(row_of(one))):
        yield ""
        yield f"**{escaped(name)}**" if name else "**At the top**"
        yield ""
        for one in group:
            yield from items(one)
    if len(found) > _MOST:
        yield ""
        yield f"… and {len(found) - _MOST:,} more; `diff` lists them all."
    yield ""


def _item(row: Row) -> str:
    card_specs, answers = escaped(wording.question(row)), escaped(wording.answer(row))
    return f"- {card_specs} — {answers}" if card_specs else f"- {answers}"


def _changed(change: Change) -> Iterator[str]:
    yield f"- {escaped(wording.question(change.after) or wording.answer(change.after))}"
    yield from (f"  - {escaped(line)}" for line in _differences(change))


def _record(row: Row) -> dict[str, object]:
    return {
        "guid": row.guid,
        "kind": row.kind,
        "trail": wording.heading_path_words(row),
        "question": wording.question(row),
        "answer": wording.answer(row),
        "cards": list(row.ordinals),
    }


def _change(change: Change) -> dict[str, object]:
    old, new = wording.values(change.before), wording.values(change.after)
    differ = {name: {"before": old[name], "after": new[name]} for name in change.fields if name in new}
    tags = {"Tags": {"before": list(change.before.tags), "after": list(change.after.tags)}}
    return _record(change.after) | {
        "arrives": change.arrives,
        "fields": differ | (tags if "Tags" in change.fields else {}),
        "new_cards": list(change.new_cards),
        "retired_cards": list(change.retired_cards),
    }
