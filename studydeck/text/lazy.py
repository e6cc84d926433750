"""Compute a value of a text, or of a section, once.

In: a function of a text. Out: the same function, which keeps its result in the text: all rules that ask share it, and
it goes when the text goes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from studydeck.model.document import Section, Text

Argument = TypeVar("Argument", Text, Text | str, Section)
Value = TypeVar("Value")


def lazy(function: Callable[[Argument], Value]) -> Callable[[Argument], Value]:
    """Make a function of a text compute its result once for each text; a decorator.

    The function may take a string as well, whose result is not kept.
    """
    key = f"{function.__module__}.{function.__qualname__}"

    def value_of(text: Argument) -> Value:
        if isinstance(text, str):
            return function(text)
        values: dict[str, Value] = text.__dict__
        if key in values:
            return values[key]
        value = values[key] = function(text)
        return value

    value_of.__doc__ = function.__doc__
    return value_of


def plain_words(text: Text | str) -> str:
    """Return a string itself, and a text as one line."""
    return text if isinstance(text, str) else text.plain
