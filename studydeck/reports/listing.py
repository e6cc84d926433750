"""List the result of a build: a build in; all notes, skipped blocks and retired notes out, as text or as JSON lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from operator import attrgetter

from msgspec.structs import replace

from studydeck.diagnostics import Diagnostic, counted
from studydeck.errors import BuildError
from studydeck.extraction.confidence import weaknesses
from studydeck.extraction.embeds import answer_string, question_string
from studydeck.identity.decide import DecidedNote
from studydeck.identity.decided_words import words_of
from studydeck.model.document import Content, Inline, Text
from studydeck.model.notes import MOST_CONFIDENCE, Cloze, Note, Pair, SkippedBlock
from studydeck.model.traverse import map_texts, paragraph, plain
from studydeck.pipeline import Built
from studydeck.rendering.fields import (
    RenderSettings,
    prompt_of,
    render_row,
    render_settings,
    shown_label,
    term_label,
)
from studydeck.reports.consequences import consequences
from studydeck.reports.printable import to_json
from studydeck.text.blank_hints import with_hints
from studydeck.text.card_words import CardWords, card_words
from studydeck.text.length import length

_BLANK = "[...]"
_MAX_WORDS = 14


def json_lines(built: Built) -> Iterator[str]:
    """Yield a JSON object for each note, each skipped block, each retired note and each diagnostic."""
    settings = replace(render_settings(built.config), source_url="")
    decided = {entry.note.guid: entry for entry in built.decided if entry.note}
    for note in built.notes:
        record = _note_record(note, settings)
        if note.guid in decided:
            record["decision"] = decision_record(decided[note.guid])
        yield to_json(record)
    yield from map(_skipped_json, built.skipped)
    for note in built.skipped_notes:
        yield _skipped_json(skipped_note_block(note), guid=note.guid, decision=decision_record(decided[note.guid]))
    for entry in built.retired:
        yield to_json({"retired": {"guid": entry.guid, "kind": entry.kind, "text": entry.text}})
    yield from map(_diagnostic_json, built.diagnostics)


def failed_json_lines(build_error: BuildError) -> Iterator[str]:
    """Yield a JSON object for each skipped block and each diagnostic of a build that failed."""
    yield from map(_skipped_json, build_error.skipped)
    yield from map(_diagnostic_json, build_error.diagnostics)


def _skipped_json(block: SkippedBlock, **more: object) -> str:
    span = {"path": block.span.path, "line": block.span.line, "end_line": block.span.end_line}
    return to_json({"skipped": {**span, "reason": block.reason, "text": block.text, **more}})


def skipped_note_block(note: Note) -> SkippedBlock:
    """Return a note that the author decided to skip as a skipped block."""
    return SkippedBlock(note.draft.span, "decided", words_of(note.draft)[0])


def decision_record(decided: DecidedNote) -> dict[str, object]:
    """Return a decision as JSON shows it, without the GUID: what was decided, and how the notes stand to it."""
    decision = decided.decision
    record: dict[str, object] = {"date": decision.date, "question": decision.question, "answer": decision.answer}
    chosen: dict[str, object] = {
        "reviewed": decision.reviewed,
        "skip": decision.skip,
        "ways": decision.ways,
        "hide": list(decision.hide),
        "items": decision.items,
        "tags": list(decision.tags),
    }
    record |= {name: value for name, value in chosen.items() if value or (value is False and name == "skip")}
    if decided.is_about_other_words:
        record["about_other_words"] = True
    if decided.overridden:
        record["overridden"] = list(decided.overridden)
    if decided.unmet:
        record["unmet"] = list(decided.unmet)
    return record


def _diagnostic_json(diagnostic: Diagnostic) -> str:
    return to_json(
        {
            "diagnostic": {
                "path": diagnostic.path,
                "line": diagnostic.line,
                "code": str(diagnostic.code),
                "severity": diagnostic.severity,
                "message": diagnostic.message,
            }
        }
    )


def _note_record(note: Note, settings: RenderSettings) -> dict[str, object]:
    draft, row = note.draft, render_row(note, settings)
    return {
        "guid": note.guid,
        "kind": draft.kind,
        "rule": draft.rule,
        "path": draft.span.path,
        "line": draft.span.line,
        "end_line": draft.span.end_line,
        "fields": row.field_values(),
        "tags": list(row.tags),
        "changed": note.changed,
        "identity": {"matched_by": note.matched_by, "match_score": round(note.match_score, 2)},
        "cards": list(cards(note, settings.words, with_letters=settings.blank_hints)),
    }


def cards(note: Note, words: CardWords, *, with_letters: bool = False) -> Iterator[dict[str, object]]:
    """Yield each card of a note: its ordinal, line and confidence, and its question and answer as plain text.

    A blank is shown with its hint where its author wrote one, and with the first letters of its answer only on request.
    """
    draft = note.draft
    heading_path = " › ".join(draft.heading_path)
    for card_spec, ordinal in zip(draft.card_specs, note.ordinals, strict=True):
        match draft.body:
            case Pair() as body:
                question, answer = _question_and_answer(body, ordinal, heading_path, words)
            case Cloze() as body:
                text = with_hints(body.text) if with_letters and draft.rule != "flashcards" else body.text
                question = " | ".join(
                    filter(None, (heading_path, plain(prompt_of(body, words)), plain(_with_blank(text, ordinal))))
                )
                answer = card_spec.phrase
        yield {
            "ord": ordinal,
            "line": card_spec.line,
            "question": question,
            "answer": answer,
            "confidence": card_spec.confidence,
        }


def _question_and_answer(body: Pair, ordinal: int, heading_path: str, words: CardWords) -> tuple[str, str]:
    label = f": {words.ask_meaning(shown_label(body, words))}" if body.meaning_label else ""
    question = question_string(paragraph(body.asked)) if body.asked else question_string(body.term) + label
    if ordinal == 0:
        return " | ".join(filter(None, (heading_path, question))), answer_string(body.meaning)
    if ordinal > 1:
        return " | ".join(filter(None, (heading_path, question, "Type the answer."))), body.typed
    label = f"{body.meaning_label}: " if body.meaning_label else ""
    about = f"{body.about}: " if body.about else ""
    return f"{about}{label}{plain(body.clue)} | {words.ask_term(term_label(body, words))}", question_string(body.term)


def _with_blank(content: Content, ordinal: int) -> Content:
    def hide_phrase(text: Text) -> Text:
        shown: list[Inline] = []
        for number, group in groupby(text.inlines, key=attrgetter("hide")):
            phrase = list(group)
            if number == ordinal:
                hint = next((inline.target for inline in phrase if inline.kind == "hint"), "")
                phrase = [replace(phrase[0], text=f"[{hint}]" if hint else _BLANK, kind="text", hide=0)]
            shown += phrase
        return Text(tuple(shown))

    return map_texts(content, hide_phrase)


def weakest_first(built: Built) -> Built:
    """Return a build whose notes are in the order of their weakest cards."""

    def weakest(note: Note) -> int:
        return min([card_spec.confidence for card_spec in note.draft.card_specs])

    return replace(built, notes=tuple(sorted(built.notes, key=weakest)))


def text_lines(built: Built, *, with_confidence: bool = False, shown_path: Callable[[str], str] = str) -> Iterator[str]:
    """Yield each note with its cards, then each skipped block with the reason, then each retired note.

    Parameters
    ----------
    built : the build to list.
    with_confidence : whether to say what makes cards weak.
    shown_path : returns the path of a file as the reader can open it.
    """
    words = card_words(built.config.language)
    for note in built.notes:
        span = note.draft.span
        place = f"{shown_path(span.path)}:{span.line}"
        yield f"{place}: {note.draft.kind} {note.guid} ({note.draft.rule}{_match_note(note, built)})"
        for card in cards(note, words, with_letters=built.config.blank_hints):
            yield f"    {card['question']}"
            yield f"        = {card['answer']}"
            if with_confidence:
                yield f"        confidence {_confidence(note, card)}"
        if extra := plain((*note.draft.answer_media, *note.draft.extra, *note.draft.supporting_blocks)):
            yield f"        + {_shorten(extra)}"
    if built.skipped:
        yield ""
        yield f"{counted(len(built.skipped), 'block was', 'blocks were')} skipped:"
    for block in built.skipped:
        yield f"{shown_path(block.span.path)}:{block.span.line}: {block.reason}: {_shorten(block.text)}"
    if built.skipped_notes:
        yield ""
        yield f"{counted(len(built.skipped_notes), 'note is', 'notes are')} skipped by decision:"
    for note in built.skipped_notes:
        place = f"{shown_path(note.draft.span.path)}:{note.draft.span.line}"
        yield f"{place}: {note.guid}: {_shorten(words_of(note.draft)[0])}"
        yield from (f"    {text}" for decision, text in consequences(built, note).items() if decision == "skip")
    if built.retired:
        yield ""
        yield f"{counted(len(built.retired), 'note is', 'notes are')} retired:"
    for entry in built.retired:
        yield f"{entry.kind} {entry.guid}: {entry.text}"


def _confidence(note: Note, card: Mapping[str, object]) -> str:
    """Return the points of a card, and what took some of them."""
    if card["confidence"] == MOST_CONFIDENCE:
        return "by request"
    # A pair's ordinals are the numbers of its card specs; those of a cloze stand for them in the same order.
    number = note.ordinals.index(card["ord"])
    reasons = ", ".join(weaknesses(note.draft, number))
    return f"{card['confidence']}: {reasons}" if reasons else str(card["confidence"])


def _shorten(text: str) -> str:
    return text if length(text) <= _MAX_WORDS else " ".join(text.split()[:_MAX_WORDS]) + " …"


def _match_note(note: Note, built: Built) -> str:
    """Return how a note was matched to the ledger, or an empty string for an exact match or a first build."""
    if note.matched_by == "new":
        return ", new" if built.before.notes else ""
    return "" if note.matched_by == "exact" else f", {note.matched_by}, sure to {note.match_score:.2f}"
