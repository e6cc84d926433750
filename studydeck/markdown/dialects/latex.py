r"""LaTeX within Markdown, as Pandoc and its editors take it: environments and the commands of a text.

In: the text of a source. Out: the same lines. Environments of formulas are formulas, lists are lists, theorems and
their kin admonitions; tables and drawings are code; what only lays out the page is left out. Commands of a text are
read in a file that has environments or refers to something, as others may be about LaTeX.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

from studydeck.markdown.dialects.containers import Closing, Opening, rewrite_containers
from studydeck.markdown.dialects.lines import (
    HIDDEN_LINE,
    begins_or_ends_formula,
    edit_outside_code_spans,
    lines_of,
    plain_lines,
)
from studydeck.patterns import lazy_pattern

_FORMULAS = {
    "equation": "", "displaymath": "", "math": "", "align": "aligned", "gather": "gathered", "multline": "gathered",
    "flalign": "aligned", "eqnarray": "eqnarray",
}  # fmt: skip
_LISTS = {"itemize": "-", "description": "-", "enumerate": "1."}
_CODE = frozenset(
    """tabular tabularx longtable tikzpicture circuitikz forest algorithm algorithmic algorithm2e verbatim lstlisting
    minted""".split()
)
_LAYOUT = frozenset(
    """figure wrapfigure subfigure table center flushleft flushright minipage quote quotation abstract landscape frame
    columns column multicols small footnotesize spacing""".split()
)
_TITLED = frozenset(
    """definition theorem lemma corollary proposition example remark proof note exercise solution question answer
    problem axiom conjecture claim block""".split()
)
_BOUNDARY = lazy_pattern(
    r"(?P<indent>[ \t]*)\\(?P<kind>begin|end)\{(?P<name>[A-Za-z]+\d?)\*?\}"  # the name, also with a star
    r"(?P<arguments>(?:\[[^\[\]]*\]|\{[^{}]*\})*)"  # its options
    r"[ \t]*(?P<rest>.*)"  # its first line, or nothing
)
_ITEM = lazy_pattern(
    r"[ \t]*\\item[ \t]*"  # the command
    r"(?:\[(?P<term>[^\[\]]*)\])?[ \t]*(?P<text>.*)"  # its own sign or term, and its text
)
_TITLE = lazy_pattern(r"[\[{](?P<title>[^\[\]{}]+)[\]}]")
_PLAIN_PARTS = lazy_pattern(r"(\$\$?[^$]+\$\$?|\\\(.*?\\\)|\\\[.*?\\\])")
_REFERENCE = lazy_pattern(
    r"[ ~]?\((?:see[ ])?(?:[A-Z][a-z]{1,7}\.?[ ~])?\\(?:eq|auto|c|C|page|name)?ref\{[^{}]*\}\)"  # in parentheses
    r"|[ ~]?\\(?:eq|auto|c|C|page|name)?ref\{(?:(?P<kind>[a-z]{2,5})[:_-])?[^{}]*\}"  # as a word
    r"(?P<stop>\.(?!\w))?"  # which the abbreviation before it can have
)
_KINDS = {"fig": "figure", "eq": "equation", "tab": "table", "sec": "section", "thm": "theorem"}
_KIND_BEFORE = lazy_pattern(
    r"(?:[^\W\d_]{2,4}\.|(?<!\w)[^\W\d_a-zа-я]\w+"  # an abbreviation, or a name: "Fig.", "Abbildung"
    r"|figure|equation|table|section|theorem|lemma|chapter)$"  # a noun
)
_COMMAND = lazy_pattern(
    r"\\(?P<name>textbf|emph|textit|texttt|underline|textsc|text"  # styles
    r"|footnote|caption|includegraphics|section|subsection)\*?"  # parts of a text
    r"(?:\[[^\[\]]*\])?\{(?P<text>[^{}]*)\}"  # options and what it applies to
)
_WRITTEN = {
    "textbf": "**{}**", "emph": "*{}*", "textit": "*{}*", "texttt": "`{}`", "footnote": "^[{}]",
    "includegraphics": "![]({})", "section": "# {}", "subsection": "## {}",
}  # fmt: skip


class _Boundary(Struct, frozen=True):
    """The line that begins or ends an environment."""

    name: str
    is_end: bool
    indent: str
    arguments: str
    rest: str


def has_marks(text: str) -> bool:
    """Return whether a text can contain LaTeX besides its formulas."""
    return "\\begin{" in text or "ref{" in text or "\\cite" in text


def rewrite(text: str) -> str:
    """Return a text in plain Markdown."""
    text = _without_blank_lines_in_formulas(text)
    lines = list(plain_lines(text))
    boundaries = _boundaries(lines)
    if not boundaries and not _REFERENCE.search(text) and "\\cite" not in text:
        return text
    kept: list[str] = []
    marks: dict[int, Opening | Closing] = {}
    open_names: list[str] = []
    for number, (line, is_plain) in enumerate(lines):
        boundary = boundaries.get(number)
        name = open_names[-1] if open_names else ""
        if boundary and not boundary.is_end:
            open_names.append(boundary.name)
            kept.append(_beginning(boundary, number, marks))
        elif boundary:
            open_names.pop()
            kept.append(_ending(boundary, number, marks))
        elif name in _FORMULAS:
            kept.append(line if line.strip() else HIDDEN_LINE)  # a blank line would end the formula
        elif not is_plain or name in _CODE:
            kept.append(line)
        else:
            depth = sum(each in _LISTS for each in open_names)
            kept.append(edit_outside_code_spans(_item(line, name, depth), _visible))
    return "\n".join(rewrite_containers(kept, marks) if marks else kept)


def _without_blank_lines_in_formulas(text: str) -> str:
    """Return a text in which a blank line within an environment between `$$` does not end the formula."""
    kept: list[str] = []
    is_in_formula, depth = False, 0
    for line, is_code in lines_of(text):
        is_in_formula = is_in_formula != begins_or_ends_formula(line, is_code=is_code)
        depth = depth + line.count("\\begin{") - line.count("\\end{") if is_in_formula else 0
        kept.append(HIDDEN_LINE if depth > 0 and not line.strip() else line)
    return "\n".join(kept)


def _boundaries(lines: Sequence[tuple[str, bool]]) -> dict[int, _Boundary]:
    """Return the lines that begin and end the environments that are known here and have both, by their numbers."""
    found: dict[int, _Boundary] = {}
    open_lines: list[tuple[str, int, _Boundary]] = []
    for number, (line, is_plain) in enumerate(lines):
        if not is_plain or "{" not in line or not (match := _BOUNDARY.fullmatch(line)):
            continue
        boundary = _Boundary(
            match["name"], match["kind"] == "end", match["indent"], match["arguments"], match["rest"].strip()
        )
        if not boundary.is_end:
            is_known = any(boundary.name in names for names in (_FORMULAS, _LISTS, _CODE, _LAYOUT, _TITLED))
            open_lines += [(boundary.name, number, boundary)] if is_known else []
        elif open_lines and open_lines[-1][0] == boundary.name:
            _, start, beginning = open_lines.pop()
            found |= {start: beginning, number: boundary}
    return found


def _beginning(boundary: _Boundary, number: int, marks: dict[int, Opening | Closing]) -> str:
    name, indent = boundary.name, boundary.indent
    if name in _FORMULAS:
        inner = f"\\begin{{{_FORMULAS[name]}}}" if _FORMULAS[name] else ""
        return f"{indent}$${inner}{boundary.arguments if _FORMULAS[name] == name else ''}{boundary.rest}"
    if name in _CODE:
        return f"{indent}```"
    if name in _TITLED:
        title = _TITLE.search(boundary.arguments)
        marks[number] = Opening(title=title["title"] if title else "", kind=name, name=name)
        return indent
    return indent + boundary.rest


def _ending(boundary: _Boundary, number: int, marks: dict[int, Opening | Closing]) -> str:
    name, indent = boundary.name, boundary.indent
    if name in _FORMULAS:
        return f"{indent}\\end{{{_FORMULAS[name]}}}$$" if _FORMULAS[name] else f"{indent}$$"
    if name in _CODE:
        return f"{indent}```"
    if name in _TITLED:
        marks[number] = Closing(name)
    return ""


def _item(line: str, environment: str, depth: int) -> str:
    """Return an item of a list as one of Markdown."""
    if environment not in _LISTS or not (item := _ITEM.fullmatch(line)):
        return line
    term = f"**{item['term']}**: " if item["term"] else ""
    return f"{'   ' * (depth - 1)}{_LISTS[environment]} {term}{item['text']}"


def _visible(part: str) -> str:
    if "\\" not in part:
        return part
    pieces = _PLAIN_PARTS.split(part)
    return "".join(piece if number % 2 else _without_commands(piece) for number, piece in enumerate(pieces))


def _without_commands(piece: str) -> str:
    return _COMMAND.sub(_written, _REFERENCE.sub(_referred, piece))


def _referred(reference: re.Match[str]) -> str:
    """Return the kind of what is referred to, by its label, unless a word before it names the kind: "see Fig. 1"."""
    before = reference.string[: reference.start()].rstrip(" ~(")
    stop = "" if before.endswith(".") else reference["stop"] or ""
    kind = _KINDS.get(reference["kind"] or "", "")
    if not kind or _KIND_BEFORE.search(before):
        return stop
    return f"{' ' if before else ''}{kind}{stop}"


def _written(command: re.Match[str]) -> str:
    text = command["text"].strip()
    return _WRITTEN.get(command["name"], "{}").format(text) if text else ""
