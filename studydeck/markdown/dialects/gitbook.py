"""GitBook: mentions of pages, icons, and formulas in HTML; its tags are those of `liquid`.

In: the text of a source. Out: the same lines; a mention shows the words of its address, a formula is in dollars.
"""

from __future__ import annotations

import re
from html import unescape

from studydeck.markdown.dialects.lines import edit_lines, edit_outside_code_spans
from studydeck.patterns import lazy_pattern

_MENTION = lazy_pattern(
    r"\[(?P<name>#?[\w./#-]+)\]"  # the address as its words
    r'(?=\([^()\s]*[ ]"mention"\))'  # then the link
)
_ICON = lazy_pattern(
    r'<i class="fa-[\w -]+">'  # its name and its style
    r"(?:&#x3A;|:)?(?P<name>[a-z0-9-]*):?</i>"  # its name as words
)
_FORMULA = lazy_pattern(
    r'<span class="math(?:[ ]inline|[ ]display)?">'  # also as Pandoc writes it
    r"(?P<tex>[^<>]+)</span>"
)
_PARAGRAPH_OF_FORMULAS = lazy_pattern(
    r"[ \t]*<p[^<>]*>\s*"  # often with an alignment
    r"(?P<formulas>(?:<span[ ]class=\"math[^<>]*>[^<>]+</span>\s*)+)</p>\s*"  # formulas and nothing else
)
_ALIGNED = lazy_pattern(r"\{align\*?\}")
# Icons that are signs of a text; others decorate it.
_SIGNS = {
    "less-than-equal": "≤", "greater-than-equal": "≥", "less-than": "<", "greater-than": ">", "equals": "=",
    "not-equal": "≠", "plus": "+", "minus": "−", "plus-minus": "±", "divide": "÷", "multiply": "×", "percent": "%",
    "infinity": "∞", "arrow-right": "→", "arrow-left": "←", "arrow-up": "↑", "arrow-down": "↓", "check": "✓",
    "xmark": "✗",
}  # fmt: skip


def has_marks(text: str) -> bool:
    """Return whether a text can contain what GitBook writes."""
    return '"mention"' in text or 'class="fa-' in text or 'class="math' in text


def rewrite(text: str) -> str:
    """Return a text in plain Markdown."""
    return edit_lines(text, lambda line: edit_outside_code_spans(_formulas_alone(line), _visible))


def _formulas_alone(line: str) -> str:
    """Return a paragraph of HTML that holds nothing but formulas as one of Markdown."""
    if 'class="math' not in line or not (paragraph := _PARAGRAPH_OF_FORMULAS.fullmatch(line)):
        return line
    formulas = [_tex(formula) for formula in _FORMULA.finditer(paragraph["formulas"])]
    if len(formulas) == 1:
        return f"$${formulas[0]}$$"
    rows = r" \\ ".join(_ALIGNED.sub(r"{aligned}", formula) for formula in formulas)  # rows of rows need an inner form
    return rf"$$\begin{{gathered}} {rows} \end{{gathered}}$$"


def _visible(part: str) -> str:
    if '"mention"' in part:
        part = _MENTION.sub(lambda mention: f"[{_words(mention['name'])}]", part)
    if "<i " in part:
        part = _ICON.sub(lambda icon: _SIGNS.get(icon["name"], ""), part)
    if "<span" in part:
        part = _FORMULA.sub(lambda formula: f"${_tex(formula)}$", part)
    return part


def _tex(formula: re.Match[str]) -> str:
    return unescape(formula["tex"]).strip().removeprefix("\\(").removesuffix("\\)").strip()


def _words(address: str) -> str:
    """Return the words of an address: "logic levels" for `#logic-levels`, "lab 02" for `lab-02.md`."""
    name = address.rpartition("#")[2] or address
    return name.removesuffix(".md").rstrip("/").rpartition("/")[2].replace("-", " ").strip() or address
