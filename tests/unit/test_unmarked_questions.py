"""Which sentences ask without a question mark."""

from __future__ import annotations

import pytest

from studydeck.text.unmarked_questions import asks_briefly, points_at_options


@pytest.mark.parametrize(
    ("sentence", "asks"),
    [
        ("MIMOとは。", True),
        ("802.1Xで使われるプロトコルは。（基本情報）", True),
        ("入出力制御の方式2つ。", True),
        ("SDRAMは何の略か。", True),
        ("SDRAMは同期式のメモリである。", False),
        ("方式はレベル3つに分かれる。", False),
        ("「成果がどれくらい届いているか」", False),
    ],
)
def test_a_list_for_a_review_asks_without_a_mark(sentence: str, asks: object) -> None:
    """By a topic of which nothing is said, or a number of things to be named."""
    assert asks_briefly(sentence) == asks


def test_a_task_points_at_options() -> None:
    """What they are stands elsewhere."""
    assert points_at_options("以下の用語の説明")
    assert not points_at_options("ワームの説明")
