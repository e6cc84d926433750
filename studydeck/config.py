"""The deck settings: reads the text of deck.toml into a `Config`, and reports invalid settings with their lines.

    id = "aws-mls"                              never changes
    name = "…"
    version = "1.0.0"
    description = "…"
    license = "…"
    language = "en"
    source-url = "https://…/{path}#L{line}"
    allow = ["nothing-to-hide"]                 diagnostic codes that `check` leaves out
    [macros]                                    TeX macros for the formulas of all notes
    RR = '\\mathbb{R}'
    [speak]                                     fields that Anki reads out, with their languages
    Term = "es_ES"

All settings are optional; `build_inputs.resolve_config` fills in the defaults.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec

from studydeck.diagnostics import ALWAYS_ERRORS, Diagnostic, DiagnosticCode, error
from studydeck.errors import BuildError, FormulaError
from studydeck.model.anki import SPOKEN_FIELDS
from studydeck.tex.macros import definition

if TYPE_CHECKING:
    from semver import Version

NAME = "deck.toml"
CHANGELOG = "CHANGELOG.md"  # written by `release` beside deck.toml, never read as a source
ID = re.compile(r"[A-Za-z0-9._-]{3,64}")
_NUMBER = r"(?:0|[1-9][0-9]*)"
_PRERELEASE = rf"(?:{_NUMBER}|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"  # the part of a pre-release between two dots
# As https://semver.org defines it, without build numbers, which have no order.
VERSION = re.compile(rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}(?:-{_PRERELEASE}(?:\.{_PRERELEASE})*)?")

SPEECH_LANGUAGE = re.compile(r"[a-z]{2,3}_(?:[A-Z]{2}|[0-9]{3})")  # language and region, as in Anki's {{tts es_ES:…}}
MAX_SIZE = 100_000  # bytes of deck.toml
MAX_NAME_LENGTH = 200  # characters of a deck name; Anki shows it in one line, and file systems allow 255 bytes
MAX_SETTING_LENGTH = 64  # characters of version and language
# Addresses that a learner's system can open and that run nothing in Anki.
SOURCE_SCHEMES = (
    "http",
    "https",
    "mailto",
    "obsidian",
    "logseq",
    "joplin",
    "zotero",
    "vscode",
    "vscode-insiders",
    "vscodium",
    "cursor",
    "idea",
    "subl",
    "txmt",
)
SOURCE_URL = re.compile(rf"(?:{'|'.join(SOURCE_SCHEMES)}):[^\s<>\"]+", re.IGNORECASE)
_MAX_KEY_PARTS = 20
_MAX_MESSAGES = 10  # about settings of one kind
_LONG_KEY = re.compile(rf"""^[ \t\[]*(?:[\w"'-]+[ \t]*\.[ \t]*){{{_MAX_KEY_PARTS}}}""", re.MULTILINE)
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
# Control characters, and those that change the direction in which the text around them is shown.
_CONTROLS = re.compile("[\0-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_TEXT_SETTINGS = ("name", "version", "description", "license", "language", "source-url")


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
    macros: dict[str, str | list[str | int]] = {}  # msgspec copies it
    speak: dict[str, str] = {}

    def macro_definitions(self) -> str:
        """Return the definitions of the macros in TeX."""
        return "\n".join(definition(name, value) for name, value in self.macros.items())


_ANY_TEXT = '"…"'
_EXPECTED = {
    "allow": 'a list of codes: allow = ["nothing-to-hide"]',
    "speak": 'a table of fields and languages: speak = {Term = "es_ES"}',
    "macros": "a table of TeX: [macros], and below it lines such as norm = '\\lVert #1 \\rVert'",
}
KEYS = tuple(Config.__struct_encode_fields__)


def read(text: str) -> Config:
    """Read deck.toml.

    Raises
    ------
    BuildError : with a diagnostic, and its line, for each invalid setting.
    """
    values = _parsed(text)
    unknown_keys = [key for key in values if key not in KEYS]
    diagnostics = [_unknown_setting(text, key) for key in unknown_keys[:_MAX_MESSAGES]]
    try:
        config = msgspec.convert({key: values[key] for key in values if key in KEYS}, Config)
    except msgspec.ValidationError as type_error:
        key = match[1] if (match := re.search(r"\$\.([\w-]+)", str(type_error))) else ""
        message = f"{key} must be {_EXPECTED.get(key, f'text in quotes: {key} = {_ANY_TEXT}')}"
        raise BuildError(
            [*diagnostics, error(DiagnosticCode.BAD_CONFIG, NAME, _line_of(text, key), message)]
        ) from type_error
    if config.id and not ID.fullmatch(config.id):
        message = 'id must be 3 to 64 letters, digits, ".", "-" or "_"'
        diagnostics.append(error(DiagnosticCode.BAD_CONFIG, NAME, _line_of(text, "id"), message))
    if config.version and not VERSION.fullmatch(config.version):
        message = f'version "{_shown(config.version)}" is not of the form 1.2.3'
        diagnostics.append(error(DiagnosticCode.BAD_CONFIG, NAME, _line_of(text, "version"), message))
    unknown_codes = [code for code in config.allow if code not in set(DiagnosticCode)]
    diagnostics += (_unknown_code(text, code) for code in unknown_codes[:_MAX_MESSAGES])
    diagnostics += _macro_diagnostics(text, config)
    diagnostics += _speech_diagnostics(text, config)
    diagnostics += (
        error(
            DiagnosticCode.BAD_CONFIG,
            NAME,
            _line_of(text, "allow"),
            f'"{code}" is an error, which cannot be silenced; correct what it reports, and take it out of the list',
        )
        for code in dict.fromkeys(config.allow)
        if code in ALWAYS_ERRORS
    )
    diagnostics += (
        error(DiagnosticCode.BAD_CONFIG, NAME, _line_of(text, key), message)
        for key, message in _faults(config)
        if key in values
    )
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
        reason = _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", str(toml_error).split(" (at ")[0])[:200]
        raise BuildError([error(DiagnosticCode.BAD_CONFIG, NAME, line, f"invalid TOML: {reason}")]) from toml_error


def _faults(config: Config) -> Iterator[tuple[str, str]]:
    """Yield the settings that cannot be used, each with a message."""
    texts = dict(zip(KEYS, (getattr(config, field) for field in config.__struct_fields__), strict=True))
    for key in _TEXT_SETTINGS:
        allowed = "\n\t" if key == "description" else ""
        found = next((match[0] for match in _CONTROLS.finditer(texts[key]) if match[0] not in allowed), "")
        if found:
            yield key, f"{key} has the control character U+{ord(found):04X}; take it out"
    name_parts = config.name.split("::")
    if not config.name.strip():
        yield "name", "name is empty; write the name of the deck"
    elif not all(part.strip() for part in name_parts):
        yield "name", f'name "{_shown(config.name)}" has an empty part; "::" stands between the names of two decks'
    if len(config.name) > MAX_NAME_LENGTH:
        yield "name", f"name has {len(config.name)} characters; at most {MAX_NAME_LENGTH} are allowed"
    for key in ("version", "language"):
        if len(texts[key]) > MAX_SETTING_LENGTH:
            yield key, f"{key} has {len(texts[key])} characters; at most {MAX_SETTING_LENGTH} are allowed"
    if config.source_url and not SOURCE_URL.fullmatch(config.source_url):
        schemes = ", ".join(SOURCE_SCHEMES)
        yield (
            "source-url",
            (
                f'source-url "{_shown(config.source_url)}" is not an address that a card can link to; it begins with '
                f"one of {schemes}, and has no spaces: https://example.org/{{path}}#L{{line}}"
            ),
        )
    unknown = sorted(set(_PLACEHOLDER.findall(config.source_url)) - {"path", "line"})
    if unknown:
        yield (
            "source-url",
            f"source-url has the unknown placeholder {{{_shown(unknown[0])}}}; use {{path}} and {{line}}",
        )


def _shown(text: str) -> str:
    """Return a text as it is shown in a message: short, without control characters."""
    visible = _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", text)
    return visible if len(visible) <= 80 else f"{visible[:79]}…"


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
    return error(DiagnosticCode.BAD_CONFIG, NAME, _line_of(text, key), f'unknown setting "{_shown(key)}"; {hint}')


def _macro_diagnostics(text: str, config: Config) -> Iterator[Diagnostic]:
    for name, value in config.macros.items():
        try:
            definition(name, value)
        except FormulaError as fault:
            yield error(DiagnosticCode.BAD_CONFIG, NAME, _line_of(text, name), f"macros: {fault}")


def _speech_diagnostics(text: str, config: Config) -> Iterator[Diagnostic]:
    for field, language in config.speak.items():
        message = ""
        if field not in SPOKEN_FIELDS:
            matches = _close_matches(field, SPOKEN_FIELDS)
            hint = f'did you mean "{matches[0]}"?' if matches else f"the fields are {', '.join(SPOKEN_FIELDS)}"
            message = f'speak: no field "{_shown(field)}" can be read out; {hint}'
        elif not SPEECH_LANGUAGE.fullmatch(language):
            message = f'speak: "{_shown(language)}" is no language with its region, such as "es_ES" or "zh_CN"'
        if message:
            line = _line_of(text, field) if re.search(rf"^\s*{re.escape(field)}\b", text, re.MULTILINE) else 0
            yield error(DiagnosticCode.BAD_CONFIG, NAME, line or _line_of(text, "speak"), message)


def _unknown_code(text: str, code: str) -> Diagnostic:
    matches = _close_matches(code, list(DiagnosticCode))
    hint = f'; did you mean "{matches[0]}"?' if matches else ""
    return error(
        DiagnosticCode.BAD_CONFIG, NAME, _line_of(text, "allow"), f'unknown diagnostic code "{_shown(code)}"{hint}'
    )


def _close_matches(word: str, known: Sequence[str]) -> list[str]:
    """Return the known word that was probably meant, if any."""
    import difflib  # needed only for mistakes

    return difflib.get_close_matches(word, known, 1)


def _line_of(text: str, key: str) -> int:
    for number, line in enumerate(text.splitlines(), 1):
        if re.match(rf"""\s*\[*["']?{re.escape(key)}\b""", line):
            return number
    return 1
