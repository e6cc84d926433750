"""Regular expressions that are compiled on first use.

The package has some 690 patterns, and a build uses a third of them: those of the syntax that its notes contain. To
compile the others takes two fifths of the processor time of a small build.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any, AnyStr, Generic, cast


def lazy_pattern(source: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return a pattern like `re.compile`, which is compiled when it is first used; for constants of a module."""
    return cast("re.Pattern[AnyStr]", _LazyPattern(source, flags))


class _LazyPattern(Generic[AnyStr]):
    """Has the attributes of a compiled pattern; reading `pattern`, its source, does not compile it."""

    def __init__(self, source: AnyStr, flags: int) -> None:
        self.pattern: AnyStr = source
        self._flags = flags

    @cached_property
    def _compiled(self) -> re.Pattern[AnyStr]:
        return re.compile(self.pattern, self._flags)

    def __getattr__(self, name: str) -> Any:
        """Return an attribute of the compiled pattern, and keep it, so that the next call finds it without this one."""
        value = getattr(self._compiled, name)
        setattr(self, name, value)
        return value
