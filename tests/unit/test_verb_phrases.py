"""Which sentences are asked by their subject and verb, and which are not."""

from __future__ import annotations

import pytest

from studydeck.identity.from_package import recover
from studydeck.identity.ledger import live_notes
from studydeck.model.digests import note_digests
from studydeck.model.notes import Note, Pair
from studydeck.model.traverse import plain
from tests.support.pipeline import DAY, NOW, build_notes

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
    "Das Programm prüft die Grenzen des Puffers nicht.",
    "The headset detects and answers the signals of lasers.",
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


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("A router connects to several networks at once.", "What does a router connect to?"),
        ("Nested loops require an inner and an outer loop.", "What do nested loops require?"),
        ("Nested loops consist of an inner and an outer loop.", "What do nested loops consist of?"),
        ("Die Simulation basiert auf gemessenen Daten.", "Worauf basiert die Simulation?"),
        ("Der Katalog wird verwendet für die Suche im Bestand.", "Wofür wird der Katalog verwendet?"),
        ("Systemet används som mellanlager för filer.", "Vad används Systemet som?"),
        ("La red se utiliza para compartir recursos.", "¿Para qué se utiliza la red?"),
        ("Le noyau utilise une file de processus.", "Qu’utilise le noyau ?"),
        ("Ядро управляет памятью и процессами.", "Чем управляет Ядро?"),
        ("Sieć wykorzystuje dane z wielu czujników.", "Co wykorzystuje Sieć?"),
        ("Motoren bruges til at drive en pumpe.", "Hvad bruges Motoren til?"),
        ("Redis is used for caching and for queues.", "What is Redis used for?"),
        ("A glacier can be used as a source of fresh water.", "What can a glacier be used as?"),
        ("Every value is set once for all runs of a job.", "Every value is set …"),
        ("Herland represents a reversal of the patriarchy.", "What does Herland represent?"),
        ("Die Fotosynthese dient zur Umwandlung von Licht.", "Wozu dient die Fotosynthese?"),
        ("Der Isolator ist aus Kunststoff oder aus Luft.", "Der Isolator ist …"),
        ("L'amidon sert à stocker l'énergie dans les graines.", "À quoi sert l'amidon ?"),
        ("Los protocolos permiten a los dispositivos hablar.", "¿Qué permiten los protocolos?"),
        ("L'energia dipende da massa e velocità del corpo.", "Da che cosa dipende l'energia?"),
        ("Genom oznacza cały materiał genetyczny organizmu.", "Co oznacza Genom?"),
        ("Fotosyntes innebär att ljus blir kemisk energi.", "Vad innebär Fotosyntes?"),
        ("OSとはコンピュータ全体を管理する基本ソフトである。", "OSとは何か？"),
        ("光合作用是植物把光能转化为化学能的过程。", "光合作用是什么？"),
    ],
)
def test_a_verb_asks_a_question(sentence: str, question: str) -> None:
    """In the grammar and the letters of its language; what has no question is a sentence to be completed."""
    built = build_notes(f"# Notes\n\n## Topic\n\nIntro on nested things.\n\n- {sentence}\n")
    asked = [note.draft.body.asked.plain for note in built.notes if isinstance(note.draft.body, Pair)]
    assert question in asked


def test_a_packed_question_keeps_its_words_until_its_answer_changes() -> None:
    """As an earlier version packed it: an upgrade touches no learner's card."""
    notes = "# Notes\n\n## Topic\n\nIntro.\n\n- Herland represents a reversal of the {}.\n"
    built = build_notes(notes.format("patriarchy"))
    (new,) = [note for note in built.notes if note.draft.rule == "verb_phrases"]
    old_digest = note_digests(new.draft.without_own_question())[0]
    packed = built.ledger_text.replace(note_digests(new.draft)[0], old_digest)
    same, edited = (
        {note.guid: note for note in build_notes(notes.format(word), packed, now=NOW + DAY).notes}[new.guid]
        for word in ("patriarchy", "old patriarchy")
    )
    assert (same.changed, question_of_note(same)) == (new.changed, "Herland represents")
    assert (edited.changed, question_of_note(edited)) == (NOW + DAY, "What does Herland represent?")


def question_of_note(note: Note) -> str:
    """Return the question of a pair in its own words, or its term and label."""
    body = note.draft.body
    assert isinstance(body, Pair)
    return body.asked.plain or f"{plain(body.term)} {body.meaning_label}"


def test_a_ledger_from_a_package_knows_the_term_and_the_label() -> None:
    """A question in its own words holds both, so that its note is found again."""
    built = build_notes('# Notes\n\n## Topic\n\nIntro.\n\n- Herland "x" represents a reversal of it.\n')
    assert built.deck
    recovered = {note.guid: note.text for note in recover(built.deck).notes}
    assert recovered == {note.guid: note.text for note in live_notes(built.ledger.notes)}
