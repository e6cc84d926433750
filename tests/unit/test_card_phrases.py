"""Which packed phrase of a note is which of its phrases now: reworded ones keep their card, others get a new one."""

from __future__ import annotations

import pytest

from studydeck.identity.matching.contrast import are_contrasting
from tests.support.pipeline import build_notes, rebuild


def cards_after(before: list[str], after: list[str]) -> dict[str, int]:
    """Return phrase -> ordinal of the only list of a section after an edit of its items."""
    first, second = ("".join(f"- {item}\n" for item in items) for items in (before, after))
    heading = "# Quality\n\n## The three parts\n\n"  # with a number: its items are asked in their places
    (note,) = rebuild(build_notes(heading + first), heading + second).notes
    specs = zip(note.ordinals, note.draft.card_specs, strict=True)
    return {card_spec.phrase: ordinal for ordinal, card_spec in specs}


@pytest.mark.parametrize(
    ("last", "reworded"),
    [
        ("Standards of work", "Standards such as ISO"),
        ("Normen im Betrieb", "Normen nach DIN"),
        ("品質標準の例", "品質標準と規格"),
    ],
)
def test_the_last_item_is_reworded_if_it_shares_a_word_of_its_own(last: str, reworded: str) -> None:
    assert cards_after(["Definition", "Measures", last], ["Definition", "Measures", reworded])[reworded] == 3


@pytest.mark.parametrize(
    ("items", "added"),
    [
        (["Definition", "Measures", "Standards"], "Audits"),
        (["Quality plan", "Quality goals", "Quality manual"], "Quality of suppliers"),
        (["Definition", "Measures", "Internal audit"], "External audit"),
    ],
)
def test_another_last_item_is_new_rejected(items: list[str], added: str) -> None:
    assert cards_after(items, [*items[:-1], added])[added] == 4


def test_an_item_that_stood_without_a_card_is_not_a_reworded_one_rejected() -> None:
    """ "Division" shows in "remainder of division" and had no card; alone it gets one of its own."""
    cards = cards_after(["Sum", "Division", "Remainder of division"], ["Sum", "Division"])
    assert cards == {"Sum": 1, "Division": 3}


def test_a_long_item_is_known_by_its_cut_phrase() -> None:
    """The ledger keeps 80 characters of a phrase, of which the last may be a space."""
    long = "a" * 38 + " " + "b" * 40 + " and what follows"
    assert cards_after(["Sum", long], ["Total", "Sum", long]) == {"Total": 3, "Sum": 1, long: 2}


def test_an_item_behind_the_end_of_a_cut_text_is_reworded_in_its_place() -> None:
    """The ledger keeps 200 characters of a list, and the phrase of each card."""
    items = [
        f"{word} internationalization counterrevolutionaries" for word in ("alpha", "beta", "gamma", "delta", "rho")
    ]
    edited = [*items[:3], "quite another thing", items[4]]
    assert cards_after([*items, "end"], [*edited, "end"])[edited[3]] == 4


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("synchronous", "asynchronous"),
        ("afferent", "efferent"),
        ("boxing", "unboxing"),
        ("hypertonie", "hypotonie"),
        ("import", "export"),
        ("encode", "decode"),
        ("kovariant", "kontravariant"),
        ("inside", "outside"),
        ("endocytosis", "exocytosis"),
        ("eingang", "ausgang"),
        ("зависимый", "независимый"),
    ],
)
def test_opposite_beginnings_contrast(word: str, other: str) -> None:
    assert are_contrasting(word, other)
    assert are_contrasting(other, word)


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("adress", "address"),
        ("recieve", "receive"),
        ("describe", "discribe"),
        ("storage", "storages"),
        ("not", "nnot"),
        ("classes", "classification"),
        ("information", "formations"),
    ],
)
def test_typos_and_inflections_do_not_contrast_rejected(word: str, other: str) -> None:
    assert not are_contrasting(word, other)
