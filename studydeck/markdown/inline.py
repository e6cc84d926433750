"""Read inline text: markdown-it's inline tokens in, inlines out.

This covers emphasis, code, math, links, embedded files, highlights and ruby.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from html import escape
from typing import TYPE_CHECKING

from markdown_it.token import Token
from msgspec.structs import replace

from studydeck.markdown import comments, embeds, ruby, wikilinks
from studydeck.markdown.highlights import read_highlights
from studydeck.markdown.source import clean
from studydeck.model.document import MEDIA_KINDS, NO_TEXT, Inline, Style, Text
from studydeck.model.html_text import IMG_TAG, without_tags
from studydeck.model.text_edits import normalized_text, with_hide, with_text
from studydeck.patterns import lazy_pattern

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
_ELEMENT = lazy_pattern(r"<(svg|audio|video|ruby|embed)(?=[\s>/])", re.IGNORECASE)
_END_OF_ELEMENT = lazy_pattern(r"</(svg|audio|video|ruby)\b", re.IGNORECASE)
_PLAYERS = frozenset({"audio", "video", "embed"})
_SPACES = lazy_pattern(r"\s\s+")
_MAX_BREAKS = 2
_SIZE = lazy_pattern(r"\s*\d+\s*(?:x\s*\d+\s*)?")


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
    return normalized_text(_normalise_spaces(_read_ruby(read_highlights(_read_inlines(tokens)))))


def cloze_of(tokens: Sequence[Token]) -> Text:
    """Return the inlines of inline tokens; what the author put into a cloze is hidden."""
    return normalized_text(_normalise_spaces(_read_ruby(read_highlights(_read_inlines(tokens, clozes=True)))))


def _read_inlines(tokens: Sequence[Token], *, clozes: bool = False) -> list[Inline]:
    inlines: list[Inline] = []
    open_clozes: list[tuple[int, Token]] = []
    styles, target, html_styles = Style.NONE, "", Style.NONE
    outer_targets: list[str] = []
    tokens, tags_as_text = _prepared(tokens)
    for index, token in enumerate(tokens):
        match token.type:
            case "text" | "text_special":
                # An entity can produce characters that were removed from the source.
                text = token.content if token.content.isascii() else clean(token.content)
                inlines.append(Inline(text, "text", styles | html_styles, target))
            case _ if style := _TOKEN_STYLES.get(token.tag):
                styles = styles | style if token.nesting > 0 else styles & ~style
            case "code_inline":
                inlines.append(Inline(token.content, "code", styles | html_styles, target))
            case "math_inline" | "math_single" | "math_inline_double" | "math_block":
                is_inline = token.type in {"math_inline", "math_single"}
                inlines.append(Inline(token.content.strip(), "math" if is_inline else "display", styles))
            case "softbreak" | "hardbreak":
                is_soft = token.type == "softbreak"
                inlines.append(Inline(" ", "text", styles | html_styles, target) if is_soft else Inline("\n", "break"))
            case "image" | wikilinks.EMBED:
                inlines.append(_embedded_file(token, styles))
            case "link_open" | wikilinks.OPEN:
                outer_targets.append(target)
                target = target or str(token.attrs.get("href", ""))
            case "link_close" | wikilinks.CLOSE:
                target = outer_targets.pop() if outer_targets else ""  # none where the link began in the line before
            case ruby.ELEMENT:
                inlines += [replace(inline, styles=styles | html_styles) for inline in ruby.inlines_of(token.content)]
            case "html_inline" if index in tags_as_text:
                inlines.append(Inline(token.content, "text", styles | html_styles, target))
            case "html_inline":
                tag = _tag(token.content)
                inlines += _shown_by_tag(tag, styles)
                if inlines and _separates_words(tag.name, inlines[-1], tokens[index + 1 : index + 2]):
                    inlines.append(Inline(" ", "text", styles | html_styles, target))
                elif style := _HTML_STYLES.get(tag.name):
                    html_styles = html_styles | style if tag.opens else html_styles & ~style
            case "cloze_open" | "cloze_close":
                _read_cloze(token, inlines, open_clozes, hides=clozes)
    return inlines


def _prepared(tokens: Sequence[Token]) -> tuple[Sequence[Token], AbstractSet[int]]:
    """Return tokens with sounds in place of links to them and elements joined, and which tags are text."""
    types = {token.type for token in tokens}
    if "link_open" in types:
        tokens = _with_sounds_of_links(tokens)
    if "html_inline" not in types:
        return tokens, frozenset()
    tokens = _with_elements_joined(comments.without_comment_tokens(tokens))
    return tokens, _tags_as_text(tokens)


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
        content = embeds.with_images("".join(map(_html_of, tokens[index : end + 1])))
        if name in _PLAYERS and content.lower().startswith(f"<{name}"):  # it plays no file of the notes, which is said
            continue
        joined.append(Token(ruby.ELEMENT if name == "ruby" else "html_inline", "", 0, content=content))
    return joined


def _html_of(token: Token) -> str:
    """Return what a token stands for inside of an element."""
    return token.content if token.type == "html_inline" else escape(token.content) or " "


def _embedded_file(token: Token, styles: int) -> Inline:
    """Return the file of `![words|300](file)` or `![[file|words|300]]`."""
    if token.type == "image":
        source, size = str(token.attrs.get("src", "")), str(token.meta.get(embeds.SIZE, ""))
        return replace(embeds.embedded(source, token.content, size), styles=styles)
    return replace(embeds.wikilink_embed(token.content), styles=styles)


def _read_cloze(token: Token, inlines: list[Inline], open_clozes: list[tuple[int, Token]], *, hides: bool) -> None:
    """Open a cloze, or hide the inlines since the last one opened; a cloze inside of another stays its own.

    Where clozes hide nothing, as in a heading or a table, the hint is text in parentheses.
    """
    if token.type == "cloze_open":
        open_clozes.append((len(inlines), token))
    elif open_clozes:
        start, opening = open_clozes.pop()
        number, hint = opening.meta["number"], opening.meta["hint"]
        if not hides:
            inlines += [Inline(f" ({hint})")] if hint else []
            return
        inlines[start:] = [inline if inline.hide else with_hide(inline, number) for inline in inlines[start:]]
        inlines += [Inline("", "hint", 0, hint, number)] if hint else []


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


def _read_ruby(inlines: Sequence[Inline]) -> Sequence[Inline]:
    """Read ruby in braces and brackets, and the attributes after embedded files."""
    result = inlines
    if any(inline.kind == "text" and ruby.may_hold(inline.text) for inline in inlines):
        result = [part for inline in inlines for part in (ruby.split(inline) if inline.kind == "text" else (inline,))]
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


def _tags_as_text(tokens: Sequence[Token]) -> set[int]:
    """Return the indices of the tokens that look like HTML and are text, such as `<String>`."""
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
    images = (_image(_tag(tag)) for tag in IMG_TAG.findall(html))
    return Text(tuple([image for image in images if image]))


def text_tags_escaped(html: str) -> str:
    """Return raw HTML in which what only looks like a tag is escaped."""
    from studydeck.markdown.html_tags import with_text_tags_escaped  # imported here: few notes contain HTML

    return with_text_tags_escaped(html)
