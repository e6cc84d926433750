"""Everyday edits of a few lines of notes: which cards stay the same, and which are new."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from studydeck.pipeline import Built
from studydeck.text.normalize import normalize
from tests.support.pipeline import build_notes, rebuild


class Story(NamedTuple):
    """Texts of notes, one after the other, in which words of the first build are asked as those of the last one.

    `new` names what is asked as another card than any that was there.
    """

    name: str
    builds: tuple[str, ...]
    kept: dict[str, str]
    new: tuple[str, ...] = ()


def bullets(*lines: str) -> str:
    return "# Notes\n\n" + "".join(f"- {line}\n" for line in lines)


def items(heading: str, *names: str) -> str:
    return f"# Notes\n\n## {heading}\n\n" + "".join(f"- {name}\n" for name in names)


def table(*rows: str) -> str:
    columns = rows[0].count("|") + 1
    lines = (rows[0], " | ".join(["---"] * columns), *rows[1:])
    return "# Notes\n\n" + "".join(f"| {line} |\n" for line in lines)


def headings(*sections: tuple[str, str], title: str = "# Notes") -> str:
    return f"{title}\n\n" + "".join(f"## {heading}\n\n{text}\n\n" for heading, text in sections)


def question(stem: str, options: tuple[str, ...], answer: str) -> str:
    lines = "".join(f"   - {letter}. {option}\n" for letter, option in zip("ABCD", options, strict=False))
    return f"# Exam\n\n1. {stem}\n{lines}\n   Answer: {answer}\n"


RIVERS = "Tributaries of the Danube"
CODES = "Code | Meaning", "Accepted | request taken, work not done yet"
CONFLICT = "Conflict | the state of the resource forbids it"
STORES = "EBS volumes", "S3 buckets", "EFS shares", "FSx"

STORIES = (
    Story(
        "a bullet becomes a paragraph",
        (
            headings(("Fermata", "- A sign that lets a note last longer."), ("Da capo", "- Play from the beginning.")),
            headings(("Fermata", "A sign that lets a note last longer."), ("Da capo", "Play from the beginning.")),
        ),
        {"fermata |": "fermata |", "da capo |": "da capo |"},
    ),
    Story(
        "questions become terms",
        (
            headings(
                ("What is a tort?", "A civil wrong other than a breach."), ("What is a lien?", "A claim on property.")
            ),
            headings(("Tort", "A civil wrong other than a breach."), ("Lien", "A claim on property.")),
        ),
        {"civil wrong": "civil wrong", "claim on": "claim on"},
    ),
    Story(
        "an answer of a row written anew",
        (
            table(*CODES, "Gone | resource removed for good", CONFLICT),
            table(*CODES, "Gone | will never come back, drop the link", CONFLICT),
        ),
        {"removed for good": "will never come back", "accepted": "accepted", "conflict": "conflict"},
    ),
    Story(
        "cells that were exchanged are put right",
        (
            table("Vitamin | Lack | Source", "Retinol | scurvy | liver", "Ascorbic acid | night blindness | citrus"),
            table("Vitamin | Lack | Source", "Retinol | night blindness | liver", "Ascorbic acid | scurvy | citrus"),
        ),
        {"retinol | lack": "retinol | lack", "ascorbic acid | lack": "ascorbic acid | lack"},
    ),
    Story(
        "an item renamed in place",
        (
            items("Areas of a repository", "working tree", "index", "stash", "object database"),
            items("Areas of a repository", "working tree", "staging area", "stash", "object database"),
        ),
        {
            "working tree": "working tree",
            "index": "staging area",
            "stash": "stash",
            "object database": "object database",
        },
    ),
    Story(
        "the last item exchanged",
        (items("Colours", "red", "yellow", "green", "violet"), items("Colours", "red", "yellow", "green", "blue")),
        {"red": "red", "yellow": "yellow", "green": "green"},
        ("blue",),
    ),
    Story(
        "an item removed and another added elsewhere",
        (
            items(RIVERS, "Inn", "Isar", "Drava", "Tisza", "Sava"),
            items(RIVERS, "Inn", "Drava", "Tisza", "Sava", "Prut"),
        ),
        {"inn": "inn", "drava": "drava", "tisza": "tisza", "sava": "sava"},
        ("prut",),
    ),
    Story(
        "a list that lost two items gets one of them back",
        (
            items("Conifers", "larch", "spruce", "pine", "yew"),
            items("Conifers", "larch", "spruce"),
            items("Conifers", "larch", "spruce", "yew"),
        ),
        {"larch": "larch", "spruce": "spruce", "yew": "yew"},
    ),
    Story(
        "a number put right, and more said behind it",
        (
            bullets(
                "Light travels at **300,000** kilometres per second in vacuum.", "Glass slows light by **a third**."
            ),
            bullets(
                "Light travels at **299,792** kilometres per second in vacuum. In water it is slower.",
                "Glass slows light by **a third**.",
            ),
        ),
        {"light travels": "light travels", "glass": "glass"},
    ),
    Story(
        "a sentence of the same form about another thing",
        (bullets("Tungsten melts at **3,422** degrees Celsius."), bullets("Gallium melts at **30** degrees Celsius.")),
        {},
        ("gallium",),
    ),
    Story(
        "an answer emptied and given again",
        (
            bullets("**Xylem**: carries water up", "**Stoma**: pore of a leaf", "**Phloem**: carries sugar down"),
            bullets("**Xylem**: carries water up", "**Stoma**:", "**Phloem**: carries sugar down"),
            bullets(
                "**Xylem**: carries water up", "**Stoma**: lets carbon dioxide in", "**Phloem**: carries sugar down"
            ),
        ),
        {"stoma |": "stoma |", "xylem |": "xylem |", "phloem |": "phloem |"},
    ),
    Story(
        "a numbered section removed, so that the others count up",
        (
            headings(
                ("Question 1", "The heart has four rooms."),
                ("Question 2", "Bile is made in the liver."),
                ("Question 3", "Insulin lowers the sugar."),
            ),
            headings(("Question 1", "The heart has four rooms."), ("Question 2", "Insulin lowers the sugar.")),
        ),
        {"four rooms": "four rooms", "insulin": "insulin"},
    ),
    Story(
        "two options reworded over two builds",
        (
            question("Which service keeps objects?", STORES, "B"),
            question("Which service keeps objects?", ("EBS volumes", "S3 buckets", "file systems", "FSx"), "B"),
            question("Which service keeps objects?", ("block devices", "S3 buckets", "file systems", "FSx"), "B"),
        ),
        {"keeps objects": "keeps objects"},
    ),
    Story(
        "a stem that fits many questions, with other options",
        (
            question("Which of the following is correct?", ("Bees have four wings", "Bees have two eyes"), "A"),
            question("Which of the following is correct?", ("Whales lay eggs", "Whales are mammals"), "B"),
        ),
        {},
        ("whales",),
    ),
    Story(
        "a term renamed, and its name reused",
        (
            bullets("**Perl**: langage de scripts de Larry Wall", "**Ruby**: langage objet de Matz"),
            bullets(
                "**Perl 5**: langage de scripts de Larry Wall",
                "**Perl**: famille de deux langages",
                "**Ruby**: langage objet de Matz",
            ),
        ),
        {"larry wall": "larry wall", "ruby": "ruby"},
        ("famille de deux langages",),
    ),
    Story(
        "opposite terms",
        (
            bullets("**Vasoconstriction**: vessels narrow, pressure rises", "**Diuresis**: more urine"),
            bullets("**Vasodilation**: vessels widen, pressure falls", "**Diuresis**: more urine"),
        ),
        {"diuresis": "diuresis"},
        ("vasodilation",),
    ),
    Story(
        "terms of another subject below the same keys",
        (
            headings(("Chile", "### Capital\n\nSantiago, in the central valley.\n\n### Currency\n\nThe peso.")),
            headings(("Norway", "### Capital\n\nOslo, at the end of a fjord.\n\n### Currency\n\nThe krone.")),
        ),
        {},
        ("oslo", "krone"),
    ),
    Story(
        "a subject renamed above its keys, one of them answered anew",
        (
            headings(("Chile", "### Capital\n\nSantiago, in the central valley.\n\n### Currency\n\nThe peso.")),
            headings(
                ("Republic of Chile", "### Capital\n\nSantiago, in the central valley.\n\n### Currency\n\nThe escudo.")
            ),
        ),
        {"santiago": "santiago", "peso": "escudo"},
    ),
    Story(
        "headings become bullets, one answer written anew",
        (
            headings(("Elasticity", "Capacity follows demand."), ("Latency", "Time until the first answer.")),
            bullets(
                "**Elasticity**: resources grow and shrink with the load", "**Latency**: time until the first answer"
            ),
        ),
        {"elasticity |": "elasticity |", "latency |": "latency |"},
    ),
    Story(
        "bullets become rows",
        (
            bullets(
                "Stos – struktura, w której ostatni wychodzi pierwszy", "Drzewo – struktura z korzeniem i gałęziami"
            ),
            table(
                "Pojęcie | Znaczenie",
                "Stos | struktura, w której ostatni wychodzi pierwszy",
                "Drzewo | struktura z korzeniem i gałęziami",
            ),
        ),
        {"stos |": "stos |", "drzewo |": "drzewo |"},
    ),
    Story(
        "a row removed and another year put in its place",
        (
            table(
                "Year | Event",
                "1815 | a congress ends",
                "1848 | revolutions all over Europe",
                "1871 | an empire is founded",
            ),
            table(
                "Year | Event",
                "1815 | a congress ends",
                "1853 | a war on the Crimea begins",
                "1871 | an empire is founded",
            ),
        ),
        {"congress": "congress", "empire": "empire"},
        ("crimea",),
    ),
    Story(
        "a year put right",
        (
            table(
                "Year | Event",
                "1815 | a congress ends",
                "1849 | revolutions all over Europe",
                "1871 | an empire is founded",
            ),
            table(
                "Year | Event",
                "1815 | a congress ends",
                "1848 | revolutions all over Europe",
                "1871 | an empire is founded",
            ),
        ),
        {"congress": "congress", "revolutions": "revolutions", "empire": "empire"},
    ),
    Story(
        "the title becomes front matter, and all headings go up",
        (
            headings(("Modus ponens", "From p, and if p then q, follows q.")),
            "---\ntitle: Notes\n---\n\n# Modus ponens\n\nFrom p, and if p then q, follows q.\n",
        ),
        {"modus ponens |": "modus ponens |"},
    ),
    Story(
        "an open label below another heading",
        (
            headings(
                ("Optionals", "### Example\n\nA variable that holds no number."),
                ("Tuples", "Several values in brackets."),
            ),
            headings(
                ("Tuples", "Several values in brackets."),
                ("Closures", "### Example\n\nA block that captures a counter."),
            ),
        ),
        {"tuples |": "tuples |"},
        ("captures a counter",),
    ),
)


def cards_with(built: Built, words: str) -> set[tuple[str, int]]:
    """Return the cards that ask for these words, or else the first one of the notes that hold them."""
    live = [entry for entry in built.ledger.notes if not entry.retired]
    exact = {
        (entry.guid, ordinal)
        for entry in live
        for ordinal, phrase in entry.cards.items()
        if entry.kind == "cloze" and normalize(phrase) == words
    }
    found = exact or {(entry.guid, min(entry.cards)) for entry in live if words in entry.text}
    assert found, f"{words!r} is not in {[entry.text for entry in live]}"
    return found


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name.replace(" ", "-"))
def test_a_small_edit(story: Story) -> None:
    """Each card asks for the same fact as before, and what is new has no history."""
    builds = [build_notes(story.builds[0])]
    for text in story.builds[1:]:
        builds.append(rebuild(builds[-1], text))
    first, last = builds[0], builds[-1]
    for before, now in story.kept.items():
        assert cards_with(first, before) == cards_with(last, now), f"{before} is not {now}"
    known = {(entry.guid, ordinal) for built in builds[:-1] for entry in built.ledger.notes for ordinal in entry.cards}
    for words in story.new:
        assert not cards_with(last, words) & known, words
