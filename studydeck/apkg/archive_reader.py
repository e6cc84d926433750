"""Read the zip archive of a package that may come from a stranger: bytes in, members within fixed limits out.

zipfile reads the list of members. Their contents are read here: zipfile stops at the size that the list claims, where
another reader, such as Anki, may go on to unpack gigabytes.
"""

from __future__ import annotations

import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Mapping
from itertools import pairwise

from studydeck.errors import PackageError
from studydeck.patterns import lazy_pattern

MEGABYTE = 1_000_000
# Two packages are in memory at a time, and their unpacked contents one after the other.
LARGEST_PACKAGE = 192 * MEGABYTE
_LARGEST_CONTENT = 256 * MEGABYTE  # of all members, unpacked
_LARGEST_DIRECTORY = 2 * MEGABYTE  # the list of members at the end, enough for 30,000 pictures
COLLECTION, MEDIA_LIST = "collection.anki2", "media"
_MEMBER_NAME = lazy_pattern(rf"{re.escape(COLLECTION)}|{MEDIA_LIST}|[0-9]+")
_LONGEST_NAME = 80  # characters of a name in a message
_COMPRESSED, _STORED = zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED
# https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
_LOCAL_SIGNATURE, _END_SIGNATURE, _ZIP64_SIGNATURE = b"PK\3\4", b"PK\5\6", b"PK\6\7"
_LOCAL_HEADER = struct.Struct("<4s22xHH")  # the signature, and the sizes of the name and the extra field that follow
_END_SIZE, _ZIP64_SIZE = 22, 20  # bytes


class Member:
    """A file in a package; it is unpacked when it is read."""

    def __init__(self, data: memoryview, info: zipfile.ZipInfo) -> None:
        self._data, self._info = data, info
        self.name, self.start = info.orig_filename, info.header_offset
        self._quoted_name = _quoted(info.orig_filename)
        signature, name_size, extra_size = _LOCAL_HEADER.unpack_from(data, max(self.start, 0))
        if signature != _LOCAL_SIGNATURE or self.start < 0:
            raise zipfile.BadZipFile
        self._content_start = self.start + _LOCAL_HEADER.size + name_size + extra_size
        self.end = self._content_start + info.compress_size

    def read(self, largest: int = _LARGEST_CONTENT) -> bytes | memoryview:
        """Return the content; raise a PackageError if it is larger, or has another size or checksum than listed."""
        if self._info.file_size > largest:
            raise PackageError(f"{self._quoted_name} in it is larger than {largest // MEGABYTE} MB")
        content: bytes | memoryview = self._data[self._content_start : self.end]
        if self._info.compress_type == _COMPRESSED:
            decompressor = zlib.decompressobj(-zlib.MAX_WBITS)
            try:
                content = decompressor.decompress(content, self._info.file_size + 1)
            except zlib.error as fault:
                raise PackageError(f"it is damaged: {self._quoted_name} cannot be unpacked") from fault
            if not decompressor.eof:
                raise PackageError(f"{self._quoted_name} in it is larger or smaller than its list of files says")
        if len(content) != self._info.file_size or zlib.crc32(content) != self._info.CRC:
            raise PackageError(
                f"it is damaged: {self._quoted_name} has another size or checksum than its list of files says"
            )
        return content


def read_members(data: bytes) -> Mapping[str, Member]:
    """Return the members of a package that this tool made, by name.

    Parameters
    ----------
    data : the bytes of an `.apkg`.

    Raises
    ------
    PackageError : if it is not a zip archive, exceeds a limit, or has a member that this tool does not write.
    """
    members = read_any_members(data)
    _check_names(sorted(members))
    return members


def read_any_members(data: bytes) -> Mapping[str, Member]:
    """Return the members of a package that anybody made, by name; it has the same limits."""
    if len(data) > LARGEST_PACKAGE:
        raise PackageError(f"it is larger than {LARGEST_PACKAGE // MEGABYTE} MB")
    _check_directory_size(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
            for info in infos:
                _check_kind(info)
            view = memoryview(data)
            members = sorted((Member(view, info) for info in infos), key=lambda member: member.start)
            directory_start = archive.start_dir
    except (zipfile.BadZipFile, struct.error, ValueError, OverflowError, NotImplementedError) as fault:
        raise PackageError("it is not an Anki package, or it is damaged: its list of files cannot be read") from fault
    if sum(info.file_size for info in infos) > _LARGEST_CONTENT:
        raise PackageError(f"its files are larger than {_LARGEST_CONTENT // MEGABYTE} MB when they are unpacked")
    ends = [*(member.start for member in members), directory_start]
    if any(member.end > following for member, following in zip(members, ends[1:], strict=True)):
        raise PackageError("it is damaged: its files overlap")
    names = sorted(member.name for member in members)
    if twice := next((first for first, second in pairwise(names) if first == second), None):
        raise PackageError(f"it contains two files with the name {_quoted(twice)}")
    if not any(name.startswith("collection.") for name in names):
        raise PackageError("it is not an Anki package: it contains no collection")
    return {member.name: member for member in members}


def _quoted(name: str) -> str:
    return f'"{name[:_LONGEST_NAME]}"'


def _check_directory_size(data: bytes) -> None:
    """Raise a PackageError if the list of members is missing or so large that zipfile should not read it."""
    end = data.rfind(_END_SIGNATURE)  # the same place where zipfile finds it
    if end < 0 or len(data) - end < _END_SIZE:
        raise PackageError("it is not an Anki package, or its end is missing")
    (size,) = struct.unpack_from("<I", data, end + 12)
    is_zip64 = data[max(end - _ZIP64_SIZE, 0) : end].startswith(_ZIP64_SIGNATURE)
    if size > _LARGEST_DIRECTORY or is_zip64:
        raise PackageError("it contains too many files, or its list of files is not one of a small archive")


def _check_kind(info: zipfile.ZipInfo) -> None:
    """Raise a PackageError for a member that is encrypted, compressed by a rare method, or not a regular file."""
    if info.flag_bits & 0x1:
        raise PackageError(f"{_quoted(info.orig_filename)} in it is encrypted")
    if info.compress_type not in {_STORED, _COMPRESSED}:
        raise PackageError(f"{_quoted(info.orig_filename)} in it is compressed by a method that Anki does not use")
    if stat.S_IFMT(info.external_attr >> 16) not in {0, stat.S_IFREG}:
        raise PackageError(f"{_quoted(info.orig_filename)} in it is a link or a folder")


def _check_names(names: list[str]) -> None:
    if foreign := next((name for name in names if not _MEMBER_NAME.fullmatch(name)), None):
        raise PackageError(
            f"another tool made or changed it: it contains {_quoted(foreign)}, which studydeck does not write"
        )
    if missing := {COLLECTION, MEDIA_LIST} - {*names}:
        raise PackageError(f'it is damaged: it contains no "{min(missing)}"')
