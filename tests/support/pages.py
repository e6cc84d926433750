"""The pages of the documentation: their fenced blocks, links and headings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
_BLOCK = re.compile(r"^( *)```(\w+)(?: ([^\n]+))?\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`+[^`\n]+`+")
_LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|srcset|href)=\"([^\"]+)\"")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, the path of the file that it shows, and its text."""

    language: str
    file: str
    text: str


def pages() -> list[str]:
    """Return the paths of all pages in docs/."""
    return sorted(path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md"))


def page_text(page: str) -> str:
    """Return the text of a page of docs/, or of a page above it (`../README.md`)."""
    return (DOCS / page).read_text("utf-8")


def blocks(page: str) -> Iterator[Block]:
    """Yield the fenced blocks of a page."""
    for match in _BLOCK.finditer(page_text(page)):
        lines = match[4].splitlines(keepends=True)
        yield Block(match[2], match[3] or "", "".join(line.removeprefix(match[1]) for line in lines))


def prose(page: str) -> str:
    """Return the text of a page without its fenced blocks."""
    return _BLOCK.sub("", page_text(page))


def links(page: str) -> list[str]:
    """Return the targets of all links and pictures of a page."""
    text = _CODE.sub("", prose(page))
    return [markdown or html for markdown, html in _LINK.findall(text)]


def anchors(page: str) -> set[str]:
    """Return the anchors of the headings of a page, as GitHub and the site name them."""
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in _HEADING.findall(prose(page))}


def inline_commands(page: str) -> list[str]:
    """Return the commands of the program that the text of a page names in code."""
    return re.findall(r"`(studydeck(?: [^`]+)?)`", prose(page))
