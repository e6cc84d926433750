"""Check the text of one card template: its `{{fields}}` and what it would load or run.

Each function takes a text and yields faults as `(offset, message)`; `note_types` adds file and line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from studydeck.notetypes.template_parser import Fault, parse
from studydeck.patterns import lazy_pattern

BUILT_IN = frozenset({"Tags", "Type", "Deck", "Subdeck", "Card", "CardFlag", "CardID"})
BACK_ONLY = "FrontSide"

_CLOZE_SECTION = lazy_pattern(r"c[1-9][0-9]*")  # Anki's own {{#c1}}
_FORBIDDEN = (
    (
        lazy_pattern(r"<script\b|<[^>]*\son[a-z]+\s*=|javascript:", re.IGNORECASE),
        "a card template must not contain a script: it would run on every learner's machine",
    ),
    (
        lazy_pattern(
            r"""
            (?: \b(?:src|srcset|data|poster|background)\s*=     # an attribute that loads a file
              | <(?:link|base)\b[^>]*\bhref\s*=                 # a style sheet, or the base of all addresses
              | \b(?:url|image-set)\(                           # a function of CSS
            )
            \s*["']?\s*(?:https?:)?//                           # the beginning of an address in the network
            """,
            re.IGNORECASE | re.VERBOSE,
        ),
        "a card template must not load anything from the network",
    ),
    (lazy_pattern(r"@import\b", re.IGNORECASE), "@import loads another file: copy its style here"),
)


def forbidden_content(text: str) -> Iterator[Fault]:
    """Yield scripts and network addresses in a card template or a style."""
    for pattern, message in _FORBIDDEN:
        for match in pattern.finditer(text):
            yield match.start(), message


def template_faults(text: str, fields: frozenset[str], *, is_cloze: bool) -> Iterator[Fault]:
    """Yield what Anki could not render; `fields` are the names that this template may use."""
    template = parse(text)
    for tag in template.tags:
        if tag.name not in fields | BUILT_IN and not (is_cloze and tag.sign and _CLOZE_SECTION.fullmatch(tag.name)):
            yield tag.start, f"there is no field {tag.name!r}"
        elif "cloze" in tag.filters and not is_cloze:
            yield tag.start, "only a cloze note type can use this filter: remove 'cloze:'"
    yield from template.faults
    if all(tag.sign for tag in template.tags):
        yield 0, "the template shows no field"


def missing_cloze(text: str, field: str) -> Iterator[Fault]:
    """Yield a fault if a cloze template does not hide the cloze of its field."""
    if not any(tag.name == field and tag.filters == ("cloze",) for tag in parse(text).tags):
        yield 0, f"a cloze template needs {{{{cloze:{field}}}}}"
