"""Read a package that this tool made, which may come from a stranger: the bytes of an `.apkg` in, its `Deck` out.

Anything else raises a `PackageError` with the reason. Sizes and work are limited, so that no package exhausts memory or
time. All commands that read a package use this module.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct

from studydeck.apkg import validation
from studydeck.apkg.archive_reader import COLLECTION, MEDIA_LIST, MEGABYTE, Member, read_members
from studydeck.apkg.database import LARGEST_COLLECTION, open_collection, read_rows
from studydeck.apkg.validation import MEDIA_NAME, SEPARATOR
from studydeck.errors import PackageError
from studydeck.model.anki import FIELDS, ID_SLOT_MILLISECONDS, TEMPLATES, CardTemplate, Deck, Kind, NoteType, Row
from studydeck.model.digests import deck_number
from studydeck.patterns import lazy_pattern

_LATEST_TIME = 253_402_300_799  # seconds since the epoch, at the end of the year 9999
_LARGEST_JSON = 8 * MEGABYTE
_LARGEST_DECK = 128 * MEGABYTE  # of memory that the rows take
_NOTE_BYTES, _CARD_BYTES = 500, 100  # of memory that a note and a card take, besides texts
_MAX_REASON = 200  # characters
_GUID = lazy_pattern(r"[a-z2-7]{16}")
_KINDS: Mapping[int, Kind] = {0: "pair", 1: "cloze"}

_JsonType = TypeVar("_JsonType")
_Time = Annotated[int, Meta(ge=0, le=_LATEST_TIME)]
_NoteId = Annotated[int, Meta(gt=0, le=_LATEST_TIME * 1000, multiple_of=ID_SLOT_MILLISECONDS)]
_Text = Annotated[str, Meta(max_length=1000)]


class _SettingsRow(Struct, array_like=True):
    conf: str
    models: str
    decks: str


class _NoteRow(Struct, array_like=True):
    id: _NoteId
    guid: str
    model: int
    changed: _Time
    tags: str
    fields: str


class _CardRow(Struct, array_like=True):
    id: int
    note: int
    ordinal: int
    due: int
    deck: int


class _PackageInfo(Struct):
    deck: _Text
    version: _Text
    tool: _Text = ""


class _Conf(Struct):
    studydeck: _PackageInfo | None = None  # the name is writer.CONF_KEY


class _Deck(Struct):
    name: _Text
    desc: str


class _Field(Struct):
    name: _Text
    id: int


class _Template(Struct):
    name: _Text
    id: int
    qfmt: str
    afmt: str


class _Model(Struct):
    type: Literal[0, 1]
    name: _Text
    mod: _Time
    css: str
    flds: tuple[_Field, ...]
    tmpls: tuple[_Template, ...]


def unpack(data: bytes) -> Deck:
    """Read a package.

    Parameters
    ----------
    data : the bytes of an `.apkg`.

    Returns
    -------
    Deck : with its rows in the order in which their cards are studied, and without the contents of its pictures.

    Raises
    ------
    PackageError : if this tool did not make the package, or it is damaged, with the reason.
    """
    members = read_members(data)
    _check_pictures(members)
    with open_collection(members[COLLECTION].read(LARGEST_COLLECTION)) as connection:
        settings = list(read_rows(connection, "col LIMIT 2", "conf, models, decks", _SettingsRow))
        if len(settings) != 1:
            raise PackageError("it is damaged: its collection has no settings, or has them twice")
        package_info = _from_json(settings[0].conf, _Conf, "configuration").studydeck
        if package_info is None:
            raise PackageError("another tool made it")
        decks = _from_json(settings[0].decks, dict[int, _Deck], "decks")
        models = _from_json(settings[0].models, dict[int, _Model], "note types")
        deck_json = decks.get(deck_number(package_info.deck)) or next(
            (deck for number, deck in decks.items() if number != 1), None
        )
        if deck_json is None:
            raise PackageError("it is damaged: it contains no deck")
        subdecks = {number: _subdeck_name(deck.name, deck_json.name) for number, deck in decks.items()}
        reader = _RowReader({number: _KINDS[model.type] for number, model in models.items()}, subdecks)
        cards = reader.ordinals(read_rows(connection, "cards", "id, nid, ord, due, did", _CardRow))
        notes = read_rows(connection, "notes", "id, guid, mid, mod, tags, flds", _NoteRow)
        rows = reader.rows(notes, cards)
    deck = Deck(
        id=package_info.deck,
        name=deck_json.name,
        description=deck_json.desc,
        version=package_info.version,
        rows=rows,
        notetypes=tuple(_note_type(number, model) for number, model in models.items()),
        tool=package_info.tool,
    )
    try:
        validation.check(deck)
    except ValueError as fault:
        raise PackageError(f"it is damaged: {str(fault)[:_MAX_REASON]}") from fault
    return deck


def _check_pictures(members: Mapping[str, Member]) -> None:
    """Raise a PackageError if a picture is damaged, has an unsafe name, or is not in the list of pictures."""
    names = _from_json(members[MEDIA_LIST].read(_LARGEST_JSON), dict[str, str], "list of pictures")
    pictures = members.keys() - {COLLECTION, MEDIA_LIST}
    if names.keys() != pictures:
        raise PackageError("it is damaged: its list of pictures names other files than it contains")
    if unsafe := next((name for name in names.values() if not MEDIA_NAME.fullmatch(name)), None):
        raise PackageError(f'a picture in it has an unsafe name: "{unsafe[:_MAX_REASON]}"')
    for picture in pictures:
        members[picture].read()


def _from_json(text: str | bytes | memoryview, json_type: type[_JsonType], name: str) -> _JsonType:
    if len(text) > _LARGEST_JSON:
        raise PackageError(f"its {name} are larger than {_LARGEST_JSON // MEGABYTE} MB")
    try:
        return msgspec.json.decode(text, type=json_type)
    except (msgspec.MsgspecError, RecursionError, ValueError) as fault:
        raise PackageError(f"it is damaged: its {name} cannot be read ({str(fault)[:_MAX_REASON]})") from fault


class _RowReader:
    """Turns rows of the tables into `Row`s, and counts the memory that they take."""

    def __init__(self, kinds: Mapping[int, Kind], subdecks: Mapping[int, str]) -> None:
        self._kinds, self._subdecks = kinds, subdecks
        self._decks: dict[int, int] = {}  # the deck of the first card of each note
        self._memory = 0

    def ordinals(self, cards: Iterator[_CardRow]) -> Mapping[int, Sequence[int]]:
        """Return the ordinals of each note by its id; notes and ordinals in the order in which they are studied."""
        listed: list[tuple[int, int, int, int]] = []
        for card in cards:
            self._count(_CARD_BYTES)
            self._decks.setdefault(card.note, card.deck)
            listed.append((card.due, card.id, card.note, card.ordinal))
        ordinals: dict[int, list[int]] = {}
        for _, _, note, ordinal in sorted(listed):
            ordinals.setdefault(note, []).append(ordinal)
        return ordinals

    def rows(self, notes: Iterator[_NoteRow], ordinals: Mapping[int, Sequence[int]]) -> tuple[Row, ...]:
        """Return the rows in the order in which their cards are studied."""
        rows = {note.id: self._row(note, ordinals.get(note.id, ())) for note in notes}
        if orphan := next((note for note in ordinals if note not in rows), None):
            raise PackageError(f"it is damaged: there are cards of a note {orphan}, which it does not contain")
        return tuple(rows[note] for note in ordinals) + tuple(row for note, row in rows.items() if note not in ordinals)

    def _row(self, note: _NoteRow, ordinals: Sequence[int]) -> Row:
        if not _GUID.fullmatch(note.guid):
            raise PackageError(f'it is damaged: "{note.guid[:_MAX_REASON]}" is not the GUID of a note')
        if note.model not in self._kinds:
            raise PackageError(f"it is damaged: note {note.guid} has a note type that it does not contain")
        kind = self._kinds[note.model]
        fields = tuple(note.fields.split(SEPARATOR, len(FIELDS[kind])))
        self._count(_NOTE_BYTES + note.tags.__sizeof__() + sum(map(str.__sizeof__, fields)))
        return Row(
            guid=note.guid,
            kind=kind,
            id_slot=note.id // ID_SLOT_MILLISECONDS,
            changed=note.changed,
            fields=fields,
            tags=tuple(note.tags.split()),
            ordinals=tuple(ordinals),
            subdeck=self._subdecks.get(self._decks.get(note.id, 0), ""),
        )

    def _count(self, size: int) -> None:
        self._memory += size
        if self._memory > _LARGEST_DECK:
            raise PackageError(f"its notes are larger than {_LARGEST_DECK // MEGABYTE} MB")


def _subdeck_name(name: str, deck_name: str) -> str:
    """Return the name of a deck below another, or an empty text."""
    return name.removeprefix(f"{deck_name}::") if name.startswith(f"{deck_name}::") else ""


def _note_type(number: int, model: _Model) -> NoteType:
    kind = _KINDS[model.type]
    if (len(model.flds), len(model.tmpls)) != (len(FIELDS[kind]), len(TEMPLATES[kind])):
        raise PackageError("it is damaged: a note type in it has another number of fields or card templates")
    return NoteType(
        kind=kind,
        id=number,
        name=model.name,
        fields=tuple((entry.name, entry.id) for entry in model.flds),
        templates=tuple(CardTemplate(entry.name, entry.id, entry.qfmt, entry.afmt) for entry in model.tmpls),
        css=model.css,
        changed=model.mod,
    )
