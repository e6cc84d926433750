"""`find`: prints where a note is, its cards, and what became of it in the releases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from studydeck import config
from studydeck.cli import released_versions
from studydeck.cli.console import Console
from studydeck.cli.project import Options, build_project
from studydeck.diagnostics import counted
from studydeck.errors import BuildError, GitError
from studydeck.identity import ledger_reader
from studydeck.integrations import git
from studydeck.integrations.ledger_history import ledger_history
from studydeck.integrations.release_tags import version_tags
from studydeck.model.notes import Note
from studydeck.pipeline import Built
from studydeck.releases.note_history import Event, Version, history, known_words, of_ledger, of_package, united
from studydeck.reports import listing
from studydeck.reports.found import FoundNote, find
from studydeck.reports.printable import to_json
from studydeck.text.card_words import card_words

_MOST_SHOWN = 20  # notes with their cards and history; more are counted


def run(query: str, options: Options, console: Console, *, as_json: bool) -> int:
    """Print the notes that a query names; return 1 if there is none."""
    built = build_project(options, console)
    found = find(built, query)
    if not found:
        message = f'no note has the ID "{query}" or these words; studydeck list prints all notes'
        console.print_warning(message)
        return 1
    versions = _versions(options, built, console)
    for note in found[:_MOST_SHOWN]:
        events = tuple(history(note.guid, versions))
        if as_json:
            console.print_result(to_json(_record(note, events, built)))
        else:
            for line in _text_lines(note, events, built, console):
                console.print_result(line)
    if more := found[_MOST_SHOWN:]:
        console.print_warning(f"{counted(len(more), 'more note')} found; use more words")
    return 0


def _versions(options: Options, built: Built, console: Console) -> Sequence[Version]:
    """Return the released versions that are at hand, by tags and packages, the lowest first."""
    if not built.ledger.release:
        return ()
    last, time = built.ledger.release
    found: dict[str, Version] = {}
    for deck in released_versions.packages(options, built, console):
        # Until the next release, builds write to the package of the last one.
        is_released = deck.version != last or all(row.changed <= time for row in deck.rows)
        if is_released and config.parse_version(deck.version) <= config.parse_version(last):
            found.setdefault(deck.version, of_package(deck))
    for version, text in _released_ledgers(options, built):
        try:
            ledger = ledger_reader.parse(text)
        except BuildError:  # damaged, or of a format to come: its package says what it had
            continue
        if ledger.deck == built.config.id:
            known = of_ledger(version, ledger)
            found[version] = united(known, found[version]) if version in found else known
    return [found[version] for version in sorted(found, key=config.parse_version)]


def _released_ledgers(options: Options, built: Built) -> Iterator[tuple[str, str]]:
    """Yield each released version with the text of its ledger, as far as git has its tag."""
    prefix = built.config.tag_prefix
    try:
        tags = {tag: version for version, tag in version_tags(git.open_repository(options.notes), prefix)}
    except GitError:
        return
    for ledger in ledger_history(options.notes, tuple(tags.values()), prefix).ledgers:
        if ledger.source in tags:
            yield tags[ledger.source], ledger.text


def _standing(found: FoundNote, built: Built) -> str:
    """Return how the note stands today, in one line."""
    since = found.entry.since if found.entry else None
    states = [f"with learners since {since}" if since else "never released"]
    if found.skipped:
        states.append("skipped by a decision")
    elif not found.note:
        states.append("no longer in the notes")
    elif since and built.ledger.release and found.note.changed > built.ledger.release[1]:
        states.append(f"changed since {built.ledger.release[0]}")
    return ", ".join(states)


def _text_lines(found: FoundNote, events: Sequence[Event], built: Built, console: Console) -> Iterator[str]:
    note, entry = found.note, found.entry
    if note:
        span = note.draft.span
        yield f"{console.locations.path(span.path)}:{span.line}: {note.draft.kind} {note.guid} ({note.draft.rule})"
        for card in _cards(note, built):
            yield f"    {card['question']}"
            yield f"        = {card['answer']}"
    else:
        yield f"retired: {entry.kind if entry else 'note'} {found.guid}"
        if entry and entry.text:
            yield f"    {known_words(entry)}"
    yield f"    {_standing(found, built)}"
    for event in events:
        yield f"    {event.version} {event.what}" + (f": {event.words}" if event.words else "")


def _cards(note: Note, built: Built) -> list[dict[str, object]]:
    words = card_words(built.config.language)
    return list(listing.cards(note, words, with_letters=built.config.blank_hints))


def _record(found: FoundNote, events: Sequence[Event], built: Built) -> dict[str, object]:
    note, entry = found.note, found.entry
    span = note.draft.span if note else None
    return {
        "guid": found.guid,
        "kind": note.draft.kind if note else entry.kind if entry else None,
        "path": span.path if span else None,
        "line": span.line if span else None,
        "end_line": span.end_line if span else None,
        "cards": _cards(note, built) if note else [],
        "since": entry.since if entry else None,
        "retired": note is None,
        "skipped": found.skipped,
        "history": [{"version": event.version, "event": event.what, "words": event.words} for event in events],
    }
