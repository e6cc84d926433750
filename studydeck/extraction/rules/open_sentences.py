"""Sentences that a formula on lines of its own goes on with: "If f is continuous, then", the formula, "for some c".

In: the blocks of a context, and the index of a paragraph. Out: the blocks that complete its last sentence.
"""

from __future__ import annotations

from studydeck.model.document import Block, Content, Formula, Paragraph
from studydeck.text.openings import continues_sentence, is_open

MOST_FORMULAS = 3  # in one sentence


def completing_blocks(blocks: Content, index: int) -> Content:
    """Return the formulas that the sentence at the end of a paragraph goes on with, and its words between them."""
    completing: list[Block] = []
    block: Block = blocks[index]
    for _ in range(MOST_FORMULAS):
        following = blocks[index + 1 : index + 3]
        if not (following and isinstance(block, Paragraph) and is_open(block.text.string)):
            break
        if not isinstance(following[0], Formula):
            break
        completing.append(following[0])
        index += 1
        block = following[-1]
        if not isinstance(block, Paragraph) or not continues_sentence(block.text.string):
            break
        completing.append(block)
        index += 1
    return tuple(completing)
