"""Git LFS without its program: a stored file in, the pointer that it may be out; and the content that a pointer names.

Git LFS stores a small text in place of a large file (https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md). git
would start a filter to replace it; here the content is looked up where Git LFS keeps it, and its digest is checked.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from msgspec import Struct

from studydeck.patterns import lazy_pattern

_POINTER = lazy_pattern(
    rb"version https://git-lfs\.github\.com/spec/v1\n(?:ext-.*\n)*"  # the format, and lines of extensions
    rb"oid sha256:([0-9a-f]{64})\nsize (\d{1,18})\n"  # the file itself
)


class Pointer(Struct, frozen=True):
    """What a pointer names: the SHA-256 of the content in hexadecimal digits, and its size in bytes."""

    digest: str
    size: int


def pointer(stored: bytes) -> Pointer | None:
    """Return the pointer that a stored file is, or None if it is the content itself."""
    match = _POINTER.fullmatch(stored) if len(stored) < 1024 else None
    return Pointer(match[1].decode(), int(match[2])) if match else None


def is_content(path: Path, pointer: Pointer) -> bool:
    """Return whether a file has the content that a pointer names."""
    try:
        if not path.is_file() or path.stat().st_size != pointer.size:
            return False
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == pointer.digest
    except OSError:
        return False


def content_path(folder: Path, pointer: Pointer) -> Path | None:
    """Return the file with the content that a pointer names, below the folder of Git LFS in `.git`, or None."""
    path = folder / "objects" / pointer.digest[:2] / pointer.digest[2:4] / pointer.digest
    return path if is_content(path, pointer) else None
