"""Logseq: what its outliner writes into blocks and does not show.

In: the text of a source. Out: the same lines without properties, drawers, queries and macros; references to blocks show
the block's text if it is in the file; `TODO` and `DONE` are boxes; `{{cloze word}}` is a marked word. Of Roam, what has
the same form.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from studydeck.markdown.dialects.lines import HIDDEN_LINE, edit_outside_code_spans, indent_of, lines_of
from studydeck.patterns import lazy_pattern
from studydeck.text.word_list_files import alternatives

# Properties that Logseq and its plugins write; other keys are properties only directly below the text of a bullet.
_KEYS = r"""
    id|collapsed|alias|title|icon|public|filters|heading|template|template-including-parent|created-at|updated-at
    |background-color|exclude-from-graph-view|card-[\w-]+|ls-type|hl-[\w-]+|file|file-path|query-[\w-]+|logseq\.[\w.-]+
    |done|deadline|scheduled|collapsed\?|background-image
"""
_KNOWN_PROPERTY = lazy_pattern(rf"(?:[ \t]*[-*+][ \t]+|[ \t]*)(?:{_KEYS})::(?:[ \t].*)?", re.VERBOSE)
_PROPERTY = lazy_pattern(r"[ \t]+[A-Za-z][\w./-]*::(?:[ \t]+\S.*|[ \t]*)")
_PAGE_PROPERTY = lazy_pattern(r"[A-Za-z][\w./-]*::(?:[ \t]+\S.*|[ \t]*)")
_BULLET = lazy_pattern(r"(?P<indent>[ \t]*)(?P<mark>[-*+])(?:[ \t]+(?P<text>.*)|)$")
_UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_ID = lazy_pattern(rf"[ \t]*(?:[-*+][ \t]+)?id::[ \t]+({_UUID})[ \t]*")
_LABELLED_REFERENCE = lazy_pattern(rf"\[([^\[\]\n]+)\]\(\(\({_UUID}\)\)\)")
_LABELLED_PAGE = lazy_pattern(r"(?<!!)\[([^\[\]\n]+)\]\(\[\[[^\[\]\n]+\]\]\)")
_REFERENCE = lazy_pattern(
    r"(?P<before>(?<=[^\s*+-])[ \t]*+(?:[,–-][ \t]*+)?)?"  # what separates it from text, but no mark of a bullet
    rf"\(\((?P<id>{_UUID})\)\)"
)
_ROAM_REFERENCE = lazy_pattern(
    r"\{\{(?:\[\[)?embed(?:-path|-children)?(?:\]\])?:"  # the macro, in brackets or not
    r"[ \t]*\(\([\w-]{9}\)\)[ \t]*\}\}"  # the reference of a block
)
_LEFT_BY_REFERENCE = lazy_pattern(r"^[.,:;][ \t]+(?=\S)")  # what followed a reference at the start of a block
_TAG_IN_BRACKETS = lazy_pattern(r"(?<![^\s(])#\[\[(?P<name>[^\[\]\n]+)\]\]")
_TAG_NAME = lazy_pattern(r"[\w/-]+(?: [\w/-]+)*")
_CLOZE = lazy_pattern(r"\{\{(?:cloze|c\d+)[ \t]+([^{}\n]+?)[ \t]*\}\}")
_ROAM_TASK = lazy_pattern(r"(?:\{\{\[\[(?:TODO|DONE)\]\]\}\}|\[\[(?:TODO|DONE)\]\])[ \t]*")
_MACRO = lazy_pattern(
    r"\{\{(?:\[\[)?"  # the start
    r"(?:query|embed|renderer|video|youtube|youtube-timestamp|vimeo|bilibili|tweet|twitter|pdf|cards|"  # media
    r"function|namespace|zotero-[\w-]+|audio|iframe|word-count|table|kanban|"  # functions and tables
    r"mermaid|diagram|calc|slider|roam/[\w-]+)"  # diagrams and what is Roam's
    r"(?:\]\])?(?:[ \t:][^{}\n]*(?:\{[^{}\n]*\}[^{}\n]*)*)?\}\}"  # arguments, also with braces
)
_CARD = lazy_pattern(
    r"(?:(?<=\s)|^)(?:#card|#?\[\[card\]\])(?![\w/-])[ \t]*"  # as a word
    r"|(?<=[^\s#/&])#card[ \t]*$"  # or directly behind the last one
)
_COLOUR = lazy_pattern(
    r"\[\[#(?:red|green|blue|yellow|pink|purple|orange|gr[ae]y)\]\]"  # its name
    r"(?===)"  # the highlight
)
_TASK = lazy_pattern(
    r"(?P<state>TODO|DOING|DONE|NOW|LATER|WAITING|WAIT|CANCELED|CANCELLED|IN-PROGRESS)[ \t]+"  # of a task
    rf"(?!{alternatives('verbs_after_state')}\b)"  # else the word is a subject
    r"(?:\[\#[ABC]\][ \t]*)?(?=\w|\*|\[|`|\"|\(|\#\w)"  # the priority; the text of the task
)
_PRIORITY = lazy_pattern(r"^\[#[ABC]\][ \t]+")
_DRAWER = lazy_pattern(r"[ \t]*:(?:LOGBOOK|PROPERTIES|[A-Z_-]{4,}):[ \t]*")
_END_OF_DRAWER = lazy_pattern(r"[ \t]*:END:[ \t]*")
_TIME = lazy_pattern(
    r"[ \t]*(?:SCHEDULED|DEADLINE|CLOSED|CLOCK):"  # what happens
    r"[ \t]+[<\[]\d{4}-\d\d-\d\d.*"  # when
)
_ORG_BLOCK = lazy_pattern(
    r"(?P<prefix>[ \t]*(?:[-*+][ \t]+)?)"  # the mark of a block
    r"#\+(?P<edge>BEGIN|END)_(?P<name>[A-Z]+)\b.*",  # as in Org mode
    re.IGNORECASE,
)
_HIDDEN_BLOCKS = frozenset({"QUERY", "COMMENT", "EXPORT"})
_HIGHLIGHT = lazy_pattern(r"\^\^(?=\S)([^\^\n]+?)(?<=\S)\^\^")
_HIGHLIGHT_WITH_SPACE = lazy_pattern(r"(?<![=\w])==(?=[^\s=])([^=\n]+?)[ \t]+==(?=[ \t]*$)")
_SIZE = lazy_pattern(r"(?<=\))\{:(?:width|height)[ \t][^{}\n]*\}")
_SIDE = lazy_pattern(r":(width|height)[ \t]+(\d+)")
_COMMENTS = ("%%", "<!--", "{>>")  # what a reference shows must not be text of a comment
_LONGEST_BLOCK = 200  # lines of a drawer or query
# A heading is a task in an outline of tasks; elsewhere "TODO List" is a subject.
_TASK_HEADING = lazy_pattern(
    r"(?P<hashes>#+[ \t]+)"  # a heading
    r"(?:TODO|DOING|DONE|NOW|LATER|WAITING)[ \t]+"  # its state
    r"(?!List|App|Items?\b)(?=[^\W\d_a-z]|\*\*|\[\[)"  # then a text of its own
)
_EMPTY = lazy_pattern(r"[ \t]*(?:[-*+][ \t]*)?")
_HASHES = lazy_pattern(r"^#{1,6}[ \t]+")
_MARKS = (
    *(
        "::",
        "((",
        "#[[",
        "]([[",
        "[[#",
        "{{",
        "#card",
        "[[card]]",
        "[[TODO]]",
        "[[DONE]]",
        ":END:",
        "#+",
        "^^",
        "){:",
        "[#",
    ),
    *(" ==", " TODO ", " DOING ", " DONE ", " NOW ", " LATER ", " WAIT", " CANCEL", " IN-PROGRESS "),
    *("SCHEDULED:", "DEADLINE:", "CLOSED:", "CLOCK:"),
)


def has_marks(text: str) -> bool:
    """Return whether a text can contain what Logseq writes."""
    return any(mark in text for mark in _MARKS)


def rewrite(text: str) -> str:
    """Return a text without what Logseq does not show."""
    lines = list(lines_of(text))
    blocks = _texts_by_id(lines) if "((" in text and not any(mark in text for mark in _COMMENTS) else {}
    kept: list[str] = []
    hidden_until: re.Pattern[str] | None = None
    first_block = _end_of_page_properties(lines)
    in_properties = False
    for number, (line, is_code) in enumerate(lines):
        if hidden_until:
            hidden_until = None if hidden_until.fullmatch(line) else hidden_until
            kept.append(HIDDEN_LINE)
        elif number < first_block:
            kept.append(HIDDEN_LINE)
        elif is_code:
            kept.append(line)
            in_properties = False
        elif _is_hidden_line(line) or (in_properties and _PROPERTY.fullmatch(line)):
            kept.append(_without_property(lines, number))
            in_properties = in_properties or kept[-1] != HIDDEN_LINE
        elif hidden_until := _end_of_hidden(lines, number):
            kept.append(HIDDEN_LINE)
        elif block := _ORG_BLOCK.fullmatch(line):
            kept.append(block["prefix"].rstrip())
        else:
            in_properties = bool(_BULLET.match(line))
            shown = _visible(line, blocks)
            is_empty = bool(line.strip() and _EMPTY.fullmatch(shown)) and (shown != line or line[:1] in {" ", "\t"})
            kept.append(_without_text(lines, kept, number) if is_empty else shown)
    return "\n".join(kept)


def _without_property(lines: Sequence[tuple[str, bool]], number: int) -> str:
    """Return what stays of a line that is a property: the bullet, if its text comes below."""
    bullet = _BULLET.match(lines[number][0])
    if not bullet or number + 1 == len(lines):
        return HIDDEN_LINE
    below = lines[number + 1][0]
    is_text = bool(below.strip()) and indent_of(below) > len(bullet["indent"].expandtabs(4))
    return f"{bullet['indent']}{bullet['mark']}" if is_text and not _BULLET.match(below) else HIDDEN_LINE


def _without_text(lines: Sequence[tuple[str, bool]], kept: Sequence[str], number: int) -> str:
    """Return what stays of a block without text: below the text of another block a bullet would be its underline."""
    bullet = _BULLET.match(lines[number][0])
    above = next((line for line in reversed(kept[-_LONGEST_BLOCK:]) if line != HIDDEN_LINE), "")
    if bullet and indent_of(lines[number][0]) <= indent_of(above):
        return f"{bullet['indent']}{bullet['mark']} "
    below = next((line for line, _ in lines[number + 1 : number + 3] if line.strip()), "")
    has_blocks = bool(bullet) and indent_of(below) > indent_of(lines[number][0])
    return f"{bullet['indent']}{bullet['mark']} <!-- -->" if bullet and has_blocks else HIDDEN_LINE


def _end_of_page_properties(lines: Sequence[tuple[str, bool]]) -> int:
    """Return the line after the properties of a page: they begin its file, and its first bullet follows them."""
    number = next((number for number, (line, _) in enumerate(lines) if line.strip()), 0)
    start = number
    while number < len(lines) and _PAGE_PROPERTY.fullmatch(lines[number][0]):
        number += 1
    below = next((line for line, _ in lines[number:] if line.strip()), "-")
    return number if number > start and _BULLET.match(below) else 0


def _is_hidden_line(line: str) -> bool:
    return ("::" in line and bool(_KNOWN_PROPERTY.fullmatch(line))) or (":" in line and bool(_TIME.fullmatch(line)))


def _end_of_hidden(lines: Sequence[tuple[str, bool]], number: int) -> re.Pattern[str] | None:
    """Return the pattern of the line that ends a hidden part which begins at a line; None if none begins there."""
    line = lines[number][0]
    if ":" in line and _DRAWER.fullmatch(line):
        for below, _ in lines[number + 1 : number + _LONGEST_BLOCK]:
            if _END_OF_DRAWER.fullmatch(below):
                return _END_OF_DRAWER
            if not below.strip() or _BULLET.match(below):
                return None
    if "#+" in line and (block := _ORG_BLOCK.fullmatch(line)) and block["edge"].upper() == "BEGIN":
        name = block["name"].upper()
        end = re.compile(rf"[ \t]*#\+END_{name}[ \t]*", re.IGNORECASE)
        if name == "COMMENT" or (
            name in _HIDDEN_BLOCKS and any(end.fullmatch(below) for below, _ in lines[number : number + _LONGEST_BLOCK])
        ):
            return end
    return None


def _texts_by_id(lines: Sequence[tuple[str, bool]]) -> dict[str, str]:
    """Return the text of each block that has an id."""
    texts: dict[str, str] = {}
    text = ""
    for line, is_code in lines:
        if is_code:
            continue
        if identifier := _ID.fullmatch(line):
            texts[identifier[1].lower()] = text
        elif line.strip() and not _is_hidden_line(line) and not _PROPERTY.fullmatch(line):
            bullet = _BULLET.match(line)
            text = _visible((bullet["text"] or "") if bullet else line.strip(), {})
            text = _HASHES.sub("", text)
    return texts


def _visible(line: str, blocks: dict[str, str]) -> str:
    """Return what Logseq shows of a line."""
    if bullet := _BULLET.match(line):
        text = bullet["text"] or ""
        if task := _TASK.match(text):
            box = "[x]" if task["state"].startswith(("DONE", "CANCEL")) else "[ ]"
            text = f"{box} {text[task.end() :]}"
        line = f"{bullet['indent']}{bullet['mark']} {_PRIORITY.sub('', text)}" if text else line
    elif line.startswith("#") and (heading := _TASK_HEADING.match(line)):
        line = heading["hashes"] + _PRIORITY.sub("", line[heading.end() :])
    shown = edit_outside_code_spans(line, lambda part: _visible_part(part, blocks))
    if "((" in line and line != shown and (bullet := _BULLET.match(shown)) and bullet["text"]:
        shown = f"{bullet['indent']}{bullet['mark']} {_LEFT_BY_REFERENCE.sub('', bullet['text'])}"
    return shown


def _size(attributes: re.Match[str]) -> str:
    """Return the size of a picture as the parser reads it."""
    sides = [f'{name}="{pixels}"' for name, pixels in _SIDE.findall(attributes[0])]
    return f"{{{' '.join(sides)}}}" if sides else ""


def _referenced(reference: re.Match[str], blocks: dict[str, str]) -> str:
    """Return the text of a block that is referred to, and nothing if it is not in the file."""
    text = blocks.get(reference["id"].lower(), "")
    return f"{reference['before'] or ''}{text}" if text else ""


def _highlighted(cloze: re.Match[str]) -> str:
    r"""Return the phrase of a cloze as a highlight; its hint, after two backslashes, follows in parentheses."""
    phrase, _, hint = cloze[1].partition(r"\\")
    return f"=={phrase.rstrip()}==" + (f" ({hint.strip()})" if hint.strip() else "")


def _tag(tag: re.Match[str]) -> str:
    """Return a tag in brackets, which can have spaces, as one without; where its name has other signs, as a link."""
    name = tag["name"].strip()
    return f"#{name.replace(' ', '_')}" if _TAG_NAME.fullmatch(name) else f"[[{name}]]"


def _visible_part(part: str, blocks: dict[str, str]) -> str:
    if "((" in part:
        part = _LABELLED_REFERENCE.sub(r"\1", _ROAM_REFERENCE.sub("", part))
        part = _REFERENCE.sub(lambda reference: _referenced(reference, blocks), part)
    if "{{" in part and "}}" in part:
        part = _CLOZE.sub(_highlighted, part)
        part = _MACRO.sub("", part)
    if "#[[" in part:
        part = _TAG_IN_BRACKETS.sub(_tag, part)
    if "[[" in part:
        part = _LABELLED_PAGE.sub(r"\1", _COLOUR.sub("", _ROAM_TASK.sub("", part)))
    if "card" in part:
        part = f"{_CARD.sub('', part).rstrip()} #card" if _CARD.search(part) else part
    part = _SIZE.sub(_size, part) if "){:" in part else part
    part = _HIGHLIGHT_WITH_SPACE.sub(r"\1", part) if " ==" in part else part
    return _HIGHLIGHT.sub(r"==\1==", part) if "^^" in part else part
