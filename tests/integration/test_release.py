"""Releases: versions, changelog, bundle and reproduction, with imports of successive releases into the real Anki."""

from __future__ import annotations

import hashlib
import io
import json
import re
import subprocess
import zipfile
from pathlib import Path

import pytest
from anki.collection import Collection
from click.testing import CliRunner

from studydeck.apkg import deterministic
from studydeck.apkg.reader import unpack
from studydeck.cli.main import main
from studydeck.identity import decisions, ledger_reader
from studydeck.identity import ledger as ledger_file
from studydeck.identity.decision_merge import NoteDecision
from studydeck.identity.decisions import Decisions
from studydeck.releases import changelog
from tests.support.real_anki import cards, empty_cards, import_package, review_all
from tests.support.releases import NOTES, Repository, create_repository
from tests.support.sample_decks import TEMPLATES

pytestmark = pytest.mark.git


@pytest.fixture
def tea(tmp_path: Path) -> Repository:
    """Return a deck in a repository, built but never released."""
    return create_repository(tmp_path / "tea")


@pytest.mark.anki
def test_successive_releases_import_completely(tea: Repository, collection: Collection) -> None:
    """Versions rise by the kind of changes; the searches of the release notes find new and retired notes in Anki."""
    first = tea.release("1.0.0")
    assert import_package(first, collection).new == 5
    reviewed = review_all(collection)

    tea.edit(("half brown in the shade", "half brown in the sun"))
    second = tea.release("1.0.1")
    assert "Oolong" in section(tea, "1.0.1")
    assert "half brown in the shade → left to turn half brown in the sun" in section(tea, "1.0.1")
    counts = import_package(second, collection)
    assert (counts.new, counts.updated, counts.conflicting) == (0, 1, 0)

    tea.edit(("| Assam |", "| Darjeeling | picked in the high hills in spring |\n| Assam |"))
    third = tea.release("1.1.0")
    counts = import_package(third, collection)
    assert (counts.new, counts.updated, counts.conflicting) == (1, 0, 0)
    assert "Darjeeling" in section(tea, "1.1.0")
    note_ids = collection.find_notes(search_line(section(tea, "1.1.0"), "tag:"))
    assert [collection.get_note(note_id)["Term"] for note_id in note_ids] == ["Darjeeling"]
    assert "Version 1.1.0" in str(collection.decks.by_name("Tea"))

    tea.edit((NOTES[NOTES.index("## Gaiwan") :], ""), ("- Strainer\n", "- Tray\n"))
    fourth = tea.release("2.0.0")
    import_package(fourth, collection)
    note_ids = collection.find_notes(search_line(section(tea, "2.0.0"), "ID:re:"))
    assert [collection.get_note(note_id)["Term"] for note_id in note_ids] == ["Gaiwan"]
    assert "Empty Cards" in section(tea, "2.0.0")
    assert len(empty_cards(collection)) == 1
    assert collection.db
    assert collection.db.scalar("SELECT count() FROM revlog") == reviewed
    assert import_package(fourth, collection).updated == 0


@pytest.mark.anki
def test_the_search_finds_retired_notes_in_any_deck(tea: Repository, collection: Collection) -> None:
    """The search covers all earlier releases and any deck; a note that returned is left out."""
    import_package(tea.release("1.0.0"), collection)
    tea.edit((NOTES[NOTES.index("## Gaiwan") :], ""))
    tea.release("2.0.0")
    tea.edit(("| Assam | left to turn dark all the way through |\n", ""))
    tea.release("3.0.0")
    elsewhere = collection.decks.id("Elsewhere")
    assert elsewhere
    collection.set_deck(list(collection.find_cards("Term:Gaiwan")), elsewhere)
    note_ids = collection.find_notes(search_line(section(tea, "3.0.0"), "ID:re:"))
    assert sorted(collection.get_note(note_id)["Term"] for note_id in note_ids) == ["Assam", "Gaiwan"]
    tea.edit(("| Oolong |", "| Assam | left to turn dark all the way through |\n| Oolong |"))
    tea.release("3.1.0")
    note_ids = collection.find_notes(search_line(section(tea, "3.1.0"), "ID:re:"))
    assert [collection.get_note(note_id)["Term"] for note_id in note_ids] == ["Gaiwan"]


@pytest.mark.anki
def test_the_search_supports_thousands_of_retired_notes(collection: Collection) -> None:
    """Anki accepts each of the searches for thousands of retired notes."""
    guids = [hashlib.sha256(str(number).encode()).hexdigest()[:16] for number in range(5_000)]
    searches = list(changelog.searches(guids))
    assert len(searches) > 1
    assert all(len(collection.find_notes(search_text)) == 0 for search_text in searches)
    assert sum(search_text.count("|") + 1 for search_text in searches) == len(guids)


def test_a_release_updates_the_time_of_changed_notes_only(tea: Repository) -> None:
    """Changed and new notes have the time of the release, others that of the last release."""
    tea.release("1.0.0")
    before = times(tea)
    assert set(before.values()) == {tea.now}
    tea.edit(("steamed soon after the harvest", "steamed within a day of the harvest"))
    tea.release("1.0.1")
    updated = {guid for guid, time in times(tea).items() if time != before[guid]}
    assert len(updated) == 1
    assert {times(tea)[guid] for guid in updated} == {tea.now}


@pytest.mark.anki
def test_a_renamed_heading_is_sent_only_with_refresh(tea: Repository, collection: Collection) -> None:
    """A changed heading path updates no note, unless --refresh is given, which prints the number of notes."""
    import_package(tea.release("1.0.0"), collection)
    tea.edit(("## Kinds", "## Varieties"))
    assert import_package(tea.release("1.0.1"), collection).updated == 0
    tea.now += 1
    output = tea.run("release", "--refresh", "--version", "1.0.2", "--dry-run", "--from", "v1.0.0").output
    assert "refreshed: 3 notes" in output


def test_another_answer_to_the_same_question_is_listed_apart(tea: Repository) -> None:
    """A learner with a long interval is told which answers to read again; a reworded answer is none of them."""
    tea.release("1.0.0")
    tea.edit(
        ("steamed soon after the harvest", "ground between stones"), ("half brown in the shade", "half brown outside")
    )
    tea.release("1.0.1")
    text = section(tea, "1.0.1")
    assert "Same question, new answer: 1 note." in text
    notes = ledger_reader.parse(read(tea, "notes/ledger.jsonl")).notes
    (guid,) = (entry.guid for entry in notes if entry.text.startswith("sencha"))
    assert search_line(text, "ID:re:") == f'"ID:re:^({guid})$"'


def test_many_retired_notes_have_to_be_accepted(tea: Repository) -> None:
    """A wrong setting can retire a deck; the author gives the number, or nothing is released."""
    rows = "".join(f"- **Kind{number}**: tea number {number} of a long list\n" for number in range(24))
    (tea.notes / "kinds.md").write_text(f"# Kinds\n\n{rows}", "utf-8")
    tea.edit()
    tea.release("1.0.0")
    (tea.notes / "kinds.md").unlink()
    assert tea.run_ok("build").splitlines()[0].startswith(f"{tea.notes / 'ledger.jsonl'}: warning: 24 of ")
    tea.commit()
    assert f"studydeck release --notes {tea.notes} --accept-retired 24" in tea.run_failing("release", "--dry-run")
    assert "2.0.0" in tea.run_ok("release", "--dry-run", "--accept-retired", "24")


def test_skipped_notes_are_retired_for_learners_without_a_confirmation(tea: Repository) -> None:
    """The next version is a major one, and the search finds them."""
    rows = "".join(f"- **Kind{number}**: tea number {number} of a long list\n" for number in range(24))
    (tea.notes / "kinds.md").write_text(f"# Kinds\n\n{rows}", "utf-8")
    tea.edit()
    tea.release("1.0.0")
    entries = ledger_reader.parse(read(tea, "notes/ledger.jsonl")).notes
    kinds = sorted(entry.guid for entry in entries if entry.text.startswith("kind"))
    made = [NoteDecision(guid=guid, date="2026-10-01", question="", answer="", skip=True) for guid in kinds]
    (tea.notes / "decisions.jsonl").write_text(decisions.to_text(Decisions(tuple(made))), "utf-8")
    tea.edit()
    text = tea.run_ok("release", "--dry-run")
    assert "1.0.0 → 2.0.0: 0 new notes, 0 changed, 0 moved, 24 retired" in text
    assert search_line(text, "ID:re:") == f'"ID:re:^({"|".join(kinds)})$"'


def test_deck_toml_keeps_its_comments(tea: Repository) -> None:
    """A release changes only the version in deck.toml."""
    before = (tea.notes / "deck.toml").read_text("utf-8")
    tea.release("1.0.0")
    assert (tea.notes / "deck.toml").read_text("utf-8") == before
    tea.edit(("half brown in the shade", "half brown in the sun"))
    tea.release("1.0.1")
    assert (tea.notes / "deck.toml").read_text("utf-8") == before.replace("1.0.0", "1.0.1")


def test_a_first_release_writes_missing_settings(tea: Repository) -> None:
    """Assumed settings are written to deck.toml, so that the next version has the same deck id."""
    (tea.notes / "deck.toml").unlink()
    (tea.notes / "ledger.jsonl").unlink()
    tea.commit()  # otherwise the ledger would be put back from HEAD
    tea.run_ok("build")
    tea.commit()
    tea.run_ok("release")
    settings = read(tea, "notes/deck.toml")
    assert re.search(r'^id = "[a-z2-7]{16}"\nname = "Tea"\nversion = "1.0.0"$', settings, re.MULTILINE)


def test_a_first_release_has_no_search_for_retired_notes(tea: Repository) -> None:
    """Notes retired before the first release are searched for only from the second release on."""
    tea.edit((NOTES[NOTES.index("## Gaiwan") :], ""))
    tea.release("1.0.0")
    assert "ID:re:" not in section(tea, "1.0.0")
    tea.edit(("half brown in the shade", "half brown in the sun"))
    tea.release("1.0.1")
    assert "ID:re:" in section(tea, "1.0.1")


def test_a_dry_run_writes_nothing(tea: Repository) -> None:
    """It prints the changelog section and changes no file."""
    before = tea.files()
    output = tea.run_ok("release", "--dry-run")
    assert "## 1.0.0" in output
    assert tea.files() == before


def test_handwritten_notes_move_into_the_section(tea: Repository) -> None:
    """Text under "Unreleased" moves into the release; older sections do not change."""
    (tea.notes / "CHANGELOG.md").write_text("# News\n\n## Unreleased\n\nBy hand.\n\n## 0.9.0\n\nOld.\n", "utf-8")
    tea.commit()
    tea.run_ok("release")
    text = read(tea, "notes/CHANGELOG.md")
    assert text.startswith("# News\n\n## Unreleased\n\n## 1.0.0 (")
    assert "By hand." in changelog.section_of(text, "1.0.0")
    assert text.endswith("## 0.9.0\n\nOld.\n")


def test_a_dirty_tree_is_refused(tea: Repository) -> None:
    """Uncommitted notes are an error; an uncommitted file elsewhere is not."""
    (tea.top / "letter.txt").write_text("unrelated", "utf-8")
    assert "not committed" not in tea.run("release", "--dry-run").output
    (tea.notes / "new.md").write_text("# New\n\n- **Cup**: what tea is drunk from\n", "utf-8")
    tea.run_ok("build")
    assert "notes/ledger.jsonl and 1 more: not committed" in tea.run_failing("release")


def test_a_stale_ledger_is_refused(tea: Repository) -> None:
    """Notes that were edited but not built can be neither released nor bundled."""
    tea.release("1.0.0")
    path = tea.notes / "tea.md"
    path.write_text(path.read_text("utf-8").replace("half brown", "half green"), "utf-8")
    tea.commit()
    assert "stale-ledger" in tea.run_failing("release")
    assert "stale-ledger" in tea.run_failing("bundle", "--tag", "v1.0.0")


def test_a_version_cannot_be_used_twice(tea: Repository) -> None:
    """Unchanged notes, a tagged version, an earlier version and an invalid version are errors."""
    tea.release("1.0.0")
    assert "nothing differs from version 1.0.0" in tea.run_failing("release")
    tea.edit(("half brown in the shade", "half brown in the sun"))
    tea.git("tag", "v1.0.1")
    assert "the tag v1.0.1 exists already" in tea.run_failing("release")
    assert "not later than 1.0.0" in tea.run_failing("release", "--version", "0.9.0")
    assert "not of the form" in tea.run_failing("release", "--version", "one")
    tea.run_ok("release", "--version", "1.0.2")


def test_a_prerelease_is_followed_by_its_final_version(tea: Repository) -> None:
    """Without any changes the final version is released next, with a section of its own in the changelog."""
    tea.run_ok("release", "--version", "1.0.0-rc.1")
    tea.commit()
    tea.git("tag", "v1.0.0-rc.1")
    tea.run_ok("build", "--locked")
    assert "1.0.0-rc.1 → 1.0.0: " in tea.run_ok("release")
    text = tea.notes.joinpath("CHANGELOG.md").read_text("utf-8")
    assert changelog.section_of(text, "1.0.0").startswith("## 1.0.0 (")
    assert changelog.section_of(text, "1.0.0-rc.1").startswith("## 1.0.0-rc.1 (")


def test_a_missing_last_release_is_an_error(tea: Repository) -> None:
    """Without its tag its package is used, but not a package that was built from later notes."""
    package = tea.release("1.0.0")
    tea.git("tag", "--delete", "v1.0.0")
    tea.edit(("half brown in the shade", "half brown in the sun"))
    assert "version 1.0.0 is not available" in tea.run_failing("release")
    kept = tea.top.parent / "kept.apkg"
    kept.write_bytes(package)
    assert "1.0.0 → 1.0.1" in tea.run_ok("release", "--from", str(kept), "--dry-run")
    (tea.out / "tea-1.0.0.apkg").write_bytes(package)
    assert "1.0.0 → 1.0.1" in tea.run_ok("release", "--dry-run")


def test_decks_that_are_built_here_have_no_largest_size(tea: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limits are for packages of strangers; a folder and a revision are compared without one."""
    tea.release("1.0.0")
    monkeypatch.setattr("studydeck.apkg.archive_reader.LARGEST_PACKAGE", 100)
    assert "1.0.0 → 1.0.0" in tea.run_ok("diff", "v1.0.0")
    assert "is larger than" in tea.run_failing("diff", str(next(tea.out.glob("*.apkg"))))


def test_a_damaged_package_of_the_last_release_is_named(tea: Repository) -> None:
    """Without its tag the package is what is left; that it was found and cannot be read is said."""
    tea.release("1.0.0")
    tea.edit(("half brown in the shade", "half brown in the sun"))
    tea.git("tag", "--delete", "v1.0.0")
    package = next(tea.out.glob("*-1.0.0.apkg"))
    package.write_bytes(package.read_bytes()[:1000])
    result = tea.run("release", "--dry-run")
    assert result.exit_code == 1
    assert f"{package.name}: warning: it is not an Anki package, or its end is missing" in result.output
    assert "version 1.0.0 is not available" in result.output


def test_a_bundle_describes_its_files(tea: Repository) -> None:
    """Checksums and manifest agree with the files, and the release notes are the changelog section."""
    tea.release("1.0.0")
    tea.run_ok("bundle", "--tag", "v1.0.0")
    result = subprocess.run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=tea.out, capture_output=True)
    assert result.returncode == 0, result.stdout
    manifest = json.loads((tea.out / "tea-1.0.0.json").read_text("utf-8"))
    deck = unpack((tea.out / "tea-1.0.0.apkg").read_bytes())
    assert manifest["guids"] == sorted(row.guid for row in deck.rows)
    assert manifest["counts"]["cards"] == sum(len(row.ordinals) for row in deck.rows)
    assert manifest["commit"] == tea.git("rev-parse", "HEAD").strip()
    assert manifest["version"] == "1.0.0"
    for name, entry in manifest["files"].items():
        assert hashlib.sha256((tea.out / name).read_bytes()).hexdigest() == entry["sha256"]
    assert '"link":""' in (tea.out / "tea-1.0.0.html").read_text(
        "utf-8"
    )  # a published page has no links to local folders
    assert (tea.out / "tea-1.0.0.md").read_text("utf-8") == section(tea, "1.0.0")


def test_a_bundle_needs_a_release(tea: Repository) -> None:
    """Another tag, or a version that was not released, is an error that says what to do."""
    assert "the last release in the ledger is none; run `studydeck release" in tea.run_failing(
        "bundle", "--tag", "v1.0.0"
    )
    tea.release("1.0.0")
    assert "the tag is v1.0.1" in tea.run_failing("bundle", "--tag", "v1.0.1")


def test_a_release_is_reproduced_from_its_tag(tea: Repository) -> None:
    """The same bytes are built later and after further edits."""
    package = tea.release("1.0.0")
    kept = tea.top.parent / "tea-1.0.0.apkg"
    kept.write_bytes(package)
    tea.edit(("half brown in the shade", "half brown in the sun"))
    assert hashlib.sha256(package).hexdigest() in tea.run_ok("reproduce", str(kept))


def test_a_tampered_package_is_not_reproduced(tea: Repository) -> None:
    """A changed byte, an invalid file and a package without a tag have different messages."""
    package = tea.release("1.0.0")
    kept = tea.top.parent / "tea-1.0.0.apkg"
    with zipfile.ZipFile(io.BytesIO(package)) as file:
        members = {name: file.read(name).replace(b"steamed soon", b"steamed late") for name in file.namelist()}
    kept.write_bytes(deterministic.write_archive(members))
    output = tea.run_failing("reproduce", str(kept))
    assert "differs from the build of v1.0.0" in output
    assert "0 new notes, 1 changed" in output
    assert "these members differ: collection.anki2" in output
    kept.write_bytes(b"PK no package")
    assert "unreadable" in tea.run_failing("reproduce", str(kept))
    kept.write_bytes(package)
    tea.git("tag", "--delete", "v1.0.0")
    assert "git has no tag v1.0.0" in tea.run_failing("reproduce", str(kept))


def section(tea: Repository, version: str) -> str:
    """Return the changelog section of a version."""
    return changelog.section_of(read(tea, "notes/CHANGELOG.md"), version)


def search_line(text: str, prefix: str) -> str:
    """Return the line of a section that is a search for Anki's browser."""
    lines = [line for line in text.splitlines() if line.startswith(f'"{prefix}')]
    assert len(lines) == 1, text
    return lines[0]


def times(tea: Repository) -> dict[str, int]:
    """Return the time of change of every live note, by GUID."""
    ledger = ledger_reader.parse(read(tea, "notes/ledger.jsonl"))
    return {note.guid: note.changed for note in ledger_file.live_notes(ledger.notes)}


def read(tea: Repository, name: str) -> str:
    """Return a file of the repository."""
    return (tea.top / name).read_text("utf-8")


@pytest.mark.anki
def test_the_manifest_counts_the_cards_in_anki(tea: Repository, collection: Collection) -> None:
    """An imported bundle has as many cards as its manifest says."""
    tea.release("1.0.0")
    tea.run_ok("bundle")
    import_package(tea.out / "tea-1.0.0.apkg", collection)
    manifest = json.loads((tea.out / "tea-1.0.0.json").read_text("utf-8"))
    assert len(cards(collection)) == manifest["counts"]["cards"]


def test_notes_in_the_repository_root_can_be_released(tea: Repository) -> None:
    """The changelog is then in the notes folder, and is not read as notes."""
    for path in tea.notes.iterdir():
        path.rename(tea.top / path.name)
    tea.notes.rmdir()
    tea.commit()
    at_root = Repository(tea.top, tea.now)
    folders = ("--notes", str(at_root.top), "--out", str(at_root.out), "--templates", str(TEMPLATES))
    for command in ("release", "build"):
        result = CliRunner().invoke(main, [command, *folders], env={"SOURCE_DATE_EPOCH": str(tea.now)})
        assert result.exit_code == 0, result.output
        tea.git("add", "--all")
        tea.git("commit", "--quiet", "--allow-empty", "--message", command)
    assert (tea.top / "CHANGELOG.md").is_file()
    bundle = CliRunner().invoke(main, ["bundle", *folders], env={"SOURCE_DATE_EPOCH": str(tea.now)})
    assert bundle.exit_code == 0, bundle.output
