"""Hostile notes made of ordinary Markdown: thousands of blocks of one kind, each generated to a size in bytes."""

from __future__ import annotations

from itertools import count, islice

from benchmarks.hostile_makers import Maker, after, both, halves, numbered, repeat, table

_TABLE = "| a | b |\n|---|---|\n"
_WORDS = "Alpha Beta Gamma Delta Epsilon Zeta Eta Theta".split()


def square_table(size: int) -> str:
    """Return a table with as many rows as columns."""
    width = int((size / 8) ** 0.5)
    rows = ["".join(f"| {row}.{column} " for column in range(width)) + "|\n" for row in range(width)]
    return f"{'| head ' * width}|\n{'|---' * width}|\n{''.join(rows)}"


def names(size: int) -> str:
    """Return sections whose names are made of the same few words."""
    combinations = (" ".join(_WORDS[(number >> (3 * place)) & 7] for place in range(4)) for number in count())
    return "".join(f"## {name}\n\nIt is a kind of beta.\n\n" for name in islice(combinations, size // 48))


SHAPES: dict[str, Maker] = {
    # Blocks that give no card, which are shown with the note before them, or wait for the next one
    "callouts": numbered("> [!NOTE] Callout %\n> Body of callout %.\n\n"),
    "callouts that ask": numbered("> [!question] What is %?\n> It is b%.\n\n"),
    "callouts in callouts": after("> [!NOTE] A\n", numbered("> > [!NOTE] b%\n> > c\n>\n")),
    "admonitions": numbered('!!! note "Title %"\n    Body of %.\n\n'),
    "containers": numbered("::: note\nBody of %.\n:::\n\n"),
    "paragraphs with a bold word": numbered("The **alpha** number % is here.\n\n"),
    "paragraphs with a code word": numbered("The `alpha%` is found in the house.\n\n"),
    "paragraphs with a mark": numbered("The ==alpha%== is found in the house.\n\n"),
    "paragraphs of a bold word": numbered("**alpha%**\n\n"),
    "paragraphs of a word": numbered("a%\n\n"),
    "paragraphs of a sign": repeat("...\n\n"),
    "paragraphs without a blank": numbered("nothing is here of much use to %.\n\n"),
    "figures": repeat("```\na\n```\n\n"),
    "figures before a note": lambda size: "# A\n\n" + "```\na\n```\n\n" * (size // 12) + "Alpha is a kind of beta.\n",
    "figures and notes": numbered("Alpha % is a kind of beta.\n\n```\na%\n```\n\n"),
    "thematic breaks": repeat("a\n\n***\n\n"),
    # Questions
    "questions with options": numbered("Which is number %?\n\n- A) a%\n- B) b%\n- C) c%\n\nAnswer: A\n\n"),
    "questions with options in items": numbered("%. Which is %?\n   - A) a%\n   - B) b%\n\n   Answer: A\n\n"),
    "questions without an answer": numbered("Which is number %?\n\n- A) a%\n- B) b%\n- C) c%\n\n"),
    "questions with boxes": numbered("### Which is number %?\n\n- [ ] a%\n- [x] b%\n- [ ] c%\n\n"),
    "questions and their key": both(
        numbered("%. Which is number %?\n\n   A) a%\n   B) b%\n\n"), after("## Answers\n\n", numbered("%. A\n"))
    ),
    "questions in bold": numbered("**Q: What is %?**\n\n**A:** It is b%.\n\n"),
    "questions in paragraphs": numbered("What is thing %?\n\nIt is b%.\n\n"),
    "questions in items": numbered("- What is thing %?\n  - It is b%.\n"),
    "questions in folds": numbered("<details><summary>What is %?</summary>\n\nIt is b%.\n\n</details>\n\n"),
    "question with many paragraphs": after("## What is alpha?\n\n", numbered("It is beta %.\n\n")),
    "question with many signs": after("## What is alpha?\n\n", repeat("...\n\n")),
    "question with many figures": after("## What is alpha?\n\n", repeat("```\na\n```\n\n")),
    "question with a long list": after("## What is alpha?\n\n", numbered("- Beta % is a kind of it\n")),
    "equal questions": repeat("## What is a?\n\nIt is b.\n\n"),
    "equal questions, other answers": numbered("## What is a?\n\nIt is b%.\n\n"),
    "equal answers": numbered("## What is a%?\n\nIt is b.\n\n"),
    # Sections
    "sections of one name": numbered("## Alpha\n\nBody % is a kind of beta.\n\n"),
    "sections of few words": names,
    "sections of alternating levels": numbered("# A%\n\n###### B%\n\nbody of % is a thing\n\n"),
    "sections down to the last level": numbered("# A%\n## B%\n### C%\n#### D%\n##### E%\n###### F%\n\nIt is %.\n\n"),
    "sections below one": after("# Top\n\n", numbered("## Alpha %\n\nIt is a kind of beta %.\n\n")),
    "sections without text": repeat("## Alpha\n\n"),
    "sections with equal pairs": numbered("## S%\n\n- Alpha: the meaning of it\n\n"),
    "sections with equal lists": numbered("## S%\n\n- alpha\n- beta\n- gamma\n\n"),
    "sections with equal tables": numbered(f"## S%\n\n{_TABLE}| k | v |\n\n"),
    "sections with equal clozes": numbered("## S%\n\nThe **alpha** takes 10 ms.\n\n"),
    "sections that use each other": numbered("## Alpha%\n\nAlpha% is a thing.\n\n- uses Alpha% well\n\n"),
    "names used in one paragraph": both(numbered("## Alpha% Beta\n\nIt is beta %.\n\n"), numbered("Alpha% Beta ")),
    "terms and their uses": both(
        numbered("- **Alpha%**: the meaning\n"), numbered("it was seen that Alpha% rests with it.\n\n")
    ),
    # Lists
    "list of equal items": repeat("- a\n"),
    "list of sentences": numbered("- Alpha % is a kind of beta that helps.\n"),
    "list with blank lines": numbered("- alpha %\n\n"),
    "list of two paragraphs each": numbered("- alpha %\n\n  more of %\n\n"),
    "list with nested items": numbered("- Alpha %\n  - Beta %\n    - gamma % is a thing\n"),
    "list with quotes": numbered("- a%\n\n  > b%\n\n"),
    "list with code": numbered("- a%\n\n  ```\n  b%\n  ```\n\n"),
    "list of two markers": numbered("* a%\n- b%\n"),
    "item with many nested": after("- Alpha\n", numbered("  - Beta%: the meaning of %\n")),
    "list of links": numbered("- [Alpha %](https://a.b/%)\n"),
    "list of pictures": numbered("- ![alpha %](b%.png)\n"),
    "list of one term": numbered("- Alpha: the meaning of %\n"),
    "list of one meaning": numbered("- Alpha%: the same meaning of it\n"),
    "list of terms and dashes": numbered("- Alpha% - the meaning of %\n"),
    "list of terms and glosses": numbered("- Alpha% (the meaning of %)\n"),
    "list of tasks": numbered("- [x] alpha % is done\n"),
    "list of a long prefix": numbered(f"- {'alpha beta ' * 15}% **gamma%** is done\n"),
    "lists that are asked": numbered("## A%\n\n<!-- deck: items -->\n\n- b%\n- c%\n- d%\n- e%\n\n"),
    "clozes with a long prefix": numbered(f"{'the alpha of beta ' * 8}takes **% ms** in it.\n\n"),
    # Tables, definitions, footnotes
    "table of equal rows": after(_TABLE, repeat("| key | value |\n")),
    "table of one key": after(_TABLE, numbered("| key | value % |\n")),
    "table of one value": after(_TABLE, numbered("| key % | value |\n")),
    "table of empty cells": after("| a | b | c |\n|---|---|---|\n", numbered("| k% | | |\n")),
    "table with numbered rows": after("| # | a | b |\n|---|---|---|\n", numbered("| % | alpha % | beta % |\n")),
    "table without a head": after("| | |\n|---|---|\n", numbered("| k% | v% |\n")),
    "table, square": square_table,
    "tables, wide and short": lambda size: (f"{'|a' * 100}|\n{'|-' * 100}|\n" + "|b|\n" * 100 + "\n") * (size // 800),
    "pictures of one definition": both(
        repeat("![a][b]\n\n"), lambda size: f"[b]: data:image/png;base64,{'A' * size}\n"
    ),
    "table in a list": after("- a\n\n  | a | b |\n  |---|---|\n", numbered("  | k% | v% |\n")),
    "table with formulas": after(_TABLE, numbered("| key % | $|x_%|$ or `a|b` |\n")),
    "table with torn rows": after(_TABLE, numbered("| key % | value | more | of % |\n")),
    "table of one torn row": after(_TABLE, lambda size: "|" + " a |" * (size // 4)),
    "table of open formulas": after(_TABLE, lambda size: "| a | b | " + "\\( | " * (size // 5)),
    "table head of spaces": lambda size: "| a |\n|---" + " " * size + "x\n",
    "tables with formulas": numbered(f"{_TABLE}| k% | $|v|$ |\n\n"),
    "tables": numbered(f"{_TABLE}| k% | v% |\n\n"),
    "definitions of one term": numbered("Alpha\n: meaning of %\n\n"),
    "definition of many blocks": after("Alpha\n: meaning\n\n", numbered("  more % of it\n\n")),
    "footnotes at the end": both(numbered("Alpha % is beta[^%].\n\n"), numbered("[^%]: note %\n\n")),
    "footnotes in footnotes": numbered("[^%]: note[^1]\n\n"),
    "footnote of many blocks": after("a[^1]\n\n[^1]: note\n\n", numbered("    more % of it\n\n")),
    "links by reference": both(numbered("See [a%] for the **alpha%**.\n\n"), numbered("[a%]: https://b/%\n")),
    "wikilinks": numbered("See [[alpha %|beta]] for it.\n\n"),
    "embedded files": numbered("![[alpha %.png]]\n\n"),
    # Comments and HTML
    "comments in paragraphs": numbered("Alpha % is a kind of beta. <!-- comment % -->\n\n"),
    "directives": numbered("Alpha % is a kind of beta. <!-- deck: tag=t% -->\n\n"),
    "pins": numbered("- Alpha%: meaning % <!-- deck: id=n% -->\n"),
    "comments below a list": halves("- alpha is beta\n", "\n<!-- deck: skip -->\n"),
    "tags below a list": both(numbered("- alpha % is beta\n"), numbered("<!-- deck: tag=a% -->\n\n")),
    "wrong comments below a table": both(table(rows=True), numbered("<!-- deck: bad% -->\n\n")),
    "tags above a list": both(
        lambda size: f"# A <!-- deck: {numbered('tag=a% ')(size)}-->\n", numbered("- Alpha%: meaning\n")
    ),
    "html in paragraphs": numbered("Alpha % is <b>bold</b> and 10<sup>%</sup>.\n\n"),
    "html of lines": lambda size: "<div>\n" + "<p>a</p>\n" * (size // 9) + "</div>\n",
    "entities in paragraphs": numbered("Alpha % is &lt;a&gt; &amp; &copy; of it.\n\n"),
    # Other alphabets, formulas, code, front matter
    "han headings": numbered("## 深度学习%\n\n机器学习的一种%。\n\n"),
    "han terms": numbered("- 深度学习%：机器学习的一种\n"),
    "hangul": numbered("딥러닝 %은 기계 학습의 한 종류이다.\n\n"),
    "kana": numbered("ディープラーニング%は機械学習の一種です。\n\n"),
    "thai": numbered("การเรียนรู้เชิงลึก % เป็นส่วนหนึ่ง\n\n"),
    "arabic": numbered("التعلم العميق % هو نوع من التعلم.\n\n"),
    "formulas in paragraphs": numbered("Alpha % is $\\frac{a}{\\sqrt{b_{%}}}$ of it.\n\n"),
    "code below sections": numbered("## A%\n\nIt is b%.\n\n```python\nx = %\n```\n\n"),
    "cloze syntax in paragraphs": numbered("Alpha % is {{c1::beta%}} here.\n\n"),
    "front matter of many keys": lambda size: f"---\n{numbered('k%: v%')(size)}\n---\n\nAlpha is a kind of beta.\n",
    # Dialects
    "comments of mdx, open": repeat("{/* "),
    "attributes of spaces": lambda size: "{: " + " " * size + "x",
    "embedded blocks": both(numbered("Alpha % is b. ^b%\n\n"), numbered("![[#^b%]]\n\n")),
    "one embedded section": lambda size: f"# B\n\n{'Alpha is b. ' * 2000}\n\n# C\n\n" + "![[#B]]\n\n" * (size // 10),
    "flashcards in one line": lambda size: "What is a?\n" + "?\n" * min(size // 2, 14_000),
    "queries of obsidian, open": repeat("`"),
    "everything": numbered(
        "## A%\n\nA% is a kind of **beta%**.\n\n- B%: the meaning\n- c% -> d%\n\n"
        f"{_TABLE}| k% | v% |\n\n> [!NOTE] q%\n> text\n\n"
    ),
}

# Paragraphs as long as they are read: a size beyond `limits.MAX_TEXT_LENGTH` adds paragraphs.
_LONGEST = 29_000
_LONG_TEXTS = {
    "names": "of Beta and ",
    "numbers": "takes 10 ms or ",
    "bold words": "of **beta** and ",
    "italic words": "of *beta* and ",
    "code": "of `beta` and ",
    "formulas": "of $b$ and ",
    "links": "of [b](c) and ",
    "marks": "of ==beta== and ",
    "wikilinks": "of [[beta]] and ",
    "html": "of <b>beta</b> and ",
    "pictures": "of ![b](c.png) and ",
    "brackets": "(b) of (c) ",
    "quotes": '"b" of "c" ',
    "verbs": "uses beta that has gamma which is delta and ",
    "sentences": "Alpha takes **10 ms** in Beta. ",
    "han": "是机器的**学习**和",
}
SHAPES |= {
    f"paragraphs, long, of {name}": lambda size, piece=piece: (
        f"The alpha {piece * (_LONGEST // len(piece.encode()))}\n\n" * max(size // _LONGEST, 1)  # type: ignore[misc]  # a default binds the piece
    )
    for name, piece in _LONG_TEXTS.items()
}
