"""SECURITY.md agrees with the tests: each attack of its threat model names tests that exist."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
POLICY = (ROOT / "SECURITY.md").read_text("utf-8")
COLUMNS = ["attack", "what is trusted", "promise", "shown by"]
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def rows(text: str) -> list[list[str]]:
    """Return the rows of the threat model, its head included, as cells."""
    table = re.search(r"^## Threat model$.*?((?:^\|.*\|\n)+)", text, re.MULTILINE | re.DOTALL)
    assert table
    lines = [[cell.strip() for cell in line.strip("|\n").split(" | ")] for line in table[1].splitlines()]
    return [lines[0], *lines[2:]]


@cache
def names_of_tests(path: str) -> frozenset[str]:
    """Return the names of the tests in a file."""
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def missing_tests(text: str) -> list[str]:
    """Return attacks without a test, and tests that do not exist."""
    faults: list[str] = []
    for attack, *_, shown_by in rows(text)[1:]:
        named = TEST.findall(shown_by)
        if not named or TEST.sub("", shown_by).strip(", "):
            faults.append(f"no test: {attack}")
        faults += (
            f"{path}::{name}" for path, name in named if not (ROOT / path).is_file() or name not in names_of_tests(path)
        )
    return faults


def test_every_attack_names_tests_that_exist() -> None:
    """Each row has an attack, what is trusted, a promise, and at least one existing test."""
    head, *attacks = rows(POLICY)
    assert head == COLUMNS
    assert len(attacks) >= 20
    assert all(len(cells) == len(COLUMNS) and all(cells) for cells in attacks)
    assert missing_tests(POLICY) == []


def test_every_file_of_attacks_is_in_the_threat_model() -> None:
    """A new file of hostile tests needs a row."""
    named = {path for path, _ in TEST.findall(POLICY)}
    hostile = {path.relative_to(ROOT).as_posix() for path in ROOT.glob("tests/*/test_hostile*.py")}
    assert hostile
    assert hostile <= named


def test_reports_go_to_the_private_form_of_the_repository() -> None:
    """The page says how to report, and names no person and no address."""
    assert "Report a vulnerability" in POLICY
    assert not re.search(r"[\w.]+@[\w.]+|https?://|mailto:", POLICY)


def test_a_row_without_a_test_is_reported_rejected() -> None:
    """An attack without a test, a test that does not exist, and one in a missing file are found."""
    head = f"## Threat model\n\n| {' | '.join(COLUMNS)} |\n| --- | --- | --- | --- |\n"
    named = "`tests/unit/test_security_policy.py::test_nothing`, `tests/unit/test_no.py::test_it`"
    text = f"{head}| a | b | c | nothing |\n| d | e | f | {named} |\n"
    assert missing_tests(text) == [
        "no test: a",
        "tests/unit/test_security_policy.py::test_nothing",
        "tests/unit/test_no.py::test_it",
    ]
