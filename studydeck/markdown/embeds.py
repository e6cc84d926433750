"""Read embedded files: pictures with their sizes, sounds and videos, in every form that tools write.

    ![[x.png|words|300x200]]   ![words|300](x.png)   ![](x.png =300x)   ![](x.png){width=50%}
    <img src="x.png" width="300" style="zoom:50%">   <svg>…</svg>   <audio src="x.mp3">   <video><source src="x.mp4">

In: links, words, attributes and raw HTML as written. Out: inlines, or raw HTML that embeds every file by an `<img>`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from urllib.parse import quote, unquote

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

from studydeck.model.document import Inline
from studydeck.model.media_types import is_playable, media_type
from studydeck.patterns import lazy_pattern

SIZE = "size"  # in the meta of an image token: the size after its address
_LARGEST = 9999  # pixels of one side
_PIXELS = {"": 1, "px": 1, "pt": 4 / 3, "pc": 16, "em": 16, "rem": 16, "cm": 96 / 2.54, "mm": 96 / 25.4, "in": 96}
_LENGTH = lazy_pattern(r"(\d{1,5}(?:\.\d{1,4})?|\.\d{1,4})\s*(%|[a-z]{2,3})?", re.IGNORECASE)
_SIZE = lazy_pattern(
    r"""
      \s* (\d{1,4})? (?:px)? (?: \s* [x×] \s* (\d{1,4})? (?:px)? )? \s*      # "300", "300x200", "x200"
    | \s* (\d{1,3}%) (?: \s* x )? \s*                                       # "50%"
    """,
    re.IGNORECASE | re.VERBOSE,
)
_BAR = lazy_pattern(r"\s*\\?\|\s*")
_DECLARATION = lazy_pattern(r"\s*(width|height|zoom)\s*:\s*([^;!]+)", re.IGNORECASE)
_IMAGE_WITH_SIZE = lazy_pattern(
    r"""
    !\[ ((?: [^\[\]\\\n] | \\. ){0,500}) \]                            # the words
    \( \s* (<[^<>\n]*> | [^\s()<>]+)                                   # the address
    (?: \s+ (?: "[^"\n]*" | '[^'\n]*' ) )?                             # a title
    \s+ = ((?: \d{1,4} | \d{1,3}% )? x? (?: \d{1,4} | \d{1,3}% )?) \s* \)   # the size
    """,
    re.VERBOSE,
)
_IMAGE_WITH_SPACES = lazy_pattern(
    r"""
    !\[ ((?: [^\[\]\\\n] | \\. ){0,500}) \]                            # the words
    \( \s* (?= [^()<>"\n]* (?: / | \.\w{2,4} \s* \) | \( ) )             # a path, or a name with a suffix
    ((?: [^()<>"\n] | \([^()<>"\n]*\) ){1,500}? ) \s* \)                # the address, with parentheses in pairs
    """,
    re.VERBOSE,
)
_ATTRIBUTES = lazy_pattern(r"\{:?([^{}\n]{0,200})\}")
_ATTRIBUTE = lazy_pattern(
    r"""
    (?:^|\s)
    (?: [\#.][\w:.-]+                                                     # an id or a class
      | ([\w:-]+) \s* = \s* (?: "([^"]*)" | '([^']*)' | ([^\s"']+) ) )     # a name and its value
    (?=\s|$)
    """,
    re.VERBOSE,
)
_SVG = lazy_pattern(r"<svg[\s>][^<]*(?:<(?!/?svg)[^<]*)*</svg\s*>", re.IGNORECASE)
_SVG_TITLE = lazy_pattern(r"<title[^<>]*>([^<>]*)</title", re.IGNORECASE)
_PLAYER = lazy_pattern(
    r"""
    <(audio|video)\b [^<]*
    (?: <(?!/?(?:audio|video)) [^<]* )*     # sources, and words for those who cannot play it
    </\1\s*>
    """,
    re.IGNORECASE | re.VERBOSE,
)
_PLAYER_PART = lazy_pattern(r"<(?:audio|video|source|embed)\b[^<>]*>", re.IGNORECASE)
_LONE_PLAYER = lazy_pattern(r"<(?:embed|audio|video)\b[^<>]*>", re.IGNORECASE)

_FOREIGN_CONTENT = lazy_pattern(r"<(?:iframe|frame|object|embed|applet|audio|video|source)\b[^<>]*>", re.IGNORECASE)
_ADDRESSES = ("src", "data", "srcdoc", "code")


def embedded(target: str, words: str = "", size: str = "") -> Inline:
    """Return the inline of an embedded file.

    Parameters
    ----------
    target : the link as written.
    words : its alternative text, which may end with `|300`; Anki shows none for a sound.
    size : its size, if that is known from elsewhere.
    """
    if media_type(target) != "picture":
        return Inline("", "sound", 0, target)
    words, written_size = words_and_size(words)
    return Inline(words, "picture", 0, target, 0, size or written_size)


def words_and_size(words: str) -> tuple[str, str]:
    """Return the words of `words|300`, and the size; several bars separate words, as in `cover|right|300`."""
    parts = _BAR.split(words)
    size = _size(parts[-1]) if len(parts) > 1 or re.fullmatch(r"\d{2,4}(?:x\d{2,4})?", words) else ""
    return (" ".join(filter(None, parts[:-1])), size) if size else (words, "")


def wikilink_embed(content: str) -> Inline:
    """Return what `![[content]]` embeds: a file, words and a size between bars."""
    target, *parts = _BAR.split(content)
    words = " | ".join(parts)
    words, size = words_and_size(f"|{words}") if parts else ("", "")
    return embedded(target.strip(), words.strip("| "), size)


def _size(text: str) -> str:
    """Return `300`, `300x200`, `300x` or `50%` as a size, and an empty text for anything else."""
    match = _SIZE.fullmatch(text)
    if not match or not any(match.groups()):
        return ""
    width, height, percentage = match.groups()
    return percentage or _joined(int(width or 0), int(height or 0))


def _joined(width: float, height: float) -> str:
    """Return a size in pixels; 0 stands for a side that follows the other."""
    sides = [str(round(side)) if 0 < side <= _LARGEST else "" for side in (width, height)]
    return f"{sides[0]}x{sides[1]}".rstrip("x")


def size_of(attributes: Mapping[str, str]) -> str:
    """Return the size that the attributes of a tag, or those after a picture, give it."""
    values = dict(attributes)
    for declaration in attributes.get("style", "").split(";"):
        if match := _DECLARATION.match(declaration):
            values[match[1].lower()] = match[2]
    zoom = _LENGTH.fullmatch(values.get("zoom", "").strip())
    if zoom and zoom[2] in {None, "%"}:
        percentage = float(zoom[1]) * (1 if zoom[2] else 100)
        return f"zoom:{percentage:g}%" if 0 < percentage <= 1000 and percentage != 100 else ""
    width, height = (_LENGTH.fullmatch(values.get(side, "").strip(" /")) for side in ("width", "height"))
    if width and width[2] == "%":
        return f"{float(width[1]):g}%" if 0 < float(width[1]) < 100 else ""
    return _joined(
        *(float(side[1]) * _PIXELS.get((side[2] or "").lower(), 0) if side else 0 for side in (width, height))
    )


def leading_attributes(text: str) -> tuple[str, int]:
    """Return the size in `{width=50%}` at the start of a text, and where the braces end; 0 if there are none."""
    match = _ATTRIBUTES.match(text)
    if not match or _ATTRIBUTE.sub("", match[1]).strip():
        return "", 0
    found = _ATTRIBUTE.finditer(match[1])
    return size_of({part[1].lower(): part[2] or part[3] or part[4] or "" for part in found if part[1]}), match.end()


def image_with_size(state: StateInline, silent: bool) -> bool:
    """Read `![words](address =300x200)`; a markdown-it inline rule."""
    match = _IMAGE_WITH_SIZE.match(state.src, state.pos, state.posMax)
    if not match:
        return False
    address = state.md.normalizeLink(match[2].strip("<>"))
    if not state.md.validateLink(address):
        return False
    if not silent:
        token = state.push("image", "img", 0)
        token.attrs, token.content, token.children = {"src": address, "alt": ""}, match[1], []
        token.meta[SIZE] = _size(match[3])
    state.pos = match.end()
    return True


def image_with_spaces(state: StateInline, silent: bool) -> bool:
    """Read `![words](folder/a name with spaces.png)`, which CommonMark does not allow; an inline rule."""
    match = _IMAGE_WITH_SPACES.match(state.src, state.pos, state.posMax)
    if not match:
        return False
    address = state.md.normalizeLink(match[2])
    if not state.md.validateLink(address):
        return False
    if not silent:
        token = state.push("image", "img", 0)
        token.attrs, token.content, token.children = {"src": address, "alt": ""}, match[1], []
    state.pos = match.end()
    return True


def plugin(parser: MarkdownIt) -> None:
    """Add pictures with a size after their address, and with spaces in it, to a parser; a markdown-it plugin."""
    parser.inline.ruler.before("image", "image_with_size", image_with_size)
    parser.inline.ruler.after("image", "image_with_spaces", image_with_spaces)


def is_sound_link(target: str) -> bool:
    """Return whether the target of an ordinary link is a sound or video below the notes folder."""
    return is_playable(target) and not re.match(r"[a-z][a-z0-9+.-]*:|//", target, re.IGNORECASE)


def plays_only(label: str, target: str) -> bool:
    """Return whether the text of a link to a sound only says that it can be played: "listen", or the file's name."""
    from studydeck.text.word_list_files import phrase_set  # imported here: few notes contain such links

    words = label.strip(" .!()[]▶►🔊🔈🔉🎧🎵🎶♪♫\ufe0f").casefold()
    name = unquote(target).rsplit("/", 1)[-1].casefold()
    return not words or words in phrase_set("play_labels") or words == name


def svg_link(svg: str) -> str:
    """Return an SVG that is written in the notes as a `data:` link."""
    return f"data:image/svg+xml,{quote(svg)}"


def svg_words(svg: str) -> str:
    """Return the title of an SVG, which stands for its alternative text."""
    title = _SVG_TITLE.search(svg)
    return " ".join(title[1].split()) if title else ""


def with_images(html: str) -> str:
    """Return raw HTML in which `<img>` embeds what an SVG, a player or an `<embed>` shows."""
    lowercase_html = html.lower()
    if "<svg" in lowercase_html:
        html = _SVG.sub(lambda svg: f'<img src="{escape(svg_link(svg[0]))}" alt="{escape(svg_words(svg[0]))}">', html)
    if "<audio" in lowercase_html or "<video" in lowercase_html:  # with what they hold, where they are closed
        html = _PLAYER.sub(lambda player: _image_of_player(player[0]) or player[0], html)
    if "<embed" in lowercase_html or "<audio" in lowercase_html or "<video" in lowercase_html:
        html = _LONE_PLAYER.sub(lambda tag: _image_of_player(tag[0]) or tag[0], html)
    return html


def not_shown(html: str) -> list[tuple[str, str]]:
    """Return the name and the address of each frame, program and player in raw HTML that no card shows."""
    from studydeck.markdown.html_tags import tag_of  # imported here: few notes contain HTML

    tags = map(tag_of, _FOREIGN_CONTENT.findall(with_images(html)))
    named = ((tag.name, next(filter(None, map(tag.attributes.get, _ADDRESSES)), "")) for tag in tags)
    return [(name, address) for name, address in named if address]


def _image_of_player(html: str) -> str:
    source = player_source(_PLAYER_PART.findall(html))
    return f'<img src="{escape(source)}">' if source else ""


def player_source(tags: list[str]) -> str:
    """Return the first sound or video among the sources of a player."""
    from studydeck.markdown.html_tags import tag_of  # imported here: few notes contain HTML

    sources = (tag_of(tag).attributes.get("src", "") for tag in tags)
    return next((source for source in sources if is_playable(source)), "")
