"""From bytes to a Source: encoding, line ends, invisible characters, front matter, titles."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import PurePosixPath

from studydeck.diagnostics import DiagnosticCode, error
from studydeck.errors import BuildError
from studydeck.model.document import Source

LARGEST_FILE = 10 * 2**20  # bytes
MOST_MARKS = 30  # on one letter: https://unicode.org/reports/tr15/#Stream_Safe_Text_Format
# Zero-width characters and soft hyphens change a word without being seen; joiners of emoji and scripts stay.
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u2060\ufeff\u00ad"), None)
# Line and paragraph separators are line ends to some readers only: as spaces they keep all line numbers the same.
# The unit separator is Anki's own field separator, and no other control character means anything in notes.
_CONTROLS = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127, 8232, 8233, 133), " ")
_ODD = re.compile(f"[{''.join(map(re.escape, map(chr, (*_INVISIBLE, *_CONTROLS))))}]")
_FOREIGN = re.compile(rf"[^\x00-\u02ff]{{{MOST_MARKS + 1},}}")
_WIKILINK_PIPE = re.compile(r"(\[\[[^\[\]|\n\\]+)\|(?=[^\[\]|\n]+\]\])")
_PREFIX = re.compile(r"^(?:\d+(?:\.\d+)*[.)]?[\s_-]+|[\s_-]+)+(?=\D)")


def decode(path: str, data: bytes) -> Source:
    """Read the bytes of a source as UTF-8, with or without a byte order mark; a BuildError says where it is not."""
    if len(data) > LARGEST_FILE:
        message = f"the file has more than {LARGEST_FILE // 2**20} MB, and is not read; split it"
        raise BuildError([error(DiagnosticCode.UNREADABLE, path, 0, message)])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as bad:
        line = data.count(b"\n", 0, bad.start) + 1
        message = f"byte {data[bad.start]:#04x} is not UTF-8; save the file as UTF-8 and try again"
        raise BuildError([error(DiagnosticCode.NOT_UTF8, path, line, message)]) from bad
    return Source(path, clean(text))


def clean(text: str) -> str:
    """Give the text in NFC with `\\n` line ends and without what cannot be seen; its lines stay where they are."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _ODD.search(text):  # to look is a hundred times faster than to translate
        text = text.translate(_CONTROLS).translate(_INVISIBLE)
    text = _FOREIGN.sub(lambda found: _few_marks(found[0]), text)
    return unicodedata.normalize("NFC", text).replace("\u00a0", " ")


def _few_marks(text: str) -> str:
    """Keep the marks that a letter can carry: sorting a million of them takes normalisation quadratic time."""
    kept, styles = [], 0
    for letter in text:
        styles = styles + 1 if unicodedata.combining(letter) else 0
        if styles <= MOST_MARKS:
            kept.append(letter)
    return "".join(kept)


@cache
def _front_matter() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Make the patterns of front matter, of a key in it, and of the title: they take long to make, few need them."""
    return (
        re.compile(r"\A(---|\+\+\+)[ \t]*\n(.*?)^(\1|\.\.\.)[ \t]*$", re.DOTALL | re.MULTILINE),
        re.compile(r"^[\w-]+[ \t]*[:=]", re.MULTILINE),
        re.compile(r"^title[ \t]*[:=](.+)$", re.MULTILINE),
    )


def split_front_matter(text: str) -> tuple[str, str]:
    """Give the front matter's title, or nothing, and the text with the front matter blanked, line for line."""
    if not text.startswith(("---", "+++")):
        return "", text
    front, key, says_title = _front_matter()
    found = front.match(text)
    if not found or not key.search(found[2]):
        return "", text
    said = says_title.search(found[2])
    title = said[1].strip() if said else ""
    if title[:1] in {"'", '"'} and title[:1] == title[-1:]:
        title = title[1:-1].strip()
    return title, "\n" * found[0].count("\n") + text[found.end() :]


def protect_wikilinks(text: str) -> str:
    """Escape the bar of a wikilink in a table row, so that it does not split the cell."""
    if "[[" not in text:
        return text
    lines = (_WIKILINK_PIPE.sub(r"\1\\|", line) if line.count("|") > 2 else line for line in text.split("\n"))
    return "\n".join(lines)


def title_of(path: str) -> str:
    """Make a title of a file's name; a README takes its folder's."""
    pure = PurePosixPath(path)
    stem = pure.parent.name if pure.stem.casefold() in {"readme", "index", "_index"} else pure.stem
    words = _PREFIX.sub("", stem).replace("_", " ")
    if " " not in words:
        words = words.replace("-", " ")
    return words[:1].upper() + words[1:]
