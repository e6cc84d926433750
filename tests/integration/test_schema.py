"""The JSON schema of deck.toml: an editor that knows it says what the program would say."""

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

ROOT = Path(__file__).parents[2]
SCHEMA: dict[str, Any] = json.loads((ROOT / "docs" / "deck.schema.json").read_text("utf-8"))

GOOD = (
    "",
    'id = "tea"',
    'name = "Drinks::Tea"\nversion = "1.0.0"',
    'version = "2.10.3-rc.1"',
    'source-url = "https://example.org/{path}#L{line}"\nlanguage = "en"\nlicense = "CC BY 4.0"\ndescription = ""',
    'allow = ["nothing-to-hide", "long-list"]',
)
BAD = (
    'nmae = "Tea"',
    'id = "t"',
    'id = "two words"',
    'name = " "',
    'version = "1.0"',
    'version = "v1.0.0"',
    'version = "1.0.0 "',
    "version = 1",
    'source_url = "https://example.org/{path}"',
    'allow = "nothing-to-hide"',
    'allow = ["nothing-to-hyde"]',
)


def complaints(text: str) -> list[str]:
    """Give what the schema has against a deck.toml."""
    return [one.message for one in Draft202012Validator(SCHEMA).iter_errors(tomllib.loads(text))]


def test_the_schema_is_what_its_generator_gives() -> None:
    """Whoever adds a setting writes its words and runs tools/deck_schema.py."""
    done = subprocess.run([sys.executable, "tools/deck_schema.py", "--check"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_schema_is_one() -> None:
    """It is a schema of the draft that it names, and every setting has a description."""
    Draft202012Validator.check_schema(SCHEMA)
    assert set(SCHEMA["properties"]) == set(config.KEYS)
    assert all(one["description"].endswith(".") for one in SCHEMA["properties"].values())


def test_the_shipped_settings_validate() -> None:
    """The deck.toml of this repository, and the one that the README shows, are what the schema wants."""
    assert complaints((ROOT / "notes" / "deck.toml").read_text("utf-8")) == []
    shown = (ROOT / "README.md").read_text("utf-8").split("```toml\n")[1].split("```")[0]
    assert complaints(shown) == []


@pytest.mark.parametrize("text", GOOD)
def test_what_the_program_reads_the_schema_takes(text: str) -> None:
    """Settings that build without a problem are valid."""
    config.read(text)
    assert complaints(text) == []


@pytest.mark.parametrize("text", BAD)
def test_what_the_program_refuses_the_schema_refuses_rejected(text: str) -> None:
    """A misspelt key, a version of another form, an unknown code: both say so."""
    with pytest.raises(BuildError) as stopped:
        config.read(text)
    assert [one.code for one in stopped.value.diagnostics] == [DiagnosticCode.BAD_CONFIG]
    assert complaints(text)
