"""What only the whole deck can say: which clues fit one term, and which cards ask the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from msgspec.structs import replace

from studydeck.diagnostics import Diagnostic, DiagnosticCode, warning
from studydeck.extraction.drafts import question_of
from studydeck.model.document import Code, Content, Formula, Html
from studydeck.model.notes import CardSpec, NoteDraft, Pair, SkippedBlock
from studydeck.model.traverse import inlines, plain
from studydeck.text.normalize import normal


def deduplicate(drafts: Sequence[NoteDraft]) -> tuple[list[NoteDraft], list[SkippedBlock], list[Diagnostic]]:
    """Take back clues that fit two terms, drop what says nothing new, and report questions with two answers."""
    terms: dict[str, set[str]] = defaultdict(set)
    for draft in drafts:
        if draft.fingerprint.clue:
            terms[draft.fingerprint.clue].add(draft.fingerprint.term)
    shared = {clue for clue, names in terms.items() if len(names) > 1}
    asked: dict[str, NoteDraft] = {}
    said_before: set[tuple[str, str]] = set()
    kept: list[NoteDraft] = []
    left: list[SkippedBlock] = []
    diagnostics: list[Diagnostic] = []
    for draft in drafts:
        said, body = draft.fingerprint, draft.body
        if isinstance(body, Pair) or draft.wanted:
            # What asks and answers the same twice is one note; a sentence has no meaning apart from what it asks.
            if (said.question, said.meaning) in said_before and not draft.directives.pin:
                left.append(SkippedBlock(draft.span, "duplicate", _words(draft)))
                continue
            said_before.add((said.question, said.meaning))
        if not isinstance(body, Pair):
            kept.append(draft)
            continue
        first = asked.setdefault(said.question, draft)
        if first is not draft:
            diagnostics.append(_same_question(draft, first))
        kept.append(_one_way(draft) if said.clue in shared else draft)
    return kept, left, diagnostics


def _words(draft: NoteDraft) -> str:
    return question_of(draft) if isinstance(draft.body, Pair) else plain(draft.body.text)[:200]


def rejection_reason(draft: NoteDraft) -> str:
    """Say why a draft, of which is known what it says, asks nothing, or nothing."""
    body, said = draft.body, draft.fingerprint
    if not isinstance(body, Pair):
        return ""
    if not _shows_anything(body.meaning):
        return "missing-picture"
    asked = normal(question_of(draft)) if body.meaning_label else said.term
    return "answer-in-question" if f" {said.meaning} " in f" {asked} " and draft.rule != "multiple_choice" else ""


def _one_way(draft: NoteDraft) -> NoteDraft:
    return replace(
        draft, card_specs=tuple(CardSpec(a.phrase, a.line, a.wanted and not n) for n, a in enumerate(draft.card_specs))
    )


def _same_question(draft: NoteDraft, first: NoteDraft) -> Diagnostic:
    return warning(
        DiagnosticCode.SAME_QUESTION,
        draft.span.path,
        draft.span.line,
        f'"{question_of(draft)}" is also asked at {first.span.path}:{first.span.line} with another answer; '
        "name the subject or the aspect in one of them",
    )


def _shows_anything(meaning: Content) -> bool:
    """Tell whether an answer is more than a picture that is not there."""
    for inline in inlines(meaning):
        if inline.target if inline.kind == "picture" else inline.text.strip():
            return True
    return any(isinstance(block, Code | Formula | Html) for block in meaning)
