"""Notes whose key consists of signs: told apart, recognised after edits, and kept when a ledger was written without."""

from __future__ import annotations

import pytest

from studydeck.identity.sign_keys import with_signs
from studydeck.pipeline import Built
from studydeck.text.normalize import meaningful_signs, normalize
from tests.support.pipeline import build_notes

HEAD = "# Notes\n\n| Sign | Length |\n| --- | --- |\n"
ROWS = ("| ♩ | a quarter |\n", "| ♪ | an eighth |\n", "| ♬ | a sixteenth |\n")


def guids(built: Built) -> dict[str, str]:
    """Return the GUID of each note by its ledger text."""
    return {note.draft.fingerprint.text: note.guid for note in built.notes}


def test_signs_alone_have_a_normal_form() -> None:
    """The normal form of a sign is not empty, is no separator of keys, and differs from that of any other sign."""
    forms = [normalize(sign) for sign in "♩ ♬ 🇫🇷 🇯🇵 ¬ ∧ € ¥ → ⇒ + ± | *".split()]
    assert len(set(forms)) == len(forms)
    assert all(forms)
    assert "|" not in "".join(forms)


@pytest.mark.parametrize(("text", "form"), [("√2", "2"), ("♩ Note", "note"), ("C++", "c"), ("❤️", "❤"), ("1. ♩", "♩")])
def test_letters_and_digits_decide_where_there_are_any(text: str, form: str) -> None:
    """The keys of texts with words are those that released ledgers hold."""
    assert normalize(text) == form


def test_signs_tell_questions_with_the_same_words_apart() -> None:
    """Punctuation does not."""
    assert meaningful_signs("a ∧ b") != meaningful_signs("a ∨ b")
    assert meaningful_signs("C") != meaningful_signs("C#")
    assert meaningful_signs("“A”, (b).") == meaningful_signs("A b")


def test_rows_of_signs_keep_their_notes_when_they_move_and_one_is_reworded() -> None:
    """Each row is recognised by its sign."""
    first = build_notes({"n.md": HEAD + "".join(ROWS)})
    edited = HEAD + ROWS[1] + "| ♬ | two sixteenths |\n" + ROWS[0] + "| 𝅝 | a whole |\n"
    second = build_notes({"n.md": edited}, first.ledger_text)
    old, new = guids(first), guids(second)
    assert new["♩ | length | a quarter"] == old["♩ | length | a quarter"]
    assert new["♬ | length | two sixteenths"] == old["♬ | length | a sixteenth"]
    assert new["𝅝 | length | a whole"] not in old.values()


def test_a_ledger_without_signs_keeps_its_notes() -> None:
    """A ledger of an earlier version has an empty key in place of each sign."""
    first = build_notes({"n.md": HEAD + "".join(ROWS)})
    old_ledger = first.ledger_text
    for sign in "♩♪♬":
        old_ledger = old_ledger.replace(f'"text":"{sign} | ', '"text":" | ')
    assert old_ledger != first.ledger_text
    assert guids(build_notes({"n.md": HEAD + "".join(ROWS)}, old_ledger)) == guids(first)


def test_an_ambiguous_key_without_signs_stays_as_it_is_rejected() -> None:
    """Two rows with one meaning cannot be told apart without their signs."""
    assert with_signs([" | length | half"], ["♩ | length | half", "♪ | length | half"]) == [" | length | half"]
    assert with_signs([" | length | half"] * 2, ["♩ | length | half"]) == [" | length | half"] * 2
