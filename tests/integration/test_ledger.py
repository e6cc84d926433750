"""The ledger on disk: merges by git, and SOURCE_DATE_EPOCH on the command line."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from studydeck.cli.main import main
from studydeck.identity import ledger as ledger_file
from studydeck.pipeline import Built
from tests.support.pipeline import DAY, NOW, build_notes, slots_and_times

NOTES = "# Tea\n\n## Kinds\n\n- **Oolong**: half brown leaves of tea\n- **Sencha**: steamed leaves of tea\n"
needs_git = pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")


class Repository:
    """A git repository with notes and ledger."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.git("init", "-q", "-b", "main")
        for key, value in (("user.name", "A"), ("user.email", "a@example.org"), ("commit.gpgsign", "false")):
            self.git("config", key, value)

    def git(self, *arguments: str, fails: bool = False) -> str:
        """Run git, which must succeed, or fail if `fails`; return its output."""
        result = subprocess.run(["git", *arguments], cwd=self.folder, capture_output=True, text=True, check=False)
        assert bool(result.returncode) == fails, result.stdout + result.stderr
        return result.stdout

    def commit(self, text: str, now: int) -> Built:
        """Write notes, build them with the ledger of the repository, and commit both."""
        ledger = self.folder / ledger_file.FILE_NAME
        ledger_text = ledger.read_text("utf-8") if ledger.exists() else None
        (self.folder / "notes.md").write_text(text, "utf-8")
        built = build_notes(text, ledger_text, now=now)
        ledger.write_text(built.ledger_text, "utf-8")
        self.git("add", ".")
        self.git("commit", "-q", "-m", "notes")
        return built

    def ledger(self) -> str:
        """Return the text of the ledger."""
        return (self.folder / ledger_file.FILE_NAME).read_text("utf-8")


def chapters(*extra: tuple[int, str]) -> str:
    """Return notes of ten chapters with three terms each, and extra terms at the end of some."""
    sections = ["# Tea\n"]
    for chapter in range(10):
        terms = [
            f"- **Leaf {chapter}{number}**: grows on hill {chapter * 7 + number} of the garden" for number in range(3)
        ]
        terms += [extra_term for extra_chapter, extra_term in extra if extra_chapter == chapter]
        sections.append(f"## Chapter {chapter}\n\n" + "\n".join(terms) + "\n")
    return "\n".join(sections)


@pytest.mark.git
@needs_git
def test_two_branches_that_add_notes_in_different_places_merge(tmp_path: Path) -> None:
    """Two authors add notes and build: git merges the ledger without conflict, and all notes keep their identities."""
    repository = Repository(tmp_path)
    base = repository.commit(chapters(), NOW)
    first_term, second_term = (
        (1, "- **Matcha**: powder for whisking into water"),
        (8, "- **Assam**: strong leaves for milk tea"),
    )
    repository.git("switch", "-q", "-c", "theirs")
    theirs = repository.commit(chapters(second_term), NOW + DAY)
    repository.git("switch", "-q", "main")
    ours = repository.commit(chapters(first_term), NOW + 2 * DAY)
    repository.git("merge", "-q", "-m", "merge", "theirs")
    merged = build_notes(chapters(first_term, second_term), repository.ledger(), now=NOW + 3 * DAY)
    assert merged.ledger_text == repository.ledger()
    assert set(slots_and_times(merged)) == set(slots_and_times(ours)) | set(slots_and_times(theirs))
    assert len(merged.notes) == len(base.notes) + 2
    assert slots_and_times(merged) == slots_and_times(ours) | slots_and_times(theirs)


@pytest.mark.git
@needs_git
@pytest.mark.parametrize("style", ["merge", "diff3", "zdiff3"])
def test_a_conflicted_ledger_of_two_branches_is_read(tmp_path: Path, style: str) -> None:
    """After a merge conflict the author only needs to fix the notes: the ledger is read with its markers."""
    repository = Repository(tmp_path)
    repository.git("config", "merge.conflictStyle", style)
    repository.commit(chapters(), NOW)
    first_term, second_term = (
        (4, "- **Matcha**: powder for whisking into water"),
        (4, "- **Assam**: strong leaves for milk tea"),
    )
    repository.git("switch", "-q", "-c", "theirs")
    theirs = repository.commit(chapters(second_term), NOW + DAY)
    repository.git("switch", "-q", "main")
    ours = repository.commit(chapters(first_term), NOW + 2 * DAY)
    repository.git("merge", "-q", "-m", "merge", "theirs", fails=True)
    assert "<<<<<<<" in repository.ledger()
    merged = build_notes(chapters(first_term, second_term), repository.ledger(), now=NOW + 3 * DAY)
    assert slots_and_times(merged) == slots_and_times(ours) | slots_and_times(theirs)
    assert "<<<<<<<" not in merged.ledger_text


def test_source_date_epoch_sets_the_time_of_change(tmp_path: Path) -> None:
    """If SOURCE_DATE_EPOCH is set, it is the time of every change."""
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "tea.md").write_text(NOTES, "utf-8")
    arguments = ["--notes", str(notes), "--out", str(tmp_path / "dist")]
    result = CliRunner().invoke(main, arguments, env={"SOURCE_DATE_EPOCH": "1234567890"})
    assert result.exit_code == 0, result.output
    times = re.findall(r'"changed":(\d+)', (notes / ledger_file.FILE_NAME).read_text("utf-8"))
    assert times
    assert set(times) == {"1234567890"}
