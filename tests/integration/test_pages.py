"""The pages of the documentation: their files are written and their commands run, in an empty folder; links exist."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import jsonschema
import pytest
import yaml

from studydeck.cli.main import main
from tests.integration.test_schema import SCHEMA
from tests.support.command import run_command
from tests.support.pages import DOCS, ROOT, anchors, blocks, inline_commands, links, pages

REPOSITORY = "tea-notes"
# Each page continues in the folder of the one before it.
TUTORIAL = ("tutorial.md", "how-to/github.md", "how-to/releasing.md")
# What a test cannot run, as it needs another host, and why that is so.
NOT_RUN = {
    "git clone https": "the address of the repository is not known",
    "git grep": "changes the files of this repository",
    "gh attestation verify": "asks GitHub",
    "studydeck curate": "serves a page until it is stopped",
    "studydeck corrections": "needs what a learner exported",
    "pipx install": ".ci/steps/installs runs it with the files that it has built",
    "python -m pip install": ".ci/steps/installs runs it with the files that it has built",
    "uvx --from": ".ci/steps/installs runs it with the files that it has built",
}
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="the commands are for a POSIX shell")


def run_pages(folder: Path, names: tuple[str, ...], patch: pytest.MonkeyPatch) -> tuple[str, Path]:
    """Write the files and run the commands of pages in order; return the output and the last folder."""
    for key, value in environment(folder).items():
        patch.setenv(key, value)
    patch.chdir(folder)
    outputs = [""]
    for block in (block for name in names for block in blocks(name)):
        if block.file:
            path = Path(block.file)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, "utf-8")
        elif block.language == "sh":
            outputs.append(run_block(block.text, patch))
        elif block.language == "text":
            missing = [line for line in block.text.splitlines() if line.strip(" …") not in outputs[-1]]
            assert missing == [], outputs[-1]
    return "".join(outputs), Path.cwd()


def run_block(text: str, patch: pytest.MonkeyPatch) -> str:
    """Run a block of commands; those of the program alone run in this process, which is faster."""
    outputs: list[str] = []
    for is_ours, group in groupby(text.splitlines(), lambda line: bool(re.fullmatch(r"studydeck[^|<>$;&]*", line))):
        lines = list(group)
        outputs += map(run_own, lines) if is_ours else [run_in_shell("\n".join(lines), patch)]
    return "\n".join(outputs)


def run_own(line: str) -> str:
    """Run a command of the program, which must succeed, and return its output."""
    result = run_command(*shlex.split(line, comments=True)[1:])
    assert result.exit_code == 0, f"{line}\n{result.output}"
    return result.output


def run_in_shell(text: str, patch: pytest.MonkeyPatch) -> str:
    """Run commands in a shell, which must all succeed, stay in its last folder, and return the output."""
    result = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", text + "\npwd -P"], capture_output=True, text=True, encoding="utf-8"
    )
    assert result.returncode == 0, f"{text}\n{result.stdout}\n{result.stderr}"
    output, _, last_folder = result.stdout.rstrip().rpartition("\n")
    patch.chdir(last_folder)
    return f"{output}\n{result.stderr}"


def environment(folder: Path) -> dict[str, str]:
    """Return variables: this program on the path, a git author, and a local folder as the remote repository."""
    remote = folder / "remote.git"
    subprocess.run(["git", "init", "--quiet", "--bare", str(remote)], check=True)
    settings = {
        f"url.{remote.as_uri()}.insteadOf": f"https://github.com/OWNER/{REPOSITORY}",
        "user.name": "author",
        "user.email": "author@example.org",
        "commit.gpgsign": "false",
        "core.autocrlf": "false",
    }
    variables = {"GIT_CONFIG_COUNT": str(len(settings)), "LANG": "C.UTF-8"}
    for number, (key, value) in enumerate(settings.items()):
        variables |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    return variables | {"PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))}


@POSIX
@pytest.mark.slow
@pytest.mark.git
def test_the_tutorial_and_its_continuation_publish_a_deck(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command succeeds; at the end two releases are built, rehearsed, reproduced and pushed."""
    output, folder = run_pages(tmp_path, TUTORIAL, monkeypatch)
    assert folder == (tmp_path / REPOSITORY).resolve()
    assert "notes/ledger.jsonl; it is new: commit it" in output
    assert "Gaiwan → Gaiwan (lidded bowl)" in output
    assert "first version, 1.0.0" in output
    assert "1.0.0 → 1.1.0: 1 new" in output
    assert re.search(r"kept: (\d+) of \1 cards, 0 lost", output)
    assert output.count("bytes as the build of v1.0.0") == 2
    assert {path.name for path in (folder / "published").iterdir()} == {
        "SHA256SUMS",
        *(f"tea-1.0.0.{ending}" for ending in ("apkg", "html", "md", "json")),
    }
    tags = subprocess.run(
        ["git", "-C", str(tmp_path / "remote.git"), "tag", "--list"], capture_output=True, text=True, check=True
    )
    assert tags.stdout.split() == ["v1.0.0", "v1.1.0"]


def pages_with_commands() -> list[str]:
    """Return the pages, besides the tutorial and what continues it, that have commands to run."""
    others = [page for page in pages() if page not in TUTORIAL]
    return [page for page in others if any(block.language == "sh" for block in blocks(page))]


@POSIX
@pytest.mark.git
@pytest.mark.parametrize("page", pages_with_commands())
def test_the_commands_of_a_page_run(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command of the page succeeds on the files of the page, and prints what the page shows."""
    run_pages(tmp_path, (page,), monkeypatch)


@pytest.mark.parametrize("page", pages())
def test_what_a_page_shows_is_checked(page: str) -> None:
    """Commands that no test runs need another host, and settings are valid."""
    for block in blocks(page):
        if block.language == "console":
            assert block.text.startswith(tuple(NOT_RUN)), block.text
        elif block.language == "toml" and "deck.toml" in (block.file or "deck.toml"):
            settings = tomllib.loads(block.text)
            jsonschema.validate(settings, SCHEMA)
            assert set(settings) <= set(SCHEMA["properties"])


def test_the_config_files_of_the_tutorial_are_valid() -> None:
    """deck.toml names the schema of this repository, and the hooks are those of this repository."""
    files = {block.file: block.text for block in blocks("tutorial.md") if block.file}
    schema_path = re.match(r"#:schema \S+/main/(\S+)\n", files["notes/deck.toml"])
    assert schema_path
    assert (ROOT / schema_path[1]).is_file()
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    (hooks_block,) = (block.text for block in blocks("tutorial.md") if block.language == "yaml")
    (repository,) = yaml.safe_load(hooks_block)["repos"]
    assert [hook["id"] for hook in repository["hooks"]] == [hook["id"] for hook in hooks]


def broken_links(page: str) -> Iterator[str]:
    """Yield links to files, pages or headings that do not exist, and links that are not encrypted."""
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = str(Path(page).parent / path) if path else page
        if "://" in link:
            is_broken = not link.startswith("https://")
        else:
            is_broken = not (DOCS / target).exists() or (bool(anchor) and anchor not in anchors(target))
        if is_broken:
            yield link


@pytest.mark.parametrize("page", [*pages(), "../README.md", "../CONTRIBUTING.md", "../SECURITY.md"])
def test_every_link_of_a_page_exists(page: str) -> None:
    """Links within the repository name existing files and headings."""
    assert list(broken_links(page)) == []


def test_pictures_are_small_and_shown() -> None:
    """Each picture is on a page, and none has more than 100 kB."""
    shown = {link.rpartition("/")[2] for page in [*pages(), "../README.md"] for link in links(page)}
    pictures = list((DOCS / "pictures").iterdir())
    assert [path.name for path in pictures if path.name not in shown or path.stat().st_size > 100_000] == []


def test_a_link_to_nowhere_is_found_rejected(tmp_path: Path) -> None:
    """A link to a missing file, to a missing heading, and one without encryption are reported."""
    page = tmp_path / "page.md"
    page.write_text("# Tea\n\n[a](none.md) [b](page.md#none) [c](#none) [d](http://example.org) [e](page.md#tea)\n")
    assert list(broken_links(str(page))) == ["none.md", "page.md#none", "#none", "http://example.org"]


def unknown_commands(page: str) -> Iterator[str]:
    """Yield the commands and options that a page names in its text and that the program does not know."""
    for text in inline_commands(page):
        arguments = shlex.split(text)[1:]
        if not arguments or arguments[0].startswith("-"):
            arguments.insert(0, "build")
        command = main.commands.get(arguments[0])
        known = {option for parameter in command.params for option in parameter.opts} if command else set()
        used = {argument.partition("=")[0] for argument in arguments if argument.startswith("--")}
        if arguments[0] != "COMMAND" and (not command or not used <= {*known, "--help", "--version"}):
            yield text


@pytest.mark.parametrize("page", [*pages(), "../README.md"])
def test_every_command_that_a_page_names_exists(page: str) -> None:
    """Every `studydeck COMMAND --option` in the text of a page is a command with that option."""
    assert list(unknown_commands(page)) == []
