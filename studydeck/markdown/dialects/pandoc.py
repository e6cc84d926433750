"""Pandoc and the editors around it (Typora, Zettlr, Quarto): citations, tables of contents, page breaks and the like.

In: the text of a source. Out: the same lines. A cited author is named, a citation in brackets is left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from studydeck.markdown.dialects.lines import begins_or_ends_formula, edit_outside_code_spans, lines_of
from studydeck.patterns import lazy_pattern

_KEY = r"@(?:\{[^{}\s]+\}|[\w](?:[\w:.#$%&+?<>~/-]*\w)?)"
_CITATION = lazy_pattern(
    r"[ \t]?(?<!\[)\[(?=[^\[\]\n]*@)"  # brackets with a key, and no wikilink
    rf"[^@\[\]\n]{{0,60}}(?<![\w.]){_KEY}"  # "see also" and the first key
    r"[^\[\]\n]*\](?![(\[:])"  # pages and further keys; no link
)
# The key of a source as a wikilink to the note about it, as in Zettlr; a title has spaces.
_LITERATURE_NOTE = lazy_pattern(
    r"[ \t]?\(\[\[@[\w:.+-]*\d{4}\w*\]\]\)"  # in parentheses, as a citation
    r"|(?<!!)\[\[(?P<key>@[\w:.+-]*\d{4}\w*)\]\]"  # as a word of the text
)
_CITED_AUTHOR = lazy_pattern(
    r"(?<![\w@./-])(?<!\[\[)-?@(?P<name>[A-Z]?[a-z]{2,}(?:[A-Z][a-z]+)?)"  # the author; no address of mail
    r"(?P<words>[A-Z][A-Za-z]*)?"  # words of the title
    r"[_:-]?(?P<year>(?:1[5-9]|20)\d\d)[a-z]?\w*"  # the year
)
_CROSS_REFERENCE = lazy_pattern(
    r"\[?-?@(?P<kind>fig|tbl|tab|eq|sec|lst|thm|def|lem|exm|cor)"  # what is referred to
    r"[-:][\w-]+(?:\.[\w-]+)*\]?"  # its name
)
_KINDS = {
    "fig": "figure", "tbl": "table", "tab": "table", "eq": "equation", "sec": "section", "lst": "listing",
    "thm": "theorem", "def": "definition", "lem": "lemma", "exm": "example", "cor": "corollary",
}  # fmt: skip
# Commands of TeX for the layout, without and with an argument, and those that refer to something.
_LAYOUT = (
    "pagebreak|newpage|clearpage|cleardoublepage|tableofcontents|listoffigures|listoftables|maketitle|appendix|noindent"
    "|bigskip|medskip|smallskip|hfill|vfill|centering|frontmatter|mainmatter|backmatter"
)
_LAYOUT_OF = r"[vh]space\*?|label|bibliography|bibliographystyle"
_REFERENCES = "cite[pt]?|parencite|textcite|autocite|label|index"
_HIDDEN_LINE = lazy_pattern(
    rf"""
    [ \t>]*
    (?:  # a table of contents
        \[\[?_?(?:toc|index)_?\]\]? | @\[toc\](?:\([^()]*\))? | \{{\{{[ ]*toc[ ]*\}}\}} | \$\{{toc\}}
      | \{{toc(?::[^{{}}]*)?\}} | __TOC__
      # a command for the layout
      | \\(?:{_LAYOUT}|(?:{_LAYOUT_OF})\{{[^{{}}]*\}}|setcounter\{{\w+\}}\{{\d+\}})(?:\[\d\])?
      # the end of a page
      | \[pagebreak\] | <pagebreak[ ]*/?> | \{{pagebreak\}} | <<<pagebreak>>>
    )
    [ \t]*
    """,
    re.VERBOSE | re.IGNORECASE,
)
_FORMULA_OR_REFERENCE = lazy_pattern(
    r"(?P<formula>\$\$.*?(?:\$\$|$)|\$[^$\n]+\$)"  # a formula, which keeps its labels
    rf"|[ \t]?\\(?:{_REFERENCES})\*?"  # the command
    r"(?:\[[^\[\]\n]*\])*\{[^{}\n]*\}"  # its options and keys
)
# A backslash that breaks no line, because its paragraph ends there: as after a picture that is to stand alone.
_LAST_BACKSLASH = lazy_pattern(r"(?:(?<=\))|(?<=\*\*)|(?<=\w[.!?])|[ \t]+|^)\\[ \t]*$")
_NEWLINE_FORMULA = lazy_pattern(r"[ \t>]*(?:\$\\newline\$[ \t]*)+")  # HedgeDoc's blank line
_MARKS = lazy_pattern(
    r"[\\\[{_<]"  # the sign before a command or a name: first, so that `re` looks for nothing else
    rf"(?:toc|{_LAYOUT}|{_LAYOUT_OF}|setcounter|{_REFERENCES}"
    r"|(?<=\{)[ ]+toc)",  # {{ toc }}
    re.IGNORECASE,
)
_EXAMPLE = lazy_pattern(r"(?P<indent>[ \t]*)\(@(?P<label>[\w-]*)\)[ \t]+(?=\S)")
_EXAMPLE_REFERENCE = lazy_pattern(r"\(@([\w-]+)\)")
_HASH_NUMBER = lazy_pattern(r"([ \t]*)#\.(?=[ \t]+\S)")
_LINE_OF_VERSE = lazy_pattern(r"\|(?: (?P<text>[^|\n]*))?")
_LINES_OF_VERSE = lazy_pattern(r"\n\| [^|\n]*\n\|(?: [^|\n]*)?(?![^\n])")  # begins with a literal sign: for speed
_TITLE_BLOCK = lazy_pattern(r"%[ \t]+(?P<title>\S.*)")


def has_marks(text: str) -> bool:
    """Return whether a text can contain what Pandoc reads and plain Markdown does not."""
    return (
        "@" in text
        or "#." in text
        or text.lstrip("\n").startswith("%")
        or "\\\n" in text
        or text.endswith("\\")
        or "$\\newline$" in text
        or bool(_MARKS.search(text))
        or bool(_LINES_OF_VERSE.search("\n" + text))
    )


def rewrite(text: str) -> str:
    """Return a text in plain Markdown."""
    lines = list(lines_of(text))
    numbers = _example_numbers(lines) if "(@" in text else {}
    kept: list[str] = []
    example, is_in_formula = 0, False
    for number, (line, is_code) in enumerate(lines):
        was_in_formula = is_in_formula and bool(line.strip())
        is_in_formula = was_in_formula != begins_or_ends_formula(line, is_code=is_code)
        if is_code or was_in_formula:
            kept.append(line)
        elif (
            _HIDDEN_LINE.fullmatch(line)
            or _NEWLINE_FORMULA.fullmatch(line)
            or (line.strip() == "\\" and not "".join(kept[-1:]).strip())
        ):
            kept.append("")
        else:
            item = _HASH_NUMBER.sub(r"\g<1>1.", line, count=1) if line.lstrip(" \t").startswith("#.") else line
            if "(@" in line and (match := _EXAMPLE.match(line)):
                example += 1
                item = f"{match['indent']}{example}. {line[match.end() :]}"
            if "\\" in line and not "".join([below for below, _ in lines[number + 1 : number + 2]]).strip():
                item = _LAST_BACKSLASH.sub("", item)
            kept.append(edit_outside_code_spans(item, lambda part: _visible(part, numbers)))
    return "\n".join(_with_verse(_with_title(kept), [is_code for _, is_code in lines]))


def _example_numbers(lines: Sequence[tuple[str, bool]]) -> dict[str, int]:
    """Return the number of each labelled example."""
    examples = [match["label"] for line, is_code in lines if not is_code and (match := _EXAMPLE.match(line))]
    return {label: number for number, label in enumerate(examples, 1) if label}


def _cited_author(cited: re.Match[str]) -> str:
    """Return the author and the year of a key; the name before words of the title is written in small letters."""
    name = cited["name"]
    if cited["words"]:
        name = name[0] + re.split("[A-Z]", name[1:])[0]
    return f"{name.title()} ({cited['year']})"


def _literature_note(link: re.Match[str]) -> str:
    """Return a link to the note about a source with the author and the year as its words; nothing for a citation."""
    return f"[[{link['key']}|{_CITED_AUTHOR.sub(_cited_author, link['key'])}]]" if link["key"] else ""


def _visible(part: str, numbers: dict[str, int]) -> str:
    if "@" in part:
        part = _EXAMPLE_REFERENCE.sub(lambda label: f"({numbers[label[1]]})" if label[1] in numbers else label[0], part)
        part = _CROSS_REFERENCE.sub(lambda reference: _KINDS[reference["kind"]], part)
        part = _CITATION.sub("", _LITERATURE_NOTE.sub(_literature_note, part))
        part = _CITED_AUTHOR.sub(_cited_author, part)
    if "\\" not in part:
        return part
    return _FORMULA_OR_REFERENCE.sub(lambda match: match["formula"] or "", part)


def _with_title(lines: list[str]) -> list[str]:
    """Return lines whose title block, `% Title` and below it authors and date, is a heading."""
    start = next((number for number, line in enumerate(lines) if line.strip()), 0)
    if not lines or not (title := _TITLE_BLOCK.fullmatch(lines[start])):
        return lines
    end = start + 1
    while end < min(start + 3, len(lines)) and lines[end].startswith("%"):
        end += 1
    return [*lines[:start], f"# {title['title']}", *[""] * (end - start - 1), *lines[end:]]


def _with_verse(lines: list[str], is_code: Sequence[bool]) -> list[str]:
    """Return lines in which each line of a line block, `| text`, ends with a line break."""
    start = 0
    while start < len(lines):
        end = start
        while end < len(lines) and not is_code[end] and _LINE_OF_VERSE.fullmatch(lines[end]):
            end += 1
        is_block = (
            end - start > 1
            and not (start and lines[start - 1].strip())
            and not (end < len(lines) and lines[end].strip())
        )
        if is_block:
            for number in range(start, end):
                verse = lines[number][1:].strip()
                lines[number] = verse + ("\\" if verse and number < end - 1 and lines[number + 1][1:].strip() else "")
        start = max(end, start + 1)
    return lines
