"""A build by the cached runner gives what one without it gives, after whatever an author does to the notes."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.generate_notes import notes as notebook
from studydeck import media
from studydeck.build_inputs import Inputs
from studydeck.cache import Cache, CachedRunner
from studydeck.config import Config
from studydeck.errors import BuildError
from studydeck.model.anki import Picture
from studydeck.model.document import Source
from studydeck.model.notes import ExtractedFile
from studydeck.pipeline import Built, Names, Narrowed, ParsedFile, Runner, build, extract_deck, pack
from tests.support.pipeline import DAY, NOW, templates

ROOT = Path(__file__).parents[2]

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


def built(folder: Folder, runner: Runner, now: int) -> Built | BuildError:
    """Build as the commands do: every text comes anew from the disk."""
    texts = {path: "\n".join(lines) for path, lines in folder.files.items()}
    sources = tuple(Source(path, text) for path, text in sorted(texts.items()))

    def find(links: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], Picture]:
        seen = [(path, target) for path, target in links if folder.picture and target == "sight.png"]
        return {(path, target): media.picture(target, folder.picture) for path, target in seen}

    config = Config(**{"id": "cache-deck", "name": "Cache", **folder.config})
    inputs = Inputs(sources, config, folder.ledger, folder.faces, now, rename=True)
    try:
        return build(inputs, extract_deck(sources, find, runner), runner)
    except BuildError as stopped:
        return stopped


def live(runner: Runner, edits: list[tuple[Edit, int]], first: Mapping[str, str] = FIRST) -> None:
    """Edit and build, with the runner and with a plain one, and compare all that comes of it."""
    folder = Folder({path: text.split("\n") for path, text in first.items()})
    last = None
    for day, (edit, seed) in enumerate([(nothing, 0), *edits]):
        edit(folder, random.Random(seed))
        ours, theirs = (built(folder, one, NOW + day * DAY) for one in (runner, Runner()))
        names = ("problems", "unclaimed") if isinstance(theirs, BuildError) else Built.__struct_fields__
        for name in names:
            assert getattr(ours, name) == getattr(theirs, name), f"{name} after {edit.__name__}"
        folder.past.append(({path: list(lines) for path, lines in folder.files.items()}, folder.ledger))
        if isinstance(ours, Built):
            folder.ledger, last = ours.ledger_text, ours.deck
    assert last
    pack(last)


@given(st.lists(st.tuples(st.sampled_from(ALL), st.integers(0, 10_000)), min_size=EDITS // 2, max_size=EDITS))
@settings(
    max_examples=LIVES, deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
def test_a_cached_build_gives_the_same(edits: list[tuple[Edit, int]]) -> None:
    """Notes, rows, ledger, problems and what became nothing are those of a build from nothing, after every edit."""
    live(CachedRunner(), edits)


class Forgetting(CachedRunner):
    """Takes a file for the same though the rest of the deck lends it other words."""

    def _extract_file(self, parsed: ParsedFile, vocabulary: Narrowed, names: Names) -> ExtractedFile:
        def extracted() -> ExtractedFile:
            return Runner._extract_file(self, parsed, vocabulary, names)

        return self._files.get_or_compute(parsed.source, extracted)


def test_a_cache_that_forgets_the_vocabulary_is_found_out() -> None:
    """The comparison above sees a runner whose keys leave out what a section can use of the others."""
    uses = "# Pumps\n\n## Tanks\n\n- When the tank is empty, the pump stores water in the Kelor gate instead.\n"

    def define(folder: Folder, _: random.Random) -> None:
        folder.files["b.md"].append("- **Kelor gate**: the part that lets the warm water out")
        folder.ledger = None  # or the blank that was packed would stay

    live(CachedRunner(), [(define, 0)], {"a.md": uses, "b.md": "# Gates\n"})
    with pytest.raises(AssertionError, match="after define"):
        live(Forgetting(), [(define, 0)], {"a.md": uses, "b.md": "# Gates\n"})


class Counting(CachedRunner):
    """Counts the files whose stages were run."""

    def __init__(self) -> None:
        super().__init__()
        self.ran: list[str] = []

    def _extract_file(self, parsed: ParsedFile, vocabulary: Narrowed, names: Names) -> ExtractedFile:
        before = self._files.computed
        extracted = super()._extract_file(parsed, vocabulary, names)
        self.ran += [parsed.source.path] * (self._files.computed - before)
        return extracted


def test_only_the_file_that_was_edited_is_drafted_again() -> None:
    """A new heading, and a sentence that nothing elsewhere can use, concern one file of many."""
    folder, runner = Folder({path: text.split("\n") for path, text in FIRST.items()}), Counting()
    built(folder, runner, NOW)
    assert sorted(runner.ran) == sorted(FIRST)
    runner.ran.clear()
    folder.files["security.md"] += ["", "## A new thing", "", "It opens 12 outer gates.", ""]
    built(folder, runner, NOW + DAY)
    assert runner.ran == ["security.md"]


def test_what_was_not_asked_for_is_dropped_at_the_turn() -> None:
    """Only what the last run asked for is known in the next."""
    cache = Cache[int]()

    def computed(key: str) -> bool:
        before = cache.computed
        assert cache.get_or_compute(key, lambda: len(key)) == len(key)
        return cache.computed > before

    assert computed("one")
    assert computed("other")
    cache.turn()
    assert not computed("one")
    cache.turn()
    assert not computed("one")
    assert computed("other")
