"""Every case gives the listing beside it, and keeps the promises that every deck makes.

A case is a pair of files, `tests/snapshots/<rule>/<property>.md` and `<property>.txt`: notes, and what `list` says of
them without the GUIDs. `pytest --bless` rewrites the listings; look at the diff before you commit it.
"""

from __future__ import annotations

import os
import pickle
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from anki.collection import Collection
from msgspec.structs import replace

from studydeck import storage
from studydeck.extraction.engine import RULES
from studydeck.extraction.vocabulary import vocabulary
from studydeck.identity import ledger as ledger_file
from studydeck.markdown.sections import parse
from studydeck.markdown.source import clean
from studydeck.model.document import Block, Quotation, Source
from studydeck.model.notes import Cloze, Note, Pair
from studydeck.model.traverse import plain
from studydeck.pipeline import Built, Runner, pack
from studydeck.reports import listing
from studydeck.text.normalize import normal
from tests.support.pipeline import DAY, NOW, faults, walk
from tests.support.real_anki import Imported, cards, import_package

FOLDER = Path(__file__).parent
CASES = sorted(FOLDER.glob("*/*.md"))
# What several rules share has cases of its own.
SHARED = ("directives", "reading", "statements", "terms", "verb_phrases")
_GUID = re.compile(r"(: (?:pair|cloze)) [a-z2-7]{16} ")


def name_of(case: Path) -> str:
    """Name a case by its rule and property."""
    return f"{case.parent.name}/{case.stem}"


def text_of(case: Path) -> str:
    """Read the notes of a case."""
    return clean(case.read_text("utf-8"))


@cache
def first(case: Path) -> Built:
    """Build a case for the first time; every case is a deck of its own."""
    return again(case)


def again(case: Path, ledger: str | None = None, now: int = NOW) -> Built:
    """Build a case on a ledger."""
    texts = {case.name: text_of(case)}
    links = Runner().parse((Source(case.name, text_of(case)),))[0].pictures
    shown = storage.read_pictures(case.parent, [(case.name, link) for link in links])
    return walk(texts, ledger, now=now, pictures=shown, id=deck_id(case), name=name_of(case))


def deck_id(case: Path) -> str:
    """Give a case the id of its deck."""
    return name_of(case).replace("/", ".")[:64]


def listed(built: Built) -> str:
    """Give problems, notes and unclaimed blocks as `list` prints them, without the GUIDs."""
    diagnostics = [f"{one.severity}: {one}" for one in built.diagnostics]
    lines = [_GUID.sub(r"\1 ", line) for line in listing.text_lines(built)]
    return "\n".join([*diagnostics, *([""] if diagnostics and lines else []), *lines]) + "\n"


each_case = pytest.mark.parametrize("case", CASES, ids=name_of)


def test_every_rule_has_its_cases() -> None:
    """Each entry of the table of rules has a folder of cases under the name of its module; no folder is left over."""
    assert CASES
    folders = {case.parent.name for case in CASES}
    assert folders == {rule.__module__.rpartition(".")[2] for _, rule in RULES} | set(SHARED)
    assert {path.name for path in FOLDER.iterdir() if path.is_dir()} - {"__pycache__"} == folders


def test_every_listing_has_its_case() -> None:
    """No listing is left over from a case that was renamed."""
    assert {path.with_suffix(".md") for path in FOLDER.glob("*/*.txt")} <= set(CASES)


@each_case
def test_case_gives_its_listing(case: Path, bless: bool) -> None:  # a fixture
    """The notes become what the listing says, problems and unclaimed blocks included."""
    there = case.with_suffix(".txt")
    said = listed(first(case))
    if bless:
        there.write_text(said, "utf-8")
    assert there.exists(), "a new case: run `pytest --bless` and look at its listing"
    assert said == there.read_text("utf-8")


@each_case
def test_same_input_gives_the_same_bytes(case: Path) -> None:
    """The same notes build the same package and the same ledger twice."""
    one, two = first(case), again(case)
    assert pack(one.deck) == pack(two.deck)
    assert one.ledger_text == two.ledger_text


@each_case
def test_what_is_drafted_travels_between_processes(case: Path) -> None:
    """A process that drafted a part of the notes hands it over as it is."""
    runner = Runner()
    summaries = runner.parse((Source(case.name, text_of(case)),))
    extracted = runner.extract(vocabulary([file.vocabulary for file in summaries]), {})
    for found in (summaries, extracted):
        assert pickle.loads(pickle.dumps(found)) == found


@each_case
def test_guids_and_slots_are_unique(case: Path) -> None:
    """No two notes share a GUID or an id slot."""
    notes = first(case).notes
    assert len({note.guid for note in notes}) == len(notes)
    assert len({note.id_slot for note in notes}) == len(notes)


@each_case
def test_ledger_survives_reading_and_writing(case: Path) -> None:
    """What the ledger's file says is what is written when it is read."""
    text = first(case).ledger_text
    assert ledger_file.write(ledger_file.read(text)) == text


@each_case
def test_second_build_changes_nothing(case: Path) -> None:
    """With the ledger of the first build a later one stamps no note and writes the same ledger and package."""
    one = first(case)
    two = again(case, one.ledger_text, NOW + DAY)
    assert two.ledger_text == one.ledger_text
    assert [(note.guid, note.changed, note.ordinals) for note in two.notes] == [
        (note.guid, note.changed, note.ordinals) for note in one.notes
    ]
    assert pack(two.deck) == pack(one.deck)


@each_case
def test_every_block_is_claimed_or_explained(case: Path) -> None:
    """Half of the words of a block and more stand on cards, or the block is listed with the reason why not."""
    built = first(case)
    assert all(one.reason for one in built.skipped)
    packed = words_of(*(words for note in built.notes for words in on_cards(note)))
    for block in (block for section in parse(Source(case.name, text_of(case))).sections for block in section.blocks):
        explained = any(
            one.span.line <= block.span.end_line and block.span.line <= one.span.end_line for one in built.skipped
        )
        words = to_claim(block)
        assert explained or len(words & packed) * 2 >= len(words), block.span


def to_claim(block: Block) -> set[str]:
    """Give the words of a block that say something: no row numbers, and not the kind of a callout."""
    inside = block.blocks if isinstance(block, Quotation) and block.style == "callout" else (block,)
    return {word for word in words_of(plain(inside)) if not word.isdigit()}


def on_cards(note: Note) -> Iterator[str]:
    """Give the texts that the cards of a note show."""
    draft = note.draft
    yield from draft.heading_path
    yield plain((*draft.extra, *draft.supporting_blocks))
    match draft.body:
        case Pair() as pair:
            yield from (pair.term_label, pair.meaning_label, plain(pair.term), plain(pair.meaning))
        case Cloze() as cloze:
            yield from (plain(cloze.prompt), plain(cloze.text))


def words_of(*texts: str) -> set[str]:
    """Give the words of plain texts, whatever their case."""
    return {word for text in texts for word in normal(text).split()}


@pytest.mark.anki
def test_all_cases_arrive_in_the_real_anki(collection: Collection) -> None:
    """The notes of all cases import with no conflict, no note without a card, nothing blank; twice changes nothing."""
    decks = [deck for case in CASES if (deck := first(case).deck)]
    rows = tuple(row for deck in decks for row in deck.rows)
    media = {name: data for deck in decks for name, data in deck.media.items()}
    package = pack(replace(decks[0], rows=rows, media=media))
    assert import_package(package, collection) == Imported(len(rows), 0, 0, 0, 0)
    assert len(cards(collection)) == sum(len(row.ordinals) for row in rows)
    assert list(faults(collection)) == []
    assert import_package(package, collection) == Imported(0, 0, len(rows), 0, 0)


def test_listings_are_not_blessed_in_ci() -> None:
    """In CI nobody looks: --bless is refused."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--bless", "-n", "0", "--collect-only", __file__],
        env={**os.environ, "CI": "true"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "does not run in CI" in done.stdout + done.stderr
