"""What the documents say is what the program does."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path

from click.testing import CliRunner

from studydeck.cli.main import main
from studydeck.diagnostics import DiagnosticCode
from studydeck.extraction.engine import RULES

ROOT = Path(__file__).parents[2]


def test_every_code_is_documented_once() -> None:
    """Each code of a problem has one row in docs/diagnostics.md, and no row is left over."""
    rows = re.findall(
        r"^\| `([\w-]+)` \|", (ROOT / "docs" / "diagnostics.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert sorted(rows) == sorted(DiagnosticCode)
    assert rows == sorted(rows)


def test_every_rule_is_a_file_of_its_own() -> None:
    """The table of rules names functions of the modules in studydeck/extraction/rules, each in another."""
    rooms = [rule.__module__.rpartition(".")[2] for _, rule in RULES]
    assert len(set(rooms)) == len(rooms)
    assert all((ROOT / "studydeck" / "extraction" / "rules" / f"{room}.py").is_file() for room in rooms)


def test_the_readme_begins_with_two_commands() -> None:
    """The first fenced block of the README holds the two commands that CI runs as they are written."""
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert [line.split(" && ")[-1] for line in blocks[0].strip().splitlines()] == [
        "python build_deck.py",
        "python -m pytest",
    ]


def test_what_contributing_names_is_there() -> None:
    """Every command of CONTRIBUTING names a file, a module or a command that exists, with options that it knows."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    commands = [shlex.split(one) for one in re.findall(r"`(python [^`<]+)`", text)]
    assert len(commands) > 8
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    named = {re.split(r"[\[>=]", one)[0] for extra in extras.values() for one in extra}
    for _, first, *rest in commands:
        if first == "-m":
            # Who only runs the tests need not have what lints.
            assert rest[0] in named or find_spec(rest[0]), rest
        else:
            assert (ROOT / first).is_file(), first
    decks = [rest for _, first, *rest in commands if first == "build_deck.py"]
    assert len(decks) > 2
    for words in decks:
        result = CliRunner().invoke(main, [*words, "--help"])
        assert result.exit_code == 0, (words, result.output)


def test_what_contributing_says_of_notes_works(tmp_path: Path) -> None:
    """The recipe for notes, run in a copy: it lists, builds, and leaves nothing to commit."""
    shutil.copytree(ROOT / "notes", tmp_path / "notes")
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").split("## Add a case")[0]
    commands = re.findall(r"`(python build_deck\.py[^`]*)`", text)
    assert commands[-1].endswith("--locked")
    for command in commands:
        words = [sys.executable, str(ROOT / "build_deck.py"), *shlex.split(command)[2:]]
        done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
