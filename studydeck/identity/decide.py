"""The stage *decide*: what the author decided about notes is applied to their drafts, once the ledger knows them.

In: drafts with their ledger entries, decisions, and a function that drafts a note in another way. Out: the drafts as
they were decided, and for each decision the draft that it is about. A directive in the notes comes before a decision.
A decision about a note that the ledger does not have, as it was reset or rebuilt, is found by its words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from studydeck.diagnostics import Diagnostic, DiagnosticCode, info, warning
from studydeck.identity.card_ordinals import card_name
from studydeck.identity.decided_words import DraftsByWords, is_about_other_words
from studydeck.identity.decision_merge import NoteDecision
from studydeck.identity.decisions import FILE_NAME, Decisions
from studydeck.identity.ledger import Ledger, LedgerEntry
from studydeck.model.anki import Kind
from studydeck.model.document import NO_DIRECTIVES, Directives, SourceSpan
from studydeck.model.notes import MOST_CONFIDENCE, Note, NoteDraft, SkippedBlock
from studydeck.text.normalize import normalize

_SKIPPED_BY_COMMENT = "skipped"  # the reason of a block with the directive `skip`
# A draft and what to change in it; the draft, and what it does not have for that, by the kind of the note.
Redraft = Callable[[NoteDraft, Directives], tuple[NoteDraft, Mapping[Kind, tuple[str, ...]]]]


class DecidedDraft(Struct, frozen=True):
    """A decision about a draft: `overridden` are directives that say otherwise, `unmet` by kind what has no effect."""

    decision: NoteDecision
    overridden: tuple[str, ...] = ()
    unmet: Mapping[Kind, tuple[str, ...]] = MappingProxyType({})


class DecidedNote(Struct, frozen=True):
    """A decision and its note, None if the notes do not have it.

    Attributes
    ----------
    decision : as in the file; its GUID is that of the note unless it was found by its words.
    note : as it is packed; a skipped one as it would be.
    is_skipped : whether the note is left out of the package.
    is_about_other_words : whether the note asks another question than it did when it was decided.
    overridden : the directives in the notes that say otherwise and apply, as they are written.
    unmet : what the decision asks for and the note does not have, as sentences.
    skipped_block : the lines that a comment in the notes skips, where these hold the words of the note.
    """

    decision: NoteDecision
    note: Note | None = None
    is_skipped: bool = False
    is_about_other_words: bool = False
    overridden: tuple[str, ...] = ()
    unmet: tuple[str, ...] = ()
    skipped_block: SourceSpan | None = None


def decided_drafts(
    drafts: Sequence[NoteDraft],
    old_entries: list[LedgerEntry | None],
    ledger: Ledger,
    decisions: Decisions,
    redraft: Redraft,
) -> tuple[list[NoteDraft], dict[int, DecidedDraft]]:
    """Return the drafts as they were decided, and the decisions by the numbers of their drafts.

    Parameters
    ----------
    drafts, old_entries : in source order; an entry is None where the ledger has none. One whose note was never packed
        gets another kind where a decision asks for that.
    ledger : of the last build.
    decisions : of the author.
    redraft : drafts a note in another way, as a directive would.
    """
    result, found = list(drafts), dict[int, DecidedDraft]()
    for number, decision in _numbered(drafts, old_entries, ledger, decisions):
        wishes, overridden = _wishes(decision, drafts[number].directives)
        found[number] = DecidedDraft(decision, overridden)
        if wishes != NO_DIRECTIVES:
            draft, unmet = redraft(drafts[number], wishes)
            old = old_entries[number]
            if draft.other and unmet[draft.kind] and not unmet.get(draft.other.kind) and not (old and old.cards):
                draft = replace(draft.other, other=replace(draft, other=None))
                old_entries[number] = replace(old, kind=draft.kind) if old else None
            result[number], found[number] = draft, DecidedDraft(decision, overridden, unmet)
        if decision.keeps and (old := old_entries[number]):
            result[number] = _kept(result[number], old)
    return result, found


def _kept(draft: NoteDraft, old: LedgerEntry) -> NoteDraft:
    """Return the draft of a note that the author keeps: no setting for the whole deck takes its packed cards out."""
    card_specs = [
        replace(spec, confidence=MOST_CONFIDENCE) if card_name(draft, index) in old.cards.values() else spec
        for index, spec in enumerate(draft.card_specs)
    ]
    return replace(draft, card_specs=tuple(card_specs), other=draft.other and _kept(draft.other, old))


def _numbered(
    drafts: Sequence[NoteDraft], old_entries: Sequence[LedgerEntry | None], ledger: Ledger, decisions: Decisions
) -> Iterator[tuple[int, NoteDecision]]:
    """Yield each decision with the number of its draft, those whose notes are not there left out."""
    numbers = {entry.guid: number for number, entry in enumerate(old_entries) if entry}
    known = {entry.guid for entry in ledger.notes}
    unknown: list[NoteDecision] = []
    decided: set[int] = set()
    for decision in decisions.notes:
        if decision.guid in numbers:
            decided.add(numbers[decision.guid])
            yield numbers[decision.guid], decision
        elif decision.guid not in known:
            unknown.append(decision)
    by_words = DraftsByWords(enumerate(drafts) if unknown else ())
    for decision in unknown:
        if (number := by_words.find(decision, decided)) is not None:
            decided.add(number)
            yield number, decision


def _wishes(decision: NoteDecision, directives: Directives) -> tuple[Directives, tuple[str, ...]]:
    """Return a decision as directives, without what the author's own directives say; and which of these differ."""
    overridden: list[str] = []
    ways, hide = decision.ways, decision.hide
    if ways and (directives.one_way or directives.both_ways):
        if (ways == "one") != directives.one_way:
            overridden.append("one-way" if directives.one_way else "both-ways")
        ways = None
    if hide and directives.hide:
        if {*hide} != {*directives.hide}:
            overridden += [f'hide="{phrase}"' for phrase in directives.hide]
        hide = ()
    tags = tuple([tag for tag in decision.tags if tag not in directives.tags])
    wishes = Directives(one_way=ways == "one", both_ways=ways == "both", items=decision.items, hide=hide, tags=tags)
    return wishes, tuple(overridden)


def decided_notes(
    decisions: Decisions, found: Mapping[int, DecidedDraft], notes: Mapping[int, Note]
) -> tuple[DecidedNote, ...]:
    """Return each decision with its note, in the order of the file; `notes` are by the numbers of their drafts."""
    by_guid: dict[str, DecidedNote] = {}
    for number, draft in found.items():
        note, decision = notes.get(number), draft.decision
        by_guid[decision.guid] = DecidedNote(
            decision,
            note,
            is_skipped=note is not None and decision.keeps is False,
            is_about_other_words=note is not None and is_about_other_words(decision, note.draft),
            overridden=draft.overridden,
            unmet=draft.unmet.get(note.draft.kind, ()) if note else (),
        )
    return tuple([by_guid.get(decision.guid, DecidedNote(decision)) for decision in decisions.notes])


def with_skipped_blocks(decided: Sequence[DecidedNote], skipped: Sequence[SkippedBlock]) -> tuple[DecidedNote, ...]:
    """Return decisions with the blocks that a comment in the notes skips, for those whose notes are not there."""
    if all(entry.note for entry in decided):
        return tuple(decided)
    blocks = [(normalize(block.text), block.span) for block in skipped if block.reason == _SKIPPED_BY_COMMENT]

    def with_block(entry: DecidedNote) -> DecidedNote:
        before, _, behind = entry.decision.question.partition(": ")  # a heading, or the head of a column
        questions = {normalize(words) for words in (entry.decision.question, before, behind)} - {""}
        answer = normalize(entry.decision.answer)
        found = (span for text, span in blocks if answer in text and any(words in text for words in questions))
        span = None if entry.note else next(found, None)
        overridden = ("skip",) if span and entry.decision.keeps is not False else entry.overridden
        return replace(entry, skipped_block=span, overridden=overridden)

    return tuple(map(with_block, decided))


def decision_diagnostics(decided: Sequence[DecidedNote]) -> Iterator[Diagnostic]:
    """Yield what the author should know about decisions."""
    for entry in decided:
        decision, note, span = entry.decision, entry.note, entry.skipped_block
        if note is None and span is None:
            message = (
                f'the note "{decision.question}", which was decided on {decision.date}, is not in the notes; the '
                "decision is kept, and applies if the note comes back"
            )
            yield info(DiagnosticCode.DECISION_WITHOUT_NOTE, FILE_NAME, 0, message)
        span = note.draft.span if note else span
        if span is None:
            continue
        for directive in entry.overridden:
            message = (
                f"the comment <!-- deck: {directive} --> applies, and not what was decided on {decision.date}; remove "
                "the comment, or decide the same"
            )
            yield info(DiagnosticCode.DECISION_OVERRIDDEN, span.path, span.line, message)
        for reason in entry.unmet:
            remedy = "decide once more with `studydeck curate`"
            message = f"the decision of {decision.date} cannot be followed: {reason}; {remedy}"
            yield warning(DiagnosticCode.DECISION_UNMET, span.path, span.line, message)
        if entry.is_about_other_words:
            applies = "the note stays skipped" if entry.is_skipped else "what was decided applies"
            message = (
                f'decided about other words: on {decision.date} it asked "{decision.question}"; {applies}. Look at it '
                "once more with `studydeck curate`"
            )
            yield info(DiagnosticCode.DECISION_ABOUT_OTHER_WORDS, span.path, span.line, message)
