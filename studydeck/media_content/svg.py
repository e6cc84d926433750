"""Make an SVG safe: no scripts, event handlers, HTML, animations of links, references to other files, or comments.

In: the bytes of an SVG. Out: the same bytes where nothing of this is in them, else the picture written anew. What is
not known to draw something is left out. The parser is expat, which resolves no file and no address; a sanitiser of HTML
would not keep the case of names, and known libraries for SVG move white space or need a fixed layout of the file.
"""

from __future__ import annotations

import re
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from studydeck.errors import MediaError
from studydeck.patterns import lazy_pattern

_SVG, _XLINK, _XML = (
    "http://www.w3.org/2000/svg",
    "http://www.w3.org/1999/xlink",
    "http://www.w3.org/XML/1998/namespace",
)
_ELEMENTS = frozenset(
    """
    a animate animateMotion animateTransform circle clipPath defs ellipse feBlend feColorMatrix
    feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap feDistantLight feDropShadow
    feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feImage feMerge feMergeNode feMorphology feOffset
    fePointLight feSpecularLighting feSpotLight feTile feTurbulence filter font font-face g glyph image line
    linearGradient marker mask missing-glyph mpath path pattern polygon polyline radialGradient rect set stop style svg
    switch symbol text textPath title tref tspan use view
    """.split()
)
_ATTRIBUTE = lazy_pattern(r"(?!on)[a-z][\w.-]*", re.IGNORECASE)
_UNSAFE_ATTRIBUTES = frozenset({"href", "src", "base", "ping", "target"})  # without `xlink:`; href is checked apart
_SAFE_DATA = r"data:(?:image/(?:png|jpe?g|gif|webp|avif)|(?:application/(?:x-)?font|font/)[\w.+-]*)[;,]"
_SAFE_REFERENCE = lazy_pattern(rf"\s*(?:#|{_SAFE_DATA})", re.IGNORECASE)
_URL = lazy_pattern(r"""url\(\s*(?:"([^"]*)"|'([^']*)'|([^"'()]*))\s*\)?""", re.IGNORECASE)
_CSS_ESCAPE = lazy_pattern(r"\\(?:[0-9a-f]{1,6}\s?|.|\n|\Z)", re.IGNORECASE)
_CSS_COMMENT = lazy_pattern(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_CSS_IMPORT = lazy_pattern(r"@(?:import|charset|namespace)[^;{}]*;?", re.IGNORECASE)
_CSS_LOADS = lazy_pattern(
    r"""
      (?: image-set | image | cross-fade | src | expression ) (?=\s*\()     # functions
    | -moz-binding | behavior (?=\s*:)                                     # properties of old browsers
    """,
    re.IGNORECASE | re.VERBOSE,
)
_MAY_LOAD = lazy_pattern(r"url|image|src|fade|//|\\", re.IGNORECASE)
_REMOTE = lazy_pattern(r"""(?<=["'(])\s*(?:[a-z][a-z0-9+.-]*:)?//[^"'()\s]*""", re.IGNORECASE)
_SCRIPT_SCHEME = lazy_pattern(r"(?:java|vb)script:", re.IGNORECASE)
_IGNORED = lazy_pattern(r"[\s\0-\x20]+")
_LONGEST_ENTITY = 1000  # characters; programs for drawing declare their namespaces as entities
_LARGEST_GROWTH = 100_000  # characters by which entities may lengthen a picture
_DEEPEST = 200  # elements; browsers stop drawing at some depth, too


def safe_svg(data: bytes) -> bytes:
    """Return an SVG without scripts and references to other files.

    Raises
    ------
    MediaError : if it is not well-formed XML, or declares entities that grow.
    """
    writer = _Writer(len(data))
    try:
        writer.parser.Parse(data, True)
    except expat.ExpatError as fault:
        reason = f"is a damaged SVG: {expat.errors.messages[fault.code]} in its line {fault.lineno}"
        raise MediaError(reason) from fault
    if not writer.changed:
        return data
    return "".join(writer.parts).encode()


class _Writer:
    """Writes an SVG anew while it is parsed; `changed` says whether anything was left out."""

    def __init__(self, size: int) -> None:
        self.parts: list[str] = []
        self.changed = False
        self._length, self._longest = 0, 3 * size + _LARGEST_GROWTH
        self._skipped_depth = self._depth = 0
        self._open: list[str] = []
        self._style: list[str] | None = None
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.ordered_attributes = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.EntityDeclHandler = self._entity
        self.parser.CommentHandler = self.parser.StartDoctypeDeclHandler = self._leave_out
        self.parser.ProcessingInstructionHandler = self._leave_out

    def _leave_out(self, *_: object) -> None:
        self.changed = True

    def _entity(self, _name: str, is_parameter: bool, value: str | None, *_: object) -> None:
        if is_parameter or value is None or len(value) > _LONGEST_ENTITY or not {"&", "<"}.isdisjoint(value):
            raise MediaError("is an SVG that declares entities, which are not read; save it as plain SVG")

    def _write(self, text: str) -> None:
        self._length += len(text)
        if self._length > self._longest:
            raise MediaError("is an SVG whose entities make it very large; save it as plain SVG")
        self.parts.append(text)

    def _start(self, qualified_name: str, attributes: list[str]) -> None:
        namespace, _, name = qualified_name.rpartition(" ")
        is_known = namespace in {_SVG, ""} and name in _ELEMENTS and self._depth < _DEEPEST
        pairs = list(zip(attributes[::2], attributes[1::2], strict=True))
        if self._skipped_depth or not is_known or _animates_a_link(name, pairs) or (not self._open and name != "svg"):
            self._skipped_depth += 1
            self.changed = True
            return
        self._depth += 1
        tag = [f"<{name}"]
        if not self._open:
            tag.append(f' xmlns="{_SVG}" xmlns:xlink="{_XLINK}"')
            self.changed |= namespace != _SVG  # as inside of HTML; a file needs it to be shown
        for qualified_attribute, value in pairs:
            written = _safe_attribute(qualified_attribute, value)
            self.changed |= written is None or written[1] != value
            if written:
                tag.append(f" {written[0]}={quoteattr(written[1])}")
        self._write("".join((*tag, ">")))
        self._open.append(name)
        self._style = [] if name == "style" else None

    def _end(self, _qualified_name: str) -> None:
        if self._skipped_depth:
            self._skipped_depth -= 1
            return
        if self._style is not None:
            css = "".join(self._style)
            safe = safe_css(css)
            self.changed |= safe != css
            self._write(escape(safe))
            self._style = None
        self._depth -= 1
        self._write(f"</{self._open.pop()}>")

    def _text(self, text: str) -> None:
        if self._skipped_depth:
            return
        if self._style is not None:
            self._style.append(text)
        elif self._open:
            self._write(escape(text))


def _animates_a_link(name: str, attributes: list[tuple[str, str]]) -> bool:
    """Return whether an element sets the address of a link, or an event handler, over time."""
    if name not in {"animate", "set"}:
        return False
    target = next((value.strip().lower() for key, value in attributes if key == "attributeName"), "")
    return target.endswith("href") or target.startswith("on")


def _safe_attribute(qualified_name: str, value: str) -> tuple[str, str] | None:
    """Return name and value of an attribute as they are written, or None if it is left out."""
    namespace, _, name = qualified_name.rpartition(" ")
    if name == "href" and namespace in {"", _XLINK}:
        if not _SAFE_REFERENCE.match(value):
            return None
        return ("xlink:href" if namespace else "href"), value
    if namespace:
        return (f"xml:{name}", value) if namespace == _XML and name in {"space", "lang"} else None
    if name.lower() in _UNSAFE_ATTRIBUTES or not _ATTRIBUTE.fullmatch(name):
        return None
    if _SCRIPT_SCHEME.search(_IGNORED.sub("", value)):
        return None
    return name, (safe_css(value) if name == "style" or _MAY_LOAD.search(value) else value)


def safe_css(css: str) -> str:
    """Return a style that loads nothing: neither styles, pictures nor fonts of other files."""
    if "\\" not in css and "(" not in css and "@" not in css and "/*" not in css and "//" not in css:
        return css if not _CSS_LOADS.search(css) else _CSS_LOADS.sub("none", css)
    css = _CSS_COMMENT.sub(" ", _CSS_ESCAPE.sub("", css))
    css = _CSS_IMPORT.sub("", css)
    css = _URL.sub(lambda url: url[0] if _SAFE_REFERENCE.match(url[1] or url[2] or url[3] or "") else "none", css)
    return _REMOTE.sub("", _CSS_LOADS.sub("none", css))
