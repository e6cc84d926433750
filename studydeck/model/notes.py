"""Frozen values from extraction to identity: vocabularies, note drafts, skipped blocks, and notes.

The extraction stage makes vocabularies and drafts; the identity stage takes drafts in and returns notes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

from msgspec import Struct, field
from msgspec.msgpack import Decoder, Encoder
from msgspec.structs import replace

from studydeck.diagnostics import Diagnostic
from studydeck.model.anki import Kind, Picture
from studydeck.model.document import NO_DIRECTIVES, NO_TEXT, Content, Directives, Section, SourceSpan, Text


class VocabularySummary(Struct, frozen=True):
    """What a section, or a whole file, adds to the deck's vocabulary, and the words by which it can use it.

    `terms` are the names that it defines, `lowercase_words` the words that it writes in lower case. `word_count`
    counts the words inside sentences, `capitalised` those of them that begin with a capital. `words` are all words of a
    section in normal form, `names` the words that begin with a capital inside a sentence.
    """

    terms: frozenset[str]
    lowercase_words: frozenset[str]
    word_count: int
    capitalised: int
    words: frozenset[str]
    names: frozenset[str]


class DeckVocabulary(Struct, frozen=True):
    """The vocabulary of all sections together.

    `terms` are the names that they define, `lowercase_words` the words that some write in lower case and some with a
    capital. `capitalised`: so many words inside sentences begin with a capital that a capital marks no name.
    """

    terms: frozenset[str]
    lowercase_words: frozenset[str]
    capitalised: bool


class SectionVocabulary(Struct, frozen=True):
    """The part of the deck's vocabulary that a section uses, so that other edits of the deck do not change it.

    `terms` are the deck's terms of which the section has all words; `capitalised_words` are words that it writes with
    a capital, and some section in lower case; `capitalised` is the deck's. `endings` are the last words of the terms,
    which a search for terms tries first.
    """

    terms: frozenset[str] = frozenset()
    capitalised_words: frozenset[str] = frozenset()
    capitalised: bool = False
    endings: frozenset[str] = frozenset()


class FileSummary(Struct, frozen=True):
    """What other files need of a file: its diagnostics, the links of its pictures as written, and its vocabulary."""

    path: str
    diagnostics: tuple[Diagnostic, ...]
    pictures: tuple[str, ...]
    vocabulary: VocabularySummary


class Pair(Struct, frozen=True, array_like=True, tag=True):
    """A term and its meaning.

    `asked` is the question in words of its own, where term and label, by which the note is known, do not read as one.
    A packed note keeps its words until its content changes (`identity/readings.py`).

    `clue` is the question of the backward card; empty where the meaning gives none. `typed` is what a third card asks
    to be typed, or empty.

    `about` names the subject of the clue and is shown with it. It comes from a heading above, so it is not part of
    the content digest: a renamed parent heading must not change the notes below it.
    """

    term: Content
    meaning: Content
    clue: Content = ()
    term_label: str = ""
    meaning_label: str = ""
    about: str = ""
    typed: str = ""
    asked: Text = NO_TEXT


class Cloze(Struct, frozen=True, array_like=True, tag=True):
    """A text whose inlines say which card hides them.

    `mask_following`: what follows the blank is masked too. `item_count`: the number of items of a list of which each
    card hides one, which the prompt says, or 0.
    """

    prompt: Content
    text: Content
    mask_following: bool = False
    item_count: int = 0


MOST_CONFIDENCE = 99  # points of a card that the author asked for


class CardSpec(Struct, frozen=True, array_like=True):
    """One card that a draft can give.

    For a pair the first asks forwards, the second, if any, backwards, and a third to type the answer; for a cloze each
    hides one phrase. A card that is `legacy_only` is made only where an earlier package had it. `confidence` counts
    points: how sure it is that a learner wants the card (`extraction/confidence.py`).
    """

    phrase: str
    line: int
    legacy_only: bool = False
    confidence: int = MOST_CONFIDENCE


class WithheldCard(Struct, frozen=True):
    """A card that is too weak to be made: its draft, and which of its card specs, counted from 0.

    `is_in_note` says whether the draft is a note all the same, with other cards.
    """

    draft: NoteDraft
    number: int
    is_in_note: bool


class Fingerprint(Struct, frozen=True, array_like=True):
    """The content of a draft in normal form.

    `text` identifies a note: a pair's "term | label | meaning", a list's "item | item", at most 200 characters.
    `question` is all that its card shows as the question, with the heading path of a pair; `meaning`, `clue` and `term`
    are those of a pair, and without a backward card `clue` is empty. `signs` are those of the answer that a normal form
    leaves out and that tell answers apart ("±5" and "5"); a question holds its own.
    """

    text: str = ""
    question: str = ""
    meaning: str = ""
    clue: str = ""
    term: str = ""
    signs: str = ""


class NoteDraft(Struct, frozen=True, array_like=True):
    """A note as a rule extracts it, without an identity: the identity stage assigns one from the ledger.

    `section` is the index of its section among those of its file.
    `extra` is shown with the answer. `supporting_blocks` are statements of its section in which no phrase can be
    hidden: they are shown with the note and not asked.
    `other` is another draft of the same text: of the other kind, or with the question that earlier versions asked.
    `nested_item` says that a pair's meaning is a list item below its term: another meaning there is another note.
    `key_term` is the author's own text for a pair's term where the term says more, "" where the term comes from a
    heading (a renamed parent heading must change no identity below it), and None where the term is its own key.
    `fingerprint` is filled in when its text is final, and so are the content and metadata `digests`, but for a draft
    that is `legacy_only`.
    `movable_blanks` says that the tool chose the blanks, so that others may replace them.
    `answer_media` are embedded files that the side with the answer shows, below it.
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
    answer_media: Content = ()

    def __reduce__(self) -> tuple[Callable[[bytes], NoteDraft], tuple[bytes]]:
        """Pickle as packed bytes, which is much faster: a draft holds a hundred values."""
        return _unpack, (self.to_msgpack(),)

    def to_msgpack(self) -> bytes:
        """Return the draft as MessagePack; equal drafts give equal bytes."""
        return _ENCODER.encode(self)

    @property
    def kind(self) -> Kind:
        return "pair" if type(self.body) is Pair else "cloze"

    @property
    def legacy_only(self) -> bool:
        """Whether no card of it is made but to keep one that an earlier package had."""
        for card_spec in self.card_specs:  # noqa: SIM110  # a generator takes twice as long
            if not card_spec.legacy_only:
                return False
        return True

    def without_own_question(self) -> NoteDraft:
        """Return the draft of a pair with its term and label as the question."""
        if not (isinstance(self.body, Pair) and self.body.asked):
            return self
        return replace(self, body=replace(self.body, asked=NO_TEXT), digests=None)

    def withdrawn(self) -> NoteDraft:
        """Return the draft with all its cards kept only where an earlier package had them."""
        return replace(self, card_specs=tuple(replace(card_spec, legacy_only=True) for card_spec in self.card_specs))


class LostNote(Struct, frozen=True):
    """A packed note that no draft keeps: its kind, its text in the ledger, and the phrases that its cards hide.

    Or `has_draft` says that it is kept by a withdrawn draft of other words, until its own are found.
    """

    kind: Kind
    text: str
    phrases: tuple[str, ...] = ()
    has_draft: bool = False


_ENCODER = Encoder()


@cache
def _decoder() -> Decoder[NoteDraft]:
    return Decoder(NoteDraft)


def _unpack(data: bytes) -> NoteDraft:
    return _decoder().decode(data)


class SkippedBlock(Struct, frozen=True):
    """A block that made no note: its lines, the reason, and its text as one line of at most 200 characters."""

    span: SourceSpan
    reason: str
    text: str


class ExtractedFile(Struct, frozen=True):
    """What was extracted from a file: its sections without their blocks, drafts, skipped blocks, and diagnostics."""

    sections: tuple[Section, ...]
    drafts: tuple[NoteDraft, ...]
    skipped: tuple[SkippedBlock, ...]
    diagnostics: tuple[Diagnostic, ...] = ()


class ExtractedDeck(ExtractedFile, frozen=True):
    """What was extracted from all files, without duplicate drafts.

    `pictures` maps (path of the Markdown file, link as written) to the picture.
    """

    pictures: Mapping[tuple[str, str], Picture] = field(default_factory=dict)


class Note(Struct, frozen=True):
    """A draft with its identity.

    `id_slot` counts 512 ms since the epoch and determines the ids of note and cards; `changed` is in seconds since the
    epoch; `since` is the first release with the note, None before it is released. `ordinals` holds one number for each
    of the draft's card specs (a pair: 0 and 1; a cloze: 1 to 500). `matched_by` says how the ledger entry was found
    ("new" where there was none), `match_score` with what certainty, from 0 to 1.
    """

    guid: str
    id_slot: int
    changed: int
    since: str | None
    ordinals: tuple[int, ...]
    draft: NoteDraft
    matched_by: str = "new"
    match_score: float = 1.0
