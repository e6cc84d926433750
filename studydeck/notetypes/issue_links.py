"""Link every card to a form for reports: note types and `issues-url` of deck.toml in, note types with the link out.

The link stands at the end of the back. The address has the id of the note and no other field, so that a card that is
reported tells nothing about its learner. No field or template changes its number, order or id.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from msgspec.structs import replace

from studydeck.model.anki import NoteType

PLACE = "{id}"  # in an address: where the id of the note stands
_FIELD = "{{ID}}"


def with_issue_links(note_types: Sequence[NoteType], url: str, words: str) -> tuple[NoteType, ...]:
    """Return note types whose card templates link to a form.

    Parameters
    ----------
    note_types : with valid templates.
    url : the address of the form, with the place of the id; without one, the id is the `title` of the report.
    words : what the link says.
    """
    if not url:
        return tuple(note_types)
    address = _FIELD.join(escape(_with_place(url)).split(PLACE))
    # The class is that of the link to the source: both are as quiet.
    link = f'<div class="face"><div class="source" dir="auto"><a href="{address}">{escape(words)}</a></div></div>'
    return tuple(
        replace(
            note_type,
            templates=tuple(
                replace(template, back=f"{template.back.rstrip()}\n{link}\n") for template in note_type.templates
            ),
        )
        for note_type in note_types
    )


def _with_place(url: str) -> str:
    """Return an address with a place for the id: where it has none, in the title, which forms of forges fill in."""
    if PLACE in url:
        return url
    address, hash_sign, fragment = url.partition("#")
    separator = "&" if "?" in address else "?"
    return f"{address}{separator}title={PLACE}{hash_sign}{fragment}"
