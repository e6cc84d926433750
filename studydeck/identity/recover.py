"""A lost ledger, rebuilt from a package as far as it goes: identities, slots, times, ordinals; not what was gone."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

from studydeck.identity.card_ordinals import LONGEST_PHRASE
from studydeck.identity.ledger import Ledger, LedgerEntry, LedgerSection
from studydeck.model.anki import FIELDS, Deck, Row
from studydeck.text.fingerprint import LONGEST_TEXT
from studydeck.text.normalize import normal

_TAG = re.compile(r"<[^<>]*>")
_CLOZE = re.compile(r"\{\{c(\d+)::(.*?)\}\}", re.DOTALL)
_SINCE = "::since::"


def recover(deck: Deck) -> Ledger:
    """Give the ledger of a package; digests are unknown, so they are empty until the first build fills them."""
    sections: dict[tuple[str, ...], LedgerSection] = {}
    notes = tuple(_note(row, _section(row, sections)) for row in deck.rows)
    was_released = any(note.since for note in notes)
    release = (deck.version, max(note.changed for note in notes)) if was_released else None
    return Ledger(deck.id, deck.name, release, {}, tuple(sections.values()), notes)


def _section(row: Row, known: dict[tuple[str, ...], LedgerSection]) -> str:
    """Remember the headings that lead to a row, each below the one before it, and give the id of the last."""
    values = _fields(row)
    names = tuple(words(name) for name in values["HeadingPath"].split(" › ")) if values["HeadingPath"] else ()
    path = words(values["Source"])
    parent = ""
    for end in range(1, len(names) + 1):
        key = (path, *names[:end])
        section = known.setdefault(key, LedgerSection(f"lost{len(known)}", parent, names[end - 1], path))
        parent = section.id
    return parent


def _note(row: Row, section: str) -> LedgerEntry:
    values = _fields(row)
    if row.kind == "pair":
        parts = (normal(words(values[name])) for name in ("Term", "MeaningLabel", "Meaning"))
        text, cards = " | ".join(parts), dict.fromkeys(row.ordinals, "")
        cards = {number: ("forwards", "backwards")[number] for number in cards}
    else:
        text = _cloze_text(values["Text"])
        cards = {
            int(number): normal(words(hidden))[:LONGEST_PHRASE] for number, hidden in _CLOZE.findall(values["Text"])
        }
    since = next((tag.partition(_SINCE)[2] for tag in row.tags if _SINCE in tag), None)
    return LedgerEntry(
        guid=row.guid,
        kind=row.kind,
        id_slot=row.id_slot,
        changed=row.changed,
        content_digest="",
        metadata_digest="",
        since=since,
        text=text[:LONGEST_TEXT].rstrip(),
        cards=cards,
        section=section,
    )


def _cloze_text(field: str) -> str:
    shown = _CLOZE.sub(lambda found: found[2], field)
    items = re.findall(r"<li>(.*?)</li>", shown, re.DOTALL)
    return " | ".join(normal(words(item)) for item in items) if items else normal(words(shown))


def _fields(row: Row) -> Mapping[str, str]:
    return dict(zip(FIELDS[row.kind], row.fields, strict=True))


def words(field: str) -> str:
    """Give the plain words of a field."""
    return html.unescape(_TAG.sub(" ", field)).replace("\\(", "").replace("\\)", "").strip()
