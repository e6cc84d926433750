"""The script that measures the thresholds of matching counts right, and its page agrees with the table in the code."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from benchmarks.edits import trials_of
from benchmarks.thresholds import PAGE, count, measured, threshold, values_around
from studydeck.identity.matching import thresholds
from tests.support.pipeline import build_notes

NOTES = Path(__file__).parents[2] / "notes"
TEA = """# Tea

- **Oolong**: leaves left to turn half brown in the shade

## Green

- **Sencha**: leaves steamed soon after the harvest
"""
EDITED = TEA.replace("soon after the harvest", "right after the harvest")
REPLACED = TEA.replace("**Sencha**: leaves steamed soon after the harvest", "**Kettle**: a pot of iron with a spout")


def write_case(folder: Path, name: str, after: str) -> None:
    """Add a judged edit of `TEA`: a human says that line 7 is the same item before and after."""
    for version, text in (("before", TEA), ("after", after)):
        (folder / "cases" / name / version).mkdir(parents=True)
        (folder / "cases" / name / version / "tea.md").write_text(text, "utf-8")
    items = [{"line_before": 7, "line_after": 7}, {"line_before": 1, "line_after": 1}]
    case = {"id": name, "path_before": "tea.md", "path_after": "tea.md", "expect": items}
    with (folder / "cases.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(case) + "\n")


def test_judged_edits_are_counted_as_the_human_says(tmp_path: Path) -> None:
    """A reworded item is kept, one that became another fact is not; items without a note are left out."""
    write_case(tmp_path, "reworded", EDITED)
    write_case(tmp_path, "replaced", REPLACED)
    trials = [*trials_of(tmp_path, 1)]
    assert [len(trial.edited) for trial in trials] == [1, 1]
    counts = count(trials)
    assert (counts["judged", "kept"], counts["judged", "wrong"]) == (1, 0)


def test_a_pair_that_a_human_calls_different_is_wrong(tmp_path: Path) -> None:
    """The note of an item that was matched to another line counts as a mistake."""
    write_case(tmp_path, "moved", EDITED)
    text = (tmp_path / "cases.jsonl").read_text("utf-8")
    (tmp_path / "cases.jsonl").write_text(text.replace('"line_after": 7', '"line_after": 3'), "utf-8")
    counts = count([*trials_of(tmp_path, 1)])
    assert (counts["judged", "kept"], counts["judged", "wrong"]) == (0, 2)


@pytest.mark.git
def test_histories_are_replayed(tmp_path: Path) -> None:
    """A commit that rewords a note is a trial with this edited note; the newest version gives the artificial one."""

    def git(*arguments: str) -> None:
        command = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", *arguments]
        subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)

    git("init", "-q")
    for text in (TEA, EDITED, EDITED + "\n"):
        (tmp_path / "tea.md").write_text(text, "utf-8")
        git("add", ".")
        git("commit", "-q", "-m", "notes")
    trials = [*trials_of(tmp_path, 9)]
    # The last commit changes no note, and the first one has no parent.
    assert [(trial.kind, len(trial.edited)) for trial in trials] == [("history", 0), ("history", 1), ("artificial", 1)]
    counts = count(trials)
    assert (counts["history", "kept"], counts["history", "wrong"]) == (1, 0)


def test_artificial_edits_have_known_partners() -> None:
    """Of each four notes one is edited, one removed and one added; equal thresholds give equal counts."""
    (trial,) = trials_of(NOTES, 1)
    size = len(build_notes({path.name: path.read_text("utf-8") for path in NOTES.glob("*.md")}).notes)
    assert len(trial.edited) > size / 5
    assert len(trial.removed_old) > size / 5
    assert len(trial.removed_new) > size / 5
    for (old,), (new,) in trial.edited:
        before, after = trial.old.note_keys[old], trial.new.note_keys[new]
        assert before.section == after.section
        assert before.text != after.text
    assert count([trial])["artificial", "kept"] > 0.9 * len(trial.edited)
    with threshold("MIN_MATCH_SCORE", 1.1):
        assert count([trial])["artificial", "kept"] < 0.9 * len(trial.edited)


def test_the_page_shows_every_measured_threshold_with_its_value() -> None:
    """The rows of the page on matching are the measured thresholds, each with the value in use among its neighbours."""
    rows = re.findall(r"^\| `(\w+)` \| ([\d.]+)(\*?) \|", PAGE.read_text("utf-8"), re.MULTILINE)
    names = [*measured()]
    assert [*dict.fromkeys(name for name, _, _ in rows)] == names
    for name in names:
        value = getattr(thresholds, name)
        assert [float(shown) for row, shown, _ in rows if row == name] == values_around(value)
        assert [float(shown) for row, shown, mark in rows if row == name and mark] == [value]
