"""The examples of the CommonMark and GFM specifications as notes: each builds without errors and imports into Anki.

The examples are not copied into this repository. They are in the source archive of marko, which is no dependency; the
test looks for it in the folder that `STUDYDECK_SPECS` names, by default `.specs`:

    python -m pip download --no-deps --no-binary marko --dest .specs marko==2.2.4
"""

from __future__ import annotations

import os
import re
import tarfile
from functools import cache
from pathlib import Path

import pytest
from anki.collection import Collection

from studydeck.pipeline import pack
from tests.support.pipeline import build_notes
from tests.support.real_anki import cards, empty_cards, import_package, notes_without_cards, rendered_sides

SPECS = Path(os.environ.get("STUDYDECK_SPECS", Path(__file__).parents[2] / ".specs"))
ARCHIVES = sorted(SPECS.glob("marko-*.tar.gz"))
FENCE = "`" * 32
EXAMPLE = re.compile(rf"^{FENCE} example[^\n]*\n(.*?)^\.\n.*?^{FENCE}$", re.DOTALL | re.MULTILINE)
pytestmark = [
    pytest.mark.skipif(not ARCHIVES, reason=f"no specification in {SPECS}: see the docstring of this file"),
    pytest.mark.anki,
]


@cache
def examples(name: str) -> dict[str, str]:
    """Return the examples of a specification, each as a file; an arrow in them represents a tab."""
    with tarfile.open(ARCHIVES[-1]) as archive:
        member = next(
            candidate for candidate in archive.getmembers() if candidate.name.endswith(f"/tests/spec/{name}.txt")
        )
        stream = archive.extractfile(member)
        assert stream
        text = stream.read().decode()
    texts = [example.replace("→", "\t") for example in EXAMPLE.findall(text)]
    assert len(texts) > 600
    return {f"{name} {number}.md": example for number, example in enumerate(texts, 1)}


@pytest.mark.parametrize("name", ["commonmark", "gfm"])
def test_every_example_builds_or_has_diagnostics(name: str) -> None:
    """A single example gives notes or diagnostics, and no errors."""
    for path, text in examples(name).items():
        built = build_notes({path: text})
        assert built.notes or built.diagnostics, path
        assert not [diagnostic for diagnostic in built.diagnostics if diagnostic.severity == "error"], path


@pytest.mark.parametrize("name", ["commonmark", "gfm"])
def test_all_examples_import(name: str, collection: Collection) -> None:
    """All examples as one deck, each below a heading, are imported completely."""
    notes = {path: f"# Example {path[:-3]}\n\n{text}\n" for path, text in examples(name).items()}
    built = build_notes(notes)
    counts = import_package(pack(built.deck), collection)
    assert (counts.new, counts.conflicting, counts.lost) == (len(built.notes), 0, 0)
    assert len(built.notes) > 40
    assert notes_without_cards(collection) == 0
    assert not empty_cards(collection)
    for _, _, card, _, _ in cards(collection):
        question, answer = rendered_sides(collection, card)
        assert re.sub(r"<[^>]*>", "", question).strip()
        assert len(answer) > len("<hr>")
