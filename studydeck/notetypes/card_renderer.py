"""What Anki makes of a row and its note type: the question and the answer of a card, as HTML.

    {{Field}} {{text:Field}} {{hint:Field}}     a field, through filters that stand right to left
    {{#Field}}…{{/Field}} {{^Field}}…{{/Field}}  shown where the field holds something, or nothing
    {{FrontSide}}                                on a back: the question
    {{cloze:Field}} {{cloze-only:Field}}         {{c1::words::hint}} hidden, or shown
    {{type:Field}}                               a box to type in: stays [[type:Field]], as Anki leaves it here
    {{Tags}} {{Deck}} {{Card}} …                 what Anki knows of the card

Faces are those that `faces` has checked. What they show is compared with the real Anki in the tests.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial

from studydeck.model.anki import NoteType, Row
from studydeck.notetypes import cloze_markup
from studydeck.notetypes.template_grammar import BACK_ONLY

_TOKEN = re.compile(r"<!--.*?-->|\{\{(.*?)\}\}", re.DOTALL)
# What Anki takes for an empty field: it knows white space and these two tags, without attributes.
_EMPTY = re.compile(r"(?:[ \t\n\r\f\v]|</?(?:br|div) ?/?>)*", re.IGNORECASE)
_MATH = re.compile(r"(\\[(\[])(.*?)(\\[)\]])", re.DOTALL)
_TAG = re.compile(r"<!--.*?-->|<style.*?>.*?</style>|<script.*?>.*?</script>|<.*?>", re.DOTALL | re.IGNORECASE)
_HINT = '<details class="hint"><summary>{name}</summary>\n{text}</details>'  # Anki's own wants a script


@dataclass(frozen=True, slots=True)
class Face:
    """The two sides of a card. A back that shows the front holds it between its parts, so that it is kept once."""

    ordinal: int
    question: str
    parts: tuple[str, ...]

    @property
    def answer(self) -> str:
        """Give the whole back."""
        return self.question.join(self.parts)


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    filters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Section:
    name: str
    negated: bool
    inside: tuple[_Node, ...]


_Node = str | _Field | _Section


def sides(row: Row, notetype: NoteType, deck_name: str) -> Iterator[Face]:
    """Give the faces of all cards of a row."""
    fields = dict(zip((name for name, _ in notetype.fields), row.fields, strict=True))
    for ordinal in row.ordinals:
        template = notetype.templates[0 if row.kind == "cloze" else ordinal]
        known = {
            "Tags": " ".join(row.tags),
            "Type": notetype.name,
            "Deck": deck_name,
            "Subdeck": deck_name.rsplit("::", 1)[-1],
            "Card": template.name,
            "CardFlag": "flag0",  # none
            "CardID": str(row.id_slot * 512 + 1 + ordinal),
            **fields,
        }
        if row.kind == "cloze":
            known[f"c{ordinal + 1}"] = "1"
        (question,) = _shown(template.front, known, _filters(ordinal + 1, on_front=True))
        yield Face(ordinal, question, _shown(template.back, known, _filters(ordinal + 1, on_front=False)))


Filter = Callable[[str, str], str]


def _filters(number: int, *, on_front: bool) -> Mapping[str, Filter]:
    """Give the filters of one side of a card; each takes the text so far and the field's name."""
    return {
        "": lambda text, _name: text,
        "text": lambda text, _name: html.unescape(_TAG.sub("", text)).replace("\xa0", " "),
        "hint": lambda text, name: _HINT.format(name=name, text=text) if text.strip() else text,
        "type": lambda _text, name: f"[[type:{name}]]",
        "type-nc": lambda _text, name: f"[[type:nc:{name}]]",
        "type-cloze": lambda _text, name: f"[[type:cloze:{name}]]",
        "cloze": partial(_cloze, number=number, on_front=on_front),
        "cloze-only": lambda text, _name: cloze_markup.only(text, number, on_front=on_front),
    }


def _cloze(text: str, _name: str, *, number: int, on_front: bool) -> str:
    """Hide or show; a formula keeps no markup, which MathJax could not read."""
    shown = cloze_markup.revealed(text, number, on_front=on_front)
    return _MATH.sub(lambda found: found[1] + _TAG.sub("", found[2]) + found[3], shown)


def _shown(face: str, known: Mapping[str, str], filters: Mapping[str, Filter]) -> tuple[str, ...]:
    """Fill in a face; it is cut where the front belongs."""
    parts = [""]
    for piece in _pieces(_parsed(face), known, filters):
        if piece is None:
            parts.append("")
        else:
            parts[-1] += piece
    return tuple(parts)


def _pieces(
    section_keys: tuple[_Node, ...], known: Mapping[str, str], filters: Mapping[str, Filter]
) -> Iterator[str | None]:
    """Give the texts of a face, and None for the front."""
    for node in section_keys:
        match node:
            case str():
                yield node
            case _Section(name, negated, inside):
                if bool(_EMPTY.fullmatch(known.get(name, ""))) == negated:
                    yield from _pieces(inside, known, filters)
            case _Field(name) if name == BACK_ONLY:
                yield None
            case _Field(name, wanted):
                text = known[name]
                for one in ("type-cloze",) if wanted == ("cloze", "type") else wanted:
                    text = filters[one](text, name) if one in filters else text
                yield text


@lru_cache(maxsize=64)
def _parsed(face: str) -> tuple[_Node, ...]:
    """Read a face whose braces are known to be well-formed."""
    levels: list[list[_Node]] = [[]]
    signs: list[str] = []
    end = 0
    for token in _TOKEN.finditer(face):
        levels[-1].append(face[end : token.start()])
        end = token.end()
        body = (token[1] or "").strip()
        if token[1] is None:
            levels[-1].append(token[0])  # a comment: Anki fills in nothing there
        elif body[:1] in {"#", "^"}:
            levels.append([])
            signs.append(body[0])
        elif body[:1] == "/":
            inside = tuple(levels.pop())
            levels[-1].append(_Section(body[1:].strip(), signs.pop() == "^", inside))
        else:
            *filters, name = (part.strip() for part in body.split(":"))
            levels[-1].append(_Field(name, tuple(reversed(filters))))
    return (*levels[0], face[end:])
