"""Review the ledger of a change: what it says, and what the tool makes of the notes with the ledger of the base.

In: the ledger of the base, the builds of the notes with either ledger, and the text of the changed ledger. Out: a
diagnostic for each difference that another build would not make. It is an error where learners would lose reviews or
updates, and a warning where several builds on the way can explain it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from studydeck.diagnostics import Diagnostic, DiagnosticCode, counted, error, warning
from studydeck.identity.ledger import FILE_NAME, Ledger, LedgerEntry
from studydeck.pipeline import Built

NoteKey = tuple[str, int, int, int]  # path, first and last line, and the number among the notes with these lines


class Review(Struct, frozen=True):
    """What is compared.

    Attributes
    ----------
    base : the ledger that learners have.
    expected : the notes of the change, built with that ledger.
    actual : the notes of the change, built with the ledger of the change.
    changed : the ledger of the change, as its file says.
    text : of that file.
    """

    base: Ledger
    expected: Built
    actual: Built
    changed: Ledger
    text: str


def differences(review: Review) -> tuple[Diagnostic, ...]:
    """Return what differs, errors first."""
    found = (*_exchanged_guids(review), *_missing(review), *_altered(review))
    return tuple(sorted(found, key=lambda diagnostic: (diagnostic.severity != "error", diagnostic.line)))


def lines(found: Sequence[Diagnostic]) -> Iterator[str]:
    """Yield a headline, and a line for each difference."""
    if not found:
        yield "The ledger differs in nothing from the one that the tool makes of these notes."
        return
    yield f"The ledger differs in {counted(len(found), 'point')} from the one that the tool makes of these notes:"
    for diagnostic in found:
        yield f"- {diagnostic.severity}: {diagnostic.path}:{diagnostic.line}: {diagnostic.message}"


def _exchanged_guids(review: Review) -> Iterator[Diagnostic]:
    """Yield the notes that have another identity than the tool gives them, where learners have one of the two."""
    known = {entry.guid: entry for entry in review.base.notes}
    expected, actual = _guids_by_place(review.expected), _guids_by_place(review.actual)
    expected_guids = set(expected.values())
    for place in expected.keys() & actual.keys():
        old, new = expected[place], actual[place]
        if old == new or (old not in known and new not in known):
            continue
        line = _line_of(review.text, new)
        where = f"{place[0]}:{place[1]}"
        if new in expected_guids and new in known:
            message = f'{where} has the identity {new} of another note, "{known[new].text}"; the tool gives it {old}'
            yield error(DiagnosticCode.LEDGER_DIFFERS, FILE_NAME, line, message)
        elif new in known:
            message = f'{where} keeps the identity {new} of "{known[new].text}"; the tool would make a new note of it'
            yield warning(DiagnosticCode.LEDGER_DIFFERS, FILE_NAME, line, message)
        else:
            message = f'{where} is a new note, {new}; the tool would keep {old} of "{known[old].text}"'
            yield warning(DiagnosticCode.LEDGER_DIFFERS, FILE_NAME, line, message)


def _missing(review: Review) -> Iterator[Diagnostic]:
    known = {entry.guid for entry in review.changed.notes}
    for entry in review.base.notes:
        if entry.guid in known:
            continue
        if entry.guid in review.changed.dropped:
            message = f'the identity {entry.guid} of "{entry.text}" was dropped by --reset-identities'
            yield warning(DiagnosticCode.LEDGER_DIFFERS, FILE_NAME, 1, message)
        else:
            message = f'the entry {entry.guid} of "{entry.text}" is missing; run `build`, which puts it back'
            yield error(DiagnosticCode.LEDGER_DIFFERS, FILE_NAME, 1, message)


def _altered(review: Review) -> Iterator[Diagnostic]:
    """Yield what a change of the notes does not explain in the entries that learners have."""
    changed = {entry.guid: entry for entry in review.changed.notes}
    expected = {entry.guid: entry for entry in review.expected.ledger.notes}
    is_release = review.changed.release != review.base.release
    for base in review.base.notes:
        if entry := changed.get(base.guid):
            line = _line_of(review.text, base.guid)
            for severity, message in _alterations(base, expected[base.guid], entry, is_release=is_release):
                create = error if severity == "error" else warning
                yield create(DiagnosticCode.LEDGER_DIFFERS, FILE_NAME, line, f"{base.guid}: {message}")


def _alterations(
    base: LedgerEntry, expected: LedgerEntry, entry: LedgerEntry, *, is_release: bool
) -> Iterator[tuple[str, str]]:
    """Yield severity and message of each value that neither the base nor the tool gives an entry."""
    if entry.kind != base.kind:
        yield "error", f"its kind is {entry.kind}, and was {base.kind}"
    if entry.changed < base.changed:
        yield "error", f"its time of change goes back from {base.changed} to {entry.changed}: learners get no update"
    elif entry.content_digest != base.content_digest and entry.changed == base.changed:
        yield "error", "its content changed, but not its time of change: learners get no update"
    elif entry.changed != base.changed and expected.changed == base.changed and not is_release:
        yield (
            "warning",
            f"its time of change is {entry.changed}, and was {base.changed}; its content did not change",
        )
    for ordinal, phrase in base.cards.items():
        found = entry.cards.get(ordinal)
        if found in {phrase, expected.cards.get(ordinal)}:
            continue
        others = {other for number, other in base.cards.items() if number != ordinal}
        severity = "error" if found is None or found in others else "warning"
        yield severity, f'card {ordinal} asks "{found or "nothing"}", and asked "{phrase}"'
    if entry.pin not in {base.pin, expected.pin}:
        yield "warning", f'its pinned id is "{entry.pin}", and was "{base.pin}"'
    if entry.id_slot not in {base.id_slot, expected.id_slot}:
        yield "warning", f"its number in Anki is {entry.id_slot}, and was {base.id_slot}"
    if entry.since != base.since and (base.since or not is_release):
        yield "warning", f"its first release is {entry.since}, and was {base.since}"


def _guids_by_place(built: Built) -> Mapping[NoteKey, str]:
    counts: Counter[tuple[str, int, int]] = Counter()
    guids: dict[NoteKey, str] = {}
    for note in built.notes:
        span = note.draft.span
        place = (span.path, span.line, span.end_line)
        guids[(*place, counts[place])] = note.guid
        counts[place] += 1
    return guids


def _line_of(text: str, guid: str) -> int:
    """Return the line of an entry, counted from 1; 1 if there is none."""
    position = max(text.find(f'{{"note":"{guid}"'), text.find(f'{{"retired":"{guid}"'))
    return text.count("\n", 0, max(position, 0)) + 1
