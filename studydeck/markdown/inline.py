"""Read inline text: markdown-it's inline tokens in, inlines out.

This covers emphasis, code, math, links, embedded files, wikilinks, highlights and ruby.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from msgspec.structs import replace

from studydeck.markdown import embeds, limits, ruby
from studydeck.markdown.source import clean
from studydeck.model.document import MEDIA_KINDS, NO_TEXT, Inline, Style, Text
from studydeck.model.html_text import without_tags
from studydeck.model.traverse import normalized_text, with_text

if TYPE_CHECKING:
    from studydeck.markdown.html_tags import Tag

_TOKEN_STYLES = {"strong": Style.STRONG, "em": Style.EM, "s": Style.STRIKE}
_HTML_STYLES = {
    "b": Style.STRONG,
    "strong": Style.STRONG,
    "i": Style.EM,
    "em": Style.EM,
    "s": Style.STRIKE,
    "del": Style.STRIKE,
    "mark": Style.HIGHLIGHT,
    "sub": Style.SUB,
    "sup": Style.SUP,
}
_ELEMENT = re.compile(r"<(svg|audio|video|ruby|embed)(?=[\s>/])", re.IGNORECASE)
_END_OF_ELEMENT = re.compile(r"</(svg|audio|video|ruby)\b", re.IGNORECASE)
_PLAYERS = frozenset({"audio", "video", "embed"})
_SPACES = re.compile(r"\s\s+")
_MAX_BREAKS = 2
_INVISIBLE_ELEMENTS = {
    "script": "</script",
    "style": "</style",
    "!--": "-->",
    "template": "</template",
    "noscript": "</noscript",
}
_INVISIBLE_TAG = re.compile(rf"<({'|'.join(_INVISIBLE_ELEMENTS)})(?![\w-])", re.IGNORECASE)
WIKILINK_PREFIX = "wiki:"  # the target of a link within the notes, which has no address for a learner
_SPECIAL_MARKUP = re.compile(r"==(?=\S)(?P<highlight>[^=\n]+?)(?<=\S)==|(?P<embed>!)?\[\[(?P<link>[^\[\]\n]+)\]\]")
_MATH_BRACKETS = {"(": ("\\)", "math_inline"), "[": ("\\]", "math_inline_double")}


def bracket_math(state: StateInline, silent: bool) -> bool:
    r"""Read `\(...\)` and `\[...\]` as math; a markdown-it inline rule."""
    source, start = state.src, state.pos
    if not source.startswith("\\", start) or source[start + 1 : start + 2] not in _MATH_BRACKETS:
        return False
    closing, kind = _MATH_BRACKETS[source[start + 1]]
    end = source.find(closing, start + 2, state.posMax) if limits.closes(state, closing, start + 2) else -1
    if end < 0 or not source[start + 2 : end].strip():
        return False
    if not silent:
        state.push(kind, "math", 0).content = source[start + 2 : end].strip()
    state.pos = end + 2
    return True


def bracket_math_plugin(parser: MarkdownIt) -> None:
    """Add math in brackets to a parser, before the rule for backslash escapes; a markdown-it plugin."""
    parser.inline.ruler.before("escape", "bracket_math", bracket_math)


def text_of(token: Token) -> Text:
    """Return the inlines of an inline token; one without children has no markup."""
    if token.children:
        return inlines_of(token.children)
    text = token.content
    if text != " ".join(text.split()):  # comparing is faster than replacing
        text = _SPACES.sub(" ", text).strip()
    return Text((Inline(text),)) if text else NO_TEXT


def inlines_of(tokens: Sequence[Token]) -> Text:
    """Return the inlines of inline tokens; HTML tags for styles are read, comments and other tags are dropped."""
    return normalized_text(_normalise_spaces(_read_special_markup(_read_inlines(tokens))))


def _read_inlines(tokens: Sequence[Token]) -> list[Inline]:
    inlines: list[Inline] = []
    styles, target, html_styles = Style.NONE, "", Style.NONE
    tokens = _with_elements_joined(_with_sounds_of_links(tokens))
    tags_as_text = _tags_as_text(tokens)
    for index, token in enumerate(tokens):
        match token.type:
            case "text" | "text_special":
                # An entity can produce characters that were removed from the source.
                text = token.content if token.content.isascii() else clean(token.content)
                inlines.append(Inline(text, "text", styles | html_styles, target))
            case "code_inline":
                inlines.append(Inline(token.content, "code", styles | html_styles, target))
            case "math_inline" | "math_single" | "math_inline_double" | "math_block":
                is_inline = token.type in {"math_inline", "math_single"}
                inlines.append(Inline(token.content.strip(), "math" if is_inline else "display", styles))
            case "softbreak":
                inlines.append(Inline(" ", "text", styles | html_styles, target))
            case "hardbreak":
                inlines.append(Inline("\n", "break"))
            case "image":
                source, size = str(token.attrs.get("src", "")), str(token.meta.get(embeds.SIZE, ""))
                inlines.append(replace(embeds.embedded(source, token.content, size), styles=styles))
            case "link_open":
                target = str(token.attrs.get("href", ""))
            case "link_close":
                target = ""
            case ruby.ELEMENT:
                inlines += [replace(inline, styles=styles | html_styles) for inline in ruby.inlines_of(token.content)]
            case "html_inline" if index in tags_as_text:
                inlines.append(Inline(token.content, "text", styles | html_styles, target))
            case "html_inline" if not token.content.startswith("<!--"):
                tag = _tag(token.content)
                inlines += _shown_by_tag(tag, styles)
                if inlines and _separates_words(tag.name, inlines[-1], tokens[index + 1 : index + 2]):
                    inlines.append(Inline(" ", "text", styles | html_styles, target))
                elif style := _HTML_STYLES.get(tag.name):
                    html_styles = html_styles | style if tag.opens else html_styles & ~style
            case _ if style := _TOKEN_STYLES.get(token.tag):
                styles = styles | style if token.nesting > 0 else styles & ~style
    return inlines


def _with_sounds_of_links(tokens: Sequence[Token]) -> Sequence[Token]:
    """Return tokens in which a link to a sound embeds it after its text, which stays unless it says only "listen"."""
    if not any(token.type == "link_open" and embeds.is_sound_link(_address(token)) for token in tokens):
        return tokens
    result: list[Token] = []
    sound, start = "", 0
    for token in tokens:
        if token.type == "link_open" and embeds.is_sound_link(_address(token)):
            sound, start = _address(token), len(result)
        elif token.type == "link_close" and sound:
            if embeds.plays_only("".join(label.content for label in result[start:]), sound):
                del result[start:]
            result.append(Token("image", "img", 0, attrs={"src": sound}))
            sound = ""
        else:
            result.append(token)
    return result


def _address(token: Token) -> str:
    return str(token.attrs.get("href", ""))


def _with_elements_joined(tokens: Sequence[Token]) -> Sequence[Token]:
    """Return tokens in which one token stands for each SVG, player or ruby with its content."""
    if not any(token.type == "html_inline" and _ELEMENT.match(token.content) for token in tokens):
        return tokens
    closing_tags: dict[str, list[int]] = {}  # by name, the indices of those not yet passed, the last first
    for index in reversed(range(len(tokens))):
        if tokens[index].type == "html_inline" and (closing := _END_OF_ELEMENT.match(tokens[index].content)):
            closing_tags.setdefault(closing[1].lower(), []).append(index)
    joined: list[Token] = []
    end = -1
    for index, token in enumerate(tokens):
        opening = _ELEMENT.match(token.content) if token.type == "html_inline" else None
        if index <= end or not opening:
            joined += [token] if index > end else []
            continue
        name = opening[1].lower()
        ends = closing_tags.get(name, [])
        while ends and ends[-1] < index:
            ends.pop()
        if not ends and name not in _PLAYERS:
            joined.append(token)
            continue
        end = ends[-1] if ends else index
        content = "".join(map(_html_of, tokens[index : end + 1]))
        joined.append(
            Token(ruby.ELEMENT if name == "ruby" else "html_inline", "", 0, content=embeds.with_images(content))
        )
    return joined


def _html_of(token: Token) -> str:
    """Return what a token stands for inside of an element."""
    return token.content if token.type == "html_inline" else escape(token.content) or " "


def _normalise_spaces(inlines: Sequence[Inline]) -> list[Inline]:
    """Return inlines with single spaces, as a browser shows them, and with at most two line breaks in a row."""
    kept_inlines: list[Inline] = []
    break_count = 0
    for inline in inlines:
        if inline.kind == "break":
            break_count += 1
            if break_count <= _MAX_BREAKS:
                kept_inlines.append(inline)
        elif inline.kind not in {"text", "code"}:
            break_count = 0
            kept_inlines.append(inline)
        elif not break_count or not inline.text.isspace():
            break_count = 0
            kept_inlines.append(with_text(inline, _SPACES.sub(" ", inline.text)))
    return kept_inlines


def _read_special_markup(inlines: Sequence[Inline]) -> list[Inline]:
    """Read markup that markdown-it does not parse: highlights, wikilinks, embedded files and their attributes, ruby."""
    result: list[Inline] = []
    for inline in inlines:
        if inline.kind != "text":
            result.append(inline)
        elif "==" in inline.text or "[[" in inline.text:
            result += _split_special_markup(inline)
        elif ruby.may_hold(inline.text):
            result += ruby.split(inline)
        else:
            result.append(inline)
    return _with_attributes_read(result) if any(inline.kind in MEDIA_KINDS for inline in result) else result


def _with_attributes_read(inlines: Sequence[Inline]) -> list[Inline]:
    """Return inlines without the attributes after embedded files (`{width=50%}`), which give their sizes."""
    result: list[Inline] = []
    for inline in inlines:
        if inline.text.startswith("{") and inline.kind == "text" and result and result[-1].kind in MEDIA_KINDS:
            size, end = embeds.leading_attributes(inline.text)
            if size and result[-1].kind == "picture":
                result[-1] = replace(result[-1], detail=size)
            inline = with_text(inline, inline.text[end:])  # noqa: PLW2901  # without its attributes
        result.append(inline)
    return result


def _split_special_markup(inline: Inline) -> Iterator[Inline]:
    end = 0
    for special in _SPECIAL_MARKUP.finditer(inline.text):
        yield from ruby.split(with_text(inline, inline.text[end : special.start()]))
        if special["embed"]:
            yield replace(embeds.wikilink_embed(special["link"]), styles=inline.styles)
        elif link := special["link"]:
            label = re.split(r"\\?\|", link)[-1].strip() or link
            yield Inline(label, "text", inline.styles, inline.target or f"{WIKILINK_PREFIX}{link}")
        else:
            yield Inline(special["highlight"], "text", inline.styles | Style.HIGHLIGHT, inline.target)
        end = special.end()
    yield from ruby.split(with_text(inline, inline.text[end:]))


def _tags_as_text(tokens: Sequence[Token]) -> set[int]:
    """Return the indices of the tokens that look like HTML and are text, such as `<String>`."""
    if not any(token.type == "html_inline" for token in tokens):
        return set()
    from studydeck.markdown.html_tags import tags_as_text  # imported here: few notes contain HTML

    return tags_as_text([(token.content, token.type == "html_inline") for token in tokens])


def _shown_by_tag(tag: Tag, styles: int) -> tuple[Inline, ...]:
    """Return what an HTML tag itself shows: a line break, or an embedded file."""
    if tag.name == "br":
        return (Inline("\n", "break"),)
    if tag.name != "img":
        return ()
    if image := _image(tag):
        return (replace(image, styles=styles),)
    words = tag.attributes.get("alt", "")
    return (Inline(words, "text", styles),) if words else ()


def _image(tag: Tag) -> Inline | None:
    """Return the embedded file of an `<img>`, or None if it names none."""
    source = tag.attributes.get("src", "")
    return embeds.embedded(source, tag.attributes.get("alt", ""), embeds.size_of(tag.attributes)) if source else None


def _separates_words(name: str, before: Inline, following: Sequence[Token]) -> bool:
    """Return whether a tag stands between two words without white space, and separates them as a browser would."""
    from studydeck.markdown.html_tags import BLOCK_TAGS  # imported here: few notes contain HTML

    if name not in BLOCK_TAGS or before.kind == "break" or before.text[-1:].isspace():
        return False
    return bool(following) and following[0].content[:1].strip() != ""


def _tag(html: str) -> Tag:
    from studydeck.markdown.html_tags import tag_of  # imported here: few notes contain HTML

    return tag_of(html)


def embeds_of(html: str) -> Text:
    """Return the embedded files of raw HTML that contains no text."""
    if without_tags(html).strip():
        return NO_TEXT
    images = (_image(_tag(tag)) for tag in re.findall(r"<img\b[^<>]*>", html, re.IGNORECASE))
    return Text(tuple([image for image in images if image]))


def text_tags_escaped(html: str) -> str:
    """Return raw HTML in which what only looks like a tag is escaped."""
    from studydeck.markdown.html_tags import with_text_tags_escaped  # imported here: few notes contain HTML

    return with_text_tags_escaped(html)


def visible_html(html: str) -> str:
    """Return raw HTML without invisible elements: scripts, styles, comments."""
    lowercase_html = html.lower()
    visible_parts, position = [], 0
    while opening := _INVISIBLE_TAG.search(html, position):
        visible_parts.append(html[position : opening.start()])
        closing = _INVISIBLE_ELEMENTS[opening[1].lower()]
        end = lowercase_html.find(closing, opening.end())
        end = lowercase_html.find(">", end) if end >= 0 else -1
        position = end + 1 if end >= 0 else len(html)
    return "".join((*visible_parts, html[position:]))
