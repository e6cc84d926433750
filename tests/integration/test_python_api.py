"""The public Python API: the examples of docs/reference/python.md, the names of the package, its log, and its wheel."""

from __future__ import annotations

import logging
import os
import re
import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

import studydeck
from studydeck import BuildError, api, build_deck, list_notes, load_project
from studydeck.apkg.reader import unpack
from studydeck.cli.console import Console
from tests.support.pages import blocks

ROOT = Path(__file__).parents[2]
NOW = 1_700_000_000  # seconds since the epoch
# Names that importing the package alone must not load, because `--help` would start slower.
NOT_LOADED = {"click", "genanki", "logging", "markdown_it", "msgspec", "pathlib", "re", "studydeck.api", "typing"}


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """Return the notes folder of the page."""
    for block in blocks("reference/python.md"):
        if block.file.startswith("notes/"):
            path = tmp_path / "tea-notes" / block.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, "utf-8")
    return tmp_path / "tea-notes" / "notes"


def run_python(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    return subprocess.run(
        [sys.executable, "-W", "error", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
        timeout=60,
    )


def test_the_examples_of_the_page_run_as_written(
    notes: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each script runs without warnings, and the first prints what the page says, then the diagnostics."""
    scripts = {block.file: block.text for block in blocks("reference/python.md") if block.language == "python"}
    (expected,) = (block.text for block in blocks("reference/python.md") if block.language == "text")
    log_script = scripts.pop("log.py")  # configures the log of its process
    monkeypatch.chdir(notes.parent)
    outputs: dict[str, str] = {}
    for name, script in scripts.items():
        exec(compile(script, name, "exec"), {"__name__": "__main__"})
        outputs[name] = capsys.readouterr().out
    printed, *diagnostics = outputs["build.py"].splitlines(keepends=True)
    assert printed == expected
    assert [line.split(": ")[:2] for line in diagnostics] == [
        ["deck.toml", "info"],
        ["tea.md:8", "warning"],
    ]
    assert "tea.md:5: Tea | Sencha: Leaf? = steamed soon after the harvest\n" in outputs["cards.py"]
    assert outputs["warnings.py"].startswith("warning in line 8 of tea.md: ")
    assert outputs["errors.py"] == "error unreadable no-such-folder\n"
    log = run_python(notes.parent, "-c", log_script).stderr.replace("\\", "/")
    assert "studydeck.project: read notes/tea.md\n" in log
    assert re.search(r"^studydeck\.pipeline: extracted \d+ drafts", log, re.MULTILINE)
    assert re.search(r"^studydeck\.storage\.\w+: wrote \S+/tea-notes-0\.1\.0\.apkg, \d+ bytes$", log, re.MULTILINE)


def test_ten_lines_build_a_deck_and_print_its_diagnostics() -> None:
    """The first script of the page has at most ten lines."""
    (script,) = (block.text for block in blocks("reference/python.md") if block.file == "build.py")
    assert len(script.splitlines()) <= 10


def test_the_page_names_every_public_name() -> None:
    """The table of names is that of the package, which is that of the API and the version."""
    table = (ROOT / "docs" / "reference" / "python.md").read_text("utf-8").split("## Names")[1]
    first_cells = re.findall(r"^\| (.+?) \|", table, re.MULTILINE)[2:]
    names = {name for cell in first_cells for name in re.findall(r"`(\w+)`", cell)}
    assert names == set(api.__all__) == {*studydeck.__all__} - {"__version__"}
    assert set(studydeck.__all__) <= {*dir(studydeck)}
    assert all(getattr(studydeck, name) is getattr(api, name) for name in api.__all__)
    with pytest.raises(AttributeError, match="no attribute 'build_decks'"):
        studydeck.__getattr__("build_decks")


def test_importing_the_package_loads_nothing_else() -> None:
    """`import studydeck` alone loads no library and no other module of the package."""
    program = "import sys; before = {*sys.modules}; import studydeck; print(*({*sys.modules} - before))"
    loaded = set(
        run_python(ROOT, "-I", "-S", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); {program}").stdout.split()
    )
    assert loaded == {"studydeck"}
    assert not loaded & NOT_LOADED


def test_build_deck_writes_what_the_result_says(notes: Path) -> None:
    """The package holds the counted notes, equal inputs give equal bytes, and the default folder is `dist`."""
    result = build_deck(str(notes), notes.parent / "out", now=NOW)
    deck = unpack(result.package.read_bytes())
    assert result.package == notes.parent / "out" / "tea-notes-0.1.0.apkg"
    assert (len(deck.rows), sum(len(row.ordinals) for row in deck.rows)) == (result.note_count, result.card_count)
    assert (result.skipped_count, result.retired_count) == (0, 0)
    assert result.ledger_changed
    again = build_deck(notes, now=NOW)
    assert not again.ledger_changed
    assert again.package == (notes.parent / "dist" / "tea-notes-0.1.0.apkg").resolve()
    assert again.package.read_bytes() == result.package.read_bytes()
    (notes / "tea.md").write_text("# Tea\n\n- **Gaiwan**: a lidded bowl for leaves\n", "utf-8")
    assert build_deck(notes, now=NOW + 1).retired_count == 2


def test_errors_and_strict_warnings_write_nothing_rejected(notes: Path) -> None:
    """An error, or under `strict` a warning, raises a BuildError with all diagnostics, and no file is written."""
    with pytest.raises(BuildError, match="missing-picture"):
        build_deck(notes, strict=True)
    (notes / "deck.toml").write_text("name = 3\n", "utf-8")
    with pytest.raises(BuildError, match="bad-config"):
        build_deck(notes)
    assert sorted(path.name for path in notes.parent.rglob("*")) == ["deck.toml", "notes", "tea.md"]


def test_a_project_lists_its_notes_without_writing(notes: Path) -> None:
    """Notes have fields and cards, which agree with the package; the folder does not change."""
    built = load_project(notes, now=NOW).build()
    listed = list_notes(built)
    assert [note.guid for note in listed] == [row.guid for row in built.deck.rows]
    assert [tuple(card.ordinal for card in note.cards) for note in listed] == [row.ordinals for row in built.deck.rows]
    sencha = listed[0]
    assert (sencha.kind, sencha.rule, sencha.path, sencha.line, sencha.end_line) == ("pair", "tables", "tea.md", 5, 5)
    assert sencha.fields["Term"] == "Sencha"
    assert sencha.cards[0].answer == "steamed soon after the harvest"
    assert [path.name for path in notes.iterdir()] == ["tea.md"]


def test_only_a_verbose_console_prints_the_log(notes: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The API installs no handler; the console installs one for --verbose and removes it again."""
    logger = logging.getLogger("studydeck")
    Console(verbose=True)
    Console(verbose=True)
    load_project(notes, now=NOW)
    assert capsys.readouterr().err.count(f"read {notes / 'tea.md'}\n") == 1
    Console()
    load_project(notes, now=NOW)
    assert capsys.readouterr() == ("", "")
    assert logger.handlers == []


@pytest.mark.skipif(not find_spec("hatchling"), reason="hatchling is not installed: it is in the extra `lint`")
def test_the_wheel_is_typed_and_names_its_addresses(tmp_path: Path) -> None:
    """The wheel contains py.typed, the API, and the addresses of the project."""
    run_python(ROOT, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path))
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        assert {"studydeck/py.typed", "studydeck/api.py"} <= {*archive.namelist()}
        (metadata,) = (archive.read(name).decode() for name in archive.namelist() if name.endswith("/METADATA"))
    assert "Project-URL: Homepage, https://github.com/OWNER/studydeck\n" in metadata
    assert "Classifier: Typing :: Typed\n" in metadata
