"""Files of Obsidian that are no notes: drawings, boards and templates.

In: a source. Out: what it is, by its front matter, its name or the commands of a template; nothing for a note.
"""

from __future__ import annotations

import re

from studydeck.markdown.dialects.lines import CODE_SPAN, lines_of
from studydeck.markdown.front_matter import read_front_matter
from studydeck.model.document import Source
from studydeck.patterns import lazy_pattern
from studydeck.text.folder_names import may_be_in_template_folder

_PLUGIN = lazy_pattern(r"^(?P<plugin>excalidraw|kanban)-plugin[ \t]*:", re.MULTILINE)
_COMMAND = lazy_pattern(r"<%[-_]?(?:[*+]|\s*tp\.)")  # of Templater; ERB and EJS write others
_PLACEHOLDER = lazy_pattern(
    r"\{\{\s*(?:title|date|time|value|name|VALUE|DATE|NAME|FIELD|filename)\b[^{}\n]*\}\}"  # a variable
    r"|<%"  # a command of Templater
)
_TITLE = lazy_pattern(r"^#[ \t]+\{\{\s*(?:title|filename|name|VALUE)\b[^{}\n]*\}\}[ \t]*$", re.MULTILINE)
_KINDS = {"excalidraw": "drawing", "kanban": "board"}


def left_out_reason(source: Source) -> str:
    """Return "drawing", "board" or "template" for such a file, or an empty string for a note."""
    text = source.text
    if "-plugin" in text[:2000] and (match := _PLUGIN.search(read_front_matter(text).text)):
        return _KINDS[match["plugin"]]
    if source.path.casefold().endswith(".excalidraw.md"):
        return "drawing"
    if "{{" in text or "<%" in text:
        outside_code = _outside_code(text)
        if _COMMAND.search(outside_code) or _TITLE.search(outside_code):
            return "template"
        if may_be_in_template_folder(source.path) and _PLACEHOLDER.search(outside_code):
            return "template"
    return ""


def _outside_code(text: str) -> str:
    return "\n".join([_without_code_spans(line) for line, is_code in lines_of(text) if not is_code])


def _without_code_spans(line: str) -> str:
    return CODE_SPAN.sub("", line) if "`" in line else line
