"""The linter: diagnostics about cards that are hard to learn, and about skipped blocks that an edit could use.

In: the notes and skipped blocks of a build. Out: diagnostics of severity warning (cards) and info (blocks).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from studydeck.diagnostics import Diagnostic, DiagnosticCode, info, warning
from studydeck.extraction.confidence import weaknesses
from studydeck.model.notes import Cloze, Note, NoteDraft, Pair, SkippedBlock, WithheldCard
from studydeck.model.traverse import inlines, plain
from studydeck.text.length import length
from studydeck.text.normalize import normalize

LONGEST_ANSWER = 60  # words
# Skip reason -> code and advice. A reason that is not here is intended and makes no diagnostic.
_SKIP_DIAGNOSTICS = {
    "nothing-to-hide": (
        DiagnosticCode.NOTHING_TO_HIDE,
        "no phrase here can be recalled from the rest of the statement; mark one with ** ** to ask it",
    ),
    "long-list": (
        DiagnosticCode.LONG_LIST,
        "the list has more than seven items; split it, or add <!-- deck: items --> to ask them",
    ),
    "one-column-table": (DiagnosticCode.NO_SUBJECT, "a table with one column makes no cards; make it a list"),
    "ambiguous-rows": (
        DiagnosticCode.NO_SUBJECT,
        "most rows share their first cell with other rows; give each row a name of its own",
    ),
    "data-table": (
        DiagnosticCode.NO_SUBJECT,
        "most cells look like plain data; give the rows names to have them asked",
    ),
    "question-without-answer": (DiagnosticCode.NO_ANSWER, "there is no answer below this question; add one"),
    "no-note-to-show-with": (
        DiagnosticCode.SKIPPED,
        "there is no note in this section to show this with; add a line above it that says what it is",
    ),
    "no-rule": (DiagnosticCode.SKIPPED, "no rule reads a block of this form"),
    "answer-in-question": (DiagnosticCode.LEAK, "the answer is already in its own heading or term"),
}


def lint(notes: Sequence[Note], skipped: Sequence[SkippedBlock], allowed: Sequence[str] = ()) -> tuple[Diagnostic, ...]:
    """Check notes and skipped blocks for what makes cards hard to learn.

    Parameters
    ----------
    notes : all notes of the deck.
    skipped : the blocks that made no card, with their reasons.
    allowed : diagnostic codes to leave out; a note's own `allow` directive leaves out codes for that note only.

    Returns
    -------
    the diagnostics, those of notes first, in the order of the source.
    """
    diagnostics = [
        diagnostic
        for note in notes
        for diagnostic in _note_diagnostics(note)
        if diagnostic.code not in note.draft.directives.allow
    ]
    diagnostics += [diagnostic for block in skipped for diagnostic in _skip_diagnostics(block)]
    return tuple(diagnostic for diagnostic in diagnostics if diagnostic.code not in allowed)


def weak_cards(
    notes: Sequence[Note], withheld: Sequence[WithheldCard], least: int, allowed: Sequence[str] = ()
) -> tuple[Diagnostic, ...]:
    """Return an info for each card below the least confidence, made or not, the weakest first."""
    if DiagnosticCode.LOW_CONFIDENCE in allowed:
        return ()
    found = [(card.draft, card.number, "no card is made of") for card in withheld]
    found += [
        (note.draft, number, "only because a package had it, there is a card of")
        for note in notes
        for number, card_spec in enumerate(note.draft.card_specs)
        if card_spec.confidence < least and DiagnosticCode.LOW_CONFIDENCE not in note.draft.directives.allow
    ]
    found.sort(key=lambda card: card[0].card_specs[card[1]].confidence)
    return tuple([_weak_card(draft, number, what, least) for draft, number, what in found])


def _weak_card(draft: NoteDraft, number: int, what: str, least: int) -> Diagnostic:
    card_spec = draft.card_specs[number]
    reasons = ", ".join(weaknesses(draft, number))
    message = f'{what} "{card_spec.phrase[:80]}": confidence {card_spec.confidence} of {least} ({reasons})'
    return info(DiagnosticCode.LOW_CONFIDENCE, draft.span.path, card_spec.line, message)


def _note_diagnostics(note: Note) -> Iterator[Diagnostic]:
    span = note.draft.span
    for block in note.draft.supporting_blocks:
        code, advice = _SKIP_DIAGNOSTICS["nothing-to-hide"]
        message = f"{advice}; it is shown with the note at line {span.line}"
        yield info(code, block.span.path, block.span.line, message)
    match note.draft.body:
        case Pair() as body:
            word_count = length(body.meaning)
            if word_count > LONGEST_ANSWER:
                message = (
                    f"the answer has {word_count:.0f} words; split it, or give its parts headings or list items "
                    "of their own"
                )
                yield warning(DiagnosticCode.OVERLONG_ANSWER, span.path, span.line, message)
            if body.clue and _occurs_in(plain(body.term), plain(body.clue)):
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
                if _occurs_in(card_spec.phrase, front):
                    message = f'"{card_spec.phrase}" is hidden, but also shown elsewhere on the card'
                    yield warning(DiagnosticCode.LEAK, span.path, card_spec.line, message)


def _occurs_in(phrase: str, text: str) -> bool:
    return bool(normalize(phrase)) and f" {normalize(phrase)} " in f" {normalize(text)} "


def _skip_diagnostics(block: SkippedBlock) -> Iterator[Diagnostic]:
    if block.reason == "phrase-not-hidden":
        message = f'hide="{block.text}" hides nothing: write a phrase as it stands in this statement, and no formula'
        yield warning(DiagnosticCode.PHRASE_NOT_HIDDEN, block.span.path, block.span.line, message)
    elif block.reason in _SKIP_DIAGNOSTICS:
        code, message = _SKIP_DIAGNOSTICS[block.reason]
        yield info(code, block.span.path, block.span.line, message)
