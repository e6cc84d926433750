"""A deck in a git repository of its own, released version by version as a maintainer does it."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner, Result

from studydeck.cli.main import main
from tests.support.pipeline import DAY, NOW
from tests.support.sample_decks import TEMPLATES

DECK = '# About the deck\nid = "tea-deck"\nname = "Tea"  # as Anki knows it\nversion = "1.0.0"\n'
NOTES = """# Tea

## Kinds

| Kind | Leaf |
| --- | --- |
| Sencha | steamed soon after the harvest |
| Oolong | left to turn half brown in the shade |
| Assam | left to turn dark all the way through |

## Tools of the table

- Kettle
- Pot
- Strainer

## Gaiwan

A lidded bowl in which leaves are brewed and from which they are poured.
"""


@dataclass
class Repository:
    """A folder under git with notes, and the clock of its maintainer in seconds since the epoch."""

    top: Path
    now: int = NOW

    @property
    def notes(self) -> Path:
        return self.top / "notes"

    @property
    def out(self) -> Path:
        return self.top / "dist"

    def git(self, *words: str) -> str:
        """Run git, which must succeed."""
        who = ("-c", "user.name=maintainer", "-c", "user.email=maintainer@example.org", "-c", "commit.gpgsign=false")
        done = subprocess.run(["git", "-C", str(self.top), *who, *words], capture_output=True, text=True, check=True)
        return done.stdout

    def run(self, command: str, *words: str) -> Result:
        """Run a command as the front door does."""
        spans = ("--notes", str(self.notes), "--out", str(self.out), "--templates", str(TEMPLATES))
        result = CliRunner().invoke(main, [command, *words, *spans], env={"SOURCE_DATE_EPOCH": str(self.now)})
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    def does(self, command: str, *words: str) -> str:
        """Run a command that must succeed, and give what it said."""
        result = self.run(command, *words)
        assert result.exit_code == 0, result.output
        return result.output

    def refuses(self, command: str, *words: str) -> str:
        """Run a command that must fail and write nothing, and give what it said."""
        before = self.files()
        result = self.run(command, *words)
        assert result.exit_code == 1, result.output
        assert self.files() == before
        return result.output

    def files(self) -> dict[str, bytes]:
        """Read everything that lies in the folder, but git's own."""
        found = (path for path in sorted(self.top.rglob("*")) if path.is_file() and ".git" not in path.parts)
        return {path.relative_to(self.top).as_posix(): path.read_bytes() for path in found}

    def commit(self) -> None:
        """Commit everything."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "Edit the notes")

    def edit(self, *replaced: tuple[str, str]) -> None:
        """Replace texts of the notes, a day later, and build and commit them."""
        self.now += DAY
        path = self.notes / "tea.md"
        text = path.read_text("utf-8")
        for old, new in replaced:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        path.write_text(text, "utf-8")
        self.does("build")
        self.commit()

    def release(self, version: str, *words: str) -> bytes:
        """Release, commit, tag and build; give the package."""
        self.now += DAY
        self.does("release", *words)
        self.commit()
        self.git("tag", f"v{version}")
        self.does("build", "--locked")
        return (self.out / f"tea-{version}.apkg").read_bytes()


def repository(folder: Path) -> Repository:
    """Begin a repository with one file of notes, built and committed."""
    made = Repository(folder)
    made.notes.mkdir(parents=True)
    (made.notes / "tea.md").write_text(NOTES, "utf-8")
    (made.notes / "deck.toml").write_text(DECK, "utf-8")
    (folder / ".gitignore").write_text("dist/\n", "utf-8")
    made.git("init", "--quiet", "--initial-branch=main")
    made.does("build")
    made.commit()
    return made
