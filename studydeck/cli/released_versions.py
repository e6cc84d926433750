"""The released versions of a deck that are at hand: its packages in the output folder, and the tags of its versions."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from studydeck import storage
from studydeck.build_inputs import file_slug
from studydeck.cli.console import Console
from studydeck.cli.find_package import build_revision, other_tool, unpack_deck
from studydeck.cli.project import Options
from studydeck.errors import BuildError
from studydeck.integrations import git
from studydeck.integrations.release_tags import version_tags
from studydeck.model.anki import Deck
from studydeck.pipeline import Built


def packages(options: Options, built: Built, console: Console) -> Iterator[Deck]:
    """Yield the decks of the packages in the output folder, the last written first; report what cannot be read."""
    for path in storage.newest_paths(options.out, f"{file_slug(built.config.name)}-*.apkg"):
        try:
            deck = unpack_deck(storage.read_binary_file(path), str(path))
        except BuildError as build_error:
            _print_as_warnings(build_error, console)
            continue
        if deck.id == built.config.id:
            yield deck


def tagged(options: Options, built: Built, console: Console) -> Iterator[Deck]:
    """Yield the decks of the tags of versions, the highest version first; report what cannot be built."""
    repository = git.repository(options.notes)
    if not repository:
        return
    for _, tag in version_tags(repository, built.config.tag_prefix):
        try:
            released = build_revision(repository, tag, options, console)
        except BuildError as build_error:
            _print_as_warnings(build_error, console)
            continue
        if released.config.id == built.config.id:
            console.diagnostics(other_tool(released, tag))
            yield released.deck


def _print_as_warnings(build_error: BuildError, console: Console) -> None:
    console.diagnostics([replace(diagnostic, severity="warning") for diagnostic in build_error.diagnostics])
