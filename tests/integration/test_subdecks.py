"""Subdecks: their names stay, the real Anki puts new cards into them, and old cards stay where learners have them."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

import pytest
from anki.collection import Collection
from msgspec.structs import replace

from studydeck.apkg.reader import unpack
from studydeck.config import Subdecks
from studydeck.identity import ledger as ledger_file
from studydeck.identity import ledger_reader
from studydeck.identity.ledger import Ledger, LedgerSubdeck
from studydeck.identity.restore import restore
from studydeck.identity.subdecks import _part
from studydeck.pipeline import Built, pack
from studydeck.releases import changelog
from studydeck.reports.comparison import compare
from tests.support.pipeline import DAY, build_notes, rebuild
from tests.support.real_anki import import_package, review_all

LONG_AGO = 1_700_000_000
NOTE = "# {0}\n\n## {1}\n\n{2}\n"
NOTES = {
    "Lakes/Salt/1 Sebkha.md": NOTE.format("Salt", "Sebkha", "A bed that floods after rain in winter."),
    "Lakes/Maar.md": NOTE.format("Fire", "Maar", "A crater that filled with ground water."),
    "Rivers/Wadi.md": NOTE.format("Dry", "Wadi", "A valley that carries water after storms."),
    "Top.md": NOTE.format("Water", "Spring", "A place where ground water comes out."),
}


def subdecks(built: Built) -> dict[str, str]:
    """Return the subdeck of each file."""
    return {note.draft.span.path: row.subdeck for note, row in zip(built.notes, built.deck.rows, strict=True)}


def moved(notes: Mapping[str, str], before: str, after: str) -> dict[str, str]:
    """Return notes with a part of their paths replaced."""
    return {path.replace(before, after): text for path, text in notes.items()}


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("none", ["", "", "", ""]),
        ("folders", ["Lakes", "Lakes::Salt", "Rivers", ""]),
        ("files", ["Lakes::Maar", "Lakes::Salt::001 Sebkha", "Rivers::Wadi", "Top"]),
    ],
)
def test_folders_or_files_are_subdecks(mode: Subdecks, expected: list[str]) -> None:
    """A note at the top stays in the deck itself where folders are subdecks; a package is read back alike."""
    built = build_notes(NOTES, subdecks=mode)
    assert list(subdecks(built).values()) == expected
    assert sorted(row.subdeck for row in unpack(pack(built.deck)).rows) == sorted(expected)
    assert pack(built.deck) == pack(build_notes(NOTES, subdecks=mode).deck)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("1 Water", "001 Water"),
        ("01-water", "001-water"),
        ("1.2 Water", "001.002 Water"),
        ("Week 2", "Week 002"),
        ("Lektion 12 - Wasser", "Lektion 012 - Wasser"),
        ("第3課", "第003課"),
        ("2024-01-05", "2024-01-05"),
        ("Vitamin B12", "Vitamin B12"),
        ("World War 2", "World War 2"),
        ('a "b": c', "a b : c"),
        ("a::b", "a b"),
    ],
)
def test_numbers_that_order_have_three_digits(name: str, expected: str) -> None:
    """Anki sorts decks by name; a number that names something stays."""
    assert _part(name) == expected


@pytest.mark.parametrize("mode", ["folders", "files"])
def test_a_subdeck_keeps_its_name(mode: Subdecks) -> None:
    """Its folder is renamed, twice, or renamed within a renamed one; a new file there comes into the old deck."""
    first = build_notes(NOTES, subdecks=mode)
    names = set(subdecks(first).values())
    second = rebuild(first, moved(NOTES, "Lakes", "Standing water"), subdecks=mode)
    assert set(subdecks(second).values()) == names
    third = rebuild(second, moved(moved(NOTES, "Lakes", "Still"), "Salt", "Brine"), subdecks=mode)
    assert set(subdecks(third).values()) == names
    fourth = rebuild(
        first,
        {**moved(NOTES, "Lakes", "Still"), "Still/Tarn.md": NOTE.format("Ice", "Tarn", "A hollow of ice.")},
        subdecks=mode,
    )
    assert subdecks(fourth)["Still/Tarn.md"] == ("Lakes" if mode == "folders" else "Still::Tarn")


def test_a_file_that_moves_takes_the_subdeck_of_its_new_folder() -> None:
    """Both folders are still there, and keep their names."""
    first = build_notes(
        {**NOTES, "Lakes/Tarn.md": NOTE.format("Ice", "Tarn", "A hollow that ice has carved.")}, subdecks="folders"
    )
    second = rebuild(
        first,
        {**NOTES, "Rivers/Tarn.md": NOTE.format("Ice", "Tarn", "A hollow that ice has carved.")},
        subdecks="folders",
    )
    assert subdecks(second)["Rivers/Tarn.md"] == "Rivers"
    assert subdecks(second)["Lakes/Maar.md"] == "Lakes"


def test_a_folder_that_comes_back_has_its_name() -> None:
    """The ledger remembers the name of a folder that is gone, also while the deck has no subdecks."""
    first = build_notes(NOTES, subdecks="folders")
    renamed = rebuild(first, moved(NOTES, "Lakes", "Still"), subdecks="folders")
    gone = rebuild(renamed, {"Top.md": NOTES["Top.md"]}, subdecks="none")
    again = rebuild(gone, moved(NOTES, "Lakes", "Still"), subdecks="folders")
    assert subdecks(again) == subdecks(renamed)


def test_front_matter_names_the_deck_of_a_file(tmp_path: Path) -> None:
    """`deck: A::B` of other tools is the subdeck of the file; where the deck has none, that is said."""
    from studydeck import load_project

    (tmp_path / "Optics.md").write_text("---\ndeck: Physics::Light\n---\n" + NOTES["Top.md"], "utf-8")
    built = load_project(tmp_path, now=LONG_AGO).build()
    assert [item.path for item in built.diagnostics if item.code == "unused-deck"] == ["Optics.md"]
    (tmp_path / "deck.toml").write_text('id = "abc"\nname = "T"\nsubdecks = "folders"\n', "utf-8")
    assert {row.subdeck for row in load_project(tmp_path, now=LONG_AGO).build().deck.rows} == {"Physics::Light"}


@pytest.mark.anki
def test_new_cards_land_in_subdecks_and_old_ones_stay(collection: Collection) -> None:
    """A learner has all cards in one deck; then the author chooses subdecks, and adds a note."""
    first = build_notes(NOTES, now=LONG_AGO)
    import_package(pack(first.deck), collection)
    review_all(collection)
    new = {**NOTES, "Rivers/Oxbow.md": NOTE.format("Bends", "Oxbow", "A bend that the river has cut off.")}
    second = rebuild(first, new, later=DAY, subdecks="folders")
    counts = import_package(pack(second.deck), collection)
    assert (counts.new, counts.updated) == (1, 0)
    assert decks_of(collection) == {
        **dict.fromkeys(("Sebkha", "Maar", "Wadi", "Spring"), "Test deck"),
        "Oxbow": "Test deck::Rivers",
    }

    section = changelog.section(
        compare(replace(first.deck, version="1.0.0"), replace(second.deck, version="1.1.0")), "2026-01-01", ()
    )
    searches = [line for line in section.splitlines() if line.startswith(('"tag', '("tag'))]
    assert "none of them" not in section
    found = [
        {str(collection.get_note(number)["Term"]) for number in collection.find_notes(search)} for search in searches
    ]
    assert found == [{"Maar"}, {"Sebkha"}, {"Wadi"}]
    for search, name in zip(searches, ("Lakes", "Lakes::Salt", "Rivers"), strict=True):
        deck = collection.decks.id_for_name(f"Test deck::{name}")
        assert deck
        collection.set_deck(collection.find_cards(search), deck)
        assert not collection.find_notes(search)


@pytest.mark.anki
def test_a_first_import_fills_the_subdecks(collection: Collection) -> None:
    """Each card is in the deck of its folder, and a second import changes nothing."""
    built = build_notes(NOTES, now=LONG_AGO, subdecks="folders")
    import_package(pack(built.deck), collection)
    expected = {"Maar": "Lakes", "Sebkha": "Lakes::Salt", "Wadi": "Rivers"}
    assert decks_of(collection) == {
        **{term: f"Test deck::{name}" for term, name in expected.items()},
        "Spring": "Test deck",
    }
    assert import_package(pack(built.deck), collection).updated == 0


def decks_of(collection: Collection) -> dict[str, str]:
    """Return the deck of the first card of each note, by its term."""
    return {
        collection.get_note(number)["Term"]: collection.decks.name(collection.get_note(number).cards()[0].did)
        for number in collection.find_notes("")
    }


def test_many_subdecks_are_a_warning_and_are_written_in_seconds() -> None:
    """1,000 subdecks take no longer than as many notes."""
    notes = {
        f"f{number}/a.md": NOTE.format("A", f"Term {number}", f"The meaning of number {number} here.")
        for number in range(1000)
    }
    built = build_notes(notes, subdecks="folders")
    assert [item.code for item in built.diagnostics if item.code == "many-subdecks"] == ["many-subdecks"]
    start = time.perf_counter()
    assert len({row.subdeck for row in unpack(pack(built.deck)).rows}) == 1000
    assert time.perf_counter() - start < 3


def test_two_branches_that_add_folders_merge(tmp_path: Path) -> None:
    """Git merges both ledgers, or the reader reads through the conflict; no name is lost."""
    first = build_notes(NOTES, subdecks="folders")
    ours = rebuild(
        first, {**NOTES, "Ice/a.md": NOTE.format("Ice", "Tarn", "A hollow of ice that is deep.")}, subdecks="folders"
    )
    theirs = rebuild(
        first,
        {**NOTES, "Sea/b.md": NOTE.format("Sea", "Fjord", "A valley that the sea has flooded.")},
        subdecks="folders",
    )
    paths = [tmp_path / name for name in ("ours", "base", "theirs")]
    for path, built in zip(paths, (ours, first, theirs), strict=True):
        path.write_text(built.ledger_text, "utf-8")
    merged = subprocess.run(["git", "merge-file", "-p", *map(str, paths)], capture_output=True, text=True).stdout
    names = {record.name for record in ledger_reader.parse(merged).subdecks}
    assert names == {"Lakes", "Lakes::Salt", "Rivers", "Ice", "Sea"}


def test_lost_subdecks_are_put_back() -> None:
    """What an earlier ledger knows, and the file does not."""
    earlier = Ledger("deck", "Deck", subdecks=(LedgerSubdeck("a", "A"), LedgerSubdeck("b", "B")))
    ledger = Ledger("deck", "Deck", subdecks=(LedgerSubdeck("c", "B"),))
    assert restore(ledger, earlier).ledger.subdecks == (LedgerSubdeck("a", "A"), LedgerSubdeck("c", "B"))
    assert ledger_reader.parse(ledger_file.to_text(earlier)) == earlier
