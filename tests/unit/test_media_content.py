"""What a published file must not hold: location data in pictures and recordings, scripts and references in SVG."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable

import pytest

from studydeck.errors import MediaError
from studydeck.media_content.formats import publishable_picture, publishable_sound

SECRET = b"GPS 48.8584 N 2.2945 E"
XMP = b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>"
ICC = b"ICC_PROFILE\0\1\1profile"
ORIENTATION = 6


def tiff(orientation: int = ORIENTATION, order: str = ">") -> bytes:
    """Return EXIF data with an orientation, and a directory of coordinates."""
    mark = b"MM" if order == ">" else b"II"
    entries = struct.pack(f"{order}HHIHH", 0x0112, 3, 1, orientation, 0) + struct.pack(f"{order}HHII", 0x8825, 4, 1, 38)
    gps = struct.pack(f"{order}HHHII", 1, 1, 2, len(SECRET), 56) + bytes(4)
    return struct.pack(f"{order}2sHIH", mark, 42, 8, 2) + entries + bytes(4) + gps + SECRET


def segment(marker: int, payload: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload


def jpeg(*segments: bytes, scan: bytes = b"\x11\xff\x00\x22\xff\xd0\x33", tail: bytes = b"") -> bytes:
    """Return a JPEG with these segments before its scan, and with bytes after its end."""
    frame = segment(0xDB, b"table") + segment(0xC0, b"frame")
    jfif = segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0")
    return b"\xff\xd8" + jfif + b"".join(segments) + frame + segment(0xDA, b"scan") + scan + b"\xff\xd9" + tail


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png(*chunks: bytes, tail: bytes = b"") -> bytes:
    """Return a PNG with these chunks before its pixels, and with bytes after its end."""
    end = (chunk(b"IDAT", zlib.compress(bytes(2))), chunk(b"IEND", b""), tail)
    return b"".join((b"\x89PNG\r\n\x1a\n", chunk(b"IHDR", bytes(13)), *chunks, *end))


def webp(*chunks: tuple[bytes, bytes], flags: int = 0) -> bytes:
    """Return an extended WebP with these chunks."""
    parts = ((b"VP8X", bytes([flags]) + bytes(9)), (b"VP8L", b"pixels"), *chunks)
    body = b"WEBP" + b"".join(
        name + struct.pack("<I", len(content)) + content + bytes(len(content) % 2) for name, content in parts
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body


def gif(*extensions: bytes) -> bytes:
    frame = b"\x2c" + bytes(9) + b"\x02\x02\x44\x01\x00"
    return b"GIF89a" + bytes(7) + b"".join(extensions) + frame + b"\x3b"


def box(name: bytes, *content: bytes) -> bytes:
    return struct.pack(">I4s", 8 + sum(map(len, content)), name) + b"".join(content)


def avif() -> bytes:
    """Return the boxes of an AVIF whose items 1 to 3 are pixels, EXIF and XMP."""
    contents = (b"pixels", bytes(4) + tiff(), XMP)
    ftyp = box(b"ftyp", b"avif", bytes(4), b"avifmif1")

    def meta(start: int) -> bytes:
        entries, items = [], []
        for number, (content, kind) in enumerate(zip(contents, (b"av01", b"Exif", b"mime"), strict=True), 1):
            items.append(box(b"infe", b"\2\0\0\0", struct.pack(">HH4s", number, 0, kind), b"\0"))
            entries.append(struct.pack(">HHHII", number, 0, 1, start, len(content)))
            start += len(content)
        iinf = box(b"iinf", bytes(4), struct.pack(">H", 3), *items)
        return box(b"meta", bytes(4), iinf, box(b"iloc", bytes(4), b"\x44\x00", struct.pack(">H", 3), *entries))

    return ftyp + meta(len(ftyp) + len(meta(0)) + 8) + box(b"mdat", *contents)


PICTURES = {
    "jpeg": jpeg(segment(0xE1, b"Exif\0\0" + tiff()), segment(0xE1, XMP), segment(0xED, SECRET), segment(0xFE, SECRET)),
    "jpeg, little endian": jpeg(segment(0xE1, b"Exif\0\0" + tiff(order="<"))),
    "jpeg with a film": jpeg(tail=SECRET),
    "png": png(chunk(b"eXIf", tiff()), chunk(b"tEXt", b"Comment\0" + SECRET), chunk(b"iTXt", XMP)),
    "png with a tail": png(tail=SECRET),
    "webp": webp((b"EXIF", tiff()), (b"XMP ", XMP), (b"note", SECRET), flags=0x0C),
    "gif": gif(b"\x21\xfe\x16" + SECRET + b"\0", b"\x21\xff\x0bXMP DataXMP\x16" + SECRET + b"\0"),
    "avif": avif(),
    "tiff": tiff(),
}


@pytest.mark.parametrize("data", PICTURES.values(), ids=PICTURES)
def test_location_data_is_removed(data: bytes) -> None:
    """Coordinates are in no packed picture; doing it again changes nothing."""
    assert SECRET in data
    cleaned = publishable_picture(data)
    assert SECRET not in cleaned
    assert publishable_picture(cleaned) == cleaned


@pytest.mark.parametrize(
    "data",
    [
        jpeg(segment(0xE2, ICC), segment(0xEE, b"Adobe")),
        png(chunk(b"iCCP", b"profile"), chunk(b"gAMA", bytes(4)), chunk(b"acTL", bytes(8))),
        webp((b"ICCP", b"profile"), (b"ANIM", bytes(6)), flags=0x22),
        gif(b"\x21\xff\x0bNETSCAPE2.0\3\1\0\0\0", b"\x21\xf9\4\0\0\0\0\0"),
        b"BM bitmap",
    ],
    ids=["jpeg", "png", "webp", "gif", "bmp"],
)
def test_a_picture_without_metadata_stays_as_it_is(data: bytes) -> None:
    """Colour profiles and animations are part of the picture: its name in the package does not change."""
    assert publishable_picture(data) == data


def test_pixels_and_orientation_stay() -> None:
    """What is left of a photo is its picture, profile and orientation."""
    exif = struct.pack(">2sHIHHHIHHI", b"MM", 42, 8, 1, 0x0112, 3, 1, ORIENTATION, 0, 0)
    cleaned = publishable_picture(jpeg(segment(0xE1, b"Exif\0\0" + tiff()), segment(0xE2, ICC)))
    assert cleaned == jpeg(segment(0xE1, b"Exif\0\0" + exif), segment(0xE2, ICC))
    assert publishable_picture(png(chunk(b"eXIf", tiff()))) == png(chunk(b"eXIf", exif))
    assert publishable_picture(png(chunk(b"eXIf", tiff(1)))) == png()
    assert publishable_picture(webp((b"EXIF", tiff()), flags=0x08)) == webp((b"EXIF", exif), flags=0x08)
    assert publishable_picture(jpeg(tail=SECRET)) == jpeg()


@pytest.mark.parametrize("data", PICTURES.values(), ids=PICTURES)
def test_a_file_that_is_cut_anywhere_is_read_or_refused(data: bytes) -> None:
    """A damaged picture never stops a build."""
    for end in range(len(data)):
        try:
            assert len(publishable_picture(data[:end])) <= end + 32
        except MediaError as fault:
            assert str(fault)  # noqa: PT017  # either outcome is right


def test_a_recording_loses_its_place_and_keeps_its_length() -> None:
    """Metadata of phones and recorders becomes empty; offsets of the tracks stay right."""
    movie = box(b"moov", box(b"mvhd", bytes(8)), box(b"trak", box(b"tkhd", b"turned"), box(b"udta", SECRET)))
    movie += box(b"moov", box(b"meta", SECRET), box(b"udta", box(b"\xa9xyz", SECRET))) + box(b"uuid", SECRET)
    data = box(b"ftyp", b"mp42", bytes(4)) + movie + box(b"mdat", b"sound")
    cleaned = publishable_sound(data)
    assert SECRET not in cleaned
    assert len(cleaned) == len(data)
    assert b"turned" in cleaned
    assert cleaned.endswith(b"sound")
    assert publishable_sound(b"ID3 song") == b"ID3 song"


def svg(content: str, attributes: str = "") -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}>{content}</svg>'.encode()


ATTACKS = {
    "script": svg("<script>evil()</script>"),
    "event": svg("<circle r='1' onclick='evil()'/>", "onload='evil()'"),
    "html": svg(
        "<foreignObject><body xmlns='http://www.w3.org/1999/xhtml'><iframe src='evil'/></body></foreignObject>"
    ),
    "picture": svg("<image href='http://evil/a.png'/>"),
    "old link": svg("<image xlink:href='//evil/a.png'/>", "xmlns:xlink='http://www.w3.org/1999/xlink'"),
    "use": svg("<use href='evil.svg#a'/>"),
    "link": svg("<a href='javascript:evil()'><text>x</text></a>"),
    "drawing in data": svg("<image href='data:image/svg+xml,evil'/>"),
    "animated link": svg("<a><animate attributeName='href' to='javascript:evil()'/></a>"),
    "set event": svg("<set attributeName='onclick' to='evil()'/>"),
    "fill": svg("<rect fill='url( http://evil/a )'/>"),
    "escaped": svg("<rect style='fill:\\75rl(http://evil/a)'/>"),
    "import": svg("<style>@import 'http://evil/a.css'; @im/**/port url(//evil);</style>"),
    "font": svg("<style><![CDATA[@font-face { src: url('https://evil/f.woff') }]]></style>"),
    "set of images": svg("<style>a { background: image-set('https://evil/f' 1x) }</style>"),
    "comment": svg("<!-- evil plans -->"),
    "style sheet": b"<?xml-stylesheet href='http://evil/a.css'?>" + svg("<rect/>"),
    "metadata": svg("<metadata>evil</metadata>"),
    "description": svg("<g><desc>evil</desc><title>A tooltip</title></g>"),
    "foreign": svg("<i:pgf xmlns:i='http://ns.adobe.com/ai'>evil</i:pgf><rect x='1' i:b='evil' xmlns:i='http://x/'/>"),
    "prefix": b"<s:svg xmlns:s='http://www.w3.org/2000/svg'><s:script>evil()</s:script><s:rect/></s:svg>",
    "base": svg("<rect/>", "xml:base='http://evil/'"),
}


@pytest.mark.parametrize("data", ATTACKS.values(), ids=ATTACKS)
def test_an_svg_is_made_safe_and_stays_a_picture(data: bytes) -> None:
    """Nothing of a script or a foreign address is left; the rest is well-formed and is not changed again."""
    cleaned = publishable_picture(data)
    assert b"evil" not in cleaned
    assert cleaned.startswith(b'<svg xmlns="http://www.w3.org/2000/svg"')
    assert publishable_picture(cleaned) == cleaned


@pytest.mark.parametrize(
    "data",
    [
        svg("<g fill='url(#a)' style='stroke:red'><use href='#b'/><text>a &lt; b</text></g>"),
        svg("<defs><linearGradient id='a'><stop offset='0'/></linearGradient></defs><style>a{fill:url(#a)}</style>"),
        svg("<image href='data:image/png;base64,A//A'/><style>@font-face{src:url(data:font/woff2;base64,AA)}</style>"),
        b"<?xml version='1.0'?>\n" + svg("<animate attributeName='r' to='4'/>"),
        svg("<text xml:space='preserve'>two  spaces</text>"),
    ],
)
def test_a_harmless_svg_stays_as_it_is(data: bytes) -> None:
    """Its bytes, and so its name in the package, do not change."""
    assert publishable_picture(data) == data


def test_text_of_an_svg_survives_cleaning() -> None:
    """Encodings, entities of drawing programs, and white space in a text are kept where something else is removed."""
    header = '<?xml version="1.0" encoding="iso-8859-1"?><!DOCTYPE svg [<!ENTITY ns "http://ns/">]>'
    drawing = (
        f"{header}<svg xmlns='http://www.w3.org/2000/svg' xmlns:a='&ns;'><text>\xe9  <tspan> &lt;x</tspan></text></svg>"
    )
    assert "<text>é  <tspan> &lt;x</tspan></text>" in publishable_picture(drawing.encode("latin-1")).decode()


@pytest.mark.parametrize(
    "data",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><rect>",
        b"<!DOCTYPE svg [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><svg>&a;</svg>",
        b"<!DOCTYPE svg [<!ENTITY a '0123456789'><!ENTITY b '&a;&a;&a;'>]><svg>&b;</svg>",
        b"<!DOCTYPE svg [<!ENTITY a '" + b"x" * 1000 + b"'>]><svg><text>" + b"&a;" * 99_999 + b"</text></svg>",
    ],
    ids=["cut", "file", "nested entities", "repeated entity"],
)
def test_an_svg_that_cannot_be_made_safe_is_refused(data: bytes) -> None:
    """With a reason, and in little time."""
    with pytest.raises(MediaError):
        publishable_picture(data)


@pytest.mark.parametrize("make", [lambda: b"\0\0\0\x18ftypheic" + bytes(16), lambda: b"<html>"], ids=["heic", "html"])
def test_what_no_browser_shows_is_refused(make: Callable[[], bytes]) -> None:
    """HEIC is shown by Apple's devices only, and its location data would be published for nothing."""
    with pytest.raises(MediaError):
        publishable_picture(make())
