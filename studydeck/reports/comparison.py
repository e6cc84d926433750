"""Compare two versions of a deck: two decks in, the changes that a learner of the first gets from the second out.

Notes are matched by their GUIDs. A note whose question, answer, extra or cards differ is `changed`; a note that differs
only in heading path, source, tags or subdeck is `moved`. The tag that names the release which introduced a note is
ignored, because every release adds one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from studydeck.model.anki import FIELDS, Deck, Row, without_first_letters
from studydeck.patterns import lazy_pattern
from studydeck.reports import wording

Step = Literal["major", "minor", "patch"]
SINCE = "::since::"
_ABOUT = lazy_pattern(r'<(div|span) class="about">.*?</\1> ', re.DOTALL)  # a span in packages of earlier versions
_METADATA_FIELDS = frozenset({"HeadingPath", "Source", "Subdeck"})


class Change(Struct, frozen=True):
    """A note in both versions that differs, with its cards as ordinals from 0.

    `fields` are the names of the fields that differ, `Tags` and `Subdeck` among them.
    """

    before: Row
    after: Row
    fields: tuple[str, ...]
    new_cards: tuple[int, ...] = ()
    retired_cards: tuple[int, ...] = ()

    @property
    def has_new_answer(self) -> bool:
        """Return whether a pair asks the same and has another answer, not the old one in other words."""
        if self.after.kind != "pair" or wording.question(self.before) != wording.question(self.after):
            return False
        answers = wording.answer(self.before), wording.answer(self.after)
        return "Meaning" in self.fields and wording.is_another_answer(*answers)

    @property
    def is_update(self) -> bool:
        """Return whether Anki updates the note: it does so only if its time is later."""
        return self.after.changed > self.before.changed


class Comparison(Struct, frozen=True):
    """Two versions of a deck; `new`, `changed` and `moved` in the order of `after`, `retired` in that of `before`."""

    before: Deck
    after: Deck
    new: tuple[Row, ...]
    changed: tuple[Change, ...]
    moved: tuple[Change, ...]
    retired: tuple[Row, ...]

    @property
    def appearance_changed(self) -> bool:
        """Return whether card templates or styles differ."""
        before, after = (
            {note_type.kind: (note_type.css, note_type.templates) for note_type in deck.notetypes}
            for deck in (self.before, self.after)
        )
        return bool(before) and before != after

    @property
    def step(self) -> Step | None:
        """Return the part of the version number to increment.

        Major if notes or cards are retired, minor if some are new, patch for any other difference; None if there is
        no difference.
        """
        if self.retired or any(change.retired_cards for change in self.changed):
            return "major"
        if self.new or any(change.new_cards for change in self.changed):
            return "minor"
        description_changed = (self.before.name, _unversioned_description(self.before)) != (
            self.after.name,
            _unversioned_description(self.after),
        )
        return "patch" if self.changed or self.moved or self.appearance_changed or description_changed else None


def compare(before: Deck, after: Deck) -> Comparison:
    """Compare two versions of one deck.

    Parameters
    ----------
    before : the version that the learner has; a deck without rows and version if there is none.
    after : the version that the learner imports.

    Returns
    -------
    Comparison : every note that differs, once.
    """
    old_rows = {row.guid: row for row in before.rows}
    new_guids = {row.guid for row in after.rows}
    changes = tuple(_changes(old_rows, after))
    return Comparison(
        before=before,
        after=after,
        new=tuple(row for row in after.rows if row.guid not in old_rows),
        changed=tuple(change for change in changes if not _is_only_moved(change)),
        moved=tuple(change for change in changes if _is_only_moved(change)),
        retired=tuple(row for row in before.rows if row.guid not in new_guids),
    )


def _changes(old_rows: dict[str, Row], after: Deck) -> Iterator[Change]:
    for row in after.rows:
        old_row = old_rows.get(row.guid)
        if old_row is None:
            continue
        field_names = FIELDS[row.kind]
        values = zip(field_names, old_row.fields, row.fields, strict=True)
        # A clue begins with the heading above it, which is metadata and no part of the question.
        changed_fields = [
            field_name if _without_about(old_value) != _without_about(new_value) else "HeadingPath"
            for field_name, old_value, new_value in values
            if without_first_letters(old_value) != without_first_letters(new_value)
        ]
        changed_fields += ["Tags"] if _compared_tags(old_row) != _compared_tags(row) else []
        changed_fields += ["Subdeck"] if old_row.subdeck != row.subdeck else []
        new_ordinals, retired_ordinals = (
            set(row.ordinals) - set(old_row.ordinals),
            set(old_row.ordinals) - set(row.ordinals),
        )
        if changed_fields or new_ordinals or retired_ordinals:
            yield Change(
                old_row,
                row,
                tuple(dict.fromkeys(changed_fields)),
                tuple(sorted(new_ordinals)),
                tuple(sorted(retired_ordinals)),
            )


def _is_only_moved(change: Change) -> bool:
    return {*change.fields} <= {*_METADATA_FIELDS, "Tags"} and not change.new_cards and not change.retired_cards


def _without_about(field: str) -> str:
    return _ABOUT.sub("", field)


def _compared_tags(row: Row) -> set[str]:
    return {tag for tag in row.tags if SINCE not in tag}


def _unversioned_description(deck: Deck) -> str:
    """Return the description of a deck without its version number."""
    return deck.description.replace(deck.version, "") if deck.version else deck.description
