"""What tools/site.py makes of the pages: generated text, links to the repository, titles, and the navigation."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

import studydeck
from studydeck.cli.main import main
from tests.support.pages import DOCS, ROOT, page_text, pages
from tools import site


def targets(entries: list[Any]) -> Iterator[str]:
    """Yield the pages of a navigation, those of its sections included."""
    for entry in entries:
        for value in entry.values():
            yield from [value] if isinstance(value, str) else targets(value)


def test_every_page_is_in_the_navigation_once() -> None:
    """A page that nobody added to the navigation would not be found."""
    configuration = tomllib.loads((ROOT / "zensical.toml").read_text("utf-8"))
    assert sorted(targets(configuration["project"]["nav"])) == pages()


def test_only_the_folder_of_an_earlier_build_is_emptied(tmp_path: Path) -> None:
    """A folder of something else is refused, and stays as it is."""
    (tmp_path / "docs").mkdir()
    site.empty(tmp_path)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "notes.md").write_text("# Tea\n", "utf-8")
    with pytest.raises(click.ClickException):
        site.empty(tmp_path)
    assert (tmp_path / "notes.md").exists()


def test_no_generated_text_is_missing() -> None:
    """Each kind of generated text stands on one page, and no page asks for another kind."""
    wanted = re.findall(r"<!-- generated: (\w+) -->", "".join(map(page_text, pages())))
    assert sorted(wanted) == sorted(site.GENERATED)


def test_the_generated_text_names_everything() -> None:
    """All commands with their options, all settings, and all public names."""
    commands = site.commands()
    for name, command in main.commands.items():
        section = commands.split(f"## {name}\n")[1].split("\n## ")[0]
        assert all(option in section for parameter in command.params for option in parameter.opts if "-" in option)
    schema = json.loads((DOCS / "deck.schema.json").read_text("utf-8"))
    rows = [line.split(" | ") for line in site.settings().splitlines()[2:]]
    assert [row[0].strip("| `") for row in rows] == [*schema["properties"]]
    assert {len(row) for row in rows} == {3}
    assert all(f"::: studydeck.api.{name}\n" in site.api() + "\n" for name in studydeck.__all__ if name[0] != "_")


@pytest.mark.parametrize(
    ("text", "staged"),
    [
        ("```markdown notes/tea.md\n# Tea\n```\n", '```markdown title="notes/tea.md"\n# Tea\n```\n'),
        ("```sh\nstudydeck\n```\n", "```sh\nstudydeck\n```\n"),
        ("[a](../tutorial.md#edit) [b](github.md)", "[a](../tutorial.md#edit) [b](github.md)"),
        (
            "[a](../../CONTRIBUTING.md#add-a-language)",
            "[a](https://github.com/OWNER/studydeck/blob/main/CONTRIBUTING.md#add-a-language)",
        ),
    ],
)
def test_a_page_is_staged(text: str, staged: str) -> None:
    """Names of files become titles, and only links that leave docs/ become links to the repository."""
    assert (
        site.staged_text(text, Path("how-to/page.md")).replace(site._repository(), "https://github.com/OWNER/studydeck")
        == staged
    )
