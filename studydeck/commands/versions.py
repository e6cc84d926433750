"""Where a version of the deck comes from: a package, a folder of notes, or what git remembers."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from studydeck import build, files, history
from studydeck.commands.street import Options, walk
from studydeck.commands.terminal import Terminal
from studydeck.ledger.outline import Ledger
from studydeck.problems import Code, Problem, error
from studydeck.shapes import Deck
from studydeck.unpack import NotOurs, unpack

Problems = tuple[Problem, ...]


def packed(named: str, options: Options, terminal: Terminal) -> bytes | Problems:
    """Give the package that a path or a git revision names, or why there is none."""
    path = Path(named)
    if path.is_dir():
        built = walk(replace(options, notes=path), terminal)
        found = tuple(one for one in built.problems if one.severity == "error")
        return build.pack(built.deck) if built.deck else found
    if path.is_file():
        data, problems = files.data(path)
        return problems if data is None else data
    repository = history.repository(options.notes) if options.notes.is_dir() else None
    if not repository or not repository.commit(named):
        return (error(Code.UNREADABLE, named, 0, "is no package, no folder of notes and no revision that git knows"),)
    return _rebuilt(repository, named, options, terminal)


def version(named: str, options: Options, terminal: Terminal) -> Deck | Problems:
    """Give the deck that a path or a git revision names, or why there is none."""
    data = packed(named, options, terminal)
    return opened(data, named) if isinstance(data, bytes) else data


def opened(data: bytes, named: str) -> Deck | Problems:
    """Give the deck of a package."""
    found = unpack(data)
    return (error(Code.UNREADABLE, named, 0, found.reason),) if isinstance(found, NotOurs) else found


def last(ledger: Ledger, options: Options, terminal: Terminal) -> Deck | Problems:
    """Give the deck of the last release, or an empty one before the first.

    Its tag is asked first. A package of its name counts only where nothing in it is younger than the release: `build`
    writes under the same name until the next one.
    """
    if not ledger.release:
        return Deck(ledger.deck, ledger.name, "", "", (), ())
    number, time = ledger.release
    repository = history.repository(options.notes)
    if repository and (tag := repository.tag(number)):
        data = _rebuilt(repository, tag, options, terminal)
        return opened(data, tag) if isinstance(data, bytes) else data
    for data in files.newest(options.out, f"{build.slug(ledger.name)}-{number}.apkg"):
        found = unpack(data)
        if isinstance(found, Deck) and found.id == ledger.deck and all(row.changed <= time for row in found.rows):
            return found
    message = f"version {number} is not at hand: fetch its tag (git fetch --tags), or name its package with --from"
    return (error(Code.NOT_RELEASABLE, "ledger.jsonl", 1, message),)


def _rebuilt(repository: history.Repository, revision: str, options: Options, terminal: Terminal) -> bytes | Problems:
    with terminal.status(f"building {revision}"):
        data = repository.build(revision, options.templates)
    return data if isinstance(data, bytes) else (error(Code.UNREADABLE, revision, 0, data.reason),)
