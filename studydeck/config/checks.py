"""Check the values of settings: a `Config` and the text of deck.toml in; what is wrong, with its line, out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from warnings import catch_warnings, simplefilter

from studydeck.config.settings import (
    ID,
    ISSUES_URL,
    KEYS,
    MAX_NAME_LENGTH,
    MAX_PATTERN_LENGTH,
    MAX_PATTERNS,
    MAX_SETTING_LENGTH,
    MAX_WILDCARDS,
    NAME,
    SOURCE_SCHEMES,
    SOURCE_URL,
    SPEECH_LANGUAGE,
    TAG_PREFIX_GRAMMAR,
    VERSION,
    Config,
)
from studydeck.diagnostics import ALWAYS_ERRORS, Diagnostic, DiagnosticCode, error, warning
from studydeck.errors import FormulaError
from studydeck.model.anki import SPOKEN_FIELDS
from studydeck.patterns import lazy_pattern
from studydeck.tex.macro_settings import definition

MAX_MESSAGES = 10  # about settings of one kind
_PLACEHOLDER = lazy_pattern(r"\{([^{}]*)\}")
CONTROLS = lazy_pattern(
    "[\0-\x1f\x7f-\x9f\u2028\u2029"  # control characters, separators of lines and paragraphs
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"  # those that change the direction of the text around them
)
_TEXT_SETTINGS = ("name", "version", "description", "license", "language", "source-url", "issues-url")
_PATTERN_SETTINGS = ("exclude", "include", "typed")


def errors(text: str, config: Config, given: Collection[str]) -> Iterator[Diagnostic]:
    """Yield an error for each setting that cannot be used.

    Parameters
    ----------
    text : that of deck.toml, for the lines.
    config : its settings, of the right types.
    given : the keys that deck.toml has.
    """
    if config.id and not ID.fullmatch(config.id):
        yield setting_error(text, "id", 'id must be 3 to 64 letters, digits, ".", "-" or "_"')
    if config.version and not VERSION.fullmatch(config.version):
        yield setting_error(text, "version", f'version "{shown(config.version)}" is not of the form 1.2.3')
    unknown_codes = [code for code in config.allow if code not in set(DiagnosticCode)]
    yield from (_unknown_code(text, code) for code in unknown_codes[:MAX_MESSAGES])
    yield from _macro_diagnostics(text, config)
    yield from _speech_diagnostics(text, config)
    for code in dict.fromkeys(config.allow):
        if code in ALWAYS_ERRORS:
            message = "is an error, which cannot be silenced; correct what it reports, and take it out of the list"
            yield setting_error(text, "allow", f'"{code}" {message}')
    yield from (setting_error(text, key, message) for key, message in _faults(config) if key in given)


def _faults(config: Config) -> Iterator[tuple[str, str]]:
    """Yield the settings that cannot be used, each with a message."""
    texts = dict(zip(KEYS, (getattr(config, field) for field in config.__struct_fields__), strict=True))
    for key in _TEXT_SETTINGS:
        allowed = "\n\t" if key == "description" else ""
        found = next((match[0] for match in CONTROLS.finditer(texts[key]) if match[0] not in allowed), "")
        if found:
            yield key, f"{key} has the control character U+{ord(found):04X}; take it out"
    name_parts = config.name.split("::")
    if not config.name.strip():
        yield "name", "name is empty; write the name of the deck"
    elif not all(part.strip() for part in name_parts):
        yield "name", f'name "{shown(config.name)}" has an empty part; "::" stands between the names of two decks'
    if len(config.name) > MAX_NAME_LENGTH:
        yield "name", f"name has {len(config.name)} characters; at most {MAX_NAME_LENGTH} are allowed"
    for key in ("version", "tag-prefix", "language"):
        if len(texts[key]) > MAX_SETTING_LENGTH:
            yield key, f"{key} has {len(texts[key])} characters; at most {MAX_SETTING_LENGTH} are allowed"
    if not TAG_PREFIX_GRAMMAR.fullmatch(config.tag_prefix):
        yield (
            "tag-prefix",
            (
                f'tag-prefix "{shown(config.tag_prefix)}" cannot begin the name of a tag; write letters and digits '
                'with single ".", "_", "/", "@" or "-" between them, a letter first and no digit or "." last: "deck-v"'
            ),
        )
    if config.source_url and not SOURCE_URL.fullmatch(config.source_url):
        yield (
            "source-url",
            (
                f'source-url "{shown(config.source_url)}" is not an address that a card can link to; it begins with '
                f"a scheme such as {', '.join(SOURCE_SCHEMES[:4])}, never with javascript, data, vbscript or file, and "
                "has no spaces: https://example.org/{path}#L{line}"
            ),
        )
    if config.issues_url and not ISSUES_URL.fullmatch(config.issues_url):
        yield (
            "issues-url",
            (
                f'issues-url "{shown(config.issues_url)}" is not the address of a form that every card can link to; it '
                "begins with https:// and has no spaces, quotes, backslashes, or braces but those of {id}: "
                "https://example.org/issues/new?title={id}"
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
        if len(pattern) > MAX_PATTERN_LENGTH or pattern.count("*") > MAX_WILDCARDS or CONTROLS.search(pattern):
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
    visible = CONTROLS.sub("\N{REPLACEMENT CHARACTER}", text)
    return visible if len(visible) <= 80 else f"{visible[:79]}…"


def _macro_diagnostics(text: str, config: Config) -> Iterator[Diagnostic]:
    for name, value in config.macros.items():
        try:
            definition(name, value)
        except FormulaError as fault:
            yield setting_error(text, name, f"macros: {fault}")


def _speech_diagnostics(text: str, config: Config) -> Iterator[Diagnostic]:
    for field, language in config.speak.items():
        message = ""
        if field not in SPOKEN_FIELDS:
            matches = close_matches(field, SPOKEN_FIELDS)
            hint = f'did you mean "{matches[0]}"?' if matches else f"the fields are {', '.join(SPOKEN_FIELDS)}"
            message = f'speak: no field "{shown(field)}" can be read out; {hint}'
        elif not SPEECH_LANGUAGE.fullmatch(language):
            message = f'speak: "{shown(language)}" is no language with its region, such as "es_ES" or "zh_CN"'
        if message:
            line = line_of(text, field) if re.search(rf"^\s*{re.escape(field)}\b", text, re.MULTILINE) else 0
            yield error(DiagnosticCode.BAD_CONFIG, NAME, line or line_of(text, "speak"), message)


def _unknown_code(text: str, code: str) -> Diagnostic:
    matches = close_matches(code, list(DiagnosticCode))
    hint = f'; did you mean "{matches[0]}"?' if matches else ""
    return setting_error(text, "allow", f'unknown diagnostic code "{shown(code)}"{hint}')


def close_matches(word: str, known: Sequence[str]) -> list[str]:
    """Return the known word that was probably meant, if any."""
    import difflib  # needed only for mistakes

    return difflib.get_close_matches(word, known, 1)


def line_of(text: str, key: str) -> int:
    """Return the line of a setting in the text of deck.toml, or 1."""
    for number, line in enumerate(text.splitlines(), 1):
        if re.match(rf"""\s*\[*["']?{re.escape(key)}\b""", line):
            return number
    return 1
