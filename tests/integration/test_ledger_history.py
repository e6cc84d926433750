"""What git knows of the ledger: entries that were lost are put back, and ordinary work with git is no false alarm."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from studydeck.identity import ledger_reader
from studydeck.identity.ledger import END_LINE, LedgerEntry, live_notes
from tests.support.releases import DECK, NOTES, Coffee, Repository, create_repository

pytestmark = [pytest.mark.git, pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")]

CADDY = "\n## Caddy\n\nA box with a tight lid that keeps leaves dry.\n"
SCOOP = "\n## Scoop\n\nA flat spoon of bamboo for measuring leaves.\n"


@pytest.fixture
def tea(tmp_path: Path) -> Repository:
    """Return a repository with one commit of notes and ledger."""
    return create_repository(tmp_path / "deck")


def ledger(deck: Repository) -> Path:
    return deck.notes / "ledger.jsonl"


def lines(deck: Repository) -> list[str]:
    return ledger(deck).read_text("utf-8").splitlines()


def identities(deck: Repository) -> dict[str, tuple[int, int]]:
    """Return id slot and time of change of every live note, by GUID."""
    records = [json.loads(line) for line in lines(deck)]
    return {record["note"]: (record["id_slot"], record["changed"]) for record in records if "note" in record}


def append(deck: Repository, text: str, name: str = "tea.md") -> None:
    """Add a section to a file of the notes, build and commit."""
    path = deck.notes / name
    path.write_text((path.read_text("utf-8") if path.exists() else "# More\n") + text, "utf-8")
    deck.now += 1
    deck.run_ok("build")
    deck.commit()


def assert_nothing_to_say(deck: Repository) -> None:
    """Assert that a build neither changes the ledger nor mentions that anything was put back."""
    output = deck.run_ok("build", "--locked", "--strict")
    assert "ledger-restored" not in output
    assert "put back" not in output


# What was lost is put back.


@pytest.mark.parametrize(
    ("cut", "message"),
    [
        (lambda all_lines: all_lines[:1], "was cut here"),
        (lambda all_lines: all_lines[:-1], "was cut here"),
        (lambda all_lines: [], "was cut here"),
        (lambda all_lines: [*all_lines[:4], all_lines[4][:30]], "was cut here"),
        (lambda all_lines: all_lines[1:], "the first line is missing"),
        (lambda all_lines: [*all_lines[:3], *all_lines[5:]], "put back 2 notes, which this file lacked, from HEAD"),
        (lambda all_lines: [all_lines[0], all_lines[-1]], "put back 5 notes, which"),
        (lambda all_lines: [line for line in all_lines if '"section"' not in line], None),
    ],
    ids=["header only", "no end", "empty", "half a line", "no header", "two notes", "no entries", "no sections"],
)
def test_a_damaged_ledger_is_completed_from_head(
    tea: Repository, cut: Callable[[list[str]], list[str]], message: str | None
) -> None:
    """Wherever lines are lost, all notes keep their identities, it is said, and --locked fails."""
    before, text = identities(tea), ledger(tea).read_text("utf-8")
    damaged = "\n".join(cut(lines(tea)))
    ledger(tea).write_text(damaged + "\n" if damaged.endswith("}") else damaged, "utf-8")
    tea.now += 1
    assert "stale-ledger" in tea.run_failing("build", "--locked")
    output = tea.run_ok("build")
    if message:
        assert message in output
        assert "HEAD" in output
    assert identities(tea) == before
    assert ledger(tea).read_text("utf-8") == text
    assert_nothing_to_say(tea)


def test_a_deleted_ledger_is_put_back(tea: Repository) -> None:
    """A ledger that was deleted is that of HEAD, not that of the package."""
    text = ledger(tea).read_text("utf-8")
    ledger(tea).unlink()
    tea.now += 1
    assert "the file is missing" in tea.run_ok("build")
    assert ledger(tea).read_text("utf-8") == text


def test_lost_entries_are_matched_with_edited_notes(tea: Repository) -> None:
    """An entry that is put back is matched as any other: the note was reworded meanwhile and keeps its GUID."""
    before = identities(tea)
    kept = [line for line in lines(tea) if "gaiwan" not in line]
    ledger(tea).write_text("\n".join(kept) + "\n", "utf-8")
    text = (tea.notes / "tea.md").read_text("utf-8")
    (tea.notes / "tea.md").write_text(text.replace("A lidded bowl", "A bowl with a lid"), "utf-8")
    tea.now += 1
    assert "put back 1 note, which this file lacked, from HEAD" in tea.run_ok("build")
    assert identities(tea).keys() == before.keys()


def test_lost_card_numbers_are_put_back(tea: Repository) -> None:
    """An older line of a list would give a new item the number of another: the numbers of HEAD are kept."""
    old_line = next(line for line in lines(tea) if "kettle" in line)
    tea.edit(("- Kettle\n", "- Whisk\n- Kettle\n"))
    tea.edit(("- Whisk\n", "- Caddy\n- Whisk\n"))
    new_line = next(line for line in lines(tea) if "kettle" in line)
    numbers = json.loads(new_line)["cards"]
    ledger(tea).write_text(ledger(tea).read_text("utf-8").replace(new_line, old_line), "utf-8")
    assert "2 cards of other notes" in tea.run_ok("build")
    assert json.loads(next(line for line in lines(tea) if "kettle" in line))["cards"] == numbers


def test_a_retired_entry_is_put_back_as_retired(tea: Repository) -> None:
    """What was retired stays retired, and comes back with its text."""
    before = identities(tea)
    tea.edit(("\n## Gaiwan\n\nA lidded bowl in which leaves are brewed and from which they are poured.\n", ""))
    ledger(tea).write_text("\n".join(line for line in lines(tea) if '"retired"' not in line) + "\n", "utf-8")
    assert "put back 1 note (1 of them retired)" in tea.run_ok("build")
    (tea.notes / "tea.md").write_text(NOTES, "utf-8")
    tea.run_ok("build")
    assert identities(tea).keys() == before.keys()


def merge_of_one_side(deck: Repository, *, finish: bool) -> None:
    """Merge two branches that each add a section; the ledger is taken from one side only."""
    deck.git("switch", "--quiet", "--create", "theirs")
    append(deck, SCOOP, "more.md")
    deck.git("switch", "--quiet", "main")
    append(deck, CADDY)
    deck.git("merge", "--quiet", "--no-commit", "theirs")
    deck.git("checkout", "--quiet", "HEAD", "--", "notes/ledger.jsonl")
    if finish:
        deck.commit()


@pytest.mark.parametrize("finish", [False, True], ids=["in progress", "committed"])
def test_a_merge_that_took_one_ledger_keeps_the_identities_of_both(tea: Repository, finish: bool) -> None:
    """The notes of the other side are matched with the ledger of the other side."""
    merge_of_one_side(tea, finish=finish)
    theirs = tea.git("show", "theirs:notes/ledger.jsonl")
    scoop = next(json.loads(line) for line in theirs.splitlines() if "bamboo" in line)
    text = (tea.notes / "more.md").read_text("utf-8")
    (tea.notes / "more.md").write_text(text.replace("of bamboo", "of split bamboo"), "utf-8")
    tea.now += 100
    assert "put back 1 note" in tea.run_ok("build")
    slot, changed = identities(tea)[scoop["note"]]
    assert (slot, changed > scoop["changed"]) == (scoop["id_slot"], True)


def test_what_the_last_release_knows_is_put_back(tea: Repository) -> None:
    """A commit that dropped lines of the ledger does not hide them: the tag of the release has them."""
    tea.release("1.0.0")
    before = identities(tea)
    kept = [line for line in lines(tea) if "gaiwan" not in line]
    ledger(tea).write_text("\n".join(kept) + "\n", "utf-8")
    tea.commit()
    output = tea.run_ok("build")
    assert "lacked, from v1.0.0" in output
    assert identities(tea) == before


# Ordinary work says nothing.


def test_branches_switched_rebased_and_amended_are_no_false_alarm(tea: Repository) -> None:
    """Switching, rebasing and amending change notes and ledger together."""
    tea.git("switch", "--quiet", "--create", "theirs")
    append(tea, SCOOP, "more.md")
    assert_nothing_to_say(tea)
    tea.git("switch", "--quiet", "main")
    assert_nothing_to_say(tea)
    append(tea, CADDY)
    tea.git("switch", "--quiet", "theirs")
    assert_nothing_to_say(tea)
    tea.git("rebase", "--quiet", "main")
    assert_nothing_to_say(tea)
    (tea.notes / "more.md").unlink()
    (tea.notes / "other.md").write_text("# Other\n" + SCOOP.replace("flat", "deep"), "utf-8")
    tea.run_ok("build")
    tea.git("add", "--all")
    tea.git("commit", "--quiet", "--amend", "--no-edit")
    assert_nothing_to_say(tea)


def test_a_revert_and_a_reset_are_no_false_alarm(tea: Repository) -> None:
    """What was reverted before a release needs no memory."""
    append(tea, CADDY)
    tea.git("revert", "--no-edit", "HEAD")
    assert_nothing_to_say(tea)
    append(tea, SCOOP)
    tea.git("reset", "--quiet", "--hard", "HEAD~1")
    assert_nothing_to_say(tea)
    append(tea, SCOOP)
    tea.git("reset", "--quiet", "--soft", "HEAD~1")
    assert_nothing_to_say(tea)


def test_a_merge_of_both_sides_is_no_false_alarm(tea: Repository) -> None:
    """A merged ledger has all lines, so that nothing is missing."""
    tea.git("switch", "--quiet", "--create", "theirs")
    append(tea, SCOOP, "more.md")
    tea.git("switch", "--quiet", "main")
    tea.edit(("steamed soon", "steamed very soon"))
    tea.git("merge", "--quiet", "--no-edit", "theirs")
    assert_nothing_to_say(tea)


def test_a_merge_that_took_one_side_whole_keeps_the_other_as_retired(tea: Repository) -> None:
    """Neither an error nor a warning: somebody may have imported the other side, so its entries are kept."""
    tea.git("switch", "--quiet", "--create", "theirs")
    append(tea, SCOOP, "more.md")
    tea.git("switch", "--quiet", "main")
    append(tea, CADDY)
    tea.git("merge", "--quiet", "--no-edit", "--strategy=ours", "theirs")
    before = identities(tea)
    output = tea.run_ok("build", "--strict")
    assert "put back 1 note" in output
    assert identities(tea) == before
    assert sum('"retired"' in line for line in lines(tea)) == 1
    tea.commit()
    assert_nothing_to_say(tea)


def test_an_older_tag_and_a_work_tree_are_no_false_alarm(tea: Repository) -> None:
    """A checkout of an older release has the ledger of that release, whatever was released later."""
    tea.release("1.0.0")
    append(tea, CADDY)
    tea.release("1.1.0")
    tea.git("switch", "--quiet", "--detach", "v1.0.0")
    assert_nothing_to_say(tea)
    tea.git("worktree", "add", "--quiet", str(tea.top.parent / "second"), "main")
    assert_nothing_to_say(Repository(tea.top.parent / "second", tea.now))


def test_a_fork_with_a_new_id_takes_nothing_over(tea: Repository) -> None:
    """A fork deletes the ledger and gives its deck another id: the identities of the first deck are none of its own."""
    tea.release("1.0.0")
    before = identities(tea)
    ledger(tea).unlink()
    (tea.notes / "deck.toml").write_text(DECK.replace("tea-deck", "tea-fork"), "utf-8")
    output = tea.run_ok("build")
    assert "put back" not in output
    assert "rebuilt from" not in output
    assert identities(tea).keys().isdisjoint(before)
    tea.commit()
    assert_nothing_to_say(tea)


def test_a_moved_notes_folder_keeps_its_ledger(tea: Repository) -> None:
    """The ledger is found by the deck's id where the folder had another path."""
    tea.release("1.0.0")
    before, text = identities(tea), ledger(tea).read_text("utf-8")
    (tea.top / "docs").mkdir()
    tea.git("mv", "notes", "docs/notes")
    moved = Repository(tea.top / "docs", tea.now)
    assert_nothing_to_say(moved)
    moved.commit()
    assert_nothing_to_say(moved)
    ledger(moved).write_text(text.splitlines()[0] + "\n", "utf-8")
    assert "was cut here" in moved.run_ok("build")
    assert identities(moved) == before


def test_several_decks_in_one_repository_with_one_output_folder(tea: Repository) -> None:
    """Each deck has its own ledger, whatever the other decks, their tags and their packages contain."""
    coffee = Coffee(tea.top, tea.now)
    shutil.copytree(tea.notes, coffee.notes)
    ledger(coffee).unlink()
    (coffee.notes / "deck.toml").write_text(DECK.replace("tea-deck", "coffee-deck"), "utf-8")  # with the same name
    assert "put back" not in coffee.run_ok("build")
    coffee.commit()
    tea.release("1.0.0")
    coffee.now = tea.now
    for deck in (tea, coffee, tea):
        assert_nothing_to_say(deck)
    text = ledger(coffee).read_text("utf-8")
    ledger(coffee).write_text(text.splitlines()[0] + "\n", "utf-8")
    assert "put back 5 notes from HEAD" in coffee.run_ok("build")
    assert ledger(coffee).read_text("utf-8") == text


def test_a_branch_without_the_ledger_takes_nothing_from_the_package(tea: Repository) -> None:
    """A package is evidence only where there is no git: it may be that of another branch."""
    tea.git("rm", "--quiet", "--cached", "notes/ledger.jsonl")
    tea.git("commit", "--quiet", "--amend", "--message", "Notes without a ledger")
    ledger(tea).unlink()
    assert "put back" not in tea.run_ok("build")


# Where git cannot tell.


def test_a_shallow_clone_is_not_compared(tea: Repository) -> None:
    """A clone without history is built as it is, and --verbose says so."""
    append(tea, CADDY)
    clone = Repository(tea.top.parent / "clone", tea.now)
    tea.git("clone", "--quiet", "--depth=1", tea.top.as_uri(), str(clone.top))
    assert "as the clone is shallow" in clone.run_ok("build", "--locked", "--verbose")
    kept = [line for line in lines(clone) if "gaiwan" not in line]
    ledger(clone).write_text("\n".join(kept) + "\n", "utf-8")
    assert "put back" not in clone.run_ok("build")


def without_git(deck: Repository) -> None:
    """Turn a repository into an ordinary folder."""
    shutil.rmtree(deck.top / ".git")


@pytest.mark.parametrize("kept_lines", [1, 4], ids=["cut", "half restored"])
def test_without_git_the_package_completes_the_ledger(tea: Repository, kept_lines: int) -> None:
    """The newest package of the deck knows the identities; --verbose says that there is no git."""
    without_git(tea)
    before = identities(tea)
    end = [END_LINE] if kept_lines > 1 else []
    ledger(tea).write_text("\n".join([*lines(tea)[:kept_lines], *end]) + "\n", "utf-8")
    output = tea.run_ok("build", "--verbose")
    assert "is not in a git repository" in output
    assert "from the package of version 1.0.0" in output
    assert identities(tea) == before
    assert_nothing_to_say(tea)


def test_without_git_another_deck_with_the_same_name_is_no_evidence(tea: Repository) -> None:
    """A package of another deck in the same output folder completes nothing."""
    without_git(tea)
    coffee = Coffee(tea.top, tea.now)
    coffee.notes.mkdir()
    (coffee.notes / "coffee.md").write_text("# Coffee\n" + CADDY, "utf-8")
    (coffee.notes / "deck.toml").write_text(DECK.replace("tea-deck", "coffee-deck"), "utf-8")
    coffee.run_ok("build")  # writes dist/tea-1.0.0.apkg, as the first deck does
    all_lines = lines(tea)
    ledger(tea).write_text("\n".join([*all_lines[:3], *all_lines[4:]]) + "\n", "utf-8")
    assert "put back" not in tea.run_ok("build")
    ledger(coffee).unlink()
    assert "rebuilt from" not in coffee.run_ok("build")


def test_a_repository_without_a_commit_uses_the_package(tea: Repository) -> None:
    """Before the first commit git knows nothing."""
    without_git(tea)
    tea.git("init", "--quiet")
    text = lines(tea)
    ledger(tea).write_text(text[0] + "\n", "utf-8")
    output = tea.run_ok("build", "--verbose")
    assert "no commit yet" in output
    assert "from the package of version" in output


# Starting over.


def test_what_a_reset_dropped_is_recorded_and_never_put_back(tea: Repository) -> None:
    """The head of the ledger lists the dropped identities, so that neither HEAD nor a merge brings them back."""
    tea.edit(("Gaiwan", "Gaiwan bowl"))  # its GUID is that of the first heading
    before = identities(tea)
    tea.git("branch", "older")
    assert "dropped" in tea.run_ok("build", "--reset-identities")
    dropped = json.loads(lines(tea)[0])["dropped"]
    assert dropped
    assert set(dropped) == before.keys() - identities(tea).keys()
    assert_nothing_to_say(tea)
    tea.commit()
    tea.git("merge", "--quiet", "--no-edit", "--strategy=ours", "older")
    tea.git("switch", "--quiet", "older")
    tea.git("commit", "--quiet", "--allow-empty", "--message", "Later")
    tea.git("switch", "--quiet", "main")
    tea.git("merge", "--quiet", "--no-edit", "--no-ff", "--strategy=ours", "older")
    assert_nothing_to_say(tea)


def test_a_reset_counts_what_git_knows(tea: Repository) -> None:
    """A ledger that was deleted before is dropped, too, and a release in a tag forbids it."""
    tea.edit(("Gaiwan", "Gaiwan bowl"))
    ledger(tea).unlink()
    assert "dropped 5 notes" in tea.run_ok("build", "--reset-identities")
    assert json.loads(lines(tea)[0])["dropped"]
    tea.git("checkout", "--quiet", "--", "notes")
    tea.release("1.0.0")
    ledger(tea).unlink()
    assert "version 1.0.0 was released" in tea.run_failing("build", "--reset-identities")


def test_edits_without_a_ledger_are_replayed_one_by_one(tea: Repository) -> None:
    """Two merged edits, each small, leave the same note; a single build sees their sum, which is another fact."""
    (gaiwan,) = (entry.guid for entry in live_entries(tea) if entry.text.startswith("gaiwan"))
    path = tea.notes / "tea.md"
    for old, new in (
        (
            "## Gaiwan\n\nA lidded bowl in which leaves are brewed",
            "## Covered cup\n\nA lidded bowl in which leaves are brewed",
        ),
        (
            "A lidded bowl in which leaves are brewed and from which they are poured.",
            "China of the Ming, held by its rim.",
        ),
    ):
        path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
        tea.commit()
    once = ledger(tea).read_text("utf-8")
    tea.run_ok("build")
    assert gaiwan not in {entry.guid for entry in live_entries(tea)}
    assert "commit or restore it" in tea.run_failing("build", "--replay")
    ledger(tea).write_text(once, "utf-8")
    assert "replayed 2 commits" in tea.run_ok("build", "--replay")
    assert gaiwan in {entry.guid for entry in live_entries(tea)}


def live_entries(tea: Repository) -> list[LedgerEntry]:
    """Return the notes of a ledger that are not retired."""
    return list(live_notes(ledger_reader.parse(ledger(tea).read_text("utf-8")).notes))
