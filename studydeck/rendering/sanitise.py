"""Sanitise raw HTML with nh3: HTML of an author in, HTML without scripts, styles, forms and remote content out."""

from __future__ import annotations

import re
from functools import lru_cache

from studydeck.model.links import is_safe_link
from studydeck.rendering import escape as anki_escape

_ALLOWED_TAGS = frozenset(
    """
    a abbr b blockquote br caption cite code col colgroup dd del details dfn div dl dt em figcaption figure h1 h2 h3 h4
    h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp small span strike strong sub summary sup table tbody td
    tfoot th thead tr tt u ul var
    """.split()
)
_REMOVED_WITH_CONTENT = frozenset(
    """
    script style template noscript iframe noframes noembed object embed applet svg math title head textarea select
    button audio video canvas map
    """.split()
)
_ALLOWED_ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt"},
    "ol": {"start", "reversed"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
_PLAIN_TEXT = re.compile(r"[ -%'-;=?-~]*")  # ASCII without markup: nothing to sanitise
PACKED_NAME = re.compile(r"[a-z0-9][a-z0-9-]*-[0-9a-f]{8}\.[a-z]{3,4}")


@lru_cache(maxsize=256)
def sanitise(html: str) -> str:
    """Return raw HTML without scripts, handlers, styles, frames, forms, ids and addresses other than those of links.

    A picture stays only if it refers to a packed file.
    """
    return anki_escape.escape_markup(html if _PLAIN_TEXT.fullmatch(html) else _clean(html)).strip()


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
        return value if PACKED_NAME.fullmatch(value) else None
    if name in {"colspan", "rowspan", "start"}:
        return value if re.fullmatch(r"\d{1,3}", value) else None
    if name == "href":
        return value if is_safe_link(value) else None
    return value
