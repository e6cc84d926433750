"""What became of the notes, as plain text for people and as JSON, one object a line, for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator

from msgspec.structs import replace

from studydeck.diagnostics import Problem
from studydeck.errors import BuildError
from studydeck.model.anki import FIELDS
from studydeck.model.document import Content, Text
from studydeck.model.notes import Cloze, Note, Pair, Unclaimed
from studydeck.model.traverse import each_text, plain
from studydeck.pipeline import Built
from studydeck.rendering.fields import row_of, tag_part
from studydeck.text.length import length

_HIDDEN = "[...]"
_SHORT = 14


def json_lines(built: Built) -> Iterator[str]:
    """Give every note, every block that became nothing, every note that is gone, and every problem."""
    tag = tag_part(built.config.name)
    for note in built.notes:
        yield _dump(_note(note, tag))
    yield from map(_unclaimed, built.unclaimed)
    for lost in built.gone:
        yield _dump({"gone": {"guid": lost.guid, "kind": lost.kind, "text": lost.text}})
    yield from map(_problem, built.problems)


def stopped_lines(stopped: BuildError) -> Iterator[str]:
    """Give what a build that was stopped still knows: blocks that became nothing, and every problem."""
    yield from map(_unclaimed, stopped.unclaimed)
    yield from map(_problem, stopped.problems)


def _unclaimed(one: Unclaimed) -> str:
    place = {"path": one.place.path, "line": one.place.line, "end_line": one.place.end_line}
    return _dump({"unclaimed": {**place, "reason": one.reason, "text": one.text}})


def _problem(problem: Problem) -> str:
    return _dump(
        {
            "problem": {
                "path": problem.path,
                "line": problem.line,
                "code": str(problem.code),
                "severity": problem.severity,
                "message": problem.message,
            }
        }
    )


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _note(note: Note, tag: str) -> dict[str, object]:
    draft, row = note.draft, row_of(note, tag)
    return {
        "guid": note.guid,
        "kind": draft.kind,
        "rule": draft.rule,
        "path": draft.place.path,
        "line": draft.place.line,
        "end_line": draft.place.end_line,
        "fields": dict(zip(FIELDS[draft.kind], row.fields, strict=True)),
        "tags": list(row.tags),
        "changed": note.changed,
        "identity": {"how": note.how, "sureness": round(note.sureness, 2)},
        "cards": list(cards(note)),
    }


def cards(note: Note) -> Iterator[dict[str, object]]:
    """Give each card of a note: its ordinal, its line, what it asks and what is to be recalled, in plain words."""
    draft = note.draft
    way = " › ".join(draft.trail)
    for ask, ordinal in zip(draft.asks, note.ordinals, strict=True):
        match draft.body:
            case Pair() as body:
                question, answer = _sides(body, ordinal, way)
            case Cloze() as body:
                question = " | ".join(filter(None, (way, plain(body.prompt), plain(_shown(body, ordinal)))))
                answer = ask.phrase
        yield {"ord": ordinal, "line": ask.line, "asks": question, "answers": answer}


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
        for run in text:
            if run.hide == ordinal:
                if not blank:
                    kept.append(replace(run, text=_HIDDEN, form="text", hide=0))
                blank = True
            else:
                kept.append(run)
        return tuple(kept)

    return each_text(body.text, edit)


def text_lines(built: Built) -> Iterator[str]:
    """Give every note with its cards, then every block that became nothing, with the reason, then what is gone."""
    for note in built.notes:
        place = note.draft.place
        yield f"{place.path}:{place.line}: {note.draft.kind} {note.guid} ({note.draft.rule}{_recognised(note, built)})"
        for card in cards(note):
            yield f"    {card['asks']}"
            yield f"        = {card['answers']}"
        if extra := plain((*note.draft.extra, *note.draft.beside)):
            yield f"        + {_short(extra)}"
    if built.unclaimed:
        yield ""
        yield f"{len(built.unclaimed)} blocks became nothing:"
    for one in built.unclaimed:
        yield f"{one.place.path}:{one.place.line}: {one.reason}: {_short(one.text)}"
    if built.gone:
        yield ""
        yield f"{len(built.gone)} notes are gone:"
    for lost in built.gone:
        yield f"{lost.kind} {lost.guid}: {lost.text}"


def _short(text: str) -> str:
    return text if length(text) <= _SHORT else " ".join(text.split()[:_SHORT]) + " …"


def _recognised(note: Note, built: Built) -> str:
    """Say how a note was recognised, where there was anything to recognise and it was not plain."""
    if note.how == "new":
        return ", new" if built.before.notes else ""
    return "" if note.how == "same" else f", {note.how}, sure to {note.sureness:.2f}"
