"""The only room that knows genanki: a Deck becomes the bytes of an `.apkg`.

An `.apkg` is a zip of `collection.anki2` (SQLite, schema 11), `media` (JSON: member name -> file name) and one member
for each file, named 0, 1, 2… genanki gives the schema and the JSON of deck and note types. The rows are written here,
because genanki has one time for all notes, counts ids from a clock, and finds ordinals by itself.

Ids: a note is `slot * 512` (milliseconds), its cards `note + 1 + ordinal`. Nothing here reads the clock, the disk or
the environment: same deck, same bytes.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
import sqlite3
from collections.abc import Hashable, Iterator, Mapping
from contextlib import contextmanager
from operator import attrgetter, itemgetter
from typing import Any

from studydeck.apkg import deterministic
from studydeck.model.anki import FIELDS, SORT_FIELD, TEMPLATES, Deck, Kind, NoteType, Row
from studydeck.model.digests import deck_number

SIBLING_DISTANCE = 25  # new cards between two of one note, so that siblings do not crowd one day
SLOT = 512  # milliseconds: room for a note id and its cards
# How many cards a note can have; Anki ignores c501 and above.
MOST_CARDS: Mapping[Kind, int] = {"pair": len(TEMPLATES["pair"]), "cloze": 500}
SEPARATOR = "\x1f"
MARK = "studydeck"  # the key of what a package says of itself
# The collection lives in memory, and is thrown away where a row fails: nothing is to be rolled back.
_IN_PASSING = ("journal_mode = OFF", "temp_store = MEMORY")
MEDIA_NAME = re.compile(r"[a-z0-9._-]+")
# What a learner need not see in the editor, nor find by a plain search; `ID:…` still finds it.
QUIET_FIELDS = frozenset({"ID", "HeadingPath", "Extra", "Source", "Spare1", "Spare2"})
_TAG = re.compile(r"<([^>]*)>")
_SHOWS = re.compile(r"<(?:img|audio|video|source)\b", re.IGNORECASE)
_ADDRESS = re.compile(r"""\bsrc\s*=\s*(?:"([^"]*)"|'([^']*)'|(\S+))""", re.IGNORECASE)


def pack(deck: Deck) -> bytes:
    """Give the `.apkg` of a deck; a ValueError names the row that Anki could not import whole."""
    _check(deck)
    names = sorted(deck.media)
    listing = json.dumps({str(number): name for number, name in enumerate(names)}, sort_keys=True)
    members: dict[str, bytes | bytearray] = {"collection.anki2": _collection(deck), "media": listing.encode()}
    members |= {str(number): deck.media[name] for number, name in enumerate(names)}
    return deterministic.write_archive(members)


def import_genanki() -> None:
    """Load genanki ahead of its use, where there is time for it: `_fill` loads it otherwise."""
    import genanki  # noqa: F401  # only to be there


def positions(rows: tuple[Row, ...]) -> list[int]:
    """Give each new card, in the order of the rows and their ordinals, its place in the order of study, from 1."""
    wished: list[int] = []
    for index, row in enumerate(rows):
        wished += range(index, index + SIBLING_DISTANCE * len(row.ordinals), SIBLING_DISTANCE)
    spans = [0] * len(wished)
    for span, card in enumerate(sorted(range(len(wished)), key=wished.__getitem__), start=1):
        spans[card] = span  # whose wishes are equal keep the order of the rows
    return spans


def plain(field: str) -> str:
    """Strip a field of its HTML as Anki does for sorting and checksums: names of pictures stay."""
    if "<" not in field and "&" not in field:
        return field
    end = field.rfind(">") + 1  # what opens later never closes: without this, many a "<" takes quadratic time
    text = _TAG.sub(_shown_name if _SHOWS.search(field) else "", field[:end]) + field[end:]
    return html.unescape(text).replace("\xa0", " ") if "&" in text else text


def _shown_name(tag: re.Match[str]) -> str:
    """Give the name of the file that a tag shows, between blanks, or nothing."""
    address = _ADDRESS.search(tag[1]) if _SHOWS.match(tag[0]) else None
    return f" {address[1] or address[2] or address[3]} " if address else ""


def checksum(field: str) -> int:
    """Give Anki's checksum of a first field: 32 bits of SHA-1."""
    return int.from_bytes(hashlib.sha1(plain(field).encode(), usedforsecurity=False).digest()[:4], "big")


def _fill(cursor: sqlite3.Cursor, deck: Deck) -> None:
    """Fill an empty database: times and ids come with the rows, which are written in bulk."""
    import genanki

    latest, number = max((row.changed for row in deck.rows), default=0), deck_number(deck.id)
    genanki.Package([]).write_to_db(cursor, latest, iter(()))
    decks, conf = map(json.loads, cursor.execute("SELECT decks, conf FROM col").fetchone())
    decks[str(number)] = genanki.Deck(number, deck.name, deck.description).to_json()
    models = {str(one.id): _model(one, number) for one in deck.notetypes}
    # Anki ignores a package's configuration; here it names the deck to `unpack`.
    conf[MARK] = {"deck": deck.id, "tool": deck.tool, "version": deck.version}
    columns = (json.dumps(one, sort_keys=True) for one in (decks, models, conf))
    cursor.execute("UPDATE col SET decks = ?, models = ?, conf = ?", [*columns])
    cursor.execute("UPDATE col SET mod = :now, scm = :now", {"now": latest * 1000})
    with _indexed_later(cursor):
        cursor.executemany("INSERT INTO notes VALUES (?,?,?,?,-1,?,?,?,?,0,'')", _notes(deck))
        cursor.executemany(
            "INSERT INTO cards VALUES (?,?,?,?,?,-1,0,0,?,0,0,0,0,0,0,0,0,'')", _cards(deck.rows, number)
        )


def _model(notetype: NoteType, deck: int) -> dict[str, Any]:
    """Give a note type as Anki's JSON has it."""
    from genanki import Model

    model = Model(
        notetype.id,
        notetype.name,
        fields=[_field(name, number) for name, number in notetype.fields],
        templates=[
            {"name": face.name, "id": face.id, "qfmt": face.front, "afmt": face.back} for face in notetype.templates
        ],
        css=notetype.css,
        model_type=Model.CLOZE if notetype.kind == "cloze" else Model.FRONT_BACK,
        sort_field_index=_sorts_by(notetype),
    )
    if notetype.kind == "cloze":
        # genanki's own reading knows no filters and would name the fields around the cloze.
        vars(model)["_req"] = [[0, "any", [model.sort_field_index]]]
    written: dict[str, Any] = model.to_json(notetype.changed, deck)
    return written


def _sorts_by(notetype: NoteType) -> int:
    return [name for name, _ in notetype.fields].index(SORT_FIELD[notetype.kind])


def _notes(deck: Deck) -> Iterator[tuple[Any, ...]]:
    """Give id, guid, mid, mod, tags, flds, sfld, csum of each note by its id: so a table is filled soonest."""
    kinds = {one.kind: (one.id, _sorts_by(one)) for one in deck.notetypes}
    for row in sorted(deck.rows, key=attrgetter("id_slot")):
        fields, (model, sorts_by) = row.fields, kinds[row.kind]
        tags = f" {' '.join(row.tags)} " if row.tags else ""
        whole, sorted_as, found_as = SEPARATOR.join(fields), plain(fields[sorts_by]), checksum(fields[0])
        yield row.id_slot * SLOT, row.guid, model, row.changed, tags, whole, sorted_as, found_as


def _cards(rows: tuple[Row, ...], deck: int) -> list[tuple[int, ...]]:
    """Give id, nid, did, ord, mod, due of each card by its id."""
    due, cards = iter(positions(rows)), list[tuple[int, ...]]()
    for row in rows:
        note, changed = row.id_slot * SLOT, row.changed
        cards += [(note + 1 + one, note, deck, one, changed, next(due)) for one in row.ordinals]
    return sorted(cards, key=itemgetter(0))


@contextmanager
def _indexed_later(cursor: sqlite3.Cursor) -> Iterator[None]:
    """Take the indices away while rows come in: made once at the end, they cost half."""
    (version,) = cursor.execute("PRAGMA schema_version").fetchone()
    indices = cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' ORDER BY rowid").fetchall()
    for name, _ in indices:
        cursor.execute(f"DROP INDEX {name}")
    yield
    for _, sql in indices:
        cursor.execute(sql)
    cursor.execute(f"PRAGMA schema_version = {version}")  # it is in the file, and counts what was taken and made


def _field(name: str, number: int) -> dict[str, Any]:
    """Give a field as Anki's JSON has it; who deletes one would never get an update again, hence the guard."""
    quiet = name in QUIET_FIELDS
    return {"name": name, "id": number, "collapsed": quiet, "excludeFromSearch": quiet, "preventDeletion": True}


def _collection(deck: Deck) -> bytearray:
    """Write the collection in memory and give the bytes of its file."""
    # A file in memory, and not `:memory:`: it is handed out as it lies there, and not page by page.
    connection = sqlite3.connect("file:collection?vfs=memdb", uri=True)
    try:
        for pragma in (*deterministic.PRAGMAS, *_IN_PASSING):
            connection.execute(f"PRAGMA {pragma}")
        _fill(connection.cursor(), deck)
        connection.commit()
        connection.execute("VACUUM")
        written = connection.serialize()
    finally:
        connection.close()
    return deterministic.blank_leftovers(written)


def _check(deck: Deck) -> None:
    """Raise a ValueError for what Anki would import wrongly or not at all; here it can only be a bug."""
    kinds = {notetype.kind for notetype in deck.notetypes}
    if len(kinds) < len(deck.notetypes):
        raise ValueError("two note types of one kind")
    guids: set[str] = set()
    slots: set[int] = set()
    sound: set[Hashable] = set()
    for row in deck.rows:
        guid, id_slot = row.guid, row.id_slot
        if row.kind not in kinds:
            raise ValueError(f"note {guid}: there is no note type for the kind {row.kind}")
        if guid in guids or id_slot in slots:
            raise ValueError(f"note {guid}: its GUID or its slot is taken")
        if fault := _fault(row, sound):
            raise ValueError(f"note {guid}: {fault}")
        guids.add(guid)
        slots.add(id_slot)
    for name in deck.media:
        if not MEDIA_NAME.fullmatch(name):
            raise ValueError(f"the picture {name!r} has an unsafe name")


def _fault(row: Row, sound: set[Hashable]) -> str:
    """Say what is wrong with a row by itself, or nothing; `sound` is what was looked at and comes again and again."""
    fields = row.fields
    if len(fields) != len(FIELDS[row.kind]):
        return f"it has {len(fields)} fields, its note type {len(FIELDS[row.kind])}"
    if fields[0] != row.guid:
        return "its first field is not its GUID"
    whole = "".join(fields)
    if SEPARATOR in whole or "\0" in whole:
        return "a field holds a control character that Anki takes for its end"
    if (cards := (row.kind, row.ordinals)) not in sound:
        if fault := _miscounted(*cards):
            return fault
        sound.add(cards)
    for tag in row.tags:
        if tag not in sound:
            if tag.split() != [tag] or not all(tag.split("::")):
                return f"the tag {tag!r} holds white space or an empty part"
            sound.add(tag)
    return ""


def _miscounted(kind: Kind, ordinals: tuple[int, ...]) -> str:
    if not ordinals or len(set(ordinals)) < len(ordinals):
        return "it has no card, or one twice"
    if not 0 <= min(ordinals) <= max(ordinals) < MOST_CARDS[kind]:
        return f"an ordinal lies outside of 0 to {MOST_CARDS[kind] - 1}"
    return ""
