"""Name media files for the package, without what must not be published: bytes in, pictures or their faults out."""

from __future__ import annotations

import base64
import hashlib
import posixpath
import re
from urllib.parse import unquote_to_bytes

from studydeck.errors import MediaError
from studydeck.media_content.formats import HEIC, NOT_A_PICTURE, publishable_picture, publishable_sound
from studydeck.model.anki import Picture
from studydeck.model.media_types import PICTURE_SUFFIXES, SOUND_SUFFIXES, VIDEO_SUFFIXES, is_playable, suffix_of
from studydeck.patterns import lazy_pattern
from studydeck.text.normalize import ascii_slug

MAX_PICTURE = 100 * 2**20  # bytes; AnkiWeb refuses larger files
TOO_LARGE = f"has more than {MAX_PICTURE // 2**20} MB, which Anki does not sync; make it smaller"
_DATA_LINK = lazy_pattern(r"data:image/([a-z0-9.+-]+)((?:;[a-z0-9=._-]+)*),(.*)", re.IGNORECASE | re.DOTALL)
_DATA_SUFFIXES = {"jpeg": "jpg", "pjpeg": "jpg", "svg+xml": "svg", "x-icon": "ico", "vnd.microsoft.icon": "ico"}
MEDIA_SUFFIXES = PICTURE_SUFFIXES | SOUND_SUFFIXES | VIDEO_SUFFIXES
_HEIC_SUFFIXES = frozenset({"heic", "heif"})


def name_picture(path: str, data: bytes) -> Picture:
    """Return a picture named by its file's stem and content, in characters that are valid in every Anki."""
    digest = hashlib.blake2b(data, digest_size=4).hexdigest()
    stem, suffix = posixpath.splitext(posixpath.basename(path))
    safe_stem = ascii_slug(stem, 40) or "picture"
    return Picture(f"{safe_stem}-{digest}{suffix.lower()}", data, digest)


def fault_of_name(path: str) -> str:
    """Return why a file cannot be packed as its name says, or an empty text."""
    if suffix_of(path) in _HEIC_SUFFIXES:
        return HEIC
    return "" if suffix_of(path) in MEDIA_SUFFIXES else "is not a picture, sound or video by its name"


def read_picture(path: str, data: bytes) -> Picture:
    """Return a file named by its path, without what must not be published, or the fault for which it is not packed."""
    if not data:
        return Picture("", b"", "", "is empty")
    try:
        published = publishable_sound(data) if is_playable(path) else publishable_picture(data)
    except MediaError as fault:
        return Picture("", b"", "", str(fault))
    return name_picture(path, published)


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
