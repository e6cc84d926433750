"""The words of a field, in which differences of HTML alone are none: the HTML of a field in, its tokens out.

Anki's editor writes other HTML than it reads (`<div>` for a line, `&nbsp;`, decoded entities, other attributes), and
media are renamed when they are imported. Styles, attributes, names of media and the first letters in blanks are left
out here; what else is no word (a formula, the marks of a cloze, a picture) is one token that no patch changes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from msgspec import Struct

from studydeck.model import html_text
from studydeck.model.anki import without_first_letters
from studydeck.patterns import lazy_pattern

# Private characters, which stand for tags until the text is cut; those of the notes themselves are replaced.
_TAG, _LINE, _PICTURE, _OPAQUE = "\ue000", "\ue001", "\ue002", "\ue003"
_OWN_PRIVATE = str.maketrans(dict.fromkeys((_TAG, _LINE, _PICTURE, _OPAQUE), "\N{REPLACEMENT CHARACTER}"))
_INVISIBLE = str.maketrans(dict.fromkeys("\u200b\u2060\ufeff\u00ad"))
_TAG_NAME = lazy_pattern(r"</?([a-z0-9]*)", re.IGNORECASE)
_LINE_TAGS = frozenset(
    """
    address article aside blockquote br center dd details div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header hr
    li main ol p pre section summary table tbody td tfoot th thead tr ul
    """.split()
)
_MEDIA_TAGS = frozenset(("img", "audio", "video", "object", "svg"))
_TOKEN = lazy_pattern(
    rf"""
      (?P<opening> \\[(\[] | \[latex\] | \[\$\$?\] | \[sound: | \[anki: )   # of a formula or a sound
    | (?P<cloze> \{{\{{c[0-9]+:: | \}}\}} | :: )                            # a hint stands behind the second ::
    | (?P<picture> {_PICTURE} )
    | (?P<line> [\s{_TAG}]* [{_LINE}\n] [\s{_LINE}{_TAG}]* )
    | (?P<space> \s [\s{_TAG}]* )
    | (?P<tag> {_TAG}+ )
    | (?P<word> \w+ )
    | (?P<sign> . )
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)


_OPENED_BLANK = lazy_pattern(r"\{\{c[0-9]+::", re.IGNORECASE)
_CLOSINGS = {
    "\\(": "\\)",
    "\\[": "\\]",
    "[latex]": "[/latex]",
    "[$]": "[/$]",
    "[$$]": "[/$$]",
    "[sound:": "]",
    "[anki:": "]",
}


class Token(Struct, frozen=True, array_like=True):
    """A word or another sign, white space (" ", or "\\n" between lines), or `opaque`: no words."""

    text: str
    opaque: bool = False

    @property
    def key(self) -> tuple[str, bool]:
        """Return by what tokens are compared: a line more or less is no difference of words."""
        return " " if self.text == "\n" else self.text, self.opaque


def tokens(field: str) -> tuple[Token, ...]:
    """Return the tokens of the HTML of a field, without white space at its ends."""
    marked = html_text.plain_text(without_first_letters(field).translate(_OWN_PRIVATE), _mark).translate(_INVISIBLE)
    found, space = list[Token](), ""  # the white space before the next token
    for token in _tokens(unicodedata.normalize("NFC", marked)):
        if not token.text.strip():
            space = "\n" if "\n" in (space, token.text) else " "
        elif token.text == "}}":  # white space within the ends of a blank is that around it
            found.append(token)
        else:
            at = len(found) - bool(found and _OPENED_BLANK.fullmatch(found[-1].text))
            if space and at and found[at - 1].text.strip():
                found.insert(at, Token(space))
            found.append(token)
            space = ""
    return tuple(found)


def _tokens(text: str) -> Iterator[Token]:
    position, lowered, unclosed = 0, text.lower(), set[str]()
    while match := _TOKEN.match(text, position):
        opening, end = match[0].lower(), match.end()
        if match.lastgroup == "opening":
            closing = _CLOSINGS[opening]
            close = -1 if opening in unclosed else lowered.find(closing, end)
            if close < 0:
                unclosed.add(opening)  # searching once more from each would take quadratic time
                end = position + 1
                yield Token(text[position])
            else:
                end = close + len(closing)
                yield _opaque(text[position:end])
        elif match.lastgroup != "tag":
            yield _token(match.lastgroup or "", match[0])
        position = end


def _mark(tag: re.Match[str]) -> str:
    """Return what stands for a tag: a line, a picture, or the sign of a tag within a line."""
    name = match[1].lower() if (match := _TAG_NAME.match(tag[0])) else ""
    if name in _MEDIA_TAGS:
        return _PICTURE if not tag[0].startswith("</") else _TAG
    return _LINE if name in _LINE_TAGS else _TAG


def _opaque(text: str) -> Token:
    """Return the token of a formula, in which lines and tags mean nothing, or of a sound, whose name does not count."""
    if text[1] in "sSaA":
        return Token("[sound]", opaque=True)
    return Token(" ".join(text.translate({ord(_TAG): None, ord(_LINE): " "}).split()), opaque=True)


def _token(group: str, text: str) -> Token:
    match group:
        case "line":
            return Token("\n")
        case "space":
            return Token(" ")
        case "picture":
            return Token("[picture]", opaque=True)
    return Token(text, group == "cloze")


def words(field: str) -> str:
    """Return what is equal for two fields that differ in HTML alone."""
    return comparable(tokens(field))


def comparable(field_tokens: Sequence[Token]) -> str:
    """Return tokens as one text by which they are compared."""
    return "".join([_OPAQUE * token.opaque + token.key[0] for token in field_tokens])


def string(field_tokens: Sequence[Token]) -> str:
    """Return tokens as one line for a person."""
    return "".join([token.key[0] for token in field_tokens])
