"""Names of media files: what a file is by its name, and what Anki shows or plays.

In: the name or the link of a file. Out: its kind, or whether it is the name of a packed file.
"""

from __future__ import annotations

import posixpath
from typing import Literal

from studydeck.patterns import lazy_pattern

MediaType = Literal["picture", "sound", "video"]

# What a browser shows in an <img>; scripts inside of an SVG do not run there (https://svgwg.org/svg2-draft/conform.html).
PICTURE_SUFFIXES = frozenset("apng avif bmp gif ico jpeg jpg png svg tif tiff webp".split())
# What Anki takes for sound and video, on every system (https://docs.ankiweb.net/media.html).
SOUND_SUFFIXES = frozenset("3gp aac flac m4a mp3 oga ogg opus spx wav".split())
VIDEO_SUFFIXES = frozenset("avi flv m4v mkv mov mp4 mpeg mpg ogv webm".split())
PACKED_NAME = lazy_pattern(r"[a-z0-9][a-z0-9-]*-[0-9a-f]{8}\.[a-z0-9]{2,4}")  # as `media.name_picture` makes it
# A sound or video in a field; the same text in notes is escaped, so that only embedded files give it.
SOUND_TAG = lazy_pattern(rf"\[sound:({PACKED_NAME.pattern})\]")
_END_OF_PATH = lazy_pattern(r"[?#]")


def path_of(link: str) -> str:
    """Return a link without its query and fragment."""
    return _END_OF_PATH.split(link, maxsplit=1)[0]


def suffix_of(link: str) -> str:
    """Return the suffix of the file that a link names, in lower case and without its dot; empty for `data:` links."""
    if link[:5].lower() == "data:":  # megabytes, which hold no path
        return ""
    path = path_of(link)
    return posixpath.splitext(path if "." in path else link)[1].lower().lstrip(".")


def media_type(link: str) -> MediaType:
    """Return what a link embeds by the name of its file; a picture unless the name says otherwise."""
    suffix = suffix_of(link)
    return "sound" if suffix in SOUND_SUFFIXES else "video" if suffix in VIDEO_SUFFIXES else "picture"


def is_playable(link: str) -> bool:
    """Return whether a link names a sound or a video."""
    return suffix_of(link) in SOUND_SUFFIXES | VIDEO_SUFFIXES


def is_packed(name: str) -> bool:
    """Return whether a name is that of a file in the package."""
    return PACKED_NAME.fullmatch(name) is not None
