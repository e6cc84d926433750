"""The first half of the street, pure: sources in, drafts out.

Its rooms are loaded where they are used: a process that lets another one draft does without them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from msgspec import Struct

from studydeck.memory import FORGETFUL, Memory, Tick
from studydeck.pictures import placed
from studydeck.problems import Problem
from studydeck.shapes import Draft, Picture, Section, Source, Unclaimed

MANY_FILES = 16  # from so many on several processes parse them


class Drafted(Struct, frozen=True):
    """What the notes hold: their sections with the pictures in place, the drafts, and what became nothing."""

    sections: tuple[Section, ...]
    drafts: tuple[Draft, ...]
    unclaimed: tuple[Unclaimed, ...]
    problems: tuple[Problem, ...]


def parse(
    sources: Sequence[Source], memory: Memory = FORGETFUL, tick: Tick | None = None
) -> tuple[tuple[Section, ...], tuple[Problem, ...]]:
    """Read all sources into their sections; `tick` hears how many of how many are done."""
    from studydeck.read.sections import sections_of

    sections: list[Section] = []
    problems: list[Problem] = []
    given: Counter[str] = Counter()
    read = memory.each(sections_of, sources, share=MANY_FILES, tick=tick)
    for source, (found, wrong) in zip(sources, read, strict=True):
        if first := given[source.path]:
            found, wrong = memory.of(sections_of, source, first)  # noqa: PLW2901  # it goes on counting
        given[source.path] += len(found)
        sections += found
        problems += wrong
    return tuple(sections), tuple(problems)


def draft(
    sections: Sequence[Section],
    pictures: Mapping[tuple[str, str], Picture],
    memory: Memory = FORGETFUL,
    tick: Tick | None = None,
) -> Drafted:
    """Draft every note of the sections, with the pictures that were found for them; `tick` hears how far it is."""
    from studydeck.rules import drafts_of

    shown, missing = placed(sections, pictures, memory)
    drafts, unclaimed, doubts = drafts_of(shown, memory, tick)
    return Drafted(shown, tuple(drafts), tuple(unclaimed), (*missing, *doubts))
