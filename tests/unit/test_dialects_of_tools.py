"""What tools write, and what of it is read: raw exports, tags of site generators, links, marks of flashcards."""

from __future__ import annotations

import pytest

from studydeck.markdown import dialects
from studydeck.markdown.dialects import logseq
from studydeck.markdown.dialects.left_out import left_out_reason
from studydeck.markdown.dialects.lines import HIDDEN_LINE
from studydeck.markdown.source import title_of
from studydeck.model.document import Source
from studydeck.reports import listing
from studydeck.text.card_words import card_words
from tests.support.pipeline import build_notes

ID = "0123456789abcdef" * 2
UUID = "01234567-89ab-cdef-0123-456789abcdef"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Joplin
        (f"Kettle\n\nBoils.\n\nid: {ID}\nparent_id: {ID}\ntype_: 1", "# Kettle\n\nBoils.\n\n\n\n"),
        (f"# Kettle\n\nBoils.\n\nid: {ID}\ntype_: 1\n", "# Kettle\n\nBoils.\n\n\n\n"),
        (f"Folder\n\nid: {ID}\ntype_: 2", "\n\n\n"),
        (f"A [kettle](:/{ID}#x) and ![](:/{ID}) `[a](:/{ID})`", f"A kettle and ![](:/{ID}) `[a](:/{ID})`"),
        # Liquid
        ("{% raw %}\n{{ site.title }}\n{% endraw %}\nx{{ site.title }}y", "\n{{ site.title }}\n\nxy"),
        ("a {% raw %}{{ page.x }}{% endraw %} b", "a {{ page.x }} b"),
        ("```\n{{ page.x }}\n```\n{% raw %}{% endraw %}", "```\n{{ page.x }}\n```\n"),
        # Dendron
        ("((ref: [[a.b]]#head,1:#end))", "![[a.b#head]]"),
        ("[[Kettle|tea.tools]] [[Kettle|tea.tools#use]]", "[[tea.tools|Kettle]] [[tea.tools#use|Kettle]]"),
        ("[[Kettle|kettle.md]] [[a.b|c.d]] ![[Kettle|tea.tools]]",) * 2,
        ("[[Kettle|dendron://vault/tea.tools]] [[dendron://vault/tea]]", "[[tea.tools|Kettle]] [[tea]]"),
        ("[[a#one:#two]] ![[a#one,1:#*]]", "[[a#one]] ![[a#one]]"),
        # Logseq
        ("- a [kettle]([[tea/kettle pots]]) ![x]([[y]])", "- a kettle ![x]([[y]])"),
        (f"- ## Steam (({UUID})), (({UUID})).\n- (({UUID}))", "## Steam.\n- "),
        (f"- Steam\n  id:: {UUID}\n- of (({UUID})), a gas", f"- Steam\n{HIDDEN_LINE}\n- of Steam, a gas"),
        ("- DONE #tea boil water\n- NOW #1", "- [x] #tea boil water\n- [ ] #1"),
        ("- a [[#red]]==kettle== [[#red]] b", "- a ==kettle== [[#red]] b"),
        # Names of emoji, icons of MkDocs
        ("# :bulb: Kettle :bulb::cat:, :+1:", "# 💡 Kettle 💡🐱, 👍"),
        (":material-kettle: Kettle (:octicons-x-24:)", " Kettle ()"),
        ("`:bulb:` :nokettle: a:bulb:b 1:100:2 ::tea:: :a: x/:bulb:\n\n    :bulb:",) * 2,
        # A backslash at the end of a paragraph
        ("![](a.png)\\\n\n![](b.png) \\\n\n\\\n\n**Tea**\\", "![](a.png)\n\n![](b.png)\n\n\n\n**Tea**"),
        ("a\n\n\\\n```\nx\n```\n\nb\n\\\nc", "a\n\n\n```\nx\n```\n\nb\n\\\nc"),
        ("It boils.\\\n\nOne.\\\ntwo", "It boils.\n\nOne.\\\ntwo"),
        ("C:\\\n\ntea\\\n\n..\\\n\n$$\na \\\n\n$$",) * 2,
        ("a\n\n$\\newline$\n\n$x \\newline$", "a\n\n\n\n$x \\newline$"),
        # Pandoc, Zettlr
        ("Boils [[@potter2020]] ([[@potterKettlesOfSteel2020]]).", "Boils [[@potter2020|Potter (2020)]]."),
        ("Read [[@Kettles of steel]] [see @potter2020].", "Read [[@Kettles of steel]]."),
        ("@potterKettlesOFSteel2020, @deVries2020", "Potter (2020), Devries (2020)"),
    ],
)
def test_marks_of_tools_are_rewritten(text: str, expected: str) -> None:
    """Metadata, tags and links are those of the parser's own Markdown afterwards; code and pictures stay."""
    assert dialects.rewrite(text) == expected


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("a.md", "---\nexcalidraw-plugin: parsed\n---\nx", "drawing"),
        ("a.md", "---\nkanban-plugin: basic\n---\n", "board"),
        ("A.EXCALIDRAW.MD", "x", "drawing"),
        ("a.md", "<% tp.date.now() %>", "template"),
        ("a.md", "# {{title}}\n", "template"),
        ("templates/a.md", "On {{date}}", "template"),
        ("02 Vorlagen (alt)/a.md", "On {{date}}", "template"),
        ("Plantillas-2/a.md", "On {{date}}", "template"),
        ("Template engines/a.md", "They replace names.", ""),
        ("a.md", "Write excalidraw-plugin: parsed", ""),
        ("a.md", "`<% tp.date.now() %>`", ""),
        ("a.md", "On {{date}}", ""),
        ("templates/a.md", "```\n{{date}}\n```", ""),
    ],
)
def test_files_of_obsidian_that_are_no_notes_are_known(path: str, text: str, expected: str) -> None:
    """Drawings, boards and templates; a note may speak of them."""
    assert left_out_reason(Source(path, text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "## Kettle\n\nWhat boils?\nFor tea.\n\n%\n\nSteel.\n\nIt whistles.",
            "What boils? For tea. = Steel. It whistles.",
        ),
        ("## Pot\n\n%\n\nHolds the tea.", "Pot = Holds the tea."),
        ("Q: What is a kettle? A: A pot that boils water.", "What is a kettle? = A pot that boils water."),
        ("Q: Which pot boils water?\nA kettle of steel.", "Which pot boils water? = A kettle of steel."),
        ("Q: Which pot boils?\n\nQ: Which cools it?\nA: A fridge", "Which cools it? = A fridge"),
        ("STARTI [Basic] Kettle Back: boils water ENDI", "Kettle = boils water"),
        (
            "STARTI [Basic (and reversed card)] Kettle Back: boils water ENDI",
            "Kettle = boils water; Which term is this? = Kettle",
        ),
        ("START\nBasic\nWhat boils?\nBack: A kettle\nTags: x\n<!--ID: 1-->\nEND", "What boils? = A kettle"),
        ("STARTI [Basic] Kettle ENDI", ""),
        ("START\nend", ""),
    ],
)
def test_flashcards_of_tools_are_asked(text: str, expected: str) -> None:
    """Each form gives its pair, and "reversed" both directions; what has one side only is no flashcard."""
    built = build_notes(f"# Tea\n\n{text}\n")
    pairs = [
        f"{str(card['question']).rpartition(' | ')[2]} = {card['answer']}"
        for note in built.notes
        for card in listing.cards(note, card_words("en"))
    ]
    assert "; ".join(pairs) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("pages/tea___Which pot boils water%3F.md", "Which pot boils water?"),
        ("pages/tea%2Fkettle%3A steel.md", "Kettle: steel"),
        ("pages/100%25 steel.md", "100% steel"),
        ("notes/50%DA.md", "50%DA"),
    ],
)
def test_the_title_of_a_file_is_written_as_logseq_shows_it(path: str, expected: str) -> None:
    """Logseq escapes signs that a name of a file cannot contain."""
    assert title_of(path) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- What is steam?#card", "- What is steam? #card"),
        ("- 水沸了吗？#card", "- 水沸了吗？ #card"),
        ("- api 28#card \n\t- C#cards a/#card", "- api 28 #card\n\t- C#cards a/#card"),
    ],
)
def test_the_tag_of_a_card_may_stand_directly_behind_a_word(text: str, expected: str) -> None:
    """At the end of a line, as Logseq reads it."""
    assert logseq.rewrite(text) == expected
