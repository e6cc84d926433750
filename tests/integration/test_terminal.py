"""Nothing from outside reaches a terminal raw: names, settings, packages, arguments, the environment."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import pytest

from studydeck.cli.console import Console
from studydeck.cli.progress import progress_bar
from studydeck.diagnostics import DiagnosticCode, error
from studydeck.reports import diagnostics as diagnostics_report
from studydeck.reports import diff as diff_report
from studydeck.reports.printable import printable, printable_line, to_json
from tests.support.command import run_command
from tests.support.hostile_packages import with_sql
from tests.support.killing import BEFORE, NOW, Scratch

ROOT = Path(__file__).parents[2]
ESCAPES = "\x1b[2J\x1b]0;title\x07\x9b31m\r\x7f\x85\u202e\u2066\u200b\u2028\ufeff"
HARMLESS = "naïve café 日本語 نص עברית\u200f 👩\u200d🔬 a\u200cb\u00a0c\u00adx\t{[red]} :bug: \\x1b"
BIDIRECTIONAL = {"LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI"}
posix = pytest.mark.skipif(sys.platform == "win32", reason="such names cannot exist on Windows")


def is_raw(character: str) -> bool:
    """Return whether a terminal could act on a character, by the properties that Unicode gives it."""
    category = unicodedata.category(character)
    return (category in {"Cc", "Cs", "Zl", "Zp"} and character not in "\t\n") or (
        unicodedata.bidirectional(character) in BIDIRECTIONAL or character in "\u200b\u2060\ufeff"
    )


def raw_characters(text: str) -> list[str]:
    return [f"U+{ord(character):04X}" for character in text if is_raw(character)]


def test_every_character_that_acts_is_shown_as_an_escape() -> None:
    """All of Unicode, against the properties of its characters; all others stay as they are."""
    for number in range(sys.maxunicode + 1):
        character = chr(number)
        shown = printable(character)
        assert not raw_characters(shown), hex(number)
        if is_raw(character):
            assert shown == f"\\x{number:02x}" or shown == f"\\u{number:04x}" or character == "\r"
    assert printable(HARMLESS) == HARMLESS
    assert printable("a\nb\tc") == "a\nb\tc"
    assert printable_line("a\nb") == "a\\nb"


def test_json_stays_valid_and_keeps_the_text() -> None:
    """Escapes are those of JSON; only half a surrogate pair, which other programs refuse, is replaced."""
    value = {ESCAPES: [ESCAPES, HARMLESS, '"\\\n']}
    for indent in (None, 1):
        line = to_json(value, indent)
        assert not raw_characters(line)
        assert json.loads(line) == value
    assert "日本語 نص עברית\u200f 👩\u200d🔬" in to_json([HARMLESS])
    assert json.loads(to_json("a\udcffb")) == "a\ufffdb"


def test_annotations_cannot_be_ended_or_begun_by_a_text() -> None:
    """Line ends, colons and commas of a path are escaped, and so is what a terminal acts on."""
    diagnostic = error(DiagnosticCode.SKIPPED, "a,b::c\n::error::.md", 3, f"100%\n::set-env::{ESCAPES}")
    (line,) = diagnostics_report.github_lines([diagnostic])
    assert not raw_characters(line)
    assert "\n" not in line
    assert line.startswith(
        "::error file=a%2Cb%3A%3Ac%0A%3A%3Aerror%3A%3A.md,line=3,title=skipped::100%25%0A::set-env::"
    )


def test_markdown_and_text_lines_are_printable() -> None:
    """A changelog is a file that people print, too; a path with a line end is still one line."""
    assert not raw_characters(diff_report.escape_markdown(ESCAPES))
    (line,) = diagnostics_report.text_lines([error(DiagnosticCode.SKIPPED, f"a\n{ESCAPES}", 1, "x")])
    assert not raw_characters(line)
    assert "\n" not in line


def test_no_text_is_a_command_of_a_workflow(capsys: pytest.CaptureFixture[str]) -> None:
    """GitHub reads `::error::` at the start of a line, and `##[error]` anywhere in it, as commands."""
    for in_workflow in (True, False):
        console = Console(verbose=True, in_workflow=in_workflow)
        for text in ("::error::a", "  ::stop-commands::a", "a\n::add-mask::b", "a ##[error]b"):
            console.print_result(text)
            console.print_status(text)
            console.print_warning(text)
            print_diagnostic(console, text)
            logging.getLogger("studydeck.x").info("%s", text)
        captured = capsys.readouterr()
        lines = (captured.out + captured.err).splitlines()
        commands = [line for line in lines if line.lstrip().startswith("::") or "##[" in line]
        assert bool(commands) != in_workflow, commands
        console.print_annotation("::error::a")
        assert capsys.readouterr().out == "::error::a\n"
    Console()  # stops the log
    assert json.loads(to_json("##[error]")) == "##[error]"
    assert "##[" not in to_json("##[error]")


def print_diagnostic(console: Console, text: str) -> None:
    console.diagnostics([error(DiagnosticCode.SKIPPED, text, 1, text)])


def test_console_and_log_print_nothing_raw(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Results, status lines, warnings, diagnostics and the log, plain and coloured; no markup or emoji code is read."""
    text = f"{ESCAPES}[red]x[/red]:bug:[/"
    for name, value in {"FORCE_COLOR": "1", "TERM": "xterm", "COLUMNS": "400"}.items():
        monkeypatch.setenv(name, value)
    for coloured in (False, True):
        console = Console(verbose=True, coloured=coloured)
        printers: Sequence[Callable[[str], object]] = (
            console.print_result,
            console.print_status,
            console.print_warning,
            partial(print_diagnostic, console),
            lambda line: logging.getLogger("studydeck.x").info("read %s", line),
        )
        for print_line in printers:
            print_line(text)
            captured = capsys.readouterr()
            output = captured.out + captured.err
            assert "[red]x[/red]:bug:[/" in output
            rest = output.replace("\x1b[31m", "").replace("\x1b[33m", "").replace("\x1b[0m", "")
            assert not raw_characters(rest), rest
    Console()  # stops the log


def test_the_progress_bar_reads_no_markup(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A revision may be called `[red]`."""
    for name, value in {"FORCE_COLOR": "1", "TERM": "xterm", "COLUMNS": "200"}.items():
        monkeypatch.setenv(name, value)
    with progress_bar("building [red]v1[/red] [/", 0.0) as on_progress:
        on_progress(1, 2)
    assert "building [red]v1[/red] [/" in capsys.readouterr().err


@pytest.fixture
def project(tmp_path: Path) -> Scratch:
    """Return notes that were built once."""
    scratch = Scratch(tmp_path)
    scratch.write_notes(BEFORE)
    scratch.build(NOW)
    return scratch


def output_of(project: Scratch, *arguments: str | bytes, **environment: str) -> str:
    """Return all output of a command."""
    folders = () if b"--notes" in arguments else ("--notes", project.folder / "notes")
    result = run_command(*arguments, *folders, "--out", project.folder / "out", env=environment)
    assert result.output
    return result.output


@posix
@pytest.mark.parametrize("style", ["text", "json", "github"])
def test_names_and_settings_are_printed_as_escapes(project: Scratch, style: str) -> None:
    """File names, headings, keys and values of deck.toml, in all commands that print them."""
    notes = project.folder / "notes"
    name = ESCAPES.replace("\u2028", "") + "\udcff::%0A,[red].md"
    (notes / name).write_text(
        "# Pot\n\n- **Pot**: holds the leaves ![a pot](\x1b[2J.png)\n\nalone\u202ehere\n", "utf-8"
    )
    for command in (("check", "--format", style), ("list",), ("build", "--dry-run", "-v"), ("identities",)):
        assert not raw_characters(output_of(project, *command)), command
    config = notes / "deck.toml"
    config.write_text(f'{config.read_text("utf-8")}\n"{json.dumps(ESCAPES)[1:-1]}" = 1\n', "utf-8")
    output = output_of(project, "check", "--format", style)
    assert not raw_characters(output)
    assert r"[2J" in output


@posix
@pytest.mark.parametrize(
    "arguments",
    [
        ("diff", ESCAPES),
        ("rehearse", ESCAPES),
        ("reproduce", ESCAPES),
        ("release", "--from", ESCAPES),
        ("bundle", "--tag", ESCAPES),
        ("build", ESCAPES),
        (f"--{ESCAPES}",),
        (ESCAPES,),
        ("watch", "--port", ESCAPES),
        ("check", "--format", ESCAPES),
        ("diff", b"\xff\xfe"),
        ("check", b"--notes", b"/none\x1b[2J\xff"),
        ("build", b"--notes", b"/none\x1b[2J\xff"),
        ("check", "--format", "json", b"--notes", b"/none\x1b[2J\xff"),
    ],
    ids=str,
)
def test_arguments_are_printed_as_escapes(project: Scratch, arguments: tuple[str | bytes, ...]) -> None:
    """Arguments in messages of commands and in usage errors."""
    assert not raw_characters(output_of(project, *arguments))


@posix
def test_a_process_prints_escapes(project: Scratch) -> None:
    """So is what no command handles, like a name that the system finds too long."""
    command: list[str | Path] = [
        sys.executable,
        ROOT / "build_deck.py",
        "diff",
        "x\x1b[2J" * 2000,
        "--notes",
        project.folder / "notes",
    ]
    result = subprocess.run(command, capture_output=True, timeout=60)
    output = (result.stdout + result.stderr).decode("utf-8")
    assert "cannot be read or written" in output
    assert "Traceback" not in output
    assert not raw_characters(output)


@posix
def test_the_environment_is_printed_as_escapes(project: Scratch) -> None:
    """A variable in a message is no exception."""
    assert not raw_characters(output_of(project, "build", SOURCE_DATE_EPOCH=ESCAPES))


@pytest.mark.parametrize("style", ["text", "markdown", "json"])
def test_fields_of_packages_are_printed_as_escapes(project: Scratch, style: str) -> None:
    """Fields, tags, deck names and versions of packages, compared in every format."""
    old, new = project.folder / "old.apkg", project.folder / "new.apkg"
    escapes = "char(27, 91, 50, 74, 7, 155, 127, 8238, 8203)"
    tag = "char(27, 91, 50, 74, 127, 8238)"
    old.write_bytes(with_sql(f"UPDATE notes SET flds = flds || {escapes}, tags = ' ' || {tag} || ' '"))
    version = "replace(replace(conf, '\"1.0\"', '\"1\\u001b[2J\\u202e\"'), char(10), '')"
    new.write_bytes(with_sql(f"UPDATE col SET conf = {version}"))
    for pair in ((old, new), (new, old)):
        assert not raw_characters(output_of(project, "diff", *map(str, pair), "--format", style))
