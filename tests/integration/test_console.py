"""Manners: who looks gets progress and colours, who pipes plain lines, and who stops it finds nothing half done."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import click
import pytest
from click.shell_completion import BashComplete
from click.testing import CliRunner, Result

from studydeck import storage
from studydeck.cli.main import main
from studydeck.cli.options import SHELLS
from studydeck.cli.progress import words
from tests.support.killing import AFTER, BEFORE, LATER, NOW, Scratch, Trial

ROOT = Path(__file__).parents[2]
COMMANDS = tuple(main.commands)
ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
COLOUR = re.compile(r"\x1b\[[0-9;]*3[0-9][0-9;]*m")
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such terminals and signals")


@pytest.fixture
def scratch(tmp_path: Path) -> Scratch:
    """Give notes that were built, then edited, with a picture that is missing."""
    desk = Scratch(tmp_path)
    desk.lay(BEFORE)
    desk.build(NOW)
    desk.lay({**AFTER, "pot.md": "# Pot\n\n- **Pot**: holds the leaves ![a pot](pot.png)\n"})
    return desk


def run(*arguments: str, desk: Scratch | None = None) -> Result:
    """Run a command in this process."""
    spans = [*("--notes", str(desk.folder / "notes")), *("--out", str(desk.folder / "out"))] if desk else []
    return CliRunner().invoke(main, [*arguments, *spans], env={"SOURCE_DATE_EPOCH": LATER})


def on_terminal(desk: Scratch, *arguments: str, env: Mapping[str, str] | None = None) -> str:
    """Run a command of the front door at a terminal of its own; give everything that stood on it."""
    master, slave = os.openpty()
    spans = ("--notes", str(desk.folder / "notes"), "--out", str(desk.folder / "out"))
    world = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "FORCE_COLOR", "CI"}}
    world |= {"TERM": "xterm-256color", "SOURCE_DATE_EPOCH": LATER, **(env or {})}
    command = [sys.executable, str(ROOT / "build_deck.py"), *arguments, *spans]
    with subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, env=world) as child:
        os.close(slave)
        shown = b"".join(read_from(master))
        os.close(master)
    assert child.returncode == 0, shown
    return shown.decode()


def read_from(console: int) -> Iterator[bytes]:
    while True:
        try:
            data = os.read(console, 1 << 16)
        except OSError:  # so Linux says that nobody writes any more
            return
        if not data:
            return
        yield data


@posix
def test_a_terminal_gets_progress_and_colours(scratch: Scratch) -> None:
    """Whoever looks sees each step go by, taken away afterwards, and codes in colour."""
    shown = on_terminal(scratch)
    assert COLOUR.search(shown)
    plain = ANSI.sub("", shown)
    for step in ("reading", "drafting", "building", "packing"):
        assert step in plain
    assert "\x1b[?25h" in shown[-len(shown) // 2 :], "the cursor is shown again"


@posix
@pytest.mark.parametrize(
    ("env", "coloured", "moving"),
    [({"NO_COLOR": "1"}, False, True), ({"TERM": "dumb"}, False, False)],
    ids=["NO_COLOR", "dumb"],
)
def test_a_terminal_without_colours_is_honoured(
    scratch: Scratch, env: dict[str, str], coloured: bool, moving: bool
) -> None:
    """NO_COLOR takes away colours, and a dumb terminal gets neither colours nor a moving bar."""
    shown = on_terminal(scratch, env=env)
    assert bool(COLOUR.search(shown)) == coloured
    assert ("\x1b[?25l" in shown) == moving
    assert "pot.md:3: missing-picture: " in ANSI.sub("", shown)


def test_a_pipe_gets_plain_lines(scratch: Scratch) -> None:
    """Neither colours nor progress go into a pipe, unless FORCE_COLOR wants colours."""
    plain = run("build", desk=scratch)
    assert "\x1b" not in plain.output
    assert "reading" not in plain.output
    forced = CliRunner().invoke(
        main, ["list", "--notes", str(scratch.folder / "notes")], env={"FORCE_COLOR": "1", "TERM": "xterm"}
    )
    assert COLOUR.search(forced.stderr)
    assert "\x1b" not in forced.stdout
    assert ANSI.sub("", forced.stderr).startswith("pot.md:3: missing-picture: ")


def test_quiet_says_problems_and_what_was_asked_for(scratch: Scratch) -> None:
    """`--quiet` leaves out what was done, and keeps problems and results."""
    built = run("build", "--quiet", desk=scratch)
    assert built.exit_code == 0
    assert built.stdout == ""
    assert built.stderr.splitlines() == [line for line in built.stderr.splitlines() if "missing-picture" in line] != []
    listed = run("list", "-q", desk=scratch)
    assert listed.stdout == run("list", desk=scratch).stdout != ""


def test_quiet_leaves_out_what_was_assumed(tmp_path: Path) -> None:
    """What is only good to know is no problem."""
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "tea.md").write_text(BEFORE["tea.md"], "utf-8")
    assert "assumed" in run("build", "--dry-run", desk=Scratch(tmp_path)).stderr
    assert run("build", "--dry-run", "--quiet", desk=Scratch(tmp_path)).output == ""


def test_verbose_says_what_is_read_and_how_long_it_took(scratch: Scratch) -> None:
    """`--verbose` names every source and step beside the results, which stay as they were."""
    said = run("list", "--format", "json", "--verbose", desk=scratch)
    assert said.stdout == run("list", "--format", "json", desk=scratch).stdout
    assert f"read {scratch.folder / 'notes' / 'tea.md'}" in said.stderr
    for step in ("reading", "drafting", "building"):
        assert re.search(rf"^{step}: \d+\.\d\d s$", said.stderr, re.MULTILINE)


@pytest.mark.parametrize("name", [name for name in COMMANDS if name != "completion"])
def test_every_command_knows_quiet_and_verbose_but_not_both(name: str) -> None:
    """The two exclude each other, which is wrong use."""
    command = main.commands[name]
    assert {"quiet", "verbose", "notes", "out", "templates"} <= {option.name for option in command.params}
    needed = ["x"] * sum(isinstance(one, click.Argument) and one.required for one in command.params)
    result = run(name, *needed, "-q", "-v")
    assert result.exit_code == 2
    assert "--quiet and --verbose cannot both be given" in result.stderr


def test_help_shows_the_commands_in_the_order_of_use() -> None:
    """Each command has a line of its own that is not cut short, from the first build to a release."""
    said = run("--help").stdout
    block = said.split("Commands:\n")[1].split("\n\n")[0].splitlines()
    assert [line.split()[0] for line in block] == list(COMMANDS)
    assert COMMANDS[:3] == ("build", "watch", "list")
    assert all(len(line) <= 80 and not line.endswith("...") for line in block)


def examples(command: click.Command) -> list[str]:
    lines = (command.epilog or "").splitlines()
    assert lines[:2] == ["\b", "Examples:"]
    return [line.strip() for line in lines[2:]]


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_every_help_ends_with_examples_that_are_right_use(name: str) -> None:
    """What the help shows can be typed: each example is parsed as the command line is."""
    shown = examples(main.commands[name] if name else main)
    assert "Examples:" in run(*([name] if name else []), "--help").stdout
    assert shown
    for line in shown:
        typed = shlex.split(re.split("[|>]", line)[0])
        assert typed.pop(0) == "studydeck"
        if typed == ["COMMAND", "--help"]:
            continue
        rest = main.make_context("studydeck", typed or ["build"])
        _, command, left = main.resolve_command(rest, [*rest._protected_args, *rest.args])
        assert command
        assert not name or command.name == name
        command.make_context(command.name, left, parent=rest)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (("bulid",), "'build'"),
        (("wacth",), "'watch'"),
        (("build", "--strct"), "'--strict'"),
        (("--strct",), "'--strict'"),
        (("list", "--fromat", "json"), "'--format'"),
        (("list", "--format", "jsn"), "'json'"),
        (("completion", "bsh"), "'bash'"),
    ],
    ids=" ".join,
)
def test_a_mistyped_word_is_answered_with_the_right_one(typed: tuple[str, ...], meant: str) -> None:
    """Commands, options and their values: wrong use, and what may have been meant."""
    result = run(*typed)
    assert result.exit_code == 2
    assert meant in result.stderr
    assert "Try 'studydeck" in result.stderr or "Try 'main" in result.stderr


def offered(*typed: str) -> dict[str, str]:
    """Give what the shell is told for a line whose last word is being typed: value to kind."""
    completing = BashComplete(main, {}, "studydeck", "_STUDYDECK_COMPLETE")
    return {item.value: item.type for item in completing.get_completions(list(typed[:-1]), typed[-1])}


def test_completion_offers_commands_options_and_folders() -> None:
    """Also the options of `build` where no command is named."""
    assert list(offered("")) == list(COMMANDS)
    assert [*offered("re")] == ["rehearse", "release", "reproduce"]
    assert {"--strict", "--locked", "--help", "--version"} <= {*offered("--")}
    assert "--anki" in offered("watch", "--a")
    assert offered("build", "--notes", "no") == {"no": "dir"}
    assert offered("--notes", "no") == {"no": "dir"}
    assert offered("diff", "ol") == {"ol": "file"}
    assert [*offered("list", "--format", "")] == ["text", "json"]
    assert [*offered("completion", "")] == [*SHELLS]
    assert "--strict" in offered("--notes", "x", "--st")


@pytest.mark.parametrize("shell", SHELLS)
def test_a_script_is_printed_for_each_shell(shell: str) -> None:
    """The script names the program and the variable by which it is asked."""
    said = run("completion", shell)
    assert said.exit_code == 0
    assert "_STUDYDECK_COMPLETE" in said.stdout
    assert "studydeck" in said.stdout


@pytest.mark.skipif(not shutil.which("bash"), reason="there is no bash here")
def test_bash_takes_the_script_and_completes_with_it(tmp_path: Path) -> None:
    """Sourced without a word, the script completes a word as bash would on Tab."""
    tool = tmp_path / "studydeck"
    tool.write_text(f"#!/bin/sh\nexec {shlex.quote(sys.executable)} -m studydeck_probe\n", "utf-8")
    probe = "from studydeck.cli.main import run\nrun('studydeck')\n"
    (tmp_path / "studydeck_probe.py").write_text(probe, "utf-8")
    tool.chmod(0o755)
    script = run("completion", "bash").stdout
    card_specs = 'COMP_WORDS=(studydeck wat); COMP_CWORD=1; _studydeck_completion studydeck; echo "${COMPREPLY[@]}"'
    world = os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}", "PYTHONPATH": f"{tmp_path}:{ROOT}"}
    done = subprocess.run(["bash", "-euc", f"{script}\n{card_specs}"], capture_output=True, text=True, env=world)
    assert (done.stdout.split(), done.stderr) == (["watch"], "")


@pytest.mark.skipif(sys.platform == "win32", reason="there a process cannot be sent Ctrl-C alone")
def test_ctrl_c_while_it_loads_says_nothing(tmp_path: Path) -> None:
    """Before anything was begun the process just ends, as a shell expects it."""
    impatient = "import os, signal\nos.kill(os.getpid(), signal.SIGINT)\n"
    (tmp_path / "click.py").write_text(impatient, "utf-8")
    command = [sys.executable, "-c", "from studydeck.__main__ import main; main('studydeck')", "--version"]
    world = os.environ | {"PYTHONPATH": f"{tmp_path}:{ROOT}"}
    done = subprocess.run(command, capture_output=True, text=True, env=world)
    assert (done.returncode, done.stdout, done.stderr) == (-signal.SIGINT, "", "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device here that is always full")
def test_a_full_disk_below_the_output_is_one_line() -> None:
    """Output that cannot be written is said, without a traceback."""
    command = [sys.executable, str(ROOT / "build_deck.py"), "list"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 1
    assert done.stderr == "output: cannot be read or written (No space left on device)\n"


def test_the_time_left_is_told_from_the_pace_or_from_what_was_expected() -> None:
    """What is counted goes by its pace, what is not by the steps before it; soon is not worth a word."""
    assert words(10, 0, 50, 200) == "about 30 s left"
    assert words(10, 25, 0, None) == "about 15 s left"
    assert words(30, 25, 0, None) == "30 s"
    assert words(100, 0, 10, 100) == "about 15 min left"
    assert words(1, 0, 99, 100) == ""
    assert words(0, 0, 0, None) == ""


# For every number that it reads it begins a build that is told to end at that step: Python reports to an audit hook
# each moment in which files are opened, made, renamed or removed.
STOPPED = """
import os, signal, sys
folder, errors, sent = (sys.argv.pop(1) for _ in range(3))
from studydeck.cli import build
from studydeck.cli.main import main
def hook(event, arguments):
    global left
    if event in {"open", "os.rename", "os.remove", "os.mkdir", "os.scandir"} and str(arguments[0]).startswith(folder):
        left -= 1
        if left < 0:
            left = 1000
            os.kill(os.getpid(), signal.Signals[sent])
for line in sys.stdin:
    left, child = int(line), os.fork()
    if not child:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.dup2(os.open(errors, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 2)
        sys.addaudithook(hook)
        main(sys.argv[1:])
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@posix
@pytest.mark.parametrize(("sent", "code"), [("SIGINT", 130), ("SIGTERM", 143)])
def test_ctrl_c_at_any_step_leaves_nothing_half_done(tmp_path: Path, sent: str, code: int) -> None:
    """Wherever it comes: its exit code, one line, whole files, no rest of a file, and the lock is free."""
    trial, errors = Trial.of(tmp_path / "desk", "built"), tmp_path / "errors"
    desk = trial.scratch
    given = [str(desk.folder), str(errors), sent, *desk.command()[2:]]
    world = os.environ | {"SOURCE_DATE_EPOCH": LATER}
    seen = []
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [sys.executable, "-c", STOPPED, *given], cwd=ROOT, env=world, stdin=pipe, stdout=pipe, text=True
    ) as builds:
        assert builds.stdin
        assert builds.stdout
        for step in range(100):
            desk.put(trial.before)
            print(step, file=builds.stdin, flush=True)
            if (ended := int(builds.stdout.readline())) == 0:
                break
            assert (ended, errors.read_text("utf-8")) == (code, "stopped; no file is half written\n")
            assert desk.parts() == []
            assert list(trial.faults(*desk.files())) == []
            seen.append(desk.files())
        builds.stdin.close()
    assert {trial.before, (trial.after[0], trial.before[1])} <= {*seen}
    with storage.folder_lock(desk.folder / "notes"):
        assert len(seen) > 10


@posix
def test_ctrl_c_while_another_build_is_waited_for(tmp_path: Path) -> None:
    """Who waits for a lock says so, and can be stopped."""
    desk = Scratch(tmp_path)
    desk.lay(BEFORE)
    with storage.folder_lock(desk.folder / "notes"):
        child = subprocess.Popen(desk.command(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert child.stdout
        assert child.stdout.readline() == "another build of these notes is running; waiting for it\n"
        child.send_signal(signal.SIGINT)
        assert child.communicate(timeout=10) == ("", "stopped; no file is half written\n")
        assert child.returncode == 130


@posix
def test_a_reader_that_reads_no_further_is_no_traceback(scratch: Scratch) -> None:
    """`studydeck list | head` ends quietly."""
    spans = ("--notes", str(scratch.folder / "notes"))
    read, write = os.pipe()
    command = [sys.executable, str(ROOT / "build_deck.py"), "list", "--quiet", "--format", "json", *spans]
    with subprocess.Popen(command, stdout=write, stderr=subprocess.PIPE, text=True) as child:
        os.close(write)
        os.close(read)
        _, wrong = child.communicate(timeout=20)
    assert "Traceback" not in wrong
    assert "Exception" not in wrong


def test_help_is_there_at_once() -> None:
    """What help and completion do not need is not loaded."""
    code = "import sys, studydeck.cli; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True).stdout
    assert not {"markdown_it", "genanki", "rich", "msgspec", "rapidfuzz", "nh3", "watchfiles"} & {*loaded.split()}
