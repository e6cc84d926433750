"""The links by which notes embed files: which a document has, and where the file of a link may be found.

In: parsed documents, and links as authors wrote them. Out: links, attributes of image tags, paths to look for.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import unquote

from studydeck.model.document import MEDIA_KINDS, Document, Html, Section
from studydeck.model.html_text import IMG_TAG, decoded
from studydeck.model.links import is_remote
from studydeck.model.media_types import path_of
from studydeck.patterns import lazy_pattern
from studydeck.text.paths import nearness
from studydeck.text.section_texts import leaves_of, texts_of

LONGEST_TAG = 30_000  # characters, without the data of the picture
_SCHEME = lazy_pattern(r"^[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_ATTRIBUTE = lazy_pattern(
    r"""
    \s(src|alt|width|height|style)
    \s*=\s* (?: "([^"]*)" | '([^']*)' | ([^\s"'>]+) )     # in quotes or bare
    """,
    re.IGNORECASE | re.VERBOSE,
)
DRAWING = ".excalidraw"
_EXPORTED = (".svg", ".png", ".light.svg", ".light.png")  # the pictures that Excalidraw writes beside a drawing


def picture_links(document: Document) -> tuple[str, ...]:
    """Return the link of every embedded file in a document, as written, without duplicates."""
    return tuple(dict.fromkeys([link for section in document.sections for link in links_of(section)]))


def links_of(section: Section) -> tuple[str, ...]:
    targets = [
        inline.target
        for text in (section.heading, *texts_of(section))
        for inline in text.inlines
        if inline.kind in MEDIA_KINDS
    ]
    tags = (tag for leaf in leaves_of(section) if type(leaf) is Html for tag in IMG_TAG.findall(leaf.html))
    return (*targets, *(attributes_of(tag).get("src", "") for tag in tags))


def attributes_of(tag: str) -> dict[str, str]:
    matches = _ATTRIBUTE.finditer(tag) if len(tag) < LONGEST_TAG or "data:image/" in tag else ()
    return {match[1].lower(): decoded(match[2] or match[3] or match[4] or "") for match in matches}


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
    address = path_of(target)
    forms = (unquote(address), address, unquote(target), target)
    for clean in dict.fromkeys([form.replace("\\", "/") for form in forms]):
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
