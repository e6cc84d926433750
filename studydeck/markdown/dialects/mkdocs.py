"""MkDocs and Python-Markdown: content tabs, snippets, icons and abbreviations.

In: the text of a source. Out: the same lines; a tab is an admonition, which two blank lines do not end, and an
abbreviation a term with its meaning.
"""

from __future__ import annotations

import re

from studydeck.markdown.dialects.containers import with_open_admonitions
from studydeck.markdown.dialects.lines import attributes_of, edit_outside_code_spans, lines_of
from studydeck.patterns import lazy_pattern

_TAB = lazy_pattern(
    r"(?P<indent>[ \t>]*)===[+!]?[ \t]+"  # the mark
    r"""(?P<title>"[^\n]+"|'[^\n]+')[ \t]*"""  # the title in quotes
)
_SNIPPET = lazy_pattern(r"[ \t]*-{1,2}8<-{1,2}(?:[ \t]+[\"'][^\n]*[\"'])?[ \t]*")
_CODE_OF_FILE = lazy_pattern(
    r"[ \t]*<<<[ \t]+@?/?[\w./~-]+\S*"  # the file
    r"(?:[ \t]*\{[^{}\n]*\})?(?:[ \t]*\[[^\[\]\n]*\])?[ \t]*"  # its lines and language; a title
)  # VitePress
_SNIPPETS = lazy_pattern(r"[ \t]*-{1,2}8<-{1,2}[ \t]*")
_ABBREVIATION = lazy_pattern(r"\*\[(?P<term>[^\[\]\n]+)\]:[ \t]+(?P<meaning>\S.*)")
_FIGURE = lazy_pattern(r"[ \t]*<(?P<end>/)?figure\b[^<>]*>[ \t]*")
_PICTURE = lazy_pattern(
    r"!\[(?P<alt>[^\[\]\n]*)\]\([ ]*<?(?P<address>[^\s()<>]+)>?(?:[ ]+\"[^\"\n]*\")?[ ]*\)"  # a picture
    r"(?:\{:?(?P<attributes>[^{}\n]*)\})?"  # its size
)
_EMPHASIS = lazy_pattern(r"(?<![\w*])(\*{1,2})(?=\S)([^*\n]+?)(?<=\S)\1(?![\w*])")
_ICON = lazy_pattern(r"[ \t]?:(?:material|fontawesome|octicons|simple)-[\w-]+:")


def has_marks(text: str) -> bool:
    """Return whether a text can contain what extensions of MkDocs read."""
    return any(
        mark in text
        for mark in (
            "=== ",
            "!!! ",
            "??? ",
            "???+ ",
            "===+",
            "===!",
            "8<",
            "<<< ",
            "*[",
            "<figure",
            ":material-",
            ":fontawesome-",
            ":octicons-",
            ":simple-",
        )
    )


def _figure_line(line: str) -> str:
    """Return a line of a figure, which is raw HTML to the parser, with the Markdown in it as HTML."""
    line = _PICTURE.sub(_image, line) if "![" in line else line
    return _EMPHASIS.sub(lambda part: f"<em>{part[2]}</em>", line) if "*" in line and "<figcaption" in line else line


def _image(picture: re.Match[str]) -> str:
    sizes = "".join([f' {key}="{value}"' for key, value in attributes_of(picture["attributes"] or "").items()])
    return f'<img src="{picture["address"]}" alt="{picture["alt"]}"{sizes}>'


def rewrite(text: str) -> str:
    """Return a text in the parser's own Markdown."""
    kept: list[str] = []
    in_snippets = in_figure = False
    for line, is_code in lines_of(text):
        if is_code:
            kept.append(line)
        elif "figure" in line and (figure := _FIGURE.match(line)):
            in_figure = not figure["end"] and "</figure>" not in line
            kept.append(_figure_line(line))
        elif in_figure:
            in_figure = bool(line.strip()) and "</figure>" not in line
            kept.append(_figure_line(line))
        elif in_snippets:
            in_snippets = bool(line.strip()) and not _SNIPPETS.fullmatch(line)
            kept.append("")
        elif "8<" in line and _SNIPPET.fullmatch(line):
            in_snippets = bool(_SNIPPETS.fullmatch(line))
            kept.append("")
        elif line.lstrip().startswith("<<< ") and _CODE_OF_FILE.fullmatch(line):
            kept.append("")
        elif tab := _TAB.fullmatch(line):
            kept.append(f'{tab["indent"]}!!! tab "{tab["title"][1:-1]}"')
        elif line.startswith("*[") and (abbreviation := _ABBREVIATION.fullmatch(line)):
            kept.append(f"- **{abbreviation['term']}**: {abbreviation['meaning']}")
        else:
            kept.append(edit_outside_code_spans(line, lambda part: _ICON.sub("", part)) if ":" in line else line)
    return "\n".join(with_open_admonitions(kept))
