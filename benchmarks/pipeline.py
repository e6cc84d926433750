"""What the street costs, part by part, beside what nobody can do without: parsing the text and writing the notes.

    python -m benchmarks.pipeline [SIZE ...] [--repeat 5] [--write]

Makes decks of so many cards (see generate_notes.py), and walks each in a process of its own. The floor is
markdown-it-py with the same plugins parsing the same text, and genanki writing the same notes in the ordinary way.
Seconds are processor time, of all processes together; `--write` puts the tables into docs/benchmark.md.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from operator import attrgetter
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).parent.parent
SELF = (sys.executable, "-m", "benchmarks.pipeline")

PAGE = ROOT / "docs" / "benchmark.md"
SIZES = (100, 1_000, 10_000, 100_000)
ROWS = "rows.json"  # what the floor writes, beside the notes
_NOW = 1_790_000_000
_EDITS = 4
# Some containers forbid Python to keep what it compiled: then our rooms would be compiled each time, the libraries not.
_ENV = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
_HEAD = """# What the street costs

Made by `python -m benchmarks.pipeline {command}`.

Seconds are processor time of all processes together, unless they are said to be on the clock, where a build had
{cores} cores to share; the parts of the first table, and `watch`, had one. Python finds what it compiled before, of
this tool as of the libraries. The *floor* is loading markdown-it-py and genanki, parsing the same text and writing the
same notes. Wanted: a build at most 1.5 times the floor, at most eleven times as long for ten times the cards, and
700 MB at 100,000 cards; and in `watch` a build after one edit at most twice what genanki needs to write the deck.
"""
_PARTS = ("reading", "parsing", "rules", "identity", "rendering", "packing", "writing")


@dataclass(frozen=True, slots=True)
class Cost:
    """What a process took: processor time and time on the clock in seconds, memory at its peak in MB."""

    spent: float
    clock: float
    peak: float
    fingerprint: str


def processor() -> float:
    """Give the processor time of this process and of those that it waited for, in seconds."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def cost(*command: str | Path) -> Cost:
    """Run a command to its end, and give what it took."""
    begin = time.perf_counter()
    words = list(map(str, command))
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=_ENV) as child:  # noqa: S603  # ours
        assert child.stdout
        said = child.stdout.read()
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{' '.join(map(str, command))}: exit code {child.returncode}")
    return Cost(used.ru_utime + used.ru_stime, time.perf_counter() - begin, used.ru_maxrss / 1024, said)


def build(notes: Path, out: Path, *more: str) -> Cost:
    """Build a folder as its author does."""
    return cost(sys.executable, ROOT / "build_deck.py", "--notes", notes, "--out", out, *more)


def walk(folder: Path) -> dict[str, Any]:
    """Walk the street by hand, and give what each part took; leave the rows to the floor."""
    from studydeck import storage
    from studydeck.apkg import writer
    from studydeck.config import Config
    from studydeck.identity import ledger as ledger_file
    from studydeck.identity.assign import assign_identities
    from studydeck.identity.ledger import Ledger
    from studydeck.markdown.sections import parse
    from studydeck.notetypes import note_types
    from studydeck.pipeline import Runner, assemble, extract_deck
    from studydeck.rendering.fields import tag_part

    spent: dict[str, float] = {}
    gc.disable()  # as the commands do

    @contextmanager
    def part(name: str) -> Iterator[None]:
        before = processor()
        yield
        spent[name] = processor() - before

    config = Config(id="benchmark", name="Benchmark", version="1.0.0")
    notetypes = note_types.load_note_types(storage.read_templates(storage.TEMPLATES), config.id)
    with part("reading"):
        sources = storage.read_sources(folder)
    with part("parsing"):
        for source in sources:
            parse(source)
    with part("rules"):
        extracted = extract_deck(sources)
    spent["rules"] -= spent["parsing"]  # which is done in drafting, too
    with part("identity"):
        assigned = assign_identities(extracted.drafts, extracted.sections, Ledger(config.id, config.name), _NOW)
        text = ledger_file.write(assigned.ledger)
    with part("rebuild"):
        known = ledger_file.read(text)
        ledger_file.write(assign_identities(extracted.drafts, extracted.sections, known, _NOW).ledger)
    with part("rendering"):
        rows = Runner().render(assigned.notes, tag_part(config.name), "")
        deck = assemble(config, rows, notetypes, {})
    with part("packing"):
        data = writer.pack(deck)
    with part("writing"):
        storage.write_build(folder, text, [(folder / "deck.apkg", data)])
    written = [(row.kind, row.guid, row.fields, row.tags) for row in deck.rows]
    (folder / ROWS).write_text(json.dumps(written), "utf-8")
    return {
        "spent": spent,
        "notes": len(deck.rows),
        "cards": sum(len(row.ordinals) for row in deck.rows),
        "lines": sum(source.text.count("\n") for source in sources),
        "megabytes": sum(len(source.text.encode()) for source in sources) / 1e6,
    }


def floor(folder: Path) -> dict[str, float]:
    """Parse the notes and write their rows as anybody would with the two libraries; give what each took."""
    import genanki

    parse, imported = parser(), processor()
    rows = json.loads((folder / ROWS).read_text("utf-8"))
    models = {kind: _model(genanki, kind, len(fields)) for kind, _, fields, _ in rows}
    begin = processor()
    for path in sorted(folder.glob("*.md")):
        parse(path.read_text("utf-8"))
    parsed = processor()
    deck = genanki.Deck(2_059_400_110, "Floor")
    for kind, guid, fields, tags in rows:
        deck.add_note(genanki.Note(models[kind], fields, guid=guid, tags=tags))
    genanki.Package(deck).write_to_file(folder / "floor.apkg")
    return {"starting": imported, "parsing": parsed - begin, "writing": processor() - parsed}


def again(folder: Path) -> list[float]:
    """Build as `watch` does, then edit one file and build again, some times; give what each build took."""
    from studydeck import storage
    from studydeck.cache import CachedRunner
    from studydeck.cli.console import Console
    from studydeck.cli.project import Options, load_project
    from studydeck.pipeline import pack

    gc.disable()  # as the commands do
    options, console = Options(folder, folder / "out", storage.TEMPLATES, _NOW), Console(quiet=True)
    runner = CachedRunner()
    paths, spent = sorted(folder.glob("*.md")), []
    for number in range(1 + _EDITS):
        before = processor()
        built = load_project(options, console, runner).build()
        storage.write_build(folder, built.ledger_text, [(folder / "deck.apkg", pack(built.deck))])
        spent.append(processor() - before)
        with paths[number * len(paths) // (1 + _EDITS)].open("a", encoding="utf-8") as file:
            file.write(f"\nThe Kelor{'abcdefgh'[number]} gate opens every outer tree at most {number + 2} times.\n")
    return spent


def parser() -> Callable[[str], Sequence[object]]:
    """Give markdown-it-py with the plugins that notes need."""
    from markdown_it import MarkdownIt
    from mdit_py_plugins.admon import admon_plugin
    from mdit_py_plugins.deflist import deflist_plugin
    from mdit_py_plugins.dollarmath import dollarmath_plugin
    from mdit_py_plugins.footnote import footnote_plugin

    md = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    md.use(admon_plugin).use(deflist_plugin).use(footnote_plugin).use(dollarmath_plugin, double_inline=True)
    return md.parse


def _model(genanki: Any, kind: str, fields: int) -> Any:
    """Give a note type of genanki with so many fields, whose cards are those of ours."""
    names = [f"F{number}" for number in range(fields)]
    if kind == "cloze":
        note_types = [{"name": "Cloze", "qfmt": "{{cloze:F2}}", "afmt": "{{cloze:F2}}"}]
        return genanki.Model(1_607_392_320, "Cloze", [{"name": name} for name in names], note_types, "", 1)
    forwards = {"name": "Forwards", "qfmt": "{{F1}}", "afmt": "{{F2}}"}
    backwards = {"name": "Backwards", "qfmt": "{{#F3}}{{F3}}{{/F3}}", "afmt": "{{F1}}"}
    return genanki.Model(1_607_392_319, "Pair", [{"name": name} for name in names], [forwards, backwards])


def street(sizes: Sequence[int]) -> Iterator[str]:
    """Measure decks of these sizes; give the lines of two tables."""
    from benchmarks.generate_notes import notes

    found: list[tuple[dict[str, Any], dict[str, float], Cost, Cost]] = []
    watched: list[tuple[list[float], float]] = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            for path, text in notes(size):
                (folder / path).write_text(text, "utf-8")
            walked = json.loads(cost(*SELF, "--walk", folder).fingerprint)
            below = json.loads(cost(*SELF, "--floor", folder).fingerprint)
            (folder / "ledger.jsonl").unlink()
            found.append((walked, below, build(folder, folder / "out"), build(folder, folder / "out")))
            (folder / "ledger.jsonl").unlink()
            shutil.rmtree(folder / "out")  # or the lost ledger would be made of the package
            said = cost(*SELF, "--again", folder)
            watched.append((json.loads(said.fingerprint), said.peak))
    yield "| cards | notes | lines | " + " | ".join((*_PARTS, "rebuild: identity")) + " |"
    yield "| ---: " * (len(_PARTS) + 4) + "|"
    for walked, *_ in found:
        parts = " | ".join(f"{walked['spent'][part]:.2f}" for part in (*_PARTS, "rebuild"))
        yield f"| {walked['cards']:,} | {walked['notes']:,} | {walked['lines']:,} | {parts} |"
    yield ""
    heads: tuple[str, ...] = (
        "cards",
        "build",
        "on the clock",
        "rebuild",
        "peak memory",
        "floor: starting",
        "parsing",
        "writing",
    )
    yield "| " + " | ".join((*heads, "build / floor", "on the clock / floor")) + " |"
    yield "| ---: " * (len(heads) + 2) + "|"
    for walked, below, first, second in found:
        times = (first.spent, first.clock, second.spent)
        ours = " | ".join(f"{one:.2f} s" for one in times) + f" | {max(first.peak, second.peak):.0f} MB"
        theirs, least = " | ".join(f"{one:.2f} s" for one in below.values()), sum(below.values())
        ratios = f"{first.spent / least:.2f} | {first.clock / least:.2f}"
        yield f"| {walked['cards']:,} | {ours} | {theirs} | {ratios} |"
    yield ""
    heads = ("cards", "watch: first build", "after an edit", "later", "peak memory", "edit / first build")
    heads += ("genanki writing", "edit / writing", "later / writing")
    yield "| " + " | ".join(heads) + " |"
    yield "| ---: " * len(heads) + "|"
    for (walked, below, *_), ((whole, first_edit, *later), peak) in zip(found, watched, strict=True):
        rest, writing = median(later), below["writing"]
        spent = f"{whole:.2f} s | {first_edit:.2f} s | {rest:.2f} s | {peak:.0f} MB | {first_edit / whole:.2f}"
        ratios = f"{writing:.2f} s | {first_edit / writing:.2f} | {rest / writing:.2f}"
        yield f"| {walked['cards']:,} | {spent} | {ratios} |"
    for (one, _, before, _), (other, _, after, _) in pairwise(found):
        grown = after.spent / before.spent
        yield f"\nFrom {one['cards']:,} to {other['cards']:,} cards the build takes {grown:.1f} times as long."


def start(repeat: int) -> Iterator[str]:
    """Measure the shipped deck beside a script that imports the two libraries and parses its notes, in turn."""
    ours, theirs = [], []
    with tempfile.TemporaryDirectory() as out:
        for _ in range(repeat):
            theirs.append(cost(*SELF, "--parse", ROOT / "notes"))
            ours.append(build(ROOT / "notes", Path(out), "--locked"))
    yield "| | the shipped deck | importing genanki and markdown-it-py, and parsing the notes | ratio |"
    yield "| --- | ---: | ---: | ---: |"
    for name, seconds in (("processor time", attrgetter("spent")), ("on the clock", attrgetter("clock"))):
        most, least = (min(map(seconds, costs)) for costs in (ours, theirs))
        yield f"| {name} | {most:.3f} s | {least:.3f} s | {most / least:.2f} |"


def parse_only(folder: Path) -> None:
    """Import the two libraries and parse the notes."""
    import genanki  # noqa: F401  # what it costs to import is what is measured

    parse = parser()
    for path in sorted(folder.glob("*.md")):
        parse(path.read_text("utf-8"))


def main() -> None:
    """Print the tables, and write them where that is asked for."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("sizes", nargs="*", type=int, default=SIZES)
    asked.add_argument("--repeat", type=int, default=5)
    asked.add_argument("--write", action="store_true")
    for inner in ("--walk", "--floor", "--again", "--parse"):  # what the measured processes do
        asked.add_argument(inner, type=Path, help=argparse.SUPPRESS)
    said = asked.parse_args()
    if said.walk or said.floor:
        print(json.dumps(walk(said.walk) if said.walk else floor(said.floor)))
        return
    if said.again:
        print(json.dumps(again(said.again)))
        return
    if said.parse:
        parse_only(said.parse)
        return
    page = []
    for line in (*street(said.sizes), "", *start(said.repeat)):
        print(line, flush=True)
        page.append(line)
    if said.write:
        head = _HEAD.format(command=" ".join(sys.argv[1:]), cores=len(os.sched_getaffinity(0)))
        PAGE.write_text("\n".join((head, *page, "")), "utf-8")


if __name__ == "__main__":
    main()
