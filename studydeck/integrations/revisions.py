"""Write the notes of a revision into a temporary folder: a repository and a revision in, a folder to build from out.

Only what a build reads is written, as it is stored, and nothing of it is imported or started. A symbolic link is made
only where it leads to a file of the same folder.
"""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath

from msgspec import Struct

from studydeck import storage
from studydeck.errors import GitError
from studydeck.integrations import git_lfs
from studydeck.integrations.git import SUBMODULE, SYMBOLIC_LINK, Repository, TreeEntry

_logger = logging.getLogger(__name__)
_MEGABYTE = 10**6
LARGEST_FILE = 100 * _MEGABYTE  # larger ones are not read by a build
_LARGEST_REVISION = 4000 * _MEGABYTE


class CheckedOut(Struct, frozen=True):
    """The folders of a revision on the disk.

    Attributes
    ----------
    commit : the id of the commit.
    notes, templates : the folders of the notes and the card templates.
    out : an empty folder, in which no package of another build can be found.
    missing : (path from the top of the repository, what is missing of it) for what could not be written.
    """

    commit: str
    notes: Path
    templates: Path
    out: Path
    missing: tuple[tuple[str, str], ...]


@contextmanager
def check_out(repository: Repository, revision: str, templates: Path) -> Iterator[CheckedOut]:
    """Yield the folders of a revision, which exist until the end of the context.

    Parameters
    ----------
    repository : the repository; its work tree and its index do not change.
    revision : a branch, tag or commit.
    templates : the templates folder; if it is in the repository, that of the revision is used.

    Raises
    ------
    GitError : if the revision does not exist, has no folder of notes, or cannot be read, with the reason.
    """
    commit = repository.resolve(revision)
    with tempfile.TemporaryDirectory(prefix="studydeck-") as scratch:
        top = Path(scratch, "work", *repository.top.parts[1:][-2:])  # their names are that of a deck without settings
        notes, out = top / repository.notes, Path(scratch, "out")
        out.mkdir()
        writer = _Writer(notes)
        writer.write(repository, commit, repository.notes, notes, storage.is_read_from_notes)
        if not notes.is_dir():
            raise GitError(f"it has no folder {repository.notes}")
        templates_folder = templates.resolve()
        if templates_folder.is_relative_to(repository.top):
            path, target = templates_folder.relative_to(repository.top).as_posix(), Path(scratch, "templates")
            templates_writer = _Writer(target)
            templates_writer.write(repository, commit, path, target, storage.is_template)
            writer.missing += templates_writer.missing
            templates = target if target.is_dir() else templates
        yield CheckedOut(commit, notes, templates, out, tuple(writer.missing))


class _Writer:
    """Writes the files of trees below one folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.missing: list[tuple[str, str]] = []

    def write(
        self, repository: Repository, commit: str, folder: str, target: Path, is_wanted: Callable[[str], bool]
    ) -> None:
        """Write the files below a folder of a commit, then its symbolic links, then its submodules."""
        entries = {name: entry for name, entry in repository.files_at(commit, folder).items() if _is_safe(name)}
        links = {name: entry for name, entry in entries.items() if entry.mode == SYMBOLIC_LINK and entry.size < 4096}
        link_targets = dict(zip(links, map(os.fsdecode, repository.read_blobs(_ids(links))), strict=True))
        linked = {PurePosixPath(name).name for name in link_targets.values()}
        files = {
            name: entry
            for name, entry in entries.items()
            if entry.is_file and (is_wanted(name) or PurePosixPath(name).name in linked)
        }
        if sum(entry.size for entry in files.values()) > _LARGEST_REVISION:
            raise GitError(f"its notes and pictures have more than {_LARGEST_REVISION // _MEGABYTE} MB")
        if entries:
            target.mkdir(parents=True, exist_ok=True)
        self._write_files(repository, folder, target, files)
        self._write_links(repository.top / folder, target, link_targets)
        for name, entry in entries.items():
            if entry.mode == SUBMODULE:
                self._write_submodule(repository, PurePosixPath(folder, name), entry, target / name, is_wanted)

    def _write_files(self, repository: Repository, folder: str, target: Path, files: dict[str, TreeEntry]) -> None:
        lfs = repository.git_path("lfs")
        small = {name: entry for name, entry in files.items() if entry.size <= LARGEST_FILE}
        for name in files.keys() - small.keys():
            self._miss(folder, name, f"is larger than {LARGEST_FILE // _MEGABYTE} MB and was left out")
        for name, content in zip(small, repository.read_blobs(_ids(small)), strict=True):
            path = target / name
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                if not (pointer := git_lfs.pointer(content)):
                    path.write_bytes(content)
                elif stored := git_lfs.content_path(lfs, pointer):
                    path.write_bytes(stored.read_bytes())
                else:
                    self._miss(folder, name, "is in Git LFS, and not in this clone; get it: git lfs fetch --all")
            except OSError as fault:
                raise GitError(f"{PurePosixPath(folder, name)} cannot be written ({fault.strerror})") from fault

    def _write_links(self, source: Path, target: Path, link_targets: dict[str, str]) -> None:
        """Make the links that stay in the root; one that is absolute counts from where the repository is."""
        made: list[Path] = []
        root = self.root.resolve()
        for name, link_target in link_targets.items():
            path, destination = target / name, Path(link_target)
            if destination.is_absolute():
                if not destination.is_relative_to(source):
                    continue
                destination = target / destination.relative_to(source)
            with suppress(OSError, ValueError):  # the system has no links, or the name is taken: left out
                path.parent.mkdir(parents=True, exist_ok=True)
                if path.parent.resolve().is_relative_to(root):
                    path.symlink_to(destination)
                    made.append(path)
        for path in [path for path in made if not _stays_below(path, root)]:
            path.unlink()

    def _write_submodule(
        self,
        repository: Repository,
        path: PurePosixPath,
        entry: TreeEntry,
        target: Path,
        is_wanted: Callable[[str], bool],
    ) -> None:
        submodule = repository.submodule(path.as_posix())
        if submodule and submodule.commit(entry.object_id) == entry.object_id:
            self.write(submodule, entry.object_id, ".", target, is_wanted)
        else:
            self._miss(
                path.parent.as_posix(),
                path.name,
                f"is a submodule whose commit {entry.object_id[:12]} is not here; get it: git submodule update --init",
            )

    def _miss(self, folder: str, name: str, reason: str) -> None:
        self.missing.append((PurePosixPath(folder, name).as_posix(), reason))


def _ids(entries: dict[str, TreeEntry]) -> list[str]:
    return [entry.object_id for entry in entries.values()]


def _is_safe(name: str) -> bool:
    """Return whether a path of a tree, which anyone can write, stays below the folder on this system."""
    forbidden = ("\\", ":") if os.name == "nt" else ()
    parts = name.split("/")
    return not any(part in {"", ".", ".."} for part in parts) and not any(letter in name for letter in forbidden)


def _stays_below(link: Path, root: Path) -> bool:
    try:
        return link.resolve().is_relative_to(root)
    except (OSError, RuntimeError):  # a circular link
        return False
