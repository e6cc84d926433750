"""Macros of LaTeX packages that MathJax in Anki lacks, as a table: packages.toml."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from studydeck.patterns import lazy_pattern
from studydeck.tex.definitions import Argument, Macro, Macros, Variant
from studydeck.tex.macros import Function, MacroScope
from studydeck.tex.tokens import tokenize
from studydeck.tex.units import angle, number, unit

_CALL = lazy_pattern(r"(\\[a-zA-Z]+)((?:\*|#|\{\}|\[\]|\(\)|\|\|)*)")
_PIECE = lazy_pattern(r"\*|#|\{\}|\[\]|\(\)|\|\|")
FUNCTIONS: dict[str, Function] = {"\\num": number, "\\si": unit, "\\unit": unit, "\\ang": angle}


@cache
def package_macros() -> Macros:
    """Return the macros of all packages by name."""
    variants: dict[str, list[Variant]] = {}
    for macros in tomllib.loads(files("studydeck.tex").joinpath("packages.toml").read_text("utf-8")).values():
        for call, body in macros.items():
            match = _CALL.fullmatch(call)
            assert match, call
            pieces = _PIECE.findall(match[2])
            pattern = tuple(piece if piece == "*" else Argument(piece[0].replace("#", "")) for piece in pieces)
            variants.setdefault(match[1], []).append(Variant(pattern, tokenize(body)))
    return {name: Macro(tuple(forms)) for name, forms in variants.items()}


def new_scope(budget: int) -> MacroScope:
    """Return a scope with the macros of the packages."""
    return MacroScope(package_macros(), FUNCTIONS, budget)
