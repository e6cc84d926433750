"""What git keeps of a folder: the only room that runs git, and that lets an earlier version build itself.

An earlier version is unpacked into a scratch folder and built there by its own tool where it brings one
(`build_deck.py`), else by this one: nothing of the working tree is touched.
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

_GIT = "git"
_DOOR = "build_deck.py"


class Repository(Struct, frozen=True):
    """A repository and the folder of the notes within it, as a path with `/`."""

    top: Path
    notes: str

    def dirty(self) -> tuple[str, ...]:
        """Give the paths of what is not committed: of strange files only those among the notes, which would build."""
        with suppress(GitError):  # a repository without a commit, or one that is broken, is not said to be dirty
            lines = _git(self.top, "status", "--porcelain", "-z", "--no-renames", "--untracked-files=all").split("\0")
            return tuple(line[3:] for line in lines if line and (line[:2] != "??" or self._is_note(line[3:])))
        return ()

    def commit(self, revision: str = "HEAD") -> str | None:
        """Give the commit of a revision, or None where there is none."""
        try:
            return _git(
                self.top, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"
            ).strip()
        except GitError:
            return None

    def tag(self, version: str) -> str | None:
        """Give the name of the tag of a version, with or without a leading v, or None."""
        return next((name for name in (f"v{version}", version) if self.commit(f"refs/tags/{name}")), None)

    def build(self, revision: str, templates: Path, *flags: str) -> bytes:
        """Give the package that a revision builds to, with its own templates where they lie in the repository.

        A GitError says why there is none.
        """
        commit = self.commit(revision)
        if not commit:
            raise GitError(f'git knows no revision "{revision}"; fetch its tags: git fetch --tags')
        with tempfile.TemporaryDirectory() as scratch:
            tree = Path(scratch, "tree")
            self._unpack(commit, tree)
            ours = templates.resolve()
            faces = ours.relative_to(self.top).as_posix() if ours.is_relative_to(self.top) else ""
            arguments = [*flags, "--templates", faces] if faces and (tree / faces).is_dir() else [*flags]
            return _built(tree, self.notes, Path(scratch, "dist"), arguments)

    def _is_note(self, path: str) -> bool:
        return self.notes == "." or path.startswith(f"{self.notes}/")

    def _unpack(self, commit: str, folder: Path) -> None:
        done = subprocess.run([_GIT, "-C", str(self.top), "archive", commit], capture_output=True, check=False)
        if done.returncode:
            raise GitError(done.stderr.decode("utf-8", "replace").strip())
        folder.mkdir()
        try:
            with tarfile.open(fileobj=io.BytesIO(done.stdout), mode="r:") as archive:
                archive.extractall(folder, filter="data")
        except tarfile.TarError as bad:
            raise GitError(f"it holds nothing that can be built ({bad})") from bad


def repository(notes: Path) -> Repository | None:
    """Find the repository that holds a folder, or None where there is none, or no git."""
    here = notes.resolve()
    try:
        top = Path(_git(here, "rev-parse", "--show-toplevel").strip()).resolve()
    except GitError:
        return None
    return Repository(top, here.relative_to(top).as_posix()) if here.is_relative_to(top) else None


def _git(folder: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(
            [_GIT, "-C", str(folder), *arguments], capture_output=True, check=False, text=True, encoding="utf-8"
        )
    except OSError as bad:
        raise GitError(f"git cannot be started ({bad.strerror})") from bad
    if done.returncode:
        raise GitError(done.stderr.strip())
    return done.stdout


def _built(tree: Path, notes: str, out: Path, arguments: Sequence[str]) -> bytes:
    door = [_DOOR] if (tree / _DOOR).is_file() else ["-m", "studydeck"]
    command = [sys.executable, *door, "build", "--notes", notes, "--out", str(out), *arguments]
    done = subprocess.run(command, cwd=tree, capture_output=True, check=False, text=True, encoding="utf-8")
    packages = sorted(out.glob("*.apkg"))
    if done.returncode or len(packages) != 1:
        said = [line for line in (done.stderr + done.stdout).strip().splitlines() if line] or ["it said nothing"]
        raise GitError("it does not build: " + said[0])
    return packages[0].read_bytes()
