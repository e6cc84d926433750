"""Doubts about cards: what a learner would grumble at, said to the author as a linter does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from studydeck.diagnostics import Diagnostic, DiagnosticCode, info, warning
from studydeck.model.notes import Cloze, Note, Pair, SkippedBlock
from studydeck.model.traverse import inlines, plain
from studydeck.text.length import length
from studydeck.text.normalize import normal

LONGEST_ANSWER = 60
# Why a block became nothing -> what is wrong with it; noise is not wrong.
_REASONS = {
    "nothing-to-hide": (
        DiagnosticCode.NOTHING_TO_HIDE,
        "no phrase of this is forced by the rest; mark one with ** ** to ask it",
    ),
    "long-list": (
        DiagnosticCode.LONG_LIST,
        "more than seven items; split the list, or say <!-- deck: items --> to ask them",
    ),
    "one-column-table": (DiagnosticCode.NO_SUBJECT, "a table of one column asks nothing; make it a list"),
    "ambiguous-rows": (DiagnosticCode.NO_SUBJECT, "most rows begin alike; give each row a name of its own"),
    "data-table": (DiagnosticCode.NO_SUBJECT, "the rows look like data; give them names to be asked"),
    "question-without-answer": (DiagnosticCode.NO_ANSWER, "nothing below this question answers it"),
    "no-note-to-show-with": (
        DiagnosticCode.SKIPPED,
        "there is no note beside this to show it with; say in a line above what it is",
    ),
    "no-rule": (DiagnosticCode.SKIPPED, "no rule reads this shape"),
    "answer-in-question": (DiagnosticCode.LEAK, "what this says stands in its own heading or term already"),
}


def lint(notes: Sequence[Note], skipped: Sequence[SkippedBlock], allowed: Sequence[str] = ()) -> tuple[Diagnostic, ...]:
    """Give what is doubtful about the cards and the blocks that became none, but for the codes that are allowed."""
    found = [one for note in notes for one in _note(note) if one.code not in note.draft.directives.allow]
    found += [one for block in skipped for one in _skipped(block)]
    return tuple(one for one in found if one.code not in allowed)


def _note(note: Note) -> Iterator[Diagnostic]:
    span = note.draft.span
    for block in note.draft.supporting_blocks:
        code, message = _REASONS["nothing-to-hide"]
        shown = f"{message}; it is shown with the note at line {span.line}"
        yield info(code, block.span.path, block.span.line, shown)
    match note.draft.body:
        case Pair() as body:
            size = length(body.meaning)
            if size > LONGEST_ANSWER:
                message = (
                    f"the answer has {size:.0f} words; split it, or give its parts headings or bullets of their own"
                )
                yield warning(DiagnosticCode.OVERLONG_ANSWER, span.path, span.line, message)
            if body.clue and _within(plain(body.term), plain(body.clue)):
                message = f'the question asks for "{plain(body.term)}" and shows it'
                yield warning(DiagnosticCode.LEAK, span.path, span.line, message)
        case Cloze() as body:
            for card_spec, ordinal in zip(note.draft.card_specs, note.ordinals, strict=True):
                front = " ".join(
                    inline.text
                    for part in (body.prompt, body.text)
                    for inline in inlines(part)
                    if inline.hide != ordinal
                )
                if _within(card_spec.phrase, front):
                    message = f'"{card_spec.phrase}" is hidden, and stands elsewhere on the card'
                    yield warning(DiagnosticCode.LEAK, span.path, card_spec.line, message)


def _within(phrase: str, words: str) -> bool:
    return bool(normal(phrase)) and f" {normal(phrase)} " in f" {normal(words)} "


def _skipped(block: SkippedBlock) -> Iterator[Diagnostic]:
    if block.reason in _REASONS:
        code, message = _REASONS[block.reason]
        yield info(code, block.span.path, block.span.line, message)
