"""Run git: a notes folder in; commits, tags, and files of earlier revisions out. The only module that runs git.

A repository of notes may come from a stranger, and git runs commands that a repository's settings name: file system
monitors, filters, hooks, transports. Every call here turns these off, ignores the variables by which a caller's git
points at another repository, and reads objects as they are stored (`ls-tree`, `cat-file`): no checkout, no archive.
"""

from __future__ import annotations

import io
import logging
import os
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from msgspec import Struct

from studydeck.errors import GitError

_logger = logging.getLogger(__name__)
_SETTINGS = (
    "safe.bareRepository=explicit",
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "versionsort.suffix=-",  # 1.0.0-rc.1 comes before 1.0.0
)
_ENVIRONMENT = {
    "GIT_ALLOW_PROTOCOL": "none",  # a partial clone must not fetch what is missing: its address may be a command
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
# Where the user's own settings are, among them the trusted folders (safe.directory). All other GIT_* are dropped.
_KEPT_VARIABLES = frozenset({"GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM"})
_TAG_OF_VERSION = re.compile(r"v?\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?")
_COMMIT_ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_MISSING_FILE = (
    "a file of it is not in this clone, and studydeck does not fetch; if it is a partial clone, clone without --filter"
)
_SETTING_OF_FILTER = re.compile(r"filter\..+\.(?:clean|smudge|process|required)", re.DOTALL | re.IGNORECASE)
_ENTRY_POINT = "build_deck.py"
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

    def tag(self, version: str) -> str | None:
        """Return the name of the tag of a version, with or without a leading v, or None."""
        if not _TAG_OF_VERSION.fullmatch(version):
            return None
        return next((name for name in (f"v{version}", version) if self.commit(f"refs/tags/{name}")), None)

    def newest_tag(self) -> str | None:
        """Return the tag of the highest version among the ancestors of HEAD, or None."""
        if not self.commit():
            return None
        arguments = ("--merged=HEAD", "--sort=-version:refname", "--format=%(refname:strip=2)", "refs/tags")
        names = _text(_run_git(self.top, "for-each-ref", *arguments)).split("\n")
        versions = [name for name in names if _TAG_OF_VERSION.fullmatch(name)]
        return next((name for name in versions if name.startswith("v")), versions[0] if versions else None)

    def parents(self, revision: str = "HEAD") -> tuple[str, ...]:
        """Return the ids of the parents of a commit; in a shallow clone, those that were fetched."""
        commit = self.commit(revision)
        if not commit:
            return ()
        return tuple(_text(_run_git(self.top, "rev-parse", "--revs-only", f"{commit}^@")).split())

    def merge_heads(self) -> tuple[str, ...]:
        """Return the commits that a merge in progress brings in; () if there is none."""
        path = self.top / _line(_run_git(self.top, "rev-parse", "--git-path", "MERGE_HEAD"))
        try:
            return tuple(_COMMIT_ID.findall(path.read_text("utf-8", "replace")))
        except OSError:
            return ()

    def is_shallow(self) -> bool:
        """Return whether the clone lacks a part of the history."""
        return _line(_run_git(self.top, "rev-parse", "--is-shallow-repository")) == "true"

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
        commit = self._known_commit(revision)
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
        entry = self._entries(self._known_commit(revision), "--", path).get(path)
        return next(self.read_blobs([entry.object_id])) if entry and entry.is_file else None

    def read_blobs(self, object_ids: Sequence[str]) -> Iterator[bytes]:
        """Yield the bytes of stored files in the order of their ids; raise a GitError where one is missing."""
        if not object_ids:
            return
        with tempfile.TemporaryFile() as requests:  # a pipe would block: git answers while it still reads
            requests.write("".join(f"{object_id}\n" for object_id in object_ids).encode())
            requests.seek(0)
            with subprocess.Popen(
                _command(self.top, "cat-file", "--batch"),
                stdin=requests,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=_environment(),
            ) as process:
                assert process.stdout
                try:
                    for _ in object_ids:
                        header = process.stdout.readline().split()
                        if len(header) != 3 or header[1] != b"blob":
                            raise GitError(_MISSING_FILE)
                        yield process.stdout.read(int(header[2]))
                        process.stdout.read(1)  # the line end after each object
                finally:
                    process.kill()

    def read_objects(self, names: Sequence[str]) -> list[bytes | None]:
        """Return the bytes of objects such as "HEAD:notes/deck.toml", or None for each that does not exist.

        One process reads all of them.
        """
        requests = b"".join(os.fsencode(name) + b"\n" for name in names)
        output = io.BytesIO(_run_git(self.top, "cat-file", "--batch", stdin=requests))
        contents: list[bytes | None] = []
        for _ in names:
            header = output.readline().split()
            is_object = len(header) == 3 and header[2].isdigit()
            contents.append(output.read(int(header[2])) if is_object else None)
            if is_object:
                output.read(1)  # the line end after each object
        return contents

    def history(self) -> History:
        """Return whether the clone is shallow, and what a merge in progress brings in; one process reads both."""
        arguments = ("--is-shallow-repository", "--git-path", "MERGE_HEAD")
        shallow, _, path = _line(_run_git(self.top, "rev-parse", *arguments)).partition("\n")
        try:
            merge_heads = tuple(_COMMIT_ID.findall((self.top / path).read_text("utf-8", "replace")))
        except OSError:  # no merge is in progress
            merge_heads = ()
        return History(shallow == "true", merge_heads)

    def dirty(self) -> tuple[str, ...]:
        """Return the paths with uncommitted changes; untracked files only if they are in the notes folder.

        Changes inside of a submodule are not looked for.
        """
        arguments = ("--porcelain", "-z", "--no-renames", "--untracked-files=all", "--ignore-submodules=dirty")
        lines = _text(_run_git(self.top, "status", *arguments, settings=self._without_filters())).split("\0")
        return tuple(line[3:] for line in lines if line and (line[:2] != "??" or self._is_note(line[3:])))

    def build(self, revision: str, templates: Path, *flags: str) -> bytes:
        """Return the package built from a revision.

        Parameters
        ----------
        revision : a branch, tag or commit.
        templates : the templates folder; if it is in the repository, that of the revision is used.
        flags : further options of the command `build`.

        Raises
        ------
        GitError : if the revision does not exist or its build failed, with the reason.
        """
        commit = self.commit(revision)
        if not commit:
            raise GitError(f'git knows no revision "{revision}"; fetch its tags: git fetch --tags')
        with tempfile.TemporaryDirectory() as scratch:
            tree = Path(scratch, "tree")
            self._unpack(commit, tree)
            templates_folder = templates.resolve()
            templates_path = (
                templates_folder.relative_to(self.top).as_posix() if templates_folder.is_relative_to(self.top) else ""
            )
            arguments = (
                [*flags, "--templates", templates_path]
                if templates_path and (tree / templates_path).is_dir()
                else [*flags]
            )
            return _build_package(tree, self.notes, Path(scratch, "dist"), arguments)

    def _is_note(self, path: str) -> bool:
        return self.notes == "." or path.startswith(f"{self.notes}/")

    def _without_filters(self) -> Mapping[str, str]:
        """Return settings that turn off every filter that the repository's or the user's settings define."""
        try:
            names = _text(_run_git(self.top, "config", "--list", "--name-only", "-z")).split("\0")
        except GitError:
            return {}
        return {
            name: "false" if name.lower().endswith(".required") else ""
            for name in names
            if _SETTING_OF_FILTER.fullmatch(name)
        }

    def _known_commit(self, revision: str) -> str:
        commit = self.commit(revision)
        if commit:
            return commit
        if not self.commit():
            raise GitError("the repository has no commit yet")
        shallow = "this clone is shallow; get its history: git fetch --unshallow --tags" if self.is_shallow() else ""
        raise GitError(f'git knows no revision "{revision}"; {shallow or "fetch its tags: git fetch --tags"}')

    def _object_id(self, name: str) -> str | None:
        try:
            return _line(_run_git(self.top, "rev-parse", "--verify", "--quiet", "--end-of-options", name))
        except (GitError, ValueError):  # a null byte or a lone surrogate is no argument of a program
            return None

    def _entries(self, *arguments: str) -> dict[str, TreeEntry]:
        entries = {}
        records = _text(_run_git(self.top, "ls-tree", "-z", "--long", "--full-tree", *arguments)).split("\0")
        for record in records[:-1]:
            description, _, path = record.partition("\t")
            mode, _, object_id, size = description.split()
            entries[path] = TreeEntry(mode, object_id, 0 if size == "-" else int(size))
        return entries

    def _unpack(self, commit: str, folder: Path) -> None:
        data = _run_git(self.top, "archive", commit, settings=self._without_filters())
        folder.mkdir()
        try:
            with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
                archive.extractall(folder, filter="data")
        except tarfile.TarError as fault:
            raise GitError(f"it contains nothing that can be built ({fault})") from fault


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
    top = next((parent for parent in (folder, *folder.parents) if _exists(parent / ".git")), None)
    if not top:
        raise GitError("it is not in a git repository")
    found = Path(_line(_run_git(top, "rev-parse", "--show-toplevel"))).resolve()
    if found != top:
        raise GitError(f"the settings of the repository in {top} name another work tree: {found}")
    return Repository(top, folder.relative_to(top).as_posix())


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a folder that may not be read
        return False


def _run_git(
    folder: Path, *arguments: str, settings: Mapping[str, str] = MappingProxyType({}), stdin: bytes = b""
) -> bytes:
    """Return the output of git; raise a GitError, with the first line of its complaint, if it fails."""
    command, environment = _command(folder, *arguments), _environment(settings)
    try:
        completed = subprocess.run(command, input=stdin, capture_output=True, check=False, env=environment)
    except OSError as fault:
        raise GitError(f"git cannot be started ({fault.strerror})") from fault
    if completed.returncode:
        raise GitError(_complaint(completed.stderr.decode("utf-8", "replace"), folder))
    return completed.stdout


def _complaint(stderr: str, folder: Path) -> str:
    lines = [line for line in stderr.splitlines() if line.startswith(("fatal: ", "error: "))] or ["git failed"]
    if "dubious ownership" in stderr:
        return f"{folder} belongs to another user; if you trust it: git config --global --add safe.directory {folder}"
    if "not allowed" in stderr or "promisor" in stderr:
        return _MISSING_FILE
    return lines[0].partition(": ")[2] or lines[0]


def _command(folder: Path, *arguments: str) -> list[str]:
    settings = [part for setting in _SETTINGS for part in ("-c", setting)]
    return [_git_program(), "--no-pager", *settings, "-C", str(folder), *arguments]


def _environment(settings: Mapping[str, str] = MappingProxyType({})) -> dict[str, str]:
    """Return the variables for git; settings whose names `git -c` cannot take are passed in them, too."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.upper().startswith("GIT_") or name in _KEPT_VARIABLES
    }
    for number, (key, value) in enumerate(settings.items()):
        kept |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    return kept | _ENVIRONMENT | {"GIT_CONFIG_COUNT": str(len(settings))}


def _git_program() -> str:
    """Return the path of git. Only absolute folders in PATH count, so that no file of the notes is taken for git."""
    name = "git.exe" if os.name == "nt" else "git"
    for folder in os.get_exec_path():
        program = Path(folder, name)
        if program.is_absolute() and program.is_file() and os.access(program, os.X_OK):
            return str(program)
    raise GitError("git is not installed, or not in a folder of PATH")


def _text(output: bytes) -> str:
    return os.fsdecode(output)


def _line(output: bytes) -> str:
    return os.fsdecode(output).removesuffix("\n")


def _build_package(tree: Path, notes: str, out: Path, arguments: Sequence[str]) -> bytes:
    entry_point = [_ENTRY_POINT] if (tree / _ENTRY_POINT).is_file() else ["-m", "studydeck"]
    command = [sys.executable, *entry_point, "build", "--notes", notes, "--out", str(out), *arguments]
    completed = subprocess.run(command, cwd=tree, capture_output=True, check=False, text=True, encoding="utf-8")
    packages = sorted(out.glob("*.apkg"))
    if completed.returncode or len(packages) != 1:
        output_lines = [line for line in (completed.stderr + completed.stdout).strip().splitlines() if line] or [
            "there was no output"
        ]
        raise GitError("its build failed: " + output_lines[0])
    return packages[0].read_bytes()
