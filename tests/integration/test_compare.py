"""Comparison of two decks: which notes differ, which version follows, and escaped reports."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace
from semver import Version

from studydeck.config import VERSION
from studydeck.errors import VersionError
from studydeck.model.anki import Deck
from studydeck.releases.version import next_version
from studydeck.reports import diff, wording
from studydeck.reports.comparison import Comparison, compare
from tests.support.pipeline import build_notes, rebuild
from tests.support.releases import Repository, create_repository
from tests.support.sample_decks import deck, row

NOTES = """# Tea

## Leaves

- **Sencha**: steamed soon after the harvest
- **Oolong**: left to turn half brown

## The three tools of the table

- Kettle
- Pot
- Strainer
"""


def build_and_compare(before: str, after: str) -> Comparison:
    """Build notes, build them again after an edit, and compare the two decks."""
    first = build_notes(before)
    second = rebuild(first, after)
    assert first.deck
    assert second.deck
    return compare(first.deck, second.deck)


def test_equal_decks_have_no_differences() -> None:
    """Notes that are built again give no differences."""
    comparison = build_and_compare(NOTES, NOTES)
    assert (comparison.new, comparison.changed, comparison.moved, comparison.retired, comparison.step) == (
        (),
        (),
        (),
        (),
        None,
    )


def test_a_new_note_is_minor() -> None:
    """A new note raises the minor version."""
    comparison = build_and_compare(NOTES, NOTES.replace("## The", "- **Assam**: left to turn dark\n\n## The"))
    assert [wording.question(note) for note in comparison.new] == ["Assam"]
    assert comparison.step == "minor"


def test_a_corrected_note_is_a_patch() -> None:
    """A reworded meaning is reported with its old and new text."""
    comparison = build_and_compare(NOTES, NOTES.replace("half brown", "half dark"))
    assert [note.fields[0] for note in comparison.changed] == ["Meaning"]
    assert comparison.changed[0].is_update
    assert comparison.step == "patch"
    assert "    meaning: left to turn half brown → left to turn half dark" in list(diff.text(comparison))


def test_notes_of_a_renamed_heading_are_moved_not_changed() -> None:
    """Notes below a renamed heading are not sent to learners, and are reported in one line."""
    comparison = build_and_compare(NOTES, NOTES.replace("## Leaves", "## Harvests"))
    assert (len(comparison.changed), len(comparison.moved), comparison.step) == (0, 2, "patch")
    assert not any(note.is_update for note in comparison.moved)
    assert "> 2 notes from Tea › Leaves, notes.md to Tea › Harvests, notes.md" in list(diff.text(comparison))


def test_a_removed_note_is_major() -> None:
    """A retired note raises the major version."""
    comparison = build_and_compare(NOTES, NOTES.replace("- **Oolong**: left to turn half brown\n", ""))
    assert [wording.question(note) for note in comparison.retired] == ["Oolong"]
    assert comparison.step == "major"


def test_a_removed_item_is_a_retired_card() -> None:
    """A note with a replaced item is reported with its retired and its new card."""
    comparison = build_and_compare(NOTES, NOTES.replace("- Strainer\n", "- Whisk\n"))
    lines = list(diff.text(comparison))
    assert "    new card: Whisk" in lines
    assert "    retired card: Strainer" in lines
    assert comparison.step == "major"


def test_changed_card_templates_are_a_patch() -> None:
    """A changed style is reported even if no note differs."""
    old_deck = deck(row(1))
    new_deck = replace(
        old_deck, notetypes=tuple(replace(notetype, css=notetype.css + "\n") for notetype in old_deck.notetypes)
    )
    assert compare(old_deck, new_deck).step == "patch"
    assert "the cards look different" in diff.summary(compare(old_deck, new_deck))


@pytest.mark.parametrize(
    ("last", "configured", "requested", "expected"),
    [
        ("", "", "", "1.0.0"),
        ("", "0.3.0", "", "0.3.0"),
        ("1.2.3", "1.2.3", "", "1.3.0"),
        ("1.2.3", "4.0.0", "", "4.0.0"),
        ("1.2.3", "1.2.3", "1.2.4", "1.2.4"),
        ("1.2.3-rc.1", "1.2.3-rc.1", "1.2.3", "1.2.3"),
        ("1.2.0-rc.1", "1.2.0-rc.1", "", "1.2.0"),
        ("1.2.3-rc.1", "1.2.3-rc.1", "", "1.3.0"),
        ("1.2.0-rc.9", "1.2.0-rc.10", "", "1.2.0-rc.10"),
        ("1.2.0-rc.9", "1.2.0-rc.9", "1.2.0-rc.10", "1.2.0-rc.10"),
        ("1.2.0-beta", "1.2.0-rc.1", "", "1.2.0-rc.1"),
        ("0.0.0-rc.1", "", "", "0.0.0"),
    ],
)
def test_the_next_version_follows_the_last(last: str, configured: str, requested: str, expected: str) -> None:
    """It rises by the kind of changes; a version set by the author takes precedence."""
    assert next_version(with_one_new(last), configured, requested) == expected


def test_an_unchanged_prerelease_becomes_the_final_version() -> None:
    """A pre-release that needs no corrections is released as it is; a final version is not released twice."""
    assert next_version(without_changes("1.2.0-rc.1"), "1.2.0-rc.1") == "1.2.0"
    assert next_version(without_changes("1.2.0-rc.1"), "2.0.0") == "2.0.0"
    with pytest.raises(VersionError, match="nothing differs"):
        next_version(without_changes("1.2.0"), "1.2.0")


def test_a_card_retired_after_a_prerelease_is_a_major_step() -> None:
    """The final version follows only if the pre-release already announced the step."""
    assert next_version(with_one_retired("1.2.0-rc.1"), "1.2.0-rc.1") == "2.0.0"
    assert next_version(with_one_retired("2.0.0-rc.1"), "2.0.0-rc.1") == "2.0.0"


@given(st.from_regex(r"[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{1,2}(?:[-+][0-9a-c.-]{1,6})?", fullmatch=True))
@example("1.0.0-rc.01")
@example("1.0.0-0.x-y.10")
@example("1.0.0-rc..1")
@example("01.0.0")
@example("1.0.0-")
def test_accepted_versions_are_those_of_semver(text: str) -> None:
    """The pattern of deck.toml accepts what semver.org defines, except build numbers, which have no order."""
    assert bool(VERSION.fullmatch(text)) == (Version.is_valid(text) and "+" not in text)


def test_an_earlier_prerelease_is_refused() -> None:
    """Numbers of pre-releases are compared as numbers."""
    with pytest.raises(VersionError, match=r"not later than 1\.2\.0-rc\.10"):
        next_version(with_one_new("1.2.0-rc.10"), "1.2.0-rc.10", "1.2.0-rc.9")


@pytest.mark.parametrize(
    "requested", ["1.2.3", "1.2.2", "1.2.3-rc.1", "2", "v2.0.0", "1.2.4-rc.01", "1.2.4+1", "01.3.0", "1.2.4-"]
)
def test_a_version_that_is_not_later_is_refused(requested: str) -> None:
    """A version that is not later than the last, or not valid, is an error."""
    with pytest.raises(VersionError):
        next_version(with_one_new("1.2.3"), "1.2.3", requested)


def with_one_new(last: str) -> Comparison:
    """Compare a deck of a version with one that has one more note."""
    before = replace(deck(row(1)), version=last)
    return compare(before if last else Deck("sample-deck", "Sample", "", "", (), ()), deck(row(1), row(2)))


def with_one_retired(last: str) -> Comparison:
    """Compare a deck of a version with one that lacks one of its notes."""
    return compare(replace(deck(row(1), row(2)), version=last), deck(row(1)))


def without_changes(last: str) -> Comparison:
    """Compare a deck of a version with the same notes."""
    return compare(replace(deck(row(1)), version=last), deck(row(1)))


def test_text_in_the_markdown_report_is_escaped() -> None:
    """Text of notes is no markup, no workflow command and no mention."""
    comparison = compare(deck(), deck(row(1, Term="**a** @someone &lt;script&gt; `x`", Meaning="::error::[b](c) | d")))
    page = "\n".join(diff.page(comparison))
    assert r"\*\*a\*\* @<!-- -->someone \<script\> \`x\`" in page
    assert r"::error::\[b\](c) \| d" in page
    assert not any(line.lstrip().startswith("::") for line in page.splitlines())


CLOZES = """# Tea

## Steps of brewing

1. Rinse
2. Pour
3. Wait

## Facts

The tea of {{c1::Japan::which country?}} is {{c2::sencha}}.
"""


def test_clozes_are_shown_as_sentences() -> None:
    """What is hidden is marked in the sentence; no markup of clozes, brackets or bars, and no hint."""
    first = build_notes(CLOZES)
    edited = CLOZES.replace("Rinse", "Rinse the pot").replace("sencha", "matcha")
    comparison = compare(first.deck, rebuild(first, edited).deck)
    lines = "\n".join(diff.text(comparison))
    assert "«Rinse the pot», «Pour», «Wait»" in lines
    assert "The tea of «Japan» is «sencha». → The tea of «Japan» is «matcha»." in lines
    page = "\n".join(diff.page(comparison))
    assert "**Rinse the pot**, **Pour**, **Wait**" in page
    assert "The tea of **Japan** is **matcha**." in page
    assert not any(mark in lines + page for mark in ("{{", "[", " | ", "which country"))


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("<ul><li>Kettle</li><li>Pot</li></ul>", "Kettle, Pot"),
        ("<p>It boils.</p><p>It whistles.</p>", "It boils. It whistles."),
        ("<p>Two kinds:</p><ul><li>green, as in Japan</li><li>black</li></ul>", "Two kinds: green, as in Japan; black"),
        ("<p>茶。</p><p>水</p>", "茶。 水"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a, b"),
    ],
)
def test_blocks_are_joined_as_a_sentence(field: str, text: str) -> None:
    """Short parts have commas between them, longer ones semicolons, and sentences nothing."""
    assert wording.plain_text(field) == text


def test_a_long_list_is_truncated_with_a_count() -> None:
    """A report lists five hundred notes and counts the others, as release pages have a size limit."""
    page = list(diff.page(compare(deck(), deck(*(row(number) for number in range(700))))))
    assert sum(line.startswith("- Term") for line in page) == 500
    assert any("200 more" in line for line in page)


def test_json_holds_old_and_new() -> None:
    """The JSON contains every changed field in both versions."""
    data = json.loads(diff.as_json(build_and_compare(NOTES, NOTES.replace("half brown", "half dark"))))
    assert data["changed"][0]["fields"]["Meaning"] == {
        "before": "left to turn half brown",
        "after": "left to turn half dark",
    }
    assert data["step"] == "patch"


@pytest.fixture
def tea(tmp_path: Path) -> Repository:
    """Return a deck in its own repository."""
    return create_repository(tmp_path / "tea")


@pytest.mark.git
def test_diff_takes_packages_folders_and_revisions(tea: Repository) -> None:
    """Each way to name a version gives the same result."""
    package = tea.top.parent / "one.apkg"
    package.write_bytes(tea.release("1.0.0"))
    tea.edit(("half brown in the shade", "half brown in the sun"))
    for before in (str(package), "v1.0.0", "HEAD~1"):
        assert "1 changed" in tea.run_ok("diff", before), before
        assert "1 changed" in tea.run_ok("diff", before, str(tea.notes)), before
    assert "0 changed" in tea.run_ok("diff", str(package), "v1.0.0")


@pytest.mark.git
def test_diff_reports_what_it_cannot_read(tea: Repository) -> None:
    """An unknown name, a foreign file and another deck give one line each, and no traceback."""
    assert "is not a package, a folder of notes or a git revision" in tea.run_failing("diff", "nothing.apkg")
    foreign = tea.top.parent / "strange.apkg"
    foreign.write_bytes(b"not a zip")
    assert "not an Anki package" in tea.run_failing("diff", str(foreign))
    other = create_repository(tea.top.parent / "other")
    settings = other.notes / "deck.toml"
    settings.write_text(settings.read_text("utf-8").replace("tea-deck", "tea-deck-2"), "utf-8")
    (other.notes / "ledger.jsonl").unlink()
    assert "is another deck" in tea.run_failing("diff", str(tea.notes), str(other.notes))


@pytest.mark.git
def test_identities_accepts_a_stale_ledger(tea: Repository) -> None:
    """Notes that were edited without a ledger update pass."""
    path = tea.notes / "tea.md"
    path.write_text(path.read_text("utf-8").replace("half brown in the shade", "half brown in the sun"), "utf-8")
    assert "1 question" in tea.run_ok("identities") or "1 fuzzy" in tea.run_ok("identities")


@pytest.mark.git
def test_identities_reports_a_contradictory_ledger(tea: Repository) -> None:
    """A ledger that contradicts itself is an error, annotated at its line."""
    path = tea.notes / "ledger.jsonl"
    lines = path.read_text("utf-8").splitlines()
    contradiction = next(line for line in lines if '"kind":"pair"' in line).replace('"kind":"pair"', '"kind":"cloze"')
    path.write_text("\n".join([*lines, contradiction]) + "\n", "utf-8")
    output = tea.run_failing("identities", "--format", "github")
    assert "::error file=" in output
    assert "bad-ledger" in output
