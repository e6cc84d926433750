"""Quantities as the package siunitx writes them: the argument of `\\num`, `\\si` or `\\ang` in, TeX out."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

from studydeck.patterns import lazy_pattern
from studydeck.tex.tokens import Tokens, join, take_argument, tokenize

_EXPONENT = lazy_pattern(r"\s*([^eEdD]*?)\s*[eEdD]\s*([+-]?\s*\d+)\s*")
_POWERS = {"\\square": "2", "\\cubic": "3", "\\squared": "2", "\\cubed": "3"}


@cache
def _symbols() -> tuple[dict[str, str], dict[str, str]]:
    """Return the symbols of prefixes and of units, by command."""
    tables = tomllib.loads(files("studydeck.tex").joinpath("units.toml").read_text("utf-8"))
    prefixes, units = ({f"\\{name}": symbol for name, symbol in tables[kind].items()} for kind in ("prefixes", "units"))
    return prefixes, units


def number(argument: Tokens) -> Tokens:
    """Return a number: "1.5e-3" as 1.5 times a power of ten, "1 +- 2" with its sign."""
    text = join(argument).replace("+-", "\\pm ")
    if match := _EXPONENT.fullmatch(text):
        power = f"10^{{{match[2].replace(' ', '')}}}"
        text = f"{match[1]} \\times {power}" if match[1] else power
    return tokenize(f"{{{text.replace(',', '{,}')}}}")


def angle(argument: Tokens) -> Tokens:
    """Return an angle: degrees, or degrees, minutes and seconds with semicolons between them."""
    parts = join(argument).split(";")
    return tokenize("".join(part + sign for part, sign in zip(parts, ("^{\\circ}", "'", "''"), strict=False) if part))


def unit(argument: Tokens) -> Tokens:
    r"""Return a unit: `\kilo\metre\per\second\squared` or `km.s^{-2}`."""
    prefixes, units = _symbols()
    pending = list(reversed(argument))
    factors: list[list[str]] = []  # symbol and exponent
    prefix, exponent, sign = "", "", ""
    while pending:
        token = pending.pop()
        if token == "\\per":
            sign = "-"
        elif token in {"\\square", "\\cubic"}:
            exponent = _POWERS[token]
        elif token in _POWERS or token in {"\\tothe", "\\raiseto"}:
            power = _POWERS.get(token) or join(take_argument(pending))
            if token == "\\raiseto":
                exponent = power
            elif factors:
                factors[-1][1] = ("-" if factors[-1][1].startswith("-") else "") + power
        elif token in prefixes:
            prefix += prefixes[token]
        elif token in units:
            factors.append([prefix + units[token], sign + (exponent or "1")])
            prefix = exponent = sign = ""
        else:
            return tokenize(f"\\mathrm{{{_separated(join(argument))}}}")
    if prefix:
        factors.append([prefix, "1"])
    return tokenize(
        "\\,".join(f"\\mathrm{{{symbol}}}" + (f"^{{{power}}}" if power != "1" else "") for symbol, power in factors)
    )


def _separated(text: str) -> str:
    """Return a unit in letters with a thin space for each dot between two units."""
    return re.sub(r"\s*[.~]\s*", r"\\,", text)
