"""The deck settings: reads the text of deck.toml into a `Config`, and reports invalid settings with their lines.

    id = "aws-mls"                              never changes
    name = "…"
    version = "1.0.0"
    description = "…"
    license = "…"
    language = "en"
    source-url = "https://…/{path}#L{line}"
    allow = ["nothing-to-hide"]                 diagnostic codes that `check` leaves out
    exclude = ["Journal/"]                      files to leave out, as patterns of .gitignore
    include = ["templates/"]                    files to read although `exclude` or a default leaves them out
    tags = "top-level"                          where the tags of the notes stand in Anki
    exclude-tags = ["todo"]                     tags that learners do not get
    subdecks = "folders"                        a deck for each folder or file
    typed = ["Vocabulary/"]                     files whose answers are typed, too
    dialects = ["obsidian"]                     the dialects to read; by default all
    min-confidence = 4                          points below which no card is made; by default those of the tool
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
from typing import TYPE_CHECKING, Annotated, Literal
from warnings import catch_warnings, simplefilter

import msgspec

from studydeck.diagnostics import ALWAYS_ERRORS, Diagnostic, DiagnosticCode, error, warning
from studydeck.errors import BuildError, FormulaError
from studydeck.model.anki import SPOKEN_FIELDS
from studydeck.model.notes import MOST_CONFIDENCE
from studydeck.patterns import lazy_pattern
from studydeck.tex.macros import definition

if TYPE_CHECKING:
    from semver import Version

NAME = "deck.toml"
CHANGELOG = "CHANGELOG.md"  # written by `release` beside deck.toml, never read as a source
ID = lazy_pattern(r"[A-Za-z0-9._-]{3,64}")
_NUMBER = r"(?:0|[1-9][0-9]*)"
_PRERELEASE = rf"(?:{_NUMBER}|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"  # the part of a pre-release between two dots
# As https://semver.org defines it, without build numbers, which have no order.
VERSION = lazy_pattern(
    rf"""
    {_NUMBER}\.{_NUMBER}\.{_NUMBER}                 # 1.12.0
    (?: - {_PRERELEASE} (?:\.{_PRERELEASE})* )?     # -rc.1
    """,
    re.VERBOSE,
)

SPEECH_LANGUAGE = lazy_pattern(r"[a-z]{2,3}_(?:[A-Z]{2}|[0-9]{3})")  # language and region, as in Anki's {{tts es_ES:…}}
MAX_SIZE = 100_000  # bytes of deck.toml
MAX_NAME_LENGTH = 200  # characters of a deck name; Anki shows it in one line, and file systems allow 255 bytes
MAX_SETTING_LENGTH = 64  # characters of version and language
# Addresses of programs in which people keep or edit notes, and of the web.
SOURCE_SCHEMES = (
    "https",
    "http",
    "obsidian",
    "vscode",
    "vscode-insiders",
    "vscodium",
    "cursor",
    "windsurf",
    "logseq",
    "zotero",
    "joplin",
    "idea",
    "subl",
    "txmt",
    "mailto",
)
# Schemes that run code in Anki or open files of the learner's own system; a letter alone is a drive of Windows.
_FORBIDDEN_SCHEME = r"(?:javascript|vbscript|data|file|blob|filesystem|about|view-source|[a-z]):"
SOURCE_URL = lazy_pattern(rf"(?!{_FORBIDDEN_SCHEME})(?P<scheme>[a-z][a-z0-9+.-]*):[^\s<>\"]+", re.IGNORECASE)
# Marks of an author's own work: what is to do, and what asks another program to make cards.
DEFAULT_EXCLUDED_TAGS = ("todo", "to-do", "fixme", "wip", "draft", "inbox", "flashcard", "flashcards", "card", "anki")
MAX_PATTERNS, MAX_PATTERN_LENGTH, MAX_WILDCARDS = 500, 300, 8
_MAX_KEY_PARTS = 20
_MAX_MESSAGES = 10  # about settings of one kind
_LONG_KEY = lazy_pattern(rf"""^[ \t\[]*(?:[\w"'-]+[ \t]*\.[ \t]*){{{_MAX_KEY_PARTS}}}""", re.MULTILINE)
_PLACEHOLDER = lazy_pattern(r"\{([^{}]*)\}")
_CONTROLS = lazy_pattern(
    "[\0-\x1f\x7f-\x9f\u2028\u2029"  # control characters, separators of lines and paragraphs
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"  # those that change the direction of the text around them
)
_TEXT_SETTINGS = ("name", "version", "description", "license", "language", "source-url")


Subdecks = Literal["none", "folders", "files"]
_PATTERN_SETTINGS = ("exclude", "include", "typed")


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
    exclude: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    tags: Literal["below-deck", "top-level"] = "below-deck"
    exclude_tags: tuple[str, ...] = DEFAULT_EXCLUDED_TAGS
    subdecks: Subdecks = "none"
    typed: tuple[str, ...] = ()
    dialects: tuple[str, ...] | None = None
    min_confidence: Annotated[int, msgspec.Meta(ge=-MOST_CONFIDENCE, le=MOST_CONFIDENCE)] | None = None
    macros: dict[str, str | list[str | int]] = {}  # msgspec copies it
    speak: dict[str, str] = {}

    def macro_definitions(self) -> str:
        """Return the definitions of the macros in TeX."""
        return "\n".join(definition(name, value) for name, value in self.macros.items())


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
            [*diagnostics, error(DiagnosticCode.BAD_CONFIG, NAME, line_of(text, key), message)]
        ) from type_error
    if config.id and not ID.fullmatch(config.id):
        message = 'id must be 3 to 64 letters, digits, ".", "-" or "_"'
        diagnostics.append(error(DiagnosticCode.BAD_CONFIG, NAME, line_of(text, "id"), message))
    if config.version and not VERSION.fullmatch(config.version):
        message = f'version "{shown(config.version)}" is not of the form 1.2.3'
        diagnostics.append(error(DiagnosticCode.BAD_CONFIG, NAME, line_of(text, "version"), message))
    unknown_codes = [code for code in config.allow if code not in set(DiagnosticCode)]
    diagnostics += (_unknown_code(text, code) for code in unknown_codes[:_MAX_MESSAGES])
    diagnostics += _macro_diagnostics(text, config)
    diagnostics += _speech_diagnostics(text, config)
    diagnostics += (
        error(
            DiagnosticCode.BAD_CONFIG,
            NAME,
            line_of(text, "allow"),
            f'"{code}" is an error, which cannot be silenced; correct what it reports, and take it out of the list',
        )
        for code in dict.fromkeys(config.allow)
        if code in ALWAYS_ERRORS
    )
    diagnostics += (
        error(DiagnosticCode.BAD_CONFIG, NAME, line_of(text, key), message)
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
        yield "name", f'name "{shown(config.name)}" has an empty part; "::" stands between the names of two decks'
    if len(config.name) > MAX_NAME_LENGTH:
        yield "name", f"name has {len(config.name)} characters; at most {MAX_NAME_LENGTH} are allowed"
    for key in ("version", "language"):
        if len(texts[key]) > MAX_SETTING_LENGTH:
            yield key, f"{key} has {len(texts[key])} characters; at most {MAX_SETTING_LENGTH} are allowed"
    if config.source_url and not SOURCE_URL.fullmatch(config.source_url):
        yield (
            "source-url",
            (
                f'source-url "{shown(config.source_url)}" is not an address that a card can link to; it begins with '
                f"a scheme such as {', '.join(SOURCE_SCHEMES[:4])}, never with javascript, data, vbscript or file, and "
                "has no spaces: https://example.org/{path}#L{line}"
            ),
        )
    unknown = sorted(set(_PLACEHOLDER.findall(config.source_url)) - {"path", "line"})
    if unknown:
        yield (
            "source-url",
            f"source-url has the unknown placeholder {{{shown(unknown[0])}}}; use {{path}} and {{line}}",
        )
    for key in _PATTERN_SETTINGS:
        if fault := _pattern_fault(getattr(config, key)):
            yield key, f"{key}: {fault}"


def _pattern_fault(patterns: Sequence[str]) -> str:
    """Return what is wrong with patterns of files, or an empty text."""
    if not patterns:
        return ""
    from pathspec import GitIgnoreSpec  # most decks have no patterns

    if len(patterns) > MAX_PATTERNS:
        return f"more than {MAX_PATTERNS} patterns; name folders instead of files"
    for pattern in patterns:
        # Each asterisk multiplies the time that a long path takes.
        if len(pattern) > MAX_PATTERN_LENGTH or pattern.count("*") > MAX_WILDCARDS or _CONTROLS.search(pattern):
            limits = f"{MAX_PATTERN_LENGTH} characters and {MAX_WILDCARDS} asterisks"
            return f'"{shown(pattern)}" is no pattern of one line with at most {limits}'
        try:
            with catch_warnings():
                simplefilter("error", FutureWarning)  # classes such as [[:alpha:]], which git and Python read otherwise
                GitIgnoreSpec.from_lines([pattern])
        except (ValueError, FutureWarning, re.error):
            return f'"{shown(pattern)}" is no pattern of .gitignore; write a path such as "Journal/" or "*.draft.md"'
    return ""


def warnings(text: str, config: Config) -> tuple[Diagnostic, ...]:
    """Return a warning for each setting that can be used and is probably wrong; `text` is that of deck.toml."""
    if not (address := SOURCE_URL.fullmatch(config.source_url)) or address["scheme"].lower() in SOURCE_SCHEMES:
        return ()
    known = ", ".join(SOURCE_SCHEMES)
    message = f'no program is known for addresses that begin with "{shown(address["scheme"])}:"; known are {known}'
    return (warning(DiagnosticCode.BAD_CONFIG, NAME, line_of(text, "source-url"), message),)


def setting_error(text: str, key: str, message: str) -> Diagnostic:
    """Return the error for a setting, with its line in the text of deck.toml."""
    return error(DiagnosticCode.BAD_CONFIG, NAME, line_of(text, key), message)


def shown(text: str) -> str:
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
    return error(DiagnosticCode.BAD_CONFIG, NAME, line_of(text, key), f'unknown setting "{shown(key)}"; {hint}')


def _macro_diagnostics(text: str, config: Config) -> Iterator[Diagnostic]:
    for name, value in config.macros.items():
        try:
            definition(name, value)
        except FormulaError as fault:
            yield error(DiagnosticCode.BAD_CONFIG, NAME, line_of(text, name), f"macros: {fault}")


def _speech_diagnostics(text: str, config: Config) -> Iterator[Diagnostic]:
    for field, language in config.speak.items():
        message = ""
        if field not in SPOKEN_FIELDS:
            matches = _close_matches(field, SPOKEN_FIELDS)
            hint = f'did you mean "{matches[0]}"?' if matches else f"the fields are {', '.join(SPOKEN_FIELDS)}"
            message = f'speak: no field "{shown(field)}" can be read out; {hint}'
        elif not SPEECH_LANGUAGE.fullmatch(language):
            message = f'speak: "{shown(language)}" is no language with its region, such as "es_ES" or "zh_CN"'
        if message:
            line = line_of(text, field) if re.search(rf"^\s*{re.escape(field)}\b", text, re.MULTILINE) else 0
            yield error(DiagnosticCode.BAD_CONFIG, NAME, line or line_of(text, "speak"), message)


def _unknown_code(text: str, code: str) -> Diagnostic:
    matches = _close_matches(code, list(DiagnosticCode))
    hint = f'; did you mean "{matches[0]}"?' if matches else ""
    return error(
        DiagnosticCode.BAD_CONFIG, NAME, line_of(text, "allow"), f'unknown diagnostic code "{shown(code)}"{hint}'
    )


def _close_matches(word: str, known: Sequence[str]) -> list[str]:
    """Return the known word that was probably meant, if any."""
    import difflib  # needed only for mistakes

    return difflib.get_close_matches(word, known, 1)


def line_of(text: str, key: str) -> int:
    """Return the line of a setting in the text of deck.toml, or 1."""
    for number, line in enumerate(text.splitlines(), 1):
        if re.match(rf"""\s*\[*["']?{re.escape(key)}\b""", line):
            return number
    return 1
