"""LaTeX between Anki's own old marks: `[$]…[/$]`, `[$$]…[/$$]` and `[latex]…[/latex]`.

In: the text of a source. Out: the same lines, with formulas between dollars, and text of LaTeX without the marks.
"""

from __future__ import annotations

import re

from studydeck.markdown.dialects.lines import edit_outside_code, join_tags
from studydeck.patterns import lazy_pattern

_FORMULA = lazy_pattern(
    r"\[(?P<dollars>\$\$?)\][ \t]*"  # the opening mark
    r"(?P<tex>[^\n]*?)"  # the formula
    r"[ \t]*\[/(?P=dollars)\]"  # the closing mark
)
_LATEX = lazy_pattern(r"\[latex\][ \t]*(?P<tex>[^\n]*?)[ \t]*\[/latex\]", re.IGNORECASE)
_OWN_MATH = lazy_pattern(r"\$|\\[(\[]|\\begin\{")  # text of LaTeX that says where its formulas are
_MARKS = (("[latex]", "[/latex]"), ("[$$]", "[/$$]"), ("[$]", "[/$]"))


def has_marks(text: str) -> bool:
    """Return whether a text can contain LaTeX between Anki's marks."""
    return "[/latex]" in text or "[/$" in text or "[/LATEX]" in text


def rewrite(text: str) -> str:
    """Return a text whose formulas stand between dollars."""
    return edit_outside_code(join_tags(text, *_MARKS), _with_dollars, "[/")


def _with_dollars(part: str) -> str:
    part = _FORMULA.sub(lambda formula: f"{formula['dollars']}{formula['tex']}{formula['dollars']}", part)
    return _LATEX.sub(_latex, part)


def _latex(latex: re.Match[str]) -> str:
    tex = latex["tex"]
    return tex if _OWN_MATH.search(tex) or "\\" not in tex else f"${tex}$"
