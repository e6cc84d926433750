"""Hostile edits: notes before and after an edit that leaves much to match, each generated for a number of notes.

A second build starts from the ledger of the first. Everything is renamed, reworded, moved or repeated.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

Notes = str | Mapping[str, str]
Editor = Callable[[int], tuple[Notes, Notes]]


def lines(count: int, line: str) -> str:
    """Return a line so many times, with its number for each `%`."""
    return "".join(line.replace("%", str(number)) for number in range(count))


def rewrite(before: str, after: str, head: str = "") -> Editor:
    """Return an editor that writes every line in another way."""
    return lambda count: (head + lines(count, before), head + lines(count, after))


def files(count: int, name: str, text: str) -> dict[str, str]:
    """Return so many files, each with its number in its name and its text."""
    return {name.replace("%", str(number)): text.replace("%", str(number)) for number in range(count)}


def words(count: int, changed: int) -> str:
    """Return pairs with meanings of a few common words, of which the last ones can be changed."""
    numbers = [
        [(note * 7919 + place * 104_729 + (changed if place > 5 else 0)) % 97 for place in range(8)]
        for note in range(count)
    ]
    meanings = [" ".join(f"w{word}" for word in meaning) for meaning in numbers]
    return "".join(f"- T{changed}{note}: {meaning}\n" for note, meaning in enumerate(meanings))


PAIR = "- Alpha%: the meaning number % of it\n"
TABLE = "| a | b |\n|---|---|\n"
EDITS: dict[str, Editor] = {
    "nothing": rewrite(PAIR, PAIR),
    "all terms renamed": rewrite(PAIR, "- Beta%: the meaning number % of it\n"),
    "all meanings reworded": rewrite(PAIR, "- Alpha%: some sense no % for this\n"),
    "all reworded": rewrite(PAIR, "- Gamma%: a sense that number % has here\n"),
    "all of few words reworded": lambda count: (words(count, 0), words(count, 1)),
    "all of one term reworded": rewrite("- Alpha: the meaning of it %\n", "- Alpha: the sense of them %\n"),
    "all of one meaning renamed": rewrite("- Alpha%: the meaning of it\n", "- Beta%: the meaning of it\n"),
    "all statements made pairs": rewrite(
        "- Alpha% is a kind of beta number %\n", "- Alpha%: a kind of beta number %\n"
    ),
    "all nested made pairs": rewrite("- Alpha%\n  - it is the beta %\n", "- Alpha%: it is the beta %\n"),
    "all questions reworded": rewrite(
        "## What is %?\n\nIt is beta %.\n\n", "## What was the %?\n\nThat was gamma %.\n\n"
    ),
    "all clozes reworded": rewrite("- Its **alpha%** takes 10 ms here\n", "- Its **alpha%** gives 12 ms there\n"),
    "all clozes with a long prefix reworded": rewrite(
        f"- Its {'alpha of beta ' * 8}takes **% ms** in it\n", f"- Its {'alpha of beta ' * 8}gives **% ms** to it\n"
    ),
    "all han reworded": rewrite("- 深度%：机器学习的一种方法%\n", "- 深度%：机器学习的某种办法%\n"),
    "all han of one meaning renamed": rewrite("- 深度%：机器学习的一种方法\n", "- 广度%：机器学习的某种办法\n"),
    "all lists reworded": rewrite("## Parts of %\n\n- a%\n- b%\n- c%\n\n", "## Bits of %\n\n- d%\n- e%\n- c%\n\n"),
    "all lists alike": rewrite(
        "## Parts of %\n\n- alpha\n- beta\n- gamma\n\n", "## Bits of %\n\n- alpha\n- beta\n- delta\n\n"
    ),
    "all rows renamed": rewrite("| key % | value of % |\n", "| name % | value of % |\n", TABLE),
    "all cells changed": rewrite("| key % | value of % |\n", "| key % | other for % |\n", TABLE),
    "all rows renamed, equal cells": rewrite(
        "| key % | yes of it | no of it |\n", "| name % | yes of it | no of it |\n", "| a | b | c |\n|---|---|---|\n"
    ),
    "one asked list reworded": rewrite("- alpha %\n", "- beta %\n", "## A\n\n<!-- deck: items -->\n\n"),
    "all sections renamed": rewrite(
        "## Old %\n\nIt is a kind of beta number %.\n\n", "## New %\n\nIt is a kind of beta number %.\n\n"
    ),
    "all sections rewritten": rewrite(
        "## Old %\n\nIt is a kind of beta number %.\n\n", "## New %\n\nThat was some sort of gamma number %.\n\n"
    ),
    "all sections of one name renamed": rewrite(
        "## S\n\n- Alpha: the meaning of it %\n\n", "## T\n\n- Alpha: the meaning of it %\n\n"
    ),
    "all sections with equal pairs renamed": rewrite(
        "## S%\n\n- Alpha: the meaning of it\n\n", "## T%\n\n- Alpha: the meaning of it\n\n"
    ),
    "all sections with equal clozes renamed": rewrite(
        "## S%\n\n- Its **alpha** takes 10 ms here\n\n", "## T%\n\n- Its **alpha** takes 10 ms here\n\n"
    ),
    "all pinned rewritten": rewrite(
        "- Alpha%: the meaning % <!-- deck: id=n% -->\n", "- Beta%: some sense % <!-- deck: id=n% -->\n"
    ),
    "all removed": lambda count: (lines(count, PAIR), "- Zeta: the only one left\n"),
    "all added": lambda count: ("- Zeta: the only one so far\n", lines(count, PAIR)),
    "reversed": lambda count: (lines(count, PAIR), "".join(reversed(lines(count, PAIR).splitlines(keepends=True)))),
    "every second removed": lambda count: (
        lines(count, PAIR),
        "".join(lines(count, PAIR).splitlines(keepends=True)[::2]),
    ),
    "all files renamed": lambda count: (files(count, "a%.md", PAIR), files(count, "b%.md", PAIR)),
    "all files alike": lambda count: (
        files(count, "a%.md", "- Alpha: the meaning of it\n"),
        files(count, "b%.md", "- Alpha: the meaning of it\n"),
    ),
    "all files moved up": lambda count: (
        files(count, f"{'deep/' * 40}a%.md", "# Title\n\n" + PAIR),
        files(count, "a%.md", "# Title\n\n" + PAIR),
    ),
}
