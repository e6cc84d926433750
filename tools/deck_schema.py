"""Write the JSON schema of deck.toml, which editors use for completion and validation.

    python tools/deck_schema.py [--check]         docs/deck.schema.json, from what studydeck/config/ reads

With --check nothing is written; it fails if the file is not up to date.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import click
import msgspec

from studydeck.config import ID, ISSUES_URL, SPEECH_LANGUAGE, TAG_PREFIX_GRAMMAR, VERSION, Config
from studydeck.diagnostics import DiagnosticCode
from studydeck.markdown.dialects import NAMES
from studydeck.model.anki import SPOKEN_FIELDS

PATH = Path(__file__).parent.parent / "docs" / "deck.schema.json"


def _compact(pattern: str) -> str:
    """Return a pattern without what re.VERBOSE ignores."""
    return re.sub(r"\s+#.*|\s+", "", pattern)


DESCRIPTIONS: dict[str, dict[str, Any]] = {
    "id": {
        "description": "What tells this deck from all others. Choose it once and never change it.",
        "examples": ["tea-k7q2x"],
        "pattern": f"^(?:{ID.pattern})$",
    },
    "name": {
        "description": "The deck's name in Anki, which finds decks by it; `::` makes a deck within a deck.",
        "examples": ["Tea", "Drinks::Tea"],
        "pattern": r"\S",
    },
    "version": {
        "description": "The version that `build` writes; `release` raises it.",
        "examples": ["1.0.0"],
        "pattern": f"^(?:{_compact(VERSION.pattern)})$",
    },
    "tag-prefix": {
        "description": "What stands before the version in the tags of releases; without it v.",
        "examples": ["deck-v", "tea/v"],
        "pattern": f"^(?:{_compact(TAG_PREFIX_GRAMMAR.pattern)})$",
    },
    "description": {"description": "What the deck is on, as a learner reads it in Anki."},
    "license": {"description": "Under which licence the deck may be shared.", "examples": ["CC BY 4.0"]},
    "language": {"description": "The language of the notes, as a tag that browsers know.", "examples": ["en", "pt-BR"]},
    "source-url": {
        "description": "Where a note can be read in its source: an address with {path} and, if it helps, {line}.",
        "examples": ["https://example.org/blob/main/notes/{path}"],
    },
    "issues-url": {
        "description": "Where learners report a card: an address with {id}, or of a form that fills in a title.",
        "examples": ["https://example.org/issues/new?title={id}"],
        "pattern": f"^(?:{_compact(ISSUES_URL.pattern)})$",
    },
    "allow": {
        "description": "Codes of problems that `check` leaves out; docs/reference/diagnostics.md lists them.",
        "items": {"type": "string", "enum": sorted(DiagnosticCode)},
        "uniqueItems": True,
    },
    "exclude": {
        "description": "Files to leave out, as patterns of .gitignore; their notes are retired.",
        "examples": [["Journal/", "/People/", "*.draft.md"]],
    },
    "include": {
        "description": "Files to read although `exclude` or a default leaves them out: templates, sync copies.",
        "examples": [["templates/"]],
    },
    "tags": {
        "description": "Where tags of the notes stand in Anki: below the deck's own (<deck>::tags::…), or at the top.",
    },
    "exclude-tags": {
        "description": "Tags that learners do not get; * stands for any text, and what is below a tag goes with it.",
        "examples": [["todo", "status/*"]],
    },
    "subdecks": {
        "description": "A deck in Anki for each folder or for each file; cards that learners have stay where they are.",
    },
    "typed": {
        "description": "Files, as patterns of .gitignore, whose short answers learners also type.",
        "examples": [["Vocabulary/"]],
    },
    "dialects": {
        "description": "The dialects of Markdown to read; without it each is read by its own marks.",
        "items": {"type": "string", "enum": sorted(NAMES)},
        "uniqueItems": True,
    },
    "blank-hints": {
        "description": "Whether a blank shows first letters of its answer where several answers would fit.",
    },
    "min-confidence": {
        "description": "Points below which no card is made; by default the tool's (docs/explanation/confidence.md).",
        "examples": [4],
    },
    "macros": {
        "description": "TeX macros for the formulas of all notes: what a name stands for, with #1 to #9 for arguments.",
        "examples": [{"RR": r"\mathbb{R}", "norm": r"\lVert #1 \rVert", "pow": ["#2^{#1}", 2, "2"]}],
        "propertyNames": {"pattern": r"^\\?[A-Za-z]+$"},
    },
    "speak": {
        "description": "Fields that Anki reads out on the side that shows them, with their languages.",
        "examples": [{"Term": "es_ES"}, {"Term": "ja_JP", "Meaning": "en_US"}],
        "propertyNames": {"enum": list(SPOKEN_FIELDS)},
        "additionalProperties": {"type": "string", "pattern": f"^(?:{SPEECH_LANGUAGE.pattern})$"},
    },
}


def schema() -> dict[str, Any]:
    """Return the schema: the settings of Config with the descriptions above; a missing description is a KeyError."""
    generated = msgspec.json.schema(Config)
    (definition,) = generated["$defs"].values()
    settings = {
        name: _without_null({key: value for key, value in type_schema.items() if key != "default"}) | DESCRIPTIONS[name]
        for name, type_schema in definition["properties"].items()
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "deck.toml",
        "description": "What a deck of studydeck says of itself; all of it can be left out.",
        "type": "object",
        "properties": settings,
        "additionalProperties": definition["additionalProperties"],
    }


def _without_null(type_schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a setting that may be missing; TOML has no null."""
    alternatives = [each for each in type_schema.get("anyOf", ()) if each.get("type") != "null"]
    return dict(alternatives[0]) if len(alternatives) == 1 else type_schema


def text() -> str:
    """Return the schema as the text of the file."""
    return json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; fail if the file is not up to date.")
def main(check: bool) -> None:
    """Write or check docs/deck.schema.json."""
    if not check:
        PATH.write_text(text(), encoding="utf-8")
    elif not PATH.is_file() or PATH.read_text(encoding="utf-8") != text():
        raise click.ClickException(
            "docs/deck.schema.json is older than studydeck/config/settings.py; run this without --check"
        )


if __name__ == "__main__":
    main()
