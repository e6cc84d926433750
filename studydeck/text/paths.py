"""Order files of one name by how near they are to the file that names them, as Obsidian finds them."""

from __future__ import annotations

from itertools import takewhile


def nearness(path: str, other: str, *, exact: bool = False) -> tuple[bool, int, int, str]:
    """Return a key by which files of one name are ordered for a link in `path`: the nearest is the least.

    First an `exact` path from the root, then the most common folders, then the fewest folders, then the name.
    """
    folders, other_folders = path.split("/")[:-1], other.split("/")[:-1]
    common = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(folders, other_folders, strict=False)))
    return not exact, -common, len(other_folders), other
