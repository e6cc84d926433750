"""List what the author decided about notes: a build in; text and JSON out."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from studydeck.identity.decide import DecidedNote
from studydeck.identity.decision_merge import NoteDecision
from studydeck.pipeline import Built
from studydeck.reports.consequences import consequences
from studydeck.reports.listing import decision_record
from studydeck.reports.printable import to_json


def text_lines(built: Built, shown_path: Callable[[str], str] = str) -> Iterator[str]:
    """Yield each decision with the place of its note, and how the notes stand to it."""
    for decided in built.decided:
        decision, note = decided.decision, decided.note
        span = note.draft.span if note else decided.skipped_block
        place = f"{shown_path(span.path)}:{span.line}" if span else "not in the notes"
        guid = note.guid if note else decision.guid
        yield f"{place}: {guid} {', '.join(choices(decision)) or 'nothing'} ({decision.date})"
        yield f"    {decision.question}"
        yield from (f"        {line}" for line in _standing(built, decided))
    count = len(built.decided)
    yield "" if count else "nothing was decided about a note"
    if count:
        skipped = sum(decided.is_skipped for decided in built.decided)
        yield f"{count} {'decision' if count == 1 else 'decisions'}, {skipped} skipped"


def json_lines(built: Built) -> Iterator[str]:
    """Yield a JSON object for each decision."""
    for decided in built.decided:
        note = decided.note
        record: dict[str, object] = {"guid": note.guid if note else decided.decision.guid, "in_notes": bool(note)}
        if note:
            span = note.draft.span
            record |= {"path": span.path, "line": span.line, "kind": note.draft.kind, "since": note.since}
        yield to_json({"decision": {**record, **decision_record(decided)}})


def choices(decision: NoteDecision) -> Iterator[str]:
    """Yield what was decided, in words."""
    if decision.keeps is not None:
        yield "keep" if decision.keeps else "skip"
    if decision.ways:
        yield "one way" if decision.ways == "one" else "both ways"
    yield from (f'hide "{phrase}"' for phrase in decision.hide)
    if decision.items:
        yield "ask the items"
    yield from (f"tag {tag}" for tag in decision.tags)


def _standing(built: Built, decided: DecidedNote) -> Iterator[str]:
    """Yield how the notes stand to a decision, where they stand otherwise than it says, or learners have the note."""
    if decided.is_skipped and decided.note and decided.note.since:
        yield consequences(built, decided.note)["skip"]
    if decided.is_about_other_words:
        yield "decided about other words"
    yield from (f"the comment <!-- deck: {directive} --> applies instead" for directive in decided.overridden)
    yield from (f"cannot be followed: {reason}" for reason in decided.unmet)
