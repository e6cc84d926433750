"""Who was recognised by what: the report of a pull request whose ledger is not yet built."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from studydeck.diagnostics import Diagnostic, DiagnosticCode
from studydeck.pipeline import Built

# What a merge could make worse: a ledger that contradicts itself, and a history that may go to another fact.
STOPPING = frozenset({DiagnosticCode.BAD_LEDGER, DiagnosticCode.DUPLICATE_PIN, DiagnosticCode.DOUBTFUL_IDENTITY})


def stopping(built: Built) -> tuple[Diagnostic, ...]:
    """Give the problems for which somebody should look before notes are merged."""
    return tuple(one for one in built.diagnostics if one.severity == "error" or one.code in STOPPING)


def lines(built: Built) -> Iterator[str]:
    """Count the notes by how they were recognised, and name those that are not plainly the same."""
    hows = Counter(note.matched_by for note in built.notes)
    known = ", ".join(f"{count} {matched_by}" for matched_by, count in sorted(hows.items()))
    yield f"{len(built.notes)} notes: {known or 'none'}; {len(built.retired)} retired"
    before = {note.guid: note.text for note in built.before.notes}
    for note in built.notes:
        if note.matched_by in {"exact", "pinned"} or (note.matched_by == "new" and not before):
            continue
        span = f"- {note.draft.span.path}:{note.draft.span.line}"
        if note.matched_by == "new":
            yield f"{span}: new"
        else:
            yield f"{span}: {note.matched_by}, sure to {note.match_score:.2f}; it was: {before.get(note.guid, '')}"
    for lost in built.retired:
        yield f"- retired: {lost.text}"
