"""The progress bar of a step, with the time left; imported on a terminal only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, SpinnerColumn, Task, TextColumn
from rich.text import Text

_SHORT = 1.0  # seconds; shorter times are not shown
_MINUTE = 60


class TimeLeft(ProgressColumn):
    """The time left: from the progress so far if there is any, else from the expected time.

    rich's TimeRemainingColumn shows nothing for a step that cannot be counted, such as "building" and "packing", whose
    expected time is known (`test_remaining_time_is_estimated_from_progress_or_expectation`).
    """

    def __init__(self, expected: float) -> None:
        super().__init__()
        self._expected = expected

    def render(self, task: Task) -> Text:
        """Return the text of the column."""
        return Text(time_left_text(task.elapsed or 0.0, self._expected, task.completed, task.total), style="dim")


def time_left_text(elapsed: float, expected: float, done: float, total: float | None) -> str:
    """Return the text for the time left, or for the time elapsed if the time left is unknown; times in seconds."""
    has_progress = total is not None and done > 0
    left = elapsed / done * (total - done) if total is not None and done > 0 else expected - elapsed
    if left > _SHORT:
        return f"about {_duration(left)} left"
    return f"{_duration(elapsed)}" if not has_progress and elapsed > _SHORT else ""


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 2 * _MINUTE else f"{seconds / _MINUTE:.0f} min"


@contextmanager
def progress_bar(step: str, expected: float) -> Iterator[Callable[[int, int], None]]:
    """Show a bar on standard error and remove it at the end; a dumb terminal gets none."""
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), BarColumn(), TimeLeft(expected))
    with Progress(*columns, console=console, transient=True, disable=console.is_dumb_terminal) as progress:
        task = progress.add_task(step, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
