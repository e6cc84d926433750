"""Limits that are said: pictures, settings and links that cannot be used are errors or warnings with their line."""

from __future__ import annotations

import base64
import inspect
import os
import sys
import time
from pathlib import Path

import pytest

from studydeck import api, config, media, storage
from studydeck.build_inputs import default_deck_name, file_slug
from studydeck.diagnostics import ALWAYS_ERRORS, DiagnosticCode
from studydeck.errors import BuildError
from studydeck.media_content import formats
from studydeck.model.media_types import media_type
from tests.support.pipeline import build_notes

PNG = b"\x89PNG\r\n\x1a\n picture"
SVG = b'<?xml version="1.0"?>\n<!-- drawn -->\n<svg xmlns="http://www.w3.org/2000/svg"/>'
DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg"/>'


def findings(folder: Path, text: str) -> list[tuple[str, str, int]]:
    """Return severity, code and line of the diagnostics of a folder, without those about defaults."""
    (folder / "notes.md").write_text(text, "utf-8")
    try:
        diagnostics = api.load_project(folder, now=1_790_000_000).build().diagnostics
    except BuildError as build_error:
        diagnostics = build_error.diagnostics
    return [(found.severity, found.code, found.line) for found in diagnostics if found.code != DiagnosticCode.ASSUMED]


@pytest.mark.parametrize(
    ("data", "size", "expected"),
    [
        (b"", 0, [("warning", "unsafe-picture", 3)]),
        (b"<html>", 6, [("warning", "unsafe-picture", 3)]),
        (PNG, media.LARGE_PICTURE + 1, [("warning", "large-picture", 3)]),
        (PNG, media.MAX_PICTURE + 1, [("error", "large-picture", 3)]),
        (PNG, len(PNG), []),
    ],
    ids=["empty", "no picture", "large", "too large", "small"],
)
def test_a_picture_that_cannot_be_packed_is_reported(
    tmp_path: Path, data: bytes, size: int, expected: list[tuple[str, str, int]]
) -> None:
    """By its size and its bytes."""
    (tmp_path / "a.png").write_bytes(data)
    os.truncate(tmp_path / "a.png", size)
    assert findings(tmp_path, "## Oak\n\nAn oak is a tree ![leaf](a.png) of the wood.\n") == expected


def test_a_folder_and_a_link_out_of_the_folder_are_no_pictures(tmp_path: Path) -> None:
    """Both are reported at their lines."""
    notes = tmp_path / "notes"
    (notes / "folder.png").mkdir(parents=True)
    (tmp_path / "outside.png").write_bytes(PNG)
    (notes / "link.png").symlink_to(tmp_path / "outside.png")
    found = findings(notes, "## Oak\n\nAn oak is a tree ![a](folder.png).\n\n- Its leaf ![b](link.png) is lobed.\n")
    expected = [("warning", "unsafe-picture", 3), ("warning", "unsafe-picture", 5)]
    assert [item for item in found if item[0] == "warning"] == expected


@pytest.mark.parametrize(
    "data", [PNG, SVG, b"GIF89a", b"RIFF....WEBPVP8 ", b"\xef\xbb\xbf<svg>", "<svg>".encode("utf-16")]
)
def test_pictures_are_known_by_their_bytes(data: bytes) -> None:
    """Whatever the name of the file."""
    assert formats.is_picture(data)
    assert not formats.is_picture(b"<html>" + data)


@pytest.mark.parametrize(("kind", "data"), [("png", PNG), ("svg+xml", DRAWING), ("png", PNG + b"x" * 60_000)])
def test_a_picture_written_as_data_is_packed(tmp_path: Path, kind: str, data: bytes) -> None:
    """In Markdown and in HTML, whatever its size."""
    link = f"data:image/{kind};base64,{base64.b64encode(data).decode()}"
    text = f"## Oak\n\nAn oak is a tree ![leaf]({link}) with lobes.\n\n<p><img src='{link}' alt='leaf'></p>\n"
    (tmp_path / "notes.md").write_text(text)
    built = api.load_project(tmp_path).build()
    assert list(built.deck.media.values()) == [data]
    assert [found for found in built.diagnostics if found.severity != "info"] == []
    assert sum(field.count("<img") for field in built.deck.rows[0].fields) == 2


def test_damaged_data_is_reported_in_short(tmp_path: Path) -> None:
    """The message does not repeat the data."""
    link = f"data:image/png;base64,{'A' * 5001}"
    pictures = storage.read_pictures(tmp_path, [("notes.md", link)])
    diagnostics = build_notes(f"An oak is a tree ![leaf]({link}).", pictures=pictures).diagnostics
    (found,) = [item for item in diagnostics if item.code == DiagnosticCode.UNSAFE_PICTURE]
    assert found.line == 1
    assert len(found.message) < 250


BAD_SETTINGS = {
    "brackets": "allow = " + "[" * 5000,
    "closed brackets": "allow = " + "[" * 5000 + "]" * 5000,
    "tables": "a = " + "{b=" * 5000,
    "long key": "a" + ".a" * 20_000 + " = 1",
    "long name": f'name = "{"x" * 300}"',
    "colons alone": 'name = "::"',
    "empty part": 'name = "A:: ::B"',
    "empty end": 'name = "A::"',
    "bell": 'name = "a\\u0007"',
    "override": 'name = "a\\u202eb"',
    "override in licence": 'license = "a\\u202eb"',
    "null": 'description = "a\\u0000b"',
    "long version": f'version = "1.0.{"9" * 300}"',
    "large number": "name = " + "9" * 5000,
    "script": 'source-url = "javascript:alert(1)//{path}"',
    "data": 'source-url = "data:text/html,{path}"',
    "vbscript": 'source-url = "VBScript:x({path})"',
    "file": 'source-url = "file:///home/{path}"',
    "drive": 'source-url = "C:/notes/{path}"',
    "relative": 'source-url = "../notes/{path}"',
    "no address": 'source-url = "see {path}"',
    "space": 'source-url = "https://example.org/ {path}"',
    "placeholder": 'source-url = "https://example.org/{file}"',
    "issues by another scheme": 'issues-url = "javascript:alert(1)//{id}"',
    "issues without encryption": 'issues-url = "http://example.org/{id}"',
    "issues without a host": 'issues-url = "https:///{id}"',
    "issues with a field": 'issues-url = "https://example.org/?{{Term}}"',
    "issues with another placeholder": 'issues-url = "https://example.org/{ID}"',
    "issues with a quote": "issues-url = 'https://example.org/\"onclick=\"x'",
    "issues with a backslash": "issues-url = 'https://example.org\\{id}'",
    "error": 'allow = ["bad-config"]',
    "pattern of a range that ends before it begins": 'exclude = ["[z-a]"]',
    "pattern of a range to a backslash": "include = ['[a-\\]']",
    "pattern of a class": 'typed = ["[[:alpha:]]*.md"]',
    "pattern of an escape": "exclude = ['a\\']",
}


@pytest.mark.parametrize("name", BAD_SETTINGS)
def test_a_setting_that_cannot_be_used_is_an_error(name: str) -> None:
    """With its line, in a short message without control characters."""
    with pytest.raises(BuildError) as raised:
        config.read("# settings\n" + BAD_SETTINGS[name])
    assert {(found.code, found.line) for found in raised.value.diagnostics} == {(DiagnosticCode.BAD_CONFIG, 2)}
    assert all(len(found.message) < 400 and found.message.isprintable() for found in raised.value.diagnostics)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/{path}#L{line}",
        "obsidian://open?vault=V&file={path}",
        "vscode://file/notes/{path}:{line}",
        "logseq://graph/notes?page={path}",
        "zotero://open-pdf/{path}",
    ],
)
def test_a_source_url_becomes_a_link(url: str) -> None:
    """Addresses of the web and of editors."""
    text = f'source-url = "{url}"'
    assert config.warnings(text, config.read(text)) == ()
    built = build_notes("## Oak\n\nAn oak is a tree.\n", source_url=url)
    assert f'<a href="{url.split(":", maxsplit=1)[0]}://' in "".join(built.deck.rows[0].fields)


def test_a_source_url_of_an_unknown_program_is_a_warning() -> None:
    """It becomes a link all the same: new programs come."""
    text = 'name = "Trees"\nsource-url = "newapp://open?file={path}"'
    (found,) = config.warnings(text, config.read(text))
    assert (found.code, found.severity, found.line) == (DiagnosticCode.BAD_CONFIG, "warning", 2)
    built = build_notes("## Oak\n\nAn oak is a tree.\n", source_url="newapp://open?file={path}")
    assert '<a href="newapp://open?file=notes.md">' in "".join(built.deck.rows[0].fields)


def test_many_unknown_settings_are_reported_quickly() -> None:
    """Ten messages, not thousands that are each compared with all lines."""
    with pytest.raises(BuildError) as raised:
        config.read("\n".join(f"[a{number}]" for number in range(10_000)))
    assert len(raised.value.diagnostics) == 10


@pytest.mark.parametrize("data", [b"x" * (10 * 2**20), b'name = "\xff"'], ids=["large", "not UTF-8"])
def test_a_large_or_damaged_file_of_settings_is_an_error(tmp_path: Path, data: bytes) -> None:
    """One error, and no traceback."""
    (tmp_path / "deck.toml").write_bytes(data)
    assert [severity for severity, _, _ in findings(tmp_path, "# A\n\n- b\n")] == ["error"]


def test_every_error_that_cannot_be_silenced_is_documented_as_one() -> None:
    """The page of diagnostics calls each of these codes an error."""
    page = (Path(__file__).parents[2] / "docs/reference/diagnostics.md").read_text("utf-8")
    assert all(f"| `{code}` | error |" in page for code in ALWAYS_ERRORS)


@pytest.mark.parametrize("name", ["CON", "nul", 'a<>:"/\\|?*b. ', "..", "x" * 200, "語" * 200, "A::B"])
def test_every_name_gives_a_file_name(name: str) -> None:
    """On every system: with its version and suffix, no reserved name or character, and at most 255 bytes."""
    file_name = f"{file_slug(name)}-1.0.0.apkg"
    assert len(file_name.encode()) < 200
    assert not set(file_name) & set('<>:"/\\|?* ')


@pytest.mark.parametrize("folder", ["a\x1b[31mb", "::", "a::b", "x" * 255, "   "])
def test_every_folder_gives_a_deck_name(folder: str) -> None:
    """Without a name in deck.toml the folder's is used, as far as it can be one."""
    name = default_deck_name(folder)
    assert config.read(f'name = "{name}"').name == name


def test_links_out_of_the_folder_are_reported(tmp_path: Path) -> None:
    """A note and a folder of notes that are links elsewhere are not read, and said."""
    notes = tmp_path / "notes"
    notes.mkdir()
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret/secret.md").write_text("# Secret")
    (notes / "link.md").symlink_to(tmp_path / "secret/secret.md")
    (notes / "folder").symlink_to(tmp_path / "secret")
    (notes / "broken.md").symlink_to(tmp_path / "missing.md")
    (notes / "oak.md").write_text("## Oak\n\nAn oak is a tree.\n")
    diagnostics = api.load_project(notes).build().diagnostics
    found = [item.path for item in diagnostics if item.code == DiagnosticCode.LEFT_OUT_FILE]
    assert found == ["broken.md", "folder", "link.md"]


@pytest.mark.skipif(os.name == "nt", reason="there are no pipes in folders")
@pytest.mark.parametrize("name", ["deck.toml", "ledger.jsonl"])
@pytest.mark.parametrize("target", ["pipe", "/dev/zero"])
def test_a_pipe_or_device_is_not_read_as_a_file(tmp_path: Path, name: str, target: str) -> None:
    """A pipe would never end, and a device neither."""
    if target == "pipe":
        os.mkfifo(tmp_path / name)
    else:
        (tmp_path / name).symlink_to(target)
    assert findings(tmp_path, "# Oak\n\nAn oak is a tree.\n") == [("error", "unreadable", 0)]


def test_a_large_text_file_is_refused_by_its_size(tmp_path: Path) -> None:
    """It is not read at all."""
    (tmp_path / "ledger.jsonl").touch()
    os.truncate(tmp_path / "ledger.jsonl", storage.MAX_TEXT_FILE + 1)
    assert findings(tmp_path, "# Oak\n\nAn oak is a tree.\n") == [("error", "unreadable", 0)]


HUGE = "9" * 5000


@pytest.mark.parametrize(
    "text",
    [
        f'<img src="&#{HUGE};.png" alt="&#{HUGE};">\n\nAn oak is a tree.',
        f'An oak <a href="&#{HUGE};">is</a> a <b>&#{HUGE};</b> tree.',
        f"<div>&#{HUGE}; and &#{'0' * 5000}65;</div>",
        f"$\\text{{&#{HUGE};}}$ is a tree.",
    ],
)
def test_numbers_of_thousands_of_digits_are_no_tracebacks(tmp_path: Path, text: str) -> None:
    """Python refuses to read them; a character reference to one is no character."""
    findings(tmp_path, f"# Oak\n\n{text}\n")


def test_a_number_of_thousands_of_digits_in_toml_front_matter_is_said(tmp_path: Path) -> None:
    """With macros beside it, which are read from the same lines."""
    found = findings(tmp_path, f'+++\nx = {HUGE}\n[macros]\nR = "x"\n+++\n# Oak\n\nAn oak $\\R$ is a tree.\n')
    assert "bad-front-matter" in {code for _, code, _ in found}


def test_folders_of_any_depth_are_read(tmp_path: Path) -> None:
    """Python's own walk through folders calls itself for each level, and fails at a thousand."""
    deepest = tmp_path.joinpath(*["d"] * 150)
    deepest.mkdir(parents=True)
    (deepest / "a.md").write_text("# A\n\nAn oak is a tree.\n", "utf-8")
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack(0)) + 100)
    try:
        sources, left_out = storage.read_sources(tmp_path), storage.left_out_files(tmp_path)
    finally:
        sys.setrecursionlimit(limit)
    assert ([source.path for source in sources], left_out) == (["d/" * 150 + "a.md"], ())


def test_the_databases_of_a_notion_export_are_said_once(tmp_path: Path) -> None:
    """Other tables in CSV belong to no export."""
    (tmp_path / "data.csv").write_text("a,b\n", "utf-8")
    assert storage.left_out_files(tmp_path) == ()
    for name in (f"Exams {'0a' * 16}.csv", f"Exams {'0a' * 16}_all.csv"):
        (tmp_path / name).write_text("a,b\n", "utf-8")
    (found,) = storage.left_out_files(tmp_path)
    assert (found.code, found.severity) == ("left-out-file", "info")
    assert "2 databases" in found.message


def test_the_data_of_a_picture_is_read_once_however_often_it_is_shown() -> None:
    """A link definition can repeat megabytes in a few characters."""
    link = f"data:image/png;base64,{'A' * 1_000_000}"
    started = time.process_time()
    assert {media_type(link) for _ in range(5000)} == {"picture"}
    assert time.process_time() - started < 1
