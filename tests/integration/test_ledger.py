"""The ledger: what it remembers, how it merges, and what an edit may and may not touch."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from studydeck.cli.main import main
from studydeck.errors import BuildError
from studydeck.identity import ledger as ledger_file
from studydeck.identity.ledger import Ledger, LedgerEntry, LedgerSection, NoteTypeRecord
from studydeck.model.notes import Cloze, Note
from studydeck.model.traverse import inlines
from studydeck.pipeline import Built
from studydeck.text.normalize import normal
from tests.support.pipeline import DAY, NOW, remembered, walk, walk_on

SLOT_MS = 512


def note_of(built: Built, words: str) -> Note:
    """Give the one live note whose remembered text holds these words."""
    guid = remembered(built, words).guid
    return next(note for note in built.notes if note.guid == guid)


def hides(built: Built, words: str) -> dict[int, str]:
    """Give what each card of a note asks for, by its ordinal."""
    note = note_of(built, words)
    return {
        number: normal(card_spec.phrase) for number, card_spec in zip(note.ordinals, note.draft.card_specs, strict=True)
    }


def items(*names: str, comment: str = "") -> str:
    """Write a list of tools as notes."""
    return "# Tea\n\n## Tools\n\n" + "".join(f"- {name}{comment}\n" for name in names)


def stamps(built: Built) -> dict[str, tuple[int, int]]:
    """Give slot and time of change of every live note, by GUID."""
    return {note.guid: (note.id_slot, note.changed) for note in built.notes}


# The file.

words = st.text(st.characters(codec="utf-8", exclude_characters="\n\r"), max_size=20)
ids = st.text("abcdefghijklmnopqrstuvwxyz234567", min_size=16, max_size=16)


@st.composite
def ledgers(draw: st.DrawFn) -> Ledger:
    """Draw a ledger that `write` could have written."""
    sections = draw(st.lists(st.builds(LedgerSection, ids, st.just(""), words, words), unique_by=lambda one: one.id))
    spans = [one.id for one in sections]
    notes = st.builds(
        LedgerEntry,
        guid=ids,
        kind=st.sampled_from(ledger_file.KINDS),
        id_slot=st.integers(0, 2**40),
        changed=st.integers(0, 2**33),
        content_digest=words,
        metadata_digest=words,
        since=st.none() | st.just("1.0.0"),
        text=words,
        cards=st.dictionaries(st.integers(0, 500), words, max_size=4),
        pin=words,
        section=st.sampled_from(spans) if spans else st.just(""),
        retired=st.booleans() if spans else st.just(True),
    )
    drawn = [
        replace(one, section="") if one.retired else one for one in draw(st.lists(notes, unique_by=lambda n: n.guid))
    ]
    live = sorted((one for one in drawn if not one.retired), key=lambda one: spans.index(one.section))
    retired = sorted((one for one in drawn if one.retired), key=lambda one: one.guid)
    looks = draw(
        st.dictionaries(st.sampled_from(ledger_file.KINDS), st.builds(NoteTypeRecord, st.integers(0, 2**33), ids, ids))
    )
    release = draw(st.none() | st.tuples(st.just("1.2.3"), st.integers(0, 2**33)))
    return Ledger(draw(words), draw(words), release, looks, tuple(sections), (*live, *retired))


@settings(max_examples=60, deadline=None)
@given(ledgers())
def test_every_ledger_comes_back_as_it_was_written(ledger: Ledger) -> None:
    """Reading gives what was written, whatever signs stand in headings, files and names."""
    text = ledger_file.write(ledger)
    again = ledger_file.read(text)
    assert again == ledger
    assert ledger_file.write(again) == text


def test_the_file_is_made_for_people_and_merges() -> None:
    """One record a line: the head, then each section with its notes below it in source order, then what is gone."""
    first = walk("# Tea\n\n## A\n\n- **Oolong**: half brown leaves of tea\n- **Sencha**: steamed leaves of tea\n")
    second = walk_on(first, "# Tea\n\n## A\n\n- **Sencha**: steamed leaves of tea\n")
    records = [json.loads(line) for line in second.ledger_text.splitlines()]
    assert [next(iter(record)) for record in records] == ["format", "section", "section", "note", "retired"]
    assert records[0] == {
        "format": 2,
        "deck": "test-deck",
        "name": "Test deck",
        "release": None,
        "note_types": records[0]["note_types"],
    }
    assert records[2] | {"section": "", "parent": ""} == {
        "section": "",
        "parent": "",
        "heading": "A",
        "file": "notes.md",
    }
    assert records[2]["parent"] == records[1]["section"]
    keys = ["kind", "id_slot", "changed", "content_digest", "metadata_digest", "since", "text", "cards"]
    assert [list(record)[1:] for record in records[3:]] == [keys, keys]


def test_remembered_texts_are_short() -> None:
    """A note is recognised by at most 200 characters, so that lines stay readable."""
    built = walk("# Tea\n\n## A\n\n- " + "\n- ".join(f"**Term {n}**: " + "many words " * 60 for n in range(2)) + "\n")
    assert built.notes
    assert all(len(note.text) <= 200 for note in built.ledger.notes)


# Conflicts.

OURS = "# Tea\n\n## Kinds\n\n- **Oolong**: half brown leaves of tea\n- **Sencha**: steamed leaves of tea\n"


def conflict(ours: Sequence[str], theirs: Sequence[str], base: Sequence[str] | None = None) -> list[str]:
    """Write two sides as git leaves them, with their ancestor where there is one."""
    middle = ["||||||| 1a2b3c4", *base] if base is not None else []
    return ["<<<<<<< HEAD", *ours, *middle, "=======", *theirs, ">>>>>>> theirs"]


@pytest.mark.parametrize("diff3", [False, True], ids=["merge", "diff3"])
def test_both_sides_of_a_conflict_are_kept(diff3: bool) -> None:
    """Conflict markers are read through: both sides' notes live, and the ancestor that diff3 shows is left out."""
    lines = walk(OURS).ledger_text.splitlines()
    oolong, sencha = lines[-2:]
    base = json.loads(oolong) | {"note": "a" * 16, "text": "ancestor"}
    text = "\n".join([*lines[:-2], *conflict([oolong], [sencha], [json.dumps(base)] if diff3 else None)]) + "\n"
    ledger = ledger_file.read(text)
    assert ledger_file.write(ledger) == "\n".join(lines) + "\n"


def test_live_wins_over_gone_and_the_later_change_over_the_earlier() -> None:
    """Where both sides know a note, the live one wins, then the later one; cards that either side packed are kept."""
    lines = walk(OURS).ledger_text.splitlines()
    note = json.loads(lines[-1])
    older = note | {"cards": {"0": "forwards", "7": "elsewhere"}, "since": "1.0.0"}
    later = note | {"changed": note["changed"] + 5, "content_digest": "0" * len(note["content_digest"])}
    retired = {"retired": note["note"]} | {key: note[key] for key in list(note)[1:]} | {"changed": note["changed"] + 9}
    sides = conflict([json.dumps(older), json.dumps(retired)], [json.dumps(later)])
    ledger = ledger_file.read("\n".join([*lines[:-1], *sides]) + "\n")
    found = next(one for one in ledger.notes if one.guid == note["note"])
    assert (found.retired, found.changed, found.content_digest, found.since) == (
        False,
        later["changed"],
        later["content_digest"],
        "1.0.0",
    )
    assert {str(number) for number in found.cards} == {*note["cards"], "7"}


@pytest.mark.parametrize(("key", "value"), [("kind", "cloze"), ("pin", "another")])
def test_what_no_rule_could_choose_is_a_problem(key: str, value: str) -> None:
    """One GUID with two kinds or two pins is an error with its line and how to mend it."""
    lines = walk(OURS).ledger_text.splitlines()
    spoiled = json.dumps(json.loads(lines[-1]) | {key: value})
    with pytest.raises(BuildError) as stopped:
        ledger_file.read("\n".join([*lines[:-1], *conflict(lines[-1:], [spoiled])]) + "\n")
    diagnostics = stopped.value.diagnostics
    assert [(one.line, one.severity, str(one.code)) for one in diagnostics] == [(len(lines) + 3, "error", "bad-ledger")]
    assert f"has another {key} in line {len(lines) + 1}; delete the line that is wrong" in diagnostics[0].message


def test_a_conflict_is_gone_after_the_next_build() -> None:
    """The next build writes a clean ledger, and the same one as if there had been no conflict."""
    first = walk(OURS)
    lines = first.ledger_text.splitlines()
    text = "\n".join([*lines[:-2], *conflict(lines[-2:-1], lines[-1:])]) + "\n"
    assert walk(OURS, text, now=NOW + DAY).ledger_text == first.ledger_text


needs_git = pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")


class Repository:
    """Notes and ledger under git, as two authors share them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.git("init", "-q", "-b", "main")
        for key, value in (("user.name", "A"), ("user.email", "a@example.org"), ("commit.gpgsign", "false")):
            self.git("config", key, value)

    def git(self, *words: str, fails: bool = False) -> str:
        """Run git; it must succeed, or fail where it is to."""
        done = subprocess.run(["git", *words], cwd=self.folder, capture_output=True, text=True, check=False)
        assert bool(done.returncode) == fails, done.stdout + done.stderr
        return done.stdout

    def commit(self, text: str, now: int) -> Built:
        """Write notes, build them on the ledger that lies there, and commit both."""
        ledger = self.folder / ledger_file.NAME
        known = ledger.read_text("utf-8") if ledger.exists() else None
        (self.folder / "notes.md").write_text(text, "utf-8")
        built = walk(text, known, now=now)
        ledger.write_text(built.ledger_text, "utf-8")
        self.git("add", ".")
        self.git("commit", "-q", "-m", "notes")
        return built

    def ledger(self) -> str:
        """Read the ledger as it lies there."""
        return (self.folder / ledger_file.NAME).read_text("utf-8")


def chapters(*extra: tuple[int, str]) -> str:
    """Write ten chapters of three terms each, with further terms at the end of some."""
    parts = ["# Tea\n"]
    for chapter in range(10):
        terms = [f"- **Leaf {chapter}{n}**: grows on hill {chapter * 7 + n} of the garden" for n in range(3)]
        terms += [term for number, term in extra if number == chapter]
        parts.append(f"## Chapter {chapter}\n\n" + "\n".join(terms) + "\n")
    return "\n".join(parts)


@pytest.mark.git
@needs_git
def test_two_branches_that_add_notes_in_different_places_merge(tmp_path: Path) -> None:
    """Both authors add notes and rebuild: git merges the ledger by itself, and everybody keeps their identity."""
    repository = Repository(tmp_path)
    base = repository.commit(chapters(), NOW)
    here, there = (1, "- **Matcha**: powder for whisking into water"), (8, "- **Assam**: strong leaves for milk tea")
    repository.git("switch", "-q", "-c", "theirs")
    theirs = repository.commit(chapters(there), NOW + DAY)
    repository.git("switch", "-q", "main")
    ours = repository.commit(chapters(here), NOW + 2 * DAY)
    repository.git("merge", "-q", "-m", "merge", "theirs")
    merged = walk(chapters(here, there), repository.ledger(), now=NOW + 3 * DAY)
    assert merged.ledger_text == repository.ledger()
    assert set(stamps(merged)) == set(stamps(ours)) | set(stamps(theirs))
    assert len(merged.notes) == len(base.notes) + 2
    assert stamps(merged) == stamps(ours) | stamps(theirs)


@pytest.mark.git
@needs_git
@pytest.mark.parametrize("style", ["merge", "diff3", "zdiff3"])
def test_two_branches_that_add_notes_in_one_place_are_read_through(tmp_path: Path, style: str) -> None:
    """Where git finds a conflict, the author mends the notes alone: the ledger with its markers is understood."""
    repository = Repository(tmp_path)
    repository.git("config", "merge.conflictStyle", style)
    repository.commit(chapters(), NOW)
    here, there = (4, "- **Matcha**: powder for whisking into water"), (4, "- **Assam**: strong leaves for milk tea")
    repository.git("switch", "-q", "-c", "theirs")
    theirs = repository.commit(chapters(there), NOW + DAY)
    repository.git("switch", "-q", "main")
    ours = repository.commit(chapters(here), NOW + 2 * DAY)
    repository.git("merge", "-q", "-m", "merge", "theirs", fails=True)
    assert "<<<<<<<" in repository.ledger()
    merged = walk(chapters(here, there), repository.ledger(), now=NOW + 3 * DAY)
    assert stamps(merged) == stamps(ours) | stamps(theirs)
    assert "<<<<<<<" not in merged.ledger_text


# Ordinals.


def test_an_item_on_top_of_a_list_moves_no_ordinal() -> None:
    """A new first item gets a new number; the others keep theirs, and their histories."""
    first = walk(items("Kettle", "Pot", "Strainer"))
    assert hides(first, "kettle") == {1: "kettle", 2: "pot", 3: "strainer"}
    second = walk_on(first, items("Scoop", "Kettle", "Pot", "Strainer"))
    assert hides(second, "kettle") == {4: "scoop", 1: "kettle", 2: "pot", 3: "strainer"}
    assert stamps(second).keys() == stamps(first).keys()


def test_items_that_change_places_keep_their_ordinals() -> None:
    """Reordering a list reorders no history."""
    first = walk(items("Kettle", "Pot", "Strainer", "Timer"))
    second = walk_on(first, items("Timer", "Pot", "Kettle", "Strainer"))
    assert hides(second, "kettle") == {1: "kettle", 2: "pot", 3: "strainer", 4: "timer"}
    assert stamps(second).keys() == stamps(first).keys()


def test_a_reworded_item_keeps_its_ordinal() -> None:
    """An item that says the same in other words is the same card."""
    first = walk(items("Kettle", "Pot", "Bamboo strainer"))
    second = walk_on(first, items("Kettle", "Pot", "Strainer of bamboo"))
    assert hides(second, "kettle") == {1: "kettle", 2: "pot", 3: "strainer of bamboo"}
    assert stamps(second).keys() == stamps(first).keys()


def test_a_number_is_never_used_again() -> None:
    """The number of an item that is gone stays its own: new items get others, and it returns to its old one."""
    first = walk(items("Kettle", "Pot", "Strainer", "Whisk"))
    second = walk_on(first, items("Kettle", "Strainer", "Whisk"))
    third = walk_on(second, items("Kettle", "Scales", "Strainer", "Whisk"))
    fourth = walk_on(third, items("Kettle", "Scales", "Pot", "Strainer", "Whisk"))
    assert hides(second, "kettle") == {1: "kettle", 3: "strainer", 4: "whisk"}
    assert hides(third, "kettle") == {1: "kettle", 5: "scales", 3: "strainer", 4: "whisk"}
    assert hides(fourth, "kettle") == {1: "kettle", 5: "scales", 2: "pot", 3: "strainer", 4: "whisk"}


TOOLS = ("kettle", "pot", "strainer", "whisk", "scales", "timer", "gaiwan", "mug", "brazier", "tray")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(st.sampled_from(TOOLS), min_size=2, max_size=9, unique=True), min_size=2, max_size=6))
def test_no_history_ever_goes_to_another_item(lives: list[list[str]]) -> None:
    """Through a life of random lists an item has one number of its own, and what was packed stays."""
    built: Built | None = None
    numbers: dict[str, int] = {}
    for names in lives:
        text = items(*names, comment=" <!-- deck: id=tools -->")
        built = walk_on(built, text) if built else walk(text)
        if not built.notes:
            continue
        (note,) = built.notes
        packed = {
            card_spec.phrase: number for number, card_spec in zip(note.ordinals, note.draft.card_specs, strict=True)
        }
        for name, number in packed.items():
            assert numbers.setdefault(name, number) == number
        assert len(set(numbers.values())) == len(numbers)
        assert {name for name in names if name in numbers} == set(packed)


def test_a_list_that_grows_past_seven_keeps_its_cards() -> None:
    """What was packed stays: the eighth item gets no card, and takes none away."""
    seven = ("Kettle", "Pot", "Strainer", "Whisk", "Scales", "Timer", "Gaiwan")
    first = walk(items(*seven))
    second = walk_on(first, items(*seven, "Brazier"))
    assert hides(second, "kettle") == hides(first, "kettle")
    assert len(hides(second, "kettle")) == 7


def test_a_clue_that_fits_two_terms_keeps_the_card_that_was_packed() -> None:
    """A backward card stays with those who have it, with a warning; the newcomer gets none."""
    first = walk("# Tea\n\n- **Sencha**: steamed leaves of Japan\n- **Assam**: dark leaves of India\n")
    assert hides(first, "sencha").keys() == {0, 1}
    second = walk_on(
        first,
        "# Tea\n\n- **Sencha**: steamed leaves of Japan\n- **Assam**: dark leaves of India\n"
        "- **Gyokuro**: steamed leaves of Japan\n",
    )
    assert hides(second, "sencha").keys() == {0, 1}
    assert hides(second, "gyokuro").keys() == {0}
    assert "ambiguous-clue" in {str(one.code) for one in second.diagnostics}


def test_the_authors_comment_retires_a_card() -> None:
    """`one-way` takes a packed backward card back, and it is asked no more."""
    first = walk("# Tea\n\n- **Sencha**: steamed leaves of Japan\n- **Assam**: dark leaves of India\n")
    second = walk_on(
        first,
        "# Tea\n\n- **Sencha**: steamed leaves of Japan <!-- deck: one-way -->\n- **Assam**: dark leaves of India\n",
    )
    assert hides(second, "sencha").keys() == {0}
    assert hides(second, "assam").keys() == {0, 1}


BENDS = """# Optics

- Light bends {} when it enters a {} medium.
- A prism with a wide base throws the colours of sunlight on the **opposite** wall of a dark room.
"""


def test_a_phrase_that_lost_its_mark_stays_hidden() -> None:
    """Whoever takes the bold off a phrase takes no card away from anybody."""
    first = walk(BENDS.format("**towards the normal**", "denser"))
    second = walk_on(first, BENDS.format("towards the normal", "denser"))
    assert hides(first, "light bends") == hides(second, "light bends") == {1: "towards the normal"}


def test_a_long_phrase_that_lost_its_mark_stays_hidden() -> None:
    """The ledger keeps only the beginning of a phrase so long; by that it is known."""
    long = "donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaftsvorstand"
    notes = f"# Names\n\n- In an old record book a firm bears the name **{long}** and no other.\n- A cab is not long.\n"
    first = walk(notes)
    second = walk_on(first, notes.replace("**", ""))
    assert [card_spec.phrase for note in second.notes for card_spec in note.draft.card_specs] == [long]
    assert walk_on(second, notes.replace("**", "")).ledger_text == second.ledger_text


def test_a_mark_that_moves_gives_no_history_to_another_phrase() -> None:
    """A phrase that still stands keeps its number; what the author marks instead gets a new one."""
    first = walk(BENDS.format("**towards the normal**", "denser"))
    second = walk_on(first, BENDS.format("towards the normal", "**denser**"))
    assert hides(second, "light bends") == {1: "towards the normal", 2: "denser"}


def test_a_corrected_phrase_keeps_its_card() -> None:
    """Where the only blank of a sentence is corrected, it is the same card."""
    first = walk(BENDS.format("**away from the normal**", "denser"))
    second = walk_on(first, BENDS.format("**towards it**", "denser"))
    assert hides(second, "light bends") == {1: "towards it"}


def test_hidden_runs_and_ordinals_agree() -> None:
    """Every number that is hidden in a text has its card, and the other way round."""
    first = walk(items("Kettle", "Pot", "Strainer"))
    second = walk_on(first, items("Whisk", "Strainer", "Kettle"))
    (note,) = second.notes
    assert isinstance(note.draft.body, Cloze)
    hidden = {run.hide for run in inlines(note.draft.body.text) if run.hide}
    assert hidden == set(note.ordinals)


# Slots and times.


def test_slots_are_unique_and_never_in_the_future() -> None:
    """Many notes of one second get as many slots of the thirty days before it, with room for ids in each."""
    table = "\n".join(f"| term {n} | meaning number {n} of them |" for n in range(600))
    built = walk(f"# Many\n\n| Term | Meaning |\n| --- | --- |\n{table}\n")
    slots = {note.id_slot for note in built.notes}
    assert len(slots) == len(built.notes) == 600
    assert max(slots) * SLOT_MS + SLOT_MS <= NOW * 1000
    assert min(slots) * SLOT_MS >= (NOW - 31 * DAY) * 1000


def test_the_younger_of_two_notes_in_one_slot_moves() -> None:
    """Where two branches drew one slot, the older note keeps it."""
    first = walk(OURS)
    lines = first.ledger_text.splitlines()
    older, younger = (json.loads(line) for line in lines[-2:])
    younger |= {"id_slot": older["id_slot"], "changed": older["changed"] + 5}
    second = walk(OURS, "\n".join([*lines[:-1], json.dumps(younger)]) + "\n", now=NOW + DAY)
    assert stamps(second)[older["note"]][0] == older["id_slot"]
    assert stamps(second)[younger["note"]][0] != older["id_slot"]


PARENT = """# Drinks

## {}

### Oolong

Leaves that turn half brown before they are heated.

| Tea | Water |
| --- | --- |
| Sencha | seventy degrees at most |
| Assam | almost boiling water |

- The second brew of a rolled leaf takes **two minutes**.
"""


def test_a_renamed_parent_moves_nothing_below() -> None:
    """The trail stands around the question: forty notes below a heading keep their time, and learners their edits."""
    first = walk(PARENT.format("Tea"))
    second = walk_on(first, PARENT.format("Kinds of tea"))
    assert len(first.notes) == 4
    assert stamps(second) == stamps(first)
    assert {note.metadata_digest for note in second.ledger.notes} != {
        note.metadata_digest for note in first.ledger.notes
    }


def test_what_stands_around_moves_nothing() -> None:
    """Code shown with a note, a tag, another file: none of it is asked, and none moves the time."""
    text = "# Shell\n\n## wc\n\nCounts the lines of a file.\n\n```sh\nwc -l {}\n```\n"
    first = walk(text.format("a.txt"))
    second = walk_on(first, text.format("b.txt"))
    third = walk_on(second, {"other.md": text.format("b.txt").replace("a file.", "a file. <!-- deck: tag=unix -->")})
    assert stamps(third) == stamps(second) == stamps(first)
    assert third.notes[0].draft.tags == ("unix",)


def test_only_the_note_whose_question_changed_moves() -> None:
    """A corrected meaning is stamped with the time of the build that brings it; its neighbours are not."""
    first = walk(PARENT.format("Tea"))
    second = walk_on(first, PARENT.format("Tea").replace("seventy degrees", "eighty degrees"))
    changed = {guid for guid, stamp in stamps(second).items() if stamp != stamps(first).get(guid)}
    assert changed == {remembered(second, "sencha").guid}
    assert remembered(second, "sencha").changed == NOW + DAY
    assert stamps(second).keys() == stamps(first).keys()


def test_a_clock_that_goes_backwards_still_moves_a_change_forward() -> None:
    """Anki takes only what is newer: a change is at least a second later than the one before."""
    first = walk(PARENT.format("Tea"))
    second = walk_on(first, PARENT.format("Tea").replace("seventy degrees", "eighty degrees"), later=-DAY)
    assert remembered(second, "sencha").changed == NOW + 1


def test_source_date_epoch_stands_for_now(tmp_path: Path) -> None:
    """Where SOURCE_DATE_EPOCH is set, it is the time of every change."""
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "tea.md").write_text(OURS, "utf-8")
    words = ["--notes", str(notes), "--out", str(tmp_path / "dist")]
    result = CliRunner().invoke(main, words, env={"SOURCE_DATE_EPOCH": "1234567890"})
    assert result.exit_code == 0, result.output
    said = re.findall(r'"changed":(\d+)', (notes / ledger_file.NAME).read_text("utf-8"))
    assert said
    assert set(said) == {"1234567890"}


# Identities.


def test_what_returns_has_its_identity_again() -> None:
    """A note that vanished is gone, not forgotten: GUID, slot, time and ordinals come back with it."""
    first = walk(PARENT.format("Tea") + "\n## Tools\n\n- Kettle\n- Pot\n- Strainer\n")
    second = walk_on(first, PARENT.format("Tea"))
    assert remembered(second, "kettle").retired
    assert [one.guid for one in second.retired] == [remembered(first, "kettle").guid]
    third = walk_on(second, PARENT.format("Tea") + "\n## Tools\n\n- Kettle\n- Pot\n- Strainer\n")
    assert not remembered(third, "kettle").retired
    assert stamps(third) == stamps(first)
    assert hides(third, "kettle") == hides(first, "kettle")


def test_what_says_enough_returns_though_others_are_asked_alike() -> None:
    """Many sections say what something returns; a sentence about it that stands once is still the one that it was."""
    rest = (
        "# Kiln\n\n## temperature()\n\n- Returns: a number of degrees\n\n## door()\n\n- Returns: whether it is shut\n"
    )
    part = "\n## load()\n\n- Returns: how many pots and bowls wait inside to be fired\n"
    first = walk(rest + part)
    second = walk_on(first, rest)
    third = walk_on(second, rest + part)
    assert remembered(second, "pots and bowls").retired
    assert {one.guid for one in third.notes} == {one.guid for one in first.notes}


def test_a_first_build_gives_the_same_guids_everywhere() -> None:
    """GUIDs come from the deck's id and the note's key alone: not from the clock, nor from the name."""
    one, two = walk(OURS), walk(OURS, now=NOW + 900 * DAY, name="Another name")
    assert [note.guid for note in one.notes] == [note.guid for note in two.notes]
    assert all(re.fullmatch("[a-z2-7]{16}", note.guid) for note in one.notes)


def test_two_decks_never_share_a_guid() -> None:
    """The same notes in a deck with another id are other notes to Anki."""
    one, two = walk(OURS), walk(OURS, id="another-deck")
    assert not stamps(one).keys() & stamps(two).keys()


def test_a_pin_keeps_a_note_through_any_rewording() -> None:
    """What the author pinned is known by its pin, even if no word of it is left."""
    first = walk("# Tea\n\n- **Oolong**: half brown leaves <!-- deck: id=o -->\n- **Assam**: dark leaves of India\n")
    second = walk_on(first, "# Beer\n\n- **Lager**: cold brew of Bohemia <!-- deck: id=o -->\n")
    assert remembered(second, "lager").guid == remembered(first, "oolong").guid


def test_a_note_that_becomes_the_other_kind_is_reported() -> None:
    """Anki cannot update across kinds: the author is told before the old note is retired."""
    first = walk("# Tea\n\n- **Oolong**: leaves left to turn half brown\n- **Assam**: dark leaves of India\n")
    second = walk_on(first, "# Tea\n\n- Oolong leaves left to turn **half brown**\n- **Assam**: dark leaves of India\n")
    assert "kind-changed" in {str(one.code) for one in second.diagnostics}


def test_a_looks_time_moves_with_the_look_alone() -> None:
    """A note type is served anew only when its faces change; its time stands in the head."""
    first = walk(OURS)
    second = walk_on(first, OURS)
    assert second.ledger.note_types == first.ledger.note_types
    assert {look.changed for look in first.ledger.note_types.values()} == {NOW}


@pytest.mark.parametrize(
    ("lists", "phrase"),
    [
        ("- When it dries in the open air, beech shrinks 30 % across its rings.\n", "30 %"),
        ("- Beech swells 90 mm, and the store sells **90 %** of it.\n- Beech is **not** oak.\n", "90 %"),
    ],
    ids=["with every sign that belongs to it", "wherever else its normal form stands"],
)
def test_a_blank_stays_as_it_was_packed(bullets: str, phrase: str) -> None:
    """What the ledger remembers in normal form is found again."""
    notes = f"# Wood\n\n## Beech\n\n{bullets}"
    first = walk(notes)
    second = walk_on(first, notes)
    assert [card_spec.phrase for note in first.notes for card_spec in note.draft.card_specs] == [phrase]
    assert second.ledger_text == first.ledger_text


def test_a_note_that_lost_all_it_asked_is_a_new_one() -> None:
    """Its sentence makes the other kind of note now, and as the kind that it was there is nothing left to ask."""
    subject = "Neither the name of Holt Press nor the names of any contributors"
    notes = (
        f"# Licence\n\n## Terms\n\n- {subject} may be used to endorse or promote products derived from this work.\n"
        "- The work is **not** covered by a patent.\n"
    )
    edited = notes.replace(subject, "Contributors")
    first = walk(notes)
    second = walk_on(first, edited)
    assert [card_spec.phrase for note in first.notes for card_spec in note.draft.card_specs] == ["Holt Press"]
    assert [(note.draft.kind, note.matched_by) for note in second.notes] == [("pair", "new")]
    assert len(second.retired) == 1
    assert walk_on(second, edited).ledger_text == second.ledger_text


def test_a_sentence_that_is_said_again_above_stays_one_note() -> None:
    """A summary that repeats it makes no second card: the note now stands where its sentence is said first."""
    below = "## Beech\n\n- The cambium of a beech makes **new wood** in spring.\n- Beech is **not** oak.\n"
    above = "## In short\n\n- Ash is **not** oak.\n- The cambium of a beech makes **new wood** in spring.\n\n"
    first = walk(f"# Trees\n\n{below}")
    second = walk_on(first, f"# Trees\n\n{above}{below}")
    assert [note.guid for note in second.notes] == [note.guid for note in first.notes]
    assert [note.draft.heading_path for note in second.notes] == [("Trees", "In short")]
    assert [one.reason for one in second.skipped].count("duplicate") == 1


def test_equal_answers_are_one_note_whatever_was_answered_first() -> None:
    """A question with another answer before them makes two equal ones no two notes."""
    notes = (
        "# Boats\n\n- A sloop is a sailing boat with one mast, mostly made of wood.\n"
        "- A sloop is a sailing boat with one mast.\n- A ketch has **two** masts.\n"
        "- A sloop is a sailing boat with one mast.\n"
    )
    built = walk(notes)
    assert [note.draft.fingerprint.text for note in built.notes].count("sloop |  | sailing boat with one mast") == 1
    assert [one.reason for one in built.skipped] == ["duplicate"]
    assert [str(one.code) for one in built.diagnostics] == ["same-question"]


TWINS = {
    "a list that begins with a long item": """# Leaving

- Remove the member from the list of all.
- Find out what teams the member belongs to, together with the member.
  - Some organisations additionally require a formal notification concerning all responsibilities and corresponding
    authorisations whenever administrators permanently discontinue participating in **Forest Build** or in other groups.
  - When in doubt, remove them from all teams.
""",
    "the same words again": """# Tests

- It says whether some file is there.
- By default a match has to be exact, but patterns are allowed with `match_re` in both.
- It then says whether some file is not there.
- By default a match has to be exact, but patterns are allowed with `match_re` in both.
- A file that is missing fails the whole test with `must_exist` at once.
""",
}


@pytest.mark.parametrize("notes", TWINS.values(), ids=TWINS)
def test_what_is_only_offered_takes_nothing_from_its_twin(notes: str) -> None:
    """What says in one section what a note says must not get its history at the next build."""
    first = walk(notes)
    assert first.notes
    assert walk_on(first, notes).ledger_text == first.ledger_text
