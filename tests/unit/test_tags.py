"""Tags of the text and of front matter: they become tags of Anki, and no card shows a sign of them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from anki.collection import Collection

from studydeck.pipeline import Built, pack
from tests.support.pipeline import DAY, build_notes, rebuild
from tests.support.real_anki import import_package, review_all

PREFIX = "test-deck::tags::"


def tags(built: Built) -> set[str]:
    """Return the tags of all notes that come from the text, without the deck's prefix."""
    return {tag.removeprefix(PREFIX) for row in built.deck.rows for tag in row.tags if tag.startswith(PREFIX)}


def meaning(built: Built) -> str:
    """Return the meaning of the only note."""
    (row,) = built.deck.rows
    return row.fields[2].removeprefix("<p>").removesuffix("</p>")


@pytest.mark.parametrize(
    ("line", "shown", "expected"),
    [
        ("A lake that dries up in summer. #playa", "A lake that dries up in summer.", {"playa"}),
        ("A lake that dries up in summer #playa #land/arid", "A lake that dries up in summer", {"playa", "land::arid"}),
        ("A lake that dries up in summer. #trockener_See", "A lake that dries up in summer.", {"trockener-see"}),
        ("A lake that dries up in summer. #塩湖", "A lake that dries up in summer.", {"塩湖"}),
        ("A lake that dries up in summer. #2024/exam", "A lake that dries up in summer.", {"2024::exam"}),
        ("A lake that dries up in summer. #salt lake bed#", "A lake that dries up in summer.", {"salt-lake-bed"}),
        ("A lake where #evaporation exceeds inflow.", "A lake where evaporation exceeds inflow.", {"evaporation"}),
        (
            "A lake fed by the #rivers/dry_beds of a basin.",
            "A lake fed by the dry beds of a basin.",
            {"rivers::dry-beds"},
        ),
        ("A kind of lake that is a #playa", "A kind of lake that is a playa", {"playa"}),
        ("#arid #land A lake that dries up in summer.", "A lake that dries up in summer.", {"arid", "land"}),
        ("A lake that dries up. #arid It has salt.", "A lake that dries up. It has salt.", {"arid"}),
        ("A lake that dries up (#arid) in summer.", "A lake that dries up (arid) in summer.", {"arid"}),
        ("A lake that dries up. #todo", "A lake that dries up.", set()),
        ("A lake that dries up. #todo/later", "A lake that dries up.", set()),
    ],
)
def test_tags_leave_the_text(line: str, shown: str, expected: set[str]) -> None:
    """At an edge a tag goes with its words, inside of a sentence it loses its sign."""
    built = build_notes(f"# Lakes\n\n## Sebkha\n\n{line}\n")
    assert meaning(built) == shown
    assert tags(built) == expected


@pytest.mark.parametrize(
    "words",
    [
        "#1 of its kind",
        "#ff0000 on a map",
        "#fff on a map",
        "#FFAABB on a map",
        "C# and F# in code",
        "the #include <map> line",
        "the #id { color } rule",
        "the `#code` in it",
        "page#part of it",
        "https://a.org/#top there",
        r"\#escaped in it",
        "issue #42, and org/repo#7",
        "[name #x](a.md#y) in it",
        "$a #b$ in it",
    ],
)
def test_other_signs_stay_rejected(words: str) -> None:
    """Numbers, colours, languages, directives, selectors, code, addresses, escapes, links and formulas."""
    built = build_notes(f"# Lakes\n\n## Sebkha\n\nA lake that dries up, {words}.\n")
    plain = words.replace("`", "").replace("\\", "")
    assert tags(built) == set()
    assert "#" in meaning(built), plain


def test_words_that_look_like_colours_are_tags() -> None:
    """#cafe and #facade are words."""
    assert tags(build_notes("# A\n\n## Bistro\n\nA house that serves meals. #cafe #facade #bee\n")) == {
        "cafe",
        "facade",
        "bee",
    }


def test_tags_apply_to_what_they_stand_at() -> None:
    """A file, a section with those below it, an item, a row; a line of tags counts for its section."""
    built = build_notes(
        "---\ntags: [file]\n---\n#top\n\n# Lakes #all\n\nTags: #line, #more\n\n## Salt #salt\n\n"
        "- **Sebkha**: a lake that dries up in summer. #item\n- **Playa**: a bed that is left when a lake dries. \n\n"
        "## Fresh\n\n| Lake | Origin |\n| --- | --- |\n| Maar #row | a crater that filled with rain |\n"
        "| Tarn | a hollow that ice has carved |\n"
    )
    found = {
        re.sub("<.*?>", "", row.fields[1]): {tag.removeprefix(PREFIX) for tag in row.tags if PREFIX in tag}
        for row in built.deck.rows
    }
    inherited = {"file", "top", "all", "line", "more"}
    assert found == {
        "Sebkha": inherited | {"salt", "item"},
        "Playa": inherited | {"salt"},
        "Maar": inherited | {"row"},
        "Tarn": inherited,
    }


def test_a_list_of_lines_stays_one() -> None:
    """Tags at lines, and a line of tags above them, change neither the reading nor the line numbers."""
    lines = "Vacuole: stores water{0}\nStroma: fills the chloroplast{1}\nThylakoid: catches the light\n"
    plain = build_notes("# Cells\n\n" + lines.format("", ""))
    tagged = build_notes("# Cells\n\n" + lines.format(" #plant", " #green #b"))
    headed = build_notes("# Cells\n\n#plant #green\n" + lines.format("", ""))
    assert [row.fields[1:6] for row in tagged.deck.rows] == [row.fields[1:6] for row in plain.deck.rows]
    assert [note.draft.span.line for note in tagged.notes] == [3, 4, 5]
    assert [note.draft.span.line for note in headed.notes] == [4, 5, 6]
    assert tags(headed) == {"plant", "green"}


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, {"test-deck::tags::exam::june", "test-deck::tags::status::new"}),
        ({"tags": "top-level"}, {"exam::june", "status::new"}),
        ({"exclude_tags": ("Status/*",)}, {"test-deck::tags::exam::june", "test-deck::tags::todo"}),
        ({"exclude_tags": ("#exam", "*")}, set()),
        ({"exclude_tags": ()}, {f"test-deck::tags::{tag}" for tag in ("exam::june", "status::new", "todo")}),
    ],
)
def test_settings_place_and_leave_out_tags(settings: dict[str, Any], expected: set[str]) -> None:
    """Below the deck's own tags or at the top; patterns leave out a tag and what is below it."""
    built = build_notes("# A\n\n## Bistro\n\nA house that serves meals. #exam/june #status/new #todo\n", **settings)
    assert {
        tag for tag in built.deck.rows[0].tags if tag != "test-deck::notes::bistro" and "::notes" not in tag
    } == expected


def test_without_dialects_a_sign_is_text() -> None:
    """`dialects = []` reads plain Markdown."""
    from studydeck.markdown.sections import parse
    from studydeck.model.document import Paragraph, Source

    (section,) = parse(Source("a.md", "# A\n\nText. #tag\n", dialects=())).sections
    assert isinstance(section.blocks[0], Paragraph)
    assert section.blocks[0].text.plain == "Text. #tag"


@pytest.mark.anki
def test_an_added_tag_stamps_no_note(collection: Collection) -> None:
    """A tag is context: the update touches no note and no tag of the learner, until the note itself changes."""
    long_ago = 1_700_000_000
    text = "# Lakes\n\n## Sebkha\n\nA lake that dries up in summer.\n\n## Maar\n\nA crater that filled with rain.\n"
    first = build_notes(text, now=long_ago)
    import_package(pack(first.deck), collection)
    review_all(collection)
    for number in collection.find_notes(""):
        note = collection.get_note(number)
        note.add_tag("my-own")
        collection.update_note(note)
    tagged = rebuild(first, "---\ntags: [earth]\n---\n" + text.replace("summer.", "summer. #arid"), later=DAY)
    assert tags(tagged) == {"earth", "arid"}
    assert [note.changed for note in tagged.notes] == [note.changed for note in first.notes]
    assert import_package(pack(tagged.deck), collection).updated == 0
    assert len(collection.find_notes("tag:my-own")) == 2
    changed = rebuild(
        tagged, "---\ntags: [earth]\n---\n" + text.replace("summer.", "the dry months. #arid"), later=10_000 * DAY
    )
    assert import_package(pack(changed.deck), collection).updated == 1
    assert len(collection.find_notes("tag:my-own")) == 1
    assert len(collection.find_notes("tag:test-deck::tags::arid")) == 1
