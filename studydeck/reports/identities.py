"""Report how notes were matched to the ledger: a build in, lines of text for a pull request out."""

from __future__ import annotations

import shlex
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence

from studydeck.diagnostics import Diagnostic, DiagnosticCode, counted
from studydeck.identity.ledger import LedgerEntry
from studydeck.identity.matching import thresholds
from studydeck.identity.matching.text_key import pair_parts
from studydeck.model.notes import Note
from studydeck.pipeline import Built
from studydeck.reports.printable import printable_line
from studydeck.reports.wording import is_another_answer

# Reasons not to merge: a contradictory ledger, and a review history that may be given to another fact or to nobody.
BLOCKING_CODES = frozenset(
    {
        DiagnosticCode.BAD_LEDGER,
        DiagnosticCode.DUPLICATE_PIN,
        DiagnosticCode.DOUBTFUL_IDENTITY,
        DiagnosticCode.MANY_RETIRED,
    }
)
_MOST_CANDIDATES = 3  # retired notes that are named beside a new one
_DECISIONS: Mapping[str, str] = {
    "moved": "kept: the same text in another place",
    "question": "kept: same question, new answer",
    "normalized": "kept: the same words, separated in another way",
    "structural": "kept: the same place, and a part is the same",
    "contained": "kept: extended or shortened",
    "fuzzy": "kept: reworded",
    "restored": "kept: back again, with its history",
}


def blocking_diagnostics(built: Built, accepted: int = 0) -> tuple[Diagnostic, ...]:
    """Return the diagnostics that must be resolved before notes are merged; `accepted` notes are retired on purpose."""
    is_accepted = accepted == len(built.retired)
    return tuple(
        diagnostic
        for diagnostic in built.diagnostics
        if (diagnostic.severity == "error" or diagnostic.code in BLOCKING_CODES)
        and not (is_accepted and diagnostic.code == DiagnosticCode.MANY_RETIRED)
    )


def lines(built: Built, shown_path: Callable[[str], str] = str) -> Iterator[str]:
    """Yield the number of notes by how they were matched, then each note that was not matched exactly.

    First those in doubt, with the command that settles each; an old and a new text stand below what was decided.
    """
    match_counts = Counter(note.matched_by for note in built.notes)
    listed_counts = ", ".join(f"{count} {matched_by}" for matched_by, count in sorted(match_counts.items()))
    yield f"{counted(len(built.notes), 'note')}: {listed_counts or 'none'}; {len(built.retired)} retired"
    if not built.before.notes:
        return
    before = {entry.guid: entry for entry in built.before.notes}
    after = {entry.guid: entry for entry in built.ledger.notes}
    matched = [note for note in built.notes if note.guid in before and note.matched_by != "new"]
    for note in sorted(matched, key=lambda note: not _is_doubtful(note)):
        yield from _matched_lines(note, _place(note, shown_path), before[note.guid], after[note.guid])
    gone: dict[str, list[LedgerEntry]] = defaultdict(list)
    for entry in built.retired:
        gone[entry.section].append(entry)
    for note in built.notes:
        if note.matched_by == "new":
            yield from _new_lines(_place(note, shown_path), after[note.guid], gone.get(after[note.guid].section, ()))
    for entry in built.retired:
        yield f"- retired: {printable_line(entry.text)}"


def _matched_lines(note: Note, place: str, old: LedgerEntry, new: LedgerEntry) -> Iterator[str]:
    if note.matched_by in _DECISIONS:
        answers = pair_parts(old.text)[2], pair_parts(new.text)[2]
        is_edited = note.matched_by == "question" and not is_another_answer(*answers)
        decided = "kept: same question, answer edited" if is_edited else _DECISIONS[note.matched_by]
        yield f"- {place}: {decided}, sure to {note.match_score:.2f}"
        if old.text != new.text:
            yield f"    before: {printable_line(old.text)}"
            yield f"    now:    {printable_line(new.text)}"
        if _is_doubtful(note):
            yield f"    in doubt; settle it: {_command('same-as', place, note.guid)}"
            yield f"    or, if it is another fact: {_command('not-the-same', place, note.guid)}"
    if note.draft.kind == "cloze":
        for ordinal in sorted(old.cards.keys() & new.cards.keys()):
            before, now = old.cards[ordinal], new.cards[ordinal]
            if before and before != now:
                yield f"- {place}: kept: item reworded in place: {printable_line(f'{before} -> {now}')}"
        yield from _exchanged_items(note, place, old, new)


def _exchanged_items(note: Note, place: str, old: LedgerEntry, new: LedgerEntry) -> Iterator[str]:
    """Yield the items of a list that are new, if others are gone of which they are none."""
    added = [new.cards[ordinal] for ordinal in note.ordinals if ordinal not in old.cards and ordinal in new.cards]
    asked = {phrase for ordinal, phrase in old.cards.items() if ordinal not in note.ordinals}
    gone = [phrase for phrase in old.text.split(" | ") if phrase in asked]
    if added and gone:
        each = {1: "it is not like the old one", 2: "neither is like the old"}.get(len(added), "none is like the old")
        yield f"- {place}: new: {counted(len(added), 'item')} changed here, and {each}"
        yield f"    before: {printable_line(' | '.join(gone))}"
        yield f"    now:    {printable_line(' | '.join(added))}"


def _new_lines(place: str, entry: LedgerEntry, gone: Sequence[LedgerEntry]) -> Iterator[str]:
    """Yield a new note, and the retired ones of its section of which it is none."""
    candidates = [old for old in gone if old.kind == entry.kind]
    count = counted(len(candidates), "note of its section is", "notes of its section are")
    reason = f", as {count} gone and none is like it" if candidates else ""
    yield f"- {place}: new{reason}"
    if candidates:
        yield f"    now:    {printable_line(entry.text)}"
    for old in candidates[:_MOST_CANDIDATES]:
        yield f"    gone:   {printable_line(old.text)}; if it is this one: {_command('same-as', place, old.guid)}"


def _is_doubtful(note: Note) -> bool:
    return note.matched_by in _DECISIONS and note.match_score < thresholds.MIN_CERTAIN_SCORE


def _place(note: Note, shown_path: Callable[[str], str]) -> str:
    return printable_line(f"{shown_path(note.draft.span.path)}:{note.draft.span.line}")


def _command(decision: str, place: str, guid: str) -> str:
    return f"studydeck identities --{decision} {shlex.quote(place)} {guid}"
