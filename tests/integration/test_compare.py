"""What a learner gets from another version: told apart note by note, and said in words that nobody can misuse."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from msgspec.structs import replace

from studydeck.errors import VersionError
from studydeck.model.anki import Deck
from studydeck.releases.version import next_version
from studydeck.reports import diff, wording
from studydeck.reports.comparison import Comparison, compare
from tests.support.pipeline import walk, walk_on
from tests.support.releases import Repository, repository
from tests.support.sample_decks import deck, row

NOTES = """# Tea

## Leaves

- **Sencha**: steamed soon after the harvest
- **Oolong**: left to turn half brown

## Tools of the table

- Kettle
- Pot
- Strainer
"""


def compared(before: str, after: str) -> Comparison:
    """Build notes, edit them, and compare the two decks."""
    first = walk(before)
    second = walk_on(first, after)
    assert first.deck
    assert second.deck
    return compare(first.deck, second.deck)


def test_equal_decks_differ_in_nothing() -> None:
    """A version that is built again is the same version."""
    found = compared(NOTES, NOTES)
    assert (found.new, found.changed, found.moved, found.retired, found.collecting) == ((), (), (), (), None)


def test_a_new_note_is_minor() -> None:
    """Something new to study raises the middle number."""
    found = compared(NOTES, NOTES.replace("## Tools", "- **Assam**: left to turn dark\n\n## Tools"))
    assert [wording.question(one) for one in found.new] == ["Assam"]
    assert found.collecting == "minor"


def test_a_corrected_note_is_a_patch() -> None:
    """A meaning that was reworded says what it was and what it is."""
    found = compared(NOTES, NOTES.replace("half brown", "half dark"))
    assert [one.fields[0] for one in found.changed] == ["Meaning"]
    assert found.changed[0].arrives
    assert found.collecting == "patch"
    assert "    meaning: left to turn half brown → left to turn half dark" in list(diff.text(found))


def test_a_renamed_heading_only_moves() -> None:
    """Notes below another heading are not changed: nothing of them arrives at once, and one line says so."""
    found = compared(NOTES, NOTES.replace("## Leaves", "## Harvests"))
    assert (len(found.changed), len(found.moved), found.collecting) == (0, 2, "patch")
    assert not any(one.arrives for one in found.moved)
    assert "> 2 notes from Tea › Leaves, notes.md to Tea › Harvests, notes.md" in list(diff.text(found))


def test_a_removed_note_is_major() -> None:
    """Something that learners study is gone: they should look before they import."""
    found = compared(NOTES, NOTES.replace("- **Oolong**: left to turn half brown\n", ""))
    assert [wording.question(one) for one in found.retired] == ["Oolong"]
    assert found.collecting == "major"


def test_a_removed_item_is_a_retired_card() -> None:
    """A living note that lost a phrase says which card is gone, and which is new."""
    found = compared(NOTES, NOTES.replace("- Strainer\n", "- Whisk\n"))
    lines = list(diff.text(found))
    assert "    new card: Whisk" in lines
    assert "    retired card: Strainer" in lines
    assert found.collecting == "major"


def test_another_look_is_a_patch() -> None:
    """Faces that were restyled are said, though no note differs."""
    one = deck(row(1))
    other = replace(one, notetypes=tuple(replace(each, css=each.css + "\n") for each in one.notetypes))
    assert compare(one, other).collecting == "patch"
    assert "the cards look different" in diff.summary(compare(one, other))


@pytest.mark.parametrize(
    ("last", "settled", "wished", "gives"),
    [
        ("", "", "", "1.0.0"),
        ("", "0.3.0", "", "0.3.0"),
        ("1.2.3", "1.2.3", "", "1.3.0"),
        ("1.2.3", "4.0.0", "", "4.0.0"),
        ("1.2.3", "1.2.3", "1.2.4", "1.2.4"),
        ("1.2.3-rc.1", "1.2.3-rc.1", "1.2.3", "1.2.3"),
    ],
)
def test_the_next_version_follows_the_last(last: str, settled: str, wished: str, gives: str) -> None:
    """It rises by what is new, and an author who raised it by hand is heard."""
    assert next_version(with_one_new(last), settled, wished) == gives


@pytest.mark.parametrize("wished", ["1.2.3", "1.2.2", "1.2.3-rc.1", "2", "v2.0.0"])
def test_no_version_comes_twice_or_backwards(wished: str) -> None:
    """A version that is not later, or is none, is refused."""
    with pytest.raises(VersionError):
        next_version(with_one_new("1.2.3"), "1.2.3", wished)


def with_one_new(last: str) -> Comparison:
    """Compare a deck of a version with one that has a note more."""
    before = replace(deck(row(1)), version=last)
    return compare(before if last else Deck("sample-deck", "Sample", "", "", (), ()), deck(row(1), row(2)))


def test_markdown_shows_words_and_does_nothing_else() -> None:
    """What a note says is neither markup, nor a command, nor does it call anybody."""
    found = compare(deck(), deck(row(1, Term="**a** @someone &lt;script&gt; `x`", Meaning="::error::[b](c) | d")))
    page = "\n".join(diff.page(found))
    assert r"\*\*a\*\* @<!-- -->someone \<script\> \`x\`" in page
    assert r"::error::\[b\](c) \| d" in page
    assert not any(line.lstrip().startswith("::") for line in page.splitlines())


def test_a_long_list_is_cut_and_says_so() -> None:
    """A page names five hundred notes and counts the others; a release page takes no more."""
    page = list(diff.page(compare(deck(), deck(*(row(number) for number in range(700))))))
    assert sum(line.startswith("- Term") for line in page) == 500
    assert any("200 more" in line for line in page)


def test_json_holds_old_and_new() -> None:
    """A program finds every field that differs, as both versions have it."""
    found = json.loads(diff.as_json(compared(NOTES, NOTES.replace("half brown", "half dark"))))
    assert found["changed"][0]["fields"]["Meaning"] == {
        "before": "left to turn half brown",
        "after": "left to turn half dark",
    }
    assert found["step"] == "patch"


@pytest.fixture
def tea(tmp_path: Path) -> Repository:
    """Give a deck in a repository of its own."""
    return repository(tmp_path / "tea")


@pytest.mark.git
def test_diff_takes_packages_folders_and_revisions(tea: Repository) -> None:
    """Each way to name a version gives the same answer."""
    package = tea.top.parent / "one.apkg"
    package.write_bytes(tea.release("1.0.0"))
    tea.edit(("half brown in the shade", "half brown in the sun"))
    for before in (str(package), "v1.0.0", "HEAD~1"):
        assert "1 changed" in tea.does("diff", before), before
        assert "1 changed" in tea.does("diff", before, str(tea.notes)), before
    assert "0 changed" in tea.does("diff", str(package), "v1.0.0")


@pytest.mark.git
def test_diff_says_what_it_cannot_read(tea: Repository) -> None:
    """A name that is nothing, a foreign file, another deck: one line each, and no traceback."""
    assert "is not a package, a folder of notes or a git revision" in tea.refuses("diff", "nothing.apkg")
    strange = tea.top.parent / "strange.apkg"
    strange.write_bytes(b"not a zip")
    assert "not an Anki package" in tea.refuses("diff", str(strange))
    other = repository(tea.top.parent / "other")
    settings = other.notes / "deck.toml"
    settings.write_text(settings.read_text("utf-8").replace("tea-deck", "tea-deck-2"), "utf-8")
    (other.notes / "ledger.jsonl").unlink()
    assert "is another deck" in tea.refuses("diff", str(tea.notes), str(other.notes))


@pytest.mark.git
def test_identities_let_an_edit_pass(tea: Repository) -> None:
    """Notes that were edited in a browser need no ledger to be merged."""
    path = tea.notes / "tea.md"
    path.write_text(path.read_text("utf-8").replace("half brown in the shade", "half brown in the sun"), "utf-8")
    assert "1 structural" in tea.does("identities") or "1 fuzzy" in tea.does("identities")


@pytest.mark.git
def test_identities_stop_at_a_conflict(tea: Repository) -> None:
    """A ledger that contradicts itself is not merged, and the annotation names its line."""
    path = tea.notes / "ledger.jsonl"
    lines = path.read_text("utf-8").splitlines()
    twin = next(line for line in lines if '"kind":"pair"' in line).replace('"kind":"pair"', '"kind":"cloze"')
    path.write_text("\n".join([*lines, twin]) + "\n", "utf-8")
    said = tea.refuses("identities", "--format", "github")
    assert "::error file=" in said
    assert "bad-ledger" in said
