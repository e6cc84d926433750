"""Names of pictures between colons, as GitHub, Typora, Joplin and Pandoc read them: `:bulb:`; icons of MkDocs.

In: the text of a source. Out: the same lines, with the emoji where the name is known; icons have none and are left out.
"""

from __future__ import annotations

import re

from studydeck.markdown.dialects.lines import edit_outside_code
from studydeck.patterns import lazy_pattern

# One letter between colons, and digits alone, are more often text: "a :b: c", "1:100:2".
_NAMES = lazy_pattern(r"(?<![\w:/.-])(?::(?:[a-z][a-z0-9_+-]+|[+-]1):)+(?![\w:])")
_ANY_NAME = lazy_pattern(r":(?:[a-z][a-z0-9_+-]+|[+-]1):")  # begins with a sign, which is found much faster
_NAME = lazy_pattern(r":([^:]+):")
_ICON = lazy_pattern(r"(?:material|fontawesome|octicons|simple)-[a-z0-9-]+")


def has_marks(text: str) -> bool:
    """Return whether a text can contain such names."""
    return bool(_ANY_NAME.search(text))


def rewrite(text: str) -> str:
    """Return a text with emoji for their names."""
    return edit_outside_code(text, _with_emoji, ":")


def _with_emoji(part: str) -> str:
    return _NAMES.sub(lambda names: _NAME.sub(_emoji, names[0]), part)


def _emoji(name: re.Match[str]) -> str:
    from rich.emoji import Emoji, NoEmoji  # imported here: few notes contain such names

    if _ICON.fullmatch(name[1]):
        return ""
    try:
        return str(Emoji(name[1]))
    except NoEmoji:
        return name[0]
