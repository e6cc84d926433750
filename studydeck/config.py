"""The deck settings: reads the text of deck.toml into a `Config`, and reports invalid settings with their lines.

    id = "aws-mls"                              never changes
    name = "…"
    version = "1.0.0"
    description = "…"
    license = "…"
    language = "en"
    source-url = "https://…/{path}#L{line}"
    allow = ["nothing-to-hide"]                 diagnostic codes that `check` leaves out

All settings are optional; `build_inputs.resolve_config` fills in the defaults.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from studydeck.diagnostics import Diagnostic, DiagnosticCode, error
from studydeck.errors import BuildError

if TYPE_CHECKING:
    from semver import Version

NAME = "deck.toml"
CHANGELOG = "CHANGELOG.md"  # written by `release` beside deck.toml, never read as a source
ID = re.compile(r"[A-Za-z0-9._-]{3,64}")
_NUMBER = r"(?:0|[1-9][0-9]*)"
_PRERELEASE = rf"(?:{_NUMBER}|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"  # the part of a pre-release between two dots
# As https://semver.org defines it, without build numbers, which have no order.
VERSION = re.compile(
    rf"""
    {_NUMBER}\.{_NUMBER}\.{_NUMBER}                 # 1.12.0
    (?: - {_PRERELEASE} (?:\.{_PRERELEASE})* )?     # -rc.1
    """,
    re.VERBOSE,
)


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """The settings in deck.toml; an empty value means that the setting is missing."""

    id: str = ""
    name: str = ""
    version: str = ""
    description: str = ""
    license: str = ""
    language: str = ""
    source_url: str = ""
    allow: tuple[str, ...] = ()


KEYS = tuple(Config.__struct_encode_fields__)


def read(text: str) -> Config:
    """Read deck.toml.

    Raises
    ------
    BuildError : with a diagnostic, and its line, for each invalid setting.
    """
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as toml_error:
        line = int(match[1]) if (match := re.search(r"line (\d+)", str(toml_error))) else text.count("\n") + 1
        reason = str(toml_error).split(" (at ")[0]
        raise BuildError([error(DiagnosticCode.BAD_CONFIG, NAME, line, f"invalid TOML: {reason}")]) from toml_error
    diagnostics = [_unknown_setting(text, key) for key in values if key not in KEYS]
    try:
        config = msgspec.convert({key: values[key] for key in values if key in KEYS}, Config)
    except msgspec.ValidationError as type_error:
        key = match[1] if (match := re.search(r"\$\.([\w-]+)", str(type_error))) else ""
        example = '["nothing-to-hide"]' if key.startswith("allow") else '"…"'
        message = (
            f"{key} must be {'a list of codes' if key.startswith('allow') else 'text in quotes'}: {key} = {example}"
        )
        raise BuildError(
            [*diagnostics, error(DiagnosticCode.BAD_CONFIG, NAME, _line_of(text, key), message)]
        ) from type_error
    if config.id and not ID.fullmatch(config.id):
        message = 'id must be 3 to 64 letters, digits, ".", "-" or "_"'
        diagnostics.append(error(DiagnosticCode.BAD_CONFIG, NAME, _line_of(text, "id"), message))
    if config.version and not VERSION.fullmatch(config.version):
        message = f'version "{config.version}" is not of the form 1.2.3'
        diagnostics.append(error(DiagnosticCode.BAD_CONFIG, NAME, _line_of(text, "version"), message))
    diagnostics += (_unknown_code(text, code) for code in config.allow if code not in set(DiagnosticCode))
    if "name" in values and not config.name.strip():
        diagnostics.append(
            error(DiagnosticCode.BAD_CONFIG, NAME, _line_of(text, "name"), "name is empty; write the name of the deck")
        )
    if diagnostics:
        raise BuildError(diagnostics)
    return config


def parse_version(text: str) -> Version:
    """Return a version that can be compared; a text that is not a version is read as 0.0.0."""
    from semver import Version  # only `release` and merged ledgers compare versions

    return Version.parse(text) if VERSION.fullmatch(text) else Version(0)


def with_version(text: str, config: Config, version: str) -> str:
    """Return the text of deck.toml with another version; if it was empty, also with the default id and name."""
    import tomlkit  # only `release` writes deck.toml

    document = tomlkit.parse(text)
    if not text.strip():
        document["id"], document["name"] = config.id, config.name
    document["version"] = version
    return tomlkit.dumps(document)


def _unknown_setting(text: str, key: str) -> Diagnostic:
    matches = _close_matches(key, KEYS)
    hint = f'did you mean "{matches[0]}"?' if matches else f"the settings are {', '.join(KEYS)}"
    return error(DiagnosticCode.BAD_CONFIG, NAME, _line_of(text, key), f'unknown setting "{key}"; {hint}')


def _unknown_code(text: str, code: str) -> Diagnostic:
    matches = _close_matches(code, list(DiagnosticCode))
    hint = f'; did you mean "{matches[0]}"?' if matches else ""
    return error(DiagnosticCode.BAD_CONFIG, NAME, _line_of(text, "allow"), f'unknown diagnostic code "{code}"{hint}')


def _close_matches(word: str, known: Sequence[str]) -> list[str]:
    """Return the known word that was probably meant, if any."""
    import difflib  # needed only for mistakes

    return difflib.get_close_matches(word, known, 1)


def _line_of(text: str, key: str) -> int:
    for number, line in enumerate(text.splitlines(), 1):
        if re.match(rf"""\s*\[*["']?{re.escape(key)}\b""", line):
            return number
    return 1
