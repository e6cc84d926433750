"""What the confidence of a card is computed from: features of its question and of its answer.

In: a draft, and the number of one of its card specs. Out: the names of its features, which are the rows of
`confidence.toml`. A feature depends on the draft alone, so on a block and its section, and on no language but for the
word lists that all rules share.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from studydeck.model.document import (
    MEDIA_KINDS,
    Code,
    Content,
    Formula,
    Inline,
    ItemList,
    Style,
    Table,
    Text,
)
from studydeck.model.notes import CardSpec, Cloze, NoteDraft, Pair
from studydeck.model.traverse import inlines, plain, text_of_content
from studydeck.text.acronyms import acronym_letters
from studydeck.text.length import length
from studydeck.text.names import can_be_name, is_empty_name, is_generic, starts_like_task
from studydeck.text.normalize import normalize
from studydeck.text.openings import article_end, is_anaphoric, is_example
from studydeck.text.punctuation import ends_in_colon, ends_in_question_mark, has_question_mark
from studydeck.text.search import BLANK
from studydeck.text.tokens import content_words, tokens
from studydeck.text.word_list_files import phrase_set

# The upper limits of the ranges that a number of words falls in, each with its name.
_ANSWER_LENGTHS = ((1, "1 word"), (4, "up to 4 words"), (12, "up to 12 words"), (25, "up to 25 words"))
_QUESTION_LENGTHS = ((1, "1 word"), (4, "up to 4 words"), (8, "up to 8 words"))
_SENTENCE_LENGTHS = ((6, "up to 6 words"), (12, "up to 12 words"), (25, "up to 25 words"))
_SIBLINGS = ((0, "none"), (2, "1 or 2"))
_MANY_ITEMS = 3  # items of an answer that nobody recalls as one fact
_LONG_BLANK = 4  # words
_DEEP = 4  # headings above a card
_SHORTEST_CAPITALS = 5  # letters of a label in capitals; a shorter one is an acronym
_LONGEST_POSITION = 3  # words of a name such as "Case 2" or "Exercise 3b"
_MANY_COMMAS = 3  # in a sentence that lists things
_COMMAS = (",", "，", "、", "،")
_SENTENCE_SIGNS = (".", "。", "．", "!", "！", "؟", "।")
_UNFINISHED = ("…", "...", ",", ";", "，", "、")

_EXERCISES, _EXAMPLES = phrase_set("exercise_nouns"), phrase_set("example_nouns")
_GENERIC_LABELS = phrase_set("open_labels", "generic_names", "empty_names", "lead_words")
_POSITIONS = phrase_set("position_words")


def features(draft: NoteDraft, number: int, siblings: int = 0) -> Iterator[str]:
    """Yield the features of the card that spec `number` of a draft gives, counted from 0.

    `siblings` are the other drafts of its section by the same rule, which show that its label is one of several.
    """
    yield from _path_features(draft.heading_path)
    yield f"siblings: {_range(siblings, _SIBLINGS, 'over 2')}"
    if isinstance(draft.body, Cloze):
        yield f"rule: {draft.rule}"
        text = draft.body.text
        if len(text) == 1 and isinstance(text[0], ItemList):
            yield from _item_features(draft.body, text[0], draft.card_specs[number])
        else:
            yield from _sentence_features(draft, draft.body, number)
    elif number == 0:
        yield f"rule: {draft.rule}"
        yield from _question_features(draft.body)
        yield from _answer_features(draft.body)
        if draft.extra:
            yield "answer: more is shown below it"
        if draft.rule == "headings" and not _is_sentence(draft.body.meaning):
            yield "heading: its answer is no sentence"
    else:
        yield f"rule: {draft.rule}, backwards"
        yield from _clue_features(draft.body)


@lru_cache(maxsize=256)  # the cards of a section share it
def _path_features(heading_path: tuple[str, ...]) -> tuple[str, ...]:
    found = ["path: none"] if not heading_path else ["path: one heading"] if len(heading_path) == 1 else []
    if heading_path and (is_generic(heading_path[-1]) or is_empty_name(heading_path[-1])):
        found.append("path: ends in a generic heading")
    if len(heading_path) >= _DEEP:
        found.append("path: deep")
    words = {word for heading in heading_path for word in tokens(heading.casefold())}
    if not words.isdisjoint(_EXERCISES):
        found.append("path: an exercise")
    if not words.isdisjoint(_EXAMPLES):
        found.append("path: an example")
    return tuple(found)


def _question_features(body: Pair) -> Iterator[str]:
    """Yield the features of the question of a forward card: what its term looks like."""
    text = text_of_content(body.term)
    string = text.plain
    if body.meaning_label:
        yield "question: has a label"
    if ends_in_question_mark(string):
        yield "question: ends in a question mark"
        return
    yield f"question: {_range(length(text), _QUESTION_LENGTHS, 'over 8 words')}"
    yield from _name_features("question", text)
    is_marked = any(inline.styles & Style.MARKED for inline in text)
    if not (body.meaning_label or is_marked) and sum(map(str.isalpha, string)) > 1 and not content_words(text):
        yield "question: no content word"
    if not can_be_name(text):
        yield "question: a clause"
    if length(text) > 1 and is_anaphoric(text):  # one word is a word that is learned, such as "sein"
        yield "question: refers back"
    if is_marked:
        yield "question: marked by the author"
    shown = [inline for inline in text if inline.text.strip()]
    if shown and all(inline.kind == "code" for inline in shown):
        yield "question: code"
    if shown and all(inline.target for inline in shown):
        yield "question: a link"


def _name_features(side: str, text: Text) -> Iterator[str]:
    """Yield what is wrong with a text as the name of something."""
    string = text.plain
    words = normalize(text).split()
    if len(string) > 1 and " ".join(words) in _GENERIC_LABELS:
        yield f"{side}: a generic name"
    elif words and len(words) <= _LONGEST_POSITION and (words[0] in _POSITIONS or words[0] in _EXAMPLES):
        yield f"{side}: a position"
    elif starts_like_task(string):
        yield f"{side}: a task"
    if not any(map(str.isalpha, string)):
        yield f"{side}: no letter"
    elif string.isupper() and sum(map(str.isalpha, string)) >= _SHORTEST_CAPITALS:
        yield f"{side}: in capitals"


def _answer_features(body: Pair) -> Iterator[str]:
    """Yield the features of the answer of a forward card."""
    text = text_of_content(body.meaning)
    string = text.plain
    yield f"answer: {_range(length(text), _ANSWER_LENGTHS, 'over 25 words')}"
    yield from _form_features(body.meaning, text)
    if ends_in_colon(string):
        yield "answer: ends in a colon"
    elif string.endswith(_UNFINISHED):
        yield "answer: unfinished"
    elif has_question_mark(string):
        yield "answer: asks something"
    if is_anaphoric(text):
        yield "answer: refers back"
    if is_example(text):
        yield "answer: an example"
    words = {word.casefold() for word in content_words(text)}
    if _has_media(text) and not words:
        pass  # what is shown or heard is the answer
    elif not any(map(str.isalnum, string)):
        yield "answer: nothing but signs"
    elif not words:
        yield "answer: no content word"
    elif words and 2 * len(words & {word.casefold() for word in content_words(text_of_content(body.term))}) >= len(
        words
    ):
        yield "answer: repeats the question"


def _form_features(meaning: Content, text: Text) -> Iterator[str]:
    """Yield what an answer is made of, besides words in one paragraph."""
    for block in meaning:
        if isinstance(block, ItemList):
            yield "answer: a long list" if len(block.items) > _MANY_ITEMS else "answer: a short list"
        elif isinstance(block, Code | Formula):
            yield "answer: a block of code or a formula"
        elif isinstance(block, Table):
            yield "answer: a table"
    if len(meaning) > 1:
        yield "answer: several blocks"
    kinds = {inline.kind for inline in text if inline.text.strip()}
    if _has_media(text):
        yield "answer: a picture or sound"
    elif kinds and kinds <= {"code", "math", "display"}:
        yield "answer: code or a formula in a line"
    if any(inline.target and inline.kind not in MEDIA_KINDS for inline in text):
        yield "answer: has a link"
    if any(isinstance(block, Formula) for block in meaning) or kinds & {"math", "display"}:
        yield "answer: has a formula"


def _has_media(text: Text) -> bool:
    return any(inline.kind in MEDIA_KINDS for inline in text)


def _is_sentence(content: Content) -> bool:
    return plain(content).endswith(_SENTENCE_SIGNS)


def _clue_features(body: Pair) -> Iterator[str]:
    """Yield the features of a backward card, which shows the clue and asks for the term."""
    clue, term = text_of_content(body.clue), text_of_content(body.term)
    yield f"clue: {_range(length(clue), _ANSWER_LENGTHS, 'over 25 words')}"
    yield from _name_features("backwards", term)
    if body.term_label:
        yield "clue: has a label"
    if _is_sentence(body.clue):
        yield "clue: a sentence"
    if article_end(clue.string):
        yield "clue: begins with an article"
    if BLANK in clue.string:
        yield "clue: hides its name"
    if any(inline.target for inline in clue):
        yield "clue: has a link"
    if is_anaphoric(clue):
        yield "clue: refers back"
    if length(term) > _LONG_BLANK:
        yield "backwards: a long name"
    if not can_be_name(term):
        yield "backwards: a clause"


def _item_features(body: Cloze, items: ItemList, card_spec: CardSpec) -> Iterator[str]:
    """Yield the features of a card that hides an item of a list."""
    yield f"item: of {len(items.items)}" if len(items.items) <= _LONG_BLANK else "item: of more than 4"
    yield f"item: {_range(length(card_spec.phrase), _QUESTION_LENGTHS, 'over 8 words')}"
    if body.mask_following:
        yield "item: of a sequence"
    name = plain(body.prompt)
    if is_generic(name) or is_empty_name(name):
        yield "item: below a generic name"
    if not content_words(name):
        yield "item: no lead-in"


def _sentence_features(draft: NoteDraft, body: Cloze, number: int) -> Iterator[str]:
    """Yield the features of a card that hides a phrase of a sentence."""
    text = text_of_content(body.text)
    string, phrase = text.plain, draft.card_specs[number].phrase
    word_count, phrase_length = length(text), length(phrase)
    yield f"sentence: {_range(word_count, _SENTENCE_LENGTHS, 'over 25 words')}"
    if is_anaphoric(text):
        yield "sentence: refers back"
    if is_example(text):
        yield "sentence: an example"
    if ends_in_colon(string):
        yield "sentence: ends in a colon"
    if len(draft.card_specs) > 1:
        yield "sentence: several blanks"
    if body.prompt:
        yield "sentence: has a lead-in"
    if sum(map(string.count, _COMMAS)) >= _MANY_COMMAS:
        yield "sentence: many commas"
    hidden = [inline for inline in inlines(body.text) if inline.hide == number + 1]
    yield f"blank: {_blank_kind(hidden, phrase)}"
    if phrase_length > _LONG_BLANK:
        yield "blank: over 4 words"
    if 3 * phrase_length > word_count:
        yield "blank: over a third of the words"
    if string.startswith(phrase):
        yield "blank: at the start"


def _blank_kind(hidden: list[Inline], phrase: str) -> str:
    """Return what a blank hides, by its marks first."""
    if any(inline.styles & Style.MARKED for inline in hidden):
        return "marked by the author"
    if any(inline.kind == "code" for inline in hidden):
        return "code"
    if phrase[:1].isdigit():
        return "a number"
    if acronym_letters(phrase):
        return "an acronym"
    return "a name" if phrase[:1].isupper() else "words"


def _range(count: float, limits: tuple[tuple[int, str], ...], beyond: str) -> str:
    """Return the name of the range that a number of words falls in."""
    return next((name for limit, name in limits if count <= limit), beyond)
