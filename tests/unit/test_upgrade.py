"""An upgrade of the tool is an edit like any other: whatever an earlier version packed keeps its identity and cards."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from studydeck.identity import ledger as ledger_file
from studydeck.identity.mark_released import released
from tests.support.pipeline import DAY, NOW, asked, walk

KEPT = sorted((Path(__file__).parents[1] / "upgrades").glob("*.json"))


def test_earlier_versions_are_kept() -> None:
    """There is something to be compared with."""
    assert KEPT


@pytest.fixture(params=KEPT, ids=lambda path: path.stem)
def earlier(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Give what an earlier version kept: notes by path, the ledger's text, what each note asked by GUID."""
    return dict(json.loads(request.param.read_text("utf-8")))


def test_no_identity_is_lost(earlier: dict[str, Any]) -> None:
    """Every note that was packed is still there, as the same kind, and none is taken for another."""
    built = walk(earlier["notes"], earlier["ledger"], now=NOW + DAY, id="upgrade-deck")
    before = ledger_file.read(earlier["ledger"])
    assert [note.text for note in built.retired] == []
    assert {note.guid: note.draft.kind for note in built.notes if note.matched_by != "new"} == {
        note.guid: note.kind for note in ledger_file.live(before.notes)
    }


def test_no_card_is_withdrawn(earlier: dict[str, Any]) -> None:
    """Every card that was packed stays, whatever a better rule would choose today."""
    built = walk(earlier["notes"], earlier["ledger"], now=NOW + DAY, id="upgrade-deck")
    before = ledger_file.read(earlier["ledger"])
    ordinals = {note.guid: set(note.ordinals) for note in built.notes}
    assert {note.guid: set(note.cards) - ordinals[note.guid] for note in ledger_file.live(before.notes)} == {
        note.guid: set() for note in ledger_file.live(before.notes)
    }


def test_only_what_is_asked_otherwise_is_stamped(earlier: dict[str, Any]) -> None:
    """A note's time moves where its question or answer reads differently, and nowhere else."""
    before = ledger_file.read(earlier["ledger"])
    packed = ledger_file.write(released(before, "1.0.0", NOW))
    built = walk(earlier["notes"], packed, now=NOW + DAY, id="upgrade-deck")
    times = {note.guid: note.changed for note in ledger_file.live(ledger_file.read(packed).notes)}
    assigned = {note.guid for note in built.notes if note.guid in times and note.changed != times[note.guid]}
    now_asked = asked(built)
    assert assigned == {guid for guid in times if now_asked[guid] != earlier["asked"][guid]}


def test_a_lost_identity_would_be_seen(earlier: dict[str, Any]) -> None:
    """The comparison can fail: a note whose remembered words are others is gone, and another is new."""
    before = ledger_file.read(earlier["ledger"])
    first, *others = before.notes
    odd = replace(before, notes=(replace(first, text="quite other words", kind=first.kind), *others))
    built = walk(earlier["notes"], ledger_file.write(odd), now=NOW + DAY, id="upgrade-deck")
    assert [note.guid for note in built.retired] == [first.guid]
