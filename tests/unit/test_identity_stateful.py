"""A life of random edits: whatever an author does to a folder of notes, nobody's history goes to another fact.

Every item carries a made-up word of its own, which no edit touches. It is how the machine, and the machine alone,
knows who is who: a GUID, or a card of a list, that once belonged to a word never belongs to another.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from studydeck.identity import ledger as ledger_file
from studydeck.model.anki import FIELDS
from studydeck.model.notes import Cloze, Note, Pair
from studydeck.model.traverse import inlines, plain
from studydeck.pipeline import Built, pack
from studydeck.text.normalize import normal
from tests.support.pipeline import DAY, walk, walk_on

Shape = Literal["terms", "facts", "rows", "statements", "things"]
SHAPES: tuple[Shape, ...] = ("terms", "facts", "rows", "statements", "things")
LIVES, EDITS = 14, 22  # lives of the machine, and edits in each
FEWEST, MOST = 2, 9  # items of a section: a list is one from two items on
AROUND = {"HeadingPath", "Extra", "Source"}
HEADS = ("Name", "Use", "Origin")
VOCABULARY = """
amber anchor apron autumn basket bellows border branch bridge bronze bucket butter cabin candle canvas castle cedar
chimney cinder clover coffee copper cotton cradle curtain dagger desert diamond dragon drawer engine fabric feather
fiddle forest fountain garden garlic ginger glacier goblet gravel hammer harbour harvest hazel helmet honey iron island
ivory jacket jasmine jungle kernel kettle ladder lantern leather lemon linen lobster marble meadow mirror monsoon mortar
mustard needle nutmeg oatmeal olive orchard oyster paddle parcel parsley pebble pepper pigeon pillar pocket pottery
quarry quilt rabbit raven ribbon river rocket saddle saffron salmon satchel scarlet shadow silver spider spring stable
summer tailor temple thimble thunder timber tunnel turnip valley velvet vessel village vinegar walnut weaver whistle
willow window winter wolf
""".split()

Index = st.integers(0, 1000)


@dataclass
class Item:
    """Something to be learned: its word stays for ever, its texts may be reworded."""

    word: str
    texts: list[list[str]]


@dataclass
class Part:
    """A section: a heading, and items of one shape below it."""

    heading: str
    shape: Shape
    items: list[Item]
    level: int = 2
    mark: str = "-"


@dataclass
class File:
    title: str
    parts: list[Part]
    base: int = 0


@dataclass
class Folder:
    """The notes, and all that was ever taken out of them."""

    files: dict[str, File] = field(default_factory=dict)
    attic: list[tuple[Shape, Item]] = field(default_factory=list)
    made: int = 0

    def parts(self) -> list[tuple[str, Part]]:
        return [(name, part) for name, file in self.files.items() for part in file.parts]

    def living(self) -> Iterator[tuple[Part, Item]]:
        return ((part, item) for _, part in self.parts() for item in part.items)

    def count(self) -> int:
        self.made += 1
        return self.made


def word(number: int) -> str:
    """Make up a word that no vocabulary holds and no other number gives."""
    pick = random.Random(f"word {number}")
    return "".join(pick.choice("bdfgklmnprstvz") + pick.choice("aeiou") for _ in range(4)) + "bcdfghjklm"[number % 10]


def some(pick: random.Random, least: int, most: int) -> list[str]:
    return pick.sample(VOCABULARY, pick.randint(least, most))


def make(number: int, shape: Shape) -> Item:
    """Make the item of a number: the same number gives the same words."""
    pick = random.Random(f"item {number}")
    match shape:
        case "things":
            return Item(word(number), [some(pick, 1, 2)])
        case "rows":
            return Item(word(number), [some(pick, 4, 7), some(pick, 4, 7)])
    return Item(word(number), [some(pick, 7, 11)])


def heading(number: int) -> str:
    return " ".join(some(random.Random(f"heading {number}"), 2, 3)).capitalize()


def written(folder: Folder) -> dict[str, str]:
    """Write the folder as Markdown."""
    texts: dict[str, str] = {}
    for name, file in folder.files.items():
        lines = [f"{'#' * (1 + file.base)} {file.title}", ""]
        for part in file.parts:
            lines += [f"{'#' * (part.level + file.base)} {part.heading}", "", *_body(part, file.base), ""]
        texts[name] = "\n".join(lines)
    return texts


def _body(part: Part, base: int) -> Iterator[str]:
    match part.shape:
        case "terms":
            yield from (f"{part.mark} **{one.word}**: {' '.join(one.texts[0])}" for one in part.items)
        case "facts":
            for one in part.items:
                yield from (f"{'#' * (part.level + base + 1)} {one.word}", "", f"{' '.join(one.texts[0])}.", "")
        case "rows":
            yield from (f"| {' | '.join(HEADS)} |", f"|{' --- |' * len(HEADS)}")
            yield from (f"| {one.word} | {' | '.join(' '.join(text) for text in one.texts)} |" for one in part.items)
        case "statements":
            for one in part.items:
                *words, last, end = one.texts[0]
                yield f"{part.mark} The {one.word} of the {' '.join(words)} is known for its **{last} {end}**."
        case "things":
            yield from (f"{part.mark} {one.word} {' '.join(one.texts[0])}" for one in part.items)


def words_of(note: Note) -> str:
    body = note.draft.body
    return normal(plain((*body.term, *body.meaning) if isinstance(body, Pair) else body.text))


def asked(built: Built) -> dict[str, tuple[tuple[str, ...], str, int]]:
    """Give what is packed of each note that a learner is asked, its clue, and when it changed, by GUID."""
    found: dict[str, tuple[tuple[str, ...], str, int]] = {}
    for row in built.deck.rows:
        texts = dict(zip(FIELDS[row.kind], row.fields, strict=True))
        card_specs = tuple(text for name, text in texts.items() if name not in {*AROUND, "Clue"})
        found[row.guid] = card_specs, texts.get("Clue", ""), row.changed
    return found


class Life(RuleBasedStateMachine):
    """An author who edits, and builds after every one, two or three edits."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Folder()
        self.built: Built | None = None
        self.edits = self.every = 1
        self.owner: dict[tuple[str, str], str] = {}  # (GUID, label of the column or ordinal) -> word
        self.slots: dict[str, int] = {}
        self.last: dict[str, tuple[tuple[str, ...], str, int]] = {}  # GUID -> what was asked, and when it changed
        self.packed: dict[str, dict[int, str]] = {}  # GUID -> ordinal -> phrase
        self.texts: dict[str, tuple[str, ...]] = {}  # word -> its texts when they were last built
        self.guids: dict[str, set[str]] = {}  # word -> its GUIDs when it was last built, but for lists
        self.lists: dict[frozenset[tuple[str, ...]], str] = {}  # the items of a list -> its GUID at the last build

    # What an author does.

    @initialize(shapes=st.lists(st.sampled_from(SHAPES), min_size=2, max_size=4), every=st.integers(1, 3))
    def begin(self, shapes: list[Shape], every: int) -> None:
        self.every = every
        for number, shape in enumerate(shapes):
            name = f"{'ab'[number % 2]}.md"
            file = self.folder.files.setdefault(name, File(heading(self.folder.count()), []))
            items = [make(self.folder.count(), shape) for _ in range(4)]
            file.parts.append(Part(heading(self.folder.count()), shape, items))
        self.edits = every

    def part(self, index: int, *, room: int = 0, spare: int = 0) -> Part | None:
        """Choose a section that has room for items, or items to spare."""
        fits = [
            part
            for _, part in self.folder.parts()
            if FEWEST + spare <= len(part.items) <= MOST - room or not part.items
        ]
        return fits[index % len(fits)] if fits else None

    def done(self) -> None:
        self.edits += 1

    @rule(at=Index, span=Index)
    def add_an_item(self, at: int, span: int) -> None:
        if part := self.part(at, room=1):
            part.items.insert(span % (len(part.items) + 1), make(self.folder.count(), part.shape))
            self.done()

    @rule(at=Index, span=Index)
    def remove_an_item(self, at: int, span: int) -> None:
        if part := self.part(at, spare=1):
            self.folder.attic.append((part.shape, part.items.pop(span % len(part.items))))
            self.done()

    @precondition(lambda self: self.folder.attic)
    @rule(which=Index, at=Index, span=Index)
    def bring_an_item_back(self, which: int, at: int, span: int) -> None:
        shape, item = self.folder.attic[which % len(self.folder.attic)]
        fits = [part for _, part in self.folder.parts() if part.shape == shape and len(part.items) < MOST]
        if fits:
            self.folder.attic.remove((shape, item))
            part = fits[at % len(fits)]
            part.items.insert(span % (len(part.items) + 1), item)
            self.done()

    @rule(which=Index, span=Index, by=Index)
    def reword_an_item(self, which: int, span: int, by: int) -> None:
        items = list(self.folder.living())
        _, item = items[which % len(items)]
        text = item.texts[which % len(item.texts)]
        fresh = [one for one in VOCABULARY if one not in text]
        text[span % len(text)] = fresh[by % len(fresh)]
        self.done()

    @rule(at=Index, span=Index, to=Index, there=Index)
    def move_an_item(self, at: int, span: int, to: int, there: int) -> None:
        if part := self.part(at, spare=1):
            fits = [one for _, one in self.folder.parts() if one.shape == part.shape and len(one.items) < MOST]
            if fits:
                item = part.items.pop(span % len(part.items))
                other = fits[to % len(fits)]
                other.items.insert(there % (len(other.items) + 1), item)
                self.done()

    @rule(at=Index, seed=Index)
    def reorder_items(self, at: int, seed: int) -> None:
        if part := self.part(at):
            random.Random(seed).shuffle(part.items)
            self.done()

    @rule(at=Index)
    def sort_items(self, at: int) -> None:
        if part := self.part(at):
            part.items.sort(key=lambda item: item.word)
            self.done()

    @rule(shape=st.sampled_from(SHAPES), at=Index)
    def add_a_section(self, shape: Shape, at: int) -> None:
        if len(self.folder.parts()) < 7:
            files = list(self.folder.files.values())
            items = [make(self.folder.count(), shape) for _ in range(3)]
            files[at % len(files)].parts.append(Part(heading(self.folder.count()), shape, items))
            self.done()

    @rule(at=Index)
    def remove_a_section(self, at: int) -> None:
        parts = self.folder.parts()
        if len(parts) > 2:
            name, part = parts[at % len(parts)]
            self.folder.files[name].parts.remove(part)
            self.folder.attic += [(part.shape, item) for item in part.items]
            self.done()

    @rule(at=Index)
    def rename_a_heading(self, at: int) -> None:
        parts = self.folder.parts()
        parts[at % len(parts)][1].heading = heading(self.folder.count())
        self.done()

    @rule(at=Index)
    def retitle_a_file(self, at: int) -> None:
        files = list(self.folder.files.values())
        files[at % len(files)].title = heading(self.folder.count())
        self.done()

    @rule(at=Index, to=Index, span=Index)
    def move_a_section(self, at: int, to: int, span: int) -> None:
        parts, files = self.folder.parts(), list(self.folder.files.values())
        name, part = parts[at % len(parts)]
        self.folder.files[name].parts.remove(part)
        there = files[to % len(files)].parts
        there.insert(span % (len(there) + 1), part)
        self.done()

    @rule(at=Index, seed=Index)
    def reorder_sections(self, at: int, seed: int) -> None:
        files = list(self.folder.files.values())
        random.Random(seed).shuffle(files[at % len(files)].parts)
        self.done()

    @rule(at=Index)
    def nest_a_section_or_raise_it(self, at: int) -> None:
        parts = self.folder.parts()
        part = parts[at % len(parts)][1]
        part.level = 5 - part.level
        self.done()

    @rule(at=Index)
    def shift_all_headings_of_a_file(self, at: int) -> None:
        files = list(self.folder.files.values())
        file = files[at % len(files)]
        file.base = 1 - file.base
        self.done()

    @rule(at=Index, mark=st.sampled_from("-*+"))
    def take_other_list_marks(self, at: int, mark: str) -> None:
        parts = self.folder.parts()
        parts[at % len(parts)][1].mark = mark
        self.done()

    @rule(at=Index)
    def rename_a_file(self, at: int) -> None:
        name = sorted(self.folder.files)[at % len(self.folder.files)]
        self.folder.files[f"{word(self.folder.count())}.md"] = self.folder.files.pop(name)
        self.done()

    @rule(at=Index, cut=Index)
    def split_a_file(self, at: int, cut: int) -> None:
        name = sorted(self.folder.files)[at % len(self.folder.files)]
        file = self.folder.files[name]
        if len(file.parts) > 1:
            cut = 1 + cut % (len(file.parts) - 1)
            other = File(heading(self.folder.count()), file.parts[cut:], file.base)
            self.folder.files[f"{word(self.folder.count())}.md"] = other
            del file.parts[cut:]
            self.done()

    @rule(at=Index, to=Index)
    def merge_two_files(self, at: int, to: int) -> None:
        names = sorted(self.folder.files)
        one, other = names[at % len(names)], names[to % len(names)]
        if one != other:
            self.folder.files[one].parts += self.folder.files.pop(other).parts
            self.done()

    @rule()
    def build_the_same_again(self) -> None:
        if self.built and self.edits == 0:
            again = walk_on(self.built, written(self.folder))
            assert again.ledger_text == self.built.ledger_text
            assert again.deck == self.built.deck

    # What must hold after every build.

    @invariant()
    def build_and_check(self) -> None:
        """Build what stands in the folder now, and compare with all that was ever built."""
        if self.edits < self.every or not self.folder.files:
            return
        self.edits = 0
        notes = written(self.folder)
        built = walk_on(self.built, notes, later=DAY) if self.built else walk(notes)
        self.identities_are_unique(built)
        self.nobody_changes_hands(built)
        self.what_stood_still_is_known(built)
        self.what_was_packed_stays(built)
        self.only_what_changed_is_stamped(built)
        self.the_ledger_forgets_nothing(built)
        pack(built.deck)
        self.built = built
        self.texts |= {item.word: texts_of(item) for _, item in self.folder.living()}

    def identities_are_unique(self, built: Built) -> None:
        guids = [note.guid for note in built.ledger.notes]
        assert len(set(guids)) == len(guids)
        slots = [note.id_slot for note in built.ledger.notes]
        assert len(set(slots)) == len(slots)
        for note in built.notes:
            assert self.slots.setdefault(note.guid, note.id_slot) == note.id_slot
            assert len(set(note.ordinals)) == len(note.ordinals)

    def nobody_changes_hands(self, built: Built) -> None:
        """A GUID, and in a list a GUID with an ordinal, is one word's for ever."""
        for key, one in owners(built, [item.word for _, item in self.folder.living()]):
            assert self.owner.setdefault(key, one) == one, f"{key} of {self.owner[key]} went to {one}"

    def what_stood_still_is_known(self, built: Built) -> None:
        """An item with its own words is the same note, wherever it stands now, and after any absence; so is a list."""
        held: dict[str, set[str]] = {}
        for (guid, _), one in owners(built, [item.word for _, item in self.folder.living()]):
            held.setdefault(one, set()).add(guid)
        lists: dict[frozenset[tuple[str, ...]], str] = {}
        for part, item in self.folder.living():
            if part.shape == "things":
                whole = frozenset((one.word, *texts_of(one)) for one in part.items)
                lists.update((whole, guid) for guid in held.get(item.word, ()))
            elif item.word in self.guids and self.texts[item.word] == texts_of(item):
                assert held.get(item.word) == self.guids[item.word], f"{item.word} was lost"
            if part.shape != "things" and item.word in held:
                self.guids[item.word] = held[item.word]
        for whole, guid in lists.items():
            assert self.lists.get(whole, guid) == guid, f"the list {sorted(whole)} was lost"
        self.lists = lists

    def what_was_packed_stays(self, built: Built) -> None:
        """No number is given twice, and none that was packed is taken away while what it asks stands in the note."""
        for note in built.notes:
            before = self.packed.setdefault(note.guid, {})
            card_specs = {
                number: normal(card_spec.phrase)
                for number, card_spec in zip(note.ordinals, note.draft.card_specs, strict=True)
            }
            if isinstance(note.draft.body, Pair):
                assert before.keys() <= card_specs.keys()
            else:
                assert {run.hide for run in inlines(note.draft.body.text) if run.hide} == set(note.ordinals)
                words = f" {words_of(note)} "
                stands = {number for number, phrase in before.items() if f" {phrase} " in words}
                assert stands <= card_specs.keys(), f"{note.guid} lost a card of {before}, and has {card_specs}"
            before.update(card_specs)

    def only_what_changed_is_stamped(self, built: Built) -> None:
        """What asks the same keeps its time; what asks something else has a later one. (A clue names its parents.)"""
        for guid, (card_specs, clue, changed) in asked(built).items():
            was, clued, before = self.last.get(guid, ((), "", 0))
            if (card_specs, clue) == (was, clued):
                assert changed == before
            elif card_specs != was:
                assert changed > before
            self.last[guid] = card_specs, clue, changed

    def the_ledger_forgets_nothing(self, built: Built) -> None:
        again = ledger_file.read(built.ledger_text)
        assert (again.sections, set(map(str, again.notes))) == (
            built.ledger.sections,
            set(map(str, built.ledger.notes)),
        )
        assert ledger_file.write(again) == built.ledger_text
        now = {note.guid: note for note in built.ledger.notes}
        live = {note.guid for note in built.notes}
        assert live == {guid for guid, note in now.items() if not note.retired}
        for old in self.built.ledger.notes if self.built else ():
            assert old.guid in now
            if old.guid not in live:
                left = now[old.guid]
                assert (left.retired, left.section) == (True, "")
                assert (left.text, left.id_slot, left.changed, left.cards) == (
                    old.text,
                    old.id_slot,
                    old.changed,
                    old.cards,
                )
            assert old.cards.keys() <= now[old.guid].cards.keys()


def texts_of(item: Item) -> tuple[str, ...]:
    return tuple(" ".join(text) for text in item.texts)


def word_in(text: str, known: list[str]) -> str:
    """Give the one made-up word that stands in a text."""
    found = [one for one in known if one in text.split()]
    assert len(found) <= 1, f"{text!r} holds {found}"
    return found[0] if found else ""


def owners(built: Built, known: list[str]) -> Iterator[tuple[tuple[str, str], str]]:
    """Give whose each note is, or in a list each card."""
    for note in built.notes:
        body = note.draft.body
        if isinstance(body, Cloze) and not note.draft.rule.startswith("statement"):
            for number, card_spec in zip(note.ordinals, note.draft.card_specs, strict=True):
                yield (note.guid, str(number)), word_in(normal(card_spec.phrase), known)
        else:
            label = body.meaning_label if isinstance(body, Pair) else ""
            yield (note.guid, label), word_in(words_of(note), known)


TestLife = Life.TestCase
TestLife.settings = settings(
    max_examples=LIVES,
    stateful_step_count=EDITS,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
