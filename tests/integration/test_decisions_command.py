"""The command `decisions`: what it lists, and the comments that it writes into the notes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import Result

from studydeck.identity import decisions as decisions_file
from studydeck.identity.decided_words import words_of
from studydeck.identity.decision_merge import NoteDecision
from studydeck.identity.decisions import Decisions
from studydeck.pipeline import Built
from studydeck.project import extract_project, read_inputs
from studydeck.runner import Runner
from tests.support.command import run_command
from tests.support.pipeline import NOW
from tests.support.sample_decks import TEMPLATES

TOWNS = """\
# Towns

- **Cologne**: a town on the Rhine with a cathedral
- **Bonn**: a former capital on the Rhine

| Country | Capital |
| --- | --- |
| France | Paris |
| Italy | Rome |

The tower of Rottweil was finished by Thyssen in 2017.

The bridge of Remagen was built in 1916. The bridge of Mainz was opened by Wilhelm II in 1862. ^bridges

## What is a free imperial city?

A town that was subordinate to the emperor alone.

## Rivers

Ruhr
:   a river in the west

Where does the Rhine end?

: In the North Sea.

## Lakes

- Chiemsee
- Ammersee
- Walchensee
- Tegernsee
- Schliersee
- Königssee
- Staffelsee
- Kochelsee
"""


def build(notes: Path) -> Built:
    """Build a folder, without writing anything."""
    inputs, diagnostics = read_inputs(notes, notes.parent / "dist", TEMPLATES, NOW)
    return extract_project(notes, inputs, diagnostics, Runner()).build()


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """Return a folder of notes that was built, with one file as Windows writes it."""
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "deck.toml").write_text('id = "towns"\nname = "Towns"\nmin-confidence = -99\n', "utf-8")
    (folder / "towns.md").write_text(TOWNS, "utf-8")
    windows = (
        "\ufeff# Seas\r\n\r\n- **Baltic**: a sea with little salt  \r\n- **Black Sea**: a sea of the south-east\r\n"
    )
    (folder / "seas.md").write_bytes(windows.encode())
    assert command(folder).exit_code == 0
    return folder


def command(notes: Path, *arguments: str) -> Result:
    folders = ("--notes", str(notes), "--out", str(notes.parent / "dist"), "--templates", str(TEMPLATES))
    return run_command(*arguments, *folders, env={"SOURCE_DATE_EPOCH": str(NOW)})


def decide(notes: Path, **chosen: dict[str, object]) -> None:
    """Write decisions about the notes that hold these words; `_` stands for a space."""
    built = build(notes)
    made: list[NoteDecision] = []
    for words, what in chosen.items():
        (note,) = [note for note in built.notes if words.replace("_", " ") in note.draft.fingerprint.text]
        question, answer = words_of(note.draft)
        made.append(
            # The types of what can be decided differ.
            NoteDecision(guid=note.guid, date="2026-11-01", question=question, answer=answer, **what)  # type: ignore[arg-type]  # by name
        )
    (notes / decisions_file.FILE_NAME).write_text(decisions_file.to_text(Decisions(tuple(made))), "utf-8")


def test_decisions_become_comments_and_the_package_stays_the_same(notes: Path) -> None:
    """What no comment can say without changing another card stays a decision, and the command says why."""
    decide(
        notes,
        cologne={"skip": True},
        france={"ways": "one", "tags": ("exam",), "reviewed": True},
        rottweil={"hide": ("Thyssen",)},
        remagen={"skip": True},  # a comment would skip the other sentence, too
        imperial={"ways": "both"},
        ruhr={"tags": ("water",)},
        baltic={"ways": "one"},
        black_sea={"reviewed": True},
    )
    texts = {path: path.read_bytes() for path in sorted(notes.iterdir())}
    assert command(notes).exit_code == 0
    ledger = (notes / "ledger.jsonl").read_bytes()
    package = (notes.parent / "dist" / "towns-0.1.0.apkg").read_bytes()

    shown = command(notes, "decisions", "--as-directives")
    assert shown.exit_code == 0
    assert {path: path.read_bytes() for path in texts if path.name != "ledger.jsonl"} == {
        path: data for path, data in texts.items() if path.name != "ledger.jsonl"
    }
    for line in (
        "+- **Cologne**: a town on the Rhine with a cathedral <!-- deck: skip -->",
        "+| France | Paris <!-- deck: one-way, tag=exam --> |",
        '+The tower of Rottweil was finished by Thyssen in 2017. <!-- deck: hide="Thyssen" -->',
        "+:   a river in the west <!-- deck: tag=water -->",
        "+A town that was subordinate to the emperor alone. <!-- deck: both-ways -->",
    ):
        assert line in shown.stdout.splitlines()
    assert (
        "towns.md:13: stays in decisions.jsonl: a comment in this block would change other cards, too" in shown.stdout
    )
    assert "seas.md:4" not in shown.stdout  # it was only reviewed
    assert "6 decisions as directives; nothing was written" in shown.stdout

    written = command(notes, "decisions", "--as-directives", "--write")
    assert written.exit_code == 0
    assert (notes / "seas.md").read_bytes() == texts[notes / "seas.md"].replace(
        b"little salt  \r\n", b"little salt <!-- deck: one-way -->  \r\n"
    )
    kept = decisions_file.read((notes / decisions_file.FILE_NAME).read_text("utf-8"))
    assert [(found.question.split()[0], found.skip, found.reviewed) for found in kept.notes] == [
        ("France:", None, True),
        ("The", True, False),
        ("Black", None, True),
    ]
    assert command(notes).exit_code == 0
    assert (notes.parent / "dist" / "towns-0.1.0.apkg").read_bytes() == package
    assert (notes / "ledger.jsonl").read_bytes() != ledger  # what a comment skips is retired


def test_what_no_comment_can_say_stays_a_decision(notes: Path) -> None:
    """A quotation mark ends a phrase, and a note that is gone has no place."""
    (notes / "towns.md").write_text(TOWNS.replace("by Thyssen", 'by "old" Thyssen'), "utf-8")
    assert command(notes).exit_code == 0
    decide(notes, rottweil={"hide": ('"old" Thyssen',)}, cologne={"skip": True}, bonn={"ways": "both"})
    (notes / "towns.md").write_text(
        TOWNS.replace("by Thyssen", 'by "old" Thyssen')
        .replace("- **Cologne**: a town on the Rhine with a cathedral\n", "")
        .replace("former capital on the Rhine", "former capital on the Rhine <!-- deck: one-way -->"),
        "utf-8",
    )
    shown = command(notes, "decisions", "--as-directives")
    assert "+++" not in shown.stdout
    for words in ("no comment can say this", '"Cologne" is not in the notes', "a comment in the notes says otherwise"):
        assert words in shown.stdout
    before = (notes / decisions_file.FILE_NAME).read_bytes()
    assert command(notes, "decisions", "--as-directives", "--write").exit_code == 0
    assert (notes / decisions_file.FILE_NAME).read_bytes() == before


def test_decisions_are_listed_and_checked(notes: Path) -> None:
    """A wrong file is an error with its line, and `build` writes nothing then."""
    decide(notes, cologne={"skip": True}, rottweil={"hide": ("Berlin",)})
    assert "skip (2026-11-01)" in command(notes, "decisions").stdout
    records = [
        json.loads(line)["decision"] for line in command(notes, "decisions", "--format", "json").stdout.splitlines()
    ]
    assert [record["question"] for record in records] == [
        "Cologne",
        "The tower of Rottweil was finished by Thyssen in 2017.",
    ]
    assert "decision-unmet" in command(notes, "check").stdout
    path = notes / decisions_file.FILE_NAME
    text = path.read_text("utf-8")
    other = text.splitlines()[0].replace('"skip":true', '"reviewed":true').replace("2026-11-01", "2026-11-02")
    path.write_text(f"<<<<<<< HEAD\n{text}=======\n{other}\n>>>>>>> branch\n", "utf-8")
    checked = command(notes, "check")
    assert checked.exit_code == 0
    assert "decision-conflict" in checked.stdout
    assert "line 2 says skip (2026-11-01), this line keep (2026-11-02)" in checked.stdout
    assert command(notes).exit_code == 0
    assert path.read_text("utf-8").startswith("<<<<<<<")  # build never writes it
    path.write_text(text + "{}\n", "utf-8")
    for arguments in ((), ("decisions",), ("check",), ("decisions", "--as-directives")):
        failed = command(notes, *arguments)
        assert failed.exit_code == 1
        assert re.search(r"decisions\.jsonl:3:.*\[bad-decision\]", failed.stdout + failed.stderr)
    assert command(notes, "decisions", "--write").exit_code == 2


def test_a_settled_match_leaves_decisions_about_notes_as_they_are(notes: Path) -> None:
    """Both kinds of decisions stand in one file, and the order of the notes stays."""
    decide(notes, rottweil={"skip": True}, cologne={"reviewed": True})
    path = notes / decisions_file.FILE_NAME
    before = path.read_text("utf-8")
    guid = decisions_file.read(before).notes[1].guid
    assert command(notes, "identities", "--same-as", "towns.md:3", guid).exit_code == 0
    after = path.read_text("utf-8")
    assert after.startswith(before)
    assert '"decision":"same-as"' in after.removeprefix(before)
