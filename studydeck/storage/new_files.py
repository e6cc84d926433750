"""Write the files of a new project where they are missing: texts of the package in, files of a folder out.

Nothing is overwritten, and nothing is written through a link that leads out of the folder.
"""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from string import Template
from typing import Literal

from studydeck.storage.files import read_binary_file
from studydeck.storage.folders import relative_name, walk
from studydeck.storage.sources import MARKDOWN
from studydeck.storage.writing import write_files

Place = Literal["missing", "there", "elsewhere"]


def new_text(file_name: str, **values: str) -> str:
    """Return the text of a file of the package, with values for its `$names`."""
    file = resources.files("studydeck") / "project_files" / file_name
    return Template(file.read_text("utf-8")).substitute(values)


def markdown_paths(folder: Path) -> list[str]:
    """Return the paths of the Markdown files below a folder, without hidden ones."""
    return sorted(
        relative_name(folder, Path(parent, name))
        for parent, _, names in walk(folder)
        for name in names
        if Path(name).suffix.lower() in MARKDOWN and not name.startswith(".")
    )


def place_of(folder: Path, path: str) -> Place:
    """Return whether a file is missing, is there, or would be elsewhere: a part of its path is a file or a link."""
    target = folder / path
    if target.exists() or target.is_symlink():
        return "there"
    root = folder.resolve()
    parent = next(parent for parent in target.parents if parent.exists() or parent.is_symlink())
    if parent.is_dir() and (parent.resolve().is_relative_to(root) or root.is_relative_to(parent.resolve())):
        return "missing"
    return "elsewhere"


def write_new(folder: Path, path: str, text: str) -> None:
    """Write a file of a folder that is missing; raise a BuildError if it cannot be written."""
    write_files([(folder / path, text.encode())])


def missing_lines(folder: Path, path: str, lines: tuple[str, ...]) -> tuple[str, ...]:
    """Return the lines that a file of patterns does not have, with or without slashes around them."""
    target = folder / path
    if not target.is_file():
        return lines
    written = {line.strip().strip("/*") for line in read_binary_file(target).decode("utf-8", "replace").splitlines()}
    return tuple(line for line in lines if line.strip("/") not in written)


def append_text(folder: Path, path: str, text: str) -> None:
    """Add text to the end of a file, whose bytes stay as they are."""
    content = read_binary_file(folder / path)
    end = b"\r\n" if b"\r\n" in content else b"\n"
    separator = b"" if content.endswith(b"\n") or not content else end
    write_files([(folder / path, content + separator + text.encode().replace(b"\n", end))])
