"""A directive in a comment on its own line applies to the block before it, whatever its kind."""

from __future__ import annotations

import pytest

from tests.support.pipeline import build_notes

BLOCKS = {
    "list": "- **Sencha**: steamed soon after the harvest\n- **Oolong**: left to turn half brown in the shade\n",
    "table": "| Kind | Leaf |\n| --- | --- |\n| Sencha | steamed soon after the harvest |\n"
    "| Oolong | left to turn half brown in the shade |\n",
    "paragraph": "**Sencha**: steamed soon after the harvest\n",
    "quotation": "> **Sencha**: steamed soon after the harvest\n",
}


@pytest.mark.parametrize("kind", BLOCKS)
def test_a_block_is_skipped_by_the_comment_after_it(kind: str) -> None:
    """`skip` after a block leaves out its notes and no others."""
    other = "\n## Gaiwan\n\nA lidded bowl in which leaves are brewed and from which they are poured.\n"
    kept = build_notes(f"# Tea\n\n## Kinds\n\n{BLOCKS[kind]}{other}")
    skipped = build_notes(f"# Tea\n\n## Kinds\n\n{BLOCKS[kind]}\n<!-- deck: skip -->\n{other}")
    assert len(kept.notes) > 1
    assert len(skipped.notes) == 1
