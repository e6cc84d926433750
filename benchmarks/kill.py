"""Kill builds at random moments, and count how many left damaged files; with any damage the exit code is 1.

python -m benchmarks.kill [--kills 200] [--seed 1]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.support.killing import Killed, Start, Trial, kill_builds

STARTS: tuple[Start, ...] = ("nothing", "built")


def main() -> int:
    """Kill half of the builds in a folder that was never built, half after an edit; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    killed: list[Killed] = []
    for start in STARTS:
        with tempfile.TemporaryDirectory() as folder:
            killed += kill_builds(Trial.prepare(Path(folder), start), arguments.kills // len(STARTS), arguments.seed)
    durations = [build.seconds for build in killed]
    print(f"{len(killed)} builds were killed, {min(durations):.3f} to {max(durations):.3f} s after their start")
    for description, count in Counter(map(describe, killed)).most_common():
        print(f"{count:5} {description}")
    faults = Counter(description for build in killed for description in build.faults)
    for description, count in faults.items():
        print(f"{count:5} DAMAGED: {description}")
    damaged = sum(bool(build.faults) for build in killed)
    print(f"{damaged} of {len(killed)} left damage that the next build did not repair")
    return 1 if faults else 0


def describe(build: Killed) -> str:
    """Return a description of what a build had written when it was killed."""
    if build.ended:
        return "had ended already"
    suffix = " and a partial file" if build.part_files else ""
    if build.package_written:
        return "had written everything"
    return ("had written the ledger" if build.ledger_written else "had written nothing") + suffix


if __name__ == "__main__":
    sys.exit(main())
