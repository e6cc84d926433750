"""Which files the notes show: their links resolved to files of the notes folder, and named safely for Anki."""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Iterator, Mapping
from html import escape, unescape
from urllib.parse import unquote

from msgspec.structs import replace

from studydeck.diagnostics import Code, Problem, warning
from studydeck.model.anki import Picture
from studydeck.model.document import Document, Place, Run, Section, Text
from studydeck.model.traverse import each_placed, raw_html, texts

LONGEST_TAG = 10_000
_REMOTE = re.compile(r"^(?:https?:)?//", re.IGNORECASE)
_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_IMG = re.compile(r"<img\b[^<>]*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""\s(src|alt)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_Spot = tuple[str, int, str]  # path, line, link
# What a browser shows in an <img>; there a script inside of an SVG does not run (https://svgwg.org/svg2-draft/conform.html).
SUFFIXES = frozenset("apng avif bmp gif ico jpeg jpg png svg tif tiff webp".split())


def links(document: Document) -> tuple[str, ...]:
    """Give the link of every picture that a file shows, as written, each once."""
    return tuple(dict.fromkeys([link for section in document.sections for link in _links(section)]))


def _links(section: Section) -> tuple[str, ...]:
    shown = [run.target for text in (section.heading, *texts(section.blocks)) for run in text if run.form == "picture"]
    tags = (tag for html in raw_html(section.blocks) for tag in _IMG.findall(html))
    return (*shown, *(_attributes(tag).get("src", "") for tag in tags))


def _attributes(tag: str) -> dict[str, str]:
    found = (_ATTRIBUTE.finditer(tag)) if len(tag) < LONGEST_TAG else ()
    return {one[1].lower(): unescape(one[2] or one[3] or one[4] or "") for one in found}


def candidates(path: str, target: str) -> Iterator[str]:
    """Give where below the notes folder a link may find its file: beside the source, at the root, in the site's."""
    if _REMOTE.match(target) or _SCHEME.match(target):
        return
    clean = unquote(re.split(r"[?#]", target)[0]).replace("\\", "/")
    if not clean.isprintable() or not clean or _SCHEME.match(clean):
        return
    bare = clean.lstrip("/")
    tries = [posixpath.join(posixpath.dirname(path), bare)] if not clean.startswith("/") else []
    tail = re.sub(r"^(?:\.\.?/)+", "", bare)
    tries += [bare, tail, f"static/{tail}", f"public/{tail}", f"assets/{tail}"]
    for one in dict.fromkeys(posixpath.normpath(one) for one in tries):
        if not one.startswith(("../", "/")) and one != "..":
            yield one


def picture(path: str, data: bytes) -> Picture:
    """Name a file by its stem and content, in letters that every Anki can keep."""
    digest = hashlib.blake2b(data, digest_size=4).hexdigest()
    stem, suffix = posixpath.splitext(posixpath.basename(path))
    safe = re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-")[:40] or "picture"
    return Picture(f"{safe}-{digest}{suffix.lower()}", data, digest)


def resolve(document: Document, names: Mapping[tuple[str, str], str]) -> Document:
    """Point the pictures of a file at their names in the package.

    What is not there keeps its words, and is reported.

    Parameters
    ----------
    names : (path of the file, link as written) -> name in the package, of every picture that was found.
    """
    problems: dict[_Spot, Problem] = {}
    sections = tuple([_placed(one, names, problems) if _links(one) else one for one in document.sections])
    return replace(document, sections=sections, problems=(*document.problems, *problems.values()))


def _placed(section: Section, names: Mapping[tuple[str, str], str], problems: dict[_Spot, Problem]) -> Section:
    def pointed(run: Run, place: Place) -> Run:
        return _point(run, place, names, problems) if run.form == "picture" else run

    def text(runs: Text, place: Place) -> Text:
        return tuple(pointed(run, place) for run in runs)

    def html(words: str, place: Place) -> str:
        def tag(match: re.Match[str]) -> str:
            said = _attributes(match[0])
            return _tag(pointed(Run(said.get("alt", ""), "picture", 0, said.get("src", "")), place))

        return _IMG.sub(tag, words)

    heading, blocks = text(section.heading, section.place), each_placed(section.blocks, text, html)
    return replace(section, heading=heading, blocks=blocks)


def _tag(run: Run) -> str:
    """Give a picture of raw HTML: packed, as a link, or as its words."""
    alt, address = escape(run.text), escape(run.target)
    if _REMOTE.match(run.target):
        return f'<a href="{address}">{alt or address}</a>'
    return f'<img src="{address}" alt="{alt}">' if run.target else f"<em>[{alt}]</em>" if alt else ""


def _point(
    run: Run,
    place: Place,
    names: Mapping[tuple[str, str], str],
    problems: dict[_Spot, Problem],
) -> Run:
    key = (place.path, place.line, run.target)
    if name := names.get((place.path, run.target)):
        return replace(run, target=name)
    if _REMOTE.match(run.target):
        message = f"{run.target} stays a link: whoever studies offline does not see it; put the file into the notes"
        problems[key] = warning(Code.REMOTE_PICTURE, place.path, place.line, message)
        return run
    outside = not list(candidates(place.path, run.target))
    code = Code.UNSAFE_PICTURE if outside else Code.MISSING_PICTURE
    why = "is no file below the notes folder" if outside else "is not there"
    problems[key] = warning(code, place.path, place.line, f"picture {run.target} {why}; the card shows its words")
    return replace(run, target="")
