"""Read wikilinks (`[[note|words]]`) and embeds (`![[file]]`): a rule for markdown-it, before that for links.

The words of a link may hold any inline markup. A link without words shows its target as Obsidian does, such as
"Note > Heading".
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.common.utils import normalizeReference
from markdown_it.rules_inline import StateInline

from studydeck.model.document import WIKILINK_PREFIX
from studydeck.patterns import lazy_pattern

OPEN, CLOSE, EMBED = "wikilink_open", "wikilink_close", "wikilink_embed"
# A link to a heading may hold brackets: "[[Limits#The limit f[x]|limit]]".
_WIKILINK = lazy_pattern(
    r"(?P<embed>!)?\[\[(?P<link>(?!\^)"  # no footnote
    r"[^\[\]\n]+(?:\[[^\[\]\n]*\](?!\])[^\[\]\n]*)*)"  # brackets may be inside
    r"\]\](?!\(\s*(?:<[^<>\n]*>|[^\s<>]*)(?:\s+[\"'(][^\n]*)?\s*\))"  # no link of Markdown
)
_NOTE_SUFFIX = lazy_pattern(r"\.md$", re.IGNORECASE)


def wikilink(state: StateInline, silent: bool) -> bool:
    """Read a wikilink or an embed; a markdown-it inline rule."""
    # In a search for the end of a link around it, a wikilink is only brackets: "[see [[note]] here](address)".
    if silent or not state.src.startswith(("[[", "![["), state.pos):
        return False
    match = _WIKILINK.match(state.src, state.pos, state.posMax)
    if not match or normalizeReference(match["link"]) in state.env.get("references", {}):
        return False
    target, bar, words = match["link"].partition("|")
    if match["embed"]:
        state.push(EMBED, "", 0).content = match["link"]
    else:
        _push_link(state, match, len(target) + 1 if bar and words.strip() else 0)
    state.pos = match.end()
    return True


def _push_link(state: StateInline, match: re.Match[str], words_start: int) -> None:
    """Push the tokens of a link; `words_start` is the offset in it of the author's own words, or 0."""
    link = match["link"]
    state.push(OPEN, "a", 1).attrs = {"href": f"{WIKILINK_PREFIX}{link}"}
    if words_start:
        stop, state.posMax = state.posMax, match.end("link")
        state.pos = match.start("link") + words_start
        state.linkLevel += 1
        state.md.inline.tokenize(state)
        state.linkLevel -= 1
        state.posMax = stop
    else:
        state.push("text", "", 0).content = shown_target(link.rstrip("|\\").strip())
    state.push(CLOSE, "a", -1)


def shown_target(link: str) -> str:
    """Return what a link without words shows; the id of a block is never shown."""
    name, *headings = link.split("#")
    parts = [_NOTE_SUFFIX.sub("", name.strip()), *(heading.strip() for heading in headings)]
    return " > ".join([part for part in parts if part and not part.startswith("^")])


def plugin(parser: MarkdownIt) -> None:
    """Add the rule to a parser, before that for links; a markdown-it plugin."""
    parser.inline.ruler.before("link", "wikilink", wikilink)
