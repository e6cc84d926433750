"""A sentence and its translation are told from two sentences of one language."""

from __future__ import annotations

import pytest

from studydeck.text.translations import are_translations


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Estoy muy cansado hoy.", "I am very tired today."),
        ("Il pleut.", "It is raining."),
        ("Das Haus ist nicht sehr groß.", "La maison n'est pas très grande."),
        ("今日は寒いです。", "It is cold today."),
    ],
)
def test_sentences_of_two_languages_are_translations(left: str, right: str) -> None:
    """Short ones by one common word."""
    assert are_translations(left, right)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Im Kreislauf wird CO2 durch ein Enzym fixiert.", "Er benötigt 3 ATP pro CO2-Molekül."),
        ("Der Kern enthält die DNA der Zelle.", "Man findet mRNA per Elektrophorese nur selten."),
        ("Die Zelle teilt sich in der Mitose.", "Die Meiose dauert im Hoden drei Wochen."),
    ],
)
def test_one_word_that_is_common_elsewhere_makes_no_translation(left: str, right: str) -> None:
    """German "er" and "pro" are words of Danish and Czech, too."""
    assert not are_translations(left, right)
