"""Hear of every save: what editors do to files, and people to folders."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from studydeck import storage
from studydeck.media import SUFFIXES

# Editors save in several steps; what comes within this time is one save.
_DEBOUNCE = 300  # milliseconds
_GLANCE = 200  # milliseconds after which it is looked whether the folders are still the same
_AWAY = 0.3  # seconds between two looks for a folder that is missing
_KINDS = {*storage.MARKDOWN, *(f".{suffix}" for suffix in SUFFIXES), ".html", ".css", ".js", ".toml", ".jsonl", ""}


def watch_saves(folders: Sequence[Path], stop: threading.Event, ours: Callable[[Path], bool]) -> Iterator[None]:
    """Tell of the start, of every save of a file that counts, and every moment that the first folder is missing.

    A file that is `ours` was written by whoever listens, and is no save.
    """
    from watchfiles import Change, watch  # no other command needs it

    while not stop.is_set():
        roots = _identities(folders)
        if folders[0] not in roots:
            yield
            stop.wait(_AWAY)
            continue
        fresh, watched = True, [one.resolve() for one in roots]
        try:
            for changes in watch(
                *watched,
                watch_filter=None,
                debounce=_DEBOUNCE,
                rust_timeout=_GLANCE,
                yield_on_timeout=True,
                stop_event=stop,
            ):
                paths = [Path(path) for _, path in changes]
                if fresh or any(_counts(path, watched) and not ours(path) for path in paths):
                    yield
                fresh = False
                retired = any(change == Change.deleted for change, path in changes if Path(path) in watched)
                if retired or _identities(folders) != roots:
                    break  # another folder may stand in its place now
        except FileNotFoundError:
            continue  # it went between two looks


def _identities(folders: Sequence[Path]) -> dict[Path, tuple[int, int]]:
    """Give the folders that are there, and what tells each from another of its name."""
    found = {}
    for one in folders:
        with suppress(OSError):
            about = one.stat()
            found[one] = (about.st_dev, about.st_ino)
    return found


def _counts(path: Path, folders: Sequence[Path]) -> bool:
    """Tell whether a file may matter: of a kind that is read, no editor's copy, in no hidden folder.

    What has no suffix may be a folder.
    """
    below = next((path.relative_to(one) for one in folders if path.is_relative_to(one)), path)
    hidden = any(part.startswith(".") or part in storage.EXCLUDED_FOLDERS for part in below.parts)
    file = not path.suffix and path.is_file()
    return path.suffix.lower() in _KINDS and not (hidden or file or path.name.startswith("#"))
