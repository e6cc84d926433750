"""Repositories of strangers: no setting, filter, hook, transport or file in them starts a command.

Each shape names a command that leaves a file behind. First plain git is seen to start it, then every command of
studydeck that reads git is not.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from studydeck.errors import GitError
from studydeck.integrations import git, git_process
from tests.support.releases import Repository, create_repository

ROOT = Path(__file__).parents[2]
pytestmark = [pytest.mark.git, pytest.mark.skipif(os.name == "nt", reason="the commands are shell scripts")]
Shape = Callable[[Repository, str], tuple[str, ...]]  # (repository, hostile command) -> git command that starts it


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """Return a deck in a repository, released as 1.0.0 and edited after that; tests work on copies."""
    repository = create_repository(tmp_path_factory.mktemp("released") / "tea")
    repository.release("1.0.0")
    repository.edit(("half brown in the shade", "half brown in the sun"))
    return repository


@pytest.fixture
def tea(released: Repository, tmp_path: Path) -> Repository:
    """Return a copy of the repository."""
    shutil.copytree(released.top, tmp_path / "tea")
    return Repository(tmp_path / "tea", released.now)


@pytest.fixture
def command(tmp_path: Path) -> str:
    """Return the path of a program that creates the file `ran`."""
    program = tmp_path / "hostile"
    program.write_text(f"#!/bin/sh\necho \"$0 $*\" >> '{tmp_path / 'ran'}'\nexit 0\n", "utf-8")
    program.chmod(0o755)
    return str(program)


def settings(repository: Repository, **values: str) -> None:
    for name, value in values.items():
        repository.git("config", name.replace("__", "."), value)


def touch(repository: Repository) -> None:
    """Make git look at a file again: its time changes, not its content."""
    os.utime(repository.notes / "tea.md", (1, 1))


def fsmonitor(repository: Repository, command: str) -> tuple[str, ...]:
    settings(repository, core__fsmonitor=command)
    return ("status",)


def included_settings(repository: Repository, command: str) -> tuple[str, ...]:
    (repository.notes / "settings").write_text(f'[core]\n\tfsmonitor = "{command}"\n', "utf-8")
    repository.commit()
    settings(repository, include__path="../notes/settings")
    return ("status",)


def settings_of_the_worktree(repository: Repository, command: str) -> tuple[str, ...]:
    settings(repository, extensions__worktreeConfig="true")
    (repository.top / ".git" / "config.worktree").write_text(f'[core]\n\tfsmonitor = "{command}"\n', "utf-8")
    return ("status",)


def bare_repository_as_notes(repository: Repository, command: str) -> tuple[str, ...]:
    """The notes folder has the files of a bare repository."""
    shutil.copytree(repository.top / ".git" / "objects", repository.notes / "objects")
    shutil.copytree(repository.top / ".git" / "refs", repository.notes / "refs")
    shutil.copy(repository.top / ".git" / "index", repository.notes)
    (repository.notes / "HEAD").write_text("ref: refs/heads/main\n", "utf-8")
    (repository.notes / "config").write_text(
        f'[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = ".."\n\tfsmonitor = "{command}"\n',
        "utf-8",
    )
    repository.commit()
    return ("-C", "notes", "status")


def clean_filter(repository: Repository, command: str) -> tuple[str, ...]:
    (repository.notes / ".gitattributes").write_text("*.md filter=x=y.z\n", "utf-8")
    repository.commit()
    repository.git("config", "filter.x=y.z.clean", command)
    repository.git("config", "filter.x=y.z.required", "true")
    touch(repository)
    return ("status",)


def smudge_filter(repository: Repository, command: str) -> tuple[str, ...]:
    (repository.top / ".git" / "info" / "attributes").write_text("*.md filter=X\n", "utf-8")
    settings(repository, filter__X__smudge=command)
    return ("archive", "HEAD")


def filter_process(repository: Repository, command: str) -> tuple[str, ...]:
    (repository.notes / ".gitattributes").write_text("*.md filter=lfs export-subst\n", "utf-8")
    repository.commit()
    settings(repository, filter__lfs__process=command, filter__lfs__required="true")
    touch(repository)
    return ("status",)


def text_conversion(repository: Repository, command: str) -> tuple[str, ...]:
    (repository.notes / ".gitattributes").write_text("*.md diff=x\n", "utf-8")
    repository.commit()
    settings(repository, diff__x__textconv=command, diff__external=command)
    return ("diff", "HEAD~2")


def hooks(repository: Repository, command: str) -> tuple[str, ...]:
    folder = repository.top / ".git" / "hooks"
    folder.mkdir(exist_ok=True)
    for name in ("post-index-change", "fsmonitor-watchman", "post-checkout", "reference-transaction"):
        shutil.copy(command, folder / name)
    touch(repository)
    return ("status",)


def hooks_in_the_notes(repository: Repository, command: str) -> tuple[str, ...]:
    (repository.notes / "hooks").mkdir()
    shutil.copy(command, repository.notes / "hooks" / "post-index-change")
    repository.commit()
    settings(repository, core__hooksPath="notes/hooks")
    touch(repository)
    return ("status",)


def promisor(repository: Repository, **values: str) -> tuple[str, ...]:
    """Remove the stored notes of all revisions, and promise that a remote repository has them."""
    for revision in ("HEAD", "v1.0.0"):
        name = repository.git("rev-parse", f"{revision}:notes/tea.md").strip()
        (repository.top / ".git" / "objects" / name[:2] / name[2:]).unlink()
    settings(repository, extensions__partialClone="origin", remote__origin__promisor="true", **values)
    settings(repository, core__repositoryformatversion="1")
    return ("cat-file", "-p", "HEAD:notes/tea.md")


def promisor_ext(repository: Repository, command: str) -> tuple[str, ...]:
    return promisor(repository, remote__origin__url=f"ext::{command} %S", protocol__ext__allow="always")


def promisor_ssh(repository: Repository, command: str) -> tuple[str, ...]:
    return promisor(repository, remote__origin__url="ssh://localhost/x", core__sshCommand=command)


def promisor_upload_pack(repository: Repository, command: str) -> tuple[str, ...]:
    return promisor(repository, remote__origin__url=str(repository.top), remote__origin__uploadpack=command)


def signature(repository: Repository, command: str) -> tuple[str, ...]:
    repository.git("config", "gpg.program", command)
    repository.git("config", "log.showSignature", "true")
    commit = repository.git("cat-file", "commit", "HEAD")
    head, _, message = commit.partition("\n\n")
    signed = f"{head}\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----\n\n{message}"
    path = repository.out / "commit"
    path.write_text(signed, "utf-8")
    repository.git("reset", "--soft", repository.git("hash-object", "-t", "commit", "-w", str(path)).strip())
    return ("verify-commit", "HEAD")


def submodule(repository: Repository, command: str) -> tuple[str, ...]:
    source = create_repository(repository.top.parent / "module")
    source.git("rm", "--quiet", "--cached", "notes/deck.toml", "notes/ledger.jsonl")
    source.git("commit", "--quiet", "-m", "Only a note")
    url = str(source.top)
    repository.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", url, "notes/module")
    repository.commit()
    subprocess.run(["git", "-C", repository.notes / "module", "config", "core.fsmonitor", command], check=True)
    return ("status",)


SHAPES: tuple[Shape, ...] = (
    fsmonitor,
    included_settings,
    settings_of_the_worktree,
    bare_repository_as_notes,
    clean_filter,
    smudge_filter,
    filter_process,
    text_conversion,
    hooks,
    hooks_in_the_notes,
    promisor_ext,
    promisor_ssh,
    promisor_upload_pack,
    signature,
    submodule,
)


def use_everything(tea: Repository) -> str:
    """Run every command that reads git, and every function that reads a repository; return what was printed."""
    kept = tea.top.parent / "kept.apkg"
    package = next(tea.out.glob("*.apkg"))
    shutil.copy(package, kept)
    output = "".join(
        tea.run(*arguments).output
        for arguments in (
            ("diff", "HEAD"),
            ("diff", "v1.0.0", "HEAD"),
            ("release", "--dry-run"),
            ("bundle",),
            ("reproduce", str(kept)),
            ("rehearse", "HEAD~1", "HEAD", "--python", "/nowhere/python"),
        )
    )
    if found := git.repository(tea.notes):
        for read in (found.parents, found.history, found.is_shallow, found.dirty):
            read()
        found.files_at("HEAD")
    return output


@pytest.mark.parametrize("shape", SHAPES, ids=[shape.__name__ for shape in SHAPES])
def test_no_shape_of_git_starts_a_command(tea: Repository, command: str, shape: Shape) -> None:
    """Plain git starts the command that the repository names; studydeck does not."""
    ran = tea.top.parent / "ran"
    started_by = shape(tea, command)
    ran.unlink(missing_ok=True)
    output = use_everything(tea)
    assert not ran.exists(), ran.read_text("utf-8")
    assert "Traceback" not in output
    assert ("missing in this clone" in output) == shape.__name__.startswith("promisor")
    subprocess.run(["git", *started_by], cwd=tea.top, capture_output=True, timeout=60)
    assert ran.exists(), "the shape does not work in plain git, so that the test shows nothing"


def test_settings_that_need_a_terminal_or_a_network_start_nothing(tea: Repository, command: str) -> None:
    """Pagers, aliases, credential helpers and askpass programs."""
    settings(
        tea,
        core__pager=command,
        pager__status=command,
        alias__status=f"!{command}",
        credential__helper=f"!{command}",
        core__askPass=command,
        core__gitProxy=command,
        remote__origin__vcs="evil",
        core__alternateRefsCommand=command,
    )
    use_everything(tea)
    assert not (tea.top.parent / "ran").exists()


def test_variables_of_the_caller_do_not_reach_git(
    tea: Repository, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Variables that point git at another repository or at programs, as in a hook of another repository."""
    other = create_repository(tmp_path / "other")
    settings(other, core__fsmonitor=command)
    expected = tea.run("diff", "HEAD").output
    for name, value in {
        "GIT_DIR": str(other.top / ".git"),
        "GIT_WORK_TREE": str(other.top),
        "GIT_INDEX_FILE": str(other.top / ".git" / "index"),
        "GIT_OBJECT_DIRECTORY": "/nowhere",
        "GIT_NAMESPACE": "x",
        "GIT_EXEC_PATH": str(tmp_path),
        "GIT_EXTERNAL_DIFF": command,
        "GIT_SSH_COMMAND": command,
        "GIT_ASKPASS": command,
        "GIT_PAGER": command,
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "core.fsmonitor",
        "GIT_CONFIG_VALUE_0": command,
        "GIT_CONFIG_PARAMETERS": f"'core.fsmonitor'='{command}'",
        "GIT_TRACE": str(tmp_path / "ran"),
        "GIT_ALLOW_PROTOCOL": "ext:file:ssh",
    }.items():
        monkeypatch.setenv(name, value)
    assert tea.run("diff", "HEAD").output == expected
    use_everything(tea)
    assert not (tmp_path / "ran").exists()


def test_a_program_in_the_notes_is_not_taken_for_git(
    tea: Repository, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A PATH with the current folder in it does not lead to a file called git there."""
    shutil.copy(command, tea.top / "git")
    monkeypatch.chdir(tea.top)
    monkeypatch.setenv("PATH", f".:{os.environ['PATH']}:")
    use_everything(tea)
    assert "1.0.0 → 1.0.1" in tea.run_ok("release", "--dry-run")
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("place", [".git/info/exclude", ".git/config", ".git/HEAD", "notes/.gitignore"])
def test_a_pipe_in_a_repository_stops_nothing(tea: Repository, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """git would wait for ever for what the pipe gives; the command says so, or does without git."""
    monkeypatch.setattr(git_process, "_PATIENCE", 0.3)
    path = tea.top / place
    path.unlink(missing_ok=True)
    os.mkfifo(path)
    for arguments in (("build",), ("diff", "HEAD"), ("release", "--dry-run")):
        started = time.monotonic()
        outcome = tea.run(*arguments)
        assert time.monotonic() - started < 15, arguments
        if outcome.exit_code or (arguments == ("build",) and place in {".git/config", ".git/HEAD"}):
            assert "git" in outcome.output, (arguments, outcome.output)


def test_git_is_waited_for_once(tea: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that starts git several times gives up after the first that does not answer."""
    monkeypatch.setattr(git_process, "_PATIENCE", 1.0)
    (tea.top / ".git" / "HEAD").unlink()
    os.mkfifo(tea.top / ".git" / "HEAD")
    started = time.monotonic()
    with pytest.raises(GitError):
        git_process.run_git(tea.top, "status")
    with pytest.raises(GitError, match="did not answer"):
        git_process.run_git(tea.top, "status")
    assert time.monotonic() - started < 1.9


def test_objects_that_do_not_come_are_said(tea: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stored file that is a pipe."""
    monkeypatch.setattr(git_process, "_PATIENCE", 0.3)
    object_id = tea.git("rev-parse", "HEAD:notes/tea.md").strip()
    path = tea.top / ".git" / "objects" / object_id[:2] / object_id[2:]
    path.unlink()
    os.mkfifo(path)
    assert "did not answer" in tea.run("diff", "HEAD").output


def test_a_merge_that_is_a_device_or_pipe_is_none(tea: Repository) -> None:
    """MERGE_HEAD is read by studydeck itself."""
    merge_head = tea.top / ".git" / "MERGE_HEAD"
    merge_head.symlink_to("/dev/zero")
    assert git.open_repository(tea.notes).history().merge_heads == ()
    merge_head.unlink()
    os.mkfifo(merge_head)
    assert git.open_repository(tea.notes).history().merge_heads == ()


NAMES = ("random", "string", "types", "queue", "calendar", "click", "msgspec", "sitecustomize", "build_deck")


@pytest.mark.slow
def test_no_file_of_the_notes_is_imported(tea: Repository, tmp_path: Path) -> None:
    """Files that are named like modules, the tool itself among them, are not imported from any revision."""
    for name in NAMES:
        (tea.top / f"{name}.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n", "utf-8")
    for folder in (tea.top / "studydeck", tea.top / "anki"):
        folder.mkdir()
        (folder / "__init__.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n", "utf-8")
    tea.edit(("half brown in the sun", "half brown in the open"))
    package = tea.release("1.0.1")
    kept = tmp_path / "kept.apkg"
    kept.write_bytes(package)
    program = Path(sys.executable).with_name("studydeck")
    for arguments in (["diff", "HEAD"], ["release", "--dry-run"], ["reproduce", kept], ["rehearse", "v1.0.0", "HEAD"]):
        done = subprocess.run([program, *arguments], cwd=tea.top, capture_output=True, text=True, timeout=120)
        assert "Traceback" not in done.stderr
        assert done.returncode == (arguments[0] == "release"), done.stderr  # nothing differs from the last release
        assert not (tmp_path / "ran").exists(), arguments


def test_python_m_does_not_import_the_current_folder(tea: Repository, tmp_path: Path) -> None:
    """`python -m studydeck` drops the folder that Python puts first, unless the tool itself is there."""
    for name in ("random", "click", "msgspec", "email"):
        (tea.top / f"{name}.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n", "utf-8")
    command = [sys.executable, "-m", "studydeck", "list"]
    done = subprocess.run(command, cwd=tea.top, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "ran").exists()
    done = subprocess.run([*command[:3], "--version"], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
