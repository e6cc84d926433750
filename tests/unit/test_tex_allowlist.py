"""What a formula may use: commands, environments, arguments, and where it ends."""

from __future__ import annotations

import re
import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studydeck.errors import FormulaError
from studydeck.tex.commands import _DISPLAYING, _REFUSED, _REFUSED_MACROS, _functions, allowed_names
from studydeck.tex.mathjax import MAX_LENGTH, tex_for_mathjax

ORDINARY = r"""
\frac{a}{b}^{x_1}
\begin{aligned} a &= b \\[2pt] c &= d \end{aligned}
\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}
\begin{cases} 1 & \text{if } x > 0 \\ 0 & \text{else} \end{cases}
\begin{array}{cc|c} 1 & 2 & 3 \\ \hline 4 & 5 & 6 \end{array}
\begin{alignat}{2} a & b & c \end{alignat}
\begin{CD} A @>a>> B \end{CD}
\begin{prooftree} \AxiomC{$A$} \UnaryInfC{$B$} \end{prooftree}
\begin{empheq}[left={f=\empheqlbrace}]{align*} a & b \end{empheq}
\left\{ x \;\middle|\; \mathbb{R} \right\}
\left[ x \right), ]0, 1[
\operatorname*{arg\,max}_x \operatorname{sgn} x
\ce{2H2 + O2 ->[\Delta][\text{cat}] 2H2O ^}
\ce{HC#CH <=> SO4^2- + \pu{5 mol}}
\color{red}{x} \textcolor[RGB]{1,2,3}{x} \colorbox{yellow}{$x$} \fcolorbox{red}{blue!20}{x}
\cancel{x} \cancelto{0}{x} \enclose{circle}[mathcolor="red"]{x}
\sqrt[\leftroot{-2}\uproot{2}\beta]{k} \sqrt 2
\genfrac{\{}{\}}{0pt}{1}{a}{b} {a \above 1pt b} \binom{n}{k}
\rule{1em}{2pt} \hspace{1cm} \kern-3pt \raise2pt{x = 5000 mm}
\frac{5000 mm}{2 cm} \\ 5000 mm
x \tag{1} \nonumber \boxed{E = mc^2}
\underbrace{a + b}_{\text{sum}} \overset{!}{=} \xrightarrow[a]{b}
f'(x)'' \dots \degree \upmu \textdegree \implies
\root 3 \of {x} \buildrel a \over =
\TeX \Huge \mathop{x}\limits_a \substack{a \\ b}
"""
REFUSED = (
    (r"\mmlToken{mtext}[href='javascript:a()']{x}", r"\mmlToken"),
    (r"\bbox[background:url(http://a.b/c)]{x}", r"\bbox"),
    (r"\href{javascript:a()}{x}", r"\href"),
    (r"\text{a \href{javascript:a()}{x}}", r"\href"),
    (r"\text{a $\class{b}{x}$}", r"\class"),
    (r"\ce{A \style{position:fixed}{x}}", r"\style"),
    (r"\cssId{a}{x}", r"\cssId"),
    (r"\unicode[a;b]{x41}", r"\unicode"),
    (r"\require{html}", r"\require"),
    (r"\texttip{a}{b}\mathtip{a}{b}\toggle{a}{b}\endtoggle", r"\texttip"),
    (r"\newcommand{\a}{b}", r"\newcommand"),
    (r"\def\a{b}", r"\def"),
    (r"\let\a\b", r"\let"),
    (r"\definecolor{a}{named}{b}", r"\definecolor"),
    (r"\mathtoolsset{a=b}", r"\mathtoolsset"),
    (r"\DeclarePairedDelimiterX{\a}[1]{b}{c}{d}", r"\DeclarePairedDelimiterX"),
    (r"\newtagform{a}{b}{c}", r"\newtagform"),
    (r"\Newextarrow{\a}{1,2}{3}", r"\Newextarrow"),
    (r"\verb|\href{a}{b}|", r"\verb"),
    (r"\eqref{a}", r"\eqref"),
    (r"\csname href\endcsname{a}{b}", r"\csname"),
    (r"\includegraphics{a.png}", r"\includegraphics"),
    (r"\input{/etc/passwd}", r"\input"),
    ("\\\u017ftyle{a}{b}", "\\\u017f"),
    ("\\h\u0159ef{a}{b}", r"\h"),
    (r"\begin{html}\end{html}", "html"),
    (r"\begin{tikzpicture}\draw\end{tikzpicture}", "tikzpicture"),
    (r"\begin{\href}x\end{\href}", r"\begin"),
    (r"\begin{align}x", r"\end{align}"),
    (r"x\end{align}", r"\begin{align}"),
    (r"\fcolorbox{red;background:url(http://a.b/c)}{b}{x}", r"\fcolorbox"),
    (r"\colorbox{url(http://a.b/c)}{x}", r"\colorbox"),
    (r"\color[HTML]{ff0000}x", r"\color"),
    (r"\kern 900,0em x", r"\kern"),
    (r"\framebox[900em]{x}", r"\framebox"),
    (r"\makebox[900em][c]{x}", r"\makebox"),
    (r"\xmathstrut[900]{1}x", r"\xmathstrut"),
    (r"\xmathstrut{900}x", r"\xmathstrut"),
    (r"\kern-30em" * 5, "all its lengths"),
    (r"\raise 25em{\raise 25em{\raise 25em{\raise 25em{\rule{25em}{1pt}}}}}", "all its lengths"),
    (r"\textcolor[a;b]{c}{x}", r"\textcolor"),
    (r"\color\href", r"\color"),
    (r"\rowcolor{a;b}", r"\rowcolor"),
    (r'\enclose{box}[data-padding="1em;background:url(a)"]{x}', r"\enclose"),
    (r"\underbracket[1em;a][2em]{x}", r"\underbracket"),
    (r"\rule{9999em}{1em}", r"\rule"),
    (r"\rlap{\kern-500pt x}", r"\kern"),
    (r"a \\[99cm] b", r"\\"),
    (r"\genfrac{}{}{99em}{}{a}{b}", r"\genfrac"),
    (r"{a \above 99pt b}", r"\above"),
    (r"\uproot{9999}", r"\uproot"),
    (r"\begin{alignat}{999999999}x\end{alignat}", r"\begin{alignat}"),
    (r"\(x\)", r"\("),
    (r"\text{if \(x\)}", r"\("),
    (r"x\) \href{a}{b} \(y", r"\)"),
    (r"{x", "{"),
    (r"x}", "}"),
    (r"\text{$x}", "}"),
    ("x\\", "backslash"),
    ("{" * 500 + "}" * 500, "nested"),
    (r"\text{$" * 100 + "$}" * 100, "nested"),
    ("x" * (MAX_LENGTH + 1), "10,000"),
)


@pytest.mark.parametrize("tex", ORDINARY.strip().splitlines())
def test_ordinary_formula_is_unchanged(tex: str) -> None:
    """What students write reaches MathJax as they wrote it."""
    assert tex_for_mathjax(tex) == tex


@pytest.mark.parametrize(("tex", "named"), REFUSED)
def test_formula_that_does_more_than_display_is_refused(tex: str, named: str) -> None:
    """The reason names the command, the environment or the sign."""
    with pytest.raises(FormulaError, match=re.escape(named)):
        tex_for_mathjax(tex)


@pytest.mark.parametrize(
    ("tex", "shown"),
    [
        (r"\text{50\% of a\_b \& \#1, \$5 ~ \ldots}", "\\text{50% of a_b & #1, \\$5 \u00a0 $\\ldots$}"),
        (r"\text{so \textbf{all $x$} do}", r"\text{so $\textbf{all $x$}$ do}"),
        (r"\mbox{50%}", r"\mbox{50%}"),
        ("50%", r"50\%"),
        (r"\frac{50%}{2}", r"\frac{50\%}{2}"),
        ("a % the first\n  + b", "a  + b"),
        ("a % the last", "a "),
        (r"\label{eq:a} x", "  x"),
        (r"\le\label{a}t", r"\le t"),
    ],
)
def test_text_and_comments_are_written_as_mathjax_reads_them(tex: str, shown: str) -> None:
    r"""`\text` of MathJax in Anki knows no `\%`; a percentage is no comment; a label has nothing to name."""
    assert tex_for_mathjax(tex) == shown
    assert tex_for_mathjax(shown) == shown


COMMANDS = r"\frac \text \ce \label \color \% \\ \{ \( \href \let \le \begin{align} \end{align}".split()
PARTS = st.sampled_from([*COMMANDS, *"{}[]$%~&^_#at1 \n\\", "{a}", "[1em]", "{red}"])


@given(st.lists(PARTS, max_size=12).map("".join))
def test_what_is_given_to_mathjax_is_allowed_itself(tex: str) -> None:
    """Rewriting joins no two parts to a command that was not there, and braces stay balanced."""
    try:
        shown = tex_for_mathjax(tex)
    except FormulaError:
        return
    assert tex_for_mathjax(shown) == shown
    names = re.findall(r"\\([a-zA-Z]+|.)", shown, re.DOTALL)
    assert set(names) <= {*allowed_names()[0], "of"}


def test_every_function_of_mathjax_is_decided() -> None:
    """A function that a newer MathJax adds must be put into one of the lists; none is in both, none is left over."""
    functions = {function for functions in _functions().values() for function in functions}
    assert functions == _DISPLAYING | set(_REFUSED)
    assert _DISPLAYING.isdisjoint(_REFUSED)
    assert set(_REFUSED_MACROS) <= {name for kind, name in _functions() if kind == "commands"}
    commands, environments = allowed_names()
    assert len(commands) > 1_000
    assert len(environments) > 60


@pytest.mark.parametrize(
    "unit", ["\\rule", "\\text[", "\\color[ ", "\\\\[", "\\genfrac{\\a", "\\hspace ", "%", "{%", "$%", "\\label{"]
)
def test_check_is_linear(unit: str) -> None:
    """No input of the longest length takes long."""
    started = time.perf_counter()
    with suppress(FormulaError):
        tex_for_mathjax((unit * MAX_LENGTH)[: MAX_LENGTH - 1])
    assert time.perf_counter() - started < 1
