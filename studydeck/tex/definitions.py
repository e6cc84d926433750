"""Read definitions of macros: the tokens behind a command such as `\\newcommand` in; a name and its `Macro` out."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct

from studydeck.errors import FormulaError
from studydeck.tex.commands import functions_of
from studydeck.tex.tokens import Tokens, join, skip_spaces, take_argument, take_enclosed


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


Macros = Mapping[str, Macro]
Definition = tuple[str, Macro]


def _read_newcommand(pending: list[str], macros: Macros, command: str) -> Definition | None:
    r"""Read `\newcommand{\name}[2][default]{body}`."""
    name = _take_name(pending)
    count = "".join(take_enclosed(pending, "[") or ("0",)).strip()
    default = take_enclosed(pending, "[")
    if count not in set("0123456789") or (default is not None and count == "0"):
        raise FormulaError(f"the number of arguments of {name} is not 0 to 9")
    first = (Argument("[", default),) if default is not None else ()
    arguments = (*first, *(Argument(),) * (int(count) - len(first)))
    macro = Macro((Variant(arguments, take_argument(pending)),))
    is_defined = command == "\\providecommand" and (name in macros or functions_of(name[1:]))
    return None if is_defined else (name, macro)


def _read_def(pending: list[str], _macros: Macros, _command: str) -> Definition | None:
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
    return name, Macro((Variant(tuple(pattern), take_argument(pending)),))


def _until_group(pending: list[str]) -> Tokens:
    taken: list[str] = []
    while pending and pending[-1] != "{":
        taken.append(pending.pop())
    return tuple(token for token in taken if not token.isspace())


def _read_let(pending: list[str], macros: Macros, _command: str) -> Definition | None:
    r"""Read `\let\name=\other`: the meaning that the other one has now."""
    name = _take_name(pending)
    skip_spaces(pending)
    if pending[-1:] == ["="]:
        pending.pop()
        skip_spaces(pending)
    if not pending or pending[-1] in "{}":
        raise FormulaError(f"\\let{name} is followed by no command")
    other = pending.pop()
    return name, macros.get(other) or Macro(primitive=other)


def _read_operator(pending: list[str], _macros: Macros, _command: str) -> Definition | None:
    r"""Read `\DeclareMathOperator*{\name}{text}`."""
    star = ("*",) if _takes_star(pending) else ()
    name = _take_name(pending)
    body = ("\\operatorname", *star, "{", *take_argument(pending), "}")
    return name, Macro((Variant((), body),))


def _read_paired_delimiter(pending: list[str], _macros: Macros, _command: str) -> Definition | None:
    r"""Read `\DeclarePairedDelimiter{\name}{left}{right}`, called as `\name{x}`, `\name*{x}` or `\name[\big]{x}`."""
    name = _take_name(pending)
    left, right = take_argument(pending), take_argument(pending)
    variants = (
        Variant(("*", Argument()), ("\\left", *left, "#", "1", "\\right", *right)),
        Variant((Argument("["), Argument()), ("#", "1", *left, "#", "2", "#", "1", *right)),
        Variant((Argument(),), (*left, "#", "1", *right)),
    )
    return name, Macro(variants)


def _take_name(pending: list[str]) -> str:
    _takes_star(pending)
    name = [token for token in take_argument(pending) if not token.isspace()]
    if len(name) != 1 or len(name[0]) < 2:
        raise FormulaError(f'"{join(name)}" is not the name of a command')
    return name[0]


def _takes_star(pending: list[str]) -> bool:
    skip_spaces(pending)
    return pending[-1:] == ["*"] and bool(pending.pop())


def _skip_prefix(pending: list[str], _macros: Macros, command: str) -> Definition | None:
    r"""Skip `\global` and its like, which change nothing here."""
    skip_spaces(pending)
    if pending[-1:] and pending[-1] not in DEFINITIONS:
        raise FormulaError(f"{command} stands before no definition")
    return None


DEFINITIONS: Mapping[str, Callable[[list[str], Macros, str], Definition | None]] = {
    **dict.fromkeys(("\\newcommand", "\\renewcommand", "\\providecommand", "\\DeclareRobustCommand"), _read_newcommand),
    **dict.fromkeys(("\\def", "\\gdef", "\\edef", "\\xdef"), _read_def),
    **dict.fromkeys(("\\global", "\\long", "\\outer", "\\protected"), _skip_prefix),
    "\\let": _read_let,
    "\\DeclareMathOperator": _read_operator,
    "\\DeclarePairedDelimiter": _read_paired_delimiter,
}
