"""What becomes of every card when an author edits: stories with the notes before and after, and who keeps which GUID.

First the stories of one note each. Then nineteen edits of the notes that this repository ships: nothing may be lost
but what the edit removes, nothing may change hands, and no ordinal may move.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from studydeck.markdown.source import decode
from studydeck.model.document import Source
from studydeck.pipeline import Built
from studydeck.text.fingerprint import LONGEST_TEXT
from studydeck.text.normalize import normal
from tests.support.pipeline import remembered, walk, walk_on

SHIPPED = Path(__file__).parents[2] / "notes"
Files = dict[str, str]


def guid(built: Built, words: str) -> str:
    """Give the GUID of the one note of the ledger whose text holds these words."""
    return remembered(built, words).guid


def live(built: Built) -> set[str]:
    """Give the GUIDs of the notes that are packed."""
    return {note.guid for note in built.notes}


# The stories.

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


def test_edited() -> None:
    """A note whose answer is corrected and made longer is the same note; its neighbours do not notice."""
    first = walk(TEA)
    second = walk_on(first, TEA.replace("half brown", "half brown before they are rolled into balls"))
    assert live(second) == live(first)
    assert guid(second, "rolled into balls") == guid(first, "half brown")
    changed = {note.guid: note.changed for note in second.notes}.items() - {
        (note.guid, note.changed) for note in first.notes
    }
    assert [one for one, _ in changed] == [guid(second, "oolong")]


def test_renamed() -> None:
    """A term, a heading, a title and a file may all be renamed, even at once."""
    first = walk({"tea.md": TEA})
    text = (
        TEA.replace("# Tea", "# Hot drinks", 1)
        .replace("## Leaves", "## Sorts of leaves")
        .replace("Oolong", "Oolong tea")
    )
    second = walk_on(first, {"drinks.md": text})
    assert live(second) == live(first)
    assert guid(second, "oolong tea") == guid(first, "oolong")


def test_moved() -> None:
    """A note that moves to another section, or to another file, takes its identity along."""
    first = walk({"tea.md": TEA, "other.md": "# Other drinks\n\n- **Mate**: dried leaves of a holly\n"})
    line = "- **Assam**: leaves left to turn dark all through\n"
    second = walk_on(
        first,
        {
            "tea.md": TEA.replace(line, ""),
            "other.md": f"# Other drinks\n\n- **Mate**: dried leaves of a holly\n{line}",
        },
    )
    assert live(second) == live(first)
    assert remembered(second, "assam").section == remembered(second, "mate").section
    assert guid(second, "assam") == guid(first, "assam")


def test_swapped() -> None:
    """Where two notes change places, each stays who it is; where their answers do, the terms do."""
    first = walk(TEA)
    oolong, sencha = TEA.splitlines()[4:6]
    second = walk_on(first, TEA.replace(f"{oolong}\n{sencha}", f"{sencha}\n{oolong}"))
    assert (live(second), second.notes[0].guid) == (live(first), first.notes[1].guid)
    cells = "seventy degrees at most", "boiling water at once"
    third = walk_on(second, TEA.replace(cells[0], "?").replace(cells[1], cells[0]).replace("?", cells[1]))
    assert guid(third, "green tea") == guid(first, "green tea")
    assert guid(third, "black tea") == guid(first, "black tea")


def test_split() -> None:
    """Of a note that is cut in two, one part at most is the old note, and the other is new."""
    whole = "# Tea\n\n- **Oolong**: leaves left to turn half brown, and rolled into balls by hand\n"
    parts = whole.replace(", and", "\n- **Rolled oolong**: leaves") + "- **Assam**: dark leaves of India\n"
    first = walk(whole)
    second = walk_on(first, parts)
    assert len(second.notes) == 3
    assert guid(second, "half brown") == guid(first, "oolong")
    assert guid(second, "by hand") not in live(first)


def test_a_file_that_is_split() -> None:
    """Sections that move into a file of their own, or two files that become one, lose nothing."""
    first = walk({"tea.md": TEA})
    head, water = TEA.split("## Water")
    nested_item = {"tea.md": head, "water.md": f"# Brewing\n\n## Water{water}"}
    second = walk_on(first, nested_item)
    assert live(second) == live(first)
    third = walk_on(second, {"all.md": TEA})
    assert live(third) == live(first)


def test_merged() -> None:
    """Of two notes that become one, one lives on and the other is gone, not given away."""
    first = walk(TEA)
    third = "- **Assam**: leaves left to turn dark all through\n"
    second = walk_on(
        first, TEA.replace(third, "").replace("the harvest", "the harvest, or left to turn dark all through")
    )
    assert live(second) == live(first) - {guid(first, "assam")}
    assert remembered(second, "assam").retired


def test_gone_and_back() -> None:
    """What is taken out keeps its line in the ledger; what another note says is not given its place; it may return."""
    first = walk(TEA)
    line = "- **Assam**: leaves left to turn dark all through\n"
    second = walk_on(first, TEA.replace(line, ""))
    assert [one.guid for one in second.retired] == [guid(first, "assam")]
    third = walk_on(second, TEA.replace(line, "- **Matcha**: powder that is whisked into water\n"))
    assert guid(third, "matcha") not in live(first)
    fourth = walk_on(third, TEA.replace("## Water", f"## Of India\n\n{line}\n## Water").replace(line, "", 1))
    assert guid(fourth, "assam") == guid(first, "assam")
    assert not remembered(fourth, "assam").retired


def test_twinned() -> None:
    """Of two notes with the same words each keeps its own history: they are told apart by where they stand."""
    twins = "# Quiz\n\n" + "".join(
        f"## {name}\n\n- **{name} is brewed with**: {water}\n- **Time**: three minutes\n\n"
        for name, water in (("Sencha", "warm water"), ("Assam", "boiling water"))
    )
    first = walk(twins)
    owners = by_heading(first)
    sections = twins.split("\n## ")
    second = walk_on(first, "\n## ".join([sections[0], sections[2].rstrip("\n") + "\n", sections[1]]))
    assert len(owners) == len(first.notes) == 4
    assert by_heading(second) == owners


def by_heading(built: Built) -> dict[tuple[str, str], str]:
    """Give the GUID of every live note by the heading that it stands under and its text."""
    headings = {one.id: one.heading for one in built.ledger.sections}
    return {(headings[note.section], note.text): note.guid for note in built.ledger.notes if not note.retired}


# The edits of the shipped notes.


@cache
def shipped() -> tuple[Files, Built]:
    """Give the notes of this repository, and their first build."""
    files = {path.name: path.read_text("utf-8") for path in SHIPPED.glob("*.md")}
    return files, walk(files)


@dataclass(frozen=True)
class Edit:
    """An edit: what becomes of the files; which words it changes, in normal form; and whose notes it removes."""

    name: str
    make: Callable[[Files], Files]
    words: Mapping[str, str] | None = None
    removes: Callable[[str], bool] = lambda _file: False
    new: int = 0


def within(file: str, *swaps: tuple[str, str]) -> Callable[[Files], Files]:
    """Replace words of one file; each stands there."""

    def make(files: Files) -> Files:
        text = files[file]
        for old, new in swaps:
            assert old in text, old
            text = text.replace(old, new, 1)
        return files | {file: text}

    return make


def section(text: str, heading: str) -> str:
    """Give a section with all below it, from its heading to the next of its level."""
    level = heading.partition(" ")[0]
    found = re.search(rf"^{re.escape(heading)}\n.*?(?=^#{{1,{len(level)}}} |\Z)", text, re.DOTALL | re.MULTILINE)
    assert found, heading
    return found[0].rstrip("\n") + "\n\n"


def without(text: str, heading: str) -> str:
    """Give a text without a section."""
    kept = text.rstrip("\n") + "\n\n"
    assert section(text, heading) in kept
    return kept.replace(section(text, heading), "").rstrip("\n") + "\n"


def reorder_sections(files: Files) -> Files:
    """Turn the order of the sections of every file round."""
    turned: Files = {}
    for name, text in files.items():
        head, *parts = re.split(r"^(?=## )", text, flags=re.MULTILINE)
        turned[name] = head + "\n".join(f"{part.rstrip()}\n" for part in reversed(parts))
    return turned


def sort_tables(files: Files) -> Files:
    """Sort the rows of every table, last name first."""

    def turn(table: re.Match[str]) -> str:
        head, line, *rows = table[0].splitlines()
        return "\n".join([head, line, *sorted(rows, reverse=True)]) + "\n"

    return {name: re.sub(r"(?:^\|.*\n)+", turn, text, flags=re.MULTILINE) for name, text in files.items()}


def to_another_parent(files: Files) -> Files:
    """Move SageMaker Canvas from the shortcuts to the platform."""
    text = files["sagemaker.md"]
    part = section(text, "### SageMaker Canvas")
    return files | {
        "sagemaker.md": without(text, "### SageMaker Canvas").replace("## Shortcuts", f"{part}## Shortcuts")
    }


def to_another_file(heading: str, old: str, new: str) -> Callable[[Files], Files]:
    """Move a section to the end of another file, which may be a new one."""

    def make(files: Files) -> Files:
        there = files.get(new, "# A part of its own\n").rstrip("\n")
        return files | {old: without(files[old], heading), new: f"{there}\n\n{section(files[old], heading)}"}

    return make


def rename_a_file(files: Files) -> Files:
    """Give a file another name, in a folder."""
    return {("aws/disks.md" if name == "storage.md" else name): text for name, text in files.items()}


def one_level_down(files: Files) -> Files:
    """Put every heading a level deeper."""
    return {name: re.sub(r"^#", "##", text, flags=re.MULTILINE) for name, text in files.items()}


def other_marks(files: Files) -> Files:
    """Begin every bullet with a star."""
    return {name: re.sub(r"^- ", "* ", text, flags=re.MULTILINE) for name, text in files.items()}


def other_line_ends(files: Files) -> Files:
    """Save every file with CRLF and read it as the street does."""
    sources = (decode(name, text.replace("\n", "\r\n").encode()) for name, text in files.items())
    return {one.path: one.text for one in sources if isinstance(one, Source)}


def several(*makes: Callable[[Files], Files]) -> Callable[[Files], Files]:
    """Make several edits at once."""

    def make(files: Files) -> Files:
        for one in makes:
            files = one(files)
        return files

    return make


def remove_a_section(files: Files) -> Files:
    """Take a section out."""
    return files | {"databases.md": without(files["databases.md"], "## NoSQL databases")}


LIST = "- S3 path of the model\n"
EBS = "- An Elastic Block"
ANSWER = within("compute.md", ("with an orchestrator made by AWS", "with an orchestrater made by AWS"))
TABLE = within("storage.md", ("may take minutes to hours", "may take minuts to hours"))
HEADING = within("compute.md", ("### AWS Fargate", "### Amazon Fargate"))
ON_TOP = within("sagemaker.md", (LIST, f"- Region of the account\n{LIST}"))
TITLE = within("storage.md", ("# Storage on AWS", "# Keeping data in the cloud"))

EDITS = (
    Edit("typo in an answer", ANSWER, {"orchestrator": "orchestrater"}),
    Edit(
        "typo in a heading",
        within("streaming.md", ("### Kinesis Video Streams", "### Kinesis Vidoe Streams")),
        {"kinesis video streams | ": "kinesis vidoe streams | "},
    ),
    Edit("typo in a table", TABLE, {"minutes to hours": "minuts to hours"}),
    Edit("heading renamed", HEADING, {"aws fargate | ": "amazon fargate | "}),
    Edit("parent renamed", within("compute.md", ("## Containers", "## Docker and its friends"))),
    Edit("document retitled", TITLE),
    Edit("sections reordered", reorder_sections),
    Edit("tables sorted", sort_tables),
    Edit("item on top of a list", ON_TOP, {"s3 path of": "region of the account | s3 path of"}),
    Edit(
        "bullets on top",
        within("storage.md", (EBS, f"- A volume of EBS can be **encrypted** when it is made.\n{EBS}")),
        new=1,
    ),
    Edit("section to another parent", to_another_parent),
    Edit("section to another file", to_another_file("## Hybrid storage", "storage.md", "compute.md")),
    Edit("file renamed", rename_a_file),
    Edit("part split off into a file", to_another_file("## Training", "sagemaker.md", "training.md")),
    Edit("all headings one level down", one_level_down),
    Edit("other bullet marks", other_marks),
    Edit("CRLF", other_line_ends),
    Edit(
        "several at once",
        several(ANSWER, TABLE, HEADING, ON_TOP, TITLE, reorder_sections, sort_tables, rename_a_file, other_marks),
        {
            "orchestrator": "orchestrater",
            "minutes to hours": "minuts to hours",
            "aws fargate | ": "amazon fargate | ",
            "s3 path of": "region of the account | s3 path of",
        },
    ),
    Edit("section removed", remove_a_section, removes=lambda heading_path: "NoSQL databases" in heading_path),
)


def cards_of(built: Built) -> dict[str, dict[int, str]]:
    """Give what each card asks for, by GUID and ordinal; a pair's by its direction."""
    pairs = "forwards", "backwards"
    return {
        note.guid: {
            number: pairs[number] if note.draft.kind == "pair" else normal(card_spec.phrase)
            for number, card_spec in zip(note.ordinals, note.draft.card_specs, strict=True)
        }
        for note in built.notes
    }


def test_there_are_nineteen_edits() -> None:
    """The edits by which an identity is judged are all here."""
    assert len(EDITS) == len({edit.name for edit in EDITS}) == 19


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.name.replace(" ", "-"))
def test_an_edit_of_the_shipped_notes_loses_nobody(edit: Edit) -> None:
    """Nothing is lost but what the edit removes, nothing changes hands, no ordinal moves."""
    files, first = shipped()
    after = edit.make(files)
    second = walk_on(first, after)
    assert after != files or edit.name == "CRLF"

    def reworded(text: str) -> str:
        for old, new in (edit.words or {}).items():
            text = text.replace(old, new, 1)
        return text[:LONGEST_TEXT].rstrip()

    texts = {note.guid: note.text for note in second.ledger.notes if not note.retired}
    removed = {note.guid for note in first.notes if edit.removes(" > ".join(note.draft.heading_path))}
    wanted = {note.guid: reworded(note.text) for note in first.ledger.notes if note.guid not in removed}
    assert bool(removed) == (edit.name == "section removed")
    assert {one.guid for one in second.retired} == removed
    assert len(texts) == len(wanted) + edit.new
    assert {guid: text for guid, text in texts.items() if guid in wanted} == wanted
    before, now = cards_of(first), cards_of(second)
    for one in wanted:
        assert {number: phrase for number, phrase in now[one].items() if number in before[one]} == before[one]
