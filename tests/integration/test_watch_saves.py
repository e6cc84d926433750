"""Saves are no versions: `watch` ends with what a single build of the last text writes, whatever was saved before."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studydeck.cli import build
from studydeck.cli.project import TEMPLATES, Options
from studydeck.cli.watch import Watch, WatchOptions
from studydeck.integrations import anki_connect
from tests.support.watching import DECK, TEA, RecordingConsole

NOW = 1_790_000_000
TERMS = ("Oolong", "Oolong tea", "O", "Assam")
MEANINGS = ("leaves left to turn half brown", "leaves", "a roasted tea of one province", "half brown")
LINES = st.tuples(st.sampled_from(TERMS), st.sampled_from(MEANINGS))
TEXTS = st.builds(
    lambda lines, heading: f"# Tea\n\n## {heading}\n\n" + "".join(f"- **{term}**: {text}\n" for term, text in lines),
    st.lists(LINES, max_size=4, unique_by=lambda line: line[0]),
    st.sampled_from(("Leaves", "Sorts")),
)


def write(folder: Path, text: str) -> Options:
    """Write the notes, and return the options with which they are built."""
    notes = folder / "notes"
    notes.mkdir(parents=True, exist_ok=True)
    (notes / "deck.toml").write_text(DECK, "utf-8")
    (notes / "tea.md").write_text(text, "utf-8")
    return Options(notes, folder / "dist", TEMPLATES, NOW)


def watch(options: Options, anki: str = "") -> Watch:
    """Return a watcher that is told of saves by the test."""
    watch_options = WatchOptions(anki, preview=False, port=0, now=lambda: NOW, stopwatch=lambda: 0.0)
    return Watch(options, watch_options, RecordingConsole())


def ledger(folder: Path) -> str:
    """Return the ledger."""
    return (folder / "notes" / "ledger.jsonl").read_text("utf-8")


def package(folder: Path) -> bytes:
    """Return the bytes of the package."""
    return (folder / "dist" / "tea-1.0.0.apkg").read_bytes()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(saves=st.lists(TEXTS, min_size=1, max_size=5), is_built=st.booleans())
def test_saves_in_between_leave_no_trace(
    tmp_path_factory: pytest.TempPathFactory, saves: list[str], *, is_built: bool
) -> None:
    """Ledger and package are those of one build; where there was no ledger, the first build of `watch` made it."""
    watched, once = tmp_path_factory.mktemp("watched"), tmp_path_factory.mktemp("once")
    build.run(write(once, TEA), RecordingConsole())
    if is_built:
        build.run(write(watched, TEA), RecordingConsole())
    state = watch(write(watched, TEA))
    state.build(final=True)
    for text in saves:
        write(watched, text)
        state.build(final=True)
    build.run(write(once, saves[-1]), RecordingConsole())
    assert ledger(watched) == ledger(once)
    assert package(watched) == package(once)


def test_a_term_that_is_typed_letter_by_letter_is_one_note(tmp_path: Path) -> None:
    """Each save is compared with what stood there before the first one, and its line tells what it changed."""
    build.run(write(tmp_path, TEA), RecordingConsole())
    before = ledger(tmp_path)
    state = watch(write(tmp_path, TEA))
    for text in (
        TEA,
        TEA.replace("Oolong", "X"),
        TEA.replace("Oolong**: leaves left to turn half brown", "X**: "),
        TEA,
    ):
        write(tmp_path, text)
        state.build(final=True)
    assert ledger(tmp_path) == before


def test_what_anki_imported_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once a learner can have a card, the next save is an edit of it."""
    monkeypatch.setattr(anki_connect, "import_package", lambda *_arguments: None)
    state = watch(write(tmp_path, TEA), anki="http://localhost:8765")
    state.build(final=True)
    write(tmp_path, TEA.replace("Oolong", "Blue tea"))
    state.build(final=True)
    assert '"text":"blue tea |' in ledger(tmp_path)
    write(tmp_path, "# Tea\n")
    state.build(final=True)
    assert ledger(tmp_path).count('"retired"') == 3
