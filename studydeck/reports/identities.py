"""Who was recognised by what: the report of a pull request whose ledger is not yet built."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from studydeck.diagnostics import Code, Problem
from studydeck.pipeline import Built

# What a merge could make worse: a ledger that contradicts itself, and a history that may go to another fact.
STOPPING = frozenset({Code.BAD_LEDGER, Code.DUPLICATE_PIN, Code.DOUBTFUL_IDENTITY})


def stopping(built: Built) -> tuple[Problem, ...]:
    """Give the problems for which somebody should look before notes are merged."""
    return tuple(one for one in built.problems if one.severity == "error" or one.code in STOPPING)


def lines(built: Built) -> Iterator[str]:
    """Count the notes by how they were recognised, and name those that are not plainly the same."""
    hows = Counter(note.how for note in built.notes)
    known = ", ".join(f"{count} {how}" for how, count in sorted(hows.items()))
    yield f"{len(built.notes)} notes: {known or 'none'}; {len(built.gone)} gone"
    before = {note.guid: note.text for note in built.before.notes}
    for note in built.notes:
        if note.how in {"same", "pin"} or (note.how == "new" and not before):
            continue
        place = f"- {note.draft.place.path}:{note.draft.place.line}"
        if note.how == "new":
            yield f"{place}: new"
        else:
            yield f"{place}: {note.how}, sure to {note.sureness:.2f}; it was: {before.get(note.guid, '')}"
    for lost in built.gone:
        yield f"- gone: {lost.text}"
