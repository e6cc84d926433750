"""Notion exports: the properties below a title, `<aside>` around a callout, and mentions of dates.

In: the text of a source. Out: the same lines without the properties, and with the text of a callout as ordinary text.
"""

from __future__ import annotations

from studydeck.markdown.dialects.lines import HIDDEN_LINE, edit_lines, edit_outside_code
from studydeck.patterns import lazy_pattern
from studydeck.text.word_list_files import phrase_set

_MONTH = r"[^\W\d_]{3,12}\.?"
_DATE = (
    rf"(?:{_MONTH}[ ]\d{{1,2}},[ ]\d{{4}}|\d{{1,2}}\.?[ ]{_MONTH}[ ]\d{{4}}"
    r"|\d{4}[-/.年][ ]?\d{1,2}[-/.月][ ]?\d{1,2}日?)"
)
_PROPERTY = lazy_pattern(r"(?!#+ )[^:\n|*`\[\]]{1,40}:(?: .*)?")
_DATED = lazy_pattern(rf"[^:\n]+: {_DATE}(?:[ T,]|$).*")
_TIMED = lazy_pattern(
    rf"[^:\n]+: {_DATE}[ T,]+\d{{1,2}}:\d\d"  # name, date and time
    r"(?:[ ][AaPp]\.?[Mm]\.?)?(?: \(.*\)| →.*)?"  # half of the day; time zone, or end of a range
)
_PROPERTY_NAMES = phrase_set("notion_properties")
_MENTION = lazy_pattern(rf"(?<!\w)@(?=(?:Last )?(?:{_DATE}|Today|Yesterday|Tomorrow)\b)")
_ASIDE = lazy_pattern(r"(?P<indent>[ \t]*)</?aside>[ \t]*(?P<text>.*)")
_ICON = lazy_pattern(r"<img [^<>]*notion\.so/icons/[^<>]*>[ \t]*")
_EMOJI = lazy_pattern(
    r"^([ \t]*)(?:[\u2190-\u2bff\U0001f000-\U0001faff][\ufe0f\u200d]?)+"  # pictures; signs that change one
    r"[ \t]+(?=\S)"  # then the text
)
_TITLE = lazy_pattern(r"# .+")


_PAGE_LINK = lazy_pattern(
    r"[ \t]*\[[^\[\]\n]*\]\([^()\n]*[0-9a-f]{32}"  # a link to a page, by its id
    r"(?:\.(?:md|csv)|\?pvs=\d+)?\)[ \t]*"  # as a file or an address
)


def has_marks(text: str) -> bool:
    """Return whether a text can contain what Notion's export writes."""
    start = text.lstrip("\n")[:400]
    return "aside>" in text or "@" in text or ":" in start or ".md)" in text or ".csv)" in text or "?pvs=" in text


def rewrite(text: str) -> str:
    """Return a text without properties, and with callouts as text."""
    text = _without_properties(text)
    if "aside>" in text and "<aside " not in text:  # Notion writes no attributes
        text = _without_asides(text)
    if "](" in text:
        text = edit_lines(text, lambda line: HIDDEN_LINE if "](" in line and _PAGE_LINK.fullmatch(line) else line)
    if "@" in text:
        text = edit_outside_code(text, lambda part: _MENTION.sub("", part), "@")
    return text


def _without_properties(text: str) -> str:
    """Return a text without the paragraph of properties directly below its title, or at its beginning."""
    start = len(text) - len(text.lstrip("\n"))
    title, separator, below = text[start:].partition("\n")
    has_title = bool(_TITLE.fullmatch(title))
    if has_title and separator:
        start = len(text) - len(below.lstrip("\n"))
    paragraph = text[start:].partition("\n\n")[0].rstrip("\n")
    lines = paragraph.split("\n")
    if not all(map(_PROPERTY.fullmatch, lines)):
        return text
    known = sum(line.partition(":")[0].strip().casefold() in _PROPERTY_NAMES for line in lines)
    is_dated = any(map(_TIMED.fullmatch, lines)) or (known and any(map(_DATED.fullmatch, lines)))
    if not is_dated and not (has_title and known == len(lines)):
        return text
    return text[:start] + "\n" * (len(lines) - 1) + text[start + len(paragraph) :]


def _without_asides(text: str) -> str:
    is_first = False

    def visible(line: str) -> str:
        nonlocal is_first
        if aside := _ASIDE.fullmatch(line):
            is_first = "</" not in line
            line = aside["indent"] + aside["text"]
        if not is_first or not line.strip():
            return line.rstrip()
        without_icon = _ICON.sub("", line)
        is_first = not without_icon.strip()
        return _EMOJI.sub(r"\1", without_icon).rstrip() if not is_first else ""

    return edit_lines(text, visible)
