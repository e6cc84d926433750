"""Vary each measured threshold of matching, and count what the matching keeps and what it mistakes with each value.

    python -m benchmarks.thresholds [FOLDER ...] [--commits 60] [--only NAME ...] [--write]

A FOLDER is a git repository of Markdown notes, a folder of judged edits, or any folder of notes (see
`benchmarks/edits.py`); it is only read. The notes of this project are always measured. For each kind of edit:

    kept   edited items whose note was matched to the right note
    wrong  pairs that are mistakes: of a note that has no partner, or of an edited note with another one

In a history, an edit that puts another fact in the place of a note counts as edited, too; that note may rightly be
lost. A better value keeps more for as few wrong pairs. The value in use is marked with `*`. `--write` puts the table
into docs/explanation/matching.md.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import get_type_hints

from benchmarks.edits import KINDS, Trial, newest_commit, trials_of
from benchmarks.figures import write_figures
from studydeck.identity.matching import thresholds
from studydeck.identity.matching.passes import match

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "explanation" / "matching.md"
_SHARES = (0.0, 0.5, 1.0, 1.5, 2.0)  # of a margin or of an extra
_DISTANCES = (-0.08, -0.04, 0.0, 0.04, 0.08)  # from a minimum score
_MIN_SCORE = 0.5  # from here on a value is a minimum score

Counts = Counter[tuple[str, str]]  # (kind of edit, "kept", "wrong" or "edited")


def main() -> None:
    """Print the table of the measured thresholds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER")
    parser.add_argument("--commits", type=int, default=60, help="how many of the last commits of each repository")
    parser.add_argument("--only", nargs="+", metavar="NAME", default=(), help="these thresholds, measured ones or not")
    parser.add_argument("--write", action="store_true", help="write the table to docs/explanation/matching.md")
    arguments = parser.parse_args()
    names = arguments.only or [*measured()]
    if unknown := [name for name in names if not isinstance(getattr(thresholds, name, None), int | float)]:
        parser.error(f"not a threshold: {', '.join(unknown)}")
    folders = [ROOT / "notes", *arguments.folders]
    trials = [trial for folder in folders for trial in trials_of(folder, arguments.commits)]
    lines = []
    for line in chain(measured_on(trials, folders, arguments.commits), [""], table(trials, names)):
        print(line, flush=True)
        lines.append(line)
    if arguments.write:
        write_figures(PAGE, "".join(f"{line}\n" for line in lines))


def measured() -> Iterator[str]:
    """Yield the names of the thresholds whose source is this benchmark."""
    for name, annotation in get_type_hints(thresholds, include_extras=True).items():
        if thresholds.MEASURED in annotation.__metadata__:
            yield name


def measured_on(trials: Sequence[Trial], folders: Sequence[Path], commits: int) -> Iterator[str]:
    """Yield what the trials are, as a list: how many, of which edits, and of which histories."""
    for kind in KINDS:
        chosen = [trial for trial in trials if trial.kind == kind]
        items = sum(len(trial.edited) for trial in chosen)
        alone = sum(len(trial.removed_old) + len(trial.removed_new) for trial in chosen)
        yield f"- {kind}: {len(chosen)} pairs of builds, {items:,} edited items, {alone:,} notes without a partner"
    if newest := sorted(commit[:12] for commit in map(newest_commit, folders) if commit):
        yield f"- the last {commits} commits of each history, which ends with the commit {', '.join(newest)}"


def table(trials: Sequence[Trial], names: Sequence[str]) -> Iterator[str]:
    """Yield the table: a row for each value of each threshold, with what is kept and wrong for each kind of edit."""
    kinds = [kind for kind in KINDS if any(trial.kind == kind for trial in trials)]
    yield "| threshold | value | " + " | ".join(f"{kind}: kept | wrong" for kind in kinds) + " |"
    yield "| --- |" + " ---: |" * (1 + 2 * len(kinds))
    in_use = count(trials)
    for name in names:
        value = getattr(thresholds, name)
        for other in values_around(value):
            with threshold(name, other):
                counts = in_use if other == value else count(trials)
            cells = (f"{counts[kind, 'kept']:,} | {counts[kind, 'wrong']:,}" for kind in kinds)
            yield f"| `{name}` | {other:g}{'*' * (other == value)} | {' | '.join(cells)} |"


def values_around(value: float) -> list[float]:
    """Return the values to try for a threshold, the one in use among them."""
    if isinstance(value, int):
        return sorted({max(value // 2, 1), value, value * 2})
    if value >= _MIN_SCORE:
        return [round(value + distance, 3) for distance in _DISTANCES]
    return [value if share == 1 else round(value * share, 3) for share in _SHARES]


@contextmanager
def threshold(name: str, value: float) -> Iterator[None]:
    """Set a threshold while the context is open."""
    before = getattr(thresholds, name)
    setattr(thresholds, name, value)
    try:
        yield
    finally:
        setattr(thresholds, name, before)


def count(trials: Sequence[Trial]) -> Counts:
    """Match all trials, and count the kept items and the wrong pairs of each kind of edit."""
    counts: Counts = Counter()
    for trial in trials:
        pairs = {(old, new) for new, old in match(trial.old, trial.new).note_keys.items()}
        right = {(old, new) for olds, news in trial.edited for old in olds for new in news}
        edited_old, edited_new = {old for old, _ in right}, {new for _, new in right}
        counts[trial.kind, "kept"] += sum(
            any((old, new) in pairs for old in olds for new in news) for olds, news in trial.edited
        )
        counts[trial.kind, "wrong"] += sum(
            old in trial.removed_old or new in trial.removed_new or old in edited_old or new in edited_new
            for old, new in pairs - right
        )
    return counts


if __name__ == "__main__":
    main()
