"""Formulas in plain characters, for tags, names of subdecks, paths of headings and labels."""

from __future__ import annotations

import pytest

from studydeck.tex.words import plain_characters


@pytest.mark.parametrize(
    ("tex", "words"),
    [
        (r"\lambda", "λ"),
        (r"\mathbb{R}^n", "ℝ^n"),
        (r"V_{\text{DD}}", "V_DD"),
        (r"\frac{a}{b}", "a/b"),
        (r"O(n\log n)", "O(nlog n)"),
        (r"i \leftarrow 1", "i ←1"),
        ("x_1", "x_1"),
    ],
)
def test_formula_is_written_in_plain_characters(tex: str, words: str) -> None:
    assert plain_characters(tex) == words


@pytest.mark.parametrize("tex", [r"\frac{a", "{" * 90 + "}" * 90, r"\frac\frac\frac", r"\sqrt{x}" * 200])
def test_formula_with_a_fault_reads_as_it_is(tex: str) -> None:
    assert plain_characters(tex) == tex
