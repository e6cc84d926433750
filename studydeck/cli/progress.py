"""The bar of a long step, with the time left; only a terminal loads it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, SpinnerColumn, Task, TextColumn
from rich.text import Text

_SOON = 1.0  # seconds that are not worth telling
_MINUTE = 60


class TimeLeft(ProgressColumn):
    """The time left: from the pace of what is counted, else from what was expected."""

    def __init__(self, expected: float) -> None:
        super().__init__()
        self._expected = expected

    def render(self, task: Task) -> Text:
        """Give the words."""
        return Text(words(task.elapsed or 0.0, self._expected, task.completed, task.total), style="dim")


def words(elapsed: float, expected: float, done: float, total: float | None) -> str:
    """Say how long a step will still take, or how long it has taken where nobody knows."""
    counted = total is not None and done > 0
    left = elapsed / done * (total - done) if total is not None and done > 0 else expected - elapsed
    if left > _SOON:
        return f"about {_time(left)} left"
    return f"{_time(elapsed)}" if not counted and elapsed > _SOON else ""


def _time(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 2 * _MINUTE else f"{seconds / _MINUTE:.0f} min"


@contextmanager
def progress_bar(what: str, expected: float) -> Iterator[Callable[[int, int], None]]:
    """Show a bar on standard error, and take it away at the end; a terminal that cannot move its cursor gets none."""
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeLeft(expected))
    with Progress(*columns, console=console, transient=True, disable=console.is_dumb_terminal) as shown:
        task = shown.add_task(what, total=None)
        yield lambda done, total: shown.update(task, completed=done, total=total)
