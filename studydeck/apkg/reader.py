"""Read a package that this tool made: the bytes of an `.apkg` in, its `Deck` out.

Anything else raises a `PackageError` with the reason.
"""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
from typing import Any

from studydeck.apkg.writer import CONF_KEY, SEPARATOR
from studydeck.errors import PackageError
from studydeck.model.anki import FIELDS, ID_SLOT_MILLISECONDS, CardTemplate, Deck, Kind, NoteType, Row

_COLLECTION = "collection.anki2"
_LARGEST_COLLECTION = 1 << 31  # bytes of the unpacked collection


def unpack(data: bytes) -> Deck:
    """Read a package.

    Parameters
    ----------
    data : the bytes of an `.apkg`.

    Returns
    -------
    Deck : with its rows in the order in which their cards are studied.

    Raises
    ------
    PackageError : if this tool did not make the package, with the reason.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if archive.getinfo(_COLLECTION).file_size > _LARGEST_COLLECTION:
                raise PackageError("it is too large")
            collection = archive.read(_COLLECTION)
            media_names = json.loads(archive.read("media"))
            media = {str(name): archive.read(member) for member, name in media_names.items()}
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, RuntimeError) as fault:
        raise PackageError(f"it is not an Anki package ({fault})") from fault
    connection = sqlite3.connect(":memory:")
    try:
        connection.deserialize(collection)
        return _deck(connection, media)
    except (sqlite3.Error, KeyError, ValueError, TypeError) as fault:
        raise PackageError(f"its collection cannot be read ({fault})") from fault
    finally:
        connection.close()


def _deck(connection: sqlite3.Connection, media: dict[str, bytes]) -> Deck:
    stored_columns = connection.execute("SELECT conf, models, decks FROM col").fetchone()
    conf, models, decks = (json.loads(text) for text in stored_columns)
    if CONF_KEY not in conf:
        raise PackageError("another tool made it")
    kinds: dict[int, Kind] = {int(number): ("cloze" if model["type"] else "pair") for number, model in models.items()}
    ordinals: dict[int, list[int]] = {}
    for note_id, ordinal in connection.execute("SELECT nid, ord FROM cards ORDER BY due, id"):
        ordinals.setdefault(note_id, []).append(ordinal)
    study_order = {note_id: position for position, note_id in enumerate(ordinals)}
    rows = [
        Row(
            guid=guid,
            kind=kinds[model],
            id_slot=number // ID_SLOT_MILLISECONDS,
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
    rows.sort(key=lambda row: study_order[row.id_slot * ID_SLOT_MILLISECONDS])
    deck_json = next(deck for number, deck in decks.items() if number != "1")
    package_info = conf[CONF_KEY]
    note_types = tuple(_note_type(kinds[int(number)], model) for number, model in models.items())
    return Deck(
        package_info["deck"],
        deck_json["name"],
        deck_json["desc"],
        package_info["version"],
        tuple(rows),
        note_types,
        media,
        package_info.get("tool", ""),
    )


def _note_type(kind: Kind, model: dict[str, Any]) -> NoteType:
    return NoteType(
        kind=kind,
        id=int(model["id"]),
        name=model["name"],
        fields=tuple((entry["name"], entry["id"]) for entry in model["flds"]),
        templates=tuple(
            CardTemplate(entry["name"], entry["id"], entry["qfmt"], entry["afmt"]) for entry in model["tmpls"]
        ),
        css=model["css"],
        changed=model["mod"],
    )
