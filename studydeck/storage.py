"""The disk: reading a folder of notes, and writing files whole or not at all."""

from __future__ import annotations

import errno
import glob
import hashlib
import os
import stat
import tempfile
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from filelock import FileLock, Timeout

from studydeck import media
from studydeck.config import CHANGELOG
from studydeck.diagnostics import Diagnostic, DiagnosticCode, error
from studydeck.errors import BuildError, DiagnosticCollector
from studydeck.identity import ledger as ledger_file
from studydeck.markdown.source import LARGEST_FILE, decode
from studydeck.model.anki import Picture
from studydeck.model.document import Source

MARKDOWN = {".md", ".markdown", ".mdown", ".mkd"}
EXCLUDED_FOLDERS = {"node_modules", "__pycache__"}  # folders of programs, which hold no notes
_PARTIAL = ".part"
_MOMENT = 1.0  # seconds that a lock is waited for without a word
TEMPLATES = next(
    (one for one in (Path(__file__).parent / "templates", Path(__file__).parent.parent / "templates") if one.is_dir()),
    Path("templates"),
)


def read_sources(
    folder: Path, on_progress: Callable[[int, int], None] = lambda _done, _total: None
) -> tuple[Source, ...]:
    """Read every Markdown file below a folder, in the order of their paths; hidden folders and links out are left.

    Raises
    ------
    BuildError : with all that cannot be read.
    """
    if not folder.is_dir():
        what = "is no folder" if folder.exists() else "does not exist"
        message = f"{folder} {what}; name the folder of your notes with --notes"
        raise BuildError([error(DiagnosticCode.UNREADABLE, str(folder), 0, message)])
    found: list[Source] = []
    diagnostics = DiagnosticCollector()
    try:
        paths = sorted(_markdown(folder), key=lambda path: _name(folder, path))
    except OSError as bad:
        raise BuildError([_unreadable(folder, Path(bad.filename or folder), bad)]) from bad
    for number, path in enumerate(paths, 1):
        with diagnostics.collecting():
            found.append(_source(folder, path))
        on_progress(number, len(paths))
    if not paths:
        message = f"there is no Markdown file (*.md) in {folder}"
        diagnostics.append(error(DiagnosticCode.NO_NOTES, str(folder), 0, message))
    diagnostics.raise_on_errors()
    return tuple(found)


def _source(folder: Path, path: Path) -> Source:
    try:
        with path.open("rb") as file:
            return decode(_name(folder, path), file.read(LARGEST_FILE + 1))
    except OSError as bad:
        raise BuildError([_unreadable(folder, path, bad)]) from bad


def _name(folder: Path, path: Path) -> str:
    """Give a file's path below the folder, the same text whatever the machine's locale and file system make of it."""
    raw = os.fsencode(path.relative_to(folder).as_posix())
    return unicodedata.normalize("NFC", raw.decode("utf-8", "replace"))


def _markdown(folder: Path) -> Iterator[Path]:
    def fail(bad: OSError) -> None:
        raise bad

    root = folder.resolve()
    for here, folders, names in os.walk(folder, onerror=fail):
        folders[:] = [one for one in folders if not one.startswith(".") and one not in EXCLUDED_FOLDERS]
        for name in names:
            path = Path(here, name)
            read_pictures = path.suffix.lower() in MARKDOWN and not name.startswith(".") and path != folder / CHANGELOG
            if read_pictures and _is_inside(path, root):
                yield path


def _is_inside(path: Path, root: Path) -> bool:
    """Tell whether a file lies below a folder, links followed; a pipe or a circle of links is no file."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return False
    except OSError as bad:  # who reads it will say what is wrong
        if bad.errno == errno.ELOOP:
            return False
    return path.resolve().is_relative_to(root)


def _unreadable(folder: Path, path: Path, bad: OSError) -> Diagnostic:
    name = _name(folder, path) if path.is_relative_to(folder) else str(path)
    return error(DiagnosticCode.UNREADABLE, name, 0, f"cannot be read ({bad.strerror}); check its permissions")


def read_text_file(path: Path, name: str) -> str | None:
    """Read a text file, or give None where there is none; `name` is what its author calls it."""
    try:
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as bad:
        message = "is not UTF-8; save it as UTF-8 and try again"
        raise BuildError([error(DiagnosticCode.NOT_UTF8, name, 1, message)]) from bad
    except OSError as bad:
        message = f"cannot be read ({bad.strerror}); check its permissions"
        raise BuildError([error(DiagnosticCode.UNREADABLE, name, 0, message)]) from bad


def read_templates(folder: Path) -> Mapping[str, str]:
    """Read the templates folder as a mapping of path to text."""
    if not folder.is_dir():
        message = "there is no such folder; name it with --templates"
        raise BuildError([error(DiagnosticCode.BAD_TEMPLATE, str(folder), 0, message)])
    texts: dict[str, str] = {}
    diagnostics = DiagnosticCollector()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in {".html", ".css", ".js", ".toml"}:
            name = path.relative_to(folder).as_posix()
            with diagnostics.collecting():
                texts[name] = read_text_file(path, f"templates/{name}") or ""
    diagnostics.raise_on_errors()
    return texts


def relative_address(folder: Path, start: Path) -> str:
    """Give the address of a folder as a page in another folder links to it."""
    try:
        return quote(Path(os.path.relpath(folder.resolve(), start.resolve())).as_posix())
    except ValueError:  # another drive
        return folder.resolve().as_uri()


def read_pictures(folder: Path, links: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], Picture]:
    """Read the files that the notes show; nothing outside the folder is ever opened, not through a link either."""
    root = folder.resolve()
    found: dict[tuple[str, str], Picture] = {}
    cache: dict[Path, Picture] = {}
    for path, target in dict.fromkeys(links):
        for name in media.candidates(path, target):
            try:
                file = (folder / name).resolve()
                inside = file.is_relative_to(root) and file.suffix.lower().lstrip(".") in media.SUFFIXES
                if inside and file.is_file():
                    found[path, target] = cache.setdefault(file, media.picture(file.name, file.read_bytes()))
                    break
            except (OSError, ValueError, RuntimeError):  # too long, a null byte, a circle of links: not there
                continue
    return found


def newest_files(folder: Path, pattern: str) -> Iterator[bytes]:
    """Give the files of a folder that match a pattern, the one written last first."""
    for path in sorted(folder.glob(pattern), key=lambda one: (-one.stat().st_mtime_ns, one.name)):
        yield path.read_bytes()


def read_binary_file(path: Path) -> bytes:
    """Read a file that should be there."""
    try:
        return path.read_bytes()
    except OSError as bad:
        raise BuildError([error(DiagnosticCode.UNREADABLE, str(path), 0, f"cannot be read ({bad.strerror})")]) from bad


@contextmanager
def folder_lock(folder: Path, waiting: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Hold a folder's lock: two builds at once go one after the other. It lies outside, so that notes stay clean.

    `waiting` is called once where somebody else holds it for longer than a moment.
    """
    name = hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:16]
    user = os.getuid() if hasattr(os, "getuid") else 0
    lock = FileLock(Path(tempfile.gettempdir()) / f"studydeck-{user}-{name}.lock")
    try:
        lock.acquire(timeout=_MOMENT)
    except Timeout:
        waiting()
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def replace_file(path: Path, read_bytes: bytes) -> None:
    """Write a file whole: whoever looks, at any moment, sees the old bytes or the new."""
    remove_partial_files(path)
    # The name is known before the file is there, so that whoever is stopped in between takes it away.
    partial = path.with_name(f".{path.name}.{os.getpid()}{_PARTIAL}")
    try:
        with partial.open("xb") as file:
            file.write(read_bytes)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def remove_partial_files(path: Path) -> None:
    """Take away what a killed build left of a file that it had not finished."""
    for stale in path.parent.glob(f".{glob.escape(path.name)}.*{_PARTIAL}"):
        stale.unlink(missing_ok=True)


def write_build(folder: Path, ledger: str | None, packages: Sequence[tuple[Path, bytes]]) -> tuple[Diagnostic, ...]:
    """Write the ledger first, then the packages; a ledger that cannot be written is said, not fatal."""
    diagnostics: tuple[Diagnostic, ...] = ()
    try:
        if ledger is None:
            remove_partial_files(folder / ledger_file.NAME)
        else:
            replace_file(folder / ledger_file.NAME, ledger.encode())
    except OSError as bad:
        if ledger is not None:
            why = f"cannot be written ({bad.strerror}): the next build cannot know what this one packed"
            diagnostics = (Diagnostic(ledger_file.NAME, 0, DiagnosticCode.READ_ONLY, "warning", why),)
    write_files(packages)
    return diagnostics


def write_files(contents: Iterable[tuple[Path, bytes]]) -> None:
    """Write files one after the other, each of them whole."""
    for path, content in contents:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            replace_file(path, content)
        except OSError as bad:
            where = str(bad.filename or path)
            raise BuildError(
                [error(DiagnosticCode.UNREADABLE, where, 0, f"cannot be written ({bad.strerror})")]
            ) from bad
