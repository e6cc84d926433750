"""The first half of the street, pure: sources in, drafts out.

Its rooms are loaded where they are used: a process that lets another one draft does without them. Several processes
draft each its own part of the sources; what one section can use of the others they tell each other in between.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from functools import partial
from itertools import chain, groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from studydeck.cores import portions, together
from studydeck.memory import FORGETFUL, Memory, Tick
from studydeck.pictures import placed, wanted
from studydeck.problems import Problem
from studydeck.shapes import Draft, Picture, Section, Source, Unclaimed

if TYPE_CHECKING:
    from studydeck.rules import Glance, Heard

Pictures = Mapping[tuple[str, str], Picture]
Find = Callable[[Iterable[tuple[str, str]]], Pictures]


class Drafted(Struct, frozen=True):
    """What sources hold: their sections, of which from here on only the headings matter, the drafts, and the rest."""

    sections: tuple[Section, ...]
    drafts: tuple[Draft, ...]
    unclaimed: tuple[Unclaimed, ...]
    problems: tuple[Problem, ...]
    pictures: Pictures


def draft(sources: Sequence[Source], find: Find, memory: Memory = FORGETFUL, tick: Tick | None = None) -> Drafted:
    """Draft every note that the sources hold.

    Parameters
    ----------
    sources : in the order of their paths.
    find : gives the pictures that it finds of those that sources show, each by the source's path and the link.
    memory : what was drafted before; one that shares lets other processes draft a part.
    tick : hears how many sections of how many are drafted, about.
    """
    from studydeck.rules import heard, settle

    talks = [
        partial(_talk, part, find, memory, None if number else tick)
        for number, part in enumerate(_parts(sources, memory.processes))
    ]
    parts = together(talks, partial(heard, memory=memory))
    drafts, twice, doubts = settle(list(chain.from_iterable([part.drafts for part in parts])), memory)
    left = [*chain.from_iterable([part.unclaimed for part in parts]), *twice]
    return Drafted(
        tuple(chain.from_iterable([part.sections for part in parts])),
        tuple(drafts),
        tuple(sorted(left, key=lambda one: (one.place.path, one.place.line))),
        (*chain.from_iterable([part.problems for part in parts]), *doubts),
        {spot: picture for part in parts for spot, picture in part.pictures.items()},
    )


def _parts(sources: Sequence[Source], processes: int) -> list[Sequence[Source]]:
    """Cut sources into parts of about the same size, one for each process; what bears one path stays together."""
    files = [list(same) for _, same in groupby(sources, key=attrgetter("path"))]
    cuts = portions([sum(len(one.text) for one in file) for file in files], processes)
    return [list(chain.from_iterable(files[cut])) for cut in cuts]


def _talk(
    sources: Sequence[Source], find: Find, memory: Memory, tick: Tick | None
) -> Generator[Glance, Heard, Drafted]:
    """Draft what some sources hold: say what they add to what the deck knows, hear what it knows, give the drafts."""
    from studydeck.rules import drafting

    sections, problems = parse(sources, memory)
    pictures = find(wanted(sections, memory))
    shown, missing = placed(sections, pictures, memory)
    drafts, unclaimed = yield from drafting(shown, memory, tick)
    headings = tuple(memory.each(_heading, shown))
    return Drafted(headings, tuple(drafts), tuple(unclaimed), (*problems, *missing), pictures)


def _heading(section: Section) -> Section:
    return replace(section, blocks=())


def parse(sources: Sequence[Source], memory: Memory = FORGETFUL) -> tuple[tuple[Section, ...], tuple[Problem, ...]]:
    """Read sources into their sections."""
    from studydeck.read.sections import sections_of

    sections: list[Section] = []
    problems: list[Problem] = []
    given: Counter[str] = Counter()
    for source, (found, wrong) in zip(sources, memory.each(sections_of, sources), strict=True):
        if first := given[source.path]:
            found, wrong = memory.of(sections_of, source, first)  # noqa: PLW2901  # it goes on counting
        given[source.path] += len(found)
        sections += found
        problems += wrong
    return tuple(sections), tuple(problems)
