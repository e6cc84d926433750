"""Read the notes of a folder that belong to its deck: a folder and its settings in; sources and diagnostics out.

Files are left out by patterns (`exclude`, templates, copies that a sync tool made) and by their own front matter
(`private: true`). What is left out here is in no later stage, so no output can contain its text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

from msgspec import Struct
from msgspec.structs import replace

from studydeck import config, storage
from studydeck.config import Config
from studydeck.diagnostics import Diagnostic, DiagnosticCode, info, warning
from studydeck.errors import BuildError
from studydeck.markdown import dialects
from studydeck.markdown.front_matter import read_front_matter
from studydeck.markdown.privacy import Privacy, private_sources
from studydeck.model.document import Source
from studydeck.selection import EXCLUDED, FileSelector, matching, unused_patterns

_FRONT_MATTER = 10_000  # characters; a quick test before front matter is parsed


class NotesFolder(Struct, frozen=True):
    """The sources of a deck, in the order of their paths; the paths that were left out; and diagnostics, no error."""

    sources: tuple[Source, ...] = ()
    left_out: tuple[str, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


def _may_name_deck(text: str) -> bool:
    """Return whether the front matter of a text can name a deck; a quick test."""
    return text.startswith(("---", "+++", "\ufeff")) and "deck" in text[:_FRONT_MATTER]


def read_notes(
    folder: Path, config_text: str, deck_config: Config, on_progress: Callable[[int, int], None]
) -> NotesFolder:
    """Read the sources of a deck.

    Parameters
    ----------
    folder : the notes folder.
    config_text, deck_config : the text of deck.toml, and its settings.
    on_progress : called after each file with the number of files that are read, and of all files.

    Raises
    ------
    BuildError : with a diagnostic for each file that cannot be read, and for a dialect that does not exist.
    """
    selector, reasons = FileSelector(deck_config.exclude, deck_config.include), dict[str, str]()

    def is_wanted(path: str) -> bool:
        reasons[path] = selector.reason(path)
        return not reasons[path]

    if unknown := _unknown_dialects(config_text, deck_config):
        raise BuildError(unknown)
    sources = storage.read_sources(folder, on_progress, is_wanted)
    private = private_sources(sources)
    sources = tuple(
        replace(source, deck=read_front_matter(source.text).deck) if _may_name_deck(source.text) else source
        for source in sources
    )
    typed = matching(deck_config.typed, [source.path for source in sources])
    names, macros = deck_config.dialects, deck_config.macro_definitions()
    if macros or names is not None or typed:
        sources = tuple(
            replace(source, macros=macros, dialects=names, typed=source.path in typed) for source in sources
        )
    sources = tuple(source for source in sources if source.path not in private)
    keys = dialects.shared_keys([source.text for source in sources])
    return NotesFolder(
        sources=tuple(
            replace(source, property_keys=shared) if shared else source
            for source, shared in zip(sources, keys, strict=True)
        ),
        left_out=tuple(path for path, reason in reasons.items() if reason or path in private),
        diagnostics=(
            *_left_out_by_default(reasons),
            *(_private(path, privacy) for path, privacy in private.items()),
            *_unused_patterns(config_text, deck_config, tuple(reasons)),
        ),
    )


def _unknown_dialects(config_text: str, deck_config: Config) -> list[Diagnostic]:
    known = sorted(dialects.NAMES)
    unknown = [name for name in deck_config.dialects or () if name not in dialects.NAMES]
    messages = [
        f'dialects: unknown dialect "{config.shown(name)}"; known are {", ".join(known)}' for name in unknown[:10]
    ]
    return [config.setting_error(config_text, "dialects", message) for message in messages]


def _left_out_by_default(reasons: Mapping[str, str]) -> Iterator[Diagnostic]:
    """Yield an info for each kind of file that is left out although deck.toml does not say so."""
    for reason in dict.fromkeys(reasons.values()):
        paths = [path for path, path_reason in reasons.items() if path_reason == reason]
        if reason in {"", EXCLUDED}:
            continue
        count = f"{len(paths)} files are" if len(paths) > 1 else "is"
        message = f"{count} left out: {reason}; to read files like this, name them under `include` in {config.NAME}"
        place = paths[0] if len(paths) == 1 else f"{PurePosixPath(paths[0]).parent}/"
        yield info(DiagnosticCode.LEFT_OUT_FILE, place, 0, message)


def _private(path: str, privacy: Privacy) -> Diagnostic:
    message = f'is left out: it says "{privacy.words}"'
    if privacy.fault:
        message += f"; {privacy.fault}"
        return warning(DiagnosticCode.BAD_FRONT_MATTER, path, privacy.line, message)
    return info(DiagnosticCode.LEFT_OUT_FILE, path, privacy.line, message)


def _unused_patterns(config_text: str, deck_config: Config, paths: Sequence[str]) -> Iterator[Diagnostic]:
    for key, patterns in (
        ("exclude", deck_config.exclude),
        ("include", deck_config.include),
        ("typed", deck_config.typed),
    ):
        for pattern in unused_patterns(patterns, paths):
            folders = {part for path in paths for part in PurePosixPath(path).parts}
            from difflib import get_close_matches  # imported here: most patterns match a file

            matches = get_close_matches(pattern.strip("/"), folders, 1, 0.7)
            hint = f'; did you mean "{matches[0]}"?' if matches else ""
            message = f'{key}: no Markdown file matches "{config.shown(pattern)}"{hint}'
            yield warning(DiagnosticCode.UNUSED_PATTERN, config.NAME, config.line_of(config_text, key), message)
