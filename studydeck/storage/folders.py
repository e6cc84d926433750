"""Walk the folders below a notes folder, without hidden ones, and name what they contain.

In: a folder. Out: its folders and files; names with `/` between folders, in Unicode normal form C.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

EXCLUDED_FOLDERS = {"node_modules", "__pycache__"}  # folders of programs, which hold no notes


def relative_name(folder: Path, path: Path) -> str:
    """Return a file's path below the folder, the same text on any locale and file system."""
    encoded = os.fsencode(path.relative_to(folder).as_posix())
    return unicodedata.normalize("NFC", encoded.decode("utf-8", "replace"))


def walk(
    folder: Path, on_error: Callable[[OSError], None] = lambda _error: None
) -> Iterator[tuple[str, list[str], list[str]]]:
    """Yield each folder with the names of its subfolders and files, without hidden folders and those of programs.

    `os.walk` alone calls itself for each level, and fails at a thousand.
    """
    folders = [str(folder)]
    while folders:
        for parent, subfolders, names in islice(os.walk(folders.pop(), onerror=on_error), 1):
            kept = [name for name in subfolders if not name.startswith(".") and name not in EXCLUDED_FOLDERS]
            folders += (str(path) for name in kept if not (path := Path(parent, name)).is_symlink())
            yield parent, kept, names
