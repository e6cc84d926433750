"""Measure the pipeline on hostile notes of one, two and four times a size: linear time gives ratio 2, quadratic 4.

    python -m benchmarks.hostile [--size BYTES] [--notes COUNT] [--most SECONDS] [--stages] [PATTERN ...]

A pattern is a file of so many bytes, or an edit of so many notes, of which the second build is measured. Each
measurement is processor time of a separate process. A process is killed after `--most` seconds, shown as `-`. The third
size may be 10 MB: `--size 2500000`.
"""

from __future__ import annotations

import argparse
import gc
import multiprocessing
import os
import time
from collections.abc import Callable, Iterator
from itertools import pairwise

from benchmarks.hostile_edits import EDITS, Notes
from benchmarks.hostile_inputs import PATTERNS
from benchmarks.hostile_notes import SHAPES

Versions = Callable[[int], tuple[Notes, ...]]  # the notes of one build, or of two builds one after the other
LEAST = 0.5  # seconds from which a ratio counts: below, most of the time is start-up
CASES: dict[str, Versions] = {
    **{name: lambda size, make=make: (make(size),) for name, make in (PATTERNS | SHAPES).items()},  # type: ignore[misc]  # a default binds the maker
    **EDITS,
}


def measure(versions: tuple[Notes, ...], sender: object) -> None:
    """Build the versions of notes, and send the seconds of each stage of the last build through a pipe."""
    from studydeck.build_inputs import Inputs
    from studydeck.config import Config
    from studydeck.markdown.sections import parse
    from studydeck.markdown.source import decode
    from studydeck.pipeline import build, extract_deck, pack
    from tests.support.pipeline import DAY, NOW, templates

    gc.disable()  # as a command does: its cost per object grows with the number of objects
    ledger, now, times = None, NOW, list[float]()

    def record_time() -> None:
        times.append(time.process_time())

    try:
        for notes in versions:
            texts = {"notes.md": notes} if isinstance(notes, str) else notes
            encoded = {path: text.encode() for path, text in texts.items()}
            times.clear()
            record_time()
            sources = tuple(decode(path, data) for path, data in sorted(encoded.items()))
            for source in sources:
                parse(source)
            record_time()
            inputs = Inputs(sources, Config(id="d", name="D"), ledger, templates(), now)
            built = build(inputs, extract_deck(sources))
            record_time()
            pack(built.deck)
            record_time()
            ledger, now = built.ledger_text, now + DAY
        sender.send([after - before for before, after in pairwise(times)])  # type: ignore[attr-defined]  # a Connection
    except BaseException as error:  # any exception is a result
        sender.send(f"{type(error).__name__}: {str(error)[:90]}")  # type: ignore[attr-defined]  # a Connection


def time_stages(make: Versions, size: int, most: float) -> list[float] | str:
    """Return the seconds of each stage, measured in a separate process, or an error message."""
    receiver, sender = multiprocessing.Pipe()
    child = multiprocessing.get_context("fork").Process(target=measure, args=(make(size), sender))
    child.start()
    sender.close()
    try:
        return receiver.recv() if receiver.poll(most) else "-"
    except EOFError:
        return "crashed"
    finally:
        child.kill()
        child.join()


def ratios(make: Versions, size: int, most: float) -> Iterator[tuple[list[float] | str, float]]:
    """Yield the stages at three sizes, each with its ratio to the size before."""
    before = 0.0
    for factor in (1, 2, 4):
        seconds = time_stages(make, size * factor, most)
        total = sum(seconds) if isinstance(seconds, list) else 0.0
        yield seconds, total / before if before and total else 0.0
        if isinstance(seconds, str):
            return
        before = total


def main() -> None:
    """Print a line for each pattern: seconds at the three sizes, and the ratio of each doubling."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("patterns", nargs="*")
    parser.add_argument("--size", type=int, default=250_000, help="of a file, in bytes")
    parser.add_argument("--notes", type=int, default=2_500, help="of an edit, a number")
    parser.add_argument("--most", type=float, default=60)
    parser.add_argument("--bad", type=float, default=2.4, help="the ratio from which a pattern is marked")
    parser.add_argument("--stages", action="store_true")
    arguments = parser.parse_args()
    os.environ.setdefault("PYTHONHASHSEED", "0")
    from tests.support.pipeline import templates

    templates()
    import studydeck.identity.matching.fuzzy
    import studydeck.pipeline  # noqa: F401  # before the forks, so that no measurement pays for it

    for name, make in CASES.items():
        if arguments.patterns and not any(part in name for part in arguments.patterns):
            continue
        line, worst = f"{name[:40]:40}", 0.0
        for seconds, ratio in ratios(make, arguments.notes if name in EDITS else arguments.size, arguments.most):
            if isinstance(seconds, str):
                line, worst = f"{line} {seconds}", 9.0
                break
            stages = "(" + " ".join(f"{stage:.2f}" for stage in seconds) + ")" if arguments.stages else ""
            line += f" {sum(seconds):8.2f}{stages}" + (f" x{ratio:.1f}" if ratio else "     ")
            worst = max(worst, ratio if sum(seconds) > LEAST else 0.0)
        print(line + ("   <<<" if worst > arguments.bad else ""), flush=True)


if __name__ == "__main__":
    main()
