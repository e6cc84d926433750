"""Starts git, and is the only module that does: a folder and arguments in, the output or stored files out.

A repository of notes may come from a stranger, and git runs commands that a repository's settings name: file system
monitors, filters, hooks, transports. Every call turns these off and ignores the variables by which a caller's git
points at another repository. The callers use only commands that read objects as they are stored: no checkout, no
archive, no textconv.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

from studydeck.errors import GitError, GitTimeoutError

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
_MISSING_FILE = (
    "a file of it is missing in this clone, or damaged, and studydeck does not fetch it; `git fsck` tells more, and a "
    "partial clone must be made again without --filter"
)
_LARGEST_OUTPUT = 32 * 2**20  # bytes; a few small trees can list more files than there is memory
_LARGEST_COMPLAINT = 10_000
_PATIENCE = 30.0  # seconds; git waits for ever where a file of the repository is a pipe
_unanswered: set[Path] = set()  # folders for which git did not answer, so that no command waits for it twice


def run_git(
    folder: Path,
    *arguments: str,
    settings: Mapping[str, str] = MappingProxyType({}),
    stdin: bytes = b"",
    largest_output: int = 0,
) -> bytes:
    """Return the output of git, of `largest_output` bytes at most, by default 32 MB.

    Raises
    ------
    GitError : with the first line of git's complaint, if it fails or takes too long.
    """
    if folder.absolute() in _unanswered:
        raise _no_answer()
    command, environment = _command(folder, *arguments), _environment(settings)
    largest_output = largest_output or _LARGEST_OUTPUT
    with tempfile.TemporaryFile() as complaints, tempfile.TemporaryFile() as requests:
        requests.write(stdin)
        requests.seek(0)
        try:
            process = subprocess.Popen(
                command, stdin=requests, stdout=subprocess.PIPE, stderr=complaints, env=environment
            )
        except OSError as fault:
            raise GitError(f"git cannot be started ({fault.strerror})") from fault
        with process, _watched(process, folder):
            assert process.stdout
            output = process.stdout.read(largest_output + 1)
            if len(output) > largest_output:
                process.kill()
                raise GitError(f"git lists more than {largest_output // 2**20} MB of files")
            process.wait()
        if process.returncode:
            complaints.seek(0)
            raise GitError(_complaint(complaints.read(_LARGEST_COMPLAINT).decode("utf-8", "replace"), folder))
    return output


def read_objects(folder: Path, object_ids: Sequence[str]) -> Iterator[bytes]:
    """Yield the bytes of stored files in the order of their ids; raise a GitError where one is missing."""
    if not object_ids:
        return
    with tempfile.TemporaryFile() as requests:  # a pipe could block: git answers while requests are still written
        requests.write("".join(f"{object_id}\n" for object_id in object_ids).encode())
        requests.seek(0)
        command = _command(folder, "cat-file", "--batch")
        with (
            subprocess.Popen(
                command, stdin=requests, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=_environment()
            ) as process,
            _watched(process, folder) as watch,
        ):
            assert process.stdout
            try:
                for _ in object_ids:
                    watch.progress += 1
                    header = process.stdout.readline().split()
                    if len(header) != 3 or header[1] != b"blob":
                        raise GitError(_MISSING_FILE)
                    content = process.stdout.read(int(header[2]) + 1)  # a line end follows each object
                    if len(content) <= int(header[2]):
                        raise GitError("git failed while it read a file")
                    yield content[:-1]
            finally:
                process.kill()


class _Watch:
    """Kills a process that makes no progress for some time: a reader of its output cannot give up by itself."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.progress, self.is_over = 0, False
        self._process, self._ended = process, threading.Event()
        self._thread = threading.Thread(target=self._wait, daemon=True)
        self._thread.start()

    def _wait(self) -> None:
        seen = self.progress
        while not self._ended.wait(_PATIENCE):
            if self.progress == seen:
                self.is_over = True
                self._process.kill()
                return
            seen = self.progress

    def stop(self) -> None:
        """End the watch; no other thread is left, so that the process can be forked."""
        self._ended.set()
        self._thread.join()


@contextmanager
def _watched(process: subprocess.Popen[bytes], folder: Path) -> Iterator[_Watch]:
    """Watch a process; raise a GitTimeoutError if it was killed because it made no progress."""
    watch = _Watch(process)
    try:
        yield watch
    except GitError:
        if not watch.is_over:
            raise
    finally:
        watch.stop()
    if watch.is_over:
        _unanswered.add(folder.absolute())
        raise _no_answer()


def _no_answer() -> GitTimeoutError:
    return GitTimeoutError(
        f"git did not answer within {_PATIENCE:g} seconds; is a file of the repository or of its settings a pipe?"
    )


def text_of(output: bytes) -> str:
    """Return output as text; bytes that are not UTF-8 become surrogates."""
    return os.fsdecode(output)


def line_of(output: bytes) -> str:
    """Return output as text, without its last line end."""
    return os.fsdecode(output).removesuffix("\n")


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
