"""Of an answer of several sentences the first is asked, and the whole is shown; a packed note keeps its words."""

from __future__ import annotations

import pytest

from studydeck.model.notes import Pair
from studydeck.model.traverse import plain
from tests.support.pipeline import DAY, NOW, build_notes

DEFINED = (
    (
        """# Terraform

## Remote backend

A remote backend stores the state of Terraform outside of the local machine.
It also locks the state, so that two people never write to it at the same time.
""",
        "A remote backend stores the state of Terraform outside of the local machine.",
    ),
    (
        """# Climats

- Climat équatorial : le climat équatorial concerne les régions voisines de l'équateur.
  Les précipitations y sont fortes toute l'année, et la température moyenne y reste toujours proche de 28 °C.
- Toundra : sol gelé
""",
        "le climat équatorial concerne les régions voisines de l'équateur.",
    ),
    (
        """# Matrizen

**Einheitsmatrix**: Die Einheitsmatrix hat in ihrer Hauptdiagonale überall eine Eins.
Sie ist das neutrale Element, wenn Matrizen multipliziert werden, und ist daher stets gleich ihrer eigenen Inversen.
""",
        "Die Einheitsmatrix hat in ihrer Hauptdiagonale überall eine Eins.",
    ),
    (
        """# 材质

## 混合模式

混合模式控制当前材质的像素颜色如何与已绘制的像素合成。粒子系统中几乎必配加法混合，可以让多个粒子颜色叠加变亮，越重叠越亮，效果更好。
""",
        "混合模式控制当前材质的像素颜色如何与已绘制的像素合成。",
    ),
)
WHOLE = (
    """# Terraform

## Remote backend

A remote backend stores the state. It also locks the state.
""",
    """# Kräfte

## Reibung

Zwischen zwei Körpern wirkt an der Berührungsfläche immer eine Kraft.
Sie heißt Reibung und wirkt der Bewegung entgegen, weshalb jede Maschine Energie als Wärme verliert.
""",
    """# Graphs

- Euler circuit: Suppose that an Euler circuit of a connected graph is known.
  Then each vertex has an even degree, because the circuit leaves a vertex as often as it enters it.
- Loop: an edge
""",
    """# Memory

**What is a page fault?**

A page fault is a trap for a page that is not in memory.
The system then loads the page from the disk, updates the page table and starts the instruction again.
""",
)


def answers(notes: str) -> list[str]:
    """Return the answers of the forward cards of a text."""
    bodies = [note.draft.body for note in build_notes(notes).notes]
    return [plain(body.meaning) for body in bodies if isinstance(body, Pair)]


@pytest.mark.parametrize(("notes", "answer"), DEFINED, ids=["heading", "item", "term", "chinese"])
def test_the_first_of_several_sentences_is_asked(notes: str, answer: str) -> None:
    """Where it names its term; all sentences are shown below it."""
    assert answer in answers(notes)
    note = next(
        note
        for note in build_notes(notes).notes
        if isinstance(note.draft.body, Pair) and plain(note.draft.body.meaning) == answer
    )
    assert len(plain(note.draft.extra)) > len(answer) + 20
    assert plain(note.draft.extra).startswith(answer)


@pytest.mark.parametrize("notes", WHOLE, ids=["short", "unnamed", "premise", "question"])
def test_another_answer_stays_whole(notes: str) -> None:
    """One that is short, that the first sentence does not give, or that its author wrote for a question."""
    assert [answer for answer in answers(notes) if len(answer.split(". ")) > 1]


def test_the_other_sentences_below_a_heading_are_asked_by_themselves() -> None:
    """What stood behind the first sentence is not lost."""
    notes = DEFINED[0][0].replace("It also locks the state", "A lock in DynamoDB lasts for 30 seconds")
    assert [note.draft.rule for note in build_notes(notes).notes if note.draft.rule != "headings"] == ["statements"]


@pytest.mark.parametrize(("notes", "answer"), DEFINED, ids=["heading", "item", "term", "chinese"])
def test_a_packed_answer_keeps_its_words(notes: str, answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An upgraded tool stamps no note: what was packed whole stays whole until its author edits it."""
    with monkeypatch.context() as earlier:
        earlier.setattr("studydeck.extraction.drafts.first_sentence", lambda _term, _meaning: ())
        earlier.setattr("studydeck.extraction.rules.headings.first_sentence", lambda _term, _meaning: ())
        packed = build_notes(notes)
    assert answer not in [plain(note.draft.body.meaning) for note in packed.notes if isinstance(note.draft.body, Pair)]
    later = build_notes(notes, packed.ledger_text, now=NOW + DAY)
    by_guid = {note.guid: note for note in later.notes}
    for note in packed.notes:
        same = by_guid[note.guid]
        assert (same.changed, same.ordinals, same.draft.body) == (note.changed, note.ordinals, note.draft.body)
    again = build_notes(notes, later.ledger_text, now=NOW + 2 * DAY)
    assert again.ledger_text == later.ledger_text
