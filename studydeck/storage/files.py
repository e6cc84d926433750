"""Read one file, or the folder of templates: paths in; texts and bytes of limited size out.

What cannot be read is raised as a BuildError that names the file.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from contextlib import suppress
from importlib import resources
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from studydeck.apkg.archive_reader import LARGEST_PACKAGE, MEGABYTE
from studydeck.diagnostics import DiagnosticCode, Root, error
from studydeck.errors import BuildError, DiagnosticCollector

_TEMPLATE_SUFFIXES = {".html", ".css", ".js", ".toml"}
MAX_TEXT_FILE = 128 * 2**20  # bytes of a ledger, changelog or template: the ledger of 250,000 notes
_PACKAGED_TEMPLATES = resources.files("studydeck") / "templates"  # exists in an installed wheel only
TEMPLATES = (
    _PACKAGED_TEMPLATES
    if isinstance(_PACKAGED_TEMPLATES, Path) and _PACKAGED_TEMPLATES.is_dir()
    else Path(__file__).parents[2] / "templates"  # in a clone
)


def is_template(name: str) -> bool:
    """Return whether a file of the templates folder is read."""
    return PurePosixPath(name).suffix in _TEMPLATE_SUFFIXES


def read_text_file(path: Path, name: str, max_bytes: int = MAX_TEXT_FILE, root: Root = "notes") -> str | None:
    """Read a text file, or return None if there is none; it must be a regular file, as a pipe or device has no end.

    Parameters
    ----------
    path : the file.
    name : its name in messages.
    max_bytes : the largest size that is read.
    root : the folder below which the name stands.
    """
    try:
        status = path.stat()
        if not (stat.S_ISREG(status.st_mode) or path.is_dir()):
            raise BuildError([error(DiagnosticCode.UNREADABLE, name, 0, "is not a file; replace it by one", root=root)])
        with path.open("rb") as file:
            data = b"" if status.st_size > max_bytes else file.read(max_bytes + 1)
        if max(status.st_size, len(data)) > max_bytes:
            message = f"the file has more than {max_bytes:,} bytes and is not read; make it shorter"
            raise BuildError([error(DiagnosticCode.UNREADABLE, name, 0, message, root=root)])
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as decode_error:
        line = data.count(b"\n", 0, decode_error.start) + 1
        message = "is not UTF-8; save it as UTF-8 and try again"
        raise BuildError([error(DiagnosticCode.NOT_UTF8, name, line, message, root=root)]) from decode_error
    except OSError as os_error:
        message = f"cannot be read ({os_error.strerror}); check its permissions"
        raise BuildError([error(DiagnosticCode.UNREADABLE, name, 0, message, root=root)]) from os_error


def read_templates(folder: Path) -> Mapping[str, str]:
    """Read the templates folder, as a mapping from path to text."""
    if not folder.is_dir():
        message = "there is no such folder; name it with --templates"
        raise BuildError([error(DiagnosticCode.BAD_TEMPLATE, str(folder), 0, message, root="")])
    texts: dict[str, str] = {}
    diagnostics = DiagnosticCollector()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and is_template(path.name):
            name = path.relative_to(folder).as_posix()
            with diagnostics.collecting():
                texts[name] = read_text_file(path, f"templates/{name}", root="templates") or ""
    diagnostics.raise_on_errors()
    return texts


def relative_address(folder: Path, start: Path) -> str:
    """Return the URL by which a page in the folder `start` links to another folder."""
    try:
        return quote(Path(os.path.relpath(folder.resolve(), start.resolve())).as_posix())
    except ValueError:  # another drive
        return folder.resolve().as_uri()


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
        raise BuildError([error(DiagnosticCode.UNREADABLE, str(path), 0, problem, root="")]) from os_error
    raise BuildError([error(DiagnosticCode.UNREADABLE, str(path), 0, problem, root="")])
