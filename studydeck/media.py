"""Which files the notes show: their links resolved to files of the notes folder, and named safely for Anki."""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Iterator, Mapping
from html import escape, unescape
from urllib.parse import unquote

from msgspec.structs import replace

from studydeck.diagnostics import Diagnostic, DiagnosticCode, warning
from studydeck.model.anki import Picture
from studydeck.model.document import Document, Inline, Section, SourceSpan, Text
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
    shown = [
        inline.target
        for text in (section.heading, *texts(section.blocks))
        for inline in text
        if inline.kind == "picture"
    ]
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
    diagnostics: dict[_Spot, Diagnostic] = {}
    sections = tuple([_placed(one, names, diagnostics) if _links(one) else one for one in document.sections])
    return replace(document, sections=sections, diagnostics=(*document.diagnostics, *diagnostics.values()))


def _placed(section: Section, names: Mapping[tuple[str, str], str], diagnostics: dict[_Spot, Diagnostic]) -> Section:
    def pointed(inline: Inline, span: SourceSpan) -> Inline:
        return _point(inline, span, names, diagnostics) if inline.kind == "picture" else inline

    def text(inlines: Text, span: SourceSpan) -> Text:
        return tuple(pointed(inline, span) for inline in inlines)

    def html(words: str, span: SourceSpan) -> str:
        def tag(match: re.Match[str]) -> str:
            said = _attributes(match[0])
            return _tag(pointed(Inline(said.get("alt", ""), "picture", 0, said.get("src", "")), span))

        return _IMG.sub(tag, words)

    heading, blocks = text(section.heading, section.span), each_placed(section.blocks, text, html)
    return replace(section, heading=heading, blocks=blocks)


def _tag(inline: Inline) -> str:
    """Give a picture of raw HTML: packed, as a link, or as its words."""
    alt, address = escape(inline.text), escape(inline.target)
    if _REMOTE.match(inline.target):
        return f'<a href="{address}">{alt or address}</a>'
    return f'<img src="{address}" alt="{alt}">' if inline.target else f"<em>[{alt}]</em>" if alt else ""


def _point(
    inline: Inline,
    span: SourceSpan,
    names: Mapping[tuple[str, str], str],
    diagnostics: dict[_Spot, Diagnostic],
) -> Inline:
    key = (span.path, span.line, inline.target)
    if name := names.get((span.path, inline.target)):
        return replace(inline, target=name)
    if _REMOTE.match(inline.target):
        message = f"{inline.target} stays a link: whoever studies offline does not see it; put the file into the notes"
        diagnostics[key] = warning(DiagnosticCode.REMOTE_PICTURE, span.path, span.line, message)
        return inline
    outside = not list(candidates(span.path, inline.target))
    code = DiagnosticCode.UNSAFE_PICTURE if outside else DiagnosticCode.MISSING_PICTURE
    why = "is no file below the notes folder" if outside else "is not there"
    diagnostics[key] = warning(code, span.path, span.line, f"picture {inline.target} {why}; the card shows its words")
    return replace(inline, target="")
