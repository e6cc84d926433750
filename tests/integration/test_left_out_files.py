"""Files that a build leaves out: by patterns, by their front matter, and what other programs put beside notes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

import studydeck
from studydeck import BuildError, load_project
from studydeck.identity.ledger import to_text
from studydeck.identity.mark_released import mark_released
from studydeck.project import Project
from studydeck.reports import summary
from studydeck.reports.listing import json_lines
from studydeck.selection import FileSelector

NOW = 1_790_000_000
NOTE = "# Rivers\n\n## {0}\n\nThe {0} is a river that begins in the mountains.\n"


def load(folder: Path, files: Mapping[str, str], settings: str = "") -> Project:
    """Write files and deck.toml, and load the folder."""
    for name, text in {**files, "deck.toml": f'id = "rivers"\nname = "Rivers"\n{settings}'}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return load_project(folder, now=NOW)


def paths(project: Project) -> list[str]:
    """Return the paths of the sources that were read."""
    return [source.path for source in project.inputs.sources]


@pytest.mark.parametrize(
    "path",
    [
        "Nile (conflicted copy 2024-03-01 101010).md",
        "Rivers/Nile (Ana's conflicted copy 2024-03-01).md",
        "Nile (Conflicted copy phone 202403011010).md",
        "Nile.sync-conflict-20240301-101010-ABCDEFG.md",
        "Nile (SFConflict ana@example.org 2024-03-01-10-10-10).md",
        "Nile_conflict-20240301-101010.md",
        "Nile (In Konflikt stehende Kopie von Ana 2024-03-01).md",
        "logseq/bak/pages/Nile/2024-03-01.md",
        "Templates/River.md",
        "Extras/templates/River.md",
        "99 - Templates/River.md",
        "_templates/River.md",
        "Vorlagen/Fluss.md",
    ],
)
def test_what_tools_put_beside_notes_is_left_out(path: str) -> None:
    """Each is left out without settings, and read where `include` names it."""
    assert FileSelector().reason(path)
    assert not FileSelector(include=[path.replace("(", "[(]")]).reason(path)


@pytest.mark.parametrize(
    "path",
    [
        "templates.md",
        "C++/Function templates.md",
        "Resolving a conflicted copy.md",
        "logseq/pages/Nile.md",
        "Nile (1).md",
    ],
)
def test_notes_with_similar_names_are_read_rejected(path: str) -> None:
    """A note on templates or on conflicts is a note."""
    assert not FileSelector().reason(path)


def test_patterns_are_those_of_gitignore(tmp_path: Path) -> None:
    """A folder anywhere, one at the top, a suffix, an exception; the hidden folders of programs are never read."""
    names = ("Journal/a.md", "x/Journal/b.md", "People/c.md", "x/People/d.md", "e.draft.md", "keep.draft.md", "f.md")
    files = {name: NOTE.format(name[0]) for name in (*names, ".trash/g.md", ".obsidian/h.md")}
    settings = 'exclude = ["Journal/", "/People/", "*.draft.md", "!keep.draft.md"]\n'
    assert paths(load(tmp_path, files, settings)) == ["f.md", "keep.draft.md", "x/People/d.md"]


def test_include_wins_over_exclude(tmp_path: Path) -> None:
    """So a folder can be named that alone is read."""
    files = {name: NOTE.format("Nile") for name in ("Study/a.md", "Diary/b.md", "c.md")}
    assert paths(load(tmp_path, files, 'exclude = ["*"]\ninclude = ["Study/"]\n')) == ["Study/a.md"]


def test_names_match_in_any_unicode_form(tmp_path: Path) -> None:
    """A pattern in composed form matches a folder whose name the system wrote decomposed."""
    files = {"Priv\u0065\u0301/a.md": NOTE.format("Nile"), "b.md": NOTE.format("Ob")}
    assert paths(load(tmp_path, files, 'exclude = ["Priv\u00e9/"]\n')) == ["b.md"]


def test_what_is_left_out_is_said(tmp_path: Path) -> None:
    """Private files one by one, defaults by their kind, a pattern that matches nothing as a warning."""
    files = {
        "a.md": NOTE.format("Nile"),
        "b.md": f"---\ndraft: true\n---\n{NOTE.format('Volga')}",
        "Templates/x.md": "# {{title}}\n",
        "Templates/y.md": "# {{title}}\n",
    }
    project = load(tmp_path, files, 'exclude = ["Jurnal/", "tempaltes/"]\n')
    assert [(item.path, item.code, item.severity) for item in project.diagnostics] == [
        ("Templates/", "left-out-file", "info"),
        ("b.md", "left-out-file", "info"),
        ("deck.toml", "unused-pattern", "warning"),
        ("deck.toml", "unused-pattern", "warning"),
    ]
    assert project.inputs.left_out == ("Templates/x.md", "Templates/y.md", "b.md")
    assert "2 files are left out: templates" in project.diagnostics[0].message
    assert 'did you mean "Templates"?' in project.diagnostics[3].message


def test_all_files_left_out_is_an_error_that_says_so(tmp_path: Path) -> None:
    """It is not said that there is no Markdown file."""
    with pytest.raises(BuildError, match=r"all 1 Markdown files in .* are left out"):
        load(tmp_path, {"a.md": NOTE.format("Nile")}, 'exclude = ["*.md"]\n')


@pytest.mark.parametrize("pattern", ["!", "a\\u0007b", "*a*b*c*d*e*f*g*h*i", "x" * 400])
def test_patterns_that_cannot_be_used_are_errors(tmp_path: Path, pattern: str) -> None:
    """No traceback, and no pattern that takes long."""
    with pytest.raises(BuildError, match=r"deck\.toml:3: error: exclude"):
        load(tmp_path, {"a.md": NOTE.format("Nile")}, f'exclude = ["{pattern}"]\n')


@pytest.mark.parametrize("released", [False, True])
def test_build_says_how_many_learners_may_have(tmp_path: Path, released: bool) -> None:
    """A file is taken out, by its front matter or by a pattern: its notes are retired, and that is said."""
    files = {f"{name}.md": NOTE.format(name) for name in ("Nile", "Volga", "Ob")}
    built = load(tmp_path, files).build()
    ledger = mark_released(built.ledger, "1.0.0", NOW) if released else built.ledger
    (tmp_path / "ledger.jsonl").write_text(to_text(ledger), "utf-8")
    files["Nile.md"] = f"---\nprivate: true\n---\n{files['Nile.md']}"
    second = load(tmp_path, files, 'exclude = ["Volga.md"]\n').build()
    said = {item.path: item.message for item in second.diagnostics if item.code == "left-out-notes"}
    assert said.keys() == {"Nile.md", "Volga.md"}
    assert all(("learners may have 1 of them" in message) is released for message in said.values())
    assert ("nile" in second.ledger_text.casefold()) is released
    assert "Nile" not in "".join(field for row in second.deck.rows for field in row.fields)


def test_no_word_of_a_private_file_reaches_an_output(tmp_path: Path) -> None:
    """Package, listing, preview and ledger; also where its notes were built before."""
    files = {"a.md": NOTE.format("Nile"), "b.md": NOTE.format("Quillfeather")}
    (tmp_path / "out").mkdir()
    notes = tmp_path / "notes"
    load(notes, files)
    studydeck.build_deck(notes, tmp_path / "out", now=NOW)
    load(notes, {**files, "b.md": f"---\ndraft: true\n---\n{files['b.md']}\n%% quillfeather %%\n"})
    studydeck.build_deck(notes, tmp_path / "out", now=NOW + 60)
    built = load_project(notes, out=tmp_path / "out", now=NOW + 60).build()
    assert "quillfeather" not in (notes / "ledger.jsonl").read_text("utf-8").casefold()
    (package,) = (tmp_path / "out").glob("*.apkg")
    assert b"quillfeather" not in package.read_bytes().lower()
    assert "quillfeather" not in "\n".join(json_lines(built)).casefold()


def test_a_first_build_lists_what_it_takes_in(tmp_path: Path) -> None:
    """By folder, with the line that leaves out those that look private; a second build says nothing of it."""
    files = {
        name: NOTE.format(name[0]) for name in ("a.md", "Bio/b.md", "Bio/Cells/c.md", "02 Journal/d.md", "People/e.md")
    }
    built = load(tmp_path, files).build()
    first, second = list(summary.lines(built))[1:3]
    assert (
        first == "this first build takes in 5 files: 1 in 02 Journal/, 2 in Bio/, 1 in People/, 1 in the folder itself"
    )
    assert 'exclude = ["02 Journal/", "People/"]' in second
    (tmp_path / "ledger.jsonl").write_text(built.ledger_text, "utf-8")
    assert "first build" not in "\n".join(summary.lines(load(tmp_path, files).build()))
    other = load(tmp_path / "other", {"Bio/b.md": NOTE.format("Nile")}).build()
    assert 'exclude = ["Journal/", "Daily/", "People/"]' in "\n".join(summary.lines(other))
