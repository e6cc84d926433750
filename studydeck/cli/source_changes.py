"""Compares two readings of a project for `watch`: changed files, files that are half saved, merge conflicts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from studydeck import config
from studydeck.build_inputs import Inputs
from studydeck.diagnostics import Diagnostic, DiagnosticCode, error
from studydeck.identity import decisions
from studydeck.identity import ledger as ledger_file
from studydeck.model.anki import Picture
from studydeck.model.document import Source
from studydeck.patterns import lazy_pattern

Pictures = Mapping[tuple[str, str], Picture]
# Conflict markers in a code block may be an example.
_FENCED_CODE = lazy_pattern(r"^ {0,3}(`{3,}|~{3,}).*?^ {0,3}\1", re.MULTILINE | re.DOTALL)
_CONFLICT = lazy_pattern(r"^<{7} .*?^={7}$.*?^>{7} ", re.MULTILINE | re.DOTALL)


def changed_files(old: Inputs, new: Inputs, before: Pictures, after: Pictures) -> list[str]:
    """Return the names of the files that differ: sources, settings, ledger, decisions, templates, pictures."""
    names = _changed_keys(
        {source.path: source.text for source in old.sources}, {source.path: source.text for source in new.sources}
    )
    config_changed = (old.config, old.configured) != (new.config, new.configured)
    names += [config.NAME] * config_changed + [ledger_file.FILE_NAME] * (old.ledger_text != new.ledger_text)
    names += [decisions.FILE_NAME] * (old.decisions != new.decisions)
    names += _changed_keys(old.templates, new.templates)
    return names + sorted({target for _, target in _changed_keys(before, after)})


def _changed_keys(before: Mapping[Any, Any], after: Mapping[Any, Any]) -> list[Any]:
    return [key for key in sorted({**before, **after}) if before.get(key) != after.get(key)]


def half_saved(new: Inputs, old: Inputs) -> bool:
    """Return whether a source that had text is now empty or missing, or deck.toml is: it may be about to be written."""
    if old.configured and not new.configured:
        return True
    texts = {source.path: source.text.strip() for source in new.sources}
    return any(source.text.strip() and not texts.get(source.path) for source in old.sources)


def merge_conflicts(sources: Iterable[Source], before: Iterable[Source]) -> Iterator[Diagnostic]:
    """Yield an error for each source with conflict markers of git that it did not have `before`."""
    known = {source.path for source in before if _CONFLICT.search(source.text)}
    for source in sources:
        if source.path in known or "<<<<<<<" not in source.text:
            continue
        if conflict := _CONFLICT.search(_FENCED_CODE.sub(_blank_out, source.text)):
            line = source.text.count("\n", 0, conflict.start()) + 1
            message = "has an unresolved merge conflict; choose one side, and save"
            yield error(DiagnosticCode.UNREADABLE, source.path, line, message)


def _blank_out(code: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", code[0])
