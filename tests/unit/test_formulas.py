"""Formulas of notes: macros from all places, what becomes of definitions, and diagnostics with their lines."""

from __future__ import annotations

import pytest

from studydeck import config
from studydeck.errors import BuildError
from studydeck.markdown.parser import PARSER
from studydeck.markdown.sections import parse
from studydeck.model.document import Formula, Paragraph, Source
from tests.support.pipeline import build_notes


def formulas(text: str, macros: str = "") -> list[str]:
    """Return the TeX of all formulas of a file, in order."""
    found: list[str] = []
    for section in parse(Source("a.md", text, macros)).sections:
        for block in section.blocks:
            if isinstance(block, Formula):
                found.append(block.tex)
            elif isinstance(block, Paragraph):
                found += (inline.text for inline in block.text.inlines if inline.kind in {"math", "display"})
    return found


def diagnostics(text: str) -> list[tuple[int, str]]:
    """Return the line and code of each diagnostic of a file."""
    return [(item.line, str(item.code)) for item in parse(Source("a.md", text)).diagnostics]


def test_macros_come_from_settings_front_matter_and_preamble() -> None:
    """All of them hold for the whole file, and leave nothing to show."""
    text = r"""---
title: Numbers
macros:
  NN: \mathbb{N}
  # lengths
  "\\norm": "\\lVert #1 \\rVert"
  pow: ["#2^{#1}", 2, "2"]
header-includes:
  - \newcommand{\QQ}{\mathbb{Q}}
---
# Numbers

$$
\newcommand{\ZZ}{\mathbb{Z}}
\def\half{\frac12}
$$

\newcommand{\CC}{\mathbb{C}}

In $\RR$, $\NN$, $\QQ$, $\ZZ$, $\CC$: $\norm{x}$, $\pow x$, $\half$.
"""
    sets = [rf"\mathbb{{{letter}}}" for letter in "RNQZC"]
    assert formulas(text, r"\newcommand{\RR}{\mathbb{R}}") == [*sets, r"\lVert x \rVert", "x^{2}", r"\frac12"]
    assert not diagnostics(text.replace(r"$\RR$, ", ""))


def test_macros_of_toml_front_matter() -> None:
    """The table `macros` is read."""
    assert formulas("+++\ntitle = 'a'\n[macros]\nNN = '\\mathbb{N}'\n+++\n\n$\\NN$\n") == [r"\mathbb{N}"]


def test_paragraph_of_definitions_and_words_is_text() -> None:
    """Only what consists of definitions is left out."""
    assert diagnostics("\\newcommand{\\a}{b} and more\n\n$\\a$\n") == [(3, "formula-as-code")]


def test_definition_in_one_file_is_unknown_in_another() -> None:
    """Each file stands alone."""
    built = build_notes({"a.md": "# A\n\n$$\\def\\mine{x}$$\n", "b.md": "# B\n\nIs $\\mine$ here.\n"})
    assert [(item.path, item.line, str(item.code)) for item in built.diagnostics if item.code == "formula-as-code"] == [
        ("b.md", 3, "formula-as-code")
    ]


def test_formula_without_macros_is_not_touched() -> None:
    """Digests of notes without macros do not move, whatever their spaces and comments are."""
    tex = r"\frac {a} {b}  \alpha  x % comment"
    assert formulas(f"${tex}$ and $\\label{{a}} x$") == [tex, r"\label{a} x"]


def test_label_in_a_formula_of_several_lines_is_not_touched() -> None:
    """What LaTeX hides in text belongs to the formula inside of one."""
    assert formulas("$$\n\\label{a}\nx \\label{b}\n$$\n\nText\\label{c}.\n") == ["\\label{a}\nx \\label{b}"]


def test_changed_macro_changes_the_content_of_the_notes_that_use_it() -> None:
    """The digest follows the macro; other notes keep theirs."""
    text = "# A\n\n$$\\def\\mine{MEANING}$$\n\n## B\n\nThe set $\\mine$ of all.\n\n## C\n\nThe set $x$ of some.\n"
    first, second = (build_notes({"a.md": text.replace("MEANING", meaning)}) for meaning in "xy")
    changed = [one.draft.digests != other.draft.digests for one, other in zip(first.notes, second.notes, strict=True)]
    assert changed == [True, False]


def test_diagnostics_name_command_file_and_line() -> None:
    """The line is that of the formula, not of its paragraph."""
    text = "# A\n\nFirst $x$,\nthen $\\href{a}{b}$\nand $\\foo$.\n\n$$\n\\begin{tikzpicture}\n\\end{tikzpicture}\n$$\n"
    found = parse(Source("a.md", text)).diagnostics
    assert [(item.line, item.message.removeprefix("the formula is shown as code: ")) for item in found] == [
        (4, r"\href makes a link and is not allowed"),
        (5, r"MathJax in Anki does not know \foo"),
        (7, "MathJax in Anki does not know the environment tikzpicture"),
    ]


def test_malformed_macros_are_one_diagnostic_each() -> None:
    """A macro that cannot be read is said once, where it stands."""
    text = "---\ntitle: A\nmacros:\n  a1: x\n  b: [1]\n  nothing here\nother: 1\n---\n\n$\\def\\c{\\c}\\c$ and $x$\n"
    assert diagnostics(text) == [(4, "bad-macro"), (5, "bad-macro"), (6, "bad-macro"), (10, "bad-macro")]
    flow = "---\nmacros: {a: b}\n---\n\n$x$\n"
    assert diagnostics(flow) == [(2, "bad-macro")]


def test_spent_budget_of_a_file_is_one_diagnostic() -> None:
    """A file full of bombs is not a flood of messages."""
    bomb = "$\\a{\\a{\\a{\\a{x}}}}$\n\n"
    text = "$$\\def\\a#1{#1#1#1#1#1#1#1#1#1#1}$$\n\n" + bomb * 500
    assert [code for _, code in diagnostics(text)].count("bad-macro") == 1


def test_formula_that_is_refused_is_shown_as_code() -> None:
    """On the card stands what the author wrote."""
    (note,) = build_notes({"a.md": "# N\n\n## Golden ratio\n\nAbout $\\href{javascript:a()}{x}$ in size.\n"}).notes
    assert "href" in str(note.draft.body)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[macros]\na1 = 'x'\n", 2),
        ("[macros]\na = '{'\n", 2),
        ("[macros]\na = 5\n", 1),
        ("macros = 'x'\n", 1),
        ("id = 'abc'\n[macros]\nb = ['x', 11]\n", 3),
    ],
)
def test_malformed_macros_in_deck_toml_are_errors(text: str, line: int) -> None:
    """Each names its line."""
    with pytest.raises(BuildError) as raised:
        config.read(text)
    assert [(item.line, item.severity) for item in raised.value.diagnostics] == [(line, "error")]


def test_macros_of_deck_toml_are_definitions() -> None:
    """They are read as for MathJax."""
    settings = config.read("[macros]\nRR = '\\mathbb{R}'\npow = ['#2^{#1}', 2, '2']\n")
    assert settings.macro_definitions() == "\\newcommand{\\RR}[0]{\\mathbb{R}}\n\\newcommand{\\pow}[2][2]{#2^{#1}}"


@pytest.mark.parametrize(
    ("text", "is_formula"),
    [
        (r"to \[main\] by", False),
        (r"List\[str\]", False),
        (r"Seq\[List\[str\]", False),
        (r"see \(figure of metals\) below", False),
        (r"die \[Spalte\]", False),
        (r"\[ F = ma \]", True),
        (r"is \[x\]", True),
        (r"\[\text{force}\]", True),
        (r"\[a_{max}\]", True),
        (r"is \(ABC\) or \(sin x\)", True),
    ],
)
def test_brackets_that_a_tool_escapes_are_text(text: str, is_formula: bool) -> None:
    """Words without TeX between them are as CommonMark reads them."""
    (token,) = PARSER.parseInline(text)
    assert any(child.type.startswith("math") for child in token.children or ()) == is_formula
