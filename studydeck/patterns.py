"""Regular expressions that are compiled on first use.

The package has some 690 patterns, and a build uses a third of them: those of the syntax that its notes contain. To
compile the others takes two fifths of the processor time of a small build.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property
from typing import Any, AnyStr, Generic, cast

_PARTS: dict[str, Callable[[], str]] = {}  # of patterns, by their names
_MARK = "\ufdd0"  # before and after the name of a part; a noncharacter, which no pattern holds


def lazy_pattern(source: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return a pattern like `re.compile`, which is compiled when it is first used; for constants of a module."""
    return cast("re.Pattern[AnyStr]", _LazyPattern(source, flags))


def later_part(name: str, make: Callable[[], str]) -> str:
    """Return what stands for a part of a lazy pattern; the part itself is made when the pattern is compiled."""
    _PARTS[name] = make
    return f"{_MARK}{name}{_MARK}"


def _with_parts(source: AnyStr) -> AnyStr:
    """Return the source of a pattern with the parts that were left for later."""
    if not isinstance(source, str):
        return source
    pieces = source.split(_MARK)  # text and name in turn
    return "".join([_PARTS[piece]() if number % 2 else piece for number, piece in enumerate(pieces)])


class _LazyPattern(Generic[AnyStr]):
    """Has the attributes of a compiled pattern; reading `pattern`, its source, does not compile it."""

    def __init__(self, source: AnyStr, flags: int) -> None:
        self.pattern: AnyStr = source
        self._flags = flags

    @cached_property
    def _compiled(self) -> re.Pattern[AnyStr]:
        return re.compile(_with_parts(self.pattern), self._flags)

    def __getattr__(self, name: str) -> Any:
        """Return an attribute of the compiled pattern, and keep it, so that the next call finds it without this one."""
        value = getattr(self._compiled, name)
        setattr(self, name, value)
        return value
