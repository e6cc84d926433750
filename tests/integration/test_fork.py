"""`init --fork`: a copy becomes another deck, which learners can have beside the first one."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from anki.collection import Collection
from click.testing import Result

from studydeck import config
from studydeck.apkg.reader import unpack
from tests.support.command import run_command
from tests.support.real_anki import import_package, review_all
from tests.support.releases import Repository, create_repository

pytestmark = pytest.mark.git


@pytest.fixture
def tea(tmp_path: Path) -> Repository:
    """Return a deck that has released 1.0.0."""
    repository = create_repository(tmp_path / "tea")
    repository.release("1.0.0")
    return repository


def fork(deck: Repository, *arguments: str) -> Result:
    """Make another deck of the one in a repository."""
    return run_command("init", str(deck.top), "--fork", *arguments)


def settings(deck: Repository) -> config.Config:
    """Return the settings of a deck."""
    return config.read((deck.notes / config.NAME).read_text("utf-8"))


@pytest.mark.anki
def test_learners_can_have_both_decks(tea: Repository, collection: Collection) -> None:
    """The fork has other identities, another name and a version of its own; the reviews of the first deck stay."""
    first = (tea.out / "tea-1.0.0.apkg").read_bytes()
    decisions = tea.notes / "decisions.jsonl"
    decisions.write_text("", "utf-8")
    tea.commit()
    result = fork(tea)
    assert result.exit_code == 0, result.output
    assert result.output.count("which names notes of the old deck; the last commit has it") == 2
    forked = settings(tea)
    assert (forked.name, forked.version) == ("Tea (fork)", "2.0.0")
    assert forked.id.startswith("tea-")
    assert len(forked.id) == len("tea-") + 5
    assert "# as Anki knows it" in (tea.notes / config.NAME).read_text("utf-8")
    assert "0 retired" in tea.run_ok("build")
    tea.commit()
    assert "first version, 2.0.0: 5 new notes" in tea.run_ok("release")
    tea.commit()
    tea.git("tag", "v2.0.0")
    tea.run_ok("build", "--locked")
    second = (tea.out / "tea-fork-2.0.0.apkg").read_bytes()
    assert not {row.guid for row in unpack(first).rows} & {row.guid for row in unpack(second).rows}

    notes = import_package(first, collection).new
    reviewed = review_all(collection)
    assert import_package(second, collection).new == notes
    assert import_package(first, collection).updated == 0
    assert {deck.name for deck in collection.decks.all_names_and_ids()} >= {"Tea", "Tea (fork)"}
    assert collection.db
    assert collection.db.scalar("SELECT count() FROM revlog") == reviewed


def test_what_git_does_not_have_is_kept(tea: Repository) -> None:
    """A ledger that is in no commit stays under another name; the build does not read it."""
    ledger = tea.notes / "ledger.jsonl"
    ledger.write_bytes(ledger.read_bytes().replace(b"a lidded", b"the lidded"))
    content = ledger.read_bytes()
    result = fork(tea)
    assert result.exit_code == 0, result.output
    assert "it is kept as" in result.output
    assert (tea.notes / "ledger.jsonl.old").read_bytes() == content
    assert "5 new, 0 changed, 0 retired" in tea.run_ok("build")


def test_a_dry_run_and_a_folder_without_a_deck_change_nothing(tea: Repository, tmp_path: Path) -> None:
    """--dry-run says what would be done; where no deck was, there is nothing to fork."""
    before = tea.files()
    result = fork(tea, "--dry-run")
    assert result.exit_code == 0, result.output
    assert "would write" in result.output
    assert "would remove" in result.output
    assert tea.files() == before
    (tmp_path / "empty").mkdir()
    result = run_command("init", str(tmp_path / "empty"), "--fork")
    assert result.exit_code == 1
    assert "no deck of this folder exists that could be forked" in result.output
    assert list((tmp_path / "empty").iterdir()) == []


def test_a_fork_of_a_fork_and_of_a_deck_without_settings(tea: Repository) -> None:
    """The name is marked once; without deck.toml, the ledger knows the deck; addresses of the old deck are named."""
    path = tea.notes / config.NAME
    path.write_text(path.read_text("utf-8") + 'source-url = "https://example.org/{path}"\n', "utf-8")
    ids = {"tea-deck"}
    for _ in range(2):
        result = fork(tea)
        assert "source-url still names https://example.org/{path}" in result.output
        assert settings(tea).name == "Tea (fork)"
        assert settings(tea).id not in ids
        ids.add(settings(tea).id)
    tea.git("checkout", "--quiet", ".")
    path.unlink()
    assert fork(tea).exit_code == 0
    assert set(tomllib.loads(path.read_text("utf-8"))) == {"id", "name", "version"}
    assert settings(tea).name == "Tea (fork)"
