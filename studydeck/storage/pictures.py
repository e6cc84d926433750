"""Read the pictures, sounds and videos that notes link to; links to files outside the folder are never followed.

In: the notes folder, and links as authors wrote them. Out: the files that exist, named for the package, or their
faults.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePath, PurePosixPath

from studydeck import media
from studydeck.model.anki import Picture
from studydeck.storage.folders import relative_name, walk


def read_pictures(folder: Path, links: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], Picture]:
    """Read the pictures that the notes link to; links to files outside the folder are never followed.

    Parameters
    ----------
    folder : the notes folder.
    links : pairs of the path of a source and a picture link as written in it.

    Returns
    -------
    The pictures that exist, by their link.
    """
    root = folder.resolve()
    pictures: dict[tuple[str, str], Picture] = {}
    cache: dict[Path, Picture] = {}
    names: dict[Path, dict[str, str]] = {}
    files: dict[str, Path] | None = None  # all pictures by their paths below the folder; listed when it is needed
    by_name: dict[str, list[str]] = defaultdict(list)
    for path, target in dict.fromkeys(links):
        if picture := media.picture_of_data(target):
            pictures[path, target] = picture
            continue
        candidates = list(media.candidate_paths(path, target))
        paths = [found for name in candidates if (found := _path_by_name(folder, name, names)) is not None]
        picture = _first_picture(paths, root, cache)
        if not picture and candidates:
            if files is None:
                files = _picture_files(folder)
                for name in files:
                    by_name[name.rpartition("/")[2].casefold()].append(name)
            picture = _first_picture([files[name] for name in media.paths_by_name(path, target, by_name)], root, cache)
        if picture:
            pictures[path, target] = picture
    return pictures


def is_media_file(path: PurePath) -> bool:
    """Return whether a file is a picture, sound or video by its name."""
    return path.suffix.lower().lstrip(".") in media.MEDIA_SUFFIXES


def _picture_files(folder: Path) -> dict[str, Path]:
    """Return all pictures below a folder by their relative names, without hidden folders and those of programs."""
    files: dict[str, Path] = {}
    for parent, _subfolders, names in walk(folder):
        paths = [Path(parent, name) for name in names]
        files |= {relative_name(folder, path): path for path in paths if is_media_file(path)}
    return files


def _first_picture(paths: Iterable[Path], root: Path, cache: dict[Path, Picture]) -> Picture | None:
    """Return the first picture of which the file exists, or its fault."""
    for path in paths:
        try:
            if picture := _read_picture(path, root, cache):
                return picture
        except (OSError, ValueError, RuntimeError):  # name too long, null byte, circular link: no such picture
            continue
    return None


def _read_picture(path: Path, root: Path, cache: dict[Path, Picture]) -> Picture | None:
    """Return a picture, or its fault; None if there is no file."""
    file = path.resolve()
    if not file.is_relative_to(root):
        # Whether the target of the link exists is nobody's business.
        return Picture("", b"", "", "is a link to a file outside of the notes folder") if path.is_symlink() else None
    if file.is_dir():
        return Picture("", b"", "", "is a folder")
    if not file.is_file():
        return None
    if fault := media.fault_of_name(file.name):
        return Picture("", b"", "", fault)
    if file not in cache:
        is_too_large = file.stat().st_size > media.MAX_PICTURE
        cache[file] = (
            Picture("", b"", "", media.TOO_LARGE) if is_too_large else media.read_picture(file.name, file.read_bytes())
        )
    return cache[file]


def _path_by_name(folder: Path, name: str, names: dict[Path, dict[str, str]]) -> Path | None:
    """Return the file or folder with a name below a folder, or None; `names` caches the contents of folders.

    Windows and macOS find `Cup.PNG` also as `cup.png`, and macOS writes "é" as two characters. Here the case must be
    equal and the characters need not be, so that one folder gives the same deck on every system.
    """
    path = folder
    for part in PurePosixPath(name).parts:
        if path not in names:
            try:
                entries = sorted(entry.name for entry in path.iterdir())
            except OSError:
                entries = []
            names[path] = {unicodedata.normalize("NFC", entry): entry for entry in entries}
        entry = names[path].get(unicodedata.normalize("NFC", part))
        if entry is None:
            return None
        path /= entry
    return path
