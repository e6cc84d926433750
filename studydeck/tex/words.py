r"""Write a formula in plain characters, for what cannot show one: tags, names of subdecks, paths of headings, labels.

In: TeX. Out: "ε" for `\epsilon`, "a/b" for `\frac{a}{b}`, "V_DD" for `V_{\text{DD}}`.
"""

from __future__ import annotations

import logging
from functools import lru_cache

from studydeck.errors import FormulaError
from studydeck.patterns import lazy_pattern
from studydeck.tex.mathjax import tex_for_mathjax

_OPERATOR = lazy_pattern(
    r"\\(?:log|ln|sin|cos|tan|lim|max|min|arg|exp|det|gcd|deg|dim|ker|inf|sup)"  # a name in upright letters
    r"(?=\s+[A-Za-z(])"  # and the space before what it applies to
)
_LONGEST = 200  # characters


@lru_cache(maxsize=1 << 8)  # a heading is in the path of every note below it
def plain_characters(tex: str) -> str:
    """Return a formula in plain characters; one without commands and braces, or with a fault, reads as it is."""
    if ("\\" not in tex and "{" not in tex) or len(tex) > _LONGEST:
        return tex
    try:
        tex_for_mathjax(tex)
    except FormulaError:
        return tex
    from pylatexenc.latex2text import LatexNodes2Text  # imported here: few names contain formulas

    logging.getLogger(LatexNodes2Text.__module__).setLevel(logging.CRITICAL)
    spaced = _OPERATOR.sub(lambda operator: operator[0] + r"\ ", tex)
    words = LatexNodes2Text(math_mode="text").latex_to_text(spaced, tolerant_parsing=True)
    words = " ".join(words.split())
    return words if words and "%s" not in words else tex  # the sign of a command whose arguments it cannot read
