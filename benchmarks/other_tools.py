"""The build of many sections beside those of other tools for as many cards."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from benchmarks import peers
from benchmarks.measure import CLOCK, PEAK, SPENT, Cost, FailedError, build, in_turns, middle, ratio
from benchmarks.tables import Target, table

_OURS, _NEAREST = "studydeck", "ankdown"
_NEAREST_TARGET = 1.5
_SLOW = 15.0  # seconds, of a tool that runs only once


def measure(installed: Path, notes: Path, rounds: int) -> tuple[list[str], list[Target]]:
    """Install the other tools, and build notes in turns with them; return the lines of the page and the targets."""
    build(notes)
    pairs = peers.cards_of(notes)
    runs = {_OURS: lambda: build(notes)}
    reasons, slow = dict(peers.UNAVAILABLE), dict[str, list[Cost]]()
    for peer in peers.PEERS:
        if reason := peers.install(installed, peer):
            reasons[peer.name] = reason
            continue
        run = partial(peers.measure, installed, peer, pairs)
        try:
            first = run()
        except FailedError as error:
            reasons[peer.name] = str(error)
            continue
        if first.spent > _SLOW:
            slow[peer.name] = [first]
        else:
            runs[peer.name] = run
    costs = in_turns(runs, rounds)
    for name, single in slow.items():  # so far behind that one run is enough
        costs[name] = single * rounds
    rows = (
        (
            name,
            f"{middle(of, SPENT):.2f} s",
            f"{middle(of, CLOCK):.2f} s",
            f"{middle(of, PEAK):.0f} MB",
            f"{ratio(costs, _OURS, name, CLOCK):.2f}",
        )
        for name, of in costs.items()
    )
    heads = ("", "processor time", "on the clock", "peak memory", "studydeck / it, on the clock")
    lines = [
        "Notes of 2,000 sections, each with a definition of its heading. This tool reads them as they are; the others",
        f"get the same {len(pairs):,} questions and answers in one file, in the markers of each.",
        "",
        *table(heads, rows),
        "",
        "Not measured:",
        "",
        *(f"- {name}: {reason}" for name, reason in reasons.items()),
    ]
    targets = [
        Target(
            f"2,000 sections on the clock / {name}",
            _NEAREST_TARGET if name == _NEAREST else 1.0,
            ratio(costs, _OURS, name, CLOCK),
        )
        for name in costs
        if name != _OURS
    ]
    return lines, targets
