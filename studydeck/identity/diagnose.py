"""Diagnostics about identities.

In: drafts, notes and what the ledger knew before this build. Out: diagnostics about pins that are used twice, doubtful
matches, notes that changed their kind, backward cards whose clue became ambiguous, weak cards that were taken out,
cards that wait, and notes that are retired with their file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from studydeck.config import NAME as CONFIG
from studydeck.diagnostics import Diagnostic, DiagnosticCode, counted, error, info, warning
from studydeck.identity.ledger import FILE_NAME, Ledger, LedgerEntry
from studydeck.identity.matching import thresholds
from studydeck.identity.withheld import CardPolicy
from studydeck.model.anki import Kind
from studydeck.model.notes import Note, NoteDraft, Pair, WithheldCard
from studydeck.model.traverse import plain

_BULK_COUNT, _BULK_SHARE = 20, 0.05  # of the live notes


def without_repeated_pins(drafts: Sequence[NoteDraft]) -> Sequence[NoteDraft]:
    """Return the drafts, of which a withdrawn one has a pin only if no other reading of its line has it."""
    pinned = {number: draft for number, draft in enumerate(drafts) if draft.directives.pin}
    taken = {draft.directives.pin for draft in pinned.values() if not draft.legacy_only}
    result = list(drafts)
    for number, draft in pinned.items():
        if draft.legacy_only and draft.directives.pin in taken:
            result[number] = replace(draft, directives=replace(draft.directives, pin=""))
        taken.add(draft.directives.pin)
    return result


def duplicate_pins(drafts: Sequence[NoteDraft]) -> Iterator[Diagnostic]:
    pins: dict[str, NoteDraft] = {}
    for draft in [draft for draft in drafts if draft.directives.pin]:
        pin = draft.directives.pin
        first = pins.setdefault(pin, draft)
        if first is not draft:
            yield error(
                DiagnosticCode.DUPLICATE_PIN,
                draft.span.path,
                draft.span.line,
                f'id "{pin}" is also given at {first.span.path}:{first.span.line}; an id identifies one note, '
                "so change one of the two",
                named=(f"{first.span.path}:{first.span.line}",),
            )


def ambiguous_clues(drafts: Sequence[NoteDraft], notes: Sequence[Note]) -> Iterator[Diagnostic]:
    """Report backward cards that are kept because they were packed before, although their clue now fits two terms."""
    asked = [*(draft for draft in drafts if not draft.legacy_only), *(note.draft for note in notes)]
    clue_counts = Counter([draft.fingerprint.clue for draft in asked])
    drafts_by_clue: dict[str, dict[str, NoteDraft]] = {
        clue: {} for clue, count in clue_counts.items() if clue and count > 1
    }
    if not drafts_by_clue:
        return
    for draft in [draft for draft in asked if draft.fingerprint.clue in drafts_by_clue]:
        drafts_by_clue[draft.fingerprint.clue].setdefault(draft.fingerprint.term, draft)
    for note in [note for note in notes if note.draft.fingerprint.clue in drafts_by_clue]:
        body, span = note.draft.body, note.draft.span
        if not isinstance(body, Pair) or not body.clue:
            continue
        clue, own_term = note.draft.fingerprint.clue, note.draft.fingerprint.term
        if other := next((draft for term, draft in drafts_by_clue[clue].items() if term != own_term), None):
            yield warning(
                DiagnosticCode.AMBIGUOUS_CLUE,
                span.path,
                span.line,
                f'"{plain(body.clue)}" also fits the term at {other.span.path}:{other.span.line}; learners already '
                "have the card that asks for this term, so it is kept: make the two meanings different, or retire the "
                "card with <!-- deck: one-way -->",
                named=(f"{other.span.path}:{other.span.line}",),
            )


def doubtful_matches(notes: Sequence[Note], ledger: Ledger) -> Iterator[Diagnostic]:
    """Report notes with a low match score: they could get the learner's history of another fact."""
    old_texts = {note.guid: note.text for note in ledger.notes}
    for note in notes:
        if note.matched_by in {"new", "exact", "pinned"} or note.match_score >= thresholds.MIN_CERTAIN_SCORE:
            continue
        span = note.draft.span
        yield warning(
            DiagnosticCode.DOUBTFUL_IDENTITY,
            span.path,
            span.line,
            f'taken for the earlier note "{old_texts[note.guid]}", sure to {note.match_score:.2f} of 1; if it is '
            "the same fact, commit the ledger; if it is another fact: studydeck identities --not-the-same "
            f"{span.path}:{span.line} {note.guid}",
            named=(f"{span.path}:{span.line}",),
        )


def many_retired(retired_count: int, live_count: int) -> Iterator[Diagnostic]:
    """Report that many notes are retired at once, of those that were live: it may be an accident.

    A wrong folder, files that a sync tool has not fetched, or a wrong setting retire notes by the hundred.
    """
    if is_bulk_retirement(retired_count, live_count):
        yield warning(
            DiagnosticCode.MANY_RETIRED,
            FILE_NAME,
            0,
            f"{retired_count:,} of {live_count:,} notes are retired at once; is --notes the right folder, are all its "
            "files there, and does deck.toml exclude what it should? If this was not intended, restore the ledger "
            f"before you build again: git checkout -- {FILE_NAME}",
            named=(FILE_NAME,),
        )


def is_bulk_retirement(retired_count: int, live_count: int) -> bool:
    """Return whether so many of the live notes are retired that an author has to confirm it."""
    return retired_count > _BULK_COUNT and retired_count > _BULK_SHARE * live_count


def kind_changes(notes: Sequence[Note], retired: Sequence[LedgerEntry]) -> Iterator[Diagnostic]:
    """Report notes that are retired because their text is now a note of the other kind."""
    if not retired:
        return
    new_notes = {
        (note.draft.kind, _sorted_words(note.draft.fingerprint.text)): note
        for note in notes
        if note.matched_by == "new"
    }
    for entry in retired:
        other_kind: Kind = "cloze" if entry.kind == "pair" else "pair"
        if note := new_notes.get((other_kind, _sorted_words(entry.text))):
            span = note.draft.span
            yield warning(
                DiagnosticCode.KIND_CHANGED,
                span.path,
                span.line,
                f"this was a {entry.kind} note and is now a {other_kind} note, which Anki cannot update: learners get "
                "a new note, and the old one is retired",
            )


def _sorted_words(text: str) -> str:
    return " ".join(sorted(text.replace("|", " ").split()))


def given_up_cards(
    old_entries: Sequence[LedgerEntry | None], unheld: Sequence[tuple[int, ...]], policy: CardPolicy
) -> Iterator[Diagnostic]:
    """Yield a warning if a decision of the author takes packed cards out, with how many were released."""
    if not (policy.is_moved or policy.accepted):
        return
    count = released = 0
    for old, given_up in zip(old_entries, unheld, strict=True):
        if old and not old.retired:
            lost = len(set(given_up).difference(old.unheld))
            count, released = count + lost, released + (lost if old.since else 0)
    if not count:
        return
    taken = (
        f"{counted(count, 'card is', 'cards are')} taken out of the deck; learners may have {released} of them, until "
        "they delete them"
    )
    if policy.is_moved:
        message = f"min-confidence is {policy.least} now, so {taken}. Set it back before the next release to keep them"
        yield warning(DiagnosticCode.MIN_CONFIDENCE_MOVED, CONFIG, 0, message)
    else:
        yield info(DiagnosticCode.HELD_CARDS_ACCEPTED, FILE_NAME, 0, f"today's rules are accepted, so {taken}")


def waiting_cards(waiting: Sequence[WithheldCard], before: Ledger) -> Iterator[Diagnostic]:
    """Yield a warning if cards are new only because of the tool."""
    if not waiting or not before.release:
        return
    count = counted(len(waiting), "card is", "cards are")
    message = (
        f"{count} new in files that are as they were in {before.release[0]}: this version of "
        "the tool asks more. They wait, and `studydeck list` shows them; to make them: studydeck build --accept-new"
    )
    yield warning(DiagnosticCode.NEW_BY_UPGRADE, FILE_NAME, 0, message)


def left_out_notes(left_out: Sequence[str], before: Ledger, retired: Sequence[LedgerEntry]) -> Iterator[Diagnostic]:
    """Yield an info for each file that is left out now and had notes in the last build."""
    files, paths = {section.id: section.file for section in before.sections}, set(left_out)
    counts, released = Counter[str](), Counter[str]()
    for entry in retired:
        if (path := files.get(entry.section, "")) in paths:
            counts[path] += 1
            released[path] += entry.since is not None
    for path, count in counts.items():
        kept = (
            f"learners may have {released[path]} of them, until they delete them"
            if released[path]
            else "no release had them"
        )
        message = f"the file is left out, so its {counted(count, 'note is', 'notes are')} retired; {kept}"
        yield info(DiagnosticCode.LEFT_OUT_NOTES, path, 0, message)
