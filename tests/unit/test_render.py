"""Rendering: what the author wrote is text, what we write is markup, and raw HTML is made harmless."""

from __future__ import annotations

import re
from html import unescape

import pytest

from studydeck.model.document import Html, Inline, Paragraph, SourceSpan, Style, Text
from studydeck.rendering import escape as anki_escape
from studydeck.rendering.code import highlight_code
from studydeck.rendering.html import blocks, formula, inline
from studydeck.rendering.sanitise import sanitise
from tests.support.pipeline import walk

HERE = SourceSpan("notes.md", 1, 1)
SYNTAX = (
    "{{c1::a}}",
    "{{Term}}",
    "{{FrontSide}}",
    "[sound:a.mp3]",
    "[SOUND:a.mp3]",
    "[anki:tts lang=en_US]a[/anki:tts]",
    "[latex]a[/latex]",
    "[$]a[/$]",
    "[$$]a[/$$]",
    r"\(a\)",
    r"\[a\]",
    "<script>a()</script>",
    '" onclick="a()',
    "a::b}}",
)
# What Anki, or the MathJax in its page, reads as its own.
ANKI = re.compile(r"\{\{|\}\}|\[(?:sound:|anki:|/?latex\]|/?\$)|\\[()\[\]]|<script", re.IGNORECASE)


@pytest.mark.parametrize("text", SYNTAX)
def test_syntax_in_words_is_text(text: str) -> None:
    """Words read as they were written, and hold nothing that Anki reads otherwise."""
    for html in (anki_escape.escape_text(text), f'<img alt="{anki_escape.escape_attribute(text)}">'):
        assert not ANKI.search(html)
        assert text in unescape(re.sub(r"</?span>", "", html))
    assert "<" not in anki_escape.escape_attribute(text)
    assert '"' not in anki_escape.escape_attribute(text)


@pytest.mark.parametrize("text", SYNTAX)
def test_syntax_that_is_cut_in_two_stays_text(text: str) -> None:
    """A link that is left out leaves no seam: the halves of a word on either side make nothing together."""
    for at in range(1, len(text)):
        halves = (Inline(text[:at]), Inline(text[at:], target="javascript:a()"))
        assert not ANKI.search(inline(halves)), at


def test_backslash_gets_an_element_of_its_own() -> None:
    """MathJax reads the text of the page, where an entity is the letter that it stands for."""
    assert anki_escape.escape_text(r"\(a\)") == r"<span>&#92;</span>(a<span>&#92;</span>)"


@pytest.mark.parametrize("text", SYNTAX)
def test_syntax_in_code_is_text(text: str) -> None:
    """Code is shown letter by letter, whatever the highlighter puts between its letters."""
    for language in ("", "python", "html", "tex"):
        html = highlight_code(text, language)
        assert not ANKI.search(html)
        assert unescape(re.sub(r"<[^>]*>", "", html)) == text


def test_code_that_is_hidden_gives_no_hint() -> None:
    """`std::vector` in a cloze is not a vector with a hint, and braces do not end it."""
    hidden: Text = (Inline("std::map<a,b>{{}}", "code", hide=1),)
    assert re.fullmatch(r"\{\{c1::((?!::|\}\}).)*\}\}", inline(hidden))


@pytest.mark.parametrize(
    "source", [r"\frac{a}{{b}}", "a::b", r"\{\{a\}\}", r"\text{[sound:a.mp3]}", "[$]a[/$]", "a<b>c"]
)
def test_formula_is_mathjax_alone(source: str) -> None:
    """Braces of TeX end no cloze, colons give no hint, and sounds stay silent."""
    html = formula(source)
    assert html.startswith("\\(")
    assert html.endswith("\\)")
    assert not re.search(r"\{\{|\}\}|::|\[sound:|\[\$|<", html)


@pytest.mark.parametrize(
    "source",
    [r"\href{javascript:a()}{b}", r"\style{position:fixed}{a}", r"\require{html}a", r"\csname href\endcsname{a}{b}"],
)
def test_formula_that_reaches_out_is_code(source: str) -> None:
    """MathJax has commands for links, styles and extensions; a formula with one is shown and not set."""
    assert formula(source).startswith("<code>")
    assert source in unescape(re.sub(r"</?(?:span|code)>", "", formula(source)))


def test_formula_may_hold_words_that_begin_like_commands() -> None:
    r"""`\classes` is not `\class`."""
    assert formula(r"\classes + \styled") == r"\(\classes + \styled\)"


@pytest.mark.parametrize(
    "target", ["javascript:a()", "JAVASCRIPT:a()", "data:text/html,a", "vbscript:a", "file:///a", "a.md"]
)
def test_link_that_leads_nowhere_is_words(target: str) -> None:
    """Only links that a browser opens as pages stay links."""
    assert inline((Inline("a", target=target),)) == "a"


def test_link_keeps_inside_its_attribute() -> None:
    """Quotes of an address end no attribute."""
    html = inline((Inline("a", target='https://a.b/"onclick="a(){{c1::b}}'),))
    assert re.fullmatch(r'<a href="[^"{}]*">a</a>', html)


def test_remote_picture_is_a_link() -> None:
    """A card asks the network for nothing by itself."""
    assert inline((Inline("a", "picture", target="https://a.b/c.png"),)) == '<a href="https://a.b/c.png">a</a>'
    assert inline((Inline("", "picture", target="//a.b/c"),)) == '<a href="https://a.b/c">//a.b/c</a>'


@pytest.mark.parametrize("target", ["", "a.png", "../a.png", "file:///a.png", "data:image/png;base64,a"])
def test_picture_that_is_not_packed_is_its_words(target: str) -> None:
    """Only what is packed is shown."""
    assert inline((Inline("a", "picture", target=target),)) == "<em>&#91;a]</em>"


def test_packed_picture_is_shown() -> None:
    """Alt text cannot leave its attribute."""
    html = inline((Inline('"><script>', "picture", target="a-0123abcd.png"),))
    assert html == '<img src="a-0123abcd.png" alt="&quot;&gt;&lt;script&gt;">'


HARMLESS = (
    "<table><tbody><tr><td>a</td></tr></tbody></table>",
    "<ul><li>a</li></ul>",
    '<ol start="3"><li>a</li></ol>',
    "<p>a <b>b</b> <kbd>c</kbd><sub>d</sub><br>e</p>",
    '<a href="https://a.b/">c</a>',
    '<img src="a-0123abcd.png" alt="b">',
    "<details><summary>a</summary>b</details>",
)


@pytest.mark.parametrize("html", HARMLESS)
def test_harmless_html_stays(html: str) -> None:
    """What only shows something is kept as it is."""
    assert sanitise(html) == html


HARMFUL = (
    ("<script>alert(1)</script>a", "a"),
    ("<style>* {display: none}</style>a", "a"),
    ("<iframe src='https://a.b'>c</iframe>a", "a"),
    ("<object data='a.swf'>c</object>a", "a"),
    ("<svg onload='a()'><script>a()</script></svg>a", "a"),
    ("<math><mtext><style><img src onerror=a()></style></mtext></math>a", "a"),
    ("<p onclick='a()' style='display:none' id='qa' class='card'>a</p>", "<p>a</p>"),
    ("<a href='javascript:a()'>a</a>", "<a>a</a>"),
    ("<a href='java&#10;script:a()'>a</a>", "<a>a</a>"),
    ("<a href='data:text/html,a'>a</a>", "<a>a</a>"),
    ("<img src='https://a.b/c.png' onerror='a()'>", "<img>"),
    ("<img src='x' srcset='https://a.b/c.png 2x'>", "<img>"),
    ("<img src='file:///etc/passwd'>", "<img>"),
    ("<form action='https://a.b'><input name=a><button>b</button></form>c", "c"),
    ("<meta http-equiv=refresh content='0;url=https://a.b'>a", "a"),
    ("<link rel=stylesheet href='https://a.b'>a", "a"),
    ("<base href='https://a.b'>a", "a"),
    ("<video src='https://a.b'>c</video>a", "a"),
    ("<!-- a -->b", "b"),
    ("<td colspan='99999999'>a", "a"),
    ("<p>{{c1::a}} [sound:b.mp3]</p>", "<p>&#123;&#123;c1::a&#125;&#125; &#91;sound:b.mp3]</p>"),
    ("<p>\\(a\\)</p>", "<p><span>&#92;</span>(a<span>&#92;</span>)</p>"),
    ("<noscript><p title='</noscript><img src=x onerror=a()>", "<img>"),
)


@pytest.mark.parametrize(("html", "clean"), HARMFUL)
def test_harmful_html_goes(html: str, clean: str) -> None:
    """What runs, hides, loads, asks or names itself is left out; what Anki would read is text."""
    assert sanitise(html) == clean


def test_raw_html_is_sanitised_on_cards() -> None:
    """The block that rules attach to a note is rendered harmless."""
    content = (
        Paragraph((Inline("a", styles=int(Style.STRONG)),), HERE),
        Html("<p onclick=a()>b</p><script>c()</script>", HERE),
    )
    assert blocks(content) == "<p><strong>a</strong></p><p>b</p>"


def test_source_links_to_pages_alone() -> None:
    """An address of another kind in deck.toml links nowhere, and a description runs nothing."""
    notes = "## Word\n\nIt is a thing.\n"
    for address, linked in (("https://a.b/{path}", True), ("javascript:a('{path}')", False)):
        built = walk(notes, source_url=address, description="Read <a href='https://a.b'>this</a><script>a()</script>")
        assert any("<a href" in field for field in built.deck.rows[0].fields) is linked
        assert built.deck.description.startswith('Read <a href="https://a.b">this</a>\n')
