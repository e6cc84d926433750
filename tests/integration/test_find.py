"""A note is found by the ID of a report, by its first characters or by words, with its history in the releases."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.releases import Repository, create_repository

GAIWAN = "## Gaiwan\n\nA lidded bowl in which leaves are brewed and from which they are poured.\n"


@pytest.fixture(scope="module")
def tea(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """Return a deck of three releases, edited since: one note changed twice, one retired, one returned."""
    repository = create_repository(tmp_path_factory.mktemp("find") / "tea")
    repository.release("1.0.0")
    repository.edit(("soon after", "at once after"), (GAIWAN, ""))
    repository.release("2.0.0", "--accept-retired", "1")
    repository.edit(("- Strainer\n", f"- Strainer\n\n{GAIWAN}"))
    repository.release("2.1.0")
    repository.edit(("at once after", "long after"))
    return repository


def found(tea: Repository, *query: str) -> list[dict[str, Any]]:
    """Return what is found, as JSON."""
    return [json.loads(line) for line in tea.run_ok("find", *query, "--format", "json").splitlines()]


def test_the_history_of_a_note_is_that_of_the_released_versions(tea: Repository) -> None:
    """Also where the package of the last release was built again since; the words are those of the cards."""
    (sencha,) = found(tea, "sencha", "leaf")
    assert (sencha["path"], sencha["line"], sencha["since"], sencha["retired"]) == ("tea.md", 7, "1.0.0", False)
    assert [(each["version"], each["event"]) for each in sencha["history"]] == [("1.0.0", "new"), ("2.0.0", "changed")]
    assert [each["words"].rpartition("| ")[2] for each in sencha["history"]] == [
        "steamed soon after the harvest",
        "steamed at once after the harvest",
    ]
    (gaiwan,) = found(tea, "lidded")
    assert [(each["version"], each["event"]) for each in gaiwan["history"]] == [
        ("1.0.0", "new"),
        ("2.0.0", "retired"),
        ("2.1.0", "returned"),
    ]
    text = tea.run_ok("find", "sencha")
    assert f"{tea.notes}/tea.md:7: pair {sencha['guid']} (tables)" in text
    assert "        = steamed long after the harvest\n" in text
    assert "    with learners since 1.0.0, changed since 2.1.0\n" in text


def test_an_id_or_its_start_names_one_note(tea: Repository) -> None:
    """As a report of a card has it."""
    (oolong,) = found(tea, "Oolong")
    for query in (oolong["guid"], oolong["guid"][:6], f" {oolong['guid'].upper()}"):
        assert found(tea, query) == [oolong]


def test_what_is_not_found_is_said(tea: Repository) -> None:
    """The exit code is 1; no query is wrong use, and many notes are counted."""
    for query in ("zebra", "aaaaaaaaaaaaaaaa", "", "\x1b[2J"):
        result = tea.run("find", query)
        assert result.exit_code == 1
        assert "no note has the ID" in result.output
        assert "\x1b" not in result.output
    assert tea.run("find").exit_code == 2


def test_a_retired_note_is_found_without_git_and_packages(tmp_path: Path) -> None:
    """By what the ledger still knows; of many notes the first are shown."""
    tea = create_repository(tmp_path / "tea")
    rows = "".join(f"| Tea {number} | leaf of the hill {number} |\n" for number in range(30))
    (tea.notes / "tea.md").write_text(f"# Tea\n\n| Kind | Leaf |\n| --- | --- |\n{rows}", "utf-8")
    tea.run_ok("build", "--reset-identities")
    text = tea.run_ok("find", "leaf of the hill")
    assert text.count("never released") == 20
    assert "10 more notes found" in text
    tea.commit()
    tea.release("1.0.0")
    tea.edit(("| Tea 7 | leaf of the hill 7 |\n", ""))
    for package in tea.out.iterdir():
        package.unlink()
    (tea.top / ".git").rename(tea.top / "git")
    (retired,) = found(tea, "tea", "7")
    assert (retired["retired"], retired["line"], retired["since"], retired["cards"]) == (True, None, "1.0.0", [])
    text = tea.run_ok("find", "tea", "7")
    assert text.startswith("retired: pair ")
    assert "no longer in the notes" in text
