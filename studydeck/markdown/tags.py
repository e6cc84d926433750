"""Take the tags (`#biology/cell`) out of inline text: tokens of a text in; the tags out, and the tokens without them.

A tag at the end or the beginning of a line, or between two sentences, says something about the text and is removed.
One inside of a sentence is a word of it and loses only its sign. No tags are `#1`, `#ff0000`, `C#`, `#include`, the
selector `#id {`, and what stands in code, in a link or in an address. `rendering/fields.py` gives a tag its name in
Anki.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from itertools import pairwise

from markdown_it.token import Token

from studydeck.model.document import NO_DIRECTIVES, Directives, Paragraph, SourceSpan
from studydeck.patterns import lazy_pattern
from studydeck.text.tokens import is_function_word

SIGN = "#"  # a tag from the text begins with it among the directives; one of a `tag=` does not
TAGS = "tags"  # in the meta of an inline token: (index of the line, tag) of each tag; -1 for a line of tags only
FIRST_LINE = "first line"  # in its meta: how many lines before its text held only tags
_CHARACTER = r"[\w/\u200d\ufe0f\u2600-\u27bf\U0001f000-\U0001faff-]"
_TAG = lazy_pattern(
    rf"""
    (?<![^\s(（])\#
    (?: (?P<words>\w{_CHARACTER}*(?:\ {_CHARACTER}+){{0,2}}\ {_CHARACTER}{{2,}})\#  # with spaces, as in Bear
      | (?P<tag>{_CHARACTER}+)\#? )
    (?=[\s.,;:!?)）。，、；：！？…]|$) (?!\s*{{)
    """,
    re.VERBOSE,
)
_ONLY_TAGS = lazy_pattern(
    r"\s*(?:(?:tags?|topics?)\s*:{1,2}\s*)?"  # a label
    rf"(?:\#{_CHARACTER}+[\s,]*)+",  # the tags
    re.IGNORECASE,
)
_ESCAPED = lazy_pattern(rf"\\\#({_CHARACTER}+)")
_HEX = lazy_pattern(r"[0-9a-fA-F]{3,4}(?:[0-9a-fA-F]{2}){0,2}")
_DIRECTIVES_OF_C = frozenset(
    "include define undef if ifdef ifndef elif else endif pragma error region endregion".split()
)
_SENTENCE_ENDS = (".", "!", "?", ":", ";", "…", "。", "！", "？", ")", "）")
_BREAKS = frozenset({"softbreak", "hardbreak"})


def take_tags(token: Token) -> tuple[str, ...]:
    """Take the tags out of an inline token and return them; its meta holds them by line.

    A tag has the sign in front, and `/` between the parts of its path.
    """
    if SIGN not in token.content:
        return ()
    escaped = frozenset(_ESCAPED.findall(token.content))
    lines: list[list[Token]] = [[]]
    link_depth = 0
    for child in token.children or [Token("text", "", 0, content=token.content.strip())]:
        if child.type in _BREAKS:
            lines.append([])
        lines[-1].append(child)
        link_depth += child.nesting if child.type.startswith("link_") else 0
        if link_depth:
            child.meta = {**child.meta, "in_link": True}
    found: list[tuple[int, str]] = []
    kept_lines: list[list[Token]] = []
    content = token.content.split("\n")
    for number, line in enumerate(lines):
        tags = _take_from_line(line, escaped)
        if tags and number < len(content):
            content[number] = _remove(content[number])
        is_empty = bool(tags) and not any(child.content.strip() for child in line)
        found += ((-1 if is_empty else number, tag) for tag in tags)
        kept_lines.append(line[:1] if is_empty and line[0].type in _BREAKS else [] if is_empty else line)
    if not found:
        return ()
    first = next((number for number, line in enumerate(kept_lines) if any(_shows(child) for child in line)), 0)
    children = [child for line in kept_lines[first:] for child in line]
    token.children = children[1:] if children and children[0].type in _BREAKS else children
    while token.children and token.children[-1].type in _BREAKS:
        token.children.pop()
    token.content = "\n".join(row for row in content[first:] if row.strip())
    token.meta = {**token.meta, TAGS: tuple(found), FIRST_LINE: first}
    return tuple(dict.fromkeys(tag for _, tag in found))


def directives_of_lines(token: Token, paragraph: Paragraph, span: SourceSpan) -> Directives:
    """Return the tags of some lines of a paragraph, and of its lines that hold only tags, as directives."""
    first = paragraph.span.line
    own = tuple(
        tag for number, tag in token.meta.get(TAGS, ()) if number < 0 or span.line <= first + number <= span.end_line
    )
    return Directives(tags=own) if own else NO_DIRECTIVES


def _shows(token: Token) -> bool:
    return token.type not in _BREAKS and bool(token.content or token.type == "image")


def _take_from_line(line: Sequence[Token], escaped: AbstractSet[str]) -> list[str]:
    """Remove the tags from the text tokens of one line, and return them."""
    texts = [child for child in line if child.type == "text" and "in_link" not in child.meta]
    if not any(SIGN in child.content for child in texts):
        return []
    shown = [child for child in line if _shows(child)]
    if len(shown) == len(texts) and _ONLY_TAGS.fullmatch(whole := "".join(child.content for child in texts)):
        tags = [_path(match) for match in _TAG.finditer(whole) if _is_tag(match, escaped)]
        if len(tags) == whole.count(SIGN):
            for child in texts:
                child.content = ""
            return tags
    tags = []
    for index, child in enumerate(shown):
        if child.type == "text" and "in_link" not in child.meta and SIGN in child.content:
            before = shown[index - 1] if index else None
            if before is not None and child.content.startswith(SIGN) and not before.content.endswith((" ", "(")):
                continue  # glued to code, emphasis or a picture
            child.content, taken = _taken(
                child.content, escaped, is_first=child is shown[0], is_last=child is shown[-1]
            )
            tags += taken
    return tags


def _taken(text: str, escaped: AbstractSet[str], *, is_first: bool, is_last: bool) -> tuple[str, list[str]]:
    """Return a text without its tags, and the tags; `is_first` and `is_last` say whether a line begins or ends here."""
    matches = [match for match in _TAG.finditer(text) if _is_tag(match, escaped)]
    # Runs of tags with nothing but spaces and commas between them stay or go together.
    runs: list[list[re.Match[str]]] = []
    for match in matches:
        if runs and not text[runs[-1][-1].end() : match.start()].strip(" ,"):
            runs[-1].append(match)
        else:
            runs.append([match])
    parts, position = list[str](), 0
    for run in runs:
        before, after = text[position : run[0].start()], text[run[-1].end() :]
        parts.append(before)
        if _is_remark(text[: run[0].start()], after, run, is_first=is_first, is_last=is_last):
            parts[-1] = before.rstrip() if not after.strip() or after[:1].isspace() else before
        else:
            parts += (_words(match) + text[match.end() : following] for match, following in _with_next(run))
        position = run[-1].end()
    joined = "".join((*parts, text[position:]))
    return (joined.lstrip() if is_first else joined), [_path(match) for match in matches]


def _with_next(run: Sequence[re.Match[str]]) -> list[tuple[re.Match[str], int]]:
    """Return each match of a run with the offset up to which the text after it is kept."""
    return [(match, following.start()) for match, following in pairwise(run)] + [(run[-1], run[-1].end())]


def _is_remark(before: str, after: str, run: Sequence[re.Match[str]], *, is_first: bool, is_last: bool) -> bool:
    """Return whether tags say something about the text, and are no words of a sentence."""
    ends, begins = is_last and not after.strip(), is_first and not before.strip()
    if ends:
        words = before.split()
        return len(run) > 1 or not words or not is_function_word(words[-1].casefold())
    follows_sentence = before.rstrip().endswith(_SENTENCE_ENDS)
    first = after.lstrip()[:1]
    starts_sentence = bool(first) and after[:1].isspace() and not first.islower()
    return (begins or follows_sentence) and starts_sentence


def _is_tag(match: re.Match[str], escaped: AbstractSet[str]) -> bool:
    """Return whether what follows the sign names something: no number, colour or directive of C."""
    if match["words"]:
        return True
    tag = match["tag"].strip("/-")
    return (
        any(character.isalpha() or ord(character) > 0x2600 for character in tag)
        and not _is_colour(tag)
        and tag not in _DIRECTIVES_OF_C
        and match["tag"] not in escaped
    )


def _is_colour(tag: str) -> bool:
    """Return whether a tag is a colour of CSS: `ff0000`, `fff` or `AABBCC`, and not `cafe` or `face`."""
    if not _HEX.fullmatch(tag):
        return False
    if any(map(str.isdigit, tag)) or len(set(tag)) == 1 or tag.isupper():
        return True
    return not set("aeAE") & set(tag) or (len(tag) > 4 and all(tag[at] == tag[at + 1] for at in range(0, len(tag), 2)))


def _path(match: re.Match[str]) -> str:
    return SIGN + (match["tag"] or match["words"]).strip("/-")


def _words(match: re.Match[str]) -> str:
    """Return a tag as words of a sentence: the last part of its path."""
    return (match["tag"] or match["words"]).strip("/").split("/")[-1].replace("_", " ")


def _remove(line: str) -> str:
    """Return a line of Markdown without the tags at its ends, for tests of the form of a paragraph."""
    if _ONLY_TAGS.fullmatch(line):
        return ""
    words = line.split(" ")
    while len(words) > 1 and (not words[-1] or _ONLY_TAGS.fullmatch(words[-1])):
        words.pop()
    return " ".join(words)
