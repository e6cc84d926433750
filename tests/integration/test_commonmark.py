"""The examples of the CommonMark and GFM specifications as notes: each builds, or is a problem, and imports into Anki.

The examples are not copied. They stand in the source archive of marko, which is no dependency of anything here; the
test looks for it where `STUDYDECK_SPECS` says, and in `.specs`:

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
from tests.support.pipeline import walk
from tests.support.real_anki import cards, empty_cards, faces, import_package, notes_without_cards

FOLDER = Path(os.environ.get("STUDYDECK_SPECS", Path(__file__).parents[2] / ".specs"))
ARCHIVES = sorted(FOLDER.glob("marko-*.tar.gz"))
FENCE = "`" * 32
EXAMPLE = re.compile(rf"^{FENCE} example[^\n]*\n(.*?)^\.\n.*?^{FENCE}$", re.DOTALL | re.MULTILINE)
pytestmark = [
    pytest.mark.skipif(not ARCHIVES, reason=f"no specification in {FOLDER}: see this file's first lines"),
    pytest.mark.anki,
]


@cache
def examples(name: str) -> dict[str, str]:
    """Give the examples of a specification as notes, each a file; an arrow stands for a tab in them."""
    with tarfile.open(ARCHIVES[-1]) as archive:
        member = next(one for one in archive.getmembers() if one.name.endswith(f"/tests/spec/{name}.txt"))
        stream = archive.extractfile(member)
        assert stream
        text = stream.read().decode()
    found = [example.replace("→", "\t") for example in EXAMPLE.findall(text)]
    assert len(found) > 600
    return {f"{name} {number}.md": example for number, example in enumerate(found, 1)}


@pytest.mark.parametrize("name", ["commonmark", "gfm"])
def test_every_example_builds_or_is_a_problem(name: str) -> None:
    """An example alone makes notes, or the author is told why not."""
    for path, text in examples(name).items():
        built = walk({path: text})
        assert built.notes or built.diagnostics, path
        assert not [one for one in built.diagnostics if one.severity == "error"], path


@pytest.mark.parametrize("name", ["commonmark", "gfm"])
def test_all_examples_import(name: str, collection: Collection) -> None:
    """All examples as one deck, each below a heading that gives it a subject, are taken by Anki to the last note."""
    notes = {path: f"# Example {path[:-3]}\n\n{text}\n" for path, text in examples(name).items()}
    built = walk(notes)
    log = import_package(pack(built.deck), collection)
    assert (log.new, log.conflicting, log.lost) == (len(built.notes), 0, 0)
    assert len(built.notes) > 40
    assert notes_without_cards(collection) == 0
    assert not empty_cards(collection)
    for _, _, card, _, _ in cards(collection):
        question, answer = faces(collection, card)
        assert re.sub(r"<[^>]*>", "", question).strip()
        assert len(answer) > len("<hr>")
