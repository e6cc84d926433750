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


UNASKED = pytest.mark.parametrize(
    "block",
    ["```sh\nsecret\n```", "$$\nsecret\n$$", "<p>secret</p>", "![secret](secret.png)"],
    ids=["code", "formula", "HTML", "picture"],
)


@UNASKED
def test_a_comment_without_effect_is_reported(block: str) -> None:
    """Below a block that asks nothing by itself other directives can do nothing."""
    built = build_notes(f"# Tea\n\n**Sencha**: steamed soon\n\n{block}\n\n<!-- deck: items -->\n")
    found = [diagnostic for diagnostic in built.diagnostics if diagnostic.code == "bad-comment"]
    assert [("has no effect" in diagnostic.message) for diagnostic in found] == [True] * ("png" not in block)
    assert built.notes


@UNASKED
def test_a_block_that_asks_nothing_is_shown_with_no_note_where_it_is_skipped(block: str) -> None:
    """Code, formulas, HTML and pictures belong to the note beside them, unless a comment skips them."""
    text = f"# Tea\n\n**Sencha**: steamed soon\n\n{block}\n\n"
    assert "secret" in repr(build_notes(text).deck.rows)
    assert "secret" not in repr(build_notes(f"{text}<!-- deck: skip -->\n").deck.rows)


SKIP = "<!-- deck: skip -->"
ANSWER = "The **secret** is brewed at 90 degrees in Japan."
SKIPPED = {
    "before a paragraph": f"{SKIP} {ANSWER}",
    "before two lines": f"{SKIP} The **secret** is brewed at 90 degrees\nin Japan by the secret master of the house.",
    "before text with a tag": f"{SKIP} The **secret** is <b>brewed</b> at 90 degrees.",
    "before a tag": f"{SKIP} <b>Secret</b> leaves are brewed at 90 degrees.",
    "behind another comment": f"<!-- check --> {SKIP} {ANSWER}",
    "of two lines": f"<!-- deck:\nskip --> {ANSWER}",
    "in other letters": f"{ANSWER} <!--- DECK : skip --->",
    "in an item": f"- {SKIP}\n  **secret**: brewed at 90 degrees\n- **Oolong**: half brown in the shade",
    "in a definition": f"secret\n: {SKIP} steamed soon after the harvest",
    "above a definition": f"secret\n: {SKIP}\n  steamed soon after the harvest",
    "below a definition": f"secret\n: steamed soon after the harvest\n\n    {SKIP}",
    "in a quote": f"> {SKIP} {ANSWER}",
    "above a quoted line": f"> {SKIP}\n> {ANSWER}",
    "in a callout": f"> [!note] What is secret?\n> {SKIP}\n> {ANSWER}",
    "in an admonition": f'!!! note "What is secret?"\n    {SKIP}\n    {ANSWER}',
    "first in a fold": f"<details><summary>What is secret?</summary>\n\n{SKIP}\n\n{ANSWER}\n\n</details>",
    "above the summary of a fold": f"<details>{SKIP}<summary>What is secret?</summary>It is secret.</details>",
    "in the summary of a fold": f"<details><summary>What is secret? {SKIP}</summary>It is secret.</details>",
    "in the answer of a fold": f"<details><summary>What is secret?</summary>It is secret. {SKIP}</details>",
    "directly below a fold": f"<details><summary>What is secret?</summary>\n\nIt is secret.\n\n</details>\n{SKIP}",
    "before a flashcard": f"{SKIP} Q: What is secret?\nA: the secret answer",
    "at a question": f"What is the secret? {SKIP}\n\n{{}}",
    "in a footnote": f"Assam is black tea of India[^1].\n\n[^1]: secret remark {SKIP}",
    "in raw HTML": f"<p>{SKIP} The <b>secret</b> is brewed at 90 degrees.</p>",
    "above a list": f"{SKIP} The secret kinds are:\n\n- one bowl\n- two lids",
    "at an item among short ones": f"- secret {SKIP}\n- Oolong\n- Darjeeling\n- Assam",
    "at a step": f"1. Warm the secret pot {SKIP}\n2. Add the leaves\n3. Pour the water",
    "at the only item": f"- secret {SKIP}",
    "at a nested item": f"- **Pu-erh**: aged for many years\n  - secret point {SKIP}\n  - stored in cakes",
    "at a row": f"| Kind | Leaf |\n|---|---|\n| secret {SKIP} | steamed |\n| Oolong | brown |",
}
ABOVE = {
    "heading": "## Sencha",
    "asking heading": "## What is sencha?",
    "paragraph": "## Kinds\n\nOolong is oxidised by 10 to 80 per cent.",
    "question": "## Kinds\n\nWhat is oolong?",
    "announcement": "## Kinds\n\nThere are these kinds:",
    "items": "## Kinds\n\n- **Oolong**: half brown leaves\n- **Assam**: black leaves of India",
}


@pytest.mark.parametrize("above", ABOVE)
@pytest.mark.parametrize("where", SKIPPED)
def test_what_is_skipped_is_on_no_card(where: str, above: str) -> None:
    """Wherever the comment stands, and whatever stands above: no card asks the text or shows it."""
    text = SKIPPED[where].replace("{}", "The **gaiwan** is a lidded bowl in which leaves are brewed.")
    built = build_notes(f"# Tea\n\n{ABOVE[above]}\n\n{text}\n\n## Gaiwan\n\nA lidded bowl for leaves.\n")
    assert "secret" not in repr(built.deck.rows).casefold() + built.ledger_text.casefold()
    assert "gaiwan" in built.ledger_text


def test_a_comment_above_all_text_is_reported() -> None:
    """Nothing stands there that it could be about."""
    (found,) = build_notes("<!-- deck: tag=tea -->\n\n# Tea\n\n**Sencha**: steamed soon\n").diagnostics
    assert (found.code, found.line) == ("bad-comment", 1)


def test_the_directives_of_two_folds_stay_apart() -> None:
    """A comment in the second of two folds in one block of HTML skips that one."""
    fold = "<details><summary>What is {0}?</summary>It is {0}. {1}</details>"
    built = build_notes(f"# Tea\n\n{fold.format('tea', '')}\n{fold.format('secret', SKIP)}\n")
    assert [note.fingerprint.term for note in (built_note.draft for built_note in built.notes)] == ["what is tea"]


def test_a_comment_in_a_fold_applies_to_the_block_above_it() -> None:
    """`<details>` holds blocks like any other place."""
    text = "# Tea\n\n<details><summary>More</summary>\n\n- **Sencha**: steamed\n\n<!-- deck: skip -->\n\n</details>\n"
    (fold,) = parse(Source("tea.md", text)).sections[0].blocks
    assert isinstance(fold, Quotation)
    (items,) = fold.blocks
    assert isinstance(items, ItemList)
    assert items.items[0].directives.skip
