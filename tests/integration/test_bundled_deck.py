"""The deck of this repository, built and imported into the real Anki."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from anki.collection import Collection
from click.testing import CliRunner, Result

from studydeck import config
from studydeck.cli.main import main
from studydeck.identity import ledger as ledger_file
from tests.support.pipeline import card_faults
from tests.support.real_anki import ImportCounts, cards, import_package

NOTES = Path(__file__).parents[2] / "notes"
MIN_NOTES, MIN_CARDS = 80, 130


def run(folder: Path, *arguments: str) -> Result:
    """Run a command on a copy of the bundled notes; return its result."""
    shutil.copytree(NOTES, folder / "notes", dirs_exist_ok=True)
    command = arguments[0] if arguments else "build"
    folders = ("--notes", str(folder / "notes"), "--out", str(folder / "dist"))
    return CliRunner().invoke(main, [command, *folders, *arguments[1:]], env={"SOURCE_DATE_EPOCH": None})


@pytest.mark.anki
def test_the_bundled_deck_imports_completely(collection: Collection, tmp_path: Path) -> None:
    """Enough notes and cards, no conflicts, no blank cards; a second import changes nothing."""
    result = run(tmp_path)
    assert result.exit_code == 0, result.output
    (package,) = (tmp_path / "dist").iterdir()
    counts = import_package(package, collection)
    assert counts.new >= MIN_NOTES
    assert counts == ImportCounts(counts.new, 0, 0, 0, 0)
    assert len(cards(collection)) >= MIN_CARDS
    assert list(card_faults(collection)) == []
    assert import_package(package, collection) == ImportCounts(0, 0, counts.new, 0, 0)


def test_the_bundled_notes_have_no_diagnostics(tmp_path: Path) -> None:
    """The bundled notes build without warnings."""
    result = run(tmp_path, "build", "--strict", "--dry-run")
    assert result.exit_code == 0, result.output
    assert "warning" not in result.output


def test_every_answer_of_the_bundled_deck_is_short(tmp_path: Path) -> None:
    """No answer is longer than sixty words."""
    records = map(json.loads, run(tmp_path, "list", "--format", "json").stdout.splitlines())
    listed_cards = [card for record in records if "guid" in record for card in record["cards"]]
    assert len(listed_cards) >= MIN_CARDS
    assert [card for card in listed_cards if len(card["answer"].split()) > 60] == []


def test_the_committed_ledger_is_up_to_date(tmp_path: Path) -> None:
    """`build --locked` succeeds on the committed files, and does not change the ledger."""
    result = run(tmp_path, "build", "--locked")
    assert result.exit_code == 0, result.output
    assert (tmp_path / "notes" / ledger_file.FILE_NAME).read_bytes() == (NOTES / ledger_file.FILE_NAME).read_bytes()
    assert [path.suffix for path in (tmp_path / "dist").iterdir()] == [".apkg"]


def test_the_version_is_ready_to_be_tagged(tmp_path: Path) -> None:
    """Settings, ledger and changelog have one version, so that its tag publishes all files."""
    settings = config.read((NOTES / config.NAME).read_text("utf-8"))
    result = run(tmp_path, "bundle", "--tag", f"{settings.tag_prefix}{settings.version}")
    assert result.exit_code == 0, result.output
    (manifest,) = (json.loads(path.read_text("utf-8")) for path in (tmp_path / "dist").glob("*.json"))
    assert manifest["version"] == settings.version
    assert manifest["counts"]["notes"] >= MIN_NOTES
    assert {path.suffix for path in (tmp_path / "dist").iterdir()} == {"", ".apkg", ".html", ".json", ".md"}
