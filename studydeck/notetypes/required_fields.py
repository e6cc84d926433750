"""Which fields the cards of a note type need, as packages store it: without them a question shows no field.

In: a note type. Out: for each card template its number, "all" or "any", and the numbers of the fields. genanki computes
the same by rendering each template once or twice for every field, which takes 4 % of a small build.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from studydeck.model.anki import NoteType
from studydeck.notetypes.template_parser import Node, Section, Tag, parse

Requirement = tuple[int, str, list[int]]


def required_fields(note_type: NoteType) -> list[Requirement]:
    """Return what each card needs: all of some fields, or else any of some, or "none" where neither can be said.

    A field with a filter counts as not shown, as genanki has it.
    """
    names = [name for name, _ in note_type.fields]
    fronts = [parse(template.front).nodes for template in note_type.templates]
    return [(number, *_requirement(nodes, names)) for number, nodes in enumerate(fronts)]


def _requirement(nodes: tuple[Node, ...], names: list[str]) -> tuple[str, list[int]]:
    needed = [number for number, name in enumerate(names) if not _shows_field(nodes, {*names} - {name})]
    if needed:
        return "all", needed
    sufficient = [number for number, name in enumerate(names) if _shows_field(nodes, {name})]
    return "any" if sufficient else "none", sufficient


def _shows_field(nodes: tuple[Node, ...], filled: AbstractSet[str]) -> bool:
    """Return whether a template shows a field, if these fields are filled and no others."""
    for node in nodes:
        if isinstance(node, Tag) and node.name in filled and not node.filters:
            return True
        if isinstance(node, Section) and (node.name in filled) != node.negated and _shows_field(node.children, filled):
            return True
    return False
