"""MyST, as Jupyter Book and Sphinx read it: directives between fences, their options, roles, and labels of headings.

In: the text of a source. Out: the same lines. A directive with a title is an admonition, a figure a picture with its
caption, a glossary a list of definitions, a formula is one; of other text what the directive encloses is read, and what
only steers the page is left out. A directive of code is a code block; those of other tools (`{r}`) stay as they are.
"""

from __future__ import annotations

import re

from msgspec import Struct

from studydeck.markdown.dialects.containers import Closing, Opening, rewrite_containers
from studydeck.markdown.dialects.lines import CODE_SPAN, HIDDEN_LINE, lines_of
from studydeck.patterns import lazy_pattern

_TITLED = frozenset(
    """admonition dropdown sidebar topic tab-item grid-item-card card proof theorem definition lemma corollary
    proposition example remark axiom conjecture algorithm exercise""".split()
)
_UNTITLED = frozenset(
    """attention caution danger error hint important note seealso tip warning solution margin aside epigraph pull-quote
    highlights tab-set grid grid-item div container only table""".split()
)
_PICTURES = frozenset({"figure", "image"})
_CODE = frozenset({"code", "code-block", "code-cell", "sourcecode", "prompt"})
_HIDDEN = frozenset(
    """toctree contents tableofcontents bibliography index genindex eval-rst raw meta iframe literalinclude include
    footbibliography""".split()
)
_KNOWN = _TITLED | _UNTITLED | _PICTURES | _CODE | _HIDDEN | {"math", "glossary"}
_FENCE = lazy_pattern(
    r"(?P<indent>[ \t]*)(?P<fence>`{3,}|~{3,}|:{3,})[ \t]*"  # the fence
    r"\{(?:[a-z]+:)?(?P<name>[a-z][\w-]*)\}[ \t]*(?P<argument>[^\n]*)"  # the name without its domain; what follows it
)
_PLAIN_FENCE = lazy_pattern(r"[ \t]*(?P<fence>`{3,}|~{3,}|:{3,})(?P<info>[^`\n]*)")
_OPTION = lazy_pattern(r"[ \t]*:(?P<key>[\w-]+):(?:[ \t]+(?P<value>.*))?")
_LABEL = lazy_pattern(r"[ \t]*\([\w:. -]+\)=[ \t]*")
_ROLE = lazy_pattern(r"(?P<space>[ ]?)\{(?:[a-z]+:)?(?P<name>[a-z][\w-]*)\}$")
_TARGET = lazy_pattern(r"(?P<words>.*?)[ \t]*<[^<>]+>")  # the words of a role, and what it refers to
_LABELS = frozenset({"ref", "numref", "doc"})  # what they refer to says what it is: {ref}`heat-transfer`
_PROSE_ROLES = frozenset({"term", "abbr", "download", "strong", "dfn"})
_REFERENCES = frozenset({"eq", "cite", "p", "t", "footcite", "label", "index"})
_SCRIPTS = {"sub": "sub", "sup": "sup", "subscript": "sub", "superscript": "sup"}
_MARKS = lazy_pattern(r"(?:```|~~~|:::)[ \t]*\{[a-z]|\{[a-z:-]+\}`|\)=\n")


class _Directive(Struct, frozen=True):
    """A directive that is open: its fence, its name, and the number of its first line."""

    fence: str
    name: str
    start: int

    def is_ended_by(self, line: str) -> bool:
        return line.strip().startswith(self.fence) and not line.strip().strip(self.fence[0])


def has_marks(text: str) -> bool:
    """Return whether a text can contain a directive, a role or a label of MyST."""
    return ("{" in text or ")=" in text) and bool(_MARKS.search(text))


def rewrite(text: str) -> str:
    """Return a text in plain Markdown."""
    return "\n".join([line if code else _visible(line) for line, code in lines_of(_without_directives(text))])


def _visible(line: str) -> str:
    """Return a line with the words of its roles; nothing of a label for what is below it."""
    if ")=" in line and _LABEL.fullmatch(line):
        return HIDDEN_LINE
    parts, start = list[str](), 0
    for span in CODE_SPAN.finditer(line) if "}`" in line else ():
        before = line[start : span.start()]
        role = _ROLE.search(before)
        parts += (before[: role.start()], _words(role, span[0].strip("`").strip())) if role else (before, span[0])
        start = span.end()
    return "".join((*parts, line[start:]))


def _without_directives(text: str) -> str:
    lines = text.split("\n")
    marks: dict[int, Opening | Closing] = {}
    stack: list[_Directive] = []
    code = ""  # the fence of a code block
    number = 0
    while number < len(lines):
        line = lines[number]
        if code:
            code = "" if _Directive(code, "", 0).is_ended_by(line) else code
        elif stack and stack[-1].is_ended_by(line):
            lines[number] = _end(lines, stack.pop(), number, marks)
        elif (fence := _FENCE.fullmatch(line)) and fence["name"] in _KNOWN:
            number = _begin(lines, number, fence, marks)
            if fence["name"] in _CODE:
                code = fence["fence"]
            else:
                stack.append(_Directive(fence["fence"], fence["name"], number))
        elif (plain := _PLAIN_FENCE.fullmatch(line)) and plain["fence"][0] != ":":
            code = plain["fence"]
        number += 1
    return "\n".join(rewrite_containers(lines, marks) if marks else lines)


def _begin(lines: list[str], start: int, fence: re.Match[str], marks: dict[int, Opening | Closing]) -> int:
    """Write the first line of a directive anew, and hide its options; return the last of these lines."""
    name, argument = fence["name"], fence["argument"].strip()
    options: dict[str, str] = {}
    end = start + 1
    while end < len(lines) and (option := _OPTION.fullmatch(lines[end])):
        options[option["key"]] = option["value"] or ""
        lines[end] = HIDDEN_LINE
        end += 1
    if name in _PICTURES:
        lines[start] = f"{fence['indent']}![{options.get('alt', '')}]({argument})" if argument else ""
    elif name in _CODE:
        lines[start] = f"{fence['indent']}{fence['fence'].replace(':', '`')}{argument}"
    elif name == "math":
        lines[start] = f"{fence['indent']}$${argument}"
    elif name in _TITLED:
        marks[start] = Opening(title=argument, kind=name, name=str(end - 1), is_fold=name == "dropdown")
        lines[start] = fence["indent"]
    else:
        lines[start] = "" if name in _HIDDEN or name == "glossary" else fence["indent"] + argument
    return end - 1


def _end(lines: list[str], directive: _Directive, end: int, marks: dict[int, Opening | Closing]) -> str:
    """Return the last line of a directive, and rewrite those between where they are no text."""
    if directive.name in _TITLED:
        marks[end] = Closing(str(directive.start))
    between = range(directive.start + 1, end)
    if directive.name == "math":
        for number in between:
            lines[number] = lines[number] if lines[number].strip() else HIDDEN_LINE
        return "$$"
    if directive.name in _HIDDEN:
        for number in between:
            lines[number] = ""
    if directive.name == "glossary":
        for number in between:
            line, above = lines[number], lines[number - 1]
            if line[:1] in {" ", "\t"} and above.strip() and above[:1] not in {" ", "\t", ":"}:
                lines[number] = f": {line.strip()}"
    return ""


def _words(role: re.Match[str], text: str) -> str:
    """Return what a role shows: its words, a formula, code, or nothing for a reference that has no words."""
    name = role["name"]
    if name in _REFERENCES:
        return ""
    if name == "math":
        text = f"${text}$"
    elif name in _SCRIPTS:
        text = f"<{_SCRIPTS[name]}>{text}</{_SCRIPTS[name]}>"
    elif target := _TARGET.fullmatch(text):
        text = target["words"]
    elif name in _LABELS:
        text = text.rpartition("/")[2].replace("-", " ").replace("_", " ")
    elif name == "abbr":
        text = text.partition(" (")[0]
    elif name not in _PROSE_ROLES:
        text = f"`{text}`"
    return role["space"] + text
