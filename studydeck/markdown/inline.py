"""From markdown-it's inline tokens to runs: emphasis, code, math, links, pictures, wikilinks, marks, deck comments."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from studydeck.markdown import limits
from studydeck.markdown.source import clean
from studydeck.model.document import NO_DIRECTIVES, Directives, Inline, Style, Text
from studydeck.model.traverse import squeeze, with_text

_MARKS = {"strong": Style.STRONG, "em": Style.EM, "s": Style.STRIKE}
_TAG_MARKS = {
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
_COMMENT = re.compile(r"^<!--\s*deck:(.*?)-->\s*$", re.DOTALL)
_WORD = re.compile(r"""([^\s,="]+)(?:=(?:"([^"]*)"|([^\s,"]*)))?""")
_SWITCHES = ("skip", "one-way", "both-ways", "items")
_OPTIONS = ("id", "tag", "hide", "allow")
_SPACES = re.compile(r"\s\s+")
_MOST_BREAKS = 2
_MOST_WRONG = 3  # words of one comment that are complained about
_UNSEEN = {"script": "</script", "style": "</style", "!--": "-->", "template": "</template", "noscript": "</noscript"}
_UNSEEN_TAG = re.compile(rf"<({'|'.join(_UNSEEN)})(?![\w-])", re.IGNORECASE)
WIKI = "wiki:"  # a link within the notes: no address for a learner, but a link all the same
_SPECIAL = re.compile(r"==(?=\S)(?P<mark>[^=\n]+?)(?<=\S)==|(?P<shown>!)?\[\[(?P<link>[^\[\]\n]+)\]\]")
_BRACKETS = {"(": ("\\)", "math_inline"), "[": ("\\]", "math_inline_double")}


def bracket_math(state: StateInline, silent: bool) -> bool:
    r"""Read `\(...\)` and `\[...\]` as math; a markdown-it inline rule."""
    src, pos = state.src, state.pos
    if not src.startswith("\\", pos) or src[pos + 1 : pos + 2] not in _BRACKETS:
        return False
    closing, kind = _BRACKETS[src[pos + 1]]
    end = src.find(closing, pos + 2, state.posMax) if limits.closes(state, closing, pos + 2) else -1
    if end < 0 or not src[pos + 2 : end].strip():
        return False
    if not silent:
        state.push(kind, "math", 0).content = src[pos + 2 : end].strip()
    state.pos = end + 2
    return True


def bracket_math_plugin(md: MarkdownIt) -> None:
    """Teach a parser math in brackets, before a backslash escapes them."""
    md.inline.ruler.before("escape", "bracket_math", bracket_math)


def text_of(token: Token) -> Text:
    """Give the runs of an inline token; one without children is nothing but its words."""
    if token.children:
        return runs_of(token.children)
    words = token.content
    if words != " ".join(words.split()):  # to look is faster than to replace
        words = _SPACES.sub(" ", words).strip()
    return (Inline(words),) if words else ()


def runs_of(tokens: Sequence[Token]) -> Text:
    """Give the runs of inline tokens; tags that only mark up are read, comments and other tags are left out."""
    return squeeze(tuple(_single_spaced(_special(_runs(tokens)))))


def _runs(tokens: Sequence[Token]) -> list[Inline]:
    found: list[Inline] = []
    styles, target, raw_marks = Style.NONE, "", Style.NONE
    for token in tokens:
        match token.type:
            case "text" | "text_special":
                # An entity can stand for what the source was cleaned of.
                words = token.content if token.content.isascii() else clean(token.content)
                found.append(Inline(words, "text", styles | raw_marks, target))
            case "code_inline":
                found.append(Inline(token.content, "code", styles | raw_marks, target))
            case "math_inline" | "math_single":
                found.append(Inline(token.content.strip(), "math", styles))
            case "math_inline_double" | "math_block":
                found.append(Inline(token.content.strip(), "display", styles))
            case "softbreak":
                found.append(Inline(" ", "text", styles | raw_marks, target))
            case "hardbreak":
                found.append(Inline("\n", "break"))
            case "image":
                found.append(Inline(token.content, "picture", styles, str(token.attrs.get("src", ""))))
            case "link_open":
                target = str(token.attrs.get("href", ""))
            case "link_close":
                target = ""
            case "html_inline":
                name, opens, source, alt = _tag(token.content)
                if name == "br":
                    found.append(Inline("\n", "break"))
                elif name == "img" and source:
                    found.append(Inline(alt, "picture", styles, source))
                elif mark := _TAG_MARKS.get(name):
                    raw_marks = raw_marks | mark if opens else raw_marks & ~mark
            case _ if mark := _MARKS.get(token.tag):
                styles = styles | mark if token.nesting > 0 else styles & ~mark
    return found


def _single_spaced(inlines: Sequence[Inline]) -> list[Inline]:
    """Make one space of many, as a browser does, and two line breaks of more: no rule then meets a run of them."""
    kept: list[Inline] = []
    breaks = 0
    for inline in inlines:
        if inline.kind == "break":
            breaks += 1
            if breaks <= _MOST_BREAKS:
                kept.append(inline)
        elif inline.kind not in {"text", "code"}:
            breaks = 0
            kept.append(inline)
        elif not breaks or not inline.text.isspace():
            breaks = 0
            kept.append(with_text(inline, _SPACES.sub(" ", inline.text)))
    return kept


def _special(inlines: Sequence[Inline]) -> list[Inline]:
    """Read what markdown-it does not know: highlights, wikilinks, embedded files."""
    found: list[Inline] = []
    for inline in inlines:
        if inline.kind == "text" and ("==" in inline.text or "[[" in inline.text):
            found += _parted(inline)
        else:
            found.append(inline)
    return found


def _parted(inline: Inline) -> Iterator[Inline]:
    at = 0
    for found in _SPECIAL.finditer(inline.text):
        yield Inline(inline.text[at : found.start()], "text", inline.styles, inline.target)
        if found["shown"]:
            # An embedded file; what stands behind the bar is its size, and no word of the notes.
            yield Inline("", "picture", inline.styles, re.split(r"\\?\|", found["link"])[0].strip())
        elif link := found["link"]:
            shown = re.split(r"\\?\|", link)[-1].strip() or link
            yield Inline(shown, "text", inline.styles, inline.target or f"{WIKI}{link}")
        else:
            yield Inline(found["mark"], "text", inline.styles | Style.HIGHLIGHT, inline.target)
        at = found.end()
    yield Inline(inline.text[at:], "text", inline.styles, inline.target)


def _tag(html: str) -> tuple[str, bool, str, str]:
    from studydeck.markdown.html_tags import tag_of  # imported here: few notes hold HTML

    return tag_of(html)


def pictures_of(html: str) -> Text:
    """Give the pictures of raw HTML that holds nothing else to read."""
    if re.sub(r"<[^<>]*>", "", html).strip():
        return ()
    tags = (_tag(one) for one in re.findall(r"<img\b[^<>]*>", html, re.IGNORECASE))
    return tuple(Inline(alt, "picture", 0, source) for _, _, source, alt in tags if source)


def seen(html: str) -> str:
    """Leave out of raw HTML what nobody sees: scripts, styles, comments."""
    small = html.lower()
    kept, at = [], 0
    while found := _UNSEEN_TAG.search(html, at):
        kept.append(html[at : found.start()])
        closing = _UNSEEN[found[1].lower()]
        end = small.find(closing, found.end())
        end = small.find(">", end) if end >= 0 else -1
        at = end + 1 if end >= 0 else len(html)
    return "".join((*kept, html[at:]))


def comments(tokens: Sequence[Token]) -> list[str]:
    """Give the deck comments among inline tokens."""
    tags = [token.content for token in tokens if token.type == "html_inline"]
    return [found[1] for tag in tags if (found := _COMMENT.match(tag))]


def block_comment(html: str) -> str | None:
    """Give the words of a deck comment that stands on lines of its own, or None."""
    found = _COMMENT.match(html.strip())
    return found[1] if found else None


def parse_directives(words: str, base: Directives = NO_DIRECTIVES) -> tuple[Directives, list[str]]:
    """Read the words of a deck comment on top of another decision; give what is not understood as messages."""
    switches: dict[str, bool] = {}
    wrong: list[str] = []
    tags, phrases, allowed, pin = list(base.tags), list(base.hide), list(base.allow), base.pin
    for word, quoted, bare in _WORD.findall(words):
        value = quoted or bare
        if word in _SWITCHES and not value:
            switches[word.replace("-", "_")] = True
        elif word == "id" and re.fullmatch(r"[\w.-]+", value):
            pin = value
        elif word == "tag" and value:
            tags.append("_".join(value.split()))
        elif word == "hide" and value:
            phrases.append(value)
        elif word == "allow" and value:
            allowed.append(value)
        elif len(wrong) < _MOST_WRONG:
            from difflib import get_close_matches  # imported here: few words are mistyped

            close = get_close_matches(word, (*_SWITCHES, *_OPTIONS), 1)
            hint = f'; did you mean "{close[0]}"?' if close else ""
            known = 'skip, one-way, both-ways, items, id=…, tag=…, hide="…", allow=…'
            wrong.append(f'"{word}{"=" + value if value else ""}" says nothing to the deck{hint} (known: {known})')
    return (
        Directives(
            skip=switches.get("skip", base.skip),
            one_way=switches.get("one_way", base.one_way),
            both_ways=switches.get("both_ways", base.both_ways),
            items=switches.get("items", base.items),
            pin=pin,
            tags=tuple(tags),
            hide=tuple(phrases),
            allow=tuple(allowed),
        ),
        wrong,
    )
