"""The second half of the street, pure: drafts, templates, ledger and time in; notes, package and new ledger out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from studydeck import __version__, faces, package
from studydeck.config import Config
from studydeck.drafting import Drafted
from studydeck.ledger import outline
from studydeck.ledger.outline import Ledger, Look
from studydeck.ledger.recover import recover
from studydeck.ledger.stamp import Stamped, deck_id, stamp
from studydeck.memory import FORGETFUL, Memory
from studydeck.problems import Code, Problem, error, info, warning
from studydeck.render.fields import rows_of, tag_part
from studydeck.render.guard import words
from studydeck.render.sanitise import sanitised
from studydeck.shapes import Deck, Note, NoteType, Picture, Source, Unclaimed
from studydeck.words import normal

_SRC = re.compile(r'<img [^<>]*\bsrc="([^"]+)"')


class Inputs(Struct, frozen=True):
    """All that a build reads.

    `now` is in seconds since the epoch; `folder` names a deck that nobody named; `package` is what was built last, for
    a ledger that is lost.
    """

    sources: tuple[Source, ...]
    config: Config
    ledger_text: str | None
    templates: Mapping[str, str]
    now: int
    folder: str = "notes"
    configured: bool = True
    forget: bool = False
    rename: bool = False
    package: Deck | None = None


class Built(Struct, frozen=True):
    """All that a build gives; where a problem is an error there is nothing to write."""

    config: Config
    notes: tuple[Note, ...] = ()
    unclaimed: tuple[Unclaimed, ...] = ()
    problems: tuple[Problem, ...] = ()
    deck: Deck | None = None
    ledger: Ledger = field(default_factory=Ledger)
    ledger_text: str = ""
    before: Ledger = field(default_factory=Ledger)
    gone: tuple[outline.Remembered, ...] = ()


def build(inputs: Inputs, drafted: Drafted, memory: Memory = FORGETFUL) -> Built:
    """Walk the street from the drafts to the deck that is packed; with a memory, only where something changed."""
    before, problems = _remembered(inputs, drafted, memory)
    config, assumed = _settled(inputs, before)
    problems = (*drafted.problems, *problems, *assumed)
    notetypes, wrong = faces.read(inputs.templates, config.id)
    problems = (*problems, *wrong)
    if any(one.severity == "error" for one in problems):
        return Built(config, problems=problems)
    ledger = replace(before, deck=config.id, name=config.name)
    notetypes, looks, wrong = _dated(notetypes, ledger, inputs.now)
    stamped = stamp(drafted.drafts, drafted.sections, replace(ledger, looks=looks), inputs.now, memory)
    problems = (*problems, *wrong, *stamped.problems, *_empty(stamped))
    left = drafted.unclaimed
    if any(one.severity == "error" for one in problems):
        return Built(config, stamped.notes, left, problems)
    deck = render(config, stamped, notetypes, drafted.pictures, memory)
    text = outline.write(stamped.ledger, memory)
    again: tuple[Ledger, tuple[Problem, ...]] = outline.as_read(stamped.ledger), ()
    memory.tell(again, outline.read, text, outline.NAME)
    memory.turn()
    return Built(config, stamped.notes, left, problems, deck, stamped.ledger, text, before, stamped.gone)


def _remembered(inputs: Inputs, drafted: Drafted, memory: Memory) -> tuple[Ledger, tuple[Problem, ...]]:
    if inputs.ledger_text is None:
        return _recovered(inputs, drafted)
    ledger, problems = memory.of(outline.read, inputs.ledger_text, outline.NAME)
    if not inputs.forget or problems:
        return ledger, problems
    if ledger.release:
        message = f"version {ledger.release[0]} was released: its learners need what the ledger remembers"
        return ledger, (error(Code.BAD_LEDGER, outline.NAME, 1, message),)
    gone = sum(note.gone for note in ledger.notes)
    message = (
        f"forgot {len(ledger.notes) - gone} notes, {gone} that were gone, and which cards they gave: whoever imported "
        "an earlier build should delete its notes first"
    )
    return Ledger(ledger.deck, ledger.name), (info(Code.FORGOTTEN, outline.NAME, 0, message),)


def _recovered(inputs: Inputs, drafted: Drafted) -> tuple[Ledger, tuple[Problem, ...]]:
    """Start anew, or from the package that was built last where its ledger is lost."""
    lost = inputs.package
    if lost is None or inputs.forget or (inputs.config.id and inputs.config.id != lost.id):
        return Ledger(), ()
    ledger, said = recover(lost), {one.said.text for one in drafted.drafts}
    if not inputs.config.id and said.isdisjoint(note.text for note in ledger.notes):
        return Ledger(), ()  # other notes, whose deck has the same name by chance
    message = (
        f"it is missing, and was rebuilt from the package of version {lost.version}: identities are kept, but what "
        "was gone before is forgotten. Take it from the last commit if you can; --forget starts over"
    )
    return ledger, (warning(Code.BAD_LEDGER, outline.NAME, 0, message),)


def _settled(inputs: Inputs, before: Ledger) -> tuple[Config, tuple[Problem, ...]]:
    """Fill in what deck.toml does not say, and refuse what would cut learners off."""
    config, problems = inputs.config, []
    where = "deck.toml"
    if config.id and before.deck and config.id != before.deck:
        message = f'the deck was built with the id "{before.deck}"; another id makes another deck for every learner'
        problems.append(error(Code.DECK_ID_CHANGED, where, 1, message))
    if config.name and before.name and config.name != before.name and not inputs.rename:
        message = (
            f'the deck was called "{before.name}"; Anki matches decks by name, so old cards would stay behind in the '
            "old deck. If that is wanted: --rename-deck"
        )
        problems.append(error(Code.DECK_RENAMED, where, 1, message))
    name = config.name or before.name or named_after(inputs.folder)
    ident = config.id or before.deck or deck_id([source.text for source in inputs.sources])
    version = config.version or "0.1.0"
    if not inputs.configured and not before.deck:
        message = f'there is none: the deck is called "{name}", its id is {ident}, its version {version}'
        problems.append(info(Code.ASSUMED, where, 0, message))
    filled = Config(
        ident,
        name,
        version,
        config.description,
        config.license,
        config.language or "en",
        config.source_url,
        config.allow,
    )
    return filled, tuple(problems)


def named_after(folder: str) -> str:
    """Give a deck that nobody named the name of its folder."""
    words = re.sub(r"[_-]+", " ", folder).strip() or "Notes"
    return words[:1].upper() + words[1:]


def _dated(
    notetypes: Sequence[NoteType], ledger: Ledger, now: int
) -> tuple[tuple[NoteType, ...], dict[str, Look], tuple[Problem, ...]]:
    """Give each note type the time of its last change; a changed schema would cut every learner off."""
    dated: list[NoteType] = []
    looks: dict[str, Look] = {}
    problems: list[Problem] = []
    for one in notetypes:
        schema, look = faces.schema(one), faces.look(one)
        old = ledger.looks.get(one.kind)
        if old and old.schema != schema:
            message = "the ids or names of fields or templates changed: Anki would skip every note that learners have"
            problems.append(error(Code.BAD_TEMPLATE, f"templates/{one.kind}/notetype.toml", 1, message))
        changed = old.changed if old and old.look == look else max(now, old.changed + 1 if old else 0)
        looks[one.kind] = Look(changed, look, schema)
        dated.append(replace(one, changed=changed))
    return tuple(dated), looks, tuple(problems)


def _empty(stamped: Stamped) -> tuple[Problem, ...]:
    if stamped.notes or any(one.severity == "error" for one in stamped.problems):
        return ()
    message = "nothing in the notes became a card; `list` says of every block why"
    return (warning(Code.NO_NOTES, ".", 0, message),)


def render(
    config: Config,
    stamped: Stamped,
    notetypes: Sequence[NoteType],
    pictures: Mapping[tuple[str, str], Picture],
    memory: Memory = FORGETFUL,
) -> Deck:
    """Fill the fields of all notes, and put the deck together with the pictures that they show."""
    tag = tag_part(config.name)
    rows = rows_of(stamped.notes, tag, config.source_url, memory)
    shown = {name for row in rows for field in row.fields for name in _SRC.findall(field)} if pictures else set()
    media = {one.name: one.data for one in pictures.values() if one.name in shown}
    return Deck(config.id, config.name, describe(config), config.version, rows, tuple(notetypes), media, __version__)


def describe(config: Config) -> str:
    """Give the deck's description, which Anki shows above its cards and replaces at every import."""
    lines = [sanitised(config.description.strip()), words(f"Version {config.version}.")]
    if config.license:
        lines.append(words(f"Licence: {config.license}."))
    return "\n\n".join(line for line in lines if line)


def pack(deck: Deck) -> bytes:
    """Give the package's bytes."""
    return package.pack(deck)


def slug(name: str) -> str:
    """Give a deck's name as a file name."""
    folded = unicodedata.normalize("NFKD", normal(name))
    return re.sub(r"[^\w]+", "-", "".join(c for c in folded if not unicodedata.combining(c))).strip("-") or "deck"
