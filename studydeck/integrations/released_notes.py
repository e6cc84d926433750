"""Which files are as the last release had them: the notes folder and a version in; paths of unchanged files out."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path

from msgspec.structs import replace

from studydeck import config
from studydeck.errors import BuildError, GitError
from studydeck.integrations.git import open_repository
from studydeck.markdown.source import decode

_logger = logging.getLogger(__name__)


def unchanged_files(notes: Path, version: str, texts: Mapping[str, str], deck: config.Config) -> frozenset[str]:
    """Return which files have at the tag of a version the text that they have now; none where git does not tell.

    Other settings than at the tag are an edit of every file.

    Parameters
    ----------
    notes : the notes folder.
    version : of a release.
    texts : of files, by their paths below the notes folder.
    deck : the settings as they are now.
    """
    try:
        repository = open_repository(notes)
        tag = repository.tag(version, deck.tag_prefix)
        if not tag:
            return frozenset()
        paths = [config.NAME, *(path for path in texts if "\n" not in path)]
        settings, *contents = repository.read_named([f"refs/tags/{tag}:{repository.note_path(path)}" for path in paths])
        then = config.read((settings or b"").decode("utf-8-sig"))
        if settings is None or _of_notes(then) != _of_notes(deck):
            return frozenset()
    except (GitError, BuildError, UnicodeDecodeError) as fault:
        _logger.info("not compared with the release %s: %s", version, fault)
        return frozenset()
    found = zip(paths[1:], contents, strict=True)
    return frozenset([path for path, content in found if content is not None and _text(path, content) == texts[path]])


def _of_notes(settings: config.Config) -> config.Config:
    """Return settings without those that change no card."""
    others = {"description": "", "license": "", "source_url": "", "issues_url": "", "allow": ()}
    return replace(settings, id="", name="", version="", tag_prefix="", blank_hints=True, **others)


def _text(path: str, content: bytes) -> str | None:
    try:
        return decode(path, content).text
    except BuildError:
        return None
