"""Render a note for packing: a `Note` in, a `Row` of HTML fields in the order of its note type out."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from functools import lru_cache
from urllib.parse import quote

from msgspec import Struct

from studydeck.config import SOURCE_URL, Config
from studydeck.model.anki import FIELDS, RECORDED_FIELD, Row
from studydeck.model.document import Code, Content, Inline, ItemList
from studydeck.model.notes import Cloze, Note, NoteDraft, Pair
from studydeck.model.text_edits import normalized_text
from studydeck.model.traverse import paragraph, text_of_content
from studydeck.rendering.escape import escape_attribute, escape_text
from studydeck.rendering.html import blocks_html, inline_html, link
from studydeck.tex.words import plain_characters
from studydeck.text.blank_hints import with_hints
from studydeck.text.card_words import CardWords, card_words
from studydeck.text.normalize import normalize
from studydeck.text.paths import without_export_id


class RenderSettings(Struct, frozen=True):
    """What the settings of a deck say about its rows.

    Attributes
    ----------
    deck_tag : the first part of the deck's own tags.
    words : what cards show besides the words of the notes.
    blank_hints : whether blanks show first letters of what they hide, where several answers would fit.
    source_url : the address of a source with the placeholders {path} and {line}; empty if there is none.
    top_level_tags : whether tags of the text stand at the top, and not below the deck's own.
    excluded_tags : patterns of tags that learners do not get.
    """

    deck_tag: str
    words: CardWords
    blank_hints: bool = True
    source_url: str = ""
    top_level_tags: bool = False
    excluded_tags: tuple[str, ...] = ()


def render_settings(config: Config) -> RenderSettings:
    """Return what a deck's complete settings say about its rows."""
    words = card_words(config.language)
    tags_at_top = config.tags == "top-level"
    return RenderSettings(
        tag_part(config.name), words, config.blank_hints, config.source_url, tags_at_top, config.exclude_tags
    )


RenderedFields = tuple[tuple[str, ...], tuple[str, ...]]  # all fields except the first, and the tags


def render_row(note: Note, settings: RenderSettings) -> Row:
    """Render a note.

    Parameters
    ----------
    note : the note.
    settings : those of its deck.

    Returns
    -------
    Row : with ordinals counted from 0.
    """
    return with_identity(note, render_fields(note.draft, note.since or "", settings))


def with_identity(note: Note, rendered: RenderedFields) -> Row:
    """Return the row of a note from the rendered fields of its draft."""
    (other_fields, tags_), kind = rendered, note.draft.kind
    ordinals = note.ordinals if kind == "pair" else tuple([number - 1 for number in note.ordinals])
    return Row(note.guid, kind, note.id_slot, note.changed, (note.guid, *other_fields), tags_, ordinals)


def render_fields(draft: NoteDraft, since: str, settings: RenderSettings) -> RenderedFields:
    """Render all fields except the first, which holds the GUID, and the tags.

    Parameters
    ----------
    draft : its inlines are hidden by ordinals.
    since : the first release that had the note, or an empty text.
    settings : those of the deck that fields and tags depend on.
    """
    extra = blocks_html((*draft.extra, *draft.supporting_blocks)) if draft.extra or draft.supporting_blocks else ""
    fields = (
        *_content_fields(draft, settings),
        heading_path_html(draft.heading_path),
        extra,
        _source_html(draft.span.path, settings.source_url),
        *((escape_text(draft.body.typed),) if isinstance(draft.body, Pair) else ()),
    )
    # The remaining fields of both note types stay empty: they are spare, or for learners to fill.
    names = FIELDS[draft.kind][1 + len(fields) :]
    is_recorded = "[sound:" in "".join(fields)
    rest = ["recorded" if is_recorded and name == RECORDED_FIELD else "" for name in names]
    return (*fields, *rest), tags(draft, since, settings)


def _content_fields(draft: NoteDraft, settings: RenderSettings) -> tuple[str, ...]:
    body, answer_media, words = draft.body, draft.answer_media, settings.words
    if not isinstance(body, Pair):
        # The text of a cloze is on both sides; the style of the card hides this class on the front.
        media = f'<div class="answer-media">{blocks_html(answer_media)}</div>' if answer_media else ""
        text = with_hints(body.text) if settings.blank_hints and draft.rule != "flashcards" else body.text
        return blocks_html(prompt_of(body, words)), _cloze_text(text, masks_following=body.mask_following) + media
    clue = blocks_html(body.clue)
    if body.clue and body.about:
        clue = f'<div class="about">{escape_text(body.about)}</div> {clue}'
    return (
        *sides_html(body, answer_media),
        clue,
        _label_html(term_label(body, words)),
        "" if body.asked else _label_html(shown_label(body, words)),
    )


def sides_html(body: Pair, answer_media: Content) -> tuple[str, str]:
    """Return the term and the meaning of a pair, which no setting of the deck changes."""
    term = _question_html(body) if body.asked else blocks_html(body.term)
    return term, blocks_html((*body.meaning, *answer_media))


def _question_html(body: Pair) -> str:
    """Return a question in words of its own, with the term and label by which a package tells what note it is."""
    term, label = escape_attribute(text_of_content(body.term).plain), escape_attribute(body.meaning_label)
    question = f'<span class="question" data-term="{term}" data-label="{label}">{inline_html(body.asked)}</span>'
    return question + blocks_html(body.term[1:])


def term_label(body: Pair, words: CardWords) -> str:
    """Return the label of a term as cards show it: the head of its column, or what a date is, which is no content."""
    return body.term_label or words.label_of(text_of_content(body.term).plain.strip())


def shown_label(body: Pair, words: CardWords) -> str:
    """Return the label of a meaning as cards show it; that of code is its language, which says what is asked for."""
    first = body.meaning[0] if body.meaning else None
    is_of_code = body.meaning_label and isinstance(first, Code) and body.meaning_label in first.language
    return words.name_code(body.meaning_label) if is_of_code else body.meaning_label


def _label_html(label: str) -> str:
    """Return a label, in which a formula is plain characters; its TeX is what the note is known by."""
    return escape_text(plain_characters(label) if "\\" in label and "%" not in label else label)


def prompt_of(body: Cloze, words: CardWords) -> Content:
    """Return the prompt that a cloze shows: of a list with the number of its items."""
    if not body.item_count:
        return body.prompt
    count = Inline(f" {words.count_items(body.item_count)}")
    return paragraph(normalized_text((*text_of_content(body.prompt), count)))


def _cloze_text(text: Content, *, masks_following: bool) -> str:
    html = blocks_html(text)
    return f'<div class="mask-following">{html}</div>' if masks_following and isinstance(text[0], ItemList) else html


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
    # Lines change with every edit above, so none is packed, and neither is what introduces one.
    return link(re.sub(r"(?:#L|:|[?&]line=)$", "", address), escape_text(path))


def tags(draft: NoteDraft, since: str, settings: RenderSettings) -> tuple[str, ...]:
    """Return the tags of a note: its location, the release that introduced it, and the tags that the author added."""
    location = _location_tag(draft.span.path, draft.heading_path[1:2], settings.deck_tag)
    release_tags = (f"{settings.deck_tag}::since::{since}",) if since else ()
    if not draft.tags:
        return (location, *release_tags)
    custom_tags = (_text_tag(tag, settings) if tag.startswith("#") else tag_part(tag) for tag in draft.tags)
    return tuple(dict.fromkeys(filter(None, (location, *release_tags, *custom_tags))))


@lru_cache(maxsize=1 << 10)
def _text_tag(tag: str, settings: RenderSettings) -> str:
    """Return a tag of the text as a tag of Anki, or an empty text if learners do not get it."""
    parts = [part for part in map(tag_part, re.split(r"/|::", tag)) if part]
    paths = ["/".join(parts[: count + 1]) for count in range(len(parts))]
    if not parts or any(fnmatchcase(path, _tag_pattern(each)) for each in settings.excluded_tags for path in paths):
        return ""
    return "::".join(parts if settings.top_level_tags else (settings.deck_tag, "tags", *parts))


def _tag_pattern(pattern: str) -> str:
    """Return a pattern of tags in the form in which tags are compared."""
    return "/".join(part.casefold() if "*" in part else tag_part(part) for part in pattern.lstrip("#").split("/"))


@lru_cache(maxsize=1 << 8)
def _location_tag(path: str, heading: tuple[str, ...], deck_tag: str) -> str:
    """Return the tag of a note's file and section."""
    stem = "/".join(
        map(without_export_id, path.removesuffix(".md").removesuffix(".markdown").removesuffix(".mdx").split("/"))
    )
    return "::".join(filter(None, (deck_tag, tag_part(stem), *map(tag_part, heading))))


def tag_part(text: str) -> str:
    """Return a text as one part of a tag: without white space, `::` and signs; a text of signs alone gives none."""
    return normalize(text.replace("/", " ")).replace(" ", "-") if any(map(str.isalnum, text)) else ""
