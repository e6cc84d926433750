"""The preview's page: what it knows of every card, that it holds nothing but harmless data, and the command."""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from msgspec.structs import replace

from studydeck import storage
from studydeck.cli.main import main
from studydeck.diagnostics import DiagnosticCode, warning
from studydeck.errors import BuildError
from studydeck.identity import ledger as ledger_file
from studydeck.identity import mark_released
from studydeck.pipeline import Built
from studydeck.preview import page as preview_page
from studydeck.preview.cards import page_data as cards_of
from studydeck.preview.mathml import readable
from tests.support.pipeline import DAY, NOW, walk, walk_on
from tests.support.preview import TEMPLATES, page_of, shown_in

NOTES = """# Sky

## Clouds

- **Cirrus**: thin cloud of ice.
- **Stratus**: low, grey, even layer.

## Winds

- **Mistral**: cold wind from the north.
- **Foehn**: warm wind down a mountain.
"""


def released(built: Built) -> Built:
    """Give a build as it stands after its first release."""
    assert built.ledger.notes
    moment = max(note.changed for note in built.ledger.notes)
    notes = tuple(replace(note, since="1.0.0") for note in built.ledger.notes)
    ledger = replace(built.ledger, release=("1.0.0", moment), notes=notes)
    return replace(built, ledger=ledger, ledger_text=ledger_file.write(ledger))


def test_state_is_told_against_the_last_release() -> None:
    """Before a release no card has a state; after it what is new and what changed is told apart."""
    first = walk(NOTES)
    assert {note["state"] for note in shown_in(page_of(first))["notes"]} == {""}
    edited = NOTES.replace("thin cloud", "thin, high cloud").replace(
        "## Winds", "- **Nimbus**: cloud of rain.\n\n## Winds"
    )
    shown = shown_in(page_of(walk_on(released(first), edited)))
    assert shown["since"] == "since 1.0.0"
    states = {shown["cards"][number]["question"]: note["state"] for number, note in firsts(shown)}
    assert states["Cirrus"] == "changed"
    assert states["Nimbus"] == "new"
    assert states["Stratus"] == ""


def firsts(shown: dict[str, Any]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Give each note with the number of its first card."""
    for number, note in enumerate(shown["notes"]):
        yield next(at for at, card in enumerate(shown["cards"]) if card["note"] == number), note


def test_cards_stand_by_file_and_section_with_their_lines() -> None:
    """Every card knows its section, its line, and the way to its source, on the network or beside the page."""
    texts = {"a b.md": NOTES, "z.md": "# Seas\n\nThe deepest one is the **Pacific** Ocean.\n"}
    shown = shown_in(page_of(walk(texts), "../my%20notes"))
    assert [one["path"] for one in shown["files"]] == ["a b.md", "z.md"]
    assert [(one["file"], one["name"]) for one in shown["sections"]] == [(0, "Clouds"), (0, "Winds"), (1, "Seas")]
    assert shown["files"][0]["link"] == "../my%20notes/a%20b.md"
    lines = texts["a b.md"].split("\n")
    cirrus = next(card for card in shown["cards"] if card["question"] == "Cirrus")
    assert "Cirrus" in lines[cirrus["line"] - 1]
    there = shown_in(page_of(walk(texts, source_url="https://example.org/{path}#L{line}")))
    assert there["files"][0]["link"] == "https://example.org/a%20b.md#L{line}"
    asked = shown_in(page_of(walk(texts, source_url="javascript:alert(1)//{path}"), "../notes"))
    assert asked["files"][0]["link"] == "../notes/a%20b.md"


def test_problems_name_the_cards_that_they_concern() -> None:
    """A problem inside a note's lines leads to its first card; another one stands for itself."""
    built = walk(NOTES)
    line = NOTES.split("\n").index("- **Stratus**: low, grey, even layer.") + 1
    found = (
        warning(DiagnosticCode.LEAK, "notes.md", line, "here"),
        warning(DiagnosticCode.BAD_CONFIG, "deck.toml", 1, "there"),
    )
    shown = cards_of(built, found, "../notes")
    here, there = shown["diagnostics"]
    assert {
        shown["cards"][here["card"]]["question"],
        *(shown["notes"][one]["heading_path"] for one in here["notes"]),
    } == {
        "Stratus",
        "Sky › Clouds",
    }
    assert (there["card"], there["notes"]) == (-1, [])


def test_page_is_the_same_for_the_same_notes() -> None:
    """No clock and no chance: a page built twice has the same bytes."""
    assert page_of(walk(NOTES)) == page_of(walk(NOTES))


class _Scripts(HTMLParser):
    """Finds the scripts of a page, as a browser would."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[dict[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "script":
            self.found.append(dict(attrs))


HOSTILE = """# </script><script>alert(1)</script><!--

- **<img src=x onerror=alert(1)>**: </script><script>alert(2)</script> and ]]> and <!-- x
- **Tags**: `</script><script>alert(5)</script><!-- <script>`
- **{{ config }}** {% raw %}: "quotes" & 'more' \u2028 \\\\(\\\\text{<script>alert(3)</script>}\\\\)
"""


def test_nothing_in_the_notes_ends_the_data() -> None:
    """Whatever the notes hold, the page keeps one element of data, and one script, the one that its policy names."""
    page = page_of(walk(HOSTILE, name='</title><script>alert(4)</script>"', version="1.0.0"))
    parser = _Scripts()
    parser.feed(page)
    assert parser.found == [{"type": "application/json", "id": "data"}, {}]
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"default-src 'none'; script-src 'sha256-{digest}'" in page
    assert any("</script>" in card["answer"] for card in shown_in(page)["cards"])


def test_formulas_become_harmless_mathml() -> None:
    """TeX outside of tags becomes MathML whose words are words; what cannot be read stays, as code."""
    assert "<msup><mi>x</mi><mn>2</mn></msup>" in readable("\\(x^2\\)")
    assert 'display="block"' in readable("\\[a &lt; b\\]")
    assert "<mo>&lt;</mo>" in readable("\\[a &lt; b\\]")
    assert "<script" not in readable("\\(\\text{&lt;script&gt;alert(1)&lt;/script&gt;}\\)")
    assert "javascript" not in readable("\\(\\href{javascript:alert(1)}{x}\\)")
    assert readable("\\(\\left( x\\)") == "<code>\\(\\left( x\\)</code>"
    attribute = '<span data-cloze="\\(x\\)">[...]</span> \\'
    assert readable(attribute) == attribute


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("preview/page.html", "<p>\n{{ nobody }}", 2),
        ("preview/page.html", "\n\n{% if %}", 3),
        ("preview/page.html", "{{ 1 / 0 }}", 1),
        ("preview/page.js", None, 0),
    ],
)
def test_a_broken_page_template_is_a_problem(name: str, text: str | None, line: int) -> None:
    """A page that cannot be made is said with its file and line, and never ends in a traceback."""
    texts = dict(storage.read_templates(TEMPLATES))
    if text is None:
        del texts[name]
    else:
        texts[name] = text
    with pytest.raises(BuildError) as stopped:
        preview_page.page(walk(NOTES), (), texts, "")
    (found,) = stopped.value.diagnostics
    assert (found.path, found.line, found.code) == (f"templates/{name}", line, DiagnosticCode.BAD_TEMPLATE)


def run(*arguments: object) -> Result:
    """Run the command line."""
    return CliRunner().invoke(main, ["preview", *map(str, arguments)])


def test_preview_writes_a_page_and_nothing_else(tmp_path: Path) -> None:
    """The command writes the page, whole, under the package's name, and leaves notes and ledger alone."""
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "sky.md").write_text(NOTES, "utf-8")
    result = run("--notes", notes, "--out", tmp_path / "dist")
    assert result.exit_code == 0, result.output
    (page,) = (tmp_path / "dist").iterdir()
    assert f"wrote {page}" in result.output
    assert page.suffix == ".html"
    assert shown_in(page.read_text("utf-8"))["files"] == [{"path": "sky.md", "link": "../notes/sky.md"}]
    assert [one.name for one in notes.iterdir()] == ["sky.md"]


def test_preview_of_broken_notes_writes_nothing(tmp_path: Path) -> None:
    """Errors are printed, the exit code is 1, and no page is written."""
    (tmp_path / "deck.toml").write_text("id = 1\n", "utf-8")
    (tmp_path / "sky.md").write_text(NOTES, "utf-8")
    result = run("--notes", tmp_path, "--out", tmp_path / "dist")
    assert result.exit_code == 1
    assert "deck.toml:1: bad-config" in result.output
    assert not (tmp_path / "dist").exists()


def test_faces_without_a_page_are_shown_in_the_page_of_the_tool(tmp_path: Path) -> None:
    """An author's templates need only the faces; a page of their own is taken, and its faults are said."""
    shutil.copytree(TEMPLATES, tmp_path / "faces", ignore=shutil.ignore_patterns("preview"))
    (tmp_path / "sky.md").write_text(NOTES, "utf-8")
    options = ("--notes", tmp_path, "--out", tmp_path / "dist", "--templates", tmp_path / "faces")
    assert run(*options).exit_code == 0
    (tmp_path / "faces" / "preview").mkdir()
    (tmp_path / "faces" / "preview" / "page.html").write_text("{{ oops }}", "utf-8")
    result = run(*options)
    assert result.exit_code == 1
    assert "templates/preview/page.html:1: bad-template" in result.output


def test_a_release_shows_what_it_brought() -> None:
    """Where nothing came after a release, its page tells what is new and changed in it; of the first one, nothing."""
    first = walk(NOTES)
    assigned = ledger_file.write(mark_released.released(first.ledger, "1.0.0", NOW))
    whole = walk(NOTES, assigned)
    assert {note["state"] for note in shown_in(page_of(whole))["notes"]} == {""}
    edited = NOTES.replace("thin cloud", "thin, high cloud")
    second = walk(edited, assigned, now=NOW + DAY)
    third = walk(edited, ledger_file.write(mark_released.released(second.ledger, "1.0.1", NOW + DAY)), now=NOW + DAY)
    shown = shown_in(page_of(third))
    assert {shown["cards"][number]["question"]: note["state"] for number, note in firsts(shown)} == {
        "Cirrus": "changed",
        "Stratus": "",
        "Mistral": "",
        "Foehn": "",
    }
    assert shown["since"] == "in 1.0.1"
