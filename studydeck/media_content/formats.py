"""Recognise the format of a media file by its bytes, and remove from it what a published deck must not hold."""

from __future__ import annotations

import re
import struct

from studydeck.errors import MediaError
from studydeck.media_content import boxes, images
from studydeck.patterns import lazy_pattern

NOT_A_PICTURE = "is not a picture: its bytes are those of no format that Anki shows"
HEIC = "is a HEIC file, which only Apple's devices show; export it as JPEG or PNG"
_SVG_START = lazy_pattern(
    r"""
    (?: <\?xml[^>]*> | <!--.*?--> | \s                  # declaration, comments
      | <!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?> )*
    <(?:\w+:)?svg[\s>/]                                # the root element
    """,
    re.DOTALL | re.VERBOSE,
)
_SVG_SEARCHED = 1 << 14  # bytes in which the root element of an SVG begins
_JPEG, _PNG, _GIF = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", (b"GIF87a", b"GIF89a")
# The bytes with which other formats begin (https://www.iana.org/assignments/media-types).
_OTHER_SIGNATURES = (b"BM", b"II*\0", b"MM\0*", b"\0\0\1\0")
_HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")


def is_picture(data: bytes) -> bool:
    """Return whether bytes begin as those of a picture that a browser shows."""
    if data.startswith((_JPEG, _PNG, *_GIF, *_OTHER_SIGNATURES)) or _is_webp(data):
        return True
    return _is_avif(data) or _is_svg(data)


def is_heic(data: bytes) -> bool:
    """Return whether bytes begin as those of a HEIC picture."""
    return data[4:8] == b"ftyp" and not _is_avif(data) and data[8:12] in _HEIC_BRANDS


def _is_webp(data: bytes) -> bool:
    return (data[:4], data[8:12]) == (b"RIFF", b"WEBP")


def _is_avif(data: bytes) -> bool:
    return data[4:8] == b"ftyp" and b"avi" in data[8:32]


def _is_svg(data: bytes) -> bool:
    encoding = "utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    return bool(_SVG_START.match(data[:_SVG_SEARCHED].decode(encoding, "replace")))


def publishable_picture(data: bytes) -> bytes:
    """Return a picture without location data, and an SVG without scripts and references to other files.

    Parameters
    ----------
    data : the bytes of the file.

    Returns
    -------
    the same bytes where there is nothing to remove; the picture itself is never changed.

    Raises
    ------
    MediaError : if the bytes are not those of a picture, or an SVG cannot be read.
    """
    try:
        return _publishable(data)
    except (IndexError, struct.error) as fault:
        raise MediaError("is damaged: it ends too early") from fault


def _publishable(data: bytes) -> bytes:
    if data.startswith(_JPEG):
        return images.clean_jpeg(data)
    if data.startswith(_PNG):
        return images.clean_png(data)
    if data.startswith(_GIF):
        return images.clean_gif(data)
    if _is_webp(data):
        return images.clean_webp(data)
    if _is_avif(data):
        return boxes.clean_picture(data)
    if data.startswith((b"II*\0", b"MM\0*")):
        return images.clean_tiff(data)
    if _is_svg(data):
        from studydeck.media_content.svg import safe_svg  # imported here: its library imports one for HTTP

        return safe_svg(data)
    if is_heic(data):
        raise MediaError(HEIC)
    if not is_picture(data):
        raise MediaError(NOT_A_PICTURE)
    return data


def publishable_sound(data: bytes) -> bytes:
    """Return a sound or video without the place where it was recorded."""
    return boxes.clean_recording(data) if data[4:8] == b"ftyp" else data
