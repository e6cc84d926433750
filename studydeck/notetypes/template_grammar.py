"""What can be wrong in the text of one face: its `{{fields}}`, and what it would load or run.

Every function yields `(offset, message)`; `faces` knows the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

BUILT_IN = frozenset({"Tags", "Type", "Deck", "Subdeck", "Card", "CardFlag", "CardID"})
BACK_ONLY = "FrontSide"

_REPLACEMENT = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_CLOZE_SECTION = re.compile(r"c[1-9][0-9]*")  # Anki's own {{#c1}}
_FORBIDDEN = (
    (
        re.compile(r"<script\b|<[^>]*\son[a-z]+\s*=|javascript:", re.IGNORECASE),
        "a face must work without a script: it would run on every learner's machine",
    ),
    (
        re.compile(
            r"""(?:\b(?:src|srcset|data|poster|background)\s*=|<(?:link|base)\b[^>]*\bhref\s*=|\b(?:url|image-set)\()"""
            r"""\s*["']?\s*(?:https?:)?//""",
            re.IGNORECASE,
        ),
        "a face must work without the network",
    ),
    (re.compile(r"@import\b", re.IGNORECASE), "@import loads from elsewhere: put the style itself here"),
)

Fault = tuple[int, str]


def forbidden(text: str) -> Iterator[Fault]:
    """Find scripts and addresses on the network, in a face or a style."""
    for pattern, message in _FORBIDDEN:
        for match in pattern.finditer(text):
            yield match.start(), message


def unreadable(text: str, fields: frozenset[str], *, is_cloze: bool) -> Iterator[Fault]:
    """Find what Anki could not fill in; `fields` are the names that this face may use."""
    open_sections: list[tuple[str, int]] = []
    filled = False
    for match in _REPLACEMENT.finditer(text):
        at, body = match.start(), match[1].strip()
        sign, name = (body[0], body[1:].strip()) if body[:1] in {"#", "^", "/"} else ("", body)
        *filters, field = (part.strip() for part in name.split(":")) if not sign else (name,)
        if field not in fields | BUILT_IN and not (is_cloze and sign and _CLOZE_SECTION.fullmatch(field)):
            yield at, f"there is no field {field!r}"
        elif "cloze" in filters and not is_cloze:
            yield at, "only a cloze can hide: take 'cloze:' away"
        if sign == "/":
            opened = next((section for section in reversed(open_sections) if section[0] == name), None)
            if opened is None or opened != open_sections[-1]:
                yield at, f"{{{{/{name}}}}} closes nothing that was opened last"
            if opened:
                open_sections.remove(opened)
        elif sign:
            open_sections.append((name, at))
        else:
            filled = True
    yield from ((at, f"{{{{#{name}}}}} is never closed") for name, at in open_sections)
    yield from _loose_braces(text)
    if not filled:
        yield 0, "it shows no field at all"


def _loose_braces(text: str) -> Iterator[Fault]:
    """Find a `{{` or `}}` that stands alone."""
    rest = _REPLACEMENT.sub(lambda match: " " * len(match[0]), text)
    for brace in re.finditer(r"\{\{|\}\}", rest):
        yield brace.start(), f"{brace[0]} has no partner"


def hides_nothing(text: str, field: str) -> Iterator[Fault]:
    """Find out that the face of a cloze shows its text without a blank."""
    if not re.search(r"\{\{\s*cloze\s*:\s*" + field + r"\s*\}\}", text):
        yield 0, f"the face of a cloze needs {{{{cloze:{field}}}}}"
