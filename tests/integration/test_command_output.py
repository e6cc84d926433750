"""Output in rare cases: notes that cannot be built, retired notes, other decks, broken packages, no git."""

from __future__ import annotations

import io
import json
import zipfile

import pytest

from studydeck.apkg.reader import unpack
from studydeck.cli.progress import time_left_text
from studydeck.errors import GitError, PackageError
from studydeck.integrations import git
from tests.support.releases import NOTES, Repository, create_repository

CONFLICT = "<<<<<<< HEAD\nnot JSON\n"


@pytest.fixture
def tea(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """Return a deck in a repository, built but never released."""
    return create_repository(tmp_path_factory.mktemp("deck") / "tea")


@pytest.mark.git
def test_a_failed_build_is_listed_as_json(tea: Repository) -> None:
    """`list` prints the diagnostics of a build that failed as JSON, and raises them as text."""
    (tea.notes / "ledger.jsonl").write_text(CONFLICT, "utf-8")
    records = [json.loads(line) for line in tea.run_failing("list", "--format", "json").splitlines()]
    assert records
    assert "bad-ledger" in json.dumps(records)
    assert "bad-ledger" in tea.run_failing("list")
    assert "bad-ledger" in tea.run_failing("check", "--format", "json")
    assert "::error file=" in tea.run_failing("identities", "--format", "github")


@pytest.mark.git
def test_retired_notes_are_listed(tea: Repository) -> None:
    """`list`, in both formats, and `identities` name the notes that the next build retires."""
    path = tea.notes / "tea.md"
    path.write_text(NOTES[: NOTES.index("## Gaiwan")], "utf-8")
    retired = [json.loads(line) for line in tea.run_ok("list", "--format", "json").splitlines() if '"retired"' in line]
    assert len(retired) == 1
    assert retired[0]["retired"]["text"].startswith("gaiwan | ")
    assert "1 note is retired" in tea.run_ok("list")
    assert "- retired: " in tea.run("identities").output


@pytest.mark.git
def test_a_comparison_has_three_formats(tea: Repository) -> None:
    """`diff` prints text, a page of Markdown and JSON; another deck is an error."""
    tea.edit(("half brown in the shade", "half brown in the sun"))
    for style in ("text", "markdown", "json"):
        assert "half brown in the sun" in tea.run_ok("diff", "HEAD~1", "--format", style)
    settings = tea.notes / "deck.toml"
    settings.write_text(settings.read_text("utf-8").replace("tea-deck", "other-deck"), "utf-8")
    (tea.notes / "ledger.jsonl").unlink()
    assert tea.run("diff", "HEAD").exit_code == 1


@pytest.mark.git
def test_a_bulk_change_is_named(tea: Repository) -> None:
    """A build that recognises or retires most notes says so."""
    facts = "".join(f"- **Word{number}**: what the number {number} means to people of tea\n" for number in range(60))
    (tea.notes / "more.md").write_text(f"# Words of tea\n\n{facts}", "utf-8")
    tea.run_ok("build")
    (tea.notes / "more.md").write_text("# Words of tea\n\n- **Cup**: what tea is drunk from\n", "utf-8")
    assert "a bulk change" in tea.run_ok("build")


@pytest.mark.git
def test_without_git_there_is_no_repository(tea: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without git, and outside a repository, none is found; a revision that git does not know is an error."""
    found = git.repository(tea.notes)
    assert found
    assert found.commit("unknown") is None
    with pytest.raises(GitError):
        found.resolve("unknown")
    assert git.repository(tea.top.parent) is None
    monkeypatch.setenv("PATH", "")
    assert git.repository(tea.notes) is None
    with pytest.raises(GitError, match="git is not installed"):
        found.dirty()


def test_a_broken_package_is_refused() -> None:
    """An archive without a collection, with one that is no database, and with bytes that are no archive."""
    archives: tuple[dict[str, bytes], ...] = ({}, {"collection.anki2": b"no database", "media": b"{}"})
    for members in archives:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for name, content in members.items():
                archive.writestr(name, content)
        with pytest.raises(PackageError, match=r"not an Anki package|not a SQLite database"):
            unpack(buffer.getvalue())
    with pytest.raises(PackageError, match="not an Anki package"):
        unpack(b"PK")


@pytest.mark.parametrize(
    ("elapsed", "expected", "done", "total", "text"),
    [
        (1.0, 60.0, 0, None, "about 59 s left"),
        (1.0, 600.0, 0, None, "about 10 min left"),
        (10.0, 0.0, 1, 5, "about 40 s left"),
        (10.0, 0.0, 5, 5, ""),
        (30.0, 10.0, 0, None, "30 s"),
        (0.0, 0.0, 0, None, ""),
    ],
)
def test_the_time_left_is_named(elapsed: float, expected: float, done: float, total: float | None, text: str) -> None:
    """It comes from the progress if there is any, else from the expected time, else it is the time elapsed."""
    assert time_left_text(elapsed, expected, done, total) == text
