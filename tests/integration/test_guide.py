"""The guide: its files are written and its commands run, in order, in an empty folder."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import jsonschema
import pytest
import yaml

from tests.integration.test_schema import SCHEMA

ROOT = Path(__file__).parents[2]
REPOSITORY = "tea-notes"
BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# Blocks that are not run: the tests use the installation of their own environment.
NOT_RUN = "console"


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, the path of the file that it shows, and its text."""

    language: str
    file: str
    text: str


def blocks(page: str) -> Iterator[Block]:
    """Yield the fenced blocks of a page of docs/."""
    for match in BLOCK.finditer((ROOT / "docs" / page).read_text("utf-8")):
        yield Block(match[1], match[2] or "", match[3])


def environment(folder: Path) -> dict[str, str]:
    """Return an environment with this program, a git author, and a local folder as the remote repository."""
    remote = folder / "remote.git"
    subprocess.run(["git", "init", "--quiet", "--bare", str(remote)], check=True)
    settings = {
        f"url.{remote.as_uri()}.insteadOf": f"https://github.com/OWNER/{REPOSITORY}",
        "user.name": "author",
        "user.email": "author@example.org",
        "commit.gpgsign": "false",
        "core.autocrlf": "false",
    }
    variables = {"GIT_CONFIG_COUNT": str(len(settings))}
    for number, (key, value) in enumerate(settings.items()):
        variables |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    return {**os.environ, **variables, "PATH": path, "LANG": "C.UTF-8"}


@pytest.mark.slow
@pytest.mark.git
@pytest.mark.skipif(sys.platform == "win32", reason="the guide's commands are for a POSIX shell")
def test_the_commands_of_the_guide_publish_a_deck(tmp_path: Path) -> None:
    """Every command succeeds; at the end two releases are built, rehearsed, reproduced and pushed."""
    variables, folder = environment(tmp_path), tmp_path
    outputs: list[str] = []
    for block in blocks("guide.md"):
        if block.file:
            path = folder / block.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, "utf-8")
        elif block.language == "sh":
            result = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", block.text + "\npwd -P"],
                cwd=folder,
                env=variables,
                capture_output=True,
                text=True,
                encoding="utf-8",
            )
            assert result.returncode == 0, f"{block.text}\n{result.stdout}\n{result.stderr}"
            outputs.append(result.stdout)
            folder = Path(result.stdout.splitlines()[-1])
        else:
            assert block.language == NOT_RUN
    output = "".join(outputs)
    assert folder == (tmp_path / REPOSITORY).resolve()
    assert "notes/ledger.jsonl; it is new: commit it" in output
    assert "Gaiwan → Gaiwan (lidded bowl)" in output
    assert "nothing → 1.0.0" in output
    assert "1.0.0 → 1.1.0: 1 new" in output
    assert "14 of 14 cards, 0 lost" in output
    assert "bytes as the build of v1.0.0" in output
    assert {path.name for path in (folder / "published").iterdir()} == {
        "SHA256SUMS",
        *(f"tea-1.0.0.{ending}" for ending in ("apkg", "html", "md", "json")),
    }
    tags = subprocess.run(
        ["git", "-C", str(tmp_path / "remote.git"), "tag", "--list"], capture_output=True, text=True, check=True
    )
    assert tags.stdout.split() == ["v1.0.0", "v1.1.0"]


def test_the_config_files_of_the_guide_are_valid() -> None:
    """deck.toml is valid by the schema that it names, and the hooks are those of this repository."""
    files = {block.file: block.text for block in blocks("guide.md") if block.file}
    settings = tomllib.loads(files["notes/deck.toml"])
    jsonschema.validate(settings, SCHEMA)
    assert set(settings) <= set(SCHEMA["properties"])
    schema_path = re.match(r"#:schema \S+/main/(\S+)\n", files["notes/deck.toml"])
    assert schema_path
    assert (ROOT / schema_path[1]).is_file()
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    (repository,) = yaml.safe_load(files[".pre-commit-config.yaml"])["repos"]
    assert [hook["id"] for hook in repository["hooks"]] == [hook["id"] for hook in hooks]


@pytest.mark.parametrize("page", ["guide.md", "releasing.md"])
def test_every_link_of_a_page_exists(page: str) -> None:
    """Links within the repository name existing files."""
    text = (ROOT / "docs" / page).read_text("utf-8")
    links = [link for link in re.findall(r"\]\(([^)#]+)", text) if "://" not in link]
    assert all((ROOT / "docs" / link).is_file() for link in links)


def test_every_command_that_a_page_names_exists() -> None:
    """Every `studydeck COMMAND` of the pages is a command."""
    from studydeck.cli.main import main

    text = "".join((ROOT / "docs" / page).read_text("utf-8") for page in ("guide.md", "releasing.md"))
    commands = set(re.findall(r"(?:^|`|run: )studydeck ([a-z]+)(?=[ `\n])", text, re.MULTILINE)) - {"wrote"}
    assert commands >= {"list", "check", "preview", "diff", "release", "rehearse", "bundle", "reproduce"}
    assert commands <= set(main.commands)
