"""The disk: reads a folder of notes, replaces files whole, and holds the lock of a folder.

All paths in the values that it returns are relative to the notes folder, with `/` between folders and in Unicode normal
form C. What cannot be read or written is raised as a BuildError that names the file.
"""

from __future__ import annotations

import errno
import glob
import hashlib
import logging
import os
import stat
import tempfile
import time
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from importlib import resources
from itertools import islice
from pathlib import Path, PurePath, PurePosixPath
from urllib.parse import quote

from filelock import FileLock, Timeout

from studydeck import config, media
from studydeck.apkg.archive_reader import LARGEST_PACKAGE, MEGABYTE
from studydeck.diagnostics import Diagnostic, DiagnosticCode, error, warning
from studydeck.errors import BuildError, DiagnosticCollector
from studydeck.identity import decisions
from studydeck.identity import ledger as ledger_file
from studydeck.markdown.source import LARGEST_FILE, decode
from studydeck.model.anki import Picture
from studydeck.model.document import Source

_logger = logging.getLogger(__name__)
_OTHER_INPUTS = {config.NAME, ledger_file.FILE_NAME, decisions.FILE_NAME}
MARKDOWN = {".md", ".markdown", ".mdown", ".mkd"}
EXCLUDED_FOLDERS = {"node_modules", "__pycache__"}  # folders of programs, which hold no notes
_TEMPLATE_SUFFIXES = {".html", ".css", ".js", ".toml"}
MAX_TEXT_FILE = 128 * 2**20  # bytes of a ledger, changelog or template: the ledger of 250,000 notes
_PARTIAL = ".part"
# Seconds to wait before each further attempt to rename a file. Only Windows refuses it while another program, such as a
# virus scanner, has the file open, mostly for moments.
_RENAME_DELAYS = (0.01, 0.05, 0.2, 0.5) if os.name == "nt" else ()
_QUIET_WAIT = 1.0  # seconds to wait for a lock before the user is told
_PACKAGED_TEMPLATES = resources.files("studydeck") / "templates"  # exists in an installed wheel only
TEMPLATES = (
    _PACKAGED_TEMPLATES
    if isinstance(_PACKAGED_TEMPLATES, Path) and _PACKAGED_TEMPLATES.is_dir()
    else Path(__file__).parents[1] / "templates"  # in a clone
)


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
        message = f"{folder} {reason}; name the folder of your notes with --notes"
        raise BuildError([error(DiagnosticCode.UNREADABLE, str(folder), 0, message)])
    sources: list[Source] = []
    diagnostics = DiagnosticCollector()
    try:
        names = sorted((_relative_name(folder, path), path) for path in _markdown_files(folder))
    except OSError as os_error:
        raise BuildError([_unreadable(folder, Path(os_error.filename or folder), os_error)]) from os_error
    paths = [path for name, path in names if is_wanted(name)]
    for number, path in enumerate(paths, 1):
        with diagnostics.collecting():
            sources.append(_read_source(folder, path))
        on_progress(number, len(paths))
    if not paths:
        message = f"there is no Markdown file (*.md) in {folder}"
        if names:
            message = f"all {len(names)} Markdown files in {folder} are left out; `include` in {config.NAME} reads them"
        diagnostics.append(error(DiagnosticCode.NO_NOTES, str(folder), 0, message))
    diagnostics.raise_on_errors()
    return tuple(sources)


def is_read_from_notes(name: str) -> bool:
    """Return whether a build may read a file of the notes folder: notes, media files, settings, ledger, decisions."""
    path = PurePosixPath(name)
    return path.suffix.lower() in MARKDOWN or _is_media_file(path) or path.name in _OTHER_INPUTS


def is_template(name: str) -> bool:
    """Return whether a file of the templates folder is read."""
    return PurePosixPath(name).suffix in _TEMPLATE_SUFFIXES


def _is_media_file(path: PurePath) -> bool:
    return path.suffix.lower().lstrip(".") in media.MEDIA_SUFFIXES


def _read_source(folder: Path, path: Path) -> Source:
    try:
        with path.open("rb") as file:
            return decode(_relative_name(folder, path), file.read(LARGEST_FILE + 1))
    except OSError as os_error:
        raise BuildError([_unreadable(folder, path, os_error)]) from os_error


def _relative_name(folder: Path, path: Path) -> str:
    """Return a file's path below the folder, the same text on any locale and file system."""
    encoded = os.fsencode(path.relative_to(folder).as_posix())
    return unicodedata.normalize("NFC", encoded.decode("utf-8", "replace"))


def _walk(
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


def _markdown_files(folder: Path) -> Iterator[Path]:
    def fail(os_error: OSError) -> None:
        raise os_error

    root = folder.resolve()
    for parent, _subfolders, names in _walk(folder, fail):
        for name in names:
            path = Path(parent, name)
            is_changelog = name == config.CHANGELOG and (path.parent == folder or config.NAME in names)
            is_note = path.suffix.lower() in MARKDOWN and not name.startswith(".")
            if is_note and not is_changelog and _is_file_inside(path, root):
                yield path


def left_out_files(folder: Path) -> tuple[Diagnostic, ...]:
    """Return a warning for each note or folder of notes that is a link and is not read."""
    root = folder.resolve()
    diagnostics: list[Diagnostic] = []
    for parent, subfolders, names in _walk(folder):
        links = [name for name in subfolders if Path(parent, name).is_symlink()]
        notes = [name for name in names if Path(name).suffix.lower() in MARKDOWN and not name.startswith(".")]
        links += [name for name in notes if not _is_file_inside(Path(parent, name), root)]
        for name in sorted(links):
            path = Path(parent, name)
            reason = "a link to a folder" if name in subfolders else "no file of the notes folder, or a link out of it"
            message = f"is {reason} and is not read; put the notes themselves there"
            diagnostics.append(warning(DiagnosticCode.LEFT_OUT_FILE, _relative_name(folder, path), 0, message))
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
    name = _relative_name(folder, path) if path.is_relative_to(folder) else str(path)
    return error(DiagnosticCode.UNREADABLE, name, 0, f"cannot be read ({os_error.strerror}); check its permissions")


def read_text_file(path: Path, name: str, max_bytes: int = MAX_TEXT_FILE) -> str | None:
    """Read a text file, or return None if there is none; it must be a regular file, as a pipe or device has no end.

    Parameters
    ----------
    path : the file.
    name : its name in messages.
    max_bytes : the largest size that is read.
    """
    try:
        status = path.stat()
        if not (stat.S_ISREG(status.st_mode) or path.is_dir()):
            raise BuildError([error(DiagnosticCode.UNREADABLE, name, 0, "is not a file; replace it by one")])
        with path.open("rb") as file:
            data = b"" if status.st_size > max_bytes else file.read(max_bytes + 1)
        if max(status.st_size, len(data)) > max_bytes:
            message = f"the file has more than {max_bytes:,} bytes and is not read; make it shorter"
            raise BuildError([error(DiagnosticCode.UNREADABLE, name, 0, message)])
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as decode_error:
        line = data.count(b"\n", 0, decode_error.start) + 1
        message = "is not UTF-8; save it as UTF-8 and try again"
        raise BuildError([error(DiagnosticCode.NOT_UTF8, name, line, message)]) from decode_error
    except OSError as os_error:
        message = f"cannot be read ({os_error.strerror}); check its permissions"
        raise BuildError([error(DiagnosticCode.UNREADABLE, name, 0, message)]) from os_error


def read_templates(folder: Path) -> Mapping[str, str]:
    """Read the templates folder, as a mapping from path to text."""
    if not folder.is_dir():
        message = "there is no such folder; name it with --templates"
        raise BuildError([error(DiagnosticCode.BAD_TEMPLATE, str(folder), 0, message)])
    texts: dict[str, str] = {}
    diagnostics = DiagnosticCollector()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and is_template(path.name):
            name = path.relative_to(folder).as_posix()
            with diagnostics.collecting():
                texts[name] = read_text_file(path, f"templates/{name}") or ""
    diagnostics.raise_on_errors()
    return texts


def relative_address(folder: Path, start: Path) -> str:
    """Return the URL by which a page in the folder `start` links to another folder."""
    try:
        return quote(Path(os.path.relpath(folder.resolve(), start.resolve())).as_posix())
    except ValueError:  # another drive
        return folder.resolve().as_uri()


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


def _picture_files(folder: Path) -> dict[str, Path]:
    """Return all pictures below a folder by their relative names, without hidden folders and those of programs."""
    files: dict[str, Path] = {}
    for parent, _subfolders, names in _walk(folder):
        paths = [Path(parent, name) for name in names]
        files |= {_relative_name(folder, path): path for path in paths if _is_media_file(path)}
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


def newest_paths(folder: Path, pattern: str) -> tuple[Path, ...]:
    """Return the paths of a folder that match a pattern, the last modified first."""
    times: dict[Path, int] = {}
    for path in folder.glob(pattern):
        with suppress(OSError):  # a link to a file that does not exist
            times[path] = path.stat().st_mtime_ns
    return tuple(sorted(times, key=lambda path: (-times[path], path.name)))


def is_newer(path: Path, folder: Path, pattern: str) -> bool:
    """Return whether a file was written, renamed or copied after all files of a folder that match a pattern."""
    try:
        newest = max((other.stat().st_mtime_ns for other in folder.glob(pattern)), default=0)
        return path.stat().st_ctime_ns >= newest
    except OSError:  # removed since
        return True


def read_binary_file(path: Path) -> bytes:
    """Read a package, which must be a regular file: a pipe or device has no end."""
    problem = f"is larger than {LARGEST_PACKAGE // MEGABYTE} MB"
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            problem = "is not a file"
        elif path.stat().st_size <= LARGEST_PACKAGE:
            with path.open("rb") as file:
                return file.read(LARGEST_PACKAGE + 1)
    except OSError as os_error:
        problem = f"cannot be read ({os_error.strerror})"
        raise BuildError([error(DiagnosticCode.UNREADABLE, str(path), 0, problem)]) from os_error
    raise BuildError([error(DiagnosticCode.UNREADABLE, str(path), 0, problem)])


def _folder_key(folder: Path) -> bytes:
    """Return what identifies a folder: numbers, because it has several paths where case does not count."""
    try:
        status = folder.stat()
    except OSError:  # it is reported when it is read
        return os.fsencode(folder.resolve())
    return f"{status.st_dev} {status.st_ino}".encode()


@contextmanager
def folder_lock(folder: Path, waiting: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Hold the lock of a folder, so that only one build at a time writes there.

    The lock file is in the temporary folder, to keep the notes folder clean. `waiting` is called once if another
    process holds the lock for longer than a second.
    """
    name = hashlib.sha256(_folder_key(folder)).hexdigest()[:16]
    user = os.getuid() if hasattr(os, "getuid") else 0
    lock = FileLock(Path(tempfile.gettempdir()) / f"studydeck-{user}-{name}.lock")
    try:
        lock.acquire(timeout=_QUIET_WAIT)
    except Timeout:
        waiting()
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def replace_file(path: Path, content: bytes) -> None:
    """Replace a file whole: a reader sees the old bytes or the new ones at any moment."""
    remove_partial_files(path)
    # The name is fixed before the file exists, so that an interrupt at any moment removes the file.
    partial = path.with_name(f".{path.name}.{os.getpid()}{_PARTIAL}")
    try:
        with partial.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        _rename_over(partial, path)
        _logger.debug("wrote %s, %d bytes", path, len(content))
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def _rename_over(partial: Path, path: Path) -> None:
    """Rename a file over another one, and wait a little for programs that have that one open."""
    for delay in _RENAME_DELAYS:
        try:
            partial.replace(path)
        except PermissionError:
            time.sleep(delay)
        else:
            return
    partial.replace(path)


def remove_partial_files(path: Path) -> None:
    """Remove the partial files that a killed build left beside a file."""
    for stale in path.parent.glob(f".{glob.escape(path.name)}.*{_PARTIAL}"):
        stale.unlink(missing_ok=True)


def write_build(folder: Path, ledger: str | None, packages: Sequence[tuple[Path, bytes]]) -> tuple[Diagnostic, ...]:
    """Write the ledger first, then the packages; None leaves the ledger as it is.

    A ledger that cannot be written is returned as a warning; a package that cannot be written raises a BuildError.
    """
    diagnostics: tuple[Diagnostic, ...] = ()
    try:
        if ledger is None:
            remove_partial_files(folder / ledger_file.FILE_NAME)
        else:
            replace_file(folder / ledger_file.FILE_NAME, ledger.encode())
    except OSError as os_error:
        if ledger is not None:
            message = f"cannot be written ({os_error.strerror}): the next build cannot match the notes of this one"
            diagnostics = (Diagnostic(ledger_file.FILE_NAME, 0, DiagnosticCode.READ_ONLY, "warning", message),)
    write_files(packages)
    return diagnostics


def write_files(contents: Iterable[tuple[Path, bytes]]) -> None:
    """Write files in order, each of them whole, and create their folders."""
    for path, content in contents:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            replace_file(path, content)
        except OSError as os_error:
            failed_path = str(os_error.filename or path)
            message = f"cannot be written ({os_error.strerror})"
            if isinstance(os_error, PermissionError):
                message += "; check its permissions, and close the program that has it open"
            raise BuildError([error(DiagnosticCode.UNREADABLE, failed_path, 0, message)]) from os_error
