"""From a Note to a Row: every field as HTML, in the order of its note type."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import starmap
from urllib.parse import quote

from studydeck.content import normal
from studydeck.memory import FORGETFUL, Memory
from studydeck.render.guard import words
from studydeck.render.html import SAFE_LINK, blocks, link
from studydeck.shapes import FIELDS, Cloze, Draft, ItemList, Note, Pair, Row

MANY_NOTES = 10_000  # from so many on several processes render them


def rows_of(notes: Sequence[Note], deck_tag: str, source_url: str = "", memory: Memory = FORGETFUL) -> tuple[Row, ...]:
    """Fill the fields of notes; `source_url` may hold {path} and {line}."""
    drafts, since, many = [one.draft for one in notes], [one.since or "" for one in notes], len(notes)
    filled = memory.each(_below_id, drafts, since, [deck_tag] * many, [source_url] * many, share=MANY_NOTES)
    return tuple(starmap(_row, zip(notes, filled, strict=True)))


def _row(note: Note, filled: tuple[tuple[str, ...], tuple[str, ...]]) -> Row:
    (below, tagged), kind = filled, note.draft.kind
    ordinals = note.ordinals if kind == "pair" else tuple([number - 1 for number in note.ordinals])
    return Row(note.guid, kind, note.slot, note.changed, (note.guid, *below), tagged, ordinals)


def _below_id(draft: Draft, since: str, deck_tag: str, source_url: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Fill the fields that stand below the first, and give the tags."""
    values = {
        "Trail": trail(draft.trail),
        "Extra": blocks((*draft.extra, *draft.beside)),
        "Source": _source(draft, source_url),
        **_asked(draft),
    }
    return tuple(values.get(name, "") for name in FIELDS[draft.kind][1:]), tags(draft, since, deck_tag)


def _asked(draft: Draft) -> dict[str, str]:
    body = draft.body
    if isinstance(body, Pair):
        about = f'<span class="about">{words(body.about)}</span> ' if body.clue and body.about else ""
        return {
            "Term": blocks(body.term),
            "Meaning": blocks(body.meaning),
            "Clue": about + blocks(body.clue),
            "TermLabel": words(body.term_label),
            "MeaningLabel": words(body.meaning_label),
        }
    return {"Prompt": blocks(body.prompt), "Text": _text(body)}


def _text(body: Cloze) -> str:
    sequence = body.masks_rest and isinstance(body.text[0], ItemList)
    return f'<div class="masks-rest">{blocks(body.text)}</div>' if sequence else blocks(body.text)


def trail(names: Sequence[str]) -> str:
    """Give the headings that lead to a note, the nearest one set apart."""
    if not names:
        return ""
    *above, last = (words(name) for name in names)
    return " › ".join((*above, f"<b>{last}</b>"))


def _source(draft: Draft, url: str) -> str:
    path = draft.place.path
    if not SAFE_LINK.match(url):
        return words(path)
    address = url.replace("{path}", quote(path)).replace("{line}", "")
    return link(address.removesuffix("#L"), words(path))


def tags(draft: Draft, since: str, deck_tag: str) -> tuple[str, ...]:
    """Give a note's tags: where it stands, the release that brought it, and what the author added."""
    stem = draft.place.path.removesuffix(".md").removesuffix(".markdown")
    parts = [deck_tag, tag_part(stem), *(tag_part(name) for name in draft.trail[1:2])]
    release = (f"{deck_tag}::since::{since}",) if since else ()
    own = tuple(filter(None, (tag_part(tag) for tag in draft.tags)))
    return ("::".join(filter(None, parts)), *release, *own)


def tag_part(words_: str) -> str:
    """Reduce words to one part of a tag: no white space, no `::`, nothing that Anki's search takes for its own."""
    return normal(words_.replace("/", " ")).replace(" ", "-")
