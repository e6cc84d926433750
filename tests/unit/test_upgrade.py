"""Notes packed by an earlier version of the tool keep their identities and cards in this version."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from studydeck.identity import ledger as ledger_file
from studydeck.identity import ledger_reader
from studydeck.identity.mark_released import mark_released
from tests.support.pipeline import DAY, NOW, build_notes, question_fields

FILES = sorted((Path(__file__).parents[1] / "upgrades").glob("*.json"))


def test_there_are_files_of_earlier_versions() -> None:
    """There is at least one version to compare with."""
    assert FILES


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def earlier(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Return the file of an earlier version: notes by path, the ledger's text, the asked fields by GUID."""
    found = dict(json.loads(request.param.read_text("utf-8")))
    for fields in found["asked"].values():  # the words around the number of a list's items stamp no note
        fields |= {name: re.sub(r"(?<=\()1 of (?=\d+\))", "", value) for name, value in fields.items()}
    return found


def test_no_identity_is_lost(earlier: dict[str, Any]) -> None:
    """Every packed note is still there with its kind, and no other note is matched."""
    built = build_notes(earlier["notes"], earlier["ledger"], now=NOW + DAY, id="upgrade-deck")
    before = ledger_reader.parse(earlier["ledger"])
    assert [note.text for note in built.retired] == []
    assert {note.guid: note.draft.kind for note in built.notes if note.matched_by != "new"} == {
        note.guid: note.kind for note in ledger_file.live_notes(before.notes)
    }


def test_no_packed_card_is_lost(earlier: dict[str, Any]) -> None:
    """Every packed card stays, whatever the rules would choose today."""
    built = build_notes(earlier["notes"], earlier["ledger"], now=NOW + DAY, id="upgrade-deck")
    before = ledger_reader.parse(earlier["ledger"])
    ordinals = {note.guid: set(note.ordinals) for note in built.notes}
    assert {note.guid: set(note.cards) - ordinals[note.guid] for note in ledger_file.live_notes(before.notes)} == {
        note.guid: set() for note in ledger_file.live_notes(before.notes)
    }


def test_only_notes_with_changed_questions_get_a_new_time(earlier: dict[str, Any]) -> None:
    """A note's time of change moves exactly if its question or answer differs."""
    before = ledger_reader.parse(earlier["ledger"])
    packed = ledger_file.to_text(mark_released(before, "1.0.0", NOW))
    built = build_notes(earlier["notes"], packed, now=NOW + DAY, id="upgrade-deck")
    old_times = {note.guid: note.changed for note in ledger_file.live_notes(ledger_reader.parse(packed).notes)}
    changed = {note.guid for note in built.notes if note.guid in old_times and note.changed != old_times[note.guid]}
    fields_now = question_fields(built)
    assert changed == {guid for guid in old_times if fields_now[guid] != earlier["asked"][guid]}


def test_a_lost_identity_is_detected(earlier: dict[str, Any]) -> None:
    """The comparison can fail: a note whose text in the ledger differs is retired, and a new one is made."""
    before = ledger_reader.parse(earlier["ledger"])
    first, *others = before.notes
    changed_ledger = replace(before, notes=(replace(first, text="quite other words", kind=first.kind), *others))
    built = build_notes(earlier["notes"], ledger_file.to_text(changed_ledger), now=NOW + DAY, id="upgrade-deck")
    assert [note.guid for note in built.retired] == [first.guid]


@pytest.mark.parametrize(
    "notes", ["# Measles\n\n- Prevention: two doses of vaccine\n", "# Leaf\n\n## Stoma\n\n### Proof\n\nA pore seen.\n"]
)
def test_a_packed_backward_card_of_a_label_asks_for_the_same(notes: str) -> None:
    """A label is asked of its subject today; where it was asked backwards, neither side changes its fact."""
    texts = {"a.md": notes}
    new = build_notes(texts)
    assert [note.ordinals for note in new.notes] == [(0,)]
    packed = new.ledger_text.replace('"0":"forwards"', '"0":"forwards","1":"backwards"')
    (later,) = build_notes(texts, packed, now=NOW + DAY).notes
    assert (later.guid, later.ordinals) == (new.notes[0].guid, (0, 1))
    assert later.draft.card_specs[1].phrase in {"Prevention", "Proof"}
