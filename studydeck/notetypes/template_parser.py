"""Parse Anki's template grammar: the text of a card template in, its tags, its tree and its syntax faults out.

    {{Field}} {{filter:other:Field}}             a field; filters apply from right to left
    {{#Field}}…{{/Field}} {{^Field}}…{{/Field}}  a section, and a negated one
    <!-- … -->                                   text: Anki replaces nothing in a comment

The linter (`template_grammar`) reports the faults; the card renderer renders the tree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from msgspec import Struct, field

from studydeck.patterns import lazy_pattern

_TOKEN = lazy_pattern(r"<!--.*?-->|\{\{(.*?)\}\}", re.DOTALL)
_BRACES = lazy_pattern(r"\{\{|\}\}")

Fault = tuple[int, str]  # the offset in the template, and the message


class Tag(Struct, frozen=True):
    """One `{{…}}` with the offsets of its start and end; the sign of a section's tag is `#`, `^` or `/`."""

    start: int
    end: int
    sign: str
    name: str
    filters: tuple[str, ...] = ()  # in the order in which they apply


class Section(Struct, frozen=True):
    """The content between the tags of a section."""

    name: str
    negated: bool
    children: tuple[Node, ...]


Node = str | Tag | Section


class Template(Struct, frozen=True):
    """A parsed template; the nodes are complete only if there are no faults."""

    tags: tuple[Tag, ...]
    nodes: tuple[Node, ...]
    faults: tuple[Fault, ...]


class _OpenSection(Struct):
    tag: Tag | None  # None for the template itself
    children: list[Node] = field(default_factory=list)


@lru_cache(maxsize=64)
def parse(text: str) -> Template:
    """Parse a template.

    Parameters
    ----------
    text : the template.

    Returns
    -------
    Template : its tags in order, its tree, and as faults each section that is not closed in order and each unmatched
        brace.
    """
    tags = tuple(_tags(text))
    faults: list[Fault] = []
    open_sections = [_OpenSection(None)]
    end = 0
    for tag in tags:
        open_sections[-1].children.append(text[end : tag.start])
        end = tag.end
        if tag.sign == "/":
            faults += _close_section(open_sections, tag)
        elif tag.sign:
            open_sections.append(_OpenSection(tag))
        else:
            open_sections[-1].children.append(tag)
    faults += [
        (section.tag.start, f"{{{{#{section.tag.name}}}}} is never closed") for section in open_sections if section.tag
    ]
    faults += _unmatched_braces(text)
    return Template(tags, (*open_sections[0].children, text[end:]), tuple(faults))


def _tags(text: str) -> Iterator[Tag]:
    for token in _TOKEN.finditer(text):
        if token[1] is None:  # a comment
            continue
        body = token[1].strip()
        if body[:1] in {"#", "^", "/"}:
            yield Tag(token.start(), token.end(), body[0], body[1:].strip())
        else:
            *filters, name = (part.strip() for part in body.split(":"))
            yield Tag(token.start(), token.end(), "", name, tuple(reversed(filters)))


def _close_section(open_sections: list[_OpenSection], closing: Tag) -> Iterator[Fault]:
    """Move the section that a tag closes into the section around it; yield a fault if it is not the one opened last."""
    last = len(open_sections) - 1
    for index in range(last, 0, -1):
        opening = open_sections[index].tag
        if opening and opening.name == closing.name:
            section = open_sections.pop(index)
            is_negated = opening.sign == "^"
            open_sections[index - 1].children.append(Section(opening.name, is_negated, tuple(section.children)))
            if index == last:
                return
            break
    yield closing.start, f"{{{{/{closing.name}}}}} does not close the section opened last"


def _unmatched_braces(text: str) -> Iterator[Fault]:
    """Yield each `{{` or `}}` without its counterpart."""
    blanked = _TOKEN.sub(lambda token: " " * len(token[0]), text)
    for brace in _BRACES.finditer(blanked):
        yield brace.start(), f"{brace[0]} is unmatched"
