"""Raw HTML, made harmless by nh3: what shows something stays, what runs, hides, loads or asks goes."""

from __future__ import annotations

import re
from functools import lru_cache

from studydeck.rendering import escape as anki_escape

_TAGS = frozenset(
    """
    a abbr b blockquote br caption cite code col colgroup dd del details dfn div dl dt em figcaption figure h1 h2 h3 h4
    h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp small span strike strong sub summary sup table tbody td
    tfoot th thead tr tt u ul var
    """.split()
)
_WITH_CONTENT = frozenset(
    """
    script style template noscript iframe noframes noembed object embed applet svg math title head textarea select
    button audio video canvas map
    """.split()
)
_ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt"},
    "ol": {"start", "reversed"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
_WORDS = re.compile(r"[ -%'-;=?-~]*")  # of ASCII, without markup: there is nothing to clean
PACKED = re.compile(r"[a-z0-9][a-z0-9-]*-[0-9a-f]{8}\.[a-z]{3,4}")


@lru_cache(maxsize=256)
def sanitise(html: str) -> str:
    """Give raw HTML without scripts, handlers, styles, frames, forms, ids and addresses of anything but links.

    A picture stays where it shows a file that is packed.
    """
    return anki_escape.escape_markup(html if _WORDS.fullmatch(html) else _cleaned(html)).strip()


def _cleaned(html: str) -> str:
    import nh3  # imported here: few decks hold HTML

    return nh3.clean(
        html,
        tags=set(_TAGS),
        clean_content_tags=set(_WITH_CONTENT),
        attributes=_ATTRIBUTES,
        attribute_filter=_kept,
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )


def _kept(_tag: str, name: str, value: str) -> str | None:
    if name == "src":
        return value if PACKED.fullmatch(value) else None
    if name in {"colspan", "rowspan", "start"}:
        return value if re.fullmatch(r"\d{1,3}", value) else None
    if name == "href":
        return value if re.match(r"(?:https?://|mailto:)", value, re.IGNORECASE) else None
    return value
