"""Pictures: only files inside the notes folder are packed, whatever the path or link."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from studydeck import storage
from studydeck.diagnostics import DiagnosticCode
from studydeck.runner import Runner
from tests.support.pipeline import build_notes

PNG = b"\x89PNG\r\n\x1a\n picture"


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """Return a notes folder with pictures, private files and links that lead outside."""
    folder = tmp_path / "site" / "notes"
    for name in ("img/a.png", "static/img/b.png", "deep/er/c d.png", "100%.png", "ünï.png", "e#f.png"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(PNG + name.encode())
    for name in ("ledger.jsonl", "deck.toml", ".env", "page.html", "notes.md", "no-suffix"):
        (folder / name).write_text("secret")
    (tmp_path / "secret.png").write_bytes(b"secret")
    (tmp_path / "site/secret.png").write_bytes(b"secret")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/secret.png").write_bytes(b"secret")
    (folder / "link.png").symlink_to(tmp_path / "secret.png")
    (folder / "disguised.png").symlink_to(folder / "ledger.jsonl")
    (folder / "linked").symlink_to(tmp_path / "outside")
    (folder / "circle.png").symlink_to(folder / "circle.png")
    (folder / "folder.png").mkdir()
    return folder


INSIDE = (
    "img/a.png",
    "./img/a.png",
    "/img/a.png",
    "../img/a.png",
    "img\\a.png",
    "img/../img/a.png",
    "img/a.png?raw=true#x",
    "/img/b.png",
    "../static/img/b.png",
    "deep/er/c%20d.png",
    "100%25.png",
    "%C3%BCn%C3%AF.png",
    "e%23f.png",
)


@pytest.mark.parametrize("target", INSIDE)
def test_picture_in_the_folder_is_found(notes: Path, target: str) -> None:
    """Relative to the source, to the root or to a site's folder, percent-encoded or not: the picture is found."""
    pictures = storage.read_pictures(notes, [("topic.md", target)])
    assert len(pictures) == 1
    assert all(re.fullmatch(r"[a-z0-9-]+-[0-9a-f]{8}\.png", picture.name) for picture in pictures.values())


OUTSIDE = (
    "../secret.png",
    "../../secret.png",
    "img/../../secret.png",
    "%2e%2e/secret.png",
    "..%2fsecret.png",
    "%2e%2e%2f%2e%2e%2fsecret.png",
    "..\\secret.png",
    "..%5csecret.png",
    "%252e%252e/secret.png",
    "{root}/secret.png",
    "/{root}/secret.png",
    "file://{root}/secret.png",
    "file:{root}/secret.png",
    "FILE:///{root}/secret.png",
    "http:{root}/secret.png",
    "link.png",
    "LINK.png",
    "linked/secret.png",
    "linked/../../secret.png",
    "disguised.png",
    "circle.png",
    "folder.png",
    "ledger.jsonl",
    "deck.toml",
    ".env",
    "page.html",
    "notes.md",
    "no-suffix",
    "ledger.jsonl#a.png",
    "ledger.jsonl?a.png",
    "ledger.jsonl%00.png",
    "ledger.jsonl%23.png",
    "img/a.png/../../ledger.jsonl",
    "~/secret.png",
    "C:\\secret.png",
    "\\\\host\\secret.png",
    "//host/secret.png",
    "a" * 5000 + ".png",
    "a/" * 5000 + "a.png",
    "\x00.png",
    "",
    ".",
    "..",
    "/",
)


@pytest.mark.parametrize("target", OUTSIDE)
def test_nothing_outside_of_the_folder_is_packed(notes: Path, target: str, tmp_path: Path) -> None:
    """Neither files outside, by any path or link, nor files that are no pictures."""
    link = target.replace("{root}", str(tmp_path))
    pictures = storage.read_pictures(notes, [("topic.md", link), ("deep/er/topic.md", link)])
    assert not [picture for picture in pictures.values() if picture.name or picture.data or not picture.fault]


def test_pictures_outside_of_the_folder_are_shown_as_text(notes: Path) -> None:
    """In a whole build: only pictures of the folder are packed, others are reported and shown as text."""
    links = [target for target in OUTSIDE if target.isprintable() and len(target) < 100 and "\\" not in target]
    text = "".join(f"## Thing {n}\n\nIt looks like ![words {n}](<{link}>) this.\n\n" for n, link in enumerate(links))
    text += (
        '## Last\n\nIt is a thing that one sees.\n\n<p>see <img src="../secret.png"> and <img src="img/a.png"></p>\n'
    )
    (notes / "topic.md").write_text(text)
    summaries = Runner().parse(storage.read_sources(notes))
    pictures = storage.read_pictures(notes, [(file.path, link) for file in summaries for link in file.pictures])
    built = build_notes(text, pictures={("notes.md", target): picture for (_, target), picture in pictures.items()})
    assert [data for data in built.deck.media.values() if not data.startswith(PNG)] == []
    assert len(built.deck.media) == 1
    codes = {picture.code for picture in built.diagnostics}
    assert {DiagnosticCode.MISSING_PICTURE, DiagnosticCode.UNSAFE_PICTURE, DiagnosticCode.REMOTE_PICTURE} <= codes
    fields = "".join(field for row in built.deck.rows for field in row.fields)
    assert set(re.findall(r'src="(.*?)"', fields)) == set(built.deck.media)


def test_a_missing_picture_is_reported_at_its_line() -> None:
    """The line is that of its bullet, row, definition or line of a details element, not of the whole block."""
    text = """# Trees ![](at-1.png)

## Beech

- Bark is smooth.
- Wood is hard ![](at-6.png)
  - also below ![](at-7.png)

| tree | leaf ![](at-9.png) |
| --- | --- |
| oak | lobed |
| ash | pinnate ![](at-12.png) |

> said
>
> - in a quote ![](at-16.png)

Term
: Meaning ![](at-19.png)

<details><summary>More</summary>

Folded ![](at-23.png)

<p><img src="at-25.png"></p>

</details>
"""
    missing = [
        diagnostic for diagnostic in build_notes(text).diagnostics if diagnostic.code == DiagnosticCode.MISSING_PICTURE
    ]
    assert len(missing) == text.count(".png")
    assert all(f"at-{diagnostic.line}.png" in diagnostic.message for diagnostic in missing)


def test_pictures_with_equal_names_do_not_collide(notes: Path) -> None:
    """Two files with the same name are two pictures."""
    (notes / "other").mkdir()
    (notes / "other/a.png").write_bytes(PNG + b"other")
    pictures = storage.read_pictures(notes, [("topic.md", "img/a.png"), ("topic.md", "other/a.png")])
    assert len({picture.name for picture in pictures.values()}) == 2


def test_sources_are_only_files_of_the_folder(notes: Path, tmp_path: Path) -> None:
    """A Markdown file that is a link to the outside, or a circular link, is not read."""
    (tmp_path / "secret.md").write_text("# Secret\n\nThe secret is a thing.\n")
    (notes / "out.md").symlink_to(tmp_path / "secret.md")
    (notes / "circle.md").symlink_to(notes / "circle.md")
    assert [source.path for source in storage.read_sources(notes)] == ["notes.md"]


def test_a_picture_is_found_by_its_name_anywhere(tmp_path: Path) -> None:
    """As in Obsidian: in any case, the nearest first; names may hold spaces, `#`, `%` and accents."""
    names = [
        "a/x/Same.png",
        "a/Same.png",
        "b/same.PNG",
        "leaf #1.png",
        "Sub/Feuille é 100%.png",
        "c/d/E.excalidraw.svg",
    ]
    for number, name in enumerate([*names, ".trash/gone.png", "node_modules/gone.png"]):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(PNG + bytes([number]))
    expected = {
        ("a/notes.md", "same.png"): "a/Same.png",
        ("a/x/y/notes.md", "Same.png"): "a/x/Same.png",
        ("b/notes.md", "Same.png"): "b/same.PNG",
        ("z/notes.md", "x/Same.png"): "a/x/Same.png",
        ("z/notes.md", "leaf #1.png"): "leaf #1.png",
        ("z/notes.md", "Feuille é 100%.png"): "Sub/Feuille é 100%.png",
        ("z/notes.md", "Feuille%20é%20100%25.png"): "Sub/Feuille é 100%.png",
        ("z/notes.md", "../d/E.excalidraw"): "c/d/E.excalidraw.svg",
        ("z/notes.md", "E.excalidraw"): "c/d/E.excalidraw.svg",
        ("z/notes.md", "gone.png"): None,
        ("z/notes.md", "y/Same.png"): None,
    }
    pictures = storage.read_pictures(tmp_path, expected)
    numbers = {name: number for number, name in enumerate(names)}
    found = {link: picture.data[-1] for link, picture in pictures.items()}
    assert found == {link: numbers[name] for link, name in expected.items() if name}
