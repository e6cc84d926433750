"""Who is who after an edit: stories that an author would tell, and what must hold for any two forests."""

from __future__ import annotations

import random
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studydeck.identity.matching.passes import match
from studydeck.identity.matching.similarity import Similarity
from studydeck.identity.matching.tree import NoteKey, Outline, Pairing, SectionKey
from studydeck.model.anki import Kind

Notes = dict[str, dict[str, list[str]]]


def leaf(section: int, words: str, pin: str = "", retired: bool = False) -> NoteKey:
    """A text with two bars is a pair, one that begins with a star is a list, any other is a sentence."""
    kind: Kind = "pair" if words.count("|") == 2 and words[0] != "*" else "cloze"
    return NoteKey(section, kind, words.removeprefix("* "), pin, retired)


def outline(notes: Notes, retired: Iterable[str] = ()) -> Outline:
    """Make a forest of files, headings ("a > b" is b below a) and texts."""
    section_keys: list[SectionKey] = []
    note_keys: list[NoteKey] = []
    for file, sections in notes.items():
        at: dict[str, int] = {}
        for heading_path, texts in sections.items():
            above, _, heading = heading_path.rpartition(" > ")
            at[heading_path] = len(section_keys)
            section_keys.append(SectionKey(heading.strip(), at.get(above, -1), file))
            note_keys += (leaf(at[heading_path], text) for text in texts)
    note_keys += (leaf(-1, text, retired=True) for text in retired)
    return Outline(tuple(section_keys), tuple(note_keys))


def joined(old: Outline, new: Outline) -> dict[str, str]:
    """Give old text -> new text for everything that was paired."""
    pairing = match(old, new)
    return {old.note_keys[o].text: new.note_keys[n].text for n, o in pairing.note_keys.items()}


def after(old: dict[str, list[str]], new: dict[str, list[str]]) -> dict[str, str]:
    return joined(outline({"notes.md": old}), outline({"notes.md": new}))


def edit(old: str, new: str, *others: str) -> bool:
    """Tell whether one text is the other, edited in the midst of others that stayed."""
    found = after({"storage": [*others[:1], old, *others[1:]]}, {"storage": [*others[:1], new, *others[1:]]})
    return found.get(old.removeprefix("* ")) == new.removeprefix("* ")


STORAGE = ("ebs |  | block storage for one machine", "efs |  | a file system for many machines", "s3 has eleven nines")


# One item, edited where it stands.


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("fsx for lustre |  | a managed file service", "fsx for lustre |  | a manged file service"),
        ("fsx for lustre |  | a managed file service", "fsx for lustra |  | a managed file service"),
        ("fsx |  | a managed file service", "fsx for lustre |  | a managed file service"),
        ("fsx |  | a managed file service", "fsx |  | a file service with high throughput"),
        ("fsx |  | high", "fsx |  | middling"),
        ("fsx | cost | high", "fsx | costs | high"),
        ("backups are kept for seven days", "by default backups are kept for seven days and can be copied"),
        ("by default backups are kept for seven days and can be copied", "backups are kept for seven days"),
        (
            "the limit is 100 buckets for each account unless raised",
            "the limit is 10000 buckets for each account unless raised",
        ),
        ("* users | groups | roles", "* users | groups | roles | policies"),
        ("* users | groups | roles | policies", "* policies | users | groups"),
        ("snapshots are not encrypted by default in this region", "snapshots are encrypted by default in this region"),
        ("バケットは世界で一意の名前を持つ", "バケットは世界中で一意の名前を必ず持つ"),
    ],
)
def test_an_edited_item_is_the_same_item(old: str, new: str) -> None:
    assert edit(old, new, *STORAGE)


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
        ("fsx |  | a managed file service", "fsx |  | has cost more since last summer"),
        ("fsx |  | a managed file service", "glacier |  | archives that take hours to read"),
        ("backups are kept for seven days", "buckets have names that are unique in the world"),
        ("* users | groups | roles", "* regions | zones | edges"),
    ],
)
def test_another_item_in_the_same_place_is_new_rejected(old: str, new: str) -> None:
    assert not edit(old, new, *STORAGE)


def test_an_item_that_changed_its_kind_is_not_kept_rejected() -> None:
    assert not edit("s3 |  | stores any number of objects", "s3 stores any number of objects", *STORAGE[:2])


def test_the_remembered_kind_wins_where_a_draft_can_be_read_both_ways() -> None:
    old = outline({"a.md": {"s3": ["s3 |  | stores any number of objects"]}})
    note_keys = (NoteKey(0, "cloze", "s3 stores any number of objects", other="s3 |  | stores any number of objects"),)
    assert match(old, Outline(old.section_keys, note_keys)).note_keys == {0: 0}


def test_meanings_that_changed_places_leave_the_terms_who_they_are() -> None:
    old = {"storage": ["ebs |  | files", "efs |  | blocks", *STORAGE[2:]]}
    new = {"storage": ["ebs |  | blocks", "efs |  | files", *STORAGE[2:]]}
    assert after(old, new)["ebs |  | files"] == "ebs |  | blocks"
    assert after(old, new)["efs |  | blocks"] == "efs |  | files"


def test_an_item_is_not_its_sibling_that_was_added_as_it_went_rejected() -> None:
    family = [
        "create a pod with kubectl run",
        "create a secret with kubectl create",
        "create a role with kubectl create",
    ]
    new = [family[0], "create a quota with kubectl create", family[2]]
    assert family[1] not in after({"commands": family}, {"commands": new})


def test_two_bullets_that_were_merged_leave_one_of_them() -> None:
    old = ["snapshots are taken every night", "snapshots are kept in the same region for a week"]
    new = ["snapshots are taken every night and snapshots are kept in the same region for a week"]
    assert after({"backup": old}, {"backup": new}) == {old[1]: new[0]}


# Tables.


def table(*rows: str, head: tuple[str, str] = ("use case", "cost")) -> list[str]:
    cells = [row.split("/") for row in rows]
    return [f"{row[0]} | {name} | {row[n]}" for n, name in enumerate(head, 1) for row in cells]


def test_a_table_keeps_its_cells_when_rows_are_sorted_inserted_and_edited() -> None:
    old = table("s3/data lake/low", "ebs/one machine/high", "efs/many machines/high")
    new = table("ebs/one machine/middling", "efs/many machines/high", "fsx/clusters/high", "s3/archive/low")
    found = after({"stores": old}, {"stores": new})
    assert len(found) == len(old)
    assert all(one.split("|")[:2] == two.split("|")[:2] for one, two in found.items())


def test_a_renamed_row_and_a_renamed_column_keep_their_cells() -> None:
    old = table("s3/data lake storage/low", "ebs/one machine/high", "efs/many machines/high")
    row = table("simple storage/data lake storage/low", "ebs/one machine/high", "efs/many machines/high")
    found = after({"stores": old}, {"stores": row})
    assert found["s3 | cost | low"] == "simple storage | cost | low"
    assert len(found) == len(old)
    column = table(
        "s3/data lake storage/low", "ebs/one machine/high", "efs/many machines/high", head=("used for", "price")
    )
    found = after({"stores": old}, {"stores": column})
    assert found["ebs | cost | high"] == "ebs | price | high"
    assert len(found) == len(old)


def test_rows_whose_first_cell_repeats_follow_their_neighbours() -> None:
    old = table("get/read one/yes", "get/read all/yes", "put/write one/no", "get/read none/yes")
    new = [one for one in old if "read all" not in one]
    found = after({"api": old}, {"api": new})
    assert "get | use case | read all" not in found
    assert all(one == two for one, two in found.items())


def test_a_row_that_went_and_a_row_that_came_with_like_cells_are_two_rejected() -> None:
    old = table("mergesort/yes/n log n", "heapsort/no/n log n", "quicksort/no/n log n", head=("stable", "cost"))
    new = table("mergesort/yes/n log n", "timsort/yes/n log n", "quicksort/no/n log n", head=("stable", "cost"))
    assert not [one for one in after({"sorts": old}, {"sorts": new}) if "heapsort" in one]


# The same words in several places.


def questions(*answers: tuple[str, str]) -> dict[str, list[str]]:
    return {
        f"question {n}": [f"what is the {a} service for", f"correct answer |  | {b}"]
        for n, (a, b) in enumerate(answers, 1)
    }


def test_answers_follow_their_questions_when_one_is_inserted_on_top() -> None:
    old = outline({"quiz.md": questions(("blob", "d"), ("queue", "b"), ("table", "d"))})
    new = outline({"quiz.md": questions(("disk", "d"), ("blob", "d"), ("queue", "b"), ("table", "d"))})
    pairing = match(old, new)
    assert pairing.note_keys == {2: 0, 3: 1, 4: 2, 5: 3, 6: 4, 7: 5}


def test_an_answer_that_went_is_not_the_same_answer_to_a_new_question_rejected() -> None:
    old = outline({"quiz.md": questions(("blob", "d"), ("queue", "b"), ("table", "d"))})
    new = outline({"quiz.md": questions(("blob", "d"), ("queue", "b"), ("network", "d"))})
    assert match(old, new).note_keys == {0: 0, 1: 1, 2: 2, 3: 3}


def test_doubles_in_one_section_are_told_apart_by_their_neighbours() -> None:
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


def kept(new: Notes) -> Pairing:
    """Match against DECK, and make sure that nobody changed hands: every text is found in its own words."""
    old, now = outline(DECK), outline(new)
    pairing = match(old, now)
    assert all(old.note_keys[o].text == now.note_keys[n].text for n, o in pairing.note_keys.items())
    return pairing


def all_leaves() -> int:
    return len(outline(DECK).note_keys)


def test_every_heading_and_file_renamed() -> None:
    new: Notes = {
        f"x-{file}": {
            " > ".join(f"on {name}s" for name in heading_path.split(" > ")): texts
            for heading_path, texts in sections.items()
        }
        for file, sections in DECK.items()
    }
    pairing = kept(new)
    assert len(pairing.note_keys) == all_leaves()
    assert pairing.section_keys == {n: n for n in range(7)}


def test_files_merged_one_level_down_and_reordered() -> None:
    new: Notes = {"all.md": {"notes": []}}
    for sections in reversed(list(DECK.values())):
        new["all.md"] |= {f"notes > {heading_path}": texts for heading_path, texts in sections.items()}
    pairing = kept(new)
    assert len(pairing.note_keys) == all_leaves()
    assert len(pairing.section_keys) == 7


def test_a_section_moved_to_another_file_and_its_old_file_retitled() -> None:
    new: Notes = {
        "compute.md": {"computing": [], "computing > machines": DECK["compute.md"]["compute > machines"]},
        "storage.md": DECK["storage.md"]
        | {
            "storage > containers": DECK["compute.md"]["compute > containers"],
            "storage > containers > limits": DECK["compute.md"]["compute > containers > limits"],
        },
    }
    pairing = kept(new)
    assert len(pairing.note_keys) == all_leaves()
    assert len(pairing.section_keys) == 7


def test_a_removed_section_takes_its_leaves_and_no_others() -> None:
    new = {
        file: {heading_path: texts for heading_path, texts in sections.items() if "blocks" not in heading_path}
        for file, sections in DECK.items()
    }
    assert len(kept(new).note_keys) == all_leaves() - 2


def test_a_heading_whose_pairs_are_named_after_it_is_renamed_with_them() -> None:
    def named(name: str) -> dict[str, list[str]]:
        return {name: [f"{name} | joins | local ad", f"{name} |  | the directory of users"]}

    assert len(after(named("introduction to ad"), named("directory overview"))) == 2


# What the author or the ledger says.


def test_a_pin_holds_whatever_changes() -> None:
    alpha, omega = "alpha |  | first letter", "omega |  | something else"
    old = Outline((SectionKey("a", -1, "a.md"),), (leaf(0, alpha, pin="one"),))
    new = Outline((SectionKey("b", -1, "b.md"),), (leaf(0, omega, pin="one"), leaf(0, alpha)))
    pairing = match(old, new)
    assert pairing.note_keys == {0: 0}
    assert pairing.matched_by == {0: "pinned"}


def test_other_pins_are_other_items_rejected() -> None:
    section_keys = (SectionKey("a", -1, "a.md"),)
    old = Outline(section_keys, (leaf(0, "alpha |  | the first letter of all", pin="one"),))
    assert not match(old, Outline(section_keys, (leaf(0, "alpha |  | the first letter of all", pin="two"),))).note_keys


def test_what_was_gone_returns_in_its_own_words() -> None:
    old = outline(
        {"a.md": {"letters": ["beta |  | second"]}}, retired=["spot machines cost a tenth", "alpha |  | first"]
    )
    new = outline({"a.md": {"letters": ["alpha |  | first", "beta |  | second", "spot machines cost a tenth"]}})
    pairing = match(old, new)
    assert pairing.note_keys == {0: 2, 1: 0, 2: 1}
    assert pairing.matched_by == {0: "restored", 1: "exact", 2: "restored"}


def test_what_was_gone_does_not_return_in_other_words_rejected() -> None:
    old = outline({"a.md": {"letters": []}}, retired=["spot machines cost a tenth of what others cost"])
    new = outline({"a.md": {"letters": ["spot machines cost a third of what others cost"]}})
    assert not match(old, new).note_keys


def test_the_living_win_over_the_gone() -> None:
    old = outline({"a.md": {"letters": ["alpha |  | the first letter"]}}, retired=["alpha |  | the first letter"])
    assert match(old, outline({"a.md": {"greek": ["alpha |  | the first letter"]}})).note_keys == {0: 0}


# What must hold for any two forests.

WORDS = st.sampled_from("s3 ebs disk files cost not 100 200 store the of many machine answer d".split())
TEXTS = st.one_of(
    st.lists(WORDS, min_size=1, max_size=8).map(" ".join),
    st.tuples(WORDS, st.sampled_from(["", "cost"]), st.lists(WORDS, max_size=4).map(" ".join)).map(" | ".join),
)


@st.composite
def forests(draw: st.DrawFn) -> Outline:
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
            note_keys += (leaf(len(section_keys) - 1, text) for text in draw(st.lists(TEXTS, max_size=5)))
    note_keys += (leaf(-1, text, retired=True) for text in draw(st.lists(TEXTS, max_size=2)))
    return Outline(tuple(section_keys), tuple(note_keys))


def living(one: Outline) -> Outline:
    return Outline(one.section_keys, tuple(one for one in one.note_keys if not one.retired))


@given(forests(), forests())
@settings(max_examples=300, deadline=None)
def test_pairs_are_one_to_one_and_of_one_kind(old: Outline, new: Outline) -> None:
    new = living(new)
    pairing = match(old, new)
    assert len(set(pairing.note_keys.values())) == len(pairing.note_keys)
    assert len(set(pairing.section_keys.values())) == len(pairing.section_keys)
    assert all(new.note_keys[n].kind == old.note_keys[o].kind for n, o in pairing.note_keys.items())
    assert set(pairing.matched_by) == set(pairing.match_score) == set(pairing.note_keys)
    assert all(0 < sure <= 1 for sure in pairing.match_score.values())
    assert pairing == match(old, new)


@given(forests())
@settings(max_examples=200, deadline=None)
def test_equal_forests_are_paired_as_they_are(one: Outline) -> None:
    one = living(one)
    pairing = match(one, one)
    assert pairing.note_keys == {n: n for n in range(len(one.note_keys))}
    assert pairing.section_keys == {n: n for n in range(len(one.section_keys))}


def by_files(one: Outline, files: list[str]) -> tuple[Outline, list[int]]:
    """Put the files of a forest in another order; give the old numbers of its leaves, too."""
    order = [n for file in files for n, node in enumerate(one.section_keys) if node.file == file]
    span = {-1: -1} | {number: at for at, number in enumerate(order)}
    section_keys = tuple(
        SectionKey(one.section_keys[n].heading, span[one.section_keys[n].parent], one.section_keys[n].file)
        for n in order
    )
    numbers = sorted(range(len(one.note_keys)), key=lambda n: (span[one.note_keys[n].section] % (len(order) + 1), n))
    note_keys = (
        NoteKey(span[x.section], x.kind, x.text, x.pin, x.retired) for x in map(one.note_keys.__getitem__, numbers)
    )
    return Outline(section_keys, tuple(note_keys)), numbers


@given(forests(), forests(), st.permutations(["a.md", "b.md", "c.md"]), st.permutations(["a.md", "b.md", "c.md"]))
@settings(max_examples=200, deadline=None)
def test_the_order_of_files_decides_nothing(old: Outline, new: Outline, files: list[str], files_2: list[str]) -> None:
    new = living(new)
    (old_2, olds), (new_2, news) = by_files(old, files), by_files(new, files_2)
    moved = match(old_2, new_2)
    assert {news[n]: olds[o] for n, o in moved.note_keys.items()} == match(old, new).note_keys


def rewritten(size: int, name: str, more: str) -> Outline:
    """Make a deck of random sentences, twenty to a section, each with a word more."""
    pick = random.Random(size)
    words = ["".join(pick.choices("bcdfglmnprst", k=4)) for _ in range(size)]
    texts = [" ".join([*pick.choices(words, k=10), more]) for _ in range(size)]
    return outline({f"{n}.md": {f"{name} {n}": texts[n : n + 20]} for n in range(0, size, 20)})


def test_the_work_grows_with_the_deck_and_not_with_its_square(monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[int] = []
    compare = Similarity.of

    def count(self: Similarity, kind: str, one: str, other: str) -> float:
        counted[-1] += 1
        return compare(self, kind, one, other)

    monkeypatch.setattr(Similarity, "of", count)
    for size in (500, 2000):
        counted.append(0)
        assert len(match(rewritten(size, "part", ""), rewritten(size, "chapter", "again")).note_keys) == size
    assert counted[1] < 6 * counted[0]
