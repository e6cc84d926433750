"""Decks made of values for tests of rendering, packing and import: no Markdown, no ledger."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from pathlib import Path

from studydeck.model.anki import FIELDS, Deck, Kind, NoteType, Row
from studydeck.notetypes import note_types

TEMPLATES = Path(__file__).parents[2] / "templates"
DECK_ID = "sample-deck"
CHANGED = 1_790_000_000  # September 2026
SLOT = CHANGED * 1000 // 512


def template_texts() -> dict[str, str]:
    """Return the template files of this repository by their paths."""
    files = (path for path in sorted(TEMPLATES.rglob("*")) if path.suffix in {".toml", ".html", ".css"})
    return {path.relative_to(TEMPLATES).as_posix(): path.read_text("utf-8") for path in files}


def notetypes(changed: int = CHANGED) -> tuple[NoteType, ...]:
    """Return the two note types of the sample deck."""
    return tuple(
        NoteType(notetype.kind, notetype.id, notetype.name, notetype.fields, notetype.templates, notetype.css, changed)
        for notetype in note_types.load_note_types(template_texts(), DECK_ID)
    )


def guid(name: object) -> str:
    """Return 16 characters of a-z2-7 derived from a name."""
    return base64.b32encode(hashlib.sha256(str(name).encode()).digest()).decode()[:16].lower()


def row(
    number: int,
    kind: Kind = "pair",
    *,
    ordinals: tuple[int, ...] = (0,),
    tags: tuple[str, ...] = ("sample::file",),
    changed: int = CHANGED,
    **texts: str,
) -> Row:
    """Return a row with these fields; the others are empty."""
    texts = {"ID": guid(number), "Term": f"Term {number}", "Meaning": f"Meaning {number}", **texts}
    fields = tuple(texts.get(name, "") for name in FIELDS[kind])
    return Row(guid(number), kind, SLOT - number, changed, fields, tags, ordinals)


def deck(*rows: Row, media: Mapping[str, bytes] | None = None, changed: int = CHANGED) -> Deck:
    """Return a deck of these rows."""
    return Deck(DECK_ID, "Sample", "A deck for tests", "1.0", rows, notetypes(changed), media or {})


def mixed_deck(pairs: int = 60) -> Deck:
    """Return a deck with every kind of card, pictures and gaps between ordinals."""
    rows = [row(number, ordinals=(0, 1), Clue=f"What is {number}?", HeadingPath="A &gt; B") for number in range(pairs)]
    rows.append(
        row(901, Term='<b>Fish &amp; <i>chips</i></b> <img src="dish-0a1b2c3d.png">', Typed="chips", ordinals=(0, 2))
    )
    text = "<ol class='mask-following'><li>{{c1::one}}</li><li>{{c7::seven}}</li><li>{{c3::three}}</li></ol>"
    rows.append(row(902, "cloze", ordinals=(0, 6, 2), Prompt="Which steps?", Text=text, Extra="more", Source="a.md"))
    return deck(*rows, media={"dish-0a1b2c3d.png": b"\x89PNG not really", "alone.png": b"nobody shows it"})
