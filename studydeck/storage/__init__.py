"""The disk: reads a folder of notes, replaces files whole, and holds the lock of a folder.

All paths in the values that it returns are relative to the notes folder, with `/` between folders and in Unicode normal
form C. What cannot be read or written is raised as a BuildError that names the file.
"""

from studydeck.storage.files import (
    MAX_TEXT_FILE,
    TEMPLATES,
    is_newer,
    is_template,
    newest_paths,
    read_binary_file,
    read_templates,
    read_text_file,
    relative_address,
)
from studydeck.storage.folders import EXCLUDED_FOLDERS, relative_name
from studydeck.storage.pictures import read_pictures
from studydeck.storage.sources import MARKDOWN, is_read_from_notes, left_out_files, read_sources, read_unchanged
from studydeck.storage.writing import folder_lock, remove_file, replace_file, write_build, write_files

__all__ = [
    "EXCLUDED_FOLDERS",
    "MARKDOWN",
    "MAX_TEXT_FILE",
    "TEMPLATES",
    "folder_lock",
    "is_newer",
    "is_read_from_notes",
    "is_template",
    "left_out_files",
    "newest_paths",
    "read_binary_file",
    "read_pictures",
    "read_sources",
    "read_templates",
    "read_text_file",
    "read_unchanged",
    "relative_address",
    "relative_name",
    "remove_file",
    "replace_file",
    "write_build",
    "write_files",
]
