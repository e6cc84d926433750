"""Work that several processes share gives what one process gives, whatever becomes of the others."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Generator
from functools import partial
from itertools import count
from typing import TypeVar

import pytest
from street_kit import templates

from studydeck import build, cores, drafting
from studydeck.build import Inputs
from studydeck.config import Config
from studydeck.memory import FORGETFUL, Forgetful, Memory
from studydeck.shapes import Source

PARENT = os.getpid()
T = TypeVar("T")


@pytest.fixture(autouse=True)
def three(monkeypatch: pytest.MonkeyPatch) -> None:
    """Share among three, however many cores there are."""
    if sys.platform != "linux":
        pytest.skip("only there a process can be copied without harm")
    monkeypatch.setattr(cores, "at_hand", lambda: 3)


def squared(number: int, more: int) -> tuple[int, int]:
    return number * number, more


def where(_number: int) -> int:
    return os.getpid()


def held(function: Callable[[int], T], number: int) -> Generator[int, int, T]:
    """Say a number, and give what a function makes of it."""
    yield number
    return function(number)


def sum_of(number: int, dies: str = "") -> Generator[int, int, tuple[int, int]]:
    """Say a number and hear a sum; a part that `dies` does so elsewhere only."""
    if dies == "early" and os.getpid() != PARENT:
        os.kill(os.getpid(), signal.SIGKILL)
    heard = yield number
    if dies == "late" and os.getpid() != PARENT:
        os.kill(os.getpid(), signal.SIGKILL)
    return number, heard


def total(numbers: list[int]) -> int:
    return sum(numbers)


def childless() -> bool:
    """Tell whether no child is left, not even a dead one."""
    try:
        os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return True
    return False


def fails_at_five(number: int) -> int:
    if number == 5:
        raise ValueError("five")
    return number


def dies_elsewhere(number: int) -> int:
    if os.getpid() != PARENT and number > 5:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def test_several_processes_hold_a_talk() -> None:
    """It is held by three, one of which is this one; afterwards the others are gone."""
    given = cores.together([partial(held, where, number) for number in range(3)], total)
    assert len({*given}) == 3
    assert given[0] == PARENT
    assert childless()


def test_an_error_is_the_one_that_one_process_meets() -> None:
    """An error in a child is met again here, where it can be seen."""
    with pytest.raises(ValueError, match="five"):
        cores.together([partial(held, fails_at_five, number) for number in (4, 5, 6)], total)
    assert childless()


def test_where_no_process_can_be_made_the_work_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that allows no more processes builds all the same."""

    def refused() -> int:
        raise BlockingIOError("Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", refused)
    assert cores.together([partial(held, where, number) for number in range(3)], total) == [PARENT] * 3
    assert cores.beside(where, 1)() == PARENT


def test_a_piece_of_work_goes_on_beside_this_process() -> None:
    """It is done elsewhere; what goes wrong there is met here."""
    assert cores.beside(squared, 7, 1)() == (49, 1)
    assert cores.beside(where, 1)() != PARENT
    assert cores.beside(dies_elsewhere, 9)() == 9
    with pytest.raises(ValueError, match="five"):
        cores.beside(fails_at_five, 5)()
    assert childless()


def test_every_part_of_a_talk_hears_what_all_parts_say() -> None:
    """The parts speak once, hear one answer, and give what they make of it, in their order."""
    talks = [partial(sum_of, number) for number in (5, 6, 7, 8)]
    assert cores.together(talks, total) == [(5, 26), (6, 26), (7, 26), (8, 26)]
    assert childless()


def test_a_part_that_breaks_off_is_held_here() -> None:
    """Whether a child ends before it says anything or after the answer, nothing is lost."""
    for moment in ("early", "late"):
        talks = [partial(sum_of, number, dies=moment) for number in (1, 2, 3)]
        assert cores.together(talks, total) == [(1, 6), (2, 6), (3, 6)]
    assert childless()


def test_portions_are_whole_and_about_as_large_as_wished() -> None:
    """Nothing is left out or taken twice; with one process there is one portion, and with nothing they are empty."""
    for weights in ([], [7], [1] * 10, [100, 1, 1, 1], [1, 1, 1, 100], list(range(50))):
        for processes in (1, 2, 3, 8):
            cuts = cores.portions(weights, processes)
            assert len(cuts) == processes
            assert [one for cut in cuts for one in weights[cut]] == weights
    first, second = (sum(range(50)[cut]) for cut in cores.portions(range(50), 2))
    assert second < first < 1.5 * second


def test_a_shared_build_is_the_same() -> None:
    """Many files, drafted by several processes, give the package that one gives."""
    numbers = count()
    text = (
        "# {n} Pumps\n\n" + "## The {n} tank\n\n- **Gate {n}**: opens at {n} bar\n- The pump stores 12 litres.\n\n" * 8
    )
    sources = tuple(Source(f"{number}.md", text.replace("{n}", f"kelor{next(numbers)}")) for number in range(60))
    alone = _package(sources, FORGETFUL)
    assert _package(sources, Forgetful(shares=True)) == alone


def _package(sources: tuple[Source, ...], memory: Memory) -> tuple[bytes, str]:
    inputs = Inputs(sources, Config(id="cores", name="Cores", version="1.0.0"), None, templates(), 1_790_000_000)
    built = build.build(inputs, drafting.draft(sources, lambda _links: {}, memory), memory)
    assert built.deck
    return build.pack(built.deck), built.ledger_text
