"""Rule for exercises: what stands below "Exercise 3" tells the reader to do something, and blanks are to be filled in.

An exercise is known by its number, or by a sentence that tells what to do. A heading with such a noun alone does not
make one: training plans have exercises, and organs have a task ("Aufgabe").
"""

from __future__ import annotations

from functools import lru_cache

from studydeck.extraction.context import RuleContext, RuleResult, skip
from studydeck.extraction.refused_sections import EXERCISE
from studydeck.model.document import Block, ItemList, Paragraph, Text
from studydeck.model.notes import SectionVocabulary
from studydeck.text.exercises import begins_with_instruction, is_exercise_heading, may_head_exercise
from studydeck.text.normalize import normalize
from studydeck.text.sentences import sentences
from studydeck.text.tutorials import is_challenge
from studydeck.text.unmarked_questions import asks_briefly
from studydeck.text.word_list_files import phrase_set

_SOLUTION_TITLES, _TASK_LABELS = phrase_set("answer_labels"), phrase_set("exercise_labels")


def exercise(context: RuleContext, index: int, _vocabulary: SectionVocabulary) -> RuleResult | None:
    """Skip a block of an exercise or of its solution, and a list that only asks."""
    block = context.blocks[index]
    if _has_blanks(block) or _is_exercise(context):
        return skip(block, EXERCISE)
    return skip(block, "question-without-answer") if _only_asks(block) else None


def _only_asks(block: Block) -> bool:
    """Return whether most items of a list ask their reader without a question mark, and none is answered."""
    if not isinstance(block, ItemList) or any(item.blocks for item in block.items):
        return False
    return 2 * sum(asks_briefly(item.text.string) for item in block.items) > len(block.items)


def _has_blanks(block: Block) -> bool:
    """Return whether a reader is to fill in blanks, "She ____ (go) to school.", in a paragraph or most of its items."""
    if isinstance(block, Paragraph):
        return "___" in block.text.string and _has_blank(block.text)
    return isinstance(block, ItemList) and 2 * sum(_has_blank(item.text) for item in block.items) > len(block.items)


def _has_blank(text: Text) -> bool:
    return any(inline.kind == "text" and "___" in inline.text for inline in text)


def _is_exercise(context: RuleContext) -> bool:
    if context.refused == EXERCISE or _is_below_exercise(context.heading_path):
        return True
    if not any(map(may_head_exercise, context.heading_path)):
        return False
    return context.title in _SOLUTION_TITLES or any(map(_tells_what_to_do, context.blocks))


@lru_cache(maxsize=256)  # the blocks of a section share it
def _is_below_exercise(heading_path: tuple[str, ...]) -> bool:
    return any(is_exercise_heading(heading) or is_challenge(heading) for heading in heading_path)


def _tells_what_to_do(block: Block) -> bool:
    if isinstance(block, Paragraph):
        label = block.text.plain.replace("：", ":").partition(":")[0]
        if normalize(label) in _TASK_LABELS:
            return True
        return any(begins_with_instruction(sentence.plain) for sentence in sentences(block.text))
    return isinstance(block, ItemList) and any(begins_with_instruction(item.text.plain) for item in block.items)
