"""Console output: progress and colours on a terminal, plain lines in a pipe, whole files after an interruption."""

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
from studydeck.cli.progress import time_left_text
from tests.support.killing import AFTER, BEFORE, LATER, NOW, Scratch, Trial

ROOT = Path(__file__).parents[2]
COMMANDS = tuple(main.commands)
ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
COLOUR = re.compile(r"\x1b\[[0-9;]*3[0-9][0-9;]*m")
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such terminals and signals")


@pytest.fixture
def scratch(tmp_path: Path) -> Scratch:
    """Return notes that were built, then edited, with a missing picture."""
    project = Scratch(tmp_path)
    project.write_notes(BEFORE)
    project.build(NOW)
    project.write_notes({**AFTER, "pot.md": "# Pot\n\n- **Pot**: holds the leaves ![a pot](pot.png)\n"})
    return project


def run(*arguments: str, project: Scratch | None = None) -> Result:
    """Run a command in this process."""
    folders = [*("--notes", str(project.folder / "notes")), *("--out", str(project.folder / "out"))] if project else []
    return CliRunner().invoke(main, [*arguments, *folders], env={"SOURCE_DATE_EPOCH": LATER})


def on_terminal(project: Scratch, *arguments: str, env: Mapping[str, str] | None = None) -> str:
    """Run a command in a pseudo terminal; return everything that was written to it."""
    master, terminal = os.openpty()
    folders = ("--notes", str(project.folder / "notes"), "--out", str(project.folder / "out"))
    environment = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "FORCE_COLOR", "CI"}}
    environment |= {"TERM": "xterm-256color", "SOURCE_DATE_EPOCH": LATER, **(env or {})}
    command = [sys.executable, str(ROOT / "build_deck.py"), *arguments, *folders]
    with subprocess.Popen(command, stdin=terminal, stdout=terminal, stderr=terminal, env=environment) as child:
        os.close(terminal)
        output = b"".join(read_all(master))
        os.close(master)
    assert child.returncode == 0, output
    return output.decode()


def read_all(descriptor: int) -> Iterator[bytes]:
    while True:
        try:
            data = os.read(descriptor, 1 << 16)
        except OSError:  # on Linux: the other end was closed
            return
        if not data:
            return
        yield data


@posix
def test_a_terminal_gets_progress_and_colours(scratch: Scratch) -> None:
    """A terminal shows each step, removed afterwards, and coloured codes."""
    output = on_terminal(scratch)
    assert COLOUR.search(output)
    plain = ANSI.sub("", output)
    for step in ("reading", "drafting", "building", "packing"):
        assert step in plain
    assert "\x1b[?25h" in output[-len(output) // 2 :], "the cursor is shown again"


@posix
@pytest.mark.parametrize(
    ("env", "coloured", "moving"),
    [({"NO_COLOR": "1"}, False, True), ({"TERM": "dumb"}, False, False)],
    ids=["NO_COLOR", "dumb"],
)
def test_no_color_and_dumb_terminals_are_respected(
    scratch: Scratch, env: dict[str, str], coloured: bool, moving: bool
) -> None:
    """NO_COLOR disables colours; a dumb terminal gets neither colours nor a progress bar."""
    output = on_terminal(scratch, env=env)
    assert bool(COLOUR.search(output)) == coloured
    assert ("\x1b[?25l" in output) == moving
    assert "pot.md:3:1: warning: picture pot.png" in ANSI.sub("", output)


def test_a_pipe_gets_plain_lines(scratch: Scratch) -> None:
    """A pipe gets neither colours nor progress, but FORCE_COLOR enables colours."""
    plain = run("build", project=scratch)
    assert "\x1b" not in plain.output
    assert "reading" not in plain.output
    forced = CliRunner().invoke(
        main, ["list", "--notes", str(scratch.folder / "notes")], env={"FORCE_COLOR": "1", "TERM": "xterm"}
    )
    assert COLOUR.search(forced.stderr)
    assert "\x1b" not in forced.stdout
    assert ANSI.sub("", forced.stderr).startswith(f"{scratch.folder / 'notes' / 'pot.md'}:3:1: warning: ")


def test_quiet_prints_only_diagnostics_and_results(scratch: Scratch) -> None:
    """`--quiet` omits status lines, and keeps diagnostics and results."""
    build_result = run("build", "--quiet", project=scratch)
    assert build_result.exit_code == 0
    assert build_result.stdout == ""
    assert (
        build_result.stderr.splitlines()
        == [line for line in build_result.stderr.splitlines() if "missing-picture" in line]
        != []
    )
    list_result = run("list", "-q", project=scratch)
    assert list_result.stdout == run("list", project=scratch).stdout != ""


def test_quiet_omits_information(tmp_path: Path) -> None:
    """`--quiet` omits what was assumed."""
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "tea.md").write_text(BEFORE["tea.md"], "utf-8")
    assert "assumed" in run("build", "--dry-run", project=Scratch(tmp_path)).stderr
    assert run("build", "--dry-run", "--quiet", project=Scratch(tmp_path)).output == ""


def test_verbose_prints_sources_and_durations(scratch: Scratch) -> None:
    """`--verbose` names every source and step on stderr; results do not change."""
    result = run("list", "--format", "json", "--verbose", project=scratch)
    assert result.stdout == run("list", "--format", "json", project=scratch).stdout
    assert f"read {scratch.folder / 'notes' / 'tea.md'}" in result.stderr
    for step in ("reading", "drafting", "building"):
        assert re.search(rf"^{step}: \d+\.\d\d s$", result.stderr, re.MULTILINE)


@pytest.mark.parametrize("name", [name for name in COMMANDS if name != "completion"])
def test_quiet_and_verbose_exclude_each_other(name: str) -> None:
    """Every command has both options, and giving both is a usage error."""
    command = main.commands[name]
    assert {"quiet", "verbose", "notes", "out", "templates"} <= {option.name for option in command.params}
    arguments = ["x"] * sum(
        isinstance(parameter, click.Argument) and parameter.required for parameter in command.params
    )
    result = run(name, *arguments, "-q", "-v")
    assert result.exit_code == 2
    assert "--quiet and --verbose cannot both be given" in result.stderr


def test_help_shows_the_commands_in_the_order_of_use() -> None:
    """Each command has one line that is not truncated, from a new folder to a release."""
    help_text = run("--help").stdout
    command_lines = help_text.split("Commands:\n")[1].split("\n\n")[0].splitlines()
    assert [line.split()[0] for line in command_lines] == list(COMMANDS)
    assert COMMANDS[:5] == ("init", "build", "watch", "curate", "list")
    assert all(len(line) <= 80 and not line.endswith("...") for line in command_lines)


def examples(command: click.Command) -> list[str]:
    lines = (command.epilog or "").splitlines()
    assert lines[:2] == ["\b", "Examples:"]
    return [line.strip() for line in lines[2 : lines.index("", 2)]]


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_every_help_ends_with_valid_examples(name: str) -> None:
    """Each example of the help is parsed as a command line."""
    lines = examples(main.commands[name] if name else main)
    help_text = run(*([name] if name else []), "--help").stdout
    assert "Examples:" in help_text
    assert "Exit codes: 0 done; 1 " in help_text
    assert lines
    for line in lines:
        typed = shlex.split(re.split("[|>]", line)[0])
        assert typed.pop(0) == "studydeck"
        if typed == ["COMMAND", "--help"]:
            continue
        context = main.make_context("studydeck", typed or ["build"])
        _, command, remaining = main.resolve_command(context, [*context._protected_args, *context.args])
        assert command
        assert not name or command.name == name
        command.make_context(command.name, remaining, parent=context)


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
def test_a_mistyped_word_gets_a_suggestion(typed: tuple[str, ...], meant: str) -> None:
    """Mistyped commands, options and values are usage errors with a suggestion."""
    result = run(*typed)
    assert result.exit_code == 2
    assert meant in result.stderr
    assert "Try 'studydeck" in result.stderr or "Try 'main" in result.stderr


def completions(*typed: str) -> dict[str, str]:
    """Return the completions of a line's last word: value -> type."""
    completer = BashComplete(main, {}, "studydeck", "_STUDYDECK_COMPLETE")
    return {item.value: item.type for item in completer.get_completions(list(typed[:-1]), typed[-1])}


def test_completion_offers_commands_options_and_folders() -> None:
    """Without a command name the options of `build` are offered too."""
    assert list(completions("")) == list(COMMANDS)
    assert [*completions("re")] == ["rehearse", "release", "reproduce"]
    assert {"--strict", "--locked", "--help", "--version"} <= {*completions("--")}
    assert "--anki" in completions("watch", "--a")
    assert completions("build", "--notes", "no") == {"no": "dir"}
    assert completions("--notes", "no") == {"no": "dir"}
    assert completions("diff", "ol") == {"ol": "file"}
    assert [*completions("list", "--format", "")] == ["text", "json"]
    assert [*completions("completion", "")] == [*SHELLS]
    assert "--strict" in completions("--notes", "x", "--st")


@pytest.mark.parametrize("shell", SHELLS)
def test_a_script_is_printed_for_each_shell(shell: str) -> None:
    """The script contains the program's name and its completion variable."""
    result = run("completion", shell)
    assert result.exit_code == 0
    assert "_STUDYDECK_COMPLETE" in result.stdout
    assert "studydeck" in result.stdout


@posix
@pytest.mark.skipif(not shutil.which("bash"), reason="bash is not installed")
def test_the_completion_script_works_in_bash(tmp_path: Path) -> None:
    """The script can be sourced without output, and completes a word."""
    tool = tmp_path / "studydeck"
    tool.write_text(f"#!/bin/sh\nexec {shlex.quote(sys.executable)} -m studydeck_probe\n", "utf-8")
    probe = "from studydeck.cli.main import run\nrun('studydeck')\n"
    (tmp_path / "studydeck_probe.py").write_text(probe, "utf-8")
    tool.chmod(0o755)
    script = run("completion", "bash").stdout
    completion = 'COMP_WORDS=(studydeck wat); COMP_CWORD=1; _studydeck_completion studydeck; echo "${COMPREPLY[@]}"'
    environment = os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}", "PYTHONPATH": f"{tmp_path}:{ROOT}"}
    result = subprocess.run(
        ["bash", "-euc", f"{script}\n{completion}"], capture_output=True, text=True, env=environment
    )
    assert (result.stdout.split(), result.stderr) == (["watch"], "")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot send Ctrl-C to a single process")
def test_ctrl_c_during_startup_prints_nothing(tmp_path: Path) -> None:
    """Before any command runs, the process ends by the signal, as shells expect."""
    code = "import os, signal\nos.kill(os.getpid(), signal.SIGINT)\n"
    (tmp_path / "click.py").write_text(code, "utf-8")
    command = [sys.executable, "-c", "from studydeck.__main__ import main; main('studydeck')", "--version"]
    environment = os.environ | {"PYTHONPATH": f"{tmp_path}:{ROOT}"}
    result = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert (result.returncode, result.stdout, result.stderr) == (-signal.SIGINT, "", "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_output_to_a_full_disk_is_an_error() -> None:
    """Output that cannot be written is reported in one line, without a traceback."""
    command = [sys.executable, str(ROOT / "build_deck.py"), "list"]
    with Path("/dev/full").open("w") as full:
        result = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True)
    assert result.returncode == 1
    assert result.stderr == "output: cannot be read or written (No space left on device)\n"


def test_remaining_time_is_estimated_from_progress_or_expectation() -> None:
    """Counted steps use their rate, others the expected duration; a few seconds are not shown."""
    assert time_left_text(10, 0, 50, 200) == "about 30 s left"
    assert time_left_text(10, 25, 0, None) == "about 15 s left"
    assert time_left_text(30, 25, 0, None) == "30 s"
    assert time_left_text(100, 0, 10, 100) == "about 15 min left"
    assert time_left_text(1, 0, 99, 100) == ""
    assert time_left_text(0, 0, 0, None) == ""


# For every number that it reads, this program starts a build that is sent a signal at that step: a Python audit hook is
# called whenever files are opened, created, renamed or removed. A first build, elsewhere, imports what the others need.
INTERRUPTED_BUILDS = """
import os, signal, sys
folder, elsewhere, errors, sent = (sys.argv.pop(1) for _ in range(4))
from studydeck.cli import build
from studydeck.cli.main import main
def hook(event, arguments):
    global steps_left
    if event in {"open", "os.rename", "os.remove", "os.mkdir", "os.scandir"} and str(arguments[0]).startswith(folder):
        steps_left -= 1
        if steps_left < 0:
            steps_left = 1000
            os.kill(os.getpid(), signal.Signals[sent])
output, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
os.dup2(nowhere, 1)
try:
    main(["build", "--notes", elsewhere + "/notes", "--out", elsewhere + "/out"])
except SystemExit as done:
    assert not done.code
for line in sys.stdin:
    steps_left, child = int(line), os.fork()
    if not child:
        os.dup2(os.open(errors, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 2)
        sys.addaudithook(hook)
        main(sys.argv[1:])
    os.write(output, b"%d\\n" % os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.slow
@posix
@pytest.mark.parametrize(("sent", "code", "stride"), [("SIGINT", 130, 1), ("SIGTERM", 143, 3)])
def test_interruption_at_any_step_leaves_whole_files(tmp_path: Path, sent: str, code: int, stride: int) -> None:
    """After a signal at any step, or every third: its exit code, a line, whole files, no partial file, a free lock."""
    trial, errors = Trial.prepare(tmp_path / "project", "built"), tmp_path / "errors"
    project, elsewhere = trial.scratch, Scratch(tmp_path / "elsewhere")
    elsewhere.write_notes(AFTER)
    arguments = [str(project.folder), str(elsewhere.folder), str(errors), sent, *project.command()[2:]]
    environment = os.environ | {"SOURCE_DATE_EPOCH": LATER}
    states = []
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED_BUILDS, *arguments],
        cwd=ROOT,
        env=environment,
        stdin=pipe,
        stdout=pipe,
        text=True,
    ) as runner:
        assert runner.stdin
        assert runner.stdout
        for step in range(0, 100, stride):
            project.restore(trial.before)
            print(step, file=runner.stdin, flush=True)
            if (exit_code := int(runner.stdout.readline())) == 0:
                break
            assert (exit_code, errors.read_text("utf-8")) == (code, "stopped; no file is half written\n")
            assert project.part_files() == []
            assert list(trial.damage(*project.files())) == []
            states.append(project.files())
        runner.stdin.close()
    assert {trial.before, (trial.after[0], trial.before[1])} <= {*states}
    with storage.folder_lock(project.folder / "notes"):
        assert len(states) * stride > 10


@posix
def test_waiting_for_another_build_can_be_interrupted(tmp_path: Path) -> None:
    """A build that waits for the lock prints a message, and can be interrupted."""
    project = Scratch(tmp_path)
    project.write_notes(BEFORE)
    with storage.folder_lock(project.folder / "notes"):
        child = subprocess.Popen(project.command(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert child.stdout
        assert child.stdout.readline() == "another build of these notes is running; waiting for it\n"
        child.send_signal(signal.SIGINT)
        assert child.communicate(timeout=10) == ("", "stopped; no file is half written\n")
        assert child.returncode == 130


@posix
def test_a_closed_pipe_causes_no_traceback(scratch: Scratch) -> None:
    """`studydeck list | head` ends without a traceback."""
    folders = ("--notes", str(scratch.folder / "notes"))
    read_end, write_end = os.pipe()
    command = [sys.executable, str(ROOT / "build_deck.py"), "list", "--quiet", "--format", "json", *folders]
    with subprocess.Popen(command, stdout=write_end, stderr=subprocess.PIPE, text=True) as child:
        os.close(write_end)
        os.close(read_end)
        _, errors = child.communicate(timeout=20)
    assert "Traceback" not in errors
    assert "Exception" not in errors


def test_help_loads_no_large_library() -> None:
    """Importing the command line loads none of the large libraries."""
    code = "import sys, studydeck.cli; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True).stdout
    large = {"markdown_it", "genanki", "rich", "msgspec", "rapidfuzz", "nh3", "semver", "watchfiles"}
    assert not large & {*loaded.split()}


def test_a_build_imports_no_library_that_it_does_not_use(tmp_path: Path) -> None:
    """Plain notes need no library for HTTP, tasks, YAML or fuzzy matching; genanki still reads YAML if it is asked."""
    (tmp_path / "notes.md").write_text("# Tea\n\n- **Pot**: holds tea.\n", encoding="utf-8")
    program = """
import runpy, sys
sys.argv[1:] = ["--notes", ".", "--quiet"]
from studydeck.cli import signals
signals.exit_process = sys.exit
try:
    runpy.run_module("studydeck", run_name="__main__")
except SystemExit as ended:
    print(ended.code, *sorted({"asyncio", "difflib", "http", "rapidfuzz", "xml.sax", "yaml"} & sys.modules.keys()))
import genanki
print(genanki.Model(1, "A", fields="[{name: B}]", templates=[]).fields)
"""
    end = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert end.stdout.split("\n")[:2] == ["0", "[{'name': 'B'}]"]


@pytest.mark.parametrize("option", ["-V", "--version"])
def test_the_version_is_printed(option: str) -> None:
    """Both options print one line."""
    assert re.fullmatch(r"studydeck, version \d+\.\d+\.\d+\n", run(option).stdout)
