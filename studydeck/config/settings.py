"""The settings of deck.toml: their names, types, grammar and limits."""

from __future__ import annotations

import re
from typing import Annotated, Literal

import msgspec

from studydeck.model.notes import MOST_CONFIDENCE
from studydeck.patterns import lazy_pattern
from studydeck.tex.macro_settings import definition

NAME = "deck.toml"
CHANGELOG = "CHANGELOG.md"  # written by `release` beside deck.toml, never read as a source
ID = lazy_pattern(r"[A-Za-z0-9._-]{3,64}")
_NUMBER = r"(?:0|[1-9][0-9]*)"
_PRERELEASE = rf"(?:{_NUMBER}|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"  # the part of a pre-release between two dots
# As https://semver.org defines it, without build numbers, which have no order.
VERSION = lazy_pattern(
    rf"""
    {_NUMBER}\.{_NUMBER}\.{_NUMBER}                 # 1.12.0
    (?: - {_PRERELEASE} (?:\.{_PRERELEASE})* )?     # -rc.1
    """,
    re.VERBOSE,
)
TAG_PREFIX = "v"  # what stands before the version in the name of a release's tag, where deck.toml says nothing
# What git takes as the beginning of a tag; no digit or dot at its end, so that it ends where the version begins.
TAG_PREFIX_GRAMMAR = lazy_pattern(
    r"""
    (?!.*\.lock/)                                # git keeps such names for itself
    [A-Za-z]
    (?:[A-Za-z0-9]|[._/@-](?=[A-Za-z0-9]|$))*    # no two signs in a row: deck-v, decks/tea@
    (?<![0-9.])
    """,
    re.VERBOSE,
)
SPEECH_LANGUAGE = lazy_pattern(r"[a-z]{2,3}_(?:[A-Z]{2}|[0-9]{3})")  # language and region, as in Anki's {{tts es_ES:…}}
MAX_SIZE = 100_000  # bytes of deck.toml
MAX_NAME_LENGTH = 200  # characters of a deck name; Anki shows it in one line, and file systems allow 255 bytes
MAX_SETTING_LENGTH = 64  # characters of version and language
# Addresses of programs in which people keep or edit notes, and of the web.
SOURCE_SCHEMES = (
    "https",
    "http",
    "obsidian",
    "vscode",
    "vscode-insiders",
    "vscodium",
    "cursor",
    "windsurf",
    "logseq",
    "zotero",
    "joplin",
    "idea",
    "subl",
    "txmt",
    "mailto",
)
# Schemes that run code in Anki or open files of the learner's own system; a letter alone is a drive of Windows.
_FORBIDDEN_SCHEME = r"(?:javascript|vbscript|data|file|blob|filesystem|about|view-source|[a-z]):"
SOURCE_URL = lazy_pattern(rf"(?!{_FORBIDDEN_SCHEME})(?P<scheme>[a-z][a-z0-9+.-]*):[^\s<>\"]+", re.IGNORECASE)
# Card templates hold it as an attribute, where a brace or a backslash would be read by Anki.
ISSUES_URL = lazy_pattern(
    r"""
    https://
    [^\s<>"'`{}\\/]                     # of a host
    (?: [^\s<>"'`{}\\] | \{id\} )*    # {id} stands for the id of a note
    """,
    re.VERBOSE,
)
# Marks of an author's own work: what is to do, and what asks another program to make cards.
DEFAULT_EXCLUDED_TAGS = ("todo", "to-do", "fixme", "wip", "draft", "inbox", "flashcard", "flashcards", "card", "anki")
MAX_PATTERNS, MAX_PATTERN_LENGTH, MAX_WILDCARDS = 500, 300, 8
Subdecks = Literal["none", "folders", "files"]


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """The settings in deck.toml; an empty value means that the setting is missing."""

    id: str = ""
    name: str = ""
    version: str = ""
    tag_prefix: str = ""
    description: str = ""
    license: str = ""
    language: str = ""
    source_url: str = ""
    issues_url: str = ""
    allow: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    tags: Literal["below-deck", "top-level"] = "below-deck"
    exclude_tags: tuple[str, ...] = DEFAULT_EXCLUDED_TAGS
    subdecks: Subdecks = "none"
    typed: tuple[str, ...] = ()
    dialects: tuple[str, ...] | None = None
    blank_hints: bool = True
    min_confidence: Annotated[int, msgspec.Meta(ge=-MOST_CONFIDENCE, le=MOST_CONFIDENCE)] | None = None
    macros: dict[str, str | list[str | int]] = {}  # msgspec copies it
    speak: dict[str, str] = {}

    def macro_definitions(self) -> str:
        """Return the definitions of the macros in TeX."""
        return "\n".join(definition(name, value) for name, value in self.macros.items())


KEYS = tuple(Config.__struct_encode_fields__)
