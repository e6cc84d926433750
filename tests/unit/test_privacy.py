"""What keeps a file out of the deck: front matter in every form, damaged or not, and what other tools write."""

from __future__ import annotations

from pathlib import Path

import pytest

from studydeck import load_project
from studydeck.markdown.privacy import Privacy, privacy_of

NOTE = "\n# Rivers\n\n## Nile\n\nThe Nile is a river that begins in the mountains.\n"


def of_lines(lines: str, mark: str = "---") -> Privacy | None:
    """Return what the front matter of a file with these lines says."""
    return privacy_of(f"{mark}\n{lines}\n{mark}\n{NOTE}")


@pytest.mark.parametrize(
    "lines",
    [
        "publish: false",
        "Publish: No",
        'published: "false"',
        "draft: true",
        "private: YES",
        "deck: skip",
        "draft: on # x",
    ],
)
@pytest.mark.parametrize("broken", ["", "\nmood: [good", "\nname: a: b", "\n%: 1", "\n\ttabs: - 1\n x: y"])
def test_private_files_stay_private_when_other_lines_are_broken(lines: str, broken: str) -> None:
    """A line that keeps a file private counts although another line is no YAML."""
    assert of_lines(lines + broken)


def test_a_private_key_that_is_there_twice_counts() -> None:
    """The parser keeps one of two values; a file is private if either says so."""
    assert of_lines("draft: true\ndraft: false")
    assert of_lines("draft: false\ndraft: true")


@pytest.mark.parametrize(
    "lines", ["draft: false", "publish: true", "private: no", "deck: Physics::Light", "a: {draft: true}"]
)
def test_other_files_are_read_rejected(lines: str) -> None:
    """Other values keep nothing private."""
    assert not of_lines(lines)


@pytest.mark.parametrize("lines", ["draft = true", "title = 'A'\npublish = false", "draft = true\nbroken = "])
def test_private_toml(lines: str) -> None:
    """TOML is read alike, broken or not."""
    assert of_lines(lines, "+++")


@pytest.mark.parametrize(
    "text",
    [
        "---\nprivate: ja\n---",
        "---\npublish: nein\n---",
        "---\nprivate: 1\n---",
        "---\nPrivate: True\n---",
        "---\nprivate: ‘true’\n---",
        "---\nprivate: \u2713\n---",
        "---\nprivate:\n  - true\n---",
        "---\nprivate: |\n  true\n---",
        "---\nvisibility: private\n---",
        "---\ntags:\n- rivers\n- private/diary\n---",
        "---\ndeck: false\n---",
        "---\ntitle: A\n---\n<!-- deck: skip -->",
        '{\n  "title": "A",\n  "private": true\n}',
        '{"title": "A", "private": true}',
        "Title: A\nPrivate: yes",
        "title:: A\nprivate:: true",
        "- private:: true",
        "#+TITLE: A\n#+PRIVATE: t",
        ":PROPERTIES:\n:private: t\n:END:",
        "# Rivers of Asia\n\nCreated: 2024\n**Private:** Yes",
        "<!-- private: true -->",
        "<!-- deck: skip -->",
        "Text.\n\n- a\n  private:: true",
    ],
)
def test_what_tools_and_people_write_keeps_a_file_private(text: str) -> None:
    """Yes and no in many languages; front matter as YAML, JSON, properties, comments."""
    privacy = privacy_of(text + NOTE)
    assert privacy
    assert not privacy.fault


@pytest.mark.parametrize(
    ("text", "line", "fault"),
    [
        ("---\nprivate: true\n", 2, "has no end; write --- on a line below"),
        ("+++\nprivate = true\n", 2, "has no end; write +++ on a line below"),
        ("+++\nprivate = true\n---\n", 2, "has no end; write +++ on a line below"),
        ("---\ntitle: A\ntags:\n- a\n\nprivate: true\n", 6, "has no end"),
        ("\n\n---\nprivate: true\n---\n", 4, "into the first line"),
        ("----\nprivate: true\n----\n", 2, 'begins with "----"'),
        ("\u2014\nprivate: true\n\u2014\n", 2, 'begins with "\u2014"'),
        (" ---\nprivate: true\n ---\n", 2, 'begins with " ---"'),
        ("---yaml\nprivate: true\n---\n", 2, 'begins with "---yaml"'),
        (';;;\n"private": true\n;;;\n', 2, 'begins with ";;;"'),
        ("\u00ef\u00bb\u00bf---\nprivate: true\n---\n", 2, "begins with"),
        ("---\n  private: true\n---\n", 2, "indented"),
        ("---\n\tprivate: true\n---\n", 2, "indented"),
        ("---\ntitle: A\n  private: true\n---\n", 3, "indented"),
        ("---\nhost:\n  private: true\n---\n", 3, "indented"),
        ("---\ntitle: A\nprivate\n---\n", 3, "no value"),
        ("---\nprivate: x\n---\n", 2, "neither yes nor no"),
        ("---\ndraft: first\n", 2, "neither yes nor no"),
        ("---\nprivate: {all: 1}\n---\n", 2, "neither yes nor no"),
        ("---\nprivate\uff1a true\n---\n", 2, "has no end"),
    ],
)
def test_damaged_front_matter_keeps_a_file_private_and_is_said(text: str, line: int, fault: str) -> None:
    """The line, what is wrong, what to do."""
    privacy = privacy_of(text + NOTE)
    assert privacy
    assert privacy.line == line
    assert fault in privacy.fault


@pytest.mark.parametrize(
    "text",
    [
        "---\n",
        "---\n\nProse between rules.\n\n---\n",
        "---\ndraft: nein\n---\n",
        "---\npublished: 2020-01-01\n---\n",
        "---\npublish: ja\n---\n",
        "---\nprivate:\n---\n",
        "---\n# private: true\n---\n",
        "---\ntags: [private-law]\n---\n",
        "---\ntitle: 'private: true'\n---\n",
        "---\nprivate: only within the class\n",
        "private: accessible only within the class\n",
        "private: privado\npublic: p\u00fablico\n",
        "- Public: no\n- Private: yes\n",
        "# Hugo\n\n```toml\ndraft = true\n```\n",
        "# Draft: yes\n",
        "# Rivers\n<!-- deck: skip -->\n",
        "First words.\n\nprivate: true\n",
        "A block has `private:: true` as its property.\n",
    ],
)
def test_plain_markdown_and_other_values_are_read_rejected(text: str) -> None:
    """A rule at the top, prose, vocabulary, code, a directive of one section."""
    assert privacy_of(text + NOTE) is None


def test_a_damaged_private_file_is_a_warning_of_the_build(tmp_path: Path) -> None:
    """It names the file, its line and what to do; the file is in no stage."""
    (tmp_path / "a.md").write_text(f"---\nprivate: true\n{NOTE}", "utf-8")
    (tmp_path / "b.md").write_text(NOTE, "utf-8")
    project = load_project(tmp_path, now=1_790_000_000)
    assert [source.path for source in project.inputs.sources] == ["b.md"]
    (said,) = [str(item) for item in project.diagnostics if item.path == "a.md"]
    assert said == (
        'a.md:2: warning: is left out: it says "private: true"; the front matter has no end; '
        "write --- on a line below it [bad-front-matter]"
    )
