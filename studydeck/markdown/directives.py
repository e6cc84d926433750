"""Parse directives: the author's `<!-- deck: … -->` comments in, `Directives` and messages about unknown ones out.

A comment holds words (`skip`, `one-way`, `both-ways`, `items`, `typed`) and options (`id=…`, `tag=…`, `hide="…"`,
`allow=…`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it.token import Token
from msgspec.structs import replace

from studydeck.model.document import NO_DIRECTIVES, Directives

_DIRECTIVE_COMMENT = re.compile(r"^<!--\s*deck:(.*?)-->\s*$", re.DOTALL)
_DIRECTIVE = re.compile(r"""([^\s,="]+)(?:=(?:"([^"]*)"|([^\s,"]*)))?""")
_SWITCHES = ("skip", "one-way", "both-ways", "items", "typed")
_OPTIONS = ("id", "tag", "hide", "allow")
_MAX_MESSAGES = 3  # messages about one comment


def directive_comments(tokens: Sequence[Token]) -> list[str]:
    """Return the texts of the directive comments among inline tokens."""
    tags = [token.content for token in tokens if token.type == "html_inline"]
    return [comment[1] for tag in tags if (comment := _DIRECTIVE_COMMENT.match(tag))]


def directive_comment(html: str) -> str | None:
    """Return the text of a directive comment that is a block of its own, or None."""
    comment = _DIRECTIVE_COMMENT.match(html.strip())
    return comment[1] if comment else None


def parse_directives(comment: str, base: Directives = NO_DIRECTIVES) -> tuple[Directives, list[str]]:
    """Parse a directive comment; return its directives merged into `base`, and messages about unknown ones."""
    switches: dict[str, bool] = {}
    messages: list[str] = []
    tags, hidden_phrases, allowed, pin = list(base.tags), list(base.hide), list(base.allow), base.pin
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
    return (
        Directives(
            skip=switches.get("skip", base.skip),
            one_way=switches.get("one_way", base.one_way),
            both_ways=switches.get("both_ways", base.both_ways),
            items=switches.get("items", base.items),
            pin=pin,
            tags=tuple(tags),
            hide=tuple(hidden_phrases),
            allow=tuple(allowed),
            typed=switches.get("typed", base.typed),
        ),
        messages,
    )


def text_tags(directives: Directives) -> tuple[str, ...]:
    """Return the tags that the text itself holds (`#name`); what stands below a heading inherits those."""
    return tuple(tag for tag in directives.tags if tag.startswith("#"))


def without_text_tags(directives: Directives) -> Directives:
    """Return directives without the tags that the text holds."""
    return replace(directives, tags=tuple(tag for tag in directives.tags if not tag.startswith("#")))
