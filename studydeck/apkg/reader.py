"""From the bytes of a package that this tool made back to its Deck; whatever else it holds is refused with words."""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
from typing import Any

from studydeck.apkg.writer import MARK, SEPARATOR, SLOT
from studydeck.errors import PackageError
from studydeck.model.anki import FIELDS, CardTemplate, Deck, Kind, NoteType, Row

_COLLECTION = "collection.anki2"
_LARGEST = 1 << 31  # bytes: a package that unfolds to more than this is none of ours


def unpack(data: bytes) -> Deck:
    """Read a package: its deck, and its rows in the order in which their cards are studied.

    Raises
    ------
    PackageError : where it is no package of this tool, with the reason.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if archive.getinfo(_COLLECTION).file_size > _LARGEST:
                raise PackageError("it is too large")
            collection = archive.read(_COLLECTION)
            names = json.loads(archive.read("media"))
            media = {str(name): archive.read(member) for member, name in names.items()}
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, RuntimeError) as bad:
        raise PackageError(f"it is no package of cards ({bad})") from bad
    connection = sqlite3.connect(":memory:")
    try:
        connection.deserialize(collection)
        return _deck(connection, media)
    except (sqlite3.Error, KeyError, ValueError, TypeError) as bad:
        raise PackageError(f"its collection cannot be read ({bad})") from bad
    finally:
        connection.close()


def _deck(connection: sqlite3.Connection, media: dict[str, bytes]) -> Deck:
    columns = connection.execute("SELECT conf, models, decks FROM col").fetchone()
    conf, models, decks = (json.loads(text) for text in columns)
    if MARK not in conf:
        raise PackageError("another tool made it")
    kinds: dict[int, Kind] = {int(number): ("cloze" if model["type"] else "pair") for number, model in models.items()}
    ordinals: dict[int, list[int]] = {}
    for note, ordinal in connection.execute("SELECT nid, ord FROM cards ORDER BY due, id"):
        ordinals.setdefault(note, []).append(ordinal)
    spans = {note: span for span, note in enumerate(ordinals)}
    rows = [
        Row(
            guid=guid,
            kind=kinds[model],
            id_slot=number // SLOT,
            changed=changed,
            fields=tuple(fields.split(SEPARATOR)),
            tags=tuple(tags.split()),
            ordinals=tuple(ordinals[number]),
        )
        for number, guid, model, changed, fields, tags in connection.execute(
            "SELECT id, guid, mid, mod, flds, tags FROM notes"
        )
    ]
    if any(len(row.fields) != len(FIELDS[row.kind]) for row in rows):
        raise PackageError("its notes have other fields")
    rows.sort(key=lambda row: spans[row.id_slot * SLOT])
    ours = next(deck for number, deck in decks.items() if number != "1")
    mark = conf[MARK]
    notetypes = tuple(_notetype(kinds[int(number)], model) for number, model in models.items())
    return Deck(
        mark["deck"], ours["name"], ours["desc"], mark["version"], tuple(rows), notetypes, media, mark.get("tool", "")
    )


def _notetype(kind: Kind, model: dict[str, Any]) -> NoteType:
    return NoteType(
        kind=kind,
        id=int(model["id"]),
        name=model["name"],
        fields=tuple((one["name"], one["id"]) for one in model["flds"]),
        templates=tuple(CardTemplate(one["name"], one["id"], one["qfmt"], one["afmt"]) for one in model["tmpls"]),
        css=model["css"],
        changed=model["mod"],
    )
