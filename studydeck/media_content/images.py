"""Remove metadata from pictures: EXIF, XMP, IPTC and comments, which tell where and by whom a picture was taken.

In: the bytes of a JPEG, PNG, GIF, WebP or TIFF. Out: the same picture, bit by bit, with its colour profile and
orientation. No library does this without encoding the picture again: the formats are cut where their segments begin. A
file with a fault is returned up to the fault, as browsers show it.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

_ORIENTATION_TAG, _GPS_TAG = 0x0112, 0x8825
_EXIF = b"Exif\0\0"
_UPRIGHT = 1
# Segments of a JPEG that its picture needs: JFIF, Adobe's colours, colour profile; all other APPn and comments go.
_JPEG_KEPT = ((0xE0, b"JFIF\0"), (0xE0, b"JFXX\0"), (0xEE, b"Adobe"), (0xE2, b"ICC_PROFILE\0"))
_STANDALONE_MARKERS = frozenset({0x01, *range(0xD0, 0xD8)})
_SOS, _EOI, _COMMENT = 0xDA, 0xD9, 0xFE
# Chunks of a PNG that its picture or animation needs (https://www.w3.org/TR/png-3/).
_PNG_KEPT = frozenset(
    b"IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP sBIT pHYs bKGD hIST sPLT acTL fcTL fdAT cICP mDCV cLLI".split()
)
_PNG_METADATA = frozenset(b"tEXt zTXt iTXt eXIf tIME".split())
# Chunks of a WebP that its picture or animation needs (https://www.rfc-editor.org/rfc/rfc9649).
_WEBP_KEPT = frozenset((b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"))
_WEBP_EXIF_FLAG, _WEBP_XMP_FLAG = 0x08, 0x04
_TIFF_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_TIFF_METADATA_TAGS = frozenset({_GPS_TAG, 0x02BC, 0x83BB, 0x8649, 0x8769, 0x010E, 0x013B})  # XMP, IPTC, EXIF, words
_MOST_DIRECTORIES = 100


def clean_jpeg(data: bytes) -> bytes:
    """Return a JPEG without metadata but its orientation, and without what follows the picture."""
    kept, orientation, start = [data[:2]], _UPRIGHT, 2
    removed = False
    while start + 4 <= len(data) and data[start] == 0xFF:
        marker = data[start + 1]
        if marker == 0xFF:  # a fill byte
            start += 1
            continue
        if marker in _STANDALONE_MARKERS:
            kept.append(data[start : start + 2])
            start += 2
            continue
        if marker == _EOI:
            break
        end = start + 2 + int.from_bytes(data[start + 2 : start + 4], "big")
        payload = data[start + 4 : end]
        if marker == 0xE1 and payload.startswith(_EXIF):
            orientation = _orientation(payload[len(_EXIF) :])
        is_metadata = 0xE0 <= marker <= 0xEF and not any(
            marker == kept_marker and payload.startswith(name) for kept_marker, name in _JPEG_KEPT
        )
        if is_metadata or marker == _COMMENT:
            removed = True
        else:
            kept.append(data[start:end])
        start = end
        if marker == _SOS:
            start = _end_of_scan(data, end)
            kept.append(data[end:start])
    end_of_picture = data[start : start + 2]
    removed |= start + 2 < len(data)
    if not removed:
        return data
    exif = _exif_segment(orientation)
    at = 2 if kept[1:] and kept[1][1:2] == b"\xe0" else 1  # JFIF stays first
    return b"".join((*kept[:at], exif, *kept[at:], end_of_picture))


def _end_of_scan(data: bytes, start: int) -> int:
    """Return where the entropy-coded data ends: at a marker that is neither stuffed nor a restart."""
    while True:
        start = data.find(b"\xff", start)
        if start < 0 or start + 1 >= len(data):
            return len(data)
        following = data[start + 1]
        if following and following not in _STANDALONE_MARKERS and following != 0xFF:
            return start
        start += 1 if following == 0xFF else 2


def _exif_segment(orientation: int) -> bytes:
    if orientation == _UPRIGHT:
        return b""
    payload = _EXIF + _orientation_tiff(orientation)
    return b"\xff\xe1" + struct.pack(">H", len(payload) + 2) + payload


def _orientation_tiff(orientation: int) -> bytes:
    """Return a TIFF directory that holds the orientation alone."""
    return struct.pack(">2sHIHHHIHHI", b"MM", 42, 8, 1, _ORIENTATION_TAG, 3, 1, orientation, 0, 0)


def _orientation(tiff: bytes) -> int:
    """Return the orientation in EXIF data, from 1 to 8; upright where there is none."""
    for tag, _, value_offset in _directory(tiff, *_first_directory(tiff)):
        if tag == _ORIENTATION_TAG:
            (value,) = struct.unpack_from(f"{_byte_order(tiff)}H", tiff, value_offset)
            return value if 1 <= value <= 8 else _UPRIGHT
    return _UPRIGHT


def _byte_order(tiff: bytes) -> str:
    return "<" if tiff[:2] == b"II" else ">"


def _first_directory(tiff: bytes) -> tuple[int, str]:
    if len(tiff) < 8 or tiff[:2] not in {b"II", b"MM"}:
        return len(tiff), ">"
    order = _byte_order(tiff)
    return struct.unpack_from(f"{order}I", tiff, 4)[0], order


def _directory(tiff: bytes | bytearray, offset: int, order: str) -> Iterator[tuple[int, tuple[int, int], int]]:
    """Yield tag, (offset, size) of the value, and offset of the value field, of each complete entry of a directory."""
    if not offset or offset + 2 > len(tiff):
        return
    (count,) = struct.unpack_from(f"{order}H", tiff, offset)
    for entry in range(offset + 2, min(offset + 2 + 12 * count, len(tiff) - 11), 12):
        tag, value_type, value_count, value = struct.unpack_from(f"{order}HHII", tiff, entry)
        size = _TIFF_SIZES.get(value_type, 1) * value_count
        yield tag, (value if size > 4 else entry + 8, size), entry + 8


def clean_png(data: bytes) -> bytes:
    """Return a PNG without text, times and EXIF but its orientation, and without what follows the picture."""
    kept, orientation, start = [data[:8]], _UPRIGHT, 8
    while start + 12 <= len(data):
        name, end = data[start + 4 : start + 8], start + 12 + int.from_bytes(data[start : start + 4], "big")
        if not name.isalpha() or (end > len(data) and name not in _PNG_METADATA):  # a fault
            kept.append(data[start:])
            break
        if name == b"eXIf":
            orientation = _orientation(data[start + 8 : end - 4])
        if name in _PNG_KEPT:
            if name == b"IDAT" and orientation != _UPRIGHT:
                kept.append(_png_chunk(b"eXIf", _orientation_tiff(orientation)))
                orientation = _UPRIGHT
            kept.append(data[start:end])
        start = end
        if name == b"IEND":
            break
    else:
        kept.append(data[start:])
    return b"".join(kept)


def _png_chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def clean_webp(data: bytes) -> bytes:
    """Return a WebP without EXIF but its orientation, XMP, and chunks that its picture does not need."""
    kept, orientation, start, removed = [], _UPRIGHT, 12, False
    stop = min(len(data), 8 + int.from_bytes(data[4:8], "little"))
    while start + 8 <= stop:
        name, size = data[start : start + 4], int.from_bytes(data[start + 4 : start + 8], "little")
        end = start + 8 + size + size % 2
        if name not in _WEBP_KEPT:
            removed = True
            if name == b"EXIF":
                orientation = _orientation(data[start + 8 : start + 8 + size].removeprefix(_EXIF))
        else:
            kept.append(bytearray(data[start:end]))
        start = end
    if not removed and stop == len(data):
        return data
    has_orientation = orientation != _UPRIGHT
    for chunk in kept:
        if chunk[:4] == b"VP8X" and len(chunk) > 8:
            chunk[8] = chunk[8] & ~(_WEBP_EXIF_FLAG | _WEBP_XMP_FLAG) | (_WEBP_EXIF_FLAG if has_orientation else 0)
    if has_orientation:
        tiff = _orientation_tiff(orientation)
        kept.append(bytearray(b"EXIF" + struct.pack("<I", len(tiff)) + tiff))
    body = b"".join((b"WEBP", *kept))
    return b"RIFF" + struct.pack("<I", len(body)) + body


def clean_gif(data: bytes) -> bytes:
    """Return a GIF without comments and XMP; the extension that makes it repeat stays."""
    has_colour_table = len(data) > 12 and data[10] & 0x80
    start = 13 + (3 << (data[10] & 7) + 1 if has_colour_table else 0)
    kept = [data[:start]]
    while start < len(data):
        block, begin = data[start], start
        if block == 0x21:  # an extension: its label, and sub-blocks
            label = data[start + 1 : start + 2]
            start = _end_of_sub_blocks(data, start + 2)
            repeats = data[begin + 3 : begin + 14] in {b"NETSCAPE2.0", b"ANIMEXTS1.0"}
            if label == b"\xfe" or (label == b"\xff" and not repeats):
                continue
        elif block == 0x2C and start + 10 <= len(data):  # a frame: its header, colour table, and sub-blocks
            flags = data[start + 9]
            start = _end_of_sub_blocks(data, start + 11 + (3 << (flags & 7) + 1 if flags & 0x80 else 0))
        else:  # the end, or a fault
            kept.append(data[start : start + 1])
            break
        kept.append(data[begin:start])
    return b"".join(kept)


def _end_of_sub_blocks(data: bytes, start: int) -> int:
    while start < len(data) and data[start]:
        start += 1 + data[start]
    return start + 1


def clean_tiff(data: bytes) -> bytes:
    """Return a TIFF in which the values of metadata are zeros; the other offsets in it stay valid."""
    cleaned, pending, seen = bytearray(data), [_first_directory(data)], set[int]()
    while pending and len(seen) < _MOST_DIRECTORIES:
        offset, order = pending.pop()
        if offset in seen or not offset:
            continue
        seen.add(offset)
        entries = list(_directory(data, offset, order))
        for tag, (value_offset, size), field in entries:
            if tag in {_GPS_TAG, 0x8769}:
                (nested,) = struct.unpack_from(f"{order}I", data, field)
                _blank_directory(cleaned, data, nested, order)
            if tag in _TIFF_METADATA_TAGS:
                _blank(cleaned, value_offset, size)
        following = offset + 2 + 12 * len(entries)
        if entries and following + 4 <= len(data):
            pending.append((struct.unpack_from(f"{order}I", data, following)[0], order))
    return bytes(cleaned)


def _blank_directory(cleaned: bytearray, data: bytes, offset: int, order: str) -> None:
    for tag, (value_offset, size), field in list(_directory(data, offset, order)):
        if tag == _GPS_TAG:
            (nested,) = struct.unpack_from(f"{order}I", data, field)
            for _, (nested_offset, nested_size), _ in _directory(data, nested, order):
                _blank(cleaned, nested_offset, nested_size)
        _blank(cleaned, value_offset, size)


def _blank(cleaned: bytearray, offset: int, size: int) -> None:
    end = min(offset + size, len(cleaned))
    if offset < end:
        cleaned[offset:end] = bytes(end - offset)
