"""How the whole street copes with hostile notes: time at a size, twice and four times it; linear is 2, quadratic is 4.

    python -m benchmarks.hostile [--size BYTES] [--most SECONDS] [--stages] [PATTERN ...]

Every measurement runs in a process of its own, in processor time. What takes longer than `--most` is given up: `-`.
The third size may be 10 MB: `--size 2500000`.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import time
from collections.abc import Iterator
from itertools import pairwise

from benchmarks.hostile_inputs import PATTERNS, Maker


def measure(text: str, pipe: object) -> None:
    """Walk the street with one text, and send what each stage took."""
    from studydeck.build_inputs import Inputs
    from studydeck.config import Config
    from studydeck.markdown.sections import parse
    from studydeck.markdown.source import decode
    from studydeck.pipeline import build, extract_deck, pack
    from tests.support.pipeline import NOW, templates

    data, times = text.encode(), []
    del text

    def on_progress() -> None:
        times.append(time.process_time())

    try:
        on_progress()
        source = decode("notes.md", data)
        parse(source)
        on_progress()
        inputs = Inputs((source,), Config(id="d", name="D"), None, templates(), NOW)
        built = build(inputs, extract_deck((source,)))
        on_progress()
        pack(built.deck)
        on_progress()
        pipe.send([after - before for before, after in pairwise(times)])  # type: ignore[attr-defined]  # a Connection
    except BaseException as bad:  # whatever it is, it is the finding
        pipe.send(f"{type(bad).__name__}: {str(bad)[:90]}")  # type: ignore[attr-defined]  # a Connection


def timed(make: Maker, size: int, most: float) -> list[float] | str:
    """Give the seconds of the stages in a process of its own, or what went wrong."""
    ours, theirs = multiprocessing.Pipe()
    child = multiprocessing.get_context("fork").Process(target=measure, args=(make(size), theirs))
    child.start()
    theirs.close()
    try:
        return ours.recv() if ours.poll(most) else "-"
    except EOFError:
        return "died"
    finally:
        child.kill()
        child.join()


def ratios(make: Maker, size: int, most: float) -> Iterator[tuple[list[float] | str, float]]:
    """Give the stages at three sizes, each with its ratio to the one before."""
    before = 0.0
    for factor in (1, 2, 4):
        found = timed(make, size * factor, most)
        total = sum(found) if isinstance(found, list) else 0.0
        yield found, total / before if before and total else 0.0
        if isinstance(found, str):
            return
        before = total


def main() -> None:
    """Print a line a pattern: seconds at the three sizes, and how much each doubling cost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("patterns", nargs="*")
    parser.add_argument("--size", type=int, default=50_000)
    parser.add_argument("--most", type=float, default=20)
    parser.add_argument("--bad", type=float, default=2.5)
    parser.add_argument("--stages", action="store_true")
    said = parser.parse_args()
    os.environ.setdefault("PYTHONHASHSEED", "0")
    from tests.support.pipeline import templates

    templates()
    import studydeck.pipeline  # noqa: F401  # before the forks, so that no measurement pays for it

    for name, make in PATTERNS.items():
        if said.patterns and not any(one in name for one in said.patterns):
            continue
        line, worst = f"{name[:28]:28}", 0.0
        for found, ratio in ratios(make, said.size, said.most):
            if isinstance(found, str):
                line, worst = f"{line} {found}", 9.0
                break
            stages = "(" + " ".join(f"{one:.2f}" for one in found) + ")" if said.stages else ""
            line += f" {sum(found):8.2f}{stages}" + (f" x{ratio:.1f}" if ratio else "     ")
            worst = max(worst, ratio if sum(found) > 0.5 else 0.0)
        print(line + ("   <<<" if worst > said.bad else ""), flush=True)


if __name__ == "__main__":
    main()
