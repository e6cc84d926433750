"""Find lines in bold or in capitals that are used as headings, and where what they head ends.

In: the blocks of a section, and the lines of the thematic breaks of its file. Out: the parts of the section, the first
of them without a heading of its own.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from itertools import takewhile
from typing import TypeGuard

from msgspec import Struct
from msgspec.structs import replace

from studydeck.markdown.numbered_lines import IN_BRACKETS, NUMBERED, bold_end, numbered_titles
from studydeck.markdown.term_lines import SENTENCE_ENDS
from studydeck.model.document import Block, Paragraph, Style, Text
from studydeck.model.text_edits import cut
from studydeck.patterns import lazy_pattern
from studydeck.text.answer_options import is_option_line
from studydeck.text.course_remarks import is_score
from studydeck.text.labels import names_kinds
from studydeck.text.length import exceeds, length
from studydeck.text.names import can_be_name, is_aspect
from studydeck.text.punctuation import begins_with_colon, ends_in_colon, has_question_mark, without_colon
from studydeck.text.term_shapes import split_term

LONGEST_LINE = 10  # words
LEAST_IN_CAPITALS = 2  # words
LONGEST_ASKING_LINE = 40  # words of a line that asks, or is numbered as the questions of an exam are
_OUTLINE_LABELS = list("ABCDEFGH")
_OUTLINE_LABEL = lazy_pattern(r"(?P<label>[A-Ha-h])[.)]\s+(?=\S)")


class Part(Struct):
    """A line that is used as a heading, and the blocks below it.

    `below` is the index of the part below whose heading the line stands. `heading` is None for blocks that continue
    that part, after the line that headed those above them. `is_in_row`: a marked term stands directly above the line.
    """

    heading: Paragraph | None
    below: int
    blocks: list[Block]
    is_in_row: bool = False


def split_at_heading_lines(blocks: Sequence[Block], breaks: Sequence[int]) -> list[Part]:
    """Split the blocks of a section at lines used as headings.

    What such a line heads ends at the next one, at a thematic break and at a numbered line in bold; what a generic line
    heads ends at a marked term, such as "**Disadvantages:** slow" below "**Advantages**".

    Parameters
    ----------
    blocks : the blocks of the section.
    breaks : the lines of the file's thematic breaks, in ascending order.

    Returns
    -------
    the parts, of which the first has no heading.
    """
    part, named = Part(None, 0, []), 0  # the index of the last part with a name of its own
    parts = [part]
    titles = _outline_titles(blocks) | numbered_titles(blocks)
    names = Counter([block.text.plain for block in blocks if isinstance(block, Paragraph) and _is_bold(block.text)])
    for index, block in enumerate(blocks):
        if part.blocks and (part.heading or part.below) and _has_break(breaks, part.blocks[-1], block):
            part, named = Part(None, 0, []), 0
        heading_line, opening = titles.get(index) or (_heading_line(blocks, index, part), None)
        if heading_line:
            names_aspect = is_aspect(without_colon(heading_line.text.plain))
            is_below = named and names_aspect and _stands_below(heading_line, parts[named], names)
            is_in_row = (
                ends_in_colon(heading_line.text.string) and bool(part.blocks) and _is_marked_term(part.blocks[-1])
            )
            part = Part(heading_line, named if is_below else 0, [opening] if opening else [], is_in_row)
            named = named if names_aspect else len(parts)
            parts.append(part)
            continue
        if part.heading and part.blocks and isinstance(block, Paragraph):
            if _is_numbered(block):
                part, named = Part(None, 0, []), 0
            elif _ends(part, block):
                part = Part(None, part.below, [])
        if part is not parts[-1]:
            parts.append(part)
        part.blocks.append(block)
    return parts


def _heading_line(blocks: Sequence[Block], index: int, part: Part) -> Paragraph | None:
    """Return a block that heads the blocks after it, or None."""
    if index + 1 == len(blocks):
        return None
    block, following = blocks[index], blocks[index + 1]
    if _is_heading_line(block):
        return None if _lacks_meaning(blocks, index) else block
    # "**Cats** (felines)" above its text, after "**Dogs**", is no part of what that heads; two such lines are terms.
    is_alone = not (isinstance(following, Paragraph) and bold_end(following.text))
    is_below = part.heading and (_is_bold(part.heading.text) or _has_gloss(part.heading))
    return block if is_below and is_alone and _has_gloss(block) else None


def _has_gloss(block: Block) -> TypeGuard[Paragraph]:
    """Return whether a paragraph is a name in bold and a remark in brackets."""
    if not isinstance(block, Paragraph) or exceeds(block.text, LONGEST_LINE):
        return False
    end = bold_end(block.text)
    return end > 0 and bool(IN_BRACKETS.fullmatch(block.text.string[end:]))


def _lacks_meaning(blocks: Sequence[Block], index: int) -> bool:
    """Return whether a line in bold is a term among others whose meaning nobody wrote: it heads no other term.

    A line with more terms after it than before it rather heads them.
    """
    block = blocks[index]
    assert isinstance(block, Paragraph)
    if not ends_in_colon(block.text.string) or names_kinds(block.text):
        return False
    terms_before, terms_after = [
        len(list(takewhile(_is_marked_term, others))) for others in (blocks[:index][::-1], blocks[index + 1 :])
    ]
    return 0 < terms_after <= terms_before


def _outline_titles(blocks: Sequence[Block]) -> dict[int, tuple[Paragraph, None]]:
    """Return the lines that count the parts of a section, by their indices: "A. Causes", "B. Effects", above texts."""
    matches = {
        index: match
        for index, block in enumerate(blocks[:-1])
        if isinstance(block, Paragraph) and (match := _OUTLINE_LABEL.match(block.text.string))
    }
    lines = {
        index: match
        for index, match in matches.items()
        if index + 1 not in matches and _is_title(match.string[match.end() :])
    }
    labels = [match["label"].upper() for match in lines.values()]
    is_counted = len(labels) > 1 and len(lines) == len(matches) and labels == _OUTLINE_LABELS[: len(labels)]
    if not is_counted:
        return {}
    titles = {}
    for index, match in lines.items():
        block = blocks[index]
        assert isinstance(block, Paragraph)
        titles[index] = replace(block, text=cut(block.text, match.end())), None
    return titles


def _is_title(string: str) -> bool:
    return not exceeds(string, LONGEST_LINE) and not string.endswith((*SENTENCE_ENDS, ":")) and can_be_name(string)


def _stands_below(block: Paragraph, part: Part, names: Counter[str]) -> bool:
    """Return whether a generic line names an aspect of the part above it, rather than of the whole section.

    It does where that part asks or is written in another form, and where the line recurs for other names.
    """
    assert part.heading
    above, line = part.heading.text.string, block.text.plain
    is_other_form = ends_in_colon(line) and not ends_in_colon(above)
    return is_other_form or has_question_mark(above) or names[line] > 1


def _has_break(breaks: Sequence[int], before: Block, after: Block) -> bool:
    index = bisect_left(breaks, before.span.end_line)
    return index < len(breaks) and breaks[index] < after.span.line


def _is_bold(text: Text) -> bool:
    return all(inline.styles & Style.STRONG or not inline.text.strip() for inline in text)


def _is_heading_line(block: Block) -> TypeGuard[Paragraph]:
    if not isinstance(block, Paragraph):
        return False
    text = block.text.string.strip()
    if not text or exceeds(text, LONGEST_ASKING_LINE) or not any(map(str.isalpha, text)):
        return False
    is_bold = _is_bold(block.text)
    if is_bold and is_score(text):
        return False
    asks = is_bold and (has_question_mark(text) or bool(NUMBERED.match(text)))
    if text.endswith(SENTENCE_ENDS) or (exceeds(text, LONGEST_LINE) and not asks):
        return False
    if is_bold:
        return True
    # Letters of scripts without capitals say nothing about it: "قانون أوم: V = IR".
    in_capitals = text.isupper() and all(map(str.isupper, filter(str.isalpha, text))) and not is_option_line(text)
    return in_capitals and length(text) >= LEAST_IN_CAPITALS and all(inline.kind == "text" for inline in block.text)


def _is_numbered(block: Paragraph) -> bool:
    """Return whether a paragraph is a line in bold with a number, such as a question of an exam."""
    return bool(NUMBERED.match(block.text.string)) and _is_bold(block.text)


def _ends(part: Part, block: Paragraph) -> bool:
    """Return whether a paragraph is a term that stands beside the heading of a part, rather than below it."""
    assert part.heading
    if _is_marked_term(part.blocks[0]) or not _is_marked_term(block):
        return False
    name = without_colon(part.heading.text.plain)
    return part.is_in_row or is_aspect(name) or is_aspect(name.split(maxsplit=1)[0])


def _is_marked_term(block: Block) -> bool:
    """Return whether a paragraph begins with a term in bold and a colon."""
    if not isinstance(block, Paragraph):
        return False
    end, string = bold_end(block.text), block.text.string
    if not 0 < end < len(string) or not (ends_in_colon(string[:end]) or begins_with_colon(string[end:])):
        return False
    return split_term(block.text) is not None
