"""What a build did, in a few lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from studydeck.pipeline import Built

_BULK = 20


def change_summary(built: Built) -> str:
    """Say in one line what a build brought."""
    old = {note.guid: note for note in built.before.notes}
    known = [note for note in built.notes if note.guid in old]
    changed = [note for note in known if old[note.guid].changed != note.changed]
    return f"{len(built.notes) - len(known)} new, {len(changed)} changed, {len(built.retired)} retired"


def lines(built: Built) -> Iterator[str]:
    """Give the summary: notes and cards by kind, what is new, changed and gone, and what became nothing."""
    kinds = Counter(note.draft.kind for note in built.notes)
    cards = sum(len(note.ordinals) for note in built.notes)
    counted = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items(), reverse=True))
    yield f"{len(built.notes)} notes ({counted}), {cards} cards"
    were_retired = {note.guid for note in built.before.notes if note.retired}
    back = sum([note.guid in were_retired for note in built.notes]) if were_retired else 0
    yield change_summary(built) + (f", {back} back again" if back else "")
    if built.ledger.release:
        version, time = built.ledger.release
        unreleased = sum(note.since is None or note.changed > time for note in built.notes)
        if unreleased:
            yield f"not released: {unreleased} notes, new or changed since {version}; `release` makes a version of them"
    alike = [note for note in built.notes if note.matched_by not in {"new", "exact", "pinned"}]
    if alike:
        hows = Counter(note.matched_by for note in alike)
        yield "recognised: " + ", ".join(f"{count} {matched_by}" for matched_by, count in hows.most_common())
    old = len(built.before.notes)
    if old and len(alike) + len(built.retired) > max(_BULK, old // 3):
        yield (
            f"a bulk change: {len(alike)} of {old} notes were recognised in another place or wording and "
            f"{len(built.retired)} are retired; look at `list` before you commit the ledger"
        )
    reasons = Counter(one.reason for one in built.skipped)
    if reasons:
        said = ", ".join(f"{count} {reason}" for reason, count in reasons.most_common(5))
        yield f"{len(built.skipped)} blocks were skipped ({said}); `list` names them"
