"""What only the whole deck can say: which clues fit one term, and which cards ask the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from msgspec.structs import replace

from studydeck.content import normal, plain, runs
from studydeck.problems import Code as Problems
from studydeck.problems import Problem, warning
from studydeck.rules.drafts import question_of
from studydeck.shapes import Ask, Code, Content, Draft, Formula, Html, Pair, Unclaimed


def settle(drafts: Sequence[Draft]) -> tuple[list[Draft], list[Unclaimed], list[Problem]]:
    """Take back clues that fit two terms, drop what says nothing new, and report questions with two answers."""
    terms: dict[str, set[str]] = defaultdict(set)
    clues = [normal(plain(one.body.clue)) if isinstance(one.body, Pair) else "" for one in drafts]
    for clue, draft in zip(clues, drafts, strict=True):
        if isinstance(draft.body, Pair) and draft.body.clue:
            terms[clue].add(normal(plain(draft.body.term)))
    asked: dict[str, Draft] = {}
    kept: list[Draft] = []
    sentences: set[str] = set()
    left: list[Unclaimed] = []
    problems: list[Problem] = []
    for clue, draft in zip(clues, drafts, strict=True):
        if not isinstance(draft.body, Pair):
            # The same sentence twice is one card; the second stands where the first is taught.
            words = normal(plain((*draft.body.prompt, *draft.body.text)))
            if draft.wanted and words in sentences and not draft.decision.pin:
                left.append(Unclaimed(draft.place, "said-twice", plain(draft.body.text)[:200]))
                kept.append(draft.withdrawn())
                continue
            if draft.wanted:
                sentences.add(words)
            kept.append(draft)
            continue
        if not _shows_anything(draft.body.meaning):
            left.append(Unclaimed(draft.place, "missing-picture", question_of(draft)))
            continue
        said, meaning = question_of(draft), normal(plain(draft.body.meaning))
        if draft.rule != "choices" and f" {meaning} " in f" {normal(said)} ":
            left.append(Unclaimed(draft.place, "answer-in-question", said))
            continue
        first = asked.setdefault(normal(" / ".join((*draft.trail, said))), draft)
        if first is not draft:
            assert isinstance(first.body, Pair)
            if meaning == normal(plain(first.body.meaning)) and not draft.decision.pin:
                left.append(Unclaimed(draft.place, "said-twice", said))
                continue
            problems.append(_same_question(draft, first))
        kept.append(_one_way(draft) if len(terms[clue]) > 1 else draft)
    return kept, left, problems


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
