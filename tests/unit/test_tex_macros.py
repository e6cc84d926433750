"""Macros: definitions in all their forms, calls, packages, units, and the budget."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest

from studydeck.errors import FormulaError
from studydeck.tex.commands import functions_of
from studydeck.tex.macro_settings import definition
from studydeck.tex.mathjax import tex_for_mathjax
from studydeck.tex.packages import FUNCTIONS, new_scope, package_macros
from studydeck.tex.units import _symbols

# Each macro is two of the next: 8,192 times the last one.
BOMB = "".join(rf"\def\a{x}{{\a{y}\a{y}}}" for x, y in pairwise("abcdefghijklmn")) + r"\def\an{x}"


def expanded(*formulas: str) -> str:
    """Return the last of the formulas of a file, expanded; those before it only define."""
    scope = new_scope(1_000_000)
    *definitions, last = formulas
    assert [scope.expand(formula) for formula in definitions] == [""] * len(definitions)
    return scope.expand(last)


@pytest.mark.parametrize(
    ("defines", "call", "shown"),
    [
        (r"\newcommand{\RR}{\mathbb{R}}", r"x \in \RR^n", r"x \in\mathbb{R}^n"),
        (r"\newcommand*\RR{\mathbb R}", r"\RR", r"\mathbb R"),
        (r"\renewcommand{\vec}[1]{\mathbf{#1}}", r"\vec x + \vec{yz}", r"\mathbf{x} + \mathbf{yz}"),
        (r"\newcommand{\pow}[2][2]{#2^{#1}}", r"\pow{x} + \pow[3]y", "x^{2} + y^{3}"),
        (r"\newcommand{\norm}[1]{\lVert#1\rVert} % length", r"\norm{x}", r"\lVert x\rVert"),
        (r"\providecommand{\frac}{a}\providecommand{\mine}{b}", r"\frac12\mine", r"\frac12b"),
        (r"\def\half{\frac12}", r"\half", r"\frac12"),
        (r"\def\pair(#1,#2){\langle#1|#2\rangle}", r"\pair(a,{b,c})", r"\langle a|{b,c}\rangle"),
        (r"\def\to#1.{[#1]}", r"\to ab.c", "[ab]c"),
        (r"\global\long\def\a{b}", r"\a", "b"),
        (r"\def\makes#1{\def\made##1{#1##1}}", r"\makes{a}\made{b}", "ab"),
        (r"\let\eps=\varepsilon", r"\eps x", r"\varepsilon x"),
        (r"\let\old\vec \renewcommand{\vec}[1]{\old{\mathbf{#1}}}", r"\vec{x}", r"\vec{\mathbf{x}}"),
        (r"\DeclareMathOperator{\sgn}{sgn}", r"\sgn x", r"\operatorname{sgn}x"),
        (r"\DeclareMathOperator*{\argmax}{arg\,max}", r"\argmax_x", r"\operatorname*{arg\,max}_x"),
        (
            r"\DeclarePairedDelimiter{\abs}{\lvert}{\rvert}",
            r"\abs{x}\abs*{x}\abs[\big]{x}",
            r"\lvert x\rvert\left\lvert x\right\rvert\big\lvert x\big\rvert",
        ),
        (r"\newcommand{\chem}[1]{\ce{#1}}", r"\chem{HC#CH}", r"\ce{HC#CH}"),
        (r"\newcommand{\a}{\b{x}}\newcommand{\b}[1]{(#1)}", r"\a", "(x)"),
        (r"\newcommand{\share}[1]{\text{#1}}", r"\share{50% of it}", r"\text{50% of it}"),
    ],
)
def test_definitions_apply_to_later_formulas(defines: str, call: str, shown: str) -> None:
    """A formula that only defines leaves nothing; the ones after it are expanded, arguments and defaults included."""
    assert expanded(defines, call) == shown
    assert tex_for_mathjax(shown)


def test_a_formula_may_define_and_show() -> None:
    """The definition goes, the rest stays, and the macro is known from there on."""
    scope = new_scope(1_000)
    assert scope.expand(r"\def\a{5} \a + 1") == "5+ 1"
    assert scope.expand(r"\a") == "5"


def test_expansion_makes_no_command_of_two_parts() -> None:
    """What TeX keeps apart stays apart: a macro cannot assemble the name of a command that is not allowed."""
    assert expanded(r"\def\a#1{\h#1}", r"\a{ref}{x}{y}") == r"\h ref{x}{y}"
    assert expanded(r"\let\a\le", r"\a t") == r"\le t"


@pytest.mark.parametrize(
    ("defines", "call", "reason"),
    [
        (r"\def\a{\a}", r"\a", r"\\a is defined by itself"),
        (r"\def\a{\b}\def\b{x\a}", r"\a", r"\\a is defined by itself"),
        (r"\renewcommand{\vec}[1]{\mathbf{\vec{#1}}}", r"\vec x", r"\\vec is defined by itself"),
        (r"\newcommand{\a}[1][\a]{#1}", r"\a", "too long"),
        (BOMB, r"\aa", "too long"),
        (r"\def\a#1{#1#1#1#1#1#1#1#1#1#1}", r"\a{\a{\a{\a{\a{\a{x}}}}}}", "too long"),
        (r"\newcommand{\a}[2]{#1#2}", r"\a{x}", r"an argument of \\a is missing"),
        (r"\newcommand{\a}{#1}", r"\a x", "#1 stands for no argument"),
        ("", r"\newcommand{\a", "missing"),
        ("", r"\newcommand\a[12]{x}", "0 to 9"),
        ("", r"\newcommand{ab}{c}", "not the name of a command"),
        ("", r"\def\a#1", "missing"),
        ("", r"\let\a", "followed by no command"),
        ("", r"\global x", "no definition"),
    ],
)
def test_macro_that_cannot_be_expanded_is_refused(defines: str, call: str, reason: str) -> None:
    """Macros that never end, or grow too much, and malformed ones are told apart."""
    scope = new_scope(1_000_000)
    scope.expand(defines)
    with pytest.raises(FormulaError, match=reason):
        scope.expand(call)


def test_budget_of_a_file_is_bounded() -> None:
    """A thousand formulas that each stay just below their own budget do not take a thousand times as long."""
    scope = new_scope(100_000)
    scope.expand(r"\def\a#1{#1#1#1#1#1#1#1#1#1#1}")
    started, refused = time.perf_counter(), 0
    for _ in range(1_000):
        try:
            scope.expand(r"\a{\a{\a{\a{x}}}}")
        except FormulaError:
            refused += 1
    assert refused > 900
    assert time.perf_counter() - started < 3


@pytest.mark.parametrize(
    ("call", "shown"),
    [
        (r"\bm{x}", r"\boldsymbol{x}"),
        (r"\mathds 1", r"\mathbb{1}"),
        (r"\dv{f}{x}", r"\frac{\mathrm{d} f}{\mathrm{d} x}"),
        (r"\dv[2]{f}{x}", r"\frac{\mathrm{d}^{2} f}{\mathrm{d} x^{2}}"),
        (r"\pdv{x}", r"\frac{\partial}{\partial x}"),
        (r"\qty(\frac{a}{(b)})", r"\left( \frac{a}{(b)} \right)"),
        (r"\qty{5}{\kilo\gram}", r"{5}\,\mathrm{kg}"),
        (r"\SI{3.5e-3}{\metre\per\second\squared}", r"{3.5 \times10^{-3}}\,\mathrm{m}\,\mathrm{s}^{-2}"),
        (r"\SI[per-mode=symbol]{10}{kg.m/s}", r"{10}\,\mathrm{kg\,m/s}"),
        (r"\si{\cubic\centi\metre}", r"\mathrm{cm}^{3}"),
        (r"\num{1e5}", "{10^{5}}".replace("10", r"1 \times10")),
        (r"\num{1,5}", "{1{,}5}"),
        (r"\ang{12;30}", r"12^{\circ}30'"),
        (r"\expval{A}{\psi}", r"\left\langle\psi \middle| A \middle| \psi \right\rangle"),
    ],
)
def test_packages_are_expanded(call: str, shown: str) -> None:
    """What students use of physics, siunitx, bm and dsfont becomes commands that MathJax in Anki knows."""
    assert expanded(call) == shown
    assert tex_for_mathjax(shown)


def test_every_macro_of_the_packages_gives_an_allowed_formula() -> None:
    """No macro of the table replaces a command of MathJax, and each variant expands to allowed TeX."""
    shapes = {"": "{x}", "{": "{x}", "[": "[2]", "(": "(x)", "|": "|x|"}
    for name, macro in package_macros().items():
        assert not functions_of(name[1:]), name
        for variant in macro.variants:
            call = name + "".join(
                piece if isinstance(piece, str) else shapes[piece.opening] for piece in variant.pattern
            )
            assert tex_for_mathjax(expanded(call)) or name == "\\xspace"
    prefixes, units = _symbols()
    for unit in units:
        assert tex_for_mathjax(expanded(rf"\SI{{1}}{{\kilo{unit}\squared}}"))
    assert len(prefixes) > 20
    assert not any(functions_of(name[1:]) for name in FUNCTIONS)


@pytest.mark.parametrize(
    ("name", "value", "tex"),
    [
        ("RR", r"\mathbb{R}", r"\newcommand{\RR}[0]{\mathbb{R}}"),
        (r"\norm", r"\lVert #1 \rVert", r"\newcommand{\norm}[1]{\lVert #1 \rVert}"),
        ("pow", ["#2^{#1}", 2, "2"], r"\newcommand{\pow}[2][2]{#2^{#1}}"),
        ("a", "\u212a\x1f", r"\newcommand{\a}[0]{K }"),
    ],
)
def test_macros_of_settings_are_definitions(name: str, value: object, tex: str) -> None:
    """The number of arguments is counted, or given as for MathJax."""
    assert definition(name, value) == tex


@pytest.mark.parametrize(
    ("name", "value"), [("a1", "x"), ("", "x"), ("a", 5), ("a", ["x", 10]), ("a", "{x"), ("a", "x}{y"), ("a", [])]
)
def test_macros_of_settings_are_checked(name: str, value: object) -> None:
    """A macro cannot end its own definition."""
    with pytest.raises(FormulaError):
        definition(name, value)
