"""The preview page: the data of every card, escaping of hostile notes, and the `preview` command."""

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
from studydeck.preview.mathml import formulas_to_mathml
from tests.support.pipeline import DAY, NOW, build_notes, rebuild
from tests.support.preview import TEMPLATES, embedded_data, page_of

NOTES = """# Sky

## Clouds

- **Cirrus**: thin cloud of ice.
- **Stratus**: low, grey, even layer.

## Winds

- **Mistral**: cold wind from the north.
- **Foehn**: warm wind down a mountain.
"""


def released(built: Built) -> Built:
    """Return a build as after its first release."""
    assert built.ledger.notes
    released_at = max(note.changed for note in built.ledger.notes)
    notes = tuple(replace(note, since="1.0.0") for note in built.ledger.notes)
    ledger = replace(built.ledger, release=("1.0.0", released_at), notes=notes)
    return replace(built, ledger=ledger, ledger_text=ledger_file.to_text(ledger))


def test_state_is_relative_to_the_last_release() -> None:
    """Before a release no note has a state; afterwards new and changed notes are marked."""
    first = build_notes(NOTES)
    assert {note["state"] for note in embedded_data(page_of(first))["notes"]} == {""}
    edited = NOTES.replace("thin cloud", "thin, high cloud").replace(
        "## Winds", "- **Nimbus**: cloud of rain.\n\n## Winds"
    )
    data = embedded_data(page_of(rebuild(released(first), edited)))
    assert data["since"] == "since 1.0.0"
    states = {data["cards"][number]["question"]: note["state"] for number, note in first_cards(data)}
    assert states["Cirrus"] == "changed"
    assert states["Nimbus"] == "new"
    assert states["Stratus"] == ""


def first_cards(data: dict[str, Any]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield each note with the index of its first card."""
    for number, note in enumerate(data["notes"]):
        yield next(index for index, card in enumerate(data["cards"]) if card["note"] == number), note


def test_cards_have_their_file_section_and_line() -> None:
    """Every card has its section, its line and a link to its source, remote or relative to the page."""
    texts = {"a b.md": NOTES, "z.md": "# Seas\n\nThe deepest one is the **Pacific** Ocean.\n"}
    data = embedded_data(page_of(build_notes(texts), "../my%20notes"))
    assert [entry["path"] for entry in data["files"]] == ["a b.md", "z.md"]
    assert [(entry["file"], entry["name"]) for entry in data["sections"]] == [(0, "Clouds"), (0, "Winds"), (1, "Seas")]
    assert data["files"][0]["link"] == "../my%20notes/a%20b.md"
    lines = texts["a b.md"].split("\n")
    cirrus = next(card for card in data["cards"] if card["question"] == "Cirrus")
    assert "Cirrus" in lines[cirrus["line"] - 1]
    linked_data = embedded_data(page_of(build_notes(texts, source_url="https://example.org/{path}#L{line}")))
    assert linked_data["files"][0]["link"] == "https://example.org/a%20b.md#L{line}"
    unsafe_data = embedded_data(page_of(build_notes(texts, source_url="javascript:alert(1)//{path}"), "../notes"))
    assert unsafe_data["files"][0]["link"] == "../notes/a%20b.md"


def test_diagnostics_refer_to_the_cards_of_their_lines() -> None:
    """A diagnostic within a note's lines refers to its first card; others refer to no card."""
    built = build_notes(NOTES)
    line = NOTES.split("\n").index("- **Stratus**: low, grey, even layer.") + 1
    diagnostics = (
        warning(DiagnosticCode.LEAK, "notes.md", line, "here"),
        warning(DiagnosticCode.BAD_CONFIG, "deck.toml", 1, "there"),
    )
    data = cards_of(built, diagnostics, "../notes")
    with_card, without_card = data["diagnostics"]
    assert {
        data["cards"][with_card["card"]]["question"],
        *(data["notes"][number]["heading_path"] for number in with_card["notes"]),
    } == {
        "Stratus",
        "Sky › Clouds",
    }
    assert (without_card["card"], without_card["notes"]) == (-1, [])


def test_page_is_the_same_for_the_same_notes() -> None:
    """A page that is rendered twice has the same bytes."""
    assert page_of(build_notes(NOTES)) == page_of(build_notes(NOTES))


class _ScriptParser(HTMLParser):
    """Collects the script elements of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.scripts: list[dict[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "script":
            self.scripts.append(dict(attrs))


HOSTILE = """# </script><script>alert(1)</script><!--

- **<img src=x onerror=alert(1)>**: </script><script>alert(2)</script> and ]]> and <!-- x
- **Tags**: `</script><script>alert(5)</script><!-- <script>`
- **{{ config }}** {% raw %}: "quotes" & 'more' \u2028 \\\\(\\\\text{<script>alert(3)</script>}\\\\)
"""


def test_notes_cannot_end_the_data_element() -> None:
    """With any notes, the page has one data element and one script, the one that its policy allows."""
    page = page_of(build_notes(HOSTILE, name='</title><script>alert(4)</script>"', version="1.0.0"))
    parser = _ScriptParser()
    parser.feed(page)
    assert parser.scripts == [{"type": "application/json", "id": "data"}, {}]
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"default-src 'none'; script-src 'sha256-{digest}'" in page
    assert any("</script>" in card["answer"] for card in embedded_data(page)["cards"])


def test_formulas_are_converted_to_safe_mathml() -> None:
    """TeX outside of tags becomes escaped MathML; TeX that cannot be converted is shown as code."""
    assert "<msup><mi>x</mi><mn>2</mn></msup>" in formulas_to_mathml("\\(x^2\\)")
    assert 'display="block"' in formulas_to_mathml("\\[a &lt; b\\]")
    assert "<mo>&lt;</mo>" in formulas_to_mathml("\\[a &lt; b\\]")
    assert "<script" not in formulas_to_mathml("\\(\\text{&lt;script&gt;alert(1)&lt;/script&gt;}\\)")
    assert "javascript" not in formulas_to_mathml("\\(\\href{javascript:alert(1)}{x}\\)")
    assert formulas_to_mathml("\\(\\left( x\\)") == "<code>\\(\\left( x\\)</code>"
    attribute = '<span data-cloze="\\(x\\)">[...]</span> \\'
    assert formulas_to_mathml(attribute) == attribute


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("preview/page.html", "<p>\n{{ nobody }}", 2),
        ("preview/page.html", "\n\n{% if %}", 3),
        ("preview/page.html", "{{ 1 / 0 }}", 1),
        ("preview/page.js", None, 0),
    ],
)
def test_a_broken_page_template_is_an_error(name: str, text: str | None, line: int) -> None:
    """A page template that cannot be rendered is an error with file and line."""
    texts = dict(storage.read_templates(TEMPLATES))
    if text is None:
        del texts[name]
    else:
        texts[name] = text
    with pytest.raises(BuildError) as error:
        preview_page.page(build_notes(NOTES), (), texts, "")
    (diagnostic,) = error.value.diagnostics
    assert (diagnostic.path, diagnostic.line, diagnostic.code) == (
        f"templates/{name}",
        line,
        DiagnosticCode.BAD_TEMPLATE,
    )


def run(*arguments: object) -> Result:
    """Run the preview command."""
    return CliRunner().invoke(main, ["preview", *map(str, arguments)])


def test_preview_writes_a_page_and_nothing_else(tmp_path: Path) -> None:
    """The command writes the page under the package's name, and no notes or ledger."""
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "sky.md").write_text(NOTES, "utf-8")
    result = run("--notes", notes, "--out", tmp_path / "dist")
    assert result.exit_code == 0, result.output
    (page,) = (tmp_path / "dist").iterdir()
    assert f"wrote {page}" in result.output
    assert page.suffix == ".html"
    assert embedded_data(page.read_text("utf-8"))["files"] == [{"path": "sky.md", "link": "../notes/sky.md"}]
    assert [path.name for path in notes.iterdir()] == ["sky.md"]


def test_preview_of_broken_notes_writes_nothing(tmp_path: Path) -> None:
    """Errors are printed, the exit code is 1, and no page is written."""
    (tmp_path / "deck.toml").write_text("id = 1\n", "utf-8")
    (tmp_path / "sky.md").write_text(NOTES, "utf-8")
    result = run("--notes", tmp_path, "--out", tmp_path / "dist")
    assert result.exit_code == 1
    assert "deck.toml:1:1: error: id must be text in quotes" in result.output
    assert not (tmp_path / "dist").exists()


def test_templates_without_a_page_use_the_bundled_page(tmp_path: Path) -> None:
    """An author's templates may lack the page; a page of their own is used, and its faults are reported."""
    shutil.copytree(TEMPLATES, tmp_path / "templates", ignore=shutil.ignore_patterns("preview"))
    (tmp_path / "sky.md").write_text(NOTES, "utf-8")
    options = ("--notes", tmp_path, "--out", tmp_path / "dist", "--templates", tmp_path / "templates")
    assert run(*options).exit_code == 0
    (tmp_path / "templates" / "preview").mkdir()
    (tmp_path / "templates" / "preview" / "page.html").write_text("{{ oops }}", "utf-8")
    result = run(*options)
    assert result.exit_code == 1
    assert "templates/preview/page.html:1: error: UndefinedError" in result.output


def test_a_release_page_shows_its_changes() -> None:
    """If nothing changed after a release, the page marks its changes; the first release marks none."""
    first = build_notes(NOTES)
    ledger_text = ledger_file.to_text(mark_released.mark_released(first.ledger, "1.0.0", NOW))
    same_notes = build_notes(NOTES, ledger_text)
    assert {note["state"] for note in embedded_data(page_of(same_notes))["notes"]} == {""}
    edited = NOTES.replace("thin cloud", "thin, high cloud")
    second = build_notes(edited, ledger_text, now=NOW + DAY)
    third = build_notes(
        edited, ledger_file.to_text(mark_released.mark_released(second.ledger, "1.0.1", NOW + DAY)), now=NOW + DAY
    )
    data = embedded_data(page_of(third))
    assert {data["cards"][number]["question"]: note["state"] for number, note in first_cards(data)} == {
        "Cirrus": "changed",
        "Stratus": "",
        "Mistral": "",
        "Foehn": "",
    }
    assert data["since"] == "in 1.0.1"
