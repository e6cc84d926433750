"""Dialects: the same lines, no word of a comment, and time in proportion to the text."""

from __future__ import annotations

import time
import tracemalloc
from pathlib import Path

import pytest

from studydeck.config import Config
from studydeck.markdown import dialects
from studydeck.markdown.dialects.lines import HIDDEN_LINE, CodeLines, lines_of
from studydeck.notes_folder import read_notes

CASES = sorted((Path(__file__).parents[1] / "snapshots").glob("*/*.md"))
# Openings without an end, marks in long lines, and blocks in blocks.
HOSTILE = [
    "_",
    "{ ",
    "{% a ",
    "{% a %}",
    "{{< a ",
    "{{< a\n",
    "{{< a >}}x{{< /a >}}\n",
    "<A b={",
    "<A b={}>",
    "<A\n",
    "<A>\n\n",
    "{>> a ",
    "{>> a\n",
    "{/* a\n",
    "::: a b\n",
    "::: a b\n\n:::\n",
    "[@a ",
    "[a@b",
    "[a]{.b ",
    "{.a ",
    "{: a ",
    "`a`{.b ",
    "((",
    "[[a|",
    "- # a\n",
    "  - # a\n\t",
    "(@a) b\n",
    "| a\n",
    "a:: b\n",
    ":A:\n",
    "> ```\n",
    "#+BEGIN_QUERY\n",
    ":LOGBOOK:\nCLOCK: a\n",
    "# a\n\t- b\n",
    "id: " + "0" * 32 + "\n",
    "a: b\n",
    "import {\n",
    "export const a = {\n",
    "a\n====\nb ",
    "[latex]",
    "[$]a ",
    "[$]\n[/$]",
    "**",
    "****a\n",
    "** a **\n",
    "{{fm.a ",
    "###### a\n####### a\n",
]


def rewritten(text: str) -> str:
    """Return a text in the parser's own Markdown."""
    return dialects.rewrite(text)


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_lines_stay_and_code_is_not_touched(path: Path) -> None:
    """Each line keeps its number, and a fenced line is what it was, but for its indent."""
    source = path.read_text("utf-8")
    lines, kept = source.split("\n"), rewritten(source).split("\n")
    assert len(kept) == len(lines)
    for before, after, (_, is_code) in zip(lines, kept, lines_of(source), strict=True):
        if is_code and path.parent.name not in {"obsidian", "sites"}:  # queries, and code within code
            assert after.strip() == before.strip()


@pytest.mark.parametrize(
    "text",
    [
        "a {>> secret <<} b",
        "a {>> secret\nsecret <<} b",
        "{% comment %}\nsecret\n{% endcomment %}",
        "a {% comment %}secret{% endcomment %} b",
        "{%- comment -%}\nsecret",
        "{# secret #}",
        "{{< comment >}}\nsecret\n{{< /comment >}}",
        "{/* secret */}",
        "{/* secret\n\n secret */}",
        "::: hidden\nsecret\n:::",
        "::: {.content-hidden}\nsecret\n:::\n\nb",
        "#+BEGIN_COMMENT\nsecret\n#+END_COMMENT",
        "- a %% secret ((5f6d7a10-1111-4222-8333-444455556666)) %%",
        "- %%\n- secret\n  id:: 5f6d7a10-1111-4222-8333-444455556666\n- %%\n- ((5f6d7a10-1111-4222-8333-444455556666))",
        "- ``` a\n- {>> secret <<}",
        "> ```\n> a\n\n{% comment %}secret{% endcomment %}",
    ],
)
def test_comments_of_tools_are_hidden(text: str) -> None:
    """Nothing of a comment is left, on one line or several, also after code that its item or quote ends."""
    assert "secret" not in rewritten(text)


@pytest.mark.parametrize("mark", [": x", "<!-- x -->", "^abc", "{#a}", "- # b", "::: tip T\n\n:::"])
def test_a_mark_changes_no_other_line(mark: str) -> None:
    """The lines of a text are read as before when a mark is added below it."""
    text = "# A\n\nTerm {a} is [b](c.md), `d`{e}.\n\n- f: g\n- h\n\n| i | j |\n|---|---|\n| k | l |\n"
    assert rewritten(f"{text}\n{mark}\n").startswith(rewritten(text))


@pytest.mark.no_cover
@pytest.mark.parametrize("part", HOSTILE)
def test_time_grows_with_the_text(part: str) -> None:
    """Four times the text takes less than ten times the time; of three runs the shortest has the least noise."""

    def seconds(count: int) -> float:
        text = part * count
        times: list[float] = []
        for _ in range(3):
            start = time.process_time()
            rewritten(text)
            times.append(time.process_time() - start)
        return min(times)

    assert seconds(4_000) < max(10 * seconds(1_000), 0.12)


@pytest.mark.parametrize("before", [" ", "> ", "\t"])
def test_a_long_line_before_a_fence_takes_little_memory(before: str) -> None:
    """A pattern that can go back remembers every character; megabytes of spaces took a gigabyte."""
    line = before * 100_000 + "```"
    tracemalloc.start()
    CodeLines().is_code(line)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10 * len(line)


def test_a_hidden_line_is_no_paragraph_of_its_own() -> None:
    """A property between two lines of a block does not part them."""
    kept = rewritten("- one\n  collapsed:: true\n  two\n").split("\n")
    assert kept == ["- one", HIDDEN_LINE, "  two", ""]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("![a](b.png){#c .d width=50%}", '![a](b.png){width="50%"}'),
        ("![a](b.png){.d}", "![a](b.png)"),
        ("![a](b.png){:height 30, :width 40}", '![a](b.png){width="40" height="30"}'),
        ("see [a](b.md){.d} and $x_{#1}$", "see [a](b.md) and $x_{#1}$"),
    ],
)
def test_the_size_of_a_picture_is_kept(text: str, expected: str) -> None:
    """Of the attributes of a picture, the parser is given its size."""
    assert rewritten(text) == expected


def test_keys_of_several_files_are_properties() -> None:
    """`key:: value` in a file for flashcards is a card, unless another file has the key, too."""
    texts = [
        "field:: biology\nosmosis:: water through a membrane\n```\ncode:: a\n```",
        "field:: physics\ncode:: b",
        "x",
    ]
    keys = dialects.shared_keys(texts)
    assert keys == [{"field"}, {"field"}, frozenset()]
    shown = dialects.rewrite(texts[0], front_matter="tags: flashcards", property_keys=keys[0])
    assert shown.startswith(HIDDEN_LINE)
    assert "field" not in shown
    assert "water through a membrane" in shown


def test_a_folder_finds_the_keys_of_its_files(tmp_path: Path) -> None:
    """Each source knows its keys that other sources have, but not those of files that are left out."""
    for name, text in (
        ("a", "field:: one\nterm:: two"),
        ("b", "field:: three"),
        ("c", "---\nprivate: true\n---\nterm:: x"),
    ):
        (tmp_path / f"{name}.md").write_text(text, "utf-8")
    folder = read_notes(tmp_path, "", Config(), lambda _done, _all: None)
    assert [source.property_keys for source in folder.sources] == [{"field"}, {"field"}]


def test_a_cell_with_a_percent_sign_is_no_comment() -> None:
    """A table of formats of C: nothing below it is hidden; a comment in a row is."""
    assert rewritten("| %d | number |\n| %% | percent |\n\nb") == "| %d | number |\n| %% | percent |\n\nb"
    assert "secret" not in rewritten("| a %% secret |\n\nsecret")
    assert "secret" not in rewritten("%%\nsecret\n| %% | a |\n| %% secret %% |")
