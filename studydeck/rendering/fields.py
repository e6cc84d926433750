"""Render a note for packing: a `Note` in, a `Row` of HTML fields in the order of its note type out."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import quote

from studydeck.config import SOURCE_URL
from studydeck.model.anki import FIELDS, RECORDED_FIELD, Row
from studydeck.model.document import Content, ItemList
from studydeck.model.notes import Cloze, Note, NoteDraft, Pair
from studydeck.rendering.escape import escape_text
from studydeck.rendering.html import blocks_html, link
from studydeck.text.normalize import normalize

RenderedFields = tuple[tuple[str, ...], tuple[str, ...]]  # all fields except the first, and the tags


def render_row(note: Note, deck_tag: str, source_url: str = "") -> Row:
    """Render a note.

    Parameters
    ----------
    note : the note.
    deck_tag : the first part of its tags.
    source_url : the address of a source with the placeholders {path} and {line}; empty if there is none.

    Returns
    -------
    Row : with ordinals counted from 0.
    """
    return with_identity(note, render_fields(note.draft, note.since or "", deck_tag, source_url))


def with_identity(note: Note, rendered: RenderedFields) -> Row:
    """Return the row of a note from the rendered fields of its draft."""
    (other_fields, tags_), kind = rendered, note.draft.kind
    ordinals = note.ordinals if kind == "pair" else tuple([number - 1 for number in note.ordinals])
    return Row(note.guid, kind, note.id_slot, note.changed, (note.guid, *other_fields), tags_, ordinals)


def render_fields(draft: NoteDraft, since: str, deck_tag: str, source_url: str) -> RenderedFields:
    """Render all fields except the first, which holds the GUID, and the tags."""
    extra = blocks_html((*draft.extra, *draft.supporting_blocks)) if draft.extra or draft.supporting_blocks else ""
    fields = (
        *_content_fields(draft.body, draft.answer_media),
        heading_path_html(draft.heading_path),
        extra,
        _source_html(draft.span.path, source_url),
    )
    # The remaining fields of both note types stay empty: they are spare, or for learners to fill.
    names = FIELDS[draft.kind][1 + len(fields) :]
    is_recorded = "[sound:" in "".join(fields)
    rest = ["recorded" if is_recorded and name == RECORDED_FIELD else "" for name in names]
    return (*fields, *rest), tags(draft, since, deck_tag)


def _content_fields(body: Pair | Cloze, answer_media: Content) -> tuple[str, ...]:
    if not isinstance(body, Pair):
        # The text of a cloze is on both sides; the style of the card hides this class on the front.
        media = f'<div class="answer-media">{blocks_html(answer_media)}</div>' if answer_media else ""
        return blocks_html(body.prompt), _cloze_text(body) + media
    clue = blocks_html(body.clue)
    if body.clue and body.about:
        clue = f'<span class="about">{escape_text(body.about)}</span> {clue}'
    return (
        blocks_html(body.term),
        blocks_html((*body.meaning, *answer_media)),
        clue,
        escape_text(body.term_label),
        escape_text(body.meaning_label),
    )


def _cloze_text(body: Cloze) -> str:
    masks_following = body.mask_following and isinstance(body.text[0], ItemList)
    return f'<div class="mask-following">{blocks_html(body.text)}</div>' if masks_following else blocks_html(body.text)


@lru_cache(maxsize=1 << 8)  # the notes of one section come one after another
def heading_path_html(heading_path: tuple[str, ...]) -> str:
    """Return the heading path of a note as HTML, the nearest heading in bold."""
    if not heading_path:
        return ""
    *above, nearest = (escape_text(name) for name in heading_path)
    return " › ".join((*above, f"<b>{nearest}</b>"))


@lru_cache(maxsize=1 << 8)
def _source_html(path: str, url: str) -> str:
    if not SOURCE_URL.fullmatch(url):
        return escape_text(path)
    address = url.replace("{path}", quote(path)).replace("{line}", "")
    return link(address.removesuffix("#L"), escape_text(path))


def tags(draft: NoteDraft, since: str, deck_tag: str) -> tuple[str, ...]:
    """Return the tags of a note: its location, the release that introduced it, and the tags that the author added."""
    release_tags = (f"{deck_tag}::since::{since}",) if since else ()
    custom_tags = tuple(filter(None, map(tag_part, draft.tags))) if draft.tags else ()
    return (_location_tag(draft.span.path, draft.heading_path[1:2], deck_tag), *release_tags, *custom_tags)


@lru_cache(maxsize=1 << 8)
def _location_tag(path: str, heading: tuple[str, ...], deck_tag: str) -> str:
    """Return the tag of a note's file and section."""
    stem = path.removesuffix(".md").removesuffix(".markdown")
    return "::".join(filter(None, (deck_tag, tag_part(stem), *map(tag_part, heading))))


def tag_part(text: str) -> str:
    """Return a text as one part of a tag: without white space, `::` and the special characters of Anki's search."""
    return normalize(text.replace("/", " ")).replace(" ", "-")
