"""The cached runner builds what the plain runner builds, after random edits of the notes."""

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

from benchmarks.generate_notes import generate_notes
from studydeck import media
from studydeck.build_inputs import Inputs
from studydeck.cache import Cache, CachedRunner
from studydeck.config import Config
from studydeck.errors import BuildError
from studydeck.extraction.engine import ExtractedSection
from studydeck.model.anki import Picture
from studydeck.model.document import Section, Source
from studydeck.model.notes import ExtractedFile, SectionVocabulary
from studydeck.pipeline import Built, build, extract_deck, pack
from studydeck.runner import FileVocabulary, ParsedFile, PictureNames, Runner
from tests.support.pipeline import DAY, NOW, templates

ROOT = Path(__file__).parents[2]

RUNS, MAX_EDITS = 8, 8
BUNDLED_FILES = ("security.md", "streaming.md")
_HEADING = re.compile(r"^#{1,6} ")
FIRST_NOTES = {path: (ROOT / "notes" / path).read_text("utf-8") for path in BUNDLED_FILES} | dict(generate_notes(50))


@dataclass
class Folder:
    """The input of a build, as lines that edits change, and its state at every build."""

    files: dict[str, list[str]]
    config: dict[str, Any] = field(default_factory=dict)
    card_templates: dict[str, str] = field(default_factory=lambda: dict(templates()))
    picture: bytes = b""
    ledger: str | None = None
    history: list[tuple[dict[str, list[str]], str | None]] = field(default_factory=list)

    def random_line(self, generator: random.Random) -> tuple[list[str], int]:
        """Choose a line that is not blank."""
        lines = self.files[generator.choice(sorted(self.files))]
        spots = [number for number, line in enumerate(lines) if line.strip()] or [0]
        return lines, generator.choice(spots)

    def random_section(self, generator: random.Random) -> tuple[list[str], int, int]:
        """Choose a section: the lines of its file, its first line and the line after its last."""
        lines = self.files[generator.choice(sorted(self.files))]
        starts = [number for number, line in enumerate(lines) if _HEADING.match(line)] or [0]
        at = generator.randrange(len(starts))
        return lines, starts[at], (*starts, len(lines))[at + 1]

    def words(self, generator: random.Random) -> list[str]:
        lines, at = self.random_line(generator)
        return lines[at].split()


def no_edit(_folder: Folder, _generator: random.Random) -> None:
    pass


def reword(folder: Folder, generator: random.Random) -> None:
    lines, at = folder.random_line(generator)
    words, others = lines[at].split(" "), folder.words(generator) or ["word"]
    words[generator.randrange(len(words))] = generator.choice(others)
    lines[at] = " ".join(words)


def delete_a_line(folder: Folder, generator: random.Random) -> None:
    lines, at = folder.random_line(generator)
    del lines[at : at + 1]


def repeat_a_line(folder: Folder, generator: random.Random) -> None:
    (lines, at), (others, there) = folder.random_line(generator), folder.random_line(generator)
    others.insert(there, lines[at] if lines else "")


def add_a_heading(folder: Folder, generator: random.Random) -> None:
    lines, at = folder.random_line(generator)
    lines[at:at] = ["", f"{'#' * generator.randint(1, 4)} {' '.join(folder.words(generator)[:3])}", ""]


def rename_a_heading(folder: Folder, generator: random.Random) -> None:
    lines, start, _ = folder.random_section(generator)
    lines[start : start + 1] = [f"## {' '.join(folder.words(generator)[:4])}"]


def move_a_section(folder: Folder, generator: random.Random) -> None:
    lines, start, end = folder.random_section(generator)
    moved = lines[start:end]
    del lines[start:end]
    others, there, _ = folder.random_section(generator)
    others[there:there] = ["", *moved, ""]


def define_a_term(folder: Folder, generator: random.Random) -> None:
    """Define a name that sentences already contain, or add a sentence that contains a term."""
    text = " ".join(line for lines in folder.files.values() for line in lines)
    names = re.findall(r"\b[A-Z][a-z]+ [A-Za-z][a-z]+\b", text)
    folder.random_line(generator)[0].extend(
        ["", f"- **{generator.choice(names)}**: the part that opens the outer gate of a tree", ""]
    )
    folder.random_line(generator)[0].extend(
        ["", f"- The outer gate of every tree opens {generator.choice(names)} before the rain.", ""]
    )


def lowercase_a_line(folder: Folder, generator: random.Random) -> None:
    """A capitalised word of the notes also occurs in lower case."""
    lines, at = folder.random_line(generator)
    folder.random_line(generator)[0].extend(["", lines[at].lower() if lines else "", ""])


def add_a_file(folder: Folder, generator: random.Random) -> None:
    lines, start, end = folder.random_section(generator)
    folder.files[f"{generator.choice('abz')}-{len(folder.history)}.md"] = ["# More", "", *lines[start:end]]


def remove_a_file(folder: Folder, generator: random.Random) -> None:
    if len(folder.files) > 2:
        del folder.files[generator.choice(sorted(folder.files))]


def rename_a_file(folder: Folder, generator: random.Random) -> None:
    name = generator.choice(sorted(folder.files))
    folder.files[f"{generator.choice('abz')}{len(folder.history)}-{name}"] = folder.files.pop(name)


def add_a_directive(folder: Folder, generator: random.Random) -> None:
    """A pin used twice is an error, which later edits may remove."""
    lines, at = folder.random_line(generator)
    directive = generator.choice(("skip", "one-way", "both-ways", "items", "id=one", "tag=new"))
    lines[at : at + 1] = [f"{line} <!-- deck: {directive} -->" for line in lines[at : at + 1]]


def configure(folder: Folder, generator: random.Random) -> None:
    key = generator.choice(("name", "version", "source_url", "description"))
    folder.config[key] = {"source_url": "https://example.org/{path}#L{line}"}.get(key, f"1.0.{generator.randrange(9)}")


def edit_a_card_template(folder: Folder, generator: random.Random) -> None:
    folder.card_templates["pair/style.css"] = (
        f"{templates()['pair/style.css']}\n.a {{ margin: {generator.randrange(9)}px }}\n"
    )


def add_a_picture(folder: Folder, generator: random.Random) -> None:
    """The picture is added, changed or removed; links to it stay."""
    lines, at = folder.random_line(generator)
    lines[at : at + 1] = [f"{line} ![sight](sight.png)" for line in lines[at : at + 1]]
    folder.picture = generator.choice((b"", b"one", b"other"))


def restore_an_earlier_state(folder: Folder, generator: random.Random) -> None:
    """Restore earlier notes, with the ledger of that time, the current one, or none."""
    if folder.history:
        files, ledger = generator.choice(folder.history)
        folder.files = {path: list(lines) for path, lines in files.items()}
        folder.ledger = generator.choice((ledger, folder.ledger, None))


Edit = Callable[[Folder, random.Random], None]
ALL_EDITS: tuple[Edit, ...] = (
    *(reword, reword, delete_a_line, repeat_a_line, add_a_heading, rename_a_heading, move_a_section, define_a_term),
    *(
        lowercase_a_line,
        add_a_file,
        remove_a_file,
        rename_a_file,
        add_a_directive,
        configure,
        edit_a_card_template,
        add_a_picture,
        restore_an_earlier_state,
    ),
)


def build_or_error(folder: Folder, runner: Runner, now: int) -> Built | BuildError:
    """Build as the commands do, with new strings for all texts; return the error if it fails."""
    texts = {path: "\n".join(lines) for path, lines in folder.files.items()}
    sources = tuple(Source(path, text) for path, text in sorted(texts.items()))

    def find_pictures(links: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], Picture]:
        available = [(path, target) for path, target in links if folder.picture and target == "sight.png"]
        return {(path, target): media.name_picture(target, folder.picture) for path, target in available}

    config = Config(**{"id": "cache-deck", "name": "Cache", **folder.config})
    inputs = Inputs(sources, config, folder.ledger, folder.card_templates, now, rename=True)
    try:
        return build(inputs, extract_deck(sources, find_pictures, runner), runner)
    except BuildError as error:
        return error


def build_after_each_edit(
    runner: Runner, edits: list[tuple[Edit, int]], first: Mapping[str, str] = FIRST_NOTES
) -> None:
    """After each edit, build with the runner and with a plain one, and compare all results."""
    folder = Folder({path: text.split("\n") for path, text in first.items()})
    last_deck = None
    for day, (edit, seed) in enumerate([(no_edit, 0), *edits]):
        edit(folder, random.Random(seed))
        actual, expected = (build_or_error(folder, each_runner, NOW + day * DAY) for each_runner in (runner, Runner()))
        names = ("diagnostics", "skipped") if isinstance(expected, BuildError) else Built.__struct_fields__
        for name in names:
            assert getattr(actual, name) == getattr(expected, name), f"{name} after {edit.__name__}"
        folder.history.append(({path: list(lines) for path, lines in folder.files.items()}, folder.ledger))
        if isinstance(actual, Built):
            folder.ledger, last_deck = actual.ledger_text, actual.deck
    assert last_deck
    pack(last_deck)


@pytest.mark.no_cover
@pytest.mark.slow
@given(
    st.lists(st.tuples(st.sampled_from(ALL_EDITS), st.integers(0, 10_000)), min_size=MAX_EDITS // 2, max_size=MAX_EDITS)
)
@settings(
    max_examples=RUNS, deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
def test_a_cached_build_equals_a_full_build(edits: list[tuple[Edit, int]]) -> None:
    """Notes, rows, ledger, diagnostics and skipped blocks equal those of a full build after every edit."""
    build_after_each_edit(CachedRunner(), edits)


class VocabularyIgnoringRunner(CachedRunner):
    """Returns a cached file although the vocabulary from the rest of the deck changed."""

    def _extract_file(self, parsed: ParsedFile, vocabulary: FileVocabulary, names: PictureNames) -> ExtractedFile:
        def extracted() -> ExtractedFile:
            return Runner._extract_file(self, parsed, vocabulary, names)

        return self._files.get_or_compute((parsed.source.path, 0), (parsed.source,), extracted)


def test_a_cache_key_without_the_vocabulary_fails_the_comparison() -> None:
    """The comparison fails for a runner whose cache keys leave out the vocabulary of other sections."""
    notes = "# Pumps\n\n## Tanks\n\n- When the tank is empty, the pump stores water in the Kelor gate instead.\n"

    def define(folder: Folder, _: random.Random) -> None:
        folder.files["b.md"].append("- **Kelor gate**: the part that lets the warm water out")
        folder.ledger = None  # otherwise the packed blank would be kept

    build_after_each_edit(CachedRunner(), [(define, 0)], {"a.md": notes, "b.md": "# Gates\n"})
    with pytest.raises(AssertionError, match="after define"):
        build_after_each_edit(VocabularyIgnoringRunner(), [(define, 0)], {"a.md": notes, "b.md": "# Gates\n"})


class CountingRunner(CachedRunner):
    """Records the files and sections that were extracted again, and the notes that were read and rendered again."""

    def __init__(self) -> None:
        super().__init__()
        self.extracted_paths: list[str] = []
        self.extracted_headings: list[str] = []

    def _extract_file(self, parsed: ParsedFile, vocabulary: FileVocabulary, names: PictureNames) -> ExtractedFile:
        before = self._files.computed
        extracted = super()._extract_file(parsed, vocabulary, names)
        self.extracted_paths += [parsed.source.path] * (self._files.computed - before)
        return extracted

    def _extract_section(
        self, section: Section, index: int, vocabulary: SectionVocabulary, is_title: bool
    ) -> ExtractedSection:
        before = self._sections.computed
        extracted = super()._extract_section(section, index, vocabulary, is_title)
        self.extracted_headings += [section.heading.plain] * (self._sections.computed - before)
        return extracted

    def clear(self) -> None:
        """Forget what was recorded, but no result."""
        self.extracted_paths.clear()
        self.extracted_headings.clear()
        for cache in (self._readings, self._fields):
            cache.computed = 0

    @property
    def computed_notes(self) -> tuple[int, int]:
        """How many notes were read for their ledger entries, and how many rendered."""
        return self._readings.computed, self._fields.computed


def test_only_the_edited_section_is_extracted_again() -> None:
    """A sentence without terms of other files affects one section, and no note of another one is read or rendered."""
    texts = {"a.md": "# Gates\n\n## Outer\n\nThe outer gate has 12 bars.\n\n## Inner\n\nThe inner gate has 15 bars."}
    files = {path: text.split("\n") for path, text in (FIRST_NOTES | texts).items()}
    folder, runner = Folder(files), CountingRunner()
    note_count = 0
    for day in range(2):  # the second one has a ledger
        first = build_or_error(folder, runner, NOW)
        assert isinstance(first, Built)
        assert sorted(runner.extracted_paths) == ([] if day else sorted(files))
        folder.ledger, note_count = first.ledger_text, len(first.notes)
        runner.clear()
    folder.files["a.md"] += ["", "- **Bolt**: the bar that a key moves"]
    second = build_or_error(folder, runner, NOW + DAY)
    assert isinstance(second, Built)
    assert runner.extracted_paths == ["a.md"]
    assert runner.extracted_headings == ["Inner"]
    assert len(second.notes) == note_count + 1
    assert runner.computed_notes == (0, 1)


def test_a_draft_that_the_deck_changes_is_read_once() -> None:
    """A term of several sections is not asked backwards: its draft is made anew in every build, and stays the same."""
    sections = "".join(f"## Gate {letter}\n\n- **Lock**: a bar that key {letter} moves\n\n" for letter in "ABC")
    folder, runner = Folder({"a.md": f"# Gates\n\n{sections}".split("\n"), "b.md": ["# Tanks"]}), CountingRunner()
    for _ in range(3):
        built = build_or_error(folder, runner, NOW)
        assert isinstance(built, Built)
        folder.ledger = built.ledger_text
        assert [note.ordinals for note in built.notes] == [(0,)] * 3
    runner.clear()
    folder.files["b.md"] += ["", "The inner tank holds 30 litres."]
    assert isinstance(build_or_error(folder, runner, NOW), Built)
    assert runner.computed_notes[0] == 0


def test_a_line_in_the_first_section_moves_the_others() -> None:
    """Notes below an added line are extracted again: each says in which line of the source it is."""
    notes = "# Gates\n\nThe outer gate has 12 bars.\n\n## Tanks\n\nThe inner tank holds 30 litres.\n"

    def add(folder: Folder, _: random.Random) -> None:
        folder.files["a.md"].insert(2, "The inner gate has 15 bars.\n")

    build_after_each_edit(CachedRunner(), [(add, 0)], {"a.md": notes})


def test_values_of_removed_files_are_dropped() -> None:
    """What a file gave is gone as soon as the file is."""
    folder, runner = Folder({"a.md": ["# Gates", "", "It has 12 bars."], "b.md": ["# Tanks"]}), CountingRunner()
    build_or_error(folder, runner, NOW)
    removed = folder.files.pop("b.md")
    build_or_error(folder, runner, NOW)
    folder.files["b.md"] = removed
    runner.clear()
    build_or_error(folder, runner, NOW)
    assert runner.extracted_paths == ["b.md"]


def test_unused_entries_are_dropped_after_a_run() -> None:
    """Only entries that the last run used are still cached in the next."""
    cache = Cache[int]()

    def computed(key: str) -> bool:
        before = cache.computed
        assert cache.get_or_compute(key, lambda: len(key)) == len(key)
        return cache.computed > before

    assert computed("one")
    assert computed("other")
    cache.drop_unused()
    assert not computed("one")
    cache.drop_unused()
    assert not computed("one")
    assert computed("other")
