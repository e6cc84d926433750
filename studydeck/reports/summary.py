"""What a build did, in a few lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from studydeck.pipeline import Built

_BULK = 20


def news(built: Built) -> str:
    """Say in one line what a build brought."""
    old = {note.guid: note for note in built.before.notes}
    known = [note for note in built.notes if note.guid in old]
    changed = [note for note in known if old[note.guid].changed != note.changed]
    return f"{len(built.notes) - len(known)} new, {len(changed)} changed, {len(built.gone)} gone"


def lines(built: Built) -> Iterator[str]:
    """Give the summary: notes and cards by kind, what is new, changed and gone, and what became nothing."""
    kinds = Counter(note.draft.kind for note in built.notes)
    cards = sum(len(note.ordinals) for note in built.notes)
    counted = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items(), reverse=True))
    yield f"{len(built.notes)} notes ({counted}), {cards} cards"
    were_gone = {note.guid for note in built.before.notes if note.gone}
    back = sum([note.guid in were_gone for note in built.notes]) if were_gone else 0
    yield news(built) + (f", {back} back again" if back else "")
    if built.ledger.release:
        version, time = built.ledger.release
        unreleased = sum(note.since is None or note.changed > time for note in built.notes)
        if unreleased:
            yield f"not released: {unreleased} notes, new or changed since {version}; `release` makes a version of them"
    alike = [note for note in built.notes if note.how not in {"new", "same", "pin"}]
    if alike:
        hows = Counter(note.how for note in alike)
        yield "recognised: " + ", ".join(f"{count} {how}" for how, count in hows.most_common())
    old = len(built.before.notes)
    if old and len(alike) + len(built.gone) > max(_BULK, old // 3):
        yield (
            f"a bulk change: {len(alike)} of {old} notes were recognised in another place or wording and "
            f"{len(built.gone)} are gone; look at `list` before you commit the ledger"
        )
    reasons = Counter(one.reason for one in built.unclaimed)
    if reasons:
        said = ", ".join(f"{count} {reason}" for reason, count in reasons.most_common(5))
        yield f"{len(built.unclaimed)} blocks became nothing ({said}); `list` names them"
