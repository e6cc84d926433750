"""Find paragraphs that begin with a number and a name in bold, and count the parts of a section.

In: the blocks of a section. Out: the heading that each of them is, and what else stands in its paragraph.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from studydeck.model.document import Block, Paragraph, Style, Text
from studydeck.model.text_edits import cut
from studydeck.patterns import lazy_pattern
from studydeck.text.length import exceeds

LONGEST_NAME = 10  # words
NUMBERED = lazy_pattern(r"(?P<number>\d{1,2}(?:(?:\.\d{1,2})+[.:)]?|[.:)]))\s+\D")
IN_BRACKETS = lazy_pattern(r"\s*[(（][^()（）]*[)）]\s*[:：]?\s*")
_SEPARATOR = lazy_pattern(r"\s*(?:[:：]|[-–—]{1,2}\s)\s*")
_SIGNS = " :："


def numbered_titles(blocks: Sequence[Block]) -> dict[int, tuple[Paragraph, Paragraph | None]]:
    """Return the headings of a section that counts its parts in bold, by the indices of their blocks.

    In "**1. Diffusion**", "**2. Osmosis** (water)", "**3. Transport**: needs energy" one line is nothing but a number
    and a name; what stands behind the other names is the first paragraph below them.
    """
    found = {
        index: (block, end)
        for index, block in enumerate(blocks[:-1])
        if isinstance(block, Paragraph) and (end := _name_end(block.text))
    }
    is_whole = [end == len(block.text.string.rstrip()) for block, end in found.values()]
    numbers = [block.text.string.split(maxsplit=1)[0].rstrip(".:)") for block, _ in found.values()]
    is_counted = numbers == [str(number) for number in range(1, len(numbers) + 1)]
    if not (is_counted and any(is_whole)) or all(is_whole):
        return {}
    return {index: _title(block, end) for index, (block, end) in found.items()}


def _name_end(text: Text) -> int:
    """Return the end of a number and a name in bold at the start of a text, or 0."""
    end = bold_end(text)
    return end if end and NUMBERED.match(text.string[:end]) and not exceeds(text.string[:end], LONGEST_NAME) else 0


def _title(block: Paragraph, end: int) -> tuple[Paragraph, Paragraph | None]:
    """Return the heading of a paragraph, and the paragraph below it, which begins behind a colon or with the name."""
    string = block.text.string
    rest = string[end:]
    if not rest.strip(_SIGNS) or IN_BRACKETS.fullmatch(rest):
        return replace(block, text=cut(block.text, 0, len(string.rstrip(_SIGNS)))), None
    name = cut(block.text, 0, len(string[:end].rstrip(_SIGNS)))
    separator = _SEPARATOR.match(string, len(name.string))
    start = separator.end() if separator else len(string) - len(string.lstrip("0123456789.:) "))
    return replace(block, text=name), replace(block, text=cut(block.text, start))


def bold_end(text: Text) -> int:
    """Return the end of the words in bold at the start of a text, without spaces after them, or 0."""
    end = 0
    for inline in text:
        if not inline.styles & Style.STRONG:
            break
        end += len(inline.text)
    return len(text.string[:end].rstrip())
