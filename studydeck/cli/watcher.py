"""Watches folders for saved files, in spite of how editors write files and people replace folders."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from studydeck import storage
from studydeck.media import MEDIA_SUFFIXES

_DEBOUNCE = 300  # milliseconds; editors save in several steps, and changes within this time are one save
_FOLDER_CHECK_INTERVAL = 200  # milliseconds between checks whether the folders were replaced
_MISSING_FOLDER_DELAY = 0.3  # seconds between checks for a folder that is missing
_WATCHED_SUFFIXES = {
    *storage.MARKDOWN,
    *(f".{suffix}" for suffix in MEDIA_SUFFIXES),
    ".html",
    ".css",
    ".js",
    ".toml",
    ".jsonl",
    "",
}


def watch_saves(folders: Sequence[Path], stop: threading.Event, is_own: Callable[[Path], bool]) -> Iterator[None]:
    """Yield at the start, after every save of a relevant file, and repeatedly while the first folder is missing.

    Parameters
    ----------
    folders : the folders to watch.
    stop : ends the iterator once it is set.
    is_own : returns whether the caller itself wrote a file, which then does not count as a save.
    """
    from watchfiles import Change, watch  # no other command needs it

    while not stop.is_set():
        folder_ids = _folder_ids(folders)
        if folders[0] not in folder_ids:
            yield
            stop.wait(_MISSING_FOLDER_DELAY)
            continue
        first, watched = True, [folder.resolve() for folder in folder_ids]
        try:
            for changes in watch(
                *watched,
                watch_filter=None,
                debounce=_DEBOUNCE,
                rust_timeout=_FOLDER_CHECK_INTERVAL,
                yield_on_timeout=True,
                stop_event=stop,
            ):
                paths = [Path(path) for _, path in changes]
                if first or any(_is_relevant(path, watched) and not is_own(path) for path in paths):
                    yield
                first = False
                deleted = any(change == Change.deleted for change, path in changes if Path(path) in watched)
                if deleted or _folder_ids(folders) != folder_ids:
                    break  # another folder may have taken the place of this one
        except FileNotFoundError:
            continue  # the folder was removed between the check and the watch


def _folder_ids(folders: Sequence[Path]) -> dict[Path, tuple[int, int]]:
    """Return the device and inode of each folder that exists, which change if the folder is replaced."""
    folder_ids = {}
    for folder in folders:
        with suppress(OSError):
            status = folder.stat()
            folder_ids[folder] = (status.st_dev, status.st_ino)
    return folder_ids


def _is_relevant(path: Path, folders: Sequence[Path]) -> bool:
    """Return whether a path may affect the build: not a backup of an editor, and not in a hidden folder.

    A path without suffix counts if it is not a file, because it may be a folder.
    """
    relative = next((path.relative_to(folder) for folder in folders if path.is_relative_to(folder)), path)
    hidden = any(part.startswith(".") or part in storage.EXCLUDED_FOLDERS for part in relative.parts)
    plain_file = not path.suffix and path.is_file()
    return path.suffix.lower() in _WATCHED_SUFFIXES and not (hidden or plain_file or path.name.startswith("#"))
