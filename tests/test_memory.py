"""A build with a memory gives what a build without one gives, after whatever an author does to the notes."""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from street_kit import DAY, NOW, templates

from studydeck import build, drafting, pictures
from studydeck.build import Built, Inputs
from studydeck.config import Config
from studydeck.memory import FORGETFUL, Memory
from studydeck.shapes import Picture, Source

ROOT = Path(__file__).parent.parent
sys.path.append(str(ROOT / "benchmarks"))
from notebook import notes as notebook  # noqa: E402  # it stands beside the benchmarks

LIVES, EDITS = 14, 8
SHIPPED = ("security.md", "streaming.md")
_HEADING = re.compile(r"^#{1,6} ")
FIRST = {path: (ROOT / "notes" / path).read_text("utf-8") for path in SHIPPED} | dict(notebook(50))


@dataclass
class Folder:
    """What a build reads, as lines that can be edited, and as it was at every build."""

    files: dict[str, list[str]]
    config: dict[str, Any] = field(default_factory=dict)
    faces: dict[str, str] = field(default_factory=lambda: dict(templates()))
    picture: bytes = b""
    ledger: str | None = None
    past: list[tuple[dict[str, list[str]], str | None]] = field(default_factory=list)

    def spot(self, pick: random.Random) -> tuple[list[str], int]:
        """Choose a line that says something."""
        lines = self.files[pick.choice(sorted(self.files))]
        spots = [number for number, line in enumerate(lines) if line.strip()] or [0]
        return lines, pick.choice(spots)

    def section(self, pick: random.Random) -> tuple[list[str], int, int]:
        """Choose a section: its file, and where it begins and ends."""
        lines = self.files[pick.choice(sorted(self.files))]
        starts = [number for number, line in enumerate(lines) if _HEADING.match(line)] or [0]
        at = pick.randrange(len(starts))
        return lines, starts[at], (*starts, len(lines))[at + 1]

    def words(self, pick: random.Random) -> list[str]:
        lines, at = self.spot(pick)
        return lines[at].split()


def nothing(_folder: Folder, _pick: random.Random) -> None:
    pass


def reword(folder: Folder, pick: random.Random) -> None:
    lines, at = folder.spot(pick)
    words, others = lines[at].split(" "), folder.words(pick) or ["word"]
    words[pick.randrange(len(words))] = pick.choice(others)
    lines[at] = " ".join(words)


def drop_a_line(folder: Folder, pick: random.Random) -> None:
    lines, at = folder.spot(pick)
    del lines[at : at + 1]


def repeat_a_line(folder: Folder, pick: random.Random) -> None:
    (lines, at), (others, there) = folder.spot(pick), folder.spot(pick)
    others.insert(there, lines[at] if lines else "")


def add_a_heading(folder: Folder, pick: random.Random) -> None:
    lines, at = folder.spot(pick)
    lines[at:at] = ["", f"{'#' * pick.randint(1, 4)} {' '.join(folder.words(pick)[:3])}", ""]


def rename_a_heading(folder: Folder, pick: random.Random) -> None:
    lines, start, _ = folder.section(pick)
    lines[start : start + 1] = [f"## {' '.join(folder.words(pick)[:4])}"]


def move_a_section(folder: Folder, pick: random.Random) -> None:
    lines, start, end = folder.section(pick)
    moved = lines[start:end]
    del lines[start:end]
    others, there, _ = folder.section(pick)
    others[there:there] = ["", *moved, ""]


def define_a_term(folder: Folder, pick: random.Random) -> None:
    """Names that sentences hold already become terms, or a sentence comes that holds a term."""
    said = " ".join(line for lines in folder.files.values() for line in lines)
    names = re.findall(r"\b[A-Z][a-z]+ [A-Za-z][a-z]+\b", said)
    folder.spot(pick)[0].extend(["", f"- **{pick.choice(names)}**: the part that opens the outer gate of a tree", ""])
    folder.spot(pick)[0].extend(["", f"- The outer gate of every tree opens {pick.choice(names)} before the rain.", ""])


def write_small(folder: Folder, pick: random.Random) -> None:
    """A word that had a capital wherever it stood gets none."""
    lines, at = folder.spot(pick)
    folder.spot(pick)[0].extend(["", lines[at].lower() if lines else "", ""])


def add_a_file(folder: Folder, pick: random.Random) -> None:
    lines, start, end = folder.section(pick)
    folder.files[f"{pick.choice('abz')}-{len(folder.past)}.md"] = ["# More", "", *lines[start:end]]


def remove_a_file(folder: Folder, pick: random.Random) -> None:
    if len(folder.files) > 2:
        del folder.files[pick.choice(sorted(folder.files))]


def rename_a_file(folder: Folder, pick: random.Random) -> None:
    name = pick.choice(sorted(folder.files))
    folder.files[f"{pick.choice('abz')}{len(folder.past)}-{name}"] = folder.files.pop(name)


def decide(folder: Folder, pick: random.Random) -> None:
    """One pin in two places is an error, which the next edits may mend."""
    lines, at = folder.spot(pick)
    said = pick.choice(("skip", "one-way", "both-ways", "items", "id=one", "tag=new"))
    lines[at : at + 1] = [f"{line} <!-- deck: {said} -->" for line in lines[at : at + 1]]


def configure(folder: Folder, pick: random.Random) -> None:
    key = pick.choice(("name", "version", "source_url", "description"))
    folder.config[key] = {"source_url": "https://example.org/{path}#L{line}"}.get(key, f"1.0.{pick.randrange(9)}")


def change_a_face(folder: Folder, pick: random.Random) -> None:
    folder.faces["pair/style.css"] = f"{templates()['pair/style.css']}\n.a {{ margin: {pick.randrange(9)}px }}\n"


def show_a_picture(folder: Folder, pick: random.Random) -> None:
    """It comes, changes, and goes, below links that stay."""
    lines, at = folder.spot(pick)
    lines[at : at + 1] = [f"{line} ![sight](sight.png)" for line in lines[at : at + 1]]
    folder.picture = pick.choice((b"", b"one", b"other"))


def go_back(folder: Folder, pick: random.Random) -> None:
    """As git does: the notes as they were once, with the ledger of then or of now, or without one."""
    if folder.past:
        files, ledger = pick.choice(folder.past)
        folder.files = {path: list(lines) for path, lines in files.items()}
        folder.ledger = pick.choice((ledger, folder.ledger, None))


Edit = Callable[[Folder, random.Random], None]
ALL: tuple[Edit, ...] = (
    *(reword, reword, drop_a_line, repeat_a_line, add_a_heading, rename_a_heading, move_a_section, define_a_term),
    *(write_small, add_a_file, remove_a_file, rename_a_file, decide, configure, change_a_face, show_a_picture, go_back),
)


def built(folder: Folder, memory: Memory, now: int) -> Built:
    """Build as the commands do: every text comes anew from the disk."""
    texts = {path: "\n".join(lines) for path, lines in folder.files.items()}
    sources = tuple(memory.of(Source, path, text) for path, text in sorted(texts.items()))

    def find(links: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], Picture]:
        seen = [(path, target) for path, target in links if folder.picture and target == "sight.png"]
        return {(path, target): pictures.picture(target, folder.picture) for path, target in seen}

    config = Config(**{"id": "memory-deck", "name": "Memory", **folder.config})
    inputs = Inputs(sources, config, folder.ledger, folder.faces, now, rename=True)
    return build.build(inputs, drafting.draft(sources, find, memory), memory)


def live(memory: Memory, edits: list[tuple[Edit, int]], first: Mapping[str, str] = FIRST) -> None:
    """Edit and build, with the memory and without one, and compare all that comes of it."""
    folder = Folder({path: text.split("\n") for path, text in first.items()})
    last = None
    for day, (edit, seed) in enumerate([(nothing, 0), *edits]):
        edit(folder, random.Random(seed))
        ours, theirs = (built(folder, one, NOW + day * DAY) for one in (memory, FORGETFUL))
        for name in Built.__struct_fields__:
            assert getattr(ours, name) == getattr(theirs, name), f"{name} after {edit.__name__}"
        folder.past.append(({path: list(lines) for path, lines in folder.files.items()}, folder.ledger))
        folder.ledger = ours.ledger_text or folder.ledger
        last = ours.deck or last
    assert last
    build.pack(last)


@given(st.lists(st.tuples(st.sampled_from(ALL), st.integers(0, 10_000)), min_size=EDITS // 2, max_size=EDITS))
@settings(
    max_examples=LIVES, deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
def test_with_a_memory_a_build_gives_the_same(edits: list[tuple[Edit, int]]) -> None:
    """Notes, rows, ledger, problems and what became nothing are those of a build from nothing, after every edit."""
    live(Memory(), edits)


class Muddled(Memory):
    """Takes a section that hears something else from the rest of the deck for the same."""

    def __init__(self) -> None:
        super().__init__()
        self.given: dict[object, tuple[Any, object]] = {}

    def of(self, function: Callable[..., Any], *arguments: Any) -> Any:  # type: ignore[override]  # it is muddled
        heard = tuple(one for one in arguments if not isinstance(one, frozenset))
        key = (function, *(one if isinstance(one, (str, int)) else id(one) for one in heard))
        return self.given.setdefault(key, (function(*arguments), heard))[0]

    def each(self, function: Callable[..., Any], *columns: Any, **_: Any) -> list[Any]:
        return [self.of(function, *arguments) for arguments in zip(*columns, strict=True)]


def test_a_muddled_memory_is_found_out() -> None:
    """The comparison above sees a memory that forgets what a section hears of the others."""
    uses = "# Pumps\n\n## Tanks\n\n- When the tank is empty, the pump stores water in the Kelor gate instead.\n"

    def define(folder: Folder, _: random.Random) -> None:
        folder.files["b.md"].append("- **Kelor gate**: the part that lets the warm water out")
        folder.ledger = None  # or the blank that was packed would stay

    live(Memory(), [(define, 0)], {"a.md": uses, "b.md": "# Gates\n"})
    with pytest.raises(AssertionError, match="after define"):
        live(Muddled(), [(define, 0)], {"a.md": uses, "b.md": "# Gates\n"})


def test_what_was_not_edited_is_the_same_object() -> None:
    """An edit of one file makes new drafts of one section at most, and the ledger's lines of the others stay."""
    folder, memory = Folder({path: text.split("\n") for path, text in FIRST.items()}), Memory()
    folder.ledger = built(folder, memory, NOW).ledger_text
    first = built(folder, memory, NOW)
    folder.files["security.md"] += ["", "## A new thing", "", "It opens 12 outer gates.", ""]
    second = built(folder, memory, NOW + DAY)
    known = {id(note.draft) for note in first.notes if note.draft.place.path != "security.md"}
    assert known
    assert known <= {id(note.draft) for note in second.notes}
    stays = {id(note) for note in first.ledger.notes}
    assert len(stays - {id(note) for note in second.ledger.notes}) == 0


@dataclass(frozen=True)
class Thing:
    number: int


def number_of(thing: Thing, more: object = None) -> tuple[int, object]:
    return thing.number, more


def test_what_is_asked_again_is_not_done_again() -> None:
    """One object, or an equal string, number or frozen set, gives the very same."""
    memory, thing = Memory(), Thing(1)
    for more in ("two words", 70_000, frozenset({"a", "b"}), None):
        again: object = eval(repr(more))  # an equal one that is another
        assert memory.of(number_of, thing, again) is memory.of(number_of, thing, more)


def test_columns_are_asked_row_by_row() -> None:
    """What stands side by side is asked together, once, and known where it was asked alone."""
    memory, things = Memory(), [Thing(1), Thing(2)]
    first = memory.of(number_of, things[0], "one")
    given = memory.each(number_of, [*things, things[1]], ["one", "two", "two"])
    assert given == [(1, "one"), (2, "two"), (2, "two")]
    assert given[0] is first
    assert given[1] is given[2] is memory.of(number_of, things[1], "two")


def test_equal_objects_are_two() -> None:
    """What is equal is not taken for the same: it may stand elsewhere."""
    memory = Memory()
    assert memory.of(number_of, Thing(1), None) is not memory.of(number_of, Thing(1), None)


def test_no_number_is_taken_for_an_object() -> None:
    """A number that happens to be the identity of an object is still a number."""
    memory, thing, other = Memory(), Thing(1), Thing(2)
    assert memory.of(number_of, thing, other) == (1, other)
    assert memory.of(number_of, thing, id(other)) == (1, id(other))


def test_no_object_takes_the_place_of_another() -> None:
    """What is remembered keeps its arguments, so that their identities are given to no others."""
    memory = Memory()
    for number in range(2_000):
        assert memory.of(number_of, Thing(number), None)[0] == number


def test_what_was_not_asked_for_is_forgotten_at_the_turn() -> None:
    """Only what the last round asked for is there in the next."""
    memory, one, other = Memory(), Thing(1), Thing(2)
    first, second = memory.of(number_of, one, None), memory.of(number_of, other, None)
    memory.turn()
    assert memory.of(number_of, one, None) is first
    memory.turn()
    assert memory.of(number_of, one, None) is first
    assert memory.of(number_of, other, None) is not second


def test_what_is_told_need_not_be_done() -> None:
    """Who knows what a function gives may say so."""
    memory, thing = Memory(), Thing(1)
    more: object = "more"
    memory.tell((5, more), number_of, thing, more)
    assert memory.of(number_of, thing, more) == (5, more)
