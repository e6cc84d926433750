"""What became of the notes, as plain text for people and as JSON, one object a line, for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator

from msgspec.structs import replace

from studydeck.diagnostics import Diagnostic
from studydeck.errors import BuildError
from studydeck.model.anki import FIELDS
from studydeck.model.document import Content, Text
from studydeck.model.notes import Cloze, Note, Pair, SkippedBlock
from studydeck.model.traverse import each_text, plain
from studydeck.pipeline import Built
from studydeck.rendering.fields import render_row, tag_part
from studydeck.text.length import length

_HIDDEN = "[...]"
_SHORT = 14


def json_lines(built: Built) -> Iterator[str]:
    """Give every note, every block that became nothing, every note that is gone, and every problem."""
    tag = tag_part(built.config.name)
    for note in built.notes:
        yield _dump(_note(note, tag))
    yield from map(_skipped, built.skipped)
    for lost in built.retired:
        yield _dump({"retired": {"guid": lost.guid, "kind": lost.kind, "text": lost.text}})
    yield from map(_diagnostic, built.diagnostics)


def stopped_lines(stopped: BuildError) -> Iterator[str]:
    """Give what a build that was stopped still knows: blocks that became nothing, and every problem."""
    yield from map(_skipped, stopped.skipped)
    yield from map(_diagnostic, stopped.diagnostics)


def _skipped(one: SkippedBlock) -> str:
    span = {"path": one.span.path, "line": one.span.line, "end_line": one.span.end_line}
    return _dump({"skipped": {**span, "reason": one.reason, "text": one.text}})


def _diagnostic(diagnostic: Diagnostic) -> str:
    return _dump(
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


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _note(note: Note, tag: str) -> dict[str, object]:
    draft, row = note.draft, render_row(note, tag)
    return {
        "guid": note.guid,
        "kind": draft.kind,
        "rule": draft.rule,
        "path": draft.span.path,
        "line": draft.span.line,
        "end_line": draft.span.end_line,
        "fields": dict(zip(FIELDS[draft.kind], row.fields, strict=True)),
        "tags": list(row.tags),
        "changed": note.changed,
        "identity": {"matched_by": note.matched_by, "match_score": round(note.match_score, 2)},
        "cards": list(cards(note)),
    }


def cards(note: Note) -> Iterator[dict[str, object]]:
    """Give each card of a note: its ordinal, its line, what it asks and what is to be recalled, in plain words."""
    draft = note.draft
    way = " › ".join(draft.heading_path)
    for card_spec, ordinal in zip(draft.card_specs, note.ordinals, strict=True):
        match draft.body:
            case Pair() as body:
                question, answer = _sides(body, ordinal, way)
            case Cloze() as body:
                question = " | ".join(filter(None, (way, plain(body.prompt), plain(_shown(body, ordinal)))))
                answer = card_spec.phrase
        yield {"ord": ordinal, "line": card_spec.line, "question": question, "answer": answer}


def _sides(body: Pair, ordinal: int, way: str) -> tuple[str, str]:
    if ordinal == 0:
        label = f": {body.meaning_label}?" if body.meaning_label else ""
        return " | ".join(filter(None, (way, plain(body.term) + label))), plain(body.meaning)
    label = f"{body.meaning_label}: " if body.meaning_label else ""
    which = f"Which {body.term_label}?" if body.term_label else "Which term is this?"
    about = f"{body.about}: " if body.about else ""
    return f"{about}{label}{plain(body.clue)} | {which}", plain(body.term)


def _shown(body: Cloze, ordinal: int) -> Content:
    def edit(text: Text) -> Text:
        kept, blank = [], False
        for inline in text:
            if inline.hide == ordinal:
                if not blank:
                    kept.append(replace(inline, text=_HIDDEN, kind="text", hide=0))
                blank = True
            else:
                kept.append(inline)
        return tuple(kept)

    return each_text(body.text, edit)


def text_lines(built: Built) -> Iterator[str]:
    """Give every note with its cards, then every block that became nothing, with the reason, then what is gone."""
    for note in built.notes:
        span = note.draft.span
        yield f"{span.path}:{span.line}: {note.draft.kind} {note.guid} ({note.draft.rule}{_recognised(note, built)})"
        for card in cards(note):
            yield f"    {card['question']}"
            yield f"        = {card['answer']}"
        if extra := plain((*note.draft.extra, *note.draft.supporting_blocks)):
            yield f"        + {_short(extra)}"
    if built.skipped:
        yield ""
        yield f"{len(built.skipped)} blocks were skipped:"
    for one in built.skipped:
        yield f"{one.span.path}:{one.span.line}: {one.reason}: {_short(one.text)}"
    if built.retired:
        yield ""
        yield f"{len(built.retired)} notes are retired:"
    for lost in built.retired:
        yield f"{lost.kind} {lost.guid}: {lost.text}"


def _short(text: str) -> str:
    return text if length(text) <= _SHORT else " ".join(text.split()[:_SHORT]) + " …"


def _recognised(note: Note, built: Built) -> str:
    """Say how a note was recognised, where there was anything to recognise and it was not plain."""
    if note.matched_by == "new":
        return ", new" if built.before.notes else ""
    return "" if note.matched_by == "exact" else f", {note.matched_by}, sure to {note.match_score:.2f}"
