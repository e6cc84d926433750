"""Three releases in a row, each imported over the last in the real Anki; and whatever must be refused."""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from anki.collection import Collection
from click.testing import CliRunner

from studydeck.apkg import deterministic
from studydeck.apkg.reader import unpack
from studydeck.cli.main import main
from studydeck.identity import ledger as ledger_file
from studydeck.releases import changelog
from tests.support.real_anki import cards, empty_cards, import_package, review_all
from tests.support.releases import NOTES, Repository, repository
from tests.support.sample_decks import TEMPLATES

pytestmark = pytest.mark.git


@pytest.fixture
def tea(tmp_path: Path) -> Repository:
    """Give a deck in a repository, built but never released."""
    return repository(tmp_path / "tea")


@pytest.mark.anki
def test_three_releases_reach_a_learner_whole(tea: Repository, collection: Collection) -> None:
    """Versions rise by what a learner meets; what is new, changed and retired is found in Anki as the notes say."""
    first = tea.release("1.0.0")
    assert import_package(first, collection).new == 5
    reviewed = review_all(collection)

    tea.edit(("half brown in the shade", "half brown in the sun"))
    second = tea.release("1.0.1")
    assert "Oolong" in section(tea, "1.0.1")
    assert "half brown in the shade → left to turn half brown in the sun" in section(tea, "1.0.1")
    came = import_package(second, collection)
    assert (came.new, came.updated, came.conflicting) == (0, 1, 0)

    tea.edit(("| Assam |", "| Darjeeling | picked in the high hills in spring |\n| Assam |"))
    third = tea.release("1.1.0")
    came = import_package(third, collection)
    assert (came.new, came.updated, came.conflicting) == (1, 0, 0)
    assert "Darjeeling" in section(tea, "1.1.0")
    found = collection.find_notes(search(section(tea, "1.1.0"), "tag:"))
    assert [collection.get_note(one)["Term"] for one in found] == ["Darjeeling"]
    assert "Version 1.1.0" in str(collection.decks.by_name("Tea"))

    tea.edit((NOTES[NOTES.index("## Gaiwan") :], ""), ("- Strainer\n", "- Tray\n"))
    fourth = tea.release("2.0.0")
    import_package(fourth, collection)
    found = collection.find_notes(search(section(tea, "2.0.0"), "ID:re:"))
    assert [collection.get_note(one)["Term"] for one in found] == ["Gaiwan"]
    assert "Empty Cards" in section(tea, "2.0.0")
    assert len(empty_cards(collection)) == 1
    assert collection.db
    assert collection.db.scalar("SELECT count() FROM revlog") == reviewed
    assert import_package(fourth, collection).updated == 0


@pytest.mark.anki
def test_retired_notes_are_found_wherever_they_were_moved(tea: Repository, collection: Collection) -> None:
    """The search is cumulative, and does not ask in which deck a note lies; a note that came back is left out."""
    import_package(tea.release("1.0.0"), collection)
    tea.edit((NOTES[NOTES.index("## Gaiwan") :], ""))
    tea.release("2.0.0")
    tea.edit(("| Assam | left to turn dark all the way through |\n", ""))
    tea.release("3.0.0")
    elsewhere = collection.decks.id("Elsewhere")
    assert elsewhere
    collection.set_deck(list(collection.find_cards("Term:Gaiwan")), elsewhere)
    found = collection.find_notes(search(section(tea, "3.0.0"), "ID:re:"))
    assert sorted(collection.get_note(one)["Term"] for one in found) == ["Assam", "Gaiwan"]
    tea.edit(("| Oolong |", "| Assam | left to turn dark all the way through |\n| Oolong |"))
    tea.release("3.1.0")
    found = collection.find_notes(search(section(tea, "3.1.0"), "ID:re:"))
    assert [collection.get_note(one)["Term"] for one in found] == ["Gaiwan"]


@pytest.mark.anki
def test_the_search_takes_thousands_of_retired_notes(collection: Collection) -> None:
    """Anki reads each of the searches, however many notes are gone."""
    guids = [hashlib.sha256(str(number).encode()).hexdigest()[:16] for number in range(5_000)]
    searches = list(changelog.searches(guids))
    assert len(searches) > 1
    assert all(len(collection.find_notes(one)) == 0 for one in searches)
    assert sum(one.count("|") + 1 for one in searches) == len(guids)


def test_a_release_stamps_once_more_what_changed_and_nothing_else(tea: Repository) -> None:
    """Changed and new notes carry the time of the release, all others the time that learners have."""
    tea.release("1.0.0")
    before = times(tea)
    assert set(before.values()) == {tea.now}
    tea.edit(("steamed soon after the harvest", "steamed within a day of the harvest"))
    tea.release("1.0.1")
    moved = {guid for guid, time in times(tea).items() if time != before[guid]}
    assert len(moved) == 1
    assert {times(tea)[guid] for guid in moved} == {tea.now}


@pytest.mark.anki
def test_a_renamed_heading_is_sent_out_only_by_refresh(tea: Repository, collection: Collection) -> None:
    """What stands around a note overwrites nobody's edits, unless a maintainer asks for it and is told how many."""
    import_package(tea.release("1.0.0"), collection)
    tea.edit(("## Kinds", "## Varieties"))
    assert import_package(tea.release("1.0.1"), collection).updated == 0
    tea.now += 1
    said = tea.run("release", "--refresh", "--version", "1.0.2", "--dry-run", "--from", "v1.0.0").output
    assert "refreshed: 3 notes" in said


def test_deck_toml_keeps_its_comments(tea: Repository) -> None:
    """A release changes the version in deck.toml and not a letter more."""
    before = (tea.notes / "deck.toml").read_text("utf-8")
    tea.release("1.0.0")
    assert (tea.notes / "deck.toml").read_text("utf-8") == before
    tea.edit(("half brown in the shade", "half brown in the sun"))
    tea.release("1.0.1")
    assert (tea.notes / "deck.toml").read_text("utf-8") == before.replace("1.0.0", "1.0.1")


def test_a_folder_without_settings_gets_them_with_its_first_release(tea: Repository) -> None:
    """What was assumed until then is written down, so that the next version is of the same deck."""
    (tea.notes / "deck.toml").unlink()
    (tea.notes / "ledger.jsonl").unlink()
    shutil.rmtree(tea.out)  # or the ledger would come back from the package
    tea.does("build")
    tea.commit()
    tea.does("release")
    settings = read(tea, "notes/deck.toml")
    assert re.search(r'^id = "[a-z2-7]{16}"\nname = "Tea"\nversion = "1.0.0"$', settings, re.MULTILINE)


def test_a_first_release_has_nothing_to_look_for(tea: Repository) -> None:
    """What went before anybody had a release is nobody's to delete; from the second on it is named with the rest."""
    tea.edit((NOTES[NOTES.index("## Gaiwan") :], ""))
    tea.release("1.0.0")
    assert "ID:re:" not in section(tea, "1.0.0")
    tea.edit(("half brown in the shade", "half brown in the sun"))
    tea.release("1.0.1")
    assert "ID:re:" in section(tea, "1.0.1")


def test_a_dry_run_writes_nothing(tea: Repository) -> None:
    """It shows the section of the changelog and leaves every file as it was."""
    before = tea.files()
    said = tea.does("release", "--dry-run")
    assert "## 1.0.0" in said
    assert tea.files() == before


def test_what_was_written_by_hand_goes_into_the_section(tea: Repository) -> None:
    """Notes under "Unreleased" move into the release, and the older sections stay as they are."""
    (tea.top / "CHANGELOG.md").write_text("# News\n\n## Unreleased\n\nBy hand.\n\n## 0.9.0\n\nOld.\n", "utf-8")
    tea.commit()
    tea.does("release")
    text = read(tea, "CHANGELOG.md")
    assert text.startswith("# News\n\n## Unreleased\n\n## 1.0.0 (")
    assert "By hand." in changelog.section_of(text, "1.0.0")
    assert text.endswith("## 0.9.0\n\nOld.\n")


def test_a_dirty_tree_is_refused(tea: Repository) -> None:
    """A release is made of what git holds; a strange file elsewhere is no part of it."""
    (tea.top / "letter.txt").write_text("nobody's business", "utf-8")
    assert "not committed" not in tea.run("release", "--dry-run").output
    (tea.notes / "new.md").write_text("# New\n\n- **Cup**: what tea is drunk from\n", "utf-8")
    tea.does("build")
    assert "notes/ledger.jsonl and 1 more: not committed" in tea.refuses("release")


def test_a_stale_ledger_is_refused(tea: Repository) -> None:
    """Notes that were edited and not built are no release, nor can they be published."""
    tea.release("1.0.0")
    path = tea.notes / "tea.md"
    path.write_text(path.read_text("utf-8").replace("half brown", "half green"), "utf-8")
    tea.commit()
    assert "stale-ledger" in tea.refuses("release")
    assert "stale-ledger" in tea.refuses("bundle", "--tag", "v1.0.0")


def test_a_version_is_never_given_twice(tea: Repository) -> None:
    """Not one that is tagged, not one of the changelog, not one that is earlier than the last."""
    tea.release("1.0.0")
    assert "nothing differs from version 1.0.0" in tea.refuses("release")
    tea.edit(("half brown in the shade", "half brown in the sun"))
    tea.git("tag", "v1.0.1")
    assert "version 1.0.1 exists already" in tea.refuses("release")
    assert "not later than 1.0.0" in tea.refuses("release", "--version", "0.9.0")
    assert "not of the form" in tea.refuses("release", "--version", "one")
    tea.does("release", "--version", "1.0.2")


def test_a_last_release_that_is_not_at_hand_is_asked_for(tea: Repository) -> None:
    """Without its tag its package serves, but not one that was built from later notes under the same name."""
    package = tea.release("1.0.0")
    tea.git("tag", "--delete", "v1.0.0")
    tea.edit(("half brown in the shade", "half brown in the sun"))
    assert "version 1.0.0 is not available" in tea.refuses("release")
    kept = tea.top.parent / "kept.apkg"
    kept.write_bytes(package)
    assert "1.0.0 → 1.0.1" in tea.does("release", "--from", str(kept), "--dry-run")
    (tea.out / "tea-1.0.0.apkg").write_bytes(package)
    assert "1.0.0 → 1.0.1" in tea.does("release", "--dry-run")


def test_a_bundle_says_what_it_holds(tea: Repository) -> None:
    """Sums and manifest agree with the files, and the release notes are the section of the changelog."""
    tea.release("1.0.0")
    tea.does("bundle", "--tag", "v1.0.0")
    sums = subprocess.run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=tea.out, capture_output=True)
    assert sums.returncode == 0, sums.stdout
    manifest = json.loads((tea.out / "tea-1.0.0.json").read_text("utf-8"))
    deck = unpack((tea.out / "tea-1.0.0.apkg").read_bytes())
    assert manifest["guids"] == sorted(row.guid for row in deck.rows)
    assert manifest["counts"]["cards"] == sum(len(row.ordinals) for row in deck.rows)
    assert manifest["commit"] == tea.git("rev-parse", "HEAD").strip()
    assert manifest["version"] == "1.0.0"
    for name, said in manifest["files"].items():
        assert hashlib.sha256((tea.out / name).read_bytes()).hexdigest() == said["sha256"]
    assert '"link":""' in (tea.out / "tea-1.0.0.html").read_text("utf-8")  # what is published leads to no folder here
    assert (tea.out / "tea-1.0.0.md").read_text("utf-8") == changelog.section_of(read(tea, "CHANGELOG.md"), "1.0.0")


def test_a_bundle_refuses_what_is_no_release(tea: Repository) -> None:
    """Another tag, or a version that no release made, is refused with what to do."""
    assert "run `release` first" in tea.refuses("bundle", "--tag", "v1.0.0")
    tea.release("1.0.0")
    assert "the tag is v1.0.1" in tea.refuses("bundle", "--tag", "v1.0.1")


def test_a_release_is_reproduced_from_its_tag(tea: Repository) -> None:
    """The same bytes come again, later and after further edits."""
    package = tea.release("1.0.0")
    kept = tea.top.parent / "tea-1.0.0.apkg"
    kept.write_bytes(package)
    tea.edit(("half brown in the shade", "half brown in the sun"))
    assert hashlib.sha256(package).hexdigest() in tea.does("reproduce", str(kept))


def test_a_tampered_package_is_not_reproduced(tea: Repository) -> None:
    """A changed byte, a file of another kind and a package without a tag are told apart."""
    package = tea.release("1.0.0")
    kept = tea.top.parent / "tea-1.0.0.apkg"
    with zipfile.ZipFile(io.BytesIO(package)) as file:
        members = {name: file.read(name).replace(b"steamed soon", b"steamed late") for name in file.namelist()}
    kept.write_bytes(deterministic.write_archive(members))
    said = tea.refuses("reproduce", str(kept))
    assert "differs from the build of v1.0.0" in said
    assert "0 new notes, 1 changed" in said
    assert "these members differ: collection.anki2" in said
    kept.write_bytes(b"PK no package")
    assert "unreadable" in tea.refuses("reproduce", str(kept))
    kept.write_bytes(package)
    tea.git("tag", "--delete", "v1.0.0")
    assert "git has no tag v1.0.0" in tea.refuses("reproduce", str(kept))


def section(tea: Repository, version: str) -> str:
    """Read the changelog's section of a version."""
    return changelog.section_of(read(tea, "CHANGELOG.md"), version)


def search(text: str, begins: str) -> str:
    """Give the line of a section that one pastes into Anki's Browser."""
    found = [line for line in text.splitlines() if line.startswith(f'"{begins}')]
    assert len(found) == 1, text
    return found[0]


def times(tea: Repository) -> dict[str, int]:
    """Give the time of every note that lives."""
    ledger = ledger_file.read(read(tea, "notes/ledger.jsonl"))
    return {note.guid: note.changed for note in ledger_file.live(ledger.notes)}


def read(tea: Repository, name: str) -> str:
    """Read a file of the repository."""
    return (tea.top / name).read_text("utf-8")


@pytest.mark.anki
def test_cards_that_anki_has_are_those_of_the_manifest(tea: Repository, collection: Collection) -> None:
    """What the manifest counts is what a learner gets."""
    tea.release("1.0.0")
    tea.does("bundle")
    import_package(tea.out / "tea-1.0.0.apkg", collection)
    manifest = json.loads((tea.out / "tea-1.0.0.json").read_text("utf-8"))
    assert len(cards(collection)) == manifest["counts"]["cards"]


def test_notes_that_are_a_whole_repository_are_released_too(tea: Repository) -> None:
    """The changelog then lies among the notes, and is no note."""
    for path in tea.notes.iterdir():
        path.rename(tea.top / path.name)
    tea.notes.rmdir()
    tea.commit()
    whole = Repository(tea.top, tea.now)
    spans = ("--notes", str(whole.top), "--out", str(whole.out), "--templates", str(TEMPLATES))
    for command in ("release", "build"):
        result = CliRunner().invoke(main, [command, *spans], env={"SOURCE_DATE_EPOCH": str(tea.now)})
        assert result.exit_code == 0, result.output
        tea.git("add", "--all")
        tea.git("commit", "--quiet", "--allow-empty", "--message", command)
    assert (tea.top / "CHANGELOG.md").is_file()
    locked = CliRunner().invoke(main, ["bundle", *spans], env={"SOURCE_DATE_EPOCH": str(tea.now)})
    assert locked.exit_code == 0, locked.output
