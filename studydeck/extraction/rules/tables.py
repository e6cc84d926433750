"""Rule for tables: a pair for each row and each value column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from msgspec.structs import replace

from studydeck.extraction.context import RuleContext, RuleResult, skip
from studydeck.extraction.drafts import pair
from studydeck.extraction.embeds import has_media, with_sounds_beside_words
from studydeck.extraction.rules.boilerplate import is_address, is_link, is_note_address, is_pointer
from studydeck.extraction.rules.table_shapes import (
    KEY_COLUMNS,
    ROW_NUMBER,
    groups_rows,
    has_parallel_columns,
    index_of_key_column,
    is_comparison_of_columns,
    is_data,
    is_grid,
    is_illustration,
    is_matrix,
    is_record,
    is_timetable,
    names_of_cell,
    repeated_cells,
    with_joined_columns,
    with_joined_rows,
)
from studydeck.model.document import NO_TEXT, Item, ItemList, Table, TableRow, Text
from studydeck.model.notes import NoteDraft, SectionVocabulary, SkippedBlock
from studydeck.model.text_edits import text_of
from studydeck.model.traverse import paragraph
from studydeck.patterns import lazy_pattern
from studydeck.text.labels import is_label
from studydeck.text.length import length
from studydeck.text.normalize import normalize
from studydeck.text.tokens import tokens
from studydeck.text.word_list_files import phrase_set

LONGEST_KEY = 4  # words of a row's key that can be asked backwards
MOST_IN_COLUMN = 6  # cells of a column that one question asks
_VALUE_CHARACTER = lazy_pattern(r"[\w✓✔✗✘∞]")
_BOX = lazy_pattern(r"\[[ xX]?\]|[☐☑☒]")  # of a task
_CRITERION_HEADS = phrase_set("criterion_heads")
_LINK_HEADS, _SOURCE_HEADS = phrase_set("link_heads"), phrase_set("source_heads")
_EXAMPLE_HEADS = phrase_set("example_marks")
_ORDER_HEADS, _ATTRIBUTE_HEADS = phrase_set("order_heads"), phrase_set("attribute_heads")
_RESOURCES = phrase_set("resource_nouns")


def table(context: RuleContext, index: int, _vocabulary: SectionVocabulary) -> RuleResult | None:
    """Draft a pair for each cell: the row's key and the column's head ask for it."""
    block = context.blocks[index]
    if not isinstance(block, Table):
        return None
    if context.directives.skip:
        return skip(block, "skipped")
    block = with_joined_columns(block)
    if is_matrix(block):
        return _matrix(context, block)
    key_column = index_of_key_column(block)
    result = _rows(context, block, key_column)
    if is_grid(block):
        return replace(skip(block, "grid"), drafts=_withdrawn(result.drafts))
    if is_illustration(block) or is_record(block):
        return replace(skip(block, "sample-data"), drafts=_withdrawn(result.drafts))
    if groups_rows(block, key_column):
        named = _rows(context, block, key_column + 1, groups=(key_column,))
        return replace(named, drafts=(*named.drafts, *_withdrawn(result.drafts))) if named.drafts else result
    if has_parallel_columns(block):
        return replace(result, drafts=(*_parallel_columns(context, block), *_withdrawn(result.drafts)))
    return result


def _withdrawn(drafts: Iterable[NoteDraft]) -> tuple[NoteDraft, ...]:
    return tuple([draft.withdrawn() for draft in drafts])


def _rows(context: RuleContext, block: Table, key_column: int, groups: tuple[int, ...] = ()) -> RuleResult:
    """Draft a pair for each cell of a table of which a column names the rows, and another one may group them."""
    block = with_sounds_beside_words(block, key_column)
    width = max((len(row.cells) for row in block.rows), default=0)
    if width < key_column + 2:
        return skip(block, "one-column-table")
    if reason := _skip_reason(block, key_column):
        return skip(block, reason)
    block, doubles = with_joined_rows(block, key_column) if width == key_column + 2 else (block, [])
    heads = [cell.plain.rstrip("?？:： ") for cell in block.head] + [""] * width  # the card adds a question mark
    ambiguous = _ambiguous_keys(block, key_column)
    columns = (*groups, *range(key_column + 1, width))
    links = [column for column in columns if _holds_links(block, heads[column], column)]
    if len(links) == len(columns):
        return skip(block, "link-list")
    fits_two = {column: _rows_that_say_no_more(block, column) for column in columns}
    fits_two |= dict.fromkeys(groups, frozenset(range(len(block.rows))))
    # Column by column, so that the cards of one row do not follow each other and answer each other.
    drafts = tuple(
        draft.withdrawn() if column in links or _key(row, key_column) in ambiguous else draft
        for column in columns
        for number, row in enumerate(block.rows)
        if not row.directives.skip
        and (draft := _cell_draft(context, heads, row, (key_column, column), identifies=number not in fits_two[column]))
    )
    if not drafts:
        return skip(block, "empty-table")
    # The rows of a key that recurs were packed one by one.
    drafts += tuple(
        draft.withdrawn()
        for row in doubles
        for column in columns
        if (draft := _cell_draft(context, heads, row, (key_column, column)))
    )
    reasons = [(row, _skip_reason_of_row(row, key_column, ambiguous)) for row in block.rows]
    skipped = tuple(
        SkippedBlock(row.span, reason, " | ".join(cell.plain for cell in row.cells)[:200])
        for row, reason in reasons
        if reason
    )
    return RuleResult(1, drafts, skipped)


def _ambiguous_keys(block: Table, key_column: int) -> frozenset[str]:
    """Return the keys of several rows with different values: a key of two columns, of which one asks for nothing.

    In a table of two columns they are words with several meanings; where the second column names the rows, the first
    is their group.
    """
    keys = Counter([_key(row, key_column) for row in block.rows])
    repeated = frozenset(key for key, count in keys.items() if key and count > 1)
    if not repeated or len(block.head) - key_column <= KEY_COLUMNS:
        return frozenset()
    second = [_key(row, key_column + 1) for row in block.rows if len(row.cells) > key_column + 1]
    names_rows = len(set(second)) == len(second) and not any(map(is_data, second))
    return frozenset() if names_rows else repeated


def _holds_links(block: Table, head: str, column: int) -> bool:
    """Return whether a column leads out of the notes: by its head, by links that name nothing, or by both."""
    name = normalize(head)
    if name in _LINK_HEADS:
        return True
    cells = [row.cells[column] for row in block.rows if len(row.cells) > column and row.cells[column]]
    is_no_name = is_link if name in _SOURCE_HEADS else is_pointer
    return bool(cells) and all(map(is_no_name, cells))


def _skip_reason_of_row(row: TableRow, key_column: int, ambiguous: frozenset[str]) -> str:
    """Return why a row is not asked, or an empty text."""
    if row.directives.skip:
        return "skipped"
    return "ambiguous-rows" if _key(row, key_column) in ambiguous else ""


def _key(row: TableRow, column: int) -> str:
    """Return what a cell says, for comparison with the same column of other rows; empty where there is no cell."""
    return row.cells[column].plain.casefold() if len(row.cells) > column else ""


def _rows_that_say_no_more(block: Table, column: int) -> frozenset[int]:
    """Return the rows whose cell in a column tells them from no other row, as the cell of that one says it, too."""
    return repeated_cells([row.cells[column] if len(row.cells) > column else NO_TEXT for row in block.rows])


def _cell_draft(
    context: RuleContext, heads: list[str], row: TableRow, columns: tuple[int, int], *, identifies: bool = True
) -> NoteDraft | None:
    """Return the draft of a cell, if it can be asked; `identifies`: the cell tells its row from all others."""
    key_column, column = columns
    if column >= len(row.cells) or not row.cells[key_column] or not _has_value(row.cells[column]):
        return None
    key, value = row.cells[key_column], row.cells[column]
    if not key.plain and not any(inline.target for inline in key):  # a picture that is missing asks nothing
        return None
    labels = (heads[key_column], heads[column])
    compares_columns = not labels[0] and is_comparison_of_columns(heads[key_column + 1 :], key.plain, context.title)
    is_headless = not any(heads)
    # What holds for one thing under one criterion ("Size: small") holds for others under another; an example of one
    # option of a command holds the others.
    compares = compares_columns or normalize(labels[0]) in _CRITERION_HEADS or normalize(labels[1]) in _EXAMPLE_HEADS
    compares = compares or _names_places(context, heads[key_column:], key.plain)
    backwards = identifies and not (is_headless or compares or is_data(value.plain)) and length(key) <= LONGEST_KEY
    if is_headless:
        # Without heads the first column names aspects of the section's own subject.
        key, labels = context.subject_name, ("", key.plain)
    elif compares_columns:
        key, labels = text_of(labels[1]), ("", key.plain)
    return pair(
        context,
        "tables",
        key,
        paragraph(value),
        span=row.span,
        labels=labels,
        directives=row.directives,
        allow_backwards=backwards,
        key_term="" if is_headless else None,
    )


def _names_places(context: RuleContext, heads: list[str], key: str) -> bool:
    """Return whether keys only say where something stands, so that nobody learns them by what stands there.

    They number steps, name what several things are compared by, or are titles among resources.
    """
    name = normalize(heads[0]) or heads[0]
    if name in _ORDER_HEADS and ROW_NUMBER.match(key):
        return True
    if name in _ATTRIBUTE_HEADS:
        others = [head for head in heads[1:] if head]
        return len(others) > 1 and not any(map(is_label, others))
    return not _RESOURCES.isdisjoint(tokens(" ".join(context.heading_path).casefold()))


def _parallel_columns(context: RuleContext, block: Table) -> list[NoteDraft]:
    """Return a pair for each column, whose head asks for what stands below it."""
    drafts: list[NoteDraft] = []
    for column, head in enumerate(block.head):
        cells = [row.cells[column] for row in block.rows if len(row.cells) > column and _has_value(row.cells[column])]
        if not 0 < len(cells) <= MOST_IN_COLUMN:
            continue
        items = tuple([Item(cell, (), block.span) for cell in cells])
        draft = pair(
            context,
            "tables",
            context.subject_name,
            (ItemList(items, ordered=False, span=block.span),) if len(items) > 1 else paragraph(cells[0]),
            span=block.span,
            labels=("", f"{head.plain} ({len(items)})" if len(items) > 1 else head.plain),
            heading_path=context.heading_path[:-1],
            allow_backwards=False,
            key_term="",
        )
        drafts.append(draft)
    return drafts


def _matrix(context: RuleContext, block: Table) -> RuleResult:
    """Draft a pair for each cell of a table whose rows and columns have the same names, which name it together."""
    drafts = [
        pair(
            context,
            "tables",
            context.subject_name,
            paragraph(value),
            span=row.span,
            labels=("", names_of_cell(block.head[0], row.cells[0], head)),
            directives=row.directives,
            allow_backwards=False,
            key_term="",
        )
        for row in block.rows
        for head, value in zip(block.head[1:], row.cells[1:], strict=False)
        if not row.directives.skip and _has_value(value) and not is_data(value.plain)
    ]
    return RuleResult(1, tuple(drafts)) if drafts else skip(block, "data-table")


def _has_value(cell: Text) -> bool:
    if _BOX.fullmatch(cell.string.strip()):
        return False
    return bool(_VALUE_CHARACTER.search(cell.string)) or any(inline.kind in {"picture", "math"} for inline in cell)


def _skip_reason(block: Table, key_column: int) -> str:
    """Return why a table cannot be asked, or an empty text."""
    if is_timetable(block):
        return "timetable"
    cells = [cell.plain for row in block.rows for cell in row.cells[key_column:] if not has_media(cell)]
    if cells and sum(is_data(cell) for cell in cells) > 0.8 * len(cells):
        return "data-table"
    texts = [cell for row in block.rows for cell in row.cells if not has_media(cell)]
    inlines = [inline for text in texts for inline in text if inline.text.strip()]
    linked = [inline.target for inline in inlines if is_address(inline.target)]
    # Where every cell is the name of another note, the names are the facts: "[Peru](peru.md) | [Lima](lima.md)".
    are_names = len(linked) == len(set(linked)) == len(inlines) > len(block.rows) and all(map(is_note_address, linked))
    if inlines and len(linked) > 0.8 * len(inlines) and not are_names:
        return "link-list"
    key_cells = [row.cells[key_column] for row in block.rows if len(row.cells) > key_column]
    keys = [cell.plain.casefold() or " ".join(inline.target for inline in cell) for cell in key_cells]
    return "ambiguous-rows" if len(keys) > 3 and len(set(keys)) * 2 < len(keys) else ""
