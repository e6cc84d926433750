"""Select the files of a notes folder that a build reads: patterns and paths in, the reason why a file is left out, out.

The patterns of deck.toml are those of .gitignore. What sync tools, editors and note-taking programs put beside the
notes is left out by default; `include` in deck.toml takes it in.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from studydeck.patterns import lazy_pattern

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

EXCLUDED = "exclude in deck.toml"
# Reason -> pattern of paths, in the words of a message: "3 files are left out: copies that a sync tool made".
DEFAULTS: Mapping[str, re.Pattern[str]] = {
    "copies that a sync tool made": lazy_pattern(
        r"""
        \.sync-conflict-\d[^/]*$                                        # Syncthing
        | \([^/()]*(?:conflicted[ ]copy|case[ ]conflict)[^/()]*\)[^/]*$  # Dropbox, Nextcloud, Obsidian Sync
        | \(SFConflict[ ][^/]*$                                         # Seafile
        | _conflict-\d[^/]*$                                            # ownCloud
        | \((?:[^/()]*[ ])?(?:                                          # Dropbox in other languages
            in[ ]konflikt[ ]stehende[ ]kopie|copie[ ]en[ ]conflit|copia[ ]en[ ]conflicto
            |copia[ ]in[ ]conflitto|cópia[ ]em[ ]conflito|冲突副本|競合コピー)[^/()]*\)[^/]*$
        """,
        re.VERBOSE | re.IGNORECASE,
    ),
    "backups": lazy_pattern(r"(?:^|/)logseq/(?:bak|version-files)/|(?:\.bak|\.orig|~)\.md$", re.IGNORECASE),
    # Also with a number that orders them, such as "99 - Templates".
    "templates": lazy_pattern(
        r"(?:^|/)(?:\d+[ _.-]+|_)?"  # a number or underscore, which sorts the folder
        r"(?:templates?|archetypes|vorlagen|plantillas|modèles|模板)/",  # the folder
        re.IGNORECASE,
    ),
}
# Names of folders in which people write for themselves, in lower case; a first build names those that it finds.
_PERSONAL_FOLDERS = frozenset(
    """
    journal journals journaling diary daily dailies people contacts crm meetings personal private therapy health finance
    tagebuch personen privat diario personas personnes
    """.split()
)
SUGGESTED_FOLDERS = ("Journal", "Daily", "People")


class FileSelector:
    """Decides by patterns which files are read; paths are relative to the notes folder, with `/`, in NFC."""

    def __init__(self, exclude: Sequence[str] = (), include: Sequence[str] = ()) -> None:
        self._excluded, self._included = _spec(exclude), _spec(include)

    def reason(self, path: str) -> str:
        """Return why a file is left out, or an empty text if it is read."""
        if self._excluded and self._excluded.match_file(path):
            reason = EXCLUDED
        else:
            reason = next((name for name, pattern in DEFAULTS.items() if pattern.search(path)), "")
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
    return tuple(folder for folder in folders if folder.strip("0123456789_- .").casefold() in _PERSONAL_FOLDERS)


def _spec(patterns: Sequence[str]) -> GitIgnoreSpec | None:
    if not patterns:
        return None
    from pathspec import GitIgnoreSpec  # imported here: most folders have no patterns

    return GitIgnoreSpec.from_lines([unicodedata.normalize("NFC", pattern) for pattern in patterns])
