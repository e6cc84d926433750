"""Write the two packages of an upgrade: what a learner has of an earlier version, and what this one makes of the deck.

    python -m tools.kept_packages FOLDER [--version 0.1.0]         FOLDER/old.apkg, FOLDER/new.apkg

The first has the notes, the asked fields and the cards that `tools.keep_version` stored; the other fields and the
appearance are those of this version. The second is built with the stored ledger from the bundled notes as they are
today, and from the other notes as they were.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from msgspec.structs import replace

from studydeck.config import CHANGELOG
from studydeck.identity import ledger as ledger_file
from studydeck.identity import ledger_reader
from studydeck.identity.ledger import LedgerEntry
from studydeck.identity.mark_released import mark_released
from studydeck.model.anki import FIELDS, Deck, Row
from studydeck.pipeline import pack
from tests.support.pipeline import DAY, NOW, build_notes

ROOT = Path(__file__).parent.parent
KEPT = ROOT / "tests" / "upgrades"
ID = "upgrade-deck"


def kept_decks(stored: Mapping[str, Any]) -> tuple[Deck, Deck]:
    """Return the deck that an earlier version packed, and the one that this version makes of it.

    Parameters
    ----------
    stored : the content of a file of `tools.keep_version`.
    """
    ledger = mark_released(ledger_reader.parse(stored["ledger"]), "1.0.0", NOW)
    ledger_text = ledger_file.to_text(ledger)
    entries = {entry.guid: entry for entry in ledger_file.live_notes(ledger.notes)}
    same_notes = build_notes(stored["notes"], ledger_text, now=NOW, version="1.0.0", id=ID).deck
    rows = [
        _packed(row, entries[row.guid], stored["asked"][row.guid]) for row in same_notes.rows if row.guid in entries
    ]
    new = build_notes(_notes_of_today(stored["notes"]), ledger_text, now=NOW + DAY, version="1.1.0", id=ID).deck
    return replace(same_notes, rows=tuple(rows)), new


def _notes_of_today(stored: Mapping[str, str]) -> dict[str, str]:
    """Return stored notes, of which the bundled ones are as they are today."""
    bundled = [path for path in (ROOT / "notes").glob("*.md") if path.name != CHANGELOG]
    folder = "notes/" if any(path.startswith("notes/") for path in stored) else ""
    others = {path: text for path, text in stored.items() if path.removeprefix(folder).count("/")}
    return others | {f"{folder}{path.name}": path.read_text("utf-8") for path in bundled}


def _packed(row: Row, entry: LedgerEntry, asked: Mapping[str, str]) -> Row:
    """Return a row as the earlier version packed it: its asked fields, its cards and its time of change."""
    others = {"ID", "HeadingPath", "Extra", "Source"}
    values = row.field_values()
    fields = tuple(values[name] if name in others else asked.get(name, "") for name in FIELDS[row.kind])
    first = 1 if row.kind == "cloze" else 0  # a ledger has the numbers of clozes: c1 is Anki's card 0
    ordinals = tuple(number - first for number in entry.cards)
    return replace(row, fields=fields, ordinals=ordinals, changed=entry.changed)


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--version", default="", help="Which of tests/upgrades/; by default the newest.")
def main(folder: Path, version: str) -> None:
    """Write old.apkg and new.apkg."""
    path = KEPT / f"{version}.json" if version else max(KEPT.glob("*.json"), key=_version)
    folder.mkdir(parents=True, exist_ok=True)
    for name, deck in zip(("old", "new"), kept_decks(json.loads(path.read_text("utf-8"))), strict=True):
        (folder / f"{name}.apkg").write_bytes(pack(deck))
        click.echo(f"{folder / name}.apkg: {len(deck.rows)} notes of {path.stem if name == 'old' else 'today'}")


def _version(path: Path) -> tuple[int, ...]:
    return tuple(map(int, path.stem.split(".")))


if __name__ == "__main__":
    main()
