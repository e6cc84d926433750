"""All cards as plain data: what the preview page shows, searches and filters.

files     path and link of every source, {line} for the line
sections  name, and the number of its file
notes     guid, section, trail, tags, state ("", or "new" or "changed" since the last release)
cards     note, ordinal, face, line, question and answer in plain words, front, parts of the back
faces     kind of note, name of the template, how many cards it has
styles    of each kind
problems  place, code, severity, message, the notes that they concern, and the first card of these
pictures  name to data: address
"""

from __future__ import annotations

import base64
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from html import escape
from typing import Any
from urllib.parse import quote

from studydeck.diagnostics import Diagnostic
from studydeck.model.anki import FIELDS, Deck, Row
from studydeck.model.notes import Note, Pair
from studydeck.notetypes.card_renderer import Face, sides
from studydeck.pipeline import Built
from studydeck.preview.mathml import readable
from studydeck.reports import listing
from studydeck.reports.wording import words

_WEB = re.compile(r"https?://", re.IGNORECASE)
_TYPED = re.compile(r"\[\[type:(?:cloze:|nc:)?(.+?)\]\]")
_MIME = {"svg": "svg+xml", "jpg": "jpeg"}
_WAY = " › "
Record = dict[str, Any]


def page_data(built: Built, found: Sequence[Diagnostic], home: str) -> Record:
    """Give everything that the page knows.

    Parameters
    ----------
    built : a build that has a deck.
    found : problems and doubts, in the order in which they are shown.
    home : the address of the notes folder as the page sees it, for a deck without a source-url; or nothing.
    """
    assert built.deck
    spans = [*(note.draft.span.path for note in built.notes), *(one.span.path for one in built.skipped)]
    files = {path: number for number, path in enumerate(dict.fromkeys(spans))}
    names = _sections(built.notes)
    sections = {key: number for number, key in enumerate(dict.fromkeys(names))}
    concerned = _concerned(built.notes, found)
    cards = list(_cards(built.notes, built.deck))
    first = {card["note"]: number for number, card in reversed([*enumerate(cards)])}
    kinds, (since, states) = built.deck.notetypes, _states(built)
    used = Counter(card["face"] for card in cards)
    faces = [(one.kind, template.name) for one in kinds for template in one.templates]
    return {
        "since": since,
        "files": [{"path": path, "link": _link(path, built.config.source_url, home)} for path in files],
        "sections": [{"name": name, "file": files[path]} for path, name in sections],
        "notes": [
            _note(note, row, state) | {"section": sections[name]}
            for note, row, state, name in zip(built.notes, built.deck.rows, states, names, strict=True)
        ],
        "cards": cards,
        "faces": [{"kind": kind, "name": name, "cards": used[number]} for number, (kind, name) in enumerate(faces)],
        "styles": {one.kind: one.css for one in kinds},
        "diagnostics": [
            _diagnostic(one) | {"notes": numbers, "card": first[numbers[0]] if numbers else -1}
            for one, numbers in zip(found, concerned, strict=True)
        ],
        "pictures": {name: _picture(name, content) for name, content in sorted(built.deck.media.items())},
    }


def _sections(notes: Sequence[Note]) -> list[tuple[str, str]]:
    """Give the file and the section of each note; below the second heading nothing is divided any more."""
    titles: dict[str, set[str]] = {}
    for note in notes:
        titles.setdefault(note.draft.span.path, set()).update(note.draft.heading_path[:1])
    found = []
    for note in notes:
        path, heading_path = note.draft.span.path, note.draft.heading_path[:2]
        shown = heading_path[1:] if len(heading_path) > 1 and len(titles[path]) == 1 else heading_path
        found.append((path, _WAY.join(shown)))
    return found


def _note(note: Note, row: Row, state: str) -> Record:
    return {"guid": note.guid, "heading_path": _WAY.join(note.draft.heading_path), "tags": row.tags, "state": state}


def _states(built: Built) -> tuple[str, list[str]]:
    """Say what each note is to those who have the last release; of a release itself, to those who have the one before.

    A release stamps what it brings with its own time, so where nothing is younger nothing came after it.
    """
    if not built.ledger.release:
        return "", [""] * len(built.notes)
    version, time = built.ledger.release
    if any(note.since is None or note.changed > time for note in built.notes):
        states = ["new" if note.since is None else "changed" if note.changed > time else "" for note in built.notes]
        return f"since {version}", states
    first = all(note.since == version for note in built.notes)  # all of it is new, which says nothing
    new = ["new" if note.since == version else "changed" if note.changed == time else "" for note in built.notes]
    return f"in {version}", [""] * len(built.notes) if first else new


def _cards(notes: Sequence[Note], deck: Deck) -> Iterator[Record]:
    kinds = {one.kind: one for one in deck.notetypes}
    faces = [(one.kind, number) for one in deck.notetypes for number in range(len(one.templates))]
    for number, (note, row) in enumerate(zip(notes, deck.rows, strict=True)):
        way = _WAY.join(note.draft.heading_path)
        about = note.draft.body.about if isinstance(note.draft.body, Pair) else ""
        for said, face in zip(listing.cards(note), sides(row, kinds[row.kind], deck.name), strict=True):
            yield {
                "note": number,
                "ord": face.ordinal,
                "face": faces.index((row.kind, 0 if row.kind == "cloze" else face.ordinal)),
                "line": said["line"],
                # The list says in its headings where a card belongs.
                "question": str(said["question"]).removeprefix(way).removeprefix(" | ").removeprefix(f"{about}: "),
                "answer": said["answer"],
                **_sides(face, row),
            }


def _sides(face: Face, row: Row) -> Record:
    """Give front and back as a page can show them: formulas readable, boxes to type in drawn."""
    if not _TYPED.search(face.question):
        return {"front": readable(face.question), "back": [readable(_typed(part, row)) for part in face.parts]}
    front = _TYPED.sub('<center><input type="text" id="typeans" aria-label="answer"></center>', face.question)
    return {"front": readable(front), "back": [readable(_typed(face.answer, row))]}


def _typed(back: str, row: Row) -> str:
    """Show what was to be typed, as Anki does where nothing was."""
    fields = dict(zip(FIELDS[row.kind], row.fields, strict=True))

    def wanted(found: re.Match[str]) -> str:
        text = escape(words(fields.get(found[1], "")))
        return f'<div><code id="typeans">{text}</code></div>' if text else ""

    return _TYPED.sub(wanted, back)


def _concerned(notes: Sequence[Note], found: Sequence[Diagnostic]) -> list[list[int]]:
    """Give for each problem the notes around its line, what is shown with them included; the narrowest only."""
    around: dict[tuple[str, int], list[int]] = {}
    for number, note in enumerate(notes):
        draft = note.draft
        for span in dict.fromkeys((draft.span, *(block.span for block in (*draft.extra, *draft.supporting_blocks)))):
            for line in range(span.line, span.end_line + 1):
                around.setdefault((span.path, line), []).append(number)

    def size(number: int) -> int:
        return notes[number].draft.span.end_line - notes[number].draft.span.line

    def narrowest(numbers: Sequence[int]) -> list[int]:
        least = min(map(size, numbers), default=0)
        return [number for number in numbers if size(number) == least]

    return [narrowest(around.get((one.path, one.line), ())) for one in found]


def _diagnostic(one: Diagnostic) -> Record:
    return {
        "path": one.path,
        "line": one.line,
        "code": str(one.code),
        "severity": one.severity,
        "message": one.message,
    }


def _link(path: str, source_url: str, home: str) -> str:
    """Give the address of a source; {line} stays, for the page to fill in."""
    if _WEB.match(source_url):
        return source_url.replace("{path}", quote(path))
    return f"{home}/{quote(path)}" if home else ""


def _picture(name: str, content: bytes) -> str:
    suffix = name.rsplit(".", 1)[-1]
    return f"data:image/{_MIME.get(suffix, suffix)};base64,{base64.b64encode(content).decode()}"
