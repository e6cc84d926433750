"""Select the files of a notes folder that a build reads: patterns and paths in, the reason why a file is left out, out.

The patterns of deck.toml are those of .gitignore. What sync tools, editors and note-taking programs put beside the
notes is left out by default; `include` in deck.toml takes it in.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from studydeck.patterns import lazy_pattern
from studydeck.text.folder_names import is_in_template_folder, is_personal_folder
from studydeck.text.word_list_files import alternatives

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

EXCLUDED = "exclude in deck.toml"
_SYNC_COPY = lazy_pattern(
    rf"""
    \.sync-conflict-\d[^/]*$                                             # Syncthing
    | \([^/()]*{alternatives("conflicted_copies")}[^/()]*\)[^/]*$         # Dropbox, Nextcloud, Obsidian Sync
    | \(SFConflict[ ][^/]*$                                              # Seafile
    | _conflict-\d[^/]*$                                                 # ownCloud
    """,
    re.VERBOSE | re.IGNORECASE,
)
_BACKUP = lazy_pattern(r"(?:^|/)logseq/(?:bak|version-files)/|(?:\.bak|\.orig|~)\.md$", re.IGNORECASE)
SUGGESTED_FOLDERS = ("Journal", "Daily", "People")


def _is_sync_copy(path: str) -> bool:
    return bool(_SYNC_COPY.search(path))


def _is_backup(path: str) -> bool:
    return bool(_BACKUP.search(path))


# The words of a message -> whether a path is such a file: "3 files are left out: copies that a sync tool made".
_LEFT_OUT_BY_DEFAULT: Mapping[str, Callable[[str], bool]] = {
    "copies that a sync tool made": _is_sync_copy,
    "backups": _is_backup,
    "templates": is_in_template_folder,
}


class FileSelector:
    """Decides by patterns which files are read; paths are relative to the notes folder, with `/`, in NFC."""

    def __init__(self, exclude: Sequence[str] = (), include: Sequence[str] = ()) -> None:
        self._excluded, self._included = _spec(exclude), _spec(include)

    def reason(self, path: str) -> str:
        """Return why a file is left out, or an empty text if it is read."""
        if self._excluded and self._excluded.match_file(path):
            reason = EXCLUDED
        else:
            reason = next((name for name, applies in _LEFT_OUT_BY_DEFAULT.items() if applies(path)), "")
        return "" if reason and self._included and self._included.match_file(path) else reason


def matching(patterns: Sequence[str], paths: Sequence[str]) -> frozenset[str]:
    """Return the paths that match patterns of .gitignore."""
    spec = _spec(patterns)
    return frozenset(path for path in paths if spec.match_file(path)) if spec else frozenset()


def unused_patterns(patterns: Sequence[str], paths: Sequence[str]) -> tuple[str, ...]:
    """Return the patterns that match none of the paths, without comments and those that take files back in (`!`)."""
    return tuple(
        pattern for pattern in patterns if pattern.strip() and pattern[0] not in "!#" and not matching([pattern], paths)
    )


def personal_folders(folders: Sequence[str]) -> tuple[str, ...]:
    """Return those of the folders that, by their names, hold what people write for themselves."""
    return tuple(folder for folder in folders if is_personal_folder(folder))


def _spec(patterns: Sequence[str]) -> GitIgnoreSpec | None:
    if not patterns:
        return None
    from pathspec import GitIgnoreSpec  # imported here: most folders have no patterns

    return GitIgnoreSpec.from_lines([unicodedata.normalize("NFC", pattern) for pattern in patterns])
