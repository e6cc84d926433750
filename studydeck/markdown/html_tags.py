"""Read the tags of raw HTML: which of them are HTML, and which are text that only looks like a tag (`List<String>`).

In: tags as written, or raw HTML. Out: names, attributes, and whether a tag is text. A separate module because few notes
need it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html.parser import HTMLParser
from types import MappingProxyType

from msgspec import Struct

from studydeck.model.html_text import without_huge_references
from studydeck.patterns import lazy_pattern

# Elements that authors use to format a text. A tag of these without its partner is markup, not text.
_FORMATTING = frozenset(
    """
    a abbr acronym b bdi bdo big blink blockquote br center cite col colgroup dd del details dfn div dl dt em figcaption
    figure font h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark nobr ol p pre q rb rp rt rtc ruby s samp small span strike
    strong sub summary sup tbody td tfoot th thead tr tt u ul wbr
    """.split()
)
# The other elements of HTML, past and present. Their names are common words, so that "git branch <head>" or
# "a <title>" is a placeholder unless the tag has its partner, or attributes.
_OTHER = frozenset(
    """
    address applet area article aside audio base basefont body button canvas caption code data datalist dialog dir embed
    fieldset footer form frame frameset head header hgroup html iframe input label legend link main map marquee math
    menu meta meter nav noembed noframes noscript object optgroup option output param picture plaintext progress script
    search section select slot source style svg table template textarea time title track var video xmp
    """.split()
)
# Elements inside of <svg> and <math>; elsewhere these names are placeholders ("git add <path>").
_FOREIGN = frozenset(
    """
    animate animatemotion animatetransform circle clippath defs desc ellipse feblend fecolormatrix fecomposite feflood
    fegaussianblur femerge femergenode feoffset filter foreignobject g image line lineargradient marker mask metadata
    mpath path pattern polygon polyline radialgradient rect set stop switch symbol text textpath tspan use view
    annotation annotation-xml maction menclose merror mfenced mfrac mi mmultiscripts mn mo mover mpadded mphantom
    mprescripts mroot mrow ms mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover none
    semantics
    """.split()
)
_VOID = frozenset("area base br col embed frame hr img input link meta param source track wbr".split())
# The tags of these separate the words around them.
BLOCK_TAGS = frozenset(
    """
    address article aside blockquote center dd details div dl dt figcaption figure footer form h1 h2 h3 h4 h5 h6 header
    hr li main nav ol p pre section summary table tbody td tfoot th thead tr ul
    """.split()
)
_BOOLEAN_ATTRIBUTES = frozenset(
    """
    allowfullscreen async autofocus autoplay border checked compact controls default defer disabled download
    formnovalidate hidden inert ismap itemscope loop multiple
    muted nohref nomodule noshade novalidate nowrap open playsinline readonly
    required reversed scoped selected webkitallowfullscreen mozallowfullscreen
    """.split()
)
_TAG = lazy_pattern(r"<(/?)([A-Za-z][A-Za-z0-9-]*)((?:\s[^<>]*|/)?)>")
_TAG_IN_HTML = lazy_pattern(
    r"""
      <(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9-]*)
      (?P<attributes>(?:[\s/](?:"[^"]*"|'[^']*'|[^<>"'])*)?)>  # a quoted value may hold "<" and ">"
    | <(?=[A-Za-z/!?])                                         # begins no tag, though a browser would read one
      (?!!--|!doctype\b|\?xml\b)                               # of comments and prologues nothing is shown
      (?!!\[(?:if|endif)\b|/?(?:o|v|w|m|st1):[a-z])            # nor of what office programs write: `<o:p>`
    """,
    re.VERBOSE | re.IGNORECASE,
)
_ATTRIBUTE = lazy_pattern(r"""([^\s"'<>/=]+)(\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>]*))?""")
_FOREIGN_ROOT = lazy_pattern(r"<(?:svg|math)\b", re.IGNORECASE)
GLUED = lazy_pattern(r"\w\Z")  # ends a text that a tag is glued to


_NO_ATTRIBUTES: Mapping[str, str] = MappingProxyType({})


class Tag(Struct, frozen=True):
    """A tag of HTML: its name, whether it opens an element, and its attributes; names are in lower case."""

    name: str = ""
    opens: bool = True
    attributes: Mapping[str, str] = _NO_ATTRIBUTES


class _TagReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parsed_tag = Tag()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.parsed_tag = Tag(tag, True, {name: value or "" for name, value in attrs})

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        self.parsed_tag = Tag(tag, opens=False)


def tag_of(html: str) -> Tag:
    """Return a tag that is written in HTML."""
    reader = _TagReader()
    reader.feed(without_huge_references(html))
    return reader.parsed_tag


def is_element(name: str) -> bool:
    """Return whether a name is that of an HTML element, past or present."""
    return name.lower() in _FORMATTING or name.lower() in _OTHER


def tags_as_text(pieces: Sequence[tuple[str, bool]]) -> set[int]:
    """Return the indices of the tags that are text.

    Parameters
    ----------
    pieces : the parts of one text as written; the second value says whether the part may be a tag.
    """
    open_tags: dict[str, list[int]] = {}
    unpaired: set[int] = set()
    as_text: set[int] = set()
    is_foreign = any(may_be_tag and _FOREIGN_ROOT.match(piece) for piece, may_be_tag in pieces)
    for index, (piece, may_be_tag) in enumerate(pieces):
        if not may_be_tag or piece.startswith("<!--"):
            continue
        tag = _TAG.fullmatch(piece)
        name = tag[2].lower() if tag else ""
        if not tag or not _is_known(name, is_foreign=is_foreign) or not _has_html_attributes(tag[3]):
            as_text.add(index)
        elif tag[1]:
            if partners := open_tags.get(name):
                unpaired.discard(partners.pop())
            else:
                unpaired.add(index)
        elif name not in _VOID and not tag[3].endswith("/"):
            open_tags.setdefault(name, []).append(index)
            unpaired.add(index)
    for index in unpaired:
        tag = _TAG.fullmatch(pieces[index][0])
        assert tag
        is_glued = not tag[1] and index > 0 and bool(GLUED.search(pieces[index - 1][0]))
        if not tag[3].strip(" /") and (tag[2].lower() in _OTHER or (is_glued and tag[2].lower() not in BLOCK_TAGS)):
            as_text.add(index)
    return as_text


def with_text_tags_escaped(html: str) -> str:
    """Return raw HTML in which what a browser would drop is escaped, so that it is shown as written.

    That is tags of unknown elements, addresses in angle brackets, declarations, and a `<` that begins no tag. The tags
    of MathML and SVG are removed, as cards cannot have them and their words would go with them.
    """
    is_foreign = bool(_FOREIGN_ROOT.search(html))

    def escaped(tag: re.Match[str]) -> str:
        name = (tag["name"] or "").lower()
        if is_foreign and (name in _FOREIGN or name in {"math", "svg"}):
            return ""
        if _is_known(name, is_foreign=is_foreign) and _may_be_attributes(tag["attributes"]):
            return tag[0]
        return tag[0].replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    return _TAG_IN_HTML.sub(escaped, html)


def _is_known(name: str, *, is_foreign: bool) -> bool:
    return name in _FORMATTING or name in _OTHER or (is_foreign and name in _FOREIGN)


def _has_html_attributes(attributes: str) -> bool:
    """Return whether attributes are those of a tag; in "a<b and b>c" they are words."""
    return all(match[2] or match[1].lower() in _BOOLEAN_ATTRIBUTES for match in _ATTRIBUTE.finditer(attributes))


def _may_be_attributes(attributes: str) -> bool:
    """Return whether attributes may be those of a tag in raw HTML, where tools have their own, such as `markdown`."""
    found = list(_ATTRIBUTE.finditer(attributes))
    return len(found) < 2 or any(
        match[2] or "-" in match[1] or match[1].lower() in _BOOLEAN_ATTRIBUTES for match in found
    )
