"""Nothing is dropped in silence: what another parser finds in notes is on a card, in a skipped block or reported."""

from __future__ import annotations

import html
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studydeck.diagnostics import DiagnosticCode
from studydeck.markdown.html_tags import with_text_tags_escaped
from studydeck.markdown.source import clean
from studydeck.pipeline import extract_deck
from studydeck.reports import listing
from tests.integration.test_commonmark import ARCHIVES, examples
from tests.support.pipeline import build_extracted, build_notes, sources_of
from tests.support.visible_words import lost_words, visible_words

ROOT = Path(__file__).parents[2]
CASES = sorted((ROOT / "tests/snapshots").glob("*/*.md"))
NOTES = sorted(path for path in (ROOT / "notes").rglob("*.md") if path.name != "CHANGELOG.md")

# The words of marks that tools do not show, which dialects remove.
REMOVED = {
    "sites/values_of_front_matter_are_shown": "missing tags",
    "flashcards/cloze_with_an_id_of_remnote": "id8",
    "questions/score_of_a_task_is_not_asked": "q4",
    "flashcards/latex_between_marks_of_anki_is_a_formula": "latex",
    "figures/formulas_in_names_are_formulas_or_plain_characters": "alpha eta",
    "languages/german": "merke",
    "lists/picture_before_or_after_a_colon": "60x",
    "logseq/deep_headings_and_their_tasks": "todo",
    "logseq/headings_in_bullets_are_headings": "background color yellow",
    "logseq/what_logseq_hides_is_on_no_card": """
        1111 2023 4222 444455556666 5f6d7a10 8333 begin clock cloze end last logbook mon quote renderer
        repeats scheduled score tue wordcount
    """,
    "notion/export_is_read_without_its_properties": """
        2024 created edited february hall january last lecture next page pm time
    """,
    "pandoc/latex_within_markdown_is_read": """
        align centering cite definition enumerate fig figure footnote ht item label ll ref tabular textbf weir2001
    """,
    "pandoc/subscripts_and_superscripts": "st",
    "pandoc/marks_of_pandoc_are_on_no_card": """
        1cm 2024 ask author berg2001 callout column data dry editor fig formed grey latex level mark newpage note sec
        secret see stein1998 title toc unnumbered vspace width
    """,
    "questions/picture_before_the_answer_is_asked_about": "width",
    "sites/marks_of_gitbook_are_on_no_card": "align block code equal files github md org url",
    "sites/marks_of_site_generators_are_on_no_card": """
        badge baseurl comment const details endcomment endhighlight endhint export first footer groupid highlight hint
        html import include info label level md name note notice python ref secret site style tabs theme tip toc value
        values
    """,
    "logseq/blocks_without_text_are_no_underlines": """
        1111 4222 444455556666 444455556667 444455556668 5f6d7a10 8333 open question
    """,
    "sites/blank_lines_do_not_end_an_admonition": "py",
    "sites/indented_content_of_components_is_no_code": "bash import label tabitem tabs theme tip value",
    "sites/tags_and_loose_bold_at_the_edge_of_an_item": "anchor icon",
    "pandoc/references_to_labels": "eq eqref gone label ref",
    "sites/directives_of_myst": """
        admonition alt class dropdown eq fig fourier hide input label maxdepth name ref tags tip two
    """,
    "sites/figures_of_mkdocs": "300 width",
    # Words that a blank cuts: the noun is hidden, its particle is shown.
    "statements/korean_particles_stand_outside_of_blanks": "queue에 agent를",
    "tables/column_of_sounds_asks_nothing": "escuchar",
}


def lost(text: str) -> set[str]:
    """Return the words of notes that are lost, if every card is made or only those that are sure enough."""
    sources = sources_of(clean(text))
    extracted = extract_deck(sources)
    texts = {source.path: source.text for source in sources}
    every_card = build_extracted(extracted, sources, None)
    sure_cards = build_extracted(extracted, sources, None, min_confidence=None)
    return set().union(*[words for built in (every_card, sure_cards) for words in lost_words(texts, built).values()])


@pytest.mark.parametrize("path", [*CASES, *NOTES], ids=lambda path: str(path.relative_to(ROOT)))
def test_no_word_of_real_notes_is_lost(path: Path) -> None:
    """The snapshot cases and the shipped notes; only the named words of marks of tools are left out."""
    removed = REMOVED.get(f"{path.parent.name}/{path.stem}", "")
    assert lost(path.read_text("utf-8")) == set(removed.split())


@pytest.mark.skipif(not ARCHIVES, reason="no specification: see test_commonmark.py")
@pytest.mark.parametrize("name", ["commonmark", "gfm"])
def test_no_word_of_the_specifications_is_lost(name: str) -> None:
    """The examples of CommonMark and GFM."""
    found = {path: words for path, text in examples(name).items() if (words := lost(text))}
    assert not found


WORDS = st.integers(0, 10**6).map(lambda number: f"w{number:06d}x")
PHRASE = st.lists(WORDS, min_size=1, max_size=6).map(" ".join)
INLINE = st.one_of(
    PHRASE,
    PHRASE.map("**{}**".format),
    PHRASE.map("`{}`".format),
    PHRASE.map("[{}](https://example.org)".format),
    PHRASE.map("${}$".format),
    PHRASE.map("<kbd>{}</kbd>".format),
    WORDS.map("List<{}>".format),
    WORDS.map("<{}>".format),
    PHRASE.map("![{}](missing.png)".format),
)
SENTENCE = st.builds(
    lambda parts, verb, end: f"The {' '.join(parts)} {verb} it{end}",
    st.lists(INLINE, min_size=1, max_size=3),
    st.sampled_from(["is", "needs", "has", "uses"]),
    st.sampled_from([".", "?", ":", ""]),
)
LINE = st.one_of(
    PHRASE, SENTENCE, st.builds("{}: {}".format, PHRASE, INLINE), st.builds("**{}** - {}".format, PHRASE, INLINE)
)
LIST = st.builds(
    lambda mark, lines, nested: "\n".join(f"{mark} {line}" for line in lines) + "".join(f"\n   - {n}" for n in nested),
    st.sampled_from(["-", "1.", "- [ ]", "*"]),
    st.lists(LINE, min_size=1, max_size=9),
    st.lists(LINE, max_size=3),
)
ROW = st.lists(INLINE, min_size=1, max_size=4).map(lambda cells: f"| {' | '.join(cells)} |")
TABLE = st.builds(
    lambda head, rows: "\n".join([f"| {' | '.join(head)} |", "|---" * len(head) + "|", *rows]),
    st.lists(PHRASE, min_size=1, max_size=3),
    st.lists(ROW, max_size=4),
)
BLOCK = st.one_of(
    LINE,
    st.lists(SENTENCE, min_size=1, max_size=3).map(" ".join),
    LIST,
    TABLE,
    PHRASE.map("```text\n{}\n```".format),
    PHRASE.map("$$\n{}\n$$".format),
    LINE.map("> {}".format),
    st.builds("<details><summary>{}</summary>\n{}\n\n{}\n\n</details>".format, PHRASE, PHRASE, LINE),
    PHRASE.map("<div>{}</div>".format),
    st.builds("{}\n: {}".format, PHRASE, LINE),
    st.builds("{}[^1]\n\n[^1]: {}".format, PHRASE, LINE),
    PHRASE.map("[^unused]: {}".format),
)
HEADING = st.builds(lambda level, text: f"{'#' * level} {text}", st.integers(1, 4), st.one_of(PHRASE, SENTENCE))
DOCUMENT = st.lists(st.one_of(HEADING, BLOCK), min_size=1, max_size=8).map("\n\n".join)


@pytest.mark.slow
@settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(DOCUMENT)
def test_no_word_of_any_document_is_lost(text: str) -> None:
    """Documents of all kinds of blocks, in any order."""
    assert not lost(text), text


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("A list of type List<Stringy> holds texts.", "<Stringy>"),
        ("Run git clone <url> to copy a repository.", "<url>"),
        ("<url>\n\nIt is an address.", "<url>"),
        ("Run git branch <head> to make one.", "<head>"),
        ("It lies between when a<b and b>c hold for it.", "a<b and b>c"),
        ("Echo is done by <?php echo 1 ?> in it.", "<?php echo 1 ?>"),
        ("<div>\nThe <placeholder> of it\n</div>", "<placeholder>"),
        ("| A | B |\n|---|---|\n| x | y | zebra |", "y | zebra"),
        ("| A | B |\n|---|---|\n| x | $|y|$ |", "|y|"),
        ("| A | B |\n|---|---|\n| x | `a|b` |", "a|b"),
        ("| A | $|B|$ |\n|---|---|\n| x | y |", "|B|"),
        ("Text.\n\n[^1]: An unused zebra.", "unused zebra"),
        ("Text[^1].\n\n[^1]: Note.\n\n    - zebra", "zebra"),
        ("Horse: horse\n\nHorse[^1]\n\n[^1]: No zebra.", "zebra"),
        ("<details><summary>Q</summary>zebra\n\nmore\n\n</details>", "zebra"),
        ("<details><summary>Q</summary>\n\nmore\n\nlast zebra</details>", "zebra"),
        (
            "<details><summary>Q</summary>\n\na\n\n</details>\n<details><summary>zebra</summary>\n\nb\n\n</details>",
            "zebra",
        ),
        ("> <details><summary>Q</summary>\n>\n> a\n\nafter the zebra", "zebra"),
        ("$$\nx\n$$ (zebra)", "zebra"),
        ("one<p>two three are here.", "one two"),
        ('See <img alt="zebra"> here.', "zebra"),
        ("## Zebra?", "Zebra?"),
        ("> [!note] ![[zebra]]\n> a", "zebra"),
        ("> [!question] ![[zebra]]?\n> a", "zebra"),
        ("<details><summary>Q^[zebra]</summary>\n\na\n\n</details>", "zebra"),
        ("## Why zebra?\n\n1. a\n2. b\n   ```\n   c\n   ```\n3. d", "Why zebra?"),
        ("## X\n\nThe island was settled late. Oslo is the northernmost capital of a state.", "settled late"),
        ("| A | B |\n|---|---|\n| x | y |\n| zebra <!-- deck: skip --> | z |", "zebra"),
        ("| A | B |\n|---|---|\n| x | {{c1::y::zebra}} |", "y (zebra)"),
        ("## A {{c1::y::zebra}}\n\nIt is a piece.", "y (zebra)"),
        ("Q: {{c1::y::zebra}}\nA: z", "y (zebra)"),
        ("> [!note] {{c1::y::zebra}}\n> It is a body.", "y (zebra)"),
        ("<details><summary>{{c1::y::zebra}}</summary>\n\na\n\n</details>", "y (zebra)"),
        ("<div>{{c1::y::zebra}}</div>", "y (zebra)"),
        ("![{{c1::{{c2::y::}} x::zebra}}](missing.png)", "y x (zebra)"),
        ("- It is {{cloze y \\\\ zebra}} here.\n  id:: 5f6d7a10-1111-4222-8333-444455556666", "(zebra)"),
        ("| A | {漢字|zebra} |\n|---|---|\n| x | y |", "zebra"),
        ("# <ruby>漢字<rt>zebra</rt></ruby>\n\n## Sub\n\nIt is a piece.", "zebra"),
        ("<ruby>漢字<rt>zebra</rt></ruby>:\n\n- apple\n- pear\n- fig", "zebra"),
        ("x[^1]\n\n[^1]: zebra\n\n    y[^2]\n\n    [^2]: z", "zebra"),
    ],
)
def test_what_was_dropped_is_listed(text: str, word: str) -> None:
    """Kinds that once vanished: each is in the output of `list`, as written."""
    built = build_notes("# Top\n\n## Part\n\nA part is a piece.\n\n" + text)
    output = html.unescape("\n".join(listing.text_lines(built)))
    assert word in output, output


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("<select>\nzebra\n", "zebra"),
        ("<button>zebra</button>", "zebra"),
        ("<math><mi>zebra</mi></math>", "zebra"),
        ("<?php\necho 'zebra';\n?>", "zebra"),
        ("<!ENTITY zebra>", "zebra"),
        ("word\n: {{c1::y::zebra}}", "y (zebra)"),
        ("It is {{c1::y::lion}}{{c1::z::zebra}} here.", "lion, zebra"),
        *[
            (outer.format(inner), "zebra")
            for inner in (
                "<https://zebra.example/>",
                "<me@zebra.example>",
                "<?zebra ?>",
                "<!ZEBRA zebra>",
                "</zebra!>",
                "a<b and zebra>c",
                "a <b, zebra",
                "<math><mi>zebra</mi></math>",
            )
            for outer in (
                "<table><tr><td>{}</td></tr></table>",
                "<ul><li>{}</li></ul>",
                "<figure><figcaption>{}</figcaption></figure>",
                "<details><summary>Q</summary>{}</details>",
            )
        ],
    ],
)
def test_what_a_browser_shows_of_html_is_shown(text: str, word: str) -> None:
    """Words in elements that a card cannot have stay, in fields as in the listing; so do hints of clozes."""
    built = build_notes("# Top\n\n## Part\n\n" + text)
    fields = " ".join(field for row in built.deck.rows for field in row.fields)
    assert word in fields + "".join(block.text for block in built.skipped), fields
    assert all(row.fields[2] for row in built.deck.rows), "a card without an answer"


@pytest.mark.parametrize(
    "html",
    [
        '<a href="https://a.example/?a=<b>">zebra</a>',
        "<p class='a>b'>zebra</p>",
        "<td nowrap v-if='a' @click>zebra</td>",
        "<!DOCTYPE html>zebra",
        "<details open markdown><summary>a</summary>zebra</details>",
        '<?xml version="1.0"?><p>zebra<o:p></o:p></p>',
        "<p><![if !supportLists]>1.<![endif]>zebra</p>",
        "<hr/>zebra<br />",
    ],
)
def test_a_tag_of_html_is_not_shown_as_text(html: str) -> None:
    """Only what a browser would drop with its words is text."""
    assert with_text_tags_escaped(html) == html


@pytest.mark.parametrize(
    "text",
    [
        "It is <iframe src='https://a.example/zebra'></iframe> shown.",
        "<iframe src='https://a.example/zebra'>fallback</iframe>",
        "- <object data='zebra.pdf'>x</object> is an item.",
        "It is <video src='zebra.xyz'></video> shown.",
        "| A | B |\n|---|---|\n| x | <embed src='zebra.pdf'> |",
        "<div><iframe srcdoc='zebra'></iframe></div>",
    ],
)
def test_an_element_that_no_card_shows_is_said(text: str) -> None:
    """Its address is in a diagnostic with the line; one in a comment is private."""
    diagnostics = build_notes("# Top\n\n## Part\n\n" + text).diagnostics
    assert [found.code for found in diagnostics if "zebra" in found.message] == ["not-shown"], diagnostics
    hidden = build_notes("# Top\n\n## Part\n\nText <!-- " + text + " --> text.").diagnostics
    assert "zebra" not in str(hidden)


@pytest.mark.parametrize("title", ["![[zebra.png]]", "<svg><text>zebra</text></svg>", "![[zebra.png]]?"])
@pytest.mark.parametrize("kind", ["note", "question"])
def test_a_picture_is_the_title_of_a_callout(title: str, kind: str) -> None:
    """A title without a word is no missing one, in whose place the kind is shown."""
    built = build_notes(f"# Top\n\nA part is a piece.\n\n> [!{kind}] {title}\n> It is a body.\n")
    fields = " ".join(field for row in built.deck.rows for field in row.fields)
    assert "zebra" in fields + "".join(found.message for found in built.diagnostics), fields


@pytest.mark.parametrize("name", ["script", "style", "template", "noscript", "iframe"])
def test_an_invisible_element_without_an_end_is_said(name: str) -> None:
    """It hides all that follows."""
    built = build_notes(f"# Top\n\nA part is a piece.\n\n<{name}>\nhidden {{}}\nmore\n")
    assert [(found.code, found.line) for found in built.diagnostics if name in found.message] == [("open-comment", 5)]
    closed = build_notes(f"# Top\n\nA part is a piece.\n\n<{name}>\nhidden {{}}\n</{name}>\n")
    assert not [found for found in closed.diagnostics if found.code == "open-comment"]


@pytest.mark.parametrize(
    "markup", ["[zebra\nlion](x)", "**zebra\nlion**", "[a [[zebra\nlion]]](x)", "<b>zebra\nlion</b>"]
)
@pytest.mark.parametrize(
    "block", ["{}\nsecond\nthird", "Term: {}\nOther: x\nThird: y", "> [!note] {}\n> x", "- {}\n- x"]
)
def test_markup_that_spans_lines_is_read(markup: str, block: str) -> None:
    """Where lines are read one by one, a link may end in another line than it begins."""
    built = build_notes("# Top\n\n## Part\n\n" + block.replace("{}", markup))
    output = "\n".join(listing.text_lines(built))
    assert "zebra" in output
    assert "lion" in output


# Elements that no browser shows, by their names, attributes and styles.
HIDDEN = [
    "<span hidden>secret</span>",
    "<b hidden>**secret** `secret` $secret$ #secret ![secret](secret.png) [[secret]] <i>secret</i> secret</b>",
    '<span style="display:none">secret</span>',
    "<span style='color: red; Visibility : HIDDEN !important'>secret</span>",
    '<span style="display:/* x */none">secret</span>',
    '<span style="opacity:0">secret</span>',
    "<span style='font-size: 0px'>secret</span>",
    "<span style='display&#58;none'>secret</span>",
    "<span popover>secret</span>",
    "<x-note hidden>secret</x-note>",
    "<img hidden src='secret.png' alt='secret'>",
    "<textarea>secret</textarea>",
    "<template>secret</template>",
    "<SCRIPT type=x>secret</SCRIPT >",
    "<style>secret</style>",
    "<noscript>secret</noscript>",
    "<comment>secret</comment>",
    "<title>secret</title>",
    "<dialog>secret</dialog>",
    "<datalist><option>secret</option></datalist>",
    "<object data='x.pdf'>secret</object>",
    "<iframe src='x'>secret</iframe>",
    "<canvas>secret</canvas>",
    "<video src='x.mp4'>secret</video>",
    "<![CDATA[secret]]>",
    "<math><mi>x</mi><annotation encoding='tex'>secret</annotation></math>",
    "<svg><desc>secret</desc><metadata>secret</metadata><circle r='1'/></svg>",
    "<details hidden><summary>secret</summary>secret</details>",
    "<div hidden>secret <div>secret</div> secret</div>",
]
PLACES = [
    "The **fox** is {} a small animal of Canada.",
    "{}",
    "- **Fox**: a small {} animal",
    "| Kind | Size |\n| --- | --- |\n| Fox {} | small |",
    "### Fox {}\n\nA fox is a small animal.",
    "<div>\nA fox {} is small.\n</div>",
    "<table><tr><th>A</th><th>B</th></tr><tr><td>Fox {}</td><td>small</td></tr></table>",
    "<details><summary>What is a fox? {}</summary>A small {} animal.</details>",
    "Fox\n: A small {} animal",
    "> [!note] A fox {}\n> The **fox** is a {} small animal",
    "Q: What is a fox {}?\nA: a small {} animal",
    "The **fox** [is {} small](https://a.example) and quick.",
    "The **fox** is small[^1].\n\n[^1]: a note {} here",
]


@pytest.mark.parametrize("html", HIDDEN)
def test_what_no_browser_shows_is_in_no_output(html: str) -> None:
    """Neither the words of a hidden element nor the Markdown in it, wherever it stands."""
    for place in PLACES:
        text = place.replace("{}", html)
        built = build_notes(f"# Top\n\nA tower is a tall building.\n\n{text}\n\n## Next\n\nA wall is a side.\n")
        assert "secret" not in repr((built.deck.rows, built.skipped)) + built.ledger_text, text
        assert "A wall is a side" in repr(built.deck.rows), text


BLOCKS = "The **secret** is a thing.\n\n- **secret**: a\n\n```\nsecret\n```\n\n## Secret\n\nIt is secret."


@pytest.mark.parametrize("around", ["", "> ", "  "], ids=["alone", "in a quote", "in an item"])
@pytest.mark.parametrize(
    "tags",
    [
        "<div hidden>|</div>",
        "<div style='display: none'>|</div>",
        "text <span hidden>|</span>",
        "<template>|</template>",
        "<dialog>|</dialog>",
        "<details hidden>|</details>",
        "<aside hidden>|</aside>",
        "<object data='x.pdf'>|</object>",
        "<section hidden>\n<div>|</div>\n</section>",
    ],
)
def test_blocks_within_a_hidden_element_are_in_no_output(tags: str, around: str) -> None:
    """Markdown between the tags is hidden, with its headings, up to the end tag."""
    start, end = tags.split("|")
    text = f"{start}\n\n{BLOCKS}\n\n{end}" if not start.startswith("text") else f"{start}\n\n{end}"
    text = ("- item\n\n" if around == "  " else "") + "\n".join(around + line for line in text.split("\n"))
    built = build_notes(f"# Top\n\nA tower is a tall building.\n\n{text}\n\nOolong is oxidised by 80 per cent.\n")
    assert "secret" not in (repr((built.deck.rows, built.skipped)) + built.ledger_text).casefold()
    assert "oolong" in built.ledger_text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<div hidden>\n\nsecret\n\n## Secret\n\nsecret", ""),
        ("<div>\nA fox <span hidden>secret\n</div>\n\nThe **wall** is a side.", "wall"),
        ("> <div hidden>\n>\n> secret\n\nThe **wall** is a side.", "wall"),
        ("It is <span hidden>secret\n\nThe **wall** is a side.", "wall"),
        ("<p hidden>secret\n\nThe **wall** is a side.", "wall"),
        ("<div hidden>secret</div> The **wall** is a side.", "wall"),
        ("The tag <template> begins a **wall** of HTML.", "wall"),
        ("<dialog open>The wall</dialog>", "wall"),
        ("<div style='visibility: visible; opacity: 0.5'>The wall</div>", "wall"),
    ],
)
def test_a_hidden_element_hides_no_more_than_in_a_browser(text: str, shown: str) -> None:
    """Without an end it ends with the element around it; without one of these it hides the rest."""
    built = build_notes(f"# Top\n\nA tower is a tall building.\n\n{text}\n")
    output = repr((built.deck.rows, built.skipped)) + built.ledger_text
    assert "secret" not in output.casefold()
    assert shown in output


PRIVATE = [
    "text <!-- secret --> text",
    "text <!-- secret",
    "text <!-- secret\n\nsecret two --> text",
    "text <!-- a -- b ---> text <!-- secret --->",
    "<!-- secret",
    "<!-- secret > secret -->",
    "<!-- <details><summary>secret</summary> -->",
    "<!-- <b> secret -->",
    "- item <!-- secret\n- other",
    "- item\n\n  <!-- secret\n\nafter",
    "| a | b |\n|---|---|\n| x <!-- secret | secret --> y |",
    "| a | b |\n|---|---|\n| x | y <!-- secret |",
    "> quote <!-- secret",
    "# heading <!-- secret",
    "<div>\n<!-- secret\n\nsecret --> shown\n</div>",
    "[a <!-- secret](x) b",
    "<details><summary>A <!-- secret --></summary>\n\nB <!-- secret\n\n</details>",
    "term\n: meaning <!-- secret",
    "x[^1]\n\n[^1]: note <!-- secret",
    "<p><!-- secret",
    "text <!-- secret `-->` text",
    "[" * 41 + " <!-- secret -->",
    "text %% secret %% text",
    "text %% secret",
    "%% secret\n\n## secret\n\n- secret",
    "%%\n```python\nsecret = 1\n%%\n\ntext %% secret %%",
    "- item %% secret\n- secret\n- %% other",
    "| a | b |\n|---|---|\n| x | y %% secret %% |",
    "> quote %% secret\n> secret %%",
    "`code` %% secret %%",
    "# heading %% secret %%",
    "> [!tip] title %% secret %%\n> text",
    "text ^secret",
    "secret:: secret\n**secret**:: [[secret]]\n- secret::",
    "text (secret:: secret [[secret]] (secret)) and [secret:: secret]",
    "```dataview\nTABLE secret\n```",
    "~~~tasks\nsecret\n~~~",
    "- ```dataview\n  LIST secret\n  ```",
    "`= this.secret`",
    "text `$= dv.current().secret` text.",
    "text {::comment}secret{:/comment} text {::comment} secret {:/}",
    "{::comment}\nsecret\n\n```\nsecret\n```\n\n## Secret {:/comment}",
    "\\begin{comment}\n- secret\n\nQ: secret\nA: secret\n\\end{comment}",
    "- text {{!-- secret --}}\n- text <%-- secret\n  secret --%>",
    "text [secret]{.hidden} and [secret]{.comment lang=en}",
    "text <span class='note hidden'>secret</span> text",
]


@pytest.mark.parametrize("text", PRIVATE)
def test_comments_are_in_no_output(text: str) -> None:
    """Cards, skipped blocks, diagnostics and the ledger hold nothing of a comment, closed or not."""
    built = build_notes(f"# Top\n\nA tower is a tall building.\n\n{text}\n\n## Next\n\nA wall is a side.\n")
    assert "secret" not in "\n".join(listing.text_lines(built))
    assert "secret" not in repr((built.deck.rows, built.skipped, built.diagnostics)) + built.ledger_text


def test_a_comment_in_code_is_code() -> None:
    """What looks like a comment inside of code is shown."""
    output = "\n".join(
        listing.text_lines(
            build_notes("# Top\n\n## A comment\n\n`<!-- shown -->` is a comment.\n\n```\n<!-- also\n```\n")
        )
    )
    assert "<!-- shown -->" in output
    assert "<!-- also" in output


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("| a | b |\n|---|---|\n| x | y | z |", DiagnosticCode.TORN_ROW, 3),
        ("text <!-- open", DiagnosticCode.OPEN_COMMENT, 1),
        ("text\n\n<!-- open", DiagnosticCode.OPEN_COMMENT, 3),
    ],
)
def test_what_is_read_otherwise_than_written_is_reported(text: str, code: DiagnosticCode, line: int) -> None:
    """A torn row and an open comment are warnings at their line."""
    found = [diagnostic for diagnostic in build_notes(text).diagnostics if diagnostic.code == code]
    assert [diagnostic.line for diagnostic in found] == [line]


def test_the_words_of_the_tests_are_those_of_a_reader() -> None:
    """The other parser leaves out only what is named."""
    text = "---\ntitle: hidden\n---\n# Shown\n\n<!-- hidden -->\n[word](hidden) `code` $tex$\n\n```hidden\nblock\n```\n"
    assert visible_words(text) == {"shown", "word", "code", "tex", "block"}
