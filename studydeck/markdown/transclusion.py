"""Embeds of notes (`![[note]]`, `![[note#heading]]`, `![[note#^block]]`): find the text that each of them inserts.

In: all sources. Out: the sources, each with the texts that it inserts, so that what a file is parsed to depends on that
source alone. A text is taken as its own file shows it, without comments. Nothing is inserted into itself.
"""

from __future__ import annotations

import posixpath
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property
from urllib.parse import unquote

from msgspec.structs import replace

from studydeck.markdown import dialects
from studydeck.markdown.dialects.left_out import left_out_reason
from studydeck.markdown.dialects.lines import HIDDEN_LINE, lines_of
from studydeck.markdown.front_matter import read_front_matter, without_front_matter
from studydeck.model.document import Content, Embed, Source, Text
from studydeck.model.traverse import map_texts
from studydeck.patterns import lazy_pattern
from studydeck.text.paths import nearness

MAX_DEPTH = 5  # of embeds inside of embedded text
MAX_SIZE = 20_000  # bytes of all texts that one file inserts
MAX_REPEATED_SIZE = 10 * MAX_SIZE  # characters, where it inserts a text several times
TOO_MUCH_REPEATED = f"is one of many, of which this file shows more than {MAX_REPEATED_SIZE // 1000} kB"
_EMBED = lazy_pattern(
    r"!\[\[([^\[\]\n]+)\]\]"  # an embed
    r"|!\[[^\[\]\n]*\]\((?:<([^<>\n]+)>|([^\s()<>]+))\)"  # an image
)
_ADDRESS = lazy_pattern(r"/|[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_NOTE_SUFFIX = lazy_pattern(r"\.(?:md|markdown)$", re.IGNORECASE)
_FILE_SUFFIX = lazy_pattern(r"\.[A-Za-z][A-Za-z0-9]{1,10}$")
_HEADING = lazy_pattern(r" {0,3}(#{1,6})\s+(.*?)(?:\s+#+)?\s*")
_NOT_IN_HEADING_LINKS = lazy_pattern(r"[#|^:%\[\]\\*_`=]+")
_ITEM = lazy_pattern(r"([ \t]*)(?:[-*+]|\d+[.)])[ \t]+")
_BLOCK_ID = lazy_pattern(r"(?:^|.*\s)\^([A-Za-z0-9-]+)[ \t]*")
_TOO_MUCH = f"makes this file embed more than {MAX_SIZE // 1000} kB"
_Range = tuple[int, int]  # of lines: the first, from 0, and the one after the last
_Place = tuple[str, int]  # path and line of an embed


def with_embeds(sources: Sequence[Source]) -> Sequence[Source]:
    """Return the sources with the texts that they embed; only these sources are in reach of an embed."""
    embedding = {source.path for source in sources if "![" in source.text and _EMBED.search(source.text)}
    if not embedding:
        return sources
    notes = _Notes(sources)
    return [
        replace(source, embeds=notes.embeds_of(source)) if source.path in embedding else source for source in sources
    ]


def embed_key(target: str) -> str:
    """Return the target of an embed in one form, without its alias or size."""
    return " ".join(target.partition("|")[0].rstrip("\\").split())


def seen_from_root(blocks: Content, path: str) -> Content:
    """Return the blocks of an embedded text with the links of its pictures as a file in the root would write them."""
    folder = posixpath.dirname(path)

    def edit(text: Text) -> Text:
        if not any(inline.kind == "picture" for inline in text):
            return text
        return Text(
            tuple(
                [
                    replace(inline, target=f"/{posixpath.normpath(posixpath.join(folder, inline.target))}")
                    if inline.kind == "picture" and not _ADDRESS.match(inline.target)
                    else inline
                    for inline in text
                ]
            )
        )

    return map_texts(blocks, edit)


class _Parts:
    """The lines of a note, and where its headings and the ids of its blocks are; found once for all embeds."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines

    @cached_property
    def _sections(self) -> dict[str, list[_Range]]:
        """The lines below each heading, up to the next one that is not below it, by the key of the heading."""
        sections: dict[str, list[_Range]] = defaultdict(list)
        end_by_level: dict[int, int] = {}
        for line, level, key in reversed(list(_headings(self.lines))):
            end = min((end_by_level[other] for other in range(1, level + 1) if other in end_by_level), default=-1)
            sections[key].append((line + 1, end if end >= 0 else len(self.lines)))
            end_by_level = {other: at for other, at in end_by_level.items() if other < level} | {level: line}
        return {key: ranges[::-1] for key, ranges in sections.items()}

    @cached_property
    def _id_lines(self) -> dict[str, int]:
        """The line of each block id; of two equal ids the first."""
        lines: dict[str, int] = {}
        for number, line in enumerate(self.lines):
            if "^" in line and (match := _BLOCK_ID.fullmatch(line)):
                lines.setdefault(match[1].casefold(), number)
        return lines

    def _block(self, block_id: str) -> _Range | None:
        """Return the lines of the block with an id at its end, or on a line of its own below it."""
        number = self._id_lines.get(block_id.strip().casefold())
        if number is None:
            return None
        end = number + 1
        if self.lines[number].strip().casefold() == f"^{block_id.strip().casefold()}":
            end = number
            while end and not self.lines[end - 1].strip():
                end -= 1
        return _block_start(self.lines, end - 1), _block_end(self.lines, end)

    def find(self, fragment: str) -> _Range | None:
        """Return the lines that a fragment names: a whole text, the part below a heading, or a block."""
        fragment = fragment.strip().strip("#")
        if fragment.startswith("^"):
            return self._block(fragment[1:])
        start, end = 0, len(self.lines)
        for name in fragment.split("#") if fragment else ():
            sections = self._sections.get(_heading_key(name), [])
            index = bisect_left(sections, (start + 1,))
            if index == len(sections) or sections[index][0] > end:
                return None
            start, end = sections[index]
        return start, end


class _Notes:
    """All notes, by their names; reads the text of each on first use."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._by_name: dict[str, list[Source]] = defaultdict(list)
        for source in sources:
            self._by_name[_names(source.path)[-1]].append(source)
        self._shown_lines: dict[str, list[str]] = {}
        self._parts_by_path: dict[str, _Parts] = {}
        self._reasons: dict[str, str] = {}
        self._size = 0

    def embeds_of(self, source: Source) -> tuple[Embed, ...]:
        self._size = 0
        return self._embeds(source, self._parts(source).lines, 0, ())

    def _embeds(self, source: Source, lines: Sequence[str], first: int, outer: tuple[_Place, ...]) -> tuple[Embed, ...]:
        """Return the embeds in some lines of a source; `outer` are the embeds that these lines are inserted by."""
        found: dict[str, Embed] = {}
        for number, line in enumerate(lines, first):
            for target in _targets(line) if "![" in line else ():
                if target not in found and (embed := self._embed(source, target, (*outer, (source.path, number)))):
                    found[target] = embed
        return tuple(found.values())

    def _embed(self, source: Source, target: str, places: tuple[_Place, ...]) -> Embed | None:
        """Return what a target inserts; None if it is no note but a file, such as a picture."""
        name, _, fragment = target.partition("#")
        note = self._find(source.path, name) if name else source
        if not note:
            is_file = any(_FILE_SUFFIX.search(file) and not _NOTE_SUFFIX.search(file) for file in (name, target))
            return None if is_file else Embed(target, fault="is not among the notes of this deck")
        if self._size > MAX_SIZE:
            return Embed(target, fault=_TOO_MUCH)
        if reason := self._left_out_reason(note):
            if reason == "drawing":  # its plugin exports drawings as pictures
                return None
            return Embed(target, fault=f"is a {reason}")
        part = self._parts(note).find(fragment)
        if not part:
            return Embed(target, fault=f'has no part "{fragment}"')
        start, end = part
        if any(path == note.path and start <= line < end for path, line in places):
            return Embed(target, fault="would be inserted into itself")
        if len(places) > MAX_DEPTH:
            return Embed(target, fault=f"is embedded more than {MAX_DEPTH} levels deep")
        shown = self._shown(note)
        if not fragment:  # the first heading of a note is its name
            start = next((number + 1 for number, line in enumerate(shown) if line.startswith("# ")), 0)
            start = 0 if any(line.strip(HIDDEN_LINE).strip() for line in shown[: start - 1]) else start
        text = _without_margin(shown[start:end])
        self._size += len(text.encode())
        if self._size > MAX_SIZE:
            return Embed(target, fault=_TOO_MUCH)
        return Embed(
            target, note.path, text, embeds=self._embeds(note, self._parts(note).lines[start:end], start, places)
        )

    def _left_out_reason(self, note: Source) -> str:
        if note.path not in self._reasons:
            self._reasons[note.path] = left_out_reason(note)
        return self._reasons[note.path]

    def _parts(self, note: Source) -> _Parts:
        if note.path not in self._parts_by_path:
            self._parts_by_path[note.path] = _Parts(_body(note).split("\n"))
        return self._parts_by_path[note.path]

    def _find(self, path: str, name: str) -> Source | None:
        """Return the note of a name, the nearest first: that of the exact path, then by common folders and depth."""
        names = _names(posixpath.normpath(name).lstrip("/"))
        folder = posixpath.dirname(path)
        if name.startswith((".", "../")):
            names = _names(posixpath.normpath(posixpath.join(folder, name)))
        candidates = [note for note in self._by_name.get(names[-1], ()) if _names(note.path)[-len(names) :] == names]
        return min(
            candidates, key=lambda note: nearness(path, note.path, exact=_names(note.path) == names), default=None
        )

    def _shown(self, note: Source) -> list[str]:
        """Return the lines of a note without what its own file hides."""
        if note.path not in self._shown_lines:
            text = dialects.rewrite(_body(note))
            self._shown_lines[note.path] = list(_without_comments(text)) if "<!--" in text else text.split("\n")
        return self._shown_lines[note.path]


def _body(source: Source) -> str:
    return without_front_matter(source.text, read_front_matter(source.text))


def _names(path: str) -> list[str]:
    return _NOTE_SUFFIX.sub("", path).casefold().split("/")


def _targets(line: str) -> Iterator[str]:
    for match in _EMBED.finditer(line):
        if match[1]:
            yield embed_key(match[1])
        elif _NOTE_SUFFIX.search(posixpath.basename((link := unquote(match[2] or match[3])).partition("#")[0])):
            yield embed_key(link)


def _without_comments(text: str) -> Iterator[str]:
    """Yield the lines of a text without comments of HTML, which a part of the text could cut in two."""
    is_open = False
    for line, is_code in lines_of(text):
        if is_code and not is_open:
            yield line
            continue
        shown, rest = "", line
        while rest:
            if is_open:
                _, end, rest = rest.partition("-->")
                is_open = not end
            else:
                before, start, rest = rest.partition("<!--")
                shown, is_open = shown + before, bool(start)
        yield shown if shown.strip() or shown == line else HIDDEN_LINE


def _headings(lines: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Yield line, level and key of each heading."""
    for number, (line, is_code) in enumerate(lines_of("\n".join(lines))):
        if "#" in line and not is_code and (match := _HEADING.fullmatch(line)):
            yield number, len(match[1]), _heading_key(match[2])


def _heading_key(heading: str) -> str:
    return " ".join(_NOT_IN_HEADING_LINKS.sub(" ", heading).casefold().split())


def _block_start(lines: Sequence[str], last: int) -> int:
    start = last
    while start > 0 and not _ITEM.match(lines[start]) and lines[start - 1].strip():
        if _HEADING.fullmatch(lines[start - 1]) or _HEADING.fullmatch(lines[start]):
            break
        start -= 1
    return max(start, 0)


def _block_end(lines: Sequence[str], end: int) -> int:
    """Return the line after a block: what is nested below an item belongs to it."""
    item = _ITEM.match(lines[end - 1]) if end else None
    if not item:
        return end
    margin = len(item[1].expandtabs(4))
    while end < len(lines) and lines[end].strip() and _margin(lines[end]) > margin:
        end += 1
    return end


def _margin(line: str) -> int:
    expanded = line.expandtabs(4)
    return len(expanded) - len(expanded.lstrip())


def _without_margin(lines: Sequence[str]) -> str:
    """Return lines without the white space before all of them; that of a nested item would make it code."""
    margin = min((_margin(line) for line in lines if line.strip() and line != HIDDEN_LINE), default=0)
    if margin:
        lines = [line if line == HIDDEN_LINE else line.expandtabs(4)[margin:] for line in lines]
    return "\n".join(lines).strip("\n")
