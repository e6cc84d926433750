"""Templates, checked: the texts of the templates folder become note types, or problems.

The folder holds one folder a kind, and what the kinds share:

    pair/notetype.toml   name, [[fields]] (name, id) and [[templates]] (name, id, front, back), in their order
    pair/*.html          the faces that notetype.toml names
    pair/style.css       the kind's own style
    common.css code.css  stand before every style; either may be missing

Field and template ids are for ever: Anki skips every note of a note type that changed its shape.
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

FOLDER = "templates"  # how problems name the folder, wherever it lies
RECIPE = "notetype.toml"
SHARED_STYLES = ("common.css", "code.css")


class _Field(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    id: int


class _Template(_Field, frozen=True, forbid_unknown_fields=True):
    front: str
    back: str


class _Recipe(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What notetype.toml says."""

    name: str
    fields: tuple[_Field, ...]
    templates: tuple[_Template, ...]


def load_note_types(texts: Mapping[str, str], deck_id: str) -> tuple[NoteType, ...]:
    """Read the templates folder, a mapping of path to text.

    Raises
    ------
    BuildError : with all that Anki could not show, or that would change the shape of a note type.
    """
    notetypes: list[NoteType] = []
    diagnostics: list[Diagnostic] = []
    for name in SHARED_STYLES:
        diagnostics += _diagnostics(name, texts.get(name, ""), template_grammar.forbidden(texts.get(name, "")))
    for kind in get_args(Kind):
        try:
            recipe = _recipe(texts, kind)
        except BuildError as stopped:
            diagnostics += stopped.diagnostics
            continue
        if found := [*_shape(texts, kind, recipe), *_faces(texts, kind, recipe)]:
            diagnostics += found
        else:
            notetypes.append(_notetype(texts, kind, recipe, deck_id))
    if diagnostics:
        raise BuildError(diagnostics)
    return tuple(notetypes)


def _notetype(texts: Mapping[str, str], kind: Kind, recipe: _Recipe, deck_id: str) -> NoteType:
    """Put a checked recipe and its faces together; the name holds nothing of the deck that may change."""
    return NoteType(
        kind=kind,
        id=digests.notetype_number(deck_id, kind),
        name=f"Studydeck {recipe.name} ({digests.owner_digest(deck_id)})",
        fields=tuple((field.name, field.id) for field in recipe.fields),
        templates=tuple(
            CardTemplate(face.name, face.id, texts[f"{kind}/{face.front}"], texts[f"{kind}/{face.back}"])
            for face in recipe.templates
        ),
        css="\n".join(texts[name] for name in (*SHARED_STYLES, f"{kind}/style.css") if name in texts),
    )


def _recipe(texts: Mapping[str, str], kind: Kind) -> _Recipe:
    """Read a kind's notetype.toml."""
    path = f"{kind}/{RECIPE}"
    if path not in texts:
        raise BuildError([_diagnostic(path, 0, "the file is missing")])
    try:
        return msgspec.convert(tomllib.loads(texts[path]), _Recipe)
    except tomllib.TOMLDecodeError as fault:
        span = re.search(r"at line (\d+)", str(fault))
        line = int(span[1]) if span else texts[path].count("\n") + 1
        raise BuildError([_diagnostic(path, line, f"this is not TOML: {fault}")]) from fault
    except msgspec.ValidationError as fault:
        span = re.search(r"\$\.(\w+)\[(\d+)\]", str(fault))
        line = _entry_line(texts[path], span[1], int(span[2])) if span else 1
        raise BuildError([_diagnostic(path, line, f"this is not a note type: {fault}")]) from fault


def _shape(texts: Mapping[str, str], kind: Kind, recipe: _Recipe) -> Iterator[Diagnostic]:
    """Compare fields and templates with what learners have."""
    path = f"{kind}/{RECIPE}"
    seen: set[int] = set()
    for what, entries, names in (
        ("fields", recipe.fields, FIELDS[kind]),
        ("templates", recipe.templates, TEMPLATES[kind]),
    ):
        found = tuple(entry.name for entry in entries)
        if found != names:
            alike = (ours == theirs for ours, theirs in zip(found, names, strict=False))
            odd = next((index for index, same in enumerate(alike) if not same), min(len(found), len(names)))
            line = _entry_line(texts[path], what, odd)
            yield _diagnostic(
                path, line, f"the {what} must be {', '.join(names)}: Anki skips the notes of one that changed"
            )
        for index, entry in enumerate(entries):
            if entry.id in seen or not 0 < entry.id < 2**63:
                yield _diagnostic(path, _entry_line(texts[path], what, index), f"{entry.name} needs an id of its own")
            seen.add(entry.id)


def _faces(texts: Mapping[str, str], kind: Kind, recipe: _Recipe) -> Iterator[Diagnostic]:
    """Check each face, and the style of the kind."""
    for index, template in enumerate(recipe.templates):
        for side in (template.front, template.back):
            path = f"{kind}/{side}"
            if path not in texts:
                line = _entry_line(texts[f"{kind}/{RECIPE}"], "templates", index)
                yield _diagnostic(f"{kind}/{RECIPE}", line, f"the file {side} is missing")
                continue
            names = frozenset(field.name for field in recipe.fields)
            names |= {template_grammar.BACK_ONLY} if side == template.back else frozenset()
            yield from _diagnostics(path, texts[path], _faults(texts[path], kind, names))
    path = f"{kind}/style.css"
    if path not in texts:
        yield _diagnostic(path, 0, "the file is missing")
    yield from _diagnostics(path, texts.get(path, ""), template_grammar.forbidden(texts.get(path, "")))


def _faults(text: str, kind: Kind, names: frozenset[str]) -> Iterator[template_grammar.Fault]:
    """Find everything that is wrong in one face."""
    yield from template_grammar.forbidden(text)
    yield from template_grammar.unreadable(text, names, is_cloze=kind == "cloze")
    if kind == "cloze":
        yield from template_grammar.hides_nothing(text, SORT_FIELD[kind])


def _diagnostics(path: str, text: str, faults: Iterator[template_grammar.Fault]) -> list[Diagnostic]:
    """Give faults their file and line, in the order of the text."""
    return [_diagnostic(path, text.count("\n", 0, at) + 1, message) for at, message in sorted(faults)]


def _diagnostic(path: str, line: int, message: str) -> Diagnostic:
    return error(DiagnosticCode.BAD_TEMPLATE, f"{FOLDER}/{path}", line, message)


def _entry_line(text: str, table: str, index: int) -> int:
    """Find the line of the `[[table]]` with this index, or the last one, or the first line of the file."""
    heads = [match.start(1) for match in re.finditer(rf"^[ \t]*(\[\[\s*{table}\s*\]\])", text, re.MULTILINE)]
    return text.count("\n", 0, heads[min(index, len(heads) - 1)]) + 1 if heads else 1
