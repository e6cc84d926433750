"""Edits of notes, and which note keeps which GUID.

First, scenarios of a few notes. Then nineteen edits of the notes of this repository: only what the edit removes may be
lost, no GUID may pass to another note, and no ordinal may change.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from studydeck.identity.decided_words import words_of
from studydeck.identity.decision_merge import NoteDecision
from studydeck.identity.decisions import Decisions
from studydeck.markdown.source import decode
from studydeck.model.document import Source
from studydeck.pipeline import Built, extract_deck
from studydeck.text.fingerprint import MAX_TEXT_LENGTH
from studydeck.text.normalize import normalize
from tests.support.pipeline import (
    DAY,
    build_extracted,
    build_notes,
    is_retired,
    last_change,
    ledger_entry,
    rebuild,
    sources_of,
)

BUNDLED_NOTES = Path(__file__).parents[2] / "notes"
Files = dict[str, str]


def guid_of(built: Built, text: str) -> str:
    """Return the GUID of the one ledger entry whose text contains these words."""
    return ledger_entry(built, text).guid


def live_guids(built: Built) -> set[str]:
    """Return the GUIDs of the packed notes."""
    return {note.guid for note in built.notes}


# Scenarios of a few notes.

TEA = """# Tea

## Leaves

- **Oolong**: leaves left to turn half brown
- **Sencha**: leaves steamed soon after the harvest
- **Assam**: leaves left to turn dark all through

## Water

| Kind | Heat |
| --- | --- |
| Green tea | seventy degrees at most |
| Black tea | boiling water at once |
"""


def test_an_edited_answer_keeps_its_guid() -> None:
    """A note whose answer was corrected and extended is the same note; other notes do not change."""
    first = build_notes(TEA)
    second = rebuild(first, TEA.replace("half brown", "half brown before they are rolled into balls"))
    assert live_guids(second) == live_guids(first)
    assert guid_of(second, "rolled into balls") == guid_of(first, "half brown")
    changed = {note.guid: note.changed for note in second.notes}.items() - {
        (note.guid, note.changed) for note in first.notes
    }
    assert [guid for guid, _ in changed] == [guid_of(second, "oolong")]


def test_renamed_terms_headings_and_files_keep_guids() -> None:
    """A term, a heading, a title and a file may all be renamed, even at once."""
    first = build_notes({"tea.md": TEA})
    text = (
        TEA.replace("# Tea", "# Hot drinks", 1)
        .replace("## Leaves", "## Sorts of leaves")
        .replace("Oolong", "Oolong tea")
    )
    second = rebuild(first, {"drinks.md": text})
    assert live_guids(second) == live_guids(first)
    assert guid_of(second, "oolong tea") == guid_of(first, "oolong")


def test_a_moved_note_keeps_its_guid() -> None:
    """A note that moves to another section or file keeps its identity."""
    first = build_notes({"tea.md": TEA, "other.md": "# Other drinks\n\n- **Mate**: dried leaves of a holly\n"})
    line = "- **Assam**: leaves left to turn dark all through\n"
    second = rebuild(
        first,
        {
            "tea.md": TEA.replace(line, ""),
            "other.md": f"# Other drinks\n\n- **Mate**: dried leaves of a holly\n{line}",
        },
    )
    assert live_guids(second) == live_guids(first)
    assert ledger_entry(second, "assam").section == ledger_entry(second, "mate").section
    assert guid_of(second, "assam") == guid_of(first, "assam")


def test_swapped_notes_and_answers_keep_guids() -> None:
    """Two notes that change places keep their GUIDs; if their answers change places, the terms keep them."""
    first = build_notes(TEA)
    oolong, sencha = TEA.splitlines()[4:6]
    second = rebuild(first, TEA.replace(f"{oolong}\n{sencha}", f"{sencha}\n{oolong}"))
    assert (live_guids(second), second.notes[0].guid) == (live_guids(first), first.notes[1].guid)
    cells = "seventy degrees at most", "boiling water at once"
    third = rebuild(second, TEA.replace(cells[0], "?").replace(cells[1], cells[0]).replace("?", cells[1]))
    assert guid_of(third, "green tea") == guid_of(first, "green tea")
    assert guid_of(third, "black tea") == guid_of(first, "black tea")


def test_one_part_of_a_split_note_keeps_its_guid() -> None:
    """Of a note that is cut in two, one part at most is the old note, and the other is new."""
    before = "# Tea\n\n- **Oolong**: leaves left to turn half brown, and rolled into balls by hand\n"
    after = before.replace(", and", "\n- **Rolled oolong**: leaves") + "- **Assam**: dark leaves of India\n"
    first = build_notes(before)
    second = rebuild(first, after)
    assert len(second.notes) == 3
    assert guid_of(second, "half brown") == guid_of(first, "oolong")
    assert guid_of(second, "by hand") not in live_guids(first)


def test_split_and_merged_files_keep_guids() -> None:
    """Sections that move into a file of their own, or two files that become one, lose nothing."""
    first = build_notes({"tea.md": TEA})
    head, water = TEA.split("## Water")
    split = {"tea.md": head, "water.md": f"# Brewing\n\n## Water{water}"}
    second = rebuild(first, split)
    assert live_guids(second) == live_guids(first)
    third = rebuild(second, {"all.md": TEA})
    assert live_guids(third) == live_guids(first)


def test_one_of_two_merged_notes_is_retired() -> None:
    """Of two notes that become one, one stays and the other is retired."""
    first = build_notes(TEA)
    line = "- **Assam**: leaves left to turn dark all through\n"
    second = rebuild(
        first, TEA.replace(line, "").replace("the harvest", "the harvest, or left to turn dark all through")
    )
    assert live_guids(second) == live_guids(first) - {guid_of(first, "assam")}
    assert is_retired(second, ledger_entry(first, "assam"))


def test_a_retired_note_returns_with_its_guid() -> None:
    """A removed note stays in the ledger, no other note takes its GUID, and it may return."""
    first = build_notes(TEA)
    line = "- **Assam**: leaves left to turn dark all through\n"
    second = rebuild(first, TEA.replace(line, ""))
    assert [note.guid for note in second.retired] == [guid_of(first, "assam")]
    third = rebuild(second, TEA.replace(line, "- **Matcha**: powder that is whisked into water\n"))
    assert guid_of(third, "matcha") not in live_guids(first)
    fourth = rebuild(third, TEA.replace("## Water", f"## Of India\n\n{line}\n## Water").replace(line, "", 1))
    assert guid_of(fourth, "assam") == guid_of(first, "assam")
    assert not ledger_entry(fourth, "assam").retired


def test_equal_notes_are_matched_by_their_sections() -> None:
    """Two notes with equal texts each keep their GUID: their sections distinguish them."""
    notes = "# Quiz\n\n" + "".join(
        f"## {name}\n\n- **{name} is brewed with**: {water}\n- **Time**: three minutes\n\n"
        for name, water in (("Sencha", "warm water"), ("Assam", "boiling water"))
    )
    first = build_notes(notes)
    guids = guids_by_heading(first)
    sections = notes.split("\n## ")
    second = rebuild(first, "\n## ".join([sections[0], sections[2].rstrip("\n") + "\n", sections[1]]))
    assert len(guids) == len(first.notes) == 4
    assert guids_by_heading(second) == guids


def guids_by_heading(built: Built) -> dict[tuple[str, str], str]:
    """Return the GUID of every live note by its heading and text."""
    headings = {section.id: section.heading for section in built.ledger.sections}
    return {(headings[note.section], note.text): note.guid for note in built.ledger.notes if not note.retired}


# Edits of the bundled notes.


@cache
def bundled() -> tuple[Files, Built]:
    """Return the notes of this repository with a list, which they have none of, and their first build."""
    files = {path.name: path.read_text("utf-8") for path in BUNDLED_NOTES.glob("*.md")}
    files["deployment.md"] = f"# Deployment\n\n## Three needs of a model\n\n{LIST}- Docker image path\n"
    return files, build_notes(files)


@dataclass(frozen=True)
class Edit:
    """An edit of files, the words that it changes in normal form, and which heading paths it removes."""

    name: str
    apply: Callable[[Files], Files]
    rewordings: Mapping[str, str] | None = None
    removes: Callable[[str], bool] = lambda _file: False
    new: int = 0


def replace_in(file: str, *swaps: tuple[str, str]) -> Callable[[Files], Files]:
    """Return an edit that replaces texts of one file; each must occur."""

    def make(files: Files) -> Files:
        text = files[file]
        for old, new in swaps:
            assert old in text, old
            text = text.replace(old, new, 1)
        return files | {file: text}

    return make


def section_text(text: str, heading: str) -> str:
    """Return a section with its subsections, up to the next heading of its level."""
    level = heading.partition(" ")[0]
    match = re.search(rf"^{re.escape(heading)}\n.*?(?=^#{{1,{len(level)}}} |\Z)", text, re.DOTALL | re.MULTILINE)
    assert match, heading
    return match[0].rstrip("\n") + "\n\n"


def without_section(text: str, heading: str) -> str:
    """Return a text without a section."""
    kept = text.rstrip("\n") + "\n\n"
    assert section_text(text, heading) in kept
    return kept.replace(section_text(text, heading), "").rstrip("\n") + "\n"


def reorder_sections(files: Files) -> Files:
    """Reverse the order of the sections of every file."""
    reordered: Files = {}
    for name, text in files.items():
        head, *parts = re.split(r"^(?=## )", text, flags=re.MULTILINE)
        reordered[name] = head + "\n".join(f"{part.rstrip()}\n" for part in reversed(parts))
    return reordered


def sort_tables(files: Files) -> Files:
    """Sort the rows of every table, last name first."""

    def sort_rows(table: re.Match[str]) -> str:
        head, line, *rows = table[0].splitlines()
        return "\n".join([head, line, *sorted(rows, reverse=True)]) + "\n"

    return {name: re.sub(r"(?:^\|.*\n)+", sort_rows, text, flags=re.MULTILINE) for name, text in files.items()}


def move_to_another_parent(files: Files) -> Files:
    """Move SageMaker Canvas from the shortcuts to the platform."""
    text = files["sagemaker.md"]
    part = section_text(text, "### SageMaker Canvas")
    return files | {
        "sagemaker.md": without_section(text, "### SageMaker Canvas").replace("## Shortcuts", f"{part}## Shortcuts")
    }


def move_to_another_file(heading: str, old: str, new: str) -> Callable[[Files], Files]:
    """Return an edit that moves a section to the end of another file, which may be new."""

    def make(files: Files) -> Files:
        target = files.get(new, "# A part of its own\n").rstrip("\n")
        return files | {
            old: without_section(files[old], heading),
            new: f"{target}\n\n{section_text(files[old], heading)}",
        }

    return make


def rename_a_file(files: Files) -> Files:
    """Rename a file and move it into a folder."""
    return {("aws/disks.md" if name == "storage.md" else name): text for name, text in files.items()}


def demote_headings(files: Files) -> Files:
    """Put every heading a level deeper."""
    return {name: re.sub(r"^#", "##", text, flags=re.MULTILINE) for name, text in files.items()}


def change_bullet_markers(files: Files) -> Files:
    """Change every bullet marker to a star."""
    return {name: re.sub(r"^- ", "* ", text, flags=re.MULTILINE) for name, text in files.items()}


def use_crlf(files: Files) -> Files:
    """Save every file with CRLF and read it as the pipeline does."""
    sources = (decode(name, text.replace("\n", "\r\n").encode()) for name, text in files.items())
    return {source.path: source.text for source in sources if isinstance(source, Source)}


def combine(*edits: Callable[[Files], Files]) -> Callable[[Files], Files]:
    """Return an edit that applies several edits."""

    def make(files: Files) -> Files:
        for edit in edits:
            files = edit(files)
        return files

    return make


def remove_a_section(files: Files) -> Files:
    """Remove a section."""
    return files | {"databases.md": without_section(files["databases.md"], "## NoSQL databases")}


LIST = "- S3 path of the model\n"
EBS = "- An Elastic Block"
ANSWER = replace_in("compute.md", ("with an orchestrator made by AWS", "with an orchestrater made by AWS"))
TABLE = replace_in("storage.md", ("may take minutes to hours", "may take minuts to hours"))
HEADING = replace_in("compute.md", ("### AWS Fargate", "### Amazon Fargate"))
ON_TOP = replace_in("deployment.md", (LIST, f"- Region of the account\n{LIST}"))
TITLE = replace_in("storage.md", ("# Storage on AWS", "# Keeping data in the cloud"))

EDITS = (
    Edit("typo in an answer", ANSWER, {"orchestrator": "orchestrater"}),
    Edit(
        "typo in a heading",
        replace_in("streaming.md", ("### Kinesis Video Streams", "### Kinesis Vidoe Streams")),
        {"kinesis video streams | ": "kinesis vidoe streams | "},
    ),
    Edit("typo in a table", TABLE, {"minutes to hours": "minuts to hours"}),
    Edit("heading renamed", HEADING, {"aws fargate | ": "amazon fargate | "}),
    Edit("parent renamed", replace_in("compute.md", ("## Containers", "## Docker and its friends"))),
    Edit("document retitled", TITLE),
    Edit("sections reordered", reorder_sections),
    Edit("tables sorted", sort_tables),
    Edit("item on top of a list", ON_TOP, {"s3 path of the model": "region of the account | s3 path of the model"}),
    Edit(
        "bullets on top",
        replace_in("storage.md", (EBS, f"- A volume of EBS can be **encrypted** when it is made.\n{EBS}")),
        new=1,
    ),
    Edit("section to another parent", move_to_another_parent),
    Edit("section to another file", move_to_another_file("## Hybrid storage", "storage.md", "compute.md")),
    Edit("file renamed", rename_a_file),
    Edit("part split off into a file", move_to_another_file("## Training", "sagemaker.md", "training.md")),
    Edit("all headings one level down", demote_headings),
    Edit("other bullet marks", change_bullet_markers),
    Edit("CRLF", use_crlf),
    Edit(
        "several at once",
        combine(
            ANSWER, TABLE, HEADING, ON_TOP, TITLE, reorder_sections, sort_tables, rename_a_file, change_bullet_markers
        ),
        {
            "orchestrator": "orchestrater",
            "minutes to hours": "minuts to hours",
            "aws fargate | ": "amazon fargate | ",
            "s3 path of the model": "region of the account | s3 path of the model",
        },
    ),
    Edit("section removed", remove_a_section, removes=lambda heading_path: "NoSQL databases" in heading_path),
)


def cards_of(built: Built) -> dict[str, dict[int, str]]:
    """Return what each card asks for, by GUID and ordinal; for a pair, its direction."""
    pairs = "forwards", "backwards"
    return {
        note.guid: {
            number: pairs[number] if note.draft.kind == "pair" else normalize(card_spec.phrase)
            for number, card_spec in zip(note.ordinals, note.draft.card_specs, strict=True)
        }
        for note in built.notes
    }


def test_there_are_nineteen_edits() -> None:
    """No edit is missing, and names are unique."""
    assert len(EDITS) == len({edit.name for edit in EDITS}) == 19


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.name.replace(" ", "-"))
def test_an_edit_of_the_bundled_notes_keeps_identities(edit: Edit) -> None:
    """Only removed notes are lost, no GUID passes to another note, no ordinal changes."""
    files, first = bundled()
    edited_files = edit.apply(files)
    second = rebuild(first, edited_files)
    assert edited_files != files or edit.name == "CRLF"

    def reworded(text: str) -> str:
        for old, new in (edit.rewordings or {}).items():
            text = text.replace(old, new, 1)
        return text[:MAX_TEXT_LENGTH].rstrip()

    texts = {note.guid: note.text for note in second.ledger.notes if not note.retired}
    removed = {note.guid for note in first.notes if edit.removes(" > ".join(note.draft.heading_path))}
    expected = {note.guid: reworded(note.text) for note in first.ledger.notes if note.guid not in removed}
    assert bool(removed) == (edit.name == "section removed")
    assert {note_guid.guid for note_guid in second.retired} == removed
    assert len(texts) == len(expected) + edit.new
    assert {guid: text for guid, text in texts.items() if guid in expected} == expected
    cards_before, cards_now = cards_of(first), cards_of(second)
    for note_guid in expected:
        assert {
            number: phrase for number, phrase in cards_now[note_guid].items() if number in cards_before[note_guid]
        } == cards_before[note_guid]


def test_decisions_go_with_their_notes_through_edits() -> None:
    """Skipped notes stay skipped, other decisions stay with their notes, and undecided notes are as without any."""
    files, first = bundled()
    kinds: tuple[dict[str, Any], ...] = ({"skip": True}, {"ways": "one"}, {"tags": ("exam",)}, {"reviewed": True})
    made: list[NoteDecision] = []
    for number, note in enumerate(first.notes[::3]):
        question, answer = words_of(note.draft)
        what = kinds[number % len(kinds)]
        made.append(NoteDecision(guid=note.guid, date="2026-11-01", question=question, answer=answer, **what))
    sources = sources_of(next(edit for edit in EDITS if edit.name == "several at once").apply(files))
    extracted = extract_deck(sources)

    def build_edited(ledger: str, decisions: Decisions) -> Built:
        return build_extracted(extracted, sources, ledger, now=last_change(first) + DAY, decisions=decisions)

    plain = build_edited(first.ledger_text, Decisions())
    decided = build_edited(first.ledger_text, Decisions(tuple(made)))
    live = {note.guid for note in (*decided.notes, *decided.skipped_notes)}
    assert live == live_guids(plain)
    assert {note.guid for note in decided.skipped_notes} == {found.guid for found in made if found.skip} & live
    rows = {row.guid: row for row in decided.deck.rows}
    for row in plain.deck.rows:
        if row.guid not in {found.guid for found in made}:
            assert (rows[row.guid].fields, rows[row.guid].ordinals) == (row.fields, row.ordinals)
    assert all(1 not in rows[found.guid].ordinals for found in made if found.ways and found.guid in rows)
    assert all("exam" in rows[found.guid].tags for found in made if found.tags and found.guid in rows)
    back = build_edited(decided.ledger_text, Decisions())
    assert {row.guid: row.ordinals for row in back.deck.rows} == {row.guid: row.ordinals for row in plain.deck.rows}
