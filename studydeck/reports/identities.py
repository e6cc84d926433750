"""Report how notes were matched to the ledger: a build in, lines of text for a pull request out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from studydeck.diagnostics import Diagnostic, DiagnosticCode
from studydeck.pipeline import Built

# Reasons not to merge: a contradictory ledger, and a review history that may be given to another fact.
BLOCKING_CODES = frozenset({DiagnosticCode.BAD_LEDGER, DiagnosticCode.DUPLICATE_PIN, DiagnosticCode.DOUBTFUL_IDENTITY})


def blocking_diagnostics(built: Built) -> tuple[Diagnostic, ...]:
    """Return the diagnostics that must be resolved before notes are merged."""
    return tuple(
        diagnostic
        for diagnostic in built.diagnostics
        if diagnostic.severity == "error" or diagnostic.code in BLOCKING_CODES
    )


def lines(built: Built) -> Iterator[str]:
    """Yield the number of notes by how they were matched, then each note that was not matched exactly."""
    match_counts = Counter(note.matched_by for note in built.notes)
    listed_counts = ", ".join(f"{count} {matched_by}" for matched_by, count in sorted(match_counts.items()))
    yield f"{len(built.notes)} notes: {listed_counts or 'none'}; {len(built.retired)} retired"
    texts = {note.guid: note.text for note in built.before.notes}
    for note in built.notes:
        if note.matched_by in {"exact", "pinned"} or (note.matched_by == "new" and not texts):
            continue
        location = f"- {note.draft.span.path}:{note.draft.span.line}"
        if note.matched_by == "new":
            yield f"{location}: new"
        else:
            yield f"{location}: {note.matched_by}, sure to {note.match_score:.2f}; it was: {texts.get(note.guid, '')}"
    for entry in built.retired:
        yield f"- retired: {entry.text}"
