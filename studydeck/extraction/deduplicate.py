"""What only the whole deck can say: which clues fit one term, and which cards ask the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from msgspec.structs import replace

from studydeck.diagnostics import Code as Problems
from studydeck.diagnostics import Problem, warning
from studydeck.extraction.drafts import question_of
from studydeck.model.document import Code, Content, Formula, Html
from studydeck.model.notes import Ask, Draft, Pair, Unclaimed
from studydeck.model.traverse import plain, runs
from studydeck.text.normalize import normal


def deduplicate(drafts: Sequence[Draft]) -> tuple[list[Draft], list[Unclaimed], list[Problem]]:
    """Take back clues that fit two terms, drop what says nothing new, and report questions with two answers."""
    terms: dict[str, set[str]] = defaultdict(set)
    for draft in drafts:
        if draft.said.clue:
            terms[draft.said.clue].add(draft.said.term)
    shared = {clue for clue, names in terms.items() if len(names) > 1}
    asked: dict[str, Draft] = {}
    said_before: set[tuple[str, str]] = set()
    kept: list[Draft] = []
    left: list[Unclaimed] = []
    problems: list[Problem] = []
    for draft in drafts:
        said, body = draft.said, draft.body
        if isinstance(body, Pair) or draft.wanted:
            # What asks and answers the same twice is one note; a sentence has no meaning apart from what it asks.
            if (said.question, said.meaning) in said_before and not draft.decision.pin:
                left.append(Unclaimed(draft.place, "said-twice", _words(draft)))
                continue
            said_before.add((said.question, said.meaning))
        if not isinstance(body, Pair):
            kept.append(draft)
            continue
        first = asked.setdefault(said.question, draft)
        if first is not draft:
            problems.append(_same_question(draft, first))
        kept.append(_one_way(draft) if said.clue in shared else draft)
    return kept, left, problems


def _words(draft: Draft) -> str:
    return question_of(draft) if isinstance(draft.body, Pair) else plain(draft.body.text)[:200]


def hollow(draft: Draft) -> str:
    """Say why a draft, of which is known what it says, asks nothing, or nothing."""
    body, said = draft.body, draft.said
    if not isinstance(body, Pair):
        return ""
    if not _shows_anything(body.meaning):
        return "missing-picture"
    asked = normal(question_of(draft)) if body.meaning_label else said.term
    return "answer-in-question" if f" {said.meaning} " in f" {asked} " and draft.rule != "choices" else ""


def _one_way(draft: Draft) -> Draft:
    return replace(draft, asks=tuple(Ask(a.phrase, a.line, a.wanted and not n) for n, a in enumerate(draft.asks)))


def _same_question(draft: Draft, first: Draft) -> Problem:
    return warning(
        Problems.SAME_QUESTION,
        draft.place.path,
        draft.place.line,
        f'"{question_of(draft)}" is also asked at {first.place.path}:{first.place.line} with another answer; '
        "name the subject or the aspect in one of them",
    )


def _shows_anything(meaning: Content) -> bool:
    """Tell whether an answer is more than a picture that is not there."""
    for run in runs(meaning):
        if run.target if run.form == "picture" else run.text.strip():
            return True
    return any(isinstance(block, Code | Formula | Html) for block in meaning)
