"""Find what keeps a whole file out of the deck: the text of a source in; the line that says so, or None, out.

The line stands in front matter (`private: true`, `publish: false`, `deck: skip`), or in what other tools write at the
beginning of a file: properties of Logseq, Notion and Org, JSON, lines `key: value`. Damaged front matter counts, and
so does a value that is neither yes nor no: a file is rather left out, with a warning, than published by mistake.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from msgspec import Struct

from studydeck.markdown.dialects.lines import edit_outside_code
from studydeck.markdown.front_matter import FrontMatter, read_front_matter
from studydeck.model.document import Source
from studydeck.patterns import lazy_pattern
from studydeck.text.word_list_files import phrase_set

# Keys by which Obsidian, Jekyll, Hugo, Docusaurus and digital gardens keep a file private, by what their values mean.
_SECRET_KEYS = frozenset(
    "private privat is_private is-private isprivate draft is_draft is-draft isdraft hugo_draft unpublished "
    "no-publish no_publish nopublish".split()
)
_PUBLIC_KEYS = frozenset(
    "publish published public share dg-publish is_public is-public ispublic is_published ispublished".split()
)
_STATE_KEYS = frozenset({"visibility", "access", "status"})
_TAG_KEYS = frozenset({"tag", "tags"})
_DECK = "deck"
_STEMS = ("privat", "draft", "publi", "share", "visibility", "access", "status", "deck")  # of all keys; a quick test
_YES, _NO = frozenset({"1", "✓", "✔", "☑", "✅"}), frozenset({"0", "✗", "✘", "☐", "❌"})
_EMPTY = frozenset({"", "~", "null", "nil", "-"})
_PRIVATE_WORDS = frozenset({"private", "secret", "hidden", "unpublished"})

_NAMES = "|".join(sorted((*_SECRET_KEYS, *_PUBLIC_KEYS, *_STATE_KEYS, *_TAG_KEYS, _DECK), key=len, reverse=True))
_ENTRY = lazy_pattern(
    rf"^(?P<before>[^\w\n]*)(?P<key>{_NAMES})\b"  # the key, behind any marks
    r"[^\w\n:=\uff1a]*(?P<sign>::?=?|=|\uff1a)"  # quotes or emphasis; the sign
    r"(?P<value>[^\n]*)",
    re.IGNORECASE | re.MULTILINE,
)
_PROPERTY = lazy_pattern(rf"(?<![\w:.])(?P<key>{_NAMES})::[ \t]*(?P<value>[^\s\])]+)", re.IGNORECASE)
_BARE_KEY = lazy_pattern(r"^[ \t]*(?P<key>private|draft|unpublished)[ \t]*$", re.IGNORECASE | re.MULTILINE)
_COMMENT = lazy_pattern(r"[ \t]#.*|[ \t]*(?:-->|%%).*")
_QUOTES = " \t\"'“”‘’«»„`*_,;.!()[]{}<>%-"
_WRONG_BOM = "\u00ef\u00bb\u00bf"  # a byte order mark that was read in another encoding
_SEARCHED = 20_000  # characters in which lines of keys can stand at the beginning of a file
_MARKS = lazy_pattern(
    rf"(?:{_WRONG_BOM})?(?:[^\w\n]{{3,}}|[\u2013\u2014][^\w\n]*)"  # `---`, `+++`, "----", a long dash
    r"[ \t]*(?:yaml|toml|json)?[^\w\n]*"  # the format
)
_CODE_FENCE = lazy_pattern(r"[ \t]*(?:`{3}|~{3})")
_KEY_LINE = lazy_pattern(
    r"[^\w\n]*[^\W\d_][\w .-]{0,39}[\"'*_`]*[ \t]*"  # marks, a short key, quotes or emphasis
    r"(?::|=|\uff1a).*"  # the sign and the value
    r"|[ \t]*\{.*"  # JSON
)
_VALUE_LINE = lazy_pattern(r"[ \t]+\S.*|[ \t]*[-*][ \t].*|[ \t]*[\[\]{}\"'].*")  # below a key
_ITEM = lazy_pattern(r"[ \t]*[-*+][ \t]")
_JSON_PART = lazy_pattern(r"[{},]")
_TITLE = lazy_pattern(r"#[ \t]+.*")
_CLEAR = "clear"  # in place of a fault: the value says plainly that the file is private
_INDENTED = "the key is indented; begin it in the first column"
_SHOWN_VALUE = 40


class Privacy(Struct, frozen=True):
    """What keeps a file out of the deck.

    Attributes
    ----------
    line : the number of the line that says so, or 0.
    words : what it says, such as `draft: true`.
    fault : what is wrong with the line or with the front matter around it, and what to do; empty where all is well.
    """

    line: int
    words: str
    fault: str = ""


def private_sources(sources: tuple[Source, ...]) -> dict[str, Privacy]:
    """Return what keeps sources out of the deck, by their paths; other sources are not in it."""
    found = {source.path: privacy_of(source.text) for source in sources}
    return {path: privacy for path, privacy in found.items() if privacy}


def privacy_of(text: str) -> Privacy | None:
    """Return what keeps a file out of the deck, or None for a file that belongs to it."""
    lowercase = text.casefold()
    if not any(stem in lowercase for stem in _STEMS):
        return None
    front_matter = read_front_matter(text)
    return _in_front_matter(front_matter) or _at_beginning(text, front_matter) or _in_properties(text)


def _in_front_matter(front_matter: FrontMatter) -> Privacy | None:
    """Return what front matter says by its values, then by its lines, which count where it could not be read."""
    entries = list(_entries(front_matter.text, 2))
    for key, value in front_matter.values.items():
        if fault := _fault(key, value):
            line = next((entry.line for entry in entries if entry.key == key), 0)
            return _privacy(line, key, value, fault)
    is_said = any(_meaning(key, value) for key, value in front_matter.values.items())
    for entry in entries:
        fault = _fault(entry.key, entry.value)
        is_indented = entry.before[:1] in {" ", "\t"}
        if not fault or entry.before.strip(" \t\"'") or (is_indented and (is_said or fault != _CLEAR)):
            continue  # another value; a comment or a list; below another key
        return _privacy(entry.line, entry.key, entry.value, _INDENTED if is_indented else fault)
    if front_matter.faults and (match := _BARE_KEY.search(front_matter.text)):
        line = front_matter.text.count("\n", 0, match.start()) + 2
        return Privacy(line, match["key"], f"the key has no value; write {match['key'].lower()}: true or false")
    return None


def _at_beginning(text: str, front_matter: FrontMatter) -> Privacy | None:
    """Return what the lines `key: value` at the beginning of a file say, with or without marks around them."""
    lines = text[:_SEARCHED].split("\n")
    first = front_matter.line_count + bool(front_matter.text)
    is_marked, has_title, has_keys = False, False, False
    may_be_unclear = False  # directly below a mark, a value that is neither yes nor no counts
    for number, line in enumerate(lines[first:], first + 1):
        if not line.strip():
            may_be_unclear = False
            if has_keys and not is_marked:
                return None
        elif _CODE_FENCE.match(line) or (has_keys and _MARKS.fullmatch(line)):
            return None
        elif _MARKS.fullmatch(line):
            is_marked = may_be_unclear = not has_title
        elif _TITLE.fullmatch(line) and not has_title and (is_marked or not has_keys):
            has_title = not is_marked  # else a comment
        elif _KEY_LINE.fullmatch(line):
            has_keys = True
            for entry in _entries_of_line(line, number):
                fault = _fault(entry.key, entry.value)
                if entry.key == _DECK and has_title:  # a directive below a heading, which skips a section
                    continue
                if fault == _CLEAR and is_marked:
                    return _privacy(number, entry.key, entry.value, _damage(lines, first, number))
                if fault == _CLEAR or (fault and may_be_unclear):
                    return _privacy(number, entry.key, entry.value, fault)
        elif not has_keys or not _VALUE_LINE.fullmatch(line):
            return None
    return None


def _entries_of_line(line: str, number: int) -> Iterator[_Entry]:
    """Yield the entries of a line: one, or those of an object of JSON; an item of a list is one in Logseq alone."""
    for part in _JSON_PART.split(line) if "{" in line else (line,):
        if "`" in part:  # code
            continue
        if "::" in part or not _ITEM.match(part):
            yield from _entries(part, number)


def _damage(lines: list[str], first: int, number: int) -> str:
    """Return why the front matter around a line could not be read, and what to do."""
    start = next(index for index in range(first, number) if lines[index].strip())
    mark = lines[start].strip()
    if start > first:
        return f'what stands above "{mark}" is blank; write {mark} into the first line'
    if mark not in {"---", "+++"} or lines[start] != mark:
        return f'the front matter begins with "{lines[start].rstrip()}"; write --- alone above and below it'
    if lines[number - 1][:1].isspace():
        return _INDENTED
    return f"the front matter has no end; write {mark} on a line below it"


def _in_properties(text: str) -> Privacy | None:
    """Return what a property of Logseq or Dataview says of its page, wherever it stands (`private:: true`)."""
    if "::" not in text:
        return None
    found: list[Privacy] = []

    def collect(part: str) -> str:
        for match in _PROPERTY.finditer(part):
            key = match["key"].casefold()
            if key in _SECRET_KEYS | _PUBLIC_KEYS and _fault(key, match["value"]) == _CLEAR:
                found.append(Privacy(text.count("\n", 0, text.index(match[0])) + 1, match[0]))
        return part

    edit_outside_code(text, collect, "::")
    return found[0] if found else None


class _Entry(Struct, frozen=True):
    """A line with a key of this module: its number, what stands before the key, the key in lower case, its value."""

    line: int
    before: str
    key: str
    value: str


def _entries(text: str, first_line: int) -> Iterator[_Entry]:
    for match in _ENTRY.finditer(text):
        line = first_line + text.count("\n", 0, match.start("key"))
        yield _Entry(line, match["before"], match["key"].casefold(), _COMMENT.sub("", match["value"]))


def _privacy(line: int, key: str, value: object, fault: str) -> Privacy:
    values = value if isinstance(value, list | tuple) else (value,)
    shown = " ".join(", ".join(map(str, values)).split()).strip(_QUOTES)[:_SHOWN_VALUE]
    return Privacy(line, f"{key}: {shown}", "" if fault == _CLEAR else fault)


def _fault(key: str, value: object) -> str:
    """Return `_CLEAR` for a value that keeps a file private, what is wrong with one that may do so, or nothing."""
    if isinstance(value, list | tuple) and key not in _TAG_KEYS:
        return next(filter(None, [_fault(key, element) for element in value]), "")
    meaning = _meaning(key, value)
    if meaning == "private":
        return _CLEAR
    if meaning == "unclear" and " " not in _word(value):
        return f"that is neither yes nor no; write {key}: true or {key}: false"
    return ""


def _meaning(key: str, value: object) -> str:
    """Return "private", "public" or "unclear" for a value of a key, and nothing for other keys and for no value."""
    word = _word(value)
    if key in _TAG_KEYS:
        tags = value if isinstance(value, list | tuple) else str(value).replace(",", " ").split()
        return "private" if any(_word(tag).strip("#").partition("/")[0] == "private" for tag in tags) else ""
    if word in _EMPTY and not isinstance(value, Mapping):
        return ""
    is_yes, is_no = word in _YES or word in phrase_set("yes_values"), word in _NO or word in phrase_set("no_values")
    if key in _SECRET_KEYS:
        return "private" if is_yes else "public" if is_no else "unclear"
    if key in _PUBLIC_KEYS:
        return "private" if is_no or word in _PRIVATE_WORDS else "public"
    if key in _STATE_KEYS:
        return "private" if word in _PRIVATE_WORDS else ""
    return "private" if key == _DECK and (word == "skip" or is_no) else ""


def _word(value: object) -> str:
    """Return a value as it is compared: a text, number or Boolean in lower case, without quotes and brackets."""
    text = " ".join(str(value).split()) if isinstance(value, str | int | float) else ""
    return text.strip(_QUOTES).casefold()
