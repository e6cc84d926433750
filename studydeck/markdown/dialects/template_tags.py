"""Tags of site generators, `{% tag %}` … `{% endtag %}`, which Liquid, Hugo and GitBook share.

In: the text of a source, and a function that finds the tags of a line. Out: the same lines without tags. What a pair of
tags encloses is read: as code if the pair is one for code, as an admonition if it has a title, and not at all if it is
one for comments.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec import Struct

from studydeck.markdown.dialects.containers import Closing, Opening, rewrite_containers
from studydeck.markdown.dialects.lines import attributes_of, before_removed, edit_outside_code_spans, lines_of

_COMMENTS = frozenset({"comment", "hidden"})
_CODE = frozenset({"highlight", "codeblock", "prism", "mermaid", "code-block"})
_FOLDS = frozenset({"details", "expand", "spoiler", "fold", "folding", "collapse", "expandable", "accordion"})
_FORMULAS = frozenset({"math", "katex", "latex", "mathjax"})
_SENTENCE_ENDS = (".", "!", "?", "。", "！", "？")
_TITLE_KEYS = ("title", "summary", "header", "label", "heading", "name", "tabname")
_NOT_A_LANGUAGE = frozenset({"mermaid"})


class Tag(Struct, frozen=True):
    """A tag, and where it stands in its line."""

    name: str
    arguments: str
    is_end: bool
    start: int
    end: int


def rewrite_tags(text: str, tags_of: Callable[[str], Iterator[Tag]], shown: Callable[[Tag], str]) -> str:
    """Return a text without tags.

    Parameters
    ----------
    text : the text of a source; each tag must stand on one line.
    tags_of : finds the tags of a line.
    shown : returns what a tag without an end shows, such as a picture.
    """
    lines = list(lines_of(text))
    ended = {tag.name for line, is_code in lines if not is_code for tag in tags_of(line) if tag.is_end}
    kept: list[str] = []
    marks: dict[int, Opening | Closing] = {}
    hidden = code = ""  # the name of the tag whose content is hidden, or is code
    for number, (line, is_code) in enumerate(lines):
        tags = [] if is_code else list(tags_of(line))
        only_tag = tags[0] if len(tags) == 1 and line.strip() == line[tags[0].start : tags[0].end] else None
        if code:
            is_end = any(tag.is_end and tag.name == code for tag in tags)
            kept.append("```" if is_end else line)
            code = "" if is_end else code
        elif hidden or any(tag.name in _COMMENTS for tag in tags):
            visible, hidden = _without_comments(line, tags, hidden)
            kept.append(visible)
        elif not tags:
            kept.append(line)
        elif not only_tag:
            kept.append(edit_outside_code_spans(line, lambda part: _edited(part, tags_of, shown, ended)))
        elif only_tag.is_end:
            kept.append("")
            marks[number] = Closing(only_tag.name)
        elif only_tag.name in ended and only_tag.name in _CODE:
            code = only_tag.name
            kept.append(f"{line[: only_tag.start]}```{_language(only_tag)}")
        elif only_tag.name in ended:
            kept.append(line[: only_tag.start])
            marks[number] = _opening(only_tag)
        else:
            kept.append(line[: only_tag.start] + shown(only_tag) if shown(only_tag) else "")
    return "\n".join(rewrite_containers(kept, marks))


def _without_comments(line: str, tags: list[Tag], hidden: str) -> tuple[str, str]:
    """Return what a line shows, and the name of the comment that is open at its end."""
    visible, start = [], 0
    for tag in tags:
        if hidden and tag.is_end and tag.name == hidden:
            hidden, start = "", tag.end
        elif not hidden and not tag.is_end and tag.name in _COMMENTS:
            visible.append(line[start : tag.start])
            hidden = tag.name
    return "".join(visible) if hidden else "".join((*visible, line[start:])), hidden


def _edited(part: str, tags_of: Callable[[str], Iterator[Tag]], shown: Callable[[Tag], str], ended: set[str]) -> str:
    """Return a part of a line without tags; within a sentence, one without arguments and end is text about tags."""
    pieces, start = list[str](), 0
    for tag in tags_of(part):
        is_after_sentence = not part[tag.end :].strip() and part[: tag.start].rstrip().endswith(_SENTENCE_ENDS)
        if not (tag.arguments or tag.is_end or tag.name in ended or is_after_sentence):
            continue
        formula_sign = "$" if tag.name in _FORMULAS and tag.name in ended else ""
        replacement = formula_sign or ("" if tag.is_end or tag.name in ended else shown(tag))
        before = part[start : tag.start]
        pieces += (before if replacement else before_removed(before, part[tag.end :]), replacement)
        start = tag.end
    return "".join((*pieces, part[start:]))


def first_quoted(arguments: str) -> str:
    """Return the first value in quotes that has no key."""
    start = arguments.lstrip()
    return start[1:].partition(start[0])[0] if start[:1] in {'"', "'"} else ""


def _opening(tag: Tag) -> Opening:
    values = attributes_of(tag.arguments)
    title = next((values[key] for key in _TITLE_KEYS if values.get(key)), "")
    words = tag.arguments.split(maxsplit=1)
    if not title and not values:
        has_kind = len(words) > 1 and words[0].isalpha() and words[1][:1] in {'"', "'"}
        title = first_quoted(words[1] if has_kind else tag.arguments)
        if not title and tag.name in _FOLDS:
            title = tag.arguments.strip()
    kind = values.get("style") or values.get("type") or tag.name
    is_word = kind.replace("-", "").isalnum()
    return Opening(title=title, kind=kind if is_word else "note", name=tag.name, is_fold=tag.name in _FOLDS)


def _language(tag: Tag) -> str:
    word = (tag.arguments.split() or [""])[0].strip("\"'").removeprefix("lang:").partition("=")[0]
    return tag.name if tag.name in _NOT_A_LANGUAGE else word if word.replace("+", "").isalnum() else ""
