"""The parser that dispatches rules by character gives the same tokens as one that tries all rules everywhere."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from benchmarks.hostile_inputs import PATTERNS
from studydeck.markdown import parser
from studydeck.markdown.source import clean

ROOT = Path(__file__).parents[2]
REFERENCE_PARSER = parser.unoptimised_parser()
FILES = sorted(path for folder in ("notes", "docs", "tests/snapshots") for path in (ROOT / folder).rglob("*.md"))
PIECES = r"""
# ## - * + 1. 2) 10. > | |---| || ``` ~~~ $$ $a$ \( \) \[ \] ` `` ** * _ __ ~~ ~ == [[ ]] [ ] ( ) ![ ]( [a](b) [b]: /u
[b] <b> </b> <br> <!-- --> <!--deck:skip--> <details> </details> <div> <http://a.b> [^1] [^1]: ^[ ^[in] : :: , . ? ! &
&amp; &#0; \ \\ \* \| *** --- === !!! !!!note ???+ [!NOTE] [x] x=y 3.14 50% $5 @ ^ { } 語 é word Alpha don't
""".split()
SPACES = ["", " ", " ", " ", "  ", "    ", "\t", "\n", "\n", "\n\n", "\n    ", "\n  ", "  \n", "\\\n", "\n- ", "\n  - "]
SPACES += ["\n> ", "\n1. ", "\n: ", "\n| ", "\n# ", "\u00a0", "\u3000", "\0", "\r\n", "\n[^1]: ", "\n!!! note\n    "]


def assert_parsed_alike(text: str) -> None:
    actual: dict[str, object] = {}
    expected: dict[str, object] = {}
    assert parser.PARSER.parse(text, actual) == REFERENCE_PARSER.parse(text, expected)
    assert actual.get("references") == expected.get("references")


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_are_parsed_alike(path: Path) -> None:
    """Real Markdown files, as a whole and block by block."""
    text = clean(path.read_text("utf-8"))
    assert_parsed_alike(text)
    for block in text.split("\n\n"):
        assert_parsed_alike(block)


@pytest.mark.parametrize("name", PATTERNS)
def test_hostile_patterns_are_parsed_alike(name: str) -> None:
    """Patterns made to confuse a parser."""
    assert_parsed_alike(PATTERNS[name](200))


@pytest.mark.parametrize("seed", range(10))
def test_random_fragments_are_parsed_alike(seed: int) -> None:
    """Fragments of Markdown in random order, nested, complete or not."""
    generator = random.Random(seed)
    for _ in range(100):
        count = generator.randrange(1, 40)
        assert_parsed_alike("".join(generator.choice(PIECES) + generator.choice(SPACES) for _ in range(count)))


@pytest.mark.parametrize(
    "following",
    [
        "<div>a</div>",
        "<url>",
        "> a",
        "- a",
        "1. a",
        "# A",
        "```\na\n```",
        "***",
        "!!! note\n    a",
        "$$\na\n$$",
        "[a]: b",
    ],
)
def test_any_block_can_end_a_table_with_masked_bars(following: str) -> None:
    """The rules of other blocks look into the source while a table is read, and see it as it is."""
    rows = "| a | b |\n|---|---|\n| k | $|v|$ |\n"
    for nested in (f"{rows}{following}\n", f"{rows}{rows}{following}\n"):
        tokens = parser.PARSER.parse(nested)
        assert "$|v|$" in [token.content for token in tokens if token.type == "inline"]


def test_a_definition_whose_title_has_no_end_is_text() -> None:
    """A title may have several lines; without an end for many lines it is none, and takes no time."""
    assert parser.PARSER.parse('[a]: b "t\nu"\n\n[a]\n')[1].children[0].type == "link_open"  # type: ignore[index]  # has some
    for beginning in ("[a]: b 't\n", "[a]: b\n't\n"):
        tokens = parser.PARSER.parse(beginning + "c\n" * 60)
        assert tokens[1].content.startswith("[a]: b")
