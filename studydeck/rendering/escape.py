"""What Anki and its MathJax would take for their own, made plain text again.

{{c1::…}} {{Field}}            braces: clozes and fields
[sound:…] [anki:…]             sounds and speech
[latex]…[/latex] [$] [$$]      LaTeX
\\(…\\) \\[…\\]                    MathJax, which reads the text of the page: there an entity is no help, so the
                               backslash gets an element of its own
::                             inside a cloze, a hint
"""

from __future__ import annotations

import re
from html import escape

# All of them, for a word may be cut in two by the end of a run; a backslash at its end, as if a bracket followed.
_TEXT = re.compile(r"[{}\[]|\\(?=[()\[\]]|\Z)")
_ATTRIBUTE = re.compile(r"[{}\[\]\\]")
_TAG = re.compile(r'(<[^"<>]*(?:"[^"]*"[^"<>]*)*>)')
_SPECIAL = re.compile(r"""[&<>"'{}\[\\\0\x1f]""")
_UNPACKABLE = dict.fromkeys(map(ord, "\0\x1f"), " ")


def escape_text(text: str) -> str:
    """Escape plain words for a field, outside of a tag."""
    if not _SPECIAL.search(text):  # nearly always
        return text
    return _TEXT.sub(_plain, escape(text.translate(_UNPACKABLE), quote=True))


def escape_attribute(text: str) -> str:
    """Escape plain words for the value of an attribute."""
    return _ATTRIBUTE.sub(_entity, escape(text.translate(_UNPACKABLE), quote=True))


def escape_markup(html: str) -> str:
    """Guard HTML that a serialiser wrote: every attribute in double quotes."""
    pieces = _TAG.split(html.translate(_UNPACKABLE))
    return "".join(
        _ATTRIBUTE.sub(_entity, piece) if number % 2 else _TEXT.sub(_plain, piece)
        for number, piece in enumerate(pieces)
    )


def break_hints(html: str) -> str:
    """Break up what Anki would take for a hint inside a cloze."""
    return html.replace("::", ":&#58;")


def _entity(found: re.Match[str]) -> str:
    return f"&#{ord(found[0])};"


def _plain(found: re.Match[str]) -> str:
    return f"<span>{_entity(found)}</span>" if found[0] == "\\" else _entity(found)
