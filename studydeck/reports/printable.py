r"""Make text safe to print: text from anywhere in, text without control characters out.

File names, settings, fields of packages, answers of other programs and error messages may contain characters that a
terminal acts on (C0, DEL, C1), that change the order of what is shown (bidirectional controls) or that are not shown at
all. `printable` shows them as escapes such as `\x1b`; `to_json` writes them as escapes of JSON. The joiners and
marks that emoji and many scripts need stay.
"""

from __future__ import annotations

import json
import re

from studydeck.patterns import lazy_pattern

_UNSAFE = lazy_pattern(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls, except tab and line feed
    r"\u202a-\u202e\u2066-\u2069"  # bidirectional embeddings, overrides and isolates
    r"\u200b\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\ufffb"  # without width, deprecated, or for annotations
    r"\u2028\u2029"  # separators of lines and paragraphs
    r"\ud800-\udfff]"  # halves of surrogate pairs: bytes of a file name that are not UTF-8
)


_COMMAND = lazy_pattern(r"^(\s*):(?=:)|##(?=\[)", re.MULTILINE)


def printable(text: str) -> str:
    """Return text with escapes for all characters that must not reach a terminal; tabs and line feeds stay."""
    return text if text.isprintable() else _UNSAFE.sub(_python_escape, text)


def printable_line(text: str) -> str:
    """Return text as `printable` does, with escapes for line feeds too, so that it is one line."""
    return printable(text).replace("\n", "\\n")


def without_commands(text: str) -> str:
    """Return text with escapes where GitHub would read a command in a workflow's log: `::error::`, `##[error]`."""
    return _COMMAND.sub(lambda match: "#\\x23" if match[0] == "##" else f"{match[1]}\\x3a", text)


def to_json(value: object, indent: int | None = None) -> str:
    """Return a value as JSON in readable Unicode; on one line without `indent`."""
    text = _UNSAFE.sub(_json_escape, json.dumps(value, ensure_ascii=False, indent=indent))
    return text.replace("##[", "#\\u0023[")  # a command in the log of a workflow


def _python_escape(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode("ascii")


def _json_escape(match: re.Match[str]) -> str:
    """Return the escape of a character; half a surrogate pair, which other programs refuse, is replaced."""
    is_surrogate = "\ud800" <= match[0] <= "\udfff"
    return "\\ufffd" if is_surrogate else f"\\u{ord(match[0]):04x}"
