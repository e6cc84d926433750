"""Cards that are new only because the tool was upgraded wait in a released deck until the author accepts them."""

from __future__ import annotations

from studydeck import pipeline
from studydeck.build_inputs import Inputs
from studydeck.config import Config
from studydeck.diagnostics import DiagnosticCode
from studydeck.pipeline import Built, extract_deck
from tests.support.pipeline import NOW, build_notes, sources_of, templates

NOTES = """# Rivers

- **Delta**: land of sand and mud where a river meets the sea
- **Meander**: a bend of a river
"""
UNCHANGED, EDITED = frozenset({"notes.md"}), frozenset[str]()


def _ledger_without(words: str, *, release: str = '{"version":"1.0.0","time":1}') -> str:
    """Return the ledger of a released deck, as of a version of the tool that made no note with some words."""
    lines = build_notes(NOTES).ledger_text.splitlines(keepends=True)
    text = "".join(line for line in lines if words not in line)
    return text.replace('"release":null', f'"release":{release}')


def _build(ledger: str, unchanged: frozenset[str], *, accept_new: bool = False, notes: str = NOTES) -> Built:
    sources = sources_of(notes)
    inputs = Inputs(
        sources,
        Config(id="test-deck", name="Test deck", min_confidence=-99),
        ledger,
        templates(),
        NOW + 60,
        accept_new=accept_new,
        unchanged_since=lambda _version, texts, _deck: unchanged & texts.keys(),
    )
    return pipeline.build(inputs, extract_deck(sources))


def _terms(built: Built) -> list[str]:
    return [note.draft.fingerprint.term for note in built.notes]


def test_a_new_note_of_unchanged_text_waits() -> None:
    """It is listed with its reason and counted; a second build changes nothing; accepted, it is a note."""
    ledger = _ledger_without("meander")
    waiting = _build(ledger, UNCHANGED)
    assert _terms(waiting) == ["delta"]
    assert [block.reason for block in waiting.skipped] == ["new-by-upgrade"]
    (found,) = [each for each in waiting.diagnostics if each.code == DiagnosticCode.NEW_BY_UPGRADE]
    assert found.message.startswith("1 card is new in files that are as they were in 1.0.0")
    assert _build(waiting.ledger_text, UNCHANGED).ledger_text == waiting.ledger_text
    accepted = _build(waiting.ledger_text, UNCHANGED, accept_new=True)
    assert _terms(accepted) == ["delta", "meander"]
    assert _terms(_build(accepted.ledger_text, UNCHANGED)) == ["delta", "meander"]


def test_a_new_direction_of_unchanged_text_waits() -> None:
    """The note stays as learners have it."""
    both, one = '"cards":{"0":"forwards","1":"backwards"}', '"cards":{"0":"forwards"}'
    ledger = _ledger_without("no such words")
    assert both in ledger
    ledger = ledger.replace(both, one)
    assert [note.ordinals for note in _build(ledger, UNCHANGED).notes] == [(0,), (0,)]
    assert [note.ordinals for note in _build(ledger, EDITED).notes] == [(0, 1), (0,)]


def test_what_the_author_wrote_is_made_rejected() -> None:
    """In an edited file, before a first release, and where git does not tell, nothing waits."""
    assert _terms(_build(_ledger_without("meander"), EDITED)) == ["delta", "meander"]
    assert _terms(_build(_ledger_without("meander", release="null"), UNCHANGED)) == ["delta", "meander"]
