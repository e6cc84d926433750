"""A session of curating: what the page asks for in; lists and notes out, and decisions into their file.

The session holds no copy of the deck. `Workspace` gives it the last build, and changes the file of decisions, after
which the notes are built with them: so a card is shown as the next package will have it.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum, auto
from typing import Annotated, Literal, Protocol

from msgspec import UNSET, Meta, Struct, UnsetType
from msgspec.structs import replace

from studydeck.errors import BuildError, StudydeckError
from studydeck.identity import decisions as decisions_file
from studydeck.identity.decided_words import words_of
from studydeck.identity.decision_merge import PHRASE_PATTERN, TAG_PATTERN, NoteDecision
from studydeck.identity.decisions import Decisions
from studydeck.model.notes import Note
from studydeck.patterns import lazy_pattern
from studydeck.preview import curation_view
from studydeck.preview.curation_view import KEPT, NOT_ASKED, SKIPPED, CuratedBuild, Record

_MAX_UNDO = 1_000  # decisions that can be taken back
_PHRASE, _TAG = lazy_pattern(PHRASE_PATTERN), lazy_pattern(TAG_PATTERN)
Filter = Callable[[CuratedBuild, Note], bool]


class Choice(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What the author chooses about a note; what is left out stays as it was decided.

    `keep` only says that the note was looked at, and takes a skip back. No ways, no phrases, no tags: as the rules say.
    """

    keep: Literal[True] | UnsetType = UNSET
    skip: Literal[True] | UnsetType = UNSET
    ways: Literal["one", "both", ""] | UnsetType = UNSET
    hide: Annotated[tuple[str, ...], Meta(max_length=20)] | UnsetType = UNSET
    items: bool | UnsetType = UNSET
    tags: Annotated[tuple[str, ...], Meta(max_length=20)] | UnsetType = UNSET


class RefusalKind(StrEnum):
    """Why something was not done."""

    UNKNOWN = auto()  # there is no such note
    STALE = auto()  # the note is not any more what the page showed
    INVALID = auto()  # nothing can be decided like this
    UNWRITABLE = auto()  # the file cannot be written


class Refusal(Struct, frozen=True):
    """Something that was not done: the reason for the author, and the note as it is now."""

    kind: RefusalKind
    reason: str
    note: Record | None = None


class Workspace(Protocol):
    """The notes folder of a session."""

    def current(self) -> CuratedBuild | None:
        """Build the files as they are now; return None if they never built."""

    def last(self) -> CuratedBuild | None:
        """Return the last build."""

    def change_decisions(
        self, change: Callable[[Decisions], Decisions], accept: Callable[[CuratedBuild], None]
    ) -> CuratedBuild:
        """Build with changed decisions, and write them if `accept` raises nothing."""


class _UnmetError(StudydeckError):
    """What was decided asks for something that the note does not have."""


class _Undo(Struct, frozen=True):
    """A decision that can be taken back: what was decided about the note before, and what the decision made of it."""

    guid: str
    before: NoteDecision | None
    made: NoteDecision


class Curation:
    """The session: it answers the requests of the page, one after the other; `today` returns an ISO date."""

    def __init__(self, workspace: Workspace, today: Callable[[], str]) -> None:
        self._workspace, self._today = workspace, today
        self._made: deque[_Undo] = deque(maxlen=_MAX_UNDO)
        self._lock = threading.RLock()

    def listed(self, query: Mapping[str, str]) -> Record:
        """Return the GUIDs of the notes that pass a filter and a search, in order, and what the page shows of the deck.

        Parameters
        ----------
        query : "filter": a key of FILTERS, "search": words that all occur, "order": "weak" for the weakest first.
        """
        curated = self._workspace.current()
        if curated is None:
            return {"notes": [], "left": 0, "total": 0, "problem": "The notes do not build yet; the terminal says why."}
        passes = FILTERS.get(query.get("filter", ""), FILTERS["left"])
        words = curation_view.folded(query.get("search", "")).split()
        candidates = curated.long_lists if query.get("filter") == "lists" else curated.notes
        notes: Iterable[Note] = [note for note in candidates if passes(curated, note)]
        if words:
            texts = curated.search_texts
            notes = [note for note in notes if all(word in texts[note.guid] for word in words)]
        if query.get("order") == "weak":
            notes = sorted(notes, key=curation_view.confidence)
        built = curated.built
        return {
            "notes": [note.guid for note in notes],
            "total": len(curated.notes),
            "lists": len(curated.long_lists),
            "left": _left(curated),
            "release": (built.ledger.release or ("",))[0],
            "problem": curated.problem,
            "undo": bool(self._made),
            "deck": {
                "name": built.config.name,
                "version": built.config.version,
                "language": built.config.language,
                "styles": {note_type.kind: note_type.css for note_type in built.deck.notetypes},
            },
        }

    def lines(self, guids: Sequence[str]) -> Record:
        """Return the lines of the list for some notes; those that are not there any more are left out."""
        curated = self._workspace.last()
        if curated is None:
            return {"lines": []}
        found = [curated.by_guid[guid] for guid in guids if guid in curated.by_guid]
        return {"lines": [curation_view.line(curated, note) for note in found]}

    def note(self, guid: str) -> Record | Refusal:
        """Return a note with its cards."""
        curated = self._workspace.last()
        note = _find(curated, guid)
        return {"note": curation_view.view(curated, note)} if curated and note else _unknown()

    def source(self, guid: str) -> Record | Refusal:
        """Return the text of the file of a note, and its lines."""
        curated = self._workspace.last()
        note = _find(curated, guid)
        if curated is None or note is None:
            return _unknown()
        span = note.draft.span
        return {"path": span.path, "line": span.line, "end_line": span.end_line, "text": curated.texts[span.path]}

    def decide(self, guid: str, digest: str, choice: Choice) -> Record | Refusal:
        """Write a decision about a note, and return the note as it is then.

        Parameters
        ----------
        guid, digest : of the note as the page showed it.
        choice : what the author chose.

        Returns
        -------
        The note, what is left, and whether the cards changed; or a refusal, after which nothing was written.
        """
        with self._lock:
            curated = self._workspace.current()
            note = _find(curated, guid)
            if curated is None or note is None:
                return _unknown()
            shown = curation_view.view(curated, note)
            if shown["digest"] != digest:
                return Refusal(RefusalKind.STALE, "the note has changed since it was shown", shown)
            if guid in curated.unasked and choice.items is not True:
                return Refusal(RefusalKind.INVALID, "this list is not asked; ask its items first", shown)
            if reason := _fault_of(choice, note):
                return Refusal(RefusalKind.INVALID, reason, shown)
            entry = curated.decided.get(guid)
            before = entry.decision if entry else None
            made = _decision(note, before, choice, self._today())
            known = entry.unmet if entry else ()
            result = self._change(
                guid,
                lambda decisions: _replaced(decisions, before, made),
                lambda decided: _stop_if_unmet(decided, guid, known),
            )
            if isinstance(result, Refusal):
                return replace(result, note=shown)
            self._made.append(_Undo(guid, before, made))
            changed = result["note"] is None or result["note"]["card_list"] != shown["card_list"]
            return {**result, "changed": changed, "undo": True}

    def undo(self) -> Record | Refusal:
        """Take the last decision of this session back, unless it was changed by somebody else since."""
        with self._lock:
            if not self._made:
                return Refusal(RefusalKind.INVALID, "there is nothing to take back")
            last = self._made[-1]
            curated = self._workspace.current()
            entry = curated.decided.get(last.guid) if curated else None
            if entry is None or entry.decision != last.made:
                self._made.pop()
                return Refusal(RefusalKind.STALE, "what was decided about this note was changed elsewhere since")
            result = self._change(last.guid, lambda decisions: _replaced(decisions, last.made, last.before))
            if isinstance(result, Refusal):
                return result
            self._made.pop()
            return {**result, "undone": last.guid, "undo": bool(self._made)}

    def _change(
        self,
        guid: str,
        change: Callable[[Decisions], Decisions],
        accept: Callable[[CuratedBuild], None] = lambda _curated: None,
    ) -> Record | Refusal:
        try:
            curated = self._workspace.change_decisions(change, accept)
        except _UnmetError as unmet:
            return Refusal(RefusalKind.INVALID, str(unmet))
        except BuildError as build_error:
            reasons = (diagnostic.message for diagnostic in build_error.diagnostics if diagnostic.severity == "error")
            return Refusal(RefusalKind.INVALID, "; ".join(reasons))
        except OSError as os_error:
            return Refusal(RefusalKind.UNWRITABLE, f"the decision cannot be written ({os_error.strerror})")
        found = [entry.note for entry in curated.built.decided if entry.note and entry.decision.guid == guid]
        note = found[0] if found else _find(curated, guid)
        return {"note": curation_view.view(curated, note) if note else None, "left": _left(curated)}


def _fault_of(choice: Choice, note: Note) -> str:
    """Return why nothing can be decided by a choice, or an empty string."""
    if choice == Choice():
        return "nothing was chosen"
    if choice.hide is not UNSET and not all(map(_PHRASE.search, choice.hide)):
        return "a phrase to hide has at least one letter, number or sign"
    if choice.tags is not UNSET and not all(map(_TAG.match, choice.tags)):
        return 'a tag has 1 to 100 characters, none of them a space, a comma or ", and begins with neither # nor :'
    if choice.ways is not UNSET and choice.ways and note.draft.kind == "cloze":
        return "a sentence is asked by what it hides, and has no other way"
    return ""


def _stop_if_unmet(curated: CuratedBuild, guid: str, known: Sequence[str]) -> None:
    """Raise an error if the note does not have what was decided just now."""
    entry = curated.decided.get(guid)
    if entry and (unmet := [reason for reason in entry.unmet if reason not in known]):
        raise _UnmetError("; ".join(unmet))


def _find(curated: CuratedBuild | None, guid: str) -> Note | None:
    return curated.by_guid.get(guid) if curated else None


def _unknown() -> Refusal:
    return Refusal(RefusalKind.UNKNOWN, "there is no such note any more")


def _left(curated: CuratedBuild) -> int:
    return sum(FILTERS["left"](curated, note) for note in curated.notes)


def _replaced(decisions: Decisions, old: NoteDecision | None, new: NoteDecision | None) -> Decisions:
    """Return decisions with one in place of another about the same note, which may have had another GUID then."""
    if old and (new is None or new.guid != old.guid):
        decisions = decisions_file.without(decisions, old.guid)
    return decisions_file.with_decision(decisions, new) if new else decisions


def _decision(note: Note, before: NoteDecision | None, choice: Choice, today: str) -> NoteDecision:
    """Return what is decided about a note once a choice is added to what was decided before."""
    question, answer = words_of(note.draft)
    old = before or NoteDecision(guid=note.guid, date=today, question=question, answer=answer)
    skip = old.skip
    if choice.skip is not UNSET or skip:
        skip = choice.skip is not UNSET or choice.keep is UNSET
    return replace(
        old,
        guid=note.guid,
        date=today,
        question=question,
        answer=answer,
        reviewed=True,
        skip=skip,
        ways=old.ways if choice.ways is UNSET else choice.ways or None,
        hide=old.hide if choice.hide is UNSET else choice.hide,
        items=old.items if choice.items is UNSET else choice.items,
        tags=old.tags if choice.tags is UNSET else choice.tags,
    )


FILTERS: Mapping[str, Filter] = {
    "left": lambda curated, note: curation_view.decision_state(curated, note) not in (KEPT, SKIPPED),
    "new": lambda _curated, note: note.since is None,
    "decided": lambda curated, note: curation_view.decision_state(curated, note) in (KEPT, SKIPPED),
    "skipped": lambda curated, note: curation_view.decision_state(curated, note) == SKIPPED,
    "lists": lambda curated, note: curation_view.decision_state(curated, note) == NOT_ASKED,
    "all": lambda _curated, _note: True,
}
