"""Point the embedded files of documents at their names in the package, and report those that have none.

In: parsed documents with links as authors wrote them, and the names of the files that exist. Out: documents with names
of the package for links, and diagnostics.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from urllib.parse import unquote

from msgspec.structs import replace

from studydeck.diagnostics import Diagnostic, DiagnosticCode, error, warning
from studydeck.media.files import TOO_LARGE
from studydeck.media.links import DRAWING, attributes_of, candidate_paths, links_of
from studydeck.model.anki import Picture
from studydeck.model.document import MEDIA_KINDS, Document, Inline, Section, SourceSpan, Text
from studydeck.model.html_text import IMG_TAG
from studydeck.model.links import is_remote
from studydeck.model.media_types import is_playable, media_type
from studydeck.model.traverse import map_texts_and_html
from studydeck.patterns import lazy_pattern

LARGE_PICTURE = 5 * 2**20  # bytes; a deck of many such pictures is slow to sync
_SHOWN_LINK = 80  # characters of a link in a message
_NAME_OF_FILE = lazy_pattern(
    r".*\.(?:png|jpe?g|gif|svg|webp|bmp|pdf|docx?|pptx?|xlsx?|zip)"  # with its suffix
    r"|(?:untitled|image|img|screenshot|pasted image|[0-9a-f]{16})[\W\da-f]*",  # without, as tools call it
    re.IGNORECASE,
)
_DiagnosticKey = tuple[str, int, str]  # path, line, link
_CODES = {  # for pictures, and for sounds and videos
    "missing": (DiagnosticCode.MISSING_PICTURE, DiagnosticCode.MISSING_MEDIA),
    "remote": (DiagnosticCode.REMOTE_PICTURE, DiagnosticCode.REMOTE_MEDIA),
    "unsafe": (DiagnosticCode.UNSAFE_PICTURE, DiagnosticCode.UNSAFE_MEDIA),
    "large": (DiagnosticCode.LARGE_PICTURE, DiagnosticCode.LARGE_MEDIA),
}


def picture_diagnostics(
    sources: Mapping[str, str], pictures: Mapping[tuple[str, str], Picture]
) -> tuple[Diagnostic, ...]:
    """Return a diagnostic for each file that cannot be packed, or is very large.

    Parameters
    ----------
    sources : the text of each Markdown file, by path.
    pictures : by path of the Markdown file and link as written.
    """
    diagnostics: list[Diagnostic] = []
    for (path, link), picture in pictures.items():
        line = _line_of_link(sources.get(path, ""), link) if picture.fault or len(picture.data) > LARGE_PICTURE else 0
        if picture.fault == TOO_LARGE:
            diagnostics.append(error(_code("large", link), path, line, f"{_named(link)} {picture.fault}"))
        elif picture.fault:
            message = f"{_named(link)} {picture.fault}{_instead(link)}"
            diagnostics.append(warning(_code("unsafe", link), path, line, message))
        elif len(picture.data) > LARGE_PICTURE:
            size = f"{len(picture.data) / 2**20:.0f} MB"
            message = f"{_named(link)} has {size}, which every learner downloads; make it smaller"
            diagnostics.append(warning(_code("large", link), path, line, message))
    return tuple(diagnostics)


def _line_of_link(text: str, link: str) -> int:
    """Return the line of the first place where a link is written, or 0."""
    starts = [text.find(form) for form in (link, unquote(link))]
    return next((text.count("\n", 0, start) + 1 for start in starts if start >= 0), 0)


def _code(problem: str, link: str) -> DiagnosticCode:
    return _CODES[problem][is_playable(link)]


def _named(link: str) -> str:
    """Return a link as a message names it: as the picture, sound or video that it is."""
    return f"{media_type(link)} {_shown(link)}"


def _instead(link: str) -> str:
    return "; the card does not play it" if is_playable(link) else "; the card shows its words"


def _shown(link: str) -> str:
    return link if len(link) <= _SHOWN_LINK else f"{link[: _SHOWN_LINK - 1]}…"


def resolve_pictures(document: Document, names: Mapping[tuple[str, str], str]) -> Document:
    """Point the embedded files of a document at their names in the package.

    Parameters
    ----------
    document : the parsed document, with links as written.
    names : (path of the Markdown file, link as written) -> name in the package, for every file that exists;
        an empty name if the file cannot be packed.

    Returns
    -------
    the document with package names for links. A file without a name keeps only its alternative text, or stays a link
    where it is remote; both add a diagnostic.
    """
    diagnostics: dict[_DiagnosticKey, Diagnostic] = {}
    sections = tuple(
        [
            _resolved_section(section, names, diagnostics) if links_of(section) else section
            for section in document.sections
        ]
    )
    return replace(document, sections=sections, diagnostics=(*document.diagnostics, *diagnostics.values()))


def _resolved_section(
    section: Section, names: Mapping[tuple[str, str], str], diagnostics: dict[_DiagnosticKey, Diagnostic]
) -> Section:
    def resolved(inline: Inline, span: SourceSpan) -> Inline:
        return _resolved_file(inline, span, names, diagnostics) if inline.kind in MEDIA_KINDS else inline

    def edit_text(text: Text, span: SourceSpan) -> Text:
        return Text(tuple([resolved(inline, span) for inline in text]))

    def edit_html(html: str, span: SourceSpan) -> str:
        def edit_tag(match: re.Match[str]) -> str:
            attributes = attributes_of(match[0])
            source, words = attributes.pop("src", ""), attributes.pop("alt", "")
            file = resolved(Inline(words, "sound" if is_playable(source) else "picture", 0, source), span)
            return _file_html(file, attributes)

        return IMG_TAG.sub(edit_tag, html)

    heading, blocks = edit_text(section.heading, section.span), map_texts_and_html(section.blocks, edit_text, edit_html)
    return replace(section, heading=heading, blocks=blocks)


def _file_html(inline: Inline, size: Mapping[str, str]) -> str:
    """Return a file as raw HTML: an image tag with its size, a link where it is remote, or its alternative text."""
    alt, address = escape(inline.text), escape(inline.target)
    if is_remote(inline.target):
        return f'<a href="{address}">{alt or address}</a>'
    attributes = "".join(f' {name}="{escape(value)}"' for name, value in size.items())
    return f'<img src="{address}" alt="{alt}"{attributes}>' if inline.target else f"<em>[{alt}]</em>" if alt else ""


def _resolved_file(
    inline: Inline,
    span: SourceSpan,
    names: Mapping[tuple[str, str], str],
    diagnostics: dict[_DiagnosticKey, Diagnostic],
) -> Inline:
    """Return an embedded file with its name in the package; where it has none, add a diagnostic."""
    link = inline.target
    key = (span.path, span.line, link)
    if name := names.get((span.path, link)):
        return replace(inline, target=name)
    if is_remote(link):
        message = f"{_shown(link)} stays a link and is not shown offline; put the file into the notes folder"
        diagnostics[key] = warning(_code("remote", link), span.path, span.line, message)
        return inline
    words = "" if _NAME_OF_FILE.fullmatch(inline.text) else inline.text  # an editor wrote it, and says nothing
    unresolved = replace(inline, text=words, target="", detail=media_type(link) if inline.kind == "sound" else "")
    if (span.path, link) in names:  # a file with a fault, which `picture_diagnostics` reports
        return unresolved
    if link.removesuffix(".md").endswith(DRAWING):
        message = f"{_shown(link)} is a drawing; have Excalidraw export it as SVG or PNG beside it"
        diagnostics[key] = warning(DiagnosticCode.MISSING_PICTURE, span.path, span.line, message)
        return unresolved
    is_outside = not list(candidate_paths(span.path, link))
    reason = "is not a file below the notes folder" if is_outside else "is not there"
    code = _code("unsafe" if is_outside else "missing", link)
    diagnostics[key] = warning(code, span.path, span.line, f"{_named(link)} {reason}{_instead(link)}")
    return unresolved
