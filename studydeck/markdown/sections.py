"""Parse a source into sections: a `Source` in, a `Document` with sections, heading paths and diagnostics out.

Sections begin at headings, and at lines in bold or capitals that are used as headings.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise

from markdown_it.token import Token
from msgspec.structs import replace

from studydeck.markdown import dialects
from studydeck.markdown import source as source_text
from studydeck.markdown.blocks import Reader
from studydeck.markdown.decoration import clean_heading
from studydeck.markdown.dialects.left_out import left_out_reason
from studydeck.markdown.directives import combine_directives, text_tags
from studydeck.markdown.formulas import read_formulas
from studydeck.markdown.front_matter import FrontMatter, read_front_matter, without_front_matter
from studydeck.markdown.front_matter import diagnostics as front_matter_diagnostics
from studydeck.markdown.heading_lines import split_at_heading_lines
from studydeck.markdown.parser import tokens_of
from studydeck.model.document import (
    NO_DIRECTIVES,
    Block,
    Directives,
    Document,
    Section,
    Source,
    SourceSpan,
    Style,
    Text,
)
from studydeck.model.text_edits import cut, text_of
from studydeck.text.file_titles import names_subject
from studydeck.text.names import is_empty_name, is_generic, name_string
from studydeck.text.normalize import normalize
from studydeck.text.punctuation import without_colon


def parse(source: Source, first_number: int = 0) -> Document:
    """Parse a source.

    Parameters
    ----------
    source : the decoded file.
    first_number : the number of its first section; not 0 if another file with the same normalised path came before.

    Returns
    -------
    Document : sections in the order of the source, and diagnostics.
    """
    if reason := left_out_reason(source):
        return _left_out(source, reason, first_number)
    front_matter = read_front_matter(source.text)
    text = without_front_matter(source.text, front_matter)
    names = dialects.NAMES if source.dialects is None else source.dialects
    text = dialects.rewrite(text, names, front_matter=front_matter.text, property_keys=source.property_keys)
    tokens = tokens_of(source_text.protect_wikilinks(text))
    reader = Reader(source.path, tokens, embeds=source.embeds, macros=source.macros, reads_tags=bool(names))
    reader.diagnostics += front_matter_diagnostics(source.path, front_matter)
    reader.diagnostics += read_formulas(tokens, source, front_matter)
    return Document(
        source.path,
        _build_sections(source, front_matter, reader, first_number),
        tuple(reader.diagnostics),
        first_number,
    )


def _left_out(source: Source, reason: str, first_number: int) -> Document:
    """Return the document of a file that is no note: a section for its lines, which is not read."""
    name = source_text.title_of(source.path)
    section = Section(
        text_of(name),
        1,
        (name,),
        (),
        SourceSpan(source.path, 1, source.text.count("\n") + 1),
        -1,
        Directives(skip=True),
    )
    return Document(source.path, (section,), (), first_number, reason)


def _with_footnotes(sections: list[Section], footnotes: Sequence[Block]) -> tuple[Section, ...]:
    """Return sections with each footnote added to the section that refers to it, else to the one that it stands in."""
    start_lines = [section.span.line for section in sections]
    footnotes_by_section: dict[int, list[Block]] = {}
    for footnote in footnotes:
        footnotes_by_section.setdefault(max(bisect_right(start_lines, footnote.span.line) - 1, 0), []).append(footnote)
    for section_index, section_footnotes in footnotes_by_section.items():
        sections[section_index] = replace(
            sections[section_index], blocks=(*sections[section_index].blocks, *section_footnotes)
        )
    return tuple(sections)


def _build_sections(
    source: Source, front_matter: FrontMatter, reader: Reader, first_number: int
) -> tuple[Section, ...]:
    """Group the blocks under their headings; a title that is not a heading becomes the root section."""
    tokens = reader.tokens
    headings = [token for token in tokens if token.type == "heading_open" and token.level == 0]
    breaks = [token.map[0] + 1 for token in tokens if token.type == "hr" and token.level == 0 and token.map]
    has_title = any(token.tag == "h1" for token in headings) and not _lacks_subject(tokens, source.path)
    sections: list[Section] = []
    open_sections: list[tuple[int, int]] = []
    root_title = front_matter.title or ("" if has_title else source_text.title_of(source.path))
    preamble = reader.blocks()
    file_tags = (*(f"#{tag}" for tag in front_matter.tags), *reader.take_section_tags())
    begins_with_h1 = has_title and headings[0].tag == "h1" and not preamble
    if preamble or (root_title and not begins_with_h1):
        name = root_title or source_text.title_of(source.path)
        root_section = Section(text_of(name), 0, (name,) if name else (), preamble, SourceSpan(source.path, 1, 1), -1)
        root_section = replace(root_section, directives=_with_tags(NO_DIRECTIVES, file_tags))
        sections += _subsections(root_section, first_number, breaks)
        if root_title:
            open_sections.append((0, first_number))
    while not reader.is_done():
        token = tokens[reader.position]
        reader.position += 1
        span = reader.span(tokens[reader.position])
        heading, directives = reader.inline()
        reader.position += 1
        if below_heading := reader.directive_blocks():
            directives = combine_directives((directives, reader.directives(below_heading)))
        blocks = reader.blocks()
        level = int(token.tag[1])
        while open_sections and open_sections[-1][0] >= level:
            open_sections.pop()
        parent = open_sections[-1][1] if open_sections else -1
        parent_path = sections[parent - first_number].heading_path if parent >= 0 else ()
        heading = clean_heading(heading)
        name = name_string(heading)
        parent_directives = sections[parent - first_number].directives if parent >= 0 else NO_DIRECTIVES
        if parent_directives.skip:
            directives = replace(directives, skip=True)
        directives = _with_tags(directives, (*file_tags, *text_tags(parent_directives)), reader.take_section_tags())
        open_sections.append((level, first_number + len(sections)))
        section = Section(
            heading, level, (*parent_path, name) if name else parent_path, blocks, span, parent, directives
        )
        sections += _subsections(section, first_number + len(sections), breaks)
    if source.typed:
        sections = [replace(section, directives=replace(section.directives, typed=True)) for section in sections]
    return _with_footnotes(sections, reader.footnotes)


def _lacks_subject(tokens: Sequence[Token], path: str) -> bool:
    """Return whether no title says what the file is about, and its name does.

    The first title is one such as "Overview", or there are several; titles in quotations are not the file's own.
    """
    names = [
        name.content
        for token, name in pairwise(tokens)
        if token.type == "heading_open" and token.tag == "h1" and token.level == 0
    ]
    title = source_text.title_of(path)
    return (
        bool(names)
        and (len(names) > 1 or is_generic(names[0]) or is_empty_name(names[0]))
        and names_subject(title)
        and normalize(title) not in map(normalize, names)
    )


def _with_tags(directives: Directives, before: Sequence[str], after: Sequence[str] = ()) -> Directives:
    """Return directives with more tags before and after their own."""
    tags = tuple(dict.fromkeys((*before, *directives.tags, *after)))
    return replace(directives, tags=tags) if tags != directives.tags else directives


def _subsections(section: Section, number: int, breaks: Sequence[int]) -> list[Section]:
    """Split a section at lines used as headings; these subsections are one level below it."""
    first, *parts = split_at_heading_lines(section.blocks, breaks)
    sections = [replace(section, blocks=tuple(first.blocks))]
    for part in parts:
        above = sections[part.below]
        parent = number + part.below
        if not part.heading:
            span = SourceSpan(section.span.path, part.blocks[0].span.line, part.blocks[0].span.line)
            sections.append(
                replace(above, level=7, blocks=tuple(part.blocks), span=span, parent=parent, continues=True)
            )
            continue
        heading = clean_heading(
            Text(tuple([replace(inline, styles=inline.styles & ~Style.STRONG) for inline in part.heading.text]))
        )
        name = without_colon(name_string(heading))
        directives = replace(part.heading.directives, skip=part.heading.directives.skip or section.directives.skip)
        directives = _with_tags(directives, text_tags(section.directives))
        heading = cut(heading, 0, len(without_colon(heading.string)))
        path = (*above.heading_path, name)
        sections.append(Section(heading, 7, path, tuple(part.blocks), part.heading.span, parent, directives))
    return sections
