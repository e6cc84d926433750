"""Random sequences of edits of a folder of notes: no GUID or ordinal ever passes from one fact to another.

Every item contains a unique made-up word that no edit changes. By it the state machine recognises the item: a GUID, or
a GUID with an ordinal of a list, that once belonged to a word never belongs to another.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from studydeck.identity import ledger as ledger_file
from studydeck.identity import ledger_reader
from studydeck.model.anki import FIELDS
from studydeck.model.notes import Cloze, Note, Pair
from studydeck.model.traverse import inlines, plain
from studydeck.pipeline import Built, pack
from studydeck.text.normalize import normalize
from tests.support.pipeline import DAY, build_notes, rebuild

Shape = Literal["terms", "facts", "rows", "statements", "things"]
SHAPES: tuple[Shape, ...] = ("terms", "facts", "rows", "statements", "things")
pytestmark = pytest.mark.slow
RUNS, EDITS = 14, 22  # runs of the state machine, and steps in each
FEWEST, MOST = 2, 9  # items of a section; the pipeline reads a list from two items on
NOT_ASKED = {"HeadingPath", "Extra", "Source"}
COLUMNS = ("Name", "Use", "Origin")
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
    """A fact to learn: its word never changes, its texts may be reworded."""

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
    """The notes, and all items that were removed from them."""

    files: dict[str, File] = field(default_factory=dict)
    removed: list[tuple[Shape, Item]] = field(default_factory=list)
    item_count: int = 0

    def parts(self) -> list[tuple[str, Part]]:
        return [(name, part) for name, file in self.files.items() for part in file.parts]

    def live_items(self) -> Iterator[tuple[Part, Item]]:
        return ((part, item) for _, part in self.parts() for item in part.items)

    def next_number(self) -> int:
        self.item_count += 1
        return self.item_count


def made_up_word(number: int) -> str:
    """Return a made-up word that is not in VOCABULARY and unique to this number."""
    generator = random.Random(f"word {number}")
    return (
        "".join(generator.choice("bdfgklmnprstvz") + generator.choice("aeiou") for _ in range(4))
        + "bcdfghjklm"[number % 10]
    )


def sample_words(generator: random.Random, minimum: int, maximum: int) -> list[str]:
    return generator.sample(VOCABULARY, generator.randint(minimum, maximum))


def make_item(number: int, shape: Shape) -> Item:
    """Return the item of a number: the same number gives the same words."""
    generator = random.Random(f"item {number}")
    match shape:
        case "things":
            return Item(made_up_word(number), [sample_words(generator, 1, 2)])
        case "rows":
            return Item(made_up_word(number), [sample_words(generator, 4, 7), sample_words(generator, 4, 7)])
    return Item(made_up_word(number), [sample_words(generator, 7, 11)])


def make_heading(number: int) -> str:
    return " ".join(sample_words(random.Random(f"heading {number}"), 2, 3)).capitalize()


def markdown_texts(folder: Folder) -> dict[str, str]:
    """Return the folder as Markdown texts by path."""
    texts: dict[str, str] = {}
    for name, file in folder.files.items():
        lines = [f"{'#' * (1 + file.base)} {file.title}", ""]
        for part in file.parts:
            # A list of a few items is asked at once unless its heading counts them.
            heading = f"Three things of {part.heading}" if part.shape == "things" else part.heading
            lines += [f"{'#' * (part.level + file.base)} {heading}", "", *_section_lines(part, file.base), ""]
        texts[name] = "\n".join(lines)
    return texts


def _section_lines(part: Part, base: int) -> Iterator[str]:
    match part.shape:
        case "terms":
            yield from (f"{part.mark} **{item.word}**: {' '.join(item.texts[0])}" for item in part.items)
        case "facts":
            for item in part.items:
                yield from (f"{'#' * (part.level + base + 1)} {item.word}", "", f"{' '.join(item.texts[0])}.", "")
        case "rows":
            yield from (f"| {' | '.join(COLUMNS)} |", f"|{' --- |' * len(COLUMNS)}")
            yield from (f"| {item.word} | {' | '.join(' '.join(text) for text in item.texts)} |" for item in part.items)
        case "statements":
            for item in part.items:
                *words, last, end = item.texts[0]
                yield f"{part.mark} The {item.word} of the {' '.join(words)} is known for its **{last} {end}**."
        case "things":
            yield from (f"{part.mark} {item.word} {' '.join(item.texts[0])}" for item in part.items)


def note_words(note: Note) -> str:
    body = note.draft.body
    return normalize(plain((*body.term, *body.meaning) if isinstance(body, Pair) else body.text))


def asked_fields(built: Built) -> dict[str, tuple[tuple[str, ...], str, int]]:
    """Return the asked fields of each packed note, its clue and its time of change, by GUID."""
    result: dict[str, tuple[tuple[str, ...], str, int]] = {}
    for row in built.deck.rows:
        texts = dict(zip(FIELDS[row.kind], row.fields, strict=True))
        fields = tuple(text for name, text in texts.items() if name not in {*NOT_ASKED, "Clue"})
        result[row.guid] = fields, texts.get("Clue", ""), row.changed
    return result


class EditMachine(RuleBasedStateMachine):
    """An author who edits, and builds after every one, two or three edits."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Folder()
        self.built: Built | None = None
        self.edits = self.every = 1
        self.owner: dict[tuple[str, str], str] = {}  # (GUID, label of the column or ordinal) -> word
        self.slots: dict[str, int] = {}
        self.last: dict[str, tuple[tuple[str, ...], str, int]] = {}  # GUID -> asked fields, clue, time of change
        self.packed: dict[str, dict[int, str]] = {}  # GUID -> ordinal -> phrase
        self.texts: dict[str, tuple[str, ...]] = {}  # word -> its texts at the last build
        self.guids: dict[str, set[str]] = {}  # word -> its GUIDs at the last build, except for lists
        self.lists: dict[frozenset[tuple[str, ...]], str] = {}  # the items of a list -> its GUID at the last build

    # Edits.

    @initialize(shapes=st.lists(st.sampled_from(SHAPES), min_size=2, max_size=4), every=st.integers(1, 3))
    def begin(self, shapes: list[Shape], every: int) -> None:
        self.every = every
        for number, shape in enumerate(shapes):
            name = f"{'ab'[number % 2]}.md"
            file = self.folder.files.setdefault(name, File(make_heading(self.folder.next_number()), []))
            items = [make_item(self.folder.next_number(), shape) for _ in range(4)]
            file.parts.append(Part(make_heading(self.folder.next_number()), shape, items))
        self.edits = every

    def part(self, index: int, *, room: int = 0, spare: int = 0) -> Part | None:
        """Choose a section that can take `room` more items, or lose `spare`."""
        candidates = [
            part
            for _, part in self.folder.parts()
            if FEWEST + spare <= len(part.items) <= MOST - room or not part.items
        ]
        return candidates[index % len(candidates)] if candidates else None

    def edit_done(self) -> None:
        self.edits += 1

    @rule(at=Index, position=Index)
    def add_an_item(self, at: int, position: int) -> None:
        if part := self.part(at, room=1):
            part.items.insert(position % (len(part.items) + 1), make_item(self.folder.next_number(), part.shape))
            self.edit_done()

    @rule(at=Index, position=Index)
    def remove_an_item(self, at: int, position: int) -> None:
        if part := self.part(at, spare=1):
            self.folder.removed.append((part.shape, part.items.pop(position % len(part.items))))
            self.edit_done()

    @precondition(lambda self: self.folder.removed)
    @rule(index=Index, at=Index, position=Index)
    def return_an_item(self, index: int, at: int, position: int) -> None:
        shape, item = self.folder.removed[index % len(self.folder.removed)]
        candidates = [part for _, part in self.folder.parts() if part.shape == shape and len(part.items) < MOST]
        if candidates:
            self.folder.removed.remove((shape, item))
            part = candidates[at % len(candidates)]
            part.items.insert(position % (len(part.items) + 1), item)
            self.edit_done()

    @rule(index=Index, position=Index, by=Index)
    def reword_an_item(self, index: int, position: int, by: int) -> None:
        items = list(self.folder.live_items())
        _, item = items[index % len(items)]
        text = item.texts[index % len(item.texts)]
        replacements = [word for word in VOCABULARY if word not in text]
        text[position % len(text)] = replacements[by % len(replacements)]
        self.edit_done()

    @rule(at=Index, position=Index, to=Index, there=Index)
    def move_an_item(self, at: int, position: int, to: int, there: int) -> None:
        if part := self.part(at, spare=1):
            candidates = [
                candidate
                for _, candidate in self.folder.parts()
                if candidate.shape == part.shape and len(candidate.items) < MOST
            ]
            if candidates:
                item = part.items.pop(position % len(part.items))
                other = candidates[to % len(candidates)]
                other.items.insert(there % (len(other.items) + 1), item)
                self.edit_done()

    @rule(at=Index, seed=Index)
    def reorder_items(self, at: int, seed: int) -> None:
        if part := self.part(at):
            random.Random(seed).shuffle(part.items)
            self.edit_done()

    @rule(at=Index)
    def sort_items(self, at: int) -> None:
        if part := self.part(at):
            part.items.sort(key=lambda item: item.word)
            self.edit_done()

    @rule(shape=st.sampled_from(SHAPES), at=Index)
    def add_a_section(self, shape: Shape, at: int) -> None:
        if len(self.folder.parts()) < 7:
            files = list(self.folder.files.values())
            items = [make_item(self.folder.next_number(), shape) for _ in range(3)]
            files[at % len(files)].parts.append(Part(make_heading(self.folder.next_number()), shape, items))
            self.edit_done()

    @rule(at=Index)
    def remove_a_section(self, at: int) -> None:
        parts = self.folder.parts()
        if len(parts) > 2:
            name, part = parts[at % len(parts)]
            self.folder.files[name].parts.remove(part)
            self.folder.removed += [(part.shape, item) for item in part.items]
            self.edit_done()

    @rule(at=Index)
    def rename_a_heading(self, at: int) -> None:
        parts = self.folder.parts()
        parts[at % len(parts)][1].heading = make_heading(self.folder.next_number())
        self.edit_done()

    @rule(at=Index)
    def retitle_a_file(self, at: int) -> None:
        files = list(self.folder.files.values())
        files[at % len(files)].title = make_heading(self.folder.next_number())
        self.edit_done()

    @rule(at=Index, to=Index, position=Index)
    def move_a_section(self, at: int, to: int, position: int) -> None:
        parts, files = self.folder.parts(), list(self.folder.files.values())
        name, part = parts[at % len(parts)]
        self.folder.files[name].parts.remove(part)
        there = files[to % len(files)].parts
        there.insert(position % (len(there) + 1), part)
        self.edit_done()

    @rule(at=Index, seed=Index)
    def reorder_sections(self, at: int, seed: int) -> None:
        files = list(self.folder.files.values())
        random.Random(seed).shuffle(files[at % len(files)].parts)
        self.edit_done()

    @rule(at=Index)
    def nest_a_section_or_raise_it(self, at: int) -> None:
        parts = self.folder.parts()
        part = parts[at % len(parts)][1]
        part.level = 5 - part.level
        self.edit_done()

    @rule(at=Index)
    def shift_all_headings_of_a_file(self, at: int) -> None:
        files = list(self.folder.files.values())
        file = files[at % len(files)]
        file.base = 1 - file.base
        self.edit_done()

    @rule(at=Index, mark=st.sampled_from("-*+"))
    def take_other_list_marks(self, at: int, mark: str) -> None:
        parts = self.folder.parts()
        parts[at % len(parts)][1].mark = mark
        self.edit_done()

    @rule(at=Index)
    def rename_a_file(self, at: int) -> None:
        name = sorted(self.folder.files)[at % len(self.folder.files)]
        self.folder.files[f"{made_up_word(self.folder.next_number())}.md"] = self.folder.files.pop(name)
        self.edit_done()

    @rule(at=Index, cut=Index)
    def split_a_file(self, at: int, cut: int) -> None:
        name = sorted(self.folder.files)[at % len(self.folder.files)]
        file = self.folder.files[name]
        if len(file.parts) > 1:
            cut = 1 + cut % (len(file.parts) - 1)
            other = File(make_heading(self.folder.next_number()), file.parts[cut:], file.base)
            self.folder.files[f"{made_up_word(self.folder.next_number())}.md"] = other
            del file.parts[cut:]
            self.edit_done()

    @rule(at=Index, to=Index)
    def merge_two_files(self, at: int, to: int) -> None:
        names = sorted(self.folder.files)
        first, second = names[at % len(names)], names[to % len(names)]
        if first != second:
            self.folder.files[first].parts += self.folder.files.pop(second).parts
            self.edit_done()

    @rule()
    def build_the_same_again(self) -> None:
        if self.built and self.edits == 0:
            rebuilt = rebuild(self.built, markdown_texts(self.folder))
            assert rebuilt.ledger_text == self.built.ledger_text
            assert rebuilt.deck == self.built.deck

    # Invariants after every build.

    @invariant()
    def build_and_check(self) -> None:
        """Build the folder, and compare with all earlier builds."""
        if self.edits < self.every or not self.folder.files:
            return
        self.edits = 0
        notes = markdown_texts(self.folder)
        built = rebuild(self.built, notes, later=DAY) if self.built else build_notes(notes)
        self.identities_are_unique(built)
        self.no_guid_changes_its_owner(built)
        self.unchanged_items_keep_their_guids(built)
        self.packed_ordinals_stay(built)
        self.only_changed_notes_get_a_new_time(built)
        self.ledger_keeps_all_entries(built)
        pack(built.deck)
        self.built = built
        self.texts |= {item.word: texts_of(item) for _, item in self.folder.live_items()}

    def identities_are_unique(self, built: Built) -> None:
        guids = [note.guid for note in built.ledger.notes]
        assert len(set(guids)) == len(guids)
        slots = [note.id_slot for note in built.ledger.notes]
        assert len(set(slots)) == len(slots)
        for note in built.notes:
            assert self.slots.setdefault(note.guid, note.id_slot) == note.id_slot
            assert len(set(note.ordinals)) == len(note.ordinals)

    def no_guid_changes_its_owner(self, built: Built) -> None:
        """A GUID, or in a list a GUID with an ordinal, always belongs to the same word."""
        for key, word in owners(built, [item.word for _, item in self.folder.live_items()]):
            assert self.owner.setdefault(key, word) == word, f"{key} of {self.owner[key]} passed to {word}"

    def unchanged_items_keep_their_guids(self, built: Built) -> None:
        """An unchanged item is the same note, wherever it was moved and after any absence; so is an unchanged list."""
        guids_by_word: dict[str, set[str]] = {}
        for (guid, _), word in owners(built, [item.word for _, item in self.folder.live_items()]):
            guids_by_word.setdefault(word, set()).add(guid)
        lists: dict[frozenset[tuple[str, ...]], str] = {}
        for part, item in self.folder.live_items():
            if part.shape == "things":
                list_items = frozenset((word.word, *texts_of(word)) for word in part.items)
                lists.update((list_items, guid) for guid in guids_by_word.get(item.word, ()))
            elif item.word in self.guids and self.texts[item.word] == texts_of(item):
                assert guids_by_word.get(item.word) == self.guids[item.word], f"{item.word} lost its GUID"
            if part.shape != "things" and item.word in guids_by_word:
                self.guids[item.word] = guids_by_word[item.word]
        for list_items, guid in lists.items():
            assert self.lists.get(list_items, guid) == guid, f"the list {sorted(list_items)} lost its GUID"
        self.lists = lists

    def packed_ordinals_stay(self, built: Built) -> None:
        """No ordinal is reused, and a packed one stays while the note contains its phrase."""
        for note in built.notes:
            before = self.packed.setdefault(note.guid, {})
            phrases = {
                number: normalize(card_spec.phrase)
                for number, card_spec in zip(note.ordinals, note.draft.card_specs, strict=True)
            }
            if isinstance(note.draft.body, Pair):
                assert before.keys() <= phrases.keys()
            else:
                assert {inline.hide for inline in inlines(note.draft.body.text) if inline.hide} == set(note.ordinals)
                words = f" {note_words(note)} "
                present = {number for number, phrase in before.items() if f" {phrase} " in words}
                assert present <= phrases.keys(), f"{note.guid} lost a card of {before}, and has {phrases}"
            before.update(phrases)

    def only_changed_notes_get_a_new_time(self, built: Built) -> None:
        """The time of change moves if the asked fields change. (A clue alone may differ: it names headings.)"""
        for guid, (fields, clue, changed) in asked_fields(built).items():
            old_fields, old_clue, old_time = self.last.get(guid, ((), "", 0))
            if (fields, clue) == (old_fields, old_clue):
                assert changed == old_time
            elif fields != old_fields:
                assert changed > old_time
            self.last[guid] = fields, clue, changed

    def ledger_keeps_all_entries(self, built: Built) -> None:
        ledger = ledger_reader.parse(built.ledger_text)
        assert (ledger.sections, set(map(str, ledger.notes))) == (
            built.ledger.sections,
            set(map(str, built.ledger.notes)),
        )
        assert ledger_file.to_text(ledger) == built.ledger_text
        entries = {note.guid: note for note in built.ledger.notes}
        live = {note.guid for note in built.notes}
        assert live == {guid for guid, note in entries.items() if not note.retired}
        for old in self.built.ledger.notes if self.built else ():
            assert old.guid in entries
            if old.guid not in live:
                entry = entries[old.guid]
                assert (entry.retired, entry.section) == (True, "")
                words = ("", {}) if old.since is None else (old.text, old.cards)  # unreleased words may be private
                assert (entry.text, entry.cards) == words
                assert (entry.id_slot, entry.changed) == (old.id_slot, old.changed)
            assert old.cards.keys() <= entries[old.guid].cards.keys() or (old.since is None and old.guid not in live)


def texts_of(item: Item) -> tuple[str, ...]:
    return tuple(" ".join(text) for text in item.texts)


def word_in(text: str, words: list[str]) -> str:
    """Return the made-up word that a text contains, or an empty string."""
    matches = [word for word in words if word in text.split()]
    assert len(matches) <= 1, f"{text!r} holds {matches}"
    return matches[0] if matches else ""


def owners(built: Built, words: list[str]) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield the word to which each note belongs, or in a list each card."""
    for note in built.notes:
        body = note.draft.body
        if isinstance(body, Cloze) and not note.draft.rule.startswith("statement"):
            for number, card_spec in zip(note.ordinals, note.draft.card_specs, strict=True):
                yield (note.guid, str(number)), word_in(normalize(card_spec.phrase), words)
        else:
            label = body.meaning_label if isinstance(body, Pair) else ""
            yield (note.guid, label), word_in(note_words(note), words)


TestEditMachine = EditMachine.TestCase
TestEditMachine.settings = settings(
    max_examples=RUNS,
    stateful_step_count=EDITS,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
