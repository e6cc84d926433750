"""Answers to type: which files have them, which answers are short enough, and what the real Anki shows."""

from __future__ import annotations

from pathlib import Path

import pytest
from anki.collection import Collection

from studydeck import load_project
from studydeck.pipeline import pack
from tests.support.pipeline import build_notes, rebuild
from tests.support.real_anki import cards, import_package, rendered_sides

WORDS = "# Verbs\n\n## Past of English verbs\n\n- **go**: went\n- **bring**: `brought`\n- **be**: was or were\n"
TYPED = WORDS.replace("verbs\n\n-", "verbs <!-- deck: typed -->\n\n-")


def test_short_answers_of_named_files_are_typed(tmp_path: Path) -> None:
    """Patterns of deck.toml name the files; other files have no such card."""
    (tmp_path / "Words").mkdir()
    (tmp_path / "Words" / "a.md").write_text(WORDS, "utf-8")
    (tmp_path / "b.md").write_text(WORDS.replace("go", "come").replace("went", "came"), "utf-8")
    (tmp_path / "deck.toml").write_text('id = "abc"\nname = "T"\ntyped = ["Words/"]\n', "utf-8")
    built = load_project(tmp_path, now=1_790_000_000).build()
    typed = {row.fields[9] for row in built.deck.rows if 2 in row.ordinals}
    assert typed == {"went", "brought", "was or were"}
    assert all((2 in row.ordinals) == bool(row.fields[9]) for row in built.deck.rows)


@pytest.mark.parametrize(
    "answer",
    [
        "a word of the past that has many letters",
        "$x^2$",
        "![](a.png)",
        "<https://example.org/" + "a" * 80 + ">",
    ],
)
def test_other_answers_are_not_typed_rejected(answer: str) -> None:
    """Nobody types a sentence, a formula, a picture, an address or a list."""
    built = build_notes(TYPED.replace("went", answer))
    assert all(row.fields[9] != "" or 2 not in row.ordinals for row in built.deck.rows)
    assert not any(2 in row.ordinals for row in built.deck.rows if "go" in row.fields[1])


def test_typing_is_a_change_and_so_is_its_end() -> None:
    """The field must reach learners with the card; without the directive no note changes."""
    plain = build_notes(WORDS)
    typed = rebuild(plain, TYPED)
    assert {note.guid for note in typed.notes} == {note.guid for note in plain.notes}
    assert all(new.changed > old.changed for new, old in zip(typed.notes, plain.notes, strict=True))
    assert rebuild(typed, TYPED).ledger_text == typed.ledger_text
    again = rebuild(typed, WORDS)
    assert not any(2 in row.ordinals for row in again.deck.rows)
    assert all(new.changed > old.changed for new, old in zip(again.notes, typed.notes, strict=True))


@pytest.mark.anki
def test_anki_asks_to_type(collection: Collection) -> None:
    """The third card has an input box, and a learner of the earlier version gets it as a new card."""
    plain = build_notes(WORDS, now=1_700_000_000)
    import_package(pack(plain.deck), collection)
    before = {card for _, _, card, *_ in cards(collection)}
    typed = build_notes(TYPED, plain.ledger_text, now=1_700_100_000)
    assert import_package(pack(typed.deck), collection).updated == 3
    new = [(ordinal, card) for _, ordinal, card, *_ in cards(collection) if card not in before]
    assert [ordinal for ordinal, _ in new] == [2, 2, 2]
    assert all("[[type:Typed]]" in rendered_sides(collection, card)[0] for _, card in new)
