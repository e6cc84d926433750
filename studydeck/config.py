"""deck.toml: what a deck says of itself, and what is assumed where it is silent.

id = "aws-mls"           never changes      name = "…"        version = "1.0.0"
description = "…"        license = "…"      language = "en"   source-url = "https://…/{path}#L{line}"
    allow = ["nothing-to-hide"]   codes that `check` leaves out
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence

import msgspec

from studydeck.diagnostics import Diagnostic, DiagnosticCode, error
from studydeck.errors import BuildError

NAME = "deck.toml"
CHANGELOG = "CHANGELOG.md"  # what `release` writes; never read as a source
ID = re.compile(r"[A-Za-z0-9._-]{3,64}")
VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)(?:-[0-9A-Za-z.-]+)?")


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """What deck.toml says; empty means that it does not say."""

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
    BuildError : with all that is wrong with it, each with its line.
    """
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as bad:
        line = int(found[1]) if (found := re.search(r"line (\d+)", str(bad))) else text.count("\n") + 1
        reason = str(bad).split(" (at ")[0]
        raise BuildError([error(DiagnosticCode.BAD_CONFIG, NAME, line, f"this is not TOML: {reason}")]) from bad
    diagnostics = [_unknown(text, key) for key in values if key not in KEYS]
    try:
        config = msgspec.convert({key: values[key] for key in values if key in KEYS}, Config)
    except msgspec.ValidationError as bad:
        key = found[1] if (found := re.search(r"\$\.([\w-]+)", str(bad))) else ""
        example = '["nothing-to-hide"]' if key.startswith("allow") else '"…"'
        message = (
            f"{key} must be {'a list of codes' if key.startswith('allow') else 'text in quotes'}: {key} = {example}"
        )
        raise BuildError([*diagnostics, error(DiagnosticCode.BAD_CONFIG, NAME, _line(text, key), message)]) from bad
    if config.id and not ID.fullmatch(config.id):
        message = 'id takes 3 to 64 letters, digits, ".", "-" and "_"'
        diagnostics.append(error(DiagnosticCode.BAD_CONFIG, NAME, _line(text, "id"), message))
    if config.version and not VERSION.fullmatch(config.version):
        message = f'version "{config.version}" is not of the form 1.2.3'
        diagnostics.append(error(DiagnosticCode.BAD_CONFIG, NAME, _line(text, "version"), message))
    diagnostics += (_no_code(text, code) for code in config.allow if code not in set(DiagnosticCode))
    if "name" in values and not config.name.strip():
        diagnostics.append(
            error(DiagnosticCode.BAD_CONFIG, NAME, _line(text, "name"), "name is empty; say what the deck is called")
        )
    if diagnostics:
        raise BuildError(diagnostics)
    return config


def with_version(text: str, config: Config, version: str) -> str:
    """Give the text of deck.toml with another version; where there was none, with what was assumed in its place."""
    import tomlkit  # only a release writes

    document = tomlkit.parse(text)
    if not text.strip():
        document["id"], document["name"] = config.id, config.name
    document["version"] = version
    return tomlkit.dumps(document)


def _unknown(text: str, key: str) -> Diagnostic:
    close = _alike(key, KEYS)
    hint = f'did you mean "{close[0]}"?' if close else f"known are {', '.join(KEYS)}"
    return error(DiagnosticCode.BAD_CONFIG, NAME, _line(text, key), f'"{key}" is no setting of a deck; {hint}')


def _no_code(text: str, code: str) -> Diagnostic:
    close = _alike(code, list(DiagnosticCode))
    hint = f'; did you mean "{close[0]}"?' if close else ""
    return error(DiagnosticCode.BAD_CONFIG, NAME, _line(text, "allow"), f'"{code}" is no code of a problem{hint}')


def _alike(word: str, known: Sequence[str]) -> list[str]:
    """Give the word that may have been meant, if any."""
    import difflib  # only who mistypes needs it

    return difflib.get_close_matches(word, known, 1)


def _line(text: str, key: str) -> int:
    for number, line in enumerate(text.splitlines(), 1):
        if re.match(rf"""\s*\[*["']?{re.escape(key)}\b""", line):
            return number
    return 1
