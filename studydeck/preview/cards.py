"""Collect the data of the preview page: a build in, one JSON object out that the page shows, searches and filters.

since        "since VERSION" or "in VERSION": what the states of the notes refer to
files        path and link of each source; the link has {line} for the line
sections     name and file number of each section
notes        guid, section number, heading path, tags, state ("new" or "changed" since the last release, or "")
cards        note number, ordinal, template number, line, question and answer as plain text, confidence, front, parts
             of the back
templates    kind of note, name of the card template, number of its cards
styles       kind of note -> CSS
diagnostics  path, line, code, severity, message, numbers of the notes concerned, number of the first card of these
pictures     file name -> data: URL
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
from studydeck.model.anki import Deck, Row
from studydeck.model.media_types import is_playable
from studydeck.model.notes import Note, Pair
from studydeck.notetypes.card_renderer import RenderedCard, render_cards
from studydeck.patterns import lazy_pattern
from studydeck.pipeline import Built
from studydeck.preview.mathml import formulas_to_mathml
from studydeck.reports import listing
from studydeck.reports.wording import plain_text
from studydeck.text.card_words import CardWords, card_words

_WEB_ADDRESS = lazy_pattern(r"https?://", re.IGNORECASE)
_PLAYER = lazy_pattern(r"\[anki:play:[qa]:\d+\]")
_PLAY_SIGN = '<span role="img" aria-label="sound">▶</span>'
_TYPE_BOX = lazy_pattern(r"\[\[type:(?:cloze:|nc:)?(.+?)\]\]")
_MIME_SUBTYPES = {"svg": "svg+xml", "jpg": "jpeg"}
HEADING_SEPARATOR = " › "
Record = dict[str, Any]


def page_data(built: Built, diagnostics: Sequence[Diagnostic], home: str) -> Record:
    """Return all data of the page.

    Parameters
    ----------
    built : a build that has a deck.
    diagnostics : errors, warnings and notices, in the order in which the page shows them.
    home : the address of the notes folder relative to the page, used if the deck has no source-url; or empty.

    Returns
    -------
    dict : as the module describes it.
    """
    assert built.deck
    paths = [*(note.draft.span.path for note in built.notes), *(block.span.path for block in built.skipped)]
    file_numbers = {path: number for number, path in enumerate(dict.fromkeys(paths))}
    note_sections = _note_sections(built.notes)
    section_numbers = {key: number for number, key in enumerate(dict.fromkeys(note_sections))}
    note_numbers = _concerned_notes(built.notes, diagnostics)
    cards = list(_cards(built.notes, built.deck, card_words(built.config.language)))
    first_cards = {card["note"]: number for number, card in reversed([*enumerate(cards)])}
    note_types, (since, states) = built.deck.notetypes, _states(built)
    card_counts = Counter(card["template"] for card in cards)
    templates = [(note_type.kind, template.name) for note_type in note_types for template in note_type.templates]
    return {
        "since": since,
        "files": [{"path": path, "link": _source_link(path, built.config.source_url, home)} for path in file_numbers],
        "sections": [{"name": name, "file": file_numbers[path]} for path, name in section_numbers],
        "notes": [
            _note(note, row, state) | {"section": section_numbers[name]}
            for note, row, state, name in zip(built.notes, built.deck.rows, states, note_sections, strict=True)
        ],
        "cards": cards,
        "templates": [
            {"kind": kind, "name": name, "cards": card_counts[number]} for number, (kind, name) in enumerate(templates)
        ],
        "styles": {note_type.kind: note_type.css for note_type in note_types},
        "diagnostics": [
            _diagnostic(diagnostic) | {"notes": numbers, "card": first_cards[numbers[0]] if numbers else -1}
            for diagnostic, numbers in zip(diagnostics, note_numbers, strict=True)
        ],
        "pictures": {
            name: data_url(name, content) for name, content in sorted(built.deck.media.items()) if not is_playable(name)
        },
    }


def _note_sections(notes: Sequence[Note]) -> list[tuple[str, str]]:
    """Return (path, section name) of each note; a section name has at most two headings."""
    titles: dict[str, set[str]] = {}
    for note in notes:
        titles.setdefault(note.draft.span.path, set()).update(note.draft.heading_path[:1])
    sections = []
    for note in notes:
        path, heading_path = note.draft.span.path, note.draft.heading_path[:2]
        section_path = heading_path[1:] if len(heading_path) > 1 and len(titles[path]) == 1 else heading_path
        sections.append((path, HEADING_SEPARATOR.join(section_path)))
    return sections


def _note(note: Note, row: Row, state: str) -> Record:
    return {
        "guid": note.guid,
        "heading_path": HEADING_SEPARATOR.join(note.draft.heading_path),
        "tags": row.tags,
        "state": state,
    }


def _states(built: Built) -> tuple[str, list[str]]:
    """Return a caption, and the state of each note relative to the last release or, for a release, to the one before.

    `release` sets the time of new and changed notes to its own, so this is a release if no note has a later time.
    """
    if not built.ledger.release:
        return "", [""] * len(built.notes)
    version, time = built.ledger.release
    if any(note.since is None or note.changed > time for note in built.notes):
        states = ["new" if note.since is None else "changed" if note.changed > time else "" for note in built.notes]
        return f"since {version}", states
    # In a first release every note is new, and no state is shown.
    is_first_release = all(note.since == version for note in built.notes)
    release_states = [
        "new" if note.since == version else "changed" if note.changed == time else "" for note in built.notes
    ]
    return f"in {version}", [""] * len(built.notes) if is_first_release else release_states


def _cards(notes: Sequence[Note], deck: Deck, words: CardWords) -> Iterator[Record]:
    note_types = {note_type.kind: note_type for note_type in deck.notetypes}
    templates = [(note_type.kind, number) for note_type in deck.notetypes for number in range(len(note_type.templates))]
    for note_number, (note, row) in enumerate(zip(notes, deck.rows, strict=True)):
        heading_path = HEADING_SEPARATOR.join(note.draft.heading_path)
        about = note.draft.body.about if isinstance(note.draft.body, Pair) else ""
        for listed_card, rendered in zip(
            listing.cards(note, words), render_cards(row, note_types[row.kind], deck.name), strict=True
        ):
            yield {
                "note": note_number,
                "ord": rendered.ordinal,
                "template": templates.index((row.kind, 0 if row.kind == "cloze" else rendered.ordinal)),
                "line": listed_card["line"],
                # The list of cards shows the heading path in its headings.
                "question": str(listed_card["question"])
                .removeprefix(heading_path)
                .removeprefix(" | ")
                .removeprefix(f"{about}: "),
                "answer": listed_card["answer"],
                "confidence": listed_card["confidence"],
                **card_html(rendered, row),
            }


def card_html(rendered: RenderedCard, row: Row) -> Record:
    """Return front and back with formulas as MathML and with input boxes for typed answers."""
    if not _TYPE_BOX.search(rendered.question):
        return {
            "front": _shown(rendered.question),
            "back": [_shown(_with_expected_answer(part, row)) for part in rendered.parts],
        }
    front = _TYPE_BOX.sub('<center><input type="text" id="typeans" aria-label="answer"></center>', rendered.question)
    return {
        "front": _shown(front),
        "back": [_shown(_with_expected_answer(rendered.answer, row))],
    }


def _shown(html: str) -> str:
    """Return a side with formulas as MathML, and a sign where Anki has a button that plays."""
    return formulas_to_mathml(_PLAYER.sub(_PLAY_SIGN, html))


def _with_expected_answer(back: str, row: Row) -> str:
    """Return a back with the expected answer in each input box, as Anki shows it if nothing was typed."""
    fields = row.field_values()

    def expected_html(box: re.Match[str]) -> str:
        text = escape(plain_text(fields.get(box[1], "")))
        return f'<div><code id="typeans">{text}</code></div>' if text else ""

    return _TYPE_BOX.sub(expected_html, back)


def _concerned_notes(notes: Sequence[Note], diagnostics: Sequence[Diagnostic]) -> list[list[int]]:
    """Return for each diagnostic the numbers of the shortest notes that include its line, with their extra blocks."""
    notes_by_line: dict[tuple[str, int], list[int]] = {}
    for number, note in enumerate(notes):
        draft = note.draft
        for span in dict.fromkeys((draft.span, *(block.span for block in (*draft.extra, *draft.supporting_blocks)))):
            for line in range(span.line, span.end_line + 1):
                notes_by_line.setdefault((span.path, line), []).append(number)

    def line_count(number: int) -> int:
        return notes[number].draft.span.end_line - notes[number].draft.span.line

    def narrowest(numbers: Sequence[int]) -> list[int]:
        shortest = min(map(line_count, numbers), default=0)
        return [number for number in numbers if line_count(number) == shortest]

    return [narrowest(notes_by_line.get((diagnostic.path, diagnostic.line), ())) for diagnostic in diagnostics]


def _diagnostic(diagnostic: Diagnostic) -> Record:
    return {
        "path": diagnostic.path,
        "line": diagnostic.line,
        "code": str(diagnostic.code),
        "severity": diagnostic.severity,
        "message": diagnostic.message,
    }


def _source_link(path: str, source_url: str, home: str) -> str:
    """Return the address of a source; the page replaces {line}."""
    if _WEB_ADDRESS.match(source_url):
        return source_url.replace("{path}", quote(path))
    return f"{home}/{quote(path)}" if home else ""


def data_url(name: str, content: bytes) -> str:
    suffix = name.rsplit(".", 1)[-1]
    return f"data:image/{_MIME_SUBTYPES.get(suffix, suffix)};base64,{base64.b64encode(content).decode()}"
