"""Decode and clean a source: the bytes of a file in, its text in NFC with `\\n` line ends out; also a title."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

from studydeck.diagnostics import DiagnosticCode, error
from studydeck.errors import BuildError
from studydeck.model.document import Source
from studydeck.patterns import lazy_pattern
from studydeck.text.paths import without_export_id

LARGEST_FILE = 10 * 2**20  # bytes
MAX_LINES = 250_000  # of a file: every dialect takes lines apart, which costs more than their bytes
MAX_MARKS = 30  # combining marks on one character: https://unicode.org/reports/tr15/#Stream_Safe_Text_Format
# Zero-width characters and soft hyphens change a word invisibly; joiners, which emoji and scripts need, stay.
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u2060\ufeff\u00ad"), None)
# Only some readers treat line and paragraph separators as line ends: replaced by spaces, line numbers stay the same.
# The unit separator is Anki's field separator, and no other control character has a meaning in notes.
_CONTROLS = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127, 8232, 8233, 133), " ")
_CHANGED = "".join(map(re.escape, map(chr, (*_INVISIBLE, *_CONTROLS))))
_REMOVED_OR_REPLACED = lazy_pattern(f"[{_CHANGED}]")
_MANY_MARKS = lazy_pattern(rf"[^\x00-\u02ff]{{{MAX_MARKS + 1},}}")
_WIKILINK_PIPE = lazy_pattern(r"(\[\[[^\[\]|\n\\]+)\|(?=[^\[\]|\n]+\]\])")
# The characters that Logseq escapes in the names of files.
_ESCAPED = lazy_pattern(r"%(2[235AEF]|3[ACEF]|5C|7C)", re.IGNORECASE)
_NUMBER_PREFIX = lazy_pattern(r"^(?:\d+(?:\.\d+)*[.)]?[\s_-]+|[\s_-]+)+(?=\D)")


def decode(path: str, data: bytes) -> Source:
    """Decode a source as UTF-8, with or without a byte order mark.

    Parameters
    ----------
    path : the path for diagnostics, relative to the notes folder.
    data : the bytes of the file.

    Raises
    ------
    BuildError : if the file is too large or not UTF-8, with the line.
    """
    if len(data) > LARGEST_FILE:
        raise _too_large(path, f"{LARGEST_FILE // 2**20} MB")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        message = f"byte {data[fault.start]:#04x} is not UTF-8; save the file as UTF-8 and try again"
        raise BuildError([error(DiagnosticCode.NOT_UTF8, path, line, message)]) from fault
    text = clean(text)
    if text.count("\n") > MAX_LINES:
        raise _too_large(path, f"{MAX_LINES:,} lines")
    return Source(path, text)


def _too_large(path: str, limit: str) -> BuildError:
    message = f"the file has more than {limit} and is not read; split it"
    return BuildError([error(DiagnosticCode.UNREADABLE, path, 0, message)])


def clean(text: str) -> str:
    """Return the text in NFC with `\\n` line ends and without invisible characters; its line numbers do not change."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _REMOVED_OR_REPLACED.search(text):  # searching is a hundred times faster than translating
        text = text.translate(_CONTROLS).translate(_INVISIBLE)
    text = _MANY_MARKS.sub(lambda marks: _limit_marks(marks[0]), text)
    return unicodedata.normalize("NFC", text).replace("\u00a0", " ")


def _limit_marks(text: str) -> str:
    """Return text with a limited number of marks on each character: normalisation sorts them in quadratic time."""
    kept_characters, mark_count = [], 0
    for character in text:
        mark_count = mark_count + 1 if unicodedata.combining(character) else 0
        if mark_count <= MAX_MARKS:
            kept_characters.append(character)
    return "".join(kept_characters)


def protect_wikilinks(text: str) -> str:
    """Return text with the bar of each wikilink in a table row escaped, so that it does not split the cell."""
    if "[[" not in text:
        return text
    lines = (_WIKILINK_PIPE.sub(r"\1\\|", line) if line.count("|") > 2 else line for line in text.split("\n"))
    return "\n".join(lines)


def title_of(path: str) -> str:
    """Return a title made from the name of a file, or of its folder for a README or index file."""
    path_parts = PurePosixPath(path)
    stem = path_parts.parent.name if path_parts.stem.casefold() in {"readme", "index", "_index"} else path_parts.stem
    stem = re.split("___|%2[Ff]", stem)[-1]  # what Logseq writes for the `/` of a page's name
    stem = without_export_id(_ESCAPED.sub(lambda code: chr(int(code[1], 16)), stem))
    title = _NUMBER_PREFIX.sub("", stem).replace("_", " ")
    if " " not in title:
        title = title.replace("-", " ")
    return title[:1].upper() + title[1:]
