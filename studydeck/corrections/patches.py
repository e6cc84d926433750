"""Make a patch of corrections: corrections and a function that builds in; those that a build confirms, and a diff, out.

A correction is in the patch only where the notes, built with it, give this note the learner's words and the same cards,
and all other notes as before. All of them are tried at once, then halves, until each is accepted or refused.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec.structs import replace

from studydeck.corrections.candidates import Correction
from studydeck.corrections.comparison import FieldEdit
from studydeck.corrections.locations import Replacement
from studydeck.corrections.words import comparable, words
from studydeck.diagnostics import DiagnosticCode
from studydeck.errors import BuildError, StudydeckError
from studydeck.model.anki import Row
from studydeck.patterns import lazy_pattern
from studydeck.pipeline import Built

BuildWith = Callable[[Mapping[str, str]], Built]  # called with the texts of the files that a patch changes
MAX_BUILDS = 100
_FOLLOWING = frozenset(("Clue", "Typed"))  # fields that change with the term and the meaning
_QUOTED_NAME = lazy_pattern(r'[\0-\x1f\x7f"\\]')


class Patcher:
    """Accepts corrections whose patches build as they should."""

    def __init__(self, built: Built, texts: Callable[[str], str], build_with: BuildWith) -> None:
        self._rows = {row.guid: row for row in built.deck.rows}
        self._lines = {note.guid: f"{note.draft.span.path}:{note.draft.span.line}" for note in built.notes}
        self._warnings = {(found.code, found.path, found.line) for found in built.diagnostics}
        self._retired = {entry.guid for entry in built.retired}
        self._texts, self._build_with = texts, build_with
        self._accepted: list[Correction] = []
        self._builds_left = MAX_BUILDS

    def confirmed(self, corrections: Sequence[Correction]) -> tuple[Correction, ...]:
        """Return the corrections, each with the replacements that were confirmed, or with the reason why not."""
        candidates = [correction for correction in corrections if correction.choices]
        results = dict(zip(map(id, candidates), self._try(candidates), strict=True))
        return tuple(results.get(id(correction), correction) for correction in corrections)

    def _try(self, candidates: Sequence[Correction]) -> list[Correction]:
        """Return candidates with one choice each, or none and the reason; accept all, or else half by half."""
        if not candidates:
            return []
        first_choices = [replace(candidate, choices=candidate.choices[:1]) for candidate in candidates]
        reason = self._fault(first_choices)
        if not reason:
            self._accepted += first_choices
            return first_choices
        if len(candidates) > 1:
            middle = len(candidates) // 2
            return [*self._try(candidates[:middle]), *self._try(candidates[middle:])]
        (candidate,) = candidates
        for choice in candidate.choices[1:]:
            other = replace(candidate, choices=(choice,))
            if not self._fault([other]):
                self._accepted.append(other)
                return [other]
        return [replace(candidate, choices=(), reason=reason)]

    def _fault(self, corrections: Sequence[Correction]) -> str:
        """Return what is wrong with the notes that have the accepted and these corrections, or an empty text."""
        if not self._builds_left:
            return "it was not tried, as there are many; apply the patch, and run the command again"
        self._builds_left -= 1
        every = [*self._accepted, *corrections]
        texts = changed_texts(every, self._texts)
        if texts is None:
            return "another correction changes the same words"
        try:
            built = self._build_with(texts)
        except BuildError as build_error:
            return f"the notes would not build: {build_error.diagnostics[0].message}"
        except StudydeckError as fault:
            return f"the notes would not build: {fault}"
        return self._difference(built, [correction.edit for correction in every])

    def _difference(self, built: Built, edits: Sequence[FieldEdit]) -> str:
        """Return how a build differs from today's in anything but the edits, or an empty text."""
        rows = {row.guid: row for row in built.deck.rows}
        by_guid: dict[str, dict[str, FieldEdit]] = {}
        for edit in edits:
            by_guid.setdefault(edit.row.guid, {})[edit.field] = edit
        if rows.keys() != self._rows.keys() or {entry.guid for entry in built.retired} != self._retired:
            return "the notes would give other notes"
        for guid, row in rows.items():
            if guid in by_guid:
                if reason := _row_difference(self._rows[guid], row, by_guid[guid]):
                    return reason
            elif row != self._rows[guid]:
                return f"it would change another note, too: {self._lines[guid]}"
        new = [found for found in built.diagnostics if (found.code, found.path, found.line) not in self._warnings]
        # A build says where a match is doubtful; here it is known to be right.
        new = [found for found in new if found.severity != "info" and found.code != DiagnosticCode.DOUBTFUL_IDENTITY]
        return f"the notes would give a warning: {new[0].message}" if new else ""


def _row_difference(before: Row, after: Row, edits: Mapping[str, FieldEdit]) -> str:
    """Return how a patched note differs from what the learner has, or an empty text."""
    if (before.kind, before.ordinals, before.tags, before.subdeck) != (
        after.kind,
        after.ordinals,
        after.tags,
        after.subdeck,
    ):
        return "the note would have other cards or tags"
    old, new = before.field_values(), after.field_values()
    for name, value in new.items():
        if name in edits:
            if words(value) != comparable(edits[name].after):
                return "the notes would give other words than the learner's"
        elif name not in _FOLLOWING and value != old[name]:
            return f"the field {name} of the note would change, too"
    return ""


def changed_texts(corrections: Iterable[Correction], texts: Callable[[str], str]) -> dict[str, str] | None:
    """Return the texts of the files that corrections change, or None where two change the same words."""
    by_path: dict[str, set[Replacement]] = {}
    for correction in corrections:
        for replacement in correction.choices[0] if correction.choices else ():
            by_path.setdefault(replacement.path, set()).add(replacement)
    changed: dict[str, str] = {}
    for path, found in by_path.items():
        text, end = texts(path), len(texts(path)) + 1
        for each in sorted(found, reverse=True):
            if each.end > end or (each.end == end and each.start == each.end):
                return None
            text, end = text[: each.start] + each.text + text[each.end :], each.start
        changed[path] = text
    return changed


def unified_diff(corrections: Iterable[Correction], texts: Callable[[str], str], prefix: str) -> str:
    """Return a unified diff that `git apply` reads.

    Parameters
    ----------
    corrections : that were confirmed; those without a choice add nothing.
    texts : returns the text of a file as it is on the disk.
    prefix : the path of the notes folder from where the patch is applied, with `/` at its end, or empty.
    """
    changed = changed_texts(corrections, texts) or {}
    parts: list[str] = []
    for path, text in sorted(changed.items()):
        names = [_name(f"{side}/{prefix}{path}") for side in "ab"]
        # A name with a space ends at the tab behind it.
        marks = [name + ("\t" if " " in name else "") for name in names]
        parts += [f"diff --git {names[0]} {names[1]}\n"]
        before, after = (_lines(each) for each in (texts(path), text))
        for line in difflib.unified_diff(before, after, marks[0], marks[1]):
            parts.append(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n")
    return "".join(parts)


def _lines(text: str) -> list[str]:
    """Return the lines of a text as git counts them, with their ends."""
    lines = [f"{line}\n" for line in text.split("\n")]
    return [*lines[:-1], *([lines[-1][:-1]] if lines[-1] != "\n" else [])]


def _name(name: str) -> str:
    """Return a path as git writes it: in quotes, with escapes, where it has a sign that would end it."""
    if not _QUOTED_NAME.search(name):
        return name
    escapes = {'"': '\\"', "\\": "\\\\"}
    return '"' + _QUOTED_NAME.sub(lambda sign: escapes.get(sign[0], f"\\{ord(sign[0]):03o}"), name) + '"'
