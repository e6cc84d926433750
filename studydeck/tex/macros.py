"""Expand macros: the TeX of a formula and the macros in force in, TeX without them out.

Each card stands alone in Anki, so nothing is defined there: definitions are read here and left out. Without conditions,
a macro that calls itself never ends, so it is refused; a budget limits the others, which can double their text at every
step. A macro whose name MathJax knows replaces that command.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping

from msgspec import Struct

from studydeck.errors import FormulaError
from studydeck.patterns import lazy_pattern
from studydeck.tex.commands import functions_of
from studydeck.tex.tokens import Tokens, join, skip_spaces, take_argument, take_enclosed, take_until, tokenize

MAX_STEPS = 1_000  # macros that one formula expands
MAX_TOKENS = 20_000  # that the macros of one formula put into it
_CONTROL = lazy_pattern(r"\\(?:[a-zA-Z]+|.)", re.DOTALL)


class Argument(Struct, frozen=True):
    """An argument of a macro: in braces or any token, in another enclosure, or up to a delimiter.

    Where `default` is not None, the argument may be missing.
    """

    opening: str = ""
    default: Tokens | None = None
    delimiter: Tokens = ()


class Variant(Struct, frozen=True):
    """A form in which a macro is called: arguments and the tokens between them; and what then replaces it."""

    pattern: tuple[Argument | str, ...]
    body: Tokens


class Macro(Struct, frozen=True):
    """A macro: its variants, of which the first that fits applies, or the command of MathJax that it stands for."""

    variants: tuple[Variant, ...] = ()
    primitive: str = ""


Function = Callable[[Tokens], Tokens]
Macros = Mapping[str, Macro]


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

    def define(self, name: str, macro: Macro) -> None:
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
                read(pending, self, token)
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


def _read_newcommand(pending: list[str], scope: MacroScope, command: str) -> None:
    r"""Read `\newcommand{\name}[2][default]{body}`."""
    name = _take_name(pending)
    count = "".join(take_enclosed(pending, "[") or ("0",)).strip()
    default = take_enclosed(pending, "[")
    if count not in set("0123456789") or (default is not None and count == "0"):
        raise FormulaError(f"the number of arguments of {name} is not 0 to 9")
    first = (Argument("[", default),) if default is not None else ()
    arguments = (*first, *(Argument(),) * (int(count) - len(first)))
    macro = Macro((Variant(arguments, take_argument(pending)),))
    if command != "\\providecommand" or not (name in scope.macros or functions_of(name[1:])):
        scope.define(name, macro)


def _read_def(pending: list[str], scope: MacroScope, _command: str) -> None:
    r"""Read `\def\name#1#2{body}`, also with signs before, between and behind the parameters."""
    name = _take_name(pending)
    parameters = _until_group(pending)
    pattern: list[Argument | str] = []
    position = 0
    while position < len(parameters):
        if parameters[position] != "#":
            pattern.append(parameters[position])
            position += 1
            continue
        end = position + 2
        while end < len(parameters) and parameters[end] != "#":
            end += 1
        pattern.append(Argument(delimiter=parameters[position + 2 : end]))
        position = end
    scope.define(name, Macro((Variant(tuple(pattern), take_argument(pending)),)))


def _until_group(pending: list[str]) -> Tokens:
    taken: list[str] = []
    while pending and pending[-1] != "{":
        taken.append(pending.pop())
    return tuple(token for token in taken if not token.isspace())


def _read_let(pending: list[str], scope: MacroScope, _command: str) -> None:
    r"""Read `\let\name=\other`: the meaning that the other one has now."""
    name = _take_name(pending)
    skip_spaces(pending)
    if pending[-1:] == ["="]:
        pending.pop()
        skip_spaces(pending)
    if not pending or pending[-1] in "{}":
        raise FormulaError(f"\\let{name} is followed by no command")
    other = pending.pop()
    scope.define(name, scope.macros.get(other) or Macro(primitive=other))


def _read_operator(pending: list[str], scope: MacroScope, _command: str) -> None:
    r"""Read `\DeclareMathOperator*{\name}{text}`."""
    star = ("*",) if _takes_star(pending) else ()
    name = _take_name(pending)
    body = ("\\operatorname", *star, "{", *take_argument(pending), "}")
    scope.define(name, Macro((Variant((), body),)))


def _read_paired_delimiter(pending: list[str], scope: MacroScope, _command: str) -> None:
    r"""Read `\DeclarePairedDelimiter{\name}{left}{right}`, called as `\name{x}`, `\name*{x}` or `\name[\big]{x}`."""
    name = _take_name(pending)
    left, right = take_argument(pending), take_argument(pending)
    variants = (
        Variant(("*", Argument()), ("\\left", *left, "#", "1", "\\right", *right)),
        Variant((Argument("["), Argument()), ("#", "1", *left, "#", "2", "#", "1", *right)),
        Variant((Argument(),), (*left, "#", "1", *right)),
    )
    scope.define(name, Macro(variants))


def _take_name(pending: list[str]) -> str:
    _takes_star(pending)
    name = [token for token in take_argument(pending) if not token.isspace()]
    if len(name) != 1 or len(name[0]) < 2:
        raise FormulaError(f'"{join(name)}" is not the name of a command')
    return name[0]


def _takes_star(pending: list[str]) -> bool:
    skip_spaces(pending)
    return pending[-1:] == ["*"] and bool(pending.pop())


def _skip_prefix(pending: list[str], _scope: MacroScope, command: str) -> None:
    r"""Skip `\global` and its like, which change nothing here."""
    skip_spaces(pending)
    if pending[-1:] and pending[-1] not in DEFINITIONS:
        raise FormulaError(f"{command} stands before no definition")


DEFINITIONS: Mapping[str, Callable[[list[str], MacroScope, str], None]] = {
    **dict.fromkeys(("\\newcommand", "\\renewcommand", "\\providecommand", "\\DeclareRobustCommand"), _read_newcommand),
    **dict.fromkeys(("\\def", "\\gdef", "\\edef", "\\xdef"), _read_def),
    **dict.fromkeys(("\\global", "\\long", "\\outer", "\\protected"), _skip_prefix),
    "\\let": _read_let,
    "\\DeclareMathOperator": _read_operator,
    "\\DeclarePairedDelimiter": _read_paired_delimiter,
}


def _clean(text: str) -> str:
    """Return a text as those of files are: in NFC, which Anki gives to all fields, and without control characters."""
    return unicodedata.normalize(
        "NFC", "".join(" " if ord(sign) < 32 or 127 <= ord(sign) < 160 else sign for sign in text)
    )


def definition(name: str, value: object) -> str:
    r"""Return a definition in TeX for a macro of deck.toml or of front matter.

    Parameters
    ----------
    name : its name, with or without the backslash.
    value : what it stands for, with #1 to #9 for its arguments; or a list of that, the number of its arguments, and the
        first one where it is left out.

    Raises
    ------
    FormulaError : if the name or the value has another form.
    """
    word = name.strip().removeprefix("\\")
    values = value if isinstance(value, list) else [value]
    parts = [_clean(part) if isinstance(part, str) else part for part in values]
    match parts:
        case [str(body)]:
            count, default = max([0, *map(int, re.findall(r"(?<![\\#])#([1-9])", body))]), None
        case [str(body), int(count)]:
            default = None
        case [str(body), int(count), str(default)]:
            pass
        case _:
            raise FormulaError(f"\\{word} needs text in quotes, or [text, number of arguments, first argument]")
    if not re.fullmatch("[a-zA-Z]+", word):
        raise FormulaError(f'"{name}" is not the name of a macro: it has other signs than letters')
    if not 0 <= count <= 9:
        raise FormulaError(f"\\{word} has {count} arguments; at most 9 are possible")
    for text in (body, default or ""):
        if tokenize(f"{{{text}}}") != ("{", *take_argument(list(reversed(tokenize(f"{{{text}}}")))), "}"):
            raise FormulaError(f"the braces of \\{word} are not balanced")
    first = "" if default is None else f"[{{{default}}}]" if "]" in default else f"[{default}]"
    return f"\\newcommand{{\\{word}}}[{count}]{first}{{{body}}}"
