"""What an author should know of who was taken for whom: problems, from the notes and what the ledger knew before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from studydeck.diagnostics import Code, Problem, error, warning
from studydeck.identity.ledger import Ledger, Remembered
from studydeck.model.anki import Kind
from studydeck.model.notes import Draft, Note, Pair
from studydeck.model.traverse import plain

SURE = 0.75  # likeness from which nobody need look twice


def duplicate_pins(drafts: Sequence[Draft]) -> Iterator[Problem]:
    pins: dict[str, Draft] = {}
    for draft in [one for one in drafts if one.decision.pin]:
        pin = draft.decision.pin
        first = pins.setdefault(pin, draft)
        if first is not draft:
            yield error(
                Code.DUPLICATE_PIN,
                draft.place.path,
                draft.place.line,
                f'id "{pin}" is also given at {first.place.path}:{first.place.line}; an id names one note, '
                "so change one of the two",
            )


def ambiguous(drafts: Sequence[Draft], notes: Sequence[Note]) -> Iterator[Problem]:
    """Report backward cards that were packed and stay, though their clue fits another term by now."""
    often = Counter([draft.said.clue for draft in drafts])
    terms: dict[str, dict[str, Draft]] = {clue: {} for clue, times in often.items() if clue and times > 1}
    if not terms:
        return
    for draft in [one for one in drafts if one.said.clue in terms]:
        terms[draft.said.clue].setdefault(draft.said.term, draft)
    for note in [one for one in notes if one.draft.said.clue in terms]:
        body, place = note.draft.body, note.draft.place
        if not isinstance(body, Pair) or not body.clue:
            continue
        clue, ours = note.draft.said.clue, note.draft.said.term
        if other := next((draft for term, draft in terms[clue].items() if term != ours), None):
            yield warning(
                Code.AMBIGUOUS_CLUE,
                place.path,
                place.line,
                f'"{plain(body.clue)}" also fits the term at {other.place.path}:{other.place.line}; learners have the '
                "card that asks for this one, so it stays: tell the two meanings apart, or retire it with "
                "<!-- deck: one-way -->",
            )


def uncertain(notes: Sequence[Note], ledger: Ledger) -> Iterator[Problem]:
    """Report notes that may be others than they were taken for: there a learner's history could go to another fact."""
    before = {note.guid: note.text for note in ledger.notes}
    for note in notes:
        if note.how in {"new", "same", "pin"} or note.sureness >= SURE:
            continue
        place = note.draft.place
        yield warning(
            Code.DOUBTFUL_IDENTITY,
            place.path,
            place.line,
            f'taken, with sureness {note.sureness:.2f}, for what was "{before[note.guid]}"; if it is, commit the '
            "ledger; if it is another fact, give it <!-- deck: id=some-name -->",
        )


def kind_changes(notes: Sequence[Note], gone: Sequence[Remembered]) -> Iterator[Problem]:
    """Report notes that are gone because their words now make the other kind of note."""
    if not gone:
        return
    new = {(note.draft.kind, _bag(note.draft.said.text)): note for note in notes if note.how == "new"}
    for record in gone:
        other: Kind = "cloze" if record.kind == "pair" else "pair"
        if found := new.get((other, _bag(record.text))):
            place = found.draft.place
            yield warning(
                Code.KIND_CHANGED,
                place.path,
                place.line,
                f"this was a {record.kind} note and is now a {other} note, which Anki cannot update: learners get a "
                "new note, and the old one is retired",
            )


def _bag(text: str) -> str:
    return " ".join(sorted(text.replace("|", " ").split()))
