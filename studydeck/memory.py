"""What pure functions gave, kept for when they are asked the same again: a rebuild does only what an edit asks for.

Two arguments are the same if they are one object; strings, numbers and frozen sets, if they are equal. What is
remembered holds its arguments, so that no other object can take their place in memory while it lives. So a function
that is remembered must be pure, stand in a module, and give the old object where nothing changed: each stage hands on
the very values that it was handed before, and the next one finds them.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any, Final, TypeVar, TypeVarTuple

from msgspec import Struct

from studydeck import cores

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

Tick = Callable[[int, int], None]
_BY_VALUE = frozenset({str, int, frozenset})


class _Kept(Struct, gc=False):
    """What was given, for which arguments, and at which turn it was last asked for."""

    given: Any
    arguments: tuple[Any, ...]
    turn: int


class Memory:
    """Remembers what was asked for since the last turn, in one process: what another remembered would be lost."""

    def __init__(self) -> None:
        self._kept: dict[object, dict[Hashable, _Kept]] = {}
        self._turn = 0

    @property
    def processes(self) -> int:
        """How many processes may work at once."""
        return 1

    def of(self, function: Callable[[*Ts], T], *arguments: *Ts) -> T:
        """Give what a pure function gives for these arguments, remembered where it was asked before."""
        known, key = self._kept.setdefault(function, {}), tuple(map(_key, arguments))
        kept = known.get(key)
        if kept is None:
            kept = known[key] = _Kept(function(*arguments), arguments, self._turn)
        kept.turn = self._turn
        given: T = kept.given
        return given

    def each(self, function: Callable[..., T], *columns: Sequence[object], tick: Tick | None = None) -> list[T]:
        """Give what a pure function gives for the arguments that stand side by side in columns of one length.

        `tick` hears how many of how many are done.
        """
        known, turn = self._kept.setdefault(function, {}), self._turn
        keys = list(zip(*map(_keys, columns), strict=True))
        missing = {key: number for number, key in enumerate(keys) if key not in known}
        if missing:
            lacking = [[column[number] for number in missing.values()] for column in columns]
            done = _worked(function, lacking, tick)
            for key, given, arguments in zip(missing, done, zip(*lacking, strict=True), strict=True):
                known[key] = _Kept(given, arguments, turn)
        found = [known[key] for key in keys]
        for kept in found:
            kept.turn = turn
        return [kept.given for kept in found]

    def tell(self, given: T, function: Callable[[*Ts], T], *arguments: *Ts) -> None:
        """Remember what a function will give: who wrote a text need not read it again."""
        self._kept.setdefault(function, {})[tuple(map(_key, arguments))] = _Kept(given, arguments, self._turn)

    def turn(self) -> None:
        """Forget what was not asked for since the last turn."""
        now = self._turn
        for function, known in self._kept.items():
            if any(kept.turn != now for kept in known.values()):
                self._kept[function] = {key: kept for key, kept in known.items() if kept.turn == now}
        self._turn += 1


class Forgetful(Memory):
    """Remembers nothing; where it `shares`, several processes may work at once."""

    def __init__(self, *, shares: bool = False) -> None:
        super().__init__()
        self._shares = shares

    @property
    def processes(self) -> int:
        return cores.at_hand() if self._shares else 1

    def of(self, function: Callable[[*Ts], T], *arguments: *Ts) -> T:
        return function(*arguments)

    def each(self, function: Callable[..., T], *columns: Sequence[object], tick: Tick | None = None) -> list[T]:
        return _worked(function, columns, tick)

    def tell(self, given: T, function: Callable[[*Ts], T], *arguments: *Ts) -> None:
        pass


def _worked(function: Callable[..., T], columns: Sequence[Sequence[object]], tick: Tick | None) -> list[T]:
    if tick is None:
        return list(map(function, *columns))
    given: list[T] = []
    for arguments in zip(*columns, strict=True):
        given.append(function(*arguments))
        tick(len(given), len(columns[0]))
    return given


def _key(one: object) -> Hashable:
    # A number stands in a tuple of its own: bare, it could be the identity of an object.
    if (kind := type(one)) not in _BY_VALUE:
        return id(one)
    return (one,) if kind is int else one


def _keys(column: Sequence[object]) -> Iterable[Hashable]:
    """Give the keys of a column, nearly always of objects alone."""
    return map(id, column) if _BY_VALUE.isdisjoint(map(type, column)) else map(_key, column)


FORGETFUL: Final = Forgetful()
