"""Packed notes that a second reading of their files finds again."""

from __future__ import annotations

from studydeck.identity.assign import assign_identities
from studydeck.identity.lost_notes import lost_notes, with_found
from studydeck.pipeline import extract_deck
from tests.support.pipeline import DAY, NOW, build_notes, sources_of

PACKED = "# Music\n\n## Fermata\n\nLets a note last longer.\n"
OTHER = "# Music\n\n## Fermata\n\nStands above the last chord.\n"


def test_a_note_with_a_withdrawn_draft_of_other_words_takes_its_own_words() -> None:
    """The withdrawn draft asks the same question; where the packed words stand, too, the note is theirs."""
    ledger = build_notes(PACKED).ledger
    extracted, packed = extract_deck(sources_of(OTHER)), extract_deck(sources_of(PACKED))
    [withdrawn] = [draft.withdrawn() for draft in extracted.drafts]
    assigned = assign_identities([withdrawn], extracted.sections, ledger, NOW + DAY)
    [note] = assigned.notes
    assert (note.guid, assigned.retired) == (ledger.notes[0].guid, ())
    lost = lost_notes([withdrawn], ledger, assigned)
    assert [(note.text, note.has_draft) for notes in lost.values() for note in notes] == [
        ("fermata |  | lets a note last longer", True)
    ]
    found = [draft.withdrawn() for draft in packed.drafts]
    drafts, settled = with_found([withdrawn], found, lost, extracted.sections, ledger, assigned.settled)
    again = assign_identities(drafts, extracted.sections, ledger, NOW + DAY, settled=settled)
    assert [(note.guid, note.draft.fingerprint.meaning) for note in again.notes] == [
        (ledger.notes[0].guid, "lets a note last longer")
    ]


def test_a_note_whose_own_words_are_gone_keeps_its_withdrawn_draft() -> None:
    """Nothing is found, and the pairs of the first reading stand."""
    ledger = build_notes(PACKED).ledger
    extracted = extract_deck(sources_of(OTHER))
    drafts = [draft.withdrawn() for draft in extracted.drafts]
    assigned = assign_identities(drafts, extracted.sections, ledger, NOW + DAY)
    lost = lost_notes(drafts, ledger, assigned)
    assert with_found(drafts, [], lost, extracted.sections, ledger, assigned.settled)[1] == assigned.settled
