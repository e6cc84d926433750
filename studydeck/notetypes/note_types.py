"""Load and check note types: the texts of the templates folder in, note types or diagnostics out.

The folder holds one folder for each kind of note, and styles that all kinds share:

    pair/notetype.toml   name, [[fields]] (name, id) and [[templates]] (name, id, front, back), in their order
    pair/*.html          the card templates that notetype.toml names
    pair/style.css       the style of this kind
    common.css code.css  come before the style of every kind; both are optional

A card template writes `%{more}` for a word in the language of the deck (`text.card_words`).

The ids of fields and templates must never change: Anki skips every note of a note type whose fields or templates
changed.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import get_args

import msgspec

from studydeck.diagnostics import Diagnostic, DiagnosticCode, error
from studydeck.errors import BuildError
from studydeck.model import digests
from studydeck.model.anki import FIELDS, SORT_FIELD, TEMPLATES, CardTemplate, Kind, NoteType
from studydeck.notetypes import template_grammar
from studydeck.notetypes.template_parser import Fault
from studydeck.notetypes.template_words import unknown_words, with_words
from studydeck.text.card_words import CardWords, card_words

TEMPLATES_FOLDER = "templates"  # how diagnostics name the folder, wherever it is
DEFINITION_FILE = "notetype.toml"
SHARED_STYLES = ("common.css", "code.css")


class _Field(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    id: int


class _Template(_Field, frozen=True, forbid_unknown_fields=True):
    front: str
    back: str


class _Definition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The content of a notetype.toml."""

    name: str
    fields: tuple[_Field, ...]
    templates: tuple[_Template, ...]


def load_note_types(texts: Mapping[str, str], deck_id: str, language: str = "en") -> tuple[NoteType, ...]:
    """Load all note types.

    Parameters
    ----------
    texts : the templates folder: path relative to it -> text.
    deck_id : the deck's id, from which the ids of its note types are derived.
    language : that of the words on the cards.

    Returns
    -------
    tuple of NoteType : one for each kind, in the order of `Kind`.

    Raises
    ------
    BuildError : with all diagnostics, for templates that Anki could not render and note types with other fields.
    """
    note_types: list[NoteType] = []
    diagnostics: list[Diagnostic] = []
    for name in SHARED_STYLES:
        diagnostics += _diagnostics(name, texts.get(name, ""), template_grammar.forbidden_content(texts.get(name, "")))
    for kind in get_args(Kind):
        try:
            definition = _read_definition(texts, kind)
        except BuildError as invalid:
            diagnostics += invalid.diagnostics
            continue
        if faults := [*_schema_diagnostics(texts, kind, definition), *_template_diagnostics(texts, kind, definition)]:
            diagnostics += faults
        else:
            note_types.append(_note_type(texts, kind, definition, deck_id, card_words(language)))
    if diagnostics:
        raise BuildError(diagnostics)
    return tuple(note_types)


def _note_type(
    texts: Mapping[str, str], kind: Kind, definition: _Definition, deck_id: str, words: CardWords
) -> NoteType:
    """Return the note type of a valid definition; its name has no part that may change, such as the deck's name."""
    return NoteType(
        kind=kind,
        id=digests.notetype_number(deck_id, kind),
        name=f"Studydeck {definition.name} ({digests.owner_digest(deck_id)})",
        fields=tuple((field.name, field.id) for field in definition.fields),
        templates=tuple(
            CardTemplate(
                template.name,
                template.id,
                with_words(texts[f"{kind}/{template.front}"], words),
                with_words(texts[f"{kind}/{template.back}"], words),
            )
            for template in definition.templates
        ),
        css="\n".join(texts[name] for name in (*SHARED_STYLES, f"{kind}/style.css") if name in texts),
    )


def _read_definition(texts: Mapping[str, str], kind: Kind) -> _Definition:
    """Return the parsed notetype.toml of a kind."""
    path = f"{kind}/{DEFINITION_FILE}"
    if path not in texts:
        raise BuildError([template_error(path, 0, "the file is missing")])
    try:
        return msgspec.convert(tomllib.loads(texts[path]), _Definition)
    except tomllib.TOMLDecodeError as fault:
        position = re.search(r"at line (\d+)", str(fault))
        line = int(position[1]) if position else texts[path].count("\n") + 1
        raise BuildError([template_error(path, line, f"invalid TOML: {fault}")]) from fault
    except msgspec.ValidationError as fault:
        position = re.search(r"\$\.(\w+)\[(\d+)\]", str(fault))
        line = _entry_line(texts[path], position[1], int(position[2])) if position else 1
        raise BuildError([template_error(path, line, f"invalid note type: {fault}")]) from fault


def _schema_diagnostics(texts: Mapping[str, str], kind: Kind, definition: _Definition) -> Iterator[Diagnostic]:
    """Yield fields and templates that differ from those that learners have."""
    path = f"{kind}/{DEFINITION_FILE}"
    seen_ids: set[int] = set()
    for table, entries, names in (
        ("fields", definition.fields, FIELDS[kind]),
        ("templates", definition.templates, TEMPLATES[kind]),
    ):
        entry_names = tuple(entry.name for entry in entries)
        if entry_names != names:
            matches = (
                entry_name == expected_name for entry_name, expected_name in zip(entry_names, names, strict=False)
            )
            first_difference = next(
                (index for index, matching in enumerate(matches) if not matching), min(len(entry_names), len(names))
            )
            line = _entry_line(texts[path], table, first_difference)
            yield template_error(
                path,
                line,
                f"the {table} must be {', '.join(names)}: Anki skips the notes of a note type that changed",
            )
        for index, entry in enumerate(entries):
            if entry.id in seen_ids or not 0 < entry.id < 2**63:
                yield template_error(
                    path, _entry_line(texts[path], table, index), f"{entry.name} needs a unique id from 1 to 2^63 - 1"
                )
            seen_ids.add(entry.id)


def _template_diagnostics(texts: Mapping[str, str], kind: Kind, definition: _Definition) -> Iterator[Diagnostic]:
    """Yield the faults in the card templates and in the style of a kind."""
    for index, template in enumerate(definition.templates):
        for file_name in (template.front, template.back):
            path = f"{kind}/{file_name}"
            if path not in texts:
                line = _entry_line(texts[f"{kind}/{DEFINITION_FILE}"], "templates", index)
                yield template_error(f"{kind}/{DEFINITION_FILE}", line, f"the file {file_name} is missing")
                continue
            allowed_names = frozenset(field.name for field in definition.fields)
            allowed_names |= {template_grammar.BACK_ONLY} if file_name == template.back else frozenset()
            yield from _diagnostics(path, texts[path], _template_faults(texts[path], kind, allowed_names))
    path = f"{kind}/style.css"
    if path not in texts:
        yield template_error(path, 0, "the file is missing")
    yield from _diagnostics(path, texts.get(path, ""), template_grammar.forbidden_content(texts.get(path, "")))


def _template_faults(text: str, kind: Kind, allowed_names: frozenset[str]) -> Iterator[Fault]:
    """Yield the faults of one card template."""
    yield from template_grammar.forbidden_content(text)
    yield from unknown_words(text)
    yield from template_grammar.template_faults(text, allowed_names, is_cloze=kind == "cloze")
    if kind == "cloze":
        yield from template_grammar.missing_cloze(text, SORT_FIELD[kind])


def _diagnostics(path: str, text: str, faults: Iterator[Fault]) -> list[Diagnostic]:
    """Return faults as diagnostics with file and line, in the order of the text."""
    return [template_error(path, text.count("\n", 0, offset) + 1, message) for offset, message in sorted(faults)]


def template_error(path: str, line: int, message: str) -> Diagnostic:
    """Return an error in a file of the templates folder."""
    return error(DiagnosticCode.BAD_TEMPLATE, f"{TEMPLATES_FOLDER}/{path}", line, message, root="templates")


def _entry_line(text: str, table: str, index: int) -> int:
    """Return the line of the `[[table]]` with this index, of the last one if there are fewer, or 1 if there is none."""
    header_offsets = [match.start(1) for match in re.finditer(rf"^[ \t]*(\[\[\s*{table}\s*\]\])", text, re.MULTILINE)]
    return text.count("\n", 0, header_offsets[min(index, len(header_offsets) - 1)]) + 1 if header_offsets else 1
