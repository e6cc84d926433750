"""The frozen values that walk the street, in the order in which they appear.

    Source -> Section(blocks) -> Draft -> Note -> Row -> bytes

Text is a tuple of `Run`s: flat pieces with marks, easy to cut, never HTML. Where a draft travels to another process,
what it holds is written as arrays, with a tag where it is one of several kinds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Final, Literal

from msgspec import Struct, field
from msgspec.msgpack import Decoder, Encoder
from msgspec.structs import replace

from studydeck.problems import Problem

Kind = Literal["pair", "cloze"]
Form = Literal["text", "code", "math", "display", "picture", "break"]


class Source(Struct, frozen=True):
    """A Markdown file: its path below the notes folder, with `/`, and its text with `\\n` line ends."""

    path: str
    text: str


class Place(Struct, frozen=True, array_like=True):
    """Where something stands: lines count from 1, both ends included."""

    path: str
    line: int
    end_line: int


class Mark:
    """What the author did to a run of text: bits, plain numbers, because every run is asked for them many times."""

    NONE: Final = 0
    STRONG: Final = 1
    EM: Final = 2
    STRIKE: Final = 4
    HIGHLIGHT: Final = 8
    SUB: Final = 16
    SUP: Final = 32


class Run(Struct, frozen=True, array_like=True):
    """A piece of text with one set of marks.

    `text` is what a reader sees (code, TeX or alt text where `form` says so), `target` the address of a link or
    picture, `hide` the number of the ask that hides it, counted from 1 within its draft; 0 is visible.
    """

    text: str
    form: Form = "text"
    marks: int = 0
    target: str = ""
    hide: int = 0


Text = tuple[Run, ...]


class Decision(Struct, frozen=True, array_like=True):
    """What the author decided in a `<!-- deck: ... -->` comment."""

    skip: bool = False
    one_way: bool = False
    both_ways: bool = False
    items: bool = False
    pin: str = ""
    tags: tuple[str, ...] = ()
    hide: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()


UNDECIDED = Decision()


class Paragraph(Struct, frozen=True, array_like=True, tag=True):
    text: Text
    place: Place
    decision: Decision = UNDECIDED


class Code(Struct, frozen=True, array_like=True, tag=True):
    text: str
    language: str
    place: Place


class Formula(Struct, frozen=True, array_like=True, tag=True):
    """Display math, as TeX without its delimiters."""

    tex: str
    place: Place


class Html(Struct, frozen=True, array_like=True, tag=True):
    """Raw HTML that the author wrote; sanitised when it is rendered."""

    html: str
    place: Place


class Item(Struct, frozen=True, array_like=True):
    """A list item: the text of its first paragraph, and the blocks nested below it; `done` where it has a check box."""

    text: Text
    blocks: tuple[Block, ...]
    place: Place
    decision: Decision = UNDECIDED
    done: bool | None = None


class ItemList(Struct, frozen=True, array_like=True, tag=True):
    items: tuple[Item, ...]
    ordered: bool
    place: Place
    start: int = 1


class TableRow(Struct, frozen=True, array_like=True):
    cells: tuple[Text, ...]
    place: Place
    decision: Decision = UNDECIDED


class Table(Struct, frozen=True, array_like=True, tag=True):
    head: tuple[Text, ...]
    rows: tuple[TableRow, ...]
    place: Place


class Definition(Struct, frozen=True, array_like=True):
    """A term and its blocks, from a definition list."""

    term: Text
    blocks: tuple[Block, ...]
    place: Place
    decision: Decision = UNDECIDED


class DefinitionList(Struct, frozen=True, array_like=True, tag=True):
    definitions: tuple[Definition, ...]
    place: Place


class Aside(Struct, frozen=True, array_like=True, tag=True):
    """Blocks set apart: a quote (no title), a callout, a fold whose title is what one clicks on."""

    style: Literal["quote", "callout", "fold"]
    title: Text
    blocks: tuple[Block, ...]
    place: Place
    decision: Decision = UNDECIDED


Block = Paragraph | Code | Formula | Html | ItemList | Table | DefinitionList | Aside
Content = tuple[Block, ...]


class Section(Struct, frozen=True):
    """The blocks under one heading.

    `trail` holds the plain texts of the headings that lead here, its own last; `parent` is the index of the section
    one heading up among the sections of its file, or -1: an edit of one file changes nothing in another.
    """

    heading: Text
    level: int
    trail: tuple[str, ...]
    blocks: tuple[Block, ...]
    place: Place
    parent: int
    decision: Decision = UNDECIDED


class Document(Struct, frozen=True):
    """A source as it was read.

    `first` is how many sections another file of the same path gave before: two files bear one path where their names
    differ only in how they write an accent.
    """

    path: str
    sections: tuple[Section, ...]
    problems: tuple[Problem, ...]
    first: int = 0


class VocabularySummary(Struct, frozen=True):
    """What a section, or a whole file, adds to what the deck knows, and by which words it can use what others add.

    `terms` are the names that it defines, `small` the words that it writes without a capital, `capitals` how many of
    so `many` words inside of sentences have one; `words` are all words of a section in normal form, `names` those of
    them that have a capital though they open no sentence.
    """

    terms: frozenset[str]
    small: frozenset[str]
    many: int
    capitals: int
    words: frozenset[str]
    names: frozenset[str]


class DeckVocabulary(Struct, frozen=True):
    """What all sections know together: the names that they define, and the words that they write both ways.

    `capitals`: so many words inside of sentences begin with a capital that it tells nothing.
    """

    terms: frozenset[str]
    small: frozenset[str]
    capitals: bool


class SectionVocabulary(Struct, frozen=True):
    """What a section can use of the deck's vocabulary: no edit elsewhere that it cannot use concerns it.

    `terms` are names of which it has all the words, `common` words that it writes with a capital, and some section
    small, `endings` the last words of the terms, by which they are looked for.
    """

    terms: frozenset[str] = frozenset()
    common: frozenset[str] = frozenset()
    capitals: bool = False
    endings: frozenset[str] = frozenset()


class FileSummary(Struct, frozen=True):
    """What the rest of the deck must know of a file: its pictures, its vocabulary, and what could not be read."""

    path: str
    problems: tuple[Problem, ...]
    pictures: tuple[str, ...]
    vocabulary: VocabularySummary


class Pair(Struct, frozen=True, array_like=True, tag=True):
    """A term and what it means. `clue` is what the backward card asks; empty where there is nothing to ask.

    `about` says what the clue belongs to. It is shown with the clue, but it comes from a heading above, and so it is
    not part of what is asked: a renamed parent must not touch the notes below it.
    """

    term: Content
    meaning: Content
    clue: Content = ()
    term_label: str = ""
    meaning_label: str = ""
    about: str = ""


class Cloze(Struct, frozen=True, array_like=True, tag=True):
    """A text whose runs say what is hidden; `masks_rest`: in a sequence what follows the blank is masked too."""

    prompt: Content
    text: Content
    masks_rest: bool = False


class Ask(Struct, frozen=True, array_like=True):
    """One card that a draft can give.

    For a pair the first asks forwards and the second, if any, backwards; for a cloze each hides one phrase. What is
    not `wanted` is offered only so that a card that was packed can stay.
    """

    phrase: str
    line: int
    wanted: bool = True


class Said(Struct, frozen=True, array_like=True):
    """What a draft says, in normal form.

    `text` are the words by which a note is recognised: a pair's "term | label | meaning", a list's "item | item", at
    most 200 characters. `question` is all that its card asks by, with a pair's trail; `meaning`, `clue` and `term` are
    those of a pair, without a backward card there is no clue.
    """

    text: str = ""
    question: str = ""
    meaning: str = ""
    clue: str = ""
    term: str = ""


class Draft(Struct, frozen=True, array_like=True):
    """What a rule found. It has no identity: only the ledger gives one.

    `section` is the index of its section among those of its file.
    `other` is another reading of the same words; `apart` says that a pair's meaning is an item of its own, below its
    term: another meaning there is another note. `known_as` are the author's own words for a pair's term where the term
    says more, or none where it is borrowed from a heading: a renamed parent must change no identity below it.
    `beside` are statements of its topic that force no blank of their own: they are shown with it, and asked by nobody.
    `said` is filled in when its words are final, and so are, where it is wanted, the `digests` of what is asked and of
    what stands around it. `movable`: its blanks are the tool's choice, and another choice may stand for them.
    """

    rule: str
    body: Pair | Cloze
    asks: tuple[Ask, ...]
    trail: tuple[str, ...]
    place: Place
    section: int
    extra: Content = ()
    tags: tuple[str, ...] = ()
    decision: Decision = UNDECIDED
    other: Draft | None = None
    apart: bool = False
    known_as: str | None = None
    beside: Content = ()
    said: Said = Said()
    digests: tuple[str, str] | None = None
    movable: bool = False

    def __reduce__(self) -> tuple[Callable[[bytes], Draft], tuple[bytes]]:
        """Travel between processes in a few bytes: a draft holds a hundred values."""
        return _unpacked, (self.packed(),)

    def packed(self) -> bytes:
        """Give all that the draft holds in a few bytes; equal drafts give equal ones."""
        return _PACKER.encode(self)

    @property
    def kind(self) -> Kind:
        return "pair" if isinstance(self.body, Pair) else "cloze"

    @property
    def wanted(self) -> bool:
        """Tell whether any of its asks is wanted; what is not is only offered to a note that was packed."""
        for ask in self.asks:  # noqa: SIM110  # a generator would take twice as long, and all drafts are asked often
            if ask.wanted:
                return True
        return False

    def withdrawn(self) -> Draft:
        """Give the draft with all its asks unwanted."""
        return replace(self, asks=tuple(replace(ask, wanted=False) for ask in self.asks))


_PACKER = Encoder()


@cache
def _unpacker() -> Decoder[Draft]:
    return Decoder(Draft)


def _unpacked(data: bytes) -> Draft:
    return _unpacker().decode(data)


class Unclaimed(Struct, frozen=True):
    """A block that became nothing, and why."""

    place: Place
    reason: str
    text: str


class ExtractedFile(Struct, frozen=True):
    """What a file gives: its sections, without their blocks, drafts, the blocks that became nothing, and problems."""

    sections: tuple[Section, ...]
    drafts: tuple[Draft, ...]
    unclaimed: tuple[Unclaimed, ...]
    problems: tuple[Problem, ...] = ()


class ExtractedDeck(ExtractedFile, frozen=True):
    """What all files give together, once drafts were compared, and the pictures that they show."""

    pictures: Mapping[tuple[str, str], Picture] = field(default_factory=dict)


class Note(Struct, frozen=True):
    """A draft with its identity.

    `slot` counts 512 ms since the epoch and fixes the ids of note and cards; `changed` is in seconds since the epoch;
    `ordinals` stands beside the draft's asks (a pair: 0 and 1; a cloze: 1 to 500); `how` says what the identity was
    found by ("new" where there was none), `sureness` how surely, from 0 to 1.
    """

    guid: str
    slot: int
    changed: int
    since: str | None
    ordinals: tuple[int, ...]
    draft: Draft
    how: str = "new"
    sureness: float = 1.0


class Picture(Struct, frozen=True):
    """A file that a card shows: where the author's link finds it, its safe name in the package, and its bytes."""

    name: str
    data: bytes
    digest: str


class CardTemplate(Struct, frozen=True):
    """One template of a note type; `id` is a 64-bit integer that never changes."""

    name: str
    id: int
    front: str
    back: str


class NoteType(Struct, frozen=True):
    """What Anki calls a note type. `fields` pairs each name with its fixed id; `changed` is in seconds."""

    kind: Kind
    id: int
    name: str
    fields: tuple[tuple[str, int], ...]
    templates: tuple[CardTemplate, ...]
    css: str
    changed: int = 0


class Row(Struct, frozen=True):
    """A note as it is packed: HTML fields in the note type's order, card ordinals counted from 0."""

    guid: str
    kind: Kind
    slot: int
    changed: int
    fields: tuple[str, ...]
    tags: tuple[str, ...]
    ordinals: tuple[int, ...]


class Deck(Struct, frozen=True):
    """What the package says about itself: its id never changes, Anki matches its name.

    `tool` is the version of this tool that made it.
    """

    id: str
    name: str
    description: str
    version: str
    rows: tuple[Row, ...]
    notetypes: tuple[NoteType, ...]
    media: Mapping[str, bytes] = field(default_factory=dict)
    tool: str = ""


FIELDS: Mapping[Kind, tuple[str, ...]] = {
    "pair": (
        "ID",
        "Term",
        "Meaning",
        "Clue",
        "TermLabel",
        "MeaningLabel",
        "Trail",
        "Extra",
        "Source",
        "Typed",
        "Spare1",
        "Spare2",
    ),
    "cloze": ("ID", "Prompt", "Text", "Trail", "Extra", "Source", "Spare1", "Spare2"),
}
TEMPLATES: Mapping[Kind, tuple[str, ...]] = {"pair": ("Forwards", "Backwards", "Typed"), "cloze": ("Cloze",)}
SORT_FIELD: Mapping[Kind, str] = {"pair": "Term", "cloze": "Text"}
