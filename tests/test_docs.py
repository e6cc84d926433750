"""What the documents say is what the program does."""

from __future__ import annotations

import re
from pathlib import Path

from studydeck.problems import Code
from studydeck.rules import RULES

ROOT = Path(__file__).parent.parent


def test_every_code_is_documented_once() -> None:
    """Each code of a problem has one row in docs/problems.md, and no row is left over."""
    rows = re.findall(r"^\| `([\w-]+)` \|", (ROOT / "docs" / "problems.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(rows) == sorted(Code)
    assert rows == sorted(rows)


def test_every_rule_is_a_file_of_its_own() -> None:
    """The table of rules names functions of the rooms in studydeck/rules, each in another."""
    rooms = [rule.__module__.rpartition(".")[2] for _, rule in RULES]
    assert len(set(rooms)) == len(rooms)
    assert all((ROOT / "studydeck" / "rules" / f"{room}.py").is_file() for room in rooms)


def test_the_readme_begins_with_two_commands() -> None:
    """The first fenced block of the README holds the two commands that CI runs as they are written."""
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert [line.split(" && ")[-1] for line in blocks[0].strip().splitlines()] == [
        "python build_deck.py",
        "python -m pytest",
    ]
