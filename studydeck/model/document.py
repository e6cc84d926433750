"""Frozen values that a Markdown file is parsed to: a document of sections, of blocks, of inline text.

The markdown package makes them; every later stage takes them in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, Literal

from msgspec import Struct

from studydeck.diagnostics import Diagnostic

InlineKind = Literal["text", "code", "math", "display", "picture", "sound", "ruby", "break", "hint"]
FORMULA_KINDS = frozenset({"math", "display"})
MEDIA_KINDS = frozenset({"picture", "sound"})  # the kinds of embedded files; Anki plays a video as it plays a sound


class Embed(Struct, frozen=True):
    """The text that an embed of a note (`![[note#heading]]`) inserts, or a `fault` for which it inserts nothing.

    `target` is the embed as written, without alias; `path` is the file of the text, and `embeds` are those in the text.
    """

    target: str
    path: str = ""
    text: str = ""
    fault: str = ""
    embeds: tuple[Embed, ...] = ()


class Source(Struct, frozen=True):
    """A Markdown file: its path below the notes folder, with `/`, and its text with `\\n` line endings.

    From deck.toml it has the TeX definitions for its formulas (`macros`), the `dialects` in which it is read (None for
    all), and whether short answers are `typed`, too. `deck` is the subdeck that its front matter names, `embeds` the
    texts of other files, or of other places in it, that it inserts. `property_keys` are keys of its lines `key:: value`
    that other files have, too, so that they are no terms.
    """

    path: str
    text: str
    macros: str = ""
    dialects: tuple[str, ...] | None = None
    typed: bool = False
    deck: str = ""
    embeds: tuple[Embed, ...] = ()
    property_keys: frozenset[str] = frozenset()


WIKILINK_PREFIX = "wiki:"  # the target of a link within the notes, which has no address for a learner


class SourceSpan(Struct, frozen=True, array_like=True):
    """A range of lines in a Markdown file: lines count from 1, both ends included."""

    path: str
    line: int
    end_line: int


class Style:
    """The styles of an inline, as bits; plain integers, because they are tested so often that an enum would be slow."""

    NONE: Final = 0
    STRONG: Final = 1
    EM: Final = 2
    STRIKE: Final = 4
    HIGHLIGHT: Final = 8
    SUB: Final = 16
    SUP: Final = 32
    MARKED: Final = STRONG | HIGHLIGHT  # how an author marks a term


class Inline(Struct, frozen=True, array_like=True):
    """A piece of text with one kind and one set of styles.

    `text` is what a reader sees (for a `kind` of code, math or picture: code, TeX or alternative text), `target` the
    address of a link, picture or sound, `hide` the number of the card that hides it, counted from 1 in its draft, or 0
    where it is visible. `detail` is the size of a picture (`300`, `300x200`, `x200`, `50%` or `zoom:50%`), the reading
    of a word in `ruby`, and for a sound without a file "sound" or "video". An inline of the kind hint has no
    text: its `target` is what the blank before it shows, and its `detail` is empty where the author wrote it.
    """

    text: str
    kind: InlineKind = "text"
    styles: int = 0
    target: str = ""
    hide: int = 0
    detail: str = ""


class _ComputedOnce:
    """A property that is computed once, without the lock that `cached_property` takes before Python 3.12."""

    def __init__(self, function: Callable[[Text], str]) -> None:
        self._function, self._name = function, function.__name__
        self.__doc__ = function.__doc__

    def __get__(self, text: Text, _owner: type) -> str:
        value = text.__dict__[self._name] = self._function(text)
        return value


class Text(Struct, frozen=True, array_like=True, dict=True):
    """Inline text: its inlines, and its words without them.

    Offsets in a text count the characters of `string`. Its properties, and the functions of `studydeck.text` that are
    `lazy`, are computed once and kept with the text: all rules share them, and they go when the text goes.
    """

    inlines: tuple[Inline, ...] = ()

    @_ComputedOnce
    def string(self) -> str:
        """The texts of its inlines joined, white space included."""
        return self.inlines[0].text if len(self.inlines) == 1 else "".join([inline.text for inline in self.inlines])

    @_ComputedOnce
    def plain(self) -> str:
        """The text as one line, with single spaces for white space."""
        single_spaced = " ".join(self.string.split())
        return self.string if single_spaced == self.string else single_spaced  # one string instead of two

    def __bool__(self) -> bool:
        return bool(self.inlines)

    def __iter__(self) -> Iterator[Inline]:
        return iter(self.inlines)


NO_TEXT = Text()


class Directives(Struct, frozen=True, array_like=True):
    """The directives of a `<!-- deck: ... -->` comment; `typed` is also set for files that deck.toml names."""

    skip: bool = False
    one_way: bool = False
    both_ways: bool = False
    items: bool = False
    pin: str = ""
    tags: tuple[str, ...] = ()
    hide: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    typed: bool = False


NO_DIRECTIVES = Directives()


class Paragraph(Struct, frozen=True, array_like=True, tag=True):
    text: Text
    span: SourceSpan
    directives: Directives = NO_DIRECTIVES


class Code(Struct, frozen=True, array_like=True, tag=True):
    text: str
    language: str
    span: SourceSpan


class Formula(Struct, frozen=True, array_like=True, tag=True):
    """Display math, as TeX without its delimiters."""

    tex: str
    span: SourceSpan


class Html(Struct, frozen=True, array_like=True, tag=True):
    """Raw HTML that the author wrote; sanitised when it is rendered."""

    html: str
    span: SourceSpan


class Item(Struct, frozen=True, array_like=True):
    """A list item: the text of its first paragraph, and the blocks nested below it.

    `done` says whether its check box is ticked; None where it has none.
    """

    text: Text
    blocks: tuple[Block, ...]
    span: SourceSpan
    directives: Directives = NO_DIRECTIVES
    done: bool | None = None


class ItemList(Struct, frozen=True, array_like=True, tag=True):
    items: tuple[Item, ...]
    ordered: bool
    span: SourceSpan
    start: int = 1


class TableRow(Struct, frozen=True, array_like=True):
    cells: tuple[Text, ...]
    span: SourceSpan
    directives: Directives = NO_DIRECTIVES


class Table(Struct, frozen=True, array_like=True, tag=True):
    head: tuple[Text, ...]
    rows: tuple[TableRow, ...]
    span: SourceSpan


class Definition(Struct, frozen=True, array_like=True):
    """A term and its blocks, from a definition list."""

    term: Text
    blocks: tuple[Block, ...]
    span: SourceSpan
    directives: Directives = NO_DIRECTIVES


class DefinitionList(Struct, frozen=True, array_like=True, tag=True):
    definitions: tuple[Definition, ...]
    span: SourceSpan


class Quotation(Struct, frozen=True, array_like=True, tag=True):
    """A quote (without a title), a callout, a fold whose title opens it when clicked, embedded text, or a footnote.

    `kind` is that of a callout, such as "tip", in lower case; its title is empty where the author wrote none. The title
    of a footnote is the end of the text before a reference to it, and its lines are those of the reference.
    """

    style: Literal["quote", "callout", "fold", "embed", "footnote"]
    title: Text
    blocks: tuple[Block, ...]
    span: SourceSpan
    directives: Directives = NO_DIRECTIVES
    kind: str = ""


class Flashcard(Struct, frozen=True, array_like=True, tag=True):
    """A card as its author wrote it: a question and its answer.

    Without a question it is a cloze: the inlines of the answer say what is hidden, by the author's own numbers. No
    other block holds hidden inlines. `directives` ask for a card in both directions where the author's mark does.
    """

    question: Content
    answer: Content
    span: SourceSpan
    directives: Directives = NO_DIRECTIVES


Block = Paragraph | Code | Formula | Html | ItemList | Table | DefinitionList | Quotation | Flashcard
Content = tuple[Block, ...]


class Section(Struct, frozen=True, dict=True):
    """The blocks under one heading; like a text it keeps what is computed from it once (`text/section_texts.py`).

    `heading_path` holds the plain texts of the headings that lead here, its own last. `parent` is the index of the
    parent section among the sections of its file, or -1; it counts per file, so that an edit of one file changes
    nothing in another. `continues`: the blocks stand below the heading of `parent`, after a part of it that has a
    heading of its own. `refused` says why nothing in it is asked, where the whole file shows that.
    """

    heading: Text
    level: int
    heading_path: tuple[str, ...]
    blocks: tuple[Block, ...]
    span: SourceSpan
    parent: int
    directives: Directives = NO_DIRECTIVES
    continues: bool = False
    refused: str = ""


class Document(Struct, frozen=True):
    """A parsed Markdown file.

    `first` is the index of its first section: not 0 where another file has the same path, because their names differ
    only in the Unicode form of an accent. Section indices then continue those of the other file. `left_out` says what a
    file is that is no note, such as a drawing: none of its sections are read.
    """

    path: str
    sections: tuple[Section, ...]
    diagnostics: tuple[Diagnostic, ...]
    first: int = 0
    left_out: str = ""
