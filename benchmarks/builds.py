"""Builds of several sizes and shapes: their stages, the floor beside them, rebuilds, memory, and start-up."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import shapes
from benchmarks.measure import CLOCK, PEAK, ROOT, SPENT, STAGES, Cost, build, cost, floor, in_turns, middle, ratio
from benchmarks.tables import Target, table

Section = tuple[list[str], list[Target]]  # the lines of a section of the page, and its targets
_PARTS = ("reading", "parsing", "rules", "identity", "rendering", "packing", "writing")
_LARGE = 50_000  # cards, from which on one round takes minutes
_PARALLEL = 5_000  # cards, from which on a build uses all cores
_CLOCK_TARGET, _SPENT_TARGET, _GROWTH_TARGET = 1.5, 2.0, 11.0
_WATCH_TARGET, _WATCH_MEMORY_TARGET, _MEMORY_TARGET = 2.5, 2.0, 600.0
_STARTUP_TARGET, _SHIPPED_TARGET, _SUBDECKS_TARGET = 1.5, 1.4, 1.5
_STARTUP_ROUNDS = 30
_SHAPE_CARDS = 10_000


@dataclass(frozen=True, slots=True)
class Deck:
    """The figures of a deck: its stages, and the costs of first builds, the floor, builds with a ledger and `watch`."""

    stages: dict[str, Any]
    costs: dict[str, list[Cost]]
    watched: dict[str, Any]

    @property
    def cards(self) -> int:
        return int(self.stages["cards"])

    @property
    def name(self) -> str:
        return f"{self.cards:,}"

    @property
    def rebuild_ratio(self) -> float:
        """How many times as long a build after an edit takes as genanki right after it."""
        pairs = zip(self.watched["rebuilds"], self.watched["writing"], strict=True)
        return float(median(rebuild / writing for rebuild, writing in pairs))


def measure_deck(folder: Path, size: int, rounds: int) -> Deck:
    """Measure a deck of a number of cards."""
    notes = shapes.plain(folder / "floor", size)
    stages = json.loads(cost(*STAGES, "stages", notes).output)
    project = shapes.project(folder / "project", size)

    def first_build() -> Cost:
        clean = shapes.plain(folder / "first", size)
        shapes.git(clean, "init", "--quiet")
        spent = build(clean)
        shutil.rmtree(clean)
        return spent

    runs = {"first": first_build, "floor": lambda: floor(notes), "build": lambda: build(project)}
    costs = in_turns(runs, 1 if size >= _LARGE else rounds)
    watched = json.loads(cost(*STAGES, "rebuilds", project).output)
    shutil.rmtree(folder)
    return Deck(stages, costs, watched)


def stage_table(decks: Sequence[Deck]) -> Iterator[str]:
    """Yield a table of the processor time of each stage, in one process."""
    rows = (
        (
            deck.name,
            f"{deck.stages['notes']:,}",
            f"{deck.stages['lines']:,}",
            *(f"{deck.stages['spent'][part]:.2f}" for part in (*_PARTS, "rebuild")),
        )
        for deck in decks
    )
    yield from table(("cards", "notes", "lines", *(f"{part}, s" for part in _PARTS), "identity with a ledger, s"), rows)


def build_table(decks: Sequence[Deck]) -> Iterator[str]:
    """Yield a table of builds beside the floor."""
    heads = (
        "cards",
        "first build",
        "on the clock",
        "with ledger and decisions",
        "on the clock",
        "peak memory",
        "floor",
    )
    rows = []
    for deck in decks:
        costs = deck.costs
        seconds = (
            middle(costs[name], value) for name, value in (*_spent_and_clock("first"), *_spent_and_clock("build"))
        )
        peak = max(middle(costs[name], PEAK) for name in ("first", "build"))
        ratios = (ratio(costs, name, "floor", value) for name in ("first", "build") for value in (SPENT, CLOCK))
        floor_seconds = f"{middle(costs['floor'], SPENT):.2f} s"
        rows.append(
            (
                deck.name,
                *(f"{second:.2f} s" for second in seconds),
                f"{peak:.0f} MB",
                floor_seconds,
                *(f"{times:.2f}" for times in ratios),
            )
        )
    ratio_heads = (f"{name} / floor{clock}" for name in ("first", "with ledger") for clock in ("", ", clock"))
    yield from table((*heads, *ratio_heads), rows)
    for before, after in pairwise(decks):
        times = _growth(before, after)
        yield f"\nFrom {before.name} to {after.name} cards a first build takes {times:.1f} times as long."


def _spent_and_clock(name: str) -> tuple[tuple[str, Any], tuple[str, Any]]:
    return (name, SPENT), (name, CLOCK)


def _growth(before: Deck, after: Deck) -> float:
    return middle(after.costs["first"], SPENT) / middle(before.costs["first"], SPENT)


def build_targets(decks: Sequence[Deck]) -> list[Target]:
    """Return what is wanted of builds, beside what is."""
    targets = []
    for deck in decks:
        if deck.cards < _PARALLEL:
            continue
        for name, of in (("first build", "first"), ("build with ledger and decisions", "build")):
            times = ratio(deck.costs, of, "floor", SPENT)
            targets.append(Target(f"{name}, {deck.name} cards, processor time / floor", _SPENT_TARGET, times))
            clock = ratio(deck.costs, of, "floor", CLOCK)
            targets.append(Target(f"{name}, {deck.name} cards, on the clock / floor", _CLOCK_TARGET, clock))
        if deck.cards > _LARGE:
            peak = max(middle(deck.costs[name], PEAK) for name in ("first", "build"))
            targets.append(Target(f"peak memory, {deck.name} cards", _MEMORY_TARGET, peak, "MB"))
    for before, after in pairwise(decks):
        factor = after.cards / before.cards
        growth = _growth(before, after) * 10 / factor
        targets.append(
            Target(f"growth from {before.name} to {after.name} cards, for ten times as many", _GROWTH_TARGET, growth)
        )
    return targets


def watch_table(decks: Sequence[Deck]) -> Iterator[str]:
    """Yield a table of the builds of `watch`."""
    heads = ("cards", "first build", "after an edit", "peak memory", "genanki writing", "edit / writing")
    rows = (
        (
            deck.name,
            f"{deck.watched['first']:.2f} s",
            f"{median(deck.watched['rebuilds']):.3f} s",
            f"{deck.watched['peak']:.0f} MB",
            f"{median(deck.watched['writing']):.3f} s",
            f"{deck.rebuild_ratio:.2f}",
        )
        for deck in decks
    )
    yield from table(heads, rows)


def watch_targets(decks: Sequence[Deck]) -> list[Target]:
    """Return what is wanted of rebuilds under `watch`, beside what is."""
    targets = []
    for deck in decks:
        if deck.cards > shapes.SMALL:
            name = f"rebuild after an edit, {deck.name} cards / genanki writing the deck"
            targets.append(Target(name, _WATCH_TARGET, deck.rebuild_ratio))
            memory = deck.watched["peak"] / middle(deck.costs["first"], PEAK)
            targets.append(
                Target(f"memory under `watch`, {deck.name} cards / a first build", _WATCH_MEMORY_TARGET, memory)
            )
    return targets


def measure_shapes(scratch: Path, rounds: int) -> Section:
    """Measure the same notes in few files, and in a thousand folders with a subdeck each."""
    few = shapes.plain(scratch / "few", _SHAPE_CARDS)
    many = shapes.subdecks(scratch / "many", _SHAPE_CARDS)
    costs = in_turns({"in few files": lambda: build(few), "in 1,000 subdecks": lambda: build(many)}, rounds)
    rows = (
        (name, f"{middle(of, SPENT):.2f} s", f"{middle(of, CLOCK):.2f} s", f"{middle(of, PEAK):.0f} MB")
        for name, of in costs.items()
    )
    lines = [*table((f"{_SHAPE_CARDS:,} cards", "build", "on the clock", "peak memory"), rows)]
    times = ratio(costs, "in 1,000 subdecks", "in few files", SPENT)
    return lines, [Target("the same notes in 1,000 subdecks / in few files", _SUBDECKS_TARGET, times)]


def measure_startup(scratch: Path, rounds: int) -> Section:
    """Measure commands that do nothing beside a bare interpreter with click, and the shipped deck beside its floor."""
    bare = "python -c 'import click'"
    commands = {bare: ("-c", "import click")} | {
        f"studydeck {option}": ("-m", "studydeck", option) for option in ("--version", "--help")
    }
    starts = {name: partial(cost, sys.executable, *arguments) for name, arguments in commands.items()}
    costs = in_turns(starts, _STARTUP_ROUNDS)
    shipped = "build of the shipped deck"
    importing = "importing genanki and markdown-it-py, and parsing its notes"
    notes = ROOT / "notes"
    out = scratch / "shipped"
    shipping = (sys.executable, ROOT / "build_deck.py", "--notes", notes, "--out", out, "--locked", "--quiet")
    runs = {importing: partial(cost, *STAGES, "parse", notes), shipped: partial(cost, *shipping)}
    costs |= in_turns(runs, 2 * rounds)
    rows = ((name, f"{middle(of, SPENT):.3f} s", f"{middle(of, CLOCK):.3f} s") for name, of in costs.items())
    targets = [
        Target(f"`{name}` on the clock / an interpreter with click", _STARTUP_TARGET, ratio(costs, name, bare, CLOCK))
        for name in commands
        if name != bare
    ]
    targets.append(
        Target(
            "the shipped deck on the clock / importing and parsing",
            _SHIPPED_TARGET,
            ratio(costs, shipped, importing, CLOCK),
        )
    )
    return [*table(("", "processor time", "on the clock"), rows)], targets
