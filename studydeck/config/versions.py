"""Versions of a deck: compare them, and write one into deck.toml."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studydeck.config.settings import TAG_PREFIX, VERSION, Config

if TYPE_CHECKING:
    from semver import Version


def parse_version(text: str) -> Version:
    """Return a version that can be compared; a text that is not a version is read as 0.0.0."""
    from semver import Version  # only `release` and merged ledgers compare versions

    return Version.parse(text) if VERSION.fullmatch(text) else Version(0)


def tag_names(version: str, prefix: str) -> tuple[str, ...]:
    """Return the names that the tag of a version can have; the first is the one to give it.

    Without a prefix in deck.toml, the version alone is a name, too.
    """
    return (f"{prefix}{version}",) if prefix else (f"{TAG_PREFIX}{version}", version)


def with_version(text: str, config: Config, version: str) -> str:
    """Return the text of deck.toml with another version; if it was empty, also with the default id and name."""
    defaults = {} if text.strip() else {"id": config.id, "name": config.name}
    return with_settings(text, **defaults, version=version)


def with_settings(text: str, **settings: str) -> str:
    """Return the text of deck.toml with other settings; its comments and order stay."""
    import tomlkit  # only `release` and `init --fork` change deck.toml

    document = tomlkit.parse(text)
    document.update(settings)
    return tomlkit.dumps(document)
