"""The parser that asks few rules reads as the one that asks all of them everywhere."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from benchmarks.hostile_inputs import PATTERNS
from studydeck.markdown import parser
from studydeck.markdown.source import clean

ROOT = Path(__file__).parents[2]
WHOLE = parser.whole()
FILES = sorted(path for folder in ("notes", "docs", "tests/snapshots") for path in (ROOT / folder).rglob("*.md"))
PIECES = r"""
# ## - * + 1. 2) 10. > | |---| || ``` ~~~ $$ $a$ \( \) \[ \] ` `` ** * _ __ ~~ ~ == [[ ]] [ ] ( ) ![ ]( [a](b) [b]: /u
[b] <b> </b> <br> <!-- --> <!--deck:skip--> <details> </details> <div> <http://a.b> [^1] [^1]: ^[ ^[in] : :: , . ? ! &
&amp; &#0; \ \\ \* \| *** --- === !!! !!!note ???+ [!NOTE] [x] x=y 3.14 50% $5 @ ^ { } 語 é word Alpha don't
""".split()
SPACES = ["", " ", " ", " ", "  ", "    ", "\t", "\n", "\n", "\n\n", "\n    ", "\n  ", "  \n", "\\\n", "\n- ", "\n  - "]
SPACES += ["\n> ", "\n1. ", "\n: ", "\n| ", "\n# ", "\u00a0", "\u3000", "\0", "\r\n", "\n[^1]: ", "\n!!! note\n    "]


def assert_read_alike(text: str) -> None:
    ours: dict[str, object] = {}
    theirs: dict[str, object] = {}
    assert parser.PARSER.parse(text, ours) == WHOLE.parse(text, theirs)
    assert ours.get("references") == theirs.get("references")


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_are_read_alike(path: Path) -> None:
    """What people write, whole and each block by itself."""
    text = clean(path.read_text("utf-8"))
    assert_read_alike(text)
    for block in text.split("\n\n"):
        assert_read_alike(block)


@pytest.mark.parametrize("name", PATTERNS)
def test_hostile_patterns_are_read_alike(name: str) -> None:
    """What is built to confuse a parser."""
    assert_read_alike(PATTERNS[name](200))


@pytest.mark.parametrize("seed", range(20))
def test_scraps_are_read_alike(seed: int) -> None:
    """Pieces of Markdown in any order, nested in each other, complete or not."""
    chance = random.Random(seed)
    for _ in range(100):
        count = chance.randrange(1, 40)
        assert_read_alike("".join(chance.choice(PIECES) + chance.choice(SPACES) for _ in range(count)))
