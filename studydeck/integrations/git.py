"""Read a git repository: a notes folder in; commits, tags, uncommitted changes and files of earlier revisions out.

Files are read as they are stored (`ls-tree`, `cat-file`); no checkout, filter or archive is made. `git_process` starts
git, in such a way that nothing in the repository can run.
"""

from __future__ import annotations

import logging
import re
import stat
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from studydeck.config import tag_names
from studydeck.errors import GitError
from studydeck.integrations import git_lfs
from studydeck.integrations.git_process import line_of, read_objects, run_git, text_of
from studydeck.patterns import lazy_pattern

_logger = logging.getLogger(__name__)
_TAG_OF_VERSION = lazy_pattern(r"v?\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?")
_LARGEST_LEDGERS = 512 * 2**20  # bytes: ten ledgers of 100,000 notes
_LARGEST_STATE = 10_000  # characters of a file in which git keeps ids
_OBJECT_ID = lazy_pattern(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_SETTING_OF_FILTER = lazy_pattern(r"filter\..+\.(?:clean|smudge|process|required)", re.DOTALL | re.IGNORECASE)
SYMBOLIC_LINK, SUBMODULE = "120000", "160000"  # modes of entries


class TreeEntry(Struct, frozen=True):
    """An entry of a tree: its mode as git writes it, the id of its object, and the size of a file in bytes."""

    mode: str
    object_id: str
    size: int

    @property
    def is_file(self) -> bool:
        """Return whether it is a file: no symbolic link, no submodule."""
        return self.mode.startswith("100")


class History(Struct, frozen=True):
    """Whether a clone lacks a part of the history, and the commits that a merge in progress brings in."""

    is_shallow: bool
    merge_heads: tuple[str, ...]


class Repository(Struct, frozen=True):
    """A repository with a work tree, and the path of the notes folder in it, with `/`; "." if it is the top."""

    top: Path
    notes: str

    def commit(self, revision: str = "HEAD") -> str | None:
        """Return the id of the commit that a revision names, or None if there is none."""
        return self._object_id(f"{revision}^{{commit}}")

    def resolve(self, revision: str) -> str:
        """Return the id of the commit that a revision names; raise a GitError if there is none, with the reason."""
        commit = self.commit(revision)
        if commit:
            return commit
        if not self.commit():
            raise GitError("the repository has no commit yet")
        shallow = "this clone is shallow; get its history: git fetch --unshallow --tags" if self.is_shallow() else ""
        raise GitError(f'git knows no revision "{revision}"; {shallow or "fetch its tags: git fetch --tags"}')

    def tag(self, version: str, prefix: str) -> str | None:
        """Return the name of the tag of a version, or None; `prefix` is the setting of deck.toml, or empty."""
        if not _TAG_OF_VERSION.fullmatch(version):
            return None
        return next((name for name in tag_names(version, prefix) if self.commit(f"refs/tags/{name}")), None)

    def parents(self, revision: str = "HEAD") -> tuple[str, ...]:
        """Return the ids of the parents of a commit; in a shallow clone, those that were fetched."""
        commit = self.commit(revision)
        if not commit:
            return ()
        return tuple(text_of(run_git(self.top, "rev-parse", "--revs-only", f"{commit}^@")).split())

    def is_shallow(self) -> bool:
        """Return whether the clone lacks a part of the history."""
        return line_of(run_git(self.top, "rev-parse", "--is-shallow-repository")) == "true"

    def note_path(self, name: str) -> str:
        """Return the path of a file of the notes folder, from the top of the repository."""
        return name if self.notes == "." else f"{self.notes}/{name}"

    def files_at(self, revision: str, folder: str = ".") -> Mapping[str, TreeEntry]:
        """Return the files, symbolic links and submodules below a folder at a revision.

        Parameters
        ----------
        revision : a branch, tag or commit.
        folder : its path from the top of the repository, with `/`.

        Returns
        -------
        The entries by their path below the folder; none if the revision has no such folder. A name that is not UTF-8
        contains surrogates, as in `os.fsdecode`.

        Raises
        ------
        GitError : if git knows no such revision.
        """
        commit = self.resolve(revision)
        found = commit if folder == "." else self._object_id(f"{commit}:{folder}")
        tree = self._object_id(f"{found}^{{tree}}") if found else None  # None where it is a file
        return self._entries("-r", tree) if tree else {}

    def read_blob(self, revision: str, path: str) -> bytes | None:
        """Return the bytes of a file at a revision as they are stored, or None if it has no such regular file.

        Parameters
        ----------
        revision : a branch, tag or commit.
        path : the path of the file from the top of the repository, with `/`.

        Raises
        ------
        GitError : if git knows no such revision, or the file is not in this clone.
        """
        entry = self._entries(self.resolve(revision), "--", path).get(path)
        return next(self.read_blobs([entry.object_id])) if entry and entry.is_file else None

    def read_blobs(self, object_ids: Sequence[str]) -> Iterator[bytes]:
        """Yield the bytes of stored files in the order of their ids; raise a GitError where one is missing."""
        return read_objects(self.top, object_ids)

    def submodule(self, path: str) -> Repository | None:
        """Return the repository of a submodule, or None if it is not in the work tree."""
        folder = self.top / path
        found = repository(folder) if _exists(folder / ".git") else None
        return found if found and found.top == folder else None

    def git_path(self, name: str) -> Path:
        """Return the path of a file or folder that git keeps beside the work tree, as `MERGE_HEAD` and `lfs`."""
        return self.top / line_of(run_git(self.top, "rev-parse", "--git-path", name))

    def read_named(self, names: Sequence[str]) -> list[bytes | None]:
        """Return the bytes of objects such as "HEAD:notes/deck.toml", or None for each that does not exist.

        One process reads all of them.
        """
        requests = "".join(f"{name}\n" for name in names)
        output = run_git(
            self.top,
            "cat-file",
            "--batch",
            stdin=requests.encode("utf-8", "surrogateescape"),
            largest_output=_LARGEST_LEDGERS,
        )
        contents: list[bytes | None] = []
        start = 0
        for _ in names:
            header_end = output.index(b"\n", start)
            words = output[start:header_end].split()
            start = header_end + 1
            is_object = len(words) == 3 and words[2].isdigit()
            contents.append(output[start : start + int(words[2])] if is_object else None)
            start += int(words[2]) + 1 if is_object else 0
        return contents

    def merge_base(self, revision: str) -> str:
        """Return the commit at which HEAD parted from a revision, or that of the revision if they share none."""
        commit = self.resolve(revision)
        try:
            return line_of(run_git(self.top, "merge-base", commit, "HEAD"))
        except GitError:
            return commit

    def commits_since_change(self, path: str) -> tuple[str, tuple[str, ...]]:
        """Return the last commit that changed a file, and the later ones that changed the notes, the oldest first.

        A merge is one commit; without a commit that has the file, the first is empty, and there are no others.
        """
        last = line_of(run_git(self.top, "rev-list", "--first-parent", "--max-count=1", "HEAD", "--", path))
        if not last:
            return "", ()
        arguments = ("--first-parent", "--reverse", f"{last}..HEAD", "--", self.notes)
        return last, tuple(text_of(run_git(self.top, "rev-list", *arguments)).split())

    def history(self) -> History:
        """Return whether the clone is shallow, and what a merge in progress brings in; one process reads both."""
        arguments = ("--is-shallow-repository", "--git-path", "MERGE_HEAD")
        shallow, _, path = line_of(run_git(self.top, "rev-parse", *arguments)).partition("\n")
        return History(shallow == "true", tuple(_OBJECT_ID.findall(_read_small_file(self.top / path))))

    def dirty(self) -> tuple[str, ...]:
        """Return the paths with uncommitted changes; untracked files only if they are in the notes folder.

        Filters are off: a file of Git LFS is compared with its pointer here, and one of another filter counts as
        changed if git cannot see from its size and time that it did not.

        Raises
        ------
        GitError : if git refuses to read the repository, with the reason.
        """
        arguments = ("--porcelain", "-z", "--no-renames", "--untracked-files=all", "--ignore-submodules=dirty")
        lines = text_of(run_git(self.top, "status", *arguments, settings=self._without_filters())).split("\0")
        changed = [line[3:] for line in lines if line and (line[:2] != "??" or self._is_note(line[3:]))]
        paths = [path for path in changed if not self._is_lfs_copy(path)]
        entries = self.files_at("HEAD", self.notes) if self.commit() else {}
        for path in (self.note_path(name) for name, entry in entries.items() if entry.mode == SUBMODULE):
            if submodule := self.submodule(path):
                paths += (f"{path}/{name}" for name in submodule.dirty())
        return tuple(paths)

    def _is_lfs_copy(self, path: str) -> bool:
        """Return whether a file has the content that the pointer of Git LFS in its stead names."""
        pointer = git_lfs.pointer((self.read_blob("HEAD", path) or b"") if self.commit() else b"")
        return bool(pointer and git_lfs.is_content(self.top / path, pointer))

    def _is_note(self, path: str) -> bool:
        return self.notes == "." or path.startswith(f"{self.notes}/")

    def _without_filters(self) -> Mapping[str, str]:
        """Return settings that turn off every filter that the repository's or the user's settings define."""
        try:
            names = text_of(run_git(self.top, "config", "--list", "--name-only", "-z")).split("\0")
        except GitError:
            return {}
        return {
            name: "false" if name.lower().endswith(".required") else ""
            for name in names
            if _SETTING_OF_FILTER.fullmatch(name)
        }

    def _object_id(self, name: str) -> str | None:
        try:
            found = line_of(run_git(self.top, "rev-parse", "--verify", "--quiet", "--end-of-options", name))
        except (GitError, ValueError):  # a null byte or a lone surrogate is no argument of a program
            return None
        return found if _OBJECT_ID.fullmatch(found) else None  # ^REVISION excludes a commit and gives ^ID

    def _entries(self, *arguments: str) -> dict[str, TreeEntry]:
        entries = {}
        records = text_of(run_git(self.top, "ls-tree", "-z", "--long", "--full-tree", *arguments)).split("\0")
        for record in records[:-1]:
            description, _, path = record.partition("\t")
            mode, _, object_id, size = description.split()
            entries[path] = TreeEntry(mode, object_id, int(size) if size.isdecimal() else 0)  # "-", or "BAD" if missing
        return entries


def repository(notes: Path) -> Repository | None:
    """Return the repository that contains a folder, or None if none can be used; the reason is logged."""
    try:
        return open_repository(notes)
    except GitError as git_error:
        _logger.info("%s: git is not used: %s", notes, git_error)
        return None


def open_repository(notes: Path) -> Repository:
    """Return the repository that contains a folder.

    The `.git` is searched here, and git is only started beside it: a bare repository among the notes is never
    discovered.

    Raises
    ------
    GitError : with the reason in one line: there is no repository, git is not installed, or git refuses to read it.
    """
    folder = notes.resolve()
    if not folder.is_dir():
        raise GitError(f"{notes} is not a folder")
    top = top_folder(folder)
    if not top:
        raise GitError(f"{notes} is not in a git repository")
    found = Path(line_of(run_git(top, "rev-parse", "--show-toplevel"))).resolve()
    if found != top:
        raise GitError(f"the settings of the repository in {top} name another work tree: {found}")
    return Repository(top, folder.relative_to(top).as_posix())


def top_folder(folder: Path) -> Path | None:
    """Return the folder with the `.git` that a folder belongs to, or None; git is not asked."""
    path = folder.resolve()
    return next((parent for parent in (path, *path.parents) if _exists(parent / ".git")), None)


def _read_small_file(path: Path) -> str:
    """Return the beginning of a text file; an empty text if there is none, or a pipe or device instead."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return ""
        with path.open(encoding="utf-8", errors="replace") as file:
            return file.read(_LARGEST_STATE)
    except OSError:
        return ""


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a folder that may not be read
        return False
