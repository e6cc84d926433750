"""Edits of notes of which it is known what belongs together: the trials that `benchmarks.thresholds` matches.

In: a folder. Out: trials of the kinds that the folder has.

    history     a git repository: each of its last commits, before and after. To see which pairs are wrong, every third
                note that is unchanged and unique loses its partner: it is removed from one of the two builds
    judged      a folder with `cases.jsonl`: edits of which a human said which lines belong together
    artificial  any folder: of each four notes one is reworded, one is removed, one is added, and one stays as it is

A line of `cases.jsonl` is `{"id", "path_before", "path_after", "expect": [{"line_before", "line_after"}, ...]}`. The
Markdown of a case is in `cases/<id>/before` and `cases/<id>/after`.
"""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from msgspec.structs import replace

from studydeck.identity.matching.outline import NoteKey, Outline
from studydeck.identity.outlines import outline_of
from studydeck.markdown.source import clean
from studydeck.model.anki import Kind
from studydeck.model.document import Source
from studydeck.model.notes import ExtractedDeck, NoteDraft
from studydeck.pipeline import extract_deck
from studydeck.text.fingerprint import MAX_TEXT_LENGTH

Texts = Mapping[str, str]  # path -> Markdown
HISTORY, JUDGED, ARTIFICIAL = KINDS = ("history", "judged", "artificial")
_CASES = "cases.jsonl"
_SUFFIXES = (".md", ".markdown")
_PATTERNS = tuple(f"*{suffix}" for suffix in _SUFFIXES)
_MAX_ARTIFICIAL = 2_000  # the first notes of a folder, which get artificial edits
_EVERY = 3  # of the unchanged notes of a history, one in so many loses its partner


@dataclass(frozen=True, slots=True)
class Trial:
    """Two builds to match.

    Attributes
    ----------
    kind : history, judged or artificial.
    old, new : the builds.
    edited : for each edited item, the numbers of its notes before and after; mostly one of each.
    removed_old, removed_new : the numbers of notes that have no partner: to match one is a mistake.
    """

    kind: str
    old: Outline
    new: Outline
    edited: tuple[tuple[frozenset[int], frozenset[int]], ...]
    removed_old: frozenset[int] = frozenset()
    removed_new: frozenset[int] = frozenset()


def trials_of(folder: Path, commits: int) -> Iterator[Trial]:
    """Yield the trials of a folder; of a git repository, those of its last commits."""
    if (folder / _CASES).is_file():
        yield from _judged(folder)
        return
    if newest := newest_commit(folder):
        yield from (_history_trial(old, new) for old, new in _builds(folder, commits))
        paths = sorted(_git(folder, "ls-tree", "-r", "-z", "--name-only", newest).split("\0"))
        texts = _texts_at(folder, newest, [path for path in paths if path.endswith(_SUFFIXES)])
    else:
        texts = _read(folder)
    if texts:
        yield _artificial_trial(texts)


def newest_commit(folder: Path) -> str:
    """Return the newest commit of a git repository, or an empty text for another folder."""
    is_repository = (folder / ".git").exists() or (folder / "objects").is_dir()
    return _git(folder, "rev-parse", "HEAD").strip() if is_repository else ""


def _builds(folder: Path, commits: int) -> Iterator[tuple[Outline, Outline]]:
    """Yield the notes of the changed files before and after each of the last commits, the newest first."""
    log = _git(folder, "log", "--first-parent", "--no-merges", "--format=%H %P", f"-n{commits}", "--", *_PATTERNS)
    for commit, parent, *_ in map(str.split, filter(lambda line: " " in line.strip(), log.splitlines())):
        difference = ("diff", "--name-only", "--no-renames", "-z", parent, commit, "--", *_PATTERNS)
        paths = sorted(filter(None, _git(folder, *difference).split("\0")))
        old, new = (_outline(_extract(_texts_at(folder, version, paths))) for version in (parent, commit))
        if old.note_keys and new.note_keys:
            yield _as_in_ledger(old), new


def _history_trial(old: Outline, new: Outline) -> Trial:
    """Remove every third unchanged note from one of two builds, alternately, and find the notes that were edited.

    An edited note is one that stands between the same unchanged notes before and after, where as many replace as many.
    """
    old_texts, new_texts = (Counter(map(NoteKey.reading, build.note_keys)) for build in (old, new))
    unchanged = [text for text, times in old_texts.items() if times == 1 == new_texts[text]]
    from_new, from_old = set(unchanged[::_EVERY][::2]), set(unchanged[::_EVERY][1::2])
    edited = [
        (before, after)
        for before, after in _replaced(old, new)
        if old.note_keys[before].reading() not in new_texts and new.note_keys[after].reading() not in old_texts
    ]
    kept_old, kept_new = _numbers_without(old, from_old), _numbers_without(new, from_new)
    old, new = _selected(old, kept_old), _selected(new, kept_new)
    return Trial(
        HISTORY,
        old,
        new,
        tuple((frozenset({kept_old[before]}), frozenset({kept_new[after]})) for before, after in edited),
        frozenset(number for number, key in enumerate(old.note_keys) if key.reading() in from_new),
        frozenset(number for number, key in enumerate(new.note_keys) if key.reading() in from_old),
    )


def _replaced(old: Outline, new: Outline) -> Iterator[tuple[int, int]]:
    """Yield the notes of both builds that stand in one place, as many as before, and differ."""
    new_by_file = _by_file(new)
    for file, old_notes in _by_file(old).items():
        new_notes = new_by_file.get(file, [])
        old_keys = [old.note_keys[number].reading() for number in old_notes]
        new_keys = [new.note_keys[number].reading() for number in new_notes]
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


def _numbers_without(build: Outline, texts: set[tuple[Kind, str]]) -> dict[int, int]:
    """Return number -> number without the notes of some texts, for all others."""
    kept = (number for number, key in enumerate(build.note_keys) if key.reading() not in texts)
    return {number: position for position, number in enumerate(kept)}


def _judged(folder: Path) -> Iterator[Trial]:
    """Yield a trial for each line of `cases.jsonl`; items without a note before or after are left out."""
    for case in map(json.loads, (folder / _CASES).read_text("utf-8").splitlines()):
        versions = folder / "cases" / case["id"]
        before, after = _extract(_read(versions / "before")), _extract(_read(versions / "after"))
        edited = (
            (
                _notes_at(before.drafts, case["path_before"], item["line_before"]),
                _notes_at(after.drafts, case["path_after"], item["line_after"]),
            )
            for item in case["expect"]
        )
        yield Trial(
            JUDGED,
            _as_in_ledger(_outline(before)),
            _outline(after),
            tuple((old_notes, new_notes) for old_notes, new_notes in edited if old_notes and new_notes),
        )


def _notes_at(drafts: Sequence[NoteDraft], path: str, line: int) -> frozenset[int]:
    """Return the numbers of the notes that begin at a line, or else of those that contain it."""
    spans = [(number, draft.span) for number, draft in enumerate(drafts) if draft.span.path == path]
    first = frozenset(number for number, span in spans if span.line == line)
    return first or frozenset(number for number, span in spans if span.line <= line <= span.end_line)


def _artificial_trial(texts: Texts) -> Trial:
    """Edit one of two equal builds: of each four notes that are unique, reword one, remove one, and add one."""
    build = _outline(_extract(texts))
    build = replace(build, note_keys=build.note_keys[:_MAX_ARTIFICIAL])
    times = Counter(map(NoteKey.reading, build.note_keys))
    unique = [number for number, key in enumerate(build.note_keys) if times[key.reading()] == 1]
    reworded, removed, added = unique[0::4], set(unique[1::4]), set(unique[2::4])
    keys = list(build.note_keys)
    for position, number in enumerate(reworded):
        other = keys[(number + 1) % len(keys)].text
        keys[number] = replace(keys[number], text=_reword(keys[number].text, other, position), other="")
    kept_old = {number: at for at, number in enumerate(sorted({*range(len(keys))} - added))}
    kept_new = {number: at for at, number in enumerate(sorted({*range(len(keys))} - removed))}
    return Trial(
        ARTIFICIAL,
        _as_in_ledger(_selected(build, kept_old)),
        _selected(replace(build, note_keys=tuple(keys)), kept_new),
        tuple(
            (frozenset({kept_old[number]}), frozenset({kept_new[number]}))
            for number in reworded
            if keys[number].text != build.note_keys[number].text
        ),
        frozenset(kept_old[number] for number in removed),
        frozenset(kept_new[number] for number in added),
    )


def _reword(text: str, other: str, turn: int) -> str:
    """Return a text with its last part shortened, extended, misspelt or changed, by turn, with words of another one."""
    head, separator, part = text.rpartition("|")
    words, others = part.split(), sorted((word for word in other.split() if word != "|"), key=len)[-2:]
    if not words or not others:
        return text
    middle = len(words) // 2
    if turn % 4 == 0:
        words = words[: max(len(words) * 2 // 3, 1)]
    elif turn % 4 == 1:
        words = [*words[:middle], *others, *words[middle:]]
    elif turn % 4 == 2:
        longest = max(range(len(words)), key=lambda number: len(words[number]))
        words[longest] = words[longest][:-2] + words[longest][:-3:-1]
    else:
        words[middle] = others[-1]
    return f"{head}{separator}{' ' * bool(separator)}{' '.join(words)}"[:MAX_TEXT_LENGTH].rstrip()


def _selected(build: Outline, numbers: Iterable[int]) -> Outline:
    return replace(build, note_keys=tuple([build.note_keys[number] for number in numbers]))


def _as_in_ledger(build: Outline) -> Outline:
    """Return the build as a ledger keeps it: without the other readings of its notes."""
    return replace(
        build, note_keys=tuple([NoteKey(key.section, key.kind, key.text, key.pin) for key in build.note_keys])
    )


def _outline(extracted: ExtractedDeck) -> Outline:
    return outline_of(extracted.drafts, extracted.sections)


def _extract(texts: Texts) -> ExtractedDeck:
    return extract_deck([Source(path, clean(text)) for path, text in texts.items() if text.strip()])


def _read(folder: Path) -> dict[str, str]:
    paths = sorted(path for path in folder.rglob("*") if path.suffix in _SUFFIXES)
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8", errors="replace") for path in paths}


def _texts_at(folder: Path, commit: str, paths: Iterable[str]) -> Texts:
    return {path: _git(folder, "show", f"{commit}:{path}") for path in paths}


def _git(folder: Path, *arguments: str) -> str:
    """Return what a git command prints, or an empty text if it fails: a file that a commit does not have."""
    command = ["git", "-C", str(folder), *arguments]
    result = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 -- the user's own git and folder
    return result.stdout.decode(errors="replace") if result.returncode == 0 else ""
