"""Escape text so that Anki and its MathJax do not read it as their own syntax: plain text or HTML in, HTML out.

{{c1::…}} {{Field}}            clozes and fields: braces become entities
[sound:…] [anki:…]             sounds and speech
[latex]…[/latex] [$] [$$]      LaTeX
\\(…\\) \\[…\\]                    MathJax, which reads the text of the page and sees no entities: the backslash is put
                               in a separate element
::                             a hint, inside a cloze
"""

from __future__ import annotations

import re
from html import escape

from studydeck.patterns import lazy_pattern

# All brackets, because the syntax may continue in the next inline; a final backslash too, for the same reason.
_ANKI_IN_TEXT = lazy_pattern(r"[{}\[]|\\(?=[()\[\]]|\Z)")
_ANKI_IN_ATTRIBUTE = lazy_pattern(r"[{}\[\]\\]")
_TAG = lazy_pattern(r'(<[^"<>]*(?:"[^"]*"[^"<>]*)*>)')
_NEEDS_ESCAPING = lazy_pattern(r"""[&<>"'{}\[\\\0\x1f]""")
_CONTROL_CHARACTERS = dict.fromkeys(map(ord, "\0\x1f"), " ")


def escape_text(text: str) -> str:
    """Return plain text escaped for a field, outside of a tag."""
    if not _NEEDS_ESCAPING.search(text):  # nearly always
        return text
    return _ANKI_IN_TEXT.sub(_escape_character, escape(text.translate(_CONTROL_CHARACTERS), quote=True))


def escape_attribute(text: str) -> str:
    """Return plain text escaped for the value of an attribute."""
    return _ANKI_IN_ATTRIBUTE.sub(_entity, escape(text.translate(_CONTROL_CHARACTERS), quote=True))


def escape_markup(html: str) -> str:
    """Return serialised HTML, its attributes in double quotes, with Anki's syntax escaped."""
    pieces = _TAG.split(html.translate(_CONTROL_CHARACTERS))
    return "".join(
        _ANKI_IN_ATTRIBUTE.sub(_entity, piece) if index % 2 else _ANKI_IN_TEXT.sub(_escape_character, piece)
        for index, piece in enumerate(pieces)
    )


def break_hints(html: str) -> str:
    """Return HTML with `::` escaped, which Anki would read as a hint inside a cloze."""
    return html.replace("::", ":&#58;")


def _entity(character: re.Match[str]) -> str:
    return f"&#{ord(character[0])};"


def _escape_character(character: re.Match[str]) -> str:
    return f"<span>{_entity(character)}</span>" if character[0] == "\\" else _entity(character)
