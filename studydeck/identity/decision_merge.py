"""Unite what two branches decided about one note: its decisions in, with their lines; one decision a note out.

What does not exclude each other is united: a tag of one branch and a skip of the other. Of what does, the later
decision applies, and on equal dates the one that keeps the learner's card: keep before skip, both ways before one way,
and the phrases of both. A diagnostic names both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, Literal, NamedTuple

from msgspec import Meta, Struct
from msgspec.structs import replace

from studydeck.diagnostics import Diagnostic, DiagnosticCode, warning
from studydeck.identity.ledger import Guid

MAX_WORDS = 200  # characters of a question or an answer in the file
MAX_VALUES = 100  # phrases and tags of a note, as in a directive
Words = Annotated[str, Meta(max_length=MAX_WORDS)]
Day = Annotated[str, Meta(pattern=r"^\d{4}-\d\d-\d\d\Z")]
PHRASE_PATTERN = r"\S"
# No white space, signs that end a tag in a directive, control characters, and marks that turn the direction of a line.
_TAG_SIGN = r'[^\s",\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]'
TAG_PATTERN = rf"^(?![#:]){_TAG_SIGN}{{1,100}}\Z"
Phrase = Annotated[str, Meta(max_length=1_000, pattern=PHRASE_PATTERN)]
Tag = Annotated[str, Meta(pattern=TAG_PATTERN)]
Ways = Literal["one", "both"]


class NoteDecision(
    Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, rename={"guid": "note"}
):
    """What the author decided about a note.

    Attributes
    ----------
    guid : of the note.
    date : of the last decision, an ISO date.
    question, answer : what the note asked then.
    reviewed : the note was looked at, and stays.
    skip : whether it is left out of the package; False says that it was, and is not any more. None was not decided.
    ways : whether a pair is asked one way or both ways.
    hide : the phrases that a sentence hides instead of those that a rule chose.
    items : the items of a long list are asked.
    tags : the note gets these, besides its own.
    """

    guid: Guid
    date: Day
    question: Words
    answer: Words
    reviewed: bool = False
    skip: bool | None = None
    ways: Ways | None = None
    hide: Annotated[tuple[Phrase, ...], Meta(max_length=MAX_VALUES)] = ()
    items: bool = False
    tags: Annotated[tuple[Tag, ...], Meta(max_length=MAX_VALUES)] = ()

    @property
    def keeps(self) -> bool | None:
        """Whether the note stays in the package, False if it is skipped, None if that was not decided."""
        if self.skip is None:
            return True if self.reviewed else None
        return not self.skip


class NumberedDecision(NamedTuple):
    """A decision and its line in the file, counted from 1."""

    line: int
    decision: NoteDecision


def united(found: Iterable[NumberedDecision], path: str) -> tuple[tuple[NoteDecision, ...], tuple[Diagnostic, ...]]:
    """Return one decision for each note, in the order of the file, and a warning for each choice between two lines."""
    by_guid: dict[str, list[NumberedDecision]] = {}
    for numbered in found:
        by_guid.setdefault(numbered.decision.guid, []).append(numbered)
    decisions: list[NoteDecision] = []
    conflicts: list[Diagnostic] = []
    for lines in by_guid.values():
        lines.sort(key=lambda numbered: numbered.decision.date)  # stable: on equal dates in the order of the file
        first, *others = lines
        decision = first.decision
        for other in others:
            conflicts += _conflicts(NumberedDecision(first.line, decision), other, path)
            decision = _united(decision, other.decision)
        decisions.append(decision)
    return tuple(decisions), tuple(conflicts)


def _united(old: NoteDecision, new: NoteDecision) -> NoteDecision:
    """Return two decisions about a note as one; `new` is not the earlier one."""
    is_later = new.date > old.date
    keeps = old.keeps if new.keeps is None else new.keeps
    if not is_later and old.keeps is not None and new.keeps is not None:
        keeps = old.keeps or new.keeps
    ways = new.ways or old.ways
    if not is_later and new.ways and old.ways and new.ways != old.ways:
        ways = "both"
    hide = new.hide or old.hide
    if not is_later and new.hide and old.hide:
        hide = _joined(old.hide, new.hide)
    was_decided = old.skip is not None or new.skip is not None
    return replace(
        new,
        reviewed=old.reviewed or new.reviewed,
        skip=not keeps if was_decided and keeps is not None else None,
        ways=ways,
        hide=hide,
        items=old.items or new.items,
        tags=_joined(old.tags, new.tags),
    )


def _joined(values: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*values, *others)))[:MAX_VALUES]


def _conflicts(old: NumberedDecision, new: NumberedDecision, path: str) -> Iterator[Diagnostic]:
    """Yield a warning for each choice that two decisions about a note make in different ways."""
    one, other = old.decision, new.decision
    choices = zip(_choices(one), _choices(other), _choices(_united(one, other)), strict=True)
    for first, second, applied in choices:
        if not first or not second or first == second:
            continue
        why = "the later one" if other.date > one.date else "of one day the one that keeps the learner's card"
        message = (
            f'"{other.question}" was decided in two ways: line {old.line} says {first} ({one.date}), this line '
            f"{second} ({other.date}); {applied} applies, as {why}. To settle it, decide once more with "
            "`studydeck curate`, or remove one of the lines"
        )
        yield warning(DiagnosticCode.DECISION_CONFLICT, path, new.line, message)


def _choices(decision: NoteDecision) -> tuple[str, str, str]:
    """Return what a decision chooses of what excludes each other, in words; empty where it chooses nothing."""
    keeps = "" if decision.keeps is None else "keep" if decision.keeps else "skip"
    ways = f"{decision.ways} {'way' if decision.ways == 'one' else 'ways'}" if decision.ways else ""
    phrases = ", ".join(f'"{phrase}"' for phrase in decision.hide)
    return keeps, ways, f"hide {phrases}" if phrases else ""
