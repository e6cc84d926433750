"""What `benchmarks.pipeline` measures, each part in a process of its own, which prints its figures as JSON.

python -m benchmarks.stages stages FOLDER      the processor time of each stage; stores the rows for the floor
python -m benchmarks.stages floor FOLDER       the same notes, parsed and written with the two libraries alone
python -m benchmarks.stages rebuilds FOLDER    builds after edits, as `watch` makes them
python -m benchmarks.stages parse FOLDER       importing the two libraries, and parsing the notes
"""

from __future__ import annotations

import gc
import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from studydeck.model.anki import Deck

ROWS = "rows.json"  # the rows that the floor writes, stored beside the notes
_NOW = 1_790_000_000
_EDITS = 6
PlainRow = tuple[str, str, Sequence[str], Sequence[str]]  # kind, GUID, fields, tags


def processor() -> float:
    """Return the processor time of this process and of the children that it waited for, in seconds."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def measure_stages(folder: Path) -> dict[str, Any]:
    """Run each stage, return the processor time of each, and store the rows for the floor."""
    from studydeck import storage
    from studydeck.apkg import writer
    from studydeck.config import Config
    from studydeck.identity import ledger as ledger_file
    from studydeck.identity import ledger_reader
    from studydeck.identity.assign import assign_identities
    from studydeck.identity.ledger import Ledger
    from studydeck.markdown.sections import parse
    from studydeck.notetypes import note_types
    from studydeck.pipeline import assemble, extract_deck
    from studydeck.rendering.fields import render_settings
    from studydeck.runner import Runner

    spent: dict[str, float] = {}
    gc.disable()  # as the commands do

    @contextmanager
    def measure(name: str) -> Iterator[None]:
        before = processor()
        yield
        spent[name] = processor() - before

    config = Config(id="benchmark", name="Benchmark", version="1.0.0")
    notetypes = note_types.load_note_types(storage.read_templates(storage.TEMPLATES), config.id)
    with measure("reading"):
        sources = storage.read_sources(folder)
    with measure("parsing"):
        for source in sources:
            parse(source)
    with measure("rules"):
        extracted = extract_deck(sources)
    spent["rules"] -= spent["parsing"]  # extract_deck parses as well
    with measure("identity"):
        assigned = assign_identities(extracted.drafts, extracted.sections, Ledger(config.id, config.name), _NOW)
        text = ledger_file.to_text(assigned.ledger)
    with measure("rebuild"):
        ledger = ledger_reader.parse(text)
        ledger_file.to_text(assign_identities(extracted.drafts, extracted.sections, ledger, _NOW).ledger)
    with measure("rendering"):
        rows = Runner().render(assigned.notes, render_settings(config))
        deck = assemble(config, rows, notetypes, {})
    with measure("packing"):
        data = writer.pack(deck)
    with measure("writing"):
        storage.write_build(folder, text, [(folder / "deck.apkg", data)])
    (folder / ROWS).write_text(json.dumps(_plain_rows(deck)), "utf-8")
    return {
        "spent": spent,
        "notes": len(deck.rows),
        "cards": sum(len(row.ordinals) for row in deck.rows),
        "lines": sum(source.text.count("\n") for source in sources),
    }


def floor(folder: Path) -> dict[str, float]:
    """Parse the notes and write their rows with the two libraries alone; return the processor time of each.

    `loading` is the time of reading the rows, elapsed and spent, which is no part of the floor.
    """
    import genanki  # noqa: F401  # a part of starting

    parse, imported, clock = parser(), processor(), time.perf_counter()
    rows: list[PlainRow] = json.loads((folder / ROWS).read_text("utf-8"))
    start, loading_clock = processor(), time.perf_counter() - clock
    for path in sorted(folder.glob("*.md")):
        parse(path.read_text("utf-8"))
    parsed = processor()
    write_plainly(rows, folder / "floor.apkg")
    return {
        "starting": imported,
        "parsing": parsed - start,
        "writing": processor() - parsed,
        "loading": start - imported,
        "loading_clock": loading_clock,
    }


def write_plainly(rows: Sequence[PlainRow], path: Path) -> None:
    """Write rows with genanki in the ordinary way."""
    import genanki

    models = {kind: _model(genanki, kind, len(fields)) for kind, _, fields, _ in rows}
    deck = genanki.Deck(2_059_400_110, "Floor")
    for kind, guid, fields, tags in rows:
        deck.add_note(genanki.Note(models[kind], fields, guid=guid, tags=tags))
    genanki.Package(deck).write_to_file(path)


def measure_rebuilds(folder: Path) -> dict[str, Any]:
    """Build as `watch` does, then edit a file and build again, several times, in turns with genanki writing the deck.

    Return the processor time of each, and the peak memory before genanki came into it.
    """
    from studydeck import storage
    from studydeck.cache import CachedRunner
    from studydeck.cli.console import Console
    from studydeck.cli.project import Options, load_project
    from studydeck.pipeline import pack

    gc.disable()  # as the commands do
    options, console = Options(folder, folder / "out", storage.TEMPLATES, _NOW), Console(quiet=True)
    runner = CachedRunner()
    paths, spent, written, peak = sorted(folder.glob("*.md")), [], [], 0.0
    for number in range(1 + _EDITS):
        before = processor()
        built = load_project(options, console, runner).build()
        storage.write_build(folder, built.ledger_text, [(folder / "deck.apkg", pack(built.deck))])
        spent.append(processor() - before)
        if number > 1:
            peak = peak or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            before = processor()
            write_plainly(_plain_rows(built.deck), folder / "floor.apkg")
            written.append(processor() - before)
        path = paths[number * len(paths) // (1 + _EDITS)]
        path.write_text(edited(path.read_text("utf-8"), number), "utf-8")
    return {"first": spent[0], "rebuilds": spent[2:], "writing": written, "peak": peak}


def edited(text: str, number: int) -> str:
    """Return a text with a sentence more in one of its paragraphs, in the middle of the file."""
    paragraphs = text.split("\n\n")
    place = next(place for place in range(len(paragraphs) // 2, len(paragraphs)) if paragraphs[place][:1].isupper())
    paragraphs[place] += f" The Kelor{'abcdefgh'[number]} gate opens every outer tree at most {number + 2} times."
    return "\n\n".join(paragraphs)


def parser() -> Callable[[str], Sequence[object]]:
    """Return the parse function of markdown-it-py with the plugins that notes need."""
    from markdown_it import MarkdownIt
    from mdit_py_plugins.admon import admon_plugin
    from mdit_py_plugins.deflist import deflist_plugin
    from mdit_py_plugins.dollarmath import dollarmath_plugin
    from mdit_py_plugins.footnote import footnote_plugin

    md = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    md.use(admon_plugin).use(deflist_plugin).use(footnote_plugin).use(dollarmath_plugin, double_inline=True)
    return md.parse


def _plain_rows(deck: Deck) -> list[PlainRow]:
    return [(row.kind, row.guid, row.fields, row.tags) for row in deck.rows]


def _model(genanki: Any, kind: str, fields: int) -> Any:
    """Return a note type of genanki with this many fields and the cards of ours."""
    names = [f"F{number}" for number in range(fields)]
    if kind == "cloze":
        templates = [{"name": "Cloze", "qfmt": "{{cloze:F2}}", "afmt": "{{cloze:F2}}"}]
        return genanki.Model(1_607_392_320, "Cloze", [{"name": name} for name in names], templates, "", 1)
    forwards = {"name": "Forwards", "qfmt": "{{F1}}", "afmt": "{{F2}}"}
    backwards = {"name": "Backwards", "qfmt": "{{#F3}}{{F3}}{{/F3}}", "afmt": "{{F1}}"}
    return genanki.Model(1_607_392_319, "Pair", [{"name": name} for name in names], [forwards, backwards])


def parse_only(folder: Path) -> None:
    """Import the two libraries and parse the notes."""
    import genanki  # noqa: F401  # the import is what is measured

    parse = parser()
    for path in sorted(folder.glob("*.md")):
        parse(path.read_text("utf-8"))


MEASUREMENTS: dict[str, Callable[[Path], object]] = {
    "stages": measure_stages,
    "floor": floor,
    "rebuilds": measure_rebuilds,
    "parse": parse_only,
}

if __name__ == "__main__":
    print(json.dumps(MEASUREMENTS[sys.argv[1]](Path(sys.argv[2]))), flush=True)
    os._exit(0)  # as the commands do: freeing memory takes time that nobody needs
