"""Paths of files: which of one name is the nearest, as Obsidian finds them; names without the ids of Notion's export.

In: paths. Out: a key to order them by, or names.
"""

from __future__ import annotations

from itertools import takewhile

from studydeck.patterns import lazy_pattern

_SHORTEST_ID = 32  # characters
# The id of a page at the end of its name, and those of the archive in the names of its folders.
_EXPORT_ID = lazy_pattern(
    r"(?:^|[ _-])(?:[0-9a-f]{32}"  # of a page
    r"|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?=$|[ _])"  # of an archive
)


def nearness(path: str, other: str, *, exact: bool = False) -> tuple[bool, int, int, str]:
    """Return a key by which files of one name are ordered for a link in `path`: the nearest is the least.

    First an `exact` path from the root, then the most common folders, then the fewest folders, then the name.
    """
    folders, other_folders = path.split("/")[:-1], other.split("/")[:-1]
    common = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(folders, other_folders, strict=False)))
    return not exact, -common, len(other_folders), other


def without_export_id(name: str) -> str:
    """Return the name of a file or folder without the ids that Notion adds when it exports pages."""
    if len(name) < _SHORTEST_ID or not _EXPORT_ID.search(name):
        return name
    return _EXPORT_ID.sub("", name).strip(" _-") or name
