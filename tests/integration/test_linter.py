"""`check` and `list` as linters: what is chosen, how much is printed, exit codes, and what an editor reads of it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from studydeck.diagnostics import DiagnosticCode, info, warning
from studydeck.reports.diagnostics import summarised
from tests.support.command import run_command

ROOT = Path(__file__).parents[2]
TEA = """# Tea

## Gaiwan

A gaiwan is a lidded bowl in which leaves are brewed. ![a bowl](bowl.png)

## Order of the utensils

1. Kettle
2. Pot
3. Strainer
4. Tray
"""
PLAIN = "# Walks\n\n" + "".join(
    f"Nothing in {name} can be asked.\n\n" for name in "this that these those it him".split()
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the current folder, with notes in two files: one lacks a picture, one has nothing to ask."""
    (tmp_path / "notes" / "more").mkdir(parents=True)
    (tmp_path / "notes" / "tea.md").write_text(TEA, "utf-8")
    (tmp_path / "notes" / "more" / "walks.md").write_text(PLAIN, "utf-8")
    (tmp_path / "notes" / "deck.toml").write_text('id = "tea-deck"\nname = "Tea"\nversion = "1.0.0"\n', "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def check(*arguments: str) -> list[str]:
    """Return the lines of `check`, which finds no error."""
    result = run_command("check", *arguments)
    assert result.exit_code == 0, result.output
    return result.stdout.splitlines()


def test_the_output_ends_with_a_summary(folder: Path) -> None:
    """Each line has a severity and a code; the last one counts them, in the singular where there is one."""
    *lines, last = check()
    assert lines[0] == (
        "notes/tea.md:5:1: warning: picture bowl.png is not there; the card shows its words [missing-picture]"
    )
    assert last == "1 warning, 6 infos in 2 files"
    assert check("notes/more", "--ignore", "nothing-to-hide") == ["nothing to report in 1 file"]
    assert check("--quiet") == lines, "the summary is a status line"


def test_many_infos_of_a_code_are_one_line(folder: Path) -> None:
    """The line says how many, and the command that it names lists as many; a code that is selected is spelled out."""
    (line,) = check("--ignore", "missing-picture")[:-1]
    assert line == "notes: info: 6 statements have nothing to hide: studydeck list --skipped [nothing-to-hide]"
    assert run_command("list", "--skipped").stdout.count(": nothing-to-hide: ") == 6
    assert len(check("--select", "nothing-to-hide")) == 7
    records = check("--format", "json")
    assert len(records) == 7
    assert json.loads(records[0])["path"] == "more/walks.md"


def test_infos_of_one_place_are_one_line() -> None:
    """Errors and warnings are never joined, and neither are infos of different lines."""
    code = DiagnosticCode.LOW_CONFIDENCE
    infos = [info(code, "tea.md", line, f"card {number}") for number, line in enumerate((3, 3, 4))]
    warnings = [warning(code, "tea.md", 3, f"doubt {number}") for number in range(9)]
    assert [found.message for found in summarised([*infos, *warnings])] == [
        "card 0 (and 1 more here)",
        "card 2",
        *(found.message for found in warnings),
    ]
    many = [info(code, "tea.md", line, "weak") for line in range(1, 1300)]
    (line,) = summarised(many)
    assert str(line).endswith("had them: studydeck check --select low-confidence [low-confidence]")
    assert line.message.startswith("1,299 cards are too weak")


def test_paths_choose_files_and_folders(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Paths are those of the current folder; the summary counts the files that are chosen."""
    assert check("notes/tea.md")[-1] == "1 warning in 1 file"
    assert check("notes/more")[-1] == "6 infos in 1 file"
    assert check("notes", "notes/tea.md")[-1] == "1 warning, 6 infos in 2 files"
    monkeypatch.chdir(folder / "notes" / "more")
    (line, _) = check("../tea.md", "--notes", "..")
    assert line.startswith("../tea.md:5:1: warning: ")
    result = run_command("list", "walks.md", "--notes", "..")
    assert "walks.md:3: nothing-to-hide" in result.stdout
    assert "tea.md" not in result.output


def test_errors_are_reported_wherever_they_are(folder: Path) -> None:
    """An error stops the deck, so neither a path nor a code hides it."""
    (folder / "notes" / "bad.md").write_bytes(b"\xff\xe9")
    for arguments in (("notes/tea.md",), ("--select", "leak"), ("--ignore", "not-utf8")):
        result = run_command("check", *arguments)
        assert result.exit_code == 1
        assert "notes/bad.md:1: error: " in result.stdout
        assert result.stdout.splitlines()[-1].startswith("1 error")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("check", "--select", "missing-pictures"), 'did you mean "missing-picture"'),
        (("check", "--ignore", "leak,zzzz"), '"zzzz" is no code of a diagnostic; `studydeck check` prints them'),
        (("check", "tea.md"), "tea.md does not exist; did you mean notes/tea.md?"),
        (("list", "gone.md"), "gone.md does not exist; name files or folders in it"),
        (("check", ".."), ".. is not in the notes folder, notes"),
        (("list", "--skipped", "--weak"), "--skipped lists no notes"),
        (("list", "--kind", "cloz"), "is not one of 'pair', 'cloze'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_wrong_use_is_explained(folder: Path, arguments: tuple[str, ...], message: str) -> None:
    """An unknown code, path or combination exits with 2, and says what was meant."""
    result = run_command(*arguments)
    assert result.exit_code == 2, result.output
    assert message in result.stderr


def test_list_chooses_notes_by_kind(folder: Path) -> None:
    """Notes of one kind only; JSON is chosen alike."""
    for kind, other in (("pair", "cloze"), ("cloze", "pair")):
        text = run_command("list", "--kind", kind).stdout
        assert f": {kind} " in text
        assert f": {other} " not in text
        records = [
            json.loads(line) for line in run_command("list", "--kind", kind, "--format", "json").stdout.splitlines()
        ]
        assert {record["kind"] for record in records if "guid" in record} == {kind}
        assert not any("skipped" in record for record in records)
    (first, *_) = run_command("list", "--skipped", "notes/more").stdout.splitlines()
    assert first == "7 blocks were skipped:", "the heading above them, too"


def test_build_and_check_print_the_same_lines(folder: Path) -> None:
    """What both report has one form."""
    built = run_command("build").stderr.splitlines()
    assert [line for line in check() if "[missing-picture]" in line] == built != []


def test_an_editor_reads_the_lines(folder: Path) -> None:
    """The matchers of the documentation find every line of `check`, with its file, line and severity."""
    page = (ROOT / "docs" / "how-to" / "editors.md").read_text("utf-8")
    tasks = json.loads(page.split("```json .vscode/tasks.json\n")[1].split("```")[0])
    patterns = [matcher["pattern"] for matcher in tasks["tasks"][0]["problemMatcher"]]
    (folder / "notes" / "bad: note.md").write_text("# A\n\n- b: c `e` [f] <!-- deck: fuo -->\n", "utf-8")
    *lines, _ = check()
    found = []
    for line in lines:
        matches = [(pattern, match) for pattern in patterns if (match := re.search(pattern["regexp"], line))]
        ((pattern, match),) = matches
        groups = {name: match[number] for name, number in pattern.items() if isinstance(number, int)}
        assert (folder / groups["file"]).exists()
        assert set(pattern) >= {"file", "severity", "message", "code"}
        assert ("line" in pattern) != (pattern.get("kind") == "file"), "VS Code drops a problem without a line"
        found.append((groups["file"], groups.get("line"), groups["severity"], groups["code"]))
    assert ("notes/tea.md", "5", "warning", "missing-picture") in found
    assert ("notes", None, "info", "nothing-to-hide") in found
    assert any(file == "notes/bad: note.md" for file, *_ in found)
