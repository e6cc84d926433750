"""What differs between two readings of a folder, and what a reading shows to be half done."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from studydeck import config
from studydeck.build_inputs import Inputs
from studydeck.diagnostics import Diagnostic, DiagnosticCode, error
from studydeck.identity import ledger as ledger_file
from studydeck.model.anki import Picture
from studydeck.model.document import Source

Pictures = Mapping[tuple[str, str], Picture]
# Code may show what a conflict looks like.
_FENCED = re.compile(r"^ {0,3}(`{3,}|~{3,}).*?^ {0,3}\1", re.MULTILINE | re.DOTALL)
_CONFLICT = re.compile(r"^<{7} .*?^={7}$.*?^>{7} ", re.MULTILINE | re.DOTALL)


def changed_files(old: Inputs, new: Inputs, before: Pictures, after: Pictures) -> list[str]:
    """Name the files that are not as they were: sources, settings, ledger, templates, pictures."""
    found = _differing({one.path: one for one in old.sources}, {one.path: one for one in new.sources})
    settings = (old.config, old.configured) != (new.config, new.configured)
    found += [config.NAME] * settings + [ledger_file.NAME] * (old.ledger_text != new.ledger_text)
    found += _differing(old.templates, new.templates)
    return found + sorted({target for _, target in _differing(before, after)})


def _differing(before: Mapping[Any, Any], after: Mapping[Any, Any]) -> list[Any]:
    return [one for one in sorted({**before, **after}) if before.get(one) != after.get(one)]


def half_saved(sources: Iterable[Source], before: Iterable[Source]) -> bool:
    """Tell whether a source that said something is empty or missing: an editor may be at it."""
    texts = {one.path: one.text.strip() for one in sources}
    return any(one.text.strip() and not texts.get(one.path) for one in before)


def merge_conflicts(sources: Iterable[Source], before: Iterable[Source]) -> Iterator[Diagnostic]:
    """Find what git could not merge; notes that show conflicts on purpose showed them before."""
    known = {one.path for one in before if _CONFLICT.search(one.text)}
    for source in sources:
        if source.path in known or "<<<<<<<" not in source.text:
            continue
        if found := _CONFLICT.search(_FENCED.sub(_blanked, source.text)):
            line = source.text.count("\n", 0, found.start()) + 1
            message = "holds both sides of a conflict; choose one, and save"
            yield error(DiagnosticCode.UNREADABLE, source.path, line, message)


def _blanked(code: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", code[0])
