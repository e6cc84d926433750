"""What is no material: contents, link lists, badges, placeholders, licences, talk about the notes themselves.

Judged by what stands there and not by its title: most link lists stand under ordinary headings, and sections named
"Resources" often hold real text.
"""

from __future__ import annotations

import re

from studydeck.extraction.context import RuleContext, RuleResult, skip
from studydeck.model.document import Html, ItemList, Paragraph, Text
from studydeck.model.notes import SectionVocabulary
from studydeck.model.traverse import flat, plain
from studydeck.text.length import length
from studydeck.text.normalize import normal

_CLOSED_TITLES = frozenset(
    map(
        normal,
        (
            "license",
            "licence",
            "contributing",
            "contributors",
            "code of conduct",
            "acknowledgements",
            "acknowledgments",
            "credits",
            "table of contents",
            "contents",
            "toc",
            "changelog",
            "disclaimer",
            "donate",
            "donation",
            "sponsors",
            "support the project",
            "exercises",
            "homework",
            "uppgifter",
            "övningar",
            "aufgaben",
            "übungen",
            "ejercicios",
            "exercícios",
            "exercices",
            "练习",
            "习题",
        ),
    )
)
_ADDRESS = re.compile(r"https?://\S+|www\.\S+")
_PLACEHOLDER = re.compile(
    r"^\W*(?:tbd|todo|tba|wip|n/?a|etc|coming soon|to be (?:added|done|continued)|work in progress|"
    r"(?:see|siehe|se|ver|véase|voir) (?:above|below|oben|unten|ovan|nedan|arriba|abajo|acima|abaixo)|见上|同上|"
    r"(?:back|return|go) to (?:the )?(?:top|index|contents|home|main).*|top|\.\.\.)\W*$",
    re.IGNORECASE,
)
_TALK = re.compile(
    r"\b(?:these|this|my|the following|collection of|random|most|mostly|here are|here is)\b[^.]{0,40}\b(?:notes?|repo|"
    r"repository|cheat ?sheet|study guide|guide|document|summar(?:y|ies)|course|book|readme|page|quiz(?:zes)?)\b|"
    r"\b(?:feel free|pull requests?|star this|donat\w+|sponsor\w*|disclaimer|no warranty|all rights reserved|"
    r"copyright|if you (?:like|find|want|have any)|contributions? (?:are )?welcome|open an issue|click here)\b",
    re.IGNORECASE,
)
_TASK = re.compile(r"^\W*(?:skim|read|watch|see|review)\b.{0,60}\b(?:pp?\.|pages?|chapters?|videos?)", re.IGNORECASE)
_POINTER = re.compile(
    r"^(?:see|see also|read more|more info(?:rmation)?|more|source|ref|reference|via|from|link|docs?)\b\W*",
    re.IGNORECASE,
)


def boilerplate(context: RuleContext, at: int, _vocabulary: SectionVocabulary) -> RuleResult | None:
    """Refuse a block that nobody would study, with the reason."""
    block = context.blocks[at]
    if normal(context.heading_path[-1] if context.heading_path else "") in _CLOSED_TITLES:
        return skip(block, "no-material")
    if type(block) is Paragraph:
        return _paragraph(context, block, block.text)
    if type(block) is ItemList:
        return skip(block, "link-list") if _lists_links(block) else None
    if type(block) is Html:
        if block.html.startswith("<!--") and block.html.endswith("-->"):
            return skip(block, "comment")
        return None if plain((block,)) else skip(block, "raw-html")
    return None


def _paragraph(context: RuleContext, block: Paragraph, text: Text) -> RuleResult | None:
    words = flat(text).strip()
    if is_link(text) or _TASK.match(words):
        return skip(block, "link" if is_link(text) else "about-the-notes")
    if _PLACEHOLDER.match(words):
        return skip(block, "placeholder")
    if len(context.heading_path) <= 1 and not context.nested and _TALK.search(words):
        return skip(block, "about-the-notes")
    return None


def is_placeholder(text: Text) -> bool:
    """Tell whether a text only keeps a place."""
    return bool(_PLACEHOLDER.match(flat(text).strip()))


def is_link(text: Text) -> bool:
    """Tell whether a text is only links, or a link with a pointer before it."""
    words = flat(text)
    if "http" not in words and "www." not in words and not "".join([inline.target for inline in text]):
        return False
    linked = sum(length(inline.text) for inline in text if inline.target and inline.kind != "picture")
    rest = _POINTER.sub("", "".join(inline.text for inline in text if not inline.target).strip())
    bare = _ADDRESS.sub("", rest)
    if bare != rest:
        linked += 1
    return bool(linked) and length(_POINTER.sub("", bare.strip())) <= max(1, 0.2 * linked)


def _lists_links(block: ItemList) -> bool:
    each = _item_texts(block)
    return bool(each) and len([text for text in each if is_link(text)]) >= 0.6 * len(each)


def _item_texts(block: ItemList) -> list[Text]:
    found: list[Text] = []
    for item in block.items:
        if flat(item.text).strip():
            found.append(item.text)
        for inner in item.blocks:
            if type(inner) is ItemList:
                found += _item_texts(inner)
    return found
