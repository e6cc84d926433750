"""Held cards: those that stay only because a package had them are listed, and go when the author accepts the rules."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from studydeck import pipeline
from studydeck.build_inputs import Inputs
from studydeck.cli.main import main
from studydeck.config import Config
from studydeck.diagnostics import DiagnosticCode
from studydeck.identity.held import held_cards
from studydeck.pipeline import Built, extract_deck
from tests.support.pipeline import NOW, build_notes, sources_of, templates

NOTES = """# Rivers

- The Nile is 6650 km long and flows to the north.
- The Amazon carries 20 % of the fresh water of all rivers of the earth.

## Words

- **Delta**: land where a river meets the sea <!-- deck: one-way -->
- **Meander**: a bend of a river
"""
LEAST = -99


def _old_ledger() -> str:
    """Return a ledger as of an earlier version of the tool, which chose another word of the sentence."""
    text = build_notes(NOTES).ledger_text
    assert '{"1":"6650 km"}' in text
    return text.replace('{"1":"6650 km"}', '{"1":"north"}')


def _build(ledger: str, *accepted: str, notes: str = NOTES) -> Built:
    sources = sources_of(notes)
    config = Config(id="test-deck", name="Test deck", min_confidence=LEAST)
    inputs = Inputs(sources, config, ledger, templates(), NOW + 60, accept_held=frozenset(accepted))
    return pipeline.build(inputs, extract_deck(sources))


def _held(built: Built) -> dict[str, str]:
    """Return the kind of each held card by the words of its note."""
    return {
        note.draft.fingerprint.text.split()[0]: kind
        for note, asked in zip(built.notes, built.asked, strict=True)
        for kind in held_cards(note.draft, note.ordinals, asked, LEAST).values()
    }


def test_a_blank_that_todays_rules_would_not_choose_is_held() -> None:
    """Accepted, the note keeps its identity, today's blank gets a number of its own, and the old one stays away."""
    held = _build(_old_ledger())
    assert _held(held) == {"the": "blank"}
    accepted = _build(held.ledger_text, "blank")
    assert _held(accepted) == {}
    before, after = held.notes[0], accepted.notes[0]
    assert (before.guid, before.ordinals, after.ordinals) == (after.guid, (1,), (2,))
    assert [each.code for each in accepted.diagnostics] == [DiagnosticCode.HELD_CARDS_ACCEPTED]
    assert _build(accepted.ledger_text).ledger_text == accepted.ledger_text


@pytest.mark.parametrize("accepted", ["low-confidence", "backwards", "aaaaaaaaaaaaaaaa"])
def test_what_was_not_accepted_stays_rejected(accepted: str) -> None:
    """Another kind, or another note, changes nothing."""
    held = _build(_old_ledger())
    assert _build(held.ledger_text, accepted).ledger_text == held.ledger_text


def test_the_command_lists_held_cards_beside_todays(tmp_path: Path) -> None:
    """As text and as JSON, and `build` accepts one by its GUID."""
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "notes.md").write_text(NOTES, "utf-8")
    (tmp_path / "notes" / "deck.toml").write_text('id = "test-deck"\nname = "Test deck"\nmin-confidence = -99\n')
    (tmp_path / "notes" / "ledger.jsonl").write_text(_old_ledger(), "utf-8")
    folders = ["--notes", str(tmp_path / "notes"), "--out", str(tmp_path / "dist")]
    text = CliRunner().invoke(main, ["list", "--held", *folders]).output
    assert "blank, confidence" in text
    assert "today:" in text
    (line,) = CliRunner().invoke(main, ["list", "--held", "--format", "json", *folders]).output.splitlines()
    held = json.loads(line)["held"]
    assert (held["kind"], held["card"]["answer"], [card["answer"] for card in held["today"]]) == (
        "blank",
        "north",
        ["6650 km"],
    )
    assert CliRunner().invoke(main, ["build", "--accept-held", held["guid"], *folders]).exit_code == 0
    assert "no card stays" in CliRunner().invoke(main, ["list", "--held", *folders]).output
