"""No text of the project tells anybody to install studydeck by its name from a package index.

The name is not registered: whoever registered it would be installed. What is installed is a clone, a file of a release,
or the address of the repository.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PLACES = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "CODE_OF_CONDUCT.md", "action.yml")
FOLDERS = ("docs", "studydeck", "templates", "tools", "benchmarks", "notes", ".github", ".ci")
SUFFIXES = {".md", ".py", ".toml", ".yml", ".yaml", ".html", ".js", ".json", ""}
INSTALLER = re.compile(
    r"\b(?:pip[0-9.]*|pipx|uvx|uv|poetry|pdm|hatch|pixi|conda|mamba|brew|easy_install)\b([^\n`;&|)]*)"
)
# Where the name of a distribution stands; after --from or --spec, the last word is a command.
DISTRIBUTION = re.compile(r"studydeck(?:\[[\w, -]*\])?(?:(?:[=<>~!]=?|@|\s@\s)\S*)?")
WITH_SOURCE = re.compile(r"--(?:from|spec)[ =](\S+)")
# The other places of files that name distributions: inline metadata of scripts, dependencies, requirements of hooks.
DEPENDENCY = re.compile(r"""dependencies["']?\s*[=:]\s*\[(?:[^\]]*,)?\s*["']?studydeck\b(?!\s*@)""")
# What changes or shows an installation and fetches nothing of that name.
LOCAL = re.compile(r"\b(?:uninstall|inject|show|list)\b")


def advice(text: str) -> Iterator[str]:
    """Yield the commands of a text, and its lists of dependencies, that name studydeck as a distribution."""
    for command in INSTALLER.finditer(text.replace("\\\n", " ")):
        arguments = command[1]
        if not (source := WITH_SOURCE.search(arguments)):
            names = arguments.split()
        else:  # the words behind it are the command that is run
            names = [source[1], *arguments[: source.start()].split()]
        if any(DISTRIBUTION.fullmatch(name.strip("\"',.:")) for name in names) and not LOCAL.search(arguments):
            yield command[0].strip()
    yield from (match[0] for match in DEPENDENCY.finditer(text))


def texts() -> Iterator[Path]:
    """Yield the files of the project that people read or that run somewhere."""
    yield from (ROOT / name for name in PLACES if (ROOT / name).is_file())
    for folder in FOLDERS:
        yield from (path for path in sorted((ROOT / folder).rglob("*")) if path.is_file() and path.suffix in SUFFIXES)


def test_no_text_installs_the_name_from_an_index() -> None:
    """Documents, messages, scripts and workflows name a file, a folder or an address instead."""
    paths = list(texts())
    assert len(paths) > 100
    found = {path.relative_to(ROOT).as_posix(): list(advice(path.read_text("utf-8"))) for path in paths}
    assert {path: lines for path, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "text",
    [
        "pip install studydeck",
        "Run `python -m pip install 'studydeck[anki]'`, or",
        "pip install -U studydeck==1.0.0",
        "pip install --upgrade \\\n  studydeck",
        "pip install anki studydeck>=1",
        "pipx install studydeck",
        "pipx run studydeck build",
        "pipx upgrade studydeck.",
        "uvx studydeck",
        "uvx studydeck@latest build",
        "uvx --from studydeck studydeck",
        "uvx --from 'studydeck[anki]' studydeck rehearse",
        "uv tool install studydeck",
        "uv add studydeck",
        "uv run --with studydeck studydeck",
        '# dependencies = ["studydeck"]',
        "additional_dependencies: [studydeck]",
    ],
)
def test_advice_by_name_is_found(text: str) -> None:
    """Every installer, with options, extras and versions."""
    assert list(advice(text))


@pytest.mark.parametrize(
    "text",
    [
        "python -m pip install -e .",
        "python -m pip install git+https://github.com/OWNER/studydeck",
        "pipx install ./studydeck-1.0.0-py3-none-any.whl",
        "uvx --from ./studydeck-1.0.0-py3-none-any.whl studydeck build",
        "pipx run --spec git+https://github.com/OWNER/studydeck studydeck",
        "uv tool install https://github.com/OWNER/studydeck/releases/download/v1.0.0/studydeck-1.0.0-py3-none-any.whl",
        "python -m pip install anki; studydeck rehearse",
        "`studydeck build` needs no pip",
        "pipx inject studydeck anki",
        'dependencies = ["studydeck @ git+https://github.com/OWNER/studydeck"]',
    ],
)
def test_files_and_addresses_are_no_advice_by_name_rejected(text: str) -> None:
    """A file, a folder, an address, and the command after --from."""
    assert list(advice(text)) == []
