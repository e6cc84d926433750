"""Doubts about cards: what a learner would grumble at, said to the author as a linter does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from studydeck.diagnostics import Code, Problem, info, warning
from studydeck.model.notes import Cloze, Note, Pair, Unclaimed
from studydeck.model.traverse import plain, runs
from studydeck.text.length import length
from studydeck.text.normalize import normal

LONGEST_ANSWER = 60
# Why a block became nothing -> what is wrong with it; noise is not wrong.
_REASONS = {
    "nothing-to-hide": (Code.NOTHING_TO_HIDE, "no phrase of this is forced by the rest; mark one with ** ** to ask it"),
    "long-list": (Code.LONG_LIST, "more than seven items; split the list, or say <!-- deck: items --> to ask them"),
    "one-column-table": (Code.NO_SUBJECT, "a table of one column asks nothing; make it a list"),
    "ambiguous-rows": (Code.NO_SUBJECT, "most rows begin alike; give each row a name of its own"),
    "data-table": (Code.NO_SUBJECT, "the rows look like data; give them names to be asked"),
    "question-without-answer": (Code.NO_ANSWER, "nothing below this question answers it"),
    "no-note-beside": (Code.UNCLAIMED, "there is no note beside this to show it with; say in a line above what it is"),
    "no-rule": (Code.UNCLAIMED, "no rule reads this shape"),
    "answer-in-question": (Code.LEAK, "what this says stands in its own heading or term already"),
}


def doubts(notes: Sequence[Note], unclaimed: Sequence[Unclaimed], allowed: Sequence[str] = ()) -> tuple[Problem, ...]:
    """Give what is doubtful about the cards and the blocks that became none, but for the codes that are allowed."""
    found = [one for note in notes for one in _note(note) if one.code not in note.draft.decision.allow]
    found += [one for block in unclaimed for one in _unclaimed(block)]
    return tuple(one for one in found if one.code not in allowed)


def _note(note: Note) -> Iterator[Problem]:
    place = note.draft.place
    for block in note.draft.beside:
        code, message = _REASONS["nothing-to-hide"]
        shown = f"{message}; it is shown with the note at line {place.line}"
        yield info(code, block.place.path, block.place.line, shown)
    match note.draft.body:
        case Pair() as body:
            size = length(body.meaning)
            if size > LONGEST_ANSWER:
                message = (
                    f"the answer has {size:.0f} words; split it, or give its parts headings or bullets of their own"
                )
                yield warning(Code.OVERLONG_ANSWER, place.path, place.line, message)
            if body.clue and _within(plain(body.term), plain(body.clue)):
                message = f'the question asks for "{plain(body.term)}" and shows it'
                yield warning(Code.LEAK, place.path, place.line, message)
        case Cloze() as body:
            for ask, ordinal in zip(note.draft.asks, note.ordinals, strict=True):
                front = " ".join(
                    run.text for part in (body.prompt, body.text) for run in runs(part) if run.hide != ordinal
                )
                if _within(ask.phrase, front):
                    message = f'"{ask.phrase}" is hidden, and stands elsewhere on the card'
                    yield warning(Code.LEAK, place.path, ask.line, message)


def _within(phrase: str, words: str) -> bool:
    return bool(normal(phrase)) and f" {normal(phrase)} " in f" {normal(words)} "


def _unclaimed(block: Unclaimed) -> Iterator[Problem]:
    if block.reason in _REASONS:
        code, message = _REASONS[block.reason]
        yield info(code, block.place.path, block.place.line, message)
