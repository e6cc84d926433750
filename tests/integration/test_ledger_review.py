"""What `identities --base` says first: how the ledger of a change differs from what the tool makes of the notes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.support.releases import NOTES, Repository, create_repository

pytestmark = [pytest.mark.git, pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")]


@pytest.fixture
def tea(tmp_path: Path) -> Repository:
    """Return a repository on a branch, with a release on main."""
    deck = create_repository(tmp_path / "deck")
    deck.release("1.0.0")
    deck.git("switch", "--quiet", "--create", "change")
    return deck


def records(deck: Repository) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (deck.notes / "ledger.jsonl").read_text("utf-8").splitlines()]


def write(deck: Repository, changed: list[dict[str, Any]]) -> None:
    lines = [json.dumps(record, ensure_ascii=False, separators=(",", ":")) for record in changed]
    (deck.notes / "ledger.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    deck.commit()


def review(deck: Repository, code: int) -> list[str]:
    """Return the first part of the report, which must end with this exit code."""
    result = deck.run("identities", "--base", "main")
    assert result.exit_code == code, result.output
    return result.stdout.partition("\n\n")[0].splitlines()


def note(changed: list[dict[str, Any]], words: str) -> dict[str, Any]:
    return next(record for record in changed if words in record.get("text", ""))


def test_ordinary_changes_differ_in_nothing(tea: Repository) -> None:
    """Edits in several builds, a stale ledger and a release are what the tool itself makes."""
    nothing = ["The ledger differs in nothing from the one that the tool makes of these notes."]
    assert review(tea, 0) == nothing
    tea.edit(("- Kettle\n", "- Whisk\n- Kettle\n"), ("A lidded bowl", "A bowl with a lid"))
    tea.edit(("- Whisk\n", "- Caddy\n- Whisk\n"), ("| Assam | left", "| Pu-erh | pressed into cakes |\n| Assam | left"))
    assert review(tea, 0) == nothing
    tea.git("switch", "--quiet", "main")
    tea.edit(("steamed soon after", "steamed very soon after"))
    tea.git("switch", "--quiet", "change")
    assert review(tea, 0) == nothing
    tea.release("1.1.0")
    assert review(tea, 0) == nothing
    (tea.notes / "tea.md").write_text(NOTES + "\n## Caddy\n\nA box with a tight lid.\n", "utf-8")
    assert review(tea, 0) == nothing


def test_exchanged_identities_are_an_error(tea: Repository) -> None:
    """Two notes whose GUIDs were exchanged would exchange their histories."""
    changed = records(tea)
    sencha, assam = note(changed, "sencha"), note(changed, "assam")
    sencha["note"], assam["note"] = assam["note"], sencha["note"]
    write(tea, changed)
    headline, *lines = review(tea, 1)
    assert headline.startswith("The ledger differs in ")
    assert sum("of another note" in line for line in lines) == 2
    assert lines[0].startswith(f"- error: {tea.notes.as_posix()}/ledger.jsonl:")


@pytest.mark.parametrize(
    ("words", "values", "severity", "message"),
    [
        ("sencha", {"changed": 5}, "error", "goes back from"),
        ("sencha", {"changed": 1_790_100_000}, "warning", "its content did not change"),
        ("kettle", {"cards": {"1": "pot", "2": "kettle", "3": "strainer"}}, "error", 'card 1 asks "pot"'),
        ("kettle", {"cards": {"1": "kettle", "3": "strainer"}}, "error", 'card 2 asks "nothing"'),
        ("kettle", {"cards": {"1": "samovar", "2": "pot", "3": "strainer"}}, "warning", 'card 1 asks "samovar"'),
        ("sencha", {"pin": "green-tea"}, "warning", 'its pinned id is "green-tea"'),
        ("sencha", {"id_slot": 77}, "warning", "its number in Anki is 77"),
        ("sencha", {"since": "0.5.0"}, "warning", "its first release is 0.5.0"),
        ("sencha", {"content_digest": "0" * 12}, "error", "but not its time of change"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_value_that_no_build_makes_is_listed(
    tea: Repository, words: str, values: dict[str, Any], severity: str, message: str
) -> None:
    """Times, card numbers, pins, slots and releases are compared with the base; errors fail the report."""
    changed = records(tea)
    note(changed, words).update(values)
    write(tea, changed)
    number = changed.index(note(changed, words)) + 1
    _, *lines = review(tea, int(severity == "error"))
    assert [
        line
        for line in lines
        if message in line and line.startswith(f"- {severity}: ") and f"ledger.jsonl:{number}: " in line
    ], lines


def test_a_missing_entry_is_an_error(tea: Repository) -> None:
    """An entry that the base has and the change dropped is named, although a build would put it back."""
    changed = records(tea)
    write(tea, [record for record in changed if "gaiwan" not in record.get("text", "")])
    _, *lines = review(tea, 1)
    assert len(lines) == 1
    assert "is missing; run `build`" in lines[0]


def test_a_new_identity_for_a_known_note_is_listed(tea: Repository) -> None:
    """A note whose entry got another GUID starts over for learners."""
    changed = records(tea)
    note(changed, "gaiwan")["note"] = "a" * 16
    write(tea, changed)
    _, *lines = review(tea, 1)
    assert any("is missing" in line for line in lines)


def test_a_base_without_a_ledger_and_an_unknown_base(tea: Repository) -> None:
    """There may be nothing to compare with; a revision that git does not know is an error."""
    tea.git("checkout", "--quiet", "--orphan", "empty")
    tea.git("rm", "-r", "--quiet", "--cached", ".")
    tea.git("commit", "--quiet", "--allow-empty", "--message", "Nothing yet")
    tea.git("switch", "--quiet", "--force", "change")
    assert "There is no ledger in empty" in tea.run_ok("identities", "--base", "empty")
    assert "knows no revision" in tea.run("identities", "--base", "v9").output
    assert tea.run("identities", "--base", "v9").exit_code == 1
