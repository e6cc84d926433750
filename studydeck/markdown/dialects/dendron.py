"""Dendron: references to parts of other notes, links whose label stands first, and values of the front matter.

In: the text of a source. Out: the same lines with references and links in the form of Obsidian, and with the value
for `{{fm.title}}`.
"""

from __future__ import annotations

import re

from studydeck.markdown.dialects.lines import edit_outside_code
from studydeck.patterns import lazy_pattern

_OLD_REFERENCE = lazy_pattern(
    r"\(\(ref:[ \t]*\[\[(?P<note>[^\[\]\n]+)\]\]"  # the embedded note
    r"(?P<anchor>#[^()\n]*)?\)\)"  # the place in it
)
_RANGE = lazy_pattern(
    r"(?<=\[\[)(?P<target>[^\[\]|\n,]+?)"  # the note
    r",\d+(?::\#?[^\[\]|\n]*)?(?=\]\])"  # the first line, and the end of the range
)
_RANGE_OF_HEADINGS = lazy_pattern(
    r"(?<=\[\[)(?P<target>[^\[\]|\n:]+#[^\[\]|\n:,]+)"  # the note and its first heading
    r":#[^\[\]|\n]*(?=\]\])"  # the end of the range
)
_VAULT = lazy_pattern(r"(?<=\[\[)(?P<label>[^\[\]|\n]+\|)?dendron://[^\[\]|\n/]+/")
_LABEL_FIRST = lazy_pattern(
    r"(?<!!)\[\[(?P<label>[^\[\]|\n]+)\|"  # the label, which stands first
    r"(?P<note>[a-z0-9_-]+(?:\.[a-z0-9_-]+)+)"  # a note's name has dots
    r"(?P<anchor>#[^\[\]|\n]*)?\]\]"  # the place in it
)
_FILES = lazy_pattern(
    r".*\.(?:md|js|ts|py|png|jpe?g|gif|svg|webp|pdf|mp3|mp4|canvas"  # names of files
    r"|com|org|net|io)"  # hosts
)
_VALUE = lazy_pattern(r"\{\{[ \t]*fm\.(?P<key>[\w.-]+)[ \t]*\}\}")
_DOTTED = lazy_pattern(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)+")


def has_marks(text: str) -> bool:
    """Return whether a text can contain a link or reference of Dendron."""
    return "[[" in text or "fm." in text


def rewrite(text: str, front_matter: str = "", _property_keys: frozenset[str] = frozenset()) -> str:
    """Return a text whose links and references are those of Obsidian, with the values of its front matter."""
    if "fm." in text:
        text = edit_outside_code(text, lambda part: _filled(part, front_matter), "fm.")
    return edit_outside_code(text, _as_obsidian, "[[") if "[[" in text else text


def _filled(part: str, front_matter: str) -> str:
    """Return a part of a line with values of the front matter; one that is missing or no plain text shows nothing."""

    def value(reference: re.Match[str]) -> str:
        line = re.search(rf"^{re.escape(reference['key'])}[ \t]*:[ \t]*(?P<value>[^\n]*)$", front_matter, re.MULTILINE)
        found = line["value"].strip().strip("\"'") if line else ""
        return "" if found[:1] in {"[", "{", "|", ">", "&", "*"} else found

    return _VALUE.sub(value, part)


def _as_obsidian(part: str) -> str:
    part = _OLD_REFERENCE.sub(_reference, _VAULT.sub(r"\g<label>", part) if "dendron:" in part else part)
    if "#" in part:
        part = _RANGE_OF_HEADINGS.sub(r"\g<target>", _RANGE.sub(r"\g<target>", part))
    return _LABEL_FIRST.sub(_label_last, part) if "|" in part else part


def _reference(reference: re.Match[str]) -> str:
    anchor = (reference["anchor"] or "").partition(",")[0].partition(":")[0]
    return f"![[{reference['note']}{anchor}]]"


def _label_last(link: re.Match[str]) -> str:
    if _FILES.fullmatch(link["note"]) or _DOTTED.fullmatch(link["label"]):
        return link[0]
    return f"[[{link['note']}{link['anchor'] or ''}|{link['label']}]]"
