"""The JSON schema of deck.toml accepts and rejects the same files as the program."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from studydeck import config
from studydeck.diagnostics import DiagnosticCode
from studydeck.errors import BuildError
from tests.support.pages import blocks

ROOT = Path(__file__).parents[2]
SCHEMA: dict[str, Any] = json.loads((ROOT / "docs" / "deck.schema.json").read_text("utf-8"))

GOOD = (
    "",
    'id = "tea"',
    'name = "Drinks::Tea"\nversion = "1.0.0"',
    'version = "2.10.3-rc.1"',
    'tag-prefix = "deck-v"',
    'tag-prefix = "v"',
    'tag-prefix = "decks/c01.tea@"',
    'tag-prefix = "tea_"',
    'source-url = "https://example.org/{path}#L{line}"\nlanguage = "en"\nlicense = "CC BY 4.0"\ndescription = ""',
    'issues-url = "https://example.org/issues/new?template=card.yml&note={id}"',
    'issues-url = "https://example.org/report"',
    'allow = ["nothing-to-hide", "long-list"]',
    'exclude = ["Journal/", "!Journal/Rivers.md"]\ninclude = ["templates/"]\ntyped = ["*.md"]',
    'tags = "top-level"\nexclude-tags = ["status/*"]',
    'tags = "below-deck"\nexclude-tags = []\nsubdecks = "none"',
    'subdecks = "folders"\ndialects = ["obsidian"]',
    'subdecks = "files"\ndialects = []',
)
BAD = (
    'nmae = "Tea"',
    'id = "t"',
    'id = "two words"',
    'name = " "',
    'version = "1.0"',
    'version = "v1.0.0"',
    'version = "1.0.0 "',
    'version = "01.0.0"',
    'version = "1.0.0-rc.01"',
    'version = "1.0.0-rc..1"',
    'version = "1.0.0+1"',
    'tag-prefix = ""',
    'tag-prefix = "-v"',
    'tag-prefix = "1"',
    'tag-prefix = "v1"',
    'tag-prefix = "v1."',
    'tag-prefix = "deck v"',
    'tag-prefix = "deck..v"',
    'tag-prefix = "deck//v"',
    'tag-prefix = "a.lock/v"',
    'tag-prefix = "v*"',
    'tag-prefix = "über-v"',
    "tag-prefix = 1",
    "version = 1",
    'source_url = "https://example.org/{path}"',
    'issues-url = "http://example.org/{id}"',
    'issues-url = "https://example.org/{path}"',
    'allow = "nothing-to-hide"',
    'exclude = "Journal/"',
    "include = [1]",
    'tags = "nowhere"',
    'exclude-tags = "todo"',
    "subdecks = true",
    'subdecks = "Folders"',
    "typed = true",
    'dialects = "obsidian"',
    'allow = ["nothing-to-hyde"]',
)


def schema_errors(text: str) -> list[str]:
    """Return the error messages of the schema for a deck.toml."""
    return [error.message for error in Draft202012Validator(SCHEMA).iter_errors(tomllib.loads(text))]


def test_the_schema_is_up_to_date() -> None:
    """The schema is the output of tools/deck_schema.py."""
    result = subprocess.run(
        [sys.executable, "tools/deck_schema.py", "--check"], cwd=ROOT, capture_output=True, text=True
    )
    assert result.returncode == 0, result.stderr


def test_the_schema_is_valid() -> None:
    """The schema is valid JSON Schema, and every setting has a description."""
    Draft202012Validator.check_schema(SCHEMA)
    assert set(SCHEMA["properties"]) == set(config.KEYS)
    assert all(setting["description"].endswith(".") for setting in SCHEMA["properties"].values())


def test_the_bundled_settings_are_valid() -> None:
    """The deck.toml of this repository is valid, and so is the example of the documentation, which has each setting."""
    assert schema_errors((ROOT / "notes" / "deck.toml").read_text("utf-8")) == []
    (example,) = (block.text for block in blocks("reference/deck-toml.md"))
    assert schema_errors(example) == []
    assert set(tomllib.loads(example)) == set(SCHEMA["properties"])


@pytest.mark.parametrize("text", GOOD)
def test_settings_that_the_program_accepts_are_valid(text: str) -> None:
    """Settings that the program reads without an error are valid."""
    config.read(text)
    assert schema_errors(text) == []


@pytest.mark.parametrize("text", BAD)
def test_settings_that_the_program_rejects_are_invalid_rejected(text: str) -> None:
    """Misspelt keys, invalid versions and unknown codes are errors of both the program and the schema."""
    with pytest.raises(BuildError) as error:
        config.read(text)
    assert [diagnostic.code for diagnostic in error.value.diagnostics] == [DiagnosticCode.BAD_CONFIG]
    assert schema_errors(text)
