"""From a Source to its Sections: headings, the lines that stand for headings, and the trails that lead to them."""

from __future__ import annotations

from bisect import bisect_right

from msgspec.structs import replace

from studydeck.markdown import source as source_text
from studydeck.markdown.blocks import Reader, clean_heading
from studydeck.markdown.inline import block_comment
from studydeck.markdown.parser import PARSER
from studydeck.model.document import (
    NO_DIRECTIVES,
    Block,
    Document,
    Html,
    Inline,
    Paragraph,
    Section,
    Source,
    SourceSpan,
    Style,
)
from studydeck.model.traverse import cut, flat, plain
from studydeck.text.length import exceeds, length


def parse(source: Source, first: int = 0) -> Document:
    """Read a source into its sections, and say what could not be understood.

    Sections are numbered within their file; `first` is how many another file of the same path gave before.
    """
    title, text = source_text.split_front_matter(source.text)
    env: dict[str, object] = {}
    tokens = PARSER.parse(source_text.protect_wikilinks(text), env)
    reader = Reader(source.path, tokens)
    return Document(source.path, _sectioned(source, title, reader, first), tuple(reader.diagnostics), first)


def _with_footnotes(sections: list[Section], footnotes: list[Paragraph]) -> tuple[Section, ...]:
    """Let every footnote stand in the section in which its author wrote it."""
    lines = [section.span.line for section in sections]
    below: dict[int, list[Paragraph]] = {}
    for note in footnotes:
        below.setdefault(max(bisect_right(lines, note.span.line) - 1, 0), []).append(note)
    for home, notes in below.items():
        sections[home] = replace(sections[home], blocks=(*sections[home].blocks, *notes))
    return tuple(sections)


def _parts(blocks: tuple[Block, ...]) -> list[tuple[Paragraph | None, tuple[Block, ...]]]:
    """Cut blocks where a line stands for a heading: all bold, or all in capitals, with something below it."""
    found: list[tuple[Paragraph | None, list[Block]]] = [(None, [])]
    for index, block in enumerate(blocks):
        if isinstance(block, Paragraph) and index + 1 < len(blocks) and _stands_for_heading(block):
            found.append((block, []))
        else:
            found[-1][1].append(block)
    return [(line, tuple(below)) for line, below in found]


def _stands_for_heading(block: Paragraph) -> bool:
    words = flat(block.text).strip()
    if not words or exceeds(words, 10) or words.endswith((".", "!", ",", ";")) or not any(map(str.isalpha, words)):
        return False
    bold = all(inline.styles & Style.STRONG or not inline.text.strip() for inline in block.text)
    return bold or (words.isupper() and length(words) >= 2 and all(inline.kind == "text" for inline in block.text))


def _sectioned(source: Source, title: str, reader: Reader, first: int) -> tuple[Section, ...]:
    """Group the blocks under their headings; a title that no heading gives is the root of all."""
    tokens = reader.tokens
    opening = [token for token in tokens if token.type == "heading_open" and token.level == 0]
    has_h1 = any(token.tag == "h1" for token in opening)
    sections: list[Section] = []
    stack: list[tuple[int, int]] = []
    root = title or ("" if has_h1 else source_text.title_of(source.path))
    preface = reader.blocks()
    heads_itself = bool(opening) and opening[0].tag == "h1" and not preface
    if preface or (root and not heads_itself):
        name = root or source_text.title_of(source.path)
        head = Section((Inline(name),), 0, (name,) if name else (), preface, SourceSpan(source.path, 1, 1), -1)
        sections += _split(head, first)
        if root:
            stack.append((0, first))
    while not reader.done():
        token = tokens[reader.at]
        reader.at += 1
        span = reader.span(tokens[reader.at])
        heading, directives = reader.inline()
        reader.at += 1
        blocks = reader.blocks()
        if blocks and isinstance(blocks[0], Html) and (words := block_comment(blocks[0].html)) is not None:
            directives, blocks = reader.directives([words], blocks[0].span, directives), blocks[1:]
        level = int(token.tag[1])
        while stack and stack[-1][0] >= level:
            stack.pop()
        parent = stack[-1][1] if stack else -1
        above = sections[parent - first].heading_path if parent >= 0 else ()
        heading = clean_heading(heading)
        name = plain(heading)
        inherited = sections[parent - first].directives if parent >= 0 else NO_DIRECTIVES
        if inherited.skip:
            directives = replace(directives, skip=True)
        stack.append((level, first + len(sections)))
        whole = Section(heading, level, (*above, name) if name else above, blocks, span, parent, directives)
        sections += _split(whole, first + len(sections))
    return _with_footnotes(sections, reader.footnotes)


def _split(section: Section, number: int) -> list[Section]:
    """Cut a section at the lines that stand for headings; they lie one level below it."""
    (_, opening), *rest = _parts(section.blocks)
    found = [replace(section, blocks=opening)]
    for line, blocks in rest:
        assert line is not None
        heading = clean_heading(tuple(replace(inline, styles=inline.styles & ~Style.STRONG) for inline in line.text))
        name = plain(heading).rstrip(":： ")
        directives = replace(line.directives, skip=line.directives.skip or section.directives.skip)
        heading = cut(heading, 0, len(flat(heading).rstrip(":： ")))
        found.append(Section(heading, 7, (*section.heading_path, name), blocks, line.span, number, directives))
    return found
