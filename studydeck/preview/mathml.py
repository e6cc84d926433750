"""Convert formulas for a page without a network: HTML with TeX in \\(…\\) or \\[…\\] in, HTML with MathML out.

TeX that the library cannot parse stays unchanged in a `code` element: Anki's MathJax supports more of TeX.
"""

from __future__ import annotations

import re
from functools import lru_cache
from xml.etree.ElementTree import Element, tostring

from studydeck.model.html_text import decoded
from studydeck.patterns import lazy_pattern

_TAG = lazy_pattern(
    r"""
    ( <!--.*?-->                      # a comment
    | < [^"'<>]*                      # a tag
        (?: "[^"]*" [^"'<>]*          # an attribute may contain any character between its quotes
          | '[^']*' [^"'<>]* )*
      >
    )
    """,
    re.DOTALL | re.VERBOSE,
)
_FORMULA = lazy_pattern(r"\\\((.+?)\\\)|\\\[(.+?)\\\]", re.DOTALL)
# Other attributes could contain an address or a style.
_ALLOWED_ATTRIBUTES = frozenset(
    """
    accent accentunder columnalign columnlines columnspacing depth display displaystyle fence form frame height
    linethickness lspace mathcolor mathsize mathvariant maxsize minsize movablelimits notation rowlines rowspacing
    rspace scriptlevel separator stretchy symmetric voffset width xmlns
    """.split()
)
MAX_LENGTH = 4_000  # characters of one formula


def formulas_to_mathml(markup: str) -> str:
    """Return the HTML of a card with its formulas as MathML."""
    if "\\" not in markup:
        return markup
    parts = _TAG.split(markup)
    parts[::2] = (_FORMULA.sub(_convert, part) for part in parts[::2])
    return "".join(parts)


def _convert(formula: re.Match[str]) -> str:
    source = formula[1] or formula[2]
    return _mathml(decoded(source), formula[2] is not None) or f"<code>{formula[0]}</code>"


@lru_cache(maxsize=4096)
def _mathml(tex: str, display: bool) -> str:
    from latex2mathml.converter import convert_to_element  # imported here: most decks contain no formula

    if len(tex) > MAX_LENGTH:
        return ""
    try:
        root = convert_to_element(tex, display="block" if display else "inline")
    except Exception:  # the library raises many kinds of exceptions for TeX that it cannot parse
        return ""
    for element in root.iter():
        _clean(element)
    return tostring(root, encoding="unicode", short_empty_elements=False)


def _clean(element: Element) -> None:
    """Remove attributes that are not allowed and decode the entities that the library writes into text."""
    element.text = decoded(element.text) if element.text else element.text
    element.tail = decoded(element.tail) if element.tail else element.tail
    for name in set(element.attrib) - _ALLOWED_ATTRIBUTES:
        del element.attrib[name]
