"""What the names of folders say about the files in them: paths in; whether they are templates or private notes out."""

from __future__ import annotations

import re

from studydeck.patterns import lazy_pattern
from studydeck.text.word_list_files import alternatives, phrase_set

_TEMPLATES = alternatives("template_folders")
# Also with a number that orders the folder, such as "99 - Templates".
_TEMPLATE_FOLDER = lazy_pattern(rf"(?:^|/)(?:\d+[ _.-]+|_)?{_TEMPLATES}/", re.IGNORECASE)
_LIKE_TEMPLATE_FOLDER = lazy_pattern(
    r"(?:^|/)[^/\w]*(?:\d+[^/\w]*)?_?"  # signs and a number, which sort the folder
    rf"{_TEMPLATES}(?:[ _-][^/]*)?/",  # "Templates (old)"
    re.IGNORECASE,
)


def is_in_template_folder(path: str) -> bool:
    """Return whether a file is in a folder whose whole name is that of templates."""
    return bool(_TEMPLATE_FOLDER.search(path))


def may_be_in_template_folder(path: str) -> bool:
    """Return whether a file is in a folder whose name begins like that of templates; its text has to confirm it."""
    return bool(_LIKE_TEMPLATE_FOLDER.search(path))


def is_personal_folder(name: str) -> bool:
    """Return whether a folder, by its name, holds what people write for themselves."""
    return name.strip("0123456789_- .").casefold() in phrase_set("personal_folders")
