"""Notes before and after they have an identity, and what files tell each other of them, as frozen values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

from msgspec import Struct, field
from msgspec.msgpack import Decoder, Encoder
from msgspec.structs import replace

from studydeck.diagnostics import Diagnostic
from studydeck.model.anki import Kind, Picture
from studydeck.model.document import NO_DIRECTIVES, Content, Directives, Section, SourceSpan


class VocabularySummary(Struct, frozen=True):
    """What a section, or a whole file, adds to what the deck knows, and by which words it can use what others add.

    `terms` are the names that it defines, `small` the words that it writes without a capital, `capitals` how many of
    so `many` words inside of sentences have one; `words` are all words of a section in normal form, `names` those of
    them that have a capital though they open no sentence.
    """

    terms: frozenset[str]
    lowercase_words: frozenset[str]
    word_count: int
    capitalised: int
    words: frozenset[str]
    names: frozenset[str]


class DeckVocabulary(Struct, frozen=True):
    """What all sections know together: the names that they define, and the words that they write both ways.

    `capitals`: so many words inside of sentences begin with a capital that it tells nothing.
    """

    terms: frozenset[str]
    lowercase_words: frozenset[str]
    capitalised: bool


class SectionVocabulary(Struct, frozen=True):
    """What a section can use of the deck's vocabulary: no edit elsewhere that it cannot use concerns it.

    `terms` are names of which it has all the words, `common` words that it writes with a capital, and some section
    small, `endings` the last words of the terms, by which they are looked for.
    """

    terms: frozenset[str] = frozenset()
    capitalised_words: frozenset[str] = frozenset()
    capitalised: bool = False
    endings: frozenset[str] = frozenset()


class FileSummary(Struct, frozen=True):
    """What the rest of the deck must know of a file: its pictures, its vocabulary, and what could not be read."""

    path: str
    diagnostics: tuple[Diagnostic, ...]
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
    mask_following: bool = False


class CardSpec(Struct, frozen=True, array_like=True):
    """One card that a draft can give.

    For a pair the first asks forwards and the second, if any, backwards; for a cloze each hides one phrase. What is
    not `wanted` is offered only so that a card that was packed can stay.
    """

    phrase: str
    line: int
    wanted: bool = True


class Fingerprint(Struct, frozen=True, array_like=True):
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


class NoteDraft(Struct, frozen=True, array_like=True):
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
    card_specs: tuple[CardSpec, ...]
    heading_path: tuple[str, ...]
    span: SourceSpan
    section: int
    extra: Content = ()
    tags: tuple[str, ...] = ()
    directives: Directives = NO_DIRECTIVES
    other: NoteDraft | None = None
    nested_item: bool = False
    key_term: str | None = None
    supporting_blocks: Content = ()
    fingerprint: Fingerprint = Fingerprint()
    digests: tuple[str, str] | None = None
    movable_blanks: bool = False

    def __reduce__(self) -> tuple[Callable[[bytes], NoteDraft], tuple[bytes]]:
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
        for card_spec in self.card_specs:  # noqa: SIM110  # a generator would take twice as long, and all drafts are asked often
            if card_spec.wanted:
                return True
        return False

    def withdrawn(self) -> NoteDraft:
        """Give the draft with all its asks unwanted."""
        return replace(self, card_specs=tuple(replace(card_spec, wanted=False) for card_spec in self.card_specs))


_PACKER = Encoder()


@cache
def _unpacker() -> Decoder[NoteDraft]:
    return Decoder(NoteDraft)


def _unpacked(data: bytes) -> NoteDraft:
    return _unpacker().decode(data)


class SkippedBlock(Struct, frozen=True):
    """A block that became nothing, and why."""

    span: SourceSpan
    reason: str
    text: str


class ExtractedFile(Struct, frozen=True):
    """What a file gives: its sections, without their blocks, drafts, the blocks that became nothing, and problems."""

    sections: tuple[Section, ...]
    drafts: tuple[NoteDraft, ...]
    skipped: tuple[SkippedBlock, ...]
    diagnostics: tuple[Diagnostic, ...] = ()


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
    id_slot: int
    changed: int
    since: str | None
    ordinals: tuple[int, ...]
    draft: NoteDraft
    matched_by: str = "new"
    match_score: float = 1.0
