"""Makers of hostile notes: each returns a function that repeats or nests a piece of Markdown up to a size in bytes."""

from __future__ import annotations

from collections.abc import Callable

Maker = Callable[[int], str]


def repeat(piece: str, end: str = "") -> Maker:
    """Return a maker that repeats a piece up to the size."""
    return lambda size: piece * (size // len(piece.encode())) + end


def nested(piece: str, close: str = "") -> Maker:
    """Return a maker of nested pieces, one level more on each line, up to the size."""

    def make(size: int) -> str:
        levels = int((2 * size / len(piece)) ** 0.5)
        return "".join(f"{piece * level}x{close * level}\n" for level in range(1, levels))

    return make


def indented(marker: str) -> Maker:
    """Return a maker of nested list items, two more spaces on each line, up to the size."""
    return lambda size: "".join(f"{'  ' * level}{marker} item {level}\n" for level in range(int(size**0.5)))


def numbered(line: str, head: str = "") -> Maker:
    """Return a maker that repeats a line with its number in it."""

    def make(size: int) -> str:
        count = size // (len(line) + 4)
        return head + "".join(line.replace("%", str(number)) for number in range(count))

    return make


def halves(first: str, second: str) -> Maker:
    """Return a maker that repeats one piece in the first half and another in the second."""
    return lambda size: first * (size // 2 // len(first)) + second * (size // 2 // len(second))


def table(rows: bool) -> Maker:
    """Return a maker of a table with many rows or many columns."""

    def make(size: int) -> str:
        if rows:
            return "| Key | Value |\n|---|---|\n" + "".join(f"| key {n} | value {n} |\n" for n in range(size // 25))
        columns = size // 30
        lines = ("".join(f"| {word} {n} " for n in range(columns)) for word in ("head", "cell"))
        head, cells = lines
        return f"{head}|\n{'|---' * columns}|\n{cells}|\n"

    return make


def after(head: str, make: Maker) -> Maker:
    """Return a maker that writes a head, and then another pattern up to the size."""
    return lambda size: head + make(max(size - len(head), 0))


def both(first: Maker, second: Maker) -> Maker:
    """Return a maker of two patterns, each of half the size."""
    return lambda size: first(size // 2) + "\n" + second(size // 2)
