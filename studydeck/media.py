"""Media: find the pictures that documents link to, name them for the package, and point links at these names.

In: parsed documents, the bytes of picture files, and links as authors wrote them. Out: the paths to look for, package
names that are valid in every Anki, and documents whose pictures carry these names. This module reads no files.
"""

from __future__ import annotations

import base64
import hashlib
import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape, unescape
from urllib.parse import unquote, unquote_to_bytes

from msgspec.structs import replace

from studydeck.diagnostics import Diagnostic, DiagnosticCode, error, warning
from studydeck.model.anki import Picture
from studydeck.model.document import Document, Inline, Section, SourceSpan, Text
from studydeck.model.html_text import IMG_TAG
from studydeck.model.links import is_remote
from studydeck.model.traverse import map_texts_and_html, raw_html, texts
from studydeck.text.paths import nearness

LONGEST_TAG = 30_000  # characters, without the data of the picture
LARGE_PICTURE = 5 * 2**20  # bytes; a deck of many such pictures is slow to sync
MAX_PICTURE = 100 * 2**20  # bytes; AnkiWeb refuses larger files
TOO_LARGE = f"has more than {MAX_PICTURE // 2**20} MB, which Anki does not sync; make it smaller"
NOT_A_PICTURE = "is not a picture: its bytes are those of no format that Anki shows"
_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""\s(src|alt)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_DATA_LINK = re.compile(r"data:image/([a-z0-9.+-]+)((?:;[a-z0-9=._-]+)*),(.*)", re.IGNORECASE | re.DOTALL)
_SVG_START = re.compile(
    r"\s*(?:<\?xml[^>]*>|<!--.*?-->|\s"  # declaration, comments
    r"|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>)*"
    r"<(?:\w+:)?svg[\s>/]",  # the root element
    re.DOTALL,
)
# The bytes with which the formats begin (https://www.iana.org/assignments/media-types); of SVG, its root element.
_SIGNATURES = (
    b"\x89PNG\r\n\x1a\n",
    b"GIF87a",
    b"GIF89a",
    b"\xff\xd8\xff",
    b"BM",
    b"II*\0",
    b"MM\0*",
    b"\0\0\1\0",
)
_DATA_SUFFIXES = {"jpeg": "jpg", "pjpeg": "jpg", "svg+xml": "svg", "x-icon": "ico", "vnd.microsoft.icon": "ico"}
DRAWING = ".excalidraw"
_EXPORTED = (".svg", ".png", ".light.svg", ".light.png")  # the pictures that Excalidraw writes beside a drawing
_SHOWN_LINK = 80  # characters of a link in a message
_DiagnosticKey = tuple[str, int, str]  # path, line, link
# What a browser shows in an <img>; scripts inside of an SVG do not run there (https://svgwg.org/svg2-draft/conform.html).
PICTURE_SUFFIXES = frozenset("apng avif bmp gif ico jpeg jpg png svg tif tiff webp".split())


def picture_links(document: Document) -> tuple[str, ...]:
    """Return the link of every picture in a document, as written, without duplicates."""
    return tuple(dict.fromkeys([link for section in document.sections for link in _links(section)]))


def _links(section: Section) -> tuple[str, ...]:
    targets = [
        inline.target
        for text in (section.heading, *texts(section.blocks))
        for inline in text
        if inline.kind == "picture"
    ]
    tags = (tag for html in raw_html(section.blocks) for tag in IMG_TAG.findall(html))
    return (*targets, *(_attributes(tag).get("src", "") for tag in tags))


def _attributes(tag: str) -> dict[str, str]:
    matches = _ATTRIBUTE.finditer(tag) if len(tag) < LONGEST_TAG or "data:image/" in tag else ()
    return {match[1].lower(): unescape(match[2] or match[3] or match[4] or "") for match in matches}


def candidate_paths(path: str, target: str) -> Iterator[str]:
    """Yield the paths at which the file of a link may be found, the most likely first.

    Parameters
    ----------
    path : the Markdown file, below the notes folder.
    target : the link as written.

    Yields
    ------
    paths below the notes folder: beside the Markdown file, from the root, and in the usual folders of site generators;
    none where the link is remote or leaves the notes folder.
    """
    for form in _readings(target):
        yield from _candidates(path, form)


def _readings(target: str) -> Iterator[str]:
    """Yield what a link may mean: the name of a file as written, or an address with escapes and a fragment."""
    if is_remote(target) or _SCHEME.match(target):
        return
    literal, address = target.replace("\\", "/"), re.split(r"[?#]", target)[0].replace("\\", "/")
    for clean in dict.fromkeys((unquote(address), address, unquote(literal), literal)):
        if clean and clean.isprintable() and not _SCHEME.match(clean):
            yield clean
            if clean.endswith(DRAWING):
                yield from (clean + suffix for suffix in _EXPORTED)


def paths_by_name(path: str, target: str, files: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Yield the files anywhere in the notes folder that a link may name, the nearest first.

    Parameters
    ----------
    path : the Markdown file, below the notes folder.
    target : the link as written, with some of the file's folders or without.
    files : the paths of all pictures, by their names in lower case.
    """
    for form in _readings(target):
        parts = [part for part in form.casefold().split("/") if part not in {"", ".", ".."}]
        if parts:
            found = [file for file in files.get(parts[-1], ()) if file.casefold().split("/")[-len(parts) :] == parts]
            yield from sorted(found, key=lambda file: nearness(path, file))


def _candidates(path: str, clean: str) -> Iterator[str]:
    relative = clean.lstrip("/")
    if not relative:
        return
    paths = [posixpath.join(posixpath.dirname(path), relative)] if not clean.startswith("/") else []
    without_dots = re.sub(r"^(?:\.\.?/)+", "", relative)
    paths += [relative, without_dots, f"static/{without_dots}", f"public/{without_dots}", f"assets/{without_dots}"]
    for candidate in dict.fromkeys(posixpath.normpath(joined_path) for joined_path in paths):
        if not candidate.startswith(("../", "/")) and candidate != "..":
            yield candidate


def name_picture(path: str, data: bytes) -> Picture:
    """Return a picture named by its file's stem and content, in characters that are valid in every Anki."""
    digest = hashlib.blake2b(data, digest_size=4).hexdigest()
    stem, suffix = posixpath.splitext(posixpath.basename(path))
    safe_stem = re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-")[:40] or "picture"
    return Picture(f"{safe_stem}-{digest}{suffix.lower()}", data, digest)


def read_picture(path: str, data: bytes) -> Picture:
    """Return a picture named by its file, or its fault if the bytes are not those of a picture."""
    if not data:
        return Picture("", b"", "", "is empty")
    return name_picture(path, data) if is_picture(data) else Picture("", b"", "", NOT_A_PICTURE)


def is_picture(data: bytes) -> bool:
    """Return whether bytes begin as those of a picture that a browser shows."""
    if data.startswith(_SIGNATURES):
        return True
    if (data[:4], data[8:12]) == (b"RIFF", b"WEBP") or (data[4:8] == b"ftyp" and b"avi" in data[8:32]):
        return True
    encoding = "utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    return bool(_SVG_START.match(data[: 1 << 14].decode(encoding, "replace")))


def picture_of_data(link: str) -> Picture | None:
    """Return the picture that a `data:` link holds, or its fault; None for another link."""
    if link[:5].lower() != "data:":
        return None
    found = _DATA_LINK.fullmatch(link)
    if not found:
        return Picture("", b"", "", "is not the data of a picture")
    subtype = found[1].lower()
    content = unquote_to_bytes(found[3])
    if found[2].lower().endswith(";base64"):
        try:
            content = base64.b64decode(b"".join(content.split()), validate=True)
        except ValueError:
            return Picture("", b"", "", "is damaged: its base64 text cannot be decoded")
    suffix = _DATA_SUFFIXES.get(subtype, subtype)
    if suffix not in PICTURE_SUFFIXES:
        return Picture("", b"", "", NOT_A_PICTURE)
    return read_picture(f"picture.{suffix}", content)


def picture_diagnostics(
    sources: Mapping[str, str], pictures: Mapping[tuple[str, str], Picture]
) -> tuple[Diagnostic, ...]:
    """Return a diagnostic for each picture that cannot be packed, or is very large.

    Parameters
    ----------
    sources : the text of each Markdown file, by path.
    pictures : by path of the Markdown file and link as written.
    """
    diagnostics: list[Diagnostic] = []
    for (path, link), picture in pictures.items():
        line = _line_of_link(sources.get(path, ""), link) if picture.fault or len(picture.data) > LARGE_PICTURE else 0
        if picture.fault == TOO_LARGE:
            diagnostics.append(
                error(DiagnosticCode.LARGE_PICTURE, path, line, f"picture {_shown(link)} {picture.fault}")
            )
        elif picture.fault:
            message = f"picture {_shown(link)} {picture.fault}; the card shows its words"
            diagnostics.append(warning(DiagnosticCode.UNSAFE_PICTURE, path, line, message))
        elif len(picture.data) > LARGE_PICTURE:
            size = f"{len(picture.data) / 2**20:.0f} MB"
            message = f"picture {_shown(link)} has {size}, which every learner downloads; make it smaller"
            diagnostics.append(warning(DiagnosticCode.LARGE_PICTURE, path, line, message))
    return tuple(diagnostics)


def _line_of_link(text: str, link: str) -> int:
    """Return the line of the first place where a link is written, or 0."""
    starts = [text.find(form) for form in (link, unquote(link))]
    return next((text.count("\n", 0, start) + 1 for start in starts if start >= 0), 0)


def _shown(link: str) -> str:
    return link if len(link) <= _SHOWN_LINK else f"{link[: _SHOWN_LINK - 1]}…"


def resolve_pictures(document: Document, names: Mapping[tuple[str, str], str]) -> Document:
    """Point the pictures of a document at their names in the package.

    Parameters
    ----------
    document : the parsed document, with links as written.
    names : (path of the Markdown file, link as written) -> name in the package, for every picture whose file exists;
        an empty name if the file cannot be packed.

    Returns
    -------
    the document with package names for links. A picture without a name keeps only its alternative text, or stays a
    link where it is remote; both add a diagnostic.
    """
    diagnostics: dict[_DiagnosticKey, Diagnostic] = {}
    sections = tuple(
        [
            _resolved_section(section, names, diagnostics) if _links(section) else section
            for section in document.sections
        ]
    )
    return replace(document, sections=sections, diagnostics=(*document.diagnostics, *diagnostics.values()))


def _resolved_section(
    section: Section, names: Mapping[tuple[str, str], str], diagnostics: dict[_DiagnosticKey, Diagnostic]
) -> Section:
    def resolved(inline: Inline, span: SourceSpan) -> Inline:
        return _resolved_picture(inline, span, names, diagnostics) if inline.kind == "picture" else inline

    def edit_text(text: Text, span: SourceSpan) -> Text:
        return Text(tuple([resolved(inline, span) for inline in text]))

    def edit_html(html: str, span: SourceSpan) -> str:
        def edit_tag(match: re.Match[str]) -> str:
            attributes = _attributes(match[0])
            return _picture_html(
                resolved(Inline(attributes.get("alt", ""), "picture", 0, attributes.get("src", "")), span)
            )

        return IMG_TAG.sub(edit_tag, html)

    heading, blocks = edit_text(section.heading, section.span), map_texts_and_html(section.blocks, edit_text, edit_html)
    return replace(section, heading=heading, blocks=blocks)


def _picture_html(inline: Inline) -> str:
    """Return a picture as raw HTML: an image tag, a link where it is remote, or its alternative text."""
    alt, address = escape(inline.text), escape(inline.target)
    if is_remote(inline.target):
        return f'<a href="{address}">{alt or address}</a>'
    return f'<img src="{address}" alt="{alt}">' if inline.target else f"<em>[{alt}]</em>" if alt else ""


def _resolved_picture(
    inline: Inline,
    span: SourceSpan,
    names: Mapping[tuple[str, str], str],
    diagnostics: dict[_DiagnosticKey, Diagnostic],
) -> Inline:
    """Return a picture with its name in the package; where it has none, add a diagnostic."""
    key = (span.path, span.line, inline.target)
    if name := names.get((span.path, inline.target)):
        return replace(inline, target=name)
    if is_remote(inline.target):
        message = f"{_shown(inline.target)} stays a link and is not shown offline; put the file into the notes folder"
        diagnostics[key] = warning(DiagnosticCode.REMOTE_PICTURE, span.path, span.line, message)
        return inline
    if (span.path, inline.target) in names:  # a file with a fault, which `picture_diagnostics` reports
        return replace(inline, target="")
    if inline.target.removesuffix(".md").endswith(DRAWING):
        message = f"{_shown(inline.target)} is a drawing; have Excalidraw export it as SVG or PNG beside it"
        diagnostics[key] = warning(DiagnosticCode.MISSING_PICTURE, span.path, span.line, message)
        return replace(inline, target="")
    is_outside = not list(candidate_paths(span.path, inline.target))
    code = DiagnosticCode.UNSAFE_PICTURE if is_outside else DiagnosticCode.MISSING_PICTURE
    reason = "is not a file below the notes folder" if is_outside else "is not there"
    diagnostics[key] = warning(
        code, span.path, span.line, f"picture {_shown(inline.target)} {reason}; the card shows its words"
    )
    return replace(inline, target="")
