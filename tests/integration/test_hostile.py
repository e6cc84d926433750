"""Hostile notes: Anki syntax, HTML attacks, deep nesting and random Markdown are shown as text, limited or reported.

`benchmarks/hostile.py` measures how time grows with size, up to 10 MB; here every pattern is built once, small.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from cProfile import Profile
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from anki.cards import CardId
from anki.collection import Collection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.hostile import CASES
from benchmarks.hostile_edits import EDITS
from studydeck import storage
from studydeck.diagnostics import DiagnosticCode
from studydeck.errors import BuildError
from studydeck.markdown.source import LARGEST_FILE, MAX_LINES, clean, decode
from studydeck.pipeline import Built, pack
from tests.support.browser import BROWSER, MISSING, dom_of
from tests.support.pipeline import build_notes
from tests.support.real_anki import (
    cards,
    empty_cards,
    import_package,
    notes_without_cards,
    open_collection,
    rendered_sides,
)

# ---- Anki syntax in notes is shown as text

SYNTAX = (
    "{{c1::gone}}",
    "{{c1::gone::hint}}",
    "{{Meaning}}",
    "{{FrontSide}}",
    "{{#Term}}gone{{/Term}}",
    "{{type:Term}}",
    "[sound:gone.mp3]",
    "[anki:tts lang=en_US]gone[/anki:tts]",
    "[anki:play:q:0]",
    "[latex]gone[/ latex]",  # a pair of these marks is read as a formula for MathJax
    "[$]gone[/$]",
    "[$$]gone[/$$]",
    r"\(gone\)",
    r"\[gone\]",
    "a::b}} {{c2::c",
    "<script>document.title = 'gone'</script>",
    "<img src=x onerror=alert(1)>",
    "</div></div><style>*{display:none}</style>",
    "&lt;b&gt; &amp;lt;",
)


def escape_markdown(text: str) -> str:
    """Escape a text for Markdown."""
    return re.sub(r"[\\{}<>$&*_`=~!|#]", r"\\\g<0>", text)


def notes_with(number: int, text: str) -> str:
    """Return notes that contain a text in every position of every kind of note."""
    safe, code = escape_markdown(text), f"`` {text} ``"
    cell = safe.replace("|", "\\|")
    return f"""# Number {number} {safe}

## Word {number} {safe} end

It stands for {safe} in the middle of other words.

![{safe}](https://example.org/{number}.png)

## Terms of {number}

- Key {number} {safe}: the meaning of {safe} in other words
- **Bold {number} {safe}**: the meaning of {code} in other words

## Parts of {number}

- first {safe}
- second {code}
- third

```
{text}
```

| Name | Use | More |
| --- | --- | --- |
| Row {number} | all of {cell} here | less |
| Line {number} | none of it | [{cell}](https://example.org/?a={{{{c1::b}}}}) |

## What is question {number} {safe}?

{safe} is the answer.
"""


class CardSide(HTMLParser):
    """The tags, attributes and text of a rendered card side."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str, str]] = []
        self.strings: list[str] = []
        self.code_tags: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        self.code_tags += [tag] if tag in {"code", "pre"} else []

    def handle_endtag(self, tag: str) -> None:
        if self.code_tags[-1:] == [tag]:
            self.code_tags.pop()

    def handle_data(self, data: str) -> None:
        self.strings.append(data if not self.code_tags else data.replace("\\", "\N{REVERSE SOLIDUS OPERATOR}"))

    @property
    def text(self) -> str:
        combined = "".join(self.strings).replace("\N{REVERSE SOLIDUS OPERATOR}", "\\")
        return " ".join(combined.split())


ALLOWED_TAGS = frozenset(
    """
    a b bdi blockquote br code dd del details dl dt div em hr img li mark ol p pre span strong sub summary sup table td
    th tr ul kbd u
    """.split()
)
ALLOWED_ATTRIBUTES = {("a", "href"), ("img", "src"), ("img", "alt"), ("ol", "start")}
ANKI_ATTRIBUTES = {"class", "dir", "data-ordinal", "data-cloze", "id"}


def assert_harmless(side: CardSide) -> None:
    """Check that a side contains no active, hiding or network-loading HTML."""
    assert side.tags <= ALLOWED_TAGS, side.tags - ALLOWED_TAGS
    for tag, name, value in side.attributes:
        assert (tag, name) in ALLOWED_ATTRIBUTES or name in ANKI_ATTRIBUTES, (tag, name)
        assert name != "id" or value == "answer"
        assert name != "href" or re.match(r"https?://|mailto:", value)
        assert name != "src" or re.fullmatch(r"[a-z0-9.-]+", value)
    # MathJax renders text between its delimiters within one text node outside of code.
    assert not any(re.search(r"\\[(\[]", string) for string in side.strings)


def card_sides(collection: Collection) -> Iterator[tuple[CardSide, CardSide]]:
    """Yield both sides of every card, and check that none contains audio."""
    for _, _, number, _, _ in cards(collection):
        card = collection.get_card(CardId(number))
        assert not card.question_av_tags()
        assert not card.answer_av_tags()
        question, answer = rendered_sides(collection, number)
        yield CardSide(question), CardSide(answer)


def import_build(built: Built, collection: Collection) -> None:
    """Import a build into the real Anki, and check that all notes and their cards are there."""
    counts = import_package(pack(built.deck), collection)
    assert (counts.new, counts.conflicting, counts.lost) == (len(built.notes), 0, 0)
    assert notes_without_cards(collection) == 0
    assert not empty_cards(collection)


@pytest.mark.anki
def test_anki_syntax_is_shown_as_written(collection: Collection) -> None:
    """Anki syntax is shown as written on every kind of card, and has no effect."""
    notes = {f"{number}.md": notes_with(number, text) for number, text in enumerate(SYNTAX)}
    built = build_notes(notes)
    assert len(built.notes) > 5 * len(SYNTAX)
    import_build(built, collection)
    shown = ""
    for question, answer in card_sides(collection):
        assert_harmless(question)
        assert_harmless(answer)
        shown += f"\n{question.text}\n{answer.text}"
    for number, text in enumerate(SYNTAX):
        normalized = " ".join(text.split())
        for expected in (
            f"Word {number} {normalized} end",
            f"stands for {normalized} in the middle",
            f"first {normalized}",
            f"second {normalized}",
            f"all of {normalized} here",
            f"question {number} {normalized}?",
            f"{normalized} is the answer",
        ):
            assert expected in shown, expected


@pytest.mark.anki
def test_control_characters_are_replaced(collection: Collection) -> None:
    """The unit separator, null bytes and similar characters are replaced: as bytes, as entities and in addresses."""
    data = (
        "## Word\x1fone\x00\n\nIt is a\x1fthing &#x1f; &#0; ![b\x1f](https://a.b/%1f%00c.png) [d](https://a.b/\x1f)\n"
    )
    source = decode("notes.md", data.encode())
    built = build_notes(source.text)
    import_build(built, collection)
    assert all("\x1f" not in field and "\0" not in field for row in built.deck.rows for field in row.fields)


# ---- Raw HTML, in a browser

ATTACKS = (
    "<script>hacked()</script>",
    "<img src=x onerror=hacked()>",
    "<svg onload=hacked()><script>hacked()</script></svg>",
    "<iframe src='javascript:parent.hacked()'></iframe><iframe srcdoc='<script>parent.hacked()</script>'></iframe>",
    "<details open ontoggle=hacked()>a</details>",
    "<body onload=hacked()><video><source onerror=hacked()></video><audio src=x onerror=hacked()></audio>",
    "<style>@import '{net}/a.css'; * {{ background: url({net}/b.png) }}</style>",
    "<link rel=stylesheet href='{net}/c.css'>",
    "<div style=\"background: url('{net}/d.png')\" onmouseover=hacked()>b</div>",
    "<img src='{net}/e.png' srcset='{net}/f.png 2x'><picture><source srcset='{net}/g.png'><img></picture>",
    "<object data='{net}/h.html'></object><embed src='{net}/i.html'><iframe src='{net}/j.html'></iframe>",
    "<meta http-equiv=refresh content='0; url={net}/k.html'><base href='{net}/'>",
    "<form action='{net}'><input autofocus onfocus=hacked()><button formaction='javascript:hacked()'>a</button></form>",
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=hacked()&gt;">',
    '<noscript><p title="</noscript><img src=x onerror=hacked()>">',
    "<a href='javascript:hacked()' id=click>c</a><a href='java&#9;script:hacked()' class=click>d</a>",
    "![e]({net}/l.png) [f](javascript:hacked()) <{net}/m> ![g](data:image/svg+xml,<svg/onload=hacked()>)",
    '[h](https://a.b/"onmouseover="hacked()) ![i" onerror="hacked()](x.png "a" onerror="hacked()")',
    "<b onclick=hacked()>j</b> <span style='position:fixed'>k</span> <img src={net}/n.png>",
    "`<script>hacked()</script>` $\\href{{javascript:hacked()}}{{x}}$ $<img src=x onerror=hacked()>$",
)


def notes_with_html(number: int, html: str) -> str:
    """Return notes with raw HTML in every position that reaches cards: block, bullet, cell, quote, details."""
    line = html.replace("|", "")
    return (
        f"# Topic {number}\n\n## Thing {number}\n\nThing {number} is a kind of gadget with many uses.\n\n{html}\n\n"
        f"- Key {number}: some meaning {line} here\n- Half **number {number} {line}** of all people there\n\n"
        f"| A | B |\n|---|---|\n| c{number} | what {line} does |\n| d{number} | e |\n\n"
        f"> Note {number}: the quote {line} is quite long.\n\n<details><summary>What is {number} {line}?</summary>\n\n"
        f"It is {line} again.\n\n</details>\n"
    )


class Listener(BaseHTTPRequestHandler):
    """Answers 404, and records the requested paths."""

    def do_GET(self) -> None:  # the name is http.server's
        self.server.requests.append(self.path)  # type: ignore[attr-defined]  # set by the test
        self.send_error(404)

    def log_message(self, *_: object) -> None:
        """Write no log."""


@pytest.mark.browser
@pytest.mark.anki
@pytest.mark.skipif(not BROWSER, reason=MISSING)
def test_nothing_executes_in_a_browser(collection: Collection, tmp_path: Path) -> None:
    """All sides of hostile notes on one page: no script runs, even on a click, and no request is sent."""
    server = HTTPServer(("127.0.0.1", 0), Listener)
    server.requests = []  # type: ignore[attr-defined]  # read by Listener
    Thread(target=server.serve_forever, daemon=True).start()
    net = f"http://127.0.0.1:{server.server_port}"
    try:
        attacks = [text.replace("{{", "{").replace("}}", "}").replace("{net}", net) for text in ATTACKS]
        built = build_notes({f"{number}.md": notes_with_html(number, text) for number, text in enumerate(attacks)})
        assert len(built.notes) > 4 * len(ATTACKS)
        import_build(built, collection)
        shown = "\n".join(side for _, _, card, _, _ in cards(collection) for side in rendered_sides(collection, card))
        page = tmp_path / "cards.html"
        page.write_text(page_of(shown), "utf-8")
        dom = dom_of(page, tmp_path / "profile")
        assert 'data-ready="yes"' in dom
        assert "data-hacked" not in dom
        assert server.requests == []  # type: ignore[attr-defined]  # see above

        # The check works: the same HTML without sanitising is detected.
        page.write_text(page_of("\n".join(attacks[:1] + attacks[8:9])), "utf-8")
        assert 'data-hacked="yes"' in dom_of(page, tmp_path / "profile")
        assert server.requests  # type: ignore[attr-defined]  # see above
    finally:
        server.shutdown()
        server.server_close()


def page_of(html: str) -> str:
    """Return a page that records calls of `hacked`, and clicks every link that is not http."""
    return f"""<!doctype html><meta charset="utf-8"><body>
<script>
  function hacked() {{ document.documentElement.dataset.hacked = "yes"; }}
  window.alert = hacked;
</script>
{html}
<script>
  document.documentElement.dataset.ready = "yes";
  for (const link of document.querySelectorAll("a")) if (!link.href.startsWith("http")) link.click();
  for (const kind of ["mouseover", "click", "focus"])
    for (const element of document.querySelectorAll("*:not(a)")) element.dispatchEvent(new Event(kind));
</script>"""


# ---- Sizes


def lines_beyond_limits(built: Built) -> list[int]:
    """Return the lines that were reported as beyond a limit."""
    return [diagnostic.line for diagnostic in built.diagnostics if diagnostic.code is DiagnosticCode.TOO_DEEP]


AFTER = "\n\n# After\n\nAfter is a word for what comes later.\n"
DEEP = {
    "quotes": "> " * 500 + "a",
    "quotes that grow": "".join(f"{'>' * level} a\n" for level in range(1, 200)),
    "lists": "".join(f"{'  ' * level}- item {level}\n" for level in range(200)),
    "numbered lists": "".join(f"{'   ' * level}1. item {level}\n" for level in range(200)),
    "lists on a line": "- " * 500 + "a",
    "folds": "<details><summary>a</summary>\n\n" * 500,
    "callouts": "".join(f"{'    ' * level}!!! note\n\n" for level in range(200)),
    "brackets": "a " + "[" * 5000,
    "pictures": "a " + "![" * 5000 + "](b)" * 5000,
    "inline footnotes": "a " + "^[" * 5000 + "]" * 5000,
    "paragraph": "word " * 10_000,
    "item": "- " + "word " * 10_000,
    "cell": "| a | b |\n|---|---|\n| " + "word " * 10_000 + " | c |",
    "heading": "# " + "word " * 10_000,
    "html": "<div>\n" + "<b>" * 20_000 + "\n</div>",
}


@pytest.mark.parametrize("name", DEEP)
def test_input_beyond_the_limits_is_reported(name: str) -> None:
    """Extreme nesting and length are left out with a diagnostic, and what follows is read."""
    built = build_notes(DEEP[name] + AFTER)
    assert lines_beyond_limits(built)
    assert any("After" in str(note.draft.body) for note in built.notes)


def test_large_input_within_the_limits_is_read() -> None:
    """The limits are far above real notes."""
    nested = "".join(f"{'  ' * level}- Term {level}: the meaning of {level}\n" for level in range(20))
    long = "Alpha is a kind of beta that " + "rests " * 4000 + "\n"
    brackets = "see " + "[0, 1) and [1, 2), " * 15 + "\n"
    assert not lines_beyond_limits(build_notes(f"{nested}\n{long}\n{brackets}"))
    assert len(build_notes(nested).notes) == 20


def test_tables_that_lack_many_cells_are_not_read() -> None:
    """Two kilobytes with a wide head and short rows would be 65,000 cells; a table that lacks few is read."""
    wide = f"{'|a' * 255}|\n{'|-' * 255}|\n{'|b|' + chr(10)}" + "|b|\n" * 254
    narrow = "| a | b | c |\n|---|---|---|\n" + "".join(f"| k{n} | v{n} |\n" for n in range(500))
    built = build_notes(f"# Top\n\n{wide}\n{narrow}\n{wide}")
    assert lines_beyond_limits(built) == [3, 3 + 258 + 503]
    assert len(built.notes) == 500


@pytest.mark.parametrize(("piece", "largest"), [(b" ", LARGEST_FILE), (b"\n", MAX_LINES), (b"\r\n", MAX_LINES)])
def test_file_beyond_the_limit_is_not_read(tmp_path: Path, piece: bytes, largest: int) -> None:
    """A file of 10 MB or 250,000 lines is read; with one more it is an error that says what to do."""
    path = tmp_path / "large.md"
    path.write_bytes(piece * largest)
    assert len(storage.read_sources(tmp_path)) == 1
    path.write_bytes(piece * (largest + 1))
    with pytest.raises(BuildError) as error:
        storage.read_sources(tmp_path)
    diagnostics = error.value.diagnostics
    assert [(diagnostic.code, diagnostic.severity) for diagnostic in diagnostics] == [
        (DiagnosticCode.UNREADABLE, "error")
    ]
    assert "split" in diagnostics[0].message


def test_tags_of_a_block_are_limited() -> None:
    """A hundred tags reach the notes below a heading, more are reported: each note carries all of them."""
    comment = " ".join(f"tag=a{number}" for number in range(2000))
    built = build_notes(f"# A <!-- deck: {comment} -->\n\n- Alpha: the meaning\n- Beta: the meaning of it\n")
    assert [diagnostic.code for diagnostic in built.diagnostics] == [DiagnosticCode.BAD_COMMENT]
    assert "2,000 values of tag=" in built.diagnostics[0].message
    assert {len(note.draft.tags) for note in built.notes} == {100}


def test_a_wrong_comment_below_a_list_is_reported_once() -> None:
    """Not once for each item."""
    items = "".join(f"- Alpha{number}: the meaning of {number}\n" for number in range(50))
    built = build_notes(f"{items}\n<!-- deck: skp -->\n")
    assert [diagnostic.code for diagnostic in built.diagnostics] == [DiagnosticCode.BAD_COMMENT]


def test_every_comment_below_a_heading_applies() -> None:
    """The second of two comments below a heading is read like the first."""
    built = build_notes("# A\n\n<!-- deck: tag=one -->\n<!-- deck: tag=two -->\n\n- Alpha: the meaning of it\n")
    assert [note.draft.tags for note in built.notes] == [("one", "two")]


def test_combining_marks_are_limited() -> None:
    """A letter keeps thirty combining marks at most: sorting a million of them takes quadratic time."""
    assert len(clean("a" + "\u0301\u0316" * 100_000 + "b")) < 40
    assert clean("e\u0301 \u1112\u1161\u11ab " + "語" * 100) == "é 한 " + "語" * 100


@pytest.mark.no_cover  # whose own time is as much as that of a build
@pytest.mark.parametrize("name", CASES)
def test_hostile_pattern_is_built_quickly(name: str) -> None:
    """Each hostile pattern and edit, small, builds without an error in under two seconds."""
    start = time.process_time()
    ledger = None
    for notes in CASES[name](25 if name in EDITS else 1_000):
        built = build_notes(notes, ledger)
        ledger = built.ledger_text
    pack(built.deck)
    assert time.process_time() - start < 2


def calls_of(build_them: Callable[[], object]) -> int:
    """Return how many functions are called: unlike seconds, the same in every run."""
    profile = Profile()
    profile.runcall(build_them)
    return sum(entry.callcount for entry in profile.getstats())


@pytest.mark.no_cover
@pytest.mark.parametrize(
    "name",
    [
        "callouts",
        "admonitions",
        "paragraphs with a bold word",
        "paragraphs without a blank",
        "figures and notes",
        "questions with options",
        "question with many paragraphs",
        "question with many signs",
        "comments below a list",
        "tags below a list",
        "tags above a list",
        "wrong comments below a table",
        "lines ---",
        "lines : x",
        "tables with formulas",
        "table with torn rows",
    ],
)
def test_work_grows_as_the_notes_do(name: str) -> None:
    """Twice as many blocks in one section take hardly more than twice as many calls."""
    tiny, small, large = (CASES[name](size)[0] for size in (1_000, 5_000, 10_000))
    build_notes(tiny)  # fills caches
    assert calls_of(lambda: build_notes(large)) < 2.1 * calls_of(lambda: build_notes(small))


# ---- Fuzzing

PIECES = st.sampled_from(
    """
    # ## ### - * + 1. 2) > >> | |---|---| || ``` ~~~ $$ $ \\( \\) \\[ \\] ` `` ** * _ __ ~~ == [[ ]] [ ] ( ) ![ ](
    <b> </b> <br> <!-- --> <!--deck:skip--> <!--deck:items--> <!--deck:hide="a"--> <details> </details> <summary>
    </summary> <div> </div> <img <script> {{c1:: }} :: {{a}} [sound:a] [^1] [^1]: ^[ : ; , . ? ! -> → = => – — : & &amp;
    &#0; \\ \\\\ --- *** === !!! ??? :: [!NOTE] [x] A) B) Answer: Q: A: Note: TODO 10 3.14 50% $5 10ms x=y f(x) NATO
    Paris is are means the a depends uses because 語 한국 שלום é e\u0301 🙂 \u200b \u00a0 \u202e word another Alpha Beta
    gamma don't e.g. etc.
    """.split()
)
SPACES = st.sampled_from(
    ["", " ", " ", " ", "  ", "    ", "\t", "\n", "\n", "\n\n", "\n\n", "\n    ", "\n- ", "\n# ", "\n| "]
)
MARKDOWN = st.lists(st.tuples(PIECES, SPACES), max_size=60).map(
    lambda pairs: "".join(piece + space for piece, space in pairs)
)
FACTS = st.sampled_from(
    (
        "- Term: meaning of it\n",
        "## Head\n\nBody is a thing.\n\n",
        "| a | b |\n|---|---|\n| c | d e |\n\n",
        "1. one\n2. two\n\n",
    )
)
NOTES = st.lists(st.one_of(MARKDOWN, FACTS, st.text(max_size=40)), min_size=1, max_size=8).map(
    lambda texts: {f"{number}.md": clean(text) for number, text in enumerate(texts)}
)


@pytest.mark.anki
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(notes=NOTES)
def test_whatever_is_written_imports(notes: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> None:
    """Any Markdown gives notes, diagnostics or skipped blocks; Anki imports every note, and no front is blank."""
    built = build_notes(notes)
    assert built.notes or built.diagnostics or built.skipped
    if not built.notes:
        return
    with open_collection(tmp_path_factory.mktemp("anki")) as collection:
        import_build(built, collection)
        for question, answer in card_sides(collection):
            for side in (question, answer):
                assert not side.tags & {"script", "style", "iframe", "form", "object"}
                assert not any(name.startswith("on") or name == "style" for _, name, _ in side.attributes)
            assert question.text or "img" in question.tags
