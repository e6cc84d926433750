"""Which sentences are asked by their subject and verb, and which are not."""

from __future__ import annotations

import pytest

from studydeck.model.notes import Pair
from studydeck.model.traverse import plain
from tests.support.pipeline import build_notes

ASKED = (
    ("Koaxialkabel bestehen aus einem Innenleiter, der von einem Außenleiter umgeben ist.", "Koaxialkabel"),
    ("Los protocolos permiten a los dispositivos de red intercambiar rutas y adaptarse.", "protocolos"),
    ("La photosynthèse permet de produire des sucres avec la lumière.", "photosynthèse"),
)
NOT_ASKED = (
    "Heute umfasst dieser Begriff auch den Austausch von Elektronen.",
    "Hoy permite el autenticador un acceso sutil y seguro.",
    "Aujourd'hui est la fête de tous les élèves du lycée.",
    "Zwischen den Leitern ist ein Isolator aus Luft.",
    "Entweder ist ein Wort in der Sprache, oder die Maschine hält nicht.",
)


def subjects(sentence: str) -> list[str]:
    """Return the subjects that are asked of a sentence."""
    notes = build_notes(f"# Notes\n\n## Topic\n\nIntro.\n\n- {sentence}\n- Other.\n").notes
    drafts = [note.draft for note in notes if note.draft.rule == "verb_phrases"]
    return [plain(draft.body.term) for draft in drafts if isinstance(draft.body, Pair)]


@pytest.mark.parametrize(("sentence", "subject"), ASKED)
def test_a_subject_is_asked_by_its_verb(sentence: str, subject: str) -> None:
    """Whatever its language."""
    assert any(subject in found for found in subjects(sentence))


@pytest.mark.parametrize("sentence", NOT_ASKED)
def test_what_opens_a_sentence_is_no_subject(sentence: str) -> None:
    """An adverb or a preposition."""
    assert subjects(sentence) == []
