"""Remove location data from files made of boxes (ISO 14496-12): AVIF pictures, and MP4, M4A, MOV, 3GP recordings.

In: the bytes of a file. Out: bytes of the same length, because offsets in the file point at its content: what is
removed becomes zeros, and its box becomes one that every reader passes over.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

_CONTAINERS = frozenset({b"moov", b"trak", b"moof", b"traf"})
# What recorders write beside the tracks: tags, names of places, coordinates, XMP.
_METADATA = frozenset({b"udta", b"meta", b"uuid", b"mpvd"})
_DEEPEST = 8
_EXIF_ITEM, _MIME_ITEM = b"Exif", b"mime"
# What an empty item holds, and the byte that fills it up to its size.
_EMPTY = {
    _EXIF_ITEM: (bytes(4) + b"MM\0*\0\0\0\x08" + bytes(6), b"\0"),
    _MIME_ITEM: (b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>", b" "),
}


class _Box(Struct, frozen=True):
    """A box: its name, and where its name, its content and its end are."""

    name: bytes
    name_start: int
    start: int
    end: int


def _boxes(data: bytes | bytearray, start: int, end: int) -> Iterator[_Box]:
    while start + 8 <= end:
        size, header = int.from_bytes(data[start : start + 4], "big"), 8
        if size == 1:
            size, header = int.from_bytes(data[start + 8 : start + 16], "big"), 16
        box_end = start + size if size else end
        if size and size < header:
            return
        yield _Box(bytes(data[start + 4 : start + 8]), start + 4, start + header, min(box_end, end))
        start = box_end


def clean_recording(data: bytes) -> bytes:
    """Return a sound or video without the metadata of its recorder, which may hold the place."""
    cleaned = bytearray(data)
    _free_metadata(cleaned, 0, len(data), 0)
    return bytes(cleaned) if cleaned != data else data


def _free_metadata(cleaned: bytearray, start: int, end: int, depth: int) -> None:
    for box in _boxes(cleaned, start, end):
        if box.name in _METADATA:
            cleaned[box.name_start : box.name_start + 4] = b"free"
            cleaned[box.start : box.end] = bytes(box.end - box.start)
        elif box.name in _CONTAINERS and depth < _DEEPEST:
            _free_metadata(cleaned, box.start, box.end, depth + 1)


def clean_picture(data: bytes) -> bytes:
    """Return an AVIF whose EXIF and XMP are empty; its orientation is a property of the picture, not of its EXIF."""
    cleaned = bytearray(data)
    for box in _boxes(data, 0, len(data)):
        if box.name == b"meta":
            _empty_items(cleaned, data, box)
        elif box.name in {b"uuid", b"moov"}:
            _free_metadata(cleaned, box.name_start - 4, box.end, 0)
    return bytes(cleaned) if cleaned != data else data


def _empty_items(cleaned: bytearray, data: bytes, meta: _Box) -> None:
    boxes = {box.name: box for box in _boxes(data, meta.start + 4, meta.end)}
    if not {b"iinf", b"iloc"} <= boxes.keys():
        return
    types = dict(_item_types(data, boxes[b"iinf"]))
    idat = boxes[b"idat"].start if b"idat" in boxes else 0
    for item, start, size in _extents(data, boxes[b"iloc"], idat):
        if types.get(item) in _EMPTY and start < len(cleaned):
            content, filling = _EMPTY[types[item]]
            end = min(start + size, len(cleaned)) if size else len(cleaned)
            cleaned[start:end] = content[: end - start].ljust(end - start, filling)


def _item_types(data: bytes, iinf: _Box) -> Iterator[tuple[int, bytes]]:
    """Yield number and type of each item."""
    count_size = 2 if data[iinf.start] == 0 else 4
    for box in _boxes(data, iinf.start + 4 + count_size, iinf.end):
        if box.name == b"infe" and data[box.start] >= 2:
            id_size = 2 if data[box.start] == 2 else 4
            number = int.from_bytes(data[box.start + 4 : box.start + 4 + id_size], "big")
            type_start = box.start + 4 + id_size + 2
            yield number, data[type_start : type_start + 4]


def _extents(data: bytes, iloc: _Box, idat: int) -> Iterator[tuple[int, int, int]]:
    """Yield item, offset in the file and size of each extent of each item."""
    version, position = data[iloc.start], iloc.start + 4

    def number(size: int) -> int:
        nonlocal position
        position += size
        return int.from_bytes(data[position - size : position], "big")

    sizes = number(2)
    offset_size, length_size, base_size = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15
    index_size = sizes & 15 if version in {1, 2} else 0
    for _ in range(number(2 if version < 2 else 4)):
        if position >= iloc.end:
            return
        item = number(2 if version < 2 else 4)
        in_idat = version in {1, 2} and number(2) & 15 == 1
        number(2)
        base = number(base_size) + (idat if in_idat else 0)
        for _ in range(number(2)):
            if position >= iloc.end:
                return
            number(index_size)
            offset = number(offset_size)
            yield item, base + offset, number(length_size)
