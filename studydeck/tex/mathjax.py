"""Decide what reaches MathJax in Anki: the TeX of a formula in, TeX that displays that formula and nothing else out.

A formula may use the commands and environments that `commands` allows, with arguments of the expected form. Its braces
are balanced, so that it ends where its delimiter is; it holds no other delimiters of MathJax.

In `\\text{…}` MathJax in Anki reads `$…$` and nothing else: "50\\%" would be shown with its backslash. There, signs are
written without backslashes, and a command is put between dollar signs.
"""

from __future__ import annotations

import re
from functools import cache
from math import inf

from studydeck.errors import FormulaError
from studydeck.patterns import lazy_pattern
from studydeck.tex.commands import allowed_names, functions_of, functions_of_environment, reason_refused

MAX_LENGTH = 10_000  # characters; more fit on no card
MAX_DEPTH = 60  # nested groups and environments; MathJax reads each by a recursive call
LONGEST_DIMENSION = 30.0  # em; a longer one covers other parts of the card
LONGEST_SUM = 120.0  # em of all dimensions of a formula, because they may stand one behind the other
_MAX_COLUMNS = 2  # digits

_TOKEN = lazy_pattern(r"\\(?P<command>[a-zA-Z]+|[^a-zA-Z]|\Z)|[{}$%~]", re.DOTALL)
_COMMAND = lazy_pattern(r"\\([a-zA-Z]+|[^a-zA-Z]|\Z)", re.DOTALL)
_BRACE = lazy_pattern(r"\\[\\{}]|[{}]")
_NOT_PLAIN = frozenset("$%~")
_SPACE = r"\s*+"
# The forms of arguments. None contains a brace, a quote that ends an attribute early, or a character of CSS syntax.
_COLOUR = rf"{_SPACE}(?:\[(?:rgb|RGB|gray|named)?\]{_SPACE})?\{{[\w\s.,#!-]*\}}"
_OPTIONS = rf"{_SPACE}(?:\[[\w\s.,#%=\"-]*\]|(?!\[))"
_SIZES = lazy_pattern(rf"(?:{_SPACE}\[[\w\s.+-]*\])*+(?!{_SPACE}\[)")
_FACTOR = r"\s*+-?\d?(?:\.\d{0,3})?\s*+"
_DIMENSION = lazy_pattern(r"(\d*+[.,]?\d*+)\s*(em|ex|pt|px|pc|cm|mm|in|mu)")
_EM_BY_UNIT = {"em": 1, "ex": 0.43, "pt": 0.1, "px": 0.07, "pc": 1.2, "cm": 2.85, "mm": 0.285, "in": 7.2, "mu": 0.056}
_ENVIRONMENT = lazy_pattern(rf"{_SPACE}\{{([a-zA-Z]+\*?)\}}")
_ARGUMENTS = {
    "AlignAt": lazy_pattern(rf"{_SPACE}(?:\[\w*\]{_SPACE})?\{{\s*\d{{1,{_MAX_COLUMNS}}}\s*\}}"),
    "Cancel": lazy_pattern(_OPTIONS),
    "CancelTo": lazy_pattern(_OPTIONS),
    "Color": lazy_pattern(_COLOUR),
    "ColorBox": lazy_pattern(_COLOUR),
    "Enclose": lazy_pattern(rf"{_SPACE}\{{[a-z\s]*\}}{_OPTIONS}"),
    "FColorBox": lazy_pattern(rf"{_COLOUR}{_COLOUR}"),
    "FrameBox": _SIZES,
    "MathMakeBox": _SIZES,
    "MoveRoot": lazy_pattern(rf"{_SPACE}(?:\{{\s*-?\d{{1,2}}\s*\}}|\d)"),
    "MtMultlined": _SIZES,
    "TextColor": lazy_pattern(_COLOUR),
    "UnderOverBracket": _SIZES,
    "XMathStrut": lazy_pattern(rf"(?:{_SPACE}\[{_FACTOR}\])?{_SPACE}\{{{_FACTOR}\}}"),
    "XalignAt": lazy_pattern(rf"{_SPACE}\{{\s*\d{{1,{_MAX_COLUMNS}}}\s*\}}"),
    "colortbl": lazy_pattern(_COLOUR),
}
_SHORT_LENGTH = r"\d?(?:\.\d{0,2})?\s*+[a-z]{2}"
_THICKNESS = rf"{_SPACE}(?:\{{\s*+(?:{_SHORT_LENGTH})?\s*+\}}|{_SHORT_LENGTH})"
_DELIMITER = rf"{_SPACE}(?:\{{(?:[^{{}}\\]|\\.[a-zA-Z]*+)*+\}}|\\.[a-zA-Z]*+|[^{{}}\\\s])"
_COMMAND_ARGUMENTS = {  # of commands that share their function with others
    "MoveEqLeft": lazy_pattern(rf"{_SPACE}(?:\[\s*\d{{1,2}}\s*\]|(?!\[))"),
    "above": lazy_pattern(_THICKNESS),
    "abovewithdelims": lazy_pattern(f"{_DELIMITER}{_DELIMITER}{_THICKNESS}"),
    "genfrac": lazy_pattern(f"{_DELIMITER}{_DELIMITER}{_THICKNESS}"),
    "skew": lazy_pattern(rf"{_SPACE}(?:\{{\s*-?\d{{1,2}}\s*\}}|\d)"),
}
_BRACKETS = lazy_pattern(rf"\*?(?:{_SPACE}\[[^\[\]]*\])*+")
_LENGTH = lazy_pattern(rf"{_SPACE}(?:\{{[^{{}}]*\}}|[-+.,\d\s]++[a-z]{{2}})?")
_LENGTHS = lazy_pattern(rf"{_BRACKETS.pattern}(?:{_SPACE}\{{[^{{}}]*\}})*+")
_DIMENSIONS = {  # where the dimensions among the arguments stand
    "CrLaTeX": _BRACKETS,
    "FrameBox": _BRACKETS,
    "Hskip": _LENGTH,
    "MathMakeBox": _BRACKETS,
    "MoveLeftRight": _LENGTH,
    "MtMultlined": _BRACKETS,
    "RaiseLower": _LENGTH,
    "Rule": _LENGTHS,
    "SpreadLines": _LENGTH,
    "UnderOverBracket": _BRACKETS,
    "minCDarrowheight": _LENGTH,
    "minCDarrowwidth": _LENGTH,
    "rule": _LENGTHS,
}
_WITH_TEXT = frozenset("Axiom ColorBox FBox FColorBox FrameBox HBox HandleTag Inference Label MtLap".split())
_BEFORE_TEXT = lazy_pattern(rf"\*?(?:{_SPACE}\[[^\[\]{{}}]*\])*+{_SPACE}\{{")
_LABEL = lazy_pattern(rf"{_SPACE}\{{[^{{}}\\$%]*\}}")
_COMMENT = lazy_pattern(r"%[^\n]*\n[ \t]*")
_PERCENTAGE = lazy_pattern(r"\d\Z")
_UNESCAPED_IN_TEXT = frozenset("%_&#")
_DELIMITERS = frozenset("()[]")


def tex_for_mathjax(source: str) -> str:
    """Return the TeX of a formula as MathJax in Anki should read it.

    Parameters
    ----------
    source : TeX without its delimiters, macros expanded.

    Raises
    ------
    FormulaError : if the formula uses what is not allowed, with the command, or MathJax could not find its end.
    """
    if len(source) > MAX_LENGTH:
        raise FormulaError(f"it has more than {MAX_LENGTH:,} characters")
    if _is_plain(source):
        return source
    reader = _Reader(source)
    reader.read(closing="")
    if reader.environments:
        raise FormulaError(f"\\begin{{{reader.environments[-1]}}} has no \\end{{{reader.environments[-1]}}}")
    return "".join(reader.parts)


def _is_plain(source: str) -> bool:
    """Return whether a formula holds only what MathJax reads as it stands: a fast path, for most formulas."""
    if not _plain_commands().issuperset(_COMMAND.findall(source)) or not _NOT_PLAIN.isdisjoint(source):
        return False
    depth = 0
    for brace in _BRACE.findall(source):
        depth += 1 if brace == "{" else -1 if brace == "}" else 0
        if not 0 <= depth < MAX_DEPTH:
            return False
    return not depth


@cache
def _plain_commands() -> frozenset[str]:
    """Return the allowed commands all of whose arguments are TeX."""
    others = {"BeginEnd", *_ARGUMENTS, *_DIMENSIONS, *_WITH_TEXT}
    return frozenset(
        name for name in allowed_names()[0] if name not in _COMMAND_ARGUMENTS and functions_of(name).isdisjoint(others)
    )


class _Reader:
    """Reads a formula from left to right, as MathJax does, and collects what to give to it."""

    def __init__(self, source: str) -> None:
        self.source, self.position, self.depth, self.length = source, 0, 0, 0.0
        self.parts: list[str] = []
        self.environments: list[str] = []

    def read(self, closing: str, in_text: bool = False) -> None:
        """Read up to a closing sign and past it, or to the end."""
        self.depth += 1
        if self.depth + len(self.environments) > MAX_DEPTH:
            raise FormulaError(f"it is nested more than {MAX_DEPTH} levels deep")
        while token := _TOKEN.search(self.source, self.position):
            self.parts.append(self.source[self.position : token.start()])
            self.position = token.end()
            sign = token[0]
            if sign == closing:
                self.parts.append(sign)
                self.depth -= 1
                return
            if sign == "{" or (sign == "$" and in_text):
                self.parts.append(sign)
                self.read("}" if sign == "{" else "$", in_text and sign == "{")
            elif sign == "}":
                raise FormulaError("a } closes nothing")
            elif sign == "%":
                self.parts.append(self.comment(token.start(), in_text))
            elif sign == "~" and in_text:
                self.parts.append("\u00a0")
            elif sign.startswith("\\"):
                self.command(token["command"], in_text)
            else:
                self.parts.append(sign)
        if closing:
            raise FormulaError(f"a {'{' if closing == '}' else '$'} is not closed")
        self.parts.append(self.source[self.position :])

    def comment(self, start: int, in_text: bool) -> str:
        """Skip a comment; a percent sign that begins none, because the line does not end there, stays one.

        A formula that ends after "50%" shows a percentage: a comment would hide the end of the formula, too.
        """
        if in_text:
            return "%"
        if comment := _COMMENT.match(self.source, start):
            self.position = comment.end()
            return " "
        rest = self.source[start + 1 :]
        if _PERCENTAGE.search(self.source, 0, start) or "}" in rest:
            return "\\%"
        self.position = len(self.source)
        return ""

    def command(self, name: str, in_text: bool) -> None:
        if not name:
            raise FormulaError("it ends in a backslash")
        if name in _DELIMITERS:
            raise FormulaError(f"\\{name} begins or ends another formula; write $ in \\text{{…}}")
        if name == "label" and (label := _LABEL.match(self.source, self.position)):
            self.position = label.end()  # formulas of cards have no numbers
            self.parts.append(" ")  # what stands before it does not grow by what stands behind
            return
        if name.isspace():
            self.parts.append(" " if in_text else "\\ ")
            return
        functions = functions_of(name)
        if not functions:
            raise FormulaError(reason_refused(name))
        if in_text and not (name in "{}$\\" or name in _UNESCAPED_IN_TEXT):
            self.math_in_text(name)
        elif in_text:
            self.parts.append(name if name in _UNESCAPED_IN_TEXT else f"\\{name}")
        elif "BeginEnd" in functions:
            self.environment(name)
        else:
            self.parts.append(f"\\{name}")
            self.arguments(f"\\{name}", functions, _COMMAND_ARGUMENTS.get(name))

    def math_in_text(self, name: str) -> None:
        """Put a command and its groups between dollar signs."""
        self.parts.append(f"$\\{name}")
        if "BeginEnd" in functions_of(name):
            raise FormulaError(f"\\{name} stands in a text; put it between dollar signs")
        self.arguments(f"\\{name}", functions_of(name), _COMMAND_ARGUMENTS.get(name))
        while self.source.startswith("{", self.position):
            self.position += 1
            self.parts.append("{")
            self.read("}")
        self.parts.append("$")

    def arguments(self, command: str, functions: frozenset[str], form: re.Pattern[str] | None) -> None:
        """Check the arguments that MathJax does not read as TeX, and read those that it reads as text."""
        for function in functions:
            if place := _DIMENSIONS.get(function):
                self.check_dimensions(command, place)
            pattern = form or _ARGUMENTS.get(function)
            if pattern:
                arguments = pattern.match(self.source, self.position)
                if not arguments:
                    raise FormulaError(f"an argument of {command} has another form than expected")
                if function in _WITH_TEXT or "olor" in function:
                    self.parts.append(arguments[0])
                    self.position = arguments.end()
            if function in _WITH_TEXT and (before := _BEFORE_TEXT.match(self.source, self.position)):
                self.parts.append(before[0])
                self.position = before.end()
                self.read("}", in_text=True)

    def check_dimensions(self, command: str, place: re.Pattern[str]) -> None:
        arguments = place.match(self.source, self.position)
        for number, unit in _DIMENSION.findall(arguments[0] if arguments else ""):
            value = float(number.replace(",", ".").rstrip(".") or 0) if len(number) <= 8 else inf
            length = value * _EM_BY_UNIT[unit]
            self.length += length
            if length > LONGEST_DIMENSION:
                raise FormulaError(f"{number}{unit} of {command} is longer than a card is wide")
            if self.length > LONGEST_SUM:
                raise FormulaError("all its lengths together are longer than a card is wide")

    def environment(self, command: str) -> None:
        match = _ENVIRONMENT.match(self.source, self.position)
        if not match:
            raise FormulaError(f"\\{command} names no environment")
        name = match[1]
        functions = functions_of_environment(name)
        if not functions:
            raise FormulaError(f"MathJax in Anki does not know the environment {name}")
        if command == "end" and self.environments[-1:] != [name]:
            raise FormulaError(f"\\end{{{name}}} has no \\begin{{{name}}}")
        self.parts.append(f"\\{command}{match[0]}")
        self.position = match.end()
        if command == "end":
            self.environments.pop()
        else:
            self.environments.append(name)
            self.arguments(f"\\begin{{{name}}}", functions, None)
