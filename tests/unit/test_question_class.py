"""What a question names, and what happens to its note when the answer is written anew, exchanged or moved on."""

from __future__ import annotations

import pytest

from studydeck.identity.matching.exam_questions import stem_and_options
from studydeck.identity.matching.question_class import numbered_stems, question_class
from tests.support.pipeline import build_notes, ledger_entry, rebuild


@pytest.mark.parametrize(
    ("term", "label", "expected"),
    [
        ("mtu", "", "named"),
        ("ebs", "cost", "named"),
        ("what is a gene", "", "named"),
        ("什么是事务", "", "named"),
        ("c", "", "named"),
        ("→", "", "named"),
        ("the", "", "named"),
        ("article", "", "named"),
        ("one", "", "named"),
        ("http 404", "", "named"),
        ("python 2", "", "named"),
        ("b12", "", "named"),
        ("july", "", "named"),
        ("1", "rule", "position"),
        ("1492", "", "position"),
        ("1990s", "", "position"),
        ("44 bc", "", "position"),
        ("12 july 1789", "", "position"),
        ("article 3", "", "position"),
        ("3rd article", "", "position"),
        ("first step", "", "position"),
        ("iv", "", "position"),
        ("kapitel 3", "inhalt", "position"),
        ("第三章", "", "position"),
        ("1789年", "", "position"),
        ("if v u then", "", "open"),
        ("f m a", "", "named"),
        ("example", "", "open"),
        ("ebs", "example", "open"),
        ("week 5", "topic", "open"),
        ("merke", "", "open"),
        ("which of the following is true", "", "open"),
        ("what is it", "", "open"),
    ],
)
def test_each_question_has_a_class(term: str, label: str, expected: str) -> None:
    """A name tells which fact is asked, a position where it stands, an open label neither."""
    assert question_class(term, label) == expected


def test_numbers_that_count_up_are_positions_whatever_they_count() -> None:
    """A noun that no word list has counts parts, too, if three of its numbers follow each other."""
    stems = numbered_stems(["etappi 1", "etappi 2", "etappi 3", "http 404", "http 500", "http 503", "mtu"])
    assert stems == {"etappi #"}


def kept(before: str, after: str, text: str, other: str) -> bool:
    """Return whether the note that contains a text before has the GUID of the one that contains another text after."""
    first = build_notes(before)
    return ledger_entry(first, text).guid == ledger_entry(rebuild(first, after), other).guid


def terms(*lines: str) -> str:
    """Return notes of one list of terms, each as "term: meaning"."""
    items = (line.split(": ", 1) for line in lines)
    return "# Notes\n\n" + "".join(f"- **{term}**: {meaning}\n" for term, meaning in items)


def table(head: str, *rows: str) -> str:
    """Return notes of one table."""
    lines = f"| {head} |", "|" + " --- |" * (head.count("|") + 1), *(f"| {row} |" for row in rows)
    return "# Notes\n\n" + "\n".join(lines) + "\n"


GATEWAY, HOSTS = "Gateway: the way out of a subnet", "Hosts: machines of one network"


@pytest.mark.parametrize(
    ("before", "after", "text", "other"),
    [
        pytest.param(
            terms("Broadcast: an address for all", GATEWAY, HOSTS),
            terms("Broadcast: reaches every machine of one segment", GATEWAY, HOSTS),
            "an address for all",
            "every machine of one segment",
            id="rewritten",
        ),
        pytest.param(
            "# Botany\n\n## What is bast?\n\nTissue below the bark.\n\n## What is sap?\n\nA watery juice.\n",
            "# Botany\n\n## What is bast?\n\nIt carries sugar down the stem.\n\n## What is sap?\n\nA watery juice.\n",
            "tissue below",
            "carries sugar",
            id="rewritten under a heading",
        ),
        pytest.param(
            terms("Litotes: says more than it means", "Hyperbole: says less than it means"),
            terms("Litotes: says less than it means", "Hyperbole: says more than it means"),
            "litotes |  | says more",
            "litotes |  | says less",
            id="swapped answers",
        ),
        pytest.param(
            terms("C: compiled, close to the machine", "R: statistics and charts", "D: compiled, with a collector"),
            terms("R: statistics and charts", "D: compiled, with a collector", "C: written for an early Unix"),
            "close to the machine",
            "early unix",
            id="a letter that is a name",
        ),
        pytest.param(
            table("No | Rule", "1 | Never log a password", "2 | Use one clock"),
            table("No | Rule", "1 | Choose a level", "2 | Never log a password", "3 | Use one clock"),
            "never log a password",
            "never log a password",
            id="a row inserted on top",
        ),
        pytest.param(
            terms("Python: the language of these notes", GATEWAY),
            terms("Python: a snake that winds itself around things", "Python 2: the language of these notes", GATEWAY),
            "the language of these notes",
            "the language of these notes",
            id="renamed beside a new one",
        ),
        pytest.param(
            "# Disks\n\n## EFS\n\nMultiple machines, scalable.\n\n## EBS\n\nOne machine, very fast.\n",
            "# Disks\n\n## EFS\n\n**For teams**\n\nMultiple machines, scalable.\n\n## EBS\n\nOne machine, very fast.\n",
            "multiple machines",
            "multiple machines",
            id="a bold line above the answer",
        ),
        pytest.param(
            "# Limits\n\nThe longest name of a bucket on this service has 63 letters.\n",
            "# Limits\n\nThe longest name of a bucket on this service has 255 letters.\n",
            "63 letters",
            "255 letters",
            id="the sentence around a blank",
        ),
    ],
)
def test_who_asks_the_same_stays_the_same(before: str, after: str, text: str, other: str) -> None:
    """A named question keeps its note whatever becomes of the answer; an answer keeps it behind a position."""
    assert kept(before, after, text, other)


@pytest.mark.parametrize(
    ("before", "after", "text", "other"),
    [
        pytest.param(
            table("Year | Event", "1789 | the Bastille falls", "1804 | an emperor is crowned"),
            table("Year | Event", "1789 | a chemist prints a book", "1804 | a writer is born"),
            "bastille falls",
            "chemist prints",
            id="other events of the same years",
        ),
        pytest.param(
            "# Measles\n\n## Signs\n\n- **Skin**: red spots that join\n- **Fever**: forty degrees for days\n",
            "# Fractures\n\n## Signs\n\n- **Skin**: blue where it swells\n- **Fever**: none as a rule\n",
            "red spots",
            "blue where",
            id="a file used as a template",
        ),
        pytest.param(
            table("Disk | Use | Example", "EBS | block storage | a database with small pages", "EFS | files | homes"),
            table("Disk | Use | Example", "EBS | block storage | logs kept for a court", "EFS | files | homes"),
            "small pages",
            "kept for a court",
            id="an open label",
        ),
    ],
)
def test_another_fact_behind_the_same_words_is_new_rejected(before: str, after: str, text: str, other: str) -> None:
    """Positions, open labels and replaced sections hand no history on."""
    assert not kept(before, after, text, other)


EXAM = "# Exam\n\n1. Which of these stores objects?\n\n   A. EBS\n   B. S3\n   C. EFS\n   D. RDS\n\n   Answer: B\n"


@pytest.mark.parametrize(
    ("old", "new", "is_kept"),
    [
        ("C. EFS", "C. Elastic File System", True),
        ("B. S3", "B. Simple Storage Service", True),
        ("D. RDS\n", "D. RDS\n   E. SQS\n", True),
        ("Answer: B", "Answer: C", True),
        ("A. EBS\n   B. S3\n   C. EFS", "A. Glacier\n   B. FSx\n   C. Neptune", False),
    ],
)
def test_an_option_is_a_place_in_its_question(old: str, new: str, *, is_kept: bool) -> None:
    """One option may be reworded or added; with other options the same stem asks something else."""
    assert kept(EXAM, EXAM.replace(old, new), "which of these", "which of these") == is_kept


def test_options_begin_behind_the_stem() -> None:
    """A stem and an option can contain words of one letter."""
    assert stem_and_options("which is a bucket of a service a ebs b a store c d e") == (
        "which is a bucket of a service",
        ("ebs", "a store", "d e"),
    )
    assert stem_and_options("a b testing") == ("a b testing", ())


def test_a_question_that_is_answered_again_gets_its_note_back() -> None:
    """Where no release had the note, its words are gone, and the digest of its question tells."""
    text = "# Net\n\n## MTU\n\n1500 bytes.\n\n## TTL\n\n64 hops.\n"
    first = build_notes(text)
    emptied = rebuild(first, text.replace("1500 bytes.\n", ""))
    assert "mtu" not in emptied.ledger_text.partition('"retired"')[2]
    again = rebuild(emptied, text.replace("1500 bytes", "The largest frame of a link"))
    assert ledger_entry(again, "mtu").guid == ledger_entry(first, "mtu").guid


def departments(*names: str, offices: str = "") -> str:
    """Return notes of one list, whose items are asked one by one as it has a number, and of a second one."""
    second = "\nThe three offices:\n\n" + "".join(f"- {name}\n" for name in offices.split()) if offices else ""
    return "# Cabinet\n\nThe four departments:\n\n" + "".join(f"- {name}\n" for name in names) + second


def test_an_item_reworded_in_its_place_keeps_its_ordinal() -> None:
    """Between the same two neighbours another item is the same card; at an end of the list it is a new one."""
    first = build_notes(departments("Finance", "War", "Justice", "Trade"))
    second = rebuild(first, departments("Finance", "Defence", "Justice", "Forestry"))
    assert ledger_entry(second, "defence").cards == {
        1: "finance",
        2: "defence",
        3: "justice",
        4: "trade",
        5: "forestry",
    }


def test_an_item_that_stands_elsewhere_was_moved_and_not_reworded_rejected() -> None:
    """What took the place of an item that is elsewhere now is a new item."""
    first = build_notes(departments("Finance", "War", "Justice", "Trade", offices="Post Mint Navy"))
    second = rebuild(first, departments("Finance", "Defence", "Justice", "Trade", offices="Post War Mint Navy"))
    assert ledger_entry(second, "finance | defence").cards[2] == "war"


def rows(*lines: str) -> str:
    """Return notes of one table of two columns."""
    return table("Key | What it says", *lines)


@pytest.mark.parametrize(
    ("before", "after", "text", "other"),
    [
        pytest.param(
            rows("Monday | soup of the day", "Tuesday | rice with beans", "Friday | fish from the lake"),
            rows(
                "Monday | bread and cheese",
                "Tuesday | soup of the day",
                "Friday | rice with beans",
                "Sunday | fish from the lake",
            ),
            "rice with beans",
            "rice with beans",
            id="names that count",
        ),
        pytest.param(
            terms("Exchange: receives messages and routes them to queues", GATEWAY),
            terms("Router: receives messages and routes them to queues", "Exchange: a server for mail", GATEWAY),
            "routes them",
            "routes them",
            id="the reused name stands below the renamed one",
        ),
        pytest.param(
            "# Quiz\n\n## Q1\n\nThe whale is sighted at noon.\n\n## Q2\n\nA storm breaks the mast.\n",
            "# Quiz\n\n## Q1\n\nSailors sign on.\n\n## Q2\n\nThe whale is sighted at noon.\n\n"
            "## Q3\n\nA storm breaks the mast.\n",
            "storm breaks",
            "storm breaks",
            id="headings that count",
        ),
        pytest.param(
            EXAM,
            EXAM.replace("Which of these stores objects?", "Of these, which stores objects cheaply?"),
            "a ebs",
            "a ebs",
            id="a stem in other words",
        ),
        pytest.param(
            "# Body\n\n## Insulin\n\n- Insulin is made in the **pancreas**.\n- Insulin lowers the **glucose**.\n",
            "# Body\n\n## Insulin\n\n- Insulin is made in the **pancreas**.\n",
            "made in the pancreas",
            "made in the pancreas",
            id="a sentence that is left alone",
        ),
    ],
)
def test_answers_that_move_on_take_their_notes_along(before: str, after: str, text: str, other: str) -> None:
    """One of the answers arrives at a question that did not exist before: nothing was put right."""
    assert kept(before, after, text, other)


@pytest.mark.parametrize(
    ("before", "after", "text", "other"),
    [
        pytest.param(
            terms("Hypertonia: pressure that is too high", GATEWAY),
            terms("Hypotonia: pressure that is too low", GATEWAY),
            "too high",
            "too low",
            id="a contrary",
        ),
        pytest.param(
            "# Lands\n\n## Chile\n\n### Capital\n\nSantiago, in a valley.\n\n## Peru\n\nThree regions.\n",
            "# Lands\n\n## Norway\n\n### Capital\n\nOslo, on a fjord.\n\n## Peru\n\nThree regions.\n",
            "santiago",
            "oslo",
            id="a property of another subject",
        ),
        pytest.param(
            "# Meeting\n\n## Agenda\n\nBudget.\n\n## Decision\n\nA party in June.\n\n## Next\n\nAnna asks him.\n",
            "# Meeting\n\n## Agenda\n\nMoving.\n\n## Decision\n\nTwo floors downtown.\n\n## Next\n\nTom drives.\n",
            "party in june",
            "two floors",
            id="a template filled anew",
        ),
        pytest.param(
            "# Pulse\n\nThe resting pulse of an infant is about **120** beats per minute.\n",
            "# Pulse\n\nThe resting pulse of an adult is about **70** beats per minute.\n",
            "infant",
            "adult",
            id="another subject in one frame",
        ),
        pytest.param(
            "# Offices\n\nBy its constitution, a president of Germany is elected for **five** years by an assembly.\n",
            "# Offices\n\nBy its constitution, a president of Finland is elected for **six** years by the people.\n",
            "germany",
            "finland",
            id="another subject in one frame of another length",
        ),
    ],
)
def test_what_differs_in_two_ways_is_another_fact_rejected(before: str, after: str, text: str, other: str) -> None:
    """A subject and what is said of it both changed."""
    assert not kept(before, after, text, other)


@pytest.mark.parametrize(
    ("before", "after", "text"),
    [
        (
            "The shape is **(3, m)** as we have 3 classification.",
            "The shape is **(4, m)** as we have 4 classes.",
            "shape",
        ),
        ("Boxes are packed by **robots** at night.", "Boxes are packed by **machines** at night.", "boxes"),
    ],
)
def test_a_blank_put_right_keeps_its_note(before: str, after: str, text: str) -> None:
    """Nothing else of the sentence says another thing."""
    assert kept(f"# Notes\n\n{before}\n", f"# Notes\n\n{after}\n", text, text)


def test_a_first_item_that_was_made_longer_keeps_its_ordinal() -> None:
    """All words of the old item stand in the new one."""
    first = build_notes(departments("Finance", "War", "Justice", "Trade"))
    second = rebuild(first, departments("Home finance", "War", "Justice", "Trade"))
    assert ledger_entry(second, "home finance").cards == {1: "home finance", 2: "war", 3: "justice", 4: "trade"}


TERMS = "# Cloud\n\n## Terms\n\n- **Elasticity**: capacity follows demand\n- **Durability**: data is not lost\n"


@pytest.mark.parametrize(
    "after",
    [
        "# Cloud\n\n## Terms\n\n### Elasticity\n\nMore machines start.\n\n### Durability\n\nData is not lost.\n",
        (
            "# Cloud\n\n## Scaling\n\n- **Elasticity**: resources grow with the load\n\n"
            "## Storage\n\n- **Durability**: data is not lost\n"
        ),
    ],
)
def test_an_answer_written_anew_keeps_its_note_where_bullets_became_headings_or_their_section_was_split(
    after: str,
) -> None:
    assert not rebuild(build_notes(TERMS), after).retired


def test_the_same_term_of_another_subject_is_new_rejected() -> None:
    """Nothing is left of the section: its terms are asked about another thing."""
    before = "# Nets\n\n## Ethernet\n\n- **MTU**: 1500 bytes at most\n- **Topology**: a star around a switch\n"
    after = "# Nets\n\n## Token Ring\n\n- **MTU**: a frame of 4464 octets\n- **Topology**: every station in a circle\n"
    assert len(rebuild(build_notes(before), after).retired) == 2
