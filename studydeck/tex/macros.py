"""Expand macros: the TeX of a formula and the macros in force in, TeX without them out.

Each card stands alone in Anki, so nothing is defined there: definitions are read here and left out. Without conditions,
a macro that calls itself never ends, so it is refused; a budget limits the others, which can double their text at every
step. A macro whose name MathJax knows replaces that command.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from studydeck.errors import FormulaError
from studydeck.patterns import lazy_pattern
from studydeck.tex.definitions import DEFINITIONS, Macro, Macros, Variant
from studydeck.tex.tokens import Tokens, join, skip_spaces, take_argument, take_enclosed, take_until, tokenize

MAX_STEPS = 1_000  # macros that one formula expands
MAX_TOKENS = 20_000  # that the macros of one formula put into it
_CONTROL = lazy_pattern(r"\\(?:[a-zA-Z]+|.)", re.DOTALL)


Function = Callable[[Tokens], Tokens]


def arguments_of(variant: Variant, pending: list[str]) -> list[Tokens] | None:
    """Take what a variant expects, and return its arguments; None if something else comes."""
    arguments: list[Tokens] = []
    for piece in variant.pattern:
        skip_spaces(pending)
        if isinstance(piece, str):
            if pending[-1:] != [piece]:
                return None
            pending.pop()
        elif piece.delimiter:
            arguments.append(take_until(pending, piece.delimiter))
        elif piece.opening in {"", "{"}:
            if not pending or (piece.opening and pending[-1] != piece.opening):
                return None
            arguments.append(take_argument(pending))
        else:
            enclosed = take_enclosed(pending, piece.opening)
            if enclosed is None and piece.default is None:
                return None
            arguments.append(piece.default or () if enclosed is None else enclosed)
    return arguments


def substitute(body: Tokens, arguments: list[Tokens]) -> list[str]:
    """Return the body of a macro with its arguments in place of #1 to #9; ## is a # of a definition within it."""
    result: list[str] = []
    tokens = iter(body)
    for token in tokens:
        following = next(tokens, "") if token == "#" else ""
        if following.isdecimal():
            if not 1 <= int(following) <= len(arguments):
                raise FormulaError(f"#{following} stands for no argument")
            result += arguments[int(following) - 1]
        else:
            result.append(token)
            result += (following,) if following not in {"", "#"} else ()
    return result


class MacroScope:
    """The macros in force while the formulas of a file are read in order, and what is left of the file's budget.

    Parameters
    ----------
    macros : those in force from the start, by name with the backslash.
    functions : commands that are expanded by a function of their argument.
    budget : how many tokens the macros of the file may put into its formulas.
    """

    def __init__(self, macros: Macros, functions: Mapping[str, Function], budget: int) -> None:
        self.macros, self.budget = dict(macros), budget
        self._functions, self._finite = functions, set[str]()

    def is_used(self, source: str) -> bool:
        """Return whether a formula uses a macro or defines one."""
        commands = _CONTROL.findall(source)
        return any(
            command in self.macros or command in self._functions or command in DEFINITIONS for command in commands
        )

    def _define(self, name: str, macro: Macro) -> None:
        self.macros[name] = macro
        self._finite.clear()

    def expand(self, source: str) -> str:
        """Return a formula without macros, and take over what it defines; an empty text if it only defines.

        Raises
        ------
        FormulaError : if a definition or a call is malformed, or the budget is spent.
        """
        pending = list(reversed(tokenize(source)))
        output: list[str] = []
        steps = tokens = 0
        while pending:
            token = pending.pop()
            if read := DEFINITIONS.get(token):
                if definition := read(pending, self.macros, token):
                    self._define(*definition)
            elif (replacement := self._replacement(token, pending)) is None:
                output.append(token)
            elif (macro := self.macros.get(token)) and macro.primitive:
                output += replacement
            else:
                steps, tokens = steps + 1, tokens + len(replacement)
                self.budget -= len(replacement)
                if steps > MAX_STEPS or tokens > MAX_TOKENS or self.budget < 0:
                    raise FormulaError(f"{token} and the other macros make the formula, or all of the file, too long")
                pending += reversed(replacement)
        text = join(output).strip()
        return "" if text.startswith("%") and "\n" not in text else text  # a comment behind the last definition

    def _replacement(self, token: str, pending: list[str]) -> list[str] | None:
        """Take a macro's arguments, and return what replaces it; None where the token is no macro."""
        if (macro := self.macros.get(token)) is None:
            if not (function := self._functions.get(token)):
                return None
            take_enclosed(pending, "[")  # options
            return list(function(take_argument(pending)))
        if macro.primitive:
            return [macro.primitive]
        if self._calls_itself(token, ()):
            raise FormulaError(f"{token} is defined by itself")
        for variant in macro.variants:
            trial = pending.copy()
            if (arguments := arguments_of(variant, trial)) is not None:
                pending[:] = trial
                return substitute(variant.body, arguments)
        raise FormulaError(f"an argument of {token} is missing")

    def _calls_itself(self, name: str, callers: tuple[str, ...]) -> bool:
        if name in callers:
            return True
        if name in self._finite or name not in self.macros:
            return False
        if len(callers) > 100:  # no author nests macros so deep
            return True
        called = {token for variant in self.macros[name].variants for token in variant.body if token in self.macros}
        if any(self._calls_itself(macro, (*callers, name)) for macro in called):
            return True
        self._finite.add(name)
        return False
