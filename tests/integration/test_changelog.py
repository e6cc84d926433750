"""The deck's changelog: in the notes folder, never read as notes, and found where earlier versions wrote it."""

from __future__ import annotations

from pathlib import Path

import pytest

from studydeck import storage
from studydeck.releases import changelog
from tests.support.releases import Repository, create_repository

OLD = """# News

## Unreleased

By hand.

## 0.9.0 (2026-01-02)

### For learners

The first version: 3 notes, 3 cards.

### For authors

- Built with studydeck 0.9.0.
"""
OTHER = "# Changes of the project\n\n## Unreleased\n\nA new build script.\n\n## 0.8.0 (2026-01-01)\n\n- A license.\n"
FACT = "# Tea\n\n- **Sencha**: tea that is steamed soon after the harvest\n"


@pytest.fixture
def tea(tmp_path: Path) -> Repository:
    """Return a deck in a repository, built but never released."""
    return create_repository(tmp_path / "tea")


@pytest.mark.parametrize("layout", ["top", "deck in a subfolder", "relative"])
def test_the_changelog_of_a_deck_is_never_read_as_notes(
    layout: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is left out in the notes folder and beside the deck.toml of a deck below it, but not elsewhere."""
    deck = tmp_path / "tea" if layout == "deck in a subfolder" else tmp_path
    other = tmp_path / "history"
    for folder in (deck, other):
        folder.mkdir(exist_ok=True)
        (folder / "CHANGELOG.md").write_text(FACT, "utf-8")
    (deck / "deck.toml").write_text('id = "tea-deck"\n', "utf-8")
    (deck / "tea.md").write_text(FACT, "utf-8")
    monkeypatch.chdir(tmp_path)
    folder = Path() if layout == "relative" else tmp_path
    paths = [source.path for source in storage.read_sources(folder)]
    assert paths == ["history/CHANGELOG.md", (deck / "tea.md").relative_to(tmp_path).as_posix()]


@pytest.mark.git
def test_sections_beside_the_notes_folder_are_copied(tea: Repository) -> None:
    """A release copies what an earlier version wrote there, and does not change or read the old file again."""
    old = tea.top / "CHANGELOG.md"
    old.write_text(OLD, "utf-8")
    tea.commit()
    assert f"copied the sections of {old}" in tea.run_ok("release")
    text = (tea.notes / "CHANGELOG.md").read_text("utf-8")
    assert text.startswith("# News\n\n## Unreleased\n\n## 1.0.0 (")
    assert "By hand." in changelog.section_of(text, "1.0.0")
    assert changelog.section_of(text, "0.9.0") == changelog.section_of(OLD, "0.9.0")
    assert old.read_text("utf-8") == OLD
    old.write_text(OLD.replace("0.9.0", "1.0.1"), "utf-8")
    tea.commit()
    tea.git("tag", "v1.0.0")
    tea.edit(("half brown in the shade", "half brown in the sun"))
    assert "copied" not in tea.run_ok("release")


@pytest.mark.git
def test_a_version_in_an_old_changelog_exists_already(tea: Repository) -> None:
    """A version whose section is beside the notes folder can be bundled, but not released again."""
    tea.release("1.0.0")
    (tea.notes / "CHANGELOG.md").rename(tea.top / "CHANGELOG.md")
    tea.commit()
    tea.run_ok("bundle", "--tag", "v1.0.0")
    text = (tea.top / "CHANGELOG.md").read_text("utf-8")
    assert (tea.out / "tea-1.0.0.md").read_text("utf-8") == changelog.section_of(text, "1.0.0")
    (tea.top / "CHANGELOG.md").write_text(OLD.replace("0.9.0", "1.0.1"), "utf-8")
    tea.edit(("half brown in the shade", "half brown in the sun"))
    assert "version 1.0.1 exists already" in tea.run_failing("release")


@pytest.mark.git
def test_the_changelog_of_something_else_is_not_copied(tea: Repository) -> None:
    """A changelog beside the notes folder that `release` did not write stays where it is."""
    (tea.top / "CHANGELOG.md").write_text(OTHER, "utf-8")
    tea.commit()
    assert "copied" not in tea.run_ok("release")
    text = (tea.notes / "CHANGELOG.md").read_text("utf-8")
    assert text.startswith("# Changelog\n\n## Unreleased\n\n## 1.0.0 (")
    assert "license" not in text
    assert (tea.top / "CHANGELOG.md").read_text("utf-8") == OTHER
