"""The line of CI: fail where a build of 1,000 cards costs more, compared with the floor, than it did.

    python -m benchmarks.ratio [--write]

Five builds and five floors take turns; the median of the ratios of their processor time may be a quarter above the
committed one, in ratio.json. `--write` commits to the present one.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks import shapes
from benchmarks.measure import SPENT, STAGES, Cost, build, cost, floor, in_turns, ratio

COMMITTED = Path(__file__).with_suffix(".json")
CARDS, ROUNDS = 1_000, 5
MOST_GROWTH = 1.25


def measured() -> float:
    """Return how many times as much processor time a first build costs as the floor."""
    with tempfile.TemporaryDirectory() as folder:
        notes = shapes.plain(Path(folder), CARDS)
        cost(*STAGES, "stages", notes)

        def first_build() -> Cost:
            (notes / "ledger.jsonl").unlink(missing_ok=True)
            shutil.rmtree(notes / "out", ignore_errors=True)  # from which the ledger would be recovered
            return build(notes)

        os.sync()  # else a build, which waits for its files to be on the disk, waits for those of other programs, too
        runs = {"build": first_build, "floor": lambda: floor(notes)}
        in_turns(runs, 1)  # which compiles what no program has imported yet, and is not counted
        return ratio(in_turns(runs, ROUNDS), "build", "floor", SPENT)


def complaint(now: float, committed: float) -> str:
    """Return what is wrong with a ratio, or an empty text."""
    if now <= committed * MOST_GROWTH:
        return ""
    return (
        f"a build of {CARDS:,} cards costs {now:.2f} times the floor, and {committed:.2f} times is committed: "
        "python -m benchmarks.pipeline 1000 shows which stage it is"
    )


def main() -> None:
    """Compare with the committed ratio, or write it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    now = measured()
    if parser.parse_args().write:
        COMMITTED.write_text(json.dumps({"cards": CARDS, "ratio": round(now, 2)}) + "\n", "utf-8")
    committed = json.loads(COMMITTED.read_text("utf-8"))["ratio"]
    most = committed * MOST_GROWTH
    print(f"build / floor at {CARDS:,} cards: {now:.2f}, committed: {committed:.2f}, at most: {most:.2f}")
    if message := complaint(now, committed):
        sys.exit(message)


if __name__ == "__main__":
    main()
