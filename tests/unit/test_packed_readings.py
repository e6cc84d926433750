"""A packed note that no rule makes any more stays as long as its words are in the notes, and nothing new is made."""

from __future__ import annotations

import pytest

from studydeck.extraction.packed_readings import PackedText, packed_readings
from studydeck.identity.held import held_cards
from studydeck.markdown.sections import parse
from studydeck.model.document import Source
from tests.support.pipeline import DAY, NOW, build_notes, rebuild

BLOCKS = """# Cells

## Exercise 1

Write the parts of a cell.

- Nucleus: holds the chromosomes of the cell
- A cell wall is made of cellulose.

## Parts

Ribosomes build proteins. They stand in the plasma, or at the membrane.

Two kinds of cells are known:

- with a nucleus
- without a nucleus

| Part | Size | Colour |
| --- | --- | --- |
| vacuole | 20 mm | none |

Mitochondria - these burn sugar

* LIST ALL

`ls -a`

* LIST ONE

`ls a`

Basic Auth es parte de la norma. Proporciona una vía estándar para las contraseñas.
"""


def _read(texts: list[PackedText], notes: str = BLOCKS) -> list[tuple[str, str, bool]]:
    drafts = packed_readings(parse(Source("cells.md", notes)), texts)
    return [(draft.kind, draft.fingerprint.text, draft.legacy_only) for draft in drafts]


def test_readings_of_one_line_are_in_one_order() -> None:
    """One build finds them by rules, the next by their words, and the ledger stays as it is."""
    texts: list[PackedText] = [
        ("pair", "mitochondria |  | these burn sugar"),
        ("cloze", "mitochondria these burn sugar"),
        ("pair", "parts |  | ribosomes build proteins"),
        ("cloze", "ribosomes build proteins they stand in the plasma or at the membrane"),
    ]
    assert _read(texts) == _read(texts[::-1]) == _read([*texts[2:], *texts[:2]])


@pytest.mark.parametrize(
    "packed",
    [
        ("pair", "nucleus |  | holds the chromosomes of the cell"),
        ("cloze", "a cell wall is made of cellulose"),
        ("cloze", "ribosomes build proteins they stand in the plasma or at the membrane"),
        ("cloze", "they stand in the plasma or at the membrane"),
        ("pair", "parts |  | ribosomes build proteins"),
        ("pair", "two kinds of cells are known |  | with a nucleus without a nucleus"),
        ("cloze", "with a nucleus | without a nucleus"),
        ("pair", "vacuole | size | 20 mm"),
        ("pair", "mitochondria |  | these burn sugar"),
        ("cloze", "mitochondria these burn sugar"),
        ("pair", "list all |  | ls a"),
        ("pair", "basic auth | proporciona | una vía estándar para las contraseñas"),
    ],
)
def test_a_packed_text_is_read_again(packed: PackedText) -> None:
    """Whichever rule made it: exercises, parts of texts, lists, cells; only as often as it was packed."""
    assert _read([packed]) == [(*packed, True)]


@pytest.mark.parametrize(
    "packed",
    [
        ("pair", "nucleus |  | holds the genes of the cell"),
        ("pair", "parts |  | holds the chromosomes of the cell"),
        ("cloze", "ribosomes build"),
        ("cloze", ""),
    ],
)
def test_words_that_are_gone_are_not_read_rejected(packed: PackedText) -> None:
    """Neither other words, nor a term elsewhere, nor a part of a sentence."""
    assert _read([packed]) == []


def test_what_the_author_leaves_out_is_not_read_rejected() -> None:
    """A section that the author skips keeps no note."""
    notes = BLOCKS.replace("## Parts\n", "## Parts\n\n<!-- deck: skip -->\n")
    assert _read([("cloze", "they stand in the plasma or at the membrane")], notes) == []


def test_a_note_of_a_refused_block_stays_and_is_listed_as_held() -> None:
    """It keeps its GUID, cards and time; a build after that changes nothing; without the words it is retired."""
    earlier = build_notes(BLOCKS.replace("Exercise 1", "Overview 1"))  # no rule refused such a section
    ledger = earlier.ledger_text.replace("Overview 1", "Exercise 1").replace("overview 1", "exercise 1")
    built = build_notes(BLOCKS, ledger, now=NOW + DAY)
    assert [(note.guid, note.ordinals) for note in built.notes] == [
        (note.guid, note.ordinals) for note in earlier.notes
    ]
    held = {
        note.draft.fingerprint.text: [*held_cards(note.draft, note.ordinals, asked, -99).values()]
        for note, asked in zip(built.notes, built.asked, strict=True)
    }
    assert held["nucleus |  | holds the chromosomes of the cell"] == ["forwards", "backwards"]
    assert held["parts |  | ribosomes build proteins they stand in the plasma or at the membrane"] == []
    again = build_notes(BLOCKS, built.ledger_text, now=NOW + 2 * DAY)
    assert again.ledger_text == built.ledger_text
    reworded = build_notes(BLOCKS.replace("of the cell", "of a cell"), built.ledger_text, now=NOW + 2 * DAY)
    assert not reworded.retired
    line = "- Nucleus: holds the chromosomes of the cell\n"
    without = build_notes(BLOCKS.replace(line, ""), built.ledger_text, now=NOW + 2 * DAY)
    assert [entry.text for entry in without.retired] == ["nucleus |  | holds the chromosomes of the cell"]


def test_what_is_read_again_gives_no_note_of_its_own() -> None:
    """Without a packed note the refused section makes none."""
    assert "nucleus |  | holds the chromosomes of the cell" not in [
        entry.text for entry in build_notes(BLOCKS).ledger.notes
    ]


@pytest.mark.parametrize(
    ("block", "comment_at"),
    [
        ("The EBS was built in Seattle by Amazon in 2008.", "2008."),
        ("> The EBS was built in Seattle by Amazon in 2008.", "2008."),
        ("The EBS was built by Amazon in 2008. The EFS was built by Amazon in 2015.", "2015."),
        ("Departments:\n\n- Finance\n- War\n- Justice", "Departments:"),
        ("## EBS\n\nA disk of blocks that one machine has.", "has."),
        ("## EBS\n\nA disk of blocks that one machine has.", "## EBS"),
        ("| Name | Use |\n| --- | --- |\n| EBS | block storage |", "block storage"),
    ],
)
def test_a_comment_retires_what_was_packed(block: str, comment_at: str) -> None:
    """The words are in the notes, and the author said that nothing is to be made of them."""
    notes = f"# Disks\n\n- **NFS**: files of many machines\n\n{block}\n"
    first = build_notes(notes)
    assert len(first.notes) > 1
    second = rebuild(first, notes.replace(comment_at, f"{comment_at} <!-- deck: skip -->"))
    assert [note.draft.fingerprint.term for note in second.notes] == ["nfs"]


def test_lines_that_became_the_answer_of_a_flashcard_keep_their_cards() -> None:
    """The author marks the question above them, and their own cards were packed."""
    lines = "- The **nucleus** holds the genes.\n- The **ribosome** makes proteins.\n"
    first = build_notes(f"# Cells\n\n## Parts\n\n{lines}")
    second = rebuild(first, f"# Cells\n\n## Parts\n\nQ: Which parts has it?\nA:\n\n{lines}")
    assert not second.retired
    [before], [now] = ([note for note in built.notes if note.draft.kind == "cloze"] for built in (first, second))
    assert (now.guid, now.ordinals) == (before.guid, before.ordinals)
    assert [note.draft.rule for note in build_notes(f"# Cells\n\n## Parts\n\nQ: Which?\nA:\n\n{lines}").notes] == [
        "flashcards"
    ]
