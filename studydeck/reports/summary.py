"""Summarise a build: a build in, a few lines of text out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from studydeck.diagnostics import counted
from studydeck.identity.ledger import Ledger, live_notes
from studydeck.pipeline import Built
from studydeck.reports.printable import printable_line
from studydeck.selection import SUGGESTED_FOLDERS, personal_folders

_BULK_CHANGE = 20  # notes
# How a note was matched with one of the ledger, as an author would say it.
_MATCHES: Mapping[str, str] = MappingProxyType(
    {
        "moved": "moved",
        "question": "with a new answer",
        "normalized": "written in another way",
        "structural": "with a part reworded",
        "contained": "extended or shortened",
        "fuzzy": "reworded",
        "restored": "back again",
    }
)
_MAX_FOLDERS = 20  # named in one line


def change_summary(built: Built) -> str:
    """Return the numbers of new, changed and retired notes in one line."""
    old_notes = {note.guid: note for note in built.before.notes}
    kept_notes = [note for note in built.notes if note.guid in old_notes]
    changed = [note for note in kept_notes if old_notes[note.guid].changed != note.changed]
    return f"{len(built.notes) - len(kept_notes)} new, {len(changed)} changed, {len(built.retired)} retired"


def change_between(before: Ledger, after: Ledger) -> str:
    """Return the numbers of notes that are new, changed and retired in a later ledger, in one line."""
    old, new = ({entry.guid: entry for entry in live_notes(ledger.notes)} for ledger in (before, after))
    changed = [guid for guid in old.keys() & new.keys() if old[guid].content_digest != new[guid].content_digest]
    return f"{len(new.keys() - old.keys())} new, {len(changed)} changed, {len(old.keys() - new.keys())} retired"


def _first_build_lines(built: Built) -> Iterator[str]:
    """Yield how many files each folder gives to a first build, and how to leave folders out."""
    paths = dict.fromkeys(section.file for section in built.ledger.sections)
    folders = Counter(path.partition("/")[0] if "/" in path else "" for path in paths)
    names = [name for name in folders if name]
    if not names:
        return
    listed = ", ".join(
        f"{count} in {printable_line(f'{name}/') if name else 'the folder itself'}"
        for name, count in list(folders.items())[:_MAX_FOLDERS]
    )
    more = f" and {counted(len(folders) - _MAX_FOLDERS, 'more folder')}" if len(folders) > _MAX_FOLDERS else ""
    yield f"this first build takes in {counted(len(paths), 'file')}: {listed}{more}"
    private = [*personal_folders(names)] or [*SUGGESTED_FOLDERS]
    patterns = ", ".join(f'"{printable_line(name)}/"' for name in private[:_MAX_FOLDERS])
    yield f"to leave folders out, write in deck.toml: exclude = [{patterns}]; a file alone: private: true at its top"


def lines(built: Built) -> Iterator[str]:
    """Yield the summary: notes and cards by kind; new, changed and retired notes; matches; skipped blocks."""
    kinds = Counter(note.draft.kind for note in built.notes)
    card_count = sum(len(note.ordinals) for note in built.notes)
    kind_counts = ", ".join(counted(count, kind) for kind, count in sorted(kinds.items(), reverse=True))
    kinds_text = f" ({kind_counts})" if kinds else ""
    yield f"{counted(len(built.notes), 'note')}{kinds_text}, {counted(card_count, 'card')}"
    if not built.before.deck:
        yield from _first_build_lines(built)
    were_retired = {note.guid for note in built.before.notes if note.retired}
    restored_count = sum([note.guid in were_retired for note in built.notes]) if were_retired else 0
    yield change_summary(built) + (f", {restored_count} back again" if restored_count else "")
    if built.ledger.release:
        version, time = built.ledger.release
        unreleased = sum(note.since is None or note.changed > time for note in built.notes)
        if unreleased:
            what = counted(unreleased, "note")
            yield f"not released: {what}, new or changed since {version}; for a new version: studydeck release"
    recognised = [note for note in built.notes if note.matched_by not in {"new", "exact", "pinned"}]
    if recognised:
        match_counts = Counter(note.matched_by for note in recognised)
        yield "recognised: " + ", ".join(f"{count} {_MATCHES[match]}" for match, count in match_counts.most_common())
    old_count = len(built.before.notes)
    if old_count and len(recognised) + len(built.retired) > max(_BULK_CHANGE, old_count // 3):
        yield (
            f"a bulk change: {len(recognised)} of {old_count} notes were recognised in another place or wording and "
            f"{len(built.retired)} are retired; before you commit the ledger, look at them: studydeck identities"
        )
    if built.skipped_notes:
        count = len(built.skipped_notes)
        yield f"{counted(count, 'note is', 'notes are')} skipped by decision: studydeck decisions"
    reasons = Counter(block.reason for block in built.skipped)
    if reasons:
        reason_counts = ", ".join(f"{count} {reason}" for reason, count in reasons.most_common(5))
        skipped = counted(len(built.skipped), "block was", "blocks were")
        yield f"{skipped} skipped ({reason_counts}): studydeck list --skipped"
