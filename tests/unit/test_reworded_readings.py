"""Edits after which no rule makes a note any more, or lists are others: what keeps its note, and what is new."""

from __future__ import annotations

import pytest

from studydeck.extraction.reworded_readings import reworded_readings
from studydeck.markdown.sections import parse
from studydeck.model.document import Source
from studydeck.model.notes import LostNote
from studydeck.text.normalize import without_accents
from tests.support.pipeline import build_notes, rebuild

CELLS = """# Cells

## Exercise 1

- Nucleus: holds the chromosomes of the cell

## Parts

Ribosomes of all cells build proteins in the plasma. They stand at the membrane as well, or swim.

Ribosomes are the sites where all proteins are built.

- vacuole
- wall of cellulose
"""


@pytest.mark.parametrize(
    ("lost", "found"),
    [
        (
            LostNote("pair", "nucleus |  | holds the genes of the cell"),
            "nucleus |  | holds the chromosomes of the cell",
        ),
        (
            LostNote("cloze", "ribosomes build proteins in the plasma", ("proteins",)),
            "ribosomes of all cells build proteins in the plasma",
        ),
        (LostNote("cloze", "vacuole | wall of wood", ("vacuole", "wall of wood")), "vacuole | wall of cellulose"),
        (
            LostNote("pair", "ribosomes | are | sites where proteins are built"),
            "ribosomes | are the | sites where all proteins are built",
        ),
    ],
)
def test_the_nearest_words_are_read(lost: LostNote, found: str) -> None:
    """Answers, sentences, lists and phrases behind a verb; each reading is withdrawn."""
    drafts = reworded_readings(parse(Source("cells.md", CELLS)), [lost])
    assert [(draft.kind, draft.fingerprint.text, draft.legacy_only) for draft in drafts] == [(lost.kind, found, True)]


@pytest.mark.parametrize(
    "lost",
    [
        LostNote("cloze", "ribosomes build proteins in the plasma", ("plasmids",)),
        LostNote("pair", "nucleus |  | the middle of an atom"),
        LostNote("cloze", "the golgi body sorts proteins", ("proteins",)),
    ],
)
def test_other_words_are_not_read_rejected(lost: LostNote) -> None:
    """Without the hidden phrase, with another answer, or in another sentence."""
    assert not reworded_readings(parse(Source("cells.md", CELLS)), [lost])


LISTS = """# Locks

## Access

Grant access with:

- second factor
- known device
- approved program
- signed terms
- local network
- paid account
- fresh password

Block access from:

- unknown places
- rooted devices
- old browsers
- high risks
- guest accounts
- foreign clouds
- shared terminals

## Keys

- **Passkey**: a secret key that never leaves its device in any readable form
"""
DRUGS = """# Drugs

## Aspirin

Effects:

- thins the blood
- eases pain
- soothes fever

## Ether

- **Ether**: the first gas against pain
"""
ACCENTS = """# Envíos

## Call semantigs

Segun las estrategias para segurar la entrega, los mensajes pueden lelgar muchas veces.

## Colas

Una cola guarda los mensajes que nadie ha leido.
"""
SENTENCE = """# Locks

- To enter the section a process compares the `timestamp`, and the smaller one wins.
- A mutex has one **owner**.
"""


MAPS = """# Mapy

- odwzorowanie **Gaussa** zachowuje kąty, ale znacznie zniekształca odległości daleko od południka.
- Południk zerowy przechodzi przez **Greenwich**.
"""


@pytest.mark.parametrize(
    ("notes", "edits", "text"),
    [
        (LISTS, {"- known device\n": "", "- signed terms": "- signed terms\n- a session"}, "second factor | "),
        (LISTS, {"\n".join(LISTS.split("\n")[6:12]): ""}, "second factor"),
        (ACCENTS, {"Segun": "Según", "segurar": "asegurar", "lelgar": "llegar", "semantigs": "semantics"}, "call sem"),
        (
            SENTENCE,
            {"and the smaller one wins": "and queues the message until it leaves, where its own is smaller"},
            "to enter the section a process compares the timestamp",
        ),
        (
            MAPS,
            {
                "odwzorowanie **Gaussa** zachowuje kąty, ale znacznie zniekształca odległości daleko od południka": (
                    "daleko od południka odległości znacznie zniekształca odwzorowanie **Gaussa**, które zachowuje kąty"
                )
            },
            "odwzorowanie gaussa",
        ),
        (DRUGS, {"Effects:": "What it does to a patient:"}, "thins the blood"),
        (LISTS, {"**Passkey**": "**Token**"}, "a secret key that never leaves"),
    ],
)
def test_an_edit_keeps_the_note(notes: str, edits: dict[str, str], text: str) -> None:
    """Items beside an edited one, and the last one; accents and typos; what leads to a blank; a renamed term."""
    first = build_notes(notes)
    edited = notes
    for old, new in edits.items():
        assert old in edited
        edited = edited.replace(old, new)
    second = rebuild(first, edited)
    guids = {
        note.guid
        for note in first.notes
        if text in note.draft.fingerprint.text or text in note.draft.fingerprint.question
    }
    assert len({note.guid for note in second.notes} & guids) == 1


@pytest.mark.parametrize(
    ("notes", "edits", "before", "after"),
    [
        (
            DRUGS,
            {"thins the blood": "burns fat", "eases pain": "wakes people", "soothes fever": "dries the mouth"},
            "thins the blood",
            "burns fat",
        ),
        (
            "# Beams\n\n## Search\n\nConclusion: RNN model is at fault\n\n## Other\n\n- **Beam**: a list of words\n",
            {"RNN model": "Beam search"},
            "rnn model",
            "beam search",
        ),
    ],
)
def test_another_fact_is_a_new_note(notes: str, edits: dict[str, str], before: str, after: str) -> None:
    """All items of a list that is asked at once; another subject below an open label."""
    first = build_notes(notes)
    edited = notes
    for old, new in edits.items():
        edited = edited.replace(old, new)
    second = rebuild(first, edited)
    old_guids = {note.guid for note in first.notes if before in note.draft.fingerprint.text}
    new_guids = {note.guid for note in second.notes if after in note.draft.fingerprint.text}
    assert len(old_guids) == len(new_guids) == 1
    assert not old_guids & new_guids


def test_the_last_item_of_a_list_shows_the_phrase_that_was_hidden() -> None:
    """A sentence that is alone now hides its word as before, and not itself."""
    notes = "# C\n\n## Constants\n\n- A value is computed by the **compiler** itself.\n- The scope is a **block**.\n"
    first = build_notes(notes)
    second = rebuild(first, notes.replace("- The scope is a **block**.\n", ""))
    assert [[spec.phrase for spec in note.draft.card_specs] for note in second.notes if note.draft.kind == "cloze"] == [
        ["compiler"]
    ]


@pytest.mark.parametrize(
    ("word", "other", "are_equal"),
    [("segun", "según", True), ("cafe", "café", True), ("nguoi", "người", True), ("がき", "かき", False)],
)
def test_accents_are_no_difference(word: str, other: str, are_equal: bool) -> None:
    """A mark on a kana makes another letter."""
    assert (without_accents(word) == without_accents(other)) is are_equal
