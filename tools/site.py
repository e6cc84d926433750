"""Build the documentation site from docs/ and from what the program says of itself.

    python -m pip install -e '.[docs]'
    python -m tools.site [--into build/site]

Pages say where generated text stands with a comment, `<!-- generated: commands -->`: the help of the commands, the
settings of deck.toml by their schema, the Python API, and the preview of the deck in notes/. Links to files outside of
docs/ become links to the repository. Zensical then builds the copy and fails on any broken link.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click

import studydeck
from studydeck.cli.main import main as program

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
DEMO = "demo-deck.html"
WRITTEN = {".cache", "docs", "preview", "site", "zensical.toml"}  # what a build writes
_GENERATED = re.compile(r"<!-- generated: (\w+) -->")
_FENCE_WITH_FILE = re.compile(r"^( *```\w+) (.+)$", re.MULTILINE)
_LINK = re.compile(r"\]\(((?:\.\./)+[^)#]+)")


def commands() -> str:
    """Return the help of every command, each with its heading."""
    context = click.Context(program, info_name="studydeck", max_content_width=100)
    return "\n".join(
        f"## {name}\n\n```text\n{command.get_help(click.Context(command, context, name, max_content_width=100))}\n```\n"
        for name, command in program.commands.items()
    )


def settings() -> str:
    """Return the settings of deck.toml as a table, from the JSON schema."""
    schema = json.loads((DOCS / "deck.schema.json").read_text("utf-8"))
    rows = [
        f"| `{name}` | {_type(setting)} | {setting['description']} |" for name, setting in schema["properties"].items()
    ]
    return "\n".join(["| setting | type | meaning |", "|" + " --- |" * 3, *rows])


def _type(setting: dict[str, Any]) -> str:
    """Return the type of a setting in words, or its values."""
    if "enum" in setting:
        return " or ".join(f"`{json.dumps(value)}`" for value in setting["enum"])
    names = {"array": "list of strings", "object": "table", "integer": "integer", "boolean": "boolean"}
    return names.get(setting.get("type", ""), "string")


def api() -> str:
    """Return one directive of mkdocstrings for each public name of the package."""
    names = [name for name in studydeck.__all__ if not name.startswith("_")]
    return "\n\n".join(f"::: studydeck.api.{name}" for name in names)


def demo() -> str:
    """Return the frame that shows the preview of the deck in notes/, and a link to it."""
    frame = (
        f'<iframe src="{DEMO}" title="The preview of the deck" style="width: 100%; height: 80vh; border: 0"></iframe>'
    )
    return f"{frame}\n\n[Open it alone]({DEMO})"


GENERATED: dict[str, Callable[[], str]] = {function.__name__: function for function in (commands, settings, api, demo)}


def staged_text(text: str, page: Path) -> str:
    """Return the text of a page as Zensical reads it.

    Parameters
    ----------
    text : the text of the page.
    page : its path below docs/.
    """
    text = _FENCE_WITH_FILE.sub(r'\1 title="\2"', text)
    text = _LINK.sub(lambda match: f"]({_target(match[1], page)}", text)
    return _GENERATED.sub(lambda match: GENERATED[match[1]](), text)


def _target(link: str, page: Path) -> str:
    """Return a link that leaves docs/ as a link to the repository."""
    path = (DOCS / page).parent.joinpath(link).resolve()
    return link if path.is_relative_to(DOCS) else f"{_repository()}/blob/main/{path.relative_to(ROOT).as_posix()}"


def _repository() -> str:
    """Return the address of the repository."""
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["urls"]["Homepage"])


def stage(folder: Path) -> Iterator[Path]:
    """Write the pages, the other files of docs/ and the configuration into a folder; yield the path of each page."""
    shutil.copytree(DOCS, folder / "docs", ignore=shutil.ignore_patterns("*.md"))
    for source in sorted(DOCS.rglob("*.md")):
        page = source.relative_to(DOCS)
        target = folder / "docs" / page
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(staged_text(source.read_text("utf-8"), page), "utf-8")
        yield page
    configuration = (ROOT / "zensical.toml").read_text("utf-8")
    (folder / "zensical.toml").write_text(configuration.replace('["."]', json.dumps([str(ROOT)])), "utf-8")


def write_demo(folder: Path) -> None:
    """Write the preview of the deck in notes/ beside the pages."""
    out = folder / "preview"
    arguments = ["preview", "--quiet", "--notes", str(ROOT / "notes"), "--out", str(out)]
    subprocess.run([sys.executable, "-m", "studydeck", *arguments], check=True, cwd=ROOT)
    (page,) = out.glob("*.html")
    page.rename(folder / "docs" / DEMO)


def empty(folder: Path) -> None:
    """Make a folder for the site, or empty the one of an earlier build; refuse any other."""
    others = {path.name for path in folder.iterdir()} - WRITTEN if folder.is_dir() else set()
    if others:
        raise click.ClickException(
            f"{folder} holds {min(others)}, which no build of the site writes; name another folder"
        )
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


@click.command()
@click.option("--into", type=click.Path(path_type=Path), default=ROOT / "build" / "site", show_default=True)
def main(into: Path) -> None:
    """Build the site into the folder INTO; the pages are in its folder `site`."""
    empty(into)
    page_count = sum(1 for _ in stage(into))
    write_demo(into)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}  # of the extension that reads the docstrings
    command = [sys.executable, "-m", "zensical", "build", "--strict"]
    result = subprocess.run(command, cwd=into, env=environment, check=False)
    if result.returncode:
        raise click.ClickException("Zensical reported problems; see above")
    click.echo(f"{page_count} pages: {into / 'site' / 'index.html'}")


if __name__ == "__main__":
    main()
