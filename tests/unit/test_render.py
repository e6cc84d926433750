"""Rendering: the author's text is escaped, our own markup is kept, and raw HTML is sanitised."""

from __future__ import annotations

import re
from html import unescape

import pytest
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from studydeck.model.document import Html, Inline, Paragraph, SourceSpan, Style, Text
from studydeck.rendering import escape as anki_escape
from studydeck.rendering.code import highlight_code
from studydeck.rendering.html import blocks_html, formula_html, inline_html
from studydeck.rendering.sanitise import sanitise
from tests.support.pipeline import build_notes

SPAN = SourceSpan("notes.md", 1, 1)
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
# Syntax of Anki, or of the MathJax in its page.
ANKI = re.compile(r"\{\{|\}\}|\[(?:sound:|anki:|/?latex\]|/?\$)|\\[()\[\]]|<script", re.IGNORECASE)


@pytest.mark.parametrize("text", SYNTAX)
def test_anki_syntax_in_text_is_escaped(text: str) -> None:
    """Text is shown as written, and contains nothing that Anki would interpret."""
    for html in (anki_escape.escape_text(text), f'<img alt="{anki_escape.escape_attribute(text)}">'):
        assert not ANKI.search(html)
        assert text in unescape(re.sub(r"</?span>", "", html))
    assert "<" not in anki_escape.escape_attribute(text)
    assert '"' not in anki_escape.escape_attribute(text)


@pytest.mark.parametrize("text", SYNTAX)
def test_anki_syntax_split_over_two_inlines_is_escaped(text: str) -> None:
    """The text on both sides of a removed link does not combine to Anki syntax."""
    for at in range(1, len(text)):
        halves = Text((Inline(text[:at]), Inline(text[at:], target="javascript:a()")))
        assert not ANKI.search(inline_html(halves)), at


def test_backslash_is_wrapped_in_an_element() -> None:
    """MathJax reads the text of the page, in which entities are already decoded."""
    assert anki_escape.escape_text(r"\(a\)") == r"<span>&#92;</span>(a<span>&#92;</span>)"


@pytest.mark.parametrize("text", SYNTAX)
def test_anki_syntax_in_code_is_escaped(text: str) -> None:
    """Code is shown as written, whatever markup the highlighter inserts."""
    for language in ("", "python", "html", "tex"):
        html = highlight_code(text, language)
        assert not ANKI.search(html)
        assert unescape(re.sub(r"<[^>]*>", "", html)) == text


def test_names_in_python_are_coloured_as_pygments_does() -> None:
    """The short pattern of names colours what Pygments' own lexer does, in all scripts."""
    code = "@größe\nclass Ω(Базовый):\n    def 計算(self, x_1):\n        from é.ü import ñ\n        return self.π + x_1"
    expected = highlight(code, PythonLexer(), HtmlFormatter(nowrap=True)).rstrip("\n").replace("\n", "<br>")
    assert highlight_code(code, "python") == f'<pre class="highlight"><code>{expected}</code></pre>'


def test_hidden_code_has_no_cloze_hint() -> None:
    """`std::vector` in a cloze is not a vector with a hint, and braces do not end it."""
    hidden = Text((Inline("std::map<a,b>{{}}", "code", hide=1),))
    assert re.fullmatch(r"\{\{c1::((?!::|\}\}).)*\}\}", inline_html(hidden))


@pytest.mark.parametrize(
    "source", [r"\frac{a}{{b}}", "a::b", r"\{\{a\}\}", r"\text{[sound:a.mp3]}", "[$]a[/$]", "a<b>c"]
)
def test_formula_contains_no_anki_syntax(source: str) -> None:
    """Braces of TeX end no cloze, colons make no hint, and no sound tag is left."""
    html = formula_html(source)
    assert html.startswith("\\(")
    assert html.endswith("\\)")
    assert not re.search(r"\{\{|\}\}|::|\[sound:|\[\$|<", html)


@pytest.mark.parametrize(
    "source",
    [r"\href{javascript:a()}{b}", r"\style{position:fixed}{a}", r"\require{html}a", r"\csname href\endcsname{a}{b}"],
)
def test_formula_with_a_link_style_or_extension_is_code(source: str) -> None:
    """MathJax has commands for links, styles and extensions; a formula with one is shown as code."""
    assert formula_html(source).startswith("<code>")
    assert source in unescape(re.sub(r"</?(?:span|code)>", "", formula_html(source)))


def test_formula_may_use_commands_with_a_forbidden_prefix() -> None:
    r"""`\define` would not be allowed, but `\deg` is not `\def`."""
    assert formula_html(r"\deg p + \leftarrow") == r"\(\deg p + \leftarrow\)"


@pytest.mark.parametrize(
    "target", ["javascript:a()", "JAVASCRIPT:a()", "data:text/html,a", "vbscript:a", "file:///a", "a.md"]
)
def test_link_to_no_web_page_is_text(target: str) -> None:
    """Only links to web pages stay links."""
    assert inline_html(Text((Inline("a", target=target),))) == "a"


def test_link_address_is_escaped() -> None:
    """Quotes in an address do not end the attribute."""
    html = inline_html(Text((Inline("a", target='https://a.b/"onclick="a(){{c1::b}}'),)))
    assert re.fullmatch(r'<a href="[^"{}]*">a</a>', html)


def test_remote_picture_is_a_link() -> None:
    """A card loads nothing from the network."""
    assert (
        inline_html(Text((Inline("a", "picture", target="https://a.b/c.png"),))) == '<a href="https://a.b/c.png">a</a>'
    )
    assert inline_html(Text((Inline("", "picture", target="//a.b/c"),))) == '<a href="https://a.b/c">//a.b/c</a>'


@pytest.mark.parametrize("target", ["", "a.png", "../a.png", "file:///a.png", "data:image/png;base64,a"])
def test_picture_that_is_not_packed_is_its_alt_text(target: str) -> None:
    """Only packed pictures are shown."""
    assert inline_html(Text((Inline("a", "picture", target=target),))) == "<em>&#91;a]</em>"


def test_packed_picture_is_shown() -> None:
    """Alt text is escaped."""
    html = inline_html(Text((Inline('"><script>', "picture", target="a-0123abcd.png"),)))
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
    """HTML that only displays something is unchanged."""
    assert sanitise(html) == html


HARMFUL = (
    ("<script>alert(1)</script>a", "a"),
    ("<style>* {display: none}</style>a", "a"),
    ("<iframe src='https://a.b'>c</iframe>a", "a"),
    ("<object data='a.swf'>c</object>a", "ca"),
    ("<svg onload='a()'><script>a()</script></svg>a", "a"),
    ("<math><mtext><style><img src onerror=a()></style></mtext></math>a", "a"),
    ("<p onclick='a()' style='display:none' id='qa' class='card'>a</p>", "<p>a</p>"),
    ("<a href='javascript:a()'>a</a>", "<a>a</a>"),
    ("<a href='java&#10;script:a()'>a</a>", "<a>a</a>"),
    ("<a href='data:text/html,a'>a</a>", "<a>a</a>"),
    ("<img src='https://a.b/c.png' onerror='a()'>", "<img>"),
    ("<img src='x' srcset='https://a.b/c.png 2x'>", "<img>"),
    ("<img src='file:///etc/passwd'>", "<img>"),
    ("<form action='https://a.b'><input name=a><button>b</button></form>c", "bc"),
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
def test_harmful_html_is_removed(html: str, clean: str) -> None:
    """HTML that runs, hides, loads, submits or has an id is removed; Anki syntax is escaped."""
    assert sanitise(html) == clean


def test_raw_html_is_sanitised_on_cards() -> None:
    """HTML blocks that rules attach to a note are sanitised."""
    content = (
        Paragraph(Text((Inline("a", styles=int(Style.STRONG)),)), SPAN),
        Html("<p onclick=a()>b</p><script>c()</script>", SPAN),
    )
    assert blocks_html(content) == "<p><strong>a</strong></p><p>b</p>"


def test_source_links_only_to_web_pages() -> None:
    """source-url with another scheme makes no link, and the description is sanitised."""
    notes = "## Word\n\nIt is a thing.\n"
    for address, is_linked in (("https://a.b/{path}", True), ("javascript:a('{path}')", False)):
        built = build_notes(
            notes, source_url=address, description="Read <a href='https://a.b'>this</a><script>a()</script>"
        )
        assert any("<a href" in field for field in built.deck.rows[0].fields) is is_linked
        assert built.deck.description.startswith('Read <a href="https://a.b">this</a>\n')
