"""What pure functions gave, kept for when they are asked the same again: a rebuild does only what an edit asks for.

Two arguments are the same if they are one object; strings, numbers and frozen sets, if they are equal. What is
remembered holds its arguments, so that no other object can take their place in memory while it lives. So a function
that is remembered must be pure, stand in a module, and give the old object where nothing changed: each stage hands on
the very values that it was handed before, and the next one finds them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar, TypeVarTuple

from msgspec import Struct

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

_BY_VALUE = frozenset({str, int, frozenset})


class _Kept(Struct, gc=False):
    """What was given, for which arguments, and at which turn it was last asked for."""

    given: Any
    arguments: tuple[Any, ...]
    turn: int


class Memory:
    """Remembers what was asked for since the last turn."""

    def __init__(self) -> None:
        self._kept: dict[Any, _Kept] = {}
        self._turn = 0

    def of(self, function: Callable[[*Ts], T], *arguments: *Ts) -> T:
        """Give what a pure function gives for these arguments, remembered where it was asked before."""
        key = _key(function, arguments)
        kept = self._kept.get(key)
        if kept is None:
            kept = self._kept[key] = _Kept(function(*arguments), arguments, self._turn)
        kept.turn = self._turn
        given: T = kept.given
        return given

    def tell(self, given: T, function: Callable[[*Ts], T], *arguments: *Ts) -> None:
        """Remember what a function will give: who wrote a text need not read it again."""
        self._kept[_key(function, arguments)] = _Kept(given, arguments, self._turn)

    def turn(self) -> None:
        """Forget what was not asked for since the last turn."""
        self._kept = {key: kept for key, kept in self._kept.items() if kept.turn == self._turn}
        self._turn += 1


class _Forgetful(Memory):
    """Remembers nothing."""

    def of(self, function: Callable[[*Ts], T], *arguments: *Ts) -> T:
        return function(*arguments)

    def tell(self, given: T, function: Callable[[*Ts], T], *arguments: *Ts) -> None:
        pass


def _key(function: object, arguments: tuple[object, ...]) -> tuple[object, ...]:
    # A number stands in a tuple of its own: bare, it could be the identity of an object.
    return (
        function,
        *[
            id(one) if (kind := type(one)) not in _BY_VALUE else (kind, one) if kind is int else one
            for one in arguments
        ],
    )


FORGETFUL: Final = _Forgetful()
