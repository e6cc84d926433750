"""Hostile notes: patterns that take a naive parser or rule quadratic time, each generated to a size in bytes."""

from __future__ import annotations

from collections.abc import Callable

Maker = Callable[[int], str]


def repeat(piece: str, end: str = "") -> Maker:
    """Return a maker that repeats a piece up to the size."""
    return lambda size: piece * (size // len(piece.encode())) + end


def nested(piece: str, close: str = "") -> Maker:
    """Return a maker of nested pieces, one level more on each line, up to the size."""

    def make(size: int) -> str:
        levels = int((2 * size / len(piece)) ** 0.5)
        return "".join(f"{piece * level}x{close * level}\n" for level in range(1, levels))

    return make


def indented(marker: str) -> Maker:
    """Return a maker of nested list items, two more spaces on each line, up to the size."""
    return lambda size: "".join(f"{'  ' * level}{marker} item {level}\n" for level in range(int(size**0.5)))


def numbered(line: str, head: str = "") -> Maker:
    """Return a maker that repeats a line with its number in it."""

    def make(size: int) -> str:
        count = size // (len(line) + 4)
        return head + "".join(line.replace("%", str(number)) for number in range(count))

    return make


def halves(first: str, second: str) -> Maker:
    """Return a maker that repeats one piece in the first half and another in the second."""
    return lambda size: first * (size // 2 // len(first)) + second * (size // 2 // len(second))


def table(rows: bool) -> Maker:
    """Return a maker of a table with many rows or many columns."""

    def make(size: int) -> str:
        if rows:
            return "| Key | Value |\n|---|---|\n" + "".join(f"| key {n} | value {n} |\n" for n in range(size // 25))
        columns = size // 30
        lines = ("".join(f"| {word} {n} " for n in range(columns)) for word in ("head", "cell"))
        head, cells = lines
        return f"{head}|\n{'|---' * columns}|\n{cells}|\n"

    return make


PATTERNS: dict[str, Maker] = {
    **{
        f"many {piece}": repeat(piece)
        for piece in "< > [ ] ![ ( ) * _ ** ` $ $$ ~ ~~ == = : | # - + & ! ' \" ^ {{ }} .".split()
    },
    **{
        f"apart {piece}": repeat(piece + " a ")
        for piece in "< [ ![ * _ ` $ == [[ ~~ \\( \\[ { ** __ : - = -> , ( & < <!-- <a [^ ^[".split()
    },
    **{
        f"lines {piece}": repeat(piece + "\n")
        for piece in (
            "<",
            ">",
            "[",
            "-",
            "#",
            "```",
            "$$",
            "~~~",
            "|",
            ":",
            "---",
            "===",
            "<div>",
            "<!--",
            "> [",
            "[a]:",
            ": x",
            "- a:",
            "1.",
            "???",
            "!!! a",
            "[^a]: b",
            "<details>",
            "</details>",
            "a\n: b\n",
            "**a**",
            "A B C",
            "+++",
        )
    },
    "[](": repeat("[]("),
    "[a](<b": repeat("[a](<b"),
    "![[": repeat("![["),
    "[[": repeat("[["),
    "[[a|": repeat("[[a|"),
    "[[ in a table": repeat("| [[a|b "),
    "*a _b": repeat("*a _b "),
    "a**b": repeat("a**b"),
    "**a *b": repeat("**a *b "),
    "== a": repeat("==a "),
    "a==b==": repeat("a==b== "),
    "nested [": lambda size: "[" * (size // 2) + "a" + "]" * (size // 2),
    "nested [](": lambda size: "[" * (size // 6) + "a" + "](b)" * (size // 6),
    "nested ![](": lambda size: "![" * (size // 6) + "a" + "](b)" * (size // 6),
    "nested **": lambda size: "**a " * (size // 8) + "b**" * (size // 8),
    "backticks that grow": lambda size: "".join("e" + "`" * n for n in range(int((2 * size) ** 0.5))),
    "backticks of all lengths": lambda size: " ".join("`" * n for n in range(1, int((2 * size) ** 0.5))),
    "dollars and words": repeat("$a "),
    "prices": repeat("$5 and "),
    "\\( unclosed": repeat("\\(a "),
    "\\( then \\)": halves("\\(", "\\)"),
    "\\[ on lines": repeat("\\[\n"),
    "comments unclosed": repeat("a <!-- b "),
    "comments": repeat('<!-- deck: hide="a" --> '),
    "deck words": lambda size: "- a b c d e <!-- deck: " + 'hide="b" ' * (size // 9) + "-->",
    "cdata": repeat("a <![CDATA["),
    "<?": repeat("a <? "),
    "<!A": repeat("a <!A "),
    "tags": repeat("<b>"),
    "tags and ends": repeat("<b>a</b> "),
    "tag with many attributes": lambda size: "a <a " + "b=c " * (size // 4),
    "tag with a long value": lambda size: "a <a b='" + "c" * size,
    "<img in a block": lambda size: "<div>\n" + "<img " * (size // 5) + "\n</div>",
    "< in a block": lambda size: "<div>\n" + "<" * size + "\n</div>",
    "html block, deep": lambda size: "<div>\n" + "<div>" * (size // 5) + "\n</div>",
    "html block, misnested": lambda size: "<div>\n" + "<b><i>" * (size // 10) + "</b>" * (size // 10) + "\n</div>",
    "details in details": repeat("<details><summary>a</summary>\n\n"),
    "summary unclosed": repeat("<details>\n<summary>a\n"),
    "entities": repeat("&amp;"),
    "entities unclosed": repeat("&#"),
    "numbers of entities": lambda size: "&#" + "1" * size + ";",
    "backslashes": repeat("\\"),
    "escapes": repeat("\\*"),
    "autolinks": repeat("<http://a.b> "),
    "urls": repeat("https://a.b/c?d=e "),
    "a long url": lambda size: "https://" + "a" * size,
    "long word": repeat("a"),
    "long words": lambda size: ("a" * 1000 + " ") * (size // 1001),
    "spaces": lambda size: "a" + " " * size + "b",
    "tabs": lambda size: "a" + "\t" * size + "b",
    "spaces at the ends": lambda size: ("a" + " " * 1000 + "\n") * (size // 1002),
    "blank lines": repeat("\n"),
    "soft breaks": repeat("a\n"),
    "hard breaks": repeat("a\\\n"),
    "line of prose": repeat("The quick brown fox jumps over the lazy dog. "),
    "line without a stop": repeat("the quick brown fox jumps over the lazy dog "),
    "Capital Words": repeat("Alpha Beta "),
    "CAPITALS": repeat("NATO "),
    "commas": repeat("a, "),
    "bare commas": repeat(","),
    "digits": repeat("1"),
    "digits with dots": repeat("1."),
    "numbers": repeat("1 2 "),
    "numbers with units": repeat("10 ms "),
    "dashes": repeat(" - "),
    "arrows": repeat("a -> b "),
    "equations": repeat("aa = bb, "),
    "colons": repeat("a: b "),
    "question marks": repeat("? "),
    "brackets with glosses": repeat("a (b) "),
    "bare (": lambda size: "- " + "(" * size,
    "options": repeat("A) a B) b "),
    "answers": repeat("Answer: A, "),
    "list item, long": lambda size: "- " + "word " * (size // 5),
    "list item of a term": lambda size: "- Term: " + "word " * (size // 5),
    "list item of marks": lambda size: "- " + "**word** and " * (size // 13),
    "list item of code": lambda size: "- " + "`word` and " * (size // 11),
    "list item of names": lambda size: "- made by " + "Alpha and " * (size // 10),
    "list item of numbers": lambda size: "- it takes " + "10 ms or so, " * (size // 13),
    "list item of equations": lambda size: "- " + "Aa = bb, " * (size // 9),
    "list item of spaces": lambda size: "- a" + " " * size + "b",
    "list item of line breaks": lambda size: "- a" + "<br>" * (size // 4) + "b",
    "list items": numbered("- item number %\n"),
    "list items of terms": numbered("- Term %: meaning of %\n"),
    "list items with arrows": numbered("- a% -> b%\n"),
    "list items with dashes": numbered("- alpha % - it is beta %\n"),
    "marked prose": repeat("The **quick** fox jumps over *lazy* dogs. "),
    "paragraphs of a long word": lambda size: ("a" * 5000 + "\n\n") * (size // 5002),
    "long questions": lambda size: ("## " + "what " * 200 + "?\n\n" + "that " * 200 + "\n\n") * (size // 2010),
    "long terms": lambda size: "".join(
        f"- **alpha{n} {'beta gamma ' * 3}**: {'delta ' * 100}\n" for n in range(size // 650)
    ),
    "asked lists": lambda size: "## A\n\n<!-- deck: items -->\n\n" + "".join(f"- b{n}\n" for n in range(size // 8)),
    "phrases to hide": lambda size: ('- a b c d e f <!-- deck: hide="b" -->\n') * (size // 40),
    "html blocks": repeat("<p>a <b>b</b></p>\n\n"),
    "html beside a note": lambda size: "## A\n\nIt is b.\n\n" + "<ul><li>\n\n" * (size // 10),
    "html, deep blocks": lambda size: "## A\n\nIt is b.\n\n" + ("<ul><li>" * 3000 + "\n\n") * (size // 24000),
    "list items alike": repeat("- Term: meaning\n"),
    "list items of facts": numbered("- Alpha % takes 10 ms in Beta\n"),
    "numbered items": numbered("%. item\n"),
    "task items": repeat("- [ ] a\n"),
    "lists apart": numbered("- item %\n\npara %\n\n"),
    "nested lists": indented("-"),
    "nested numbers": lambda size: "".join(
        f"{'   ' * level}1. item {level}\n" for level in range(int((size * 2 / 3) ** 0.5))
    ),
    "nested quotes": nested(">"),
    "quote run": repeat(">", " a"),
    "nested markers on a line": repeat("- ", "a"),
    "nested numbers on a line": repeat("1. ", "a"),
    "quotes": numbered("> quote %\n\n"),
    "quote, long": repeat("> a\n"),
    "lazy quote": lambda size: "> a\n" + "b\n" * (size // 2),
    "callouts": repeat("> [!NOTE] a\n> b\n\n"),
    "headings": numbered("## Heading %\n"),
    "headings with bodies": numbered("## Heading %\n\nBody of heading %.\n\n"),
    "headings alike": repeat("# A\n"),
    "headings that ask": numbered("## What is %?\n\nIt is %.\n\n"),
    "headings of all levels": numbered("# A %\n## B %\n### C %\n#### D %\n"),
    "bold headings": numbered("**Head %**\n\ntext %\n\n"),
    "heading of #": lambda size: "# a " + "#" * size + " b",
    "heading of # and spaces": lambda size: "# a " + "# " * (size // 2) + "b",
    "heading of spaces": lambda size: "# a" + " " * size + "b",
    "heading of numbers": lambda size: "# " + "1. " * (size // 3) + "a",
    "heading of emoji": lambda size: "# " + "🙂 " * (size // 5) + "a",
    "heading, long": lambda size: "# " + "word " * (size // 5) + "\n\nbody\n",
    "paragraphs": numbered("Alpha % is a kind of beta.\n\n"),
    "lead-ins": numbered("Lead %:\n\n- a\n- b\n\n"),
    "table of rows": table(rows=True),
    "table of columns": table(rows=False),
    "table heads": repeat("a | b\n"),
    "table of lines": repeat("|---|\n"),
    "table row of bars": lambda size: "| a | b |\n|---|---|\n" + "|" * size,
    "table row of backslashes": lambda size: "| a | b |\n|---|---|\n| " + "\\|" * (size // 2),
    "table, wide and short rows": lambda size: (
        "|a" * (size // 40) + "|\n" + "|-" * (size // 40) + "|\n" + "|b|\n" * (size // 40)
    ),
    "table cells of terms": numbered(
        "| **Term %** | `code %` | 10 ms | Alpha |\n", "| a | b | c | d |\n|---|---|---|---|\n"
    ),
    "footnotes": numbered("[^%]: note %\n"),
    "footnotes and their use": numbered("text[^%]\n\n[^%]: note %\n\n"),
    "footnote used often": lambda size: "[^1]: a\n\n" + "b[^1] " * (size // 6),
    "inline footnotes": repeat("^[a] "),
    "nested footnotes": repeat("^["),
    "link definitions": numbered("[a%]: b%\n"),
    "link definitions and use": lambda size: (
        "".join(f"[a{n}]: b{n}\n" for n in range(size // 20)) + "\n" + "".join(f"[a{n}] " for n in range(size // 20))
    ),
    "one definition, often used": lambda size: f"[a]: {'b' * 1000}\n\n" + "[a] " * (size // 4),
    "definition, open": repeat("[a]: <b"),
    "definition with an open title": lambda size: "[a]: b '" + "c\n" * (size // 2),
    "definition lists": numbered("Term %\n: meaning %\n\n"),
    "fences": repeat("```\na\n```\n"),
    "fence, open": lambda size: "```python\n" + "a = 1\n" * (size // 6),
    "fence of braces": lambda size: "## a\n\ntext\n\n```python\n" + "{" * size + "\n```\n",
    "fences of odd languages": numbered("```lang%\na\n```\n\n"),
    "fence of a line": lambda size: "## a\n\n```sql\n" + "select " * min(size // 7, 2800) + "\n```\n",
    "math": repeat("$a$ "),
    "math blocks": repeat("$$\na\n$$\n"),
    "math of braces": lambda size: "- text $" + "{" * (size // 2) + "}" * (size // 2) + "$",
    "math of colons": lambda size: "- text $" + ":" * size + "$",
    "emoji": repeat("🙂"),
    "emoji with joiners": repeat("👩‍👩‍👧‍👦 "),
    "combining marks": lambda size: "a" + "\u0301" * (size // 2),
    "combining marks, unordered": lambda size: "a" + "\u0301\u0316" * (size // 4),
    "letters with marks": repeat("e\u0301\u0316 "),
    "zero width": repeat("a\u200b"),
    "joiners": repeat("\u200d"),
    "right to left": repeat("שלום עולם "),
    "overrides": repeat("\u202ea"),
    "han": repeat("深度学习"),
    "han sentences": repeat("深度学习是机器学习的一种。"),
    "hangul jamo": repeat("\u1112\u1161\u11ab"),
    "ligatures": repeat("\ufdfa"),
    "front matter, open": lambda size: "---\n" + "a: b\n" * (size // 5),
    "front matter of spaces": lambda size: "---\ntitle: a" + " " * size + "b\n---\n",
    "front matter": lambda size: "---\n" + "title:\n" * (size // 7) + "---\n",
    "pictures": numbered("![a](b%.png)\n\n"),
    "pictures on a line": repeat("![a](b.png) "),
    "same question": lambda size: "".join(f"## A\n\nBody {n}.\n\n" for n in range(size // 18)),
    "cloze syntax": repeat("{{c1::a}} "),
    "- **a** with ::": repeat("- it is **a::b}}** for c\n"),
}
