"""Measure processes: their processor time, elapsed time and memory, in rounds in which all take turns."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parent.parent
STAGES = (sys.executable, "-m", "benchmarks.stages")
# Some containers set this variable: then this package would be compiled each time, but not the libraries.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}

_LONGEST = 3_600.0  # seconds


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of a process: processor time and elapsed time in seconds, peak memory in MB; and its output."""

    spent: float
    clock: float
    peak: float
    output: str

    def without(self, spent: float, clock: float) -> Cost:
        """Return the cost without a part of it that is not to be counted."""
        return Cost(self.spent - spent, self.clock - clock, self.peak, self.output)


Run = Callable[[], Cost]
Rounds = Mapping[str, Sequence[Cost]]  # for each name its costs, one a round
SPENT, CLOCK, PEAK = attrgetter("spent"), attrgetter("clock"), attrgetter("peak")


class FailedError(Exception):
    """A command that was measured failed."""


def cost(*command: str | Path, folder: Path = ROOT, errors: int | None = None, longest: float = _LONGEST) -> Cost:
    """Run a command in a folder, and return its cost.

    Parameters
    ----------
    command : the program and its arguments.
    folder : where it runs.
    errors : where its error output goes, as for `Popen`.
    longest : the seconds after which it is stopped.

    Raises
    ------
    FailedError : if its exit code is not 0, or it was stopped.
    """
    start = time.perf_counter()
    arguments = list(map(str, command))
    with subprocess.Popen(  # noqa: S603  # ours
        arguments, stdout=subprocess.PIPE, stderr=errors, text=True, cwd=folder, env=ENVIRONMENT
    ) as child:
        assert child.stdout
        timer = threading.Timer(longest, child.kill)
        timer.start()
        output = child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
        timer.cancel()
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode == -signal.SIGKILL:
        raise FailedError(f"was not done after {longest:.0f} s, and was stopped")
    if child.returncode:
        raise FailedError(f"{' '.join(arguments)}: exit code {child.returncode}")
    return Cost(usage.ru_utime + usage.ru_stime, time.perf_counter() - start, usage.ru_maxrss / 1024, output)


def build(notes: Path) -> Cost:
    """Run the build command on a folder, which gets the package too, and return its cost."""
    command = (sys.executable, ROOT / "build_deck.py", "--notes", notes, "--out", notes / "out", "--quiet")
    return cost(*command, errors=subprocess.DEVNULL)  # warnings about notes that nobody wrote


def floor(notes: Path) -> Cost:
    """Parse notes and write their rows with the two libraries alone; return the cost without that of loading rows."""
    whole = cost(*STAGES, "floor", notes)
    parts = json.loads(whole.output)
    return whole.without(parts["loading"], parts["loading_clock"])


def in_turns(runs: Mapping[str, Run], rounds: int) -> dict[str, list[Cost]]:
    """Run all in turns, each round in another order, so that other work on the machine meets them alike."""
    costs: dict[str, list[Cost]] = {name: [] for name in runs}
    for names in orders([*runs], rounds):
        for name in names:
            costs[name].append(runs[name]())
    return costs


def orders(names: Sequence[str], rounds: int) -> Iterator[list[str]]:
    """Yield for each round the order of its runs: every other one is backwards."""
    for number in range(rounds):
        yield [*reversed(names)] if number % 2 else [*names]


def middle(costs: Sequence[Cost], value: Callable[[Cost], float]) -> float:
    """Return the median of a value of costs."""
    return median(map(value, costs))


def ratio(costs: Rounds, name: str, other: str, value: Callable[[Cost], float]) -> float:
    """Return the median over all rounds of how many times as much one run cost as the other in the same round."""
    return median(value(cost) / value(other_cost) for cost, other_cost in zip(costs[name], costs[other], strict=True))
