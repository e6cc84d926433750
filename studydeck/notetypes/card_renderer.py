"""Render cards as Anki does: a row and its note type in, the question and the answer of each card as HTML out.

    {{Field}} {{text:Field}} {{hint:Field}}      the field's value; filters apply from right to left
    {{#Field}}…{{/Field}} {{^Field}}…{{/Field}}  rendered if the field is not empty, or if it is empty
    {{FrontSide}}                                in a back template: the question
    {{cloze:Field}} {{cloze-only:Field}}         cloze markup, hidden on the front and shown on the back
    {{type:Field}}                               an input box: left as [[type:Field]], which Anki replaces later
    {{tts es_ES:Field}} [sound:name]             [anki:play:q:0], which Anki shows as a button
    {{Tags}} {{Deck}} {{Card}} …                 special fields of the card

Templates must be valid; `note_types` checks them. Tests compare the output with the real Anki.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from msgspec import Struct

from studydeck.model.anki import NoteType, Row
from studydeck.model.html_text import plain_text, replace_tags
from studydeck.notetypes import cloze_renderer
from studydeck.notetypes.template_grammar import BACK_ONLY
from studydeck.notetypes.template_parser import Node, Section, Tag, parse
from studydeck.patterns import lazy_pattern

# What Anki treats as an empty field: white space and these two tags without attributes.
_EMPTY = lazy_pattern(r"(?:[ \t\n\r\f\v]|</?(?:br|div) ?/?>)*", re.IGNORECASE)
_MATH = lazy_pattern(r"(\\[(\[])(.*?)(\\[)\]])", re.DOTALL)
_SPOKEN = "[anki:tts][/anki:tts]"  # stands for a text that Anki speaks and does not show
_PLAYED = lazy_pattern(r"\[sound:[^\]]*\]|\[anki:tts\]\[/anki:tts\]")
_HINT_HTML = '<details class="hint"><summary>{name}</summary>\n{text}</details>'  # Anki's own needs a script


class RenderedCard(Struct, frozen=True):
    """The two sides of a card; the question is inserted between the parts of the answer, so that it is stored once."""

    ordinal: int
    question: str
    parts: tuple[str, ...]

    @property
    def answer(self) -> str:
        """Return the complete answer."""
        return self.question.join(self.parts)


def render_cards(row: Row, note_type: NoteType, deck_name: str) -> Iterator[RenderedCard]:
    """Render all cards of a row.

    Parameters
    ----------
    row : the note, with ordinals counted from 0.
    note_type : its note type, with valid templates.
    deck_name : the full name, with `::` between its parts.

    Yields
    ------
    RenderedCard : one for each ordinal, in order.
    """
    fields = dict(zip((name for name, _ in note_type.fields), row.fields, strict=True))
    for ordinal in row.ordinals:
        template = note_type.templates[0 if row.kind == "cloze" else ordinal]
        field_values = {
            "Tags": " ".join(row.tags),
            "Type": note_type.name,
            "Deck": deck_name,
            "Subdeck": deck_name.rsplit("::", 1)[-1],
            "Card": template.name,
            "CardFlag": "flag0",  # none
            "CardID": str(row.id_slot * 512 + 1 + ordinal),
            **fields,
        }
        if row.kind == "cloze":
            field_values[f"c{ordinal + 1}"] = "1"
        (question,) = _render_template(template.front, field_values, _filters_of(ordinal + 1, on_front=True))
        parts = _render_template(template.back, field_values, _filters_of(ordinal + 1, on_front=False))
        (question,) = _with_players((question,), "q")
        yield RenderedCard(ordinal, question, _with_players(parts, "a"))


def _with_players(parts: Sequence[str], side: str) -> tuple[str, ...]:
    """Return the parts of a side with a numbered mark for each sound and each text that is spoken."""
    numbers = itertools.count()
    return tuple([_PLAYED.sub(lambda _match: f"[anki:play:{side}:{next(numbers)}]", part) for part in parts])


Filter = Callable[[str, str], str]


def _filters_of(card_number: int, *, on_front: bool) -> Mapping[str, Filter]:
    """Return the filters of one side of a card; each takes the text so far and the field's name."""
    return {
        "": lambda text, _name: text,
        "text": lambda text, _name: plain_text(text),
        "hint": lambda text, name: _HINT_HTML.format(name=name, text=text) if text.strip() else text,
        "type": lambda _text, name: f"[[type:{name}]]",
        "type-nc": lambda _text, name: f"[[type:nc:{name}]]",
        "type-cloze": lambda _text, name: f"[[type:cloze:{name}]]",
        "cloze": partial(_cloze_filter, card_number=card_number, on_front=on_front),
        "cloze-only": lambda text, _name: cloze_renderer.render_cloze_only(text, card_number, on_front=on_front),
    }


def _cloze_filter(text: str, _name: str, *, card_number: int, on_front: bool) -> str:
    """Render the clozes of a text; inside formulas the markup is removed, because MathJax could not read it."""
    rendered = cloze_renderer.render_cloze(text, card_number, on_front=on_front)
    return _MATH.sub(lambda math: math[1] + replace_tags(math[2]) + math[3], rendered)


def _render_template(template: str, field_values: Mapping[str, str], filters: Mapping[str, Filter]) -> tuple[str, ...]:
    """Render a template, split where it refers to the front."""
    parts = [""]
    for piece in _render_nodes(parse(template).nodes, field_values, filters):
        if piece is None:
            parts.append("")
        else:
            parts[-1] += piece
    return tuple(parts)


def _render_nodes(
    nodes: tuple[Node, ...], field_values: Mapping[str, str], filters: Mapping[str, Filter]
) -> Iterator[str | None]:
    """Yield the rendered text of nodes, and None for the front."""
    for node in nodes:
        match node:
            case str():
                yield node
            case Section(name, negated, children):
                if bool(_EMPTY.fullmatch(field_values.get(name, ""))) == negated:
                    yield from _render_nodes(children, field_values, filters)
            case Tag(name=name) if name == BACK_ONLY:
                yield None
            case Tag(name=name, filters=filter_names):
                text = field_values[name]
                speaks = bool(filter_names) and filter_names[-1].startswith("tts ")
                for filter_name in ("type-cloze",) if filter_names == ("cloze", "type") else filter_names:
                    text = filters[filter_name](text, name) if filter_name in filters else text
                yield _SPOKEN if speaks else text
