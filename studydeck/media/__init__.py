"""Media: find the pictures, sounds and videos that documents embed, name them for the package, and set these names.

In: parsed documents, the bytes of media files, and links as authors wrote them. Out: the paths to look for, package
names that are valid in every Anki, and documents whose embedded files carry these names. No module here reads files.
"""

from studydeck.media.files import (
    MAX_PICTURE,
    MEDIA_SUFFIXES,
    TOO_LARGE,
    fault_of_name,
    name_picture,
    picture_of_data,
    read_picture,
)
from studydeck.media.links import candidate_paths, paths_by_name, picture_links
from studydeck.media.resolve import LARGE_PICTURE, picture_diagnostics, resolve_pictures

__all__ = [
    "LARGE_PICTURE",
    "MAX_PICTURE",
    "MEDIA_SUFFIXES",
    "TOO_LARGE",
    "candidate_paths",
    "fault_of_name",
    "name_picture",
    "paths_by_name",
    "picture_diagnostics",
    "picture_links",
    "picture_of_data",
    "read_picture",
    "resolve_pictures",
]
