"""Embedded files in every form that tools write: sizes of pictures, sounds, videos, drawings, and ruby."""

from __future__ import annotations

import re

import pytest

from studydeck.markdown.sections import parse
from studydeck.model.document import Inline, Paragraph, Source, Table, Text
from studydeck.rendering.html import inline_html, size_attributes
from studydeck.rendering.sanitise import sanitise


def inlines(text: str) -> list[Inline]:
    """Return the inlines of the first paragraph of a text."""
    block = parse(Source("a.md", f"# A\n\n{text}\n")).sections[0].blocks[0]
    assert isinstance(block, Paragraph), block
    return list(block.text)


PICTURES = {
    "![[a.png]]": ("", ""),
    "![[a.png|300]]": ("", "300"),
    "![[a.png|300x200]]": ("", "300x200"),
    "![[a.png|x200]]": ("", "x200"),
    "![[a.png|a leaf]]": ("a leaf", ""),
    "![[a.png|a leaf|300]]": ("a leaf", "300"),
    "![[a.png|center|300]]": ("center", "300"),
    "![a leaf|300](a.png)": ("a leaf", "300"),
    "![a leaf | 300x20](a.png)": ("a leaf", "300x20"),
    "![|100](a.png)": ("", "100"),
    "![250](a.png)": ("", "250"),
    "![a leaf](a.png =300x)": ("a leaf", "300"),
    "![a leaf](a.png =300x200)": ("a leaf", "300x200"),
    "![](a.png =x200)": ("", "x200"),
    "![](a.png =50%x)": ("", "50%"),
    '![a leaf](a.png "title" =300x)': ("a leaf", "300"),
    "![a leaf](a.png){width=300}": ("a leaf", "300"),
    "![a leaf](a.png){width=50%}": ("a leaf", "50%"),
    '![](a.png){ width="300px" height=200 .big #fig:1 }': ("", "300x200"),
    '![](a.png){: style="height:150px;width:100px"}': ("", "100x150"),
    "![](a.png){width=2in}": ("", "192"),
    "![](a.png){.center}": ("", ""),
    '<img src="a.png" width="300">': ("", "300"),
    "<img src='a.png' alt='a leaf' width=300 height=200/>": ("a leaf", "300x200"),
    '<img src="a.png" width="50%" />': ("", "50%"),
    '<img src="a.png" style="zoom:50%;" />': ("", "zoom:50%"),
    '<img src="a.png" style="zoom: 0.5" alt="a leaf"/>': ("a leaf", "zoom:50%"),
    '<img src="a.png" style="width:300px; border: 1px">': ("", "300"),
    '<img src="a.png" width="100%">': ("", ""),
    '<IMG SRC="a.png" WIDTH="300">': ("", "300"),
    '<p align="center"><img src="a.png" width="300"></p>': ("", "300"),
}


@pytest.mark.parametrize(("written", "expected"), PICTURES.items())
def test_a_picture_has_its_words_and_size(written: str, expected: tuple[str, str]) -> None:
    """In a paragraph of its own, inside of a sentence, and in a table."""
    (picture,) = inlines(written)
    assert (picture.kind, picture.target, (picture.text, picture.detail)) == ("picture", "a.png", expected)
    before, picture, after = inlines(f"It is {written} green.")
    assert (before.text, picture.target, (picture.text, picture.detail), after.text) == (
        "It is ",
        "a.png",
        expected,
        " green.",
    )
    escaped = written.replace("|", "\\|")
    table = parse(Source("a.md", f"# A\n\n| a | b |\n| --- | --- |\n| c | {escaped} |\n")).sections[0].blocks[0]
    assert isinstance(table, Table)
    (picture,) = table.rows[0].cells[1]
    assert (picture.text, picture.detail) == expected


@pytest.mark.parametrize(
    "written",
    [
        "`![a](a.png =300x)`",
        "![](a.png){see the left}",
        "![a|b](a.png)",
        "![42 leaves](a.png)",
        "a {width=50%} wide",
        "![a](a.png =big)",
    ],
)
def test_other_text_is_no_size_rejected(written: str) -> None:
    """Code, braces with words, and numbers in words stay as they are written."""
    parts = inlines(written)
    assert not any(inline.detail for inline in parts)
    assert "".join(inline.text for inline in parts) in written.replace("`", "")


def test_sizes_become_attributes() -> None:
    """Anki keeps these attributes; a percentage and a zoom are styles."""
    sizes = {size: size_attributes(size) for size in ("", "300", "300x200", "x200", "50%", "zoom:50%")}
    assert sizes == {
        "": "",
        "300": ' width="300"',
        "300x200": ' width="300" height="200"',
        "x200": ' height="200"',
        "50%": ' style="width:50%"',
        "zoom:50%": ' style="zoom:50%"',
    }


SOUNDS = (
    "![[a b.mp3]]",
    "![[a b.mp3#t=10]]",
    "![](a%20b.mp3)",
    "![words](<a b.mp3>)",
    '<audio controls src="a b.mp3"></audio>',
    "<audio controls src='a b.mp3'>No <b>support</b>.</audio>",
    '<audio controls><source src="a b.mp3" type="audio/mpeg"><a href="a b.mp3">get it</a></audio>',
    "<video><source src='a b.mp4'/></video>",
    '<video width="300" src="a b.mp4" />',
    "<embed src='a b.mp3'>",
    "[listen](a%20b.mp3)",
    "[▶ Anhören](a%20b.mp3)",
    "[a b.mp3](a%20b.mp3)",
)


@pytest.mark.parametrize("written", SOUNDS)
def test_a_sound_or_video_is_embedded(written: str) -> None:
    """Without the words of its player, in a paragraph of its own and inside of a sentence."""
    (sound,) = inlines(written)
    assert (sound.kind, sound.text) == ("sound", "")
    assert re.match(r"a( |%20)b\.mp[34]", sound.target)
    assert [inline.kind for inline in inlines(f"It is {written} loud.")] == ["text", "sound", "text"]


def test_a_link_to_a_sound_keeps_words_that_say_more() -> None:
    """The link's words are text; a sound on the network stays a link."""
    word, sound = inlines("[hola](hola.mp3)")
    assert (word.text, word.target, sound.kind, sound.target) == ("hola", "", "sound", "hola.mp3")
    (link,) = inlines("[hola](https://example.org/hola.mp3)")
    assert (link.kind, link.target) == ("text", "https://example.org/hola.mp3")


@pytest.mark.parametrize(
    "written", ["<svg width='9'><title>a dot</title><circle r='4'/></svg>", "<svg>\n<circle r='4'/>\n</svg>"]
)
def test_a_drawing_becomes_a_picture(written: str) -> None:
    """An SVG that stands in the notes is packed as a file."""
    (picture,) = inlines(written)
    assert picture.kind == "picture"
    assert picture.target.startswith("data:image/svg+xml,%3Csvg")
    assert picture.text == ("a dot" if "title" in written else "")


@pytest.mark.parametrize(
    "written", ["[sound:a-1a2b3c4d.mp3]", "**[sound:a-1a2b3c4d.mp3]**", "&#91;sound:a-1a2b3c4d.mp3]"]
)
def test_a_sound_tag_written_by_hand_is_text_rejected(written: str) -> None:
    """Only embedded files give sound tags; Anki must not play what a text names."""
    assert "[sound:" not in inline_html(Text(tuple(inlines(written))))
    assert "[sound:" not in sanitise(f"<p>{written} <b>x</b></p>")


RUBY = {
    "<ruby>東京<rt>とうきょう</rt></ruby>": [("東京", "とうきょう")],
    "<ruby>東<rt>とう</rt>京<rt>きょう</rt></ruby>": [("東", "とう"), ("京", "きょう")],
    "<ruby>東京<rp>(</rp><rt>とうきょう</rt><rp>)</rp></ruby>": [("東京", "とうきょう")],
    "<ruby><rb>東京</rb><rt>とうきょう</rt></ruby>": [("東京", "とうきょう")],
    "<ruby>明日<rt>あした</ruby>": [("明日", "あした")],
    "{東京|とうきょう}": [("東京", "とうきょう")],
    "{東京|とう|きょう}": [("東", "とう"), ("京", "きょう")],
    "{汉字|hàn zì}": [("汉字", "hàn zì")],
    "{食べる|たべる}": [("食べる", "たべる")],
    "行[い]く": [("行", "い"), ("く", "")],
    "食べ物[たべもの]": [("食べ物", "たべもの")],
    "私は行[い]く": [("私は", ""), ("行", "い"), ("く", "")],
}


@pytest.mark.parametrize(("written", "expected"), RUBY.items())
def test_ruby_keeps_words_and_readings_apart(written: str, expected: list[tuple[str, str]]) -> None:
    """The words are the text; the reading stands above them. The same holds in a table, where bars split cells."""
    assert [(inline.text, inline.detail) for inline in inlines(written)] == expected
    source = Source("a.md", f"# A\n\n| a | b |\n| --- | --- |\n| {written} | c |\n")
    table = parse(source).sections[0].blocks[0]
    assert isinstance(table, Table)
    assert [(inline.text, inline.detail) for inline in table.rows[0].cells[0]] == expected
    html = inline_html(table.rows[0].cells[0])
    assert all(f"<ruby>{word}<rt>{reading}</rt></ruby>" in html for word, reading in expected if reading)


@pytest.mark.parametrize("written", ["{a|b}", "{x | x > 0}", "注[1]", "書[本]", "{日本}", "`{東京|とうきょう}`"])
def test_other_braces_and_brackets_are_no_ruby_rejected(written: str) -> None:
    """Sets, references and code stay as they are written."""
    parts = inlines(written)
    assert not any(inline.detail for inline in parts)
    assert "".join(inline.text for inline in parts) == written.strip("`")


@pytest.mark.parametrize("written", ["![a](b c)", "![a](b and c)", '![a](b c "d".png)', "[a](b c.png)", "[[a]](b c)"])
def test_other_parentheses_are_no_address_rejected(written: str) -> None:
    """Neither a picture nor a link: words after brackets are text."""
    assert all(inline.kind != "picture" for inline in inlines(written))
    assert inlines(written)[-1].text.endswith(written.rpartition("(")[2])


def test_the_address_of_a_picture_may_hold_spaces() -> None:
    """As tools write it that name pictures after their pages; a path needs no suffix."""
    assert [
        inline.target for inline in inlines("![x](of a plant/leaf) ![](a leaf (of a plant) 2.png)") if inline.target
    ] == [
        "of%20a%20plant/leaf",
        "a%20leaf%20(of%20a%20plant)%202.png",
    ]


@pytest.mark.parametrize("player", ['<video src="blob:https://a.org/b" controls=""><track></video>', "<audio></audio>"])
def test_a_player_without_a_file_is_on_no_card(player: str) -> None:
    """It is reported, and its tag is no text."""
    assert [inline.text for inline in inlines(f"A leaf {player}")] == ["A leaf"]
