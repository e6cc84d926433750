"""Build every snapshot case, compare it with its listing, and check the invariants that hold for every deck.

A case is a pair of files, `tests/snapshots/<rule>/<property>.md` and `<property>.txt`: notes, and the output of `list`
for them, without the GUIDs. `pytest --bless` rewrites the listings; review the diff before you commit it.
"""

from __future__ import annotations

import pickle
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from anki.collection import Collection
from msgspec.structs import replace

from studydeck import storage
from studydeck.extraction.engine import RULES
from studydeck.extraction.vocabulary import deck_vocabulary
from studydeck.identity import ledger as ledger_file
from studydeck.identity import ledger_reader
from studydeck.markdown.sections import parse
from studydeck.markdown.source import clean
from studydeck.model.document import Block, Quotation, Source
from studydeck.model.notes import Cloze, Note, Pair
from studydeck.model.traverse import plain
from studydeck.pipeline import Built, pack
from studydeck.reports import listing
from studydeck.runner import Runner
from studydeck.text.normalize import normalize
from tests import conftest
from tests.support.pipeline import DAY, NOW, build_notes, card_faults
from tests.support.real_anki import ImportCounts, cards, import_package

FOLDER = Path(__file__).parent
CASES = sorted(FOLDER.glob("*/*.md"))
# Folders of cases for what several rules share.
SHARED = (
    "directives",
    "languages",
    "logseq",
    "notion",
    "obsidian",
    "pandoc",
    "reading",
    "sites",
    "statements",
    "tags",
    "verb_phrases",
)
_GUID = re.compile(r"(: (?:pair|cloze)) [a-z2-7]{16} ")


def case_name(case: Path) -> str:
    """Return the name of a case: its rule and its property."""
    return f"{case.parent.name}/{case.stem}"


def case_text(case: Path) -> str:
    """Return the notes of a case."""
    return clean(case.read_text("utf-8"))


@cache
def first_build(case: Path) -> Built:
    """Return the first build of a case, built once; every case is a separate deck."""
    return build_case(case)


@cache
def first_package(case: Path) -> bytes:
    """Return the package of the first build of a case."""
    return pack(first_build(case).deck)


def build_case(case: Path, ledger: str | None = None, now: int = NOW) -> Built:
    """Build a case, with the ledger of an earlier build if there is one."""
    texts = {case.name: case_text(case)}
    links = Runner().parse((Source(case.name, case_text(case)),))[0].pictures
    pictures = storage.read_pictures(case.parent, [(case.name, link) for link in links])
    return build_notes(texts, ledger, now=now, pictures=pictures, id=deck_id(case), name=case_name(case))


def deck_id(case: Path) -> str:
    """Return the deck id of a case."""
    return case_name(case).replace("/", ".")[:64]


def listing_of(built: Built) -> str:
    """Return diagnostics, and notes and skipped blocks as `list` prints them, without the GUIDs."""
    diagnostics = [
        f"{found.severity}: {found.path}{f':{found.line}' * bool(found.line)}: {found.code}: {found.message}"
        for found in built.diagnostics
    ]
    without_letters = replace(built, config=replace(built.config, blank_hints=False))  # which have tests of their own
    lines = [_GUID.sub(r"\1 ", line) for line in listing.text_lines(without_letters)]
    return "\n".join([*diagnostics, *([""] if diagnostics and lines else []), *lines]) + "\n"


each_case = pytest.mark.parametrize("case", CASES, ids=case_name)


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
def test_case_matches_its_listing(case: Path, bless: bool) -> None:  # a fixture
    """Diagnostics, notes and skipped blocks are those of the listing."""
    listing_file = case.with_suffix(".txt")
    actual = listing_of(first_build(case))
    if bless:
        listing_file.write_text(actual, "utf-8")
    assert listing_file.exists(), "a new case: run `pytest --bless` and review its listing"
    assert actual == listing_file.read_text("utf-8")


@each_case
def test_same_input_gives_the_same_bytes(case: Path) -> None:
    """The same notes build the same package and the same ledger twice."""
    built, repeated = first_build(case), build_case(case)
    assert pack(repeated.deck) == first_package(case)
    assert built.ledger_text == repeated.ledger_text


@each_case
def test_extraction_results_survive_pickling(case: Path) -> None:
    """A worker process returns its results unchanged."""
    runner = Runner()
    summaries = runner.parse((Source(case.name, case_text(case)),))
    extracted = runner.extract(deck_vocabulary([file.vocabulary for file in summaries]), {})
    for result in (summaries, extracted):
        assert pickle.loads(pickle.dumps(result)) == result


@each_case
def test_guids_and_slots_are_unique(case: Path) -> None:
    """No two notes share a GUID or an id slot."""
    notes = first_build(case).notes
    assert len({note.guid for note in notes}) == len(notes)
    assert len({note.id_slot for note in notes}) == len(notes)


@each_case
def test_ledger_round_trips(case: Path) -> None:
    """A ledger that is read and written again has the same text."""
    text = first_build(case).ledger_text
    assert ledger_file.to_text(ledger_reader.parse(text)) == text


@each_case
def test_second_build_changes_nothing(case: Path) -> None:
    """A later build with the ledger of the first changes no note and writes the same ledger and package."""
    built = first_build(case)
    later = build_case(case, built.ledger_text, NOW + DAY)
    assert later.ledger_text == built.ledger_text
    assert [(note.guid, note.changed, note.ordinals) for note in later.notes] == [
        (note.guid, note.changed, note.ordinals) for note in built.notes
    ]
    assert later.deck == built.deck
    assert pack(later.deck) == first_package(case)


@each_case
def test_every_block_is_claimed_or_explained(case: Path) -> None:
    """At least half of a block's words are on cards, or the block is listed with the reason why not."""
    built = first_build(case)
    assert all(skipped.reason for skipped in built.skipped)
    card_words = normal_words(*(words for note in built.notes for words in card_texts(note)))
    for block in (block for section in parse(Source(case.name, case_text(case))).sections for block in section.blocks):
        explained = any(
            skipped.span.line <= block.span.end_line and block.span.line <= skipped.span.end_line
            for skipped in built.skipped
        )
        words = content_words(block)
        assert explained or len(words & card_words) * 2 >= len(words), block.span


def content_words(block: Block) -> set[str]:
    """Return the words of a block that must be on cards: no numbers, and not the kind of a callout."""
    blocks = block.blocks if isinstance(block, Quotation) and block.style == "callout" else (block,)
    return {word for word in normal_words(plain(blocks)) if not word.isdigit()}


def card_texts(note: Note) -> Iterator[str]:
    """Yield the texts that the cards of a note show."""
    draft = note.draft
    yield from draft.heading_path
    yield plain((*draft.answer_media, *draft.extra, *draft.supporting_blocks))
    match draft.body:
        case Pair() as pair:
            yield from (pair.term_label, pair.meaning_label, plain(pair.term), plain(pair.meaning))
        case Cloze() as cloze:
            yield from (plain(cloze.prompt), plain(cloze.text))


def normal_words(*texts: str) -> set[str]:
    """Return the normalized words of plain texts."""
    return {word for text in texts for word in normalize(text).split()}


@pytest.mark.anki
def test_all_cases_import_into_anki(collection: Collection) -> None:
    """All notes import without conflicts, missing cards or blank cards; a second import changes nothing."""
    decks = [deck for case in CASES if (deck := first_build(case).deck)]
    rows = tuple(row for deck in decks for row in deck.rows)
    media = {name: data for deck in decks for name, data in deck.media.items()}
    package = pack(replace(decks[0], rows=rows, media=media))
    assert import_package(package, collection) == ImportCounts(len(rows), 0, 0, 0, 0)
    assert len(cards(collection)) == sum(len(row.ordinals) for row in rows)
    assert list(card_faults(collection)) == []
    assert import_package(package, collection) == ImportCounts(0, 0, len(rows), 0, 0)


def test_listings_are_not_blessed_in_ci(pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """In CI nobody reviews the diff, so --bless is an error."""
    monkeypatch.setattr(pytestconfig.option, "bless", True)
    monkeypatch.delenv("CI", raising=False)
    conftest.pytest_configure(pytestconfig)
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.UsageError, match="does not run in CI"):
        conftest.pytest_configure(pytestconfig)
