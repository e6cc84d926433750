"""Formulas for a page without a network: TeX between Anki's brackets, \\(…\\) and \\[…\\], becomes MathML.

What the library cannot read stays as it stands, in a `code` element: Anki's MathJax may know more of TeX.
"""

from __future__ import annotations

import html
import re
from functools import lru_cache
from xml.etree.ElementTree import Element, tostring

# Text between tags; a quoted attribute may hold what it likes.
_TAG = re.compile(r"(<!--.*?-->|<[^\"'<>]*(?:\"[^\"]*\"[^\"'<>]*|'[^']*'[^\"'<>]*)*>)", re.DOTALL)
_FORMULA = re.compile(r"\\\((.+?)\\\)|\\\[(.+?)\\\]", re.DOTALL)
# The rest could name an address or a style.
_ATTRIBUTES = frozenset(
    """
    accent accentunder columnalign columnlines columnspacing depth display displaystyle fence form frame height
    linethickness lspace mathcolor mathsize mathvariant maxsize minsize movablelimits notation rowlines rowspacing
    rspace scriptlevel separator stretchy symmetric voffset width xmlns
    """.split()
)
LONGEST = 4_000  # characters of one formula


def readable(face: str) -> str:
    """Turn the formulas of a face into MathML."""
    if "\\" not in face:
        return face
    pieces = _TAG.split(face)
    pieces[::2] = (_FORMULA.sub(_converted, piece) for piece in pieces[::2])
    return "".join(pieces)


def _converted(found: re.Match[str]) -> str:
    source = found[1] or found[2]
    return _mathml(html.unescape(source), found[2] is not None) or f"<code>{found[0]}</code>"


@lru_cache(maxsize=4096)
def _mathml(tex: str, display: bool) -> str:
    from latex2mathml.converter import convert_to_element  # imported here: most decks hold no formula

    if len(tex) > LONGEST:
        return ""
    try:
        root = convert_to_element(tex, display="block" if display else "inline")
    except Exception:  # the library has many ways to say that it cannot read
        return ""
    for element in root.iter():
        _cleaned(element)
    return tostring(root, encoding="unicode", short_empty_elements=False)


def _cleaned(element: Element) -> None:
    """Keep harmless attributes, and give text as text: the library writes signs as entities, and words as markup."""
    element.text = html.unescape(element.text) if element.text else element.text
    element.tail = html.unescape(element.tail) if element.tail else element.tail
    for name in set(element.attrib) - _ATTRIBUTES:
        del element.attrib[name]
