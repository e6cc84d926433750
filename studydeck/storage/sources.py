"""Read the Markdown files of a notes folder: a folder in; sources, and warnings about notes that are not read, out.

What cannot be read is raised as a BuildError that names the file.
"""

from __future__ import annotations

import errno
import re
import stat
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

from studydeck import config
from studydeck.diagnostics import Diagnostic, DiagnosticCode, error, info, warning
from studydeck.errors import BuildError, DiagnosticCollector
from studydeck.identity import decisions
from studydeck.identity import ledger as ledger_file
from studydeck.markdown.source import LARGEST_FILE, decode
from studydeck.model.document import Source
from studydeck.patterns import lazy_pattern
from studydeck.storage.folders import relative_name, walk
from studydeck.storage.pictures import is_media_file

_NOTION_DATABASE = lazy_pattern(r".*[ ][0-9a-f]{32}(?:_all)?\.csv", re.IGNORECASE)  # its name, and the id of its page
_OTHER_INPUTS = {config.NAME, ledger_file.FILE_NAME, decisions.FILE_NAME}
MARKDOWN = {".md", ".markdown", ".mdown", ".mkd", ".mdx"}


def read_sources(
    folder: Path,
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
    is_wanted: Callable[[str], bool] = lambda _path: True,
) -> tuple[Source, ...]:
    """Read every Markdown file below a folder, in the order of their paths.

    Hidden folders, links to files outside the folder and the changelogs of decks (CHANGELOG.md in the folder itself, or
    beside a deck.toml) are skipped.

    Parameters
    ----------
    folder : the notes folder.
    on_progress : called after each file with the number of files that are read, and of all files.
    is_wanted : whether a file is read, by its path below the folder; called once for each file, in order.

    Raises
    ------
    BuildError : with a diagnostic for each file that cannot be read.
    """
    if not folder.is_dir():
        reason = "is not a folder" if folder.exists() else "does not exist"
        message = f"{reason}; name the folder of your notes with --notes, or run `studydeck init`, which makes one"
        raise BuildError([error(DiagnosticCode.UNREADABLE, str(folder), 0, message, root="")])
    sources: list[Source] = []
    diagnostics = DiagnosticCollector()
    try:
        names = sorted((relative_name(folder, path), path) for path in _markdown_files(folder))
    except OSError as os_error:
        raise BuildError([_unreadable(folder, Path(os_error.filename or folder), os_error)]) from os_error
    paths = [path for name, path in names if is_wanted(name)]
    for number, path in enumerate(paths, 1):
        with diagnostics.collecting():
            sources.append(_read_source(folder, path))
        on_progress(number, len(paths))
    if not paths:
        message = "there is no Markdown file (*.md) in this folder; write one, or run `studydeck init` for an example"
        if names:
            message = f"all {len(names)} Markdown files in it are left out; `include` in {config.NAME} reads them"
        diagnostics.append(error(DiagnosticCode.NO_NOTES, str(folder), 0, message, root=""))
    diagnostics.raise_on_errors()
    return tuple(sources)


def is_read_from_notes(name: str) -> bool:
    """Return whether a build may read a file of the notes folder: notes, media files, settings, ledger, decisions."""
    path = PurePosixPath(name)
    return path.suffix.lower() in MARKDOWN or is_media_file(path) or path.name in _OTHER_INPUTS


def _read_source(folder: Path, path: Path) -> Source:
    try:
        with path.open("rb") as file:
            return decode(relative_name(folder, path), file.read(LARGEST_FILE + 1))
    except OSError as os_error:
        raise BuildError([_unreadable(folder, path, os_error)]) from os_error


def read_unchanged(folder: Path, name: str) -> str:
    """Return the text of a note as it is on the disk, with its line ends and a byte order mark, to write it edited.

    Raises
    ------
    BuildError : if it cannot be read as a source.
    """
    path = folder / name
    _read_source(folder, path)
    return path.read_bytes().decode()


def _markdown_files(folder: Path) -> Iterator[Path]:
    def fail(os_error: OSError) -> None:
        raise os_error

    root = folder.resolve()
    for parent, _subfolders, names in walk(folder, fail):
        for name in names:
            path = Path(parent, name)
            is_changelog = name == config.CHANGELOG and (path.parent == folder or config.NAME in names)
            is_note = path.suffix.lower() in MARKDOWN and not name.startswith(".")
            if is_note and not is_changelog and _is_file_inside(path, root):
                yield path


def left_out_files(folder: Path) -> tuple[Diagnostic, ...]:
    """Return what is not read: a warning for each link to notes, and one info for the databases of a Notion export."""
    root = folder.resolve()
    diagnostics: list[Diagnostic] = []
    databases: list[str] = []
    for parent, subfolders, names in walk(folder):
        links = [name for name in subfolders if Path(parent, name).is_symlink()]
        notes = [name for name in names if Path(name).suffix.lower() in MARKDOWN and not name.startswith(".")]
        links += [name for name in notes if not _is_file_inside(Path(parent, name), root)]
        databases += [str(Path(parent, name)) for name in names if _NOTION_DATABASE.fullmatch(name)]
        for name in sorted(links):
            path = Path(parent, name)
            reason = "a link to a folder" if name in subfolders else "no file of the notes folder, or a link out of it"
            message = f"is {reason} and is not read; put the notes themselves there"
            diagnostics.append(warning(DiagnosticCode.LEFT_OUT_FILE, relative_name(folder, path), 0, message))
    if databases:
        count = "is 1 database" if len(databases) == 1 else f"and others are {len(databases)} databases"
        message = f"{count} of Notion in CSV and not read; write what is to be asked as a table into a page"
        first = relative_name(folder, Path(min(databases)))
        diagnostics.append(info(DiagnosticCode.LEFT_OUT_FILE, first, 0, message))
    return tuple(diagnostics)


def _is_file_inside(path: Path, root: Path) -> bool:
    """Return whether a path, with links resolved, is a regular file below a folder: no pipe, no circular link."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return False
    except OSError as os_error:  # other errors are reported when the file is read
        if os_error.errno == errno.ELOOP:
            return False
    return path.resolve().is_relative_to(root)


def _unreadable(folder: Path, path: Path, os_error: OSError) -> Diagnostic:
    message = f"cannot be read ({os_error.strerror}); check its permissions"
    if path.is_relative_to(folder):
        return error(DiagnosticCode.UNREADABLE, relative_name(folder, path), 0, message)
    return error(DiagnosticCode.UNREADABLE, str(path), 0, message, root="")
