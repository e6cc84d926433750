"""Tables in Markdown, and the one that has what is wanted beside what is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Target:
    """A figure that has a greatest value that is wanted; both in the same unit, which may be empty."""

    name: str
    wanted: float
    measured: float
    unit: str = ""

    @property
    def is_met(self) -> bool:
        return self.measured <= self.wanted


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """Yield the lines of a table whose first column is text and whose others are figures."""
    first, *others = heads
    yield f"| {' | '.join((first, *others))} |"
    yield f"| --- |{' ---: |' * len(others)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def target_table(targets: Iterable[Target]) -> Iterator[str]:
    """Yield a table of what is wanted beside what is."""
    yield from table(
        ("", "wanted, at most", "measured", ""),
        (
            (target.name, figure(target.wanted, target.unit), figure(target.measured, target.unit), verdict(target))
            for target in targets
        ),
    )


def verdict(target: Target) -> str:
    """Return whether a target is met; a miss is in bold."""
    return "met" if target.is_met else "**missed**"


def figure(value: float, unit: str = "") -> str:
    """Return a number with as many decimals as are significant, and its unit."""
    digits = 0 if value >= 100 or value == int(value) else 1 if value >= 10 else 2
    return f"{value:,.{digits}f} {unit}".rstrip()
