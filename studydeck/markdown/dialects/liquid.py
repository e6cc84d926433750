"""Liquid and its kin, as Jekyll, Eleventy, Hexo and GitBook use them: `{% tags %}`, `{{ site.variables }}`, comments.

In: the text of a source. Out: the same lines without them. Other braces are text: clozes, formulas, placeholders.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from studydeck.markdown.dialects.lines import attributes_of, edit_outside_code, join_tags, lines_of
from studydeck.markdown.dialects.template_tags import Tag, rewrite_tags
from studydeck.patterns import lazy_pattern

_TAG = lazy_pattern(
    r"(?<!\{)\{%[-+]?[ \t]*(?P<end>end)?(?P<name>[A-Za-z][\w-]*|@[\w./-]+)"  # the start
    r"(?P<arguments>(?:[^%\n]|%(?!\}))*)%\}(?!\})"  # a percent sign may be in them
)
_LINE_COMMENT = lazy_pattern(r"\{%-?[ \t]*#(?:[^%\n]|%(?!\}))*%\}|\{#[ \t](?:[^#\n]|#(?!\}))*#\}")
_VARIABLE = lazy_pattern(
    r"""
    \{\{-? [ \t]*  # the start
    (?:  # a variable of a site generator, with a property or filter
        (?:site|page|include|layout|post|forloop|paginator|theme|jekyll|book|gitbook|content|config|collections
        |\$frontmatter|\$page|\$site|\$themeConfig|frontMatter) (?:[.\[|][^{}\n]*)?
    |  # anything with a filter
        [^{}|\n]+ \| [ \t]* (?:relative_url|absolute_url|url|markdownify|escape|date|append|prepend|safe|default)\b
        [^{}\n]*
    )
    [ \t]* -?\}\}  # the end
    """,
    re.VERBOSE,
)
_RAW = lazy_pattern(r"\{%-?[ \t]*(?:end)?raw[ \t]*-?%\}")
# Private characters, for braces that Liquid is told to leave.
_PROTECTED = str.maketrans({"{": "\ue0f0", "}": "\ue0f1"})
_RESTORED = str.maketrans({"\ue0f0": "{", "\ue0f1": "}"})


def has_marks(text: str) -> bool:
    """Return whether a text can contain tags or variables of Liquid."""
    return "%}" in text or "{{" in text or "#}" in text


def rewrite(text: str) -> str:
    """Return a text without tags and variables."""
    if "%}" in text:
        text = _without_raw_tags(join_tags(text, ("{%", "%}")))
    if "{%" in text or "#}" in text:
        text = edit_outside_code(text, _without_comments, "}")
    if "%}" in text:
        text = rewrite_tags(text, _tags_of, _shown)
    if "{{" in text:
        text = edit_outside_code(text, _without_variables, "{{")
    return text.translate(_RESTORED) if "\ue0f0" in text else text


def _without_comments(part: str) -> str:
    return _LINE_COMMENT.sub("", part)


def _without_variables(part: str) -> str:
    return _VARIABLE.sub("", part)


def _tags_of(line: str) -> Iterator[Tag]:
    if "%}" not in line:
        return
    for tag in _TAG.finditer(line):
        yield Tag(tag["name"], tag["arguments"].strip(" \t-"), bool(tag["end"]), tag.start(), tag.end())


def _shown(tag: Tag) -> str:
    values = attributes_of(tag.arguments)
    return values.get("text", "") if tag.name not in {"include", "render"} else ""


def _without_raw_tags(text: str) -> str:
    """Return a text without `{% raw %}` and its end; the braces between them are those of the text."""
    if "endraw" not in text:
        return text
    kept: list[str] = []
    is_raw = False
    for line, is_code in lines_of(text):
        pieces = _RAW.split(line)
        if is_code and len(pieces) == 1:
            kept.append(line)
            continue
        parts = []
        for number, piece in enumerate(pieces):
            is_raw = is_raw != (number > 0)
            parts.append(piece.translate(_PROTECTED) if is_raw else piece)
        kept.append("".join(parts))
    return "\n".join(kept)
