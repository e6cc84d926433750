"""Let Anki speak fields: note types and the languages of `speak` in deck.toml in, note types that speak out.

Anki's own text to speech reads `{{tts es_ES:Term}}` on the side where it stands, with a voice of the learner's system.
It stands after the field on the side that shows it, so no field or template changes its number, order or id.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from studydeck.model.anki import RECORDED_FIELD, CardTemplate, NoteType
from studydeck.notetypes.template_parser import Tag, parse


def with_speech(note_types: Sequence[NoteType], speak: Mapping[str, str]) -> tuple[NoteType, ...]:
    """Return note types whose card templates speak fields.

    Parameters
    ----------
    note_types : with valid templates.
    speak : the names of fields, each with its language as Anki names it ("es_ES").
    """
    if not speak:
        return tuple(note_types)
    return tuple(
        replace(note_type, templates=tuple(_spoken(template, speak) for template in note_type.templates))
        for note_type in note_types
    )


def _spoken(template: CardTemplate, speak: Mapping[str, str]) -> CardTemplate:
    front = _shown(template.front, speak)
    back = {
        name: tag
        for name, tag in _shown(template.back, speak).items()
        # What the front shows was heard with it; a cloze says more on the back.
        if name not in front or "cloze" in tag.filters
    }
    return replace(
        template, front=_with_tags(template.front, front, speak), back=_with_tags(template.back, back, speak)
    )


def _shown(side: str, speak: Mapping[str, str]) -> dict[str, Tag]:
    """Return the first place of each spoken field that a side shows."""
    shown: dict[str, Tag] = {}
    for tag in parse(side).tags:
        if not tag.sign and tag.name in speak and tag.filters in {(), ("cloze",)}:
            shown.setdefault(tag.name, tag)
    return shown


def _with_tags(side: str, places: Mapping[str, Tag], speak: Mapping[str, str]) -> str:
    for name, tag in sorted(places.items(), key=lambda place: -place[1].start):
        field = ":".join((*reversed(tag.filters), name))
        # Of a field with a recording Anki would read out the name of its file.
        speech = f"{{{{^{RECORDED_FIELD}}}}}{{{{tts {speak[name]}:{field}}}}}{{{{/{RECORDED_FIELD}}}}}"
        side = side[: tag.end] + speech + side[tag.end :]
    return side
