"""Flashcards as their authors write them: `Q:` and `A:`, `term::definition`, `?` between question and answer.

In: the text of a source, and its front matter. Out: the same lines, those of cards marked as `markdown/flashcards.py`
reads them. A card takes the lines that follow each other without a blank one; no other line is read otherwise than
before.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from studydeck.markdown.dialects import clozes, remnote, tab_separated
from studydeck.markdown.dialects.anki_tools import has_id, has_tag, hide_marks_of_tools, is_tagged, note_block
from studydeck.markdown.dialects.answer_keys import answer_keys, hide_used_keys
from studydeck.markdown.dialects.card_lines import CardLines, card_lines_of
from studydeck.markdown.dialects.colons import arrow_card, line_card, recurring_keys
from studydeck.markdown.dialects.exams import exam_question
from studydeck.markdown.dialects.judged_statements import judged_statement, may_hold_judgements
from studydeck.markdown.dialects.labelled_cards import labelled_card, labelled_heading
from studydeck.markdown.dialects.labels import quick_pattern
from studydeck.markdown.dialects.lines import HIDDEN_LINE, without_hidden_lines
from studydeck.markdown.dialects.numbered_options import boxed_options, numbered_question
from studydeck.markdown.dialects.separated_cards import card_of_file, separated_card, tagged_card
from studydeck.text.answer_options import may_have_exam_options

# Marks the card that a line belongs to, if it has one of this grammar; returns whether the line has been read.
_Grammar = Callable[[CardLines, int], bool]


def has_marks(text: str) -> bool:
    """Return whether a text can contain a flashcard or the marks of a tool for them."""
    return (
        "::" in text
        or "\n?" in text
        or "\n%\n" in text
        or "START" in text
        or "TARGET DECK" in text
        or has_id(text)
        or has_tag(text)
        or clozes.has_cloze(text)
        or bool(quick_pattern().search("\n" + text))
        or may_have_exam_options(text)
        or may_hold_judgements(text)
        or remnote.has_marks(text)
        or tab_separated.has_marks(text)
        or "\n---" in text
        or "\n[*] " in text
        or "\n[x] " in text
        or " :->" in text
        or " :<-" in text
    )


def rewrite(text: str, front_matter: str = "", property_keys: frozenset[str] = frozenset()) -> str:
    """Return a text with its flashcards marked.

    Parameters
    ----------
    text : the text of a source; front matter is blank.
    front_matter : a tag for flashcards in it says that all of the text is written for them.
    property_keys : keys of `key:: value` that are no terms, because other files have them, too.
    """
    shown, numbers = without_hidden_lines(text)
    lines = [HIDDEN_LINE] * (text.count("\n") + 1)
    for number, line in zip(numbers, _with_cards(shown, front_matter, property_keys).split("\n"), strict=False):
        lines[number] = line
    return "\n".join(lines)


def _with_cards(text: str, front_matter: str, property_keys: frozenset[str]) -> str:
    tagged = is_tagged(text, front_matter)
    is_remnote = remnote.has_marks(text) and remnote.is_outline(card_lines_of(text).lines)
    if tagged or is_remnote or clozes.has_cloze(text):
        text = clozes.rewrite(text, is_tagged=tagged, is_remnote=is_remnote)
    cards = card_lines_of(text)
    hide_marks_of_tools(cards)
    _find_decks(cards)
    keys = answer_keys(cards)
    properties = property_keys | recurring_keys(cards.lines)
    grammars: tuple[_Grammar, ...] = (
        note_block,
        card_of_file,
        labelled_heading,
        partial(exam_question, keys=keys),
        numbered_question,
        boxed_options,
        *((judged_statement,) if may_hold_judgements(text) else ()),
        separated_card,
        *((remnote.remnote_card,) if is_remnote else ()),
        *((tab_separated.tabbed_cards,) if tab_separated.has_marks(text) else ()),
        labelled_card,
        *((arrow_card,) if " :-" in text or " :<-" in text else ()),
        partial(line_card, properties=properties, is_tagged=tagged),
        tagged_card,
    )
    index = 0
    while index < len(cards.lines):
        if not cards.lines[index].is_code and not cards.lines[index].is_blank:
            _mark_card(cards, index, grammars)
        index = max(index + 1, cards.free)
    hide_used_keys(cards, keys)
    return cards.text()


def _mark_card(cards: CardLines, index: int, grammars: Sequence[_Grammar]) -> None:
    """Mark the card at a line in the first grammar in which the line is a part of one."""
    for mark in grammars:
        if mark(cards, index):
            return


def _find_decks(cards: CardLines) -> None:
    """Find the sections that begin with a question: all of them holds cards."""
    start, last, is_deck = 0, -1, False
    for index, line in enumerate(cards.lines):
        if line.ends_section:
            cards.deck_ends += [last if is_deck else -1] * (index - start)
            start, last, is_deck = index, -1, False
        elif not line.is_code and line.question:
            is_deck = is_deck or all(above.is_blank or above.ends_section for above in cards.lines[start:index])
            last, cards.question_count = index, cards.question_count + 1
    cards.deck_ends += [last if is_deck else -1] * (len(cards.lines) - start)
