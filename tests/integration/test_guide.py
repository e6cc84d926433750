"""The guide, taken at its word: its files are written and its commands run, in their order, in an empty folder."""

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
# Shown, not run: the environment of the tests stands for the installation.
ELSEWHERE = "console"


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, the file that it shows, and its text."""

    language: str
    file: str
    text: str


def blocks(page: str) -> Iterator[Block]:
    """Give the fenced blocks of a page of docs/."""
    for found in BLOCK.finditer((ROOT / "docs" / page).read_text("utf-8")):
        yield Block(found[1], found[2] or "", found[3])


def environment(folder: Path) -> dict[str, str]:
    """Give an environment with this program, an author for git, and a folder in the place of the remote repository."""
    remote = folder / "remote.git"
    subprocess.run(["git", "init", "--quiet", "--bare", str(remote)], check=True)
    settings = {
        f"url.{remote.as_uri()}.insteadOf": f"https://github.com/OWNER/{REPOSITORY}",
        "user.name": "author",
        "user.email": "author@example.org",
        "commit.gpgsign": "false",
        "core.autocrlf": "false",
    }
    told = {"GIT_CONFIG_COUNT": str(len(settings))}
    for number, (key, value) in enumerate(settings.items()):
        told |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    return {**os.environ, **told, "PATH": path, "LANG": "C.UTF-8"}


@pytest.mark.git
def test_the_guide_leads_from_an_empty_folder_to_a_published_deck(tmp_path: Path) -> None:
    """Every command succeeds; at the end two releases are built, rehearsed, reproduced and pushed."""
    told, here = environment(tmp_path), tmp_path
    ran: list[str] = []
    for block in blocks("guide.md"):
        if block.file:
            span = here / block.file
            span.parent.mkdir(parents=True, exist_ok=True)
            span.write_text(block.text, "utf-8")
        elif block.language == "sh":
            done = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", block.text + "\npwd -P"],
                cwd=here,
                env=told,
                capture_output=True,
                text=True,
                encoding="utf-8",
            )
            assert done.returncode == 0, f"{block.text}\n{done.stdout}\n{done.stderr}"
            ran.append(done.stdout)
            here = Path(done.stdout.splitlines()[-1])
        else:
            assert block.language == ELSEWHERE
    said = "".join(ran)
    assert here == (tmp_path / REPOSITORY).resolve()
    assert "notes/ledger.jsonl; it is new: commit it" in said
    assert "Gaiwan → Gaiwan (lidded bowl)" in said
    assert "nothing → 1.0.0" in said
    assert "1.0.0 → 1.1.0: 1 new" in said
    assert "13 of 13 cards, 0 lost" in said
    assert "bytes as the build of v1.0.0" in said
    assert {path.name for path in (here / "published").iterdir()} == {
        "SHA256SUMS",
        *(f"tea-1.0.0.{ending}" for ending in ("apkg", "html", "md", "json")),
    }
    pushed = subprocess.run(
        ["git", "-C", str(tmp_path / "remote.git"), "tag", "--list"], capture_output=True, text=True, check=True
    )
    assert pushed.stdout.split() == ["v1.0.0", "v1.1.0"]


def test_the_guide_shows_what_machines_read() -> None:
    """Its deck.toml is valid by the schema that it names, and its hooks are ours."""
    shown = {block.file: block.text for block in blocks("guide.md") if block.file}
    settings = tomllib.loads(shown["notes/deck.toml"])
    jsonschema.validate(settings, SCHEMA)
    assert set(settings) <= set(SCHEMA["properties"])
    named = re.match(r"#:schema \S+/main/(\S+)\n", shown["notes/deck.toml"])
    assert named
    assert (ROOT / named[1]).is_file()
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    (wanted,) = yaml.safe_load(shown[".pre-commit-config.yaml"])["repos"]
    assert [one["id"] for one in wanted["hooks"]] == [one["id"] for one in hooks]


@pytest.mark.parametrize("page", ["guide.md", "releasing.md"])
def test_every_link_of_a_page_leads_somewhere(page: str) -> None:
    """Links within the repository name files that are there."""
    text = (ROOT / "docs" / page).read_text("utf-8")
    inside = [link for link in re.findall(r"\]\(([^)#]+)", text) if "://" not in link]
    assert all((ROOT / "docs" / link).is_file() for link in inside)


def test_every_command_that_a_page_names_is_there() -> None:
    """`studydeck` is followed by a command or an option that its help knows."""
    from studydeck.cli.main import main

    text = "".join((ROOT / "docs" / page).read_text("utf-8") for page in ("guide.md", "releasing.md"))
    named = set(re.findall(r"(?:^|`|run: )studydeck ([a-z]+)(?=[ `\n])", text, re.MULTILINE)) - {"wrote"}
    assert named >= {"list", "check", "preview", "diff", "release", "rehearse", "bundle", "reproduce"}
    assert named <= set(main.commands)
