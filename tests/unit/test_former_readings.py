"""A packed card stays when the neighbours of its line change how the line is read today."""

from __future__ import annotations

import pytest

from tests.support.pipeline import build_notes, rebuild

INSULIN = "# Medicine\n\n## Insulin\n\n- Insulin is made in the **pancreas**.\n"
PAIR_OF_KEYS = "# Keys\n\n## Vim\n\n- w - next word\n- b - previous word\n"
ONLY_BOOK = "# Books\n\n## Recommended\n\n- Head First Design Patterns (ISBN 0596007124)\n"


@pytest.mark.parametrize(
    ("before", "added"),
    [
        (INSULIN, "- Insulin lowers the level of **glucose** in the blood.\n"),
        (ONLY_BOOK, "- Slides\n"),
        (ONLY_BOOK, "- Slides\n- Reader\n"),
        ("# Chimie\n\n## Osmose\n\n- Passage d'un solvant à travers une membrane.\n", "- Elle cesse à l'équilibre.\n"),
        (PAIR_OF_KEYS, "- x, cut\n- u, undo\n- yy: copy\n- J, join\n"),
    ],
)
def test_a_line_keeps_its_card_if_it_gets_neighbours(before: str, added: str) -> None:
    built = build_notes(before)
    packed = {(note.guid, ordinal) for note in built.notes for ordinal in note.ordinals}
    edited = rebuild(built, before + added)
    assert packed <= {(note.guid, ordinal) for note in edited.notes for ordinal in note.ordinals}
    assert not edited.retired


@pytest.mark.parametrize("added", ["- Slides\n", "- Slides\n- Reader\n- Scripts\n"], ids=["few", "many"])
def test_a_first_build_asks_each_line_once_rejected(added: str) -> None:
    """A reading that no package had gives no card, and warns of nothing."""
    built = build_notes(ONLY_BOOK + added)
    assert [note.draft.kind for note in built.notes] == ["cloze"]
    assert not built.diagnostics


def test_a_former_reading_hides_no_duplicate_and_no_clue_rejected() -> None:
    """A draft without cards neither drops a draft that asks the same, nor withdraws its backward card."""
    other = "# Other\n\n## Recommended\n\n- Slides\n"
    alone = build_notes({"b.md": other})
    built = build_notes({"a.md": ONLY_BOOK + "- Slides\n", "b.md": other})
    ordinals = [note.ordinals for note in built.notes if note.draft.span.path == "b.md"]
    assert ordinals == [note.ordinals for note in alone.notes]


FAQ = "# Net\n\n## FAQ\n\n"
COLLECTIONS = "# Ruby\n\n## Collections\n\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            {"a.md": "# Chem\n\n## Acids\n\n- Vinegar holds about **5 %** acetic acid.\n"},
            {"acids.md": "# Acids\n\n- Vinegar holds about **5 %** of acetic acid.\n"},
            id="a section becomes a file, and its item a sentence below a title",
        ),
        pytest.param(
            {"a.md": "# Netze\n\n## Router\n\nLeitet Pakete zwischen Netzen weiter.\n"},
            {"router.md": "# Router\n\nLeitet Pakete zwischen Netzen weiter.\n"},
            id="a section becomes a file, and its text the opening of a document",
        ),
        pytest.param(
            {"a.md": "# Réseaux\n\n## Routeur\n\nTransmet les paquets entre réseaux.\n"},
            {"a.md": "# Réseaux\n\n## Routeur\n\nTransmet les paquets entre réseaux :\n\n- par adresse\n- par coût\n"},
            id="a text announces the list that is added below it",
        ),
        pytest.param(
            {"a.md": COLLECTIONS + "- `push` adds an item to the end.\n- `pop` removes the last item.\n"},
            {"a.md": COLLECTIONS + "`push` adds an item to the end.\n\n`pop` removes the last item.\n"},
            id="items become paragraphs",
        ),
        pytest.param(
            {
                "a.md": FAQ
                + "**Question:** What does a router do?\n\n**Answer:** It forwards packets between networks.\n"
            },
            {"a.md": FAQ + "> What does a router do?\n\nIt forwards packets between networks.\n"},
            id="a question loses its label and is quoted",
        ),
    ],
)
def test_a_line_keeps_its_card_if_it_is_read_otherwise(before: dict[str, str], after: dict[str, str]) -> None:
    built = build_notes(before)
    edited = rebuild(built, after)
    assert not edited.retired
    assert {note.guid for note in built.notes} <= {note.guid for note in edited.notes}


def test_a_quoted_question_stands_in_the_lines_of_its_answer_too() -> None:
    """The note of a question that is quoted now is found at the line of its answer."""
    before = f"{FAQ}**Question:** What does a router do?\n\n**Answer:** It forwards packets between networks.\n"
    after = f"{FAQ}> What does a router do?\n\nIt forwards packets\nbetween networks.\n"
    (note,) = rebuild(build_notes({"a.md": before}), {"a.md": after}).notes
    lines = after.split("\n")
    assert lines[note.draft.span.line - 1 : note.draft.span.end_line] == lines[-5:-1]


def test_other_text_below_a_title_is_no_former_reading_rejected() -> None:
    """A file that replaces a section under another name inherits no card."""
    built = build_notes({"a.md": "# Net\n\n## Router\n\nForwards packets between networks.\n"})
    edited = rebuild(built, {"b.md": "# Bread\n\nRises for two hours in a warm place.\n"})
    assert {note.guid for note in built.notes}.isdisjoint({note.guid for note in edited.notes})


@pytest.mark.parametrize(
    "text",
    [
        "## Tools\n\n<!-- deck: id=a -->\n- Kettle\n- Pot\n- Strainer\n",
        "## The three tools\n\n- Kettle <!-- deck: id=a -->\n- Pot\n- Strainer\n",
        "## Oolong\n\n- Half brown leaves. <!-- deck: id=a -->\n- Rolled into balls by hand. <!-- deck: id=b -->\n",
        "## Keys\n\n- half brown, rolled <!-- deck: id=a -->\n- u, undo <!-- deck: id=b -->\n",
        "## Oolong\n\nOolong leaves are rolled: <!-- deck: id=a -->\n\n- by hand\n- by machine\n- by foot\n- never\n",
    ],
)
def test_an_id_is_not_given_twice_by_a_former_reading_rejected(text: str) -> None:
    built = build_notes(f"# Tea\n\n{text}")
    rebuilt = rebuild(built, f"# Tea\n\n{text}")
    assert rebuilt.ledger_text == built.ledger_text
    assert not built.diagnostics
