"""A directive in a comment on its own line applies to the block before it, whatever its kind."""

from __future__ import annotations

import pytest

from studydeck.markdown.sections import parse
from studydeck.model.document import ItemList, Quotation, Source
from tests.support.pipeline import build_notes

BLOCKS = {
    "list": "- **Sencha**: steamed soon after the harvest\n- **Oolong**: left to turn half brown in the shade\n",
    "table": "| Kind | Leaf |\n| --- | --- |\n| Sencha | steamed soon after the harvest |\n"
    "| Oolong | left to turn half brown in the shade |\n",
    "paragraph": "**Sencha**: steamed soon after the harvest\n",
    "quotation": "> **Sencha**: steamed soon after the harvest\n",
    "definitions": "Sencha\n: steamed soon after the harvest\n",
}


@pytest.mark.parametrize("kind", BLOCKS)
def test_a_block_is_skipped_by_the_comment_after_it(kind: str) -> None:
    """`skip` after a block leaves out its notes and no others."""
    other = "\n## Gaiwan\n\nA lidded bowl in which leaves are brewed and from which they are poured.\n"
    kept = build_notes(f"# Tea\n\n## Kinds\n\n{BLOCKS[kind]}{other}")
    skipped = build_notes(f"# Tea\n\n## Kinds\n\n{BLOCKS[kind]}\n<!-- deck: skip -->\n{other}")
    assert len(kept.notes) > 1
    assert len(skipped.notes) == 1


@pytest.mark.parametrize("block", ["```sh\nls\n```", "$$\nx^2\n$$", "<hr>"], ids=["code", "formula", "HTML"])
def test_a_comment_without_effect_is_reported(block: str) -> None:
    """Below a block that asks nothing by itself no directive can do anything."""
    built = build_notes(f"# Tea\n\n**Sencha**: steamed soon\n\n{block}\n\n<!-- deck: skip -->\n")
    (found,) = (diagnostic for diagnostic in built.diagnostics if diagnostic.code == "bad-comment")
    assert "has no effect below code, a formula or HTML" in found.message
    assert built.notes


def test_a_comment_in_a_fold_applies_to_the_block_above_it() -> None:
    """`<details>` holds blocks like any other place."""
    text = "# Tea\n\n<details><summary>More</summary>\n\n- **Sencha**: steamed\n\n<!-- deck: skip -->\n\n</details>\n"
    (fold,) = parse(Source("tea.md", text)).sections[0].blocks
    assert isinstance(fold, Quotation)
    (items,) = fold.blocks
    assert isinstance(items, ItemList)
    assert items.items[0].directives.skip
