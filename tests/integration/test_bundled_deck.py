"""The deck that this repository ships, as a learner gets it, in the real Anki."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from anki.collection import Collection
from click.testing import CliRunner, Result

from studydeck.cli.main import main
from studydeck.identity import ledger as ledger_file
from tests.support.pipeline import faults
from tests.support.real_anki import Imported, cards, import_package

NOTES = Path(__file__).parents[2] / "notes"
FEWEST_NOTES, FEWEST_CARDS = 80, 130


def run(folder: Path, *words: str) -> Result:
    """Run a command on a copy of the shipped notes."""
    shutil.copytree(NOTES, folder / "notes", dirs_exist_ok=True)
    command = words[0] if words else "build"
    spans = ("--notes", str(folder / "notes"), "--out", str(folder / "dist"))
    return CliRunner().invoke(main, [command, *spans, *words[1:]], env={"SOURCE_DATE_EPOCH": None})


@pytest.mark.anki
def test_the_shipped_deck_arrives_whole(collection: Collection, tmp_path: Path) -> None:
    """Enough notes and cards, no conflict, nothing blank or without cards; the second import changes nothing."""
    result = run(tmp_path)
    assert result.exit_code == 0, result.output
    (package,) = (tmp_path / "dist").iterdir()
    one = import_package(package, collection)
    assert one.new >= FEWEST_NOTES
    assert one == Imported(one.new, 0, 0, 0, 0)
    assert len(cards(collection)) >= FEWEST_CARDS
    assert list(faults(collection)) == []
    assert import_package(package, collection) == Imported(0, 0, one.new, 0, 0)


def test_the_shipped_notes_have_no_problem(tmp_path: Path) -> None:
    """The shipped notes build without a warning."""
    result = run(tmp_path, "build", "--strict", "--dry-run")
    assert result.exit_code == 0, result.output
    assert "warning" not in result.output


def test_every_shipped_card_is_short(tmp_path: Path) -> None:
    """No shipped card asks for more than sixty words at once."""
    said = map(json.loads, run(tmp_path, "list", "--format", "json").stdout.splitlines())
    asked = [card for one in said if "guid" in one for card in one["cards"]]
    assert len(asked) >= FEWEST_CARDS
    assert [card for card in asked if len(card["answer"].split()) > 60] == []


def test_the_committed_ledger_is_up_to_date(tmp_path: Path) -> None:
    """`build --locked` passes on what is committed, and writes no ledger."""
    result = run(tmp_path, "build", "--locked")
    assert result.exit_code == 0, result.output
    assert (tmp_path / "notes" / ledger_file.NAME).read_bytes() == (NOTES / ledger_file.NAME).read_bytes()
    assert [path.suffix for path in (tmp_path / "dist").iterdir()] == [".apkg"]
