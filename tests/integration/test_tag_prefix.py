"""Tags of releases by `tag-prefix`: two decks and a program in one repository, each with tags of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.test_ci_scripts import run_script
from tests.support.releases import Coffee, Repository, create_repository

pytestmark = pytest.mark.git

COFFEE = "# Coffee\n\n## Ristretto\n\nA short espresso of half as much water.\n\n## Lungo\n\nA long espresso.\n"


@pytest.fixture
def decks(tmp_path: Path) -> tuple[Repository, Coffee]:
    """Return two decks in one repository; both, and a program, have released 1.0.0."""
    tea = create_repository(tmp_path / "decks")
    coffee = Coffee(tea.top)
    coffee.notes.mkdir()
    (coffee.notes / "coffee.md").write_text(COFFEE, "utf-8")
    (coffee.notes / "deck.toml").write_text(
        'id = "coffee-deck"\nname = "Coffee"\ntag-prefix = "coffee/v"\nmin-confidence = -99\n', "utf-8"
    )
    settings = tea.notes / "deck.toml"
    settings.write_text(settings.read_text("utf-8") + 'tag-prefix = "tea-v"\n', "utf-8")
    tea.git("tag", "v1.0.0")  # of a program
    for deck in (tea, coffee):
        deck.run_ok("build")
        deck.commit()
    for deck, tag in ((tea, "tea-v1.0.0"), (coffee, "coffee/v1.0.0")):
        assert f"git tag {tag} && git push origin {tag}" in deck.run_ok("release", "--version", "1.0.0")
        deck.commit()
        deck.git("tag", tag)
        deck.run_ok("bundle", "--tag", tag)
    return tea, coffee


def test_each_deck_follows_its_own_tags(decks: tuple[Repository, Coffee]) -> None:
    """`release`, `diff`, `reproduce` and `bundle` take the tags of the deck, not those of the other or of a program."""
    tea, coffee = decks
    for deck, tag in ((tea, "tea-v1.0.0"), (coffee, "coffee/v1.0.0")):
        package = deck.out / f"{tag.rpartition('v')[0][:-1]}-1.0.0.apkg"
        assert f"bytes as the build of {tag}" in deck.run_ok("reproduce", str(package))
        refused = deck.run_failing("bundle", "--tag", "v1.0.0")
        assert "the tag is v1.0.0; tag the commit that" in refused
        assert f"prepared: {tag} " in refused
        deck.git("tag", tag.replace("1.0.0", "1.2.0"))
        assert "exists already; choose another version" in deck.run_failing("release", "--version", "1.2.0")
    tea.edit(("steamed soon after the harvest", "steamed within a day of the harvest"))
    (tea.out / "tea-1.0.0.apkg").unlink()  # so that only the tag tells what was released
    assert "no notes differ" not in (from_tag := tea.run_ok("diff", "tea-v1.0.0"))
    assert tea.run_ok("diff", "1.0.0") == from_tag
    assert "coffee" not in from_tag.lower()
    assert "1.0.0 → 1.0.1: 0 new notes, 1 changed" in tea.run_ok("release")
    tea.commit()
    tea.git("tag", "tea-v1.0.1")
    assert "git has no tag coffee/v1.0.1" in with_version(coffee, "1.0.1")


def with_version(deck: Repository, version: str) -> str:
    """Build a package of a version that has no tag; return what `reproduce` says of it."""
    settings = deck.notes / "deck.toml"
    text = settings.read_text("utf-8")
    settings.write_text(text.replace('version = "1.0.0"', f'version = "{version}"'), "utf-8")
    deck.run_ok("build")
    return deck.run_failing("reproduce", str(deck.out / f"coffee-{version}.apkg"))


def test_a_ledger_is_completed_from_the_tag_of_its_own_deck(decks: tuple[Repository, Coffee]) -> None:
    """A ledger that lost a note in a commit gets it back from the tag with the prefix; the identity is the same."""
    _, coffee = decks
    ledger = coffee.notes / "ledger.jsonl"
    before = ledger.read_text("utf-8")
    ledger.write_text("".join(line for line in before.splitlines(True) if "ristretto" not in line.lower()), "utf-8")
    coffee.commit()
    output = coffee.run_ok("build")
    assert "coffee/v1.0.0" in output
    assert ledger.read_text("utf-8") == before


def test_a_release_is_rehearsed_over_the_last_one_of_its_own_deck(decks: tuple[Repository, Coffee]) -> None:
    """The script of the workflow finds the tag before by the prefix, although tags of others are nearer."""
    tea, coffee = decks
    tea.edit(("steamed soon after the harvest", "steamed within a day of the harvest"))
    tea.release("1.0.1")
    tea.git("tag", "tea-v1.0.1")
    tea.git("tag", "coffee/v1.1.0")
    for deck, tag, expected in (
        (tea, "tea-v1.0.1", "from tea-v1.0.0 to tea-v1.0.1"),
        (coffee, "coffee/v1.1.0", "from coffee/v1.0.0 to coffee/v1.1.0"),
        (coffee, "coffee/v1.0.0", "coffee/v1.0.0 is the first release"),
    ):
        folder = deck.top / "one"
        folder.mkdir(exist_ok=True)
        (folder / "deck.apkg").write_bytes(b"")  # refused, after the script has chosen the tag
        result = run_script("rehearse", deck.top, TAG=tag, OUT="one", NOTES=deck.notes.name)
        assert result.stdout.startswith(expected), result.stderr


def test_a_tag_of_something_else_leads_to_the_prefix(tmp_path: Path) -> None:
    """Where the changelog has no such version, the tag may be another deck's or a program's."""
    tea = create_repository(tmp_path / "tea")
    tea.git("tag", "v1.0.0")
    assert "deck or of a program in this repository, set `tag-prefix`" in tea.run_failing("release")
    with (tea.notes / "deck.toml").open("a", encoding="utf-8") as settings:
        settings.write('tag-prefix = "tea-v"\n')
    tea.commit()
    assert "git tag tea-v1.0.0" in tea.run_ok("release")


def test_a_prefix_that_is_set_later_changes_no_card(tmp_path: Path) -> None:
    """The last release is named with --from once, as its tag has no prefix; no note changes."""
    tea = create_repository(tmp_path / "tea")
    tea.release("1.0.0")
    settings = tea.notes / "deck.toml"
    settings.write_text(settings.read_text("utf-8") + 'tag-prefix = "tea-v"\n', "utf-8")
    before = (tea.notes / "ledger.jsonl").read_text("utf-8")
    tea.run_ok("build", "--locked")
    assert (tea.notes / "ledger.jsonl").read_text("utf-8") == before
    (tea.out / "tea-1.0.0.apkg").unlink()
    tea.edit(("steamed soon after the harvest", "steamed within a day of the harvest"))
    assert "fetch its tag tea-v1.0.0" in tea.run_failing("release")
    assert "1.0.0 → 1.0.1: 0 new notes, 1 changed" in tea.run_ok("release", "--from", "v1.0.0")
