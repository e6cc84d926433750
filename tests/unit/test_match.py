"""Matching of notes after edits: examples of typical edits, and properties that hold for any two outlines."""

from __future__ import annotations

import ast
import random
from collections.abc import Iterable
from pathlib import Path
from typing import get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studydeck.identity.matching import thresholds
from studydeck.identity.matching.outline import NoteKey, Outline, Pairing, SectionKey
from studydeck.identity.matching.passes import PASSES, match
from studydeck.identity.matching.similarity import Similarity
from studydeck.model.anki import Kind

Notes = dict[str, dict[str, list[str]]]


LONG_QUESTION = (
    "a merchant of munich bought a machine in january paid for it in march and let it run from february on under the "
    "contract with the supplier in zurich how does the bookkeeper of the merchant write it off and from which month on"
)


def make_key(section: int, text: str, pin: str = "", retired: bool = False) -> NoteKey:
    """Return the key of a text: with two bars a pair, with a leading star a list, otherwise a sentence."""
    is_pair = (text.count("|") == 2 and text[0] != "*") or text.startswith("a merchant")
    kind: Kind = "pair" if is_pair else "cloze"
    return NoteKey(section, kind, text.removeprefix("* "), pin, retired)


def outline(notes: Notes, retired: Iterable[str] = ()) -> Outline:
    """Return an outline of files, headings ("a > b" is b below a) and texts."""
    section_keys: list[SectionKey] = []
    note_keys: list[NoteKey] = []
    for file, sections in notes.items():
        positions: dict[str, int] = {}
        for heading_path, texts in sections.items():
            parent_path, _, heading = heading_path.rpartition(" > ")
            positions[heading_path] = len(section_keys)
            section_keys.append(SectionKey(heading.strip(), positions.get(parent_path, -1), file))
            note_keys += (make_key(positions[heading_path], text) for text in texts)
    note_keys += (make_key(-1, text, retired=True) for text in retired)
    return Outline(tuple(section_keys), tuple(note_keys))


def matched_texts(old: Outline, new: Outline) -> dict[str, str]:
    """Return old text -> new text for all matched notes."""
    pairing = match(old, new)
    return {
        old.note_keys[old_index].text: new.note_keys[new_index].text
        for new_index, old_index in pairing.note_keys.items()
    }


def matches_in_file(old: dict[str, list[str]], new: dict[str, list[str]]) -> dict[str, str]:
    return matched_texts(outline({"notes.md": old}), outline({"notes.md": new}))


def is_matched(old: str, new: str, *others: str) -> bool:
    """Return whether an edited text is matched to the old one, among other texts that did not change."""
    matches = matches_in_file(
        {"storage": [*others[:1], old, *others[1:]]}, {"storage": [*others[:1], new, *others[1:]]}
    )
    return matches.get(old.removeprefix("* ")) == new.removeprefix("* ")


STORAGE = ("ebs |  | block storage for one machine", "efs |  | a file system for many machines", "s3 has eleven nines")


# One item, edited in place.


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("fsx for lustre |  | a managed file service", "fsx for lustre |  | a manged file service"),
        ("fsx for lustre |  | a managed file service", "fsx for lustra |  | a managed file service"),
        ("fsx |  | a managed file service", "fsx for lustre |  | a managed file service"),
        ("fsx |  | a managed file service", "fsx |  | a file service with high throughput"),
        ("fsx |  | high", "fsx |  | middling"),
        ("fsx |  | a managed file service", "fsx |  | has cost more since last summer"),
        ("fsx | cost | high", "fsx | costs | high"),
        ("backups are kept for seven days", "by default backups are kept for seven days and can be copied"),
        ("by default backups are kept for seven days and can be copied", "backups are kept for seven days"),
        (
            "to test the whole thing use the program xeyes which is foudn in the package x11 apps of the system",
            (
                "to test the whole thing use the program xeyes which is found in the package x11 apps of the system "
                "and if that does not work look at the log of the display server and ask for help with it there"
            ),
        ),
        (
            "the limit is 100 buckets for each account unless raised",
            "the limit is 10000 buckets for each account unless raised",
        ),
        ("* users | groups | roles", "* users | groups | roles | policies"),
        ("* users | groups | roles | policies", "* policies | users | groups"),
        ("snapshots are not encrypted by default in this region", "snapshots are encrypted by default in this region"),
        ("バケットは世界で一意の名前を持つ", "バケットは世界中で一意の名前を必ず持つ"),
        (
            "the afferent nerves of the arm carry their signals to the brain",
            "the efferent nerves of the arm carry their signals to the brain",
        ),
        (LONG_QUESTION.replace("bought", "purchased")[:200], LONG_QUESTION[:200]),
        (LONG_QUESTION[:200], LONG_QUESTION.replace(" how", " |  | how")[:200]),
        ("hyperglycemia |  | too little sugar in the blood", "hypoglycemia |  | too little sugar in the blood"),
        ("пчелы |  | дают мед", "пчёлы |  | дают мёд"),
        (
            "for example in trap | c | uint ticks attribute section vdso",
            "a section |  | uint ticks attribute section vdso",
        ),
        ("me |  | nguoi sinh ra minh", "mẹ |  | người sinh ra mình"),
        ("eleve |  | etudie", "élève |  | étudie"),
    ],
)
def test_an_edited_item_is_matched(old: str, new: str) -> None:
    assert is_matched(old, new, *STORAGE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("aurora | cost | pay for what is used", "aurora | use cases | many small databases"),
        ("aurora cost |  | pay for what is used", "aurora use cases |  | many small databases"),
        (
            "create secret |  | kubectl create secret generic",
            "create configmap |  | kubectl create configmap from file",
        ),
        ("version 1 2 |  | adds volumes", "version 1 3 |  | adds probes"),
        ("version 1 2 |  | released in may", "version 1 3 |  | released in june"),
        ("last 4 words", "last 1 word"),
        ("toggle bit |  | s 1 k", "test bit |  | s 1 k"),
        ("singly linked list | access | o n", "circular linked list | access | o n"),
        ("fsx |  | a managed file service", "glacier |  | archives that take hours to read"),
        ("backups are kept for seven days", "buckets have names that are unique in the world"),
        ("* users | groups | roles", "* regions | zones | edges"),
        (
            "synchronous replication |  | waits until the copy has confirmed",
            "asynchronous replication |  | does not wait until the copy has confirmed",
        ),
        (
            "afferent nerve |  | carries signals towards the brain",
            "efferent nerve |  | carries signals away from the brain",
        ),
        ("unboxing |  | reference type to value type", "boxing |  | value type to reference type"),
        ("má |  | gò của mặt", "mà |  | từ để nối câu"),
        ("for example in trap | c | uint ticks", "a section |  | uint ticks"),
        (
            "endothermic reactions take heat out of their surroundings",
            "exothermic reactions give heat into their surroundings",
        ),
    ],
)
def test_another_item_in_the_same_place_is_new_rejected(old: str, new: str) -> None:
    assert not is_matched(old, new, *STORAGE)


def test_an_item_of_another_kind_is_not_matched_rejected() -> None:
    assert not is_matched("s3 |  | stores any number of objects", "s3 stores any number of objects", *STORAGE[:2])


def test_the_kind_of_the_ledger_wins_if_a_draft_can_be_either() -> None:
    old = outline({"a.md": {"s3": ["s3 |  | stores any number of objects"]}})
    note_keys = (NoteKey(0, "cloze", "s3 stores any number of objects", other="s3 |  | stores any number of objects"),)
    assert match(old, Outline(old.section_keys, note_keys)).note_keys == {0: 0}


def test_terms_keep_their_notes_if_their_meanings_are_swapped() -> None:
    old = {"storage": ["ebs |  | files", "efs |  | blocks", *STORAGE[2:]]}
    new = {"storage": ["ebs |  | blocks", "efs |  | files", *STORAGE[2:]]}
    assert matches_in_file(old, new)["ebs |  | files"] == "ebs |  | blocks"
    assert matches_in_file(old, new)["efs |  | blocks"] == "efs |  | files"


def test_a_removed_item_is_not_matched_to_an_added_sibling_rejected() -> None:
    family = [
        "create a pod with kubectl run",
        "create a secret with kubectl create",
        "create a role with kubectl create",
    ]
    new = [family[0], "create a quota with kubectl create", family[2]]
    assert family[1] not in matches_in_file({"commands": family}, {"commands": new})


def test_a_merged_bullet_is_matched_to_one_of_the_two() -> None:
    old = ["snapshots are taken every night", "snapshots are kept in the same region for a week"]
    new = ["snapshots are taken every night and snapshots are kept in the same region for a week"]
    assert matches_in_file({"backup": old}, {"backup": new}) == {old[1]: new[0]}


# Tables.


def table(*rows: str, head: tuple[str, str] = ("use case", "cost")) -> list[str]:
    cells = [row.split("/") for row in rows]
    return [f"{row[0]} | {name} | {row[n]}" for n, name in enumerate(head, 1) for row in cells]


def test_a_table_keeps_its_cells_when_rows_are_sorted_inserted_and_edited() -> None:
    old = table("s3/data lake/low", "ebs/one machine/high", "efs/many machines/high")
    new = table("ebs/one machine/middling", "efs/many machines/high", "fsx/clusters/high", "s3/archive/low")
    matches = matches_in_file({"stores": old}, {"stores": new})
    assert len(matches) == len(old)
    assert all(before.split("|")[:2] == matched.split("|")[:2] for before, matched in matches.items())


def test_a_renamed_row_and_a_renamed_column_keep_their_cells() -> None:
    old = table("s3/data lake storage/low", "ebs/one machine/high", "efs/many machines/high")
    row = table("simple storage/data lake storage/low", "ebs/one machine/high", "efs/many machines/high")
    matches = matches_in_file({"stores": old}, {"stores": row})
    assert matches["s3 | cost | low"] == "simple storage | cost | low"
    assert len(matches) == len(old)
    column = table(
        "s3/data lake storage/low", "ebs/one machine/high", "efs/many machines/high", head=("used for", "price")
    )
    matches = matches_in_file({"stores": old}, {"stores": column})
    assert matches["ebs | cost | high"] == "ebs | price | high"
    assert len(matches) == len(old)


def test_rows_with_equal_first_cells_are_matched_by_their_neighbours() -> None:
    old = table("get/read one/yes", "get/read all/yes", "put/write one/no", "get/read none/yes")
    new = [text for text in old if "read all" not in text]
    matches = matches_in_file({"api": old}, {"api": new})
    assert "get | use case | read all" not in matches
    assert all(text == matched for text, matched in matches.items())


def test_a_removed_row_is_not_matched_to_an_added_row_with_similar_cells_rejected() -> None:
    old = table("mergesort/yes/n log n", "heapsort/no/n log n", "quicksort/no/n log n", head=("stable", "cost"))
    new = table("mergesort/yes/n log n", "timsort/yes/n log n", "quicksort/no/n log n", head=("stable", "cost"))
    assert not [text for text in matches_in_file({"sorts": old}, {"sorts": new}) if "heapsort" in text]


# Equal texts in several places.


def questions(*answers: tuple[str, str]) -> dict[str, list[str]]:
    return {
        f"question {n}": [f"what is the {a} service for", f"correct answer |  | {b}"]
        for n, (a, b) in enumerate(answers, 1)
    }


def test_answers_are_matched_with_their_questions_if_one_is_inserted_on_top() -> None:
    old = outline({"quiz.md": questions(("blob", "d"), ("queue", "b"), ("table", "d"))})
    new = outline({"quiz.md": questions(("disk", "d"), ("blob", "d"), ("queue", "b"), ("table", "d"))})
    pairing = match(old, new)
    assert pairing.note_keys == {2: 0, 3: 1, 4: 2, 5: 3, 6: 4, 7: 5}


def test_a_removed_answer_is_not_matched_to_an_equal_answer_of_a_new_question_rejected() -> None:
    old = outline({"quiz.md": questions(("blob", "d"), ("queue", "b"), ("table", "d"))})
    new = outline({"quiz.md": questions(("blob", "d"), ("queue", "b"), ("network", "d"))})
    assert match(old, new).note_keys == {0: 0, 1: 1, 2: 2, 3: 3}


def test_equal_texts_in_one_section_are_matched_by_their_neighbours() -> None:
    old = [
        "alpha comes before all other letters",
        "see the manual",
        "omega comes after all other letters",
        "see the manual",
    ]
    new = [
        "omega comes after all other letters",
        "see the manual",
        "alpha comes before all other letters",
        "see the manual",
    ]
    pairing = match(outline({"a.md": {"letters": old}}), outline({"a.md": {"letters": new}}))
    assert pairing.note_keys == {0: 2, 1: 3, 2: 0, 3: 1}


# Sections.

DECK: Notes = {
    "compute.md": {
        "compute": [],
        "compute > machines": ["ec2 |  | virtual machines", "spot machines cost a tenth and can be taken away"],
        "compute > containers": ["ecs |  | runs containers", "users | groups"],
        "compute > containers > limits": ["ecs | tasks | 5000"],
    },
    "storage.md": {
        "storage": ["durability |  | eleven nines"],
        "storage > blocks": ["ebs |  | a disk for one machine", "users | groups"],
        "storage > limits": ["s3 | buckets | 100"],
    },
}


def match_with_deck(new: Notes) -> Pairing:
    """Match against DECK, and check that every note is matched to one with the same text."""
    old, edited = outline(DECK), outline(new)
    pairing = match(old, edited)
    assert all(
        old.note_keys[old_index].text == edited.note_keys[new_index].text
        for new_index, old_index in pairing.note_keys.items()
    )
    return pairing


def note_count() -> int:
    return len(outline(DECK).note_keys)


def test_all_headings_and_files_may_be_renamed() -> None:
    new: Notes = {
        f"x-{file}": {
            " > ".join(f"on {name}s" for name in heading_path.split(" > ")): texts
            for heading_path, texts in sections.items()
        }
        for file, sections in DECK.items()
    }
    pairing = match_with_deck(new)
    assert len(pairing.note_keys) == note_count()
    assert pairing.section_keys == {n: n for n in range(7)}


def test_files_may_be_merged_demoted_and_reordered() -> None:
    new: Notes = {"all.md": {"notes": []}}
    for sections in reversed(list(DECK.values())):
        new["all.md"] |= {f"notes > {heading_path}": texts for heading_path, texts in sections.items()}
    pairing = match_with_deck(new)
    assert len(pairing.note_keys) == note_count()
    assert len(pairing.section_keys) == 7


def test_a_section_may_move_to_another_file_whose_old_file_is_retitled() -> None:
    new: Notes = {
        "compute.md": {"computing": [], "computing > machines": DECK["compute.md"]["compute > machines"]},
        "storage.md": DECK["storage.md"]
        | {
            "storage > containers": DECK["compute.md"]["compute > containers"],
            "storage > containers > limits": DECK["compute.md"]["compute > containers > limits"],
        },
    }
    pairing = match_with_deck(new)
    assert len(pairing.note_keys) == note_count()
    assert len(pairing.section_keys) == 7


def test_a_removed_section_loses_its_notes_and_no_others() -> None:
    new = {
        file: {heading_path: texts for heading_path, texts in sections.items() if "blocks" not in heading_path}
        for file, sections in DECK.items()
    }
    assert len(match_with_deck(new).note_keys) == note_count() - 2


def test_a_heading_and_pairs_named_after_it_may_be_renamed_together() -> None:
    def named(name: str) -> dict[str, list[str]]:
        return {name: [f"{name} | joins | local ad", f"{name} |  | the directory of users"]}

    assert len(matches_in_file(named("introduction to ad"), named("directory overview"))) == 2


# Pins and retired notes.


def test_a_pinned_note_is_matched_whatever_changes() -> None:
    alpha, omega = "alpha |  | first letter", "omega |  | something else"
    old = Outline((SectionKey("a", -1, "a.md"),), (make_key(0, alpha, pin="one"),))
    new = Outline((SectionKey("b", -1, "b.md"),), (make_key(0, omega, pin="one"), make_key(0, alpha)))
    pairing = match(old, new)
    assert pairing.note_keys == {0: 0}
    assert pairing.matched_by == {0: "pinned"}


def test_equal_texts_with_other_pins_are_not_matched_rejected() -> None:
    section_keys = (SectionKey("a", -1, "a.md"),)
    old = Outline(section_keys, (make_key(0, "alpha |  | the first letter of all", pin="one"),))
    assert not match(
        old, Outline(section_keys, (make_key(0, "alpha |  | the first letter of all", pin="two"),))
    ).note_keys


def test_a_retired_note_is_restored_by_the_same_text() -> None:
    old = outline(
        {"a.md": {"letters": ["beta |  | second"]}}, retired=["spot machines cost a tenth", "alpha |  | first"]
    )
    new = outline({"a.md": {"letters": ["alpha |  | first", "beta |  | second", "spot machines cost a tenth"]}})
    pairing = match(old, new)
    assert pairing.note_keys == {0: 2, 1: 0, 2: 1}
    assert pairing.matched_by == {0: "restored", 1: "exact", 2: "restored"}


def test_a_retired_note_is_not_restored_by_another_text_rejected() -> None:
    old = outline({"a.md": {"letters": []}}, retired=["spot machines cost a tenth of what others cost"])
    new = outline({"a.md": {"letters": ["spot machines cost a third of what others cost"]}})
    assert not match(old, new).note_keys


def test_live_notes_win_over_retired_ones() -> None:
    old = outline({"a.md": {"letters": ["alpha |  | the first letter"]}}, retired=["alpha |  | the first letter"])
    assert match(old, outline({"a.md": {"greek": ["alpha |  | the first letter"]}})).note_keys == {0: 0}


# Properties of any two outlines.

WORDS = st.sampled_from("s3 ebs disk files cost not 100 200 store the of many machine answer d".split())
TEXTS = st.one_of(
    st.lists(WORDS, min_size=1, max_size=8).map(" ".join),
    st.tuples(WORDS, st.sampled_from(["", "cost"]), st.lists(WORDS, max_size=4).map(" ".join)).map(" | ".join),
)


@st.composite
def outlines(draw: st.DrawFn) -> Outline:
    section_keys: list[SectionKey] = []
    note_keys: list[NoteKey] = []
    for file in draw(st.lists(st.sampled_from("abc"), unique=True, max_size=3)):
        first = len(section_keys)
        for _ in range(draw(st.integers(1, 3))):
            parent = (
                draw(st.integers(first, len(section_keys) - 1))
                if len(section_keys) > first and draw(st.booleans())
                else -1
            )
            section_keys.append(SectionKey(draw(WORDS), parent, f"{file}.md"))
            note_keys += (make_key(len(section_keys) - 1, text) for text in draw(st.lists(TEXTS, max_size=5)))
    note_keys += (make_key(-1, text, retired=True) for text in draw(st.lists(TEXTS, max_size=2)))
    return Outline(tuple(section_keys), tuple(note_keys))


def without_retired(source: Outline) -> Outline:
    return Outline(source.section_keys, tuple(key for key in source.note_keys if not key.retired))


@given(outlines(), outlines())
@settings(max_examples=60, deadline=None)
def test_pairs_are_one_to_one_and_of_one_kind(old: Outline, new: Outline) -> None:
    new = without_retired(new)
    pairing = match(old, new)
    assert len(set(pairing.note_keys.values())) == len(pairing.note_keys)
    assert len(set(pairing.section_keys.values())) == len(pairing.section_keys)
    assert all(
        new.note_keys[new_index].kind == old.note_keys[old_index].kind
        for new_index, old_index in pairing.note_keys.items()
    )
    assert set(pairing.matched_by) == set(pairing.match_score) == set(pairing.note_keys)
    assert all(0 < score <= 1 for score in pairing.match_score.values())
    assert pairing == match(old, new)


@given(outlines())
@settings(max_examples=60, deadline=None)
def test_equal_outlines_are_matched_one_to_one(sample: Outline) -> None:
    sample = without_retired(sample)
    pairing = match(sample, sample)
    assert pairing.note_keys == {n: n for n in range(len(sample.note_keys))}
    assert pairing.section_keys == {n: n for n in range(len(sample.section_keys))}


def reorder_files(source: Outline, files: list[str]) -> tuple[Outline, list[int]]:
    """Reorder the files of an outline; return also the old indices of its notes."""
    order = [n for file in files for n, section_key in enumerate(source.section_keys) if section_key.file == file]
    new_positions = {-1: -1} | {number: at for at, number in enumerate(order)}
    section_keys = tuple(
        SectionKey(
            source.section_keys[n].heading, new_positions[source.section_keys[n].parent], source.section_keys[n].file
        )
        for n in order
    )
    numbers = sorted(
        range(len(source.note_keys)), key=lambda n: (new_positions[source.note_keys[n].section] % (len(order) + 1), n)
    )
    note_keys = (
        NoteKey(new_positions[key.section], key.kind, key.text, key.pin, key.retired)
        for key in map(source.note_keys.__getitem__, numbers)
    )
    return Outline(section_keys, tuple(note_keys)), numbers


@given(outlines(), outlines(), st.permutations(["a.md", "b.md", "c.md"]), st.permutations(["a.md", "b.md", "c.md"]))
@settings(max_examples=60, deadline=None)
def test_the_order_of_files_does_not_matter(old: Outline, new: Outline, files: list[str], files_2: list[str]) -> None:
    new = without_retired(new)
    (old_2, olds), (new_2, news) = reorder_files(old, files), reorder_files(new, files_2)
    moved = match(old_2, new_2)
    assert {news[n]: olds[o] for n, o in moved.note_keys.items()} == match(old, new).note_keys


# The table of thresholds and the list of passes.


def test_each_threshold_has_a_unit_and_a_source() -> None:
    sources = {"MEASURED", "CHOSEN", "RANK", "BOUND", "FORMAT"}
    values = {name for name in vars(thresholds) if name.isupper()} - sources
    hints = get_type_hints(thresholds, include_extras=True)
    assert values == set(hints)
    for hint in hints.values():
        unit, source = hint.__metadata__
        assert unit
        assert source in {getattr(thresholds, name) for name in sources}


def test_the_passes_hold_no_numbers_of_their_own() -> None:
    numbers = [
        f"{path.name}:{node.lineno}: {node.value!r}"
        for path in Path(thresholds.__file__).parent.glob("*.py")
        if path.name != "thresholds.py"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and type(node.value) in {int, float} and node.value not in {0, 1, 2, 3}
    ]
    assert numbers == []


def test_passes_have_different_names_and_start_over_only_from_earlier_ones() -> None:
    names = [current.name for current in PASSES]
    assert len(set(names)) == len(names)
    for position, current in enumerate(PASSES):
        assert current.reason
        assert "->" in current.example
        assert not current.back_to or current.back_to in names[:position]


def random_outline(size: int, name: str, more: str) -> Outline:
    """Return an outline of random sentences, twenty to a section, each with the word `more` appended."""
    generator = random.Random(size)
    words = ["".join(generator.choices("bcdfglmnprst", k=4)) for _ in range(size)]
    texts = [" ".join([*generator.choices(words, k=10), more]) for _ in range(size)]
    return outline({f"{n}.md": {f"{name} {n}": texts[n : n + 20]} for n in range(0, size, 20)})


def test_comparisons_grow_linearly_with_the_deck(monkeypatch: pytest.MonkeyPatch) -> None:
    counts: list[int] = []
    compare = Similarity.of

    def count(self: Similarity, kind: str, first: str, second: str) -> float:
        counts[-1] += 1
        return compare(self, kind, first, second)

    monkeypatch.setattr(Similarity, "of", count)
    for size in (500, 2000):
        counts.append(0)
        assert len(match(random_outline(size, "part", ""), random_outline(size, "chapter", "again")).note_keys) == size
    assert counts[1] < 6 * counts[0]
