"""Which files the notes show: their links resolved to files of the notes folder, and named safely for Anki."""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from studydeck.content import each_text, runs
from studydeck.problems import Code, Problem, warning
from studydeck.shapes import Block, Picture, Place, Run, Section, Text

_REMOTE = re.compile(r"^(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)
_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*:", re.IGNORECASE)
SUFFIXES = frozenset("apng avif bmp gif jpeg jpg png svg tif tiff webp mp3 ogg wav m4a flac mp4 webm".split())


def wanted(sections: Sequence[Section]) -> Iterator[tuple[str, str]]:
    """Give every picture that the notes show: the source's path and the link as written."""
    for section in sections:
        for run in _pictures(section.blocks):
            yield section.place.path, run.target


def _pictures(blocks: tuple[Block, ...]) -> Iterator[Run]:
    return (run for run in runs(blocks) if run.form == "picture")


def candidates(path: str, target: str) -> Iterator[str]:
    """Give where below the notes folder a link may find its file: beside the source, at the root, in the site's."""
    clean = re.split(r"[?#]", target.replace("\\", "/"))[0]
    if not clean or _REMOTE.match(target) or _SCHEME.match(target):
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


def placed(
    sections: Sequence[Section], found: Mapping[tuple[str, str], Picture]
) -> tuple[tuple[Section, ...], tuple[Problem, ...]]:
    """Point every picture at its name in the package; what is not there keeps its words, and is reported."""
    problems: dict[tuple[str, int, str], Problem] = {}

    def edit(text: Text, place: Place) -> Text:
        return tuple(_point(run, place, found, problems) if run.form == "picture" else run for run in text)

    def edited(block: Block) -> Block:
        return each_text((block,), lambda text: edit(text, block.place))[0]

    done = [
        replace(section, blocks=tuple(edited(block) for block in section.blocks))
        if any(True for _ in _pictures(section.blocks))
        else section
        for section in sections
    ]
    return tuple(done), tuple(problems.values())


def _point(
    run: Run,
    place: Place,
    found: Mapping[tuple[str, str], Picture],
    problems: dict[tuple[str, int, str], Problem],
) -> Run:
    key = (place.path, place.line, run.target)
    if one := found.get((place.path, run.target)):
        return replace(run, target=one.name)
    if _REMOTE.match(run.target):
        message = f"{run.target} stays a link: whoever studies offline does not see it; put the file into the notes"
        problems[key] = warning(Code.REMOTE_PICTURE, place.path, place.line, message)
        return run
    outside = not list(candidates(place.path, run.target))
    code = Code.UNSAFE_PICTURE if outside else Code.MISSING_PICTURE
    why = "is no file below the notes folder" if outside else "is not there"
    problems[key] = warning(code, place.path, place.line, f"picture {run.target} {why}; the card shows its words")
    return replace(run, target="")
