"""Parse directives: the author's `<!-- deck: … -->` comments in, `Directives` and messages about unknown ones out.

A comment holds words (`skip`, `one-way`, `both-ways`, `items`, `typed`) and options (`id=…`, `tag=…`, `hide="…"`,
`allow=…`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain

from markdown_it.token import Token
from msgspec.structs import replace

from studydeck.model.document import Block, DefinitionList, Directives, Flashcard, ItemList, Paragraph, Quotation, Table
from studydeck.patterns import lazy_pattern

DIRECTIVE_COMMENT = lazy_pattern(r"<!--+\s*deck\s*:((?:(?!-->).)*?)-*-->", re.DOTALL | re.IGNORECASE)
_COMMENTS = lazy_pattern(r"\s*(?:<!--(?:(?!-->).)*-->\s*)+", re.DOTALL)
_DIRECTIVE = lazy_pattern(r"""([^\s,="]+)(?:=(?:"([^"]*)"|([^\s,"]*)))?""")
_SWITCHES = ("skip", "one-way", "both-ways", "items", "typed")
_OPTIONS = ("id", "tag", "hide", "allow")
_MAX_MESSAGES = 3  # messages about one comment
MAX_VALUES = 100  # tags of one block, and as many phrases to hide


def directive_comments(tokens: Sequence[Token]) -> list[str]:
    """Return the texts of the directive comments among inline tokens."""
    tags = [token.content for token in tokens if token.type == "html_inline"]
    return [comment[1] for tag in tags if (comment := DIRECTIVE_COMMENT.match(tag))]


def directive_comment(html: str) -> str | None:
    """Return the text of the directive comments in raw HTML that holds comments only; None if there are none."""
    if "deck" not in html.lower() or not _COMMENTS.fullmatch(html):
        return None
    found = DIRECTIVE_COMMENT.findall(html)
    return " ".join(found) if found else None


def parse_directives(comment: str) -> tuple[Directives, list[str]]:
    """Parse a directive comment; return its directives, and messages about unknown ones."""
    switches: dict[str, bool] = {}
    messages: list[str] = []
    tags: list[str] = []
    hidden_phrases: list[str] = []
    allowed: list[str] = []
    pin = ""
    for word, quoted, bare in _DIRECTIVE.findall(comment):
        value = quoted or bare
        if word in _SWITCHES and not value:
            switches[word.replace("-", "_")] = True
        elif word == "id" and re.fullmatch(r"[\w.-]+", value):
            pin = value
        elif word == "tag" and value:
            tags.append("_".join(value.split()).lstrip("#"))
        elif word == "hide" and value:
            hidden_phrases.append(value)
        elif word == "allow" and value:
            allowed.append(value)
        elif len(messages) < _MAX_MESSAGES:
            from difflib import get_close_matches  # imported here: few directives are mistyped

            suggestions = get_close_matches(word, (*_SWITCHES, *_OPTIONS), 1)
            hint = f'; did you mean "{suggestions[0]}"?' if suggestions else ""
            known_directives = 'skip, one-way, both-ways, items, typed, id=…, tag=…, hide="…", allow=…'
            messages.append(
                f'"{word}{"=" + value if value else ""}" is not a known directive{hint} (known: {known_directives})'
            )
    directives = Directives(pin=pin, tags=tuple(tags), hide=tuple(hidden_phrases), allow=tuple(allowed), **switches)
    return directives, messages


def combine_directives(comments: Sequence[Directives]) -> Directives:
    """Return the directives of several comments about one block as one; of two ids the later one applies."""
    return Directives(
        skip=any(directives.skip for directives in comments),
        one_way=any(directives.one_way for directives in comments),
        both_ways=any(directives.both_ways for directives in comments),
        items=any(directives.items for directives in comments),
        pin=next((directives.pin for directives in reversed(comments) if directives.pin), ""),
        tags=tuple(chain.from_iterable([directives.tags for directives in comments])),
        hide=tuple(chain.from_iterable([directives.hide for directives in comments])),
        allow=tuple(chain.from_iterable([directives.allow for directives in comments])),
        typed=any(directives.typed for directives in comments),
    )


def limit_values(directives: Directives) -> tuple[Directives, list[str]]:
    """Return directives with a limited number of tags and phrases, and messages about those that are left out.

    Every note below a heading has its tags: without a limit, the work would grow with tags times notes.
    """
    messages = [
        f"{len(values):,} values of {option}=… apply to one block; the first {MAX_VALUES} are read, remove the others"
        for option, values in (("tag", directives.tags), ("hide", directives.hide), ("allow", directives.allow))
        if len(values) > MAX_VALUES
    ]
    if not messages:
        return directives, messages
    tags, hide, allow = directives.tags[:MAX_VALUES], directives.hide[:MAX_VALUES], directives.allow[:MAX_VALUES]
    return replace(directives, tags=tags, hide=hide, allow=allow), messages


def text_tags(directives: Directives) -> tuple[str, ...]:
    """Return the tags that the text itself holds (`#name`); what stands below a heading inherits those."""
    return tuple(tag for tag in directives.tags if tag.startswith("#"))


def without_text_tags(directives: Directives) -> Directives:
    """Return directives without the tags that the text holds."""
    if not directives.tags:
        return directives
    return replace(directives, tags=tuple(tag for tag in directives.tags if not tag.startswith("#")))


def with_directives(block: Block, added: Directives) -> Block:
    """Return a block to which directives are added; the same block where they can have no effect."""
    if isinstance(block, Paragraph | Quotation | Flashcard):
        return replace(block, directives=combine_directives((block.directives, added)))
    if isinstance(block, ItemList):
        items = [replace(item, directives=combine_directives((item.directives, added))) for item in block.items]
        return replace(block, items=tuple(items))
    if isinstance(block, Table):
        rows = [replace(row, directives=combine_directives((row.directives, added))) for row in block.rows]
        return replace(block, rows=tuple(rows))
    if isinstance(block, DefinitionList):
        own = [replace(item, directives=combine_directives((item.directives, added))) for item in block.definitions]
        return replace(block, definitions=tuple(own))
    return block
