"""Name the subdecks of a deck: files, their sections and the last ledger in; the subdeck of each file out.

Anki finds decks by name and never moves a card that a learner has, so a subdeck keeps the name that it was first given,
also when its folder is renamed. The ledger remembers the name by the folder, or by the path of the file without suffix.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from pathlib import PurePosixPath

from studydeck.config import NAME as CONFIG
from studydeck.config import Subdecks
from studydeck.diagnostics import Diagnostic, DiagnosticCode, info, warning
from studydeck.identity.ledger import Ledger, LedgerSubdeck
from studydeck.patterns import lazy_pattern
from studydeck.text.paths import without_export_id
from studydeck.text.word_list_files import alternatives

_MANY = 100  # subdecks; with more, Anki's list of decks is long and slow
_MAX_PART = 100  # characters of a part of a name
_FIRST_NUMBERS = lazy_pattern(r"\d+(?:\.\d+)*(?!\d)")
_ORDERED = lazy_pattern(rf"(?<!\w)({alternatives('ordering_words')}[ _.-]*)(\d{{1,2}})(?!\d)", re.IGNORECASE)
_INVALID = lazy_pattern(r'[\x00-\x1f\x7f"]|::+|:$')


def assign_subdecks(
    mode: Subdecks, decks: Mapping[str, str], before: Ledger, after: Ledger
) -> tuple[Mapping[str, str], tuple[LedgerSubdeck, ...]]:
    """Return the subdeck of each file, and the records for the ledger.

    Parameters
    ----------
    mode : whether folders or files are subdecks.
    decks : the path of each file, in order, with the deck that its front matter names, or an empty text.
    before : the ledger of the last build.
    after : the ledger of this build, in which sections that are known have their old ids.

    Returns
    -------
    The names below the deck, with `::` between their parts; an empty name is the deck itself. Records of folders that
    are gone are kept, so that they get their name again.
    """
    if mode == "none":
        return {}, before.subdecks
    places = {path: _place(path, mode, deck) for path, deck in decks.items()}
    known = {record.place: record.name for record in before.subdecks}
    renamed = _renamed(places, set(known), mode, before, after)
    names: dict[str, str] = {}
    spellings = {name.casefold(): name for name in known.values()}
    for path, place in places.items():
        if place and place not in names:
            name = known.get(place) or known.get(renamed.get(place, "")) or _name(decks[path] or place, place)
            names[place] = spellings.setdefault(name.casefold(), name)  # Anki finds decks in any case
    kept = {place: name for place, name in known.items() if place not in renamed.values()}
    records = tuple(LedgerSubdeck(place, name) for place, name in sorted({**kept, **names}.items()))
    return {path: names.get(place, "") for path, place in places.items()}, records


def unused_decks(decks: Mapping[str, str], mode: Subdecks) -> Iterator[Diagnostic]:
    """Yield an info if front matter names decks that the settings do not make."""
    named = [(path, deck) for path, deck in decks.items() if deck]
    if mode != "none" or not named:
        return
    path, deck = named[0]
    others = f", as {len(named) - 1} more files name theirs" if len(named) > 1 else ""
    message = (
        f'the front matter names the deck "{deck}"{others}, but the deck has no subdecks; to put the notes there, '
        'set subdecks = "folders" in deck.toml'
    )
    yield info(DiagnosticCode.UNUSED_DECK, path, 1, message)


def many_subdecks(names: Collection[str]) -> Iterator[Diagnostic]:
    """Yield a warning if there are more subdecks than Anki lists well; the deck itself has an empty name."""
    count = sum(map(bool, names))
    if count > _MANY:
        message = (
            f"there are {count} subdecks; Anki becomes slow with so many, and nobody finds one: use fewer, or none"
        )
        yield warning(DiagnosticCode.MANY_SUBDECKS, CONFIG, 0, message)


def _place(path: str, mode: Subdecks, deck: str) -> str:
    """Return what gives a file its subdeck: its folder, or its own path without suffix."""
    file = PurePosixPath(path)
    if mode == "files" and file.stem.casefold() not in {"readme", "index", "_index"}:
        return file.with_suffix("").as_posix()
    if deck:
        return file.with_suffix("").as_posix()
    return "" if file.parent == PurePosixPath() else file.parent.as_posix()


def _renamed(
    places: Mapping[str, str], known: set[str], mode: Subdecks, before: Ledger, after: Ledger
) -> dict[str, str]:
    """Return the old place of each new one to which the sections of a place that is gone have moved."""
    gone = known.difference(places.values())
    old_files = {section.id: section.file for section in before.sections}
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for section in after.sections:
        place = places.get(section.file, "")
        old_file = old_files.get(section.id, "")
        if not place or place in known or not old_file:
            continue
        for deck in ("", "named"):  # front matter may have named its deck, which gives it a place of its own
            if (old_place := _place(old_file, mode, deck)) in gone:
                counts[place][old_place] += 1
                break
    renamed: dict[str, str] = {}
    for place in sorted(counts, key=lambda place: (-max(counts[place].values()), place)):
        candidates = [old for old, _ in counts[place].most_common() if old not in renamed.values()]
        if candidates:
            renamed[place] = candidates[0]
    return renamed


def _name(text: str, place: str) -> str:
    """Return the name of a subdeck: the parts of a path or of a deck's name, their numbers padded."""
    parts = re.split(r"::|/", text)
    named = [part for part in map(_part, parts) if part]
    return "::".join(named) or _part(place.replace("/", " ")) or "Notes"


def _part(text: str) -> str:
    """Return a part of a name that Anki takes as it is; Anki sorts decks by name, so numbers get three digits."""
    clean = " ".join(_INVALID.sub(" ", without_export_id(text)).split())[:_MAX_PART].strip(" :")
    if numbers := _FIRST_NUMBERS.match(clean):
        padded = ".".join(number.zfill(3) for number in numbers[0].split("."))
        return padded + clean[numbers.end() :]
    return _ORDERED.sub(lambda match: match[1] + match[2].zfill(3), clean, count=1)
