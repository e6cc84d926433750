"""Take out of a note what its author skips (`<!-- deck: skip -->`): content in; content without those parts out."""

from __future__ import annotations

from msgspec.structs import replace

from studydeck.model.document import (
    Block,
    Content,
    DefinitionList,
    Flashcard,
    Item,
    ItemList,
    Paragraph,
    Quotation,
    Table,
)


def without_skipped(content: Content) -> Content:
    """Return content without the blocks, items, rows and definitions that a directive skips."""
    if len(content) == 1 and type(content[0]) is Paragraph and not content[0].directives.skip:  # a fast path
        return content
    kept = tuple([shown for block in content if (shown := _shown(block)) is not None])
    return content if kept == content else kept


def without_skipped_items(block: ItemList) -> ItemList:
    """Return a list without the items that a directive skips; the same list where there are none."""
    if not any(item.directives.skip for item in block.items):
        return block
    return replace(block, items=tuple([item for item in block.items if not item.directives.skip]))


def _shown(block: Block) -> Block | None:
    """Return what is shown of a block, or None."""
    if isinstance(block, Paragraph | Quotation | Flashcard) and block.directives.skip:
        return None
    match block:
        case ItemList():
            block = without_skipped_items(block)
            items = [_with_shown_blocks(item) for item in block.items]
            return replace(block, items=tuple(items)) if items else None
        case Table():
            rows = tuple([row for row in block.rows if not row.directives.skip])
            return (replace(block, rows=rows) if rows else None) if len(rows) < len(block.rows) else block
        case DefinitionList():
            definitions = [
                replace(definition, blocks=without_skipped(definition.blocks))
                for definition in block.definitions
                if not definition.directives.skip
            ]
            return replace(block, definitions=tuple(definitions)) if definitions else None
        case Quotation():
            return replace(block, blocks=without_skipped(block.blocks))
    return block


def _with_shown_blocks(item: Item) -> Item:
    return replace(item, blocks=without_skipped(item.blocks)) if item.blocks else item
