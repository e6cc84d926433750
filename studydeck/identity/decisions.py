"""What an author decided where a match was in doubt: the text of `decisions.jsonl` in; decisions out, and back.

One JSON record a line, sorted, made to be reviewed and merged:

    {"note":GUID,"decision":"same-as" or "not-the-same","words":TEXT,"date":DAY}

`words` is the text of the draft that the decision is about, in normal form. A decision has an effect while the notes
hold these words; one that has none is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from studydeck.diagnostics import Diagnostic, DiagnosticCode, error
from studydeck.errors import BuildError
from studydeck.identity.ledger import Guid

FILE_NAME = "decisions.jsonl"
_CONFLICT_MARKERS = ("<<<<<<<", "|||||||", "=======", ">>>>>>>")
Words = Annotated[str, Meta(max_length=200)]
Day = Annotated[str, Meta(pattern=r"^\d{4}-\d\d-\d\d\Z")]


class Decision(Struct, frozen=True, forbid_unknown_fields=True, rename={"guid": "note"}):
    """Whether the draft with these words is the note with this GUID; `date` is an ISO date."""

    guid: Guid
    decision: Literal["same-as", "not-the-same"]
    words: Words
    date: Day


def read(text: str) -> tuple[Decision, ...]:
    """Return the decisions of a file, one for each note and words, sorted.

    Both sides of a merge conflict count. Of two decisions about the same the later one wins, and on equal dates the one
    that keeps the learner's card.

    Raises
    ------
    BuildError : with a diagnostic for each line that is no decision.
    """
    faults: list[Diagnostic] = []
    found: list[Decision] = []
    decoder = msgspec.json.Decoder(Decision)
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith(_CONFLICT_MARKERS):
            continue
        try:
            found.append(decoder.decode(line))
        except (msgspec.DecodeError, RecursionError) as decode_error:
            message = f"this line is no decision ({decode_error}); correct it, or remove it and decide once more"
            faults.append(error(DiagnosticCode.BAD_DECISION, FILE_NAME, number, message))
    if faults:
        raise BuildError(faults)
    return tuple(_resolved(found))


def to_text(decisions: Iterable[Decision]) -> str:
    """Return the text of the file."""
    return "".join(msgspec.json.encode(decision).decode() + "\n" for decision in _resolved(decisions))


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
