"""Kill so many builds at random moments, and count what they damaged: nothing, or the exit code is 1.

python -m benchmarks.kill [--kills 200] [--seed 1]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.support.killing import Killed, Start, Trial, lives

STARTS: tuple[Start, ...] = ("nothing", "built")


def main() -> int:
    """Kill half of the builds in a folder that was never built, and half after an edit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    said = parser.parse_args()
    killed: list[Killed] = []
    for start in STARTS:
        with tempfile.TemporaryDirectory() as folder:
            killed += lives(Trial.of(Path(folder), start), said.kills // len(STARTS), said.seed)
    ages = [one.after for one in killed]
    print(f"{len(killed)} builds were killed, {min(ages):.3f} to {max(ages):.3f} s old")
    for what, number in Counter(map(moment, killed)).most_common():
        print(f"{number:5} {what}")
    wrong = Counter(what for one in killed for what in one.wrong)
    for what, number in wrong.items():
        print(f"{number:5} DAMAGED: {what}")
    damaged = sum(bool(one.wrong) for one in killed)
    print(f"{damaged} of {len(killed)} left damage, or something that the next build did not repair")
    return 1 if wrong else 0


def moment(one: Killed) -> str:
    """Say how far a build had come."""
    if one.ended:
        return "were over already"
    part = " and half a file beside it" if one.parts else ""
    if one.package_written:
        return "had written everything"
    return ("had written the ledger" if one.ledger_written else "had written nothing") + part


if __name__ == "__main__":
    sys.exit(main())
