"""Emphasis beside writing without spaces, where CommonMark sees none; other text is read as CommonMark reads it."""

from __future__ import annotations

import pytest

from studydeck.markdown.parser import PARSER


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("**茶壶：**煮水。", "<strong>茶壶：</strong>煮水。"),
        ("这是**“茶”**叶和*（茶）*杯。", "这是<strong>“茶”</strong>叶和<em>（茶）</em>杯。"),
        ('물은 **"차"**를 끓인다.', "물은 <strong>&quot;차&quot;</strong>를 끓인다."),
        ("**茶**壶", "<strong>茶</strong>壶"),
        ("茶 * 壶（a） * 水", "茶 * 壶（a） * 水"),
        ("茶**“壶” 水", "茶**“壶” 水"),
        ("**Tea:**pot", "**Tea:**pot"),
        ("茶__“壶”__水", "茶__“壶”__水"),
    ],
)
def test_emphasis_beside_writing_without_spaces(text: str, expected: str) -> None:
    """The marks may stand between punctuation and a letter of Chinese, Japanese or Korean."""
    assert PARSER.render(text) == f"<p>{expected}</p>\n"
