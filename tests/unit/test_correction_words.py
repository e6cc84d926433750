"""The words of fields: what Anki's editor changes by itself is no difference, and every change of words is one."""

from __future__ import annotations

import time

import pytest

from studydeck.corrections.locations import escaped, runs
from studydeck.corrections.words import tokens, words

SAME = {
    "a line": ("green<br>leaf", "<div>green</div><div>leaf</div>"),
    "spaces": ("green leaf", "green&nbsp; leaf "),
    "a paragraph": ("<p>green leaf</p>", "green leaf"),
    "attributes": ('<a href="a" class="b">green</a>', "<a>green</a>"),
    "a style": ("<strong>green</strong> leaf", "<span style='font-weight: bold'>green </span>leaf"),
    "entities": ("&lt;b&gt; &#123;&quot;", '&lt;b> {"'),
    "a renamed picture": ('leaf <img alt="a" src="a.png">', 'leaf <img src="a-1234.png">'),
    "a renamed sound": ("leaf [sound:a.mp3]", "leaf [sound:a-1.mp3]"),
    "a formula with lines": (r"\(a + b\)", r"\(a +<br>b\)"),
    "a backslash that is no formula": (r"<span>&#92;</span>(a", r"<span>\</span>(a"),
    "composed": ("caf\u00e9", "cafe\u0301"),
    "signs that are not shown": ("green", "gr\u00ade\u200ben"),
    "a comment": ("green", "<!--StartFragment-->green<!--EndFragment-->"),
    "first letters in a blank": (
        "{{c1::green}} leaf",
        '{{c1::green::<span class="first-letters">g…</span>}} leaf',
    ),
    "first letters of a word that another version showed": (
        '{{c1::green::<span class="first-letters">gr…</span>}} leaf',
        '{{c1::green::<span style="" class="first-letters">g…</span>}} leaf',
    ),
    "a cloze": ("{{c1::green}} leaf", "<b>{{c1::green}}</b>&nbsp;leaf"),
}
OTHER = {
    "a word": ("green leaf", "green leaves"),
    "a space": ("greenleaf", "green leaf"),
    "a sign": ("green leaf", "green leaf."),
    "a case": ("green", "Green"),
    "a formula": (r"\(a\)", r"\(b\)"),
    "words become a formula": (r"<span>\</span>(a<span>\</span>)", r"\(a\)"),
    "a picture more": ("leaf", 'leaf <img src="a.png">'),
    "another blank": ("{{c1::green}} leaf", "green {{c1::leaf}}"),
    "a word beside first letters": (
        '{{c1::green::<span class="first-letters">g…</span>}}',
        '{{c1::grey::<span class="first-letters">g…</span>}}',
    ),
    "a hint": ("{{c1::green}} leaf", "{{c1::green::colour}} leaf"),
}


@pytest.mark.parametrize("name", SAME)
def test_a_difference_of_html_alone_is_none(name: str) -> None:
    """As the editors of Anki write what they read."""
    first, second = SAME[name]
    assert words(first) == words(second)


@pytest.mark.parametrize("name", OTHER)
def test_a_difference_of_words_is_one(name: str) -> None:
    """A blank, a formula and a picture are no words, and count as well."""
    first, second = OTHER[name]
    assert words(first) != words(second)


@pytest.mark.parametrize(
    "part", [r"\(", "[latex]", "[sound:", "{{c1::", "<b>", "<br> ", "::<span first-letters ", "\ue000 ", "&nbsp;"]
)
def test_a_field_of_any_size_takes_linear_time(part: str) -> None:
    """A megabyte of what opens and never closes."""

    def seconds(count: int) -> float:
        started = time.process_time()
        tokens(part * count)
        return time.process_time() - started

    seconds(1_000)
    assert seconds(20_000) < 60 * max(seconds(2_000), 0.001)


def test_runs_are_the_words_that_differ() -> None:
    """Words that a single space parts are one run; a long text is one run, as comparing takes quadratic time."""
    before, after = tokens("one two three four five"), tokens("one 2 3 four fives")
    found = runs(before, after)
    assert [("".join(token.text for token in before[run.start : run.end]), run.after) for run in found] == [
        ("two three", tokens("2 3")),
        ("five", tokens("fives")),
    ]
    long = tokens("a b " * 2_000)
    (run,) = runs((*long, *tokens(" end")), (*tokens("start "), *long, *tokens(" END")))
    assert run.start == 0


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("plain words, 50 % (R&D): it's 3:1 - really.", "plain words, 50 % (R&D): it's 3:1 - really."),
        ("# heading", r"\# heading"),
        ("- item", r"\- item"),
        ("1. item", r"1\. item"),
        ("-->", r"\--\>"),
        ("<script>", r"\<script\>"),
        ("`code`", r"\`code\`"),
        ("https://a.b www.a.b c@d.e", r"https\://a.b www\.a.b c\@d.e"),
        ("&amp; a::b %%c%% ==d==", r"\&amp; a\:\:b \%\%c\%\% \=\=d\=\="),
    ],
)
def test_words_are_written_as_plain_text(text: str, markdown: str) -> None:
    """With a backslash where Markdown, a dialect or a forge would read markup, and with none elsewhere."""
    assert escaped(text) == markdown
