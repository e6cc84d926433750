"""The deck settings: reads the text of deck.toml into a `Config`, and reports invalid settings with their lines.

    id = "aws-mls"                              never changes
    name = "…"
    version = "1.0.0"
    tag-prefix = "deck-v"                       what stands before the version in the tags of releases
    description = "…"
    license = "…"
    language = "en"
    source-url = "https://…/{path}#L{line}"
    issues-url = "https://…/issues/new"         where learners report a card
    allow = ["nothing-to-hide"]                 diagnostic codes that `check` leaves out
    exclude = ["Journal/"]                      files to leave out, as patterns of .gitignore
    include = ["templates/"]                    files to read although `exclude` or a default leaves them out
    tags = "top-level"                          where the tags of the notes stand in Anki
    exclude-tags = ["todo"]                     tags that learners do not get
    subdecks = "folders"                        a deck for each folder or file
    typed = ["Vocabulary/"]                     files whose answers are typed, too
    dialects = ["obsidian"]                     the dialects to read; by default all
    min-confidence = 4                          points below which no card is made; by default those of the tool
    [macros]                                    TeX macros for the formulas of all notes
    RR = '\\mathbb{R}'
    [speak]                                     fields that Anki reads out, with their languages
    Term = "es_ES"

All settings are optional; `build_inputs.resolve_config` fills in the defaults.
"""

from studydeck.config.checks import line_of, setting_error, shown, warnings
from studydeck.config.reading import read
from studydeck.config.settings import (
    CHANGELOG,
    ID,
    ISSUES_URL,
    KEYS,
    MAX_NAME_LENGTH,
    MAX_SIZE,
    NAME,
    SOURCE_URL,
    SPEECH_LANGUAGE,
    TAG_PREFIX,
    TAG_PREFIX_GRAMMAR,
    VERSION,
    Config,
    Subdecks,
)
from studydeck.config.versions import parse_version, tag_names, with_settings, with_version

__all__ = [
    "CHANGELOG",
    "ID",
    "ISSUES_URL",
    "KEYS",
    "MAX_NAME_LENGTH",
    "MAX_SIZE",
    "NAME",
    "SOURCE_URL",
    "SPEECH_LANGUAGE",
    "TAG_PREFIX",
    "TAG_PREFIX_GRAMMAR",
    "VERSION",
    "Config",
    "Subdecks",
    "line_of",
    "parse_version",
    "read",
    "setting_error",
    "shown",
    "tag_names",
    "warnings",
    "with_settings",
    "with_version",
]
