"""A first build makes no readings that only keep packed cards, and gives what it would give with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from studydeck.build_inputs import Inputs
from studydeck.config import Config
from studydeck.markdown.source import clean
from studydeck.model.document import Source
from studydeck.pipeline import build, extract_deck, pack
from studydeck.runner import Runner
from tests.support.pipeline import NOW, templates

SNAPSHOTS = Path(__file__).parent.parent / "snapshots"


def sources_below(folder: str) -> tuple[Source, ...]:
    """Return the notes of the snapshot cases of a rule."""
    return tuple(
        Source(path.name, clean(path.read_text("utf-8"))) for path in sorted((SNAPSHOTS / folder).glob("*.md"))
    )


@pytest.mark.parametrize("folder", ["lists", "headings", "statements", "questions"])
def test_a_first_build_is_the_same_without_readings_for_packed_notes(folder: str) -> None:
    """Nothing but the drafts that keep packed cards is missing."""
    sources = sources_below(folder)
    inputs = Inputs(sources, Config(id="first", name="First", version="1.0.0"), None, templates(), NOW)
    assert not inputs.has_packed
    whole, first = extract_deck(sources), extract_deck(sources, runner=Runner(has_packed=False))
    assert any(draft.legacy_only for draft in whole.drafts)
    assert [draft for draft in first.drafts if draft.legacy_only or draft.other] == []
    expected, built = build(inputs, whole), build(inputs, first)
    assert pack(built.deck) == pack(expected.deck)
    assert built.ledger_text == expected.ledger_text
    assert (built.skipped, built.diagnostics) == (expected.skipped, expected.diagnostics)


def test_a_ledger_or_a_decision_may_name_packed_notes() -> None:
    """After the first build the readings of packed notes are needed."""
    inputs = Inputs((), Config(), None, {}, NOW)
    assert not inputs.has_packed
    assert Inputs((), Config(), "{}\n", {}, NOW).has_packed
