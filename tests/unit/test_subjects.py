"""What a question stands below, a heading or a list item, says whether it asks about the same subject as before."""

from __future__ import annotations

import pytest

from tests.support.pipeline import build_notes, ledger_entry, rebuild
from tests.unit.test_question_class import kept


def lands(name: str, capital: str, people: str) -> str:
    """Return notes of two lands, of which one stays."""
    facts = f"- Capital: {capital}\n- People: {people}\n- Currency: euro\n"
    return f"# Lands\n\n## {name}\n\n{facts}\n## Peru\n\n- Capital: Lima\n- Currency: sol\n"


def acids(first: str, second: str) -> str:
    """Return notes of two list items with facts below them."""
    return (
        f"# Acids\n\n- Muriatic: a solution of chlorine and water\n{first}  - Formula: HCl\n"
        f"- Sulphuric: thick and strong\n{second}  - Formula: H2SO4\n"
    )


def sorting(first: str, second: str) -> str:
    """Return notes of two list items that are no notes themselves."""
    return f"# Sorting\n\n- Quicksort\n{first}  - Inventor: Hoare\n- Mergesort\n{second}  - Inventor: von Neumann\n"


def person(name: str, born: str, prize: str) -> str:
    """Return notes of two people, of which one stays."""
    facts = f"- Born: {born}\n- Field: theoretical physics of small things\n- Prize: {prize}\n"
    return f"# People\n\n## {name}\n\n{facts}\n## Curie\n\n- Born: 1867 in Warsaw\n- Field: radioactivity\n"


def metal(name: str, density: str, use: str) -> str:
    """Return notes of the properties of two metals, of which one stays."""
    head = "| Property | Value |\n| --- | --- |\n"
    rows = f"| Density | {density} |\n| Use | {use} |\n| Colour | grey |\n"
    iron = "| Density | 7.8 |\n| Use | bridges |\n"
    return f"# Metals\n\n## {name}\n\n{head}{rows}\n## Iron\n\n{head}{iron}"


def book(title: str, author: str, year: str) -> str:
    """Return notes of a book, each property below its own heading."""
    return f"# {title}\n\n## Author\n\n{author}.\n\n## Year\n\n{year}.\n\n## Genre\n\nA novel.\n"


def woods(heading: str, *trees: str) -> str:
    """Return notes of one list."""
    items = "".join(f"- {tree}\n" for tree in trees)
    return f"# Woods\n\n## {heading}\n\nThe four kinds of trees:\n\n{items}"


@pytest.mark.parametrize(
    ("before", "after", "text", "other"),
    [
        pytest.param(
            person("Einstein", "1879 in Ulm", "light quanta"),
            person("Bohr", "1885 in Copenhagen", "a model of the atom"),
            "in ulm",
            "in copenhagen",
            id="a person with one equal answer, which is long",
        ),
        pytest.param(
            metal("Zinc", "7.1", "roofs and gutters"),
            metal("Tin", "7.3", "soldering of wires"),
            "roofs",
            "soldering",
            id="a row below another heading",
        ),
        pytest.param(
            book("Le Rouge et le Noir", "Stendhal", "1830 in Paris"),
            book("Germinal", "Zola", "1885 in Paris"),
            "stendhal",
            "zola",
            id="a template below another title",
        ),
        pytest.param(
            "# History\n\n## Chapter 3\n\n**Who won the battle?**\n\nWellington, close to Waterloo.\n",
            "# History\n\n## Chapter 4\n\n**Who won the battle?**\n\nNapoleon, close to Austerlitz.\n",
            "wellington",
            "napoleon",
            id="one question in another chapter",
        ),
        pytest.param(
            lands("France", "Paris", "69 million"), lands("Italy", "Rome", "59 million"), "paris", "rome", id="capital"
        ),
        pytest.param(
            lands("Estland", "Tallinn", "3 million"),
            lands("Lettland", "Riga", "9 million"),
            "million",
            "million",
            id="a number below a heading that only looks alike",
        ),
        pytest.param(
            acids("  - Use: cleaning of kettles\n", ""),
            acids("", "  - Use: making fertiliser\n"),
            "kettles",
            "fertiliser",
            id="a fact of another item",
        ),
        pytest.param(
            acids("", "  - Use: making fertiliser\n"),
            acids("  - Use: cleaning of kettles\n", ""),
            "fertiliser",
            "kettles",
            id="a fact of an item above",
        ),
        pytest.param(
            sorting("  - Stable: not without memory\n", ""),
            sorting("", "  - Stable: equal keys keep their order\n"),
            "memory",
            "equal keys",
            id="a fact of another item that is no note itself",
        ),
    ],
)
def test_a_question_below_another_subject_is_new_rejected(before: str, after: str, text: str, other: str) -> None:
    """Short answers that are equal by chance do not make another heading the same one."""
    assert not kept(before, after, text, other)


@pytest.mark.parametrize(
    ("before", "after", "text", "other"),
    [
        pytest.param(
            lands("Netherland", "The Hague", "17 million"),
            lands("Netherlands", "Amsterdam", "17 million"),
            "the hague",
            "amsterdam",
            id="a heading put right",
        ),
        pytest.param(
            lands("NL", "The Hague", "17 million people in four parts"),
            lands("Holland", "Amsterdam", "17 million people in four parts"),
            "the hague",
            "amsterdam",
            id="a heading renamed above a long answer that stays",
        ),
        pytest.param(
            "# Acids\n\n- Muriatic: weak\n  - Use: kettles\n- Sulphuric: strong\n  - Found: in cars\n",
            "# Acids\n\n- Sulphuric: strong\n  - Found: in old batteries\n- Muriatic: weak\n  - Use: pipes\n",
            "kettles",
            "pipes",
            id="items in another order",
        ),
        pytest.param(
            sorting("  - Stable: no\n  - Worst: quadratic\n", ""),
            sorting("  - Worst: quadratic\n  - Stable: not without memory\n", ""),
            "stable |  | no",
            "not without memory",
            id="facts of one item in another order",
        ),
        pytest.param(
            "# Λέξεις\n\n- ἄνθρωπος: ζῷον λογικόν\n- ψυχή: πνοὴ ζωῆς\n",
            "# Λέξεις\n\n- άνθρωπος: ζώον λογικόν\n- ψυχή: πνοή ζωής\n",
            "ψυχή |",
            "ψυχή |",
            id="all accents reformed",
        ),
        pytest.param(
            "# Flex\n\n## 不设置flex-grow\n\n剩下一块空白。\n\n## 设置flex-grow\n\n元素会变宽。\n",
            "# Flex\n\n## 不设置 flex-grow\n\n容器右边空着。\n\n## 设置 flex-grow\n\n元素会变宽。\n",
            "剩下一块空白",
            "容器右边空着",
            id="spaces beside Chinese words",
        ),
    ],
)
def test_a_question_of_the_same_subject_keeps_its_note(before: str, after: str, text: str, other: str) -> None:
    """The heading names it, or a note below it tells."""
    assert kept(before, after, text, other)


@pytest.mark.parametrize(
    ("heading", "cards"),
    [
        ("Trees in the north of Europe", {1: "spruce", 2: "cypress", 3: "pine", 4: "alder"}),
        ("Trees in the south", {1: "spruce", 2: "birch", 3: "pine", 4: "alder", 5: "cypress"}),
    ],
)
def test_an_item_is_reworded_in_its_place_only_below_the_same_heading(heading: str, cards: dict[int, str]) -> None:
    """In a list about something else another item is another card."""
    first = build_notes(woods("Trees in the north", "Spruce", "Birch", "Pine", "Alder"))
    second = rebuild(first, woods(heading, "Spruce", "Cypress", "Pine", "Alder"))
    assert ledger_entry(second, "cypress").cards == cards
