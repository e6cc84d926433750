"""Read deck.toml: its text in; a `Config`, or a BuildError with a diagnostic for each invalid setting, out."""

from __future__ import annotations

import re
import tomllib

import msgspec

from studydeck.config.checks import CONTROLS, MAX_MESSAGES, close_matches, errors, setting_error, shown
from studydeck.config.settings import KEYS, NAME, Config
from studydeck.diagnostics import Diagnostic, DiagnosticCode, error
from studydeck.errors import BuildError
from studydeck.model.notes import MOST_CONFIDENCE
from studydeck.patterns import lazy_pattern

_MAX_KEY_PARTS = 20
_LONG_KEY = lazy_pattern(rf"""^[ \t\[]*(?:[\w"'-]+[ \t]*\.[ \t]*){{{_MAX_KEY_PARTS}}}""", re.MULTILINE)
_ANY_TEXT = '"…"'
_EXPECTED = {
    "allow": 'a list of codes: allow = ["nothing-to-hide"]',
    "exclude": 'a list of patterns: exclude = ["Journal/", "*.draft.md"]',
    "include": 'a list of patterns: include = ["templates/"]',
    "typed": 'a list of patterns: typed = ["Vocabulary/"]',
    "tags": 'tags = "below-deck" or tags = "top-level"',
    "exclude-tags": 'a list of tags: exclude-tags = ["todo", "status/*"]',
    "subdecks": 'subdecks = "none", subdecks = "folders" or subdecks = "files"',
    "dialects": 'a list of names: dialects = ["obsidian"]',
    "min-confidence": f"a whole number from {-MOST_CONFIDENCE} to {MOST_CONFIDENCE}: min-confidence = 4",
    "blank-hints": "true or false: blank-hints = false",
    "speak": 'a table of fields and languages: speak = {Term = "es_ES"}',
    "macros": "a table of TeX: [macros], and below it lines such as norm = '\\lVert #1 \\rVert'",
}


def read(text: str) -> Config:
    """Read deck.toml.

    Raises
    ------
    BuildError : with a diagnostic, and its line, for each invalid setting.
    """
    values = _parsed(text)
    unknown_keys = [key for key in values if key not in KEYS]
    diagnostics = [_unknown_setting(text, key) for key in unknown_keys[:MAX_MESSAGES]]
    try:
        config = msgspec.convert({key: values[key] for key in values if key in KEYS}, Config)
    except msgspec.ValidationError as type_error:
        key = match[1] if (match := re.search(r"\$\.([\w-]+)", str(type_error))) else ""
        message = f"{key} must be {_EXPECTED.get(key, f'text in quotes: {key} = {_ANY_TEXT}')}"
        raise BuildError([*diagnostics, setting_error(text, key, message)]) from type_error
    diagnostics += errors(text, config, values)
    if diagnostics:
        raise BuildError(diagnostics)
    return config


def _parsed(text: str) -> dict[str, object]:
    """Return the values of deck.toml."""
    if long_key := _LONG_KEY.search(text):
        line = text.count("\n", 0, long_key.end()) + 1
        message = f"invalid TOML: a key of more than {_MAX_KEY_PARTS} parts; the settings are {', '.join(KEYS)}"
        raise BuildError([error(DiagnosticCode.BAD_CONFIG, NAME, line, message)])
    try:
        return tomllib.loads(text)
    except RecursionError as nesting_error:
        line = next((number for number, row in enumerate(text.splitlines(), 1) if "[[[" in row or "{" in row), 1)
        message = "invalid TOML: brackets are nested too deeply; the settings are texts and lists of texts"
        raise BuildError([error(DiagnosticCode.BAD_CONFIG, NAME, line, message)]) from nesting_error
    except ValueError as toml_error:
        line = int(match[1]) if (match := re.search(r"line (\d+)", str(toml_error))) else text.count("\n") + 1
        reason = CONTROLS.sub("\N{REPLACEMENT CHARACTER}", str(toml_error).split(" (at ")[0])[:200]
        raise BuildError([error(DiagnosticCode.BAD_CONFIG, NAME, line, f"invalid TOML: {reason}")]) from toml_error


def _unknown_setting(text: str, key: str) -> Diagnostic:
    matches = close_matches(key, KEYS)
    hint = f'did you mean "{matches[0]}"?' if matches else f"the settings are {', '.join(KEYS)}"
    return setting_error(text, key, f'unknown setting "{shown(key)}"; {hint}')
