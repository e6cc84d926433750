"""Run git: a notes folder in; its commits, tags and packages of earlier revisions out. The only module that runs git.

An earlier revision is unpacked into a temporary folder and built there by its own tool if it contains one
(`build_deck.py`), otherwise by this one. The working tree does not change.
"""

from __future__ import annotations

import io
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from studydeck.errors import GitError

_GIT_COMMAND = "git"
_ENTRY_POINT = "build_deck.py"


class Repository(Struct, frozen=True):
    """A repository, and the path of the notes folder in it, with `/`."""

    top: Path
    notes: str

    def dirty(self) -> tuple[str, ...]:
        """Return the paths with uncommitted changes; untracked files only if they are in the notes folder."""
        with suppress(GitError):  # a repository that is broken or has no commit is not reported as dirty
            lines = _run_git(self.top, "status", "--porcelain", "-z", "--no-renames", "--untracked-files=all").split(
                "\0"
            )
            return tuple(line[3:] for line in lines if line and (line[:2] != "??" or self._is_note(line[3:])))
        return ()

    def commit(self, revision: str = "HEAD") -> str | None:
        """Return the commit of a revision, or None if there is none."""
        try:
            return _run_git(
                self.top, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"
            ).strip()
        except GitError:
            return None

    def tag(self, version: str) -> str | None:
        """Return the name of the tag of a version, with or without a leading v, or None."""
        return next((name for name in (f"v{version}", version) if self.commit(f"refs/tags/{name}")), None)

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

    def _unpack(self, commit: str, folder: Path) -> None:
        completed = subprocess.run(
            [_GIT_COMMAND, "-C", str(self.top), "archive", commit], capture_output=True, check=False
        )
        if completed.returncode:
            raise GitError(completed.stderr.decode("utf-8", "replace").strip())
        folder.mkdir()
        try:
            with tarfile.open(fileobj=io.BytesIO(completed.stdout), mode="r:") as archive:
                archive.extractall(folder, filter="data")
        except tarfile.TarError as fault:
            raise GitError(f"it contains nothing that can be built ({fault})") from fault


def repository(notes: Path) -> Repository | None:
    """Return the repository that contains a folder, or None if there is none or git is not installed."""
    folder = notes.resolve()
    try:
        top = Path(_run_git(folder, "rev-parse", "--show-toplevel").strip()).resolve()
    except GitError:
        return None
    return Repository(top, folder.relative_to(top).as_posix()) if folder.is_relative_to(top) else None


def _run_git(folder: Path, *arguments: str) -> str:
    try:
        completed = subprocess.run(
            [_GIT_COMMAND, "-C", str(folder), *arguments], capture_output=True, check=False, text=True, encoding="utf-8"
        )
    except OSError as fault:
        raise GitError(f"git cannot be started ({fault.strerror})") from fault
    if completed.returncode:
        raise GitError(completed.stderr.strip())
    return completed.stdout


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
