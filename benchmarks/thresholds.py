"""Replay the history of notes, and count for several values of each measured threshold what the matching keeps.

    python -m benchmarks.thresholds FOLDER... [--commits 200] [--only NAME ...] [--every 3]

Each FOLDER is a git repository of Markdown notes; it is only read. For each commit and its first parent, the changed
files are extracted and matched. To see which pairs are wrong, every third note that is unchanged and unique loses its
partner: it is removed from one of the two builds. Equal texts alone decide what is right:

    kept      an edited note is matched to the note in its place: between equal notes, as many replace as many
    lost      an edited note is matched to nothing
    other     an edited note is matched to another note
    mistaken  a note whose equal was removed is matched to another note, of as many as `removed` says

An edit that puts another fact in the place of a note counts as edited, too, and so it may rightly be lost. Of two
values, the better one keeps more for as few mistaken notes. The value in use is marked with `*`.
"""

from __future__ import annotations

import argparse
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import get_type_hints

from msgspec.structs import replace

from studydeck.identity.assign import outline_of
from studydeck.identity.matching import thresholds
from studydeck.identity.matching.outline import NoteKey, Outline
from studydeck.identity.matching.passes import match
from studydeck.markdown.source import clean
from studydeck.model.anki import Kind
from studydeck.model.document import Source
from studydeck.pipeline import extract_deck

_PATTERNS = ("*.md", "*.markdown")
_SHARES = (0.0, 0.5, 1.0, 1.5, 2.0)  # of a margin or of an extra
_DISTANCES = (-0.08, -0.04, 0.0, 0.04, 0.08)  # from a minimum score
_MIN_SCORE = 0.5  # from here on a value is a minimum score
_COLUMNS = ("kept", "lost", "other", "mistaken")


@dataclass(frozen=True, slots=True)
class Trial:
    """Two builds to match: old -> new numbers of edited notes, and the numbers of notes whose equal was removed."""

    old: Outline
    new: Outline
    edited: dict[int, int]
    removed_old: frozenset[int]
    removed_new: frozenset[int]


def main() -> None:
    """Print a table for each measured threshold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--commits", type=int, default=200, help="how many of the last commits of each folder")
    parser.add_argument("--only", nargs="+", metavar="NAME", default=(), help="only these thresholds")
    parser.add_argument("--every", type=int, default=3, help="remove the equal of every nth unchanged note")
    arguments = parser.parse_args()
    trials = [
        make_trial(old, new, arguments.every)
        for folder in arguments.folders
        for old, new in builds(folder, arguments.commits)
    ]
    edited = sum(len(trial.edited) for trial in trials)
    removed = sum(len(trial.removed_old) + len(trial.removed_new) for trial in trials)
    print(f"{len(trials)} commits, {edited} edited notes, {removed} removed")
    in_use = count(trials)
    for name, value in measured():
        if arguments.only and name not in arguments.only:
            continue
        print(f"\n| {name} | {' | '.join(_COLUMNS)} |\n|{' ---: |' * (len(_COLUMNS) + 1)}")
        for other in values_around(value):
            with threshold(name, other):
                counts = in_use if other == value else count(trials)
            mark = "*" if other == value else ""
            print(f"| {other:g}{mark} | {' | '.join(str(counts[column]) for column in _COLUMNS)} |", flush=True)


def measured() -> Iterator[tuple[str, float]]:
    """Yield the names and the values of the thresholds whose source is this benchmark."""
    for name, annotation in get_type_hints(thresholds, include_extras=True).items():
        if thresholds.MEASURED in annotation.__metadata__:
            yield name, getattr(thresholds, name)


def values_around(value: float) -> list[float]:
    """Return the values to try for a threshold, the one in use among them."""
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


def count(trials: Sequence[Trial]) -> Counter[str]:
    """Match all trials, and count the notes of each column."""
    counts: Counter[str] = Counter()
    for trial in trials:
        old_of_new = match(trial.old, trial.new).note_keys
        new_of_old = {old: new for new, old in old_of_new.items()}
        for old, new in trial.edited.items():
            partner = new_of_old.get(old, -1)
            counts["kept" if partner == new else "lost" if partner < 0 else "other"] += 1
        counts["mistaken"] += len(trial.removed_old & new_of_old.keys()) + len(trial.removed_new & old_of_new.keys())
    return counts


def make_trial(old: Outline, new: Outline, every: int) -> Trial:
    """Remove every nth unchanged note from one of two builds, alternately, and find the notes that were edited."""
    old_texts, new_texts = (Counter((key.kind, key.text) for key in build.note_keys) for build in (old, new))
    unchanged = [text for text, times in old_texts.items() if times == 1 == new_texts[text]]
    from_new, from_old = set(unchanged[::every][::2]), set(unchanged[::every][1::2])
    edited = {
        before: after
        for before, after in _edited(old, new)
        if _key(old, before) not in new_texts and _key(new, after) not in old_texts
    }
    kept_old, kept_new = _numbers_without(old, from_old), _numbers_without(new, from_new)
    old, new = _selected(old, kept_old), _selected(new, kept_new)
    return Trial(
        old,
        new,
        {kept_old[before]: kept_new[after] for before, after in edited.items()},
        frozenset(n for n, key in enumerate(old.note_keys) if (key.kind, key.text) in from_new),
        frozenset(n for n, key in enumerate(new.note_keys) if (key.kind, key.text) in from_old),
    )


def _numbers_without(build: Outline, texts: set[tuple[Kind, str]]) -> dict[int, int]:
    """Return number -> number without the notes of some texts, for all others."""
    kept = (number for number, key in enumerate(build.note_keys) if (key.kind, key.text) not in texts)
    return {number: position for position, number in enumerate(kept)}


def _selected(build: Outline, numbers: Iterable[int]) -> Outline:
    return replace(build, note_keys=tuple([build.note_keys[number] for number in numbers]))


def _edited(old: Outline, new: Outline) -> Iterator[tuple[int, int]]:
    """Yield the notes of both builds that stand in one place, as many as before, and differ."""
    new_by_file = _by_file(new)
    for file, old_notes in _by_file(old).items():
        new_notes = new_by_file.get(file, [])
        old_keys, new_keys = [_key(old, n) for n in old_notes], [_key(new, n) for n in new_notes]
        for kind, start, end, new_start, new_end in SequenceMatcher(None, old_keys, new_keys, False).get_opcodes():
            if kind == "replace" and end - start == new_end - new_start:
                pairs = zip(range(start, end), range(new_start, new_end), strict=True)
                yield from (
                    (old_notes[before], new_notes[after])
                    for before, after in pairs
                    if old_keys[before][0] == new_keys[after][0]
                )


def _by_file(build: Outline) -> dict[str, list[int]]:
    notes: dict[str, list[int]] = {}
    for number, key in enumerate(build.note_keys):
        notes.setdefault(build.section_keys[key.section].file, []).append(number)
    return notes


def _key(build: Outline, note: int) -> tuple[Kind, str]:
    return build.note_keys[note].kind, build.note_keys[note].text


def builds(folder: Path, commits: int) -> Iterator[tuple[Outline, Outline]]:
    """Yield the notes of the changed files before and after each of the last commits, the newest first."""
    log = _git(folder, "log", "--first-parent", "--no-merges", "--format=%H %P", f"-n{commits}", "--", *_PATTERNS)
    for commit, parent, *_ in map(str.split, filter(lambda line: " " in line.strip(), log.splitlines())):
        difference = ("diff", "--name-only", "--no-renames", "-z", parent, commit, "--", *_PATTERNS)
        paths = sorted(filter(None, _git(folder, *difference).split("\0")))
        old, new = _outline(folder, parent, paths), _outline(folder, commit, paths)
        if old.note_keys and new.note_keys:
            yield replace(old, note_keys=tuple(map(_as_in_ledger, old.note_keys))), new


def _as_in_ledger(key: NoteKey) -> NoteKey:
    return NoteKey(key.section, key.kind, key.text, key.pin)


def _outline(folder: Path, commit: str, paths: Sequence[str]) -> Outline:
    texts = ((path, _git(folder, "show", f"{commit}:{path}")) for path in paths)
    extracted = extract_deck([Source(path, clean(text)) for path, text in texts if text.strip()])
    return outline_of(extracted.drafts, extracted.sections)


def _git(folder: Path, *arguments: str) -> str:
    """Return what a git command prints, or an empty text if it fails: a file that a commit does not have."""
    command = ["git", "-C", str(folder), *arguments]
    result = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 -- the user's own git and folder
    return result.stdout.decode(errors="replace") if result.returncode == 0 else ""


if __name__ == "__main__":
    main()
