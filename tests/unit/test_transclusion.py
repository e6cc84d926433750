"""Embeds of notes: what they insert, where it is shown, and that it is asked only where it stands."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from studydeck.cache import CachedRunner
from studydeck.diagnostics import DiagnosticCode
from studydeck.markdown.transclusion import MAX_DEPTH, with_embeds
from studydeck.model.document import Embed, Source
from studydeck.model.traverse import plain
from studydeck.pipeline import extract_deck
from tests.support.pipeline import build_notes

LAWS = """\
# Laws

## Ohm

The current is the voltage divided by the resistance. ^ohm

## Kirchhoff's *first* law: nodes

The sum of the currents into a node is zero.

- Node: a point where wires meet ^node
    - drawn as a dot
- Mesh: a closed path

| Unit | Of |
| --- | --- |
| Ohm | resistance |

^units

%%
private ^hidden
%%
"""


def inserted(target: str, path: str = "notes.md", **others: str) -> Embed:
    """Return what a file embeds."""
    texts = {path: f"# Notes\n\n![[{target}]]\n", "physics/Laws.md": LAWS} | others
    sources = with_embeds([Source(name, text) for name, text in sorted(texts.items())])
    (embed,) = next(source.embeds for source in sources if source.path == path)
    return embed


@pytest.mark.parametrize(
    ("target", "text"),
    [
        ("Laws#Ohm", "The current is the voltage divided by the resistance."),
        ("laws#ohm", "The current is the voltage divided by the resistance."),
        ("physics/Laws.md#^ohm|300", "The current is the voltage divided by the resistance."),
        ("Laws#^node", "- Node: a point where wires meet\n    - drawn as a dot"),
        ("Laws#^units", "| Unit | Of |\n| --- | --- |\n| Ohm | resistance |"),
        ("Laws#Laws#Ohm", "The current is the voltage divided by the resistance."),
    ],
)
def test_a_target_names_its_text(target: str, text: str) -> None:
    """Headings and blocks, in any case, with folders, suffixes and aliases."""
    embed = inserted(target)
    assert (embed.text.strip(), embed.path, embed.fault) == (text, "physics/Laws.md", "")


def test_a_heading_with_markup_and_punctuation_is_found() -> None:
    """Links leave out the characters that they cannot hold."""
    assert inserted("Laws#Kirchhoff's first law nodes").text.startswith("\nThe sum") or inserted(
        "Laws#Kirchhoff's first law nodes"
    ).text.startswith("The sum")


@pytest.mark.parametrize("target", ["Nothing", "Laws#Nothing", "Laws#^nothing", "Laws#Ohm#Nothing", "#Nothing"])
def test_what_is_not_there_is_reported_with_its_line(target: str) -> None:
    """A note, heading or block that does not exist."""
    built = build_notes({"notes.md": f"# Notes\n\nA note is a text.\n\n![[{target}]]\n", "physics/Laws.md": LAWS})
    found = [diagnostic for diagnostic in built.diagnostics if diagnostic.code == DiagnosticCode.MISSING_EMBED]
    assert [(diagnostic.path, diagnostic.line) for diagnostic in found] == [("notes.md", 5)]


def test_hidden_text_is_not_inserted() -> None:
    """Comments are hidden where they stand, so also where a part of them is embedded."""
    assert "private" not in inserted("Laws").text + inserted("Laws#^hidden").text
    assert "secret" not in inserted("b#^x", **{"b.md": "text <!-- open\n\nsecret ^x\n\n-->"}).text
    board = "---\nkanban-plugin: board\n---\nsecret"
    assert inserted("Board", **{"Board.md": board}) == Embed("Board", fault="is a board")


def test_the_nearest_note_of_a_name_is_embedded() -> None:
    """First the exact path, then the note with the most common folders, then the one closest to the root."""
    others = {"a/x/Same.md": "deep", "a/Same.md": "near", "b/Same.md": "far", "Same.md": "root"}
    assert inserted("Same", "c/notes.md", **others).text == "root"
    del others["Same.md"]
    assert inserted("Same", "a/notes.md", **others).text == "near"
    assert inserted("Same", "a/x/y/notes.md", **others).text == "deep"
    assert inserted("../b/Same", "a/notes.md", **others).text == "far"
    assert inserted("x/Same", "b/notes.md", **others).text == "deep"


def test_embeds_end() -> None:
    """A text is not inserted into itself, not too deeply, and not beyond a size."""
    circle = with_embeds([Source("a.md", "a ![[b]]"), Source("b.md", "b ![[a]]")])
    assert circle[0].embeds[0].embeds == (Embed("a", fault="would be inserted into itself"),)
    chain = with_embeds([Source(f"n{number}.md", f"text ![[n{number + 1}]]") for number in range(9)])
    depth, embed = 0, chain[0].embeds[0]
    while embed.embeds:
        depth, embed = depth + 1, embed.embeds[0]
    assert (depth, embed.fault) == (MAX_DEPTH, f"is embedded more than {MAX_DEPTH} levels deep")
    bombs = [Source(f"n{number:02}.md", f"![[n{number + 1:02}]] " * 50 + "word " * 50) for number in range(20)]
    many = Source("many.md", "\n\n".join(f"![[n{number:02}]]" for number in range(20)))
    assert len(repr(with_embeds([*bombs, many])[-1])) < 60_000


def test_embedded_text_is_asked_only_where_it_stands() -> None:
    """It is shown with the note above it, and changes only what is packed with that note."""
    notes = {"a.md": "# Notes\n\n## Wire\n\nA wire is a thread of metal.\n\n![[Laws#Ohm]]\n", "Laws.md": LAWS}
    built = build_notes(notes)
    (wire,) = [note for note in built.notes if note.draft.span.path == "a.md"]
    assert plain(wire.draft.extra) == "The current is the voltage divided by the resistance."
    edited = build_notes(notes | {"Laws.md": LAWS.replace("The current", "A current")}, built.ledger_text)
    (wire_later,) = [note for note in edited.notes if note.draft.span.path == "a.md"]
    assert plain(wire_later.draft.extra).startswith("A current")
    assert wire_later.changed == wire.changed


def test_an_edit_of_an_embedded_file_redrafts_the_embedding_file() -> None:
    """`watch` caches by the source, of which the embedded text is a part."""
    runner = CachedRunner()
    sources = (Source("Laws.md", LAWS), Source("a.md", "# Notes\n\n## Ohm's law\n\n![[Laws#^ohm]]\n"))
    extract_deck(sources, runner=runner)
    edited = (replace(sources[0], text=LAWS.replace("voltage", "tension")), sources[1])
    drafts = extract_deck(edited, runner=runner).drafts
    assert "tension" in repr([draft for draft in drafts if draft.span.path == "a.md"])
    assert extract_deck(edited, runner=runner).drafts == extract_deck(edited).drafts
