"""Attributes in braces, `{#id .class key=value}`, as Pandoc, kramdown, Python-Markdown and markdown-it write them.

In: the text of a source. Out: the same lines without them; raw text for other formats (`` `x`{=latex} ``) is left out,
and raw HTML is HTML. Braces that are text stay: a mark begins with `#`, `.` or `:`, or stands directly after what
it belongs to.
"""

from __future__ import annotations

import re

from studydeck.markdown.dialects.lines import attributes_of, edit_lines, edit_outside_code_spans, lines_of
from studydeck.patterns import lazy_pattern

_VALUE = r"""(?:"[^"{}\n]*"|'[^'{}\n]*'|[^\s"'{}=]+)"""
_ID_OR_CLASS = r"(?:\#[^\W\d_][^\s{}\#]*|\.[A-Za-z_-][\w:/-]*)"
_PAIR = rf"[A-Za-z][\w:-]*={_VALUE}"
_ANY = rf"(?:{_ID_OR_CLASS}|{_PAIR})"
_BRACES = rf"\{{:?[ \t]*{_ANY}(?:[ \t]+(?:{_ANY}|-))*[ \t]*\}}"
_AFTER = lazy_pattern(
    rf"(?<=[\])*])\{{:?[ \t]*(?:{_ANY}[ \t,]*)+\}}"  # behind a link, an image or emphasis
    r"|(?<=[\])]){:[^{}\n]*\}"  # kramdown's, with anything inside
)
_KRAMDOWN = lazy_pattern(
    rf"(?<![ \t])[ \t]*+\{{:[ \t]*(?:{_ANY}|[a-z][\w-]*)"  # kramdown's line: the first attribute or a name
    rf"(?:[ \t]+(?:{_ANY}|[\w-]+))*[ \t]*\}}"  # further ones
)
_AT_END = lazy_pattern(
    r"(?:^|(?<=\s)|(?<=\w))"  # behind words, or alone
    rf"\{{[ \t]*{_ID_OR_CLASS}(?:[ \t]+{_ANY})*[ \t]*\}}"  # an id or class first, then anything
    r"[ \t]*(?=#*[ \t]*$)"  # at the end of the heading, whose closing marks may follow
)
_WHOLE_LINE = lazy_pattern(rf"(?P<prefix>[ \t>]*){_BRACES}[ \t]*")
_UNNUMBERED = lazy_pattern(r"^(\s*#{1,6}[ \t].*?)[ \t]+\{-\}[ \t]*$")
_SPAN = lazy_pattern(rf"(?<![!\]\\])\[(?P<text>[^\[\]\n]+)\]{_BRACES}")
_HIDDEN = lazy_pattern(r"\.(?:hidden|content-hidden|comment)(?![\w-])")
_EMPTY_ANCHOR = lazy_pattern(rf"(?<!!)\[\]\([^()\n]*\)(?:{_BRACES})?")
_CODE = lazy_pattern(
    r"(?P<code>(?<!`)(?P<ticks>`+)(?!`)(?P<inner>[^`\n]+)(?P=ticks))"  # a code span
    rf"(?:\{{=(?P<format>\w+)\}}|{_BRACES})"  # the format that it is raw text of, or attributes
)
_RAW_BLOCK = lazy_pattern(r"[ \t>]*(?:`{3,}|~{3,})[ \t]*\{=(?P<format>\w+)\}[ \t]*")
_FORMULA_OR_PICTURE = lazy_pattern(
    r"((?<![\\\d$])\$\$?(?![\s$])[^$\n]+\$\$?"  # math
    r"|!\[[^\[\]\n]*\]\([^()\n]*\)\{[^{}\n]*\}"  # an image with attributes
    r"|!\[\[[^\[\]\n]*\]\]\{[^{}\n]*\})"  # an embed with attributes
)
_PICTURE_ATTRIBUTES = lazy_pattern(r"(?<=[\])])\{[^{}\n]*\}$")
_CONTENTS = lazy_pattern(r"[ \t]*\{:[ \t]*toc\b[^{}\n]*\}[ \t]*")
_ITEM = lazy_pattern(r"[ \t]*(?:[-*+]|\d+\.)[ \t]")
_HTML = frozenset({"html", "html4", "html5"})
_DEFINITION = lazy_pattern(r"[ \t]*\{:[\w-]+:[^{}\n]*\}[ \t]*")  # kramdown's list of attributes for reuse


def has_marks(text: str) -> bool:
    """Return whether a text can contain attributes in braces."""
    return "{" in text and any(sign in text for sign in ("{#", "{.", "{:", "{=", "{ ", "{-", "]{", "){", "`{", "[]("))


def rewrite(text: str) -> str:
    """Return a text without attributes in braces."""
    return edit_lines(_without_contents(_without_raw_blocks(text)), _without_attributes)


def _without_attributes(line: str) -> str:
    if "{" not in line and "[](" not in line:
        return line
    if whole := _WHOLE_LINE.fullmatch(line):
        return whole["prefix"].rstrip() if whole["prefix"].strip() else ""
    if _DEFINITION.fullmatch(line):
        return ""
    line = _CODE.sub(_code, line) if "`{" in line else line
    line = edit_outside_code_spans(line, _without_attributes_in_text)
    return _AT_END.sub("", line).rstrip() if "{" in line and not line.endswith("`") else line


def _code(code: re.Match[str]) -> str:
    if not code["format"]:
        return code["code"]
    return code["inner"] if code["format"] in _HTML else ""


def _without_attributes_in_text(part: str) -> str:
    if "$" not in part and "![" not in part:
        return _without_attributes_of_text(part)
    pieces = _FORMULA_OR_PICTURE.split(part)
    pieces[::2] = [_without_attributes_of_text(piece) for piece in pieces[::2]]
    pieces[1::2] = [_PICTURE_ATTRIBUTES.sub(_size, piece) if piece[0] == "!" else piece for piece in pieces[1::2]]
    return "".join(pieces)


def _size(attributes: re.Match[str]) -> str:
    """Return the attributes that give a picture its size; the parser reads them."""
    values = attributes_of(attributes[0])
    sizes = [f'{name}="{values[name]}"' for name in ("width", "height", "style") if values.get(name)]
    return f"{{{' '.join(sizes)}}}" if sizes else ""


def _without_attributes_of_text(part: str) -> str:
    part = _UNNUMBERED.sub(r"\1", _EMPTY_ANCHOR.sub("", part))
    part = _SPAN.sub(lambda span: "" if _HIDDEN.search(span[0], len(span["text"])) else span["text"], part)
    return _KRAMDOWN.sub("", _AFTER.sub("", part))


def _without_contents(text: str) -> str:
    """Return a text without the item in whose place kramdown puts the table of contents."""
    if "toc" not in text:
        return text
    kept: list[str] = []
    for line, is_code in lines_of(text):
        if not is_code and _CONTENTS.fullmatch(line) and kept and _ITEM.match(kept[-1]):
            kept[-1] = ""
        kept.append(line)
    return "\n".join(kept)


def _without_raw_blocks(text: str) -> str:
    """Return a text in which raw HTML stands outside of code, and raw text for other formats is gone."""
    if "{=" not in text:
        return text
    kept: list[str] = []
    raw_format = ""
    for line, is_code in lines_of(text):
        if raw := _RAW_BLOCK.fullmatch(line):
            raw_format = raw["format"]
            kept.append("")
        elif raw_format and is_code:
            is_end = not line.strip(" \t>`~") and bool(line.strip(" \t>"))
            kept.append(line if raw_format in _HTML and not is_end else "")
            raw_format = "" if is_end else raw_format
        else:
            kept.append(line)
    return "\n".join(kept)
