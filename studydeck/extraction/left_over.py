"""Find what a section holds and no card shows, so that it is listed as skipped and nothing is dropped in silence.

In: the blocks of a section with its drafts and skipped blocks; or the sections of a deck with the drafts of all of
them. Out: a `SkippedBlock` for each text, formula, code block or piece of HTML, and for each heading, of which a word
is shown nowhere.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import accumulate

from studydeck.extraction.embeds import is_sound
from studydeck.model.document import (
    Block,
    Code,
    Content,
    DefinitionList,
    Flashcard,
    Formula,
    Html,
    ItemList,
    Paragraph,
    Quotation,
    Section,
    SourceSpan,
    Table,
    Text,
)
from studydeck.model.notes import NoteDraft, Pair, SkippedBlock
from studydeck.model.traverse import block_strings, inlines, plain
from studydeck.text.names import label_end, name_string
from studydeck.text.naming_sentences import words_of_frames
from studydeck.text.normalize import fold
from studydeck.text.sentences import sentences
from studydeck.text.tokens import is_function_word, may_hold_cjk, tokens
from studydeck.text.word_list_files import phrase_set, phrases

REASON = "not-asked"  # a part of a block that made a card, and is itself on none
HEADING_REASON = "no-card-below"  # a heading in whose section nothing is asked
_ANSWER_LABELS = phrase_set("answer_label_words")
# A pair of subject and rest does not show the verb between them.
_VERBS = frozenset(" ".join(phrases("sentence_verbs", "definition_articles", "final_particles")).split())
_CALLOUT_NAMES = phrase_set("callout_names")
_Part = tuple[SourceSpan, Text | str]


def left_over(section: Section, drafts: Sequence[NoteDraft], skipped: Sequence[SkippedBlock]) -> list[SkippedBlock]:
    """Return the parts of a section's blocks that neither a draft shows nor a skipped block covers."""
    strings = {string for draft in drafts if not draft.legacy_only for string in shown_strings(draft)}
    shown = set(" ".join([*strings, *_questions(drafts)]).split())
    shown_tokens: set[str] | None = None
    reading_tokens: set[str] | None = None  # those of ruby, for which few notes have to be searched
    is_skipped = _coverage(skipped)
    found: list[SkippedBlock] = []
    for span, text in _parts(section.blocks):
        string = text if isinstance(text, str) else _with_readings(text)
        if string in strings:
            continue
        words = string[label_end(string) :].split()  # a sentence with its translation is no "Example:"
        if shown.issuperset(words) or is_skipped(span):
            continue
        if shown_tokens is None:
            shown_tokens = set(tokens(fold(" ".join(shown))))
        lost = _lost_words([word for word in words if word not in shown], shown_tokens)
        if lost and reading_tokens is None:
            reading_tokens = set(tokens(fold(" ".join(_shown_readings(drafts)))))
        lost -= reading_tokens or set()
        if lost and may_hold_cjk(string):
            lost = _not_in_two_parts(lost, drafts)
        if lost:
            found.append(SkippedBlock(span, REASON, _lost_sentences(text, lost)[:200]))
    return found


def _questions(drafts: Sequence[NoteDraft]) -> list[str]:
    """Return the questions in words of their own, which can hold more of a sentence than its name and meaning."""
    return [draft.body.asked.string for draft in drafts if isinstance(draft.body, Pair) and not draft.legacy_only]


def _lost_words(unseen: Sequence[str], shown_tokens: AbstractSet[str]) -> set[str]:
    """Return the words that are shown nowhere, without those that name no fact.

    A pair of a sentence's two parts leaves out the verb between them ("is"), and a question with options the letter and
    the label of its answer ("Answer: B").
    """
    return (
        {
            word
            for word in tokens(fold(" ".join(unseen)))
            if word not in shown_tokens and not is_function_word(word) and not (len(word) == 1 and word.isascii())
        }
        - _ANSWER_LABELS
        - _VERBS
        - words_of_frames()
    )


def _not_in_two_parts(words: AbstractSet[str], drafts: Sequence[NoteDraft]) -> set[str]:
    """Return the runs of letters that no draft shows, cut or whole: a sentence without spaces is one such run."""
    joined = " ".join([fold("".join(shown_strings(draft))) for draft in drafts if not draft.legacy_only])
    return {word for word in words if word not in joined}


def _with_readings(text: Text) -> str:
    """Return the string of a text, and after it the readings of its ruby, which are no part of it."""
    readings = [inline.detail for inline in text.inlines if inline.kind == "ruby"]
    return f"{text.string} ({', '.join(readings)})" if readings else text.string


def _shown_readings(drafts: Iterable[NoteDraft]) -> set[str]:
    """Return the readings of ruby that the fields of notes show; a label or heading path has none."""
    shown = [inline for draft in drafts if not draft.legacy_only for inline in inlines(_shown_content(draft))]
    return {inline.detail for inline in shown if inline.kind == "ruby"}


def _lost_sentences(text: Text | str, lost: AbstractSet[str]) -> str:
    """Return the sentences of a text that hold one of the lost words."""
    if isinstance(text, str):
        return " ".join(text.split())
    parts = [" ".join(_with_readings(sentence).split()) for sentence in sentences(text)]
    return " ".join(part for part in parts if not lost.isdisjoint(tokens(fold(part)))) or text.plain


def headings_left_over(sections: Sequence[Section], drafts: Iterable[NoteDraft]) -> list[SkippedBlock]:
    """Return the headings of a deck that no note of their section, or of one below it, shows."""
    numbers: Counter[str] = Counter()
    keys: list[tuple[str, int]] = []
    for section in sections:
        keys.append((section.span.path, numbers[section.span.path]))
        numbers[section.span.path] += 1
    drafts_by_section: dict[tuple[str, int], list[NoteDraft]] = defaultdict(list)
    for draft in drafts:
        if not draft.legacy_only:
            drafts_by_section[draft.span.path, draft.section].append(draft)
    names: dict[tuple[str, int], set[str]] = defaultdict(set)  # the headings that the notes of a section show
    found: list[SkippedBlock] = []
    for section, key in zip(reversed(sections), reversed(keys), strict=True):
        own_drafts = drafts_by_section.get(key, ())
        for draft in own_drafts:
            names[key].update(draft.heading_path)
        if section.parent >= 0 and key in names:
            names[key[0], section.parent] |= names[key]
        name = name_string(section.heading)
        readings = _with_readings(section.heading)[len(section.heading.string) :]
        if (
            not section.level
            or section.continues
            or not name
            or (name.rstrip(":： ") in names.get(key, ()) and not readings)
        ):
            continue
        strings = [string for draft in own_drafts for string in shown_strings(draft)]
        if readings:
            name += readings
            strings += (*names.get(key, ()), *_shown_readings(own_drafts))
        if key not in names or _lost_words([name], set(tokens(fold(" ".join(strings))))):
            found.append(SkippedBlock(section.span, REASON if key in names else HEADING_REASON, name[:200]))
    return found


def blocks_left_over(draft: NoteDraft, blocks: Content) -> list[SkippedBlock]:
    """Return those of the blocks beside a draft that stand outside of its lines, for a draft that becomes no note."""
    return [
        SkippedBlock(block.span if block.span.path else draft.span, "no-note-to-show-with", plain((block,))[:200])
        for block in blocks
        if not _covers(draft.span, block.span)
    ]


def shown_strings(draft: NoteDraft) -> list[str]:
    """Return every string that a note's fields show."""
    body = draft.body
    labels = (body.term_label, body.meaning_label) if isinstance(body, Pair) else ()
    return [*draft.heading_path, *labels, *block_strings(_shown_content(draft))]


def _shown_content(draft: NoteDraft) -> Content:
    """Return the blocks that a note's fields show."""
    body = draft.body
    asked = (*body.term, *body.meaning) if isinstance(body, Pair) else (*body.prompt, *body.text)
    return (*asked, *draft.answer_media, *draft.extra, *draft.supporting_blocks)


def _coverage(skipped: Sequence[SkippedBlock]) -> Callable[[SourceSpan], bool]:
    """Return a function that says whether one of the blocks covers a span."""
    spans = sorted([(block.span.line, block.span.end_line) for block in skipped])
    lines = [line for line, _ in spans]
    last_lines = list(accumulate([end_line for _, end_line in spans], max))  # of all that begin up to a line

    def is_covered(span: SourceSpan) -> bool:
        index = bisect_right(lines, span.line) - 1
        return index >= 0 and span.end_line <= last_lines[index]

    return is_covered


def _covers(outer: SourceSpan, inner: SourceSpan) -> bool:
    return outer.line <= inner.line and inner.end_line <= outer.end_line


def _parts(content: Content) -> Iterator[_Part]:
    """Yield each text, code block, formula and HTML block of content with its lines."""
    for block in content:
        yield from _parts_of(block)


def _parts_of(block: Block) -> Iterator[_Part]:
    match block:
        case Paragraph():
            yield block.span, block.text
        case Code() | Formula() | Html():
            yield block.span, " ".join(block_strings((block,)))
        case ItemList():
            for item in block.items:
                if item.text:
                    end_line = item.blocks[0].span.line if item.blocks else item.span.end_line
                    yield SourceSpan(item.span.path, item.span.line, end_line), item.text
                yield from _parts(item.blocks)
        case Table():
            heads = [head for column, head in enumerate(block.head) if not _speaks(block, column)]
            yield SourceSpan(block.span.path, block.span.line, block.span.line), _row_string(heads)
            for number, row in enumerate(block.rows):
                cells = row.cells[_counts(row.cells, number) :]
                yield row.span, _row_string(cells)
        case DefinitionList():
            for definition in block.definitions:
                yield definition.span, definition.term
                yield from _parts(definition.blocks)
        case Quotation(style="embed"):
            return  # its words are asked, or listed, where they stand
        case Quotation():
            if block.title.string.casefold() not in {*_CALLOUT_NAMES, block.kind}:
                yield SourceSpan(block.span.path, block.span.line, block.span.line), block.title
            yield from _parts(block.blocks)
        case Flashcard():
            yield from _parts((*block.question, *block.answer))


def _speaks(table: Table, column: int) -> bool:
    """Return whether a column holds sounds only, whose head asks nothing."""
    cells = [row.cells[column] for row in table.rows if len(row.cells) > column and row.cells[column]]
    return bool(cells) and all(map(is_sound, cells))


def _row_string(cells: Sequence[Text]) -> str:
    return " | ".join(map(_with_readings, cells))


def _counts(cells: Sequence[Text], number: int) -> bool:
    """Return whether the first cell of a row only counts the rows."""
    return bool(cells) and cells[0].string.strip("#. )") in {str(number), str(number + 1)}
