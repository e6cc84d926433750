"""A deck in its own git repository, for tests that release it version by version."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner, Result

from studydeck.cli.main import main
from tests.support.pipeline import DAY, NOW
from tests.support.sample_decks import TEMPLATES

# All cards are made, however weak they are, so that the tests depend on no table of points.
DECK = """# About the deck
id = "tea-deck"
name = "Tea"  # as Anki knows it
version = "1.0.0"
min-confidence = -99
"""
NOTES = """# Tea

## Kinds

| Kind | Leaf |
| --- | --- |
| Sencha | steamed soon after the harvest |
| Oolong | left to turn half brown in the shade |
| Assam | left to turn dark all the way through |

## The three tools of the table

- Kettle
- Pot
- Strainer

## Gaiwan

A lidded bowl in which leaves are brewed and from which they are poured.
"""


@dataclass
class Repository:
    """A git repository with notes, and the current time in seconds since the epoch."""

    top: Path
    now: int = NOW

    @property
    def notes(self) -> Path:
        return self.top / "notes"

    @property
    def out(self) -> Path:
        return self.top / "dist"

    def git(self, *arguments: str) -> str:
        """Run git, which must succeed; return its output."""
        identity = (
            "-c",
            "user.name=maintainer",
            "-c",
            "user.email=maintainer@example.org",
            "-c",
            "commit.gpgsign=false",
        )
        done = subprocess.run(
            ["git", "-C", str(self.top), *identity, *arguments], capture_output=True, text=True, check=True
        )
        return done.stdout

    def run(self, command: str, *arguments: str) -> Result:
        """Run a command through the command line's entry point."""
        folders = ("--notes", str(self.notes), "--out", str(self.out), "--templates", str(TEMPLATES))
        result = CliRunner().invoke(main, [command, *arguments, *folders], env={"SOURCE_DATE_EPOCH": str(self.now)})
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    def run_ok(self, command: str, *arguments: str) -> str:
        """Run a command that must succeed; return its output."""
        result = self.run(command, *arguments)
        assert result.exit_code == 0, result.output
        return result.output

    def run_failing(self, command: str, *arguments: str) -> str:
        """Run a command that must fail and write nothing; return its output."""
        before = self.files()
        result = self.run(command, *arguments)
        assert result.exit_code == 1, result.output
        assert self.files() == before
        return result.output

    def files(self) -> dict[str, bytes]:
        """Return every file of the folder by its path, except git's own."""
        paths = (path for path in sorted(self.top.rglob("*")) if path.is_file() and ".git" not in path.parts)
        return {path.relative_to(self.top).as_posix(): path.read_bytes() for path in paths}

    def commit(self) -> None:
        """Commit everything."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "Edit the notes")

    def edit(self, *replacements: tuple[str, str]) -> None:
        """Advance a day, replace texts of the notes, build and commit."""
        self.now += DAY
        path = self.notes / "tea.md"
        text = path.read_text("utf-8")
        for old, new in replacements:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        path.write_text(text, "utf-8")
        self.run_ok("build")
        self.commit()

    def release(self, version: str, *arguments: str) -> bytes:
        """Advance a day, release, commit, tag and build; return the package."""
        self.now += DAY
        self.run_ok("release", *arguments)
        self.commit()
        self.git("tag", f"v{version}")
        self.run_ok("build", "--locked")
        return (self.out / f"tea-{version}.apkg").read_bytes()


class Coffee(Repository):
    """A second deck in the same repository."""

    @property
    def notes(self) -> Path:
        return self.top / "coffee"


def create_repository(folder: Path) -> Repository:
    """Create a repository with one file of notes, built and committed."""
    repository = Repository(folder)
    repository.notes.mkdir(parents=True)
    (repository.notes / "tea.md").write_text(NOTES, "utf-8")
    (repository.notes / "deck.toml").write_text(DECK, "utf-8")
    (folder / ".gitignore").write_text("dist/\n", "utf-8")
    repository.git("init", "--quiet", "--initial-branch=main")
    repository.run_ok("build")
    repository.commit()
    return repository
