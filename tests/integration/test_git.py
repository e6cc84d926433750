"""Reading repositories: revisions, trees, stored files, and what is missing in unusual repositories."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from msgspec.structs import replace

from studydeck import config
from studydeck.errors import GitError
from studydeck.integrations import git
from studydeck.integrations.released_notes import unchanged_files
from tests.support.releases import NOTES, Repository, create_repository

pytestmark = pytest.mark.git


@pytest.fixture
def tea(tmp_path: Path) -> Repository:
    """Return a deck in a repository, built but never released."""
    return create_repository(tmp_path / "tea")


def test_files_of_a_revision_are_read_as_they_are_stored(tea: Repository) -> None:
    """Trees and files come with any name; what is not a regular file is not read."""
    odd_names = ["a\nb.md", "tab\t.md", "-v.md", 'quo"te.md', "ünï.md", "*.md", "\x1b[31m.md"]
    if os.name == "posix":
        for name in [*odd_names, os.fsdecode(b"latin-\xe9.md")]:
            (tea.notes / name).write_text(name[:1], "utf-8")
        (tea.notes / "link.md").symlink_to("/etc/hostname")
    tea.commit()
    found = git.open_repository(tea.notes)
    files = found.files_at("HEAD", "notes")
    assert set(files) == {path.name for path in tea.notes.iterdir()}
    assert files["tea.md"].size == len(NOTES)
    assert found.read_blob("HEAD", found.note_path("tea.md")) == NOTES.encode()
    assert set(found.files_at("HEAD")) == {".gitignore", *(f"notes/{name}" for name in files)}
    for name, entry in files.items():
        content = found.read_blob("HEAD", f"notes/{name}")
        assert content == (None if name == "link.md" else (tea.notes / name).read_bytes())
        assert entry.is_file is (name != "link.md")
    assert found.read_blob("HEAD", "notes") is None
    assert found.files_at("HEAD", "nowhere") == found.files_at("HEAD", "notes/tea.md") == {}
    objects = [entry.object_id for entry in files.values()]
    assert [len(data) for data in found.read_blobs(objects)] == [entry.size for entry in files.values()]
    with pytest.raises(GitError, match="missing in this clone"):
        list(found.read_blobs([objects[0], "0" * 40]))


@pytest.mark.parametrize(
    "revision",
    ["-x", "--all", "", "no\nname", "HEAD\0", "HEAD:notes", "\ud800", "a b", "~", "@{", "^HEAD", "HEAD..HEAD"],
)
def test_what_names_no_commit_is_an_error(tea: Repository, revision: str) -> None:
    """Options, empty names, line ends, null bytes, trees and surrogates are revisions that git does not know."""
    found = git.open_repository(tea.notes)
    assert found.commit(revision) is None
    assert found.tag(revision, "") is None
    with pytest.raises(GitError, match="git knows no revision"):
        found.files_at(revision)


def test_parents_and_merge_heads(tea: Repository) -> None:
    """A merge has the parents that it joined; a merge in progress names what it brings in."""
    found = git.open_repository(tea.notes)
    root = found.commit()
    assert found.parents() == ()
    tea.git("checkout", "--quiet", "-b", "side")
    tea.git("commit", "--quiet", "--allow-empty", "-m", "side")
    side = found.commit()
    assert found.parents() == (root,)
    tea.git("checkout", "--quiet", "main")
    assert found.history().merge_heads == ()
    tea.git("merge", "--quiet", "--no-ff", "--no-commit", "side")
    assert found.history().merge_heads == (side,)
    tea.git("commit", "--quiet", "-m", "merge")
    assert found.parents() == (root, side)
    assert found.history().merge_heads == ()


def test_files_that_are_as_a_release_had_them(tmp_path: Path) -> None:
    """An edited file, another setting, and a version without a tag make every new card the author's own."""
    repository = create_repository(tmp_path / "deck")
    repository.git("tag", "v1.0.0")
    deck = config.read((repository.notes / "deck.toml").read_text("utf-8"))
    texts = {"tea.md": (repository.notes / "tea.md").read_text("utf-8"), "new.md": "# New\n"}
    assert unchanged_files(repository.notes, "1.0.0", texts, deck) == {"tea.md"}
    assert unchanged_files(repository.notes, "1.0.0", {"tea.md": texts["tea.md"] + "More\n"}, deck) == frozenset()
    assert unchanged_files(repository.notes, "1.0.0", texts, replace(deck, version="1.1.0")) == {"tea.md"}
    linked = replace(deck, source_url="https://example.org/{path}", description="On tea.")
    assert unchanged_files(repository.notes, "1.0.0", texts, linked) == {"tea.md"}
    assert unchanged_files(repository.notes, "1.0.0", texts, replace(deck, min_confidence=2)) == frozenset()
    assert unchanged_files(repository.notes, "9.9.9", texts, deck) == frozenset()
    assert unchanged_files(tmp_path, "1.0.0", texts, deck) == frozenset()
