"""Blocks between `:::` lines: divs of Pandoc and Quarto, admonitions of Docusaurus, VuePress and VitePress.

In: the text of a source. Out: the same lines; a block with a title is an admonition, of any other the fences are gone.
"""

from __future__ import annotations

import re

from studydeck.markdown.dialects.containers import Closing, Opening, rewrite_containers
from studydeck.markdown.dialects.lines import attributes_of, lines_of
from studydeck.patterns import lazy_pattern

_FENCE = lazy_pattern(
    r"""
    (?:[ \t]|>)* :{3,} [ \t]*  # the fence
    (?: (?P<name>[A-Za-z][\w-]*) (?P<label>\[[^\[\]\n]*\])? )?  # a name, and a label in brackets
    [ \t]* (?P<attributes>\{[^{}\n]*\})?  # attributes of Pandoc
    [ \t]* (?P<title>[^:\s][^\n]*?)?  # words behind them
    [ \t]* :* [ \t]*  # colons at the end are for looks
    """,
    re.VERBOSE,
)
_CLASS = lazy_pattern(r"\.([\w-]+)")
_ATTRIBUTES_AT_END = lazy_pattern(r"[ \t]*\{[^{}]*\}$")
_HIDDEN = frozenset({"hidden", "content-hidden", "comment"})
_FOLDS = frozenset({"details", "spoiler", "collapse"})
# Their words are settings of the layout.
_LAYOUT = frozenset("card cards center code-group column columns container div grid raw row tabs v-pre".split())


def has_marks(text: str) -> bool:
    """Return whether a text can contain a block between `:::` lines."""
    return ":::" in text


def rewrite(text: str) -> str:
    """Return a text without the lines that fence a block."""
    marks: dict[int, Opening | Closing] = {}
    lines = text.split("\n")
    for number, (line, is_code) in enumerate(lines_of(text)):
        if not is_code and ":::" in line and (fence := _FENCE.fullmatch(line)):
            has_info = fence["name"] or fence["attributes"] or fence["title"]
            marks[number] = _opening(fence) if has_info else Closing()
    return "\n".join(rewrite_containers(lines, marks)) if marks else text


def _opening(fence: re.Match[str]) -> Opening:
    attributes = fence["attributes"] or ""
    values = attributes_of(attributes)
    classes = {fence["name"] or "", *_CLASS.findall(attributes)} - {""}
    title = _ATTRIBUTES_AT_END.sub("", fence["title"] or "")
    if not classes.isdisjoint(_LAYOUT):
        title = ""
    kind = fence["name"] or next(iter(_CLASS.findall(attributes)), "note")
    return Opening(
        title=(values.get("title") or values.get("name") or (fence["label"] or "")[1:-1] or title.strip("\"' ")),
        kind=kind.removeprefix("callout-").lower(),
        is_fold=not classes.isdisjoint(_FOLDS),
        takes_heading=kind.startswith("callout-"),
        is_hidden=not classes.isdisjoint(_HIDDEN),
    )
