"""Write measured figures into a page of the documentation, between two marks."""

from __future__ import annotations

from pathlib import Path

START, END = "<!-- figures -->\n", "<!-- end of figures -->\n"


def figures_of(page: Path) -> str:
    """Return the figures in a page."""
    return page.read_text("utf-8").partition(START)[2].partition(END)[0]


def write_figures(page: Path, figures: str) -> None:
    """Replace the figures in a page."""
    text = page.read_text("utf-8")
    before, after = text.partition(START)[0], text.partition(END)[2]
    page.write_text("".join((before, START, figures, END, after)), "utf-8")
