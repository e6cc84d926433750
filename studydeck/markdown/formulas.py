"""Read the formulas of a file in order: expand their macros, leave out definitions, and report what is shown as code.

In: the tokens of a file, which are changed, and what its front matter and deck.toml define. Out: diagnostics. Digests
are computed later, so that a changed macro changes the content of the notes that use it.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import suppress

from markdown_it.token import Token

from studydeck.diagnostics import Diagnostic, DiagnosticCode, warning
from studydeck.errors import FormulaError
from studydeck.markdown.source import front_matter_of
from studydeck.model.document import Source
from studydeck.tex.macros import MacroScope, definition
from studydeck.tex.mathjax import tex_for_mathjax
from studydeck.tex.packages import new_scope

_INLINE_MATH = frozenset({"math_inline", "math_single", "math_inline_double"})
_BLOCK_MATH = frozenset({"math_block", "math_block_label"})
_BREAKS = frozenset({"softbreak", "hardbreak"})
_DEFINES = r"\\(?:(?:re)?newcommand|providecommand|g?def|DeclareMathOperator|DeclarePairedDelimiter|let)(?![a-zA-Z])"
_BEGINS_WITH_DEFINITION = re.compile(rf"\s*{_DEFINES}")
_DEFINITION_LINE = re.compile(rf"[ \t-]*({_DEFINES}.*)")
_YAML_MACRO = re.compile(
    r"""[ \t]+("[^"]*"|'[^']*'|[^\s"':#][^:]*?)[ \t]*:"""  # the name, in quotes or not
    r"""[ \t]+(\S.*?)[ \t]*"""  # the definition
)
_MIN_BUDGET, _BUDGET_BY_CHARACTER = 200_000, 20  # tokens that the macros of a file may put into it


class FormulaReader:
    """Reads the formulas of one source in order, with the macros that are in force at each."""

    def __init__(self, source: Source) -> None:
        self.path = source.path
        self.diagnostics: dict[tuple[int, str], Diagnostic] = {}
        self.scope = new_scope(_MIN_BUDGET + _BUDGET_BY_CHARACTER * len(source.text))
        self.define(source.macros, 0)
        for line, macro in _front_matter_macros(source.text):
            self.define(macro, line)

    def define(self, macros: str | FormulaError, line: int) -> None:
        """Take over definitions that stand outside of formulas."""
        fault: object = macros
        if isinstance(macros, str):
            try:
                fault = self.scope.expand(macros) and "there is more on the line than a definition"
            except FormulaError as formula_error:
                fault = formula_error
        if fault:
            self.report(DiagnosticCode.BAD_MACRO, line, f"{fault}; the macro is not defined")

    def report(self, code: DiagnosticCode, line: int, message: str) -> None:
        # A macro is corrected in one place, wherever it is used; a formula where it stands.
        key = (line if code == DiagnosticCode.FORMULA_AS_CODE else 0, message)
        self.diagnostics.setdefault(key, warning(code, self.path, line, message))

    def formula(self, tex: str, line: int) -> str:
        """Return a formula without macros, or an empty text if it only defines some; report what cannot be shown."""
        if self.scope.is_used(tex):
            try:
                tex = self.scope.expand(tex)
            except FormulaError as fault:
                self.report(DiagnosticCode.BAD_MACRO, line, f"a macro cannot be expanded: {fault}")
                return tex
        try:
            tex_for_mathjax(tex)
        except FormulaError as fault:
            message = f"the formula is shown as code: {fault}"
            self.report(DiagnosticCode.FORMULA_AS_CODE, line, message)
        return tex

    def block(self, token: Token) -> None:
        token.content = self.formula(token.content.strip(), token.map[0] + 1 if token.map else 0)
        if not token.content:
            token.type = "definitions"  # which is no block

    def inline(self, token: Token, line: int) -> None:
        if _BEGINS_WITH_DEFINITION.match(token.content) and self.only_defines(token.content):
            token.content, token.children = "", []
            return
        for child in token.children or ():
            if child.type in _INLINE_MATH:
                following_line = line + child.content.count("\n")
                child.content = self.formula(child.content.strip(), line)
                line = following_line
            elif child.type in _BREAKS:
                line += 1
        token.children = [child for child in token.children or () if child.content or child.type not in _INLINE_MATH]

    def only_defines(self, text: str) -> bool:
        """Take over the definitions of a paragraph that holds nothing else, as Pandoc reads it."""
        trial = MacroScope(self.scope.macros, {}, self.scope.budget)
        with suppress(FormulaError):
            if not trial.expand(text):
                self.scope.expand(text)
                return True
        return False


def read_formulas(tokens: Sequence[Token], source: Source) -> tuple[Diagnostic, ...]:
    """Expand the macros in the formulas of a file, in place.

    Parameters
    ----------
    tokens : of the whole file, in order.
    source : the file, with the definitions that deck.toml makes for it.

    Returns
    -------
    A diagnostic for each macro that cannot be expanded, and for each formula that is shown as code.
    """
    if "\\" not in source.text and "$" not in source.text:
        return ()
    reader = FormulaReader(source)
    line = 1
    for token in tokens:
        line = token.map[0] + 1 if token.map else line
        if token.type in _BLOCK_MATH:
            reader.block(token)
        elif token.type == "inline" and ("$" in token.content or "\\" in token.content):
            reader.inline(token, line)
    return tuple(reader.diagnostics.values())


def _front_matter_macros(text: str) -> Iterator[tuple[int, str | FormulaError]]:
    """Yield the line and the definition of each macro in the front matter, or what is wrong with it.

    Read are `macros`, one a line, and the definitions of a LaTeX preamble, such as Pandoc's `header-includes`. YAML
    would read " #1" as a comment, so the lines of `macros` are not read as YAML.
    """
    front_matter = front_matter_of(text)
    if "macros" not in front_matter and "\\" not in front_matter:
        return
    if text.startswith("+++"):
        yield from _toml_macros(front_matter)
        return
    in_macros = False
    for line, content in enumerate(front_matter.split("\n"), 2):
        if preamble := _DEFINITION_LINE.fullmatch(content):
            yield line, preamble[1]
        elif in_macros and (match := _YAML_MACRO.fullmatch(content)):
            yield line, _definition(_unquoted(match[1]), _unquoted(match[2]))
        elif in_macros and content.startswith((" ", "\t")) and content.strip()[:1] not in {"", "#"}:
            yield line, FormulaError(f'"{content.strip()}" is not of the form name: TeX, one macro a line')
        elif content.strip() and content.strip()[0] != "#":
            in_macros = bool(re.fullmatch(r"macros[ \t]*:[ \t]*(#.*)?", content))
            if not in_macros and re.match(r"macros[ \t]*:", content):
                yield line, FormulaError("below macros: there is one line of the form name: TeX for each")


def _toml_macros(front_matter: str) -> Iterator[tuple[int, str | FormulaError]]:
    try:
        macros = tomllib.loads(front_matter).get("macros", {})
    except (tomllib.TOMLDecodeError, RecursionError):
        return  # nothing of it is read
    for name, value in macros.items() if isinstance(macros, dict) else ():
        line = next((n for n, content in enumerate(front_matter.split("\n"), 2) if name in content), 1)
        yield line, _definition(name, value)


def _definition(name: object, value: object) -> str | FormulaError:
    try:
        return definition(str(name), value)
    except FormulaError as fault:
        return fault


def _unquoted(text: str) -> object:
    """Return a value of YAML: a text in quotes, a list, or the text as it stands."""
    if text[:1] == text[-1:] == "'":
        return text[1:-1].replace("''", "'")
    if text[:1] in {'"', "["}:
        with suppress(ValueError, RecursionError):
            return json.loads(text)
    return text
