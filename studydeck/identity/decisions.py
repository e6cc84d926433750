"""What an author decided about notes and doubtful matches: the text of `decisions.jsonl` in; decisions out, and back.

One JSON record a line, made to be reviewed and merged: first what was decided about notes, in the order of the notes,
then about matches, sorted.

    {"note":GUID,"date":DAY,"question":TEXT,"answer":TEXT,"reviewed":true,"skip":true or false,
     "ways":"one" or "both","hide":[PHRASE, …],"items":true,"tags":[TAG, …]}
    {"note":GUID,"decision":"same-as" or "not-the-same","words":TEXT,"date":DAY}

`question` and `answer` are the words of the note when it was decided; only what was decided is in the line after them.
`words` is the text of the draft that a match is about, in normal form; it has an effect while the notes hold these
words. A decision that has no effect is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from studydeck.diagnostics import Diagnostic, DiagnosticCode, error
from studydeck.errors import BuildError
from studydeck.identity.decision_merge import Day, NoteDecision, NumberedDecision, Words, united
from studydeck.identity.ledger import Guid
from studydeck.identity.ledger_lines import record_lines

FILE_NAME = "decisions.jsonl"


class Decision(Struct, frozen=True, forbid_unknown_fields=True, rename={"guid": "note"}):
    """Whether the draft with these words is the note with this GUID; `date` is an ISO date."""

    guid: Guid
    decision: Literal["same-as", "not-the-same"]
    words: Words
    date: Day


class Decisions(Struct, frozen=True):
    """The content of the file: one decision for each note, and one for each match; what two branches decided otherwise.

    `conflicts` are the diagnostics about lines of which only one can apply.
    """

    notes: tuple[NoteDecision, ...] = ()
    matches: tuple[Decision, ...] = ()
    conflicts: tuple[Diagnostic, ...] = ()


NO_DECISIONS = Decisions()


class _Kind(Struct):
    decision: str | None = None


def read(text: str) -> Decisions:
    """Return the decisions of a file.

    Both sides of a merge conflict count. Decisions about one note that do not exclude each other are united; of those
    that do, the later one wins, and on equal dates the one that keeps the learner's card.

    Raises
    ------
    BuildError : with a diagnostic for each line that is no decision.
    """
    faults: list[Diagnostic] = []
    notes: list[NumberedDecision] = []
    matches: list[Decision] = []
    kind = msgspec.json.Decoder(_Kind)
    note_line, match_line = msgspec.json.Decoder(NoteDecision), msgspec.json.Decoder(Decision)
    for line in record_lines(text):
        try:
            if kind.decode(line.text).decision is None:
                notes.append(NumberedDecision(line.number, note_line.decode(line.text)))
            else:
                matches.append(match_line.decode(line.text))
        except (msgspec.DecodeError, RecursionError) as decode_error:
            message = f"this line is no decision ({decode_error}); correct it, or remove it and decide once more"
            faults.append(error(DiagnosticCode.BAD_DECISION, FILE_NAME, line.number, message))
    if faults:
        raise BuildError(faults)
    one_a_note, conflicts = united(notes, FILE_NAME)
    return Decisions(one_a_note, tuple(_resolved(matches)), conflicts)


def to_text(decisions: Decisions, order: Iterable[str] = ()) -> str:
    """Return the text of the file; with an `order` of GUIDs the notes stand in it, and others after them by GUID."""
    places = {guid: place for place, guid in enumerate(order)}
    notes = decisions.notes
    if places:
        notes = tuple(sorted(notes, key=lambda note: (places.get(note.guid, len(places)), note.guid)))
    records: list[NoteDecision | Decision] = [*notes, *_resolved(decisions.matches)]
    return "".join(msgspec.json.encode(record).decode() + "\n" for record in records)


def decided(decisions: Decisions, guid: str) -> NoteDecision | None:
    """Return what is decided about a note, or None."""
    return next((decision for decision in decisions.notes if decision.guid == guid), None)


def with_decision(decisions: Decisions, made: NoteDecision) -> Decisions:
    """Return the decisions with one about a note, in place of what was decided about it before.

    Raises
    ------
    BuildError : if the file could not hold it, as its GUID, date or a tag has a wrong form, or its words are too long.
    """
    checked = read(to_text(Decisions((made,)))).notes[0]
    if decided(decisions, checked.guid) is None:
        return replace(decisions, notes=(*decisions.notes, checked))
    return replace(decisions, notes=tuple([checked if old.guid == made.guid else old for old in decisions.notes]))


def without(decisions: Decisions, guid: str) -> Decisions:
    """Return the decisions without the one about a note."""
    return replace(decisions, notes=tuple([decision for decision in decisions.notes if decision.guid != guid]))


def with_matches(decisions: Decisions, made: Iterable[Decision]) -> Decisions:
    """Return the decisions with some about matches."""
    return replace(decisions, matches=tuple(_resolved((*decisions.matches, *made))))


def with_guids(decisions: Decisions, guids: Mapping[str, str]) -> Decisions:
    """Return the decisions about notes that have another GUID now, by the old one, under the new one."""
    moved = [replace(decision, guid=guids.get(decision.guid, decision.guid)) for decision in decisions.notes]
    return replace(decisions, notes=tuple(moved))


def _resolved(decisions: Iterable[Decision]) -> Iterator[Decision]:
    """Yield one decision for each note and words, sorted by them."""
    in_order = sorted(decisions, key=lambda decision: (decision.date, decision.decision == "same-as"))
    latest = {(decision.guid, decision.words): decision for decision in in_order}
    return (latest[key] for key in sorted(latest))


def pins(decisions: Sequence[Decision]) -> tuple[dict[str, str], dict[str, str]]:
    """Return decisions as pins that only this build's matching sees: by the GUID of a note, and by words of a draft.

    Equal pins are one note, and different pins never are; no author can write a pin that begins with this sign.
    """
    by_guid = {decision.guid: f"\0{decision.guid}" for decision in decisions}
    by_words: dict[str, str] = {}
    for decision in decisions:
        is_same = decision.decision == "same-as"
        if is_same or decision.words not in by_words:
            by_words[decision.words] = f"\0{decision.guid}" if is_same else f"\0not {decision.guid}"
    return by_guid, by_words
