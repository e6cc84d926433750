"""Formulas in the MathJax that Anki ships, with its configuration: what is allowed displays, and does nothing else.

MathJax is in the wheel of aqt, which is no dependency; the test looks for it in the folder that `STUDYDECK_SPECS`
names, by default `.specs`:

    python -m pip download --no-deps --dest .specs aqt==26.9.3
"""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from playwright.sync_api import Browser, Dialog, Page

from studydeck.model.document import Inline, Text
from studydeck.rendering.html import formula_html, inline_html
from studydeck.tex.commands import allowed_names, functions_of, functions_of_environment
from studydeck.tex.packages import new_scope
from tests.support.anki_mathjax import MISSING_WHEEL, WHEEL
from tests.support.browser import BROWSER, MISSING, browser
from tests.unit.test_tex_allowlist import ORDINARY, REFUSED
from tools.mathjax_commands import PATH, anki_page, differences, read_commands

pytestmark = [
    pytest.mark.skipif(BROWSER is None, reason=MISSING),
    pytest.mark.skipif(WHEEL is None, reason=MISSING_WHEEL),
    pytest.mark.browser,
]
# Typesets each text as Anki's reviewer does, moves over it and clicks it, and returns what its elements may not have.
TYPESET = r"""async texts => {
    const card = document.getElementById("qa"), results = [];
    const forbidden = /url\(|expression|position: (fixed|absolute|sticky)|z-index|opacity|animation|cursor|content/i;
    for (const text of texts) {
        card.innerHTML = text;
        MathJax.typesetClear();
        await MathJax.typesetPromise([card]);
        const violations = [];
        for (const element of card.querySelectorAll("*")) {
            for (const {name, value} of element.attributes) {
                if (/^(on|href|src|xlink|formaction)/i.test(name)) violations.push(`${name}=${value}`);
                if (name === "style" && forbidden.test(value)) violations.push(value);
                if (name === "class" && !/^(mjx|MJX|MathJax|MathML|TEX)/.test(value)) violations.push(`class ${value}`);
                if (name === "id" && !value.startsWith("mjx-eqn:")) violations.push(`id ${value}`);
            }
            if (/^(a|script|style|iframe|img|object|form)$/.test(element.localName)) violations.push(element.localName);
            for (const event of ["mouseover", "click"]) element.dispatchEvent(new MouseEvent(event, {bubbles: true}));
        }
        const errors = [...card.querySelectorAll("[data-mjx-error]")].map(error => error.dataset.mjxError);
        const unknown = [...card.querySelectorAll("mjx-mtext")].filter(text => text.style.color === "red");
        results.push({
            violations, errors: [...errors, ...unknown.map(() => "unknown command")],
            formulas: card.querySelectorAll("mjx-container").length, words: card.innerText,
        });
    }
    return results;
}"""
# What a function of MathJax expects behind a command; the others take up to five groups.
GROUPS = "{x}{x}{x}{x}{x}"
ARGUMENTS = {
    "AlignAt": "{2}x",
    "BuildRel": r" x \over y",
    "Color": "{red}x",
    "ColorBox": "{red}{x}",
    "Enclose": "{circle}{x}",
    "FColorBox": "{red}{blue}{x}",
    "HLine": "",
    "Hskip": "{1em}",
    "LeftRight": "",
    "MakeBig": "|",
    "MoveLeftRight": "1em{x}",
    "MoveRoot": "",
    "NumCases": "{x}x & y",
    "Over": " x",
    "RaiseLower": "1em{x}",
    "Root": r" 3 \of {x}",
    "Rule": "{1em}{1em}{1em}",
    "SpreadLines": "{1em}x",
    "TextColor": "{red}{x}",
    "XMathStrut": "{.5}x",
    "XalignAt": "{2}x",
    "colortbl": "{red}x",
    "minCDarrowheight": "{1em}",
    "minCDarrowwidth": "{1em}",
    "rule": "{1em}{1em}",
}
EXAMPLES = {
    "above": r"x \above 1pt y",
    "abovewithdelims": r"x \abovewithdelims () 1pt y",
    "genfrac": r"\genfrac{(}{)}{1pt}{0}{x}{y}",
    "leftroot": r"\sqrt[\leftroot{2}3]{x}",
    "overwithdelims": r"x \overwithdelims () y",
    "atopwithdelims": r"x \atopwithdelims () y",
    "skew": r"\skew{2}{\hat}{x}",
    "uproot": r"\sqrt[\uproot{2}3]{x}",
}
EMPHEQ = r"{align}x"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Yield the browser of all tests of this file."""
    with browser() as started:
        yield started


@pytest.fixture
def anki(chromium: Browser) -> Iterator[tuple[Page, list[str], list[str]]]:
    """Yield a page with Anki's MathJax, the addresses outside of Anki that it requests, and the dialogs it opens."""
    assert WHEEL
    dialogs: list[str] = []

    def dismiss(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    with anki_page(chromium, WHEEL) as (page, requests):
        page.on("dialog", dismiss)
        page.on("popup", lambda popup: dialogs.append(popup.url))
        yield page, requests, dialogs


def typeset(anki: tuple[Page, list[str], list[str]], texts: list[str]) -> list[dict[str, Any]]:
    """Show texts one after the other; return the results after checking that none did more than display."""
    page, requests, dialogs = anki
    results: list[dict[str, Any]] = page.evaluate(TYPESET, texts)
    faults = {text: result["violations"] for text, result in zip(texts, results, strict=True) if result["violations"]}
    assert faults == {}
    assert requests == []
    assert dialogs == []
    assert page.url == "http://anki.test/"
    return results


def example(command: str) -> str:
    """Return a formula that uses a command."""
    if command in EXAMPLES or command in {"begin", "end", "of"}:
        return EXAMPLES.get(command, r"\begin{matrix}x\end{matrix} \root 3 \of x")
    arguments = next((ARGUMENTS[name] for name in functions_of(command) if name in ARGUMENTS), GROUPS)
    return f"\\{command}{arguments}"


def test_the_test_sees_what_is_not_allowed(anki: tuple[Page, list[str], list[str]]) -> None:
    """The negative control: given to MathJax as they stand, the attacks have styles, links and requests."""
    page, requests, dialogs = anki
    attacks = [
        r'\(\mmlToken{mtext}[href="javascript:alert(1)",style="position:fixed"]{x}\)',
        r"\(\bbox[background:url(http://evil.test/a.png)]{x}\)",
        r"\(\fcolorbox{red;background:url(http://evil.test/b.png)}{blue}{x}\)",
        r"\(\class{mine}{x}\)",
        r"\(\eqref{x}\)",
        r"\(\foo\)",
    ]
    results = page.evaluate(TYPESET, attacks)
    assert [bool(result["violations"]) for result in results] == [True, True, True, True, True, False]
    assert results[-1]["errors"] == ["unknown command"]
    page.wait_for_timeout(500)  # a click on a link runs its script later
    assert len(requests) == 2
    assert dialogs


@pytest.mark.slow
def test_every_allowed_command_only_displays(anki: tuple[Page, list[str], list[str]]) -> None:
    """Each command and environment of the list is known to MathJax, and changes nothing outside of its formula."""
    commands, environments = (sorted(names) for names in allowed_names())
    formulas = [example(command) for command in commands]
    for name in environments:
        functions = functions_of_environment(name)
        content = next((ARGUMENTS[function] for function in functions if function in ARGUMENTS), "x")
        content = "{c}x" if {"AlignedArray", "Array"} & functions and name in {"array", "subarray"} else content
        formulas.append(f"\\begin{{{name}}}{EMPHEQ if name == 'empheq' else content}\\end{{{name}}}")
    shown = [formula_html(formula, display=display) for formula in formulas for display in (False, True)]
    assert sorted({html for html in shown if html.startswith("<code>")}) == []
    pages = ["<br>".join(shown[start : start + 40]) for start in range(0, len(shown), 40)]
    results = typeset(anki, pages)
    assert sum(result["formulas"] for result in results) == len(shown)
    errors = [error for result in results for error in result["errors"]]
    assert [error for error in errors if error.lower().startswith(("unknown", "undefined control"))] == []


def test_ordinary_formulas_are_shown(anki: tuple[Page, list[str], list[str]]) -> None:
    """MathJax reads each line that students write without an error."""
    formulas = ORDINARY.strip().splitlines()
    results = typeset(anki, [formula_html(formula, display=True) for formula in formulas])
    for formula, result in zip(formulas, results, strict=True):
        assert (result["formulas"], result["errors"]) == (1, []), formula


def test_refused_formulas_are_shown_as_code(anki: tuple[Page, list[str], list[str]]) -> None:
    """The reader sees the source, and MathJax sees nothing; the formula behind it stays one."""
    sources = [source for source, _ in REFUSED]
    texts = [f"a {formula_html(source)} b {formula_html('x')} c" for source in sources]
    for source, result in zip(sources, typeset(anki, texts), strict=True):
        assert (result["formulas"], result["errors"]) == (1, []), source
        assert "".join(source.split())[:50] in "".join(unescape(result["words"]).split()), source


def test_packages_are_shown(anki: tuple[Page, list[str], list[str]]) -> None:
    """What the table of macros gives is what MathJax knows."""
    calls = (
        r"\SI{3.5e-3}{\kilo\metre\per\second\squared}",
        r"\qty{20}{\celsius}",
        r"\SI{50}{\percent} \ang{12;30;5} \si{\micro\ohm}",
        r"\dv[2]{f}{x} \pdv{f}{x}{y} \dd x \qty(\frac12) \mel{a}{b}{c} \expval{A}{\psi}",
        r"\bm{x} \mathds{1} \oiint \nicefrac12 \R \argmax_x",
    )
    formulas = [formula_html(new_scope(10_000).expand(call)) for call in calls]
    assert all(result["errors"] == [] and result["formulas"] == 1 for result in typeset(anki, formulas))


def test_delimiters_in_text_begin_no_formula(anki: tuple[Page, list[str], list[str]]) -> None:
    r"""`\(` in plain text, split over inlines and in code stays text."""
    texts = [
        inline_html(Text((Inline(r"\(\href{javascript:alert(1)}{x}\) and \[y\] and $z$"),))),
        inline_html(Text((Inline("\\"), Inline("(x\\", styles=1), Inline(")")))),
        inline_html(Text((Inline(r"\(x\)", kind="code"),))),
        inline_html(Text((Inline(r"\begin{align}x\end{align} \ref{a}"),))),
    ]
    assert [result["formulas"] for result in typeset(anki, texts)] == [0] * len(texts)


def test_text_is_shown_without_backslashes(anki: tuple[Page, list[str], list[str]]) -> None:
    r"""`50\%` in `\text` shows a percentage, and commands within it show what they stand for."""
    (result,) = typeset(anki, [formula_html(r"\text{50\% of a\_b \ldots}")])
    assert "\\" not in result["words"]
    assert result["errors"] == []


def test_commands_are_those_of_this_release(chromium: Browser) -> None:
    """The committed list is what MathJax in the wheel gives; the scheduled workflow checks the newest one."""
    assert WHEEL
    assert differences(PATH.read_text("utf-8"), read_commands(chromium, WHEEL)) == []
    assert differences("[a.commands]\nb = '''\nc\n'''\n", "[a.commands]\nb = '''\nd\n'''\n") == [
        "- a.commands.b: c",
        "+ a.commands.b: d",
    ]
