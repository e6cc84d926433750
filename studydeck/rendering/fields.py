"""From a Note to a Row: every field as HTML, in the order of its note type."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import quote

from studydeck.model.anki import FIELDS, Row
from studydeck.model.document import ItemList
from studydeck.model.notes import Cloze, Note, NoteDraft, Pair
from studydeck.rendering.escape import escape_text
from studydeck.rendering.html import SAFE_LINK, blocks, link
from studydeck.text.normalize import normal

RenderedFields = tuple[tuple[str, ...], tuple[str, ...]]  # the fields below the first, and the tags


def render_row(note: Note, deck_tag: str, source_url: str = "") -> Row:
    """Fill the fields of a note; `source_url` may hold {path} and {line}."""
    return with_identity(note, render_fields(note.draft, note.since or "", deck_tag, source_url))


def with_identity(note: Note, filled: RenderedFields) -> Row:
    """Put the identity of a note before what its draft filled in."""
    (below, tagged), kind = filled, note.draft.kind
    ordinals = note.ordinals if kind == "pair" else tuple([number - 1 for number in note.ordinals])
    return Row(note.guid, kind, note.id_slot, note.changed, (note.guid, *below), tagged, ordinals)


def render_fields(draft: NoteDraft, since: str, deck_tag: str, source_url: str) -> RenderedFields:
    """Fill the fields that stand below the first, and give the tags."""
    extra = blocks((*draft.extra, *draft.supporting_blocks)) if draft.extra or draft.supporting_blocks else ""
    filled = (*_asked(draft.body), heading_path_html(draft.heading_path), extra, _source(draft.span.path, source_url))
    # What follows in either note type is there for later, or for learners to fill.
    return filled + ("",) * (len(FIELDS[draft.kind]) - 1 - len(filled)), tags(draft, since, deck_tag)


def _asked(body: Pair | Cloze) -> tuple[str, ...]:
    if not isinstance(body, Pair):
        return blocks(body.prompt), _text(body)
    clue = blocks(body.clue)
    if body.clue and body.about:
        clue = f'<span class="about">{escape_text(body.about)}</span> {clue}'
    return blocks(body.term), blocks(body.meaning), clue, escape_text(body.term_label), escape_text(body.meaning_label)


def _text(body: Cloze) -> str:
    sequence = body.mask_following and isinstance(body.text[0], ItemList)
    return f'<div class="mask-following">{blocks(body.text)}</div>' if sequence else blocks(body.text)


@lru_cache(maxsize=1 << 8)  # the notes of one section follow each other
def heading_path_html(names: tuple[str, ...]) -> str:
    """Give the headings that lead to a note, the nearest one set apart."""
    if not names:
        return ""
    *above, last = (escape_text(name) for name in names)
    return " › ".join((*above, f"<b>{last}</b>"))


@lru_cache(maxsize=1 << 8)
def _source(path: str, url: str) -> str:
    if not SAFE_LINK.match(url):
        return escape_text(path)
    address = url.replace("{path}", quote(path)).replace("{line}", "")
    return link(address.removesuffix("#L"), escape_text(path))


def tags(draft: NoteDraft, since: str, deck_tag: str) -> tuple[str, ...]:
    """Give a note's tags: where it stands, the release that brought it, and what the author added."""
    release = (f"{deck_tag}::since::{since}",) if since else ()
    own = tuple(filter(None, map(tag_part, draft.tags))) if draft.tags else ()
    return (_where(draft.span.path, draft.heading_path[1:2], deck_tag), *release, *own)


@lru_cache(maxsize=1 << 8)
def _where(path: str, context: tuple[str, ...], deck_tag: str) -> str:
    """Give the tag that says where a note stands."""
    stem = path.removesuffix(".md").removesuffix(".markdown")
    return "::".join(filter(None, (deck_tag, tag_part(stem), *map(tag_part, context))))


def tag_part(words_: str) -> str:
    """Reduce words to one part of a tag: no white space, no `::`, nothing that Anki's search takes for its own."""
    return normal(words_.replace("/", " ")).replace(" ", "-")
