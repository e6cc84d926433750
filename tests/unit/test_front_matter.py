"""Front matter: every form of YAML and TOML is read, and a broken one is said."""

from __future__ import annotations

import time

import pytest

from studydeck.markdown.front_matter import FrontMatter, read_front_matter, without_front_matter
from studydeck.markdown.sections import parse
from studydeck.model.document import Source


def read(lines: str, mark: str = "---") -> FrontMatter:
    """Return the front matter of a file with these lines."""
    return read_front_matter(f"{mark}\n{lines}\n{mark}\n# Heading\n")


@pytest.mark.parametrize(
    ("lines", "tags"),
    [
        ("tags: [rivers, lakes/deep]", ("rivers", "lakes/deep")),
        ("tags:\n- rivers\n- lakes/deep", ("rivers", "lakes/deep")),
        ("tags:\n\t- rivers\n\t- lakes/deep", ("rivers", "lakes/deep")),
        ("tags: rivers lakes/deep", ("rivers", "lakes/deep")),
        ("Tags: rivers, salt lakes", ("rivers", "salt lakes")),
        ("tag: '#rivers'", ("rivers",)),
        ('tags:\n  - "#rivers"\n  - [[lakes]]\n  - 2024', ("rivers", "lakes", "2024")),
        ("tags: &all [rivers]\nothers: *all", ("rivers",)),
        ("tags: >-\n  rivers\n  lakes", ("rivers", "lakes")),
        ('{"tags": ["rivers"], "x": 1}', ("rivers",)),
        ("tags:", ()),
        ("tags: null", ()),
        ("tags: [yes, no, on]", ("yes", "no", "on")),
    ],
)
def test_tags_in_all_forms_of_yaml(lines: str, tags: tuple[str, ...]) -> None:
    """Lists in blocks and in brackets, texts with commas or spaces, quotes, aliases, folded texts."""
    front_matter = read(lines)
    assert (front_matter.tags, front_matter.faults) == (tags, ())


@pytest.mark.parametrize(
    "lines", ['tags = ["rivers", "lakes"]', 'title = "A"\n[taxonomies]\ntags = ["rivers", "lakes"]']
)
def test_tags_in_toml(lines: str) -> None:
    """Hugo and Zola write TOML."""
    assert read(lines, "+++").tags == ("rivers", "lakes")


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        ("title: Rivers", "Rivers"),
        ('title: "Rivers: \\"long\\" ones" # of Asia', 'Rivers: "long" ones'),
        ("title: 1.10", "1.10"),
        ("title: 12:30", "12:30"),
        ("title: no", "no"),
        ("title: >\n  Rivers\n  of Asia", "Rivers of Asia"),
        ("title: 'Day''s end'", "Day's end"),
        ("title: ~", ""),
        ("TITLE: Rivers", "Rivers"),
    ],
)
def test_titles_are_texts(lines: str, title: str) -> None:
    """A number, time or Boolean of YAML 1.1 is a title as it is written."""
    assert read(lines).title == title


@pytest.mark.parametrize(
    ("lines", "mark", "line"),
    [
        ("title: A\nmood: [good", "---", 3),
        ("title: A\nname: b: c", "---", 3),
        ("title: A\ntags: {a: b}", "---", 3),
        ("title: [A, B]", "---", 2),
        ("title = 'A'\ntags = [", "+++", 3),
        ("x: &a [*a]\ntags: *a", "---", 2),
    ],
)
def test_broken_front_matter_is_said_with_its_line(lines: str, mark: str, line: int) -> None:
    """The fault names the line in the file, and the heading below is still read."""
    document = parse(Source("a.md", f"{mark}\n{lines}\n{mark}\n# Heading\n\nText.\n"))
    assert [(item.code, item.line) for item in document.diagnostics] == [("bad-front-matter", line)]
    assert document.sections[-1].heading.plain == "Heading"


def bombs() -> list[str]:
    """Return front matter that grows, nests or repeats without end."""
    grow = "\n".join(
        f"{name}: &{name} [*{before}, *{before}]" for before, name in zip("abcdefghij", "bcdefghijk", strict=True)
    )
    return [
        f"a: &a [x, x]\n{grow}\ntags: *k",
        "tags: " + "[" * 40_000,
        "- " * 40_000 + "\ntags: x",
        "tags: [" + "a, " * 30_000 + "a]",
        "x: " + "y" * 2_000_000,
        "\n".join(f"k{number}: v" for number in range(200_000)),
        "a: &a\n  <<: *a\ntags: *a",
    ]


@pytest.mark.parametrize("lines", bombs(), ids=["aliases", "brackets", "dashes", "tags", "text", "keys", "circle"])
def test_yaml_bombs_are_harmless(lines: str) -> None:
    """Each is read in little time, gives few tags, and is said."""
    start = time.perf_counter()
    front_matter = read(lines)
    assert time.perf_counter() - start < 2
    assert len(front_matter.tags) <= 200
    assert front_matter.faults


def test_lines_keep_their_numbers() -> None:
    """Front matter is replaced by as many blank lines."""
    text = "---\ntitle: A\n...\nfirst\n"
    assert without_front_matter(text, read_front_matter(text)).split("\n") == ["", "", "", "first", ""]


@pytest.mark.parametrize(
    "text", ["---\n\nProse between rules.\n\n---\n", "# A\n---\ntitle: B\n---\n", "---\ntitle: A\n"]
)
def test_other_text_is_no_front_matter_rejected(text: str) -> None:
    """Two rules, a block further down and a block without an end are text."""
    assert read_front_matter(text) == FrontMatter()
