"""Unusual repositories: each works, or one line says what is missing."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from studydeck.errors import GitError
from studydeck.integrations import git, revisions
from tests.support.releases import NOTES, Repository, create_repository
from tests.support.sample_decks import TEMPLATES

pytestmark = pytest.mark.git
PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>\n'
SAME = "0 new notes, 0 changed, 0 moved, 0 retired; 0 new cards, 0 retired"


@pytest.fixture
def tea(tmp_path: Path) -> Repository:
    """Return a deck in a repository, built but never released."""
    return create_repository(tmp_path / "tea")


def add_picture(tea: Repository, content: bytes = PICTURE, name: str = "leaf.svg") -> None:
    (tea.notes / name).write_bytes(content)
    with (tea.notes / "tea.md").open("a", encoding="utf-8", newline="") as file:
        file.write(f"\n## Yixing\n\nA clay in which pots are made, unglazed and porous.\n\n![a leaf]({name})\n")
    tea.run_ok("build")
    tea.commit()


def one_line(output: str) -> str:
    """Return the one line that says what is wrong."""
    lines = output.replace("nothing was written: 1 error\n", "").splitlines()
    assert len(lines) == 1, output
    return lines[0]


@pytest.mark.skipif(os.name == "nt", reason="symbolic links need a privilege")
def test_symbolic_links_lead_nowhere_but_into_the_notes(tea: Repository, tmp_path: Path) -> None:
    """Links out of the folder, absolute and relative, direct and by other links, are not followed; links inside are."""
    secret = tmp_path / "secret.md"
    secret.write_text("# Secret\n\n## Password\n\nA word by which a door is opened: swordfish.\n", "utf-8")
    add_picture(tea)
    shutil.copy(tea.notes / "leaf.svg", tea.notes / "other.svg")
    (tea.notes / "sub" / "deep").mkdir(parents=True)
    links: dict[str, str | Path] = {
        "absolute.md": secret,
        "relative.md": "../../secret.md",
        "sub/deep/up": "../../../..",
        "sub/by.md": "deep/up/secret.md",
        "folder": "sub/deep",
        "through.md": "folder/../../../../secret.md",
        "loop.md": "loop.md",
        "loop1": "loop2",
        "loop2": "loop1",
        "dangling.svg": "nowhere.svg",
        "folder.svg": "/",
        "CHANGELOG.md": "/etc/passwd",
        "inside.md": "tea.md",
        "inside-absolute.svg": tea.notes / "other.svg",
    }
    for name, target in links.items():
        (tea.notes / name).symlink_to(target)
    for name in ("a", "b/c"):
        (tea.top / name).parent.mkdir(exist_ok=True)
        (tea.top / name).symlink_to("/etc")  # anywhere in the repository
    tea.commit()
    assert SAME in tea.run_ok("diff", "HEAD")
    with revisions.check_out(git.open_repository(tea.notes), "HEAD", TEMPLATES) as checked_out:
        made = {path.name for path in checked_out.notes.rglob("*") if path.is_symlink()}
        assert made == {"folder", "dangling.svg", "inside.md", "inside-absolute.svg"}
        assert (checked_out.notes / "inside.md").read_text("utf-8").startswith(NOTES)
        assert (checked_out.notes / "inside-absolute.svg").read_bytes() == PICTURE
    assert not checked_out.notes.exists()


@pytest.mark.skipif(os.name == "nt", reason="symbolic links need a privilege")
def test_settings_and_ledger_of_a_revision_are_not_read_through_links(tea: Repository) -> None:
    """A deck.toml that leads out of the folder is missing in the revision, and its target is not shown."""
    (tea.notes / "deck.toml").unlink()
    (tea.notes / "deck.toml").symlink_to("/etc/passwd")
    tea.commit()
    output = tea.run("diff", "HEAD", "HEAD").output
    assert "root" not in output
    assert SAME in output  # the ledger has the id and the name of the deck


def raw_tree(tea: Repository, *entries: tuple[bytes, bytes, str]) -> str:
    """Store a tree as it is given, without the checks of git; return its id."""
    data = b"".join(mode + b" " + name + b"\0" + bytes.fromhex(object_id) for mode, name, object_id in entries)
    command = ["git", "-C", str(tea.top), "hash-object", "-t", "tree", "-w", "--literally", "--stdin"]
    return subprocess.run(command, input=data, capture_output=True, check=True).stdout.decode().strip()


def test_trees_that_git_would_not_write_stay_in_their_folder(tea: Repository, tmp_path: Path) -> None:
    """Entries named `..` or `.git`, names with slashes, and a link that is a folder as well."""
    note = tea.git("rev-parse", "HEAD:notes/tea.md").strip()
    (tmp_path / "target").write_text(str(tmp_path), "utf-8")
    outside = tea.git("hash-object", "-w", str(tmp_path / "target")).strip()
    inner = raw_tree(tea, (b"100644", b"escaped.md", note), (b"120000", b"link.md", outside))
    (tmp_path / "target").unlink()
    notes = raw_tree(
        tea,
        (b"40000", b"..", inner),
        (b"100644", b"../../escaped.md", note),
        (b"100644", b"/tmp/escaped.md", note),
        (b"40000", b".git", inner),
        (b"120000", b"a", outside),
        (b"40000", b"a", inner),
        (b"120000", b"b", outside),
        (b"120000", b"b/c.md", outside),
        (b"100644", b"tea.md", note),
        (b"100644", b"tea.md", note),
    )
    tree = raw_tree(tea, (b"40000", b"notes", notes))
    commit = tea.git("commit-tree", "-m", "hostile", tree).strip()
    before = sorted(tmp_path.rglob("*"))
    assert tea.run("diff", commit, commit).exit_code == 0
    with revisions.check_out(git.open_repository(tea.notes), commit, TEMPLATES) as checked_out:
        paths = {path.relative_to(checked_out.notes).as_posix() for path in checked_out.notes.rglob("*")}
        assert paths == {".git", ".git/escaped.md", "a", "a/escaped.md", "tea.md"}
    assert [path for path in sorted(tmp_path.rglob("*")) if ".git" not in path.parts] == [
        path for path in before if ".git" not in path.parts
    ]


@pytest.mark.skipif(os.name == "nt", reason="file names are Unicode")
def test_an_untracked_name_that_is_not_utf_8(tea: Repository) -> None:
    """It is uncommitted like any other file, and named without a traceback."""
    (tea.notes / os.fsdecode(b"caf\xe9.txt")).write_bytes(b"")
    assert "not committed" in one_line(tea.run_failing("release"))
    tea.commit()
    tea.run_ok("release", "--dry-run")
    assert SAME in tea.run_ok("diff", "HEAD")


def test_without_git_the_reason_is_given(tea: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands that need a revision say that git is missing; `release` says that it cannot see what is committed."""
    package = tea.release("1.0.0")
    kept = tea.top.parent / "kept.apkg"
    kept.write_bytes(package)
    monkeypatch.setenv("PATH", "")
    for arguments in (("diff", "HEAD"), ("reproduce", str(kept))):
        assert "git is not installed" in one_line(tea.run(*arguments).output)
    for command in ("release", "bundle"):
        assert "not checked whether all files are committed: git is not installed" in tea.run(command).output
    tea.run_ok("build")
    (tea.top / ".git").rename(tea.top.parent / "elsewhere")
    assert "not in a git repository" in one_line(tea.run("diff", "HEAD").output)


def test_a_shallow_clone_says_how_to_get_the_history(tea: Repository, tmp_path: Path) -> None:
    """HEAD can be built; an earlier revision is missing, and the message names the command for it."""
    tea.release("1.0.0")
    tea.edit(("half brown in the shade", "half brown in the sun"))
    subprocess.run(["git", "clone", "--quiet", "--depth=1", "--no-tags", tea.top.as_uri(), tmp_path / "s"], check=True)
    shallow = Repository(tmp_path / "s", tea.now)
    assert SAME in shallow.run_ok("diff", "HEAD")
    assert "git fetch --unshallow --tags" in one_line(shallow.run_failing("diff", "v1.0.0"))
    found = git.open_repository(shallow.notes)
    assert found.is_shallow()
    assert found.parents() == ()
    assert not git.open_repository(tea.notes).is_shallow()


def test_a_worktree_and_a_detached_head(tea: Repository, tmp_path: Path) -> None:
    """A second work tree is a repository like any other, with the merge of its own; HEAD need not be a branch."""
    tea.release("1.0.0")
    tea.git("worktree", "add", "--quiet", "--detach", str(tmp_path / "second"), "HEAD~1")
    second = Repository(tmp_path / "second", tea.now)
    assert "0 changed" in second.run_ok("diff", "v1.0.0", "HEAD")
    found = git.open_repository(second.notes)
    assert found.dirty() == ()
    second.git("merge", "--quiet", "--no-ff", "--no-commit", "v1.0.0")
    assert found.history().merge_heads == (found.commit("v1.0.0"),)
    assert git.open_repository(tea.notes).history().merge_heads == ()


def test_a_repository_without_a_commit_and_a_bare_one(tea: Repository, tmp_path: Path) -> None:
    """The first says that there is no commit; in the second, notes are in no work tree."""
    empty = Repository(tmp_path / "empty", tea.now)
    shutil.copytree(tea.notes, empty.notes)
    empty.git("init", "--quiet")
    assert "no commit yet" in one_line(empty.run_failing("diff", "HEAD"))
    assert "not committed" in one_line(empty.run_failing("release"))
    bare = Repository(tmp_path / "bare.git", tea.now)
    bare.top.mkdir()
    bare.git("init", "--quiet", "--bare")
    shutil.copytree(tea.notes, bare.notes)
    assert "not in a git repository" in one_line(bare.run_failing("diff", "HEAD"))
    bare.run_ok("build")


def test_broken_and_foreign_repositories_are_said(tea: Repository, tmp_path: Path) -> None:
    """Settings that git cannot read, another work tree, a `.git` that leads nowhere, another owner."""
    config = tea.top / ".git" / "config"
    good = config.read_text("utf-8")
    config.write_text(good + "[core\n", "utf-8")
    assert "bad config line" in one_line(tea.run_failing("diff", "HEAD"))
    config.write_text(f"{good}[core]\n\tworktree = {tmp_path.as_posix()}\n", "utf-8")
    assert "another work tree" in one_line(tea.run_failing("diff", "HEAD"))
    config.write_text(good, "utf-8")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        os.chown(tea.top, 12345, 12345)
        os.chown(tea.top / ".git", 12345, 12345)
        assert "safe.directory" in one_line(tea.run_failing("diff", "HEAD"))
    shutil.rmtree(tea.top / ".git")
    (tea.top / ".git").write_text("gitdir: /nowhere\n", "utf-8")
    assert "not a git repository" in one_line(tea.run_failing("diff", "HEAD"))


def test_line_ends_that_git_converts(tea: Repository) -> None:
    """With `core.autocrlf` the work tree has other line ends than the revision: the same notes, nothing uncommitted."""
    tea.git("config", "core.autocrlf", "true")
    shutil.rmtree(tea.notes)
    tea.git("checkout", "--quiet", "--", ".")
    assert b"\r\n" in (tea.notes / "tea.md").read_bytes()
    os.utime(tea.notes / "tea.md", (1, 1))
    assert SAME in tea.run_ok("diff", "HEAD")
    tea.run_ok("release", "--dry-run")


def test_notes_in_a_submodule(tea: Repository, tmp_path: Path) -> None:
    """They are read from its own repository; where it is not checked out, a warning names the command."""
    module = Repository(tmp_path / "module")
    module.top.mkdir()
    module.git("init", "--quiet", "--initial-branch=main")
    (module.top / "more.md").write_text("# More\n\n## Chawan\n\nA bowl in which matcha is whisked.\n", "utf-8")
    module.commit()
    url = str(module.top)
    tea.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", url, "notes/module")
    tea.run_ok("build")
    tea.commit()
    assert SAME in tea.run_ok("diff", "HEAD")
    assert git.open_repository(tea.notes).dirty() == ()
    (tea.notes / "module" / "more.md").write_text("# More\n\n## Chawan\n\nA bowl for matcha.\n", "utf-8")
    assert git.open_repository(tea.notes).dirty() == ("notes/module/more.md",)
    tea.git("submodule", "--quiet", "deinit", "--force", "notes/module")
    output = tea.run_ok("diff", "HEAD", "HEAD")
    assert "HEAD:notes/module: warning: is a submodule" in output
    assert "git submodule update --init" in output


def test_pictures_in_git_lfs(tea: Repository) -> None:
    """The content is found where Git LFS keeps it, without its filter; where it is not, a warning names the command."""
    content = PICTURE.replace(b"9", b"8")
    digest = hashlib.sha256(content).hexdigest()
    add_picture(tea, content)
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize {len(content)}\n"
    (tea.notes / "leaf.svg").write_text(pointer, "utf-8", newline="\n")
    (tea.notes / ".gitattributes").write_text("*.svg filter=lfs diff=lfs merge=lfs -text\n", "utf-8")
    tea.commit()
    (tea.notes / "leaf.svg").write_bytes(content)
    assert git.open_repository(tea.notes).dirty() == ()
    assert "HEAD:notes/leaf.svg: warning: is in Git LFS" in tea.run_ok("diff", "HEAD")
    stored = tea.top / ".git" / "lfs" / "objects" / digest[:2] / digest[2:4] / digest
    stored.parent.mkdir(parents=True)
    stored.write_bytes(content)
    output = tea.run_ok("diff", "HEAD")
    assert SAME in output
    assert "not-in-clone" not in output
    stored.write_bytes(content.replace(b"8", b"7"))
    assert "not-in-clone" in tea.run_ok("diff", "HEAD")
    (tea.notes / "leaf.svg").write_bytes(PICTURE)
    assert git.open_repository(tea.notes).dirty() == ("notes/leaf.svg",)


def test_notes_at_the_top_and_in_odd_folders(tmp_path: Path) -> None:
    """The folder of a repository itself, a name with spaces and brackets, one that begins with a hyphen, a new one."""
    for folder in (".", "my [notes] *", "-n", "ünï/notes", ":(top)x" if os.name == "posix" else "x"):
        tea = create_repository(tmp_path / f"deck{len(list(tmp_path.iterdir()))}")
        if folder != ".":
            (tea.top / folder).parent.mkdir(exist_ok=True)
        target = tea.top / folder
        for path in [*tea.notes.iterdir()]:
            target.mkdir(exist_ok=True)
            path.rename(target / path.name)
        tea.notes.rmdir()
        tea.commit()
        found = git.open_repository(target)
        assert found.read_blob("HEAD", found.note_path("tea.md")) == NOTES.encode()
        with revisions.check_out(found, "HEAD", TEMPLATES) as checked_out:
            assert (checked_out.notes / "tea.md").read_bytes() == NOTES.encode()
        if folder != ".":
            with pytest.raises(GitError, match="it has no folder"), revisions.check_out(found, "HEAD~1", TEMPLATES):
                pass
        (target / "new.md").write_bytes(b"")
        assert found.dirty() == (found.note_path("new.md"),)


def test_another_version_of_the_tool(tea: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    """`reproduce` says which version made a package; `diff` and `release` warn where they would make other notes."""
    package = tea.release("1.0.0")
    kept = tea.top.parent / "kept.apkg"
    kept.write_bytes(package)
    monkeypatch.setattr("studydeck.cli.reproduce.__version__", "9.9.9")
    output = one_line(tea.run_failing("reproduce", str(kept)))
    assert "was built with studydeck 0.1.0, and this is 9.9.9" in output
    assert "git checkout" in output
    # The notes of the release as another version of the tool would read them: its ledger has other words.
    (tea.notes / "tea.md").write_text(NOTES.replace("half brown in the shade", "half brown in the sun"), "utf-8")
    tea.git("commit", "--quiet", "--all", "--amend", "-m", "Release")
    tea.git("tag", "--force", "v1.0.0")
    tea.run_ok("build")
    tea.commit()
    assert "v1.0.0: warning: another version of studydeck" in tea.run_ok("diff", "v1.0.0")
    assert "other-tool" not in tea.run_ok("diff", "HEAD")
    assert "half brown in the shade →" in tea.run_ok("diff", str(kept))
    (tea.out / "tea-1.0.0.apkg").unlink()
    # Nothing differs from what it builds of the tag.
    assert "v1.0.0: warning: another version of studydeck" in tea.run_failing("release")
    shutil.copy(kept, tea.out / "tea-1.0.0.apkg")
    assert "1.0.0 → 1.0.1: 0 new notes, 1 changed" in tea.run_ok("release", "--dry-run")


def test_a_tree_that_unfolds_is_refused(tea: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nine small trees that list a hundred million files: an error, not a full memory."""
    note = tea.git("rev-parse", "HEAD:notes/tea.md").strip()
    tree = raw_tree(tea, (b"100644", b"tea.md", note))
    for _ in range(8):
        tree = raw_tree(tea, *((b"40000", f"d{number}".encode(), tree) for number in range(10)))
    commit = tea.git("commit-tree", "-m", "bomb", raw_tree(tea, (b"40000", b"notes", tree))).strip()
    monkeypatch.setattr("studydeck.integrations.git_process._LARGEST_OUTPUT", 2**20)  # for speed
    assert "git lists more than 1 MB of files" in one_line(tea.run_failing("diff", commit, "HEAD"))
