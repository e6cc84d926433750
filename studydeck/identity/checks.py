"""What an author should know of who was taken for whom: problems, from the notes and what the ledger knew before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from studydeck.diagnostics import Diagnostic, DiagnosticCode, error, warning
from studydeck.identity.ledger import Ledger, LedgerEntry
from studydeck.model.anki import Kind
from studydeck.model.notes import Note, NoteDraft, Pair
from studydeck.model.traverse import plain

SURE = 0.75  # likeness from which nobody need look twice


def duplicate_pins(drafts: Sequence[NoteDraft]) -> Iterator[Diagnostic]:
    pins: dict[str, NoteDraft] = {}
    for draft in [one for one in drafts if one.directives.pin]:
        pin = draft.directives.pin
        first = pins.setdefault(pin, draft)
        if first is not draft:
            yield error(
                DiagnosticCode.DUPLICATE_PIN,
                draft.span.path,
                draft.span.line,
                f'id "{pin}" is also given at {first.span.path}:{first.span.line}; an id names one note, '
                "so change one of the two",
            )


def ambiguous(drafts: Sequence[NoteDraft], notes: Sequence[Note]) -> Iterator[Diagnostic]:
    """Report backward cards that were packed and stay, though their clue fits another term by now."""
    often = Counter([draft.fingerprint.clue for draft in drafts])
    terms: dict[str, dict[str, NoteDraft]] = {clue: {} for clue, times in often.items() if clue and times > 1}
    if not terms:
        return
    for draft in [one for one in drafts if one.fingerprint.clue in terms]:
        terms[draft.fingerprint.clue].setdefault(draft.fingerprint.term, draft)
    for note in [one for one in notes if one.draft.fingerprint.clue in terms]:
        body, span = note.draft.body, note.draft.span
        if not isinstance(body, Pair) or not body.clue:
            continue
        clue, ours = note.draft.fingerprint.clue, note.draft.fingerprint.term
        if other := next((draft for term, draft in terms[clue].items() if term != ours), None):
            yield warning(
                DiagnosticCode.AMBIGUOUS_CLUE,
                span.path,
                span.line,
                f'"{plain(body.clue)}" also fits the term at {other.span.path}:{other.span.line}; learners have the '
                "card that asks for this one, so it stays: tell the two meanings apart, or retire it with "
                "<!-- deck: one-way -->",
            )


def uncertain(notes: Sequence[Note], ledger: Ledger) -> Iterator[Diagnostic]:
    """Report notes that may be others than they were taken for: there a learner's history could go to another fact."""
    before = {note.guid: note.text for note in ledger.notes}
    for note in notes:
        if note.matched_by in {"new", "exact", "pinned"} or note.match_score >= SURE:
            continue
        span = note.draft.span
        yield warning(
            DiagnosticCode.DOUBTFUL_IDENTITY,
            span.path,
            span.line,
            f'taken, with sureness {note.match_score:.2f}, for what was "{before[note.guid]}"; if it is, commit the '
            "ledger; if it is another fact, give it <!-- deck: id=some-name -->",
        )


def kind_changes(notes: Sequence[Note], retired: Sequence[LedgerEntry]) -> Iterator[Diagnostic]:
    """Report notes that are gone because their words now make the other kind of note."""
    if not retired:
        return
    new = {(note.draft.kind, _bag(note.draft.fingerprint.text)): note for note in notes if note.matched_by == "new"}
    for record in retired:
        other: Kind = "cloze" if record.kind == "pair" else "pair"
        if found := new.get((other, _bag(record.text))):
            span = found.draft.span
            yield warning(
                DiagnosticCode.KIND_CHANGED,
                span.path,
                span.line,
                f"this was a {record.kind} note and is now a {other} note, which Anki cannot update: learners get a "
                "new note, and the old one is retired",
            )


def _bag(text: str) -> str:
    return " ".join(sorted(text.replace("|", " ").split()))
