"""The lines of the ledger file: its text in; the lines with records, without marks of a merge conflict, out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from msgspec import DecodeError
from msgspec.json import Decoder

from studydeck.identity.ledger import END_LINE

_decode = Decoder().decode


class Line(NamedTuple):
    """A line with a record; `in_conflict` says whether it is in one of the two sides of a merge conflict."""

    number: int
    text: str
    in_conflict: bool


def record_lines(text: str) -> Iterator[Line]:
    """Yield the lines with records, without conflict markers and the common ancestor that diff3 style shows."""
    in_ancestor = in_conflict = False
    for number, line in enumerate(_lines(text), 1):
        if line.startswith(("<<<<<<<", "=======", ">>>>>>>", "|||||||")):
            in_ancestor, in_conflict = line.startswith("|||||||"), not line.startswith(">>>>>>>")
        elif line.strip() and not in_ancestor:
            yield Line(number, line, in_conflict)


def _lines(text: str) -> Iterator[str]:
    """Yield the lines of a text one by one: all at once, the short lines of a damaged file take 30 times its size."""
    start = 0
    while (end := text.find("\n", start)) >= 0:  # not splitlines: JSON keeps U+2028 and other separators
        yield text[start:end]
        start = end + 1
    yield text[start:]


def ends_in_conflict(text: str) -> bool:
    """Return whether the file was cut between two conflict markers."""
    return "\n<<<<<<<" in f"\n{text}" and text.rfind("\n<<<<<<<") >= text.rfind("\n>>>>>>>")


def is_end(line: str) -> bool:
    return line == END_LINE or (line.startswith('{"end"') and line.rstrip().endswith("}"))


def is_half_record(line: str) -> bool:
    try:
        _decode(line)
    except (DecodeError, RecursionError):
        return True
    return False
