"""The documents agree with the program: diagnostic codes, rules, and commands that run."""

from __future__ import annotations

import re
import shlex
import shutil
import tomllib
from importlib.util import find_spec
from pathlib import Path

import pytest
from click.testing import CliRunner

from studydeck import list_notes, load_project
from studydeck.cli.main import main
from studydeck.diagnostics import DiagnosticCode
from studydeck.extraction.engine import RULES
from tests.support.command import run_command
from tests.support.pages import blocks, page_text
from tools.anki_matrix import RELEASES

ROOT = Path(__file__).parents[2]


DIAGNOSTICS, REASONS = (
    re.findall(r"^\| `([\w-]+)` \|", part, re.MULTILINE)
    for part in page_text("reference/diagnostics.md").split("\n## Reasons of skipped blocks\n")
)


def test_every_code_is_documented_once() -> None:
    """Each diagnostic code has one row in docs/reference/diagnostics.md, and no row is left over."""
    assert sorted(DIAGNOSTICS) == sorted(DiagnosticCode)
    assert sorted(DIAGNOSTICS) == DIAGNOSTICS


def test_the_supported_releases_of_anki_are_those_of_the_matrix() -> None:
    """The oldest and the newest release of the matrix are the range in the documentation."""
    releases = sorted(RELEASES, key=lambda release: [int(part) for part in release.split(".")])
    text = (ROOT / "docs" / "reference" / "versions.md").read_text("utf-8")
    assert f"| Anki | {releases[0]} and every later release, up to {releases[-1]};" in text
    classifiers = re.findall(r"Python :: (3\.\d+)", (ROOT / "pyproject.toml").read_text("utf-8"))
    assert f"| Python | {', '.join(classifiers)}," in text


def test_every_reason_is_documented_once() -> None:
    """Each reason that a listing of a snapshot gives has one row, and the code names the reason of each row."""
    listings = [path.read_text("utf-8") for path in (ROOT / "tests" / "snapshots").glob("*/*.txt")]
    skipped = "\n".join([re.split(r"blocks? (?:was|were) skipped:\n", listing)[-1] for listing in listings])
    given = set(re.findall(r"^[^:\n]+:\d+: ([a-z-]+):", skipped, re.MULTILINE))
    code = "\n".join([path.read_text("utf-8") for path in (ROOT / "studydeck").rglob("*.py")])
    assert len(given) > 15
    assert given <= set(REASONS)
    assert sorted(set(REASONS)) == REASONS
    assert [reason for reason in REASONS if f'"{reason}"' not in code] == []


def test_every_rule_has_its_own_module() -> None:
    """The functions of the rule table are in modules of studydeck/extraction/rules, one each."""
    modules = [rule.__module__.rpartition(".")[2] for _, rule in RULES]
    assert len(set(modules)) == len(modules)
    assert all((ROOT / "studydeck" / "extraction" / "rules" / f"{module}.py").is_file() for module in modules)


def test_the_readme_begins_with_two_commands() -> None:
    """The first fenced block of the README holds the two commands that CI runs as they are written."""
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert [line.split(" && ")[-1] for line in blocks[0].strip().splitlines()] == [
        "python build_deck.py",
        "python -m pytest",
    ]


def test_the_example_of_the_readme_gives_the_cards_of_its_picture(tmp_path: Path) -> None:
    """The notes in the README give ten cards, those that the picture shows among them."""
    (example, *_) = (block.text for block in blocks("../README.md") if block.language == "markdown")
    (tmp_path / "weather.md").write_text(example, "utf-8")
    cards = [card for note in list_notes(load_project(tmp_path).build()) for card in note.cards]
    assert len(cards) == 10
    questions = {card.question for card in cards}
    assert questions > {"Weather | Cirrus", "Weather: Measures: air pressure | Which Instrument?"}
    assert {card.answer for card in cards} > {"Stratosphere", "12 hPa"}


@pytest.mark.parametrize("page", ["../README.md", "reference/commands.md"])
def test_a_table_has_every_command(page: str) -> None:
    """The tables of commands name each command of the program once, and no other."""
    table = page_text(page).split("| command | what it does |\n")[1].split("\n\n")[0]
    cells = [re.split(r"(?<!\\) \| ", line)[0] for line in table.splitlines()]
    named = [name for cell in cells for name in re.findall(r"`([a-z]+)", cell)]
    assert sorted(named) == sorted(main.commands)


def test_the_readme_is_short_enough_to_be_read() -> None:
    """The README has at most two hundred lines; the rest is in docs/."""
    assert len(page_text("../README.md").splitlines()) <= 200


def test_the_commands_of_contributing_exist() -> None:
    """Every command of CONTRIBUTING names a file, a module or a command that exists, with options that it knows."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    commands = [shlex.split(text_) for text_ in re.findall(r"`(python [^`<]+)`", text)]
    assert len(commands) > 8
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    installable = {re.split(r"[\[>=]", text_)[0] for extra in extras.values() for text_ in extra}
    for _, first, *arguments_ in commands:
        if first == "-m":
            # Tools of an extra need not be installed to run the tests.
            assert arguments_[0] in installable or find_spec(arguments_[0]), arguments_
        else:
            assert (ROOT / first).is_file(), first
    builds = [arguments_ for _, first, *arguments_ in commands if first == "build_deck.py"]
    assert len(builds) > 2
    for arguments in builds:
        result = CliRunner().invoke(main, [*arguments, "--help"])
        assert result.exit_code == 0, (arguments, result.output)


def test_the_recipe_for_notes_in_contributing_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands of the recipe, run on a copy of the notes, succeed, and the ledger is up to date afterwards."""
    shutil.copytree(ROOT / "notes", tmp_path / "notes")
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").split("## Add a case")[0]
    commands = re.findall(r"`(python build_deck\.py[^`]*)`", text)
    assert commands[-1].endswith("--locked")
    monkeypatch.chdir(tmp_path)
    for command in commands:
        result = run_command(*shlex.split(command)[2:])
        assert result.exit_code == 0, result.stderr
