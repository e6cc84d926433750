"""Replace files whole, and hold the lock of a folder: bytes in, files out.

What cannot be written is raised as a BuildError that names the file.
"""

from __future__ import annotations

import glob
import hashlib
import logging
import os
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from studydeck.diagnostics import Diagnostic, DiagnosticCode, error, warning
from studydeck.errors import BuildError
from studydeck.identity import ledger as ledger_file

_logger = logging.getLogger(__name__)
_PARTIAL = ".part"
# Seconds to wait before each further attempt to rename a file. Only Windows refuses it while another program, such as a
# virus scanner, has the file open, mostly for moments.
_RENAME_DELAYS = (0.01, 0.05, 0.2, 0.5) if os.name == "nt" else ()
_QUIET_WAIT = 1.0  # seconds to wait for a lock before the user is told


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
            diagnostics = (warning(DiagnosticCode.READ_ONLY, ledger_file.FILE_NAME, 0, message),)
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
            raise BuildError([error(DiagnosticCode.UNREADABLE, failed_path, 0, message, root="")]) from os_error


def remove_file(path: Path) -> None:
    """Remove a file; raise a BuildError if it cannot be removed."""
    try:
        path.unlink()
    except OSError as os_error:
        message = f"cannot be removed ({os_error.strerror}); remove it yourself"
        raise BuildError([error(DiagnosticCode.UNREADABLE, str(path), 0, message, root="")]) from os_error
