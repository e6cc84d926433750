"""MDX, as Docusaurus, Nextra, Mintlify and Starlight use it: imports, exports, components and comments.

In: the text of a source. Out: the same lines without them; what a component encloses is read, as an admonition if it
has a title. A name in angle brackets without attributes or a partner (`List<String>`) is text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from studydeck.markdown.dialects.containers import Closing, Opening, rewrite_containers
from studydeck.markdown.dialects.lines import (
    CodeLines,
    attributes_of,
    before_removed,
    edit_outside_code,
    edit_outside_code_spans,
    indent_of,
    join_tags,
    lines_of,
    without_columns,
)
from studydeck.patterns import lazy_pattern

_IMPORT = lazy_pattern(
    r"""import[ \t]+(?:[\w*{][^'"\n]*[ \t}]from[ \t]*)?"""  # the names
    r"""(['"])[^'"\n]+\1[ \t]*;?[ \t]*"""  # the module
)
_START_OF_IMPORT = lazy_pattern(r"import[ \t]+(?:\w+,[ \t]*)?\{[^{}'\"\n]*$")
_END_OF_IMPORT = lazy_pattern(r"""[^'"\n]*\}[ \t]*from[ \t]*(['"])[^'"\n]+\1[ \t]*;?[ \t]*""")
_EXPORT = lazy_pattern(
    r"""
    export[ \t]+
    (?: (?:const|let|var)[ \t]+[\w{\[][^\n]*=  # values
      | (?:default[ \t]+)?(?:async[ \t]+)?(?:function|class)\b  # functions and classes
      | default[ \t]+(?:\(|\{|[A-Za-z_$][\w.$]*(?:\(|;|[ \t]*$))  # an expression
      | \{ | \*[ \t]+from\b  # names, or all of a module
    )
    .*
    """,
    re.VERBOSE,
)
_COMMENT = lazy_pattern(r"\{/\*.*?\*/\}")
_COMMENT_END = "*/}"
_COMPONENT = lazy_pattern(
    r"<(?P<end>/)?(?P<name>[A-Z]\w*(?:\.\w+)*)"  # a component, with a capital letter
    r"(?P<attributes>(?:\s+[\w:-]+(?:=(?:\"[^\"\n]*\"|'[^'\n]*'"  # values in quotes
    r"|\{(?:[^{}\n]|\{(?:[^{}\n]|\{[^{}\n]*\})*\})*\}))?"  # values in braces, three deep
    r"|\s+\{\.\.\.[\w.]+\})*)"  # all properties of an object
    r"\s*(?P<void>/)?>"  # the end
)
_OPEN_COMPONENT = lazy_pattern(r"[ \t>]*<[A-Z]\w*(?:\.\w+)*(?:\s[^<>]*)?$")
_INDENTED_CONTENT = lazy_pattern(
    r"^[ \t]*<[A-Z][^\n]*>[ \t]*\n"  # a tag that ends its line
    r"(?:[ \t]*\n){0,3}(?:\t|[ ]{2})",  # and what is indented below it
    re.MULTILINE,
)
_SPACE = lazy_pattern(r"\{(['\"])( +)\1\}")
_SOURCE = lazy_pattern(
    r"\b(?P<key>src|href)=\{(?:require|useBaseUrl)\("  # the attribute and the function
    r"""(['"])(?P<path>[^'"\n]+)\2\)(?:\.default)?\}"""  # the file
)
_STYLE = lazy_pattern(
    r"[ \t]+(?:style|className|onClick|ref)="  # attributes of React
    r"\{(?:[^{}\n]|\{[^{}\n]*\})*\}"  # their values, two deep
)
_DEEPEST = 20  # components in one another, which are read
_TITLE_KEYS = ("title", "label", "summary", "header", "name")
_FOLDS = ("accordion", "collapse", "details", "expandable", "spoiler", "toggle")


def has_marks(text: str) -> bool:
    """Return whether a text can contain MDX."""
    return any(mark in text for mark in ("import ", "export ", "{/*", "={", "/>", "</", "{' '}", '{" "}'))


def rewrite(text: str) -> str:
    """Return a text without MDX."""
    if "{/*" in text:
        text = edit_outside_code(join_tags(text, ("{/*", "*/}")), _without_comments)
    if "import " in text or "export " in text:
        text = _without_modules(text)
    if "={" in text or "{'" in text or '{"' in text:
        text = edit_outside_code(text, _plain_html, "{")
    return _without_components(text) if "<" in text else text


def _without_comments(part: str) -> str:
    """Return a part of a line without its comments; from one that has no end, no end is searched."""
    end = part.rfind(_COMMENT_END) + len(_COMMENT_END)
    return _COMMENT.sub("", part[:end]) + part[end:] if _COMMENT_END in part else part


def _plain_html(part: str) -> str:
    part = _SPACE.sub(r"\2", part)
    return _STYLE.sub("", _SOURCE.sub(r'\g<key>="\g<path>"', part)) if "<" in part else part


def _without_modules(text: str) -> str:
    """Return a text without the lines that import and export; an export goes to the next blank line."""
    kept: list[str] = []
    end: re.Pattern[str] | None = None
    is_exported = False
    may_begin = True
    for line, is_code in lines_of(text):
        if is_code or not line.strip():
            is_exported, end = False, None
            kept.append(line)
        elif is_exported:
            kept.append("")
        elif end:
            end = None if end.fullmatch(line) else end
            kept.append("")
        elif may_begin and _IMPORT.fullmatch(line):
            kept.append("")
            continue
        elif may_begin and line.startswith("export ") and _EXPORT.fullmatch(line):
            is_exported = not line.rstrip().endswith(";")
            kept.append("")
            continue
        elif may_begin and line.startswith("import ") and _START_OF_IMPORT.fullmatch(line):
            end = _END_OF_IMPORT
            kept.append("")
        else:
            kept.append(line)
        may_begin = not line.strip() or (may_begin and not kept[-1])
    return "\n".join(kept)


def _joined_components(text: str) -> str:
    """Return a text in which an opening tag of several lines stands on one."""
    if not any(_OPEN_COMPONENT.match(line) for line in text.split("\n")):
        return text
    lines = list(lines_of(text))
    joined = [line for line, _ in lines]
    for number, (line, is_code) in enumerate(lines):
        if is_code or not _OPEN_COMPONENT.match(line):
            continue
        whole = line.rstrip()
        for below in range(number + 1, min(number + 30, len(lines))):
            if lines[below][1] or not lines[below][0].strip():
                break
            whole += " " + lines[below][0].strip()
            if _COMPONENT.fullmatch(whole.strip(" \t>") + (">" if whole.endswith(">") else "")):
                joined[number : below + 1] = [whole, *[""] * (below - number)]
                break
    return "\n".join(joined)


def _outdented(text: str) -> str:
    """Return a text in which the content of a component stands where its tags do: in MDX an indent makes no code."""
    if not _INDENTED_CONTENT.search(text):
        return text
    lines, code_lines = text.split("\n"), CodeLines()
    ends = _closing_lines(lines)
    for number, line in enumerate(lines):
        if code_lines.is_code(line) or number not in ends:
            continue
        end, column = ends[number], indent_of(line)
        columns = [indent_of(below) for below in lines[number + 1 : end] if below.strip()]
        if columns and min(columns) > column:
            for below in range(number + 1, end):
                lines[below] = without_columns(lines[below], min(columns) - column)
            lines[end] = " " * column + lines[end].lstrip()
    return "\n".join(lines)


def _closing_lines(lines: Sequence[str]) -> dict[int, int]:
    """Return the line that closes the component of each line which opens one, unless they are nested too deep."""
    ends: dict[int, int] = {}
    open_tags: list[tuple[str, int]] = []
    for number, line in enumerate(lines):
        tag = _COMPONENT.fullmatch(line.strip()) if "<" in line else None
        if not tag or tag["void"]:
            continue
        if not tag["end"]:
            open_tags.append((tag["name"], number))
        elif open_tags and open_tags[-1][0] == tag["name"]:
            _, start = open_tags.pop()
            if len(open_tags) < _DEEPEST:
                ends[start] = number
    return ends


def _without_components(text: str) -> str:
    text = _outdented(_joined_components(text))
    lines = list(lines_of(text))
    found = [
        (tag["name"], bool(tag["end"]))
        for line, is_code in lines
        if not is_code and "<" in line
        for tag in _COMPONENT.finditer(line)
    ]
    paired = {name for name, is_end in found if is_end} & {name for name, is_end in found if not is_end}
    if not found:
        return text
    kept: list[str] = []
    marks: dict[int, Opening | Closing] = {}
    for number, (line, is_code) in enumerate(lines):
        kept.append(line)
        if is_code or "<" not in line:
            continue
        tag = _COMPONENT.fullmatch(line.strip())
        if tag and not tag["void"] and tag["name"] in paired:
            marks[number] = Closing(tag["name"]) if tag["end"] else _opening(tag)
        else:
            kept[number] = edit_outside_code_spans(line, lambda part: _without_tags(part, paired))
    return "\n".join(rewrite_containers(kept, marks))


def _without_tags(part: str, paired: set[str]) -> str:
    """Return a part of a line without the tags of components."""
    from studydeck.markdown.html_tags import GLUED  # imported here: few notes contain HTML

    pieces, start = list[str](), 0
    for tag in _COMPONENT.finditer(part):
        is_type = GLUED.search(part[: tag.start()][-1:]) and not (tag["void"] or tag["end"] or tag["attributes"])
        if is_type or not (tag["void"] or tag["attributes"] or tag["name"] in paired):
            continue
        pieces.append(before_removed(part[start : tag.start()], part[tag.end() :]))
        start = tag.end()
    return "".join((*pieces, part[start:]))


def _opening(tag: re.Match[str]) -> Opening:
    values = attributes_of(tag["attributes"])
    title = next((values[key] for key in _TITLE_KEYS if values.get(key)), "")
    name = tag["name"].lower()
    kind = values.get("type", "") or tag["name"]
    return Opening(
        title=title,
        kind=kind.lower() if kind.isalnum() else "note",
        name=tag["name"],
        is_fold=name.startswith(_FOLDS),
    )
