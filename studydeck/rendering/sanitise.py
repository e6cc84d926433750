"""Sanitise raw HTML with nh3: HTML of an author in, HTML without scripts, styles, forms and remote content out."""

from __future__ import annotations

import re
from functools import lru_cache

from studydeck.model.links import is_safe_link
from studydeck.model.media_types import PACKED_NAME, is_packed, is_playable
from studydeck.patterns import lazy_pattern
from studydeck.rendering import escape as anki_escape

_ALLOWED_TAGS = frozenset(
    """
    a abbr b bdi bdo blockquote br caption cite code col colgroup dd del details dfn div dl dt em figcaption figure h1
    h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp small span strike strong sub summary sup table
    tbody td tfoot th thead tr tt u ul var
    """.split()
)
# What no browser shows, or only one that cannot show the rest; the words in other elements stay, without their tags.
_REMOVED_WITH_CONTENT = frozenset("script style template noscript iframe noframes noembed audio video".split())
_ALLOWED_ATTRIBUTES = {
    "*": {"dir"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height", "style"},
    "ol": {"start", "reversed"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
_PLAIN_TEXT = lazy_pattern(r"[ -%'-;=?-~]*")  # ASCII without markup: nothing to sanitise
_SOUND = lazy_pattern(rf'<img src="({PACKED_NAME.pattern})"[^<>]*>')
_ZOOM_OR_WIDTH = lazy_pattern(r"(?:zoom|width):\d{1,4}(?:\.\d{1,4})?%")


@lru_cache(maxsize=256)
def sanitise(html: str) -> str:
    """Return raw HTML without scripts, handlers, styles, frames, forms, ids and addresses other than those of links.

    A picture or sound stays only if it refers to a packed file.
    """
    if _PLAIN_TEXT.fullmatch(html):
        return anki_escape.escape_markup(html).strip()
    return _SOUND.sub(_sound_or_picture, anki_escape.escape_markup(_clean(html))).strip()


def _sound_or_picture(image: re.Match[str]) -> str:
    return f"[sound:{image[1]}]" if is_playable(image[1]) else image[0]


def _clean(html: str) -> str:
    import nh3  # imported here: few decks contain HTML

    return nh3.clean(
        html,
        tags=set(_ALLOWED_TAGS),
        clean_content_tags=set(_REMOVED_WITH_CONTENT),
        attributes=_ALLOWED_ATTRIBUTES,
        attribute_filter=_filter_attribute,
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )


def _filter_attribute(_tag: str, name: str, value: str) -> str | None:
    if name == "src":
        return value if is_packed(value) else None
    if name in {"width", "height"}:
        return value if re.fullmatch(r"\d{1,4}", value) else None
    if name == "style":
        return value if _ZOOM_OR_WIDTH.fullmatch(value) else None
    if name == "dir":
        return value if value.lower() in {"ltr", "rtl", "auto"} else None
    if name in {"colspan", "rowspan", "start"}:
        return value if re.fullmatch(r"\d{1,3}", value) else None
    if name == "href":
        return value if is_safe_link(value) else None
    return value
