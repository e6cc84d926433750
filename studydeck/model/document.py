"""What a Markdown file holds: sections of blocks of inline text, as frozen values."""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct

from studydeck.diagnostics import Diagnostic

InlineKind = Literal["text", "code", "math", "display", "picture", "break"]


class Source(Struct, frozen=True):
    """A Markdown file: its path below the notes folder, with `/`, and its text with `\\n` line ends."""

    path: str
    text: str


class SourceSpan(Struct, frozen=True, array_like=True):
    """Where something stands: lines count from 1, both ends included."""

    path: str
    line: int
    end_line: int


class Style:
    """What the author did to a run of text: bits, plain numbers, because every run is asked for them many times."""

    NONE: Final = 0
    STRONG: Final = 1
    EM: Final = 2
    STRIKE: Final = 4
    HIGHLIGHT: Final = 8
    SUB: Final = 16
    SUP: Final = 32


class Inline(Struct, frozen=True, array_like=True):
    """A piece of text with one set of marks.

    `text` is what a reader sees (code, TeX or alt text where `form` says so), `target` the address of a link or
    picture, `hide` the number of the ask that hides it, counted from 1 within its draft; 0 is visible.
    """

    text: str
    kind: InlineKind = "text"
    styles: int = 0
    target: str = ""
    hide: int = 0


Text = tuple[Inline, ...]


class Directives(Struct, frozen=True, array_like=True):
    """What the author decided in a `<!-- deck: ... -->` comment."""

    skip: bool = False
    one_way: bool = False
    both_ways: bool = False
    items: bool = False
    pin: str = ""
    tags: tuple[str, ...] = ()
    hide: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()


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
    """A list item: the text of its first paragraph, and the blocks nested below it; `done` where it has a check box."""

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
    """Blocks set apart: a quote (no title), a callout, a fold whose title is what one clicks on."""

    style: Literal["quote", "callout", "fold"]
    title: Text
    blocks: tuple[Block, ...]
    span: SourceSpan
    directives: Directives = NO_DIRECTIVES


Block = Paragraph | Code | Formula | Html | ItemList | Table | DefinitionList | Quotation
Content = tuple[Block, ...]


class Section(Struct, frozen=True):
    """The blocks under one heading.

    `trail` holds the plain texts of the headings that lead here, its own last; `parent` is the index of the section
    one heading up among the sections of its file, or -1: an edit of one file changes nothing in another.
    """

    heading: Text
    level: int
    heading_path: tuple[str, ...]
    blocks: tuple[Block, ...]
    span: SourceSpan
    parent: int
    directives: Directives = NO_DIRECTIVES


class Document(Struct, frozen=True):
    """A source as it was read.

    `first` is how many sections another file of the same path gave before: two files bear one path where their names
    differ only in how they write an accent.
    """

    path: str
    sections: tuple[Section, ...]
    diagnostics: tuple[Diagnostic, ...]
    first: int = 0
