"""What only the whole deck can say: which clues fit one term, and which cards ask the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from studydeck.content import normal, plain, runs
from studydeck.memory import FORGETFUL, Memory
from studydeck.problems import Code as Problems
from studydeck.problems import Problem, warning
from studydeck.rules.drafts import question_of
from studydeck.shapes import Ask, Code, Content, Draft, Formula, Html, Pair, Unclaimed


class _Said(Struct, frozen=True):
    """What a draft says, in normal form: `term` only where it has a clue, `question` with its trail.

    `hollow` says why a pair asks nothing.
    """

    clue: str = ""
    term: str | None = None
    meaning: str = ""
    question: str = ""
    words: str = ""
    hollow: str = ""


def settle(drafts: Sequence[Draft], memory: Memory = FORGETFUL) -> tuple[list[Draft], list[Unclaimed], list[Problem]]:
    """Take back clues that fit two terms, drop what says nothing new, and report questions with two answers."""
    said = memory.each(_said, drafts)
    terms: dict[str, set[str]] = defaultdict(set)
    for one in said:
        if one.term is not None:
            terms[one.clue].add(one.term)
    asked: dict[str, tuple[Draft, str]] = {}
    kept: list[Draft] = []
    sentences: set[str] = set()
    left: list[Unclaimed] = []
    problems: list[Problem] = []
    for one, draft in zip(said, drafts, strict=True):
        if not isinstance(draft.body, Pair):
            # The same sentence twice is one card; the second stands where the first is taught.
            wanted = draft.wanted
            if wanted and one.words in sentences and not draft.decision.pin:
                left.append(Unclaimed(draft.place, "said-twice", plain(draft.body.text)[:200]))
                kept.append(memory.of(Draft.withdrawn, draft))
                continue
            if wanted:
                sentences.add(one.words)
            kept.append(draft)
            continue
        if one.hollow:
            left.append(Unclaimed(draft.place, one.hollow, question_of(draft)))
            continue
        first, meaning = asked.setdefault(one.question, (draft, one.meaning))
        if first is not draft:
            if one.meaning == meaning and not draft.decision.pin:
                left.append(Unclaimed(draft.place, "said-twice", question_of(draft)))
                continue
            problems.append(_same_question(draft, first))
        kept.append(memory.of(_one_way, draft) if len(terms[one.clue]) > 1 else draft)
    return kept, left, problems


def _said(draft: Draft) -> _Said:
    body = draft.body
    if not isinstance(body, Pair):
        return _Said(words=normal(plain((*body.prompt, *body.text))))
    said, meaning = question_of(draft), normal(plain(body.meaning))
    hollow = "" if _shows_anything(body.meaning) else "missing-picture"
    if not hollow and draft.rule != "choices" and f" {meaning} " in f" {normal(said)} ":
        hollow = "answer-in-question"
    term = normal(plain(body.term)) if body.clue else None
    return _Said(normal(plain(body.clue)), term, meaning, normal(" / ".join((*draft.trail, said))), hollow=hollow)


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
    shown = any(run.target if run.form == "picture" else run.text.strip() for run in runs(meaning))
    return shown or any(isinstance(block, Code | Formula | Html) for block in meaning)
