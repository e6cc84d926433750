"""What a learner who has one version of a deck gets from another: note by note, card by card.

Notes are compared by their GUIDs. What is asked counts first: a note whose question, answer, extra or cards differ is
`changed`; one that only stands elsewhere (trail, source, tags) is `moved`. The tag that names the release which brought
a note is left out, for it comes with every release.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from studydeck.model.anki import FIELDS, Deck, Row

Step = Literal["major", "minor", "patch"]
SINCE = "::since::"
_ABOUT = re.compile(r'<span class="about">.*?</span> ', re.DOTALL)
_AROUND = frozenset({"HeadingPath", "Source"})


class Change(Struct, frozen=True):
    """A note that both versions have: the fields that differ, `Tags` among them, and its cards by ordinal from 0."""

    before: Row
    after: Row
    fields: tuple[str, ...]
    new_cards: tuple[int, ...] = ()
    retired_cards: tuple[int, ...] = ()

    @property
    def arrives(self) -> bool:
        """Tell whether Anki updates the note: only a later time counts."""
        return self.after.changed > self.before.changed


class Comparison(Struct, frozen=True):
    """Two versions of a deck; `new`, `changed` and `moved` in the order of the later one, `retired` of the earlier."""

    before: Deck
    after: Deck
    new: tuple[Row, ...]
    changed: tuple[Change, ...]
    moved: tuple[Change, ...]
    retired: tuple[Row, ...]

    @property
    def look(self) -> bool:
        """Tell whether the faces or their style differ."""
        ours, theirs = ({one.kind: (one.css, one.templates) for one in x.notetypes} for x in (self.before, self.after))
        return bool(ours) and ours != theirs

    @property
    def collecting(self) -> Step | None:
        """Give the part of the version that must rise.

        Major where something that learners study is retired, minor where something is new, patch where what they have
        is corrected; None where nothing differs.
        """
        if self.retired or any(one.retired_cards for one in self.changed):
            return "major"
        if self.new or any(one.new_cards for one in self.changed):
            return "minor"
        about = (self.before.name, _unversioned(self.before)) != (self.after.name, _unversioned(self.after))
        return "patch" if self.changed or self.moved or self.look or about else None


def compare(before: Deck, after: Deck) -> Comparison:
    """Compare two versions of one deck."""
    old = {row.guid: row for row in before.rows}
    ours = {row.guid for row in after.rows}
    changes = tuple(_changes(old, after))
    return Comparison(
        before=before,
        after=after,
        new=tuple(row for row in after.rows if row.guid not in old),
        changed=tuple(one for one in changes if not _only_moved(one)),
        moved=tuple(one for one in changes if _only_moved(one)),
        retired=tuple(row for row in before.rows if row.guid not in ours),
    )


def _changes(old: dict[str, Row], after: Deck) -> Iterator[Change]:
    for row in after.rows:
        known = old.get(row.guid)
        if known is None:
            continue
        names = FIELDS[row.kind]
        pairs = zip(names, known.fields, row.fields, strict=True)
        # A clue begins with the heading that it belongs to, which is no part of what is asked.
        fields = [name if _own(one) != _own(other) else "HeadingPath" for name, one, other in pairs if one != other]
        fields += ["Tags"] if _tags(known) != _tags(row) else []
        new, retired = set(row.ordinals) - set(known.ordinals), set(known.ordinals) - set(row.ordinals)
        if fields or new or retired:
            yield Change(known, row, tuple(dict.fromkeys(fields)), tuple(sorted(new)), tuple(sorted(retired)))


def _only_moved(change: Change) -> bool:
    return {*change.fields} <= {*_AROUND, "Tags"} and not change.new_cards and not change.retired_cards


def _own(field: str) -> str:
    return _ABOUT.sub("", field)


def _tags(row: Row) -> set[str]:
    return {tag for tag in row.tags if SINCE not in tag}


def _unversioned(deck: Deck) -> str:
    """Give a deck's description without the version that stands in it."""
    return deck.description.replace(deck.version, "") if deck.version else deck.description
