"""Check the text of one card template: its `{{fields}}` and what it would load or run.

Each function takes a text and yields faults as `(offset, message)`; `note_types` adds file and line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

BUILT_IN = frozenset({"Tags", "Type", "Deck", "Subdeck", "Card", "CardFlag", "CardID"})
BACK_ONLY = "FrontSide"

_TAG = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_CLOZE_SECTION = re.compile(r"c[1-9][0-9]*")  # Anki's own {{#c1}}
_FORBIDDEN = (
    (
        re.compile(r"<script\b|<[^>]*\son[a-z]+\s*=|javascript:", re.IGNORECASE),
        "a card template must not contain a script: it would run on every learner's machine",
    ),
    (
        re.compile(
            r"""(?:\b(?:src|srcset|data|poster|background)\s*=|<(?:link|base)\b[^>]*\bhref\s*=|\b(?:url|image-set)\()"""
            r"""\s*["']?\s*(?:https?:)?//""",
            re.IGNORECASE,
        ),
        "a card template must not load anything from the network",
    ),
    (re.compile(r"@import\b", re.IGNORECASE), "@import loads another file: copy its style here"),
)

Fault = tuple[int, str]


def forbidden_content(text: str) -> Iterator[Fault]:
    """Yield scripts and network addresses in a card template or a style."""
    for pattern, message in _FORBIDDEN:
        for match in pattern.finditer(text):
            yield match.start(), message


def template_faults(text: str, fields: frozenset[str], *, is_cloze: bool) -> Iterator[Fault]:
    """Yield what Anki could not render; `fields` are the names that this template may use."""
    open_sections: list[tuple[str, int]] = []
    has_field = False
    for match in _TAG.finditer(text):
        offset, body = match.start(), match[1].strip()
        sign, name = (body[0], body[1:].strip()) if body[:1] in {"#", "^", "/"} else ("", body)
        *filters, field = (part.strip() for part in name.split(":")) if not sign else (name,)
        if field not in fields | BUILT_IN and not (is_cloze and sign and _CLOZE_SECTION.fullmatch(field)):
            yield offset, f"there is no field {field!r}"
        elif "cloze" in filters and not is_cloze:
            yield offset, "only a cloze note type can use this filter: remove 'cloze:'"
        if sign == "/":
            opening = next((section for section in reversed(open_sections) if section[0] == name), None)
            if opening is None or opening != open_sections[-1]:
                yield offset, f"{{{{/{name}}}}} does not close the section opened last"
            if opening:
                open_sections.remove(opening)
        elif sign:
            open_sections.append((name, offset))
        else:
            has_field = True
    yield from ((offset, f"{{{{#{name}}}}} is never closed") for name, offset in open_sections)
    yield from _unmatched_braces(text)
    if not has_field:
        yield 0, "the template shows no field"


def _unmatched_braces(text: str) -> Iterator[Fault]:
    """Yield each `{{` or `}}` without its counterpart."""
    blanked = _TAG.sub(lambda match: " " * len(match[0]), text)
    for brace in re.finditer(r"\{\{|\}\}", blanked):
        yield brace.start(), f"{brace[0]} is unmatched"


def missing_cloze(text: str, field: str) -> Iterator[Fault]:
    """Yield a fault if a cloze template does not hide the cloze of its field."""
    if not re.search(r"\{\{\s*cloze\s*:\s*" + field + r"\s*\}\}", text):
        yield 0, f"a cloze template needs {{{{cloze:{field}}}}}"
