"""Read the formulas of a file in order: expand their macros, leave out definitions, and report what is shown as code.

In: the tokens of a file, which are changed, and what its front matter and deck.toml define. Out: diagnostics. Digests
are computed later, so that a changed macro changes the content of the notes that use it.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from markdown_it.token import Token

from studydeck.diagnostics import Diagnostic, DiagnosticCode, warning
from studydeck.errors import FormulaError
from studydeck.markdown.dollar_math import show_in_lines
from studydeck.markdown.front_matter import FrontMatter
from studydeck.markdown.front_matter_macros import DEFINES, front_matter_macros
from studydeck.model.document import Source
from studydeck.patterns import lazy_pattern
from studydeck.tex.macros import MacroScope
from studydeck.tex.mathjax import tex_for_mathjax
from studydeck.tex.packages import new_scope

_INLINE_MATH = frozenset({"math_inline", "math_single", "math_inline_double"})
_BLOCK_MATH = frozenset({"math_block", "math_block_label"})
_BREAKS = frozenset({"softbreak", "hardbreak"})
_BEGINS_WITH_DEFINITION = lazy_pattern(rf"\s*{DEFINES}")
_MIN_BUDGET, _BUDGET_BY_CHARACTER = 200_000, 20  # tokens that the macros of a file may put into it


class FormulaReader:
    """Reads the formulas of one source in order, with the macros that are in force at each."""

    def __init__(self, source: Source, front_matter: FrontMatter) -> None:
        self.path = source.path
        self.diagnostics: dict[tuple[int, str], Diagnostic] = {}
        self.scope = new_scope(_MIN_BUDGET + _BUDGET_BY_CHARACTER * len(source.text))
        self.define(source.macros, 0)
        for line, macro in front_matter_macros(front_matter.text, is_toml=front_matter.is_toml):
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
        kept = [child for child in token.children or () if child.content or child.type not in _INLINE_MATH]
        if token.children and not kept:
            token.content = ""  # only definitions
        token.children = kept

    def only_defines(self, text: str) -> bool:
        """Take over the definitions of a paragraph that holds nothing else, as Pandoc reads it."""
        trial = MacroScope(self.scope.macros, {}, self.scope.budget)
        with suppress(FormulaError):
            if not trial.expand(text):
                self.scope.expand(text)
                return True
        return False


def read_formulas(tokens: Sequence[Token], source: Source, front_matter: FrontMatter) -> tuple[Diagnostic, ...]:
    """Expand the macros in the formulas of a file, in place.

    Parameters
    ----------
    tokens : of the whole file, in order.
    source : the file, with the definitions that deck.toml makes for it.
    front_matter : that of the file, which can define more.

    Returns
    -------
    A diagnostic for each macro that cannot be expanded, and for each formula that is shown as code.
    """
    if "\\" not in source.text and "$" not in source.text:
        return ()
    if "$$" in source.text:
        show_in_lines(tokens)
    reader = FormulaReader(source, front_matter)
    line = 1
    for token in tokens:
        line = token.map[0] + 1 if token.map else line
        if token.type in _BLOCK_MATH:
            reader.block(token)
        elif token.type == "inline" and ("$" in token.content or "\\" in token.content):
            reader.inline(token, line)
    return tuple(reader.diagnostics.values())
